#include "json_text.h"

#include "json_pass.h"
#include "json_tree.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20 };

static json_t *loaded(const char *text, size_t length)
{
    struct error error = ERROR_INIT;
    json_t *tree = NULL;
    if (json_text_load(text, length, &tree, &error) != STATUS_OK)
        fail_msg("%s: %s", text, error.text);
    return tree;
}

static void check_rewritten(const char *text, const char *expected)
{
    json_t *tree = loaded(text, strlen(text));
    char *written = text_of(tree);
    assert_string_equal(written, expected);
    free(written);
    json_decref(tree);
}

/* One value, as the element of an array. */
static void check_value(const char *value, const char *expected)
{
    char text[512];
    char expected_text[512];
    (void)snprintf(text, sizeof text, "[%s]", value);
    (void)snprintf(expected_text, sizeof expected_text, "[\n  %s\n]", expected);
    check_rewritten(text, expected_text);
}

static void check_kept(const char *value)
{
    check_value(value, value);
}

static void indentation_is_that_of_json_stringify(void **state)
{
    (void)state;
    check_rewritten("{\"a\":[1,{\"b\":[],\"c\":{}},[[2]]],\"d\":\"e\"}", "{\n"
                                                                         "  \"a\": [\n"
                                                                         "    1,\n"
                                                                         "    {\n"
                                                                         "      \"b\": [],\n"
                                                                         "      \"c\": {}\n"
                                                                         "    },\n"
                                                                         "    [\n"
                                                                         "      [\n"
                                                                         "        2\n"
                                                                         "      ]\n"
                                                                         "    ]\n"
                                                                         "  ],\n"
                                                                         "  \"d\": \"e\"\n"
                                                                         "}");
}

static void empty_containers_stay_on_their_line(void **state)
{
    (void)state;
    check_rewritten(" { } ", "{}");
    check_rewritten("\n[\n]\n", "[]");
    check_rewritten("[{},[]]", "[\n  {},\n  []\n]");
}

static void literals_are_written(void **state)
{
    (void)state;
    check_rewritten("[true,false,null]", "[\n  true,\n  false,\n  null\n]");
}

static void members_keep_their_order_and_the_last_of_a_name_counts(void **state)
{
    (void)state;
    check_rewritten("{\"z\":1,\"a\":2,\"m\":3}", "{\n  \"z\": 1,\n  \"a\": 2,\n  \"m\": 3\n}");
    check_rewritten("{\"z\":1,\"a\":2,\"z\":3}", "{\n  \"z\": 3,\n  \"a\": 2\n}");
}

static void only_what_needs_an_escape_has_one(void **state)
{
    (void)state;
    check_kept("\"\\\"\\\\\\b\\f\\n\\r\\t\"");
    check_kept("\"\\u0001\\u001f\x7f\"");
    check_kept("\"中文 é 😀\"");
    check_value("\"\\/\"", "\"/\"");
    check_value("\"\\u0008\\u000A\"", "\"\\b\\n\"");
    check_value("\"\\u4e2d\\ud83d\\ude00\\u001F\"", "\"中😀\\u001f\"");
    check_value("\"\\u2028\"", "\"\xE2\x80\xA8\"");
    check_rewritten("{\"\\\"\\n\":1,\"\":2}", "{\n  \"\\\"\\n\": 1,\n  \"\": 2\n}");
}

/* At every place of a block, and as the first of a block. */
static void escapes_are_found_wherever_they_are(void **state)
{
    static const char *const escapes[] = {"\\\"", "\\\\", "\\n", "\\u0001", "\\u001f"};
    char text[256];
    (void)state;
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        for (int before = 0; before < 40; before++) {
            for (int behind = 0; behind < 40; behind++) {
                (void)snprintf(text, sizeof text, "\"%.*s%s%.*s中\"", before,
                               "0123456789012345678901234567890123456789", escapes[i], behind,
                               "0123456789012345678901234567890123456789");
                check_kept(text);
            }
        }
    }
}

static void strings_may_hold_nul(void **state)
{
    (void)state;
    check_kept("\"a\\u0000b\"");
    json_t *tree = loaded("[\"a\\u0000b\"]", 12);
    assert_int_equal(json_string_length(json_array_get(tree, 0)), 3);
    json_decref(tree);
}

