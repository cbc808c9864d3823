#include "buffer.h"

#include "huge_pages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_CAPACITY = 256, FORMATTED_SIZE = 1024 };

void buffer_init(struct buffer *buffer, size_t maximum)
{
    *buffer = (struct buffer){.maximum = maximum};
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->bytes);
    buffer_init(buffer, buffer->maximum);
}

/* Doubling keeps the copying linear; the maximum bounds it. `needed` is within the maximum. */
static size_t grown_capacity(const struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : SMALLEST_CAPACITY;
    while (capacity < needed)
        capacity = capacity > buffer->maximum / 2 ? buffer->maximum : capacity * 2;
    return capacity < buffer->maximum ? capacity : buffer->maximum;
}

/* Bytes of this capacity with the contents so far, for the old ones; or null, and these stay. */
static char *bytes_resize(const struct buffer *buffer, size_t capacity)
{
    if (capacity < HUGE_PAGE_SIZE)
        return realloc(buffer->bytes, capacity);
    char *bytes = huge_pages_allocate(capacity);
    if (bytes == NULL)
        return NULL;
    if (buffer->length > 0)
        memcpy(bytes, buffer->bytes, buffer->length);
    free(buffer->bytes);
    return bytes;
}

enum status buffer_reserve(struct buffer *buffer, size_t extra, struct error *error)
{
    if (extra <= buffer->capacity - buffer->length)
        return STATUS_OK;
    if (extra > buffer->maximum - buffer->length)
        return error_set(error, STATUS_TOO_LARGE, "more than the maximum of %zu bytes",
                         buffer->maximum);
    size_t capacity = grown_capacity(buffer, buffer->length + extra);
    char *bytes = bytes_resize(buffer, capacity);
    if (bytes == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %zu bytes", capacity);
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return STATUS_OK;
}

enum status buffer_append(struct buffer *buffer, const char *bytes, size_t length,
                          struct error *error)
{
    enum status status = buffer_reserve(buffer, length, error);
    if (status != STATUS_OK || length == 0)
        return status;
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return STATUS_OK;
}

enum status buffer_append_format(struct buffer *buffer, struct error *error, const char *format,
                                 ...)
{
    char text[FORMATTED_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text)
        return error_set(error, STATUS_TOO_LARGE, "a formatted text exceeds %zu bytes",
                         sizeof text - 1);
    return buffer_append(buffer, text, (size_t)length, error);
}
