#include "item_resource.h"

#include "answer.h"
#include "clock.h"
#include "collection.h"
#include "conditional.h"
#include "document_tree.h"
#include "edit.h"
#include "log.h"
#include "media_type.h"
#include "payload.h"
#include "storage.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Loading. */

typedef enum status tree_reader(const struct exchange *exchange, const json_t *document,
                                json_t **found, struct error *error);

static enum status collection_read(const struct exchange *exchange, const json_t *document,
                                   json_t **found, struct error *error)
{
    return collection_list(document, exchange->match->names[0], found, error);
}

static enum status item_read(const struct exchange *exchange, const json_t *document,
                             json_t **found, struct error *error)
{
    json_t *item = NULL;
    enum status status = collection_get(document, exchange->match->names[0],
                                        exchange->match->names[1], &item, error);
    if (status == STATUS_OK)
        *found = json_incref(item);
    return status;
}

/* Answer with what `read` finds in the document, unless the client has that revision. */
static enum status part_answer(const struct exchange *exchange, tree_reader *read,
                               struct response *response, struct document *document,
                               struct error *error)
{
    json_t *tree = NULL;
    json_t *found = NULL;
    enum status status = document_tree_load(document, &tree, NULL, error);
    if (status == STATUS_OK)
        status = read(exchange, tree, &found, error);
    if (status == STATUS_OK) {
        answer_etag(response, document->revision);
        if (conditional_unmodified(exchange->request, document->revision))
            response->status = 304;
        else
            status = answer_tree(response, found, error);
    }
    json_decref(found);
    json_decref(tree);
    return status;
}

static enum failure part_load(const struct exchange *exchange, tree_reader *read,
                              struct response *response, struct error *error)
{
    struct storage storage;
    struct document document;
    document_init(&document);
    enum status status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = store_load(storage.store, &document, error);
    if (status == STATUS_OK)
        status = part_answer(exchange, read, response, &document, error);
    document_release(&document);
    storage_close(&storage);
    return failure_of_status(status);
}

enum failure collection_load(const struct exchange *exchange, struct response *response,
                             struct error *error)
{
    return part_load(exchange, collection_read, response, error);
}

enum failure item_load(const struct exchange *exchange, struct response *response,
                       struct error *error)
{
    return part_load(exchange, item_read, response, error);
}

/* Changing. */

struct item_change {
    edit_function *apply;
    const struct route_match *match;
    json_t *payload; /* null where there is none */
    json_t *item;    /* as it is afterwards; null where there is none */
};

static void change_note(struct item_change *change, json_t *item)
{
    json_decref(change->item);
    change->item = json_incref(item);
}

/* Append "/" and the name, percent-encoded (RFC 3986 2.1). False if there is no room for it. */
static bool component_append(char *address, size_t size, const char *name)
{
    size_t used = strlen(address);
    if (used + 1 < size)
        used += (size_t)snprintf(address + used, size - used, "/");
    for (; *name != '\0' && used + 3 < size; name++) {
        bool plain = isalnum((unsigned char)*name) || strchr("-._~", *name) != NULL;
        used += (size_t)snprintf(address + used, size - used, plain ? "%c" : "%%%02X",
                                 (unsigned char)*name);
    }
    return *name == '\0';
}

/* The address of an item; empty if there is none that leads to it. */
static void item_address(const char *collection, const json_t *item, char *address, size_t size)
{
    char digits[COLLECTION_DIGITS_SIZE];
    const char *id = collection_item_id(item, digits);
    (void)snprintf(address, size, "%s", REQUEST_MOUNT "/data");
    if (!component_append(address, size, collection) || !component_append(address, size, id))
        address[0] = '\0';
}

/* An item that is added has to be reachable: its id is a part of an address. */
static enum status id_check(const char *collection, const json_t *item, struct error *error)
{
    char digits[COLLECTION_DIGITS_SIZE];
    char address[REQUEST_PATH_SIZE];
    const char *id = collection_item_id(item, digits);
    item_address(collection, item, address, sizeof address);
    if (address[0] != '\0' && strchr(id, '/') == NULL && strcmp(id, ".") != 0 &&
        strcmp(id, "..") != 0)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "the id '%.64s' cannot be part of an address; use a shorter one without '/'",
                     id);
}

static enum status item_add_edit(void *context, json_t **tree, struct error *error)
{
    struct item_change *change = context;
    const char *collection = change->match->names[0];
    json_t *added = NULL;
    enum status status =
        collection_add(*tree, collection, change->payload, clock_realtime_ms(), &added, error);
    if (status == STATUS_OK)
        status = id_check(collection, added, error);
    if (status == STATUS_OK)
        change_note(change, added);
    return status;
}

