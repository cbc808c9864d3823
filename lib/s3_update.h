/*
 * The S3 store's one write: what is decided to come after the current document is stored, what it
 * replaces is kept, and old backups are removed; and if somebody else was faster, all of it anew.
 *
 * The order is what makes it harmless to stop at any point: what was submitted, as a backup; the
 * current document, as a backup; the current document replaced (s3_replace.h); what has expired,
 * removed. What is kept before a replacement that then fails is a backup too many, no more.
 *
 * Savers take no lock, and choose their revisions at the same time. No two documents get the same
 * one: of those that replace the current document only one can, and those that are submitted are
 * odd, while all others are even.
 *
 * What is kept is followed by the marker of who saved it (s3_saver.h): of what was submitted, who
 * saves now; of the current document, whom it names itself.
 *
 * What is kept is written from memory, not copied by the server: only so is it certain to be the
 * very document that is replaced, and never in the place of another.
 */
#ifndef SCHEDULE_S3_UPDATE_H
#define SCHEDULE_S3_UPDATE_H

#include "s3_bucket.h"
#include "s3_probe.h"
#include "store.h"

/* All of it is borrowed. */
struct s3_update {
    struct store *store; /* that it is an update of */
    struct s3_bucket *bucket;
    struct s3_probe *probe;
    const struct retention *retention;
    const char *saved_by; /* who saves, or null */
};

/* As store_update, and statuses of s3_replace.h; STATUS_STALE is the transform's alone. */
enum status s3_update_run(const struct s3_update *update, const struct store_transform *transform,
                          struct store_commit *commit, struct error *error);

#endif
