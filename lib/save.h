/*
 * Saving a whole document: by whom it may be replaced, and what becomes of a save that was made from
 * an older one.
 *
 * Life cycle: the caller fills what was submitted and what is known of it, save_document does it,
 * save_release ends it, also after an error. Everything given is borrowed until then.
 *
 * A save whose base is known, the document that its client started from, is merged (merge.h) with
 * what others saved meanwhile. Without a base it replaces the document. What is replaced is in the
 * backups; so is what was submitted, where that is not what is stored in the end.
 */
#ifndef SCHEDULE_SAVE_H
#define SCHEDULE_SAVE_H

#include "store.h"

#include <jansson.h>

/*
 * The documents that the client holds, by revision.
 *
 * A page keeps six members of what it loads and drops all others, and it loads PMOs and product
 * managers just once. So what it holds is what it saved last, with the projects, tasks, task types
 * and history records of what it loaded since.
 */
struct save_base {
    bool known;
    bool of_page;
    int64_t held; /* what it loaded or saved last; 0: the empty schedule */
    bool has_saved;
    int64_t saved; /* of a page: what it saved last */
};

enum save_outcome {
    SAVE_REPLACED, /* nobody else saved meanwhile, or it is not known from what it was made */
    SAVE_MERGED,
    SAVE_BASE_LOST /* replaced, because the base that it names is not kept any more */
};

struct save {
    /* Given. */
    struct document
        *submitted; /* canonical, in memory, with its outline; its revision is not used */
    struct conditions conditions;
    struct save_base base;
    bool replaces;  /* the client means to replace whatever is there */
    bool from_page; /* a page may be lost in its own past: see STATUS_UNRELATED */

    /* Told on success. */
    enum save_outcome outcome;
    json_t *conflicts; /* of a merge: an array as in merge.h; null otherwise */
    int64_t now_held;  /* the revision of what the client holds now; 0 if it is not kept */
    int64_t revision;  /* of the document that is current now */
    size_t length;     /* of it, in bytes */
    bool changed;      /* false: it was current already */

    /* Private. */
    struct store *store;
    struct buffer text;     /* of a merge */
    bool stored_as_it_came; /* the submitted text is the current one afterwards */
};

/*
 * Save. STATUS_STALE as the conditions say; STATUS_UNRELATED if a page brings projects of which
 * none is stored, and none was in its base, so that a plan would be lost for another; and what
 * store_update says.
 */
enum status save_document(struct save *save, struct store *store, struct error *error);

void save_release(struct save *save);

#endif
