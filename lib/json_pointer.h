/*
 * JSON pointers (RFC 6901): a text such as "/tasks/0/name" that names one value of a tree.
 *
 * Life cycle: json_pointer_parse, any number of look-ups, json_pointer_release. The pointer owns
 * its tokens and borrows the text it was made from, which must live as long. After a failed parse
 * there is nothing to release. Look-ups change nothing and give borrowed values.
 *
 * "" names the whole tree. A member may have any name, the empty one included. An element is named
 * by its index: digits without a sign and without leading zeros. "-" is the place behind the last
 * element, where something can be added and nothing be found.
 */
#ifndef SCHEDULE_JSON_POINTER_H
#define SCHEDULE_JSON_POINTER_H

#include "error.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>

struct json_pointer {
    size_t count;     /* of reference tokens; 0: the whole tree */
    const char *last; /* the last of them, unescaped; null if there is none */

    /* Private. */
    const char *text;
    size_t length;
    char *tokens; /* unescaped, each ended by a NUL */
};

/*
 * Read `length` bytes of UTF-8. STATUS_INVALID if they are neither empty nor start with '/', if a
 * '~' stands before anything but 0 and 1 (RFC 6901 3), or if they hold a NUL, which no member's
 * name here can; STATUS_NO_MEMORY.
 */
enum status json_pointer_parse(const char *text, size_t length, struct json_pointer *pointer,
                               struct error *error);
void json_pointer_release(struct json_pointer *pointer);

bool json_pointer_equal(const struct json_pointer *left, const struct json_pointer *right);

/* Whether `inner` names something within what `outer` names, and not that itself. */
bool json_pointer_is_inside(const struct json_pointer *inner, const struct json_pointer *outer);

/*
 * The value that is named (RFC 6901 4), borrowed from the tree. STATUS_NOT_FOUND if there is none,
 * STATUS_INVALID if a token at an array is no index.
 */
enum status json_pointer_find(const struct json_pointer *pointer, json_t *tree, json_t **value,
                              struct error *error);

/*
 * The object or array that holds what is named, or would: the last token need not be there.
 * The pointer must have one. Errors as for json_pointer_find; STATUS_NOT_FOUND too if what should
 * be the parent is neither object nor array.
 */
enum status json_pointer_find_parent(const struct json_pointer *pointer, json_t *tree,
                                     json_t **parent, struct error *error);

/*
 * The last token as a place in its parent, an array, where an element can be inserted: 0 up to the
 * number of elements, which "-" stands for. STATUS_NOT_FOUND beyond, STATUS_INVALID if it is no
 * index.
 */
enum status json_pointer_index(const struct json_pointer *pointer, const json_t *array,
                               size_t *index, struct error *error);

#endif