/* Let the change's item be the one that the address names. */
static enum status item_note(struct item_change *change, const json_t *tree, struct error *error)
{
    json_t *item = NULL;
    enum status status =
        collection_get(tree, change->match->names[0], change->match->names[1], &item, error);
    if (status == STATUS_OK)
        change_note(change, item);
    return status;
}

static enum status item_replace_edit(void *context, json_t **tree, struct error *error)
{
    struct item_change *change = context;
    enum status status = collection_replace(*tree, change->match->names[0], change->match->names[1],
                                            change->payload, error);
    return status == STATUS_OK ? item_note(change, *tree, error) : status;
}

static enum status item_patch_edit(void *context, json_t **tree, struct error *error)
{
    struct item_change *change = context;
    enum status status = collection_patch(*tree, change->match->names[0], change->match->names[1],
                                          change->payload, error);
    return status == STATUS_OK ? item_note(change, *tree, error) : status;
}

static enum status item_remove_edit(void *context, json_t **tree, struct error *error)
{
    const struct item_change *change = context;
    return collection_remove(*tree, change->match->names[0], change->match->names[1], error);
}

static enum status change_store(const struct exchange *exchange, struct item_change *change,
                                struct store_commit *commit, struct error *error)
{
    struct storage storage;
    struct edit edit = {.apply = change->apply,
                        .context = change,
                        .length_max = payload_document_max(exchange->config)};
    enum status status = conditional_read(exchange->request, &edit.conditions, error);
    if (status != STATUS_OK)
        return status;
    status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = edit_document(&edit, storage.store, commit, error);
    if (status == STATUS_OK)
        log_write(LOG_INFO, "%s 数据保存成功: %s %zu bytes revision %" PRId64,
                  exchange->request->label, store_location(storage.store), commit->length,
                  commit->revision);
    storage_close(&storage);
    return status;
}

static void location_set(const struct exchange *exchange, const json_t *item,
                         struct response *response)
{
    char address[REQUEST_PATH_SIZE];
    item_address(exchange->match->names[0], item, address, sizeof address);
    response_header(response, "Location", address);
}

/* Read the body, make the change, and answer with the item. */
static enum status change_answer(const struct exchange *exchange, edit_function *apply,
                                 int http_status, struct response *response, struct error *error)
{
    struct item_change change = {.apply = apply, .match = exchange->match};
    struct store_commit commit;
    enum status status = payload_tree_read(exchange, &change.payload, error);
    if (status == STATUS_OK)
        status = change_store(exchange, &change, &commit, error);
    if (status == STATUS_OK) {
        response->status = http_status;
        answer_etag(response, commit.revision);
        if (http_status == 201)
            location_set(exchange, change.item, response);
        status = answer_tree(response, change.item, error);
    }
    json_decref(change.item);
    json_decref(change.payload);
    return status;
}

enum failure item_add(const struct exchange *exchange, struct response *response,
                      struct error *error)
{
    enum failure failure = payload_json_check(exchange->request, error);
    if (failure != FAILURE_NONE)
        return failure;
    return failure_of_status(change_answer(exchange, item_add_edit, 201, response, error));
}

enum failure item_replace(const struct exchange *exchange, struct response *response,
                          struct error *error)
{
    enum failure failure = payload_json_check(exchange->request, error);
    if (failure != FAILURE_NONE)
        return failure;
    return failure_of_status(change_answer(exchange, item_replace_edit, 200, response, error));
}

enum failure item_patch(const struct exchange *exchange, struct response *response,
                        struct error *error)
{
    const char *type = exchange->request->content_type;
    if (type == NULL || !media_type_is(type, exchange->match->accept_patch)) {
        (void)error_set(error, STATUS_INVALID, "Content-Type is '%.128s'; send %s",
                        type != NULL ? type : "", exchange->match->accept_patch);
        return FAILURE_UNSUPPORTED_MEDIA_TYPE;
    }
    return failure_of_status(change_answer(exchange, item_patch_edit, 200, response, error));
}

enum failure item_remove(const struct exchange *exchange, struct response *response,
                         struct error *error)
{
    struct item_change change = {.apply = item_remove_edit, .match = exchange->match};
    struct store_commit commit;
    enum status status = change_store(exchange, &change, &commit, error);
    if (status == STATUS_OK)
        status = answer_done(response, "已删除", commit.revision, error);
    return failure_of_status(status);
}
