#include "backup.h"
#include "random.h"
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

static enum backup_kind kind_of(int64_t revision)
{
    for (size_t i = 0; i < list.count; i++) {
        if (list.entries[i].revision == revision)
            return list.entries[i].kind;
    }
    fail_msg("there is no such backup");
    return BACKUP_BASE;
}

static void tell(uint64_t count, uint64_t bytes)
{
    const struct retention retention = {.count = count, .bytes = bytes};
    backup_list_sort(&list);
    backup_list_tell_bases(&list, &retention, now);
}

static void what_becomes_a_base_is_told_as_one(void **state)
{
    (void)state;
    add(now, 10, BACKUP_REPLACED);
    add(now - minute, 10, BACKUP_REPLACED);
    add(now - 2 * minute, 10, BACKUP_PINNED);
    add(now - 3 * minute, 10, BACKUP_SUBMITTED);
    add(now - 4 * minute, 10, BACKUP_SUBMITTED);
    add(now - 12 * minute, 10, BACKUP_REPLACED);
    add(now - 13 * minute, 10, BACKUP_SUBMITTED); /* replaced twelve minutes ago */
    tell(1, 1000);
    assert_int_equal(kind_of(now), BACKUP_REPLACED);
    assert_int_equal(kind_of(now - minute), BACKUP_BASE);
    assert_int_equal(kind_of(now - 2 * minute), BACKUP_PINNED);
    assert_int_equal(kind_of(now - 3 * minute), BACKUP_SUBMITTED);
    assert_int_equal(kind_of(now - 4 * minute), BACKUP_BASE);
    assert_int_equal(kind_of(now - 12 * minute), BACKUP_BASE);
    assert_int_equal(fate(now - 13 * minute), BACKUP_GOES);
    tell(1, 1000); /* it is so already */
    assert_int_equal(kind_of(now - minute), BACKUP_BASE);
    assert_int_equal(fate(now - minute), BACKUP_STAYS);
    assert_int_equal(kind_of(now - 3 * minute), BACKUP_SUBMITTED);
    assert_int_equal(fate(now - 13 * minute), BACKUP_GOES);
}

static void without_a_limit_there_are_no_bases(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 10; i++)
        add(now - i, 10, BACKUP_REPLACED);
    tell(0, 1000);
    for (int64_t i = 0; i < 10; i++) {
        assert_int_equal(kind_of(now - i), BACKUP_REPLACED);
        assert_int_equal(fate(now - i), BACKUP_STAYS);
    }
}

/*
 * Two stores of the same documents: in one what becomes a base is renamed, in the other all keep
 * their names, and `list` is what it tells of them.
 */
struct twins {
    struct retention retention;
    int64_t length; /* of every document, or 0: of some length each */
    int64_t clock_ms;
    int64_t current; /* its revision */
    struct backup_list renamed;
    struct backup_list named;
    size_t bases; /* how often there was one */
};

static void twins_add(struct twins *twins, int64_t revision, enum backup_kind kind)
{
    const struct backup backup = {.revision = revision,
                                  .length = twins->length > 0 ? twins->length
                                                              : 1 + (int64_t)random_below(600),
                                  .kind = kind};
    assert_int_equal(backup_list_insert(&twins->renamed, backup, NULL), STATUS_OK);
    assert_int_equal(backup_list_insert(&twins->named, backup, NULL), STATUS_OK);
}

static void renamed_expire(struct twins *twins)
{
    struct backup_list *renamed = &twins->renamed;
    backup_list_expire(renamed, &twins->retention, twins->clock_ms);
    for (size_t i = 0; i < renamed->count; i++) {
        if (renamed->entries[i].fate == BACKUP_BECOMES_BASE)
            renamed->entries[i].kind = BACKUP_BASE;
    }
    backup_list_drop_gone(renamed);
}

static void named_expire(struct twins *twins)
{
    struct backup_list *named = &twins->named;
    list.count = 0;
    for (size_t i = 0; i < named->count; i++)
        assert_int_equal(backup_list_add(&list, named->entries[i], NULL), STATUS_OK);
    backup_list_tell_bases(&list, &twins->retention, twins->clock_ms);
    for (size_t i = 0; i < named->count; i++)
        named->entries[i].fate = list.entries[i].fate;
    backup_list_drop_gone(named);
    backup_list_drop_gone(&list);
}

