/*
 * Changing a part of the stored document: one function on its tree, run inside the store's update.
 */
#ifndef SCHEDULE_EDIT_H
#define SCHEDULE_EDIT_H

#include "store.h"

#include <jansson.h>

/*
 * Change `*tree`, which shows what a reader sees, in place or for another one. It may run more than
 * once, each time on a tree of its own. Any status but STATUS_OK stores nothing.
 */
typedef enum status edit_function(void *context, json_t **tree, struct error *error);

struct edit {
    edit_function *apply;
    void *context;
    struct conditions conditions;
    size_t length_max; /* of the document's text afterwards, in bytes */
};

/*
 * Apply the edit and store what comes of it. STATUS_STALE as the conditions say, what `apply` and
 * store_update say, STATUS_TOO_LARGE beyond the maximum, STATUS_CONFLICT for a stored document that
 * cannot be a tree (json_text.h). `*commit` is written on STATUS_OK alone.
 */
enum status edit_document(const struct edit *edit, struct store *store, struct store_commit *commit,
                          struct error *error);

#endif
