#include "file_health.h"

#include "backup_file.h"
#include "clock.h"
#include "pending_file.h"
#include "system_calls.h"

#include <linux/magic.h>

static void backups_count(const struct data_directory *directory, struct store_health *health)
{
    struct backup_list list;
    backup_list_init(&list);
    (void)backup_file_list(directory, &list, NULL);
    backup_list_measure(&list, &health->backups, &health->backup_bytes);
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
    enum status written = pending_file_try(directory, health->bytes, clock_realtime_ms(), error);
    backups_count(directory, health);
    space_measure(directory, health);
    return written;
}