static void twins_compare(struct twins *twins, unsigned seed)
{
    if (list.count != twins->renamed.count)
        fail_msg("seed %u: %zu are kept, not %zu", seed, list.count, twins->renamed.count);
    for (size_t i = 0; i < list.count; i++) {
        const struct backup *expected = &twins->renamed.entries[i];
        if (list.entries[i].revision != expected->revision)
            fail_msg("seed %u: another document is kept", seed);
        if (list.entries[i].kind != expected->kind)
            fail_msg("seed %u: %s is told as %s", seed, backup_kind_name(expected->kind),
                     backup_kind_name(list.entries[i].kind));
        twins->bases += expected->kind == BACKUP_BASE;
    }
}

/* Some time later, replace the current document, or have a merge or a pin, or some of that. */
static void twins_save(struct twins *twins)
{
    /* Mostly while people are busy. */
    static const unsigned steps_ms[] = {100, 20000, 20000, 120000, 1200000, 21600000, 144000000};
    unsigned what = random_below(10);
    twins->clock_ms += 1 + random_below(steps_ms[random_below(random_below(3) > 0 ? 4 : 7)]);
    if (what < 7) {
        twins_add(twins, twins->current, BACKUP_REPLACED);
        twins->current = twins->clock_ms > twins->current ? twins->clock_ms : twins->current + 1;
    }
    if (what >= 5 && what < 9)
        twins_add(twins, twins->current++, BACKUP_SUBMITTED);
    if (what == 9)
        twins_add(twins, twins->current++, BACKUP_PINNED);
}

static size_t check_twins(uint64_t bytes, int64_t length, unsigned seed)
{
    enum { SAVES = 80 };
    struct twins twins = {
        .retention = {.bytes = bytes}, .length = length, .clock_ms = now, .current = now - minute};
    random_seed(seed);
    twins.retention.count = 1 + random_below(6);
    backup_list_init(&twins.renamed);
    backup_list_init(&twins.named);
    for (unsigned i = 0; i < SAVES; i++) {
        twins_save(&twins);
        renamed_expire(&twins);
        named_expire(&twins);
        twins_compare(&twins, seed);
    }
    backup_list_release(&twins.renamed);
    backup_list_release(&twins.named);
    return twins.bases;
}

/*
 * Where the bytes do not suffice, only of documents that are equally long: else a short base can
 * outlive longer backups that are newer, and is then counted as one of the newest again.
 */
static void a_base_may_keep_its_name(void **state)
{
    size_t roomy = 0;
    size_t tight = 0;
    (void)state;
    for (unsigned seed = 1; seed <= 300; seed++) {
        roomy += check_twins(1 << 20, 0, seed);
        tight += check_twins(1000 + 37 * seed, 300, seed);
    }
    assert_true(roomy > 10000 && tight > 10000);
}

static void the_list_is_asked_and_measured(void **state)
{
    uint64_t count = 7;
    uint64_t bytes = 7;
    (void)state;
    backup_list_measure(&list, &count, &bytes);
    assert_int_equal(count, 0);
    assert_int_equal(bytes, 0);
    add(now, 10, BACKUP_REPLACED);
    add(now - 1, 20, BACKUP_BASE);
    add(now - 2, 30, BACKUP_PINNED);
    backup_list_measure(&list, &count, &bytes);
    assert_int_equal(count, 2);
    assert_int_equal(bytes, 60);
    assert_true(backup_list_has(&list, now - 1));
    assert_false(backup_list_has(&list, now - 3));
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
        WITH_LIST(what_becomes_a_base_is_told_as_one),
        WITH_LIST(without_a_limit_there_are_no_bases),
        WITH_LIST(a_base_may_keep_its_name),
        WITH_LIST(the_list_is_asked_and_measured),
        WITH_LIST(the_list_is_bounded),
    };
    return cmocka_run_group_tests_name("backup", tests, NULL, NULL);
}
