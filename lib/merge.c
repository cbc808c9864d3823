#include "merge.h"

#include "buffer.h"
#include "json_number.h"
#include "json_text.h"
#include "utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Paths are shown to people; a longer one is no use to them. */
enum { PATH_MAX_LENGTH = 1024 };

/* One value as the three sides have it; null where a side does not. */
struct sides {
    json_t *base;
    json_t *current;
    json_t *incoming;
};

/* Where a value is, up to the root. */
struct place {
    const struct place *parent; /* null: the root itself */
    const char *name;           /* a member's name, or an element's key */
    bool is_element;
};

struct merger {
    json_t *conflicts;
    bool out_of_memory;
};

static json_t *values_merge(struct merger *merger, const struct place *place, struct sides sides);

static bool same(const json_t *left, const json_t *right)
{
    return left == right || json_equal(left, right);
}

/* Keep a reference that was just made, or note that there was no memory for it. */
static json_t *made(struct merger *merger, json_t *value)
{
    merger->out_of_memory = merger->out_of_memory || value == NULL;
    return value;
}

static void done(struct merger *merger, int result)
{
    merger->out_of_memory = merger->out_of_memory || result != 0;
}

/*
 * The keys of elements: a letter for what tells them apart, that itself, and the occurrence.
 *
 *   s<id>\n<n>   a string, as an id or as the element itself
 *   n<id>\n<n>   a number likewise
 *   v<text>\n<n>   the JSON text of one that holds a NUL, which keys cannot, or of any other
 *                  element without an id
 */

static char *text_identity(const json_t *value)
{
    char *identity = NULL;
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
    int length = text != NULL ? asprintf(&identity, "v%s", text) : -1;
    json_text_free(text);
    return length >= 0 ? identity : NULL;
}

static char *identity_of(json_t *element)
{
    const json_t *id = json_is_object(element) ? json_object_get(element, "id") : element;
    char spelled[JSON_NUMBER_SIZE];
    char *identity = NULL;
    int length;
    if (json_is_string(id) && json_string_length(id) > strlen(json_string_value(id)))
        return text_identity(id);
    if (!json_is_string(id) && !json_is_number(id))
        return text_identity(element);
    if (json_is_string(id))
        length = asprintf(&identity, "s%s", json_string_value(id));
    else if (json_is_integer(id))
        length = asprintf(&identity, "n%" JSON_INTEGER_FORMAT, json_integer_value(id));
    else {
        json_number_write(json_real_value(id), spelled);
        length = asprintf(&identity, "n%s", spelled);
    }
    return length >= 0 ? identity : NULL;
}

/* How often `identity` came, this time included; 0 if memory is exhausted. */
static json_int_t occurrence_count(json_t *counts, const char *identity)
{
    json_int_t count = json_integer_value(json_object_get(counts, identity)) + 1;
    return json_object_set_new(counts, identity, json_integer(count)) == 0 ? count : 0;
}

static bool element_add(json_t *keyed, json_t *counts, json_t *element)
{
    char *identity = identity_of(element);
    char *key = NULL;
    json_int_t count = identity != NULL ? occurrence_count(counts, identity) : 0;
    bool added = count > 0 && asprintf(&key, "%s\n%" JSON_INTEGER_FORMAT, identity, count) >= 0;
    added = added && json_object_set(keyed, key, element) == 0;
    free(key);
    free(identity);
    return added;
}

/* The elements as members of an object, in their order, named by their keys. */
static json_t *elements_keyed(struct merger *merger, json_t *array)
{
    json_t *keyed = made(merger, json_object());
    json_t *counts = made(merger, json_object());
    size_t index;
    json_t *element;
    json_array_foreach (array, index, element) {
        if (!merger->out_of_memory && !element_add(keyed, counts, element))
            merger->out_of_memory = true;
    }
    json_decref(counts);
    return keyed;
}

/* Conflicts. */

/* As RFC 6901 3 spells a reference token. */
static enum status token_append(struct buffer *path, const char *text, size_t length)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < length;) {
        const char *spelled = text[i] == '~' ? "~0" : text[i] == '/' ? "~1" : NULL;
        size_t count = utf8_sequence_length(text + i, length - i);
        status = spelled != NULL ? buffer_append(path, spelled, 2, NULL)
                                 : buffer_append(path, text + i, count, NULL);
        i += count;
    }
    return status;
}

