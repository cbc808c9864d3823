#include "json_pass.h"
#include "temporary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const watched_names[JSON_WATCHED] = {"taskTypes", "projects"};

/* One pass over `text`, fed in pieces of `piece` bytes. */
static enum status pass_run(struct json_pass *pass, const char *text, size_t length, size_t piece,
                            struct buffer *output, struct error *error)
{
    json_pass_init(pass, watched_names, output);
    for (size_t i = 0; i < length; i += piece) {
        size_t count = length - i < piece ? length - i : piece;
        /* A copy of its own, so that the sanitizer sees a read beyond the piece. */
        char *copy = malloc(count);
        assert_non_null(copy);
        memcpy(copy, text + i, count);
        enum status status = json_pass_feed(pass, copy, count, error);
        free(copy);
        if (status != STATUS_OK)
            return status;
    }
    return json_pass_finish(pass, error);
}

static void check_written(const char *text, const char *expected)
{
    for (size_t piece = 1; piece <= strlen(text); piece++) {
        struct json_pass pass;
        struct buffer output;
        struct error error = ERROR_INIT;
        buffer_init(&output, 1 << 20);
        assert_int_equal(pass_run(&pass, text, strlen(text), piece, &output, &error), STATUS_OK);
        assert_string_equal(error.text, "");
        assert_int_equal(output.length, strlen(expected));
        assert_memory_equal(output.bytes, expected, output.length);
        buffer_release(&output);
    }
}

static void check_refused(const char *text, size_t length, const char *expected)
{
    for (size_t piece = 1; piece <= length + 1; piece++) {
        struct json_pass pass;
        struct error error = ERROR_INIT;
        enum status status = pass_run(&pass, text, length, piece, NULL, &error);
        if (status != STATUS_INVALID || (piece > length && strcmp(error.text, expected) != 0))
            fail_msg("'%s' in pieces of %zu: status %d, '%s' instead of '%s'", text, piece,
                     (int)status, error.text, expected);
        /* However it is cut, the place is the same. */
        assert_memory_equal(error.text, expected, strcspn(expected, ":") + 1);
    }
}

static void indents_like_json_stringify(void **state)
{
    (void)state;
    check_written("{}", "{}");
    check_written(" \t\r\n{ \n} \n", "{}");
    check_written("{\"a\":[],\"b\":{},\"c\":[ ]}", "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": []\n}");
    check_written("{\"p\":[{\"id\":1,\"x\":[true,false,null]},[[]]],\"q\":\"\"}",
                  "{\n  \"p\": [\n    {\n      \"id\": 1,\n      \"x\": [\n        true,\n"
                  "        false,\n        null\n      ]\n    },\n    [\n      []\n    ]\n  ],\n"
                  "  \"q\": \"\"\n}");
}

static void keeps_the_spelling(void **state)
{
    (void)state;
    check_written("{\"n\":[0.1,33.3,1e5,1E+05,-0,-0.0e-0,12345678901234567890,1.50,9e999]}",
                  "{\n  \"n\": [\n    0.1,\n    33.3,\n    1e5,\n    1E+05,\n    -0,\n"
                  "    -0.0e-0,\n    12345678901234567890,\n    1.50,\n    9e999\n  ]\n}");
    check_written("{\"\\u4e2d\\/\\n\":\"\\u4E2D\\ud83d\\uDE00 中😀é\\u0000\"}",
                  "{\n  \"\\u4e2d\\/\\n\": \"\\u4E2D\\ud83d\\uDE00 中😀é\\u0000\"\n}");
    check_written("{\"a\":1,\"a\":2}", "{\n  \"a\": 1,\n  \"a\": 2\n}");
}

