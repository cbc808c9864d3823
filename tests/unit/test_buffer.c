#include "buffer.h"
#include "temporary.h"

#include <string.h>

static void grows_to_exactly_its_maximum(void **state)
{
    struct buffer buffer;
    (void)state;
    buffer_init(&buffer, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(buffer_append(&buffer, "x", 1, NULL), STATUS_OK);
    assert_int_equal(buffer.length, 1000);
    assert_int_equal(buffer.capacity, 1000);
    struct error error = ERROR_INIT;
    assert_int_equal(buffer_append(&buffer, "x", 1, &error), STATUS_TOO_LARGE);
    assert_string_equal(error.text, "more than the maximum of 1000 bytes");
    assert_int_equal(buffer.length, 1000);
    buffer_release(&buffer);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.maximum, 1000);
}

static void refuses_sums_that_overflow(void **state)
{
    struct buffer buffer;
    (void)state;
    buffer_init(&buffer, SIZE_MAX);
    assert_int_equal(buffer_append(&buffer, "ab", 2, NULL), STATUS_OK);
    assert_int_equal(buffer_reserve(&buffer, SIZE_MAX - 1, NULL), STATUS_TOO_LARGE);
    assert_int_equal(buffer.length, 2);
    assert_memory_equal(buffer.bytes, "ab", 2);
    buffer_release(&buffer);
}

static void appends_nothing_without_allocating(void **state)
{
    struct buffer buffer;
    (void)state;
    buffer_init(&buffer, 0);
    assert_int_equal(buffer_append(&buffer, "", 0, NULL), STATUS_OK);
    assert_null(buffer.bytes);
}

static void appends_formats_up_to_their_bound(void **state)
{
    struct buffer buffer;
    (void)state;
    buffer_init(&buffer, 4096);
    assert_int_equal(buffer_append_format(&buffer, NULL, "%d-%s", 12, "ab"), STATUS_OK);
    assert_memory_equal(buffer.bytes, "12-ab", 5);
    assert_int_equal(buffer_append_format(&buffer, NULL, "%1023d", 1), STATUS_OK);
    assert_int_equal(buffer_append_format(&buffer, NULL, "%1024d", 1), STATUS_TOO_LARGE);
    assert_int_equal(buffer.length, 5 + 1023);
    buffer_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_to_exactly_its_maximum),
        cmocka_unit_test(refuses_sums_that_overflow),
        cmocka_unit_test(appends_nothing_without_allocating),
        cmocka_unit_test(appends_formats_up_to_their_bound),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
