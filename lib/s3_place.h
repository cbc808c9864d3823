/*
 * Where a store in S3 is: a server, a bucket, and what the keys of all its objects start with.
 *
 * Life cycle: s3_place_parse fills one from the settings; it is a plain value that owns nothing. It
 * holds no secret.
 */
#ifndef SCHEDULE_S3_PLACE_H
#define SCHEDULE_S3_PLACE_H

#include "error.h"

#include <stdbool.h>

enum {
    S3_BUCKET_MAX = 63,
    S3_PREFIX_MAX = 255,
    S3_HOST_MAX = 253,
    S3_ORIGIN_SIZE = sizeof "https://:65535" + S3_HOST_MAX,
    S3_SERVER_SIZE = sizeof ":65535" + S3_HOST_MAX,
    S3_LABEL_SIZE = S3_SERVER_SIZE + 1 + S3_BUCKET_MAX,
    /* Of what comes behind the prefix; both together are a key, of 1024 bytes at most. */
    S3_NAME_MAX = 700,
    /* Of an object's or the bucket's. */
    S3_URL_SIZE = S3_ORIGIN_SIZE + 2 + S3_BUCKET_MAX + 3 * S3_PREFIX_MAX + S3_NAME_MAX
};

struct s3_place {
    char origin[S3_ORIGIN_SIZE];    /* "https://s3.example:9000", as it was given */
    char server[S3_SERVER_SIZE];    /* "s3.example:9000", always with a port; for people */
    char bucket[S3_BUCKET_MAX + 1]; /* of letters, digits and "-._" */
    char prefix[S3_PREFIX_MAX + 1]; /* "" or "plans/team-a/", not encoded */
    bool in_host;                   /* the bucket is told by the host's name, and not by the path */
};

/*
 * Take the place from `url`. Without a `bucket` (null) that is the path's first component, and what
 * follows is the prefix. With one the host is "<bucket>.…", and all of the path is the prefix. A
 * slash that is missing at its end is added. Components may be percent-encoded.
 *
 * STATUS_INVALID, with a text that does not show the address, for all else: other schemes than http
 * and https, a user's name or a password, a query, a fragment, empty components, "." and "..".
 */
enum status s3_place_parse(struct s3_place *place, const char *url, const char *bucket,
                           struct error *error);

/* The address of the object `name`, of "A-Za-z0-9-._/" alone, or of the bucket, if it is null. */
void s3_place_url(const struct s3_place *place, const char *name, char url[S3_URL_SIZE]);

/* What tells this bucket of this server from others: "s3.example:9000/plans". */
void s3_place_label(const struct s3_place *place, char label[S3_LABEL_SIZE]);

#endif
