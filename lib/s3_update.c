#include "s3_update.h"

#include "clock.h"
#include "s3_backups.h"
#include "s3_replace.h"
#include "update_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    /* How often others may be faster. */
    CONFLICTS_MAX = 100,
    /* How many names that are taken are passed over. */
    NAMES_MAX = 100,
    /* How long a save that is done waits for old backups to be removed. */
    PRUNE_MS = 2000
};

/* Where it stands. */
struct writing {
    const struct s3_update *update;
    struct s3_current current;
    struct backup_list backups; /* newest first, as it was at first; empty where none are kept */
    struct savers markers;      /* as they were then */
    bool has_backups;           /* they were listed */
    struct update_plan plan;
    int64_t kept; /* the revision under which the current one became a backup; 0: it did not */
    /* What this update has kept as submitted so far, for when it decides anew. */
    int64_t submitted;
    struct buffer submitted_text;
    unsigned attempts;
};

static int64_t even_from(int64_t revision)
{
    return revision + revision % 2;
}

static int64_t odd_from(int64_t revision)
{
    return revision + 1 - revision % 2;
}

/* Choose the revisions, and those among them that no other saver can choose for something else. */
static void revisions_choose(struct writing *writing)
{
    struct update_plan *plan = &writing->plan;
    struct store_commit *commit = &plan->commit;
    const struct document_text *submitted = &plan->next.submitted;
    update_plan_number(plan, writing->update->store, &writing->current.document, &writing->backups);
    if (plan->submits && writing->submitted != 0 &&
        writing->submitted_text.length == submitted->length &&
        memcmp(writing->submitted_text.bytes, submitted->bytes, submitted->length) == 0) {
        commit->submitted = writing->submitted;
        plan->submits = false;
    }
    if (plan->submits)
        commit->submitted = odd_from(commit->submitted);
    if (commit->changed)
        commit->revision =
            even_from(plan->submits && commit->submitted >= commit->revision ? commit->submitted + 1
                                                                             : commit->revision);
}

static enum status submitted_note(struct writing *writing, struct error *error)
{
    const struct document_text *submitted = &writing->plan.next.submitted;
    buffer_release(&writing->submitted_text);
    buffer_init(&writing->submitted_text, submitted->length);
    enum status status =
        buffer_append(&writing->submitted_text, submitted->bytes, submitted->length, error);
    writing->submitted = status == STATUS_OK ? writing->plan.commit.submitted : 0;
    return status;
}

static enum status names_taken(struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE,
                     "%d backups in a row are called as this one would be", NAMES_MAX);
}

/* Keep what was submitted. Another saver may have taken the revision for what was sent to him. */
static enum status submitted_write(struct writing *writing, struct error *error)
{
    struct store_commit *commit = &writing->plan.commit;
    for (int i = 0; i < NAMES_MAX; i++) {
        enum status status =
            s3_backups_write(writing->update->bucket, BACKUP_SUBMITTED, commit->submitted,
                             writing->plan.next.submitted, error);
        if (status == STATUS_OK) {
            s3_backups_mark(writing->update->bucket, commit->submitted, writing->update->saved_by);
            return submitted_note(writing, error);
        }
        if (status != STATUS_CONFLICT)
            return status;
        int64_t now = odd_from(clock_realtime_ms());
        commit->submitted = now > commit->submitted ? now : commit->submitted + 2;
        if (commit->changed && commit->revision < commit->submitted)
            commit->revision = even_from(commit->submitted);
    }
    return names_taken(error);
}

/* What is no document is no backup either: it must not be taken for one. */
static enum status corrupt_keep(struct writing *writing, struct error *error)
{
    const struct s3_bucket *bucket = writing->update->bucket;
    const struct document_text damaged = document_text_written(&writing->current.damaged);
    int64_t number = writing->current.document.revision;
    for (int i = 0; i < NAMES_MAX; i++) {
        char name[S3_NAME_MAX + 1];
        (void)snprintf(name, sizeof name, S3_CURRENT_NAME ".corrupt-%" PRId64, number--);
        enum status status = s3_bucket_create(writing->update->bucket, name, damaged, error);
        if (status == STATUS_OK)
            bucket->observer->corrupt_set_aside(bucket->observer->context, name);
        if (status != STATUS_CONFLICT)
            return status;
    }
    return names_taken(error);
}

static const struct backup *backup_find(const struct writing *writing, enum backup_kind kind,
                                        int64_t revision)
{
    for (size_t i = 0; i < writing->backups.count; i++) {
        const struct backup *backup = &writing->backups.entries[i];
        if (backup->kind == kind && backup->revision == revision)
            return backup;
    }
    return NULL;
}

