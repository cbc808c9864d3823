#include "backup_resource.h"

#include "answer.h"
#include "conditional.h"
#include "log.h"
#include "number.h"
#include "payload.h"
#include "restore.h"
#include "storage.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* The revision that the address names. */
static enum status revision_read(const struct exchange *exchange, int64_t *revision,
                                 struct error *error)
{
    const char *name = exchange->match->names[0];
    uint64_t number = 0;
    if (number_parse(name, INT64_MAX, &number) != NUMBER_OK || number == 0)
        return error_set(error, STATUS_INVALID,
                         "'%s' is no revision; GET " REQUEST_MOUNT "/backups lists those kept",
                         name);
    *revision = (int64_t)number;
    return STATUS_OK;
}

/* ISO 8601 in UTC; a time beyond the calendar of the C library is "". */
static void time_write(int64_t revision, char *text, size_t size)
{
    char seconds[40];
    struct tm utc;
    const time_t time = (time_t)(revision / 1000);
    text[0] = '\0';
    if (gmtime_r(&time, &utc) != NULL &&
        strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc) > 0)
        (void)snprintf(text, size, "%s.%03dZ", seconds, (int)(revision % 1000));
}

static json_t *list_describe(const struct backup_list *list, int64_t current)
{
    char time[64];
    json_t *backups = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct backup *backup = &list->entries[i];
        /* The same twice, replaced and pinned, is one to who asks for it by its revision. */
        if (i > 0 && list->entries[i - 1].revision == backup->revision)
            continue;
        time_write(backup->revision, time, sizeof time);
        json_t *entry = json_pack("{s:I, s:s, s:I, s:s}", "revision", (json_int_t)backup->revision,
                                  "time", time, "bytes", (json_int_t)backup->length, "kind",
                                  backup_kind_name(backup->kind));
        if (json_array_append_new(backups, entry) != 0) {
            json_decref(backups);
            return NULL;
        }
    }
    return json_pack("{s:b, s:I, s:o}", "ok", true, "revision", (json_int_t)current, "backups",
                     backups);
}

enum failure backups_list(const struct exchange *exchange, struct response *response,
                          struct error *error)
{
    struct storage storage;
    struct backup_list list;
    int64_t current = 0;
    backup_list_init(&list);
    enum status status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = store_revision(storage.store, &current, error);
    if (status == STATUS_OK)
        status = store_backups(storage.store, &list, error);
    if (status == STATUS_OK)
        status = answer_json(response, list_describe(&list, current), error);
    backup_list_release(&list);
    storage_close(&storage);
    return failure_of_status(status);
}

static void location_set(struct response *response, int64_t revision)
{
    char location[64];
    (void)snprintf(location, sizeof location, REQUEST_MOUNT "/backups/%" PRId64, revision);
    response_header(response, "Location", location);
}

enum failure backup_pin(const struct exchange *exchange, struct response *response,
                        struct error *error)
{
    struct storage storage;
    struct conditions conditions;
    int64_t revision = 0;
    enum failure failure = payload_none_check(exchange->request, error);
    if (failure != FAILURE_NONE)
        return failure;
    enum status status = conditional_read(exchange->request, &conditions, error);
    if (status != STATUS_OK)
        return failure_of_status(status);
    status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = store_pin(storage.store, &conditions, &revision, error);
    if (status == STATUS_OK) {
        log_write(LOG_INFO, "%s 备份成功: revision %" PRId64, exchange->request->label, revision);
        response->status = 201;
        location_set(response, revision);
        status = answer_done(response, "备份成功", revision, error);
    }
    storage_close(&storage);
    return failure_of_status(status);
}

/* The current document is one that can be asked for as well: a save's answer names it. */
static enum status revision_load(struct store *store, int64_t revision, struct document *document,
                                 struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status = store_load_backup(store, revision, document, &problem);
    if (status == STATUS_NOT_FOUND) {
        struct document current;
        if (store_load(store, &current, NULL) == STATUS_OK) {
            if (current.revision == revision) {
                *document = current;
                return STATUS_OK;
            }
            document_release(&current);
        }
    }
    return status == STATUS_OK ? status : error_set(error, status, "%s", problem.text);
}

enum failure backup_load(const struct exchange *exchange, struct response *response,
                         struct error *error)
{
    struct storage storage;
    struct document document;
    int64_t revision = 0;
    enum status status = revision_read(exchange, &revision, error);
    if (status != STATUS_OK)
        return failure_of_status(status);
    status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = revision_load(storage.store, revision, &document, error);
    if (status == STATUS_OK) {
        answer_etag(response, revision);
        response_body_stored(response, &document);
    }
    storage_close(&storage);
    return failure_of_status(status);
}

enum failure backup_remove(const struct exchange *exchange, struct response *response,
                           struct error *error)
{
    struct storage storage;
    struct conditions conditions;
    int64_t revision = 0;
    enum status status = conditional_read(exchange->request, &conditions, error);
    if (status == STATUS_OK)
        status = revision_read(exchange, &revision, error);
    /* The tag of a backup is its own revision, which never changes. */
    if (status == STATUS_OK)
        status = conditions_check(&conditions, revision, error);
    if (status != STATUS_OK)
        return failure_of_status(status);
    status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = store_unkeep(storage.store, revision, error);
    if (status == STATUS_OK) {
        log_write(LOG_INFO, "%s 备份已删除: revision %" PRId64, exchange->request->label, revision);
        status = answer_json(response,
                             json_pack("{s:b, s:s, s:I}", "ok", true, "message", "备份已删除",
                                       "revision", (json_int_t)revision),
                             error);
    }
    storage_close(&storage);
    return failure_of_status(status);
}

enum failure backup_restore(const struct exchange *exchange, struct response *response,
                            struct error *error)
{
    struct storage storage;
    struct conditions conditions;
    struct store_commit commit;
    int64_t revision = 0;
    enum failure failure = payload_none_check(exchange->request, error);
    if (failure != FAILURE_NONE)
        return failure;
    enum status status = conditional_read(exchange->request, &conditions, error);
    if (status == STATUS_OK)
        status = revision_read(exchange, &revision, error);
    if (status != STATUS_OK)
        return failure_of_status(status);
    status = storage_open(&storage, exchange->config, exchange->request, error);
    if (status == STATUS_OK)
        status = restore_backup(storage.store, revision, &conditions, &commit, error);
    if (status == STATUS_OK) {
        log_write(LOG_INFO, "%s 数据已恢复: revision %" PRId64 " as %" PRId64,
                  exchange->request->label, revision, commit.revision);
        status = answer_done(response, "数据已恢复", commit.revision, error);
    }
    storage_close(&storage);
    return failure_of_status(status);
}
