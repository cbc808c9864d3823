#include "update_plan.h"

#include "memory_store.h"
#include "system_calls.h"

#include <string.h>

static const int64_t now = 1769000000000;
static const int64_t day = 24 * 3600000;

/* As the store holds it: what it loads is in the form that is stored. */
static const char stored_text[] = "{\n  \"a\": 1\n}";
static const char other_text[] = "{\n  \"a\": 2\n}";

static int still_clock(clockid_t clock, struct timespec *told)
{
    assert_int_equal(clock, CLOCK_REALTIME);
    *told = (struct timespec){.tv_sec = now / 1000, .tv_nsec = (long)(now % 1000) * 1000000};
    return 0;
}

static struct update_plan plan;
static struct document current;
static struct backup_list backups;

static int setup(void **state)
{
    static struct system_calls calls;
    calls = system_calls_libc;
    calls.clock_gettime = still_clock;
    system_calls = &calls;
    memset(&plan, 0x5A, sizeof plan); /* it is not to be initialized */
    backup_list_init(&backups);
    current = document_submitted(stored_text);
    current.revision = now - 5;
    return memory_store_setup(state);
}

static int teardown(void **state)
{
    system_calls = &system_calls_libc;
    backup_list_release(&backups);
    document_release(&current);
    return memory_store_teardown(state);
}

static void backup_add(enum backup_kind kind, int64_t revision, size_t length)
{
    const struct backup backup = {.revision = revision, .length = (int64_t)length, .kind = kind};
    assert_int_equal(backup_list_add(&backups, backup, NULL), STATUS_OK);
    backup_list_sort(&backups);
}

/* Add one that the store has. */
static int64_t backup_put(enum backup_kind kind, const char *text)
{
    int64_t revision = memory_store_put(text);
    backup_add(kind, revision, strlen(text));
    return revision;
}

/* A transform that puts these texts, null for none. */
struct putting {
    const char *text;
    const char *submitted;
};

static struct document_text text_of(const char *text)
{
    return (struct document_text){.bytes = text, .length = text != NULL ? strlen(text) : 0};
}

static enum status put(void *context, struct document *seen, struct store_next *next,
                       struct error *error)
{
    const struct putting *putting = context;
    (void)error;
    assert_ptr_equal(seen, &current);
    assert_null(next->text.bytes);
    assert_null(next->submitted.bytes);
    next->text = text_of(putting->text);
    next->submitted = text_of(putting->submitted);
    return STATUS_OK;
}

/* Plan to put them; whether there is anything to write. */
static bool decide_keeping(bool keeps_backups, const char *text, const char *submitted)
{
    struct putting putting = {.text = text, .submitted = submitted};
    const struct store_transform transform = {.decide = put, .context = &putting};
    assert_int_equal(update_plan_decide(&plan, &transform, &current, keeps_backups, NULL),
                     STATUS_OK);
    return update_plan_stores(&plan);
}

static bool decide(const char *text, const char *submitted)
{
    return decide_keeping(true, text, submitted);
}

static void number(void)
{
    update_plan_number(&plan, &store.base, &current, &backups);
}

/* The revision that a text gets now. */
static int64_t next_revision(void)
{
    assert_true(decide(other_text, NULL));
    number();
    return plan.commit.revision;
}

static void what_is_stored_already_changes_nothing(void **state)
{
    (void)state;
    assert_false(decide(stored_text, NULL));
    assert_false(plan.commit.changed);
    assert_int_equal(plan.commit.revision, now - 5);
    assert_int_equal(plan.commit.length, strlen(stored_text));
    assert_int_equal(plan.commit.submitted, 0);
    assert_false(plan.submits);
}

static void nothing_changes_nothing_either(void **state)
{
    (void)state;
    assert_false(decide(NULL, NULL));
    assert_int_equal(plan.commit.revision, now - 5);
    assert_int_equal(plan.commit.length, strlen(stored_text));
}

static void another_text_is_stored_now(void **state)
{
    static const char longer[] = "{\n  \"a\": 1,\n  \"b\": 2\n}";
    (void)state;
    assert_true(decide(longer, NULL));
    number();
    assert_true(plan.commit.changed);
    assert_ptr_equal(plan.next.text.bytes, longer);
    assert_int_equal(plan.commit.revision, now);
    assert_int_equal(plan.commit.length, strlen(longer));
    assert_int_equal(plan.commit.submitted, 0);
    assert_false(plan.submits);
}

