#include "postgres_connection.h"

#include "number.h"
#include "postgres_dial.h"

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { VERSION_MIN = 130000, MESSAGE_SIZE = 1024 };

/* Failing. */

static const struct postgres_failure late = {"", POSTGRES_LOST, STATUS_UNREACHABLE,
                                             "try again, or allow more time"};
static const struct postgres_failure absent = {
    "", POSTGRES_REFUSED, STATUS_UNREACHABLE,
    "see whether the server runs and can be reached there"};
static const struct postgres_failure no_password = {"", POSTGRES_REFUSED, STATUS_UNAVAILABLE,
                                                    "give the user's password"};
static const struct postgres_failure too_old = {"", POSTGRES_REFUSED, STATUS_UNAVAILABLE,
                                                "use a newer one"};
static const struct postgres_failure bad_encoding = {
    "", POSTGRES_REFUSED, STATUS_UNAVAILABLE,
    "create one with \"encoding 'UTF8' template template0\""};

/* The first trouble is kept, with what was told of it. */
static void trouble_note(struct postgres_connection *connection, enum postgres_trouble trouble,
                         enum status status, const struct error *problem)
{
    if (connection->trouble != POSTGRES_NO_TROUBLE)
        return;
    connection->trouble = trouble;
    connection->first_status = status;
    connection->first = *problem;
}

static enum status failure_tell(struct postgres_connection *connection,
                                const struct postgres_failure *failure, const char *sqlstate,
                                const char *message, struct error *error)
{
    char line[MESSAGE_SIZE];
    struct error problem = ERROR_INIT;
    postgres_failure_line(line, sizeof line, message);
    (void)error_set(&problem, failure->status, "PostgreSQL at %s, database '%s': %s%s%s%s%s",
                    connection->address.server, connection->address.database, sqlstate,
                    sqlstate[0] != '\0' ? ": " : "", line, failure->advice[0] != '\0' ? "; " : "",
                    failure->advice);
    trouble_note(connection, failure->trouble, failure->status, &problem);
    return error_forward(error, failure->status, &problem);
}

bool postgres_connection_tell_first(const struct postgres_connection *connection,
                                    enum status *status, struct error *error)
{
    if (connection->trouble == POSTGRES_NO_TROUBLE)
        return false;
    *status = error_forward(error, connection->first_status, &connection->first);
    return true;
}

void postgres_connection_close(struct postgres_connection *connection)
{
    /* It does not wait: what libpq would still say is sent if there is room for it at once. */
    PQfinish(connection->link);
    connection->link = NULL;
}

/* After the deadline nothing can be done any more. */
static enum status timed_out(struct postgres_connection *connection, const char *message,
                             struct error *error)
{
    postgres_connection_close(connection);
    return failure_tell(connection, &late, "", message, error);
}

/* After a fatal error the server says no more, even where libpq has not seen it go yet. */
static bool is_lost(const struct postgres_connection *connection, const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return PQstatus(connection->link) == CONNECTION_BAD ||
           (severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0));
}

/*
 * Tell of a statement that failed, or of all that libpq knows if there is no result. One that only
 * failed because another one had tells what that one did: its error may have got lost on the way.
 */
static enum status statement_failed(struct postgres_connection *connection, const PGresult *result,
                                    struct error *error)
{
    static const char in_failed_transaction[] = "25P02";
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const struct postgres_failure *failure = postgres_failure_of(sqlstate);
    enum status status = STATUS_OK;
    if (is_lost(connection, result) && failure->trouble != POSTGRES_LOST)
        failure = postgres_failure_of("08");
    if (message == NULL)
        message = result != NULL ? PQresultErrorMessage(result) : PQerrorMessage(connection->link);
    if (sqlstate != NULL && strcmp(sqlstate, in_failed_transaction) == 0 &&
        postgres_connection_tell_first(connection, &status, error))
        return status;
    status = failure_tell(connection, failure, sqlstate != NULL ? sqlstate : "", message, error);
    if (failure->trouble == POSTGRES_LOST)
        postgres_connection_close(connection);
    return status;
}

