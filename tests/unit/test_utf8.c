#include "temporary.h"
#include "utf8.h"

#include <string.h>

static void knows_whole_sequences(void **state)
{
    (void)state;
    assert_int_equal(utf8_sequence_length("a", 1), 1);
    assert_int_equal(utf8_sequence_length("é", 2), 2);
    assert_int_equal(utf8_sequence_length("中", 3), 3);
    assert_int_equal(utf8_sequence_length("😀", 4), 4);
    assert_int_equal(utf8_sequence_length("\xF4\x8F\xBF\xBF", 4), 4);
    assert_int_equal(utf8_sequence_length("\xED\x9F\xBF", 3), 3);
    assert_int_equal(utf8_sequence_length("\xEE\x80\x80", 3), 3);
}

static void refuses_what_rfc_3629_excludes(void **state)
{
    static const char *const sequences[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC2\x41",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xE4\xB8\x41",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xF0\x9F\x98\x41",
    };
    (void)state;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++)
        assert_int_equal(utf8_sequence_length(sequences[i], strlen(sequences[i])), 0);
}

static void refuses_cut_sequences(void **state)
{
    (void)state;
    assert_int_equal(utf8_sequence_length("", 0), 0);
    assert_int_equal(utf8_sequence_length("中", 2), 0);
    assert_int_equal(utf8_sequence_length("😀", 3), 0);
}

static void tells_whether_a_text_is_valid(void **state)
{
    (void)state;
    assert_true(utf8_is_valid("", 0));
    assert_true(utf8_is_valid("a中😀é", 10));
    assert_false(utf8_is_valid("a中😀é", 9));
    assert_false(utf8_is_valid("a中\xFF", 5));
    assert_false(utf8_is_valid("\xADz", 2));
}

static void writes_every_character_as_it_is_read(void **state)
{
    static const uint32_t ends[] = {0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF};
    char bytes[UTF8_SIZE_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t length = utf8_write(ends[i], bytes);
        assert_int_equal(length, ends[i] < 0x80      ? 1
                                 : ends[i] < 0x800   ? 2
                                 : ends[i] < 0x10000 ? 3
                                                     : 4);
        assert_int_equal(utf8_sequence_length(bytes, length), length);
    }
    assert_int_equal(utf8_write(0x4E2D, bytes), 3);
    assert_memory_equal(bytes, "中", 3);
    assert_int_equal(utf8_write(0x1F600, bytes), 4);
    assert_memory_equal(bytes, "😀", 4);
}

static void counts_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_count("", 0), 0);
    assert_int_equal(utf8_count("a中😀", strlen("a中😀")), 3);
    /* Longer than what is counted at once, and not a multiple of it. */
    static char text[10 * 4096 + 7];
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i + 3 <= sizeof text; i += 30)
        memcpy(text + i, "中", 3);
    for (size_t length = 0; length <= sizeof text; length += length < 100 ? 1 : 997) {
        size_t expected = 0;
        for (size_t i = 0; i < length; i++)
            expected += i % 30 != 1 && i % 30 != 2;
        assert_int_equal(utf8_count(text, length), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_whole_sequences),
        cmocka_unit_test(refuses_what_rfc_3629_excludes),
        cmocka_unit_test(refuses_cut_sequences),
        cmocka_unit_test(tells_whether_a_text_is_valid),
        cmocka_unit_test(writes_every_character_as_it_is_read),
        cmocka_unit_test(counts_characters),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
