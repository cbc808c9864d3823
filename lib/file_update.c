#include "file_update.h"

#include "backup_file.h"
#include "backup_ledger.h"
#include "clock.h"
#include "document_file.h"
#include "outline_record.h"
#include "pending_file.h"
#include "saver_log.h"
#include "system_calls.h"
#include "update_plan.h"

#include <string.h>

static const char data_name[] = DOCUMENT_FILE_NAME;

/*
 * Backups give way to a write until they held twice what it needs and this many bytes more, counted
 * in whole blocks. If it finds no space even then, they are not what takes it (others use up the
 * quota), and losing more of them would not help.
 */
enum { GIVEN_SLACK = 64 * 1024, BLOCK_SIZE = 4096 };

/* Of so many backups at a time, which only a hand can have made, a save must not take long. */
enum { PRUNED_MAX = 1000 };

/* Where it stands. */
struct writing {
    const struct file_update *update;
    struct backup_list backups; /* newest first; empty where none are kept */
    bool is_listed;    /* `backups` is all that there is of them, and no temporary file is left */
    int64_t looked_ms; /* when somebody saw that */
    struct update_plan plan;
    uint64_t given; /* bytes of the backups that gave way */
    ino_t inode;    /* of the next document's file, once that is written */
    int64_t kept;   /* the revision under which the current one became a backup; 0: it did not */
};

/* The oldest backup that may give way: a base, if there is one. Null if there is none. */
static struct backup *oldest_backup(struct writing *writing)
{
    struct backup *oldest = NULL;
    for (size_t i = writing->backups.count; i > 0; i--) {
        struct backup *backup = &writing->backups.entries[i - 1];
        if (backup->kind == BACKUP_BASE)
            return backup;
        if (oldest == NULL && backup->kind != BACKUP_PINNED &&
            backup->revision != writing->plan.commit.submitted)
            oldest = backup;
    }
    return oldest;
}

/* What a file of so many bytes takes of the disk. */
static uint64_t blocks_bytes(uint64_t length, uint64_t block)
{
    return block > 0 ? (length + block - 1) / block * block : length;
}

/* Whether a backup is not there after it was to be removed. */
static bool is_gone(enum status removed)
{
    return removed == STATUS_OK || removed == STATUS_NOT_FOUND;
}

/* Make room by removing it. False if there is none. */
static bool oldest_backup_remove(struct writing *writing)
{
    const struct file_update *update = writing->update;
    struct backup_list *list = &writing->backups;
    for (struct backup *found = oldest_backup(writing); found != NULL;
         found = oldest_backup(writing)) {
        const struct backup oldest = *found;
        size_t behind = list->count - (size_t)(found - list->entries) - 1;
        memmove(found, found + 1, behind * sizeof *found);
        list->count--;
        enum status status =
            backup_file_remove_kind(update->directory, oldest.kind, oldest.revision, NULL);
        writing->is_listed = writing->is_listed && is_gone(status);
        if (status == STATUS_OK) {
            update->observer->backup_gave_way(update->observer->context, oldest.revision);
            writing->given += blocks_bytes((uint64_t)oldest.length, BLOCK_SIZE);
            return true;
        }
    }
    return false;
}

/* Whether `needed` bytes could be had if backups gave way. If not, none is to be lost for it. */
static bool room_possible(const struct writing *writing, uint64_t needed)
{
    struct statfs found;
    if (writing->given > 2 * needed + GIVEN_SLACK)
        return false;
    if (system_calls->fstatfs(writing->update->directory->descriptor, &found) != 0)
        return true;
    uint64_t block = (uint64_t)found.f_bsize;
    uint64_t room = (uint64_t)found.f_bfree * block;
    for (size_t i = 0; i < writing->backups.count; i++) {
        if (writing->backups.entries[i].kind != BACKUP_PINNED)
            room += blocks_bytes((uint64_t)writing->backups.entries[i].length, block);
    }
    return needed <= room;
}

typedef enum status writing_step(struct writing *writing, void *context, struct error *error);

