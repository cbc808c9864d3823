/*
 * The one parser for numbers that come from outside: settings, CONTENT_LENGTH, revisions,
 * escapes; and the writer of those that go into headers, where every answer would pay for printf.
 */
#ifndef SCHEDULE_NUMBER_H
#define SCHEDULE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum number_result {
    NUMBER_OK,
    NUMBER_MALFORMED, /* not one or more of the digits 0 to 9 and nothing else */
    NUMBER_TOO_LARGE  /* digits, but beyond the maximum */
};

/*
 * Parse all of `text` as a decimal number of 0 to `maximum`: digits only, no sign, no space, no
 * exponent (the 1*DIGIT of RFC 3875 4.1.2). `*value` is written on NUMBER_OK alone.
 */
enum number_result number_parse(const char *text, uint64_t maximum, uint64_t *value);

enum { NUMBER_TEXT_SIZE = sizeof "18446744073709551615" };

/* Write `value` in decimal, ended by a NUL; returns where that is, as stpcpy(3) does. */
char *number_format(uint64_t value, char text[NUMBER_TEXT_SIZE]);

/* Parse a revision, 0 or more. False, and `*revision` untouched, if `text` is anything else. */
bool number_parse_revision(const char *text, int64_t *revision);

/* The value of one hexadecimal digit of either case, or -1. */
int number_hex_digit(char digit);

#endif
