#include "backup_resource.h"

#include "answer.h"
#include "conditional.h"
#include "log.h"
#include "number.h"
#include "payload.h"
#include "restore.h"
#include "storage.h"
#include "utc.h"

#include <inttypes.h>
#include <stdio.h>

/* The revision that the address names. */
static enum status revision_read(const struct exchange *exchange, int64_t *revision,
                                 struct error *error)
{
    const char *name = exchange->match->names[0];
    if (number_parse_revision(name, revision) && *revision != 0)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "'%s' is no revision; GET " REQUEST_MOUNT "/backups lists those kept", name);
}

/* Where nobody is known to have saved it, the member is not there. */
static json_t *backup_describe(const struct backup *backup, const char *saved_by)
{
    char time[UTC_SIZE];
    utc_write(backup->revision, time);
    return json_pack("{s:I, s:s, s:I, s:s, s:s*}", "revision", (json_int_t)backup->revision, "time",
                     time, "bytes", (json_int_t)backup->length, "kind",
                     backup_kind_name(backup->kind), "savedBy", saved_by);
}

static json_t *list_describe(const struct backup_list *list, const struct savers *savers,
                             int64_t current)
{
    int64_t listed = 0;
    json_t *backups = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct backup *backup = &list->entries[i];
        /* The same twice, replaced and pinned, is one to who asks for it by its revision. */
        if (backup->revision == listed || backup->kind == BACKUP_BASE)
            continue;
        listed = backup->revision;
        json_t *entry = backup_describe(backup, savers_find(savers, backup->revision));
        if (json_array_append_new(backups, entry) != 0) {
            json_decref(backups);
            return NULL;
        }
    }
    return json_pack("{s:b, s:I, s:s*, s:o}", "ok", true, "revision", (json_int_t)current,
                     "savedBy", savers_find(savers, current), "backups", backups);
}

/* A list without names is better than none. */
static void savers_find_all(const struct exchange *exchange, struct store *store,
                            struct savers *savers)
{
    struct error problem = ERROR_INIT;
    if (store_savers(store, savers, &problem) != STATUS_OK)
        log_request(LOG_WARN, exchange->request, "未能读取保存者: %s", problem.text);
}

static enum status list_answer(const struct exchange *exchange, struct store *store, void *context,
                               struct response *response, struct error *error)
{
    struct backup_list list;
    struct savers savers;
    int64_t current = 0;
    (void)context;
    backup_list_init(&list);
    savers_init(&savers);
    enum status status = store_revision(store, &current, error);
    if (status == STATUS_OK)
        status = store_backups(store, &list, error);
    if (status == STATUS_OK)
        savers_find_all(exchange, store, &savers);
    if (status == STATUS_OK)
        status = answer_json(response, list_describe(&list, &savers, current), error);
    savers_release(&savers);
    backup_list_release(&list);
    return status;
}

enum failure backups_list(const struct exchange *exchange, struct response *response,
                          struct error *error)
{
    return failure_of_status(storage_run(exchange, list_answer, NULL, response, error));
}

/* What is asked of one backup. */
struct backup_request {
    int64_t revision;
    struct conditions conditions;
};

static enum status document_pin(const struct exchange *exchange, struct store *store, void *context,
                                struct response *response, struct error *error)
{
    const struct backup_request *asked = context;
    char location[64];
    int64_t revision = 0;
    enum status status = store_pin(store, &asked->conditions, &revision, error);
    if (status != STATUS_OK)
        return status;
    storage_log_change(exchange, "备份成功: revision %" PRId64, revision);
    (void)snprintf(location, sizeof location, REQUEST_MOUNT "/backups/%" PRId64, revision);
    response_header(response, "Location", location);
    response->status = 201;
    answer_done(response, "备份成功", revision);
    return STATUS_OK;
}

