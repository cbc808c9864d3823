#include "postgres_statement.h"

#include <stdlib.h>
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

static enum status value_write(const char *value, PGconn *link, struct buffer *script,
                               struct error *error)
{
    if (value == NULL)
        return buffer_append(script, "null", strlen("null"), error);
    char *literal = PQescapeLiteral(link, value, strlen(value));
    if (literal == NULL)
        return error_set(error, STATUS_UNAVAILABLE, "a text cannot be quoted: %s",
                         PQerrorMessage(link));
    enum status status = buffer_append(script, literal, strlen(literal), error);
    PQfreemem(literal);
    return status;
}

enum status postgres_statement_write(const struct postgres_statement *statement, PGconn *link,
                                     struct buffer *script, struct error *error)
{
    const char *at = statement->text;
    char *end = NULL;
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        size_t length = strcspn(at, "$");
        status = buffer_append(script, at, length, error);
        at += length;
        if (status != STATUS_OK || *at == '\0')
            break;
        long place = strtol(at + 1, &end, 10);
        at = end;
        status = value_write(statement->values[place - 1], link, script, error);
    }
    return status == STATUS_OK ? buffer_append(script, "", 1, error) : status;
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
