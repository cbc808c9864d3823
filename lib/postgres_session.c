#include "postgres_session.h"

#include "postgres_schema.h"
#include "postgres_transaction.h"

void postgres_session_init(struct postgres_session *session, const char *url,
                           struct deadline deadline, int64_t lock_timeout_ms,
                           const struct store_observer *observer)
{
    postgres_connection_init(&session->connection, url, deadline);
    session->observer = observer;
    session->lock_timeout_ms = lock_timeout_ms;
    session->has_migrated = false;
    session->is_in_task = false;
}

void postgres_session_close(struct postgres_session *session)
{
    postgres_connection_close(&session->connection);
}

/* Once is enough: what is missing after that is missing for another reason. */
static bool tables_make(struct postgres_session *session, enum status *status,
                        struct error *problem)
{
    if (session->has_migrated)
        return false;
    error_init(problem);
    session->connection.trouble = POSTGRES_NO_TROUBLE;
    *status = postgres_schema_migrate(&session->connection, problem);
    session->has_migrated = *status == STATUS_OK;
    return session->has_migrated;
}

/*
 * After an attempt that failed: whether to make another one. If not, `*status` and `*problem` say
 * why, which making tables may have changed.
 */
static bool attempt_again(struct postgres_session *session, unsigned attempt, enum status *status,
                          struct error *problem)
{
    const struct store_observer *observer = session->observer;
    if (session->connection.trouble == POSTGRES_UNMADE && tables_make(session, status, problem))
        return true;
    enum postgres_trouble trouble = session->connection.trouble;
    if ((trouble != POSTGRES_REPEATABLE && trouble != POSTGRES_LOST) ||
        !deadline_back_off(session->connection.deadline, attempt))
        return false;
    observer->server_retry(observer->context, problem->text);
    return true;
}

/* Do the work on a connection, and again as long as that may help. */
static enum status attempts_make(struct postgres_session *session, postgres_work *work,
                                 void *context, struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status = STATUS_OK;
    unsigned attempt = 0;
    do {
        error_init(&problem);
        status = postgres_connection_open(&session->connection, &problem);
        if (status == STATUS_OK)
            status = work(context, &problem);
    } while (status != STATUS_OK && attempt_again(session, attempt++, &status, &problem));
    return error_forward(error, status, &problem);
}

static enum status nothing_do(void *context, struct error *error)
{
    (void)context;
    (void)error;
    return STATUS_OK;
}

enum status postgres_session_connect(struct postgres_session *session, struct error *error)
{
    return attempts_make(session, nothing_do, NULL, error);
}

enum status postgres_session_read(struct postgres_session *session, postgres_work *work,
                                  void *context, struct error *error)
{
    /* Not on another connection, should the task's be lost: there is no lock on that one. */
    if (session->is_in_task)
        return work(context, error);
    return attempts_make(session, work, context, error);
}

struct attempt {
    struct postgres_session *session;
    struct postgres_task *task;
};

/* What was uncertain before stays so if this comes to nothing. */
static enum status task_commit(const struct attempt *attempt, struct error *error)
{
    enum status status = postgres_transaction_commit(&attempt->session->connection, error);
    if (status == STATUS_UNCERTAIN)
        attempt->task->is_uncertain = true;
    else if (status == STATUS_OK || status == STATUS_UNKNOWN_OUTCOME)
        attempt->task->is_uncertain = false;
    return status;
}

/*
 * What is there by now may be so on this server alone, with its standby still to come: the one that
 * waited for that is lost. Our lock of the row is in the server's log after it, so to commit that
 * waits for the standby to have both.
 */
static enum status task_run(struct postgres_task *task, struct error *error)
{
    bool took_effect = false;
    if (task->is_uncertain && task->settle != NULL) {
        enum status status = task->settle(task->context, &took_effect, error);
        if (status != STATUS_OK)
            return status;
        task->commits = took_effect;
        if (took_effect)
            return STATUS_OK;
        task->is_uncertain = false;
    }
    return task->work(task->context, error);
}

static enum status task_attempt(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    struct postgres_session *session = attempt->session;
    struct postgres_task *task = attempt->task;
    /*
     * Who may have committed waits for the server to give up his lost connection, if it takes that.
     */
    int64_t lock_timeout_ms = task->is_uncertain ? INT64_MAX : session->lock_timeout_ms;
    task->commits = false;
    session->is_in_task = true;
    enum status status = postgres_transaction_begin(&session->connection, lock_timeout_ms, error);
    if (status == STATUS_OK)
        status = task_run(task, error);
    session->is_in_task = false;
    if (status == STATUS_OK && task->commits)
        status = task_commit(attempt, error);
    postgres_transaction_rollback(&session->connection);
    return status;
}

enum status postgres_session_write(struct postgres_session *session, struct postgres_task *task,
                                   struct error *error)
{
    struct attempt attempt = {.session = session, .task = task};
    struct error problem = ERROR_INIT;
    task->is_uncertain = false;
    enum status status = attempts_make(session, task_attempt, &attempt, &problem);
    if (status == STATUS_OK || !task->is_uncertain)
        return error_forward(error, status, &problem);
    return error_set(error, STATUS_UNCERTAIN,
                     "it was sent to be committed, and no answer tells whether it was: %s",
                     problem.text);
}