static void refuses_with_line_and_column(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"", "line 1, column 1: the text is empty; expected a JSON object, which starts with '{'"},
        {" \n ", "line 2, column 2: the text ends before a JSON object, which starts with '{'"},
        {"[]", "line 1, column 1: expected a JSON object, which starts with '{', found '['"},
        {"null", "line 1, column 1: expected a JSON object, which starts with '{', found 'n'"},
        {"\xEF\xBB\xBF{}",
         "line 1, column 1: the text starts with a byte order mark; save it without one"},
        {"{", "line 1, column 2: the text ends before a member name in double quotes or '}'"},
        {"{\"a\"", "line 1, column 5: the text ends before ':' after a member name"},
        {"{\"a\":", "line 1, column 6: the text ends before a value"},
        {"{\"a\":1", "line 1, column 7: the text ends before the rest of a number"},
        {"{\"a\":1,}", "line 1, column 8: expected a member name in double quotes, found '}'"},
        {"{\"a\":[1,]}", "line 1, column 9: expected a value, found ']'"},
        {"{\"a\":[1}",
         "line 1, column 8: expected ',' or the end of the object or array, found '}'"},
        {"{\"a\":01}",
         "line 1, column 7: expected ',' or the end of the object or array, found '1'"},
        {"{\"a\":-}", "line 1, column 7: expected a digit after '-', found '}'"},
        {"{\"a\":1.}", "line 1, column 8: expected a digit after '.', found '}'"},
        {"{\"a\":1e}", "line 1, column 8: expected a digit or a sign in an exponent, found '}'"},
        {"{\"a\":1e+}", "line 1, column 9: expected a digit in an exponent, found '}'"},
        {"{\"a\":tru}", "line 1, column 9: expected true, false or null, found '}'"},
        {"{\"a\":NaN}", "line 1, column 6: expected a value, found 'N'"},
        {"{a:1}", "line 1, column 2: expected a member name in double quotes or '}', found 'a'"},
        {"{'a':1}", "line 1, column 2: expected a member name in double quotes or '}', found '''"},
        {"{\n \"中文\": 1,\n \"b\": “x”}", "line 3, column 7: expected a value, found '“'"},
        {"{} {}",
         "line 1, column 4: expected nothing more after the end of the document, found '{'"},
        {"{}x", "line 1, column 3: expected nothing more after the end of the document, found 'x'"},
        {"{\"中\":\"a\tb\"}",
         "line 1, column 8: a control character in a string must be written as an escape"},
        {"{\"a\":\"\\x\"}",
         "line 1, column 8: expected one of \" \\ / b f n r t u after '\\' in a string, found 'x'"},
        {"{\"a\":\"\\u12G4\"}",
         "line 1, column 11: expected four hexadecimal digits after \\u, found 'G'"},
        {"{\"a\":\"\\ud83d\"}",
         "line 1, column 13: expected the low half (\\uDC00 to \\uDFFF) of a "
         "surrogate pair, found '\"'"},
        {"{\"a\":\"\\ud83dx\"}",
         "line 1, column 13: expected the low half (\\uDC00 to \\uDFFF) of a "
         "surrogate pair, found 'x'"},
        {"{\"a\":\"\\ud83d\\n\"}",
         "line 1, column 14: expected the low half (\\uDC00 to \\uDFFF) of a "
         "surrogate pair, found 'n'"},
        {"{\"a\":\"\\ud83d\\u0041\"}",
         "line 1, column 18: a surrogate escape without its other half"},
        {"{\"a\":\"\\ude00\"}", "line 1, column 12: a surrogate escape without its other half"},
        {"{\"a\":\"\xFF\"}", "line 1, column 7: a byte that is not UTF-8"},
        {"{\"a\":\"\xED\xA0\x80\"}", "line 1, column 8: a byte that is not UTF-8"},
        {"{\"a\":\"\xE4\xB8\"}", "line 1, column 8: a byte that is not UTF-8"},
        {"{\x01}",
         "line 1, column 2: expected a member name in double quotes or '}', found '\\x01'"},
        {"{/**/}", "line 1, column 2: expected a member name in double quotes or '}', found '/'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_refused(cases[i].text, strlen(cases[i].text), cases[i].expected);
    check_refused("{\"a\":\"\0\"}", 9,
                  "line 1, column 7: a control character in a string must be written as an escape");
}

static void *deep_text(size_t depth, size_t *length)
{
    char *text = malloc(2 * depth + 16);
    assert_non_null(text);
    *length = 0;
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '[', depth - 1);
    memset(text + 5 + depth - 1, ']', depth - 1);
    *length = 5 + 2 * (depth - 1);
    text[(*length)++] = '}';
    return text;
}

static void bounds_the_depth(void **state)
{
    struct json_pass pass;
    struct error error = ERROR_INIT;
    size_t length = 0;
    (void)state;
    char *deepest = deep_text(JSON_DEPTH_MAX, &length);
    assert_int_equal(pass_run(&pass, deepest, length, length, NULL, &error), STATUS_OK);
    char *deeper = deep_text(JSON_DEPTH_MAX + 1, &length);
    assert_int_equal(pass_run(&pass, deeper, length, length, NULL, &error), STATUS_INVALID);
    assert_string_equal(error.text, "line 1, column 133: nested deeper than 128 levels");
    free(deepest);
    free(deeper);
}

static void bounds_the_output(void **state)
{
    struct json_pass pass;
    struct buffer output;
    const char *text = "{\"a\":[1,true,[],{}],\"中\\n\\u4e2d\":{\"taskTypes\":-1.5e+3}}";
    (void)state;
    buffer_init(&output, 1000);
    assert_int_equal(pass_run(&pass, text, strlen(text), 100, &output, NULL), STATUS_OK);
    size_t needed = output.length;
    buffer_release(&output);
    for (size_t maximum = 0; maximum <= needed; maximum++) {
        buffer_init(&output, maximum);
        enum status whole = pass_run(&pass, text, strlen(text), 100, &output, NULL);
        buffer_release(&output);
        buffer_init(&output, maximum);
        enum status pieces = pass_run(&pass, text, strlen(text), 1, &output, NULL);
        buffer_release(&output);
        assert_int_equal(whole, maximum < needed ? STATUS_TOO_LARGE : STATUS_OK);
        assert_int_equal(pieces, whole);
    }
}

