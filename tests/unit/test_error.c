#include "error.h"
#include "temporary.h"

#include <errno.h>
#include <string.h>

static void first_error_wins(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    assert_int_equal(error_set(&error, STATUS_BUSY, "first %d", 1), STATUS_BUSY);
    assert_int_equal(error_set(&error, STATUS_CORRUPT, "second"), STATUS_CORRUPT);
    assert_string_equal(error.text, "first 1");
    assert_int_equal(error_set(NULL, STATUS_INVALID, "nobody listens"), STATUS_INVALID);
}

static void names_errno_call_and_path(void **state)
{
    struct error error = ERROR_INIT;
    struct error whole = ERROR_INIT;
    (void)state;
    assert_int_equal(error_set_system(&error, EROFS, "open", "/data", "data.lock"),
                     STATUS_UNAVAILABLE);
    assert_string_equal(error.text, "EROFS: read-only file system, open '/data/data.lock'");
    assert_int_equal(error_set_system(&whole, EACCES, "mkdir", "/data", NULL), STATUS_UNAVAILABLE);
    assert_string_equal(whole.text, "EACCES: permission denied, mkdir '/data'");
    struct error input = ERROR_INIT;
    (void)error_set_system(&input, EIO, "read", "/data", NULL);
    assert_true(strcmp(input.text, "EIO: input/output error, read '/data'") == 0 ||
                strcmp(input.text, "EIO: I/O error, read '/data'") == 0);
}

static void tells_space_and_memory_apart(void **state)
{
    (void)state;
    assert_int_equal(error_set_system(NULL, ENOSPC, "write", "/", NULL), STATUS_NO_SPACE);
    assert_int_equal(error_set_system(NULL, EDQUOT, "write", "/", NULL), STATUS_NO_SPACE);
    assert_int_equal(error_set_system(NULL, ENOMEM, "open", "/", NULL), STATUS_NO_MEMORY);
    assert_int_equal(error_set_system(NULL, EIO, "open", "/", NULL), STATUS_UNAVAILABLE);
}

static void text_is_one_clean_line(void **state)
{
    struct error error = ERROR_INIT;
    char longest[2 * ERROR_TEXT_SIZE];
    (void)state;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    (void)error_set(&error, STATUS_INVALID, "a\nb%s", longest);
    assert_memory_equal(error.text, "a\\x0Abxxx", 9);
    assert_in_range(strlen(error.text), ERROR_TEXT_SIZE - 8, ERROR_TEXT_SIZE - 1);
}

static void unknown_errno_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(error_errno_name(ENOSPC), "ENOSPC");
    assert_null(error_errno_name(99999));
    struct error error = ERROR_INIT;
    (void)error_set_system(&error, 99999, "open", "/data", NULL);
    assert_memory_equal(error.text, "errno 99999: ", 13);
    assert_non_null(strstr(error.text, ", open '/data'")); /* after what the C library says */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_error_wins),
        cmocka_unit_test(names_errno_call_and_path),
        cmocka_unit_test(tells_space_and_memory_apart),
        cmocka_unit_test(text_is_one_clean_line),
        cmocka_unit_test(unknown_errno_has_a_name),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
