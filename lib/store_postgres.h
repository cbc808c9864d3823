/*
 * The store that keeps the document in a PostgreSQL database, version 13 or later, in the tables of
 * postgres_schema.h, which it makes where they are missing.
 *
 * A save is one short transaction that locks the document's row, so savers wait for each other.
 * Readers wait for no saver, only for who locks a whole table, as a hand can and a migration does.
 * A save killed at any instruction, or whose server is, leaves the old or the new document whole.
 * Poolers that give a connection for a transaction at a time (pgbouncer) are fine.
 *
 * All waiting from store_postgres_open on ends at one deadline, and at the server too, a little
 * before: who gave up leaves no statement behind there. Until then, lost connections are made anew
 * and what they undid is done again; a commit that was not answered is looked for. If even that
 * tells nothing, the outcome is STATUS_UNCERTAIN.
 */
#ifndef SCHEDULE_STORE_POSTGRES_H
#define SCHEDULE_STORE_POSTGRES_H

#include "held_signals.h"
#include "postgres_document.h"
#include "postgres_session.h"
#include "store.h"

#include <stddef.h>
#include <stdint.h>

struct store_postgres_options {
    const char *url;         /* as libpq takes it, or null: its environment variables alone */
    const char *document;    /* the document's name in the database; UTF-8 */
    const char *saved_by;    /* who saves, to be noted with what is saved, or null (savers.h) */
    int64_t lock_timeout_ms; /* 0 or more */
    int64_t timeout_ms;      /* for everything, from opening on */
    size_t length_max;       /* of a document, in bytes: a longer one is not loaded */
    struct retention retention;
};

/* The caller's; it must stay where it is until store_close. */
struct store_postgres {
    struct store base; /* what the functions of store.h take */

    /* Private. */
    const struct store_postgres_options *options;
    const struct store_observer *observer;
    struct postgres_session session;
    struct postgres_rows rows;
    struct held_signals signals;
};

/*
 * Open the store, which connects. `options` and `observer` are borrowed until store_close. From the
 * first lock until then SIGTERM, SIGINT and SIGHUP are held off. After an error there is nothing to
 * close.
 */
enum status store_postgres_open(struct store_postgres *store,
                                const struct store_postgres_options *options,
                                const struct store_observer *observer, struct error *error);

#endif
