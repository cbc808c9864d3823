#include "etag.h"
#include "temporary.h"

#include <string.h>

static void a_tag_is_the_revision_in_quotes(void **state)
{
    static const struct {
        int64_t revision;
        const char *etag;
    } rows[] = {
        {0, "\"0\""},
        {1769000000123, "\"1769000000123\""},
        {INT64_MAX, "\"9223372036854775807\""},
    };
    char etag[ETAG_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        etag_write(rows[i].revision, etag);
        assert_string_equal(etag, rows[i].etag);
    }
}

struct list {
    const char *value;
    size_t count;
    int64_t revisions[3];
};

static void check_list(const struct list *list)
{
    struct condition condition = {0};
    if (!etag_list_parse(list->value, &condition))
        fail_msg("%s is malformed", list->value);
    assert_true(condition.present);
    assert_false(condition.any);
    if (condition.count != list->count)
        fail_msg("%s has %zu", list->value, condition.count);
    for (size_t i = 0; i < list->count; i++)
        assert_int_equal(condition.revisions[i], list->revisions[i]);
}

static void lists_are_read(void **state)
{
    static const struct list rows[] = {
        {"\"0\"", 1, {0}},
        {"\"1769000000123\"", 1, {1769000000123}},
        {"\"9223372036854775807\"", 1, {INT64_MAX}},
        {"\"1\",\"2\",\"3\"", 3, {1, 2, 3}},
        {" \t\"1\" \t,\t \"2\"\t ", 2, {1, 2}},
        {"\"1\",,\"2\" , ,", 2, {1, 2}},
        {", ,\"1\"", 1, {1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_list(&rows[i]);
}

static void the_marks_of_compressing_servers_are_left_out(void **state)
{
    static const struct list rows[] = {
        {"W/\"5\"", 1, {5}},    {"\"5-gzip\"", 1, {5}},
        {"\"5-br\"", 1, {5}},   {"\"5-deflate\"", 1, {5}},
        {"\"5-zstd\"", 1, {5}}, {"W/\"5-gzip\", \"6-br\",\"7\"", 3, {5, 6, 7}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_list(&rows[i]);
}

static void tags_that_are_no_revision_match_nothing(void **state)
{
    static const struct list rows[] = {
        {"\"\"", 0, {0}},
        {"\"x\"", 0, {0}},
        {"\"-5\"", 0, {0}},
        {"\" 5\"", 0, {0}},
        {"\"5-lz4\"", 0, {0}},
        {"\"-gzip\"", 0, {0}},
        {"\"9223372036854775808\"", 0, {0}},
        {"\"111111111111111111111111111111111111111111\"", 0, {0}},
        {"\"a,b\", \"5\"", 1, {5}},
        {"\"*\"", 0, {0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_list(&rows[i]);
}

static void a_star_is_any(void **state)
{
    static const char *const values[] = {"*", " * ", "\t*"};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct condition condition = {0};
        assert_true(etag_list_parse(values[i], &condition));
        assert_true(condition.present);
        assert_true(condition.any);
        assert_int_equal(condition.count, 0);
    }
}

static void the_malformed_is_refused_and_leaves_the_condition_alone(void **state)
{
    static const char *const values[] = {
        "",         " ",           ",",          "5",         "\"5",      "5\"",     "'5'",
        "W/",       "W/5",         "w/\"5\"",    "W/ \"5\"",  "**",       "*,*",     "*, \"5\"",
        "\"5\", *", "\"5\" \"6\"", "\"5\"\"6\"", "\"5\";q=1", "\"5\", x", "\"5\",W/"};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct condition condition = {.count = 1, .revisions = {77}};
        if (etag_list_parse(values[i], &condition))
            fail_msg("'%s' is taken", values[i]);
        assert_false(condition.present);
        assert_int_equal(condition.count, 1);
        assert_int_equal(condition.revisions[0], 77);
    }
}

static void a_list_has_a_maximum(void **state)
{
    char value[CONDITION_REVISIONS_MAX * 4 + 8] = "\"1\"";
    struct condition condition = {0};
    (void)state;
    for (int i = 1; i < CONDITION_REVISIONS_MAX; i++)
        (void)strcat(value, ",\"1\"");
    assert_true(etag_list_parse(value, &condition));
    assert_int_equal(condition.count, CONDITION_REVISIONS_MAX);
    (void)strcat(value, ",\"1\"");
    assert_false(etag_list_parse(value, &condition));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tag_is_the_revision_in_quotes),
        cmocka_unit_test(lists_are_read),
        cmocka_unit_test(the_marks_of_compressing_servers_are_left_out),
        cmocka_unit_test(tags_that_are_no_revision_match_nothing),
        cmocka_unit_test(a_star_is_any),
        cmocka_unit_test(the_malformed_is_refused_and_leaves_the_condition_alone),
        cmocka_unit_test(a_list_has_a_maximum),
    };
    return cmocka_run_group_tests_name("etag", tests, NULL, NULL);
}
