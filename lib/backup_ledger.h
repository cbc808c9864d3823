/*
 * What the last save knew of the backups that are there, so that the next one need not look at each
 * of them: written into the lock file, behind the outline record, by who holds the lock.
 *
 * It counts as long as nobody has made, renamed or removed an entry of the directory since, which the
 * directory's mtime and ctime tell as well as those of a document do (outline_record.h): a hand that
 * does so within the tick of the save may go unnoticed, and what it put there is then not expired. A
 * save that was killed does not need them to tell: it had the ledger forgotten before it began to
 * change anything.
 *
 * Whatever else is in the lock file counts for nothing; then the directory has to be looked through,
 * which is always right. So the ledger needs no sync, and a save does not fail for want of one.
 */
#ifndef SCHEDULE_BACKUP_LEDGER_H
#define SCHEDULE_BACKUP_LEDGER_H

#include "backup.h"
#include "file_lock.h"

#include <stdbool.h>

/* Of longer lists none is kept: looking through so many does not happen often. */
enum { BACKUP_LEDGER_MAX = 4096 };

/* Fill the empty list, sorted. False, and it stays empty, if they are not known. */
bool backup_ledger_read(const struct file_lock *lock, struct backup_list *list);

/* To be called before anything in the directory is changed that the next list is to know of. */
void backup_ledger_forget(const struct file_lock *lock);

/*
 * Note the sorted list, which is all that there is now. Nothing is written to a lock file with a
 * second name.
 */
void backup_ledger_write(const struct file_lock *lock, const struct backup_list *list);

#endif
