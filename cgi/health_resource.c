#include "health_resource.h"

#include "answer.h"
#include "storage.h"

static json_t *health_describe(const char *directory, const struct store_health *health,
                               bool healthy, const char *details)
{
    json_t *body = json_pack(
        "{s:b, s:s, s:s, s:b, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "ok", healthy, "store",
        health->kind, "directory", directory, "readable", health->readable, "writable",
        health->writable, "ephemeral", health->ephemeral, "revision", (json_int_t)health->revision,
        "bytes", (json_int_t)health->bytes, "backups", (json_int_t)health->backups, "backupBytes",
        (json_int_t)health->backup_bytes, "freeBytes", (json_int_t)health->free_bytes, "freeInodes",
        (json_int_t)health->free_inodes);
    if (!healthy)
        (void)json_object_set_new(body, "details", json_string(details));
    return body;
}

enum failure health_report(const struct exchange *exchange, struct response *response,
                           struct error *error)
{
    const struct config *config = exchange->config;
    struct storage storage;
    struct store_health health = {.kind = "file"};
    struct error problem = ERROR_INIT;
    enum status status = storage_open(&storage, config, exchange->request, &problem);
    if (status == STATUS_OK)
        status = store_check_health(storage.store, &health, &problem);
    bool healthy = status == STATUS_OK;
    response->status = healthy ? 200 : 503;
    status = answer_json(
        response, health_describe(config->data_directory, &health, healthy, problem.text), error);
    storage_close(&storage);
    return failure_of_status(status);
}
