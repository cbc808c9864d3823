#include "condition.h"
#include "temporary.h"

#include <string.h>

static const struct conditions none;

static void nothing_demanded_is_met(void **state)
{
    (void)state;
    assert_int_equal(conditions_check(&none, 0, NULL), STATUS_OK);
    assert_int_equal(conditions_check(&none, 5, NULL), STATUS_OK);
}

static void a_listed_revision_matches(void **state)
{
    const struct conditions listed = {.match = {.present = true, .count = 2, .revisions = {5, 7}}};
    struct error error = ERROR_INIT;
    (void)state;
    assert_int_equal(conditions_check(&listed, 5, NULL), STATUS_OK);
    assert_int_equal(conditions_check(&listed, 7, NULL), STATUS_OK);
    assert_int_equal(conditions_check(&listed, 6, &error), STATUS_STALE);
    assert_int_equal(error.revision, 6);
    assert_non_null(strstr(error.text, "which is 6"));
    assert_int_equal(conditions_check(&listed, 0, NULL), STATUS_STALE);
}

static void any_is_what_exists(void **state)
{
    const struct conditions any = {.match = {.present = true, .any = true}};
    const struct conditions created = {.none_match = {.present = true, .any = true}};
    (void)state;
    assert_int_equal(conditions_check(&any, 1, NULL), STATUS_OK);
    assert_int_equal(conditions_check(&any, 0, NULL), STATUS_STALE);
    assert_int_equal(conditions_check(&created, 0, NULL), STATUS_OK);
    assert_int_equal(conditions_check(&created, 1, NULL), STATUS_STALE);
}

static void a_list_of_nothing_matches_nothing(void **state)
{
    const struct conditions foreign = {.match = {.present = true}};
    const struct conditions others = {.none_match = {.present = true}};
    (void)state;
    assert_int_equal(conditions_check(&foreign, 1, NULL), STATUS_STALE);
    assert_int_equal(conditions_check(&others, 1, NULL), STATUS_OK);
}

static void both_are_demanded(void **state)
{
    const struct conditions both = {.match = {.present = true, .any = true},
                                    .none_match = {.present = true, .count = 1, .revisions = {3}}};
    (void)state;
    assert_int_equal(conditions_check(&both, 2, NULL), STATUS_OK);
    assert_int_equal(conditions_check(&both, 3, NULL), STATUS_STALE);
}

static void what_is_expected_is_just_that(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    assert_int_equal(condition_expect(5, 5, &error), STATUS_OK);
    assert_int_equal(condition_expect(0, 0, NULL), STATUS_OK);
    assert_int_equal(error.revision, 0);
    assert_string_equal(error.text, "");
    assert_int_equal(condition_expect(5, 6, &error), STATUS_STALE);
    assert_int_equal(error.revision, 6);
    assert_string_equal(error.text, "the current revision there is 6, not 5");
    assert_int_equal(condition_expect(5, 4, NULL), STATUS_STALE);
    assert_int_equal(condition_expect(0, 1769000000123, NULL), STATUS_STALE);
    assert_int_equal(condition_expect(1769000000123, 0, &error), STATUS_STALE);
    assert_int_equal(error.revision, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_demanded_is_met),
        cmocka_unit_test(a_listed_revision_matches),
        cmocka_unit_test(any_is_what_exists),
        cmocka_unit_test(a_list_of_nothing_matches_nothing),
        cmocka_unit_test(both_are_demanded),
        cmocka_unit_test(what_is_expected_is_just_that),
    };
    return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
