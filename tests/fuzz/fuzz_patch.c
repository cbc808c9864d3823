/*
 * Patches and pointers. The input is a document and a patch, each a JSON text, divided by a line of
 * "==": an array is a JSON patch, an object a merge patch.
 *
 * What a JSON patch does is checked by undoing it: each operation on its own, applied to a document,
 * has an inverse made of other operations, and all at once they give what they give one by one.
 */
#include "fuzz.h"
#include "json_pass.h"
#include "json_patch.h"
#include "json_pointer.h"
#include "merge_patch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A document is copied for every operation, and copies can make it larger and larger. */
enum { OPERATIONS_MAX = 64, VALUES_MAX = 5000, POINTER_SIZE = 4096 };

static size_t values_count(json_t *value)
{
    size_t count = 1;
    size_t index;
    const char *name;
    json_t *inner;
    json_array_foreach (value, index, inner)
        count += values_count(inner);
    json_object_foreach (value, name, inner)
        count += values_count(inner);
    return count;
}

/* Pointers: every value of a tree is found by its pointer. */

static size_t token_write(char *pointer, size_t used, const char *name)
{
    pointer[used++] = '/';
    for (; *name != '\0' && used + 3 < POINTER_SIZE; name++) {
        if (*name == '~' || *name == '/')
            pointer[used++] = '~';
        pointer[used++] = *name == '~' ? '0' : *name == '/' ? '1' : *name;
    }
    return used;
}

static void check_found(const char *text, size_t length, json_t *tree, const json_t *expected)
{
    struct json_pointer pointer;
    json_t *found = NULL;
    law(json_pointer_parse(text, length, &pointer, NULL) == STATUS_OK, "'%.*s' is no pointer",
        (int)length, text);
    law(json_pointer_find(&pointer, tree, &found, NULL) == STATUS_OK && found == expected,
        "'%.*s' names another value", (int)length, text);
    law(json_pointer_equal(&pointer, &pointer) && !json_pointer_is_inside(&pointer, &pointer),
        "'%.*s' is not itself", (int)length, text);
    json_pointer_release(&pointer);
}

static void check_pointers(char *pointer, size_t used, json_t *tree, json_t *value)
{
    char digits[32];
    size_t index;
    const char *name;
    json_t *inner;
    check_found(pointer, used, tree, value);
    json_array_foreach (value, index, inner) {
        (void)snprintf(digits, sizeof digits, "%zu", index);
        if (used + sizeof digits < POINTER_SIZE)
            check_pointers(pointer, token_write(pointer, used, digits), tree, inner);
    }
    json_object_foreach (value, name, inner) {
        if (used + 2 * strlen(name) + 2 < POINTER_SIZE)
            check_pointers(pointer, token_write(pointer, used, name), tree, inner);
    }
}

/* One patch. */

/* The patched document, or null if it was refused; then nothing has changed. */
static json_t *patched(json_t *document, const json_t *patch, enum status *status)
{
    json_t *target = json_deep_copy(document);
    json_t *before = target;
    char *patch_before = tree_line(patch);
    struct error error = ERROR_INIT;
    *status = json_patch_apply(&target, patch, &error);
    char *patch_after = tree_line(patch);
    law(strcmp(patch_before, patch_after) == 0, "the patch was changed: %s", patch_before);
    free(patch_before);
    free(patch_after);
    if (*status == STATUS_OK) {
        law(json_is_object(target) && tree_depth(target) <= JSON_DEPTH_MAX,
            "the outcome is no document");
        law(error.text[0] == '\0', "done, but: %s", error.text);
        return target;
    }
    law(target == before && trees_identical(target, document), "refused, but changed: %s",
        error.text);
    law(error.text[0] != '\0', "refused with status %d and no text", (int)*status);
    law(*status == STATUS_INVALID || *status == STATUS_CONFLICT || *status == STATUS_TOO_LARGE,
        "status %d", (int)*status);
    json_decref(target);
    return NULL;
}

static json_t *operation(const char *op, json_t *path, json_t *value)
{
    return value == NULL ? json_pack("{s:s, s:O}", "op", op, "path", path)
                         : json_pack("{s:s, s:O, s:O}", "op", op, "path", path, "value", value);
}

/* The value there, or null. */
static json_t *value_at(json_t *document, const json_t *path)
{
    struct json_pointer pointer;
    json_t *found = NULL;
    law(json_pointer_parse(json_string_value(path), json_string_length(path), &pointer, NULL) ==
            STATUS_OK,
        "a pointer that was taken is none");
    if (json_pointer_find(&pointer, document, &found, NULL) != STATUS_OK)
        found = NULL;
    json_pointer_release(&pointer);
    return found;
}