static enum status key_append(struct buffer *path, const char *key)
{
    const char *occurrence = strrchr(key, '\n');
    enum status status = token_append(path, key + 1, (size_t)(occurrence - key) - 1);
    if (status == STATUS_OK && strcmp(occurrence, "\n1") != 0)
        status = buffer_append_format(path, NULL, "#%s", occurrence + 1);
    return status;
}

/* Up to the first character that does not fit. */
static enum status place_append(struct buffer *path, const struct place *place)
{
    if (place->parent == NULL)
        return STATUS_OK;
    enum status status = place_append(path, place->parent);
    if (status == STATUS_OK)
        status = buffer_append(path, "/", 1, NULL);
    if (status != STATUS_OK)
        return status;
    return place->is_element ? key_append(path, place->name)
                             : token_append(path, place->name, strlen(place->name));
}

static json_t *place_text(const struct place *place)
{
    struct buffer path;
    json_t *text = NULL;
    buffer_init(&path, PATH_MAX_LENGTH);
    if (place_append(&path, place) != STATUS_NO_MEMORY)
        text = json_stringn(path.bytes != NULL ? path.bytes : "", path.length);
    buffer_release(&path);
    return text;
}

static void conflict_record(struct merger *merger, const struct place *place, struct sides sides)
{
    if (json_array_size(merger->conflicts) == MERGE_CONFLICTS_MAX)
        return;
    json_t *conflict = made(merger, json_object());
    done(merger, json_object_set_new(conflict, "path", place_text(place)));
    if (sides.base != NULL)
        done(merger, json_object_set(conflict, "base", sides.base));
    if (sides.current != NULL)
        done(merger, json_object_set(conflict, "current", sides.current));
    if (sides.incoming != NULL)
        done(merger, json_object_set(conflict, "incoming", sides.incoming));
    done(merger, json_array_append_new(merger->conflicts, conflict));
}

/* Values. */

static void member_merge(struct merger *merger, const struct place *here, struct sides containers,
                         json_t *merged)
{
    const char *name = here->name;
    const struct sides members = {
        .base = json_object_get(containers.base, name),
        .current = json_object_get(containers.current, name),
        .incoming = json_object_get(containers.incoming, name),
    };
    json_t *value = values_merge(merger, here, members);
    if (value != NULL)
        done(merger, json_object_set_new(merged, name, value));
}

/* Objects: the current side's order, then what is new on the incoming one. */
static json_t *members_merge(struct merger *merger, const struct place *place, bool are_elements,
                             struct sides sides)
{
    struct place here = {.parent = place, .is_element = are_elements};
    json_t *merged = made(merger, json_object());
    json_t *value;
    json_object_foreach (sides.current, here.name, value)
        member_merge(merger, &here, sides, merged);
    json_object_foreach (sides.incoming, here.name, value) {
        if (json_object_get(sides.current, here.name) == NULL)
            member_merge(merger, &here, sides, merged);
    }
    return merged;
}

static json_t *elements_merge(struct merger *merger, const struct place *place, struct sides sides)
{
    const struct sides keyed = {
        .base = elements_keyed(merger, sides.base),
        .current = elements_keyed(merger, sides.current),
        .incoming = elements_keyed(merger, sides.incoming),
    };
    json_t *members = merger->out_of_memory ? NULL : members_merge(merger, place, true, keyed);
    json_t *merged = made(merger, json_array());
    const char *key;
    json_t *element;
    json_object_foreach (members, key, element)
        done(merger, json_array_append(merged, element));
    json_decref(members);
    json_decref(keyed.base);
    json_decref(keyed.current);
    json_decref(keyed.incoming);
    return merged;
}

enum kind { KIND_EMPTY, KIND_OBJECTS, KIND_SCALARS, KIND_OTHER };