/* Connecting. */

static void notice_note(void *context, const PGresult *notice)
{
    struct postgres_connection *connection = context;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if (severity != NULL && strcmp(severity, "WARNING") == 0 && connection->warning[0] == '\0')
        postgres_failure_line(connection->warning, sizeof connection->warning,
                              message != NULL && message[0] != '\0' ? message : "a warning");
}

/* Tell why there is no connection, though somebody answered, or nobody can. */
static enum status refusal_tell(struct postgres_connection *connection, const PGconn *link,
                                struct error *error)
{
    char sqlstate[POSTGRES_SQLSTATE_SIZE];
    const char *message = PQerrorMessage(link);
    if (postgres_failure_find_sqlstate(message, sqlstate)) {
        return failure_tell(connection, postgres_failure_of_refusal(sqlstate), "", message, error);
    }
    return failure_tell(connection, PQconnectionNeedsPassword(link) != 0 ? &no_password : &absent,
                        "", message, error);
}

/* For who has no connection to ask. */
static void address_find(struct postgres_connection *connection)
{
    if (connection->address.server[0] == '\0')
        postgres_address_of_url(&connection->address, connection->url);
}

/* What would store something else than what it is given, or not know what it is asked. */
static enum status server_check(struct postgres_connection *connection, const PGconn *link,
                                struct error *error)
{
    const char *encoding = PQparameterStatus(link, "server_encoding");
    int version = PQserverVersion(link);
    if (version >= VERSION_MIN && encoding != NULL && strcmp(encoding, "UTF8") == 0)
        return STATUS_OK;
    if (version < VERSION_MIN)
        return failure_tell(connection, &too_old, "", "this server is older than version 13",
                            error);
    return failure_tell(connection, &bad_encoding, "",
                        "this database has another encoding than UTF8", error);
}

static enum status link_use(struct postgres_connection *connection, PGconn *link,
                            struct error *error)
{
    bool is_connected = PQstatus(link) == CONNECTION_OK;
    if (!is_connected)
        address_find(connection);
    postgres_address_of_link(&connection->address, link);
    if (!is_connected)
        return refusal_tell(connection, link, error);
    enum status status = server_check(connection, link, error);
    if (status != STATUS_OK)
        return status;
    (void)PQsetNoticeReceiver(link, notice_note, connection);
    (void)PQsetnonblocking(link, 1); /* which fails only if something is left to be sent */
    connection->link = link;
    connection->was_open = true;
    return STATUS_OK;
}

static enum status link_make(struct postgres_connection *connection, struct error *error)
{
    PGconn *link = NULL;
    struct error problem = ERROR_INIT;
    enum status status = postgres_address_check(connection->url, error);
    if (status != STATUS_OK)
        return status;
    status = postgres_dial(connection->url, connection->deadline, &link, &problem);
    if (status != STATUS_OK) {
        address_find(connection);
        const struct postgres_failure failure = {.trouble = POSTGRES_NO_TROUBLE, .status = status};
        return failure_tell(connection, &failure, "", problem.text, error);
    }
    status = link_use(connection, link, error);
    if (status != STATUS_OK)
        PQfinish(link);
    return status;
}

void postgres_connection_init(struct postgres_connection *connection, const char *url,
                              struct deadline deadline)
{
    *connection = (struct postgres_connection){.url = url, .deadline = deadline};
}

enum status postgres_connection_open(struct postgres_connection *connection, struct error *error)
{
    connection->trouble = POSTGRES_NO_TROUBLE;
    if (connection->link != NULL)
        return STATUS_OK;
    enum status status = link_make(connection, error);
    /* Servers come back, and then know whether they committed. */
    if (status == STATUS_UNREACHABLE && connection->was_open)
        connection->trouble = POSTGRES_LOST;
    return status;
}

