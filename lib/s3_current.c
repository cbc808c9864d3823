#include "s3_current.h"

#include "number.h"

#include <string.h>

/* Later ones, which only a hand can have written, are none: revisions do not overflow. */
static const int64_t revision_max = (INT64_MAX / 1000 - 1) * 1000;

/*
 * Servers tell the time in seconds. Two objects of a hand within one are told apart by their ETags.
 * Even, as all revisions but those of what was submitted (s3_update.h).
 */
static int64_t milliseconds_of(const char *etag)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (; *etag != '\0'; etag++)
        hash = (hash ^ (unsigned char)*etag) * 16777619U;
    return (int64_t)(hash % 500) * 2;
}

static enum status revision_of(const struct s3_bucket *bucket, const struct s3_response *response,
                               int64_t *revision, struct error *error)
{
    int64_t told = 0;
    if (number_parse_revision(response->revision, &told) && told > 0 && told <= revision_max) {
        *revision = told;
        return STATUS_OK;
    }
    if (!s3_response_modified(response, &told) || told > revision_max / 1000)
        return error_set(error, STATUS_UNAVAILABLE,
                         "%s does not tell when '%s" S3_CURRENT_NAME "' was written",
                         bucket->place.server, bucket->place.prefix);
    *revision = told * 1000 + milliseconds_of(response->etag);
    return STATUS_OK;
}

/* What is the document's own: without the mark of its save. */
static enum status text_take(const struct s3_bucket *bucket, struct s3_response *response,
                             struct error *error)
{
    struct buffer *body = &response->body;
    body->length = s3_save_mark_strip(body->bytes, body->length);
    if (body->length <= bucket->length_max)
        return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE,
                     "'%s" S3_CURRENT_NAME "' in bucket %s of %s is longer than %zu bytes, the "
                     "most that is loaded",
                     bucket->place.prefix, bucket->place.bucket, bucket->place.server,
                     bucket->length_max);
}

static enum status answer_take(const struct s3_bucket *bucket, struct s3_response *response,
                               struct s3_current *current, struct error *error)
{
    int64_t revision = 0;
    enum status status = revision_of(bucket, response, &revision, error);
    if (status == STATUS_OK && response->etag[0] == '\0')
        status = error_set(error, STATUS_UNAVAILABLE,
                           "%s answered without an ETag, or with one that is too long",
                           bucket->place.server);
    if (status == STATUS_OK)
        status = text_take(bucket, response, error);
    if (status != STATUS_OK)
        return status;
    memcpy(current->etag, response->etag, sizeof current->etag);
    memcpy(current->saves, response->saves, sizeof current->saves);
    memcpy(current->probed, response->probed, sizeof current->probed);
    s3_saver_field_read(response->saved_by, current->saved_by);
    status = s3_bucket_document(response, revision, &current->document, &current->damage);
    if (status == STATUS_INVALID) {
        current->document.revision = revision;
        current->damaged = response->body;
        buffer_init(&response->body, 0);
        return STATUS_OK;
    }
    return error_forward(error, status, &current->damage);
}

enum status s3_current_read(struct s3_bucket *bucket, struct s3_current *current,
                            struct error *error)
{
    const struct s3_request request = {.method = "GET",
                                       .name = S3_CURRENT_NAME,
                                       .answer_max = bucket->length_max,
                                       .mark_max = S3_MARK_LENGTH,
                                       .deadline = bucket->deadline};
    struct s3_response response;
    *current = (struct s3_current){.etag = ""};
    document_init(&current->document);
    enum status status = s3_bucket_ask(bucket, &request, &response, error);
    if (status == STATUS_OK)
        status = answer_take(bucket, &response, current, error);
    else if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    s3_response_release(&response);
    return status;
}

bool s3_current_is_damaged(const struct s3_current *current)
{
    return current->document.revision != 0 && current->document.length == 0;
}

enum status s3_current_check(const struct s3_bucket *bucket, const struct s3_current *current,
                             struct error *error)
{
    if (!s3_current_is_damaged(current))
        return STATUS_OK;
    return error_set(error, STATUS_CORRUPT,
                     "the stored document '%s" S3_CURRENT_NAME "' in bucket %s of %s is not a JSON "
                     "object: %s; nothing is served or saved until it is mended, moved away, or "
                     "replaced by a backup (scripts/restore)",
                     bucket->place.prefix, bucket->place.bucket, bucket->place.server,
                     current->damage.text);
}

void s3_current_release(struct s3_current *current)
{
    document_release(&current->document);
    buffer_release(&current->damaged);
}

/* The answer to a HEAD has no text, not even whether it is the bucket that is missing. */
static enum status note_get(struct s3_bucket *bucket, struct s3_current_note *note,
                            struct error *error)
{
    struct s3_current current;
    enum status status = s3_current_read(bucket, &current, error);
    if (status != STATUS_OK)
        return status;
    *note = s3_current_note_of(&current);
    s3_current_release(&current);
    return STATUS_OK;
}

struct s3_current_note s3_current_note_of(const struct s3_current *current)
{
    struct s3_current_note note = {.revision = current->document.revision};
    memcpy(note.saved_by, current->saved_by, sizeof note.saved_by);
    return note;
}

enum status s3_current_tell(struct s3_bucket *bucket, struct s3_current_note *note,
                            struct error *error)
{
    const struct s3_request request = {
        .method = "HEAD", .name = S3_CURRENT_NAME, .deadline = bucket->deadline};
    struct s3_response response;
    struct error problem = ERROR_INIT;
    enum status status = s3_bucket_ask(bucket, &request, &response, &problem);
    if (status == STATUS_OK)
        status = revision_of(bucket, &response, &note->revision, &problem);
    if (status == STATUS_OK)
        s3_saver_field_read(response.saved_by, note->saved_by);
    bool is_refused = status == STATUS_UNAVAILABLE && response.refusal.http_status >= 300;
    s3_response_release(&response);
    if (is_refused)
        return note_get(bucket, note, error);
    return error_forward(error, status, &problem);
}