/*
 * Run a step that needs so many bytes; for as long as it finds the disk full, let an old backup
 * give way and repeat it.
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
            return error_forward(error, status, &problem);
    }
}

static enum status submitted_write(struct writing *writing, void *context, struct error *error)
{
    (void)context;
    return backup_file_write(writing->update->directory, BACKUP_SUBMITTED,
                             writing->plan.commit.submitted, writing->plan.next.submitted, error);
}

static enum status next_write(struct writing *writing, void *context, struct error *error)
{
    return pending_file_write(context, writing->update->directory, writing->plan.next.text,
                              writing->plan.commit.revision, error);
}

/* What is no document is no backup either: it must not be taken for one. */
static enum status corrupt_keep(const struct file_update *update, struct error *error)
{
    char name[BACKUP_NAME_SIZE];
    enum status status =
        backup_file_set_aside(update->directory, data_name, update->current->revision, name, error);
    if (status == STATUS_OK)
        update->observer->corrupt_set_aside(update->observer->context, name);
    return status;
}

static enum status current_keep(struct writing *writing, void *context, struct error *error)
{
    const struct file_update *update = writing->update;
    (void)context;
    if (update->current->revision == 0)
        return STATUS_OK;
    if (update->current->length == 0)
        return corrupt_keep(update, error);
    if (!retention_keeps_any(update->retention))
        return STATUS_OK;
    return backup_file_keep(update->directory, data_name, update->current->revision, &writing->kept,
                            error);
}

/* What is kept now is in the list for backups_prune. */
static void backup_note(struct writing *writing, enum backup_kind kind, int64_t revision,
                        size_t length)
{
    const struct backup backup = {.revision = revision, .length = (int64_t)length, .kind = kind};
    if (backup_list_insert(&writing->backups, backup, NULL) != STATUS_OK)
        writing->is_listed = false;
}

static void backups_note(struct writing *writing)
{
    const struct document *current = writing->update->current;
    if (writing->kept != 0)
        backup_note(writing, BACKUP_REPLACED, writing->kept, current->length);
    else if (writing->plan.commit.changed && current->length > 0 &&
             !backup_list_has(&writing->backups, current->revision))
        writing->is_listed = false; /* somebody else, with another lock, has kept it meanwhile */
    if (writing->plan.submits)
        backup_note(writing, BACKUP_SUBMITTED, writing->plan.commit.submitted,
                    writing->plan.next.submitted.length);
}

/* Let an expired backup go, or be a base. False if it is as before. */
static bool backup_prune(const struct data_directory *directory, struct backup *backup)
{
    if (backup->fate == BACKUP_GOES)
        return is_gone(backup_file_remove_kind(directory, backup->kind, backup->revision, NULL));
    bool is_base = backup_file_demote(directory, backup->kind, backup->revision, NULL) == STATUS_OK;
    backup->kind = BACKUP_BASE;
    return is_base;
}

/* What cannot be removed now is removed by a later save. */
static void backups_prune(struct writing *writing)
{
    struct backup_list *list = &writing->backups;
    size_t pruned = 0;
    if (!retention_keeps_any(writing->update->retention))
        return;
    backups_note(writing);
    backup_list_expire(list, writing->update->retention, clock_realtime_ms());
    for (size_t i = list->count; i > 0; i--) {
        struct backup *backup = &list->entries[i - 1];
        /* The client is told that it is kept. */
        if (backup->revision == writing->plan.commit.submitted)
            backup->fate = BACKUP_STAYS;
        if (backup->fate == BACKUP_STAYS)
            continue;
        if (pruned++ == PRUNED_MAX) {
            writing->is_listed = false;
            break;
        }
        if (!backup_prune(writing->update->directory, backup))
            writing->is_listed = false;
    }
    if (writing->is_listed) {
        backup_list_drop_gone(list);
        backup_ledger_write(writing->update->lock, list, writing->looked_ms);
    }
}

static enum status current_replaced(const struct file_update *update, struct error *error)
{
    return error_set(error, STATUS_BUSY, "somebody replaced '%s/%s' meanwhile; try again",
                     update->directory->path, data_name);
}

/*
 * Whether the current document is still the one that the next was made from: the lock keeps other
 * savers away, but not a hand that replaces the file. Once there is a link to it (`linked`), only
 * its time tells, for in some overlays (overlayfs) that gives it a new inode.
 */