static void integers_of_64_bits_are_kept(void **state)
{
    (void)state;
    check_kept("0");
    check_kept("-17");
    check_kept("9007199254740993");
    check_kept("999999999999999999");
    check_kept("-999999999999999999");
    check_kept("1000000000000000000");
    check_kept("9223372036854775807");
    check_kept("-9223372036854775808");
}

static void larger_integers_become_the_nearest_double(void **state)
{
    (void)state;
    check_value("9223372036854775808", "9223372036854776000");
    check_value("-9223372036854775809", "-9223372036854776000");
    check_value("12345678901234567890", "12345678901234567000");
    check_value("-12345678901234567890", "-12345678901234567000");
    check_value("1000000000000000000000", "1e+21");
}

static void reals_get_their_shortest_spelling(void **state)
{
    (void)state;
    check_kept("0.1");
    check_kept("33.3");
    check_kept("-0.5");
    check_kept("5e-324");
    check_value("33.30", "33.3");
    check_value("1E-7", "1e-7");
    check_value("0.10000000000000001", "0.1");
    check_value("1.7976931348623157E308", "1.7976931348623157e+308");
}

static void numbers_beyond_the_doubles_become_the_nearest_one(void **state)
{
    (void)state;
    check_value("1e400", "1.7976931348623157e+308");
    check_value("-1e400", "-1.7976931348623157e+308");
    check_value("1e-400", "0");
    check_value("-2e999", "-1.7976931348623157e+308");
    check_value("1e400,2E+400,9e308,[1e309]", "1.7976931348623157e+308,\n"
                                              "  1.7976931348623157e+308,\n"
                                              "  1.7976931348623157e+308,\n"
                                              "  [\n    1.7976931348623157e+308\n  ]");
}

static void integers_beyond_the_doubles_become_the_nearest_one(void **state)
{
    char number[512] = "1";
    (void)state;
    memset(number + 1, '0', 400);
    check_value(number, "1.7976931348623157e+308");
}

static void check_same_number(const char *left, const char *right)
{
    char text[256];
    (void)snprintf(text, sizeof text, "[%s,%s]", left, right);
    json_t *tree = loaded(text, strlen(text));
    if (!json_equal(json_array_get(tree, 0), json_array_get(tree, 1)))
        fail_msg("%s and %s are not equal", left, right);
    json_decref(tree);
}

static void numbers_without_a_fraction_are_integers(void **state)
{
    (void)state;
    check_value("1.0", "1");
    check_value("-0", "0");
    check_value("-0.0", "0");
    check_value("1e3", "1000");
    check_value("9007199254740992.0", "9007199254740992");
    check_rewritten("{\"a\":{\"b\":5.0},\"c\":[[5.0]]}",
                    "{\n  \"a\": {\n    \"b\": 5\n  },\n  \"c\": [\n    [\n      5\n    ]\n  ]\n}");
    check_same_number("100", "1.0e2");
    check_same_number("0", "-0.0");
    check_same_number("100000000000000000", "1e17");
    check_same_number("-9223372036854775000", "-9223372036854774784.0");
}

/* A page gives back what it was given in this spelling. */
static void what_is_written_is_the_same_tree_when_loaded(void **state)
{
    static const char *const numbers[] = {"1e17",
                                          "1152921504606846976.0",
                                          "9007199254740994.0",
                                          "-9.2e18",
                                          "9223372036854775807.0",
                                          "9223372036854775808",
                                          "1e20",
                                          "1e21",
                                          "1e400",
                                          "33.30"};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "[%s]", numbers[i]);
        json_t *tree = loaded(text, strlen(text));
        char *written = text_of(tree);
        json_t *again = loaded(written, strlen(written));
        if (!json_equal(tree, again))
            fail_msg("%s is another number than %s", numbers[i], written);
        json_decref(tree);
        json_decref(again);
        free(written);
    }
}

static void strings_that_look_like_numbers_are_untouched(void **state)
{
    (void)state;
    check_value("\"1e400 12345678901234567890\",1e400,\"\\\"1e400\",\"\\\\\",\"2e999\"",
                "\"1e400 12345678901234567890\",\n"
                "  1.7976931348623157e+308,\n"
                "  \"\\\"1e400\",\n"
                "  \"\\\\\",\n"
                "  \"2e999\"");
    check_rewritten("{\"1e400\":12345678901234567890}", "{\n  \"1e400\": 12345678901234567000\n}");
}

