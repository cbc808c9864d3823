#include "json_patch.h"

#include "json_pass.h"
#include "json_pointer.h"
#include "printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    SHOWN_SIZE = 256, /* of a path in an error's text; a longer one is cut */
    WORK_BYTES = 64,  /* of a string or name in one unit of work */
    WORK_ELEMENTS = 64
};

/* A patch under way. */
struct patching {
    json_t *document;
    size_t work_left; /* one more than may be done: 0 says that the bound was exceeded */
};

/* One operation, as it was read. */
struct operation {
    json_t *value; /* borrowed from the patch; never null if the operation takes one */
    struct json_pointer path;
    struct json_pointer from; /* all zero unless the operation takes one */
};

/* Bounds. */

static void work_take(size_t *work_left, size_t work)
{
    *work_left -= work < *work_left ? work : *work_left;
}

static enum status work_check(size_t work_left, struct error *error)
{
    if (work_left > 0)
        return STATUS_OK;
    return error_set(error, STATUS_TOO_LARGE,
                     "the patch copies or moves more than the maximum of %d values",
                     JSON_PATCH_WORK_MAX);
}

/*
 * How many containers are nested in `value`, it included. Stops early, with too small a result,
 * when no work is left.
 */
static size_t value_depth(json_t *value, size_t *work_left)
{
    size_t deepest = 0;
    size_t index;
    const char *name;
    json_t *inner;
    work_take(work_left, 1 + json_string_length(value) / WORK_BYTES);
    json_array_foreach (value, index, inner) {
        size_t depth = *work_left > 0 ? value_depth(inner, work_left) : 0;
        deepest = depth > deepest ? depth : deepest;
    }
    json_object_foreach (value, name, inner) {
        size_t depth = *work_left > 0 ? value_depth(inner, work_left) : 0;
        work_take(work_left, strlen(name) / WORK_BYTES);
        deepest = depth > deepest ? depth : deepest;
    }
    return json_is_object(value) || json_is_array(value) ? deepest + 1 : 0;
}

/* Whether `value` can be at `path`. What is nested too deep cannot be written, nor be released. */
static enum status depth_check(const struct json_pointer *path, json_t *value, size_t *work_left,
                               struct error *error)
{
    size_t depth = value_depth(value, work_left);
    enum status status = work_check(*work_left, error);
    if (status == STATUS_OK && path->count + depth > JSON_DEPTH_MAX)
        return error_set(error, STATUS_INVALID, "nested deeper than %d levels", JSON_DEPTH_MAX);
    return status;
}

/* A value of the patch is as long as its text; it takes no work off the bound. */
static enum status own_value_check(const struct operation *operation, struct error *error)
{
    size_t unlimited = SIZE_MAX;
    return depth_check(&operation->path, operation->value, &unlimited, error);
}

static enum status shift_check(struct patching *patching, const json_t *array, size_t index,
                               struct error *error)
{
    work_take(&patching->work_left, (json_array_size(array) - index) / WORK_ELEMENTS);
    return work_check(patching->work_left, error);
}

/* Steps that operations are made of. Values are borrowed and kept by references of their own. */

static enum status memory_check(int result, struct error *error)
{
    return result == 0 ? STATUS_OK
                       : error_set(error, STATUS_NO_MEMORY, "out of memory for a JSON patch");
}

static void document_set(struct patching *patching, json_t *value)
{
    json_t *old = patching->document;
    patching->document = json_incref(value);
    json_decref(old);
}

static enum status element_insert(struct patching *patching, const struct json_pointer *path,
                                  json_t *array, json_t *value, struct error *error)
{
    size_t index = 0;
    enum status status = json_pointer_index(path, array, &index, error);
    if (status == STATUS_OK)
        status = shift_check(patching, array, index, error);
    if (status == STATUS_OK)
        status = memory_check(json_array_insert(array, index, value), error);
    return status;
}

