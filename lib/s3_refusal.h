/*
 * What an S3 server says when it does not do what it was asked for: an HTTP status and, mostly, a
 * short XML text with a code. Here is what that means, and what an operator can do about it.
 *
 * Life cycle: s3_refusal_read fills a plain value that owns nothing.
 */
#ifndef SCHEDULE_S3_REFUSAL_H
#define SCHEDULE_S3_REFUSAL_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

/* Each is "" where the server does not tell; a text that is too long is cut. */
struct s3_refusal {
    int http_status;
    char code[64]; /* "AccessDenied" */
    char message[256];
    char endpoint[128]; /* where the bucket is instead */
    char region[64];
    char server_time[64];
};

enum s3_meaning {
    S3_DONE,      /* it did it: an HTTP status of 2xx */
    S3_ABSENT,    /* there is no such object in the bucket, which exists */
    S3_UNMATCHED, /* the object is not, or not any more, what the request demands */
    S3_NOT_NOW,   /* it did nothing, and may do it another time */
    S3_UNCLEAR,   /* it may have done it, or still do it; what was to be read may come later */
    S3_IMPOSSIBLE /* it did nothing and never will */
};

/* Take what is in the body of an answer, which may be empty, or anything. */
void s3_refusal_read(struct s3_refusal *refusal, int http_status, const char *body, size_t length);

enum s3_meaning s3_refusal_meaning(const struct s3_refusal *refusal);

/*
 * Tell what `server` said to `request` ("GET project-data.json"), and what can be done. The status
 * is STATUS_NO_SPACE for a quota, STATUS_UNREACHABLE for what passes by itself, and else
 * STATUS_UNAVAILABLE.
 */
enum status s3_refusal_tell(const struct s3_refusal *refusal, const char *server,
                            const char *request, struct error *error);

#endif
