#include "memory_store.h"
#include "restore.h"
#include "temporary.h"

#include <string.h>

static const struct conditions none;

static void an_earlier_document_becomes_current(void **state)
{
    struct store_commit commit;
    (void)state;
    int64_t earlier = memory_store_put("{\"a\":33.30}");
    (void)memory_store_put("{\"a\":2}");
    assert_int_equal(restore_backup(&store.base, earlier, &none, &commit, NULL), STATUS_OK);
    assert_true(commit.changed);
    assert_string_equal(memory_store_current(), "{\n  \"a\": 33.30\n}");
}

static void the_current_one_is_restored_by_doing_nothing(void **state)
{
    struct store_commit commit;
    (void)state;
    int64_t current = memory_store_put("{\"a\":2}");
    assert_int_equal(restore_backup(&store.base, current, &none, &commit, NULL), STATUS_OK);
    assert_false(commit.changed);
    assert_int_equal(commit.revision, current);
}

static void what_is_not_kept_cannot_be_restored(void **state)
{
    struct store_commit commit;
    (void)state;
    (void)memory_store_put("{\"a\":2}");
    assert_int_equal(restore_backup(&store.base, 7, &none, &commit, NULL), STATUS_NOT_FOUND);
    assert_int_equal(store.count, 1);
}

static void conditions_hold_for_the_current_one(void **state)
{
    const struct conditions stale = {.match = {.present = true, .count = 1, .revisions = {1000}}};
    struct store_commit commit;
    (void)state;
    int64_t earlier = memory_store_put("{\"a\":1}");
    (void)memory_store_put("{\"a\":2}");
    assert_int_equal(restore_backup(&store.base, earlier, &stale, &commit, NULL), STATUS_STALE);
    assert_int_equal(store.count, 2);
}

static void it_decides_anew_when_somebody_was_faster(void **state)
{
    struct store_commit commit;
    (void)state;
    int64_t earlier = memory_store_put("{\"a\":1}");
    (void)memory_store_put("{\"a\":2}");
    store.interloper = "{\"a\":3}";
    assert_int_equal(restore_backup(&store.base, earlier, &none, &commit, NULL), STATUS_OK);
    assert_string_equal(memory_store_current(), "{\n  \"a\": 1\n}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(an_earlier_document_becomes_current),
        WITH_STORE(the_current_one_is_restored_by_doing_nothing),
        WITH_STORE(what_is_not_kept_cannot_be_restored),
        WITH_STORE(conditions_hold_for_the_current_one),
        WITH_STORE(it_decides_anew_when_somebody_was_faster),
    };
    return cmocka_run_group_tests_name("restore", tests, NULL, NULL);
}
