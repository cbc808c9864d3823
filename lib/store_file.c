#include "store_file.h"

#include "backup_file.h"
#include "clock.h"
#include "data_directory.h"
#include "document_file.h"
#include "file_lock.h"
#include "pending_file.h"
#include "system_calls.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char data_name[] = "project-data.json";
static const char lock_name[] = "data.lock";

struct store_file {
    struct store base;
    const struct store_file_options *options;
    const struct store_observer *observer;
    struct data_directory directory;
    bool signals_held;
    sigset_t signals_before; /* set while signals_held */
    char location[DATA_DIRECTORY_PATH_SIZE + sizeof data_name];
};

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

/* The revision of the current file, or 0 if there is none. */
static enum status current_revision(const struct store_file *store, int64_t *revision,
                                    struct error *error)
{
    struct stat found;
    if (system_calls->fstatat(store->directory.descriptor, data_name, &found,
                              AT_SYMLINK_NOFOLLOW) == 0) {
        *revision = document_file_revision(&found);
        return STATUS_OK;
    }
    if (errno != ENOENT)
        return error_set_system(error, errno, "stat", store->directory.path, data_name);
    *revision = 0;
    return STATUS_OK;
}

static enum status store_file_revision(struct store *base, int64_t *revision, struct error *error)
{
    const struct store_file *store = store_file_of(base);
    int64_t found = 0;
    enum status status = current_revision(store, &found, error);
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
    return status == STATUS_OK ? status : error_set(error, status, "%s", problem.text);
}

static enum status store_file_load_backup(struct store *base, int64_t revision,
                                          struct document *document, struct error *error)
{
    return backup_file_load(&store_file_of(base)->directory, revision, document, error);
}

/* Saving. */

/*
 * From the first change until the store is closed a polite kill has to wait, so that a save that
 * took effect can still be logged.
 */
static void signals_hold(struct store_file *store)
{
    sigset_t held;
    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGTERM);
    (void)sigaddset(&held, SIGINT);
    (void)sigaddset(&held, SIGHUP);
    if (!store->signals_held)
        (void)system_calls->sigprocmask(SIG_BLOCK, &held, &store->signals_before);
    store->signals_held = true;
}

static void signals_release(struct store_file *store)
{
    if (store->signals_held)
        (void)system_calls->sigprocmask(SIG_SETMASK, &store->signals_before, NULL);
    store->signals_held = false;
}

/* One update under the lock. */
struct writing {
    struct store_file *store;
    struct document current;
    struct backup_list backups; /* newest first; empty where none are kept */
    struct store_next next;
    struct store_commit commit;
};

static bool backups_kept(const struct store_file *store)
{
    return retention_keeps_any(&store->options->retention);
}

/* Beyond the clock, every revision before, and what was submitted when nothing else changed. */
static int64_t next_revision(const struct writing *writing)
{
    int64_t next = clock_realtime_ms();
    int64_t previous = writing->current.revision;
    for (size_t i = 0; i < writing->backups.count; i++) {
        if (writing->backups.entries[i].kind == BACKUP_SUBMITTED) {
            int64_t submitted = writing->backups.entries[i].revision;
            previous = submitted > previous ? submitted : previous;
            break;
        }
    }
    return next > previous ? next : previous + 1;
}

/* Make room by removing the oldest backup that nobody pinned. False if there is none. */
static bool oldest_backup_remove(struct writing *writing)
{
    struct store_file *store = writing->store;
    struct backup_list *list = &writing->backups;
    for (size_t i = list->count; i > 0; i--) {
        int64_t revision = list->entries[i - 1].revision;
        if (list->entries[i - 1].kind == BACKUP_PINNED)
            continue;
        memmove(&list->entries[i - 1], &list->entries[i],
                (list->count - i) * sizeof list->entries[0]);
        list->count--;
        if (backup_file_remove(&store->directory, revision, NULL) != STATUS_OK)
            continue;
        store->observer->backup_gave_way(store->observer->context, revision);
        return true;
    }
    return false;
}

