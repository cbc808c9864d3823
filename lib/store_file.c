#include "store_file.h"

#include "backup_file.h"
#include "backup_ledger.h"
#include "data_directory.h"
#include "document_file.h"
#include "file_health.h"
#include "file_lock.h"
#include "file_update.h"
#include "io.h"
#include "outline_record.h"
#include "pending_file.h"
#include "regular_file.h"
#include "saver_log.h"
#include "system_calls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char data_name[] = DOCUMENT_FILE_NAME;
static const char lock_name[] = "data.lock";

static struct store_file *store_file_of(struct store *store)
{
    return (struct store_file *)store;
}

/* Loading. */

/*
 * Nothing stored is an answer only of a directory that could hold something: a read-only one is
 * more likely the wrong one, and a page saves back what it loads.
 */
static enum status absence_check(const struct store_file *store, struct error *error)
{
    if (system_calls->faccessat(store->directory.descriptor, ".", W_OK, AT_EACCESS) != 0)
        return error_set_system(error, errno, "access", store->directory.path, NULL);
    return STATUS_OK;
}

static enum status store_file_revision(struct store *base, int64_t *revision, struct error *error)
{
    const struct store_file *store = store_file_of(base);
    int64_t found = 0;
    enum status status = document_file_find_revision(&store->directory, data_name, &found, error);
    if (status == STATUS_OK && found == 0)
        status = absence_check(store, error);
    if (status == STATUS_OK)
        *revision = found;
    return status;
}

static enum status store_file_load(struct store *base, struct document *document,
                                   struct error *error)
{
    const struct store_file *store = store_file_of(base);
    struct error problem = ERROR_INIT;
    enum status status = document_file_load(&store->directory, data_name, document, &problem);
    if (status == STATUS_NOT_FOUND) {
        status = absence_check(store, error);
        if (status == STATUS_OK)
            document_init(document);
        return status;
    }
    if (status == STATUS_CORRUPT)
        return error_set(error, status,
                         "the stored document %s; nothing is served or saved until it is mended, "
                         "moved away, or replaced by a backup (scripts/restore)",
                         problem.text);
    return error_forward(error, status, &problem);
}

/* Find an outline by way of the lock file's name, for who has no lock. */
static bool outline_find(const struct store_file *store, const struct stat *document,
                         struct json_outline *outline)
{
    struct stat found;
    int descriptor = -1;
    if (regular_file_open(&store->directory, lock_name, O_RDONLY, &descriptor, &found, NULL) !=
            STATUS_OK ||
        descriptor < 0)
        return false;
    bool known = outline_record_read(descriptor, document, outline);
    io_close(&descriptor);
    return known;
}

/* As store_load_known; `lock` is held, or null. */
static enum status known_load(const struct store_file *store, const struct file_lock *lock,
                              struct document *document, bool *known, struct error *error)
{
    struct stat found;
    enum status status = document_file_open(&store->directory, data_name, document, &found, error);
    if (status != STATUS_OK)
        return status;
    *known = document->descriptor >= 0 &&
             (lock != NULL ? outline_record_read(lock->descriptor, &found, &document->outline)
                           : outline_find(store, &found, &document->outline));
    if (!*known)
        document_release(document);
    return STATUS_OK;
}

static enum status store_file_load_known(struct store *base, struct document *document, bool *known,
                                         struct error *error)
{
    return known_load(store_file_of(base), NULL, document, known, error);
}

static enum status store_file_load_backup(struct store *base, int64_t revision,
                                          struct document *document, struct error *error)
{
    return backup_file_load(&store_file_of(base)->directory, revision, document, error);
}

/* Saving. */

static void lock_retried(void *context, unsigned retry)
{
    const struct store_observer *observer = ((const struct store_file *)context)->observer;
    observer->lock_retry(observer->context, retry, FILE_LOCK_RETRIES);
}

static enum status lock_take(struct store_file *store, struct file_lock *lock, struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status =
        file_lock_acquire(lock, &store->directory, lock_name, store->options->lock_timeout_ms,
                          lock_retried, store, &problem);
    if (status == STATUS_OK) {
        held_signals_hold(&store->signals);
        return status;
    }
    store->observer->lock_failed(store->observer->context, problem.text);
    return error_forward(error, status, &problem);
}

/*
 * One that is not long is held, as store_load would: whether another equals it must not depend on a
 * disk.
 */
