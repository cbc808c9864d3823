#include "answer.h"

#include "conditional.h"
#include "etag.h"

void answer_etag(struct response *response, int64_t revision)
{
    char etag[ETAG_SIZE];
    etag_write(revision, etag);
    response_header(response, "ETag", etag);
}

bool answer_unmodified(const struct request *request, struct response *response, int64_t revision)
{
    if (!conditional_unmodified(request, revision))
        return false;
    response->status = 304;
    answer_etag(response, revision);
    return true;
}

enum status answer_tree(struct response *response, json_t *tree, enum json_text_layout layout,
                        struct error *error)
{
    struct buffer text;
    buffer_init(&text, SIZE_MAX / 2);
    enum status status = json_text_write(tree, layout, &text, error);
    if (status == STATUS_OK)
        status = buffer_append(&text, "", 1, error);
    if (status != STATUS_OK) {
        buffer_release(&text);
        return status;
    }
    response_body_own(response, text.bytes);
    return STATUS_OK;
}

enum status answer_json(struct response *response, json_t *body, struct error *error)
{
    if (body == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for an answer");
    enum status status = answer_tree(response, body, JSON_TEXT_LINE, error);
    json_decref(body);
    return status;
}

void answer_done(struct response *response, const char *message, int64_t revision)
{
    json_t *body = json_pack("{s:b, s:s, s:I}", "ok", true, "message", message, "revision",
                             (json_int_t)revision);
    answer_etag(response, revision);
    if (answer_json(response, body, NULL) != STATUS_OK)
        response_body(response, "{\"ok\":true}");
}
