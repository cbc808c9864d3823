/*
 * Saving a whole document: by whom it may be replaced, and what becomes of a save that was made
 * from an older one.
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
    bool has_kept;
    uint64_t kept; /* save_kept_hash of that, for when it is not stored any more */
};

enum save_outcome {
    SAVE_REPLACED, /* nobody else saved meanwhile, or it is not known from what it was made */
    SAVE_MERGED,
    SAVE_BASE_LOST,  /* replaced, because the base that it names is not kept any more */
    SAVE_UNMERGEABLE /* replaced, because one of the documents cannot be a tree (json_text.h) */
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
    json_t *conflicts; /* if a merge was tried: an array as in merge.h; null otherwise */
    int64_t now_held;  /* the revision of what the client holds now: what it submitted */
    struct store_commit commit;

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

/*
 * A hash of the PMOs and product managers of a document that is in memory: the same as long as a
 * page leaves them alone. Not for what somebody could forge with profit: who sends it may as well
 * send the members.
 */
uint64_t save_kept_hash(const struct document *document);

#endif
