/*
 * Who saved what: the names of users, as a web server knows them, by the revisions that they saved.
 *
 * A name is UTF-8 without control characters (printable_copy makes any text one), neither empty nor
 * longer than SAVER_NAME_SIZE has room for. It may contain spaces.
 *
 * Life cycle: savers_init, savers_add in any order, savers_sort, savers_find, savers_release. The list
 * owns its names.
 */
#ifndef SCHEDULE_SAVERS_H
#define SCHEDULE_SAVERS_H

#include "buffer.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a name, with the NUL. */
enum { SAVER_NAME_SIZE = 256 };

struct saver {
    int64_t revision;
    size_t name; /* where it begins in `names` */
};

struct savers {
    struct saver *entries;
    size_t count;
    size_t capacity;
    struct buffer names; /* each ended by a NUL, in the order in which they were added */
};

void savers_init(struct savers *savers);
void savers_release(struct savers *savers);

/* Whether these bytes can be a name. */
bool saver_name_is_valid(const char *name, size_t length);

/*
 * Note that `name`, which is copied, saved this revision; with "", that nobody is known to have.
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE beyond what BACKUP_COUNT_MAX backups can need; the list is then
 * as it was.
 */
enum status savers_add(struct savers *savers, int64_t revision, const char *name,
                       struct error *error);

/* Once all are there: by revision, the oldest first, and of each revision only what was added last. */
void savers_sort(struct savers *savers);

/* Who saved this revision, or null. Borrowed from the sorted list. */
const char *savers_find(const struct savers *savers, int64_t revision);

#endif