/* RFC 6902 4.1. */
static enum status place_add(struct patching *patching, const struct json_pointer *path,
                             json_t *value, struct error *error)
{
    json_t *parent = NULL;
    if (path->count == 0) {
        document_set(patching, value);
        return STATUS_OK;
    }
    enum status status = json_pointer_find_parent(path, patching->document, &parent, error);
    if (status != STATUS_OK)
        return status;
    return json_is_array(parent) ? element_insert(patching, path, parent, value, error)
                                 : memory_check(json_object_set(parent, path->last, value), error);
}

/* RFC 6902 4.2. */
static enum status place_remove(struct patching *patching, const struct json_pointer *path,
                                struct error *error)
{
    json_t *parent = NULL;
    json_t *value = NULL;
    size_t index = 0;
    if (path->count == 0)
        return error_set(error, STATUS_INVALID, "the document itself cannot be removed");
    enum status status = json_pointer_find(path, patching->document, &value, error);
    if (status == STATUS_OK)
        status = json_pointer_find_parent(path, patching->document, &parent, error);
    if (status == STATUS_OK && json_is_array(parent)) {
        status = json_pointer_index(path, parent, &index, error);
        if (status == STATUS_OK)
            status = shift_check(patching, parent, index, error);
        if (status == STATUS_OK)
            (void)json_array_remove(parent, index);
    } else if (status == STATUS_OK) {
        (void)json_object_del(parent, path->last);
    }
    return status;
}

/* RFC 6902 4.3: the new value is where the old one was, in a member's place too. */
static enum status place_replace(struct patching *patching, const struct json_pointer *path,
                                 json_t *value, struct error *error)
{
    json_t *parent = NULL;
    json_t *old = NULL;
    size_t index = 0;
    enum status status = json_pointer_find(path, patching->document, &old, error);
    if (status != STATUS_OK || path->count == 0)
        return status == STATUS_OK ? place_add(patching, path, value, error) : status;
    status = json_pointer_find_parent(path, patching->document, &parent, error);
    if (status == STATUS_OK && json_is_object(parent))
        return memory_check(json_object_set(parent, path->last, value), error);
    if (status == STATUS_OK)
        status = json_pointer_index(path, parent, &index, error);
    return status == STATUS_OK ? memory_check(json_array_set(parent, index, value), error) : status;
}

/* Operations. */

typedef enum status place_writer(struct patching *patching, const struct json_pointer *path,
                                 json_t *value, struct error *error);

/* Write a copy of what the patch brings, which may be changed by operations to come. */
static enum status own_value_write(struct patching *patching, const struct operation *operation,
                                   place_writer *write, struct error *error)
{
    enum status status = own_value_check(operation, error);
    if (status != STATUS_OK)
        return status;
    json_t *copy = json_deep_copy(operation->value);
    status = memory_check(copy != NULL ? 0 : -1, error);
    if (status == STATUS_OK)
        status = write(patching, &operation->path, copy, error);
    json_decref(copy);
    return status;
}

static enum status add_apply(struct patching *patching, const struct operation *operation,
                             struct error *error)
{
    return own_value_write(patching, operation, place_add, error);
}

static enum status replace_apply(struct patching *patching, const struct operation *operation,
                                 struct error *error)
{
    return own_value_write(patching, operation, place_replace, error);
}

static enum status remove_apply(struct patching *patching, const struct operation *operation,
                                struct error *error)
{
    return place_remove(patching, &operation->path, error);
}

/* RFC 6902 4.4. */
static enum status move_apply(struct patching *patching, const struct operation *operation,
                              struct error *error)
{
    const struct json_pointer *from = &operation->from;
    json_t *value = NULL;
    enum status status = json_pointer_find(from, patching->document, &value, error);
    if (status != STATUS_OK || json_pointer_equal(from, &operation->path))
        return status;
    if (json_pointer_is_inside(&operation->path, from))
        return error_set(error, STATUS_INVALID, "nothing can be moved into itself");
    /* What goes no deeper than it was needs no look. */
    if (operation->path.count > from->count)
        status = depth_check(&operation->path, value, &patching->work_left, error);
    if (status != STATUS_OK)
        return status;
    json_incref(value);
    status = place_remove(patching, from, error);
    if (status == STATUS_OK)
        status = place_add(patching, &operation->path, value, error);
    json_decref(value);
    return status;
}

