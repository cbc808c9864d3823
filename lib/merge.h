/*
 * The three-way merge of documents: what two people made of one base.
 *
 * Objects are merged by member, arrays of objects by their elements' `id`, arrays of scalars as
 * sets; all else is taken whole. What one side alone changed is that side's. What both changed
 * differently is the incoming side's, and a conflict is recorded. Edited by one and removed by the
 * other: the edit stays, and a conflict is recorded. Order is the current side's, with what the
 * incoming one added behind it.
 *
 * Elements whose ids repeat are told apart by their occurrence (first, second, ...), elements
 * without an id (a string or a number) by their whole value. An array that holds objects on one
 * side and scalars on another, or anything else, is taken whole; nulls are scalars among scalars
 * and objects without an id among objects.
 *
 * Laws: merge(b, b, x) = x, merge(b, x, b) = x, merge(b, x, x) = x; and nothing that either side
 * added is missing.
 */
#ifndef SCHEDULE_MERGE_H
#define SCHEDULE_MERGE_H

#include "error.h"

#include <jansson.h>

enum { MERGE_CONFLICTS_MAX = 1000 };

/* Both are the caller's to release, with json_decref. */
struct merge {
    json_t *document; /* shares values with the three it was made from: read, do not change */
    /*
     * An array of {"path","base","current","incoming"}; a side that does not have it is left out.
     * The path is a JSON pointer in which an element goes by its id: "/tasks/task-1/progress". Of
     * more than MERGE_CONFLICTS_MAX the first so many.
     */
    json_t *conflicts;
};

/* The three are borrowed and unchanged. STATUS_NO_MEMORY; `*merge` is written on success alone. */
enum status merge_documents(json_t *base, json_t *current, json_t *incoming, struct merge *merge,
                            struct error *error);

#endif
