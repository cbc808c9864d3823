/*
 * Lists of objects (ListObjectsV2): what asks for one, page by page, and what reads a page.
 *
 * Plain functions; nothing is owned. A page comes from a server that need not be what it says: what
 * is not a list, or not a whole one, is an error, never a short list.
 */
#ifndef SCHEDULE_S3_LISTING_H
#define SCHEDULE_S3_LISTING_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    S3_LISTING_TOKEN_SIZE = 1025,
    /* Of a page: a thousand objects with the longest of keys, and what is said of each. */
    S3_LISTING_PAGE_MAX = 8 << 20
};

/* Where the list goes on; "" at its beginning and, once a page was read, at its end. */
struct s3_listing_place {
    char token[S3_LISTING_TOKEN_SIZE];
};

/* Called for each object whose key starts with the prefix, with what follows there and its size. */
typedef enum status s3_listing_object(void *context, const char *name, int64_t length,
                                      struct error *error);

/*
 * Write the query that asks for the page at that place of what starts with `prefix`. False if it
 * does not fit.
 */
bool s3_listing_query(const char *prefix, const struct s3_listing_place *place, char *query,
                      size_t size);

/*
 * Read a page and set `*place` to where the list goes on. STATUS_UNAVAILABLE if it is none; then
 * some of its objects may have been told, and `*place` is as it was. Or the status of `object`.
 */
enum status s3_listing_read(const char *bytes, size_t length, const char *prefix,
                            s3_listing_object *object, void *context,
                            struct s3_listing_place *place, struct error *error);

#endif
