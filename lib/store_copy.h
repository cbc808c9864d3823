/*
 * Taking a document with all its backups from one store to another, under the revisions that they have
 * and with the names of who saved them, so that pages that are open go on as if nothing had happened.
 *
 * The source is only read. The current document comes last, so who looks at the other store finds it
 * empty or complete. Copying again goes on where it was interrupted, and brings over what was saved
 * since. After an error the other store has some of the backups, and the document that it had.
 */
#ifndef SCHEDULE_STORE_COPY_H
#define SCHEDULE_STORE_COPY_H

#include "store.h"

#include <stddef.h>
#include <stdint.h>

struct store_copy {
    int64_t revision; /* of the current document; 0: there is none, so nothing but backups */
    size_t backups;   /* all that there are in the source, and now in the other store, too */
    uint64_t bytes;   /* of all texts */
};

/*
 * Copy, and then compare each text in `to` with that in `from`. STATUS_CONFLICT if `to` holds a
 * document that `from` has never had, or another text under the same revision; STATUS_BUSY if
 * somebody saved to `from` meanwhile; STATUS_NOT_FOUND if there is nothing in it; what the stores say. `*copy` is written on STATUS_OK alone.
 */
enum status store_copy_all(struct store *from, struct store *to, struct store_copy *copy,
                           struct error *error);

#endif
