/*
 * The quick way against the pass byte by byte, which it never is a part of: in pieces of one byte
 * there is nothing to be quick about. Pieces lie just before a page that cannot be read.
 */
#include "json_pass.h"
#include "json_quick.h"
#include "random.h"
#include "temporary.h"
#include "valgrind_run.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TEXT_MAX = 16 * 1024, OUTPUT_MAX = 8 * TEXT_MAX, PLACES = 64, MUTANTS = 3000 };

static const char *const watched_names[JSON_WATCHED] = {"taskTypes", "tasks"};

static char *readable_end;

static int guard_setup(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (TEXT_MAX + page - 1) / page * page;
    char *pages =
        mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)state;
    if (pages == MAP_FAILED || mprotect(pages + size, page, PROT_NONE) != 0)
        return -1;
    readable_end = pages + size;
    return 0;
}

/* What came of one pass. */
struct outcome {
    enum status status;
    struct error error;
    struct buffer output;
    struct json_outline outline;
};

/* The first piece is of `first` bytes, all others are of `further`. */
struct cut {
    size_t first;
    size_t further;
};

static const struct cut nowhere = {SIZE_MAX, SIZE_MAX};
static const struct cut everywhere = {1, 1};

static struct outcome outcome_of(const char *text, size_t length, struct cut cut, size_t maximum)
{
    struct outcome outcome = {.error = ERROR_INIT};
    struct json_pass pass;
    buffer_init(&outcome.output, maximum);
    json_pass_init(&pass, watched_names, maximum > 0 ? &outcome.output : NULL);
    size_t piece = cut.first;
    for (size_t at = 0; at < length && outcome.status == STATUS_OK; at += piece) {
        if (at > 0)
            piece = cut.further;
        if (piece > length - at)
            piece = length - at;
        char *copy = memcpy(readable_end - piece, text + at, piece);
        outcome.status = json_pass_feed(&pass, copy, piece, &outcome.error);
    }
    if (outcome.status == STATUS_OK)
        outcome.status = json_pass_finish(&pass, &outcome.error);
    outcome.outline = pass.outline;
    return outcome;
}

/* All but what was found there: of a character that is cut, its first byte alone. */
static size_t comparable_length(const struct error *error)
{
    const char *found = strstr(error->text, ", found");
    return found != NULL ? (size_t)(found - error->text) : strlen(error->text);
}

static void check_outlines(const struct json_outline *quick, const struct json_outline *slow)
{
    assert_int_equal(quick->members_end, slow->members_end);
    assert_int_equal(quick->has_members, slow->has_members);
    for (size_t i = 0; i < JSON_WATCHED; i++) {
        const struct json_member *left = &quick->watched[i];
        const struct json_member *right = &slow->watched[i];
        assert_int_equal(left->found, right->found);
        if (left->found) {
            assert_int_equal(left->has_content, right->has_content);
            assert_int_equal(left->kind, right->kind);
            assert_int_equal(left->begin, right->begin);
            assert_int_equal(left->end, right->end);
        }
    }
}

static enum status check_same(const char *text, size_t length, struct cut cut, size_t maximum)
{
    struct outcome quick = outcome_of(text, length, cut, maximum);
    struct outcome slow = outcome_of(text, length, everywhere, maximum);
    enum status status = slow.status;
    size_t compared = comparable_length(&slow.error);
    if (quick.status != status || comparable_length(&quick.error) != compared ||
        memcmp(quick.error.text, slow.error.text, compared) != 0)
        fail_msg("quickly %d '%s', byte by byte %d '%s': %.*s", (int)quick.status, quick.error.text,
                 (int)status, slow.error.text, (int)length, text);
    if (status == STATUS_OK) {
        check_outlines(&quick.outline, &slow.outline);
        assert_int_equal(quick.output.length, slow.output.length);
        if (slow.output.length > 0)
            assert_memory_equal(quick.output.bytes, slow.output.bytes, slow.output.length);
    }
    buffer_release(&quick.output);
    buffer_release(&slow.output);
    return status;
}

/* Whether it is accepted; with and without an output. */
static bool check_both(const char *text, size_t length, struct cut cut)
{
    enum status status = check_same(text, length, cut, 0);
    assert_int_equal(check_same(text, length, cut, OUTPUT_MAX), status);
    return status == STATUS_OK;
}

