#include "postgres_update.h"

#include "buffer.h"
#include "clock.h"
#include "postgres_backup.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/* Of so many backups at a time, which only a hand can have made, a save must not take long. */
enum { PRUNED_MAX = 1000, ARRAY_SIZE = PRUNED_MAX * 24 };

/*
 * So that two more have a place in the list. If there are more than that, the oldest are looked at
 * later.
 */
enum { BACKUPS_MAX = BACKUP_COUNT_MAX - 2 };

/*
 * All that a plan says, each part unless its parameter is null: $3, what was submitted; $5, the
 * kind as which the current document is kept; $9, the next document. The length of the current
 * document, $12, is given as it was seen, for a hand may not have counted. A hand may have changed
 * the text without raising the revision, too: so what is kept under that already, pinned or
 * replaced, stands for the current one only if its text is the same. The parts of one statement see
 * what was there before it.
 */
static const char write_text[] =
    "with submitted as ("
    "insert into schedule_backup (name, kind, revision, body, bytes, saved_at, saved_by) "
    "select $1, 'submitted', $2::bigint, $3::json, $4::bigint, now(), $11::text "
    "where $3::json is not null on conflict (name, revision, kind) do update "
    "set body = excluded.body, bytes = excluded.bytes, saved_at = excluded.saved_at, "
    "saved_by = excluded.saved_by), "
    "kept as ("
    "insert into schedule_backup (name, kind, revision, body, bytes, saved_at, saved_by) "
    "select name, $5::text, revision, body, "
    "coalesce($12::bigint, bytes, octet_length(body::text)), saved_at, saved_by "
    "from schedule_document as document where name = $1 and $5::text is not null "
    "and ($5::text <> 'replaced' or not exists (select from schedule_backup as pinned "
    "where pinned.name = $1 and pinned.revision = document.revision and pinned.kind = 'pinned' "
    "and pinned.body::text = document.body::text)) "
    "on conflict (name, revision, kind) do update "
    "set body = excluded.body, bytes = excluded.bytes, saved_at = excluded.saved_at, "
    "saved_by = excluded.saved_by where excluded.kind = 'replaced'), "
    "gone as ("
    "delete from schedule_backup as backup "
    "using unnest($6::bigint[], $7::text[]) as expired (revision, kind) "
    "where backup.name = $1 and backup.revision = expired.revision "
    "and backup.kind = expired.kind) "
    "update schedule_document "
    "set revision = $8::bigint, body = $9::json, bytes = $10::bigint, saved_at = now(), "
    "saved_by = $11::text where name = $1 and $9::json is not null";

/* Where it stands. */
struct writing {
    const struct postgres_update *update;
    struct postgres_outcome *outcome;
    struct backup_list backups; /* newest first; empty where none are kept */
    const char *kept_kind;      /* as which the current document is kept; null: it is not */
    struct buffer revisions;    /* arrays of what goes, as PostgreSQL spells them */
    struct buffer kinds;
};

/* Deciding what goes. */

static enum status backup_note(struct writing *writing, enum backup_kind kind, int64_t revision,
                               size_t length, struct error *error)
{
    const struct backup backup = {.revision = revision, .length = (int64_t)length, .kind = kind};
    return backup_list_insert(&writing->backups, backup, error);
}

/* What is no document is no backup either: it must not be taken for one. */
static enum status current_keep(struct writing *writing, struct error *error)
{
    const struct document *current = writing->update->current;
    if (!writing->outcome->plan.commit.changed || current->revision == 0)
        return STATUS_OK;
    if (current->length == 0) {
        writing->kept_kind = POSTGRES_BACKUP_CORRUPT;
        writing->outcome->keeps_corrupt = true;
        return STATUS_OK;
    }
    if (!retention_keeps_any(writing->update->retention))
        return STATUS_OK;
    writing->kept_kind = backup_kind_name(BACKUP_REPLACED);
    if (backup_list_has(&writing->backups, current->revision))
        return STATUS_OK;
    return backup_note(writing, BACKUP_REPLACED, current->revision, current->length, error);
}

static enum status submitted_keep(struct writing *writing, struct error *error)
{
    const struct update_plan *plan = &writing->outcome->plan;
    if (!plan->submits)
        return STATUS_OK;
    return backup_note(writing, BACKUP_SUBMITTED, plan->commit.submitted,
                       plan->next.submitted.length, error);
}

/* What would go at once need not be kept first. */
static bool is_current(const struct writing *writing, const struct backup *backup)
{
    return writing->kept_kind != NULL && !writing->outcome->keeps_corrupt &&
           backup->kind == BACKUP_REPLACED &&
           backup->revision == writing->update->current->revision;
}

