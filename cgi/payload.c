#include "payload.h"

#include "json_text.h"
#include "media_type.h"

enum failure payload_type_refuse(const struct request *request, const char *wanted,
                                 struct error *error)
{
    (void)error_set(error, STATUS_INVALID, "Content-Type is '%.128s'; send %s",
                    request->content_type != NULL ? request->content_type : "", wanted);
    return FAILURE_UNSUPPORTED_MEDIA_TYPE;
}

enum failure payload_json_check(const struct request *request, struct error *error)
{
    const char *type = request->content_type;
    if (type == NULL && request->origin == NULL)
        return FAILURE_NONE;
    if (type != NULL && media_type_is(type, "application/json"))
        return FAILURE_NONE;
    return payload_type_refuse(request, "application/json", error);
}

enum failure payload_none_check(const struct request *request, struct error *error)
{
    return request->origin == NULL ? FAILURE_NONE : payload_json_check(request, error);
}

static enum status body_canonicalize(const struct buffer *body, struct document *document,
                                     struct error *error)
{
    struct buffer canonical;
    struct error problem = ERROR_INIT;
    document_init(document);
    buffer_init(&canonical, document_length_max(body->length));
    enum status status =
        document_canonicalize(body->bytes, body->length, &canonical, &document->outline, &problem);
    if (status != STATUS_OK) {
        buffer_release(&canonical);
        return error_set(error, status, "the %s: %s",
                         status == STATUS_TOO_LARGE ? "re-indented document is too large" : "body",
                         problem.text);
    }
    document->text = canonical.bytes;
    document->length = canonical.length;
    return STATUS_OK;
}

enum status payload_document_read(const struct exchange *exchange, struct document *document,
                                  struct error *error)
{
    struct buffer body;
    enum status status = body_read(exchange->body, exchange->config->max_body, &body, error);
    if (status == STATUS_OK)
        status = body_canonicalize(&body, document, error);
    buffer_release(&body);
    return status;
}

enum status payload_tree_read(const struct exchange *exchange, json_t **tree, struct error *error)
{
    struct buffer body;
    struct error problem = ERROR_INIT;
    enum status status = body_read(exchange->body, exchange->config->max_body, &body, error);
    if (status == STATUS_OK) {
        status = json_text_load(body.bytes != NULL ? body.bytes : "", body.length, tree, &problem);
        if (status != STATUS_OK)
            (void)error_set(error, status, "the body: %s", problem.text);
    }
    buffer_release(&body);
    return status;
}

size_t payload_document_max(const struct config *config)
{
    return document_length_max((size_t)config->max_body);
}
