/*
 * Where the document is kept: one table of operations, one implementation of it for each place.
 *
 * Life cycle: a store comes from its own open function (store_file_open), is used through the
 * functions below and ends with store_close. The base struct is the first member of every
 * implementation. A store serves one request of one thread.
 *
 * There is one write, `update`: "here is the current document, give me the next one". It runs
 * inside the store's own concurrency control and is repeated by it when somebody was faster, so a
 * transform may be called more than once and must depend on its arguments alone.
 *
 * After an error the stored document is what it was, except after STATUS_UNKNOWN_OUTCOME.
 */
#ifndef SCHEDULE_STORE_H
#define SCHEDULE_STORE_H

#include "document.h"
#include "error.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What happens on the way and is worth a line in a log, which lib/ does not write. None may be
 * null.
 */
struct store_observer {
    void *context;
    void (*directory_created)(void *context, const char *path);
    void (*lock_retry)(void *context, unsigned retry, unsigned retries);
    void (*lock_failed)(void *context, const char *reason);
};

/* A document's text as it is to be stored. Borrowed: it must live until the update is over. */
struct store_text {
    const char *bytes;
    size_t length;
};

/* What an update made of it. */
struct store_commit {
    int64_t revision;
    size_t length;
};

/*
 * Decide what comes after `current` (revision 0: nothing is stored) and set `*next` to its
 * canonical text. Any status but STATUS_OK ends the update with it and stores nothing.
 */
typedef enum status store_transform(void *context, const struct document *current,
                                    struct store_text *next, struct error *error);

struct store;

struct store_operations {
    /*
     * Must fill `document` with what is stored and its outline; revision 0 if nothing is, which may
     * be said only where something could be stored. STATUS_CORRUPT if it is not a document.
     */
    enum status (*load)(struct store *store, struct document *document, struct error *error);
    /*
     * Must do as told above. STATUS_BUSY, STATUS_NO_SPACE, STATUS_CORRUPT (of the current one) etc.
     */
    enum status (*update)(struct store *store, store_transform *transform, void *context,
                          struct store_commit *commit, struct error *error);
    /* The place of the document, for people: a path, never a secret. */
    const char *(*location)(const struct store *store);
    void (*close)(struct store *store);
};

struct store {
    const struct store_operations *operations;
};

/* The document is the caller's to release; after an error there is nothing to release. */
static inline enum status store_load(struct store *store, struct document *document,
                                     struct error *error)
{
    return store->operations->load(store, document, error);
}

/* `*commit` is written on STATUS_OK alone. */
static inline enum status store_update(struct store *store, store_transform *transform,
                                       void *context, struct store_commit *commit,
                                       struct error *error)
{
    return store->operations->update(store, transform, context, commit, error);
}

static inline const char *store_location(const struct store *store)
{
    return store->operations->location(store);
}

/* Closing nothing is allowed. */
static inline void store_close(struct store *store)
{
    if (store != NULL)
        store->operations->close(store);
}

#endif
