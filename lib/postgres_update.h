/*
 * The PostgreSQL store's one write, in a transaction that has locked the document's row: what is
 * decided to come after the current document is written, what it replaces is kept, and old backups
 * are removed, all by one statement.
 *
 * If the answer to the commit is lost, the server may have committed or not. Who holds the lock
 * again then can mostly tell, by postgres_update_settle: revisions only grow, and what somebody
 * else replaced since is kept, if all who save keep as much, as long as it did not have to make
 * room.
 */
#ifndef SCHEDULE_POSTGRES_UPDATE_H
#define SCHEDULE_POSTGRES_UPDATE_H

#include "postgres_document.h"
#include "store.h"
#include "update_plan.h"

#include <stdbool.h>
#include <stdint.h>

/* All of it is borrowed. */
struct postgres_update {
    struct store *store; /* that it is an update of */
    const struct postgres_rows *rows;
    const struct retention *retention;
    struct document *current; /* with a revision but no text: it is there, but damaged */
};

/* What an update came to. Its texts are the transform's, until that is called again. */
struct postgres_outcome {
    struct update_plan plan;
    int64_t before;     /* the revision that was current until then */
    bool is_stored;     /* something was written, to be committed */
    bool keeps_corrupt; /* the damaged document was set aside */
};

/*
 * As store_update, up to the commit. STATUS_UNAVAILABLE also if the server wrote nothing, which a
 * policy or trigger can bring about.
 */
enum status postgres_update_run(const struct postgres_update *update,
                                const struct store_transform *transform,
                                struct postgres_outcome *outcome, struct error *error);

/*
 * Find out whether what an earlier transaction wrote was committed; `update` has what is current
 * now, under the lock. STATUS_UNCERTAIN if it cannot be told, for others replaced it and their
 * backups do not say.
 */
enum status postgres_update_settle(const struct postgres_update *update,
                                   const struct postgres_outcome *outcome, bool *took_effect,
                                   struct error *error);

#endif
