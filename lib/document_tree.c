#include "document_tree.h"

#include "json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char types_name[] = "taskTypes";

static enum status no_memory(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "out of memory for a JSON tree");
}

/* The six, as a tree of their own. */
static enum status default_types_load(json_t **types, struct error *error)
{
    struct document_text text = document_default_task_types();
    return json_text_load(text.bytes, text.length, types, error);
}

static enum status default_types_supply(json_t *tree, bool *defaulted, struct error *error)
{
    json_t *types = NULL;
    *defaulted = json_array_size(json_object_get(tree, types_name)) == 0;
    if (!*defaulted)
        return STATUS_OK;
    enum status status = default_types_load(&types, error);
    if (status == STATUS_OK && json_object_set_new(tree, types_name, types) != 0)
        status = no_memory(error);
    return status;
}

enum status document_tree_load(struct document *document, json_t **tree, bool *defaulted,
                               struct error *error)
{
    struct document_text text = document_nothing();
    bool supplied = false;
    json_t *loaded = NULL;
    enum status status = document_text_hold(document, error);
    if (status != STATUS_OK)
        return status;
    if (document->length > 0)
        text = document_text_of(document);
    status = json_text_load(text.bytes, text.length, &loaded, error);
    if (status == STATUS_OK && document->length == 0)
        supplied = true;
    else if (status == STATUS_OK)
        status = default_types_supply(loaded, &supplied, error);
    if (status != STATUS_OK) {
        json_decref(loaded);
        return status;
    }
    *tree = loaded;
    if (defaulted != NULL)
        *defaulted = supplied;
    return STATUS_OK;
}

/* A shallow copy without the default task types, if they are in it unchanged. */
static enum status default_types_omit(json_t *tree, json_t **without, struct error *error)
{
    json_t *types = NULL;
    enum status status = default_types_load(&types, error);
    if (status != STATUS_OK)
        return status;
    /* json_copy does not tell when it ran out of memory for a member. */
    *without = json_object();
    if (json_object_update(*without, tree) != 0)
        status = no_memory(error);
    else if (json_equal(json_object_get(tree, types_name), types))
        (void)json_object_del(*without, types_name);
    json_decref(types);
    return status;
}

enum status document_tree_write(json_t *tree, bool defaulted, struct buffer *text,
                                struct error *error)
{
    json_t *without = NULL;
    enum status status = STATUS_OK;
    if (!json_is_object(tree))
        return error_set(error, STATUS_INVALID, "the document would not be a JSON object any more");
    if (defaulted)
        status = default_types_omit(tree, &without, error);
    if (status == STATUS_OK)
        status = json_text_write(without != NULL ? without : tree, JSON_TEXT_INDENTED, text, error);
    json_decref(without);
    return status;
}

/* Projects. */

/* The text of the projects, from '[' to ']'; null bytes if there are none. */
static enum status projects_find(struct document *document, struct document_text *projects,
                                 struct error *error)
{
    const struct json_member *member = &document->outline.watched[DOCUMENT_PROJECTS];
    *projects = (struct document_text){0};
    if (document->length == 0 || !member->found || member->kind != '[' || !member->has_content)
        return STATUS_OK;
    enum status status = document_text_hold(document, error);
    if (status == STATUS_OK)
        *projects = (struct document_text){.bytes = document->text + member->begin,
                                           .length = member->end - member->begin};
    return status;
}

/* Add the ids to the object `ids`, as names. */
static bool ids_collect(json_t *projects, json_t *ids)
{
    size_t index;
    json_t *project;
    bool collected = true;
    json_array_foreach (projects, index, project) {
        json_t *id = json_object_get(project, "id");
        if (!json_is_string(id) && !json_is_integer(id))
            continue;
        char *name = json_dumps(id, JSON_ENCODE_ANY);
        collected = collected && name != NULL && json_object_set_new(ids, name, json_true()) == 0;
        json_text_free(name);
    }
    return collected;
}

/* The ids of the projects, as the names of an object. */
static enum status ids_load(struct document_text projects, json_t **ids, struct error *error)
{
    json_t *tree = NULL;
    enum status status = json_text_load(projects.bytes, projects.length, &tree, error);
    if (status != STATUS_OK)
        return status;
    json_t *collected = json_object();
    if (!ids_collect(tree, collected)) {
        json_decref(collected);
        collected = NULL;
        status = no_memory(error);
    }
    json_decref(tree);
    *ids = collected;
    return status;
}

static bool names_shared(json_t *left, json_t *right)
{
    const char *name;
    json_t *value;
    json_object_foreach (left, name, value) {
        if (json_object_get(right, name) != NULL)
            return true;
    }
    return false;
}

static enum status ids_compare(struct document_text left, struct document_text right,
                               bool *unrelated, struct error *error)
{
    json_t *left_ids = NULL;
    json_t *right_ids = NULL;
    enum status status = ids_load(left, &left_ids, error);
    if (status == STATUS_OK)
        status = ids_load(right, &right_ids, error);
    if (status == STATUS_OK)
        *unrelated = json_object_size(left_ids) > 0 && json_object_size(right_ids) > 0 &&
                     !names_shared(left_ids, right_ids);
    json_decref(left_ids);
    json_decref(right_ids);
    return status;
}

enum status document_unrelated(struct document *left, struct document *right, bool *unrelated,
                               struct error *error)
{
    struct document_text ours;
    struct document_text theirs;
    struct error problem = ERROR_INIT;
    *unrelated = false;
    enum status status = projects_find(left, &ours, &problem);
    if (status == STATUS_OK)
        status = projects_find(right, &theirs, &problem);
    if (status != STATUS_OK)
        return error_forward(error, status, &problem);
    if (ours.bytes == NULL || theirs.bytes == NULL)
        return STATUS_OK;
    /* Most saves leave the projects alone. */
    if (ours.length == theirs.length && memcmp(ours.bytes, theirs.bytes, ours.length) == 0)
        return STATUS_OK;
    status = ids_compare(ours, theirs, unrelated, &problem);
    if (status == STATUS_OK || status == STATUS_INVALID)
        return STATUS_OK;
    return error_forward(error, status, &problem);
}
