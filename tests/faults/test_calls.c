/*
 * Every system call of every request fails in turn, once and from then on, with each errno that it
 * can have.
 */
#include "rehearsal.h"

#include <errno.h>

/*
 * Children of a process with the address sanitizer take long to make: there a call fails once, and in one
 * way, another one for each.
 */
#ifdef __SANITIZE_ADDRESS__
static const bool in_all_ways = false;
#else
static const bool in_all_ways = true;
#endif

/* One fault; whether it fired. */
static bool fault_rehearse(struct rehearsal *rehearsal, size_t number, int error, bool from_then_on)
{
    rehearsal->shared->plan =
        (struct fault_plan){.number = number, .error = error, .from_then_on = from_then_on};
    rehearsal_run(rehearsal);
    rehearsal_check(rehearsal);
    return rehearsal->record->fired > 0;
}

/* The number of faults; 0 for a call that cannot fail, or fails anyway because the disk is full. */
static size_t call_fail(struct rehearsal *rehearsal, size_t number)
{
    const struct recorded_call *recorded = &rehearsal->calls[number - 1];
    const int *errors = call_errors(recorded);
    size_t ways = 0;
    if (recorded->error == ENOSPC)
        return 0;
    while (errors[ways] != 0)
        ways++;
    for (size_t way = 0; way < ways && in_all_ways; way++) {
        assert_true(fault_rehearse(rehearsal, number, errors[way], false));
        assert_true(fault_rehearse(rehearsal, number, errors[way], true));
    }
    assert_true(ways == 0 || in_all_ways ||
                fault_rehearse(rehearsal, number, errors[number % ways], false));
    return in_all_ways ? 2 * ways : ways > 0;
}

static void every_call_fails_in_turn(void **state)
{
    struct rehearsal *rehearsal = *state;
    size_t faults = 0;
    assert_string_equal(record_changes(rehearsal->record), rehearsal->scenario->changes);
    for (size_t number = 1; number <= rehearsal->calls_count; number++)
        faults += call_fail(rehearsal, number);
    assert_true(faults > 0);
    assert_false(fault_rehearse(rehearsal, rehearsal->calls_count + 1, EIO, true));
    print_message("# %s: %zu calls, %zu faults\n", rehearsal->scenario->name,
                  rehearsal->calls_count, faults);
}

int main(void)
{
    return rehearse_all("faults_calls", every_call_fails_in_turn);
}