/* RFC 6902 4.5. */
static enum status copy_apply(struct patching *patching, const struct operation *operation,
                              struct error *error)
{
    json_t *value = NULL;
    enum status status = json_pointer_find(&operation->from, patching->document, &value, error);
    if (status == STATUS_OK)
        status = depth_check(&operation->path, value, &patching->work_left, error);
    if (status != STATUS_OK)
        return status;
    json_t *copy = json_deep_copy(value);
    status = memory_check(copy != NULL ? 0 : -1, error);
    if (status == STATUS_OK)
        status = place_add(patching, &operation->path, copy, error);
    json_decref(copy);
    return status;
}

/* RFC 6902 4.6. The patch's value bounds how far the comparison goes. */
static enum status test_apply(struct patching *patching, const struct operation *operation,
                              struct error *error)
{
    json_t *value = NULL;
    enum status status = json_pointer_find(&operation->path, patching->document, &value, error);
    if (status == STATUS_NOT_FOUND)
        return STATUS_CONFLICT;
    if (status == STATUS_OK && !json_equal(operation->value, value))
        return error_set(error, STATUS_CONFLICT, "the value there is another");
    return status;
}

static const struct {
    const char *name;
    bool takes_value;
    bool takes_from;
    enum status (*apply)(struct patching *patching, const struct operation *operation,
                         struct error *error);
} kinds[] = {
    /* clang-format off */
    {"add",     true,  false, add_apply},
    {"remove",  false, false, remove_apply},
    {"replace", true,  false, replace_apply},
    {"move",    false, true,  move_apply},
    {"copy",    false, true,  copy_apply},
    {"test",    true,  false, test_apply},
    /* clang-format on */
};

enum { KINDS_COUNT = sizeof kinds / sizeof kinds[0] };

/* Reading operations. */

/* STATUS_OK with the kind's place in the table. */
static enum status kind_read(const json_t *source, size_t *kind, struct error *error)
{
    const json_t *name = json_object_get(source, "op");
    if (!json_is_object(source))
        return error_set(error, STATUS_INVALID, "it is not a JSON object");
    if (!json_is_string(name))
        return error_set(error, STATUS_INVALID, "it has no 'op' that is a string");
    for (size_t i = 0; i < KINDS_COUNT; i++) {
        if (strcmp(json_string_value(name), kinds[i].name) == 0 &&
            json_string_length(name) == strlen(kinds[i].name)) {
            *kind = i;
            return STATUS_OK;
        }
    }
    return error_set(error, STATUS_INVALID, "there is no such operation");
}

static enum status pointer_read(const json_t *source, const char *member,
                                struct json_pointer *pointer, struct error *error)
{
    const json_t *text = json_object_get(source, member);
    struct error reason = ERROR_INIT;
    if (!json_is_string(text))
        return error_set(error, STATUS_INVALID, "it has no '%s' that is a string", member);
    enum status status =
        json_pointer_parse(json_string_value(text), json_string_length(text), pointer, &reason);
    return status == STATUS_OK ? STATUS_OK
                               : error_set(error, status, "its '%s': %s", member, reason.text);
}

static void operation_release(struct operation *operation)
{
    json_pointer_release(&operation->path);
    json_pointer_release(&operation->from);
}

static enum status operation_read(const json_t *source, size_t kind, struct operation *operation,
                                  struct error *error)
{
    *operation = (struct operation){.value = json_object_get(source, "value")};
    if (kinds[kind].takes_value && operation->value == NULL)
        return error_set(error, STATUS_INVALID, "it has no 'value'");
    enum status status = pointer_read(source, "path", &operation->path, error);
    if (status == STATUS_OK && kinds[kind].takes_from)
        status = pointer_read(source, "from", &operation->from, error);
    if (status != STATUS_OK)
        operation_release(operation);
    return status;
}

