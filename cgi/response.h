/*
 * The answer: a CGI response (RFC 3875 6) built in memory and sent at once.
 *
 * Life cycle: response_init with a status, headers and at most one kind of body in any order,
 * response_prepare, response_send, response_release. Nothing reaches standard output before status,
 * headers and exact length are known; response_send alone writes there.
 */
#ifndef SCHEDULE_RESPONSE_H
#define SCHEDULE_RESPONSE_H

#include "buffer.h"
#include "document.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    RESPONSE_HEADERS_SIZE = 2048,
    /* The longest of "Status: 507 Insufficient Storage" and the like. */
    RESPONSE_STATUS_SIZE = 64,
    /* "Content-Length: ", a number and the empty line. */
    RESPONSE_LENGTH_SIZE = 64,
    /* A body of so many bytes goes out with the headers, in one write. */
    RESPONSE_COPIED_SIZE = 4096
};

struct response {
    int status; /* of RFC 9110 15 */
    struct document_part parts[DOCUMENT_PARTS_MAX];
    size_t part_count;
    struct document document; /* what the parts lie in; owned */
    char *owned_text;         /* the same */

    /*
     * Private: room for the status line, the headers so far, and behind them the rest in its turn.
     */
    size_t headers_end;
    size_t prepared_begin;
    size_t prepared_end;
    size_t parts_prepared; /* the others follow */
    char output[RESPONSE_STATUS_SIZE + RESPONSE_HEADERS_SIZE + RESPONSE_LENGTH_SIZE +
                RESPONSE_COPIED_SIZE];
};

/* The headers so far, `*length` bytes of them. Borrowed until the next one is added. */
static inline const char *response_headers(const struct response *response, size_t *length)
{
    *length = response->headers_end - RESPONSE_STATUS_SIZE;
    return response->output + RESPONSE_STATUS_SIZE;
}

void response_init(struct response *response, int status);
void response_release(struct response *response);

/*
 * Add a header field. `value` comes from this program or its settings. One with a control character
 * or one too many for the buffer is a defect of ours: it is left out, and debug builds assert.
 */
void response_header(struct response *response, const char *name, const char *value);

/* The body is this JSON text, which must outlive the response. */
void response_body(struct response *response, const char *json);

/* The same, but the text (from malloc) becomes the response's. */
void response_body_own(struct response *response, char *json);

/* The body is what a reader of `*document` is served; takes the document over and empties it. */
void response_body_document(struct response *response, struct document *document);

/* The same, but the document's stored text as it is. */
void response_body_stored(struct response *response, struct document *document);

/*
 * Put together what goes out first: the headers and, unless `head` is set, as much of the body as
 * fits in with them; with `head` there is no body, as RFC 9110 9.3.2 has it. STATUS_UNAVAILABLE if
 * the document cannot be read; what is in memory always can.
 */
enum status response_prepare(struct response *response, bool head, struct error *error);

/* Send what was prepared to `descriptor`. False with errno if not all of it could be written. */
bool response_send(const struct response *response, int descriptor);

#endif
