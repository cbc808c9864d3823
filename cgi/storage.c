#include "storage.h"

#include "confinement.h"
#include "log.h"
#include "store_file.h"

#include <inttypes.h>

static void log_directory_created(const void *context, const char *path)
{
    (void)context;
    log_write(LOG_INFO, "创建数据目录: %s", path);
}

static void log_lock_retry(const void *context, unsigned retry, unsigned retries)
{
    const struct request *request = context;
    log_write(LOG_INFO, "%s 获取锁失败，重试: %u / %u", request->label, retry, retries);
}

static void log_lock_failed(const void *context, const char *reason)
{
    (void)context;
    log_write(LOG_ERROR, "获取锁失败: %s", reason);
}

static void log_backup_gave_way(const void *context, int64_t revision)
{
    const struct request *request = context;
    log_write(LOG_WARN, "%s 存储空间不足，删除旧备份: revision %" PRId64, request->label, revision);
}

static void log_corrupt_set_aside(const void *context, const char *name)
{
    const struct request *request = context;
    log_write(LOG_WARN, "%s 损坏的数据文件已另存: %s", request->label, name);
}

enum status storage_run(const struct exchange *exchange, storage_work *work, void *context,
                        struct response *response, struct error *error)
{
    const struct config *config = exchange->config;
    const struct store_file_options options = {.directory = config->data_directory,
                                               .lock_timeout_ms = (int64_t)config->lock_timeout_ms,
                                               .retention = config->retention};
    const struct store_observer observer = {.context = exchange->request,
                                            .directory_created = log_directory_created,
                                            .lock_retry = log_lock_retry,
                                            .lock_failed = log_lock_failed,
                                            .backup_gave_way = log_backup_gave_way,
                                            .corrupt_set_aside = log_corrupt_set_aside};
    struct store *store = NULL;
    enum status status = store_file_open(&store, &options, &observer, error);
    if (status == STATUS_OK && exchange->confined)
        (void)confinement_enter(store_file_directory(store));
    if (status == STATUS_OK)
        status = work(exchange, store, context, response, error);
    store_close(store);
    return status;
}

void storage_log_saved(const struct exchange *exchange, const struct store *store,
                       const struct store_commit *commit)
{
    log_write(LOG_INFO, "%s 数据保存成功: %s %zu bytes revision %" PRId64 "%s",
              exchange->request->label, store_location(store), commit->length, commit->revision,
              commit->changed ? "" : " (unchanged)");
}
