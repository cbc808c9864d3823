#include "storage.h"

#include "limits.h"
#include "log.h"
#include "store_kind.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static void log_directory_created(const void *context, const char *path)
{
    (void)context;
    log_write(LOG_INFO, "创建数据目录: %s", path);
}

static void log_lock_retry(const void *context, unsigned retry, unsigned retries)
{
    const struct request *request = context;
    log_request(LOG_INFO, request, "获取锁失败，重试: %u / %u", retry, retries);
}

static void log_lock_failed(const void *context, const char *reason)
{
    (void)context;
    log_write(LOG_ERROR, "获取锁失败: %s", reason);
}

static void log_backup_gave_way(const void *context, int64_t revision)
{
    const struct request *request = context;
    log_request(LOG_WARN, request, "存储空间不足，删除旧备份: revision %" PRId64, revision);
}

static void log_corrupt_set_aside(const void *context, const char *name)
{
    const struct request *request = context;
    log_request(LOG_WARN, request, "损坏的数据文件已另存: %s", name);
}

static void log_saver_not_noted(const void *context, const char *reason)
{
    const struct request *request = context;
    log_request(LOG_WARN, request, "未能记录保存者: %s", reason);
}

static void log_server_retry(const void *context, const char *reason)
{
    const struct request *request = context;
    log_request(LOG_WARN, request, "存储服务重试: %s", reason);
}

static void confine(const struct exchange *exchange, const struct store *store)
{
    if (exchange->confined)
        exchange->kind->confine(store);
}

enum status storage_run(const struct exchange *exchange, storage_work *work, void *context,
                        struct response *response, struct error *error)
{
    const struct store_observer observer = {.context = exchange->request,
                                            .directory_created = log_directory_created,
                                            .lock_retry = log_lock_retry,
                                            .lock_failed = log_lock_failed,
                                            .backup_gave_way = log_backup_gave_way,
                                            .corrupt_set_aside = log_corrupt_set_aside,
                                            .saver_not_noted = log_saver_not_noted,
                                            .server_retry = log_server_retry};
    struct store *store = NULL;
    enum status status = exchange->kind->open(exchange->config, &observer, &store, error);
    if (status != STATUS_OK)
        return status;
    if (exchange->match->route->restrained)
        confine(exchange, store);
    status = work(exchange, store, context, response, error);
    store_close(store);
    return status;
}

void storage_restrain(const struct exchange *exchange, const struct store *store)
{
    if (exchange->confined)
        limits_lower(exchange->config->max_body);
    confine(exchange, store);
}

void storage_log_change(const struct exchange *exchange, const char *format, ...)
{
    enum { CHANGE_SIZE = STORE_LOCATION_SIZE + 256 };
    char change[CHANGE_SIZE];
    va_list arguments;
    const char *user = config_saved_by(exchange->config);
    va_start(arguments, format);
    (void)vsnprintf(change, sizeof change, format, arguments);
    va_end(arguments);
    log_request(LOG_INFO, exchange->request, "%s%s%s", change, user != NULL ? " user " : "",
                user != NULL ? user : "");
}

void storage_log_saved(const struct exchange *exchange, const struct store *store,
                       const struct store_commit *commit)
{
    char location[STORE_LOCATION_SIZE];
    store_location(store, location);
    storage_log_change(exchange, "数据保存成功: %s %zu bytes revision %" PRId64 "%s", location,
                       commit->length, commit->revision, commit->changed ? "" : " (unchanged)");
}
