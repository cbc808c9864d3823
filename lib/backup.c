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

static bool is_sorted(const struct backup_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        if (newest_first(&list->entries[i - 1], &list->entries[i]) > 0)
            return false;
    }
    return true;
}

void backup_list_sort(struct backup_list *list)
{
    /* As some file systems tell them. */
    if (!is_sorted(list))
        qsort(list->entries, list->count, sizeof list->entries[0], newest_first);
}

enum status backup_list_insert(struct backup_list *list, struct backup backup, struct error *error)
{
    size_t place = list->count;
    enum status status = backup_list_add(list, backup, error);
    if (status != STATUS_OK)
        return status;
    for (; place > 0 && newest_first(&backup, &list->entries[place - 1]) < 0; place--)
        list->entries[place] = list->entries[place - 1];
    list->entries[place] = backup;
    return STATUS_OK;
}

/* What was seen of one kind, from the newest on. */
struct series {
    uint64_t count;
    int64_t hour; /* of the one before */
    int64_t day;
};

static bool is_kept(const struct series *series, int64_t revision, uint64_t count, int64_t now_ms)
{
    int64_t age = now_ms - revision;
    if (series->count == 0 || series->count < count)
        return count > 0;
    if (age < day_ms)
        return revision / hour_ms != series->hour;
    return age < days_kept * day_ms && revision / day_ms != series->day;
}

static void series_go_on(struct series *series, int64_t revision)
{
    *series = (struct series){
        .count = series->count + 1, .hour = revision / hour_ms, .day = revision / day_ms};
}

/*
 * What happens to a backup by its number and its age. What a page holds can have been current for
 * long, so a base is as old as what replaced it.
 */
static enum backup_fate fate_of(struct series series[BACKUP_KINDS], const struct backup *backup,
                                int64_t replaced_ms, uint64_t count, int64_t now_ms)
{
    struct series *own = &series[backup->kind];
    struct series *bases = &series[BACKUP_BASE];
    if (backup->kind != BACKUP_BASE) {
        bool kept = is_kept(own, backup->revision, count, now_ms);
        series_go_on(own, backup->revision);
        if (kept)
            return BACKUP_STAYS;
    }
    if (now_ms - replaced_ms >= base_ms || bases->count == BACKUP_BASES_MAX)
        return BACKUP_GOES;
    bases->count++;
    return backup->kind == BACKUP_BASE ? BACKUP_STAYS : BACKUP_BECOMES_BASE;
}

/*
 * Let go what is beyond `*bytes`, of the bases or of all else, and take off what stays. Once
 * something did not fit, nothing older stays: there are no gaps in what does.
 */
static void bytes_bound(struct backup_list *list, bool bases, uint64_t *bytes)
{
    bool full = false;
    for (size_t i = 0; i < list->count; i++) {
        struct backup *backup = &list->entries[i];
        bool is_base = backup->kind == BACKUP_BASE || backup->fate == BACKUP_BECOMES_BASE;
        if (backup->kind == BACKUP_PINNED || backup->fate == BACKUP_GOES || is_base != bases)
            continue;
        full = full || (uint64_t)backup->length > *bytes;
        if (full)
            backup->fate = BACKUP_GOES;
        else
            *bytes -= (uint64_t)backup->length;
    }
}

void backup_list_expire(struct backup_list *list, const struct retention *retention, int64_t now_ms)
{
    struct series series[BACKUP_KINDS] = {{0}};
    uint64_t bytes = retention->bytes;
    int64_t replaced_ms = now_ms;
    bool any_go = retention_keeps_any(retention);
    for (size_t i = 0; i < list->count; i++) {
        struct backup *backup = &list->entries[i];
        backup->fate = BACKUP_STAYS;
        if (backup->kind != BACKUP_PINNED && any_go)
            backup->fate = fate_of(series, backup, replaced_ms, retention->count, now_ms);
        replaced_ms = backup->revision;
    }
    if (!any_go)
        return;
    /* Days are worth more than minutes: bases get what the others leave. */
    bytes_bound(list, false, &bytes);
    bytes_bound(list, true, &bytes);
}

void backup_list_tell_bases(struct backup_list *list, const struct retention *retention,
                            int64_t now_ms)
{
    backup_list_expire(list, retention, now_ms);
    for (size_t i = 0; i < list->count; i++) {
        if (list->entries[i].fate == BACKUP_BECOMES_BASE)
            list->entries[i].kind = BACKUP_BASE;
    }
}

size_t backup_list_newer(const struct backup_list *list, int64_t revision)
{
    size_t newer = 0;
    for (size_t end = list->count; newer < end;) {
        size_t middle = newer + (end - newer) / 2;
        if (list->entries[middle].revision > revision)
            newer = middle + 1;
        else
            end = middle;
    }
    return newer;
}

bool backup_list_has(const struct backup_list *list, int64_t revision)
{
    size_t place = backup_list_newer(list, revision);
    return place < list->count && list->entries[place].revision == revision;
}

void backup_list_measure(const struct backup_list *list, uint64_t *count, uint64_t *bytes)
{
    *count = *bytes = 0;
    for (size_t i = 0; i < list->count; i++) {
        *count += list->entries[i].kind != BACKUP_BASE;
        *bytes += (uint64_t)list->entries[i].length;
    }
}

void backup_list_drop_gone(struct backup_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->entries[i].fate != BACKUP_GOES)
            list->entries[count++] = list->entries[i];
    }
    list->count = count;
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
