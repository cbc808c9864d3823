/*
 * The store that keeps the document in a directory of this machine:
 *
 *   project-data.json                           the document; its mtime is the revision
 *   data.lock                                   what savers lock; never renamed or removed. Holds
 *                                               what is known of the document (outline_record.h)
 *                                               and of its backups (backup_ledger.h)
 *   backup-…, submitted-…, pinned-<revision>.json   earlier documents (backup_file.h)
 *   saved-by.log                                who saved what (saver_log.h)
 *   project-data.json.corrupt-<revision>        what was found damaged when a restore replaced it
 *   project-data.json.tmp-<revision>-<process>  a save under way, or what a killed one left
 *
 * Readers take no lock: a save is one rename. A save killed at any instruction leaves the old or
 * the new document whole; its temporary file is swept by the next save. Local file systems only: a
 * lock on a network file system may mean nothing.
 */
#ifndef SCHEDULE_STORE_FILE_H
#define SCHEDULE_STORE_FILE_H

#include "data_directory.h"
#include "document_file.h"
#include "held_signals.h"
#include "store.h"

struct store_file_options {
    const char *directory;   /* as data_directory_open wants it */
    const char *saved_by;    /* who saves, to be noted with what is saved, or null (savers.h) */
    int64_t lock_timeout_ms; /* 0 or more */
    struct retention retention;
};

/* The caller's; it takes no memory beside this. */
struct store_file {
    struct store base; /* what the functions of store.h take */

    /* Private. */
    const struct store_file_options *options;
    const struct store_observer *observer;
    struct data_directory directory;
    struct held_signals signals;
};

/*
 * Open the store, creating its directory if it is missing. `options` and `observer` are borrowed
 * until store_close. From the first lock until then SIGTERM, SIGINT and SIGHUP are held off.
 * After an error there is nothing to close.
 */
enum status store_file_open(struct store_file *store, const struct store_file_options *options,
                            const struct store_observer *observer, struct error *error);

/* The open directory, for who confines the process to it. Borrowed. */
int store_file_directory(const struct store_file *store);

#endif