typedef enum status writing_step(struct writing *writing, void *context, struct error *error);

/* Run a step; for as long as it finds the disk full, let an old backup give way and repeat it. */
static enum status with_space(struct writing *writing, writing_step *step, void *context,
                              struct error *error)
{
    for (;;) {
        struct error problem = ERROR_INIT;
        enum status status = step(writing, context, &problem);
        if (status == STATUS_OK)
            return status;
        if (status != STATUS_NO_SPACE || !oldest_backup_remove(writing))
            return error_set(error, status, "%s", problem.text);
    }
}

static enum status submitted_write(struct writing *writing, void *context, struct error *error)
{
    (void)context;
    return backup_file_submit(&writing->store->directory, writing->next.submitted,
                              writing->commit.submitted, error);
}

static enum status next_write(struct writing *writing, void *context, struct error *error)
{
    return pending_file_write(context, &writing->store->directory, writing->next.text,
                              writing->commit.revision, error);
}

/* What is no document is no backup either: it must not be taken for one. */
static enum status corrupt_keep(struct writing *writing, struct error *error)
{
    struct store_file *store = writing->store;
    int at = store->directory.descriptor;
    char name[64];
    (void)snprintf(name, sizeof name, "%s.corrupt-%jd", data_name,
                   (intmax_t)writing->current.revision);
    if (system_calls->linkat(at, data_name, at, name, 0) != 0 && errno != EEXIST)
        return error_set_system(error, errno, "link", store->directory.path, name);
    store->observer->corrupt_set_aside(store->observer->context, name);
    return STATUS_OK;
}

static enum status current_keep(struct writing *writing, void *context, struct error *error)
{
    (void)context;
    if (writing->current.revision == 0)
        return STATUS_OK;
    if (writing->current.length == 0)
        return corrupt_keep(writing, error);
    if (!backups_kept(writing->store))
        return STATUS_OK;
    return backup_file_keep(&writing->store->directory, data_name, writing->current.revision,
                            error);
}

/* The kept and the submitted one are in the list for backups_prune. */
static void backups_note(struct writing *writing)
{
    const struct store_commit *commit = &writing->commit;
    if (commit->changed && writing->current.length > 0)
        (void)backup_list_add(&writing->backups,
                              (struct backup){.revision = writing->current.revision,
                                              .length = (int64_t)writing->current.length,
                                              .kind = BACKUP_REPLACED},
                              NULL);
    if (commit->submitted != 0)
        (void)backup_list_add(&writing->backups,
                              (struct backup){.revision = commit->submitted,
                                              .length = (int64_t)writing->next.submitted.length,
                                              .kind = BACKUP_SUBMITTED},
                              NULL);
    backup_list_sort(&writing->backups);
}

/* What cannot be removed now is removed by a later save. */
static void backups_prune(struct writing *writing)
{
    struct backup_list *list = &writing->backups;
    if (!backups_kept(writing->store))
        return;
    backups_note(writing);
    backup_list_expire(list, &writing->store->options->retention, clock_realtime_ms());
    for (size_t i = 0; i < list->count; i++) {
        if (list->entries[i].expired)
            (void)backup_file_remove(&writing->store->directory, list->entries[i].revision, NULL);
    }
}

/* Put what is written in its place; from the rename on there is no way back. */
static enum status next_commit(struct writing *writing, struct pending_file *pending,
                               struct error *error)
{
    enum status status = STATUS_OK;
    if (writing->commit.submitted != 0)
        status = with_space(writing, submitted_write, NULL, error);
    if (status == STATUS_OK)
        status = with_space(writing, current_keep, NULL, error);
    if (status != STATUS_OK) {
        pending_file_discard(pending);
        return status;
    }
    return pending_file_commit(pending, data_name, error);
}