/* Whether it is kept already, as replaced by somebody who was slower then, or as a pinned one. */
static enum status kept_find(struct writing *writing, bool *is_kept, struct error *error)
{
    static const enum backup_kind kinds[] = {BACKUP_REPLACED, BACKUP_PINNED};
    const struct document *current = &writing->current.document;
    enum status status = STATUS_OK;
    *is_kept = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && status == STATUS_OK && !*is_kept;
         i++) {
        const struct backup *backup = backup_find(writing, kinds[i], current->revision);
        if (backup != NULL && backup->length == (int64_t)current->length)
            status = s3_backups_compare(writing->update->bucket, kinds[i], current->revision,
                                        document_text_of(current), is_kept, error);
    }
    return status;
}

/*
 * Write it under its revision, or, where another document of a hand has that name, under the first
 * number of its kind before it that is free.
 */
static enum status replaced_write(struct writing *writing, struct error *error)
{
    const struct document *current = &writing->current.document;
    enum status status = STATUS_OK;
    for (int64_t i = 0; i < NAMES_MAX && current->revision > 2 * i; i++) {
        writing->kept = current->revision - 2 * i;
        status = s3_backups_write(writing->update->bucket, BACKUP_REPLACED, writing->kept,
                                  document_text_of(current), error);
        if (status != STATUS_CONFLICT)
            return status;
    }
    return names_taken(error);
}

static bool marker_is_listed(const struct writing *writing, int64_t revision, const char *saver)
{
    const struct savers *markers = &writing->markers;
    for (size_t i = 0; i < markers->count; i++) {
        const struct saver *listed = &markers->entries[i];
        if (listed->revision == revision && strcmp(markers->names.bytes + listed->name, saver) == 0)
            return true;
    }
    return false;
}

/*
 * Keep what is to be replaced, and who saved it. Who kept it before may have come no further. A
 * marker that was listed stands for what was kept then: it may have gone with it since.
 */
static enum status current_keep(struct writing *writing, struct error *error)
{
    const struct s3_current *current = &writing->current;
    int64_t revision = current->document.revision;
    bool is_kept = false;
    writing->kept = 0;
    if (revision == 0)
        return STATUS_OK;
    if (s3_current_is_damaged(current))
        return corrupt_keep(writing, error);
    if (!retention_keeps_any(writing->update->retention))
        return STATUS_OK;
    enum status status = kept_find(writing, &is_kept, error);
    if (status == STATUS_OK && !is_kept) {
        status = replaced_write(writing, error);
        revision = writing->kept;
    }
    if (status == STATUS_OK &&
        (!is_kept || !marker_is_listed(writing, revision, current->saved_by)))
        s3_backups_mark(writing->update->bucket, revision, current->saved_by);
    return status;
}

/* What is kept now is in the list for s3_backups_prune. */
static void backup_note(struct writing *writing, enum backup_kind kind, int64_t revision,
                        size_t length)
{
    const struct backup backup = {.revision = revision, .length = (int64_t)length, .kind = kind};
    if (revision != 0 && backup_find(writing, kind, revision) == NULL)
        (void)backup_list_insert(&writing->backups, backup, NULL);
}

/*
 * What this save has kept stays. It need not be new: a hand can bring an old document back with the
 * revision that it had.
 */
static void backups_spare(struct writing *writing)
{
    const struct store_commit *commit = &writing->plan.commit;
    for (size_t i = 0; i < writing->backups.count; i++) {
        struct backup *backup = &writing->backups.entries[i];
        bool is_replaced =
            commit->changed && (backup->revision == writing->kept ||
                                backup->revision == writing->current.document.revision);
        if (is_replaced || backup->revision == commit->submitted)
            backup->fate = BACKUP_STAYS;
    }
}

/* What cannot be removed now is removed by a later save. */
static void backups_prune(struct writing *writing)
{
    const struct s3_update *update = writing->update;
    const struct update_plan *plan = &writing->plan;
    const struct store_observer *observer = update->bucket->observer;
    struct error problem = ERROR_INIT;
    struct error told = ERROR_INIT;
    if (!retention_keeps_any(update->retention))
        return;
    if (plan->commit.changed)
        backup_note(writing, BACKUP_REPLACED, writing->kept, writing->current.document.length);
    backup_note(writing, BACKUP_SUBMITTED, writing->submitted, writing->submitted_text.length);
    backup_list_expire(&writing->backups, update->retention, clock_realtime_ms());
    backups_spare(writing);
    enum status status =
        s3_backups_prune(update->bucket, &writing->backups, &writing->markers,
                         deadline_within(update->bucket->deadline, PRUNE_MS), &problem);
    if (status == STATUS_OK)
        return;
    (void)error_set(&told, status, "old backups stay until another save: %s", problem.text);
    observer->server_retry(observer->context, told.text);
}

