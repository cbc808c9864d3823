#include "health_resource.h"

#include "answer.h"
#include "log.h"
#include "storage.h"
#include "version.h"

/* What health reports, and where the store says that it is. */
struct report {
    struct store_health health;
    char location[STORE_LOCATION_SIZE];
};

static json_t *health_describe(const struct config *config, const struct report *report,
                               bool healthy, const char *details)
{
    const struct store_health *health = &report->health;
    bool has_directory = config->data_directory[0] != '\0';
    const char *place = has_directory ? config->data_directory : report->location;
    json_t *body = json_pack(
        "{s:b, s:s, s:s, s:s*, s:b, s:b, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "ok", healthy,
        "store", health->kind, "version", schedule_version,
        has_directory ? "directory" : "location", place[0] != '\0' ? place : NULL, "readable",
        health->readable, "writable", health->writable, "locked", health->locked, "ephemeral",
        health->ephemeral, "revision", (json_int_t)health->revision, "bytes",
        (json_int_t)health->bytes, "backups", (json_int_t)health->backups, "backupBytes",
        (json_int_t)health->backup_bytes, "freeBytes", (json_int_t)health->free_bytes, "freeInodes",
        (json_int_t)health->free_inodes);
    if (!healthy)
        (void)json_object_set_new(body, "details", json_string(details));
    return body;
}

static enum status health_check(const struct exchange *exchange, struct store *store, void *context,
                                struct response *response, struct error *error)
{
    struct report *report = context;
    (void)exchange;
    (void)response;
    enum status status = store_check_health(store, &report->health, error);
    store_location(store, report->location);
    return status;
}

enum failure health_report(const struct exchange *exchange, struct response *response,
                           struct error *error)
{
    struct report report = {.health = {.kind = exchange->kind->name}};
    struct error problem = ERROR_INIT;
    bool healthy = storage_run(exchange, health_check, &report, response, &problem) == STATUS_OK;
    if (!healthy)
        log_request(LOG_ERROR, exchange->request, "存储异常: %s", problem.text);
    response->status = healthy ? 200 : 503;
    json_t *body = health_describe(exchange->config, &report, healthy, problem.text);
    return failure_of_status(answer_json(response, body, error));
}
