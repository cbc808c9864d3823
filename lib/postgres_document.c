#include "postgres_document.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The columns of what is loaded. */
enum { COLUMN_REVISION, COLUMN_BYTES, COLUMN_BODY };

enum { NO_REVISION = -1 };

/*
 * Whether a body is there, and how long it is, is known without fetching it. One without a revision
 * above 0, which only a hand can have put into tables that lack our check, has null.
 */
#define SELECT_REVISION "select case when body is null then 0 when revision > 0 then revision end"
#define FROM_DOCUMENT " from schedule_document where name = $1"
#define FOR_UPDATE " for update"

static const char revision_text[] = SELECT_REVISION FROM_DOCUMENT;
static const char revision_locked_text[] = SELECT_REVISION FROM_DOCUMENT FOR_UPDATE;
static const char measure_text[] = SELECT_REVISION ", octet_length(body::text)" FROM_DOCUMENT;

#define SELECT_DOCUMENT                                                                            \
    SELECT_REVISION ", bytes, case when coalesce(bytes, 0) <= $2::bigint then body end"

static const char load_text[] = SELECT_DOCUMENT FROM_DOCUMENT;
static const char load_locked_text[] = SELECT_DOCUMENT FROM_DOCUMENT FOR_UPDATE;

static const char place_text[] =
    "insert into schedule_document (name, revision) values ($1, 0) on conflict do nothing";

static const char could_be_stored_text[] =
    "select current_setting('transaction_read_only') = 'off' "
    "and has_table_privilege('schedule_document', 'insert') "
    "and has_table_privilege('schedule_document', 'update') "
    "and has_table_privilege('schedule_backup', 'insert') "
    "and not row_security_active('schedule_document')";

static const char put_text[] =
    "update schedule_document set revision = $2::bigint, body = $3::json, bytes = $4::bigint, "
    "saved_at = to_timestamp($2::bigint / 1000.0), saved_by = $5::text where name = $1";

static const char sign_text[] =
    "update schedule_document set saved_by = coalesce($3::text, saved_by) "
    "where name = $1 and body::text = $2::json::text";

/* Taking what was found. */

static enum status too_long(const struct postgres_rows *rows, size_t length, struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE,
                     "the document '%s' in PostgreSQL at %s has %zu bytes, more than the %zu that "
                     "this program is set up for; allow it more",
                     rows->name, rows->connection->address.server, length, rows->length_max);
}