static void the_first_document_is_a_change(void **state)
{
    (void)state;
    document_release(&current);
    assert_int_equal(next_revision(), now);
    assert_true(plan.commit.changed);
    assert_int_equal(plan.commit.length, strlen(other_text));
}

static void what_was_submitted_comes_just_before(void **state)
{
    (void)state;
    assert_true(decide(other_text, "{\"sent\":1}"));
    number();
    assert_true(plan.submits);
    assert_int_equal(plan.commit.submitted, now);
    assert_int_equal(plan.commit.revision, now + 1);
}

static void what_was_submitted_is_stored_alone(void **state)
{
    (void)state;
    assert_true(decide(NULL, "{\"sent\":1}"));
    number();
    assert_true(plan.submits);
    assert_int_equal(plan.commit.submitted, now);
    assert_false(plan.commit.changed);
    assert_int_equal(plan.commit.revision, now - 5);
    assert_int_equal(plan.commit.length, strlen(stored_text));
    assert_true(decide(stored_text, "{\"sent\":1}"));
    assert_false(plan.commit.changed);
}

static void where_no_backups_are_kept_it_is_not(void **state)
{
    (void)state;
    assert_false(decide_keeping(false, NULL, "{\"sent\":1}"));
    assert_true(decide_keeping(false, other_text, "{\"sent\":1}"));
    number();
    assert_null(plan.next.submitted.bytes);
    assert_false(plan.submits);
    assert_int_equal(plan.commit.submitted, 0);
    assert_int_equal(plan.commit.revision, now);
}

static enum status refuse(void *context, struct document *seen, struct store_next *next,
                          struct error *error)
{
    (void)context;
    (void)seen;
    (void)next;
    return error_set(error, STATUS_UNRELATED, "refused");
}

static void a_refusal_is_handed_on(void **state)
{
    const struct store_transform transform = {.decide = refuse};
    struct error error = ERROR_INIT;
    (void)state;
    assert_int_equal(update_plan_decide(&plan, &transform, &current, true, &error),
                     STATUS_UNRELATED);
    assert_string_equal(error.text, "refused");
}

static void a_plan_made_anew_forgets_the_one_before(void **state)
{
    (void)state;
    assert_true(decide(other_text, "{\"sent\":1}"));
    number();
    current.revision = now + 7; /* somebody was faster */
    assert_false(decide(NULL, NULL));
    assert_int_equal(plan.commit.submitted, 0);
    assert_false(plan.submits);
    assert_int_equal(plan.commit.revision, now + 7);
    assert_int_equal(plan.commit.length, strlen(stored_text));
    assert_int_equal(next_revision(), now + 8);
}

/* Revisions. */

static void revisions_go_beyond_the_current_one(void **state)
{
    (void)state;
    current.revision = now - 1;
    assert_int_equal(next_revision(), now);
    current.revision = now;
    assert_int_equal(next_revision(), now + 1);
    /* However wrong a clock was: it is what everybody has loaded. */
    current.revision = now + 3000 * day;
    assert_int_equal(next_revision(), now + 3000 * day + 1);
}

static void revisions_go_beyond_all_backups(void **state)
{
    (void)state;
    backup_add(BACKUP_PINNED, now - 1, 1);
    assert_int_equal(next_revision(), now);
    backup_add(BACKUP_SUBMITTED, now, 1);
    assert_int_equal(next_revision(), now + 1);
    backup_add(BACKUP_BASE, now + 60, 1);
    backup_add(BACKUP_REPLACED, now + 50, 1);
    assert_int_equal(next_revision(), now + 61);
}

static void a_backup_from_the_far_future_is_passed_over(void **state)
{
    (void)state;
    backup_add(BACKUP_PINNED, now + day + 1, 1);
    assert_int_equal(next_revision(), now);
    backup_add(BACKUP_REPLACED, now + 20, 1);
    assert_int_equal(next_revision(), now + 21);
    backup_add(BACKUP_REPLACED, now + day, 1);
    assert_int_equal(next_revision(), now + day + 1);
}

/* Where the current one is, everything is: what was submitted just before it, too. */
static void far_from_the_clock_it_is_far_from_the_current_one(void **state)
{
    (void)state;
    current.revision = now + 3000 * day;
    backup_add(BACKUP_SUBMITTED, now + 3000 * day + 1, 1);
    assert_int_equal(next_revision(), now + 3000 * day + 2);
    backup_add(BACKUP_REPLACED, now + 3001 * day + 1, 1);
    assert_int_equal(next_revision(), now + 3000 * day + 2);
}

