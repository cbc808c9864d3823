/*
 * Whether a server keeps its word on conditions, on which every save relies: some S3 servers ignore
 * If-Match and If-None-Match on a PUT, and would lose a save whenever two come at once. And how it
 * wants an ETag to be written, for some take it only as it came, in quotes, and others only
 * without.
 *
 * Before the first write to a bucket all that is tried on an object of its own. What was found
 * travels with the document from then on (x-amz-meta-probed: "quoted@s3.example:443/plans"), so
 * that no later save has to ask; elsewhere the label is another, and it is tried anew.
 *
 * A plain value that owns nothing; s3_probe_init, and then s3_probe_ensure before anything is
 * written.
 */
#ifndef SCHEDULE_S3_PROBE_H
#define SCHEDULE_S3_PROBE_H

#include "s3_bucket.h"

#include <stdbool.h>

struct s3_probe {
    bool is_done;
    bool bare; /* ETags go without their quotes */
};

void s3_probe_init(struct s3_probe *probe);

/*
 * Make sure that the server honours conditions. `told` is what came with the current document, or
 * "". STATUS_UNAVAILABLE if it does not honour them.
 */
enum status s3_probe_ensure(struct s3_probe *probe, struct s3_bucket *bucket, const char *told,
                            struct error *error);

/* What is to travel with a document. */
void s3_probe_tell(const struct s3_probe *probe, const struct s3_bucket *bucket,
                   char text[S3_FIELD_SIZE]);

/* Write the value of an If-Match header for an ETag, as this server wants it. */
void s3_probe_match(const struct s3_probe *probe, const char *etag, char match[S3_FIELD_SIZE]);

/* Write an object and remove it again, whatever the server does with conditions. */
enum status s3_probe_write(struct s3_bucket *bucket, struct error *error);

#endif
