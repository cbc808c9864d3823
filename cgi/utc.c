#include "utc.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

enum { DAY_MS = 86400000, DAYS_OF_400_YEARS = 146097, DAYS_FROM_0000_03_01_TO_1970 = 719468 };

struct date {
    int64_t year;
    int month;
    int day;
};

/*
 * Years are counted from March, so that the leap day is their last; then the months before one have
 * 30.6 days each, rounded.
 */
static struct date date_of(int64_t days_since_1970)
{
    int64_t days = days_since_1970 + DAYS_FROM_0000_03_01_TO_1970;
    int64_t era = days / DAYS_OF_400_YEARS;
    int day = (int)(days % DAYS_OF_400_YEARS);
    int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int day_of_year = day - (365 * year + year / 4 - year / 100);
    int month = (5 * day_of_year + 2) / 153;
    bool next_year = month >= 10; /* January and February */
    return (struct date){.year = era * 400 + year + next_year,
                         .month = next_year ? month - 9 : month + 3,
                         .day = day_of_year - (153 * month + 2) / 5 + 1};
}

void utc_write(int64_t ms, char text[UTC_SIZE])
{
    struct date date = date_of(ms / DAY_MS);
    unsigned time = (unsigned)(ms % DAY_MS);
    (void)snprintf(text, UTC_SIZE, "%04" PRId64 "-%02d-%02dT%02u:%02u:%02u.%03uZ", date.year,
                   date.month, date.day, time / 3600000, time / 60000 % 60, time / 1000 % 60,
                   time % 1000);
}
