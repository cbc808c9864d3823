/*
 * JSON patches (RFC 6902): an array of operations on a tree, each of them done or none.
 *
 * Names in pointers are as in json_pointer.h. What `test` compares are values: 1.0 is 1, and the
 * order of members does not matter, provided that both trees were read by json_text_load.
 *
 * Patches come from outside, and `copy` can double a document again and again. So what may be done
 * is bounded: operations by their number, copies and moves by the values they copy or walk, nesting
 * by JSON_DEPTH_MAX.
 */
#ifndef SCHEDULE_JSON_PATCH_H
#define SCHEDULE_JSON_PATCH_H

#include "error.h"

#include <jansson.h>

enum {
    JSON_PATCH_OPERATIONS_MAX = 100000,
    /*
     * Work that the patch's own length does not bound, over all its operations. One unit is a value
     * copied by `copy` or walked by a `move` to a deeper place, 64 bytes of its string or its
     * member's name, or 64 elements that make room for another or close up.
     */
    JSON_PATCH_WORK_MAX = 1 << 20
};

/*
 * Apply `patch`, borrowed and unchanged, to `*target`, an object. On success the caller's reference
 * to `*target` was released and is now one to a new tree, which shares nothing with the old one
 * and with the patch. The document itself can be replaced by the path "", but the outcome must be
 * an object.
 *
 * STATUS_CONFLICT if a `test` fails, which one at a place that is not there does; STATUS_TOO_LARGE
 * beyond the bounds above; STATUS_INVALID for all else that is wrong with the patch, or that does
 * not fit the document (RFC 6902 4, 5), with nesting beyond JSON_DEPTH_MAX; STATUS_NO_MEMORY.
 * `*target` is then what it was. The text names the operation, counted from 1: "operation 3
 * (replace /tasks/9/name): there is no '9' in /tasks".
 */
enum status json_patch_apply(json_t **target, const json_t *patch, struct error *error);

#endif
