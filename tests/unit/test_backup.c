#include "backup.h"
#include "temporary.h"

/* 2026-01-31T12:30:00Z */
static const int64_t now = 1769862600000;
static const int64_t minute = 60000;
static const int64_t hour = 3600000;
static const int64_t day = 24 * 3600000;

static struct backup_list list;

static int setup(void **state)
{
    (void)state;
    backup_list_init(&list);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    backup_list_release(&list);
    return 0;
}

static void add(int64_t revision, int64_t length, enum backup_kind kind)
{
    const struct backup backup = {.revision = revision, .length = length, .kind = kind};
    assert_int_equal(backup_list_add(&list, backup, NULL), STATUS_OK);
}

static size_t expire(uint64_t count, uint64_t bytes)
{
    const struct retention retention = {.count = count, .bytes = bytes};
    size_t kept = 0;
    backup_list_sort(&list);
    backup_list_expire(&list, &retention, now);
    for (size_t i = 0; i < list.count; i++)
        kept += list.entries[i].fate == BACKUP_STAYS && list.entries[i].kind != BACKUP_BASE;
    return kept;
}

static bool kept(int64_t revision)
{
    for (size_t i = 0; i < list.count; i++) {
        if (list.entries[i].revision == revision)
            return list.entries[i].fate == BACKUP_STAYS;
    }
    fail_msg("there is no such backup");
    return false;
}

static void are_sorted_newest_first(void **state)
{
    (void)state;
    add(2, 1, BACKUP_REPLACED);
    add(9, 1, BACKUP_REPLACED);
    add(5, 1, BACKUP_REPLACED);
    backup_list_sort(&list);
    assert_int_equal(list.entries[0].revision, 9);
    assert_int_equal(list.entries[2].revision, 2);
}

static void the_newest_are_kept(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 70; i++)
        add(now - i * 1000, 10, BACKUP_REPLACED);
    assert_int_equal(expire(50, 1 << 20), 50);
    assert_true(kept(now - 49 * 1000));
    assert_false(kept(now - 50 * 1000));
}

static void submitted_ones_do_not_push_out_replaced_ones(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 70; i++) {
        add(now - 2 * i, 10, BACKUP_SUBMITTED);
        add(now - 2 * i - 1, 10, BACKUP_REPLACED);
    }
    assert_int_equal(expire(50, 1 << 20), 100);
}

static void then_the_newest_of_each_hour_for_a_day(void **state)
{
    (void)state;
    /* Every ten minutes for two days, from 12:30 back. */
    for (int64_t i = 0; i < 2 * 24 * 6; i++)
        add(now - i * 10 * minute, 10, BACKUP_REPLACED);
    (void)expire(1, 1 << 20);
    assert_true(kept(now));
    assert_false(kept(now - 10 * minute)); /* 12:20 */
    assert_true(kept(now - 40 * minute));  /* 11:50 */
    assert_false(kept(now - 50 * minute));
    assert_true(kept(now - 22 * hour - 40 * minute)); /* the day before, 13:50 */
    assert_false(kept(now - 24 * hour - 40 * minute));
}

static void then_the_newest_of_each_day_for_a_month(void **state)
{
    (void)state;
    /* Every six hours for forty days, from 12:30 back. */
    for (int64_t i = 0; i < 40 * 4; i++)
        add(now - i * 6 * hour, 10, BACKUP_REPLACED);
    (void)expire(1, 1 << 20);
    assert_true(kept(now - 2 * day + 6 * hour));  /* two days ago, 18:30 */
    assert_false(kept(now - 2 * day));            /* 12:30 */
    assert_true(kept(now - 29 * day + 6 * hour)); /* 18:30 */
    assert_false(kept(now - 31 * day + 6 * hour));
}

static void the_bytes_are_bounded(void **state)
{
    (void)state;
    add(now - 1, 400, BACKUP_REPLACED);
    add(now - 2, 500, BACKUP_SUBMITTED);
    add(now - 3, 200, BACKUP_REPLACED);
    add(now - 4, 10, BACKUP_REPLACED);
    assert_int_equal(expire(50, 1000), 2);
    assert_false(kept(now - 4)); /* it would fit, but what is newer does not */
    assert_int_equal(expire(50, 1110), 4);
    assert_int_equal(expire(50, 399), 0);
}

static void pinned_ones_stay_and_count_for_nothing(void **state)
{
    (void)state;
    add(now - 1, 1000, BACKUP_PINNED);
    add(now - 2, 600, BACKUP_REPLACED);
    add(now - 400 * day, 1000, BACKUP_PINNED);
    assert_int_equal(expire(1, 1000), 3);
}