static enum status backup_drop(struct writing *writing, const struct backup *backup,
                               struct error *error)
{
    const char *separator = writing->revisions.length > 0 ? "," : "{";
    if (is_current(writing, backup)) {
        writing->kept_kind = NULL;
        return STATUS_OK;
    }
    enum status status =
        buffer_append_format(&writing->revisions, error, "%s%" PRId64, separator, backup->revision);
    if (status == STATUS_OK)
        status = buffer_append_format(&writing->kinds, error, "%s%s", separator,
                                      backup_kind_name(backup->kind));
    return status;
}

/* End an array, and the text that it is. */
static enum status array_end(struct buffer *array, struct error *error)
{
    const char *end = array->length > 0 ? "}" : "{}";
    return buffer_append(array, end, strlen(end) + 1, error);
}

/* Choose, from the oldest on, what goes; more than a save may take goes with a later one. */
static enum status backups_prune(struct writing *writing, struct error *error)
{
    struct backup_list *list = &writing->backups;
    size_t pruned = 0;
    enum status status = STATUS_OK;
    backup_list_tell_bases(list, writing->update->retention, clock_realtime_ms());
    for (size_t i = list->count; i > 0 && pruned < PRUNED_MAX && status == STATUS_OK; i--) {
        const struct backup *backup = &list->entries[i - 1];
        /* The client is told that what he submitted is kept. */
        if (backup->fate != BACKUP_GOES ||
            backup->revision == writing->outcome->plan.commit.submitted)
            continue;
        pruned++;
        status = backup_drop(writing, backup, error);
    }
    if (status == STATUS_OK)
        status = array_end(&writing->revisions, error);
    return status == STATUS_OK ? array_end(&writing->kinds, error) : status;
}

/* Writing. */

static struct document_text text_if(bool wanted, struct document_text text)
{
    return wanted ? text : (struct document_text){0};
}

static enum status plan_write(const struct writing *writing, struct error *error)
{
    const struct postgres_rows *rows = writing->update->rows;
    const struct update_plan *plan = &writing->outcome->plan;
    struct postgres_statement statement;
    int64_t updated = 0;
    postgres_statement_init(&statement, write_text);
    postgres_statement_add_text(&statement, rows->name);
    postgres_statement_add_number(&statement, plan->commit.submitted);
    postgres_statement_add_document(&statement, text_if(plan->submits, plan->next.submitted));
    postgres_statement_add_number(&statement, (int64_t)plan->next.submitted.length);
    postgres_statement_add_text(&statement, writing->kept_kind);
    postgres_statement_add_text(&statement, writing->revisions.bytes);
    postgres_statement_add_text(&statement, writing->kinds.bytes);
    postgres_statement_add_number(&statement, plan->commit.revision);
    postgres_statement_add_document(&statement, text_if(plan->commit.changed, plan->next.text));
    postgres_statement_add_number(&statement, (int64_t)plan->commit.length);
    postgres_statement_add_text(&statement, rows->saved_by);
    postgres_statement_add_length(&statement, writing->update->current->length);
    enum status status = postgres_connection_do(rows->connection, &statement, &updated, error);
    if (status == STATUS_OK && plan->commit.changed && updated != 1)
        return postgres_document_unwritten(rows, error);
    return status;
}

static enum status plan_store(struct writing *writing, struct error *error)
{
    const struct postgres_update *update = writing->update;
    struct update_plan *plan = &writing->outcome->plan;
    enum status status = STATUS_OK;
    if (retention_keeps_any(update->retention))
        status = postgres_backup_list(update->rows, BACKUPS_MAX, &writing->backups, error);
    if (status != STATUS_OK)
        return status;
    update_plan_number(plan, update->store, update->current, &writing->backups);
    status = current_keep(writing, error);
    if (status == STATUS_OK)
        status = submitted_keep(writing, error);
    if (status == STATUS_OK)
        status = backups_prune(writing, error);
    writing->outcome->is_stored = plan->commit.changed || plan->submits;
    return status == STATUS_OK && writing->outcome->is_stored ? plan_write(writing, error) : status;
}

