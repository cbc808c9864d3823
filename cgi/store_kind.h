/*
 * The kinds of store, each with a program of its own, so that none pays for another's libraries. A
 * program is linked with the one of them that its main names.
 */
#ifndef SCHEDULE_STORE_KIND_H
#define SCHEDULE_STORE_KIND_H

#include "config.h"
#include "error.h"
#include "store.h"

#include <stdbool.h>

/* A request has one; who copies from one store to another has two. */
enum { STORE_KIND_OPEN_MAX = 2 };

struct store_kind {
    char name[16];    /* what SCHEDULE_STORE and health call it */
    char program[24]; /* schedule.cgi, for people */
    /* Its part of config_read: sets all that the kind uses. */
    enum status (*config_read)(struct config *config, struct error *error);
    /* Print its settings as lines of a shell's environment, without secrets. False if that failed. */
    bool (*settings_print)(const struct config *config);
    /*
     * Open a store, the first or second of the process. `config` and `observer` are borrowed until
     * store_close; the store is the kind's.
     */
    enum status (*open)(const struct config *config, const struct store_observer *observer,
                        struct store **store, struct error *error);
    /* Give up what an open store has no use for (confinement.h). */
    void (*confine)(const struct store *store);
};

extern const struct store_kind store_kind_file;
extern const struct store_kind store_kind_postgres;
extern const struct store_kind store_kind_s3;

#endif