static enum status next_store(struct writing *writing, struct error *error)
{
    struct pending_file pending;
    enum status status = STATUS_OK;
    if (writing->commit.changed) {
        status = with_space(writing, next_write, &pending, error);
        if (status == STATUS_OK) {
            writing->commit.revision = pending.mtime_ms;
            status = next_commit(writing, &pending, error);
        }
    } else if (writing->commit.submitted != 0)
        status = with_space(writing, submitted_write, NULL, error);
    if (status != STATUS_OK && writing->commit.submitted != 0)
        (void)backup_file_remove(&writing->store->directory, writing->commit.submitted, NULL);
    if (status == STATUS_OK)
        status = data_directory_sync(&writing->store->directory, error);
    return status;
}

/* What is to be stored, and under which revisions. */
static void commit_plan(struct writing *writing)
{
    const struct store_next *next = &writing->next;
    struct store_commit *commit = &writing->commit;
    int64_t revision = next_revision(writing);
    commit->changed = next->text.bytes != NULL && !document_equals(&writing->current, next->text);
    commit->submitted =
        next->submitted.bytes != NULL && backups_kept(writing->store) ? revision++ : 0;
    commit->revision = commit->changed ? revision : writing->current.revision;
    commit->length = commit->changed ? next->text.length : writing->current.length;
}

static enum status current_load(struct writing *writing, const struct store_transform *transform,
                                struct error *error)
{
    struct store_file *store = writing->store;
    struct error problem = ERROR_INIT;
    enum status status = store_file_load(&store->base, &writing->current, &problem);
    if (status == STATUS_CORRUPT && transform->replaces_corrupt) {
        document_init(&writing->current);
        return current_revision(store, &writing->current.revision, error);
    }
    return status == STATUS_OK ? status : error_set(error, status, "%s", problem.text);
}

static enum status update_locked(struct writing *writing, const struct store_transform *transform,
                                 struct error *error)
{
    struct store_file *store = writing->store;
    enum status status = current_load(writing, transform, error);
    if (status == STATUS_OK && backups_kept(store))
        status = backup_file_list(&store->directory, &writing->backups, error);
    if (status == STATUS_OK)
        status = transform->decide(transform->context, &writing->current, &writing->next, error);
    if (status != STATUS_OK)
        return status;
    commit_plan(writing);
    if (!writing->commit.changed && writing->commit.submitted == 0)
        return STATUS_OK;
    signals_hold(store);
    pending_file_sweep(&store->directory);
    status = next_store(writing, error);
    if (status == STATUS_OK)
        backups_prune(writing);
    return status;
}

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
    if (status == STATUS_OK)
        return status;
    store->observer->lock_failed(store->observer->context, problem.text);
    return error_set(error, status, "%s", problem.text);
}

static enum status store_file_update(struct store *base, const struct store_transform *transform,
                                     struct store_commit *commit, struct error *error)
{
    struct writing writing = {.store = store_file_of(base)};
    struct file_lock lock;
    enum status status = lock_take(writing.store, &lock, error);
    if (status != STATUS_OK)
        return status;
    document_init(&writing.current);
    backup_list_init(&writing.backups);
    status = update_locked(&writing, transform, error);
    if (status == STATUS_OK)
        *commit = writing.commit;
    backup_list_release(&writing.backups);
    document_release(&writing.current);
    file_lock_release(&lock);
    return status;
}

/* Backups. */

static enum status store_file_backups(struct store *base, struct backup_list *list,
                                      struct error *error)
{
    return backup_file_list(&store_file_of(base)->directory, list, error);
}

static enum status pin_locked(struct store_file *store, const struct conditions *conditions,
                              int64_t *revision, struct error *error)
{
    struct document current;
    enum status status = store_file_load(&store->base, &current, error);
    if (status != STATUS_OK)
        return status;
    int64_t pinned = current.revision;
    document_release(&current);
    status = conditions_check(conditions, pinned, error);
    if (status == STATUS_OK && pinned == 0)
        status = error_set(error, STATUS_CONFLICT, "nothing is stored that could be kept");
    if (status != STATUS_OK)
        return status;
    signals_hold(store);
    pending_file_sweep(&store->directory);
    status = backup_file_pin(&store->directory, data_name, pinned, error);
    if (status == STATUS_OK)
        status = data_directory_sync(&store->directory, error);
    if (status == STATUS_OK)
        *revision = pinned;
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
    status = pin_locked(store, conditions, revision, error);
    file_lock_release(&lock);
    return status;
}

