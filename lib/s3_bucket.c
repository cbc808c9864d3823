#include "s3_bucket.h"

#include "s3_deletion.h"

#include <stdio.h>
#include <string.h>

enum {
    /* How often anything is asked for, with waits of two seconds at most between all of these. */
    TRIES = 6,
    /* A server that is not there is tried so often, and not until the deadline. */
    UNSENT_TRIES = 3,
    /* More objects than these pages hold are more than there can be backups (BACKUP_COUNT_MAX). */
    PAGES_MAX = 1000
};

static const char content_type[] = "application/json";

enum status s3_bucket_open(struct s3_bucket *bucket, const struct s3_bucket_options *options,
                           const struct store_observer *observer, struct held_signals *signals,
                           struct error *error)
{
    *bucket = (struct s3_bucket){.place = options->place,
                                 .account = options->account,
                                 .deadline = options->deadline,
                                 .length_max = options->length_max,
                                 .observer = observer,
                                 .signals = signals};
    return s3_client_open(&bucket->client, &bucket->place, &bucket->account, error);
}

void s3_bucket_close(struct s3_bucket *bucket)
{
    s3_client_close(&bucket->client);
}

enum status s3_bucket_check_length(const struct s3_bucket *bucket, size_t length,
                                   struct error *error)
{
    if (length <= bucket->length_max)
        return STATUS_OK;
    return error_set(error, STATUS_TOO_LARGE,
                     "the document would have %zu bytes, and no more than %zu are loaded again",
                     length, bucket->length_max);
}

static bool has_condition(const struct s3_request *request)
{
    for (size_t i = 0; i < S3_REQUEST_HEADERS; i++) {
        const struct s3_header *header = &request->headers[i];
        if (header->value != NULL && strncmp(header->name, "If-", 3) == 0)
            return true;
    }
    return false;
}

enum status s3_bucket_try(struct s3_bucket *bucket, const struct s3_request *request,
                          struct s3_response *response, struct error *error)
{
    if (!s3_request_reads(request))
        held_signals_hold(bucket->signals);
    enum status status = s3_client_exchange(&bucket->client, request, response, error);
    if (status != STATUS_OK)
        return status;
    enum s3_meaning meaning = s3_refusal_meaning(&response->refusal);
    if (meaning == S3_DONE)
        return STATUS_OK;
    if (meaning == S3_ABSENT)
        return STATUS_NOT_FOUND;
    if (meaning == S3_UNMATCHED && has_condition(request))
        return STATUS_STALE;
    status = s3_client_refused(&bucket->client, request, response, error);
    return meaning == S3_UNCLEAR && !s3_request_reads(request) ? STATUS_UNCERTAIN : status;
}

enum status s3_bucket_ask(struct s3_bucket *bucket, const struct s3_request *request,
                          struct s3_response *response, struct error *error)
{
    struct error first = ERROR_INIT; /* of those that time ran out on, the one that had the most */
    unsigned unsent = 0;
    for (unsigned attempt = 0;; attempt++) {
        struct error problem = ERROR_INIT;
        enum status status = s3_bucket_try(bucket, request, response, &problem);
        /* None of these requests does harm if it takes effect after all. */
        if (status == STATUS_UNCERTAIN)
            status = STATUS_UNREACHABLE;
        else if (status == STATUS_UNREACHABLE && response->refusal.http_status == 0)
            unsent++;
        (void)error_forward(&first, status, &problem);
        if (status != STATUS_UNREACHABLE || unsent == UNSENT_TRIES || attempt + 1 == TRIES ||
            !deadline_back_off_busy(request->deadline, attempt))
            return error_forward(error, status, status == STATUS_UNREACHABLE ? &first : &problem);
        s3_response_release(response);
        if (attempt == 0 || attempt + 2 == TRIES)
            bucket->observer->server_retry(bucket->observer->context, problem.text);
    }
}

enum status s3_bucket_get(struct s3_bucket *bucket, const char *name, struct s3_response *response,
                          struct error *error)
{
    const struct s3_request request = {.method = "GET",
                                       .name = name,
                                       .answer_max = bucket->length_max,
                                       .deadline = bucket->deadline};
    return s3_bucket_ask(bucket, &request, response, error);
}

enum status s3_bucket_compare(struct s3_bucket *bucket, const char *name, struct document_text text,
                              bool *is_same, struct error *error)
{
    struct s3_response response;
    enum status status = s3_bucket_get(bucket, name, &response, error);
    if (status == STATUS_OK)
        *is_same = response.body.length == text.length &&
                   (text.length == 0 || memcmp(response.body.bytes, text.bytes, text.length) == 0);
    s3_response_release(&response);
    return status;
}

static enum status object_put(struct s3_bucket *bucket, const char *name, struct document_text text,
                              struct deadline deadline, struct error *error)
{
    const struct s3_request request = {
        .method = "PUT",
        .name = name,
        .headers = {{"Content-Type", content_type}, {"If-None-Match", "*"}},
        .body = text.length > 0 ? text.bytes : "",
        .body_length = text.length,
        .deadline = deadline};
    struct s3_response response;
    enum status status = s3_bucket_ask(bucket, &request, &response, error);
    if (status == STATUS_NOT_FOUND)
        status = s3_client_refused(&bucket->client, &request, &response, error);
    s3_response_release(&response);
    return status;
}

