#include "response.h"

#include "io.h"
#include "number.h"
#include "printable.h"
#include "signals.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

enum { COPIED_SIZE = 64 * 1024 };

/* RFC 9110 15, RFC 4918 11.5. */
static const struct {
    int status;
    char reason[24];
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
    response->status = status;
    response->part_count = 0;
    document_init(&response->document);
    response->owned_text = NULL;
    response->headers_end = RESPONSE_STATUS_SIZE;
}

void response_release(struct response *response)
{
    document_release(&response->document);
    free(response->owned_text);
    response->owned_text = NULL;
}

void response_header(struct response *response, const char *name, const char *value)
{
    char *end = response->output + response->headers_end;
    size_t room = RESPONSE_STATUS_SIZE + RESPONSE_HEADERS_SIZE - response->headers_end;
    size_t length = strlen(name) + strlen(value) + sizeof ": \n" - 1;
    bool fits = !printable_has_control(value) && length < room;
    assert(fits);
    if (!fits)
        return;
    (void)stpcpy(stpcpy(stpcpy(stpcpy(end, name), ": "), value), "\n");
    response->headers_end += length;
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

/* Right before the headers. */
static void status_line_write(struct response *response)
{
    char line[RESPONSE_STATUS_SIZE];
    char *end = number_format((uint64_t)response->status, stpcpy(line, "Status: "));
    end = stpcpy(stpcpy(stpcpy(end, " "), reason_of(response->status)), "\n");
    size_t length = (size_t)(end - line);
    response->prepared_begin = RESPONSE_STATUS_SIZE - length;
    memcpy(response->output + response->prepared_begin, line, length);
}

static void head_prepare(struct response *response)
{
    char *end = response->output + response->headers_end;
    status_line_write(response);
    /* RFC 9110 8.6: a 204 has no Content-Length, and a 304 only that of the 200 it stands for. */
    if (response->status != 204 && response->status != 304) {
        end = number_format(content_length(response), stpcpy(end, "Content-Length: "));
        *end++ = '\n';
    }
    *end++ = '\n';
    response->prepared_end = (size_t)(end - response->output);
}

static enum status part_prepare(struct response *response, const struct document_part *part,
                                struct error *error)
{
    char *end = response->output + response->prepared_end;
    if (part->bytes != NULL)
        memcpy(end, part->bytes, part->length);
    else if (!io_read_at(response->document.descriptor, (off_t)part->offset, end, part->length))
        return error_set(error, STATUS_UNAVAILABLE, "the stored document cannot be read: %s",
                         strerror(errno));
    response->prepared_end += part->length;
    response->parts_prepared++;
    return STATUS_OK;
}

enum status response_prepare(struct response *response, bool head, struct error *error)
{
    enum status status = STATUS_OK;
    head_prepare(response);
    response->parts_prepared = head ? response->part_count : 0;
    while (status == STATUS_OK && response->parts_prepared < response->part_count) {
        const struct document_part *part = &response->parts[response->parts_prepared];
        if (part->length > sizeof response->output - response->prepared_end)
            break;
        status = part_prepare(response, part, error);
    }
    return status;
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
                      int descriptor)
{
    if (part->bytes != NULL)
        return io_write_all(descriptor, part->bytes, part->length);
    return send_range(response->document.descriptor, part->offset, part->length, descriptor);
}

bool response_send(const struct response *response, int descriptor)
{
    /* That of a long answer is told to the log; a short one is there at once or not. */
    if (response->parts_prepared < response->part_count)
        signals_ignore();
    bool sent = io_write_all(descriptor, response->output + response->prepared_begin,
                             response->prepared_end - response->prepared_begin);
    for (size_t i = response->parts_prepared; sent && i < response->part_count; i++)
        sent = part_send(response, &response->parts[i], descriptor);
    return sent;
}
