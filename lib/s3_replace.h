/*
 * The one write that counts: the current document replaced by the next one, if and only if it is
 * still the one that the next was made from.
 *
 * It is a PUT under a condition on the ETag, which no two saves share, even of the same text:
 * behind the text is the mark of the save (s3_saves.h). So neither a document that was changed and
 * changed back meanwhile is taken for the one that was read, nor does a PUT that arrives late find
 * its condition met again. Only a hand that puts back the very object could bring that about.
 *
 * Where the answer does not tell what came of it - none came, or a server's error, or the condition
 * is said not to be met, which may be this very PUT that was applied before - the object is read
 * again: each save has an id (s3_saves.h) that is found there if it took effect, whoever saved
 * since. If nobody saved since, the same PUT is made again, with the same revision, id, text and
 * condition, so that only one of them can ever take effect.
 */
#ifndef SCHEDULE_S3_REPLACE_H
#define SCHEDULE_S3_REPLACE_H

#include "s3_current.h"
#include "s3_probe.h"

struct s3_replacement {
    struct s3_bucket *bucket;
    struct s3_probe *probe; /* done */
    int64_t revision;
    struct document_text text;
    const char *saved_by; /* or null */
    /* How often this saver had to wait for others so far. */
    unsigned *attempts;
};

/*
 * Replace `current` by the replacement. STATUS_OK if the replacement is stored, and perhaps
 * replaced by others in turn. STATUS_STALE, without a text, if it never will be: then `current` is
 * what was found instead. `current` stays the caller's.
 *
 * STATUS_UNCERTAIN if it may be stored, now or later, also where a refusal may be that of a request
 * that was sent twice, and nobody could look; STATUS_UNREACHABLE if the server did not take
 * it; STATUS_BUSY if others were faster until the deadline; else as s3_bucket.h.
 */
enum status s3_replace(const struct s3_replacement *replacement, struct s3_current *current,
                       struct error *error);

#endif
