#include "json_number.h"
#include "random.h"
#include "temporary.h"
#include "valgrind_run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RANDOM_NUMBERS = 40000, DIGITS_MAX = 17 };

struct spelling {
    double value;
    const char *text;
};

#define CHECK_SPELLINGS(...)                                                                       \
    check_spellings((const struct spelling[]){__VA_ARGS__},                                        \
                    sizeof((const struct spelling[]){__VA_ARGS__}) / sizeof(struct spelling))

static void check_spellings(const struct spelling *spellings, size_t count)
{
    char text[JSON_NUMBER_SIZE];
    for (size_t i = 0; i < count; i++) {
        json_number_write(spellings[i].value, text);
        assert_string_equal(text, spellings[i].text);
        if (spellings[i].value == 0)
            continue;
        json_number_write(-spellings[i].value, text);
        assert_int_equal(text[0], '-');
        assert_string_equal(text + 1, spellings[i].text);
    }
}

static void fractions_are_spelled_with_the_fewest_digits(void **state)
{
    (void)state;
    CHECK_SPELLINGS({0.1, "0.1"}, {33.3, "33.3"}, {33.30, "33.3"}, {0.5, "0.5"}, {1.5, "1.5"},
                    {0.1 + 0.2, "0.30000000000000004"}, {1.0 / 3, "0.3333333333333333"},
                    {2.0 / 3, "0.6666666666666666"}, {99.99, "99.99"},
                    {3.141592653589793, "3.141592653589793"}, {100.25, "100.25"},
                    {123456789.12345678, "123456789.12345678"}, {1e15 + 0.5, "1000000000000000.5"});
}

static void whole_numbers_have_no_point(void **state)
{
    (void)state;
    CHECK_SPELLINGS({1, "1"}, {10, "10"}, {100, "100"}, {1700000000000, "1700000000000"},
                    {9007199254740991, "9007199254740991"}, {9007199254740992, "9007199254740992"},
                    {9223372036854775807.0, "9223372036854776000"},
                    {12345678901234567890.0, "12345678901234567000"},
                    {123456789012345680000.0, "123456789012345680000"},
                    {1e20, "100000000000000000000"},
                    {999999999999999900000.0, "999999999999999900000"});
}

static void few_digits_behind_the_point_are_all_there(void **state)
{
    (void)state;
    CHECK_SPELLINGS({0.001, "0.001"}, {0.05, "0.05"}, {7.005, "7.005"}, {0.0005, "0.0005"},
                    {0.9995, "0.9995"}, {999999999.999, "999999999.999"},
                    {1000000000.001, "1000000000.001"}, {999999999.9999, "999999999.9999"},
                    {1e9, "1000000000"}, {999999999, "999999999"}, {2.675, "2.675"},
                    {1.0049999999999997, "1.0049999999999997"}, {1.005, "1.005"});
}

static void integers_of_64_bits_are_written(void **state)
{
    static const int64_t values[] = {0, 1, -1, 9, 10, -10, 1769000000123, INT64_MAX, INT64_MIN};
    char text[JSON_NUMBER_SIZE];
    char expected[JSON_NUMBER_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        json_number_write_integer(values[i], text);
        (void)snprintf(expected, sizeof expected, "%" PRId64, values[i]);
        assert_string_equal(text, expected);
    }
}

static void large_numbers_have_an_exponent_from_1e21(void **state)
{
    (void)state;
    CHECK_SPELLINGS({1e21, "1e+21"}, {1.5e21, "1.5e+21"}, {1.2345e22, "1.2345e+22"},
                    {1e100, "1e+100"}, {1e308, "1e+308"},
                    {1.7976931348623157e308, "1.7976931348623157e+308"});
}

static void small_numbers_have_an_exponent_from_1e_minus_7(void **state)
{
    (void)state;
    CHECK_SPELLINGS({0.001, "0.001"}, {0.00001, "0.00001"}, {0.000001, "0.000001"},
                    {0.00000123, "0.00000123"}, {1e-7, "1e-7"}, {1.23e-7, "1.23e-7"},
                    {1e-10, "1e-10"}, {1e-100, "1e-100"}, {5e-324, "5e-324"}, {1e-323, "1e-323"},
                    {2.2250738585072014e-308, "2.2250738585072014e-308"},
                    {2.225073858507201e-308, "2.225073858507201e-308"});
}