/* A schedule as pages send it. */
static size_t schedule_make(char text[TEXT_MAX], unsigned tasks)
{
    size_t length = (size_t)sprintf(text, "{\"projects\":[],\"tasks\":[");
    for (unsigned i = 0; i < tasks; i++)
        length += (size_t)sprintf(
            text + length,
            "%s{\"id\":\"task-%u\",\"name\":\"支付系统 UAT 联调（第%u期）\",\"progress\":%u.5,"
            "\"done\":%s,\"pmos\":[\"张三\",\"李四\"],\"steps\":[],\"more\":{\"a\":null,\"b\":{}},"
            "\"note\":\"一行\\n\\\"两行\\\"，and a longer one in ASCII alone\",\"order\":%u}",
            i > 0 ? "," : "", i, i, i % 100, i % 2 > 0 ? "true" : "false", i);
    length += (size_t)sprintf(text + length, "],\"taskTypes\":[{\"id\":\"1\"}]}");
    assert_in_range(length, 1, TEXT_MAX / 2);
    return length;
}

static size_t schedule_indented(char text[TEXT_MAX], unsigned tasks)
{
    char compact[TEXT_MAX];
    size_t length = schedule_make(compact, tasks);
    struct outcome written = outcome_of(compact, length, everywhere, OUTPUT_MAX);
    assert_int_equal(written.status, STATUS_OK);
    assert_in_range(written.output.length, length, TEXT_MAX);
    length = written.output.length;
    memcpy(text, written.output.bytes, length);
    buffer_release(&written.output);
    return length;
}

/* How many bytes the quick way leaves of the schedule, from the first task on. */
static size_t left_over(const char *text, size_t length, struct buffer *output)
{
    struct json_pass pass;
    const char *task = strstr(text, "\"id\"");
    assert_non_null(task);
    json_pass_init(&pass, watched_names, output);
    for (const char *p = text; p < task; p++)
        assert_int_equal(json_pass_feed(&pass, p, 1, NULL), STATUS_OK);
    pass.line_start = task;
    const char *stopped = json_quick_take(&pass, task, text + length);
    return (size_t)(text + length - stopped);
}

static void takes_all_but_the_end_of_a_schedule(void **state)
{
    char text[TEXT_MAX + 1];
    size_t (*const makers[])(char text[TEXT_MAX], unsigned tasks) = {schedule_make,
                                                                     schedule_indented};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t length = makers[i](text, 20);
        text[length] = '\0';
        struct buffer output;
        buffer_init(&output, OUTPUT_MAX);
        assert_in_range(length, 4000, TEXT_MAX);
        assert_in_range(left_over(text, length, NULL), 1, 200);
        assert_in_range(left_over(text, length, &output), 1, 200);
        buffer_release(&output);
        assert_true(check_both(text, length, nowhere));
    }
}

static const struct {
    const char *bytes;
    bool accepted; /* within a string */
} specials[] = {
    {"\\\"", true},
    {"\\\\", true},
    {"\\n", true},
    {"\\u4e2d", true},
    {"\\ud83d\\ude00", true},
    {"中", true},
    {"é", true},
    {"😀", true},
    {"힣", true},
    {"\xE0\xA0\x80", true},
    {"\xED\x9F\xBF", true},
    {"\xEF\xBF\xBF", true},
    {"\xF4\x8F\xBF\xBF", true},
    {"\x7F", true},
    {"", true},
    {"\\x", false},
    {"\\u12G4", false},
    {"\\ud83d", false},
    {"\\ude00", false},
    {"\x1F", false},
    {"\n", false},
    {"\t", false},
    {"\x80", false},
    {"\xBF\x80", false},
    {"\xC0\x80", false},
    {"\xC1\xBF", false},
    {"\xE4", false},
    {"\xE4\xB8", false},
    {"\xB8\xAD", false},
    {"中\xAD", false},
    {"\xE4\xE4\xB8\xAD", false},
    {"\xE0\x9F\xBF", false},
    {"\xED\xA0\x80", false},
    {"\xF0\x8F\xBF\xBF", false},
    {"\xF4\x90\x80\x80", false},
    {"\xF5\x80\x80\x80", false},
    {"\xFF", false},
};

