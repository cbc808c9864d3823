/*
 * A file's next contents, written beside it and put in its place by one rename.
 *
 * Life cycle, under the directory's lock: pending_file_sweep removes what killed
 * processes left; pending_file_write or pending_file_copy makes a temporary file, whole and synced;
 * pending_file_commit renames it over its target, or pending_file_discard removes it. The rename is
 * on disk once the directory was synced (data_directory_sync). After a crash at any point the
 * target is the old or the new one, whole; at most the temporary file is left over.
 *
 * A failed fsync is never repeated: the kernel may have dropped the very pages that it failed to
 * write and report success the second time.
 */
#ifndef SCHEDULE_PENDING_FILE_H
#define SCHEDULE_PENDING_FILE_H

#include "data_directory.h"
#include "document.h"
#include "error.h"

#include <stdbool.h>
#include <stdint.h>

struct pending_file {
    const struct data_directory *directory;
    int64_t mtime_ms;
    ino_t inode; /* once it is written */
    char name[96];
};

/* Remove every temporary file; what cannot be removed stays, which is harmless. */
void pending_file_sweep(const struct data_directory *directory);

/*
 * Remove the entry `name`, if it is one of them; for who visits the directory himself. False if it
 * is one, and stays.
 */
bool pending_file_sweep_entry(const struct data_directory *directory, const char *name);

/*
 * Write `text` into a new temporary file of mode 0644 whose mtime is `mtime_ms` (milliseconds since
 * 1970), and sync it. Where the file system keeps times of whole seconds only, pending->mtime_ms is
 * the next one that it keeps. No two pending files may have the same `mtime_ms` at a time. After an
 * error no temporary file is left, if it can be removed.
 */
enum status pending_file_write(struct pending_file *pending, const struct data_directory *directory,
                               struct document_text text, int64_t mtime_ms, struct error *error);

/* The same with the contents of the regular file behind `source`, from its start. */
enum status pending_file_copy(struct pending_file *pending, const struct data_directory *directory,
                              int source, int64_t mtime_ms, struct error *error);

/*
 * Try whether a file of `length` bytes could be written, and leave nothing. Needs no lock: to sweep
 * what it is working on is no harm.
 */
enum status pending_file_try(const struct data_directory *directory, size_t length,
                             int64_t mtime_ms, struct error *error);

/*
 * Put the file in the place of `target`. After an error nothing has changed and the temporary file
 * is gone, if it can be removed; STATUS_BUSY if it was gone before, as when somebody swept it who
 * had no business to.
 */
enum status pending_file_commit(struct pending_file *pending, const char *target,
                                struct error *error);

void pending_file_discard(struct pending_file *pending);

#endif
