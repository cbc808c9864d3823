/*
 * The pass against jansson on generated and mutated texts: both accept the same ones, and the
 * re-indented text means the same, and so does the tree that json_text makes. The differences are those that json_pass.h and this list state:
 *
 *   - the pass takes objects alone, and at most JSON_DEPTH_MAX levels;
 *   - jansson refuses integers beyond 64 bits, reals beyond doubles, and NUL in member names.
 */
#include "json_pass.h"
#include "json_text.h"
#include "json_tree.h"
#include "random.h"
#include "temporary.h"
#include "valgrind_run.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GENERATED = 4000, MUTATIONS_EACH = 8 };

static void put(struct buffer *text, const char *piece)
{
    assert_int_equal(buffer_append(text, piece, strlen(piece), NULL), STATUS_OK);
}

static const char *pick(const char *const *pieces, unsigned count)
{
    return pieces[random_below(count)];
}

#define PICK(...)                                                                                  \
    pick((const char *const[]){__VA_ARGS__},                                                       \
         (unsigned)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)))

static void put_space(struct buffer *text)
{
    if (random_below(3) == 0)
        put(text, PICK(" ", "\n", "\t", "\r\n", "   \n  "));
}

static void put_string(struct buffer *text)
{
    put(text, "\"");
    for (unsigned i = random_below(6); i > 0; i--)
        put(text,
            PICK("a", "taskTypes", "中文排期", "é", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u4e2d",
                 "\\u0041", "\\ud83d\\ude00", "\\u00e9", "\\t", " ", "0", "\x7F", "\\b\\f\\r"));
    put(text, "\"");
}

static void put_value(struct buffer *text, unsigned depth);

static void put_container(struct buffer *text, unsigned depth, bool object)
{
    unsigned count = random_below(5);
    put(text, object ? "{" : "[");
    put_space(text);
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            put(text, ",");
        put_space(text);
        if (object) {
            put_string(text);
            put_space(text);
            put(text, ":");
        }
        put_value(text, depth);
    }
    put(text, object ? "}" : "]");
}

static void put_value(struct buffer *text, unsigned depth)
{
    put_space(text);
    switch (random_below(depth > 0 ? 6 : 4)) {
    case 0: put_string(text); break;
    case 1:
        put(text, PICK("0", "-0", "1", "-17", "0.1", "33.3", "1e5", "1E-7", "-0.5e+3", "1.50",
                       "9223372036854775807", "12345678901234567890", "1e999", "123456"));
        break;
    case 2: put(text, PICK("true", "false", "null")); break;
    case 3: put(text, PICK("[]", "{}", "\"\"")); break;
    case 4: put_container(text, depth - 1, true); break;
    default: put_container(text, depth - 1, false); break;
    }
    put_space(text);
}

static void mutate(struct buffer *text)
{
    static const char interesting[] =
        "{}[]\",:\\u0123456789abcdefDd8.eE+-tfn \n\t/\x80\xC2\xE4\xED\xF0\xFF\x1F";
    size_t at = text->length > 0 ? random_below((unsigned)text->length) : 0;
    switch (random_below(4)) {
    case 0: /* overwrite */
        if (text->length > 0)
            text->bytes[at] = interesting[random_below(sizeof interesting)];
        break;
    case 1: /* delete a run */
        if (text->length > 0) {
            size_t run = 1 + random_below(4);
            run = run < text->length - at ? run : text->length - at;
            memmove(text->bytes + at, text->bytes + at + run, text->length - at - run);
            text->length -= run;
        }
        break;
    case 2: /* insert */
        assert_int_equal(buffer_append(text, " ", 1, NULL), STATUS_OK);
        memmove(text->bytes + at + 1, text->bytes + at, text->length - 1 - at);
        text->bytes[at] = interesting[random_below(sizeof interesting)];
        break;
    default: /* cut */ text->length = at; break;
    }
}

/* The pass in pieces of random sizes. */
static const char *const watched_names[JSON_WATCHED] = {"taskTypes", "projects"};

