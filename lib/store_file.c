#include "store_file.h"

#include "clock.h"
#include "data_directory.h"
#include "file_lock.h"
#include "io.h"
#include "pending_file.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char data_name[] = "project-data.json";
static const char lock_name[] = "data.lock";

/* Later mtimes, which only a hand can have set, count as this one: revisions do not overflow. */
static const int64_t revision_seconds_max = INT64_MAX / 1000 - 1;

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

/* At least 1: 0 is kept for "nothing stored", and a file can have been given any mtime by hand. */
static int64_t revision_of(const struct stat *found)
{
    int64_t seconds = found->st_mtim.tv_sec;
    if (seconds < 0)
        return 1;
    if (seconds > revision_seconds_max)
        seconds = revision_seconds_max;
    int64_t revision = seconds * 1000 + found->st_mtim.tv_nsec / 1000000;
    return revision > 0 ? revision : 1;
}

/*
 * Pass over all of the open file by way of `piece`, which has room for DOCUMENT_INLINE_SIZE bytes
 * and holds the last of them afterwards. Sets length and outline.
 */
static enum status contents_check(struct document *document, char *piece,
                                  const struct store_file *store, struct error *error)
{
    struct json_pass pass;
    enum status status = STATUS_OK;
    ssize_t count = 0;
    document_pass_init(&pass, NULL);
    do {
        count = io_read_full(document->descriptor, piece, DOCUMENT_INLINE_SIZE);
        if (count < 0)
            return error_set_system(error, errno, "read", store->directory.path, data_name);
        status = json_pass_feed(&pass, piece, (size_t)count, error);
        document->length += (size_t)count;
    } while (status == STATUS_OK && count == DOCUMENT_INLINE_SIZE);
    if (status == STATUS_OK)
        status = json_pass_finish(&pass, error);
    document->outline = pass.outline;
    return status;
}

static enum status contents_load(struct document *document, const struct store_file *store,
                                 struct error *error)
{
    struct error problem = ERROR_INIT;
    char *piece = malloc(DOCUMENT_INLINE_SIZE);
    if (piece == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %d bytes",
                         DOCUMENT_INLINE_SIZE);
    enum status status = contents_check(document, piece, store, &problem);
    if (status == STATUS_OK && document->length < DOCUMENT_INLINE_SIZE)
        document->text = piece;
    else
        free(piece);
    if (status == STATUS_INVALID)
        return error_set(error, STATUS_CORRUPT,
                         "the stored document '%s' is not a JSON object: %s; nothing is served or "
                         "saved until it is mended, replaced or moved away",
                         store->location, problem.text);
    return status == STATUS_OK ? status : error_set(error, status, "%s", problem.text);
}

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

static enum status store_file_load(struct store *base, struct document *document,
                                   struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct document loaded;
    struct stat found;
    document_init(&loaded);
    enum status status = regular_file_open(&store->directory, data_name, O_RDONLY,
                                           &loaded.descriptor, &found, error);
    if (status == STATUS_OK && loaded.descriptor < 0)
        status = absence_check(store, error);
    else if (status == STATUS_OK) {
        loaded.revision = revision_of(&found);
        status = contents_load(&loaded, store, error);
    }
    if (status != STATUS_OK) {
        document_release(&loaded);
        return status;
    }
    *document = loaded;
    return STATUS_OK;
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

static int64_t next_revision(int64_t current)
{
    int64_t now = clock_realtime_ms();
    return now > current ? now : current + 1;
}

static enum status data_replace(struct store_file *store, const struct store_text *next,
                                int64_t revision, struct error *error)
{
    struct pending_file pending;
    pending_file_sweep(&store->directory, data_name);
    signals_hold(store);
    enum status status = pending_file_write(&pending, &store->directory, data_name, next->bytes,
                                            next->length, revision, error);
    return status == STATUS_OK ? pending_file_commit(&pending, error) : status;
}

static enum status update_locked(struct store_file *store, store_transform *transform,
                                 void *context, struct store_commit *commit, struct error *error)
{
    struct document current;
    struct store_text next = {0};
    enum status status = store_file_load(&store->base, &current, error);
    if (status != STATUS_OK)
        return status;
    int64_t revision = next_revision(current.revision);
    status = transform(context, &current, &next, error);
    if (status == STATUS_OK)
        status = data_replace(store, &next, revision, error);
    if (status == STATUS_OK)
        *commit = (struct store_commit){.revision = revision, .length = next.length};
    document_release(&current);
    return status;
}

static void lock_retried(void *context, unsigned retry)
{
    const struct store_observer *observer = ((const struct store_file *)context)->observer;
    observer->lock_retry(observer->context, retry, FILE_LOCK_RETRIES);
}

static enum status store_file_update(struct store *base, store_transform *transform, void *context,
                                     struct store_commit *commit, struct error *error)
{
    struct store_file *store = store_file_of(base);
    struct error problem = ERROR_INIT;
    struct file_lock lock;
    enum status status =
        file_lock_acquire(&lock, &store->directory, lock_name, store->options->lock_timeout_ms,
                          lock_retried, store, &problem);
    if (status != STATUS_OK) {
        store->observer->lock_failed(store->observer->context, problem.text);
        return error_set(error, status, "%s", problem.text);
    }
    status = update_locked(store, transform, context, commit, error);
    file_lock_release(&lock);
    return status;
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
    .load = store_file_load,
    .update = store_file_update,
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