static enum status current_check(const struct file_update *update, bool linked, struct error *error)
{
    const struct document *current = update->current;
    struct file_identity identity = current->identity;
    int64_t revision = 0;
    enum status status =
        document_file_find(update->directory, data_name, &revision, &identity, error);
    if (status != STATUS_OK)
        return status;
    bool is_file =
        linked || current->descriptor < 0 || file_identity_equal(identity, current->identity);
    return revision == current->revision && is_file ? STATUS_OK : current_replaced(update, error);
}

/* Put what is written in its place; from the rename on there is no way back. */
static enum status next_commit(struct writing *writing, struct pending_file *pending,
                               struct error *error)
{
    const struct file_update *update = writing->update;
    enum status status = current_check(update, false, error);
    if (status == STATUS_OK)
        status = with_space(writing, current_keep, NULL, 0, error);
    if (status == STATUS_OK)
        status = current_check(update, true, error);
    /*
     * Last of all. Who takes another lock file after this sweeps our pending file away before he
     * writes, or finds that the current document is ours when he comes to this point himself.
     */
    if (status == STATUS_OK)
        status = file_lock_check(update->lock, error);
    if (status != STATUS_OK) {
        /* What was kept stays: whoever came between may rely on it. */
        pending_file_discard(pending);
        return status;
    }
    status = pending_file_commit(pending, data_name, error);
    /* The same if somebody swept it. */
    if (status != STATUS_OK && status != STATUS_BUSY && writing->kept != 0)
        (void)backup_file_remove_kind(update->directory, BACKUP_REPLACED, writing->kept, NULL);
    return status;
}

static enum status next_replace(struct writing *writing, struct error *error)
{
    struct pending_file pending;
    enum status status =
        with_space(writing, next_write, &pending, writing->plan.next.text.length, error);
    if (status != STATUS_OK)
        return status;
    writing->plan.commit.revision = pending.mtime_ms;
    writing->inode = pending.inode;
    return next_commit(writing, &pending, error);
}

/* What was submitted comes first, so that there is never more than one temporary file. */
static enum status next_store(struct writing *writing, struct error *error)
{
    size_t next = writing->plan.commit.changed ? writing->plan.next.text.length : 0;
    enum status status = STATUS_OK;
    if (writing->plan.submits)
        status = with_space(writing, submitted_write, NULL,
                            writing->plan.next.submitted.length + next, error);
    if (status == STATUS_OK && writing->plan.commit.changed) {
        status = next_replace(writing, error);
        if (status != STATUS_OK && writing->plan.submits)
            (void)backup_file_remove_kind(writing->update->directory, BACKUP_SUBMITTED,
                                          writing->plan.commit.submitted, NULL);
    }
    return status == STATUS_OK ? data_directory_sync(writing->update->directory, error) : status;
}

/* The outline of what is stored now, or null if it is noted already or cannot be had. */
static const struct json_outline *outline_find(const struct writing *writing,
                                               struct json_outline *storage)
{
    const struct file_update *update = writing->update;
    const struct document_text *text = &writing->plan.next.text;
    if (!writing->plan.commit.changed)
        return update->current_known || update->current->length == 0 ? NULL
                                                                     : &update->current->outline;
    if (text->outline != NULL)
        return text->outline;
    return document_text_outline(*text, storage, NULL) == STATUS_OK ? storage : NULL;
}

/*
 * Where another document has the name of what was replaced, that has another number now, and with it
 * who saved it.
 */
static enum status kept_note(struct writing *writing, struct error *error)
{
    const struct file_update *update = writing->update;
    int64_t before = update->current->revision;
    if (writing->kept == 0 || writing->kept == before)
        return STATUS_OK;
    return saver_log_move(update->directory, before, writing->kept, writing->backups.count,
                          &writing->is_listed, error);
}

/* It is saved in any case. */
static void saver_note(struct writing *writing)
{
    const struct file_update *update = writing->update;
    const struct update_plan *plan = &writing->plan;
    const struct saver_entry entry = {.name = update->saved_by,
                                      .revision = plan->commit.changed ? plan->commit.revision : 0,
                                      .submitted = plan->submits ? plan->commit.submitted : 0,
                                      .is_clean = &writing->is_listed};
    struct error problem = ERROR_INIT;
    enum status status = kept_note(writing, &problem);
    if (status == STATUS_OK && entry.name != NULL)
        status = saver_log_append(update->directory, &entry, writing->backups.count, &problem);
    if (status != STATUS_OK)
        update->observer->saver_not_noted(update->observer->context, problem.text);
}