static enum status body_copy(const PGresult *result, char **text, size_t length,
                             struct error *error)
{
    *text = malloc(length > 0 ? length : 1);
    if (*text == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %zu bytes", length);
    memcpy(*text, PQgetvalue(result, 0, COLUMN_BODY), length);
    return STATUS_OK;
}

enum status postgres_document_take(const struct postgres_rows *rows, const PGresult *result,
                                   struct document *document, struct error *error)
{
    int64_t revision = 0;
    int64_t bytes = 0;
    char *text = NULL;
    size_t length = (size_t)PQgetlength(result, 0, COLUMN_BODY);
    (void)postgres_result_number(result, 0, COLUMN_REVISION, &revision);
    if (revision == 0) {
        document_init(document);
        return STATUS_OK;
    }
    if (PQgetisnull(result, 0, COLUMN_BODY) != 0 &&
        postgres_result_number(result, 0, COLUMN_BYTES, &bytes))
        return too_long(rows, (size_t)bytes, error);
    if (length > rows->length_max) /* a hand changed it, and did not count */
        return too_long(rows, length, error);
    enum status status = body_copy(result, &text, length, error);
    return status == STATUS_OK ? document_take_text(document, revision, text, length, error)
                               : status;
}

/* Reading. */

/* Run a statement that names the document and a limit, if it has one, and finds its row or none. */
static enum status row_find(const struct postgres_rows *rows, const char *text, bool has_limit,
                            PGresult **result, struct error *error)
{
    struct postgres_statement statement;
    postgres_statement_init(&statement, text);
    postgres_statement_add_text(&statement, rows->name);
    if (has_limit)
        postgres_statement_add_number(&statement, (int64_t)rows->length_max);
    return postgres_connection_run(rows->connection, &statement, result, error);
}

/*
 * Nothing stored is an answer only of a server that could hold something, and to who would see it:
 * one that only reads is more likely the wrong one, and a page saves back what it loads.
 */
static enum status absence_check(const struct postgres_rows *rows, struct error *error)
{
    struct postgres_statement statement;
    PGresult *result = NULL;
    postgres_statement_init(&statement, could_be_stored_text);
    enum status status = postgres_connection_run(rows->connection, &statement, &result, error);
    bool could_be = status == STATUS_OK && postgres_result_is_true(result, 0, 0);
    PQclear(result);
    if (status != STATUS_OK || could_be)
        return status;
    return error_set(
        error, STATUS_UNAVAILABLE,
        "there is no document '%s' in PostgreSQL at %s, database '%s', or none that this user "
        "sees, and none can be stored: the server or this user only reads, or row-level security "
        "is in the way; connect to the primary, as a user who may insert and update and who "
        "bypasses it",
        rows->name, rows->connection->address.server, rows->connection->address.database);
}

/* 0 if nothing is stored, NO_REVISION of a body that has none. */
static int64_t revision_of(const PGresult *result)
{
    int64_t revision = NO_REVISION;
    if (PQntuples(result) == 0)
        return 0;
    (void)postgres_result_number(result, 0, COLUMN_REVISION, &revision);
    return revision;
}

/* A save would number on from nothing, and keep nothing of what it replaces. */
static enum status revision_check(const struct postgres_rows *rows, const PGresult *result,
                                  struct error *error)
{
    if (revision_of(result) != NO_REVISION)
        return STATUS_OK;
    return error_set(error, STATUS_CORRUPT,
                     "the stored document '%s' in PostgreSQL at %s, database '%s', has no revision "
                     "above 0; nothing is served or saved until a hand gives it one (milliseconds "
                     "since 1970) or deletes it",
                     rows->name, rows->connection->address.server,
                     rows->connection->address.database);
}

enum status postgres_document_revision(const struct postgres_rows *rows, int64_t *revision,
                                       struct error *error)
{
    PGresult *result = NULL;
    enum status status = row_find(rows, revision_text, false, &result, error);
    if (status == STATUS_OK)
        status = revision_check(rows, result, error);
    int64_t found = status == STATUS_OK ? revision_of(result) : 0;
    PQclear(result);
    if (status == STATUS_OK && found == 0)
        status = absence_check(rows, error);
    if (status == STATUS_OK)
        *revision = found;
    return status;
}

static enum status current_take(const struct postgres_rows *rows, const PGresult *result,
                                struct document *document, struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status = postgres_document_take(rows, result, document, &problem);
    if (status == STATUS_INVALID)
        return error_set(
            error, STATUS_CORRUPT,
            "the stored document '%s' in PostgreSQL at %s, database '%s', is not a JSON "
            "object: %s; nothing is served or saved until it is mended, deleted, or "
            "replaced by a backup (scripts/restore)",
            rows->name, rows->connection->address.server, rows->connection->address.database,
            problem.text);
    return error_forward(error, status, &problem);
}

enum status postgres_document_load(const struct postgres_rows *rows, struct document *document,
                                   struct error *error)
{
    PGresult *result = NULL;
    enum status status = row_find(rows, load_text, true, &result, error);
    if (status == STATUS_OK)
        status = revision_check(rows, result, error);
    if (status == STATUS_OK && revision_of(result) > 0) {
        status = current_take(rows, result, document, error);
    } else if (status == STATUS_OK) {
        status = absence_check(rows, error);
        if (status == STATUS_OK)
            document_init(document);
    }
    PQclear(result);
    return status;
}

enum status postgres_document_measure(const struct postgres_rows *rows, int64_t *revision,
                                      uint64_t *bytes, struct error *error)
{
    PGresult *result = NULL;
    int64_t length = 0;
    enum status status = row_find(rows, measure_text, false, &result, error);
    if (status == STATUS_OK) {
        int64_t found = revision_of(result);
        *revision = found > 0 ? found : 0;
        if (found != 0)
            (void)postgres_result_number(result, 0, COLUMN_BYTES, &length);
        *bytes = (uint64_t)length;
    }
    PQclear(result);
    return status;
}

/* Locking. */

static enum status place_make(const struct postgres_rows *rows, struct error *error)
{
    struct postgres_statement statement;
    postgres_statement_init(&statement, place_text);
    postgres_statement_add_text(&statement, rows->name);
    return postgres_connection_do(rows->connection, &statement, NULL, error);
}

/*
 * Find the row and lock it. Where there is none, a place is made: who makes one at the same time
 * waits for us, so first saves exclude each other too. It is gone again if the transaction is
 * undone.
 */
static enum status row_lock(const struct postgres_rows *rows, const char *text, bool has_limit,
                            PGresult **result, struct error *error)
{
    PGresult *found = NULL;
    enum status status = row_find(rows, text, has_limit, &found, error);
    if (status == STATUS_OK && PQntuples(found) == 0) {
        PQclear(found);
        found = NULL;
        status = place_make(rows, error);
        if (status == STATUS_OK)
            status = row_find(rows, text, has_limit, &found, error);
    }
    if (status == STATUS_OK && PQntuples(found) == 0)
        status = error_set(error, STATUS_BUSY,
                           "somebody deletes the document '%s', or row-level security hides it; "
                           "try again",
                           rows->name);
    if (status == STATUS_OK)
        status = revision_check(rows, found, error);
    if (status == STATUS_OK)
        *result = found;
    else
        PQclear(found);
    return status;
}

enum status postgres_document_lock(const struct postgres_rows *rows, int64_t *revision,
                                   struct error *error)
{
    PGresult *result = NULL;
    enum status status = row_lock(rows, revision_locked_text, false, &result, error);
    if (status == STATUS_OK)
        *revision = revision_of(result);
    PQclear(result);
    return status;
}

enum status postgres_document_lock_load(const struct postgres_rows *rows, bool may_be_corrupt,
                                        struct document *document, struct error *error)
{
    PGresult *result = NULL;
    struct error problem = ERROR_INIT;
    enum status status = row_lock(rows, load_locked_text, true, &result, &problem);
    if (status == STATUS_OK)
        status = current_take(rows, result, document, &problem);
    /* With a revision it can be set aside. */
    if (status == STATUS_CORRUPT && may_be_corrupt && result != NULL) {
        document_init(document);
        document->revision = revision_of(result);
        status = STATUS_OK;
    }
    PQclear(result);
    return error_forward(error, status, &problem);
}

enum status postgres_document_unwritten(const struct postgres_rows *rows, struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE,
                     "PostgreSQL at %s, database '%s', did not write the document '%s'; look for a "
                     "policy, rule or trigger that forbids it",
                     rows->connection->address.server, rows->connection->address.database,
                     rows->name);
}