static enum status known_hold(struct document *current, struct error *error)
{
    enum status status = STATUS_OK;
    if (current->length < DOCUMENT_INLINE_SIZE)
        status = document_text_hold(current, error);
    if (status != STATUS_OK)
        document_release(current);
    return status;
}

/* The current document, or, for who replaces a damaged one, its revision alone. */
static enum status current_load(struct store_file *store, const struct file_lock *lock,
                                bool may_be_corrupt, struct document *current, bool *known,
                                struct error *error)
{
    struct error problem = ERROR_INIT;
    document_init(current);
    enum status status = known_load(store, lock, current, known, error);
    if (status == STATUS_OK && *known)
        return known_hold(current, error);
    if (status != STATUS_OK)
        return status;
    status = store_file_load(&store->base, current, &problem);
    if (status == STATUS_CORRUPT && may_be_corrupt)
        return document_file_find_revision(&store->directory, data_name, &current->revision, error);
    return error_forward(error, status, &problem);
}

static enum status store_file_update(struct store *base, const struct store_transform *transform,
                                     struct store_commit *commit, struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct document current;
    struct file_lock lock;
    struct file_update update = {.store = base,
                                 .directory = &store->directory,
                                 .lock = &lock,
                                 .retention = &store->options->retention,
                                 .saved_by = store->options->saved_by,
                                 .observer = store->observer,
                                 .current = &current};
    enum status status = lock_take(store, &lock, error);
    if (status != STATUS_OK)
        return status;
    status = current_load(store, &lock, transform->replaces_corrupt, &current,
                          &update.current_known, error);
    if (status == STATUS_OK)
        status = file_update_run(&update, transform, commit, error);
    document_release(&current);
    file_lock_release(&lock);
    return status;
}

/* Backups. */

static enum status store_file_backups(struct store *base, struct backup_list *list,
                                      struct error *error)
{
    return backup_file_list(&store_file_of(base)->directory, list, error);
}

static enum status store_file_savers(struct store *base, struct savers *savers, struct error *error)
{
    return saver_log_read(&store_file_of(base)->directory, savers, error);
}

/*
 * A name more or less of the current document's file is a change of it: what was noted of it counts
 * no more, and is noted again.
 */
static void current_note(const struct file_lock *lock, const struct document *current)
{
    const struct outline_subject subject = {.name = data_name,
                                            .inode = current->identity.inode,
                                            .revision = current->revision,
                                            .length = current->length};
    outline_record_write(lock, &subject, &current->outline);
}

static enum status current_pin(const struct store_file *store, const struct file_lock *lock,
                               const struct document *current, struct error *error)
{
    if (current->revision == 0)
        return error_set(error, STATUS_CONFLICT, "nothing is stored that could be kept");
    backup_ledger_forget(lock);
    pending_file_sweep(&store->directory);
    enum status status = backup_file_pin(&store->directory, data_name, current->revision, error);
    if (status == STATUS_OK)
        status = data_directory_sync(&store->directory, error);
    current_note(lock, current);
    return status;
}

static enum status pin_locked(struct store_file *store, const struct file_lock *lock,
                              const struct conditions *conditions, int64_t *revision,
                              struct error *error)
{
    struct document current;
    bool known = false;
    enum status status = current_load(store, lock, false, &current, &known, error);
    if (status != STATUS_OK)
        return status;
    status = conditions_check(conditions, current.revision, error);
    if (status == STATUS_OK)
        status = current_pin(store, lock, &current, error);
    if (status == STATUS_OK)
        *revision = current.revision;
    document_release(&current);
    return status;
}

static enum status store_file_pin(struct store *base, const struct conditions *conditions,
                                  int64_t *revision, struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct file_lock lock;
    enum status status = lock_take(store, &lock, error);
    if (status != STATUS_OK)
        return status;
    status = pin_locked(store, &lock, conditions, revision, error);
    file_lock_release(&lock);
    return status;
}

static enum status backup_unkeep(struct store_file *store, const struct file_lock *lock,
                                 int64_t revision, struct error *error)
{
    struct document current;
    bool known = false;
    if (known_load(store, lock, &current, &known, NULL) != STATUS_OK)
        known = false;
    backup_ledger_forget(lock);
    enum status status = backup_file_remove(&store->directory, revision, error);
    if (status == STATUS_OK)
        status = data_directory_sync(&store->directory, error);
    if (known) {
        current_note(lock, &current);
        document_release(&current);
    }
    return status;
}