enum failure backup_pin(const struct exchange *exchange, struct response *response,
                        struct error *error)
{
    struct backup_request asked = {.revision = 0};
    enum failure failure = payload_none_check(exchange->request, error);
    if (failure != FAILURE_NONE)
        return failure;
    enum status status = conditional_read(exchange->request, &asked.conditions, error);
    if (status == STATUS_OK)
        status = storage_run(exchange, document_pin, &asked, response, error);
    return failure_of_status(status);
}

/*
 * The current document is one that can be asked for as well: a save's answer names it. If it was
 * replaced meanwhile, it is a backup now.
 */
static enum status revision_load(struct store *store, int64_t revision, struct document *document,
                                 struct error *error)
{
    struct error problem = ERROR_INIT;
    struct document current;
    enum status status = store_load_backup(store, revision, document, &problem);
    if (status != STATUS_NOT_FOUND || store_load(store, &current, NULL) != STATUS_OK)
        return error_forward(error, status, &problem);
    if (current.revision == revision) {
        *document = current;
        return STATUS_OK;
    }
    document_release(&current);
    return store_load_backup(store, revision, document, error);
}

static enum status document_find(const struct exchange *exchange, struct store *store,
                                 void *context, struct response *response, struct error *error)
{
    const struct backup_request *asked = context;
    struct document document;
    enum status status = revision_load(store, asked->revision, &document, error);
    if (status != STATUS_OK)
        return status;
    /* A revision never changes, so to be there is enough. */
    if (answer_unmodified(exchange->request, response, asked->revision)) {
        document_release(&document);
        return STATUS_OK;
    }
    answer_etag(response, asked->revision);
    response_body_stored(response, &document);
    return STATUS_OK;
}

/* A backup that is damaged says nothing about the current document. */
static enum failure failure_of_backup(enum status status)
{
    return status == STATUS_CORRUPT ? FAILURE_CONFLICT : failure_of_status(status);
}

enum failure backup_load(const struct exchange *exchange, struct response *response,
                         struct error *error)
{
    struct backup_request asked = {.revision = 0};
    enum status status = revision_read(exchange, &asked.revision, error);
    if (status == STATUS_OK)
        status = storage_run(exchange, document_find, &asked, response, error);
    return failure_of_backup(status);
}

/* Read what a change of one backup takes, and make it. */
static enum failure change_run(const struct exchange *exchange, storage_work *change,
                               struct response *response, struct error *error)
{
    struct backup_request asked = {.revision = 0};
    enum status status = conditional_read(exchange->request, &asked.conditions, error);
    if (status == STATUS_OK)
        status = revision_read(exchange, &asked.revision, error);
    if (status == STATUS_OK)
        status = storage_run(exchange, change, &asked, response, error);
    return failure_of_backup(status);
}

static enum status backup_drop(const struct exchange *exchange, struct store *store, void *context,
                               struct response *response, struct error *error)
{
    const struct backup_request *asked = context;
    enum status status = store_unkeep(store, asked->revision, &asked->conditions, error);
    if (status != STATUS_OK)
        return status;
    storage_log_change(exchange, "备份已删除: revision %" PRId64, asked->revision);
    answer_done(response, "备份已删除", asked->revision);
    return STATUS_OK;
}

enum failure backup_remove(const struct exchange *exchange, struct response *response,
                           struct error *error)
{
    return change_run(exchange, backup_drop, response, error);
}

static enum status document_restore(const struct exchange *exchange, struct store *store,
                                    void *context, struct response *response, struct error *error)
{
    const struct backup_request *asked = context;
    struct store_commit commit;
    enum status status = restore_backup(store, asked->revision, &asked->conditions, &commit, error);
    if (status != STATUS_OK)
        return status;
    storage_log_change(exchange, "数据已恢复: revision %" PRId64 " as %" PRId64, asked->revision,
                       commit.revision);
    answer_done(response, "数据已恢复", commit.revision);
    return STATUS_OK;
}

enum failure backup_restore(const struct exchange *exchange, struct response *response,
                            struct error *error)
{
    enum failure failure = payload_none_check(exchange->request, error);
    return failure == FAILURE_NONE ? change_run(exchange, document_restore, response, error)
                                   : failure;
}
