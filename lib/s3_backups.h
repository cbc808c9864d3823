/*
 * Backups as objects, <prefix>backups/<name>, with the names of backup_name.h. Nothing is renamed:
 * one of the first two kinds that has expired is a base under the name that it had
 * (backup_list_tell_bases). An object that a hand puts there under such a name is a backup like any
 * other.
 *
 * Each is written as a new one and never replaced, so that savers are not in each other's way. Beside
 * them are the markers of who saved them (s3_saver.h), which go when the last backup of their
 * revision has gone. The statuses are those of s3_bucket.h.
 */
#ifndef SCHEDULE_S3_BACKUPS_H
#define SCHEDULE_S3_BACKUPS_H

#include "backup.h"
#include "document.h"
#include "s3_bucket.h"
#include "savers.h"

/*
 * Append all backups, as their names say, and sort the list; and add to `markers` what all markers
 * say, unsorted, for a revision may have many. After an error both have some.
 */
enum status s3_backups_list(struct s3_bucket *bucket, struct backup_list *list,
                            struct savers *markers, struct error *error);

/* STATUS_NOT_FOUND if there is none, STATUS_CORRUPT if it is no document. */
enum status s3_backups_load(struct s3_bucket *bucket, int64_t revision, struct document *document,
                            struct error *error);

/* STATUS_CONFLICT, without a text, if there is another document of this kind and revision. */
enum status s3_backups_write(struct s3_bucket *bucket, enum backup_kind kind, int64_t revision,
                             struct document_text text, struct error *error);

/*
 * Note who saved the backup of that revision; nobody, if `saved_by` is null or "". What fails, or
 * takes too long, is told to the observer: no save is worth less than a name.
 */
void s3_backups_mark(struct s3_bucket *bucket, int64_t revision, const char *saved_by);

/* Whether there is a backup of this kind and revision, with this text. */
enum status s3_backups_compare(struct s3_bucket *bucket, enum backup_kind kind, int64_t revision,
                               struct document_text text, bool *is_same, struct error *error);

/* Remove the backup, of whatever kinds. STATUS_NOT_FOUND if there is none. */
enum status s3_backups_remove(struct s3_bucket *bucket, int64_t revision, struct error *error);

/*
 * Remove those of an expired list that go, and those of `markers` of whose revisions none stays, as
 * many as one request takes; what is left over is left to a later save.
 */
enum status s3_backups_prune(struct s3_bucket *bucket, const struct backup_list *list,
                             const struct savers *markers, struct deadline deadline,
                             struct error *error);

#endif
