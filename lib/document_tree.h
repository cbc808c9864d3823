/*
 * A document as a tree, for what needs its structure: merging, patches, items.
 *
 * A tree shows what a reader sees: the default task types are in it when none are stored. They are
 * not meant to be stored, so a tree that is written goes through document_tree_write, which leaves
 * them out again unless they were changed. Trees are the caller's, to be released with json_decref.
 */
#ifndef SCHEDULE_DOCUMENT_TREE_H
#define SCHEDULE_DOCUMENT_TREE_H

#include "buffer.h"
#include "document.h"
#include "error.h"

#include <jansson.h>

#include <stdbool.h>

/*
 * Read the document, also one with nothing stored, into `*tree`; its text is held in memory then.
 * `*defaulted` (or null) tells whether the default task types were supplied. STATUS_INVALID if it
 * is one of the few that cannot be a tree (json_text.h).
 */
enum status document_tree_load(struct document *document, json_t **tree, bool *defaulted,
                               struct error *error);

/*
 * Write the tree as a text to be stored. With `defaulted` the default task types are left out if
 * they are still what was supplied. STATUS_INVALID if it is not an object or nested too deeply,
 * STATUS_TOO_LARGE beyond the buffer's maximum.
 */
enum status document_tree_write(json_t *tree, bool defaulted, struct buffer *text,
                                struct error *error);

/*
 * Whether both texts have projects with ids, and not one in common: then hardly one was made from
 * the other. A document that cannot be read as a tree is unrelated to nothing.
 */
enum status document_unrelated(struct document *left, struct document *right, bool *unrelated,
                               struct error *error);

#endif
