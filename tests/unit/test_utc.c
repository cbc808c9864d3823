#include "utc.h"

#include "temporary.h"
#include "valgrind_run.h"

#include <stdio.h>
#include <time.h>

static void check_time(int64_t ms, const char *expected)
{
    char text[UTC_SIZE];
    utc_write(ms, text);
    assert_string_equal(text, expected);
}

static void known_times_are_told(void **state)
{
    (void)state;
    check_time(0, "1970-01-01T00:00:00.000Z");
    check_time(1, "1970-01-01T00:00:00.001Z");
    check_time(951782399999, "2000-02-28T23:59:59.999Z");
    check_time(951782400000, "2000-02-29T00:00:00.000Z");
    check_time(951868800000, "2000-03-01T00:00:00.000Z");
    check_time(1769000000123, "2026-01-21T12:53:20.123Z");
    check_time(4107542399999, "2100-02-28T23:59:59.999Z");
    check_time(4107542400000, "2100-03-01T00:00:00.000Z");
    check_time(253402300800000, "10000-01-01T00:00:00.000Z");
    check_time(INT64_MAX, "292278994-08-17T07:12:55.807Z");
}

static void check_like_gmtime(int64_t ms)
{
    char expected[64];
    char seconds[40];
    struct tm utc;
    const time_t time = (time_t)(ms / 1000);
    assert_non_null(gmtime_r(&time, &utc));
    assert_true(strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc) > 0);
    (void)snprintf(expected, sizeof expected, "%s.%03dZ", seconds, (int)(ms % 1000));
    check_time(ms, expected);
}

static void every_day_of_eight_centuries_is_told_as_the_c_library_does(void **state)
{
    const int64_t day_ms = 86400000;
    const int64_t step = valgrind_runs() ? 31 : 1;
    (void)state;
    for (int64_t day = 0; day < 800 * 366; day += step) {
        check_like_gmtime(day * day_ms);
        check_like_gmtime(day * day_ms + day_ms - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_times_are_told),
        cmocka_unit_test(every_day_of_eight_centuries_is_told_as_the_c_library_does),
    };
    return cmocka_run_group_tests_name("utc", tests, NULL, NULL);
}
