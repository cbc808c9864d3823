/*
 * What one update of a store is to write, and under which revisions: the part of store_update that is
 * the same for every store.
 *
 * Life cycle: update_plan_decide asks the transform; where update_plan_stores then says so, the store
 * lists its backups and calls update_plan_number, and writes what the plan says. Nothing is owned; the
 * texts are the transform's. An update that is repeated because somebody was faster makes a plan anew.
 */
#ifndef SCHEDULE_UPDATE_PLAN_H
#define SCHEDULE_UPDATE_PLAN_H

#include "store.h"

struct update_plan {
    struct store_next next;
    struct store_commit commit; /* .submitted and .revision are set by update_plan_number */
    bool submits;               /* what was submitted is to be written, under commit.submitted */
};

/*
 * Ask what comes after `current`. Where no backups are kept, what was submitted is not either. The
 * statuses are the transform's.
 */
enum status update_plan_decide(struct update_plan *plan, const struct store_transform *transform,
                               struct document *current, bool keeps_backups, struct error *error);

/* Whether there is anything to write. */
bool update_plan_stores(const struct update_plan *plan);

/*
 * Choose the revisions: beyond the clock and every revision before, those of `backups` too, which are
 * sorted. What was submitted just so last time keeps the revision that it got then: `store` is asked
 * for it.
 */
void update_plan_number(struct update_plan *plan, struct store *store,
                        const struct document *current, const struct backup_list *backups);

#endif
