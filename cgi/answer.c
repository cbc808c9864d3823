#include "answer.h"

#include "etag.h"
#include "json_text.h"

void answer_etag(struct response *response, int64_t revision)
{
    char etag[ETAG_SIZE];
    etag_write(revision, etag);
    response_header(response, "ETag", etag);
}

static enum status no_memory(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "out of memory for an answer");
}

enum status answer_json(struct response *response, json_t *body, struct error *error)
{
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    if (text == NULL)
        return no_memory(error);
    response_body_own(response, text);
    return STATUS_OK;
}

enum status answer_done(struct response *response, const char *message, int64_t revision,
                        struct error *error)
{
    json_t *body = json_pack("{s:b, s:s, s:I}", "ok", true, "message", message, "revision",
                             (json_int_t)revision);
    enum status status = answer_json(response, body, error);
    if (status == STATUS_OK)
        answer_etag(response, revision);
    return status;
}

enum status answer_tree(struct response *response, json_t *tree, struct error *error)
{
    struct buffer text;
    buffer_init(&text, SIZE_MAX / 2);
    enum status status = json_text_write(tree, &text, error);
    if (status == STATUS_OK)
        status = buffer_append(&text, "", 1, error);
    if (status != STATUS_OK) {
        buffer_release(&text);
        return status;
    }
    response_body_own(response, text.bytes);
    return STATUS_OK;
}