static enum backup_fate fate(int64_t revision)
{
    for (size_t i = 0; i < list.count; i++) {
        if (list.entries[i].revision == revision)
            return list.entries[i].fate;
    }
    fail_msg("there is no such backup");
    return BACKUP_GOES;
}

static void what_expires_is_a_base_until_ten_minutes_after_it_was_replaced(void **state)
{
    (void)state;
    add(now, 10, BACKUP_REPLACED);
    add(now - minute, 10, BACKUP_REPLACED);
    add(now - 9 * minute, 10, BACKUP_SUBMITTED); /* the last of its kind */
    add(now - 11 * minute, 10, BACKUP_REPLACED); /* replaced nine minutes ago */
    add(now - 12 * minute, 10, BACKUP_BASE);     /* replaced eleven minutes ago */
    (void)expire(1, 1000);
    assert_int_equal(fate(now), BACKUP_STAYS);
    assert_int_equal(fate(now - minute), BACKUP_BECOMES_BASE);
    assert_int_equal(fate(now - 9 * minute), BACKUP_STAYS);
    assert_int_equal(fate(now - 11 * minute), BACKUP_BECOMES_BASE);
    assert_int_equal(fate(now - 12 * minute), BACKUP_GOES);
}

static void bases_get_the_bytes_that_the_others_leave(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 20; i++)
        add(now - i, 10, BACKUP_REPLACED);
    add(now - 2 * day, 50, BACKUP_REPLACED);
    (void)expire(5, 130);
    assert_int_equal(fate(now - 4), BACKUP_STAYS);
    assert_int_equal(fate(now - 2 * day), BACKUP_STAYS); /* 100 with the last five */
    assert_int_equal(fate(now - 7), BACKUP_BECOMES_BASE);
    assert_int_equal(fate(now - 8), BACKUP_GOES);
}

static void bases_are_bounded(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 2 * BACKUP_BASES_MAX; i++)
        add(now - i, 1, i % 2 == 0 ? BACKUP_BASE : BACKUP_SUBMITTED);
    (void)expire(5, 1 << 20);
    size_t bases = 0;
    for (size_t i = 0; i < list.count; i++)
        bases += list.entries[i].fate == BACKUP_BECOMES_BASE ||
                 (list.entries[i].kind == BACKUP_BASE && list.entries[i].fate == BACKUP_STAYS);
    assert_int_equal(bases, BACKUP_BASES_MAX);
    assert_int_equal(fate(now), BACKUP_STAYS);
    assert_int_equal(fate(now - 2 * BACKUP_BASES_MAX + 1), BACKUP_GOES);
}

static void without_a_limit_nothing_is_touched(void **state)
{
    (void)state;
    add(now - 1, 1000, BACKUP_REPLACED);
    add(now - 400 * day, 1000, BACKUP_REPLACED);
    assert_int_equal(expire(0, 1000), 2);
    assert_int_equal(expire(50, 0), 2);
}

static void a_clock_set_back_expires_nothing_early(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 10; i++)
        add(now + 3 * day + i, 10, BACKUP_REPLACED);
    assert_int_equal(expire(5, 1000), 5);
}

static void the_list_is_bounded(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= BACKUP_COUNT_MAX; i++)
        add(i, 1, BACKUP_REPLACED);
    const struct backup one_more = {.revision = 1};
    assert_int_equal(backup_list_add(&list, one_more, NULL), STATUS_TOO_LARGE);
    assert_int_equal(list.count, BACKUP_COUNT_MAX);
}

int main(void)
{
#define WITH_LIST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_LIST(are_sorted_newest_first),
        WITH_LIST(the_newest_are_kept),
        WITH_LIST(submitted_ones_do_not_push_out_replaced_ones),
        WITH_LIST(then_the_newest_of_each_hour_for_a_day),
        WITH_LIST(then_the_newest_of_each_day_for_a_month),
        WITH_LIST(the_bytes_are_bounded),
        WITH_LIST(pinned_ones_stay_and_count_for_nothing),
        WITH_LIST(what_expires_is_a_base_until_ten_minutes_after_it_was_replaced),
        WITH_LIST(bases_get_the_bytes_that_the_others_leave),
        WITH_LIST(bases_are_bounded),
        WITH_LIST(without_a_limit_nothing_is_touched),
        WITH_LIST(a_clock_set_back_expires_nothing_early),
        WITH_LIST(the_list_is_bounded),
    };
    return cmocka_run_group_tests_name("backup", tests, NULL, NULL);
}
