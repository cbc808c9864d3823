/*
 * The current document as an object, project-data.json, and what travels with it: its revision, who
 * saved it (s3_saver.h), the saves that led to it (s3_saves.h), and that its server was tried
 * (s3_probe.h). Behind its text is the mark of its save, so that no two saves store the same bytes;
 * whoever reads it here gets the text alone. An object that a hand has put there has none of that:
 * its revision is made of the time at which it was put, and of its ETag.
 *
 * Life cycle: s3_current_read fills one, s3_current_release ends it; it owns its document.
 */
#ifndef SCHEDULE_S3_CURRENT_H
#define SCHEDULE_S3_CURRENT_H

#include "document.h"
#include "s3_bucket.h"
#include "s3_saves.h"

#define S3_CURRENT_NAME "project-data.json"

struct s3_current {
    struct document document; /* revision 0: nothing is stored */
    char etag[S3_FIELD_SIZE]; /* "" if nothing is stored */
    char saves[S3_FIELD_SIZE];
    char probed[S3_FIELD_SIZE];
    char saved_by[SAVER_NAME_SIZE]; /* "" if that is not known */
    /* If what is stored is no document: why, and its bytes. The document has its revision alone. */
    struct error damage;
    struct buffer damaged;
};

/*
 * Load it. That nothing is stored is said only of a bucket that exists. Statuses of s3_bucket.h;
 * after an error there is nothing to release.
 */
enum status s3_current_read(struct s3_bucket *bucket, struct s3_current *current,
                            struct error *error);

bool s3_current_is_damaged(const struct s3_current *current);

/* STATUS_CORRUPT if it is no document. */
enum status s3_current_check(const struct s3_bucket *bucket, const struct s3_current *current,
                             struct error *error);

void s3_current_release(struct s3_current *current);

/* Which document it is, and whose. */
struct s3_current_note {
    int64_t revision;
    char saved_by[SAVER_NAME_SIZE];
};

/* Tell that without loading it. */
enum status s3_current_tell(struct s3_bucket *bucket, struct s3_current_note *note,
                            struct error *error);

/* The same of one that was loaded. */
struct s3_current_note s3_current_note_of(const struct s3_current *current);

#endif
