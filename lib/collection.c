#include "collection.h"

#include "merge_patch.h"
#include "number.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names and ids are shown to people; longer ones are cut. */
#define SHOWN "%.200s"

static enum status memory_exhausted(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "out of memory for an item");
}

/* Collections. */

static const struct known {
    const char *name;
    const char *kind; /* what the ids of its items start with, as the pages make them */
} known_collections[] = {
    {"projects", "project"},
    {"tasks", "task"},
    {"taskTypes", "taskType"},
    {"pmos", "pmo"},
    {"productManagers", "productManager"},
    {"historyRecords", "history"},
};

static const struct known *known_find(const char *name)
{
    for (size_t i = 0; i < sizeof known_collections / sizeof known_collections[0]; i++) {
        if (strcmp(known_collections[i].name, name) == 0)
            return &known_collections[i];
    }
    return NULL;
}

static bool all_are_objects(const json_t *items)
{
    size_t index;
    json_t *item;
    json_array_foreach (items, index, item) {
        if (!json_is_object(item))
            return false;
    }
    return true;
}

enum status collection_list(const json_t *document, const char *name, json_t **items,
                            struct error *error)
{
    json_t *found = json_object_get(document, name);
    if (found == NULL && known_find(name) == NULL)
        return error_set(error, STATUS_NOT_FOUND, "there is no collection '" SHOWN "'", name);
    if (found != NULL && (!json_is_array(found) || !all_are_objects(found)))
        return error_set(error, STATUS_CONFLICT, "'" SHOWN "' is not an array of objects", name);
    found = found != NULL ? json_incref(found) : json_array();
    if (found == NULL)
        return memory_exhausted(error);
    *items = found;
    return STATUS_OK;
}

/* Ids. */

const char *collection_item_id(const json_t *item, char digits[COLLECTION_DIGITS_SIZE])
{
    const json_t *id = json_object_get(item, "id");
    if (json_is_string(id) && json_string_length(id) > 0 &&
        strlen(json_string_value(id)) == json_string_length(id))
        return json_string_value(id);
    if (!json_is_integer(id))
        return NULL;
    (void)snprintf(digits, COLLECTION_DIGITS_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(id));
    return digits;
}

/* Where the item is; the number of items if there is none. */
static size_t item_find(const json_t *items, const char *id)
{
    char digits[COLLECTION_DIGITS_SIZE];
    size_t found = json_array_size(items);
    size_t index;
    json_t *item;
    json_array_foreach (items, index, item) {
        const char *seen = collection_item_id(item, digits);
        if (seen == NULL || strcmp(seen, id) != 0)
            continue;
        if (seen != digits)
            return index;
        found = index < found ? index : found;
    }
    return found;
}

/* What the made ids of a collection start with: the first `length` bytes of `text`. */
struct kind {
    const char *text;
    size_t length;
};

static struct kind kind_of(const char *name)
{
    static const char fallback[] = "item";
    const struct known *known = known_find(name);
    size_t length = strlen(name);
    if (known != NULL)
        return (struct kind){known->kind, strlen(known->kind)};
    if (length > 0 && name[length - 1] == 's')
        length--;
    return length > 0 ? (struct kind){name, length} : (struct kind){fallback, strlen(fallback)};
}

/* Whether this is an id of the kind, "<kind>-<number>", with a number up to `maximum`. */
static bool id_parse(const char *id, struct kind kind, uint64_t maximum, uint64_t *number)
{
    return strncmp(id, kind.text, kind.length) == 0 && id[kind.length] == '-' &&
           number_parse(id + kind.length + 1, maximum, number) == NUMBER_OK;
}

/*
 * The first number from `first` on that no item has in an id of this kind. The numbers that are
 * taken are as many as the items, or fewer, so one of the next size + 1 is free.
 */
static enum status number_choose(const json_t *items, struct kind kind, uint64_t first,
                                 uint64_t *number, struct error *error)
{
    char digits[COLLECTION_DIGITS_SIZE];
    size_t size = json_array_size(items);
    size_t chosen = 0;
    bool *taken = calloc(size + 1, sizeof *taken);
    if (taken == NULL)
        return memory_exhausted(error);
    for (size_t i = 0; i < size; i++) {
        const char *id = collection_item_id(json_array_get(items, i), digits);
        uint64_t seen = 0;
        if (id != NULL && id_parse(id, kind, first + size, &seen) && seen >= first)
            taken[seen - first] = true;
    }
    while (taken[chosen])
        chosen++;
    free(taken);
    *number = first + chosen;
    return STATUS_OK;
}

/* A new reference. */
static enum status id_make(const json_t *items, const char *name, int64_t now_ms, json_t **id,
                           struct error *error)
{
    struct kind kind = kind_of(name);
    uint64_t number = now_ms > 0 ? (uint64_t)now_ms : 0;
    char *text = NULL;
    enum status status = number_choose(items, kind, number, &number, error);
    if (status != STATUS_OK)
        return status;
    if (asprintf(&text, "%.*s-%" PRIu64, (int)kind.length, kind.text, number) < 0)
        return memory_exhausted(error);
    json_t *made = json_string(text);
    free(text);
    if (made == NULL)
        return memory_exhausted(error);
    *id = made;
    return STATUS_OK;
}

/* Items. */

static enum status item_check(const json_t *item, struct error *error)
{
    char digits[COLLECTION_DIGITS_SIZE];
    if (!json_is_object(item))
        return error_set(error, STATUS_INVALID, "an item must be a JSON object");
    if (json_object_get(item, "id") != NULL && collection_item_id(item, digits) == NULL)
        return error_set(error, STATUS_INVALID,
                         "an item's id must be an integer, or a string that is not empty");
    return STATUS_OK;
}

