#include "postgres_backup.h"

#include <inttypes.h>
#include <string.h>

/* The columns of the list. */
enum { COLUMN_KIND, COLUMN_REVISION, COLUMN_BYTES };

static const char list_text[] = "select kind, revision, bytes from schedule_backup "
                                "where name = $1 and kind <> 'corrupt' "
                                "order by revision desc, kind desc limit $2::bigint";

/*
 * Those of one revision have one text, unless a hand changed it without raising the revision: then
 * the one that was replaced has what it left, and the pinned one what was there before.
 */
static const char load_text[] =
    "select revision, bytes, case when bytes <= $3::bigint then body end from schedule_backup "
    "where name = $1 and revision = $2::bigint and kind <> 'corrupt' order by kind desc limit 1";

static const char pin_text[] =
    "insert into schedule_backup (name, kind, revision, body, bytes, saved_at, saved_by) "
    "select name, 'pinned', revision, body, $2::bigint, saved_at, saved_by "
    "from schedule_document where name = $1 on conflict do nothing";

static const char exists_text[] = "select 1 from schedule_backup where name = $1 and revision = "
                                  "$2::bigint and kind <> 'corrupt' limit 1";

static const char is_pinned_text[] =
    "select 1 from schedule_backup where name = $1 and revision = $2::bigint and kind = 'pinned'";

static const char remove_text[] =
    "delete from schedule_backup where name = $1 and revision = $2::bigint and kind <> 'corrupt'";

static const char put_text[] =
    "insert into schedule_backup as backup (name, revision, kind, body, bytes, saved_at, saved_by) "
    "values ($1, $2::bigint, $3, $4::json, $5::bigint, to_timestamp($2::bigint / 1000.0), "
    "$6::text) on conflict (name, revision, kind) do update set saved_by = excluded.saved_by "
    "where backup.saved_by is null and excluded.saved_by is not null "
    "and backup.body::text = excluded.body::text";

static bool kind_find(const char *name, enum backup_kind *kind)
{
    for (int i = 0; i < BACKUP_KINDS; i++) {
        if (strcmp(name, backup_kind_name((enum backup_kind)i)) == 0) {
            *kind = (enum backup_kind)i;
            return true;
        }
    }
    return false;
}

/* One of a kind that a later version of this program may know is not ours to list. */
static enum status row_list(const PGresult *result, int row, struct backup_list *list,
                            struct error *error)
{
    struct backup backup = {.fate = BACKUP_STAYS};
    if (!kind_find(PQgetvalue(result, row, COLUMN_KIND), &backup.kind) ||
        !postgres_result_number(result, row, COLUMN_REVISION, &backup.revision) ||
        !postgres_result_number(result, row, COLUMN_BYTES, &backup.length))
        return STATUS_OK;
    return backup_list_add(list, backup, error);
}

enum status postgres_backup_list(const struct postgres_rows *rows, int64_t most,
                                 struct backup_list *list, struct error *error)
{
    struct postgres_statement statement;
    PGresult *result = NULL;
    postgres_statement_init(&statement, list_text);
    postgres_statement_add_text(&statement, rows->name);
    postgres_statement_add_number(&statement, most);
    enum status status = postgres_connection_run(rows->connection, &statement, &result, error);
    int count = status == STATUS_OK ? PQntuples(result) : 0;
    for (int i = 0; i < count && status == STATUS_OK; i++)
        status = row_list(result, i, list, error);
    PQclear(result);
    backup_list_sort(list);
    return status;
}

/* A statement about the backups of one revision. */
static void revision_statement(struct postgres_statement *statement,
                               const struct postgres_rows *rows, const char *text, int64_t revision)
{
    postgres_statement_init(statement, text);
    postgres_statement_add_text(statement, rows->name);
    postgres_statement_add_number(statement, revision);
}

static enum status not_found(int64_t revision, struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, "there is no backup of revision %" PRId64, revision);
}

static enum status backup_take(const struct postgres_rows *rows, const PGresult *result,
                               int64_t revision, struct document *document, struct error *error)
{
    struct error problem = ERROR_INIT;
    if (PQntuples(result) == 0)
        return not_found(revision, error);
    enum status status = postgres_document_take(rows, result, document, &problem);
    if (status == STATUS_INVALID)
        return error_set(error, STATUS_CORRUPT,
                         "the backup %" PRId64
                         " of '%s' in PostgreSQL at %s, database '%s', is not "
                         "a JSON object: %s",
                         revision, rows->name, rows->connection->address.server,
                         rows->connection->address.database, problem.text);
    return error_forward(error, status, &problem);
}

enum status postgres_backup_load(const struct postgres_rows *rows, int64_t revision,
                                 struct document *document, struct error *error)
{
    struct postgres_statement statement;
    PGresult *result = NULL;
    revision_statement(&statement, rows, load_text, revision);
    postgres_statement_add_number(&statement, (int64_t)rows->length_max);
    enum status status = postgres_connection_run(rows->connection, &statement, &result, error);
    if (status == STATUS_OK)
        status = backup_take(rows, result, revision, document, error);
    PQclear(result);
    return status;
}

enum status postgres_backup_pin(const struct postgres_rows *rows, size_t length,
                                struct error *error)
{
    struct postgres_statement statement;
    postgres_statement_init(&statement, pin_text);
    postgres_statement_add_text(&statement, rows->name);
    postgres_statement_add_length(&statement, length);
    return postgres_connection_do(rows->connection, &statement, NULL, error);
}

enum status postgres_backup_exists(const struct postgres_rows *rows, int64_t revision, bool pinned,
                                   bool *exists, struct error *error)
{
    struct postgres_statement statement;
    PGresult *result = NULL;
    revision_statement(&statement, rows, pinned ? is_pinned_text : exists_text, revision);
    enum status status = postgres_connection_run(rows->connection, &statement, &result, error);
    if (status == STATUS_OK)
        *exists = PQntuples(result) > 0;
    PQclear(result);
    return status;
}

enum status postgres_backup_remove(const struct postgres_rows *rows, int64_t revision,
                                   struct error *error)
{
    struct postgres_statement statement;
    int64_t removed = 0;
    revision_statement(&statement, rows, remove_text, revision);
    enum status status = postgres_connection_do(rows->connection, &statement, &removed, error);
    return status == STATUS_OK && removed == 0 ? not_found(revision, error) : status;
}

enum status postgres_backup_put(const struct postgres_rows *rows, const struct backup *as,
                                struct document_text text, const char *saved_by,
                                struct error *error)
{
    struct postgres_statement statement;
    enum backup_kind kind = as->kind == BACKUP_BASE ? BACKUP_REPLACED : as->kind;
    revision_statement(&statement, rows, put_text, as->revision);
    postgres_statement_add_text(&statement, backup_kind_name(kind));
    postgres_statement_add_document(&statement, text);
    postgres_statement_add_number(&statement, (int64_t)text.length);
    postgres_statement_add_text(&statement, saved_by);
    return postgres_connection_do(rows->connection, &statement, NULL, error);
}
