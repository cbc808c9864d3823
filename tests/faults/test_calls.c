/*
 * Every system call of every request fails in turn, once and from then on, with each errno that it
 * can have.
 */
#include "rehearsal.h"

#include <errno.h>

/* Children of a process with the address sanitizer take long to make: there faults come once only. */
#ifdef __SANITIZE_ADDRESS__
static const bool persists = false;
#else
static const bool persists = true;
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
static size_t call_fail_in_all_ways(struct rehearsal *rehearsal, size_t number)
{
    const struct recorded_call *recorded = &rehearsal->calls[number - 1];
    size_t faults = 0;
    if (recorded->error == ENOSPC)
        return 0;
    for (const int *error = call_errors(recorded); *error != 0; error++) {
        assert_true(fault_rehearse(rehearsal, number, *error, false));
        assert_true(!persists || fault_rehearse(rehearsal, number, *error, true));
        faults += 1 + persists;
    }
    return faults;
}

static void every_call_fails_in_turn(void **state)
{
    struct rehearsal *rehearsal = *state;
    size_t faults = 0;
    assert_string_equal(record_changes(rehearsal->record), rehearsal->scenario->changes);
    for (size_t number = 1; number <= rehearsal->calls_count; number++)
        faults += call_fail_in_all_ways(rehearsal, number);
    assert_true(faults > 0);
    assert_false(fault_rehearse(rehearsal, rehearsal->calls_count + 1, EIO, true));
    print_message("# %s: %zu calls, %zu faults\n", rehearsal->scenario->name,
                  rehearsal->calls_count, faults);
}

int main(void)
{
    return rehearse_all("faults_calls", every_call_fails_in_turn);
}
