/* The power goes off behind every call of every request; what the disk may hold then is looked at. */
#include "power_loss.h"

/* In a file system that mixes up changes of names, the backup of an unacknowledged save can be lost. */
static void state_check(void *context, const struct disk_state *state)
{
    const struct rehearsal *rehearsal = context;
    snapshot_restore(&state->image, rehearsal->directory);
    rehearsal_check_document(rehearsal);
    rehearsal_check_savers(rehearsal);
    if (state->answered)
        rehearsal_check_success(rehearsal);
    if (state->answered || state->in_order)
        rehearsal_check_backups(rehearsal);
    rehearsal_check_next_save(rehearsal);
}

static void the_power_goes_off_behind_every_call(void **state)
{
    struct rehearsal *rehearsal = *state;
    size_t states = power_loss_visit(rehearsal, state_check, rehearsal);
    assert_true(states > 0);
    print_message("# %s: %zu states of the disk\n", rehearsal->scenario->name, states);
}

int main(void)
{
    return rehearse_all("faults_power_loss", the_power_goes_off_behind_every_call);
}
