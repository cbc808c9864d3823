#include "number.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum number_result number_parse(const char *text, uint64_t maximum, uint64_t *value)
{
    const uint64_t tenth = maximum / 10;
    uint64_t sum = 0;
    bool beyond = false;
    if (*text == '\0')
        return NUMBER_MALFORMED;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return NUMBER_MALFORMED;
        uint64_t digit = (uint64_t)(*text - '0');
        beyond = beyond || sum > tenth || sum * 10 > maximum - digit;
        if (!beyond)
            sum = sum * 10 + digit;
    }
    if (beyond)
        return NUMBER_TOO_LARGE;
    *value = sum;
    return NUMBER_OK;
}

char *number_format(uint64_t value, char text[NUMBER_TEXT_SIZE])
{
    char digits[NUMBER_TEXT_SIZE];
    size_t first = sizeof digits - 1;
    digits[first] = '\0';
    do {
        digits[--first] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    memcpy(text, digits + first, sizeof digits - first);
    return text + (sizeof digits - 1 - first);
}

bool number_parse_revision(const char *text, int64_t *revision)
{
    uint64_t number = 0;
    if (number_parse(text, INT64_MAX, &number) != NUMBER_OK)
        return false;
    *revision = (int64_t)number;
    return true;
}

int number_hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}
