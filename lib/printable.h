/*
 * Text from outside made safe to show: in a log line, in a terminal, in a JSON string.
 */
#ifndef SCHEDULE_PRINTABLE_H
#define SCHEDULE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copy `length` bytes of `text` to `target`, always ended by a NUL. Control characters (C0, DEL and
 * C1) and bytes that are not UTF-8 become \xNN; all else is copied as it is. What does not fit into
 * `size` bytes (at least 1) is left out, never cut within a character.
 */
void printable_copy(char *target, size_t size, const char *text, size_t length);

/* Whether a control character of ASCII (C0, DEL) is in the text. */
bool printable_has_control(const char *text);

#endif
