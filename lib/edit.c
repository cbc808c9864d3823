#include "edit.h"

#include "document_tree.h"

struct editing {
    const struct edit *edit;
    struct buffer text;
};

static enum status current_tree_load(struct document *current, json_t **tree, bool *defaulted,
                                     struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status = document_tree_load(current, tree, defaulted, &problem);
    if (status == STATUS_INVALID) /* not the fault of who sends the edit */
        return error_set(error, STATUS_CONFLICT,
                         "the stored document cannot be changed in parts, only as a whole: %s",
                         problem.text);
    return error_forward(error, status, &problem);
}

static enum status edit_decide(void *context, struct document *current, struct store_next *next,
                               struct error *error)
{
    struct editing *editing = context;
    json_t *tree = NULL;
    bool defaulted = false;
    enum status status = conditions_check(&editing->edit->conditions, current->revision, error);
    if (status == STATUS_OK)
        status = current_tree_load(current, &tree, &defaulted, error);
    json_t *before = json_deep_copy(tree);
    if (status == STATUS_OK && before == NULL)
        status = error_set(error, STATUS_NO_MEMORY, "out of memory for a JSON tree");
    if (status == STATUS_OK)
        status = editing->edit->apply(editing->edit->context, &tree, error);
    editing->text.length = 0;
    /* What changes nothing is not to change the spelling of numbers either. */
    bool changed = status == STATUS_OK && !json_equal(before, tree);
    if (changed)
        status = document_tree_write(tree, defaulted, &editing->text, error);
    json_decref(before);
    json_decref(tree);
    if (changed && status == STATUS_OK)
        next->text = document_text_written(&editing->text);
    return status;
}

enum status edit_document(const struct edit *edit, struct store *store, struct store_commit *commit,
                          struct error *error)
{
    struct editing editing = {.edit = edit};
    const struct store_transform transform = {.decide = edit_decide, .context = &editing};
    buffer_init(&editing.text, edit->length_max);
    enum status status = store_update(store, &transform, commit, error);
    buffer_release(&editing.text);
    return status;
}
