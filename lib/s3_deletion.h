/*
 * The removal of many objects at once (DeleteObjects): the text that asks for it, and what reads
 * the answer.
 *
 * Life cycle: s3_deletion_begin fills an empty buffer, s3_deletion_add names up to S3_DELETION_MAX
 * objects, s3_deletion_end ends it; the buffer stays the caller's.
 */
#ifndef SCHEDULE_S3_DELETION_H
#define SCHEDULE_S3_DELETION_H

#include "buffer.h"
#include "error.h"

#include <stddef.h>

enum {
    S3_DELETION_MAX = 1000,
    /* A thousand keys, each character of which is escaped. */
    S3_DELETION_TEXT_MAX = 4 << 20,
    S3_DELETION_ANSWER_MAX = 4 << 20,
    S3_MD5_SIZE = sizeof "1B2M2Y8AsgTpgAmY7PhCfg=="
};

/* Each: STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status s3_deletion_begin(struct buffer *text, struct error *error);
enum status s3_deletion_add(struct buffer *text, const char *prefix, const char *name,
                            struct error *error);
enum status s3_deletion_end(struct buffer *text, struct error *error);

/* The MD5 of a text as a Content-MD5 header has it, which such a request must have. */
enum status s3_deletion_md5(const struct buffer *text, char md5[S3_MD5_SIZE], struct error *error);

/* STATUS_UNAVAILABLE, with what the server says of the first, if objects were not removed. */
enum status s3_deletion_read(const char *bytes, size_t length, struct error *error);

#endif
