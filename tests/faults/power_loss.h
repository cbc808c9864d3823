/*
 * What a disk may hold after the power went off: the recorded calls of a request, replayed on a model
 * of a directory in which only what was synced is sure.
 *
 * The contents and times of a file are sure once the file was synced, what happened to names once
 * the directory was. Of what happened to names since then any part may have reached the disk; of
 * unsynced contents all, half, or nothing.
 */
#ifndef TEST_POWER_LOSS_H
#define TEST_POWER_LOSS_H

#include "rehearsal.h"

/* What the disk may hold. */
struct disk_state {
    struct snapshot image;
    bool answered; /* the client had got the answer by then */
    bool in_order; /* of two changes of names the later one never came without the earlier one, as
                      journaling file systems keep it */
};

typedef void power_loss_visitor(void *context, const struct disk_state *state);

/*
 * Visit the states in which the rehearsal's last run, without a fault, could have left the disk, had
 * the power failed behind any of its calls. The number of states.
 */
size_t power_loss_visit(const struct rehearsal *rehearsal, power_loss_visitor *visit,
                        void *context);

#endif
