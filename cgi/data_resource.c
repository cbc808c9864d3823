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
#include <stdlib.h>
#include <string.h>

static const char saved[] = "{\"ok\":true,\"message\":\"" ANSWER_SAVED "\"}";

/* Loading. */

/*
 * From now on the client holds this revision, besides what it saved last. Who asks for the headers
 * alone still holds what it held: as its base, a revision that it never saw would take away what
 * others added.
 */
static void loaded_note(const struct request *request, int64_t revision, struct response *response)
{
    struct save_base base = base_cookie_read(request->cookies);
    base.known = true;
    base.held = revision;
    answer_etag(response, revision);
    if (strcmp(request->method, "HEAD") != 0)
        base_cookie_set(response, &base);
}

/* Whether the client has it already; if so the answer is complete. */
static enum status unmodified_answer(struct store *store, const struct request *request,
                                     struct response *response, bool *unmodified,
                                     struct error *error)
{
    int64_t revision = 0;
    *unmodified = false;
    if (request->if_none_match == NULL)
        return STATUS_OK;
    enum status status = store_revision(store, &revision, error);
    if (status == STATUS_OK && conditional_unmodified(request, revision)) {
        response->status = 304;
        loaded_note(request, revision, response);
        *unmodified = true;
    }
    return status;
}

enum failure data_load(const struct exchange *exchange, struct response *response,
                       struct error *error)
{
    struct storage storage;
    struct document document;
    bool unmodified = false;
    enum status status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = unmodified_answer(storage.store, exchange->request, response, &unmodified, error);
    if (status == STATUS_OK && !unmodified) {
        status = store_load(storage.store, &document, error);
        if (status == STATUS_OK) {
            loaded_note(exchange->request, document.revision, response);
            response_body_document(response, &document);
        }
    }
    storage_close(&storage);
    return failure_of_status(status);
}

/* Saving. */

static enum status base_parameter_read(const char *query, struct save_base *base,
                                       struct error *error)
{
    char text[32];
    uint64_t revision = 0;
    if (!query_get(query, "base", text, sizeof text))
        return STATUS_OK;
    if (number_parse(text, INT64_MAX, &revision) != NUMBER_OK)
        return error_set(error, STATUS_INVALID,
                         "base is '%s', but must be the revision that the save starts from, "
                         "milliseconds since 1970",
                         text);
    *base = (struct save_base){.known = true, .held = (int64_t)revision};
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
    *save = (struct save){.from_page = request->origin != NULL,
                          .base = base_cookie_read(request->cookies)};
    enum status status = conditional_read(request, &save->conditions, error);
    if (status == STATUS_OK)
        status = base_parameter_read(request->query, &save->base, error);
    if (status == STATUS_OK)
        status = replace_parameter_read(request->query, &save->replaces, error);
    return status;
}

/* A value as a line of the log shows it. */
static const char *shown(const json_t *value, char *text, size_t size)
{
    size_t length = json_dumpb(value, text, size - 1, JSON_COMPACT | JSON_ENCODE_ANY);
    if (value == NULL || length == 0)
        return "-";
    text[length < size ? length : size - 1] = '\0';
    return text;
}

static void conflicts_log(const struct request *request, const json_t *conflicts)
{
    enum { SHOWN_SIZE = 256, LOGGED_MAX = 20 };
    char base[SHOWN_SIZE];
    char current[SHOWN_SIZE];
    char incoming[SHOWN_SIZE];
    size_t count = json_array_size(conflicts);
    for (size_t i = 0; i < count && i < LOGGED_MAX; i++) {
        const json_t *conflict = json_array_get(conflicts, i);
        log_write(LOG_WARN, "%s 合并冲突: %s base %s current %s incoming %s", request->label,
                  json_string_value(json_object_get(conflict, "path")),
                  shown(json_object_get(conflict, "base"), base, sizeof base),
                  shown(json_object_get(conflict, "current"), current, sizeof current),
                  shown(json_object_get(conflict, "incoming"), incoming, sizeof incoming));
    }
    if (count > LOGGED_MAX)
        log_write(LOG_WARN, "%s 合并冲突: %zu more", request->label, count - LOGGED_MAX);
}

