/*
 * A transaction on a PostgreSQL server: what is done in it is seen by others at once, when it is
 * committed, or never.
 *
 * Life cycle: postgres_transaction_begin, statements, and postgres_transaction_commit or _rollback,
 * one of which comes after any error too.
 */
#ifndef SCHEDULE_POSTGRES_TRANSACTION_H
#define SCHEDULE_POSTGRES_TRANSACTION_H

#include "postgres_connection.h"

#include <stdint.h>

/*
 * Begin one, in which nobody's lock is waited for longer than `lock_timeout_ms` (0 or more), nor so
 * long that it could not be told any more. If nothing is heard of us for half the time up to the
 * deadline, the server gives up, and with that our locks: should it be the connection that is gone,
 * the other half is for another try. While it sends something that we do not take, it gives up at
 * the deadline, but on a Unix socket not at all (postgres_connection_limits). What is committed is
 * safe from a power loss, however the server is set up, short of fsync = off.
 */
enum status postgres_transaction_begin(struct postgres_connection *connection,
                                       int64_t lock_timeout_ms, struct error *error);

/*
 * STATUS_UNCERTAIN if no answer tells whether it took effect; the time until the deadline is halved
 * for that, so that it can still be looked for. STATUS_UNKNOWN_OUTCOME if it did, but with a
 * warning: that the standby that has to know of it may not, as a rule. After all else nothing was
 * done.
 */
enum status postgres_transaction_commit(struct postgres_connection *connection,
                                        struct error *error);

/* Undo what is under way, if anything is. What fails here the server undoes by itself. */
void postgres_transaction_rollback(struct postgres_connection *connection);

#endif
