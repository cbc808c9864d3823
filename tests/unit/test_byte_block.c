/* Every answer about a block against what is said of each of its bytes. */
#include "byte_block.h"
#include "random.h"
#include "temporary.h"
#include "valgrind_run.h"

#include <stdbool.h>
#include <string.h>

static bool stops_string(unsigned char byte)
{
    return byte == '"' || byte == '\\' || byte < 0x20;
}

static bool is_space(unsigned char byte)
{
    return byte == ' ';
}

static bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_high(unsigned char byte)
{
    return byte >= 0x80;
}

static bool is_continuation(unsigned char byte)
{
    return byte >= 0x80 && byte < 0xC0;
}

static bool leads_three(unsigned char byte)
{
    return byte > 0xE0 && byte < 0xF0 && byte != 0xED;
}

static const struct {
    uint32_t (*answer)(struct byte_block block);
    bool (*is_so)(unsigned char byte);
} questions[] = {
    {byte_block_string_stops, stops_string},
    {byte_block_spaces, is_space},
    {byte_block_digits, is_digit},
    {byte_block_high, is_high},
    {byte_block_continuations, is_continuation},
    {byte_block_leads_of_three, leads_three},
};

static void check_block(const char bytes[BYTE_BLOCK_SIZE])
{
    struct byte_block block = byte_block_load(bytes);
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        uint32_t expected = 0;
        for (unsigned place = 0; place < BYTE_BLOCK_SIZE; place++)
            expected |= (uint32_t)questions[i].is_so((unsigned char)bytes[place]) << place;
        assert_int_equal(questions[i].answer(block), expected);
    }
}

static void answers_for_every_byte_at_every_place(void **state)
{
    static const char fillers[] = {'a', '\0', '\x7F', '"', '\x80', '\xFF', '\xE4', ' '};
    char bytes[BYTE_BLOCK_SIZE];
    (void)state;
    for (size_t filler = 0; filler < sizeof fillers; filler++) {
        for (unsigned place = 0; place < BYTE_BLOCK_SIZE; place++) {
            memset(bytes, fillers[filler], sizeof bytes);
            for (unsigned byte = 0; byte < 256; byte++) {
                bytes[place] = (char)byte;
                check_block(bytes);
            }
        }
    }
}

static void random_bytes(char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)random_below(256);
}

static void answers_for_bytes_of_all_kinds(void **state)
{
    char bytes[BYTE_BLOCK_SIZE];
    (void)state;
    for (unsigned i = repetitions(20000); i > 0; i--) {
        random_bytes(bytes, sizeof bytes);
        check_block(bytes);
    }
}

static void loads_and_stores_no_more_than_a_block(void **state)
{
    const char text[] = "<0123456789abcdef>";
    char copy[] = "[................]";
    (void)state;
    byte_block_store(copy + 1, byte_block_load(text + 1));
    assert_string_equal(copy, "[0123456789abcdef]");
    byte_block_store(copy + 1, byte_block_of('\xE4'));
    for (unsigned i = 1; i <= BYTE_BLOCK_SIZE; i++)
        assert_int_equal(copy[i], '\xE4');
    assert_int_equal(copy[BYTE_BLOCK_SIZE + 1], ']');
}

static void finds_the_first(void **state)
{
    (void)state;
    assert_int_equal(byte_block_first(0), BYTE_BLOCK_SIZE);
    assert_int_equal(byte_block_first(0xFFFF0000), BYTE_BLOCK_SIZE);
    for (unsigned place = 0; place < BYTE_BLOCK_SIZE; place++)
        assert_int_equal(byte_block_first(0xFFFFU << place), place);
}

static void tallies_what_begins_characters(void **state)
{
    char bytes[255 * BYTE_BLOCK_SIZE];
    struct byte_block tally = byte_block_of(0);
    unsigned expected = 0;
    (void)state;
    random_bytes(bytes, sizeof bytes);
    memset(bytes, 'a', sizeof bytes / 2);
    for (size_t i = 0; i < sizeof bytes; i++)
        expected += !is_continuation((unsigned char)bytes[i]);
    for (size_t i = 0; i < sizeof bytes; i += BYTE_BLOCK_SIZE)
        tally = byte_block_tally(tally, byte_block_load(bytes + i));
    assert_int_equal(byte_block_sum(tally), expected);
    /* As many as a place can hold. */
    tally = byte_block_of(0);
    for (unsigned i = 0; i < 255; i++)
        tally = byte_block_tally(tally, byte_block_of('a'));
    assert_int_equal(byte_block_sum(tally), 255 * BYTE_BLOCK_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_for_every_byte_at_every_place),
        cmocka_unit_test(answers_for_bytes_of_all_kinds),
        cmocka_unit_test(loads_and_stores_no_more_than_a_block),
        cmocka_unit_test(finds_the_first),
        cmocka_unit_test(tallies_what_begins_characters),
    };
    return cmocka_run_group_tests_name("byte_block", tests, NULL, NULL);
}