/* The array that holds what is named, or null; and which element that is, or would be. */
static json_t *array_at(json_t *document, const json_t *path, size_t *index)
{
    struct json_pointer pointer;
    json_t *parent = NULL;
    law(json_pointer_parse(json_string_value(path), json_string_length(path), &pointer, NULL) ==
            STATUS_OK,
        "a pointer that was taken is none");
    if (pointer.count == 0 ||
        json_pointer_find_parent(&pointer, document, &parent, NULL) != STATUS_OK ||
        !json_is_array(parent) || json_pointer_index(&pointer, parent, index, NULL) != STATUS_OK)
        parent = NULL;
    json_pointer_release(&pointer);
    return parent;
}

/* The path with the index in place of "-". */
static json_t *path_of_element(const json_t *path, size_t index)
{
    const char *text = json_string_value(path);
    return json_sprintf("%.*s/%zu", (int)(strrchr(text, '/') - text), text, index);
}

/* Append to `inverse` what takes back that something was put at `path` of `document`. */
static void undo_put(json_t *inverse, json_t *document, json_t *path)
{
    size_t index = 0;
    json_t *array = array_at(document, path, &index);
    json_t *old = array == NULL ? value_at(document, path) : NULL;
    json_t *place = array != NULL ? path_of_element(path, index) : json_incref(path);
    (void)json_array_append_new(inverse, operation(old != NULL ? "replace" : "remove", place, old));
    json_decref(place);
}

static void undo_move(json_t *inverse, json_t *document, json_t *path, json_t *from)
{
    enum status status = STATUS_OK;
    json_t *value = value_at(document, from);
    json_t *removal = json_pack("[o]", operation("remove", from, NULL));
    json_t *without = patched(document, removal, &status);
    law(without != NULL, "what was moved cannot be removed");
    undo_put(inverse, without, path);
    (void)json_array_append_new(inverse, operation("add", from, value));
    json_decref(without);
    json_decref(removal);
}

/* The patch that takes back what `source` does to `document`. */
static json_t *inverse_of(json_t *document, const json_t *source)
{
    json_t *inverse = json_array();
    const char *op = json_string_value(json_object_get(source, "op"));
    json_t *path = json_object_get(source, "path");
    json_t *from = json_object_get(source, "from");
    if (strcmp(op, "add") == 0 || strcmp(op, "copy") == 0)
        undo_put(inverse, document, path);
    else if (strcmp(op, "replace") == 0)
        (void)json_array_append_new(inverse, operation("replace", path, value_at(document, path)));
    else if (strcmp(op, "remove") == 0)
        (void)json_array_append_new(inverse, operation("add", path, value_at(document, path)));
    else if (strcmp(op, "move") == 0 && !json_equal(path, from))
        undo_move(inverse, document, path, from);
    return inverse;
}

static bool is_inside(const json_t *path, const json_t *from)
{
    const char *outer = json_string_value(from);
    const char *inner = json_string_value(path);
    return strncmp(inner, outer, strlen(outer)) == 0 && inner[strlen(outer)] == '/';
}

/* What one operation leaves behind it besides that it can be undone. */
static void check_effect(json_t *before, json_t *after, const json_t *source)
{
    const char *op = json_string_value(json_object_get(source, "op"));
    json_t *path = json_object_get(source, "path");
    json_t *value = json_object_get(source, "value");
    size_t index = 0;
    json_t *array = array_at(before, path, &index);
    if (strcmp(op, "move") == 0)
        law(!is_inside(path, json_object_get(source, "from")), "it was moved into itself");
    if (strcmp(op, "test") == 0)
        law(trees_identical(before, after), "a test changes the document");
    if (strcmp(op, "test") == 0 || strcmp(op, "replace") == 0)
        law(json_equal(value_at(after, path), value), "another value is there after %s", op);
    if (strcmp(op, "add") == 0 && array != NULL)
        law(json_equal(json_array_get(array_at(after, path, &(size_t){0}), index), value) &&
                json_array_size(array_at(after, path, &(size_t){0})) == json_array_size(array) + 1,
            "it was not inserted");
    if (strcmp(op, "add") == 0 && array == NULL)
        law(json_equal(value_at(after, path), value), "it was not added");
}

static void check_operation(json_t *before, json_t *after, const json_t *source)
{
    enum status status = STATUS_OK;
    json_t *inverse = inverse_of(before, source);
    json_t *back = patched(after, inverse, &status);
    /* Copies may be more than a patch may bring again, and nested too deep for a while. */
    law(back != NULL || status == STATUS_TOO_LARGE, "it cannot be undone: status %d", (int)status);
    law(back == NULL || json_equal(back, before), "undone it is another document");
    check_effect(before, after, source);
    json_decref(back);
    json_decref(inverse);
}

