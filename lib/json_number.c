#include "json_number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_MAX = 17, /* always enough to tell one double from all others */
    POINT_MAX = 21,  /* ECMAScript's bounds of where the point stands without an exponent */
    POINT_MIN = -6,
    SCIENTIFIC_SIZE = 40
};

/* The digits of a positive number, its point standing behind `point` of them. */
struct decimal {
    char digits[DIGITS_MAX + 1];
    int count;
    int point;
};

/*
 * `scientific` is "d.ddde±xx", as "%e" spells numbers. Its last digit is no 0 unless it is the only
 * one: fewer would have done.
 */
static struct decimal decimal_of(const char *scientific)
{
    struct decimal decimal = {.count = 0};
    const char *exponent = strchr(scientific, 'e');
    for (const char *p = scientific; p < exponent; p++) {
        if (*p != '.')
            decimal.digits[decimal.count++] = *p;
    }
    decimal.digits[decimal.count] = '\0';
    decimal.point = (int)strtol(exponent + 1, NULL, 10) + 1;
    return decimal;
}

/* Add one to the last digit. Of nines alone zeros come, which name no number that is looked for. */
static void digits_increment(char *scientific)
{
    char *digit = strchr(scientific, 'e') - 1;
    while (digit > scientific && (*digit == '9' || *digit == '.')) {
        *digit = *digit == '9' ? '0' : '.';
        digit--;
    }
    if (*digit == '9')
        *digit = '0';
    else
        ++*digit;
}

static bool names(const char *scientific, double value)
{
    return strtod(scientific, NULL) == value;
}

/*
 * The nearest decimal of so many digits, or the next one: the doubles below a power of two lie
 * closer than those above, so the nearest can be another double's where the next is not.
 */
static bool is_named_by(double value, int digits, char scientific[SCIENTIFIC_SIZE])
{
    (void)snprintf(scientific, SCIENTIFIC_SIZE, "%.*e", digits - 1, value);
    if (names(scientific, value))
        return true;
    digits_increment(scientific);
    return names(scientific, value);
}

static struct decimal shortest(double value)
{
    char scientific[SCIENTIFIC_SIZE];
    int digits = 1;
    while (!is_named_by(value, digits, scientific) && digits < DIGITS_MAX)
        digits++;
    return decimal_of(scientific);
}

/* ECMA-262, Number::toString with radix 10. */
static void decimal_write(const struct decimal *decimal, char *text, size_t size)
{
    static const char zeros[] = "00000000000000000000";
    const char *digits = decimal->digits;
    int count = decimal->count;
    int point = decimal->point;
    if (count <= point && point <= POINT_MAX)
        (void)snprintf(text, size, "%s%.*s", digits, point - count, zeros);
    else if (0 < point && point <= POINT_MAX)
        (void)snprintf(text, size, "%.*s.%s", point, digits, digits + point);
    else if (POINT_MIN < point && point <= 0)
        (void)snprintf(text, size, "0.%.*s%s", -point, zeros, digits);
    else
        (void)snprintf(text, size, "%c%s%se%+d", digits[0], count > 1 ? "." : "", digits + 1,
                       point - 1);
}

/* Write at least `width` digits, and a NUL. */
static char *digits_write(uint64_t value, unsigned width, char *text)
{
    char reversed[JSON_NUMBER_SIZE];
    unsigned count = 0;
    for (; value > 0 || count < width; value /= 10)
        reversed[count++] = (char)('0' + value % 10);
    while (count > 0)
        *text++ = reversed[--count];
    *text = '\0';
    return text;
}

/*
 * Write a positive number that has at most three digits behind its point, as most numbers of people
 * have; false if it is none. Division gives the double that is nearest to the decimal, and of so
 * few digits in all no other decimal has the same nearest double: so it is the shortest.
 */
static bool plain_write(double value, char *text)
{
    static const double scales[] = {1, 10, 100, 1000};
    if (value >= 1e9)
        return false;
    for (unsigned digits = 0; digits < sizeof scales / sizeof scales[0]; digits++) {
        const uint64_t scale = (uint64_t)scales[digits];
        const uint64_t scaled = (uint64_t)(value * scales[digits] + 0.5);
        if ((double)scaled / scales[digits] != value)
            continue;
        text = digits_write(scaled / scale, 1, text);
        if (digits > 0) {
            *text++ = '.';
            (void)digits_write(scaled % scale, digits, text);
        }
        return true;
    }
    return false;
}

void json_number_write(double value, char text[JSON_NUMBER_SIZE])
{
    size_t sign = value < 0 ? 1 : 0;
    text[0] = '-';
    if (plain_write(fabs(value), text + sign))
        return;
    struct decimal decimal = shortest(fabs(value));
    decimal_write(&decimal, text + sign, JSON_NUMBER_SIZE - sign);
}

void json_number_write_integer(int64_t value, char text[JSON_NUMBER_SIZE])
{
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (value < 0)
        *text++ = '-';
    (void)digits_write(magnitude, 1, text);
}
