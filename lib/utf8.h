/*
 * UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing beyond U+10FFFF. Pure
 * functions on bytes; nothing is owned, nothing fails.
 */
#ifndef SCHEDULE_UTF8_H
#define SCHEDULE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_SIZE_MAX = 4 };

/* What must follow a lead byte: `length` bytes in all, the second one within `low`..`high`. */
struct utf8_lead {
    unsigned char length; /* 1 to 4; 0: no sequence starts with this byte */
    unsigned char low;
    unsigned char high;
};

struct utf8_lead utf8_lead(unsigned char byte);

/*
 * The length (1 to 4) of the sequence at `bytes`, or 0 if the first `available` bytes hold no whole
 * valid one.
 */
size_t utf8_sequence_length(const char *bytes, size_t available);

/* Whether the bytes are whole valid sequences, one after the other. */
bool utf8_is_valid(const char *bytes, size_t length);

/* Write the character, which is no surrogate and at most U+10FFFF. Its length. */
size_t utf8_write(uint32_t character, char bytes[UTF8_SIZE_MAX]);

/* How many characters start within `length` bytes: all bytes but continuation bytes. */
size_t utf8_count(const char *bytes, size_t length);

#endif