/* Let loads know it without a look into the document. */
static void outline_note(const struct writing *writing)
{
    struct json_outline storage;
    const struct json_outline *outline = outline_find(writing, &storage);
    const struct outline_subject subject = {.name = data_name,
                                            .inode = writing->plan.commit.changed
                                                         ? writing->inode
                                                         : writing->update->current->identity.inode,
                                            .revision = writing->plan.commit.revision,
                                            .length = writing->plan.commit.length};
    if (outline != NULL)
        outline_record_write(writing->update->lock, &subject, outline);
}

static enum status entry_look(void *context, const char *name, struct error *error)
{
    struct writing *writing = context;
    const struct file_update *update = writing->update;
    if (!pending_file_sweep_entry(update->directory, name))
        writing->is_listed = false;
    if (!retention_keeps_any(update->retention))
        return STATUS_OK;
    return backup_file_list_entry(update->directory, name, &writing->backups, error);
}

/* Look through the directory, once: remove what killed savers left, and list the backups. */
static enum status directory_look(struct writing *writing, struct error *error)
{
    struct error problem = ERROR_INIT;
    writing->is_listed = true;
    writing->looked_ms = clock_realtime_ms();
    enum status status =
        data_directory_visit(writing->update->directory, entry_look, writing, &problem);
    backup_list_sort(&writing->backups);
    writing->is_listed = writing->is_listed && writing->backups.count < BACKUP_COUNT_MAX;
    /*
     * What is left over is harmless; but without the list a save would replace where it has to
     * merge.
     */
    return retention_keeps_any(writing->update->retention) ? error_forward(error, status, &problem)
                                                           : STATUS_OK;
}

/* List the backups, as the last save knew them if nothing has changed since. */
static enum status backups_find(struct writing *writing, struct error *error)
{
    const struct file_update *update = writing->update;
    if (!retention_keeps_any(update->retention) ||
        !backup_ledger_read(update->lock, clock_realtime_ms(), &writing->backups,
                            &writing->looked_ms))
        return directory_look(writing, error);
    writing->is_listed = true;
    return STATUS_OK;
}

static enum status decision_store(struct writing *writing, const struct store_transform *transform,
                                  struct error *error)
{
    const struct file_update *update = writing->update;
    enum status status = update_plan_decide(&writing->plan, transform, update->current,
                                            retention_keeps_any(update->retention), error);
    /* Pages save what they loaded as soon as they open, for which no backup need be looked at. */
    bool stores = status == STATUS_OK && update_plan_stores(&writing->plan);
    if (stores)
        status = backups_find(writing, error);
    if (status != STATUS_OK)
        return status;
    if (stores)
        update_plan_number(&writing->plan, update->store, update->current, &writing->backups);
    /* Who stored it may have been killed before it was safe, and this may be the save repeated. */
    if (!writing->plan.commit.changed && !writing->plan.submits)
        return data_directory_sync(update->directory, error);
    backup_ledger_forget(update->lock);
    status = next_store(writing, error);
    if (status != STATUS_OK)
        return status;
    saver_note(writing);
    backups_prune(writing);
    return status;
}

enum status file_update_run(const struct file_update *update,
                            const struct store_transform *transform, struct store_commit *commit,
                            struct error *error)
{
    struct writing writing = {.update = update};
    backup_list_init(&writing.backups);
    struct error problem = ERROR_INIT;
    enum status status = decision_store(&writing, transform, &problem);
    if (status == STATUS_OK) {
        outline_note(&writing);
        *commit = writing.plan.commit;
    }
    backup_list_release(&writing.backups);
    /* Two who hold a lock each are in each other's way, with the oddest of errors. */
    if (status == STATUS_UNAVAILABLE && file_lock_check(update->lock, error) == STATUS_BUSY)
        return STATUS_BUSY;
    return error_forward(error, status, &problem);
}
