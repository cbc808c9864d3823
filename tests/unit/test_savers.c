#include "savers.h"
#include "temporary.h"

#include <stdio.h>
#include <string.h>

static void add(struct savers *savers, int64_t revision, const char *name)
{
    assert_int_equal(savers_add(savers, revision, name, NULL), STATUS_OK);
}

static void check_saver(const struct savers *savers, int64_t revision, const char *expected)
{
    const char *name = savers_find(savers, revision);
    if (expected == NULL) {
        assert_null(name);
        return;
    }
    assert_non_null(name);
    assert_string_equal(name, expected);
}

static void nobody_is_known_at_first(void **state)
{
    struct savers savers;
    (void)state;
    savers_init(&savers);
    check_saver(&savers, 0, NULL);
    savers_sort(&savers);
    check_saver(&savers, 1769000000123, NULL);
    savers_release(&savers);
}

static void who_was_added_is_found(void **state)
{
    struct savers savers;
    (void)state;
    savers_init(&savers);
    add(&savers, 30, "bo");
    add(&savers, INT64_MAX, "last");
    add(&savers, 10, "张 三");
    add(&savers, 20, "anna");
    savers_sort(&savers);
    assert_int_equal(savers.count, 4);
    check_saver(&savers, 10, "张 三");
    check_saver(&savers, 20, "anna");
    check_saver(&savers, 30, "bo");
    check_saver(&savers, INT64_MAX, "last");
    check_saver(&savers, 0, NULL);
    check_saver(&savers, 15, NULL);
    check_saver(&savers, 31, NULL);
    savers_release(&savers);
    check_saver(&savers, 10, NULL);
}

/* So many that a sort that is not stable would mix them up. */
static void who_was_added_last_counts(void **state)
{
    enum { REVISIONS = 7, ROUNDS = 100 };
    struct savers savers;
    char name[32];
    (void)state;
    savers_init(&savers);
    for (int i = 0; i < ROUNDS * REVISIONS; i++) {
        (void)snprintf(name, sizeof name, "user-%d", i / REVISIONS);
        add(&savers, i % REVISIONS, name);
    }
    savers_sort(&savers);
    assert_int_equal(savers.count, REVISIONS);
    for (int i = 0; i < REVISIONS; i++) {
        assert_int_equal(savers.entries[i].revision, i);
        check_saver(&savers, i, "user-99");
    }
    savers_release(&savers);
}

static void more_can_be_added_once_it_is_sorted(void **state)
{
    struct savers savers;
    (void)state;
    savers_init(&savers);
    add(&savers, 2, "anna");
    add(&savers, 1, "bo");
    savers_sort(&savers);
    add(&savers, 2, "cy");
    savers_sort(&savers);
    check_saver(&savers, 1, "bo");
    check_saver(&savers, 2, "cy");
    savers_release(&savers);
}

static void a_name_can_be_taken_away(void **state)
{
    struct savers savers;
    (void)state;
    savers_init(&savers);
    add(&savers, 1, "anna");
    add(&savers, 2, "bo");
    add(&savers, 3, "");
    add(&savers, 2, "");
    savers_sort(&savers);
    assert_int_equal(savers.count, 1);
    check_saver(&savers, 1, "anna");
    check_saver(&savers, 2, NULL);
    add(&savers, 2, "cy");
    add(&savers, 1, "");
    savers_sort(&savers);
    assert_int_equal(savers.count, 1);
    check_saver(&savers, 2, "cy");
    savers_release(&savers);
}

static void check_name(const char *name, bool expected)
{
    assert_int_equal(saver_name_is_valid(name, strlen(name)), expected);
}

static void names_are_printable_and_not_too_long(void **state)
{
    char text[SAVER_NAME_SIZE + 1];
    (void)state;
    check_name("anna", true);
    check_name(" a b ", true);
    check_name("\\x0A\"'<>%", true);
    check_name("李四", true);
    check_name("", false);
    check_name("a\tb", false);
    check_name("a\nb", false);
    check_name("\x7F", false);
    check_name("\xC2\x85", false);
    check_name("\xE4\xB8", false);
    check_name("\xFF", false);
    assert_false(saver_name_is_valid("a\0b", 3));
    assert_true(saver_name_is_valid("a\0b", 1));
    memset(text, 'x', sizeof text);
    assert_true(saver_name_is_valid(text, SAVER_NAME_SIZE - 1));
    assert_false(saver_name_is_valid(text, SAVER_NAME_SIZE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_known_at_first),
        cmocka_unit_test(who_was_added_is_found),
        cmocka_unit_test(who_was_added_last_counts),
        cmocka_unit_test(more_can_be_added_once_it_is_sorted),
        cmocka_unit_test(a_name_can_be_taken_away),
        cmocka_unit_test(names_are_printable_and_not_too_long),
    };
    return cmocka_run_group_tests_name("savers", tests, NULL, NULL);
}
