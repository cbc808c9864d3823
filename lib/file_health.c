#include "file_health.h"

#include "backup_file.h"
#include "clock.h"
#include "pending_file.h"
#include "system_calls.h"

#include <linux/magic.h>

/* Without the lock: a temporary file is nobody's business, and sweeping it is no harm. */
static enum status write_try(const struct data_directory *directory, struct error *error)
{
    static const struct document_text probe = {.bytes = "{}", .length = 2};
    struct pending_file pending;
    enum status status = pending_file_write(&pending, directory, probe, clock_realtime_ms(), error);
    if (status == STATUS_OK)
        pending_file_discard(&pending);
    return status;
}

static void backups_count(const struct data_directory *directory, struct store_health *health)
{
    struct backup_list list;
    backup_list_init(&list);
    (void)backup_file_list(directory, &list, NULL);
    health->backups = list.count;
    for (size_t i = 0; i < list.count; i++)
        health->backup_bytes += (uint64_t)list.entries[i].length;
    backup_list_release(&list);
}

static void space_measure(const struct data_directory *directory, struct store_health *health)
{
    struct statfs found;
    if (system_calls->fstatfs(directory->descriptor, &found) != 0)
        return;
    health->ephemeral = found.f_type == TMPFS_MAGIC || found.f_type == RAMFS_MAGIC;
    health->free_bytes = (uint64_t)found.f_bavail * (uint64_t)found.f_bsize;
    health->free_inodes = (uint64_t)found.f_ffree;
}

enum status file_health_measure(const struct data_directory *directory, struct store_health *health,
                                struct error *error)
{
    enum status written = write_try(directory, error);
    health->writable = written == STATUS_OK;
    backups_count(directory, health);
    space_measure(directory, health);
    return written;
}
