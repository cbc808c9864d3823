#include "file_update.h"

#include "backup_file.h"
#include "clock.h"
#include "document_file.h"
#include "pending_file.h"
#include "system_calls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char data_name[] = DOCUMENT_FILE_NAME;

/* Where it stands. */
struct writing {
    const struct file_update *update;
    const struct document *current;
    struct backup_list backups; /* newest first; empty where none are kept */
    struct store_next next;
    struct store_commit commit;
};

/* Beyond the clock, every revision before, and what was submitted when nothing else changed. */
static int64_t next_revision(const struct writing *writing)
{
    int64_t next = clock_realtime_ms();
    int64_t previous = writing->current->revision;
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
    const struct file_update *update = writing->update;
    struct backup_list *list = &writing->backups;
    for (size_t i = list->count; i > 0; i--) {
        const struct backup oldest = list->entries[i - 1];
        if (oldest.kind == BACKUP_PINNED)
            continue;
        memmove(&list->entries[i - 1], &list->entries[i],
                (list->count - i) * sizeof list->entries[0]);
        list->count--;
        if (backup_file_remove_kind(update->directory, oldest.kind, oldest.revision, NULL) !=
            STATUS_OK)
            continue;
        update->observer->backup_gave_way(update->observer->context, oldest.revision);
        return true;
    }
    return false;
}

/* Whether `needed` bytes could be had if all backups gave way. If not, none is to be lost for it. */
static bool room_possible(const struct writing *writing, uint64_t needed)
{
    struct statfs found;
    if (system_calls->fstatfs(writing->update->directory->descriptor, &found) != 0)
        return true;
    uint64_t room = (uint64_t)found.f_bfree * (uint64_t)found.f_bsize;
    for (size_t i = 0; i < writing->backups.count; i++) {
        if (writing->backups.entries[i].kind != BACKUP_PINNED)
            room += (uint64_t)writing->backups.entries[i].length;
    }
    return needed <= room;
}

typedef enum status writing_step(struct writing *writing, void *context, struct error *error);

/*
 * Run a step that needs so many bytes; for as long as it finds the disk full, let an old backup give
 * way and repeat it.
 */
static enum status with_space(struct writing *writing, writing_step *step, void *context,
                              uint64_t needed, struct error *error)
{
    for (;;) {
        struct error problem = ERROR_INIT;
        enum status status = step(writing, context, &problem);
        if (status == STATUS_OK)
            return status;
        if (status != STATUS_NO_SPACE || !room_possible(writing, needed) ||
            !oldest_backup_remove(writing))
            return error_set(error, status, "%s", problem.text);
    }
}

static enum status submitted_write(struct writing *writing, void *context, struct error *error)
{
    (void)context;
    return backup_file_submit(writing->update->directory, writing->next.submitted,
                              writing->commit.submitted, error);
}

static enum status next_write(struct writing *writing, void *context, struct error *error)
{
    return pending_file_write(context, writing->update->directory, writing->next.text,
                              writing->commit.revision, error);
}

/* What is no document is no backup either: it must not be taken for one. */
static enum status corrupt_keep(struct writing *writing, struct error *error)
{
    const struct file_update *update = writing->update;
    int at = update->directory->descriptor;
    char name[64];
    (void)snprintf(name, sizeof name, "%s.corrupt-%jd", data_name,
                   (intmax_t)writing->current->revision);
    if (system_calls->linkat(at, data_name, at, name, 0) != 0 && errno != EEXIST)
        return error_set_system(error, errno, "link", update->directory->path, name);
    update->observer->corrupt_set_aside(update->observer->context, name);
    return STATUS_OK;
}

static enum status current_keep(struct writing *writing, void *context, struct error *error)
{
    (void)context;
    if (writing->current->revision == 0)
        return STATUS_OK;
    if (writing->current->length == 0)
        return corrupt_keep(writing, error);
    if (!retention_keeps_any(writing->update->retention))
        return STATUS_OK;
    return backup_file_keep(writing->update->directory, data_name, writing->current->revision,
                            error);
}