static enum status operation_apply(struct patching *patching, const json_t *source,
                                   struct error *error)
{
    size_t kind = 0;
    struct operation operation;
    enum status status = kind_read(source, &kind, error);
    if (status == STATUS_OK)
        status = operation_read(source, kind, &operation, error);
    if (status != STATUS_OK)
        return status;
    status = kinds[kind].apply(patching, &operation, error);
    operation_release(&operation);
    /* To the caller "not found" would mean the document. */
    return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
}

/* Errors. */

/* A few letters and a string member of the operation; nothing if it has none. */
static void member_show(const json_t *source, const char *before, const char *member,
                        char shown[SHOWN_SIZE])
{
    const json_t *text = json_object_get(source, member);
    shown[0] = '\0';
    if (!json_is_string(text))
        return;
    size_t length = (size_t)snprintf(shown, SHOWN_SIZE, "%s%s", before,
                                     json_string_length(text) == 0 ? "\"\"" : "");
    printable_copy(shown + length, SHOWN_SIZE - length, json_string_value(text),
                   json_string_length(text));
}

static enum status operation_failed(const json_t *source, size_t number, enum status status,
                                    const struct error *reason, struct error *error)
{
    char name[SHOWN_SIZE];
    char from[SHOWN_SIZE];
    char path[SHOWN_SIZE];
    member_show(source, "", "op", name);
    member_show(source, " ", "from", from);
    /* Only these two have a use for it; others ignore a member of that name. */
    if (strcmp(name, "move") != 0 && strcmp(name, "copy") != 0)
        from[0] = '\0';
    member_show(source, from[0] != '\0' ? " to " : " ", "path", path);
    if (name[0] == '\0')
        return error_set(error, status, "operation %zu: %s", number, reason->text);
    return error_set(error, status, "operation %zu (%s%s%s): %s", number, name, from, path,
                     reason->text);
}

static enum status patch_check(const json_t *patch, struct error *error)
{
    if (!json_is_array(patch))
        return error_set(error, STATUS_INVALID, "a JSON patch must be an array of operations");
    if (json_array_size(patch) > JSON_PATCH_OPERATIONS_MAX)
        return error_set(error, STATUS_TOO_LARGE, "the patch has %zu operations, the maximum is %d",
                         json_array_size(patch), JSON_PATCH_OPERATIONS_MAX);
    return STATUS_OK;
}

static enum status operations_apply(struct patching *patching, const json_t *patch,
                                    struct error *error)
{
    struct error reason = ERROR_INIT;
    for (size_t i = 0; i < json_array_size(patch); i++) {
        const json_t *source = json_array_get(patch, i);
        enum status status = operation_apply(patching, source, &reason);
        if (status != STATUS_OK)
            return operation_failed(source, i + 1, status, &reason, error);
    }
    if (!json_is_object(patching->document))
        return error_set(error, STATUS_INVALID, "the patched document would not be a JSON object");
    return STATUS_OK;
}

enum status json_patch_apply(json_t **target, const json_t *patch, struct error *error)
{
    enum status status = patch_check(patch, error);
    if (status != STATUS_OK)
        return status;
    /* All is done to a copy, so that a failure on the way leaves nothing to undo. */
    struct patching patching = {.document = json_deep_copy(*target),
                                .work_left = JSON_PATCH_WORK_MAX + 1};
    status = memory_check(patching.document != NULL ? 0 : -1, error);
    if (status == STATUS_OK)
        status = operations_apply(&patching, patch, error);
    if (status != STATUS_OK) {
        json_decref(patching.document);
        return status;
    }
    json_decref(*target);
    *target = patching.document;
    return STATUS_OK;
}
