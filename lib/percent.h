/*
 * Percent-encoding (RFC 3986 2.1) in the one form that signatures of S3 know: letters, digits and
 * "-._~" as they are, all else as %XX with capital digits. Nothing is owned.
 */
#ifndef SCHEDULE_PERCENT_H
#define SCHEDULE_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Append `text`, encoded, to the string in `target`, which has `size` bytes. Characters of `kept`
 * stay as they are. False, with `target` as it was, if there is no room for it.
 */
bool percent_append(char *target, size_t size, const char *text, const char *kept);

/*
 * Decode a string in its place. False if an escape is not one of two digits, or stands for NUL;
 * what is in `text` then means nothing.
 */
bool percent_decode(char *text);

#endif
