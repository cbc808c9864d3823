/*
 * One bounded pass over a JSON text: it validates (RFC 8259, UTF-8, depth), re-indents, and finds
 * some members of the top-level object. No tree is built, so everything a tree would lose survives:
 * member order, unknown and repeated members, the spelling of numbers and escapes.
 *
 * Life cycle: json_pass_init, json_pass_feed for each piece of the text in order (cut anywhere,
 * even within a character), json_pass_finish. Nothing is allocated but what the caller's output
 * buffer takes; there is nothing to release. After a failure the pass must not be fed again, and
 * what the output buffer holds is meaningless.
 *
 * Accepted is a JSON object, alone in its text. Beyond RFC 8259: lone surrogates (\uD800 to \uDFFF
 * outside a pair), a byte order mark, and nesting deeper than JSON_DEPTH_MAX are refused. Repeated
 * member names are accepted, and the last one counts, as in ECMAScript's JSON.parse.
 */
#ifndef SCHEDULE_JSON_PASS_H
#define SCHEDULE_JSON_PASS_H

#include "buffer.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* A schedule needs 6. The indentation of the deepest level bounds what re-indenting can add. */
    JSON_DEPTH_MAX = 128,
    /* How many levels there may be around a value of a document, as in a patch or an answer. */
    JSON_WRAPPED_MAX = 8,
    /* How many members can be watched for, and how long their names may be, less one. */
    JSON_WATCHED = 4,
    JSON_WATCHED_NAME_MAX = 31
};

/* Where a watched member's value is. All else is set only if it was found. */
struct json_member {
    bool found;
    bool has_content; /* the value is an object or array with something in it */
    char kind;        /* its first byte: '[' for an array */
    size_t begin;     /* from here */
    size_t end;       /* to just before here */
};

/*
 * What the pass learnt of the top-level object. Offsets count bytes of the text that is written,
 * or, when none is, of the text as it was fed.
 */
struct json_outline {
    size_t members_end; /* just behind the last member, or behind '{' if there is none */
    bool has_members;
    struct json_member watched[JSON_WATCHED]; /* in the order of the names */
};

struct json_pass {
    struct json_outline outline; /* complete once json_pass_finish succeeded */

    /* Private. */
    struct buffer *output;
    struct error *error;
    enum status status;
    int state; /* json_state.h */
    bool takes_array;
    unsigned depth;
    unsigned depth_max;
    bool in_object[JSON_DEPTH_MAX + JSON_WRAPPED_MAX + 1];

    bool string_is_name;
    const char *literal_rest;
    unsigned hex_digits;
    uint32_t code_unit;
    bool low_surrogate_due;
    unsigned char utf8_due;
    unsigned char utf8_low;
    unsigned char utf8_high;

    const char *const *watched_names;
    char name[JSON_WATCHED_NAME_MAX + 1]; /* of the current top-level member, unescaped */
    size_t name_length;                   /* at most what fits */
    struct json_member *watched;          /* the member that the pass is in, or null */

    size_t offset; /* of the current piece within the text */
    const char *piece;
    const char *line_start; /* within the current piece */
    size_t line;
    size_t column; /* characters of the current line in earlier pieces */
};

/*
 * Prepare a pass. With `output` not null the text is appended to it as it would be written by
 * ECMAScript's JSON.stringify(document, null, 2), but for the spelling of strings and numbers,
 * which stays; the buffer is empty at first. `watched_names` are the ASCII names of the members to
 * find, or null. Both are borrowed until the end.
 */
void json_pass_init(struct json_pass *pass, const char *const watched_names[JSON_WATCHED],
                    struct buffer *output);

/*
 * Prepare a pass that only validates, over what may be an array as well as an object, and nested
 * JSON_WRAPPED_MAX levels deeper than a document.
 */
void json_pass_init_any(struct json_pass *pass);

/*
 * STATUS_INVALID with "line L, column C: ..." (both from 1, columns in characters) if the text is
 * not acceptable, STATUS_TOO_LARGE if the output buffer's maximum is reached, STATUS_NO_MEMORY.
 */
enum status json_pass_feed(struct json_pass *pass, const char *bytes, size_t length,
                           struct error *error);

/* Check that the text may end here. Statuses as for json_pass_feed. */
enum status json_pass_finish(struct json_pass *pass, struct error *error);

#endif
