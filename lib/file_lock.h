/*
 * The lock that puts the savers of one data directory in a row.
 *
 * It is an open-file-description write lock (fcntl F_OFD_SETLK) on a file of its own; what that
 * holds is the business of who has the lock. The program never renames and never removes it; a hand
 * can, and then the next saver locks another file. So a lock counts only as long as the file's name
 * means the file that is locked: that is looked at when the lock was obtained, and by
 * file_lock_check once more just before anything is replaced. The kernel drops the lock when the
 * last descriptor goes, however the process ends.
 *
 * Who can open the file could hold the lock for ever, with a read lock as well, so it has mode
 * 0600. That of an earlier version (0644) is tightened, unless it has other names: those are not
 * ours to change.
 *
 * Life cycle: file_lock_acquire opens the file, creating it if it is missing, and waits for the
 * lock; file_lock_release closes it. After an error nothing is open and nothing is locked.
 */
#ifndef SCHEDULE_FILE_LOCK_H
#define SCHEDULE_FILE_LOCK_H

#include "data_directory.h"
#include "error.h"
#include "file_identity.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    /* Retries, each announced; between them the kernel's queue is waited in. */
    FILE_LOCK_RETRIES = 3
};

struct file_lock {
    const struct data_directory *directory; /* borrowed, as is the name */
    const char *name;
    int descriptor;
    struct file_identity identity; /* of the file that is locked */
    bool has_other_names;          /* so that it may be any file: not to be written to */
};

/* Called before retry `retry` (from 1) of FILE_LOCK_RETRIES. */
typedef void file_lock_retry_function(void *context, unsigned retry);

/*
 * Wait at most `timeout_ms` for the lock on `name` in `directory`, in the kernel's queue of all who
 * wait but for the retries, which go to its end, and try at least FILE_LOCK_RETRIES times after the
 * first try. STATUS_BUSY when somebody else kept it; else as file_lock_check. Uses SIGALRM and the
 * process's timer meanwhile.
 */
enum status file_lock_acquire(struct file_lock *lock, const struct data_directory *directory,
                              const char *name, int64_t timeout_ms,
                              file_lock_retry_function *on_retry, void *context,
                              struct error *error);

/*
 * Whether the lock still keeps others from saving to where the directory's path leads. STATUS_BUSY
 * if its file was removed or replaced, STATUS_UNAVAILABLE if the directory was.
 */
enum status file_lock_check(const struct file_lock *lock, struct error *error);

void file_lock_release(struct file_lock *lock);

#endif
