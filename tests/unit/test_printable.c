#include "printable.h"
#include "temporary.h"

#include <string.h>

static void check(const char *text, size_t size, const char *expected)
{
    char target[64];
    memset(target, '!', sizeof target);
    printable_copy(target, size, text, strlen(text));
    assert_string_equal(target, expected);
}

static void leaves_text_alone(void **state)
{
    (void)state;
    check("plain, 中文 and 😀", 64, "plain, 中文 and 😀");
    check("", 1, "");
}

static void shows_control_characters(void **state)
{
    (void)state;
    check("a\nb\r\t\x1B[31m\x7F", 64, "a\\x0Ab\\x0D\\x09\\x1B[31m\\x7F");
    check("\xC2\x9B"
          "31m",
          64, "\\xC2\\x9B31m");
    check("\xC2\xA0", 64, "\xC2\xA0");
}

static void shows_bytes_that_are_not_utf8(void **state)
{
    (void)state;
    check("a\xFFz\xE4\xB8", 64, "a\\xFFz\\xE4\\xB8");
}

static void cuts_between_characters(void **state)
{
    (void)state;
    check("ab中", 6, "ab中");
    check("ab中", 5, "ab");
    check("ab\n", 6, "ab");
    check("abc", 1, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_text_alone),
        cmocka_unit_test(shows_control_characters),
        cmocka_unit_test(shows_bytes_that_are_not_utf8),
        cmocka_unit_test(cuts_between_characters),
    };
    return cmocka_run_group_tests_name("printable", tests, NULL, NULL);
}
