#include "update_plan.h"

#include "clock.h"

#include <string.h>

/*
 * A backup from later than so far beyond the clock, or beyond the current document, was named by a hand: no
 * time to go on from.
 */
static const int64_t clock_error_max_ms = INT64_C(24) * 3600000;

enum status update_plan_decide(struct update_plan *plan, const struct store_transform *transform,
                               struct document *current, bool keeps_backups, struct error *error)
{
    struct store_next *next = &plan->next;
    *plan =
        (struct update_plan){.commit = {.revision = current->revision, .length = current->length}};
    enum status status = transform->decide(transform->context, current, next, error);
    if (status != STATUS_OK)
        return status;
    if (!keeps_backups)
        next->submitted = (struct document_text){0};
    plan->commit.changed = next->text.bytes != NULL && !document_equals(current, next->text);
    return STATUS_OK;
}

bool update_plan_stores(const struct update_plan *plan)
{
    return plan->commit.changed || plan->next.submitted.bytes != NULL;
}

static int64_t next_revision(const struct document *current, const struct backup_list *backups)
{
    int64_t next = clock_realtime_ms();
    int64_t previous = current->revision;
    int64_t from = next > previous ? next : previous;
    for (size_t i = 0; i < backups->count; i++) {
        int64_t revision = backups->entries[i].revision;
        if (revision > previous && revision - from <= clock_error_max_ms)
            previous = revision;
    }
    if (next > previous)
        return next;
    /* Beyond that nobody counts; only a hand has come there. */
    return previous < INT64_MAX ? previous + 1 : previous;
}

/* What was submitted last of all that is kept, or null. */
static const struct backup *newest_submitted(const struct backup_list *backups)
{
    for (size_t i = 0; i < backups->count; i++) {
        if (backups->entries[i].kind == BACKUP_SUBMITTED)
            return &backups->entries[i];
    }
    return NULL;
}

/*
 * The revision under which just this was submitted last, or 0: a page that saves the same again and
 * again, as often as it is opened, is not to fill the backups with it.
 */
static int64_t submitted_before(struct store *store, struct document_text submitted,
                                const struct backup_list *backups)
{
    const struct backup *newest = newest_submitted(backups);
    struct document document;
    if (newest == NULL || newest->length != (int64_t)submitted.length ||
        store_load_backup(store, newest->revision, &document, NULL) != STATUS_OK)
        return 0;
    bool is_same = document_equals(&document, submitted);
    document_release(&document);
    return is_same ? newest->revision : 0;
}

void update_plan_number(struct update_plan *plan, struct store *store,
                        const struct document *current, const struct backup_list *backups)
{
    struct store_commit *commit = &plan->commit;
    int64_t revision = next_revision(current, backups);
    if (plan->next.submitted.bytes != NULL) {
        commit->submitted = submitted_before(store, plan->next.submitted, backups);
        plan->submits = commit->submitted == 0;
        if (plan->submits)
            commit->submitted = revision++;
    }
    if (commit->changed) {
        commit->revision = revision;
        commit->length = plan->next.text.length;
    }
}
