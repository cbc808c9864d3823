#include "data_resource.h"

#include "log.h"
#include "media_type.h"
#include "storage.h"

#include <inttypes.h>

static const char saved[] = "{\"ok\":true,\"message\":\"数据保存成功\"}";

enum failure data_load(const struct exchange *exchange, struct response *response,
                       struct error *error)
{
    struct storage storage;
    struct document document;
    enum status status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = store_load(storage.store, &document, error);
    if (status == STATUS_OK)
        response_body_document(response, &document);
    storage_close(&storage);
    return failure_of_status(status);
}

/*
 * A form on a foreign page can post text/plain and the like without asking the browser for leave,
 * and a script there can post with no type at all; neither can post JSON as JSON (Fetch 2.2.2).
 */
static enum failure media_type_check(const struct request *request, struct error *error)
{
    const char *type = request->content_type;
    if (type == NULL && request->origin == NULL)
        return FAILURE_NONE;
    if (type != NULL && media_type_is(type, "application/json"))
        return FAILURE_NONE;
    (void)error_set(error, STATUS_INVALID, "Content-Type is '%.128s'; send application/json",
                    type != NULL ? type : "");
    return FAILURE_UNSUPPORTED_MEDIA_TYPE;
}

static enum status body_canonicalize(const struct exchange *exchange, struct buffer *canonical,
                                     struct error *error)
{
    uint64_t maximum = exchange->config->max_body;
    struct error problem = ERROR_INIT;
    struct buffer body;
    buffer_init(canonical, 0);
    enum status status = body_read(exchange->body, maximum, &body, error);
    if (status == STATUS_OK) {
        buffer_init(canonical, body.length * DOCUMENT_GROWTH_MAX + DOCUMENT_GROWTH_FREE);
        status = document_canonicalize(body.bytes, body.length, canonical, &problem);
        (void)error_set(status == STATUS_OK ? NULL : error, status, "the %s: %s",
                        status == STATUS_TOO_LARGE ? "re-indented document is too large" : "body",
                        problem.text);
    }
    buffer_release(&body);
    return status;
}

/* The plain save: what was sent replaces what was there. */
static enum status transform_replace(void *context, const struct document *current,
                                     struct store_text *next, struct error *error)
{
    const struct buffer *canonical = context;
    (void)current;
    (void)error;
    *next = (struct store_text){.bytes = canonical->bytes, .length = canonical->length};
    return STATUS_OK;
}

static enum status document_save(const struct exchange *exchange, struct buffer *canonical,
                                 struct error *error)
{
    struct storage storage;
    struct store_commit commit;
    enum status status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = store_update(storage.store, transform_replace, canonical, &commit, error);
    if (status == STATUS_OK)
        log_write(LOG_INFO, "%s 数据保存成功: %s %zu bytes revision %" PRId64,
                  exchange->request->label, store_location(storage.store), commit.length,
                  commit.revision);
    storage_close(&storage);
    return status;
}

enum failure data_save(const struct exchange *exchange, struct response *response,
                       struct error *error)
{
    struct buffer canonical;
    enum failure failure = media_type_check(exchange->request, error);
    if (failure != FAILURE_NONE)
        return failure;
    enum status status = body_canonicalize(exchange, &canonical, error);
    if (status == STATUS_OK)
        status = document_save(exchange, &canonical, error);
    if (status == STATUS_OK)
        response_body(response, saved);
    buffer_release(&canonical);
    return failure_of_status(status);
}
