/*
 * Collections: the top-level arrays of a document that hold objects with ids (projects, tasks,
 * ...), and their items one by one.
 *
 * An id is a string that is not empty, or an integer. In a request it is a text, so ids are told
 * apart by their text: an integer goes by its digits, and where both are there the string comes
 * first. Ids may repeat in what pages saved; the first item counts. Elements without an id stay
 * where they are and cannot be named.
 *
 * Six collections are known: projects, tasks, taskTypes, pmos, productManagers and historyRecords.
 * A document without one of them has it empty. Others exist if the document has them.
 *
 * Documents are trees of the caller's, an object each. Items given to a function are borrowed and
 * copied. After any error the document is what it was. All functions give STATUS_NOT_FOUND if there
 * is no such collection, STATUS_CONFLICT if the member of that name is no array of objects, and
 * STATUS_NO_MEMORY.
 */
#ifndef SCHEDULE_COLLECTION_H
#define SCHEDULE_COLLECTION_H

#include "error.h"

#include <jansson.h>

#include <stdint.h>

enum {
    /* An integer's digits, its sign and a NUL. */
    COLLECTION_DIGITS_SIZE = 24
};

/*
 * The text of an item's id: that of the string, or digits, written into `digits`. Null if it has no
 * id that can be named.
 */
const char *collection_item_id(const json_t *item, char digits[COLLECTION_DIGITS_SIZE]);

/* All items, as a reference of the caller's to an array to read and not to change. */
enum status collection_list(const json_t *document, const char *name, json_t **items,
                            struct error *error);

/* One item, borrowed from the document. STATUS_NOT_FOUND if there is none with this id. */
enum status collection_get(const json_t *document, const char *name, const char *id, json_t **item,
                           struct error *error);

/*
 * Append a copy of `item`; `*added`, which may be null, becomes that, borrowed from the document.
 * Without an id it gets "<kind>-<milliseconds>" for its first member, where the kind is the
 * collection's name in the singular and the milliseconds are `now_ms` or the first after it that
 * are free. STATUS_INVALID if it is no object or its id is none; STATUS_CONFLICT if the id is
 * there.
 */
enum status collection_add(json_t *document, const char *name, const json_t *item, int64_t now_ms,
                           json_t **added, struct error *error);

/*
 * Put a copy of `item` where the one with this id is. Without an id it gets the old one for its
 * first member. STATUS_NOT_FOUND if there is none with this id, STATUS_INVALID if `item` is no
 * object, STATUS_CONFLICT if its id is another (the string "1" and the number 1 are two).
 */
enum status collection_replace(json_t *document, const char *name, const char *id,
                               const json_t *item, struct error *error);

/*
 * Apply a merge patch (RFC 7396, merge_patch.h) to an item. STATUS_NOT_FOUND if there is none with
 * this id, STATUS_INVALID if the patch is no object, STATUS_CONFLICT if it would change the id.
 */
enum status collection_patch(json_t *document, const char *name, const char *id, json_t *patch,
                             struct error *error);

/* Remove an item. STATUS_NOT_FOUND if there is none with this id. */
enum status collection_remove(json_t *document, const char *name, const char *id,
                              struct error *error);

#endif