/* What was submitted before. */

static void what_was_submitted_just_so_keeps_its_revision(void **state)
{
    (void)state;
    int64_t before = backup_put(BACKUP_SUBMITTED, other_text);
    (void)backup_put(BACKUP_REPLACED, stored_text);
    assert_true(decide(NULL, other_text));
    number();
    assert_int_equal(plan.commit.submitted, before);
    assert_false(plan.submits);
    assert_int_equal(plan.commit.revision, now - 5);
    assert_true(decide("{\"merged\":1}", other_text));
    number();
    assert_int_equal(plan.commit.submitted, before);
    assert_false(plan.submits);
    assert_int_equal(plan.commit.revision, now);
}

static void check_submitted_anew(const char *text)
{
    assert_true(decide(NULL, text));
    number();
    assert_true(plan.submits);
    assert_int_equal(plan.commit.submitted, now);
}

static void what_was_submitted_last_is_what_counts(void **state)
{
    (void)state;
    (void)backup_put(BACKUP_SUBMITTED, other_text);
    (void)backup_put(BACKUP_SUBMITTED, stored_text);
    check_submitted_anew(other_text);
}

static void another_text_as_long_is_another_one(void **state)
{
    (void)state;
    (void)backup_put(BACKUP_SUBMITTED, stored_text);
    check_submitted_anew(other_text);
}

static void what_was_kept_otherwise_was_not_submitted(void **state)
{
    (void)state;
    (void)backup_put(BACKUP_REPLACED, other_text);
    (void)backup_put(BACKUP_PINNED, other_text);
    (void)backup_put(BACKUP_BASE, other_text);
    check_submitted_anew(other_text);
}

static void what_is_gone_was_not_submitted(void **state)
{
    (void)state;
    backup_add(BACKUP_SUBMITTED, now - 1, strlen(other_text));
    check_submitted_anew(other_text);
}

static unsigned loads;

static enum status count_load(struct store *base, int64_t revision, struct document *document,
                              struct error *error)
{
    (void)base;
    (void)revision;
    (void)document;
    loads++;
    return error_set(error, STATUS_NOT_FOUND, "no such backup");
}

static void the_store_is_asked_only_for_what_can_be_the_same(void **state)
{
    static const struct store_operations operations = {.load_backup = count_load};
    (void)state;
    store.base.operations = &operations;
    loads = 0;
    backup_add(BACKUP_SUBMITTED, now - 1, strlen(other_text) + 1);
    check_submitted_anew(other_text);
    (void)next_revision();
    assert_int_equal(loads, 0);
    backups.count = 0;
    backup_add(BACKUP_SUBMITTED, now - 1, strlen(other_text));
    check_submitted_anew(other_text);
    assert_int_equal(loads, 1);
}

int main(void)
{
#define WITH_PLAN(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_PLAN(what_is_stored_already_changes_nothing),
        WITH_PLAN(nothing_changes_nothing_either),
        WITH_PLAN(another_text_is_stored_now),
        WITH_PLAN(the_first_document_is_a_change),
        WITH_PLAN(what_was_submitted_comes_just_before),
        WITH_PLAN(what_was_submitted_is_stored_alone),
        WITH_PLAN(where_no_backups_are_kept_it_is_not),
        WITH_PLAN(a_refusal_is_handed_on),
        WITH_PLAN(a_plan_made_anew_forgets_the_one_before),
        WITH_PLAN(revisions_go_beyond_the_current_one),
        WITH_PLAN(revisions_go_beyond_all_backups),
        WITH_PLAN(a_backup_from_the_far_future_is_passed_over),
        WITH_PLAN(far_from_the_clock_it_is_far_from_the_current_one),
        WITH_PLAN(what_was_submitted_just_so_keeps_its_revision),
        WITH_PLAN(what_was_submitted_last_is_what_counts),
        WITH_PLAN(another_text_as_long_is_another_one),
        WITH_PLAN(what_was_kept_otherwise_was_not_submitted),
        WITH_PLAN(what_is_gone_was_not_submitted),
        WITH_PLAN(the_store_is_asked_only_for_what_can_be_the_same),
    };
    return cmocka_run_group_tests_name("update_plan", tests, NULL, NULL);
}
