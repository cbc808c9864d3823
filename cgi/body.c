#include "body.h"

#include "clock.h"
#include "io.h"
#include "number.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

enum {
    /* How long a promised byte may take to come. Servers that buffer bodies deliver at once. */
    READ_PATIENCE_MS = 10000,
    /* The same for bytes that nobody will look at. */
    DRAIN_PATIENCE_MS = 1000,
    /* And for all of them together. */
    DRAIN_TIME_MS = 5000,
    PIECE_SIZE = 64 * 1024
};

static const uint64_t drain_max = (uint64_t)256 << 20;

void body_init(struct body *body, const struct request *request, int descriptor)
{
    *body = (struct body){.descriptor = descriptor,
                          .content_length = request->content_length,
                          .by_hand = !request->by_server};
    if (request->content_length == NULL)
        return;
    switch (number_parse(request->content_length, UINT64_MAX - 1, &body->due)) {
    case NUMBER_OK: break;
    case NUMBER_MALFORMED: body->malformed = true; break;
    case NUMBER_TOO_LARGE: body->due = UINT64_MAX; break;
    }
}

/* 1: there is something to read, or its end; 0: nothing came in time; -1 with errno. */
static int readable_wait(int descriptor, int patience_ms)
{
    struct pollfd input = {.fd = descriptor, .events = POLLIN};
    int result;
    do {
        result = poll(&input, 1, patience_ms);
    } while (result < 0 && errno == EINTR);
    return result;
}

static enum status too_large(uint64_t maximum, struct error *error)
{
    return error_set(error, STATUS_TOO_LARGE,
                     "the body exceeds the limit of %" PRIu64 " bytes (SCHEDULE_MAX_BODY)",
                     maximum);
}

static enum status cut_short(const struct body *body, size_t length, const char *how,
                             struct error *error)
{
    return error_set(error, STATUS_INVALID,
                     "CONTENT_LENGTH promised %s bytes, but the body %s after %zu",
                     body->content_length, how, length);
}

/* Append the next piece of at most `wanted` bytes; `*count` 0 at the end of the input. */
static enum status piece_read(const struct body *body, size_t wanted, struct buffer *bytes,
                              size_t *count, struct error *error)
{
    enum status status = buffer_reserve(bytes, wanted, error);
    if (status != STATUS_OK)
        return status;
    if (!body->to_end) {
        int ready = readable_wait(body->descriptor, READ_PATIENCE_MS);
        if (ready == 0)
            return cut_short(body, bytes->length, "stalled", error);
    }
    ssize_t taken = io_read(body->descriptor, bytes->bytes + bytes->length, wanted);
    if (taken < 0)
        return error_set(error, STATUS_INVALID, "the body cannot be read: %s", strerror(errno));
    bytes->length += (size_t)taken;
    *count = (size_t)taken;
    return STATUS_OK;
}

static enum status read_promised(struct body *body, struct buffer *bytes, struct error *error)
{
    while (body->due > 0) {
        size_t count = 0;
        enum status status = piece_read(body, (size_t)body->due, bytes, &count, error);
        if (status != STATUS_OK)
            return status;
        if (count == 0) {
            body->due = 0;
            return cut_short(body, bytes->length, "ended", error);
        }
        body->due -= count;
    }
    return STATUS_OK;
}

static enum status read_to_end(struct body *body, uint64_t maximum, struct buffer *bytes,
                               struct error *error)
{
    size_t count = 0;
    do {
        /* One byte more than allowed tells whether there is more. */
        uint64_t room = maximum + 1 - bytes->length;
        size_t wanted = room < PIECE_SIZE ? (size_t)room : PIECE_SIZE;
        enum status status = piece_read(body, wanted, bytes, &count, error);
        if (status != STATUS_OK)
            return status;
        if (bytes->length > maximum)
            return too_large(maximum, error);
    } while (count > 0);
    body->to_end = false;
    return STATUS_OK;
}

enum status body_read(struct body *body, uint64_t maximum, struct buffer *bytes,
                      struct error *error)
{
    buffer_init(bytes, (size_t)maximum + 1);
    if (body->malformed)
        return error_set(error, STATUS_INVALID,
                         "CONTENT_LENGTH is '%s', but must be digits and nothing else",
                         body->content_length);
    if (body->due > maximum)
        return too_large(maximum, error);
    body->to_end = body->by_hand && body->content_length == NULL;
    if (body->to_end)
        return read_to_end(body, maximum, bytes, error);
    return read_promised(body, bytes, error);
}

void body_drain(const struct body *body)
{
    /* On the stack each of its pages would be touched, be there anything to drain or not. */
    static char piece[PIECE_SIZE];
    struct stat input;
    bool endless = body->to_end || body->malformed;
    uint64_t left = endless || body->due > drain_max ? drain_max : body->due;
    /* Nobody waits behind a file. */
    if (left == 0 || fstat(body->descriptor, &input) != 0 || S_ISREG(input.st_mode))
        return;
    const int64_t deadline = clock_monotonic_ms() + DRAIN_TIME_MS;
    while (left > 0 && clock_monotonic_ms() < deadline &&
           readable_wait(body->descriptor, DRAIN_PATIENCE_MS) > 0) {
        ssize_t count =
            io_read(body->descriptor, piece, left < sizeof piece ? (size_t)left : sizeof piece);
        if (count <= 0)
            break;
        left -= (uint64_t)count;
    }
}