enum status postgres_document_put(const struct postgres_rows *rows, int64_t revision,
                                  struct document_text text, const char *saved_by,
                                  struct error *error)
{
    struct postgres_statement statement;
    int64_t updated = 0;
    postgres_statement_init(&statement, put_text);
    postgres_statement_add_text(&statement, rows->name);
    postgres_statement_add_number(&statement, revision);
    postgres_statement_add_document(&statement, text);
    postgres_statement_add_number(&statement, (int64_t)text.length);
    postgres_statement_add_text(&statement, saved_by);
    enum status status = postgres_connection_do(rows->connection, &statement, &updated, error);
    return status == STATUS_OK && updated != 1 ? postgres_document_unwritten(rows, error) : status;
}

enum status postgres_document_sign(const struct postgres_rows *rows, struct document_text text,
                                   const char *saved_by, bool *is_same, struct error *error)
{
    struct postgres_statement statement;
    int64_t updated = 0;
    postgres_statement_init(&statement, sign_text);
    postgres_statement_add_text(&statement, rows->name);
    postgres_statement_add_document(&statement, text);
    postgres_statement_add_text(&statement, saved_by);
    enum status status = postgres_connection_do(rows->connection, &statement, &updated, error);
    *is_same = status == STATUS_OK && updated == 1;
    return status;
}
