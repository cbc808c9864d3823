#include "health_resource.h"

#include "answer.h"
#include "log.h"
#include "storage.h"

static json_t *health_describe(const char *directory, const struct store_health *health,
                               bool healthy, const char *details)
{
    json_t *body = json_pack(
        "{s:b, s:s, s:s, s:b, s:b, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "ok", healthy, "store",
        health->kind, "directory", directory, "readable", health->readable, "writable",
        health->writable, "locked", health->locked, "ephemeral", health->ephemeral, "revision",
        (json_int_t)health->revision, "bytes", (json_int_t)health->bytes, "backups",
        (json_int_t)health->backups, "backupBytes", (json_int_t)health->backup_bytes, "freeBytes",
        (json_int_t)health->free_bytes, "freeInodes", (json_int_t)health->free_inodes);
    if (!healthy)
        (void)json_object_set_new(body, "details", json_string(details));
    return body;
}

static enum status health_check(const struct exchange *exchange, struct store *store, void *context,
                                struct response *response, struct error *error)
{
    (void)exchange;
    (void)response;
    return store_check_health(store, context, error);
}

enum failure health_report(const struct exchange *exchange, struct response *response,
                           struct error *error)
{
    struct store_health health = {.kind = "file"};
    struct error problem = ERROR_INIT;
    bool healthy = storage_run(exchange, health_check, &health, response, &problem) == STATUS_OK;
    if (!healthy)
        log_request(LOG_ERROR, exchange->request, "存储异常: %s", problem.text);
    response->status = healthy ? 200 : 503;
    json_t *body =
        health_describe(exchange->config->data_directory, &health, healthy, problem.text);
    return failure_of_status(answer_json(response, body, error));
}
