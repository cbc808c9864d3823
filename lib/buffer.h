/*
 * Bytes in memory that grow up to a stated maximum.
 *
 * Life cycle: buffer_init (allocates nothing), any number of appends, buffer_release, which leaves
 * an empty buffer of the same maximum. The buffer owns `bytes`. A failed append leaves the contents
 * as they were: STATUS_TOO_LARGE beyond the maximum, STATUS_NO_MEMORY when the system has no more.
 */
#ifndef SCHEDULE_BUFFER_H
#define SCHEDULE_BUFFER_H

#include "error.h"

#include <stddef.h>

struct buffer {
    char *bytes; /* null while nothing was appended; not ended by a NUL */
    size_t length;
    size_t capacity;
    size_t maximum;
};

void buffer_init(struct buffer *buffer, size_t maximum);
void buffer_release(struct buffer *buffer);

/* Make room for `extra` more bytes, so that appending as many cannot fail. */
enum status buffer_reserve(struct buffer *buffer, size_t extra, struct error *error);

enum status buffer_append(struct buffer *buffer, const char *bytes, size_t length,
                          struct error *error);

/* Append by a printf format; the result is at most 1023 bytes long. */
enum status buffer_append_format(struct buffer *buffer, struct error *error, const char *format,
                                 ...) __attribute__((format(printf, 3, 4)));

#endif
