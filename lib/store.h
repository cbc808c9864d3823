/*
 * Where the document is kept: one table of operations, one implementation of it for each place.
 *
 * Life cycle: a store comes from its own open function (store_file_open), is used through the
 * functions below and ends with store_close. The base struct is the first member of every
 * implementation. A store serves one request of one thread.
 *
 * There is one write, `update`: "here is the current document, give me the next one". It runs
 * inside the store's own concurrency control and is repeated by it when somebody was faster, so a
 * transform may be called more than once and must depend on its arguments and the store alone.
 *
 * Before a document is replaced it becomes a backup (backup.h), where any are kept, and so it can
 * still be loaded by its revision. After an error the stored document is what it was, except after
 * STATUS_UNKNOWN_OUTCOME and, perhaps, STATUS_UNCERTAIN.
 */
#ifndef SCHEDULE_STORE_H
#define SCHEDULE_STORE_H

#include "backup.h"
#include "condition.h"
#include "document.h"
#include "error.h"
#include "savers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the place of a document, with the NUL. */
enum { STORE_LOCATION_SIZE = 1280 };

/*
 * What happens on the way and is worth a line in a log, which lib/ does not write. None may be
 * null.
 */
struct store_observer {
    const void *context;
    void (*directory_created)(const void *context, const char *path);
    void (*lock_retry)(const void *context, unsigned retry, unsigned retries);
    void (*lock_failed)(const void *context, const char *reason);
    void (*backup_gave_way)(const void *context, int64_t revision); /* there was no space left */
    void (*corrupt_set_aside)(const void *context, const char *name);
    /* It was saved, but who did that could not be noted. */
    void (*saver_not_noted)(const void *context, const char *reason);
    /* A server was in the way; the work goes on, with another try. */
    void (*server_retry)(const void *context, const char *reason);
};

/* What an update is to store. Borrowed: it must live until the update is over. */
struct store_next {
    struct document_text text;      /* canonical; null bytes: nothing changes */
    struct document_text submitted; /* kept as a backup of its own just before; null bytes: none */
};

/* What an update made of it. */
struct store_commit {
    int64_t revision;  /* of the document that is current now */
    int64_t submitted; /* of the submitted one, or 0 if none was kept */
    size_t length;     /* of the current document, in bytes */
    bool changed;      /* false: what was to be stored was stored already */
};

/*
 * Decide what comes after `current` (revision 0: nothing is stored) and fill `*next`, which comes
 * empty. Any status but STATUS_OK ends the update with it and stores nothing.
 */
typedef enum status store_transform_function(void *context, struct document *current,
                                             struct store_next *next, struct error *error);

struct store_transform {
    store_transform_function *decide;
    void *context;
    /*
     * Go on if what is stored is not a document: it is set aside, and `current` has its revision
     * alone, without a text.
     */
    bool replaces_corrupt;
};

/* How a store is. Where something cannot be found out it is 0 or false. */
struct store_health {
    const char *kind; /* "file", "postgres" or "s3" */
    bool readable;    /* the current document, or that there is none, could be told */
    bool writable;    /* a write was tried, in a directory one of the current document's size */
    bool locked;      /* somebody else was saving at the moment */
    bool ephemeral;   /* kept in memory only: gone with the machine */
    int64_t revision;
    uint64_t bytes;
    uint64_t backups;      /* that are listed */
    uint64_t backup_bytes; /* of these and of the bases */
    uint64_t free_bytes;
    uint64_t free_inodes;
};

struct store;

