/*
 * The store that keeps the document in a directory of this machine:
 *
 *   project-data.json                           the document; its mtime is the revision
 *   data.lock                                   what savers lock; never renamed or removed
 *   backup-…, submitted-…, pinned-<revision>.json   earlier documents (backup_file.h)
 *   project-data.json.corrupt-<revision>        what was found damaged when a restore replaced it
 *   project-data.json.tmp-<revision>-<process>  a save under way, or what a killed one left
 *
 * Readers take no lock: a save is one rename. A save killed at any instruction leaves the old or
 * the new document whole; its temporary file is swept by the next save. Local file systems only: a
 * lock on a network file system may mean nothing.
 */
#ifndef SCHEDULE_STORE_FILE_H
#define SCHEDULE_STORE_FILE_H

#include "store.h"

struct store_file_options {
    const char *directory;   /* as data_directory_open wants it */
    int64_t lock_timeout_ms; /* 0 or more */
    struct retention retention;
};

/*
 * Open the store, creating its directory if it is missing. `options` and `observer` are borrowed
 * until store_close. From the first lock until then SIGTERM, SIGINT and SIGHUP are held off.
 * After an error `*store` is untouched.
 */
enum status store_file_open(struct store **store, const struct store_file_options *options,
                            const struct store_observer *observer, struct error *error);

/* The open directory of such a store, for who confines the process to it. Borrowed. */
int store_file_directory(const struct store *store);

#endif