static enum status pass_text(const struct buffer *text, struct buffer *output, struct error *error)
{
    struct json_pass pass;
    json_pass_init(&pass, watched_names, output);
    bool whole = random_below(2) == 0;
    for (size_t at = 0; at < text->length;) {
        size_t count = whole ? text->length : 1 + random_below(40);
        count = count < text->length - at ? count : text->length - at;
        enum status status = json_pass_feed(&pass, text->bytes + at, count, error);
        if (status != STATUS_OK)
            return status;
        at += count;
    }
    return json_pass_finish(&pass, error);
}

static bool is_stated_difference(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);
    return code == json_error_numeric_overflow || code == json_error_null_byte_in_key;
}

static json_t *oracle_read(const struct buffer *text, json_error_t *error)
{
    return json_loadb(text->length > 0 ? text->bytes : "", text->length, JSON_ALLOW_NUL, error);
}

/* The tree that json_text makes is jansson's, but for the spelling of whole numbers. */
static void check_tree_agreement(const struct buffer *text, json_t *tree, bool may_differ)
{
    struct error error = ERROR_INIT;
    json_t *ours = NULL;
    enum status status =
        json_text_load(text->length > 0 ? text->bytes : "", text->length, &ours, &error);
    if ((status == STATUS_OK) != (tree != NULL) && !may_differ)
        fail_msg("json_text: %s; jansson: %s; text: %.*s",
                 status == STATUS_OK ? "accepted" : error.text,
                 tree != NULL ? "accepted" : "refused", (int)text->length, text->bytes);
    if (status == STATUS_OK && tree != NULL) {
        char *written = text_of(ours);
        char *expected = text_of(tree);
        assert_string_equal(written, expected);
        free(written);
        free(expected);
    }
    json_decref(ours);
}

/* Whether both accepted the text, after checking that they agree. */
static bool check_agreement(const struct buffer *text)
{
    struct error error = ERROR_INIT;
    json_error_t oracle_error;
    struct buffer output;
    struct buffer again;
    buffer_init(&output, 1 << 20);
    buffer_init(&again, 1 << 20);
    json_t *tree = oracle_read(text, &oracle_error);
    enum status status = pass_text(text, &output, &error);
    bool accepted = status == STATUS_OK;
    check_tree_agreement(text, tree, is_stated_difference(&oracle_error));
    if (accepted != json_is_object(tree) && !(accepted && is_stated_difference(&oracle_error)))
        fail_msg("pass: %s; jansson: %s; text: %.*s", accepted ? "accepted" : error.text,
                 tree != NULL ? "accepted" : oracle_error.text, (int)text->length, text->bytes);
    if (accepted) {
        assert_int_equal(pass_text(&output, &again, NULL), STATUS_OK);
        assert_int_equal(again.length, output.length);
        assert_memory_equal(again.bytes, output.bytes, output.length);
    }
    if (accepted && tree != NULL) {
        json_t *written = oracle_read(&output, &oracle_error);
        assert_true(json_equal(tree, written));
        json_decref(written);
    }
    bool both = accepted && tree != NULL;
    json_decref(tree);
    buffer_release(&output);
    buffer_release(&again);
    return both;
}

static void agrees_with_jansson(void **state)
{
    unsigned accepted = 0;
    unsigned mutants_accepted = 0;
    const unsigned generated = repetitions(GENERATED);
    (void)state;
    for (unsigned i = 0; i < generated; i++) {
        struct buffer text;
        buffer_init(&text, 1 << 20);
        put_space(&text);
        put_container(&text, 1 + random_below(5), true);
        put_space(&text);
        accepted += check_agreement(&text);
        for (unsigned j = 0; j < MUTATIONS_EACH; j++) {
            mutate(&text);
            mutants_accepted += check_agreement(&text);
        }
        buffer_release(&text);
    }
    /* The generator must neither produce refusals alone nor mutations that change nothing. */
    assert_in_range(accepted, generated / 2, generated);
    assert_in_range(mutants_accepted, generated / 10, generated * MUTATIONS_EACH / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_jansson)};
    return cmocka_run_group_tests_name("json_pass_oracle", tests, NULL, NULL);
}
