/*
 * What stores keep beside the current document: earlier ones, each by its revision, and how many of
 * them for how long.
 *
 * Life cycle: backup_list_init, backup_list_add in any order, backup_list_sort, backup_list_insert,
 * backup_list_release. The list owns its entries.
 */
#ifndef SCHEDULE_BACKUP_H
#define SCHEDULE_BACKUP_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BACKUP_COUNT_MAX = 100000, BACKUP_BASES_MAX = 1000 };

enum backup_kind {
    BACKUP_REPLACED,  /* it was the current document until another one replaced it */
    BACKUP_SUBMITTED, /* it was sent to be saved, and merged with what was there */
    BACKUP_PINNED,    /* somebody asked to keep it */
    BACKUP_BASE       /* of one of the first two that has expired: for saves that start from it */
};

enum { BACKUP_KINDS = BACKUP_BASE + 1 };

enum backup_fate { BACKUP_STAYS, BACKUP_BECOMES_BASE, BACKUP_GOES };

struct backup {
    int64_t revision;
    int64_t length; /* bytes */
    enum backup_kind kind;
    enum backup_fate fate; /* set by backup_list_expire */
};

struct backup_list {
    struct backup *entries;
    size_t count;
    size_t capacity;
};

/*
 * How much is kept: of the replaced and of the submitted ones each the newest `count`, then the
 * newest of each hour for a day, then the newest of each day (UTC) for 30 days; of all that the
 * newest `bytes` bytes. With 0 for either none are made, and those there are left alone.
 *
 * Pages load every half minute, but a few busy people can save more than `count` times in that. So
 * what expires by its number stays as a base until ten minutes after it was replaced. There are at
 * most BACKUP_BASES_MAX bases; they get what bytes the others leave, and are not listed to anybody.
 */
struct retention {
    uint64_t count;
    uint64_t bytes;
};

void backup_list_init(struct backup_list *list);
void backup_list_release(struct backup_list *list);

/* STATUS_NO_MEMORY, STATUS_TOO_LARGE beyond BACKUP_COUNT_MAX; the list is then as it was. */
enum status backup_list_add(struct backup_list *list, struct backup backup, struct error *error);

/* Newest first. */
void backup_list_sort(struct backup_list *list);

/* Add to a sorted list, which stays so. Statuses of backup_list_add. */
enum status backup_list_insert(struct backup_list *list, struct backup backup, struct error *error);

/*
 * Set `fate` of every entry of a sorted list. Pinned ones stay and count for nothing. `now_ms` is
 * milliseconds since 1970.
 */
void backup_list_expire(struct backup_list *list, const struct retention *retention,
                        int64_t now_ms);

/*
 * Expire a sorted list, and let its entries be what they become: for stores where a base keeps the
 * name that it had. Where newer ones have gone for their bytes, it may count as what it was once more.
 */
void backup_list_tell_bases(struct backup_list *list, const struct retention *retention,
                            int64_t now_ms);

/* Of a sorted list: how many are of newer revisions, and so where those of this one begin. */
size_t backup_list_newer(const struct backup_list *list, int64_t revision);

/* Whether a sorted list has any of this revision. */
bool backup_list_has(const struct backup_list *list, int64_t revision);

/* The number of all but the bases, and the bytes of all. */
void backup_list_measure(const struct backup_list *list, uint64_t *count, uint64_t *bytes);

/* Take those off the list that go, whose files are gone. */
void backup_list_drop_gone(struct backup_list *list);

bool retention_keeps_any(const struct retention *retention);

/* "replaced", "submitted", "pinned" or "base". */
const char *backup_kind_name(enum backup_kind kind);

#endif