/* A null is what a page leaves in an array of anything by mistake: it does not decide. */
static enum kind kind_of_element(const json_t *element)
{
    switch (json_typeof(element)) {
    case JSON_NULL: return KIND_EMPTY;
    case JSON_OBJECT: return KIND_OBJECTS;
    case JSON_ARRAY: return KIND_OTHER;
    case JSON_STRING:
    case JSON_INTEGER:
    case JSON_REAL:
    case JSON_TRUE:
    case JSON_FALSE: break;
    }
    return KIND_SCALARS;
}

/* What an array holds; an array that is not there holds nothing. */
static enum kind kind_of(const json_t *array)
{
    enum kind kind = KIND_EMPTY;
    size_t index;
    json_t *element;
    if (array != NULL && !json_is_array(array))
        return KIND_OTHER;
    json_array_foreach (array, index, element) {
        enum kind found = kind_of_element(element);
        if (kind != KIND_EMPTY && found != KIND_EMPTY && kind != found)
            return KIND_OTHER;
        kind = found != KIND_EMPTY ? found : kind;
    }
    return kind;
}

static bool arrays_mergeable(struct sides sides)
{
    const enum kind kinds[] = {kind_of(sides.base), kind_of(sides.current),
                               kind_of(sides.incoming)};
    enum kind common = KIND_EMPTY;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i] == KIND_OTHER ||
            (kinds[i] != KIND_EMPTY && common != KIND_EMPTY && kinds[i] != common))
            return false;
        common = kinds[i] != KIND_EMPTY ? kinds[i] : common;
    }
    return true;
}

static bool are_in_order(json_t *left, json_t *right);

static bool elements_are_in_order(json_t *left, json_t *right)
{
    for (size_t i = 0; i < json_array_size(left); i++) {
        if (!are_in_order(json_array_get(left, i), json_array_get(right, i)))
            return false;
    }
    return true;
}

static bool members_are_in_order(json_t *left, json_t *right)
{
    void *place = json_object_iter(right);
    const char *name;
    json_t *value;
    json_object_foreach (left, name, value) {
        if (strcmp(name, json_object_iter_key(place)) != 0 ||
            !are_in_order(value, json_object_iter_value(place)))
            return false;
        place = json_object_iter_next(right, place);
    }
    return true;
}

/* Whether the objects in two values that are the same list their members in the same order. */
static bool are_in_order(json_t *left, json_t *right)
{
    return left == right ||
           (elements_are_in_order(left, right) && members_are_in_order(left, right));
}

/* What comes of a value that the incoming side left alone, but maybe for the order of members. */
static json_t *left_alone_merge(struct sides sides)
{
    bool is_base = same(sides.base, sides.current) && are_in_order(sides.base, sides.current);
    return json_incref(is_base ? sides.incoming : sides.current);
}

/* A reference to what comes of a value; null if it is gone. */
static json_t *values_merge(struct merger *merger, const struct place *place, struct sides sides)
{
    if (same(sides.base, sides.incoming))
        return left_alone_merge(sides);
    if (same(sides.current, sides.incoming))
        return json_incref(sides.current);
    if (same(sides.base, sides.current))
        return json_incref(sides.incoming);
    if (json_is_object(sides.current) && json_is_object(sides.incoming) &&
        (sides.base == NULL || json_is_object(sides.base)))
        return members_merge(merger, place, false, sides);
    if (json_is_array(sides.current) && json_is_array(sides.incoming) && arrays_mergeable(sides))
        return elements_merge(merger, place, sides);
    conflict_record(merger, place, sides);
    return json_incref(sides.incoming != NULL ? sides.incoming : sides.current);
}

enum status merge_documents(json_t *base, json_t *current, json_t *incoming, struct merge *merge,
                            struct error *error)
{
    static const struct place root;
    const struct sides sides = {.base = base, .current = current, .incoming = incoming};
    struct merger merger = {.conflicts = json_array()};
    made(&merger, merger.conflicts);
    json_t *document = values_merge(&merger, &root, sides);
    if (merger.out_of_memory) {
        json_decref(document);
        json_decref(merger.conflicts);
        return error_set(error, STATUS_NO_MEMORY, "out of memory for a merge");
    }
    *merge = (struct merge){.document = document, .conflicts = merger.conflicts};
    return STATUS_OK;
}
