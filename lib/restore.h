/*
 * Making a backup the current document again, as a new revision: what it replaces becomes a backup
 * itself, so a restore can be undone. It also works when what is stored is damaged.
 */
#ifndef SCHEDULE_RESTORE_H
#define SCHEDULE_RESTORE_H

#include "store.h"

/*
 * Restore the backup `revision`; the current one is restored by doing nothing. STATUS_NOT_FOUND if
 * there is none, STATUS_STALE as the conditions say, and what store_update says. `*commit` is
 * written on STATUS_OK alone.
 */
enum status restore_backup(struct store *store, int64_t revision,
                           const struct conditions *conditions, struct store_commit *commit,
                           struct error *error);

#endif