enum status postgres_update_run(const struct postgres_update *update,
                                const struct store_transform *transform,
                                struct postgres_outcome *outcome, struct error *error)
{
    struct writing writing = {.update = update, .outcome = outcome};
    *outcome = (struct postgres_outcome){.before = update->current->revision};
    enum status status = update_plan_decide(&outcome->plan, transform, update->current,
                                            retention_keeps_any(update->retention), error);
    if (status != STATUS_OK || !update_plan_stores(&outcome->plan))
        return status;
    backup_list_init(&writing.backups);
    buffer_init(&writing.revisions, ARRAY_SIZE);
    buffer_init(&writing.kinds, ARRAY_SIZE);
    status = plan_store(&writing, error);
    buffer_release(&writing.kinds);
    buffer_release(&writing.revisions);
    backup_list_release(&writing.backups);
    return status;
}

/* Finding out what became of it. */

/* Whether the text is kept under this revision. */
static enum status backup_is(const struct postgres_rows *rows, int64_t revision,
                             struct document_text text, bool *is_kept, struct error *error)
{
    struct document document;
    struct error problem = ERROR_INIT;
    enum status status = postgres_backup_load(rows, revision, &document, &problem);
    *is_kept = status == STATUS_OK && document_equals(&document, text);
    if (status == STATUS_OK)
        document_release(&document);
    if (status == STATUS_NOT_FOUND || status == STATUS_CORRUPT)
        return STATUS_OK;
    return error_forward(error, status, &problem);
}

/* What becomes of the backup that is kept as replaced, or a base; if there is none, it goes. */
static enum backup_fate fate_in(const struct backup_list *list, int64_t revision)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct backup *backup = &list->entries[i];
        if (backup->revision == revision && backup->kind != BACKUP_PINNED &&
            backup->kind != BACKUP_SUBMITTED)
            return backup->fate;
    }
    return BACKUP_GOES;
}

/*
 * Whether a document, if it had been saved, and replaced by others since, would still be kept.
 *
 * Each of these saves removed what was too much then. What is newer has become more since then, and
 * everything older, so what would stay now has always stayed by its number and age. By bytes that
 * need not be so: one that was too long for all of them took everything older with it. Then it took
 * what was replaced before, too; so that must be there as well.
 */
static enum status would_be_kept(const struct postgres_update *update,
                                 const struct postgres_outcome *outcome, bool *would_be,
                                 struct error *error)
{
    const struct store_commit *commit = &outcome->plan.commit;
    const struct backup wanted = {
        .revision = commit->revision, .length = (int64_t)commit->length, .kind = BACKUP_REPLACED};
    struct backup_list list;
    *would_be = false;
    if (!retention_keeps_any(update->retention))
        return STATUS_OK;
    backup_list_init(&list);
    enum status status = postgres_backup_list(update->rows, BACKUPS_MAX, &list, error);
    if (status == STATUS_OK && fate_in(&list, outcome->before) == BACKUP_STAYS)
        status = backup_list_insert(&list, wanted, error);
    if (status == STATUS_OK) {
        backup_list_tell_bases(&list, update->retention, clock_realtime_ms());
        *would_be = fate_in(&list, commit->revision) != BACKUP_GOES;
    }
    backup_list_release(&list);
    return status;
}

/*
 * After others saved: what we wrote is among the backups, if it was committed, unless they were
 * removed since.
 */
static enum status replaced_settle(const struct postgres_update *update,
                                   const struct postgres_outcome *outcome, bool *took_effect,
                                   struct error *error)
{
    const struct update_plan *plan = &outcome->plan;
    bool would_be = false;
    enum status status =
        backup_is(update->rows, plan->commit.revision, plan->next.text, took_effect, error);
    if (status != STATUS_OK || *took_effect)
        return status;
    status = would_be_kept(update, outcome, &would_be, error);
    if (status != STATUS_OK || would_be)
        return status;
    return error_set(error, STATUS_UNCERTAIN,
                     "others saved the document '%s' since, and what they replaced need not be "
                     "kept any more",
                     update->rows->name);
}

enum status postgres_update_settle(const struct postgres_update *update,
                                   const struct postgres_outcome *outcome, bool *took_effect,
                                   struct error *error)
{
    const struct update_plan *plan = &outcome->plan;
    const struct document *current = update->current;
    *took_effect = false;
    /* To keep once more what was submitted, should it be gone again, does no harm. */
    if (!plan->commit.changed)
        return backup_is(update->rows, plan->commit.submitted, plan->next.submitted, took_effect,
                         error);
    if (current->revision > plan->commit.revision)
        return replaced_settle(update, outcome, took_effect, error);
    /* Revisions only grow: the current one is ours, or ours was never there. */
    *took_effect =
        current->revision == plan->commit.revision && document_equals(current, plan->next.text);
    return STATUS_OK;
}
