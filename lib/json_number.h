/*
 * The shortest spelling of a number: what ECMAScript's Number::toString gives and so what a page
 * would write. Pure; nothing is owned, nothing fails.
 */
#ifndef SCHEDULE_JSON_NUMBER_H
#define SCHEDULE_JSON_NUMBER_H

#include <stdint.h>

enum { JSON_NUMBER_SIZE = 64 };

/*
 * Write `value`, which is finite, with as few digits as name it and no other: 0.1, 33.3, 1e+21,
 * 5e-324. Minus zero becomes "0".
 */
void json_number_write(double value, char text[JSON_NUMBER_SIZE]);

void json_number_write_integer(int64_t value, char text[JSON_NUMBER_SIZE]);

#endif
