/*
 * One connection to a PostgreSQL server, with one deadline for all that is done with it.
 *
 * Life cycle: postgres_connection_init, then postgres_connection_open before each piece of work,
 * which connects if there is no connection, any number of statements, postgres_connection_close.
 * The connection must stay where it is in memory. Nothing waits beyond the deadline.
 *
 * A statement fails with the status that its SQLSTATE stands for (postgres_failure.h), and with an
 * error that names server and database and says what to do, never with a password. `trouble` then
 * tells what can be done about it. After POSTGRES_LOST, or when the deadline passed, the connection
 * is closed; what it had not committed is undone by the server.
 */
#ifndef SCHEDULE_POSTGRES_CONNECTION_H
#define SCHEDULE_POSTGRES_CONNECTION_H

#include "deadline.h"
#include "error.h"
#include "postgres_address.h"
#include "postgres_failure.h"
#include "postgres_statement.h"

#include <libpq-fe.h>

#include <stdbool.h>

enum { POSTGRES_WARNING_SIZE = 512, POSTGRES_LIMITS_SIZE = 128 };

struct postgres_connection {
    /* The first since postgres_connection_open: what comes later is mostly a consequence. */
    enum postgres_trouble trouble;
    /* What the server had to say about what it did, until somebody empties it. */
    char warning[POSTGRES_WARNING_SIZE];
    struct postgres_address address; /* empty until the first connection */
    struct deadline deadline;

    /* Private. */
    const char *url;
    PGconn *link; /* null while there is no connection */
    bool was_open;
    enum status first_status; /* what was told of `trouble` */
    struct error first;
};

/* `url` is borrowed; null leaves all to libpq's environment variables. */
void postgres_connection_init(struct postgres_connection *connection, const char *url,
                              struct deadline deadline);

/*
 * Connect, unless that is done already, and begin to look for trouble. STATUS_UNREACHABLE if the
 * server is not there, gives no answer or lets nobody in for now, STATUS_UNAVAILABLE if it does not
 * let us in, is older than what this program was made for, or keeps texts in another encoding than
 * UTF-8. One that was there before and is not is POSTGRES_LOST.
 */
enum status postgres_connection_open(struct postgres_connection *connection, struct error *error);

void postgres_connection_close(struct postgres_connection *connection);

/* Whether there is a connection, as far as that is known. */
bool postgres_connection_is_open(const struct postgres_connection *connection);

/* Whether a transaction is under way. */
bool postgres_connection_is_in_transaction(const struct postgres_connection *connection);

/*
 * Tell anew what the first trouble was. False, with nothing told, if there was none since
 * postgres_connection_open.
 */
bool postgres_connection_tell_first(const struct postgres_connection *connection,
                                    enum status *status, struct error *error);

/* As milliseconds of a server's setting, where 0 would mean for ever. */
int64_t postgres_setting_ms(int64_t wanted_ms);

/*
 * Write statements that make a transaction's others give up, at the server, before the deadline:
 * `text` ends with a semicolon. A client who does not take what he is sent is given up after what
 * is left until then, where the connection is of TCP; a Unix socket knows no such limit. Returns
 * how long a statement may take, in milliseconds.
 */
int64_t postgres_connection_limits(const struct postgres_connection *connection,
                                   char text[POSTGRES_LIMITS_SIZE]);

/*
 * Run the statement. The result is the caller's to PQclear; there is none after an error. Outside a
 * transaction it gets one of its own, with the limits of postgres_connection_limits.
 */
enum status postgres_connection_run(struct postgres_connection *connection,
                                    const struct postgres_statement *statement, PGresult **result,
                                    struct error *error);

/*
 * The same where the result says nothing of interest but perhaps a count of rows, which may be
 * null.
 */
enum status postgres_connection_do(struct postgres_connection *connection,
                                   const struct postgres_statement *statement, int64_t *rows,
                                   struct error *error);

/*
 * Run statements without parameters, separated by semicolons: constants, and numbers that we wrote.
 * The result, the caller's too, is the last one's.
 */
enum status postgres_connection_run_script(struct postgres_connection *connection,
                                           const char *script, PGresult **result,
                                           struct error *error);

/* The same where the result says nothing of interest. */
enum status postgres_connection_do_script(struct postgres_connection *connection,
                                          const char *script, struct error *error);

#endif
