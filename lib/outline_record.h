/*
 * What the last save knew of the document that it stored, so that loads need not look into it: its
 * outline, written into the lock file by who holds the lock.
 *
 * It counts for one file alone, as long as that is untouched: what outline_record_read is asked
 * about must have the inode, length, mtime and ctime that were noted. The kernel sets the ctime at
 * every change of a file, in place or of its attributes, and lets nobody set it back. From Linux
 * 6.13 on, ext4, XFS, Btrfs and tmpfs give no ctime twice; elsewhere it ticks every few
 * milliseconds, and who changes the file in place within the tick of the save, keeps its length and
 * sets the mtime back, is not noticed. Where it is of whole seconds, nothing is noted.
 *
 * Whatever else is in the lock file, half a record too, counts for nothing; then the document has
 * to be looked at, which is always right. So the record needs no sync, and a save does not fail for
 * want of one.
 */
#ifndef SCHEDULE_OUTLINE_RECORD_H
#define SCHEDULE_OUTLINE_RECORD_H

#include "file_lock.h"
#include "json_pass.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * Find the outline of the document whose file, just opened, is `document`, in the open lock file.
 * False, with `*outline` untouched, if it is not known. Takes no lock.
 */
bool outline_record_read(int lock_file, const struct stat *document, struct json_outline *outline);

/* The file whose outline is known, and what it was then. */
struct outline_subject {
    const char *name;
    ino_t inode;
    int64_t revision;
    size_t length;
};

/*
 * Note the outline of the subject, if that is still what its name means. The lock is held. Nothing
 * is written to a lock file with a second name, which may be any file of ours that a hand linked
 * there.
 */
void outline_record_write(const struct file_lock *lock, const struct outline_subject *subject,
                          const struct json_outline *outline);

#endif