static void check_bytes_refused(const char *text, size_t length, const char *where)
{
    struct error error = ERROR_INIT;
    json_t untouched;
    json_t *tree = &untouched;
    enum status status = json_text_load(text, length, &tree, &error);
    if (status != STATUS_INVALID || strncmp(error.text, where, strlen(where)) != 0)
        fail_msg("%s: status %d, '%s' instead of '%s'", text, status, error.text, where);
    assert_ptr_equal(tree, &untouched);
}

static void check_refused(const char *text, const char *where)
{
    check_bytes_refused(text, strlen(text), where);
}

static void what_is_no_json_is_refused_with_its_place(void **state)
{
    (void)state;
    check_refused("", "line 1, column 1: the text is empty; expected a JSON object or array");
    check_refused("[1,]", "line 1, column 4: ");
    check_refused("{\"a\": 1,\n \"b\" 2}", "line 2, column 6: ");
    check_refused("[\"中文\" 1]", "line 1, column 7: ");
    check_refused("[1] 2", "line 1, column 5: ");
    check_refused("[1],\"b\":[2]", "line 1, column 4: ");
    check_refused("\"a\",\"b\":[2]", "line 1, column 1: ");
    check_refused("1", "line 1, column 1: ");
    check_refused("\"a\"", "line 1, column 1: expected a JSON object or array");
    check_refused("[01]", "line 1, column 3: ");
    check_refused("{\"a\\u0000\": 1}", "a member's name has a NUL");
}

static void a_nul_is_refused_wherever_it_is(void **state)
{
    static const char behind_number[] = "{\"中\":\n[\"中\",1\0]}";
    (void)state;
    check_bytes_refused("[1\0]", 4, "line 1, column 3: ");
    check_bytes_refused("[1e400\0]", 8, "line 1, column 7: ");
    check_bytes_refused("[1]\0", 4, "line 1, column ");
    check_bytes_refused(behind_number, sizeof behind_number - 1, "line 2, column 7: ");
}

static void large_numbers_excuse_nothing(void **state)
{
    (void)state;
    check_refused("[1e400, tru]", "line 1, column ");
    check_refused("[1e400,\n2, tru]", "line 2, column 7: ");
    check_refused("[12345678901234567890", "line 1, column ");
    check_refused("[1e400-5]", "line 1, column ");
    check_refused("[1e400.5]", "line 1, column ");
    check_refused("[1e400, 01e400]", "line 1, column ");
    check_refused("[1e400, 1.e400]", "line 1, column ");
    check_refused("[1e400, -e400]", "line 1, column ");
    check_refused("[1e400, 12345678901234567890-5]", "line 1, column ");
    check_refused("[1e400, 012345678901234567890]", "line 1, column ");
    check_refused("[1e400, 1e400e]", "line 1, column ");
    check_refused("[1e400, \"1", "line 1, column ");
}

/* `depth` arrays within each other; for the caller to release. */
static json_t *nested(unsigned depth)
{
    json_t *tree = json_array();
    for (unsigned i = 1; i < depth; i++) {
        json_t *outer = json_array();
        assert_int_equal(json_array_append_new(outer, tree), 0);
        tree = outer;
    }
    return tree;
}

static void nesting_is_written_up_to_its_maximum(void **state)
{
    struct error error = ERROR_INIT;
    struct buffer text;
    json_t *deepest = nested(JSON_DEPTH_MAX);
    json_t *deeper = nested(JSON_DEPTH_MAX + 1);
    (void)state;
    buffer_init(&text, TEXT_MAX);
    assert_int_equal(json_text_write(deepest, JSON_TEXT_INDENTED, &text, &error), STATUS_OK);
    assert_int_equal(json_text_write(deeper, JSON_TEXT_INDENTED, &text, &error), STATUS_INVALID);
    assert_string_equal(error.text, "nested deeper than 128 levels");
    json_decref(deepest);
    json_decref(deeper);
    buffer_release(&text);
}

