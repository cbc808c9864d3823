/*
 * Merge patches (RFC 7396): an object that is laid over another, where null removes a member.
 * What the other has at a place where the patch has an object is laid over in turn; all else,
 * arrays too, is replaced whole.
 */
#ifndef SCHEDULE_MERGE_PATCH_H
#define SCHEDULE_MERGE_PATCH_H

#include "error.h"

#include <jansson.h>

/*
 * Apply `patch`, borrowed and unchanged, to `*target`, an object (RFC 7396 2). On success the
 * caller's reference to `*target` was released and is now one to the patched tree, which took over
 * what the patch left alone and has copies of what the patch brought: whoever holds other
 * references to the old tree must not change either. Members keep their order, new ones follow.
 *
 * STATUS_INVALID if the patch is not an object, which would replace the target by what is none;
 * STATUS_NO_MEMORY. `*target` is then what it was.
 */
enum status merge_patch_apply(json_t **target, json_t *patch, struct error *error);

#endif
