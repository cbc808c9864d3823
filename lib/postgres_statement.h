/*
 * A statement for a PostgreSQL server with its parameters, and what is read from the answer.
 *
 * Life cycle: postgres_statement_init, the parameters $1, $2 ... in their order, and then it is run
 * (postgres_connection.h). It is not copied, for it points into itself. Texts are borrowed until it
 * was run; nothing is released.
 */
#ifndef SCHEDULE_POSTGRES_STATEMENT_H
#define SCHEDULE_POSTGRES_STATEMENT_H

#include "document.h"
#include "error.h"
#include "number.h"

#include <libpq-fe.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    POSTGRES_PARAMETERS_MAX = 12,
    /*
     * Of the documents of a statement, in bytes: a little less than a server takes in one message.
     */
    POSTGRES_LENGTH_MAX = 1000 << 20
};

struct postgres_statement {
    const char *text; /* of the statement; a constant */

    /* Private. */
    size_t length; /* of the documents */
    int count;
    const char *values[POSTGRES_PARAMETERS_MAX];
    int lengths[POSTGRES_PARAMETERS_MAX];
    int formats[POSTGRES_PARAMETERS_MAX];
    char numbers[POSTGRES_PARAMETERS_MAX][NUMBER_TEXT_SIZE];
};

void postgres_statement_init(struct postgres_statement *statement, const char *text);

/* Add a text, or null for SQL's null. */
void postgres_statement_add_text(struct postgres_statement *statement, const char *text);

/* Add a number, 0 or more. */
void postgres_statement_add_number(struct postgres_statement *statement, int64_t number);

/* Add a length, or SQL's null if that is not known: 0. */
void postgres_statement_add_length(struct postgres_statement *statement, size_t length);

/* Add a document, of type json, or SQL's null if it has no bytes. */
void postgres_statement_add_document(struct postgres_statement *statement,
                                     struct document_text document);

/* Whether a server takes that much at once; if not, it is not to be run. */
bool postgres_statement_fits(const struct postgres_statement *statement);

/* A number of the answer. False, with `*number` untouched, if it is null or none of 0 or more. */
bool postgres_result_number(const PGresult *result, int row, int column, int64_t *number);

/* Whether it is "true" there. */
bool postgres_result_is_true(const PGresult *result, int row, int column);

#endif
