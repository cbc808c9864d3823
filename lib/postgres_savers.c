#include "postgres_savers.h"

#include "printable.h"

/* The columns of the list; there is one more, by which the document comes last and so counts. */
enum { COLUMN_REVISION, COLUMN_SAVED_BY };

static const char list_text[] =
    "select revision, saved_by, 0 as place from schedule_backup "
    "where name = $1 and kind <> 'corrupt' and saved_by <> '' "
    "union all select revision, saved_by, 1 from schedule_document "
    "where name = $1 and body is not null and saved_by <> '' order by place";

/* A hand can have written any name. */
static enum status row_add(const PGresult *result, int row, struct savers *savers,
                           struct error *error)
{
    char name[SAVER_NAME_SIZE];
    int64_t revision = 0;
    if (!postgres_result_number(result, row, COLUMN_REVISION, &revision))
        return STATUS_OK;
    printable_copy(name, sizeof name, PQgetvalue(result, row, COLUMN_SAVED_BY),
                   (size_t)PQgetlength(result, row, COLUMN_SAVED_BY));
    return savers_add(savers, revision, name, error);
}

enum status postgres_savers_list(const struct postgres_rows *rows, struct savers *savers,
                                 struct error *error)
{
    struct postgres_statement statement;
    PGresult *result = NULL;
    postgres_statement_init(&statement, list_text);
    postgres_statement_add_text(&statement, rows->name);
    enum status status = postgres_connection_run(rows->connection, &statement, &result, error);
    int count = status == STATUS_OK ? PQntuples(result) : 0;
    for (int i = 0; i < count && status == STATUS_OK; i++)
        status = row_add(result, i, savers, error);
    PQclear(result);
    savers_sort(savers);
    return status;
}
