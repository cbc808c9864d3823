/*
 * JSON texts and jansson's trees: where structure is needed, one is made of the other here, so that
 * a tree keeps what jansson alone would lose or refuse.
 *
 * Numbers keep their value and get their shortest spelling. Integers beyond 64 bits become the
 * nearest double, as in a page's memory, and numbers beyond the doubles the largest one. A number
 * without a fraction is an integer, within 64 bits, however it was spelled, so json_equal compares
 * values.
 *
 * Trees are the caller's, to be released with json_decref. After an error there is none.
 */
#ifndef SCHEDULE_JSON_TEXT_H
#define SCHEDULE_JSON_TEXT_H

#include "buffer.h"
#include "error.h"

#include <jansson.h>

#include <stddef.h>

/*
 * Read a JSON text, an object or an array, into `*tree`. STATUS_INVALID with line and column if it
 * is none, or holds what jansson has no place for (a NUL in a member's name); STATUS_NO_MEMORY.
 */
enum status json_text_load(const char *text, size_t length, json_t **tree, struct error *error);

enum json_text_layout {
    JSON_TEXT_INDENTED, /* as ECMAScript's JSON.stringify(tree, null, 2) */
    JSON_TEXT_LINE      /* as JSON.stringify(tree), for answers; may be a few levels deeper */
};

/*
 * Append the text of `tree`, which is of any kind and left unchanged. STATUS_INVALID if it is
 * nested deeper than JSON_DEPTH_MAX, STATUS_TOO_LARGE beyond the buffer's maximum,
 * STATUS_NO_MEMORY.
 */
enum status json_text_write(json_t *tree, enum json_text_layout layout, struct buffer *text,
                            struct error *error);

/* Free a text that jansson made (json_dumps): its memory need not be malloc's. Null is allowed. */
void json_text_free(char *text);

#endif
