/*
 * The work of one store on a PostgreSQL server: done again, until the deadline, where something was
 * in the way that another try can pass by. A connection that was lost is made anew, a transaction
 * that was in another's way is repeated, and missing tables are made.
 *
 * Life cycle: postgres_session_init, any number of pieces of work, postgres_session_close. Work is
 * a function that may be called more than once; what it ends with in the end is the status.
 */
#ifndef SCHEDULE_POSTGRES_SESSION_H
#define SCHEDULE_POSTGRES_SESSION_H

#include "postgres_connection.h"
#include "store.h"

#include <stdbool.h>
#include <stdint.h>

struct postgres_session {
    struct postgres_connection connection;

    /* Private. */
    const struct store_observer *observer;
    int64_t lock_timeout_ms;
    bool has_migrated;
    bool is_in_task;
};

typedef enum status postgres_work(void *context, struct error *error);

/*
 * Find out whether what an earlier try of the task sent to be committed was. STATUS_UNCERTAIN if
 * that cannot be told.
 */
typedef enum status postgres_settling(void *context, bool *took_effect, struct error *error);

/* What is to be done in a transaction. */
struct postgres_task {
    postgres_work *work;
    void *context;
    /*
     * Called first in the transaction of a try that comes after a commit without an answer, and
     * locks the row: then nobody commits meanwhile, and the lost transaction is over. If that took
     * effect, the work is not called any more, but this transaction is committed as well. Null if
     * to do it again does no harm.
     */
    postgres_settling *settle;
    bool commits; /* false at first; set by the work if it wrote something that is to stay */

    /* Private. */
    bool is_uncertain; /* a commit has had no answer yet, nor was it settled */
};

/* `url` and `observer` are borrowed. */
void postgres_session_init(struct postgres_session *session, const char *url,
                           struct deadline deadline, int64_t lock_timeout_ms,
                           const struct store_observer *observer);
void postgres_session_close(struct postgres_session *session);

/* Connect, so that later work finds a server that is there. */
enum status postgres_session_connect(struct postgres_session *session, struct error *error);

/*
 * Work that only reads, or undoes what it writes. Each of its statements sees what is there at its
 * own time. Within a task that is under way it is a part of that.
 */
enum status postgres_session_read(struct postgres_session *session, postgres_work *work,
                                  void *context, struct error *error);

/*
 * Work in a transaction, which is undone if the work fails or commits nothing. STATUS_UNCERTAIN if
 * in the end nothing tells whether it was committed.
 */
enum status postgres_session_write(struct postgres_session *session, struct postgres_task *task,
                                   struct error *error);

#endif