/* Once: names that others have taken since are passed over. */
static enum status backups_find(struct writing *writing, struct error *error)
{
    if (writing->has_backups || !retention_keeps_any(writing->update->retention))
        return STATUS_OK;
    writing->has_backups = true;
    return s3_backups_list(writing->update->bucket, &writing->backups, &writing->markers, error);
}

/* `*is_stale` becomes true if somebody else was faster: then the current document is his. */
static enum status next_store(struct writing *writing, bool *is_stale, struct error *error)
{
    const struct update_plan *plan = &writing->plan;
    enum status status = STATUS_OK;
    if (plan->submits)
        status = submitted_write(writing, error);
    if (status != STATUS_OK || !plan->commit.changed)
        return status;
    status = current_keep(writing, error);
    if (status != STATUS_OK)
        return status;
    const struct s3_replacement replacement = {.bucket = writing->update->bucket,
                                               .probe = writing->update->probe,
                                               .revision = plan->commit.revision,
                                               .text = plan->next.text,
                                               .saved_by = writing->update->saved_by,
                                               .attempts = &writing->attempts};
    status = s3_replace(&replacement, &writing->current, error);
    *is_stale = status == STATUS_STALE;
    return *is_stale ? STATUS_OK : status;
}

static enum status lengths_check(const struct writing *writing, struct error *error)
{
    const struct store_next *next = &writing->plan.next;
    enum status status = STATUS_OK;
    if (writing->plan.commit.changed)
        status = s3_bucket_check_length(writing->update->bucket, next->text.length, error);
    if (status == STATUS_OK && next->submitted.bytes != NULL)
        status = s3_bucket_check_length(writing->update->bucket, next->submitted.length, error);
    return status;
}

static enum status decision_store(struct writing *writing, const struct store_transform *transform,
                                  bool *is_stale, struct error *error)
{
    const struct s3_update *update = writing->update;
    struct s3_current *current = &writing->current;
    enum status status = STATUS_OK;
    *is_stale = false;
    if (!transform->replaces_corrupt)
        status = s3_current_check(update->bucket, current, error);
    if (status == STATUS_OK)
        status = update_plan_decide(&writing->plan, transform, &current->document,
                                    retention_keeps_any(update->retention), error);
    if (status != STATUS_OK || !update_plan_stores(&writing->plan))
        return status;
    status = lengths_check(writing, error);
    if (status == STATUS_OK)
        status = s3_probe_ensure(update->probe, update->bucket, current->probed, error);
    if (status == STATUS_OK)
        status = backups_find(writing, error);
    if (status != STATUS_OK)
        return status;
    revisions_choose(writing);
    status = next_store(writing, is_stale, error);
    if (status == STATUS_OK && !*is_stale)
        backups_prune(writing);
    return status;
}

static enum status writing_run(struct writing *writing, const struct store_transform *transform,
                               struct error *error)
{
    const struct s3_bucket *bucket = writing->update->bucket;
    for (unsigned conflicts = 0;; conflicts++) {
        struct error problem = ERROR_INIT;
        bool is_stale = false;
        if (conflicts > 0)
            bucket->observer->lock_retry(bucket->observer->context, conflicts, CONFLICTS_MAX);
        enum status status = decision_store(writing, transform, &is_stale, &problem);
        bool has_time = !deadline_passed(bucket->deadline);
        if (conflicts > 0 && status == STATUS_UNREACHABLE && !has_time)
            return error_set(error, STATUS_BUSY,
                             "others were faster, until the time was up (%u times; %s); try again",
                             conflicts, problem.text);
        if (status != STATUS_OK || !is_stale)
            return error_forward(error, status, &problem);
        if (conflicts == CONFLICTS_MAX)
            return error_set(error, STATUS_BUSY, "others were faster %u times; try again",
                             conflicts);
    }
}

enum status s3_update_run(const struct s3_update *update, const struct store_transform *transform,
                          struct store_commit *commit, struct error *error)
{
    const struct store_observer *observer = update->bucket->observer;
    struct writing writing = {.update = update};
    struct error problem = ERROR_INIT;
    enum status status = s3_current_read(update->bucket, &writing.current, error);
    if (status != STATUS_OK)
        return status;
    backup_list_init(&writing.backups);
    savers_init(&writing.markers);
    buffer_init(&writing.submitted_text, 0);
    status = writing_run(&writing, transform, &problem);
    if (status == STATUS_OK)
        *commit = writing.plan.commit;
    if (status == STATUS_BUSY)
        observer->lock_failed(observer->context, problem.text);
    s3_current_release(&writing.current);
    backup_list_release(&writing.backups);
    savers_release(&writing.markers);
    buffer_release(&writing.submitted_text);
    return error_forward(error, status, &problem);
}
