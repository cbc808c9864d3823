#include "query.h"
#include "temporary.h"

static void values_are_found_by_their_whole_name(void **state)
{
    static const struct {
        const char *query;
        const char *value;
    } rows[] = {
        {"base=5", "5"},
        {"a=1&base=5", "5"},
        {"base=5&a=1", "5"},
        {"base=5&base=6", "5"},
        {"&&base=5&", "5"},
        {"base=", ""},
        {"base", ""},
        {"base&a=1", ""},
        {"base=a=b", "a=b"},
        {"xbase=1&base=5", "5"},
        {"bas=1&base=5", "5"},
        {"base=%35", "%35"},
        {"a=base=7&base=5", "5"},
        {"=1&base=5", "5"},
    };
    char value[16];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!query_get(rows[i].query, "base", value, sizeof value))
            fail_msg("'%s' has none", rows[i].query);
        assert_string_equal(value, rows[i].value);
    }
}

static void what_is_not_there_is_not_found(void **state)
{
    static const char *const queries[] = {NULL,      "",        "&",     "=",      "a=base",
                                          "base2=1", "xbase=1", "bas=1", "BASE=1", "a&b&c"};
    char value[16] = "untouched";
    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        assert_false(query_get(queries[i], "base", value, sizeof value));
        assert_string_equal(value, "untouched");
    }
}

static void a_value_that_is_too_long_is_cut(void **state)
{
    char value[4] = "";
    (void)state;
    assert_true(query_get("base=123", "base", value, sizeof value));
    assert_string_equal(value, "123");
    assert_true(query_get("base=1234&a=5", "base", value, sizeof value));
    assert_string_equal(value, "123");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_their_whole_name),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(a_value_that_is_too_long_is_cut),
    };
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