/*
 * `special` behind `place` bytes of a string: a name or a value, after ASCII or Chinese, and before
 * either; and the string goes on for some blocks.
 */
static size_t string_text(char text[TEXT_MAX], unsigned place, const char *special, unsigned kind)
{
    char *to = stpcpy(text, kind % 2 > 0 ? "{\"tasks\":[{\"" : "{\"tasks\":[{\"a\":\"");
    while (place > 0 && place % 3 > 0) {
        *to++ = 'x';
        place--;
    }
    for (; place > 0; place -= 3)
        to = stpcpy(to, kind / 2 % 2 > 0 ? "xyz" : "文");
    to = stpcpy(to, special);
    for (unsigned i = 0; i < 100; i++)
        to = stpcpy(to, kind / 4 % 2 > 0 ? "ab" : "排期");
    to = stpcpy(to, kind % 2 > 0 ? "\":1}]}" : "\"}]}");
    return (size_t)(to - text);
}

static void takes_strings_as_byte_by_byte(void **state)
{
    char text[TEXT_MAX];
    const unsigned step = valgrind_runs() ? 7 : 1;
    (void)state;
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++) {
        for (unsigned place = 0; place < PLACES; place += step) {
            for (unsigned kind = 0; kind < 8; kind++) {
                size_t length = string_text(text, place, specials[i].bytes, kind);
                assert_int_equal(check_both(text, length, nowhere), specials[i].accepted);
            }
        }
    }
}

/* Each is put into an array, or as a member's value, behind white space of any length. */
static const struct {
    const char *text;
    bool accepted;
} tokens[] = {
    {"0", true},
    {"-0", true},
    {"7.5", true},
    {"0.25", true},
    {"10", true},
    {"123456789012345", true},
    {"1234567890123456", true},
    {"12345678901234567.5", true},
    {"1234567890.12345", true},
    {"123456789012345.5", true},
    {"1e5", true},
    {"1.5E-7", true},
    {"true", true},
    {"false", true},
    {"null", true},
    {"[]", true},
    {"{}", true},
    {"[ ]", true},
    {"{\n}", true},
    {"[[1],{\"a\":{\"b\":[2]}}]", true},
    {"\"\"", true},
    {"01", false},
    {"0123.5", false},
    {"1.", false},
    {"1.e5", false},
    {"1.2.3", false},
    {"-", false},
    {"1e", false},
    {"+1", false},
    {".5", false},
    {"tru", false},
    {"nulL", false},
    {"truefalse", false},
    {"[1,]", false},
    {"[,1]", false},
    {"[1 2]", false},
    {"[1}", false},
    {"{\"a\"}", false},
    {"{\"a\":}", false},
    {"{\"a\":1,}", false},
    {"{\"a\" 1}", false},
    {"{\"a\",1}", false},
    {"{a:1}", false},
    {"{1:1}", false},
    {"{\"a\":1]", false},
    {"", false},
    {"\f", false},
    {"\x80", false},
    {"\xEF\xBB\xBF", false},
};

static size_t token_text(char text[TEXT_MAX], unsigned spaces, const char *token, unsigned kind)
{
    static const char *const before[] = {"{\"tasks\":[[1,", "{\"tasks\":[{\"a\":", "{\"tasks\":[["};
    static const char *const behind[] = {",\"x\"", ",\"b\":0", ""};
    static const char *const blanks[] = {" ", "\n", "\n ", " \t", "\r\n"};
    char *to = stpcpy(text, before[kind % 3]);
    for (unsigned i = 0; i < spaces; i++)
        to = stpcpy(to, blanks[kind % 5]);
    to = stpcpy(to, token);
    for (unsigned i = 0; i < spaces; i++)
        to = stpcpy(to, blanks[(kind + spaces) % 5]);
    to = stpcpy(to, behind[kind % 3]);
    to = stpcpy(to, kind % 3 == 1 ? "}" : "]");
    for (unsigned i = 0; i < 40; i++)
        to = stpcpy(to, ", {\"c\":0}");
    return (size_t)(stpcpy(to, "]}") - text);
}