bool postgres_connection_is_open(const struct postgres_connection *connection)
{
    return connection->link != NULL;
}

bool postgres_connection_is_in_transaction(const struct postgres_connection *connection)
{
    PGTransactionStatusType found = PQtransactionStatus(connection->link);
    return found == PQTRANS_INTRANS || found == PQTRANS_INERROR;
}

/* Running. */

static bool socket_await(const struct postgres_connection *connection, short events)
{
    return deadline_await(connection->deadline, PQsocket(connection->link), events);
}

/*
 * Send all that libpq has to send, and take what comes meanwhile: a server that waits until
 * somebody reads its answer does not read either. False if the deadline came first. What cannot be
 * sent is told by the answer.
 */
static bool request_send(const struct postgres_connection *connection)
{
    PGconn *link = connection->link;
    while (PQflush(link) > 0) {
        if (!socket_await(connection, POLLIN | POLLOUT))
            return false;
        if (PQconsumeInput(link) == 0)
            break;
    }
    return true;
}

/* Wait until PQgetResult does not. False if the deadline came first. */
static bool result_await(const struct postgres_connection *connection)
{
    while (PQisBusy(connection->link) != 0) {
        if (!socket_await(connection, POLLIN))
            return false;
        /* Without a connection, PQgetResult does not wait, but tells why. */
        if (PQconsumeInput(connection->link) == 0)
            break;
    }
    return true;
}

static bool is_failure(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY;
}

/*
 * The results up to the end: the first that failed, or the last. A pipeline ends where it is told to,
 * a single statement with none. False if the deadline came first.
 */
static bool results_take(const struct postgres_connection *connection, PGresult **result)
{
    bool is_pipeline = PQpipelineStatus(connection->link) != PQ_PIPELINE_OFF;
    for (;;) {
        if (!result_await(connection))
            return false;
        PGresult *next = PQgetResult(connection->link);
        bool is_end = next == NULL ? !is_pipeline || PQstatus(connection->link) == CONNECTION_BAD
                                   : PQresultStatus(next) == PGRES_PIPELINE_SYNC;
        bool is_wanted = next != NULL && !is_end && (*result == NULL || !is_failure(*result));
        PQclear(is_wanted ? *result : next);
        if (is_wanted)
            *result = next;
        if (is_end)
            return true;
    }
}

/* Once something was given to libpq to be sent: see it through. */
static enum status answer_take(struct postgres_connection *connection, PGresult **result,
                               struct error *error)
{
    PGresult *taken = NULL;
    enum status status = STATUS_OK;
    if (!request_send(connection) || !results_take(connection, &taken))
        status = timed_out(connection, "there was no answer in time", error);
    else if (taken == NULL || is_failure(taken))
        status = statement_failed(connection, taken, error);
    if (status == STATUS_OK)
        *result = taken;
    else
        PQclear(taken);
    return status;
}

/* Whether anything can be sent: a statement before may have lost the connection. */
static enum status link_check(struct postgres_connection *connection, struct error *error)
{
    enum status status = STATUS_OK;
    if (connection->link == NULL && postgres_connection_tell_first(connection, &status, error))
        return status;
    if (connection->link == NULL)
        return failure_tell(connection, postgres_failure_of("08"), "", "the connection was lost",
                            error);
    if (deadline_passed(connection->deadline))
        return timed_out(connection, "no time was left to ask for anything", error);
    return STATUS_OK;
}

static enum status too_large(struct postgres_connection *connection, struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status =
        error_set(&problem, STATUS_TOO_LARGE, "more than the %d bytes that PostgreSQL takes",
                  POSTGRES_LENGTH_MAX);
    trouble_note(connection, POSTGRES_REFUSED, status, &problem);
    return error_forward(error, status, &problem);
}

