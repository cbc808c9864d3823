/*
 * A file's next contents, written beside it and put in its place by one rename.
 *
 * Life cycle, all of it under the directory's lock: pending_file_sweep removes what killed
 * processes left; pending_file_write makes the temporary file, whole and synced;
 * pending_file_commit renames it over the target and syncs the directory, or pending_file_discard
 * removes it. After a crash at any point the target is the old or the new one, whole; at most the
 * temporary file is left over.
 *
 * A failed fsync is never repeated: the kernel may have dropped the very pages that it failed to
 * write and report success the second time.
 */
#ifndef SCHEDULE_PENDING_FILE_H
#define SCHEDULE_PENDING_FILE_H

#include "data_directory.h"
#include "error.h"

#include <stddef.h>
#include <stdint.h>

struct pending_file {
    const struct data_directory *directory;
    const char *target;
    char name[96];
};

/* Remove every temporary file of `target`; what cannot be removed stays, which is harmless. */
void pending_file_sweep(const struct data_directory *directory, const char *target);

/*
 * Write `length` bytes into a new temporary file of mode 0644 whose mtime is `mtime_ms`
 * (milliseconds since 1970), and sync it. After an error no temporary file is left, if it can be
 * removed.
 */
enum status pending_file_write(struct pending_file *pending, const struct data_directory *directory,
                               const char *target, const char *bytes, size_t length,
                               int64_t mtime_ms, struct error *error);

/*
 * Put the file in its target's place. STATUS_UNKNOWN_OUTCOME if that was done but the directory
 * could not be synced: readers see the new contents, a power loss may bring back the old ones.
 * After any other error nothing has changed and the temporary file is gone, if it can be removed.
 */
enum status pending_file_commit(struct pending_file *pending, struct error *error);

void pending_file_discard(struct pending_file *pending);

#endif