static void zero_has_no_sign(void **state)
{
    (void)state;
    CHECK_SPELLINGS({0.0, "0"}, {-0.0, "0"});
}

/* Below a power of two doubles lie closer: the nearest decimal may miss where another one fits. */
static void powers_of_two_are_spelled_with_the_fewest_digits(void **state)
{
    (void)state;
    CHECK_SPELLINGS({0x1p-1017, "7.120236347223045e-307"}, {0x1p-44, "5.684341886080802e-14"},
                    {0x1p-24, "5.960464477539063e-8"}, {0x1p-23, "1.1920928955078125e-7"},
                    {0x1p89, "6.189700196426902e+26"}, {0x1p976, "6.386688990511104e+293"},
                    {0x1p60, "1152921504606847000"}, {0x1p1023, "8.98846567431158e+307"});
}

static int digits_of(const char *spelled)
{
    int digits = 0;
    int zeros = 0; /* at the end: they name no value but a place */
    for (const char *p = spelled; *p != '\0' && *p != 'e'; p++) {
        if (*p < '0' || *p > '9' || (*p == '0' && digits == 0))
            continue;
        zeros = *p == '0' ? zeros + 1 : 0;
        digits++;
    }
    return digits - zeros;
}

static bool is_shortest(double value, int digits)
{
    char shorter[64];
    if (digits == 1)
        return true;
    (void)snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
    return strtod(shorter, NULL) != value;
}

static void check_number(double value, uint64_t seed)
{
    char text[JSON_NUMBER_SIZE];
    json_number_write(value, text);
    if (strtod(text, NULL) != value)
        fail_msg("seed %" PRIu64 ": %a is written as %s, another number", seed, value, text);
    if (digits_of(text) > DIGITS_MAX || !is_shortest(value, digits_of(text)))
        fail_msg("seed %" PRIu64 ": %a is written as %s, not its shortest", seed, value, text);
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void any_number_keeps_its_value_and_has_no_shorter_spelling(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= repetitions(RANDOM_NUMBERS); seed++) {
        random_seed(seed);
        double value = double_of(random_bits());
        if (isfinite(value) && value != 0)
            check_number(value, seed);
    }
}

static void short_decimals_are_spelled_as_they_were(void **state)
{
    char given[64];
    char text[JSON_NUMBER_SIZE];
    (void)state;
    for (uint64_t seed = 1; seed <= repetitions(RANDOM_NUMBERS); seed++) {
        random_seed(seed);
        (void)snprintf(given, sizeof given, "%u.%03u", random_below(1000000), random_below(1000));
        check_number(strtod(given, NULL) + 0.0001, seed);
        json_number_write(strtod(given, NULL), text);
        size_t length = strlen(text);
        if (strncmp(text, given, length) != 0 ||
            strspn(given + length, ".0") != strlen(given + length))
            fail_msg("seed %" PRIu64 ": %s is written as %s", seed, given, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions_are_spelled_with_the_fewest_digits),
        cmocka_unit_test(few_digits_behind_the_point_are_all_there),
        cmocka_unit_test(whole_numbers_have_no_point),
        cmocka_unit_test(integers_of_64_bits_are_written),
        cmocka_unit_test(large_numbers_have_an_exponent_from_1e21),
        cmocka_unit_test(small_numbers_have_an_exponent_from_1e_minus_7),
        cmocka_unit_test(zero_has_no_sign),
        cmocka_unit_test(powers_of_two_are_spelled_with_the_fewest_digits),
        cmocka_unit_test(any_number_keeps_its_value_and_has_no_shorter_spelling),
        cmocka_unit_test(short_decimals_are_spelled_as_they_were),
    };
    return cmocka_run_group_tests_name("json_number", tests, NULL, NULL);
}
