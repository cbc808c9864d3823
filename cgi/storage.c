#include "storage.h"

#include "log.h"

#include <inttypes.h>

static void log_directory_created(void *context, const char *path)
{
    (void)context;
    log_write(LOG_INFO, "创建数据目录: %s", path);
}

static void log_lock_retry(void *context, unsigned retry, unsigned retries)
{
    const struct storage *storage = context;
    log_write(LOG_INFO, "%s 获取锁失败，重试: %u / %u", storage->request->label, retry, retries);
}

static void log_lock_failed(void *context, const char *reason)
{
    (void)context;
    log_write(LOG_ERROR, "获取锁失败: %s", reason);
}

static void log_backup_gave_way(void *context, int64_t revision)
{
    const struct storage *storage = context;
    log_write(LOG_WARN, "%s 存储空间不足，删除旧备份: revision %" PRId64, storage->request->label,
              revision);
}

static void log_corrupt_set_aside(void *context, const char *name)
{
    const struct storage *storage = context;
    log_write(LOG_WARN, "%s 损坏的数据文件已另存: %s", storage->request->label, name);
}

enum status storage_open(struct storage *storage, const struct config *config,
                         const struct request *request, struct error *error)
{
    *storage = (struct storage){
        .request = request,
        .options = {.directory = config->data_directory,
                    .lock_timeout_ms = (int64_t)config->lock_timeout_ms,
                    .retention = config->retention},
        .observer = {.context = storage,
                     .directory_created = log_directory_created,
                     .lock_retry = log_lock_retry,
                     .lock_failed = log_lock_failed,
                     .backup_gave_way = log_backup_gave_way,
                     .corrupt_set_aside = log_corrupt_set_aside},
    };
    return store_file_open(&storage->store, &storage->options, &storage->observer, error);
}

void storage_close(struct storage *storage)
{
    store_close(storage->store);
    storage->store = NULL;
}
