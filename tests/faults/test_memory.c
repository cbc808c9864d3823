/* Every allocation of every request, jansson's too, fails in turn, once and from then on. */
#include "rehearsal.h"

static bool fault_rehearse(struct rehearsal *rehearsal, size_t number, bool from_then_on)
{
    struct allocations *allocations = &rehearsal->shared->allocations;
    rehearsal->shared->plan = (struct fault_plan){.number = 0};
    allocations->number = number;
    allocations->from_then_on = from_then_on;
    rehearsal_run(rehearsal);
    rehearsal_check(rehearsal);
    return allocations->fired > 0;
}

static void every_allocation_fails_in_turn(void **state)
{
    struct rehearsal *rehearsal = *state;
    size_t count = rehearsal->allocations_count;
    assert_int_equal(count == 0, rehearsal->scenario->allocates_nothing);
    for (size_t number = 1; number <= count; number++) {
        assert_true(fault_rehearse(rehearsal, number, false));
        assert_true(fault_rehearse(rehearsal, number, true));
    }
    assert_false(fault_rehearse(rehearsal, count + 1, true));
    print_message("# %s: %zu allocations\n", rehearsal->scenario->name, count);
}

int main(void)
{
    return rehearse_all("faults_memory", every_allocation_fails_in_turn);
}
