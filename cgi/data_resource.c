#include "data_resource.h"

#include "answer.h"
#include "base_cookie.h"
#include "conditional.h"
#include "edit.h"
#include "json_patch.h"
#include "log.h"
#include "media_type.h"
#include "merge_patch.h"
#include "number.h"
#include "payload.h"
#include "query.h"
#include "save.h"
#include "storage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char saved[] = "{\"ok\":true,\"message\":\"" ANSWER_SAVED "\"}";
/* Who is not told this takes what was sent for what is stored now. */
static const char saved_merged[] = "{\"ok\":true,\"message\":\"" ANSWER_SAVED "\",\"merged\":true}";

/* Loading. */

/*
 * From now on the client holds this revision, besides what it saved last. Not so after a HEAD,
 * which hands over nothing, nor when a person looks at the address itself beside the page.
 */
static void loaded_note(const struct request *request, int64_t revision, struct response *response)
{
    struct save_base base = base_cookie_read(request);
    bool by_script =
        request->fetch_destination == NULL || strcmp(request->fetch_destination, "empty") == 0;
    base.known = true;
    base.held = revision;
    if (strcmp(request->method, "HEAD") != 0 && by_script)
        base_cookie_set(response, request, &base);
}

/*
 * What is known needs no look into the text, and so no guard against what might be in it: that
 * would cost a small request a tenth of its time.
 */
static enum status stored_load(const struct exchange *exchange, struct store *store,
                               struct document *document, struct error *error)
{
    bool known = false;
    enum status status = store_load_known(store, document, &known, error);
    if (status != STATUS_OK || known)
        return status;
    storage_restrain(exchange, store);
    return store_load(store, document, error);
}

