/*
 * What holds for every merge (merge_trial.h), tried on random documents.
 */
#include "merge_trial.h"
#include "random.h"
#include "valgrind_run.h"

#include <string.h>

enum { TRIALS = 800 };

/* Every test goes on where the one before it stopped. */
static uint64_t seed = 1;

static void check_all(void (*check)(struct merge_trial *trial))
{
    for (uint64_t end = seed + repetitions(TRIALS); seed < end; seed++) {
        random_seed(seed);
        struct merge_trial trial = merge_trial_random();
        trial.seed = seed;
        check(&trial);
        merge_trial_release(&trial);
    }
}

/* The laws. */

static void merging_what_one_side_or_both_alike_changed_gives_that(void **state)
{
    (void)state;
    check_all(merge_law_identities);
}

static void no_element_is_lost_or_doubled_and_removed_ones_stay_away(void **state)
{
    (void)state;
    memset(&merge_trials_met, 0, sizeof merge_trials_met);
    check_all(merge_law_collections);
    const unsigned trials = repetitions(TRIALS);
    assert_in_range(merge_trials_met.collections_merged, trials, 6 * trials);
    assert_in_range(merge_trials_met.elements_new, trials / 4, UINT32_MAX);
    assert_in_range(merge_trials_met.elements_gone, trials / 4, UINT32_MAX);
    assert_in_range(merge_trials_met.elements_of_one_side, trials / 4, UINT32_MAX);
    assert_in_range(merge_trials_met.ids_repeated, trials / 4, UINT32_MAX);
}

static void members_that_one_side_left_alone_are_as_the_other_has_them(void **state)
{
    (void)state;
    check_all(merge_law_members);
}

static void merging_again_gives_the_same(void **state)
{
    (void)state;
    check_all(merge_law_repeatable);
}

/* The trial is made anew, so that what was merged is compared with what never was. */
static void check_inputs(struct merge_trial *trial)
{
    random_seed(trial->seed);
    struct merge_trial anew = merge_trial_random();
    if (!json_equal(trial->base, anew.base) || !json_equal(trial->current, anew.current) ||
        !json_equal(trial->incoming, anew.incoming))
        merge_trial_broken(trial, "a side was changed");
    merge_trial_release(&anew);
}

static void merging_changes_no_side(void **state)
{
    (void)state;
    check_all(check_inputs);
}

static void what_was_merged_can_be_written_and_loaded(void **state)
{
    (void)state;
    check_all(merge_law_loading);
}

static void conflicts_are_where_all_sides_differ_whichever_came_first(void **state)
{
    (void)state;
    memset(&merge_trials_met, 0, sizeof merge_trials_met);
    check_all(merge_law_conflicts);
    assert_in_range(merge_trials_met.conflicts, repetitions(TRIALS) / 16,
                    repetitions(TRIALS) * 7 / 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_what_one_side_or_both_alike_changed_gives_that),
        cmocka_unit_test(no_element_is_lost_or_doubled_and_removed_ones_stay_away),
        cmocka_unit_test(members_that_one_side_left_alone_are_as_the_other_has_them),
        cmocka_unit_test(merging_again_gives_the_same),
        cmocka_unit_test(merging_changes_no_side),
        cmocka_unit_test(what_was_merged_can_be_written_and_loaded),
        cmocka_unit_test(conflicts_are_where_all_sides_differ_whichever_came_first),
    };
    return cmocka_run_group_tests_name("merge_laws", tests, NULL, NULL);
}