static void save_log(const struct request *request, const struct store *store,
                     const struct save *save)
{
    if (save->outcome == SAVE_BASE_LOST)
        log_write(LOG_WARN, "%s 未能合并，整体替换: base %" PRId64 " is not kept any more",
                  request->label, save->base.held);
    if (save->outcome == SAVE_MERGED)
        log_write(LOG_INFO, "%s 数据合并: base %" PRId64 " submitted %" PRId64 " conflicts %zu",
                  request->label, save->base.held, save->now_held,
                  json_array_size(save->conflicts));
    conflicts_log(request, save->conflicts);
    log_write(LOG_INFO, "%s 数据保存成功: %s %zu bytes revision %" PRId64 "%s", request->label,
              store_location(store), save->length, save->revision,
              save->changed ? "" : " (unchanged)");
}

static enum status save_answer(const struct save *save, struct response *response,
                               struct error *error)
{
    const struct save_base base = {
        .known = true, .held = save->now_held, .has_saved = true, .saved = save->now_held};
    enum status status = STATUS_OK;
    answer_etag(response, save->revision);
    base_cookie_set(response, &base);
    if (save->outcome != SAVE_MERGED)
        response_body(response, saved);
    else
        status = answer_json(response,
                             json_pack("{s:b, s:s, s:I, s:b, s:I, s:O}", "ok", true, "message",
                                       ANSWER_SAVED, "revision", (json_int_t)save->revision,
                                       "merged", true, "submitted", (json_int_t)save->now_held,
                                       "conflicts", save->conflicts),
                             error);
    return status;
}

static enum status document_save(const struct exchange *exchange, struct save *save,
                                 struct response *response, struct error *error)
{
    struct storage storage;
    enum status status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = save_document(save, storage.store, error);
    if (status == STATUS_OK) {
        save_log(exchange->request, storage.store, save);
        status = save_answer(save, response, error);
    }
    storage_close(&storage);
    return status;
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
        status = document_save(exchange, &save, response, error);
    save_release(&save);
    document_release(&submitted);
    return failure_of_status(status);
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

static enum status document_patch(const struct exchange *exchange, struct edit *edit,
                                  struct response *response, struct error *error)
{
    struct storage storage;
    struct store_commit commit;
    enum status status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = edit_document(edit, storage.store, &commit, error);
    if (status == STATUS_OK) {
        log_write(LOG_INFO, "%s 数据保存成功: %s %zu bytes revision %" PRId64,
                  exchange->request->label, store_location(storage.store), commit.length,
                  commit.revision);
        status = answer_done(response, ANSWER_SAVED, commit.revision, error);
    }
    storage_close(&storage);
    return status;
}

enum failure data_patch(const struct exchange *exchange, struct response *response,
                        struct error *error)
{
    const struct request *request = exchange->request;
    struct edit edit = {.apply = patch_function(request->content_type),
                        .length_max = payload_document_max(exchange->config)};
    json_t *patch = NULL;
    if (edit.apply == NULL) {
        (void)error_set(error, STATUS_INVALID, "Content-Type is '%.128s'; send %s",
                        request->content_type != NULL ? request->content_type : "",
                        exchange->match->accept_patch);
        return FAILURE_UNSUPPORTED_MEDIA_TYPE;
    }
    enum status status = conditional_read(request, &edit.conditions, error);
    if (status == STATUS_OK)
        status = payload_tree_read(exchange, &patch, error);
    edit.context = patch;
    if (status == STATUS_OK)
        status = document_patch(exchange, &edit, response, error);
    json_decref(patch);
    return failure_of_status(status);
}