static enum status store_file_unkeep(struct store *base, int64_t revision,
                                     const struct conditions *conditions, struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct file_lock lock;
    int64_t current = 0;
    enum status status = lock_take(store, &lock, error);
    if (status != STATUS_OK)
        return status;
    status = document_file_find_revision(&store->directory, data_name, &current, error);
    if (status == STATUS_OK)
        status = conditions_check(conditions, current, error);
    if (status == STATUS_OK)
        status = backup_unkeep(store, &lock, revision, error);
    file_lock_release(&lock);
    return status;
}

/* Adopting what another store has. */

/* It is adopted in any case. */
static void saver_adopt(const struct store_file *store, const struct file_lock *lock,
                        int64_t revision, const char *saved_by)
{
    const struct saver_entry entry = {.name = saved_by, .revision = revision};
    struct error problem = ERROR_INIT;
    if (saved_by == NULL)
        return;
    backup_ledger_forget(lock);
    if (saver_log_append(&store->directory, &entry, 0, &problem) != STATUS_OK)
        store->observer->saver_not_noted(store->observer->context, problem.text);
}

/* `*exists` tells whether there was one already, perhaps with another text. */
static enum status backup_adopt(const struct store_file *store, const struct file_lock *lock,
                                const struct backup *as, struct document_text text, bool *exists,
                                struct error *error)
{
    enum status status =
        backup_file_exists(&store->directory, as->kind, as->revision, exists, error);
    if (status != STATUS_OK)
        return status;
    /* Who wrote it may have been killed before it was safe. */
    if (*exists)
        return data_directory_sync(&store->directory, error);
    backup_ledger_forget(lock);
    pending_file_sweep(&store->directory);
    status = backup_file_write(&store->directory, as->kind, as->revision, text, error);
    return status == STATUS_OK ? data_directory_sync(&store->directory, error) : status;
}

static enum status store_file_adopt_backup(struct store *base, const struct backup *as,
                                           struct document_text text, const char *saved_by,
                                           struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct file_lock lock;
    bool exists = false;
    enum status status = lock_take(store, &lock, error);
    if (status != STATUS_OK)
        return status;
    status = backup_adopt(store, &lock, as, text, &exists, error);
    if (status == STATUS_OK && saved_by != NULL &&
        (!exists || backup_file_has(&store->directory, as->kind, as->revision, text)))
        saver_adopt(store, &lock, as->revision, saved_by);
    file_lock_release(&lock);
    return status;
}

/* As a save does it: a hand may have come between. */
static enum status current_expect(const struct store_file *store, const struct file_lock *lock,
                                  int64_t expected, struct error *error)
{
    int64_t current = 0;
    enum status status = document_file_find_revision(&store->directory, data_name, &current, error);
    if (status == STATUS_OK)
        status = condition_expect(expected, current, error);
    return status == STATUS_OK ? file_lock_check(lock, error) : status;
}

static enum status current_adopt(const struct store_file *store, const struct file_lock *lock,
                                 int64_t expected, int64_t revision, struct document_text text,
                                 struct error *error)
{
    struct pending_file pending;
    backup_ledger_forget(lock);
    pending_file_sweep(&store->directory);
    enum status status = pending_file_write(&pending, &store->directory, text, revision, error);
    if (status != STATUS_OK)
        return status;
    if (pending.mtime_ms != revision) {
        pending_file_discard(&pending);
        return error_set(error, STATUS_UNAVAILABLE,
                         "'%s' is on a file system that keeps no milliseconds: it cannot take "
                         "over a document's revision",
                         store->directory.path);
    }
    status = current_expect(store, lock, expected, error);
    if (status != STATUS_OK) {
        pending_file_discard(&pending);
        return status;
    }
    status = pending_file_commit(&pending, data_name, error);
    return status == STATUS_OK ? data_directory_sync(&store->directory, error) : status;
}

/* For who adopts what is stored already. */
static enum status current_compare(struct store_file *store, struct document_text text,
                                   struct error *error)
{
    struct document current;
    enum status status = store_file_load(&store->base, &current, error);
    if (status != STATUS_OK)
        return status;
    status = condition_expect_text(document_equals(&current, text), current.revision, error);
    document_release(&current);
    return status;
}

