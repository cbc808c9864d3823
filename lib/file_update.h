/*
 * The file store's one write, under its lock: what is decided to come after the current document is
 * written, what it replaces is kept, and old backups are removed.
 *
 * The order is what makes a kill or a power loss harmless at any point: what was submitted, as a
 * temporary file, synced and renamed into the backups; the next document's temporary file, synced;
 * a link of the current file into the backups; the rename over the current file; the directory,
 * synced; a line that tells who saved it, where that is known (saver_log.h); and then what has
 * expired, renamed or removed. Where there is nothing to write, the
 * directory is synced all the same: who wrote it may have been killed before he came to that.
 */
#ifndef SCHEDULE_FILE_UPDATE_H
#define SCHEDULE_FILE_UPDATE_H

#include "data_directory.h"
#include "file_lock.h"
#include "store.h"

/* All of it is borrowed. */
struct file_update {
    struct store *store; /* that it is an update of */
    const struct data_directory *directory;
    const struct file_lock *lock; /* held */
    const struct retention *retention;
    const char *saved_by; /* or null */
    const struct store_observer *observer;
    struct document *current; /* with a revision but no text: the file is there, but damaged */
    bool current_known;       /* its outline is in the record already */
};

/*
 * As store_update; the caller holds off signals. STATUS_BUSY, with the document as it was, also
 * if a hand meddled with the lock file or replaced the current document meanwhile.
 */
enum status file_update_run(const struct file_update *update,
                            const struct store_transform *transform, struct store_commit *commit,
                            struct error *error);

#endif