/* The outline of `text`, the same however the text is cut. */
static struct json_outline outline_of(const char *text)
{
    struct json_pass pass = {0};
    struct json_outline first = {0};
    for (size_t piece = 1; piece <= strlen(text); piece++) {
        assert_int_equal(pass_run(&pass, text, strlen(text), piece, NULL, NULL), STATUS_OK);
        if (piece > 1) {
            assert_int_equal(pass.outline.members_end, first.members_end);
            assert_int_equal(pass.outline.watched[0].begin, first.watched[0].begin);
            assert_int_equal(pass.outline.watched[0].end, first.watched[0].end);
            assert_int_equal(pass.outline.watched[0].found, first.watched[0].found);
        }
        first = pass.outline;
    }
    return pass.outline;
}

static void check_watched(const char *text, const char *value, bool has_content)
{
    struct json_member member = outline_of(text).watched[0];
    assert_true(member.found);
    assert_int_equal(member.end - member.begin, strlen(value));
    assert_memory_equal(text + member.begin, value, strlen(value));
    assert_int_equal(member.kind, value[0]);
    assert_int_equal(member.has_content, has_content);
}

static void finds_the_watched_member(void **state)
{
    (void)state;
    check_watched("{\"taskTypes\": [ ] ,\"b\":1}", "[ ]", false);
    check_watched("{\"a\":1,\"taskTypes\":[{\"taskTypes\":[]}]}", "[{\"taskTypes\":[]}]", true);
    check_watched("{\"taskTypes\":12,\"z\":{}}", "12", false);
    check_watched("{\"taskTypes\":null}", "null", false);
    check_watched("{\"taskTypes\":\"x\"}", "\"x\"", false);
    check_watched("{\"taskTypes\":{\"a\":[1]}}", "{\"a\":[1]}", true);
    check_watched("{\"taskTypes\":[1],\"taskTypes\":[]}", "[]", false);
    check_watched("{\"taskTypes\":[],\"taskTypes\":[2]}", "[2]", true);
    check_watched("{\"\\u0074ask\\u0054ypes\":[3]}", "[3]", true);
    check_watched("{\"taskTypes\":1,\"taskType\":[],\"taskTypesX\":[]}", "1", false);
    check_watched("{\"taskTypes\":[1],\"a name that is longer than any that is watched for\":[]}",
                  "[1]", true);
}

static void finds_each_watched_member_in_what_it_writes(void **state)
{
    static const char text[] = "{\"projects\":[ {\"id\":1} ],\"a\":2,\"taskTypes\":[]}";
    struct json_pass pass;
    struct buffer output;
    (void)state;
    buffer_init(&output, 1000);
    assert_int_equal(pass_run(&pass, text, strlen(text), 3, &output, NULL), STATUS_OK);
    const struct json_member *types = &pass.outline.watched[0];
    const struct json_member *projects = &pass.outline.watched[1];
    assert_memory_equal(output.bytes + types->begin, "[]", types->end - types->begin);
    static const char written[] = "[\n    {\n      \"id\": 1\n    }\n  ]";
    assert_int_equal(projects->end - projects->begin, strlen(written));
    assert_memory_equal(output.bytes + projects->begin, written, strlen(written));
    assert_int_equal(pass.outline.members_end, output.length - 2);
    buffer_release(&output);
}

static void is_not_misled_by_other_names(void **state)
{
    static const char *const texts[] = {
        "{}",
        "{\"\":1}",
        "{\"taskType\":[1]}",
        "{\"taskTypess\":[1]}",
        "{\"TaskTypes\":[1]}",
        "{\"a\":{\"taskTypes\":[1]}}",
        "{\"a\":\"taskTypes\"}",
        "{\"中taskTypes\":[1]}",
        "{\"task\\u4e2dTypes\":[1]}",
        "{\"task\\nTypes\":[1]}",
        "{\"task\\ud83d\\ude00Types\":[1]}",
        "{\"taskTypes中\":[1]}",
        "{\"taskTypes\\u0000\":[1]}",
        "{\"taskTypes\\u4e2d\":[1]}",
        "{\"taskTypes and a name that is longer than any that is watched for\":[1]}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(outline_of(texts[i]).watched[0].found);
}

static void knows_where_members_end(void **state)
{
    (void)state;
    assert_int_equal(outline_of(" { } ").members_end, 2);
    assert_false(outline_of(" { } ").has_members);
    assert_int_equal(outline_of("{\"a\":12 } ").members_end, 7);
    assert_int_equal(outline_of("{\"a\":[{}], \"b\" : \"x\"\n}").members_end, 20);
    assert_true(outline_of("{\"a\":[{}]}").has_members);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indents_like_json_stringify),
        cmocka_unit_test(keeps_the_spelling),
        cmocka_unit_test(refuses_with_line_and_column),
        cmocka_unit_test(bounds_the_depth),
        cmocka_unit_test(bounds_the_output),
        cmocka_unit_test(finds_the_watched_member),
        cmocka_unit_test(finds_each_watched_member_in_what_it_writes),
        cmocka_unit_test(is_not_misled_by_other_names),
        cmocka_unit_test(knows_where_members_end),
    };
    return cmocka_run_group_tests_name("json_pass", tests, NULL, NULL);
}