static enum status store_file_unkeep(struct store *base, int64_t revision, struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct file_lock lock;
    enum status status = lock_take(store, &lock, error);
    if (status != STATUS_OK)
        return status;
    signals_hold(store);
    status = backup_file_remove(&store->directory, revision, error);
    if (status == STATUS_OK)
        status = data_directory_sync(&store->directory, error);
    file_lock_release(&lock);
    return status;
}

/* Health. */

/* Without the lock: a temporary file is nobody's business, and sweeping it is no harm. */
static enum status write_try(const struct store_file *store, struct error *error)
{
    static const struct document_text probe = {.bytes = "{}", .length = 2};
    struct pending_file pending;
    enum status status =
        pending_file_write(&pending, &store->directory, probe, clock_realtime_ms(), error);
    if (status == STATUS_OK)
        pending_file_discard(&pending);
    return status;
}

static void backups_count(struct store_file *store, struct store_health *health)
{
    struct backup_list list;
    backup_list_init(&list);
    (void)backup_file_list(&store->directory, &list, NULL);
    health->backups = list.count;
    for (size_t i = 0; i < list.count; i++)
        health->backup_bytes += (uint64_t)list.entries[i].length;
    backup_list_release(&list);
}

static void space_measure(const struct store_file *store, struct store_health *health)
{
    struct statfs found;
    if (system_calls->fstatfs(store->directory.descriptor, &found) != 0)
        return;
    health->ephemeral = found.f_type == TMPFS_MAGIC || found.f_type == RAMFS_MAGIC;
    health->free_bytes = (uint64_t)found.f_bavail * (uint64_t)found.f_bsize;
    health->free_inodes = (uint64_t)found.f_ffree;
}

static enum status store_file_health(struct store *base, struct store_health *health,
                                     struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct document current;
    *health = (struct store_health){.kind = "file"};
    enum status written = write_try(store, error);
    enum status read = store_file_load(base, &current, error);
    health->writable = written == STATUS_OK;
    health->readable = read == STATUS_OK;
    if (read == STATUS_OK) {
        health->revision = current.revision;
        health->bytes = current.length;
        document_release(&current);
    }
    backups_count(store, health);
    space_measure(store, health);
    return written != STATUS_OK ? written : read;
}

/* The table and its life. */

static const char *store_file_location(const struct store *base)
{
    return ((const struct store_file *)base)->location;
}

static void store_file_close(struct store *base)
{
    struct store_file *store = store_file_of(base);
    data_directory_close(&store->directory);
    signals_release(store);
    free(store);
}

static const struct store_operations store_file_operations = {
    .revision = store_file_revision,
    .load = store_file_load,
    .load_backup = store_file_load_backup,
    .update = store_file_update,
    .backups = store_file_backups,
    .pin = store_file_pin,
    .unkeep = store_file_unkeep,
    .health = store_file_health,
    .location = store_file_location,
    .close = store_file_close,
};

enum status store_file_open(struct store **store, const struct store_file_options *options,
                            const struct store_observer *observer, struct error *error)
{
    struct store_file *opened = malloc(sizeof *opened);
    if (opened == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %zu bytes", sizeof *opened);
    *opened = (struct store_file){
        .base.operations = &store_file_operations, .options = options, .observer = observer};
    enum status status = data_directory_open(&opened->directory, options->directory, error);
    if (opened->directory.created)
        observer->directory_created(observer->context, options->directory);
    if (status != STATUS_OK) {
        free(opened);
        return status;
    }
    (void)snprintf(opened->location, sizeof opened->location, "%s/%s", options->directory,
                   data_name);
    *store = &opened->base;
    return STATUS_OK;
}
