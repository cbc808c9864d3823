#include "restore.h"

struct restoring {
    struct store *store;
    int64_t revision;
    const struct conditions *conditions;
    struct buffer text;
};

/* A backup that a hand put there may be indented in any way. */
static enum status backup_canonicalize(struct restoring *restoring, struct error *error)
{
    struct document backup;
    struct json_outline outline;
    enum status status = store_load_backup(restoring->store, restoring->revision, &backup, error);
    if (status != STATUS_OK)
        return status;
    status = document_text_hold(&backup, error);
    if (status == STATUS_OK) {
        buffer_release(&restoring->text);
        buffer_init(&restoring->text, document_length_max(backup.length));
        status =
            document_canonicalize(backup.text, backup.length, &restoring->text, &outline, error);
    }
    document_release(&backup);
    return status;
}

static enum status restore_decide(void *context, struct document *current, struct store_next *next,
                                  struct error *error)
{
    struct restoring *restoring = context;
    enum status status = conditions_check(restoring->conditions, current->revision, error);
    if (status != STATUS_OK || (restoring->revision == current->revision && current->length > 0))
        return status;
    status = backup_canonicalize(restoring, error);
    if (status == STATUS_OK)
        next->text = document_text_written(&restoring->text);
    return status;
}

enum status restore_backup(struct store *store, int64_t revision,
                           const struct conditions *conditions, struct store_commit *commit,
                           struct error *error)
{
    struct restoring restoring = {.store = store, .revision = revision, .conditions = conditions};
    const struct store_transform transform = {
        .decide = restore_decide, .context = &restoring, .replaces_corrupt = true};
    buffer_init(&restoring.text, 0);
    enum status status = store_update(store, &transform, commit, error);
    buffer_release(&restoring.text);
    return status;
}
