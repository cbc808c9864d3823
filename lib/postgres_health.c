#include "postgres_health.h"

#include "postgres_transaction.h"

static const char unlocked_text[] =
    "select 1 from schedule_document where name = $1 for update skip locked";

static const char row_text[] = "select 1 from schedule_document where name = $1";

/* No other process has this name and revision. */
static const char trial_text[] = "with place as (insert into schedule_document (name, revision) "
                                 "values ('trial ' || pg_backend_pid(), 0) on conflict do nothing) "
                                 "insert into schedule_backup (name, kind, revision, body, bytes) "
                                 "values ('trial', 'trial', -pg_backend_pid(), '{}', 2)";

static const char privileges_text[] = "select has_table_privilege('schedule_document', 'update') "
                                      "and has_table_privilege('schedule_backup', 'delete')";

static enum status row_look(const struct postgres_rows *rows, const char *text, bool *is_found,
                            struct error *error)
{
    struct postgres_statement statement;
    PGresult *result = NULL;
    postgres_statement_init(&statement, text);
    postgres_statement_add_text(&statement, rows->name);
    enum status status = postgres_connection_run(rows->connection, &statement, &result, error);
    if (status == STATUS_OK)
        *is_found = PQntuples(result) > 0;
    PQclear(result);
    return status;
}

/* A row that is there, and passed over, is somebody else's now. */
static enum status lock_look(const struct postgres_rows *rows, bool *locked, struct error *error)
{
    bool is_there = false;
    bool is_free = false;
    enum status status = row_look(rows, unlocked_text, &is_free, error);
    if (status == STATUS_OK && !is_free)
        status = row_look(rows, row_text, &is_there, error);
    if (status == STATUS_OK)
        *locked = is_there && !is_free;
    return status;
}

static enum status privileges_check(const struct postgres_rows *rows, struct error *error)
{
    PGresult *result = NULL;
    enum status status =
        postgres_connection_run_script(rows->connection, privileges_text, &result, error);
    bool has_them = status == STATUS_OK && postgres_result_is_true(result, 0, 0);
    PQclear(result);
    if (status != STATUS_OK || has_them)
        return status;
    return error_set(error, STATUS_UNAVAILABLE,
                     "PostgreSQL at %s, database '%s': this user needs update on schedule_document "
                     "and delete on schedule_backup",
                     rows->connection->address.server, rows->connection->address.database);
}

enum status postgres_health_try(const struct postgres_rows *rows, bool *locked, struct error *error)
{
    const int64_t no_wait = 0;
    enum status status = postgres_transaction_begin(rows->connection, no_wait, error);
    if (status == STATUS_OK)
        status = lock_look(rows, locked, error);
    if (status == STATUS_OK)
        status = postgres_connection_do_script(rows->connection, trial_text, error);
    if (status == STATUS_OK)
        status = privileges_check(rows, error);
    postgres_transaction_rollback(rows->connection);
    return status;
}
