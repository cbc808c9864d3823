#include "backup.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

static const int64_t hour_ms = 3600000;
static const int64_t day_ms = INT64_C(24) * 3600000;
static const int64_t days_kept = 30;
static const int64_t base_ms = INT64_C(10) * 60000;

void backup_list_init(struct backup_list *list)
{
    *list = (struct backup_list){0};
}

void backup_list_release(struct backup_list *list)
{
    free(list->entries);
    backup_list_init(list);
}

enum status backup_list_add(struct backup_list *list, struct backup backup, struct error *error)
{
    if (list->count == BACKUP_COUNT_MAX)
        return error_set(error, STATUS_TOO_LARGE, "there are more than %d backups",
                         BACKUP_COUNT_MAX);
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? list->capacity * 2 : FIRST_CAPACITY;
        struct backup *entries = realloc(list->entries, capacity * sizeof *entries);
        if (entries == NULL)
            return error_set(error, STATUS_NO_MEMORY, "out of memory for %zu backups", capacity);
        list->entries = entries;
        list->capacity = capacity;
    }
    list->entries[list->count++] = backup;
    return STATUS_OK;
}

static int newest_first(const void *left, const void *right)
{
    const struct backup *a = left;
    const struct backup *b = right;
    if (a->revision != b->revision)
        return a->revision < b->revision ? 1 : -1;
    return (int)b->kind - (int)a->kind;
}

void backup_list_sort(struct backup_list *list)
{
    if (list->count > 0)
        qsort(list->entries, list->count, sizeof list->entries[0], newest_first);
}

/* What was seen of one kind, from the newest on. */
struct series {
    uint64_t count;
    int64_t hour; /* of the one before */
    int64_t day;
};

static bool is_expired(struct series *series, const struct backup *backup, uint64_t count,
                       int64_t now_ms)
{
    int64_t age = now_ms - backup->revision;
    int64_t hour = backup->revision / hour_ms;
    int64_t day = backup->revision / day_ms;
    bool kept = series->count < count;
    if (age < day_ms)
        kept = kept || series->count == 0 || hour != series->hour;
    else if (age < days_kept * day_ms)
        kept = kept || series->count == 0 || day != series->day;
    *series = (struct series){.count = series->count + 1, .hour = hour, .day = day};
    return !kept;
}

/* What happens to a backup by its number and age. */
static enum backup_fate fate_of(struct series series[BACKUP_BASE + 1], const struct backup *backup,
                                uint64_t count, int64_t now_ms)
{
    bool is_base = backup->kind == BACKUP_BASE;
    if (!is_base && !is_expired(&series[backup->kind], backup, count, now_ms))
        return BACKUP_STAYS;
    if (now_ms - backup->revision >= base_ms || series[BACKUP_BASE].count == BACKUP_BASES_MAX)
        return BACKUP_GOES;
    series[BACKUP_BASE].count++;
    return is_base ? BACKUP_STAYS : BACKUP_BECOMES_BASE;
}

void backup_list_expire(struct backup_list *list, const struct retention *retention, int64_t now_ms)
{
    struct series series[BACKUP_BASE + 1] = {{0}};
    uint64_t bytes = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct backup *backup = &list->entries[i];
        backup->fate = BACKUP_STAYS;
        if (backup->kind == BACKUP_PINNED || !retention_keeps_any(retention))
            continue;
        backup->fate = fate_of(series, backup, retention->count, now_ms);
        if (backup->fate == BACKUP_GOES)
            continue;
        /* Once something did not fit, nothing older is kept: there are no gaps in what is. */
        bytes = bytes <= retention->bytes ? bytes + (uint64_t)backup->length : bytes;
        if (bytes > retention->bytes)
            backup->fate = BACKUP_GOES;
    }
}

bool retention_keeps_any(const struct retention *retention)
{
    return retention->count > 0 && retention->bytes > 0;
}

const char *backup_kind_name(enum backup_kind kind)
{
    static const char *const names[] = {[BACKUP_REPLACED] = "replaced",
                                        [BACKUP_SUBMITTED] = "submitted",
                                        [BACKUP_PINNED] = "pinned",
                                        [BACKUP_BASE] = "base"};
    return names[kind];
}