/* A copy of `item`; without an id, it starts with `id`. */
static enum status item_copy(const json_t *item, json_t *id, json_t **copy, struct error *error)
{
    json_t *copied = json_deep_copy(item);
    json_t *whole = json_object();
    bool done = copied != NULL && whole != NULL;
    if (done && json_object_get(item, "id") == NULL)
        done = json_object_set(whole, "id", id) == 0;
    done = done && json_object_update(whole, copied) == 0;
    json_decref(copied);
    if (!done) {
        json_decref(whole);
        return memory_exhausted(error);
    }
    *copy = whole;
    return STATUS_OK;
}

static enum status item_missing(const char *name, const char *id, struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, "'" SHOWN "' has no item with the id '" SHOWN "'",
                     name, id);
}

/*
 * The items, borrowed, and where in them the one with this id is. A collection that the document
 * does not have cannot have the item, so what is borrowed is always the document's.
 */
static enum status item_locate(const json_t *document, const char *name, const char *id,
                               json_t **items, size_t *index, struct error *error)
{
    json_t *list = NULL;
    enum status status = collection_list(document, name, &list, error);
    if (status != STATUS_OK)
        return status;
    size_t found = item_find(list, id);
    bool is_there = found < json_array_size(list);
    json_decref(list);
    if (!is_there)
        return item_missing(name, id, error);
    *items = json_object_get(document, name);
    *index = found;
    return STATUS_OK;
}

enum status collection_get(const json_t *document, const char *name, const char *id, json_t **item,
                           struct error *error)
{
    json_t *items = NULL;
    size_t index = 0;
    enum status status = item_locate(document, name, id, &items, &index, error);
    if (status == STATUS_OK)
        *item = json_array_get(items, index);
    return status;
}

/* The copy of `item` that is to be appended, with an id that no other has. A new reference. */
static enum status item_prepare(const json_t *items, const char *name, const json_t *item,
                                int64_t now_ms, json_t **prepared, struct error *error)
{
    char digits[COLLECTION_DIGITS_SIZE];
    json_t *id = NULL;
    enum status status = item_check(item, error);
    if (status != STATUS_OK)
        return status;
    const char *own = collection_item_id(item, digits);
    if (own != NULL && item_find(items, own) < json_array_size(items))
        return error_set(error, STATUS_CONFLICT,
                         "'" SHOWN "' already has an item with the id '" SHOWN "'", name, own);
    if (own == NULL)
        status = id_make(items, name, now_ms, &id, error);
    if (status == STATUS_OK)
        status = item_copy(item, id, prepared, error);
    json_decref(id);
    return status;
}

enum status collection_add(json_t *document, const char *name, const json_t *item, int64_t now_ms,
                           json_t **added, struct error *error)
{
    json_t *items = NULL;
    json_t *prepared = NULL;
    enum status status = collection_list(document, name, &items, error);
    if (status != STATUS_OK)
        return status;
    status = item_prepare(items, name, item, now_ms, &prepared, error);
    if (status == STATUS_OK && json_array_append(items, prepared) != 0)
        status = memory_exhausted(error);
    /* A collection that was missing becomes the document's last, once there is no other failure. */
    if (status == STATUS_OK && json_object_get(document, name) == NULL &&
        json_object_set(document, name, items) != 0)
        status = memory_exhausted(error);
    json_decref(prepared);
    json_decref(items);
    if (status == STATUS_OK && added != NULL)
        *added = prepared;
    return status;
}

static enum status id_check(const json_t *old, const json_t *new, struct error *error)
{
    const json_t *id = json_object_get(new, "id");
    if (json_equal(json_object_get(old, "id"), id))
        return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "an item's id cannot be %s",
                     id == NULL ? "removed" : "changed");
}

enum status collection_replace(json_t *document, const char *name, const char *id,
                               const json_t *item, struct error *error)
{
    json_t *items = NULL;
    json_t *copy = NULL;
    size_t index = 0;
    enum status status = item_locate(document, name, id, &items, &index, error);
    if (status == STATUS_OK)
        status = item_check(item, error);
    if (status != STATUS_OK)
        return status;
    const json_t *old = json_array_get(items, index);
    status = item_copy(item, json_object_get(old, "id"), &copy, error);
    if (status == STATUS_OK)
        status = id_check(old, copy, error);
    if (status == STATUS_OK)
        (void)json_array_set(items, index, copy);
    json_decref(copy);
    return status;
}

enum status collection_patch(json_t *document, const char *name, const char *id, json_t *patch,
                             struct error *error)
{
    json_t *items = NULL;
    size_t index = 0;
    enum status status = item_locate(document, name, id, &items, &index, error);
    if (status != STATUS_OK)
        return status;
    const json_t *old = json_array_get(items, index);
    json_t *patched = json_incref(json_array_get(items, index));
    status = merge_patch_apply(&patched, patch, error);
    if (status == STATUS_OK)
        status = id_check(old, patched, error);
    if (status == STATUS_OK)
        (void)json_array_set(items, index, patched);
    json_decref(patched);
    return status;
}

enum status collection_remove(json_t *document, const char *name, const char *id,
                              struct error *error)
{
    json_t *items = NULL;
    size_t index = 0;
    enum status status = item_locate(document, name, id, &items, &index, error);
    if (status == STATUS_OK)
        (void)json_array_remove(items, index);
    return status;
}