/* The kept and the submitted one are in the list for backups_prune. */
static void backups_note(struct writing *writing)
{
    const struct store_commit *commit = &writing->commit;
    if (commit->changed && writing->current->length > 0)
        (void)backup_list_add(&writing->backups,
                              (struct backup){.revision = writing->current->revision,
                                              .length = (int64_t)writing->current->length,
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
    if (!retention_keeps_any(writing->update->retention))
        return;
    backups_note(writing);
    backup_list_expire(list, writing->update->retention, clock_realtime_ms());
    for (size_t i = 0; i < list->count; i++) {
        const struct backup *backup = &list->entries[i];
        if (backup->expired)
            (void)backup_file_remove_kind(writing->update->directory, backup->kind,
                                          backup->revision, NULL);
    }
}

/* Put what is written in its place; from the rename on there is no way back. */
static enum status next_commit(struct writing *writing, struct pending_file *pending,
                               struct error *error)
{
    enum status status = STATUS_OK;
    if (writing->commit.submitted != 0)
        status = with_space(writing, submitted_write, NULL, writing->next.submitted.length, error);
    if (status == STATUS_OK)
        status = with_space(writing, current_keep, NULL, 0, error);
    if (status != STATUS_OK) {
        pending_file_discard(pending);
        return status;
    }
    return pending_file_commit(pending, data_name, error);
}

static enum status next_store(struct writing *writing, struct error *error)
{
    struct pending_file pending;
    uint64_t submitted = writing->commit.submitted != 0 ? writing->next.submitted.length : 0;
    enum status status = STATUS_OK;
    if (writing->commit.changed) {
        status =
            with_space(writing, next_write, &pending, writing->next.text.length + submitted, error);
        if (status == STATUS_OK) {
            writing->commit.revision = pending.mtime_ms;
            status = next_commit(writing, &pending, error);
        }
    } else if (writing->commit.submitted != 0)
        status = with_space(writing, submitted_write, NULL, submitted, error);
    if (status != STATUS_OK && writing->commit.submitted != 0)
        (void)backup_file_remove_kind(writing->update->directory, BACKUP_SUBMITTED,
                                      writing->commit.submitted, NULL);
    if (status == STATUS_OK)
        status = data_directory_sync(writing->update->directory, error);
    return status;
}

/* What is to be stored, and under which revisions. */
static void commit_plan(struct writing *writing)
{
    const struct store_next *next = &writing->next;
    struct store_commit *commit = &writing->commit;
    int64_t revision = next_revision(writing);
    commit->changed = next->text.bytes != NULL && !document_equals(writing->current, next->text);
    commit->submitted =
        next->submitted.bytes != NULL && retention_keeps_any(writing->update->retention)
            ? revision++
            : 0;
    commit->revision = commit->changed ? revision : writing->current->revision;
    commit->length = commit->changed ? next->text.length : writing->current->length;
}

static enum status decision_store(struct writing *writing, const struct store_transform *transform,
                                  struct error *error)
{
    const struct file_update *update = writing->update;
    enum status status = STATUS_OK;
    if (retention_keeps_any(update->retention))
        status = backup_file_list(update->directory, &writing->backups, error);
    if (status == STATUS_OK)
        status = transform->decide(transform->context, update->current, &writing->next, error);
    if (status != STATUS_OK)
        return status;
    commit_plan(writing);
    if (!writing->commit.changed && writing->commit.submitted == 0)
        return STATUS_OK;
    pending_file_sweep(update->directory);
    status = next_store(writing, error);
    if (status == STATUS_OK)
        backups_prune(writing);
    return status;
}

enum status file_update_run(const struct file_update *update,
                            const struct store_transform *transform, struct store_commit *commit,
                            struct error *error)
{
    struct writing writing = {.update = update, .current = update->current};
    backup_list_init(&writing.backups);
    enum status status = decision_store(&writing, transform, error);
    if (status == STATUS_OK)
        *commit = writing.commit;
    backup_list_release(&writing.backups);
    return status;
}