static void takes_tokens_as_byte_by_byte(void **state)
{
    char text[TEXT_MAX];
    const unsigned step = valgrind_runs() ? 7 : 1;
    (void)state;
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        for (unsigned spaces = 0; spaces < 20; spaces += step) {
            for (unsigned kind = 0; kind < 15; kind++) {
                size_t length = token_text(text, spaces, tokens[i].text, kind);
                /* Nothing at all is a fine array. */
                bool accepted = tokens[i].accepted || (tokens[i].text[0] == '\0' && kind % 3 == 2);
                assert_int_equal(check_both(text, length, nowhere), accepted);
            }
        }
    }
}

static void reads_no_further_than_the_piece(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    for (int indented = 0; indented < 2; indented++) {
        size_t length = indented > 0 ? schedule_indented(text, 2) : schedule_make(text, 2);
        const size_t step = valgrind_runs() ? 13 : 1;
        for (size_t first = 1; first <= length; first += step) {
            assert_true(check_both(text, length, (struct cut){first, SIZE_MAX}));
            assert_true(check_both(text, length, (struct cut){first, 150 + first % 64}));
        }
        for (size_t cut_off = 1; cut_off < length; cut_off += step)
            assert_false(check_both(text, cut_off, nowhere));
    }
}

static void writes_no_more_than_the_maximum(void **state)
{
    char text[TEXT_MAX];
    size_t length = schedule_make(text, 5);
    struct outcome written = outcome_of(text, length, everywhere, OUTPUT_MAX);
    const size_t needed = written.output.length;
    const size_t step = valgrind_runs() ? 97 : 1;
    (void)state;
    buffer_release(&written.output);
    for (size_t maximum = 1; maximum < needed + 500; maximum += step)
        assert_int_equal(check_same(text, length, nowhere, maximum),
                         maximum < needed ? STATUS_TOO_LARGE : STATUS_OK);
}

/* Deeper than a block of spaces indents, and up to what is refused. */
static void takes_any_depth(void **state)
{
    char text[TEXT_MAX];
    (void)state;
    for (unsigned depth = 1; depth < JSON_DEPTH_MAX + 4; depth++) {
        char *to = stpcpy(text, "{\"a\":");
        for (unsigned i = 1; i < depth; i++)
            to = stpcpy(to, i % 3 == 0 ? "{\"b\":" : "[0,");
        to = stpcpy(to, "1");
        for (unsigned i = depth - 1; i > 0; i--)
            to = stpcpy(to, i % 3 == 0 ? "}" : ",2]");
        to = stpcpy(to, ",\"c\":[");
        for (unsigned i = 0; i < 100; i++)
            to = stpcpy(to, "3,");
        to = stpcpy(to, "4]}");
        assert_int_equal(check_both(text, (size_t)(to - text), nowhere), depth <= JSON_DEPTH_MAX);
    }
}

static void takes_mutants_as_byte_by_byte(void **state)
{
    static const char bytes[] = "{}[]\",:\\u01.eE+-tfn \n\t\x80\xC2\xE4\xB8\xED\xF0\xFF\x1F";
    char original[TEXT_MAX];
    char text[TEXT_MAX];
    unsigned accepted = 0;
    const unsigned mutants = repetitions(MUTANTS);
    (void)state;
    for (unsigned i = 0; i < mutants; i++) {
        size_t length = i % 2 > 0 ? schedule_indented(original, 4) : schedule_make(original, 4);
        memcpy(text, original, length);
        for (unsigned changes = 1 + random_below(2); changes > 0; changes--)
            text[random_below((unsigned)length)] = bytes[random_below(sizeof bytes - 1)];
        accepted += check_both(text, length, (struct cut){1 + random_below(2000), SIZE_MAX});
    }
    assert_in_range(accepted, mutants / 20, mutants / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_all_but_the_end_of_a_schedule),
        cmocka_unit_test(takes_strings_as_byte_by_byte),
        cmocka_unit_test(takes_tokens_as_byte_by_byte),
        cmocka_unit_test(reads_no_further_than_the_piece),
        cmocka_unit_test(writes_no_more_than_the_maximum),
        cmocka_unit_test(takes_any_depth),
        cmocka_unit_test(takes_mutants_as_byte_by_byte),
    };
    return cmocka_run_group_tests_name("json_quick", tests, guard_setup, NULL);
}
