#include "postgres_transaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SCRIPT_SIZE = 512 };

enum status postgres_transaction_begin(struct postgres_connection *connection,
                                       int64_t lock_timeout_ms, struct error *error)
{
    char script[SCRIPT_SIZE];
    char limits[POSTGRES_LIMITS_SIZE];
    int64_t half_ms = deadline_left_ms(connection->deadline) / 2;
    /* The server says that it gives up before we stop listening, and of locks before all else. */
    int64_t statement_ms = postgres_connection_limits(connection, limits);
    int64_t lock_most_ms = statement_ms - statement_ms / 10;
    int64_t lock_ms = lock_timeout_ms < lock_most_ms ? lock_timeout_ms : lock_most_ms;
    (void)snprintf(script, sizeof script,
                   "begin isolation level read committed; %s"
                   "set local lock_timeout = %" PRId64 "; "
                   "set local idle_in_transaction_session_timeout = %" PRId64 "; "
                   "select set_config('synchronous_commit', 'on', true) "
                   "where current_setting('synchronous_commit') = 'off'",
                   limits, postgres_setting_ms(lock_ms), postgres_setting_ms(half_ms));
    return postgres_connection_do_script(connection, script, error);
}

/* A transaction in which something had failed is undone, and that is no error to the server. */
static enum status undone(const struct postgres_connection *connection, struct error *error)
{
    enum status status = STATUS_OK;
    if (postgres_connection_tell_first(connection, &status, error))
        return status;
    return error_set(error, STATUS_UNAVAILABLE, "PostgreSQL at %s undid what was to be committed",
                     connection->address.server);
}

/* Mostly the standby is meant, for which it did not wait; no SQLSTATE tells that from the rest. */
static enum status commit_check(const struct postgres_connection *connection, PGresult *result,
                                struct error *error)
{
    if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
        return undone(connection, error);
    if (connection->warning[0] != '\0')
        return error_set(error, STATUS_UNKNOWN_OUTCOME,
                         "PostgreSQL at %s, database '%s', committed, and warned: %s",
                         connection->address.server, connection->address.database,
                         connection->warning);
    return STATUS_OK;
}

/* Send it, and wait for the answer for half the time that is left. */
static enum status commit_run(struct postgres_connection *connection, PGresult **result,
                              struct error *error)
{
    const struct deadline whole = connection->deadline;
    connection->deadline = deadline_within(whole, deadline_left_ms(whole) / 2);
    enum status status = postgres_connection_run_script(connection, "commit", result, error);
    connection->deadline = whole;
    return status;
}

enum status postgres_transaction_commit(struct postgres_connection *connection, struct error *error)
{
    PGresult *result = NULL;
    struct error problem = ERROR_INIT;
    bool is_sent =
        postgres_connection_is_open(connection) && !deadline_passed(connection->deadline);
    connection->warning[0] = '\0';
    enum status status = commit_run(connection, &result, &problem);
    if (status == STATUS_OK)
        status = commit_check(connection, result, &problem);
    else if (is_sent && !postgres_connection_is_open(connection))
        status = STATUS_UNCERTAIN;
    if (status == STATUS_UNCERTAIN)
        connection->trouble = POSTGRES_LOST;
    PQclear(result);
    return error_forward(error, status, &problem);
}

void postgres_transaction_rollback(struct postgres_connection *connection)
{
    enum postgres_trouble trouble = connection->trouble;
    if (postgres_connection_is_in_transaction(connection))
        (void)postgres_connection_do_script(connection, "rollback", NULL);
    connection->trouble = trouble;
}
