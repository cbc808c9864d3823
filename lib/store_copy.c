#include "store_copy.h"

#include <inttypes.h>

/* Have the text of what was loaded, with this status, in memory. */
static enum status loaded_hold(enum status status, struct document *document, struct error *error)
{
    if (status != STATUS_OK)
        return status;
    status = document_text_hold(document, error);
    if (status != STATUS_OK)
        document_release(document);
    return status;
}

/* The documents of a store; the caller's to release. */
static enum status current_hold(struct store *store, struct document *document, struct error *error)
{
    return loaded_hold(store_load(store, document, error), document, error);
}

static enum status backup_hold(struct store *store, int64_t revision, struct document *document,
                               struct error *error)
{
    return loaded_hold(store_load_backup(store, revision, document, error), document, error);
}

/* Whether `document` is what the store has as the backup of its revision. */
static enum status is_backup_of(struct store *store, const struct document *document, bool *is_one,
                                struct error *error)
{
    struct error problem = ERROR_INIT;
    struct document backup;
    *is_one = false;
    enum status status = backup_hold(store, document->revision, &backup, &problem);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return error_forward(error, status, &problem);
    *is_one = document_equals(document, document_text_of(&backup));
    document_release(&backup);
    return STATUS_OK;
}

/* What is there already may only be what the source has, or had. */
static enum status target_check(struct store *from, const struct document *current,
                                const struct document *there, struct error *error)
{
    bool known = there->revision == 0;
    enum status status = STATUS_OK;
    if (!known && there->revision == current->revision)
        known = document_equals(there, document_text_of(current));
    else if (!known)
        status = is_backup_of(from, there, &known, error);
    if (status != STATUS_OK || known)
        return status;
    return error_set(error, STATUS_CONFLICT,
                     "there is another document already, revision %" PRId64
                     ", which the source has never had; nothing was overwritten",
                     there->revision);
}

/* Where documents are taken from and to, and who saved them. */
struct copying {
    struct store *from;
    struct store *to;
    int64_t there;           /* the current revision in `to`, as it was */
    struct backup_list kept; /* the backups in `to`, as they were */
    struct savers savers;    /* of `from` */
    struct savers noted;     /* what was known of that in `to` */
};

static bool was_kept(const struct copying *copying, const struct backup *backup)
{
    const struct backup_list *kept = &copying->kept;
    for (size_t i = backup_list_newer(kept, backup->revision);
         i < kept->count && kept->entries[i].revision == backup->revision; i++) {
        if (kept->entries[i].kind == backup->kind)
            return true;
    }
    return false;
}

/*
 * Who is to be noted as having saved this backup, or null. Where that is known it may be the current
 * document alone that tells, which goes: so only of what was kept before it is not noted again.
 */
static const char *saver_of(const struct copying *copying, const struct backup *backup)
{
    const char *noted = savers_find(&copying->noted, backup->revision);
    if (noted == NULL)
        return savers_find(&copying->savers, backup->revision);
    return was_kept(copying, backup) && backup->revision != copying->there ? NULL : noted;
}

static enum status backup_copy(const struct copying *copying, const struct backup *backup,
                               struct error *error)
{
    struct error problem = ERROR_INIT;
    struct document document;
    enum status status = backup_hold(copying->from, backup->revision, &document, &problem);
    if (status == STATUS_CORRUPT)
        return error_set(error, status, "%s; mend it or move it away, and copy again",
                         problem.text);
    if (status != STATUS_OK)
        return error_forward(error, status, &problem);
    status = store_adopt_backup(copying->to, backup, document_text_of(&document),
                                saver_of(copying, backup), error);
    document_release(&document);
    return status;
}

/* One that was there before may have been another one's. */
static enum status backup_verify(const struct copying *copying, const struct backup *backup,
                                 struct error *error)
{
    struct document document;
    bool is_same = false;
    enum status status = backup_hold(copying->from, backup->revision, &document, error);
    if (status != STATUS_OK)
        return status;
    status = is_backup_of(copying->to, &document, &is_same, error);
    document_release(&document);
    if (status != STATUS_OK || is_same)
        return status;
    return error_set(error, STATUS_CONFLICT, "the backup %" PRId64 " is another document there",
                     backup->revision);
}