static enum status store_file_adopt(struct store *base, int64_t expected, int64_t revision,
                                    struct document_text text, const char *saved_by,
                                    struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct file_lock lock;
    enum status status = lock_take(store, &lock, error);
    if (status != STATUS_OK)
        return status;
    status = current_expect(store, &lock, expected, error);
    if (status == STATUS_OK)
        status = revision == expected
                     ? current_compare(store, text, error)
                     : current_adopt(store, &lock, expected, revision, text, error);
    if (status == STATUS_OK)
        saver_adopt(store, &lock, revision, saved_by);
    file_lock_release(&lock);
    return status;
}

static bool store_file_keeps_backups(const struct store *base)
{
    return retention_keeps_any(&((const struct store_file *)base)->options->retention);
}

/* Health. */

static void lock_ignored(void *context, unsigned retry)
{
    (void)context;
    (void)retry;
}

/* A lock that is busy is a good one; one that cannot be had is not. */
static enum status lock_probe(const struct store_file *store, bool *locked, struct error *error)
{
    struct file_lock lock;
    struct stat found;
    struct error problem = ERROR_INIT;
    if (system_calls->fstatat(store->directory.descriptor, lock_name, &found,
                              AT_SYMLINK_NOFOLLOW) != 0)
        return STATUS_OK; /* the first save makes it */
    enum status status =
        file_lock_acquire(&lock, &store->directory, lock_name, 0, lock_ignored, NULL, &problem);
    *locked = status == STATUS_BUSY;
    if (status == STATUS_OK)
        file_lock_release(&lock);
    if (status == STATUS_OK || status == STATUS_BUSY)
        return STATUS_OK;
    return error_forward(error, status, &problem);
}

/* A damaged document has a size and a revision all the same. */
static enum status current_measure(struct store_file *store, struct store_health *health,
                                   struct error *error)
{
    struct document current;
    struct stat found;
    if (system_calls->fstatat(store->directory.descriptor, data_name, &found,
                              AT_SYMLINK_NOFOLLOW) == 0) {
        health->revision = document_file_revision(&found);
        health->bytes = (uint64_t)found.st_size;
    }
    enum status status = store_file_load(&store->base, &current, error);
    health->readable = status == STATUS_OK;
    if (status == STATUS_OK)
        document_release(&current);
    return status;
}

static enum status store_file_health(struct store *base, struct store_health *health,
                                     struct error *error)
{
    struct store_file *store = store_file_of(base);
    *health = (struct store_health){.kind = "file"};
    enum status read = current_measure(store, health, error);
    enum status written = file_health_measure(&store->directory, health, error);
    enum status locked = lock_probe(store, &health->locked, error);
    health->writable = written == STATUS_OK && locked == STATUS_OK;
    if (read != STATUS_OK)
        return read;
    return written != STATUS_OK ? written : locked;
}

/* The table and its life. */

static void store_file_location(const struct store *base, char text[STORE_LOCATION_SIZE])
{
    const struct store_file *store = (const struct store_file *)base;
    (void)snprintf(text, STORE_LOCATION_SIZE, "%s/%s", store->options->directory, data_name);
}

int store_file_directory(const struct store_file *store)
{
    return store->directory.descriptor;
}

static void store_file_close(struct store *base)
{
    struct store_file *store = store_file_of(base);
    data_directory_close(&store->directory);
    held_signals_release(&store->signals);
}

static const struct store_operations store_file_operations = {
    .revision = store_file_revision,
    .load = store_file_load,
    .load_known = store_file_load_known,
    .load_backup = store_file_load_backup,
    .update = store_file_update,
    .backups = store_file_backups,
    .savers = store_file_savers,
    .pin = store_file_pin,
    .unkeep = store_file_unkeep,
    .adopt_backup = store_file_adopt_backup,
    .adopt = store_file_adopt,
    .keeps_backups = store_file_keeps_backups,
    .health = store_file_health,
    .location = store_file_location,
    .close = store_file_close,
};

enum status store_file_open(struct store_file *store, const struct store_file_options *options,
                            const struct store_observer *observer, struct error *error)
{
    store->base.operations = &store_file_operations;
    store->options = options;
    store->observer = observer;
    held_signals_init(&store->signals);
    enum status status = data_directory_open(&store->directory, options->directory, error);
    if (store->directory.created)
        observer->directory_created(observer->context, options->directory);
    return status;
}
