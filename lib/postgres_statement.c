#include "postgres_statement.h"

#include <string.h>

enum { FORMAT_TEXT, FORMAT_BINARY };

void postgres_statement_init(struct postgres_statement *statement, const char *text)
{
    statement->text = text;
    statement->length = 0;
    statement->count = 0;
}

static void parameter_add(struct postgres_statement *statement, const char *value, size_t length,
                          int format)
{
    int place = statement->count++;
    bool fits = length <= POSTGRES_LENGTH_MAX;
    statement->length += fits ? length : (size_t)POSTGRES_LENGTH_MAX + 1;
    statement->values[place] = value;
    statement->lengths[place] = fits ? (int)length : 0;
    statement->formats[place] = format;
}

void postgres_statement_add_text(struct postgres_statement *statement, const char *text)
{
    parameter_add(statement, text, 0, FORMAT_TEXT); /* it ends with a NUL */
}

void postgres_statement_add_number(struct postgres_statement *statement, int64_t number)
{
    char *text = statement->numbers[statement->count];
    (void)number_format((uint64_t)number, text);
    parameter_add(statement, text, 0, FORMAT_TEXT);
}

void postgres_statement_add_length(struct postgres_statement *statement, size_t length)
{
    if (length > 0)
        postgres_statement_add_number(statement, (int64_t)length);
    else
        postgres_statement_add_text(statement, NULL);
}

void postgres_statement_add_document(struct postgres_statement *statement,
                                     struct document_text document)
{
    /* The binary form of json is its text; it need not end with a NUL. */
    parameter_add(statement, document.bytes, document.length, FORMAT_BINARY);
}

bool postgres_statement_fits(const struct postgres_statement *statement)
{
    return statement->length <= POSTGRES_LENGTH_MAX;
}

bool postgres_result_number(const PGresult *result, int row, int column, int64_t *number)
{
    return PQgetisnull(result, row, column) == 0 &&
           number_parse_revision(PQgetvalue(result, row, column), number);
}

bool postgres_result_is_true(const PGresult *result, int row, int column)
{
    return strcmp(PQgetvalue(result, row, column), "t") == 0;
}