typedef enum status backup_work(const struct copying *copying, const struct backup *backup,
                                struct error *error);

/* From the oldest on, as they were made. */
static enum status backups_visit(const struct copying *copying, const struct backup_list *list,
                                 backup_work *work, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = list->count; i > 0 && status == STATUS_OK; i--)
        status = work(copying, &list->entries[i - 1], error);
    return status;
}

/* Who saved it may be missing where it is there already: a copy was interrupted. */
static enum status current_copy(const struct copying *copying, const struct document *current,
                                struct error *error)
{
    const char *saved_by = savers_find(&copying->savers, current->revision);
    bool is_named = saved_by == NULL || savers_find(&copying->noted, current->revision) != NULL;
    if (current->revision == 0 || (current->revision == copying->there && is_named))
        return STATUS_OK;
    return store_adopt(copying->to, copying->there, current->revision, document_text_of(current),
                       saved_by, error);
}

static enum status current_verify(struct store *from, struct store *to,
                                  const struct document *current, struct error *error)
{
    struct document there;
    int64_t revision = 0;
    enum status status = current_hold(to, &there, error);
    if (status != STATUS_OK)
        return status;
    bool is_same =
        there.revision == current->revision && document_equals(&there, document_text_of(current));
    document_release(&there);
    if (!is_same && current->revision != 0)
        return error_set(error, STATUS_CONFLICT, "somebody has saved there meanwhile");
    status = store_revision(from, &revision, error);
    if (status == STATUS_OK && revision != current->revision)
        status = error_set(error, STATUS_BUSY,
                           "somebody has saved to the source meanwhile; stop that, and copy again");
    return status;
}

static enum status all_copy(const struct copying *copying, const struct document *current,
                            const struct backup_list *list, struct error *error)
{
    enum status status = backups_visit(copying, list, backup_copy, error);
    if (status == STATUS_OK)
        status = current_copy(copying, current, error);
    if (status == STATUS_OK)
        status = backups_visit(copying, list, backup_verify, error);
    if (status == STATUS_OK)
        status = current_verify(copying->from, copying->to, current, error);
    return status;
}

/* Copy what is listed, with the names of who saved it. */
static enum status listed_copy(struct store *from, struct store *to, const struct document *current,
                               int64_t there, const struct backup_list *list, struct error *error)
{
    struct copying copying = {.from = from, .to = to, .there = there};
    backup_list_init(&copying.kept);
    savers_init(&copying.savers);
    savers_init(&copying.noted);
    enum status status = store_savers(from, &copying.savers, error);
    if (status == STATUS_OK)
        status = store_backups(to, &copying.kept, error);
    if (status == STATUS_OK)
        status = store_savers(to, &copying.noted, error);
    if (status == STATUS_OK)
        status = all_copy(&copying, current, list, error);
    savers_release(&copying.noted);
    savers_release(&copying.savers);
    backup_list_release(&copying.kept);
    return status;
}

static void copy_tell(const struct document *current, const struct backup_list *list,
                      struct store_copy *copy)
{
    *copy = (struct store_copy){
        .revision = current->revision, .backups = list->count, .bytes = current->length};
    for (size_t i = 0; i < list->count; i++)
        copy->bytes += (uint64_t)list->entries[i].length;
}

enum status store_copy_all(struct store *from, struct store *to, struct store_copy *copy,
                           struct error *error)
{
    struct backup_list list;
    struct document current;
    struct document there;
    backup_list_init(&list);
    document_init(&there);
    enum status status = current_hold(from, &current, error);
    if (status != STATUS_OK)
        return status;
    status = current_hold(to, &there, error);
    if (status == STATUS_OK)
        status = target_check(from, &current, &there, error);
    if (status == STATUS_OK)
        status = store_backups(from, &list, error);
    if (status == STATUS_OK && current.revision == 0 && list.count == 0)
        status = error_set(error, STATUS_NOT_FOUND, "there is nothing that could be copied");
    if (status == STATUS_OK)
        status = listed_copy(from, to, &current, there.revision, &list, error);
    if (status == STATUS_OK)
        copy_tell(&current, &list, copy);
    backup_list_release(&list);
    document_release(&there);
    document_release(&current);
    return status;
}