static enum status document_load(const struct exchange *exchange, struct store *store,
                                 void *context, struct response *response, struct error *error)
{
    const struct request *request = exchange->request;
    struct document document;
    int64_t revision = 0;
    enum status status = STATUS_OK;
    (void)context;
    if (request->if_none_match != NULL)
        status = store_revision(store, &revision, error);
    if (status == STATUS_OK && answer_unmodified(request, response, revision)) {
        loaded_note(request, revision, response);
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = stored_load(exchange, store, &document, error);
    if (status != STATUS_OK)
        return status;
    answer_etag(response, document.revision);
    loaded_note(request, document.revision, response);
    response_body_document(response, &document);
    return STATUS_OK;
}

enum failure data_load(const struct exchange *exchange, struct response *response,
                       struct error *error)
{
    return failure_of_status(storage_run(exchange, document_load, NULL, response, error));
}

/* Saving. */

static enum status base_parameter_read(const char *query, struct save_base *base,
                                       struct error *error)
{
    char text[32];
    int64_t revision = 0;
    if (!query_get(query, "base", text, sizeof text))
        return STATUS_OK;
    if (!number_parse_revision(text, &revision))
        return error_set(error, STATUS_INVALID,
                         "base is '%s', but must be the revision that the save starts from, "
                         "milliseconds since 1970",
                         text);
    *base = (struct save_base){.known = true, .held = revision};
    return STATUS_OK;
}

static enum status replace_parameter_read(const char *query, bool *replaces, struct error *error)
{
    char text[8];
    if (!query_get(query, "replace", text, sizeof text))
        return STATUS_OK;
    if (strcmp(text, "1") != 0)
        return error_set(error, STATUS_INVALID, "replace is '%s', but can only be 1", text);
    *replaces = true;
    return STATUS_OK;
}

/* What the request says of the document that it starts from. */
static enum status save_describe(const struct request *request, struct save *save,
                                 struct error *error)
{
    *save = (struct save){.from_page = request->origin != NULL, .base = base_cookie_read(request)};
    enum status status = conditional_read(request, &save->conditions, error);
    if (status == STATUS_OK)
        status = base_parameter_read(request->query, &save->base, error);
    if (status == STATUS_OK)
        status = replace_parameter_read(request->query, &save->replaces, error);
    /* RFC 9110 14.5: what is meant for a part must not replace the whole. */
    if (status == STATUS_OK && request->content_range != NULL)
        status = error_set(error, STATUS_INVALID,
                           "Content-Range is not understood; send the whole document, or a PATCH");
    return status;
}

enum { SHOWN_SIZE = 256 };

/* A value as a line of the log shows it: its beginning, if it is long. */
static const char *shown(json_t *value, char text[SHOWN_SIZE])
{
    enum { WRITTEN_MAX = 64 * 1024 };
    struct buffer written;
    if (value == NULL)
        return "-";
    buffer_init(&written, WRITTEN_MAX);
    bool whole = json_text_write(value, JSON_TEXT_LINE, &written, NULL) == STATUS_OK;
    size_t length = written.length;
    if (length > SHOWN_SIZE - sizeof "…") {
        whole = false;
        length = SHOWN_SIZE - sizeof "…";
        /* Not within a character. */
        while (length > 0 && ((unsigned char)written.bytes[length] & 0xC0) == 0x80)
            length--;
    }
    (void)snprintf(text, SHOWN_SIZE, "%.*s%s", (int)length, length > 0 ? written.bytes : "",
                   whole ? "" : "…");
    buffer_release(&written);
    return text;
}

static void conflicts_log(const struct request *request, const json_t *conflicts)
{
    enum { LOGGED_MAX = 20 };
    char base[SHOWN_SIZE];
    char current[SHOWN_SIZE];
    char incoming[SHOWN_SIZE];
    size_t count = json_array_size(conflicts);
    for (size_t i = 0; i < count && i < LOGGED_MAX; i++) {
        const json_t *conflict = json_array_get(conflicts, i);
        log_request(LOG_WARN, request, "合并冲突: %s base %s current %s incoming %s",
                    json_string_value(json_object_get(conflict, "path")),
                    shown(json_object_get(conflict, "base"), base),
                    shown(json_object_get(conflict, "current"), current),
                    shown(json_object_get(conflict, "incoming"), incoming));
    }
    if (count > LOGGED_MAX)
        log_request(LOG_WARN, request, "合并冲突: %zu more", count - LOGGED_MAX);
}

static void outcome_log(const struct request *request, const struct save *save)
{
    switch (save->outcome) {
    case SAVE_REPLACED: break;
    case SAVE_MERGED:
        log_request(LOG_INFO, request,
                    "数据合并: base %" PRId64 " submitted %" PRId64 " conflicts %zu",
                    save->base.held, save->now_held, json_array_size(save->conflicts));
        break;
    case SAVE_BASE_LOST:
        log_request(LOG_WARN, request, "未能合并，整体替换: base %" PRId64 " is not kept any more",
                    save->base.held);
        break;
    case SAVE_UNMERGEABLE:
        log_request(LOG_WARN, request, "未能合并，整体替换: a member's name has a NUL in it");
        break;
    }
    conflicts_log(request, save->conflicts);
}

/* The save is done, so its answer does not fail: without memory it says less. */
static void save_answer(const struct exchange *exchange, const struct save *save,
                        struct response *response)
{
    const struct save_base base = {.known = true,
                                   .held = save->now_held,
                                   .has_saved = true,
                                   .saved = save->now_held,
                                   .has_kept = true,
                                   .kept = save_kept_hash(save->submitted)};
    answer_etag(response, save->commit.revision);
    base_cookie_set(response, exchange->request, &base);
    if (save->outcome == SAVE_MERGED) {
        json_t *body = json_pack("{s:b, s:s, s:I, s:b, s:O}", "ok", true, "message", ANSWER_SAVED,
                                 "revision", (json_int_t)save->commit.revision, "merged", true,
                                 "conflicts", save->conflicts);
        if (answer_json(response, body, NULL) == STATUS_OK)
            return;
    }
    response_body(response, save->outcome == SAVE_MERGED ? saved_merged : saved);
}

static enum status document_save(const struct exchange *exchange, struct store *store,
                                 void *context, struct response *response, struct error *error)
{
    struct save *save = context;
    enum status status = save_document(save, store, error);
    if (status != STATUS_OK)
        return status;
    outcome_log(exchange->request, save);
    storage_log_saved(exchange, store, &save->commit);
    save_answer(exchange, save, response);
    return STATUS_OK;
}

enum failure data_save(const struct exchange *exchange, struct response *response,
                       struct error *error)
{
    struct document submitted;
    struct save save;
    enum failure failure = payload_json_check(exchange->request, error);
    if (failure != FAILURE_NONE)
        return failure;
    document_init(&submitted);
    enum status status = save_describe(exchange->request, &save, error);
    if (status == STATUS_OK)
        status = payload_document_read(exchange, &submitted, error);
    save.submitted = &submitted;
    if (status == STATUS_OK)
        status = storage_run(exchange, document_save, &save, response, error);
    save_release(&save);
    document_release(&submitted);
    return failure_of_status(status);
}

/*
 * A page whose save was refused as another plan's has saved nothing: what it is made of, PMOs for
 * example, is not to be taken for what it left of the stored plan.
 */
void data_refused_unrelated(const struct request *request, struct response *response)
{
    struct save_base base = base_cookie_read(request);
    base.has_saved = true;
    base.saved = 0;
    base.has_kept = false;
    base_cookie_set(response, request, &base);
}

/* Patching. */

static enum status merge_patch_edit(void *context, json_t **tree, struct error *error)
{
    return merge_patch_apply(tree, context, error);
}

static enum status json_patch_edit(void *context, json_t **tree, struct error *error)
{
    return json_patch_apply(tree, context, error);
}

static edit_function *patch_function(const char *content_type)
{
    if (content_type == NULL)
        return NULL;
    if (media_type_is(content_type, "application/merge-patch+json"))
        return merge_patch_edit;
    return media_type_is(content_type, "application/json-patch+json") ? json_patch_edit : NULL;
}

static enum status document_patch(const struct exchange *exchange, struct store *store,
                                  void *context, struct response *response, struct error *error)
{
    struct store_commit commit;
    enum status status = edit_document(context, store, &commit, error);
    if (status != STATUS_OK)
        return status;
    storage_log_saved(exchange, store, &commit);
    answer_done(response, ANSWER_SAVED, commit.revision);
    return STATUS_OK;
}

enum failure data_patch(const struct exchange *exchange, struct response *response,
                        struct error *error)
{
    const struct request *request = exchange->request;
    struct edit edit = {.apply = patch_function(request->content_type),
                        .length_max = payload_document_max(exchange->config)};
    json_t *patch = NULL;
    if (edit.apply == NULL)
        return payload_type_refuse(request, exchange->match->accept_patch, error);
    enum status status = conditional_read(request, &edit.conditions, error);
    if (status == STATUS_OK)
        status = payload_tree_read(exchange, &patch, error);
    edit.context = patch;
    if (status == STATUS_OK)
        status = storage_run(exchange, document_patch, &edit, response, error);
    json_decref(patch);
    return failure_of_status(status);
}
