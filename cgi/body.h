/*
 * The request's body on standard input, read within bounds and never waited for without end.
 *
 * Life cycle: body_init notes what CONTENT_LENGTH promises and reads nothing; body_read takes the
 * body; body_drain throws away what is left of it. fcgiwrap writes the whole body before it reads
 * our answer and turns an early exit into a 502, so every refusal is preceded by body_drain.
 *
 * With CONTENT_LENGTH exactly that many bytes are read and never more (RFC 3875 4.2), and a sender
 * that stalls is given up. Without it there is no body under a web server (4.1.2); by hand the body
 * ends with the input.
 */
#ifndef SCHEDULE_BODY_H
#define SCHEDULE_BODY_H

#include "buffer.h"
#include "error.h"
#include "request.h"

#include <stdbool.h>
#include <stdint.h>

struct body {
    int descriptor;
    const char *content_length; /* as sent, or null */
    bool malformed;             /* content_length is not a number */
    bool by_hand;               /* without a promise the body ends with the input */
    bool to_end;                /* it does, and the end was not reached */
    uint64_t due;               /* bytes promised and not yet read; UINT64_MAX: too many to count */
};

void body_init(struct body *body, const struct request *request, int descriptor);

/*
 * Append the whole body to `bytes`. STATUS_TOO_LARGE beyond `maximum` bytes, before anything is
 * allocated for it if the length was promised; STATUS_INVALID for a malformed length and for a body
 * that ends or stalls early or cannot be read; STATUS_NO_MEMORY.
 */
enum status body_read(struct body *body, uint64_t maximum, struct buffer *bytes,
                      struct error *error);

/* Read and forget what is left, within a bound of bytes and of time. The last use of a body. */
void body_drain(const struct body *body);

#endif