enum status s3_bucket_create(struct s3_bucket *bucket, const char *name, struct document_text text,
                             struct error *error)
{
    for (unsigned attempt = 0;; attempt++) {
        bool is_same = false;
        enum status status = object_put(bucket, name, text, bucket->deadline, error);
        if (status != STATUS_STALE)
            return status;
        status = s3_bucket_compare(bucket, name, text, &is_same, error);
        if (status != STATUS_NOT_FOUND)
            return status == STATUS_OK && !is_same ? STATUS_CONFLICT : status;
        /* Somebody is about to make it, or has removed it. */
        if (!deadline_back_off(bucket->deadline, attempt))
            return error_set(error, STATUS_BUSY, "others are writing '%s%s'; try again",
                             bucket->place.prefix, name);
    }
}

enum status s3_bucket_mark(struct s3_bucket *bucket, const char *name, struct deadline deadline,
                           struct error *error)
{
    enum status status = object_put(bucket, name, (struct document_text){0}, deadline, error);
    return status == STATUS_STALE ? STATUS_OK : status;
}

enum status s3_bucket_remove(struct s3_bucket *bucket, const char *name, struct error *error)
{
    return s3_bucket_remove_within(bucket, name, bucket->deadline, error);
}

enum status s3_bucket_remove_within(struct s3_bucket *bucket, const char *name,
                                    struct deadline deadline, struct error *error)
{
    const struct s3_request request = {.method = "DELETE", .name = name, .deadline = deadline};
    struct s3_response response;
    enum status status = s3_bucket_ask(bucket, &request, &response, error);
    s3_response_release(&response);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Who reads XML does not know whose it is. */
static enum status server_named(const struct s3_bucket *bucket, enum status status,
                                const struct error *problem, struct error *error)
{
    return error_set(error, status, "%s: %s", bucket->place.server, problem->text);
}

static enum status removal_send(struct s3_bucket *bucket, const struct buffer *text,
                                struct deadline deadline, struct error *error)
{
    char md5[S3_MD5_SIZE];
    struct s3_response response;
    struct error problem = ERROR_INIT;
    enum status status = s3_deletion_md5(text, md5, error);
    if (status != STATUS_OK)
        return status;
    const struct s3_request request = {
        .method = "POST",
        .query = "delete=",
        .headers = {{"Content-MD5", md5}, {"Content-Type", "application/xml"}},
        .body = text->bytes,
        .body_length = text->length,
        .answer_max = S3_DELETION_ANSWER_MAX,
        .deadline = deadline};
    status = s3_bucket_ask(bucket, &request, &response, error);
    if (status == STATUS_OK) {
        status = s3_deletion_read(response.body.bytes, response.body.length, &problem);
        if (status != STATUS_OK)
            (void)server_named(bucket, status, &problem, error);
    }
    s3_response_release(&response);
    return status;
}

enum status s3_bucket_remove_all(struct s3_bucket *bucket, const char *const *names, size_t count,
                                 struct deadline deadline, struct error *error)
{
    struct buffer text;
    buffer_init(&text, S3_DELETION_TEXT_MAX);
    enum status status = s3_deletion_begin(&text, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = s3_deletion_add(&text, bucket->place.prefix, names[i], error);
    if (status == STATUS_OK)
        status = s3_deletion_end(&text, error);
    if (status == STATUS_OK)
        status = removal_send(bucket, &text, deadline, error);
    buffer_release(&text);
    return status;
}

static enum status page_read(struct s3_bucket *bucket, const char *prefix,
                             s3_listing_object *object, void *context,
                             struct s3_listing_place *place, struct error *error)
{
    char query[S3_QUERY_SIZE];
    struct s3_response response;
    struct error problem = ERROR_INIT;
    if (!s3_listing_query(prefix, place, query, sizeof query))
        return error_set(error, STATUS_UNAVAILABLE, "%s goes on with too long a token",
                         bucket->place.server);
    const struct s3_request request = {.method = "GET",
                                       .query = query,
                                       .answer_max = S3_LISTING_PAGE_MAX,
                                       .deadline = bucket->deadline};
    enum status status = s3_bucket_ask(bucket, &request, &response, error);
    if (status == STATUS_NOT_FOUND)
        status = s3_client_refused(&bucket->client, &request, &response, error);
    if (status == STATUS_OK) {
        status = s3_listing_read(response.body.bytes, response.body.length, prefix, object, context,
                                 place, &problem);
        if (status != STATUS_OK)
            (void)server_named(bucket, status, &problem, error);
    }
    s3_response_release(&response);
    return status;
}

enum status s3_bucket_list(struct s3_bucket *bucket, const char *directory,
                           s3_listing_object *object, void *context, struct error *error)
{
    char prefix[S3_PREFIX_MAX + S3_NAME_MAX + 1];
    struct s3_listing_place place = {.token = ""};
    enum status status = STATUS_OK;
    (void)snprintf(prefix, sizeof prefix, "%s%s", bucket->place.prefix, directory);
    for (int page = 0; page < PAGES_MAX; page++) {
        status = page_read(bucket, prefix, object, context, &place, error);
        if (status != STATUS_OK || place.token[0] == '\0')
            return status;
    }
    return error_set(error, STATUS_UNAVAILABLE, "%s tells of no end of the objects in '%s'",
                     bucket->place.server, prefix);
}

enum status s3_bucket_document(struct s3_response *response, int64_t revision,
                               struct document *document, struct error *error)
{
    struct document made;
    struct buffer *body = &response->body;
    document_init(&made);
    if (body->length == 0)
        return error_set(error, STATUS_INVALID, "it is empty");
    enum status status = document_text_outline(document_text_written(body), &made.outline, error);
    if (status != STATUS_OK)
        return status;
    made.revision = revision;
    made.length = body->length;
    made.text = body->bytes;
    buffer_init(body, body->maximum);
    *document = made;
    return STATUS_OK;
}