struct store_operations {
    /* Must tell the current revision, 0 if nothing is stored, without opening the document. */
    enum status (*revision)(struct store *store, int64_t *revision, struct error *error);
    /*
     * Must fill `document` with what is stored and its outline; revision 0 if nothing is, which may
     * be said only where something could be stored. STATUS_CORRUPT if it is not a document.
     */
    enum status (*load)(struct store *store, struct document *document, struct error *error);
    /*
     * May do the same if that takes no look into the text, because the outline is known from when
     * it was stored; else set `*known` to false and leave nothing to release. Null where that is
     * never so.
     */
    enum status (*load_known)(struct store *store, struct document *document, bool *known,
                              struct error *error);
    /*
     * Must do as load for the backup of that revision, its text as it is kept. STATUS_NOT_FOUND if
     * there is none. A transform may call this.
     */
    enum status (*load_backup)(struct store *store, int64_t revision, struct document *document,
                               struct error *error);
    /*
     * Must do as told above. What equals the current text is not written, and keeps the revision.
     * STATUS_BUSY, STATUS_NO_SPACE, STATUS_CORRUPT (of the current one) etc.
     */
    enum status (*update)(struct store *store, const struct store_transform *transform,
                          struct store_commit *commit, struct error *error);
    /* Must append all backups, bases too, and sort the list, which is the caller's. */
    enum status (*backups)(struct store *store, struct backup_list *list, struct error *error);
    /*
     * Must add who saved the current document and each of the backups, as far as that is known, and
     * sort the list, which is the caller's. What is told of other revisions is no harm.
     */
    enum status (*savers)(struct store *store, struct savers *savers, struct error *error);
    /*
     * Must keep the current document for good, and tell its revision. STATUS_STALE as the
     * conditions say, STATUS_CONFLICT if nothing is stored.
     */
    enum status (*pin)(struct store *store, const struct conditions *conditions, int64_t *revision,
                       struct error *error);
    /*
     * Must remove the backup, pinned or not. STATUS_NOT_FOUND if there is none, STATUS_STALE as the
     * conditions say of the current document.
     */
    enum status (*unkeep)(struct store *store, int64_t revision,
                          const struct conditions *conditions, struct error *error);
    /*
     * Must keep, for who copies from another store, a backup as it is called there. One that is there
     * already under this kind and revision is left alone. What expires later is not looked at. Who
     * saved it is noted, unless `saved_by` is null, but never of another text that is there already;
     * nor need it be where somebody is known already.
     */
    enum status (*adopt_backup)(struct store *store, const struct backup *as,
                                struct document_text text, const char *saved_by,
                                struct error *error);
    /*
     * Must make the text the current document under that revision, if the current revision is
     * `expected`; else STATUS_STALE. What is replaced is not kept. Who saved it is noted, unless
     * `saved_by` is null. With `revision` as `expected` only that is done, of what is the current
     * document already: STATUS_STALE if its text is another one.
     */
    enum status (*adopt)(struct store *store, int64_t expected, int64_t revision,
                         struct document_text text, const char *saved_by, struct error *error);
    /* Must tell whether what is replaced is kept at all. */
    bool (*keeps_backups)(const struct store *store);
    /*
     * Must fill `health` as far as it can, and tell in `error` what is wrong. Never waits for a
     * lock.
     */
    enum status (*health)(struct store *store, struct store_health *health, struct error *error);
    /* Must write the place of the document, for people: a path or an address, never a secret. */
    void (*location)(const struct store *store, char text[STORE_LOCATION_SIZE]);
    void (*close)(struct store *store);
};

struct store {
    const struct store_operations *operations;
};

static inline enum status store_revision(struct store *store, int64_t *revision,
                                         struct error *error)
{
    return store->operations->revision(store, revision, error);
}

/* The document is the caller's to release; after an error there is nothing to release. */
static inline enum status store_load(struct store *store, struct document *document,
                                     struct error *error)
{
    return store->operations->load(store, document, error);
}

/* The same, where `*known` is true. */
static inline enum status store_load_known(struct store *store, struct document *document,
                                           bool *known, struct error *error)
{
    *known = false;
    if (store->operations->load_known == NULL)
        return STATUS_OK;
    return store->operations->load_known(store, document, known, error);
}

/* As store_load. */
static inline enum status store_load_backup(struct store *store, int64_t revision,
                                            struct document *document, struct error *error)
{
    return store->operations->load_backup(store, revision, document, error);
}

/* `*commit` is written on STATUS_OK alone. */
static inline enum status store_update(struct store *store, const struct store_transform *transform,
                                       struct store_commit *commit, struct error *error)
{
    return store->operations->update(store, transform, commit, error);
}

static inline enum status store_backups(struct store *store, struct backup_list *list,
                                        struct error *error)
{
    return store->operations->backups(store, list, error);
}

static inline enum status store_savers(struct store *store, struct savers *savers,
                                       struct error *error)
{
    return store->operations->savers(store, savers, error);
}

static inline enum status store_pin(struct store *store, const struct conditions *conditions,
                                    int64_t *revision, struct error *error)
{
    return store->operations->pin(store, conditions, revision, error);
}

static inline enum status store_unkeep(struct store *store, int64_t revision,
                                       const struct conditions *conditions, struct error *error)
{
    return store->operations->unkeep(store, revision, conditions, error);
}

static inline enum status store_adopt_backup(struct store *store, const struct backup *as,
                                             struct document_text text, const char *saved_by,
                                             struct error *error)
{
    return store->operations->adopt_backup(store, as, text, saved_by, error);
}

static inline enum status store_adopt(struct store *store, int64_t expected, int64_t revision,
                                      struct document_text text, const char *saved_by,
                                      struct error *error)
{
    return store->operations->adopt(store, expected, revision, text, saved_by, error);
}

static inline bool store_keeps_backups(const struct store *store)
{
    return store->operations->keeps_backups(store);
}

static inline enum status store_check_health(struct store *store, struct store_health *health,
                                             struct error *error)
{
    return store->operations->health(store, health, error);
}

static inline void store_location(const struct store *store, char text[STORE_LOCATION_SIZE])
{
    store->operations->location(store, text);
}

/* Closing nothing is allowed. */
static inline void store_close(struct store *store)
{
    if (store != NULL)
        store->operations->close(store);
}

#endif
