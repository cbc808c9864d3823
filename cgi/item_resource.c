#include "item_resource.h"

#include "answer.h"
#include "clock.h"
#include "collection.h"
#include "conditional.h"
#include "document_tree.h"
#include "edit.h"
#include "media_type.h"
#include "payload.h"
#include "printable.h"
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

/* A tree_reader, in what storage_run hands on. */
struct part {
    tree_reader *read;
};

static enum status part_answer(const struct exchange *exchange, const struct part *part,
                               struct response *response, struct document *document,
                               struct error *error)
{
    json_t *tree = NULL;
    json_t *found = NULL;
    enum status status = document_tree_load(document, &tree, NULL, error);
    if (status == STATUS_OK)
        status = part->read(exchange, tree, &found, error);
    /* RFC 9110 13.2.1: what is not there is not unmodified either. */
    if (status == STATUS_OK &&
        !answer_unmodified(exchange->request, response, document->revision)) {
        status = answer_tree(response, found, JSON_TEXT_INDENTED, error);
        answer_etag(response, document->revision);
    }
    json_decref(found);
    json_decref(tree);
    return status;
}

static enum status part_find(const struct exchange *exchange, struct store *store, void *context,
                             struct response *response, struct error *error)
{
    const struct part *part = context;
    struct document document;
    enum status status = store_load(store, &document, error);
    if (status != STATUS_OK)
        return status;
    status = part_answer(exchange, part, response, &document, error);
    document_release(&document);
    return status;
}

static enum failure part_load(const struct exchange *exchange, tree_reader *read,
                              struct response *response, struct error *error)
{
    struct part part = {.read = read};
    return failure_of_status(storage_run(exchange, part_find, &part, response, error));
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
    struct conditions conditions;
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
        strcmp(id, "..") != 0 && !printable_has_control(id))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "the id '%.64s' cannot be part of an address; use a shorter one without '/' "
                     "and control characters",
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

static void location_set(const struct exchange *exchange, const json_t *item,
                         struct response *response)
{
    char address[REQUEST_PATH_SIZE];
    item_address(exchange->match->names[0], item, address, sizeof address);
    response_header(response, "Location", address);
}

/* The change is done, so its answer does not fail: without memory it does not show the item. */
static void change_answer(const struct exchange *exchange, const struct item_change *change,
                          int64_t revision, struct response *response)
{
    bool created = change->apply == item_add_edit;
    response->status = created ? 201 : 200;
    if (created)
        location_set(exchange, change->item, response);
    if (change->item != NULL &&
        answer_tree(response, change->item, JSON_TEXT_INDENTED, NULL) == STATUS_OK)
        answer_etag(response, revision);
    else
        answer_done(response, change->item != NULL ? ANSWER_SAVED : "已删除", revision);
}

static enum status change_store(const struct exchange *exchange, struct store *store, void *context,
                                struct response *response, struct error *error)
{
    struct item_change *change = context;
    struct store_commit commit;
    struct edit edit = {.apply = change->apply,
                        .context = change,
                        .conditions = change->conditions,
                        .length_max = payload_document_max(exchange->config)};
    enum status status = edit_document(&edit, store, &commit, error);
    if (status != STATUS_OK)
        return status;
    storage_log_saved(exchange, store, &commit);
    change_answer(exchange, change, commit.revision, response);
    return STATUS_OK;
}

/* Make the change, with the body for its payload unless it removes, and answer. */
static enum failure change_run(const struct exchange *exchange, edit_function *apply,
                               struct response *response, struct error *error)
{
    struct item_change change = {.apply = apply, .match = exchange->match};
    enum status status = conditional_read(exchange->request, &change.conditions, error);
    if (status == STATUS_OK && apply != item_remove_edit)
        status = payload_tree_read(exchange, &change.payload, error);
    if (status == STATUS_OK)
        status = storage_run(exchange, change_store, &change, response, error);
    json_decref(change.item);
    json_decref(change.payload);
    return failure_of_status(status);
}

enum failure item_add(const struct exchange *exchange, struct response *response,
                      struct error *error)
{
    enum failure failure = payload_json_check(exchange->request, error);
    return failure == FAILURE_NONE ? change_run(exchange, item_add_edit, response, error) : failure;
}

enum failure item_replace(const struct exchange *exchange, struct response *response,
                          struct error *error)
{
    enum failure failure = payload_json_check(exchange->request, error);
    return failure == FAILURE_NONE ? change_run(exchange, item_replace_edit, response, error)
                                   : failure;
}

enum failure item_patch(const struct exchange *exchange, struct response *response,
                        struct error *error)
{
    const char *type = exchange->request->content_type;
    const char *wanted = exchange->match->accept_patch;
    if (type == NULL || !media_type_is(type, wanted))
        return payload_type_refuse(exchange->request, wanted, error);
    return change_run(exchange, item_patch_edit, response, error);
}

enum failure item_remove(const struct exchange *exchange, struct response *response,
                         struct error *error)
{
    return change_run(exchange, item_remove_edit, response, error);
}