int64_t postgres_setting_ms(int64_t wanted_ms)
{
    if (wanted_ms < 1)
        return 1;
    return wanted_ms < INT_MAX ? wanted_ms : INT_MAX;
}

/* So that the server says what it did not do before we give it up. */
static int64_t statement_limit_ms(int64_t left_ms)
{
    return left_ms - left_ms / 10;
}

int64_t postgres_connection_limits(const struct postgres_connection *connection,
                                   char text[POSTGRES_LIMITS_SIZE])
{
    int64_t left_ms = deadline_left_ms(connection->deadline);
    int64_t statement_ms = statement_limit_ms(left_ms);
    (void)snprintf(text, POSTGRES_LIMITS_SIZE,
                   "set local statement_timeout = %" PRId64 "; "
                   "set local tcp_user_timeout = %" PRId64 "; ",
                   postgres_setting_ms(statement_ms), postgres_setting_ms(left_ms));
    return statement_ms;
}

static bool statement_send(PGconn *link, const struct postgres_statement *statement)
{
    const int as_text = 0;
    return PQsendQueryParams(link, statement->text, statement->count, NULL, statement->values,
                             statement->lengths, statement->formats, as_text) == 1;
}

/*
 * Limits are a transaction's, for a pooler gives the connection to others after that. What is sent up to
 * one synchronization is one without a begin and a commit, and costs one round trip.
 */
static bool limited_send(const struct postgres_connection *connection,
                         const struct postgres_statement *statement)
{
    struct postgres_statement limits;
    PGconn *link = connection->link;
    int64_t left_ms = deadline_left_ms(connection->deadline);
    postgres_statement_init(&limits, "select set_config('statement_timeout', $1, true), "
                                     "set_config('tcp_user_timeout', $2, true)");
    postgres_statement_add_number(&limits, postgres_setting_ms(statement_limit_ms(left_ms)));
    postgres_statement_add_number(&limits, postgres_setting_ms(left_ms));
    return PQenterPipelineMode(link) == 1 && statement_send(link, &limits) &&
           statement_send(link, statement) && PQpipelineSync(link) == 1;
}

enum status postgres_connection_run(struct postgres_connection *connection,
                                    const struct postgres_statement *statement, PGresult **result,
                                    struct error *error)
{
    enum status status = link_check(connection, error);
    if (status != STATUS_OK)
        return status;
    if (!postgres_statement_fits(statement))
        return too_large(connection, error);
    bool is_alone = PQtransactionStatus(connection->link) == PQTRANS_IDLE;
    bool is_sent = is_alone ? limited_send(connection, statement)
                            : statement_send(connection->link, statement);
    if (!is_sent)
        return statement_failed(connection, NULL, error);
    status = answer_take(connection, result, error);
    if (is_alone && connection->link != NULL)
        (void)PQexitPipelineMode(connection->link);
    return status;
}

enum status postgres_connection_do(struct postgres_connection *connection,
                                   const struct postgres_statement *statement, int64_t *rows,
                                   struct error *error)
{
    PGresult *result = NULL;
    enum status status = postgres_connection_run(connection, statement, &result, error);
    if (status == STATUS_OK && rows != NULL) {
        *rows = 0;
        (void)number_parse_revision(PQcmdTuples(result), rows);
    }
    PQclear(result);
    return status;
}

enum status postgres_connection_run_script(struct postgres_connection *connection,
                                           const char *script, PGresult **result,
                                           struct error *error)
{
    enum status status = link_check(connection, error);
    if (status != STATUS_OK)
        return status;
    if (PQsendQuery(connection->link, script) != 1)
        return statement_failed(connection, NULL, error);
    return answer_take(connection, result, error);
}

enum status postgres_connection_do_script(struct postgres_connection *connection,
                                          const char *script, struct error *error)
{
    PGresult *result = NULL;
    enum status status = postgres_connection_run_script(connection, script, &result, error);
    PQclear(result);
    return status;
}
