#include "response.h"

#include "io.h"
#include "printable.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

enum {
    /* The headers and what else a head has. */
    HEAD_SIZE = RESPONSE_HEADERS_SIZE + 256,
    /* Parts in memory that fit in with the headers go out with them in one write. */
    OUTPUT_SIZE = 96 * 1024,
    COPIED_SIZE = 64 * 1024
};

/* RFC 9110 15, RFC 4918 11.5. */
static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
    {507, "Insufficient Storage"},
};

static const char *reason_of(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return "Unknown";
}

void response_init(struct response *response, int status)
{
    *response = (struct response){.status = status};
    document_init(&response->document);
}

void response_release(struct response *response)
{
    document_release(&response->document);
    free(response->owned_text);
    response->owned_text = NULL;
}

void response_header(struct response *response, const char *name, const char *value)
{
    char *end = response->headers + response->headers_length;
    size_t room = sizeof response->headers - response->headers_length;
    size_t length = strlen(name) + strlen(value) + sizeof ": \n" - 1;
    bool fits = !printable_has_control(value) && length < room;
    assert(fits);
    if (!fits)
        return;
    (void)snprintf(end, room, "%s: %s\n", name, value);
    response->headers_length += length;
}

static void json_type_set(struct response *response)
{
    response_header(response, "Content-Type", "application/json; charset=utf-8");
}

void response_body(struct response *response, const char *json)
{
    json_type_set(response);
    response->parts[0] = (struct document_part){.bytes = json, .length = strlen(json)};
    response->part_count = 1;
}

void response_body_own(struct response *response, char *json)
{
    response->owned_text = json;
    response_body(response, json);
}

void response_body_document(struct response *response, struct document *document)
{
    json_type_set(response);
    response->document = *document;
    document_init(document);
    response->part_count = document_serve(&response->document, response->parts);
}

void response_body_stored(struct response *response, struct document *document)
{
    response_body_document(response, document);
    response->part_count = document_serve_stored(&response->document, response->parts);
}

/* Sending. */

static size_t content_length(const struct response *response)
{
    size_t length = 0;
    for (size_t i = 0; i < response->part_count; i++)
        length += response->parts[i].length;
    return length;
}

/* What is gathered for one write. No memory is asked for: an answer must not fail for want of it. */
struct output {
    int descriptor;
    size_t length;
    char bytes[OUTPUT_SIZE];
};

static void head_build(const struct response *response, struct output *output)
{
    char *bytes = output->bytes;
    int length =
        snprintf(bytes, HEAD_SIZE, "Status: %d %s\n%.*s", response->status,
                 reason_of(response->status), (int)response->headers_length, response->headers);
    output->length = (size_t)length;
    /* RFC 9110 8.6: a 204 has no Content-Length, and a 304 only that of the 200 it stands for. */
    if (response->status != 204 && response->status != 304)
        output->length += (size_t)snprintf(bytes + length, HEAD_SIZE - output->length,
                                           "Content-Length: %zu\n", content_length(response));
    bytes[output->length++] = '\n';
}

static bool flush(struct output *output)
{
    bool written = io_write_all(output->descriptor, output->bytes, output->length);
    output->length = 0;
    return written;
}

/* For outputs that sendfile(2) does not take: files opened for appending, some terminals. */
static bool copy_range(int file, off_t offset, size_t length, int descriptor)
{
    char piece[COPIED_SIZE];
    if (lseek(file, offset, SEEK_SET) < 0)
        return false;
    while (length > 0) {
        ssize_t count = io_read(file, piece, length < sizeof piece ? length : sizeof piece);
        if (count == 0)
            errno = EIO;
        if (count <= 0 || !io_write_all(descriptor, piece, (size_t)count))
            return false;
        length -= (size_t)count;
    }
    return true;
}

static bool send_range(int file, size_t begin, size_t length, int descriptor)
{
    off_t offset = (off_t)begin;
    while (length > 0) {
        ssize_t count = sendfile(descriptor, file, &offset, length);
        if (count < 0 && (errno == EINVAL || errno == ENOSYS))
            return copy_range(file, offset, length, descriptor);
        if (count == 0)
            errno = EIO; /* the file became shorter */
        if (count == 0 || (count < 0 && !io_should_retry(descriptor, POLLOUT)))
            return false;
        length -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

static bool part_send(const struct response *response, const struct document_part *part,
                      struct output *output)
{
    if (part->bytes != NULL && part->length <= OUTPUT_SIZE - output->length) {
        memcpy(output->bytes + output->length, part->bytes, part->length);
        output->length += part->length;
        return true;
    }
    if (!flush(output))
        return false;
    if (part->bytes != NULL)
        return io_write_all(output->descriptor, part->bytes, part->length);
    return send_range(response->document.descriptor, part->offset, part->length,
                      output->descriptor);
}

bool response_send(const struct response *response, bool head, int descriptor)
{
    static struct output output;
    output.descriptor = descriptor;
    head_build(response, &output);
    bool sent = true;
    for (size_t i = 0; sent && !head && i < response->part_count; i++)
        sent = part_send(response, &response->parts[i], &output);
    return sent && flush(&output);
}
