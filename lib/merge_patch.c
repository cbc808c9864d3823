#include "merge_patch.h"

#include <stdbool.h>

static json_t *value_patched(json_t *target, json_t *patch);

/* False if memory is exhausted. */
static bool members_patch(json_t *patched, json_t *patch)
{
    bool done = true;
    const char *name;
    json_t *value;
    json_object_foreach (patch, name, value) {
        if (json_is_null(value))
            /* Fails where there is no such member, and then there is nothing to remove. */
            (void)json_object_del(patched, name);
        else
            done = done &&
                   json_object_set_new(patched, name,
                                       value_patched(json_object_get(patched, name), value)) == 0;
    }
    return done;
}

/*
 * A new value: `patch` laid over `target`, which is null if there is nothing. Null if memory is
 * exhausted. It goes no deeper than the patch does.
 */
static json_t *value_patched(json_t *target, json_t *patch)
{
    if (!json_is_object(patch))
        return json_deep_copy(patch);
    json_t *patched = json_object();
    /* Not json_copy, which leaves members out when memory is exhausted. */
    bool done = patched != NULL;
    if (done && json_is_object(target))
        done = json_object_update(patched, target) == 0;
    if (done && members_patch(patched, patch))
        return patched;
    json_decref(patched);
    return NULL;
}

enum status merge_patch_apply(json_t **target, json_t *patch, struct error *error)
{
    if (!json_is_object(patch))
        return error_set(error, STATUS_INVALID,
                         "a merge patch must be a JSON object of the members to change");
    json_t *patched = value_patched(*target, patch);
    if (patched == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for a merge patch");
    json_decref(*target);
    *target = patched;
    return STATUS_OK;
}
