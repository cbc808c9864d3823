#include "number.h"
#include "temporary.h"

static void accepts_digits_up_to_the_maximum(void **state)
{
    uint64_t value = 7;
    (void)state;
    assert_int_equal(number_parse("0", 10, &value), NUMBER_OK);
    assert_int_equal(value, 0);
    assert_int_equal(number_parse("0010", 10, &value), NUMBER_OK);
    assert_int_equal(value, 10);
    assert_int_equal(number_parse("18446744073709551615", UINT64_MAX, &value), NUMBER_OK);
    assert_true(value == UINT64_MAX);
}

static void refuses_what_is_beyond(void **state)
{
    uint64_t value = 7;
    (void)state;
    assert_int_equal(number_parse("11", 10, &value), NUMBER_TOO_LARGE);
    assert_int_equal(number_parse("18446744073709551616", UINT64_MAX, &value), NUMBER_TOO_LARGE);
    assert_int_equal(number_parse("99999999999999999999999999", UINT64_MAX, &value),
                     NUMBER_TOO_LARGE);
    assert_int_equal(value, 7);
}

static void refuses_all_but_digits(void **state)
{
    static const char *const texts[] = {"",
                                        " 5",
                                        "5 ",
                                        "+5",
                                        "-1",
                                        "0x10",
                                        "1e3",
                                        "5.",
                                        "5,",
                                        "５",
                                        "12a",
                                        "5\n",
                                        "99999999999999999999999-"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint64_t value = 7;
        assert_int_equal(number_parse(texts[i], UINT64_MAX, &value), NUMBER_MALFORMED);
        assert_int_equal(value, 7);
    }
}

static void knows_hexadecimal_digits(void **state)
{
    (void)state;
    for (int i = 0; i < 16; i++) {
        assert_int_equal(number_hex_digit("0123456789abcdef"[i]), i);
        assert_int_equal(number_hex_digit("0123456789ABCDEF"[i]), i);
    }
    for (const char *other = "/:@G`g \x80"; *other != '\0'; other++)
        assert_int_equal(number_hex_digit(*other), -1);
    assert_int_equal(number_hex_digit('\0'), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_digits_up_to_the_maximum),
        cmocka_unit_test(refuses_what_is_beyond),
        cmocka_unit_test(refuses_all_but_digits),
        cmocka_unit_test(knows_hexadecimal_digits),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