static void texts_beyond_the_maximum_are_too_large(void **state)
{
    json_t *tree = tree_of("{'name':'中文\\n','list':[1,2.5,null,{}]}");
    char *text = text_of(tree);
    (void)state;
    for (size_t maximum = 0; maximum <= strlen(text); maximum++) {
        struct buffer cut;
        buffer_init(&cut, maximum);
        enum status expected = maximum < strlen(text) ? STATUS_TOO_LARGE : STATUS_OK;
        assert_int_equal(json_text_write(tree, JSON_TEXT_INDENTED, &cut, NULL), expected);
        buffer_release(&cut);
    }
    free(text);
    json_decref(tree);
}

static void text_is_appended_to_what_is_there(void **state)
{
    struct buffer text;
    json_t *tree = tree_of("[]");
    (void)state;
    buffer_init(&text, 10);
    assert_int_equal(buffer_append(&text, "x", 1, NULL), STATUS_OK);
    assert_int_equal(json_text_write(tree, JSON_TEXT_INDENTED, &text, NULL), STATUS_OK);
    assert_int_equal(text.length, 3);
    assert_memory_equal(text.bytes, "x[]", 3);
    buffer_release(&text);
    json_decref(tree);
}

/* Whether an allocation was refused. */
static bool load_with_little_memory(const char *text, unsigned first, unsigned count)
{
    struct error error = ERROR_INIT;
    json_t *tree = NULL;
    memory_exhaust(first, count);
    enum status status = json_text_load(text, strlen(text), &tree, &error);
    bool refused = memory_restore();
    if (status != STATUS_OK && (status != STATUS_NO_MEMORY || error.text[0] == '\0'))
        fail_msg("allocation %u refused: status %d, %s", first, status, error.text);
    if (status == STATUS_OK) {
        char *written = text_of(tree);
        json_t *expected = loaded(text, strlen(text));
        char *expected_text = text_of(expected);
        assert_string_equal(written, expected_text);
        free(expected_text);
        json_decref(expected);
        free(written);
    }
    json_decref(tree);
    return refused;
}

static void check_memory(const char *text, unsigned count)
{
    unsigned refused = 0;
    while (load_with_little_memory(text, refused, count))
        refused++;
    assert_true(refused > 5);
}

/* Beyond 15 bytes of a token jansson alone loses those that it has no memory for and goes on. */
static void loading_without_memory_is_told_from_a_bad_text(void **state)
{
    static const char short_tokens[] = " {\"a\":[1,2.0,{\"b\":\"c\"}],\"d\":[null,1.5,[5e0]]}";
    static const char long_tokens[] = "[{\"id\":\"project-1700000000000\",\"name\":"
                                      "\"移动端改版与发布计划\"},123456789012345678901,1e400]";
    (void)state;
    check_memory(short_tokens, 1);
    check_memory(short_tokens, (unsigned)-1);
    check_memory(long_tokens, 1);
    check_memory(long_tokens, (unsigned)-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indentation_is_that_of_json_stringify),
        cmocka_unit_test(empty_containers_stay_on_their_line),
        cmocka_unit_test(literals_are_written),
        cmocka_unit_test(members_keep_their_order_and_the_last_of_a_name_counts),
        cmocka_unit_test(only_what_needs_an_escape_has_one),
        cmocka_unit_test(escapes_are_found_wherever_they_are),
        cmocka_unit_test(strings_may_hold_nul),
        cmocka_unit_test(integers_of_64_bits_are_kept),
        cmocka_unit_test(larger_integers_become_the_nearest_double),
        cmocka_unit_test(reals_get_their_shortest_spelling),
        cmocka_unit_test(numbers_beyond_the_doubles_become_the_nearest_one),
        cmocka_unit_test(integers_beyond_the_doubles_become_the_nearest_one),
        cmocka_unit_test(numbers_without_a_fraction_are_integers),
        cmocka_unit_test(what_is_written_is_the_same_tree_when_loaded),
        cmocka_unit_test(strings_that_look_like_numbers_are_untouched),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(a_nul_is_refused_wherever_it_is),
        cmocka_unit_test(large_numbers_excuse_nothing),
        cmocka_unit_test(nesting_is_written_up_to_its_maximum),
        cmocka_unit_test(texts_beyond_the_maximum_are_too_large),
        cmocka_unit_test(text_is_appended_to_what_is_there),
        cmocka_unit_test(loading_without_memory_is_told_from_a_bad_text),
    };
    return cmocka_run_group_tests_name("json_text", tests, NULL, NULL);
}
