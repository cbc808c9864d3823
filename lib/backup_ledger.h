/*
 * What the last save knew of the backups that are there, so that the next one need not look at each
 * of them: written into the lock file, behind the outline record, by who holds the lock.
 *
 * It counts as long as nobody has made, renamed or removed an entry of the directory since, which the
 * directory's mtime and ctime tell as well as those of a document do (outline_record.h). A save that
 * was killed does not need them to tell: it had the ledger forgotten before it began to change
 * anything.
 *
 * What they do not tell is what a hand, or a health check that is killed, does to the directory while
 * a save is under way (or within the tick of its end), and what a hand does to a backup in its place.
 * So the ledger counts for a minute, and then somebody looks: that long a list may miss what is there,
 * or hold what is not, and backups may expire by it a little early or late. No document is loaded by
 * it, and nothing is replaced by it.
 *
 * Whatever else is in the lock file counts for nothing; then the directory has to be looked through,
 * which is always right. So the ledger needs no sync, and a save does not fail for want of one.
 */
#ifndef SCHEDULE_BACKUP_LEDGER_H
#define SCHEDULE_BACKUP_LEDGER_H

#include "backup.h"
#include "file_lock.h"

#include <stdbool.h>

enum {
    /* Of longer lists none is kept: to look through so many takes longer in any case. */
    BACKUP_LEDGER_MAX = 4096,
    /* How long after somebody looked it counts. */
    BACKUP_LEDGER_MS = 60000
};

/*
 * Fill the empty list, sorted, and tell when somebody looked, in milliseconds since 1970. False, with
 * both as they were, if the backups are not known at `now_ms`.
 */
bool backup_ledger_read(const struct file_lock *lock, int64_t now_ms, struct backup_list *list,
                        int64_t *looked_ms);

/* To be called before anything in the directory is changed that the next list is to know of. */
void backup_ledger_forget(const struct file_lock *lock);

/*
 * Note the list, which is all that there is now, newest first, by what somebody saw at `looked_ms` and
 * what was done since. Nothing is written to a lock file with a second name.
 */
void backup_ledger_write(const struct file_lock *lock, const struct backup_list *list,
                         int64_t looked_ms);

#endif
