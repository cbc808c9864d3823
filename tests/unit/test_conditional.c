#include "conditional.h"
#include "temporary.h"

#include <string.h>

/* The headers of a writer, and for which current revision its write may happen. */
struct row {
    const char *if_match;
    const char *if_none_match;
    int64_t revision;
    bool met;
};

static void writes_happen_as_the_headers_demand(void **state)
{
    static const struct row rows[] = {
        {NULL, NULL, 0, true},
        {NULL, NULL, 5, true},
        {"\"5\"", NULL, 5, true},
        {"\"5\"", NULL, 6, false},
        {"\"5\"", NULL, 0, false},
        {"\"0\"", NULL, 0, true},
        {"\"4\", W/\"5-gzip\"", NULL, 5, true},
        {"\"x\"", NULL, 5, false},
        {"*", NULL, 5, true},
        {"*", NULL, 0, false},
        {NULL, "*", 0, true},
        {NULL, "*", 5, false},
        {NULL, "\"5\"", 5, false},
        {NULL, "\"5\"", 6, true},
        {NULL, "\"0\"", 0, false},
        {"\"5\"", "\"6\"", 5, true},
        {"\"5\"", "\"5\"", 5, false},
        {"*", "*", 5, false},
        {"*", "*", 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct request request = {.if_match = rows[i].if_match,
                                        .if_none_match = rows[i].if_none_match};
        struct conditions conditions;
        struct error error = ERROR_INIT;
        assert_int_equal(conditional_read(&request, &conditions, NULL), STATUS_OK);
        enum status status = conditions_check(&conditions, rows[i].revision, &error);
        if (status != (rows[i].met ? STATUS_OK : STATUS_STALE))
            fail_msg("row %zu is %d", i, (int)status);
        assert_int_equal(error.revision, rows[i].met ? 0 : rows[i].revision);
        assert_int_equal(error.text[0] == '\0', rows[i].met);
    }
}

static void a_malformed_header_of_a_writer_is_named(void **state)
{
    static const struct {
        const char *if_match;
        const char *if_none_match;
        const char *told;
    } rows[] = {
        {"5", NULL, "If-Match is '5'"},
        {NULL, "5", "If-None-Match is '5'"},
        {"\"5", "*", "If-Match is '\"5'"},
        {"*", "*,*", "If-None-Match is '*,*'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct request request = {.if_match = rows[i].if_match,
                                        .if_none_match = rows[i].if_none_match};
        struct conditions conditions;
        struct error error = ERROR_INIT;
        assert_int_equal(conditional_read(&request, &conditions, &error), STATUS_INVALID);
        assert_non_null(strstr(error.text, rows[i].told));
    }
}

static void what_a_reader_has_is_unmodified(void **state)
{
    static const struct {
        const char *if_none_match;
        int64_t revision;
        bool unmodified;
    } rows[] = {
        {NULL, 5, false},   {"\"5\"", 5, true},       {"\"5\"", 6, false}, {"W/\"5-br\"", 5, true},
        {"\"0\"", 0, true}, {"*", 5, true},           {"*", 0, false},     {"5", 5, false},
        {"\"5", 5, false},  {"\"4\",\"5\"", 5, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct request request = {.if_none_match = rows[i].if_none_match};
        if (conditional_unmodified(&request, rows[i].revision) != rows[i].unmodified)
            fail_msg("row %zu", i);
    }
}

static void if_match_is_nothing_to_a_reader(void **state)
{
    const struct request request = {.if_match = "\"5\""};
    (void)state;
    assert_false(conditional_unmodified(&request, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_happen_as_the_headers_demand),
        cmocka_unit_test(a_malformed_header_of_a_writer_is_named),
        cmocka_unit_test(what_a_reader_has_is_unmodified),
        cmocka_unit_test(if_match_is_nothing_to_a_reader),
    };
    return cmocka_run_group_tests_name("conditional", tests, NULL, NULL);
}