/* One operation less to do: null when it is refused, or the document became too large to go on. */
static json_t *step(json_t *document, json_t *source, enum status *status)
{
    json_t *single = json_pack("[O]", source);
    json_t *next = patched(document, single, status);
    if (next != NULL && values_count(next) > VALUES_MAX) {
        json_decref(next);
        next = NULL;
        *status = STATUS_TOO_LARGE;
    }
    if (next != NULL)
        check_operation(document, next, source);
    json_decref(single);
    return next;
}

/* The operations one by one; null as with step. */
static json_t *stepped(json_t *document, const json_t *patch, enum status *status)
{
    json_t *current = json_incref(document);
    for (size_t i = 0; current != NULL && i < json_array_size(patch); i++) {
        json_t *next = step(current, json_array_get(patch, i), status);
        json_decref(current);
        current = next;
    }
    return current;
}

static void check_json_patch(json_t *document, const json_t *patch)
{
    enum status at_once = STATUS_OK;
    enum status one_by_one = STATUS_OK;
    json_t *steps = stepped(document, patch, &one_by_one);
    if (one_by_one == STATUS_TOO_LARGE)
        return;
    json_t *whole = patched(document, patch, &at_once);
    if (whole != NULL && steps != NULL)
        law(trees_identical(whole, steps), "at once it does another thing than one by one");
    /* On the way the document may be no object. */
    law(whole == NULL || steps != NULL || one_by_one == STATUS_INVALID,
        "done at once, refused one by one with status %d", (int)one_by_one);
    law(whole != NULL || steps == NULL, "refused at once with status %d, done one by one",
        (int)at_once);
    json_decref(whole);
    json_decref(steps);
}

/* RFC 7396 2, said of the outcome. */
static void check_merged(json_t *before, json_t *patch, json_t *after)
{
    const char *name;
    json_t *value;
    if (!json_is_object(patch)) {
        law(json_equal(patch, after), "a value is not the patch's");
        return;
    }
    law(json_is_object(after), "an object patched is none");
    json_object_foreach (patch, name, value) {
        if (json_is_null(value))
            law(json_object_get(after, name) == NULL, "'%s' was not removed", name);
        else
            check_merged(json_object_get(before, name), value, json_object_get(after, name));
    }
    if (!json_is_object(before))
        before = NULL;
    json_object_foreach (before, name, value)
        law(json_object_get(patch, name) != NULL || json_equal(value, json_object_get(after, name)),
            "'%s' was not left alone", name);
    json_object_foreach (after, name, value)
        law(json_object_get(before, name) != NULL || json_object_get(patch, name) != NULL,
            "'%s' came from nowhere", name);
}

static void check_merge_patch(json_t *document, json_t *patch)
{
    json_t *target = json_deep_copy(document);
    json_t *before = json_incref(target);
    char *patch_before = tree_line(patch);
    law(merge_patch_apply(&target, patch, NULL) == STATUS_OK, "a merge patch is refused");
    char *patch_after = tree_line(patch);
    law(strcmp(patch_before, patch_after) == 0, "the patch was changed: %s", patch_before);
    law(trees_identical(before, document), "who held the old document sees it changed");
    check_merged(document, patch, target);
    json_t *once = json_deep_copy(target);
    law(merge_patch_apply(&target, patch, NULL) == STATUS_OK && trees_identical(target, once),
        "the second time it changes something");
    json_decref(once);
    json_decref(before);
    json_decref(target);
    free(patch_before);
    free(patch_after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char pointer[POINTER_SIZE];
    struct piece rest = {.bytes = (const char *)data, .length = size};
    struct piece texts[2] = {{NULL, 0}};
    json_t *document = piece_take(&rest, "\n==\n", &texts[0]) ? piece_tree(texts[0]) : NULL;
    json_t *patch = piece_take(&rest, "\n==\n", &texts[1]) ? piece_tree(texts[1]) : NULL;
    if (json_is_object(document) && tree_depth(document) <= JSON_DEPTH_MAX) {
        check_pointers(pointer, 0, document, document);
        if (json_is_object(patch))
            check_merge_patch(document, patch);
        else if (json_is_array(patch) && json_array_size(patch) <= OPERATIONS_MAX)
            check_json_patch(document, patch);
    }
    json_decref(patch);
    json_decref(document);
    return 0;
}
