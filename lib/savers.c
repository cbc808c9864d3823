#include "savers.h"

#include "printable.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 64,
    /* As many as the longest file has lines that a store keeps of BACKUP_COUNT_MAX backups (saver_log.h). */
    SAVERS_MAX = 1 << 22
};

void savers_init(struct savers *savers)
{
    *savers = (struct savers){0};
    buffer_init(&savers->names, (size_t)SAVERS_MAX * SAVER_NAME_SIZE);
}

void savers_release(struct savers *savers)
{
    free(savers->entries);
    buffer_release(&savers->names);
    savers_init(savers);
}

bool saver_name_is_valid(const char *name, size_t length)
{
    char printable[SAVER_NAME_SIZE];
    if (length == 0 || length >= sizeof printable)
        return false;
    printable_copy(printable, sizeof printable, name, length);
    return strlen(printable) == length && memcmp(printable, name, length) == 0;
}

static enum status entry_reserve(struct savers *savers, struct error *error)
{
    if (savers->count == SAVERS_MAX)
        return error_set(error, STATUS_TOO_LARGE, "there are more than %d names of users",
                         SAVERS_MAX);
    if (savers->count < savers->capacity)
        return STATUS_OK;
    size_t capacity = savers->capacity > 0 ? savers->capacity * 2 : FIRST_CAPACITY;
    struct saver *entries = realloc(savers->entries, capacity * sizeof *entries);
    if (entries == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %zu names of users", capacity);
    savers->entries = entries;
    savers->capacity = capacity;
    return STATUS_OK;
}

enum status savers_add(struct savers *savers, int64_t revision, const char *name,
                       struct error *error)
{
    const struct saver saver = {.revision = revision, .name = savers->names.length};
    enum status status = entry_reserve(savers, error);
    if (status == STATUS_OK)
        status = buffer_append(&savers->names, name, strlen(name) + 1, error);
    if (status == STATUS_OK)
        savers->entries[savers->count++] = saver;
    return status;
}

static int oldest_first(const void *left, const void *right)
{
    const struct saver *a = left;
    const struct saver *b = right;
    if (a->revision != b->revision)
        return a->revision > b->revision ? 1 : -1;
    return (a->name > b->name) - (a->name < b->name); /* as they were added */
}

void savers_sort(struct savers *savers)
{
    size_t count = 0;
    if (savers->count > 0)
        qsort(savers->entries, savers->count, sizeof savers->entries[0], oldest_first);
    for (size_t i = 0; i < savers->count; i++) {
        const struct saver *saver = &savers->entries[i];
        bool is_last = i + 1 == savers->count || saver[1].revision != saver->revision;
        if (is_last && savers->names.bytes[saver->name] != '\0')
            savers->entries[count++] = *saver;
    }
    savers->count = count;
}

static int revision_compare(const void *key, const void *entry)
{
    const int64_t *revision = key;
    const struct saver *saver = entry;
    if (*revision == saver->revision)
        return 0;
    return *revision > saver->revision ? 1 : -1;
}

const char *savers_find(const struct savers *savers, int64_t revision)
{
    const struct saver *found = NULL;
    if (savers->count > 0)
        found = bsearch(&revision, savers->entries, savers->count, sizeof *found, revision_compare);
    return found != NULL ? savers->names.bytes + found->name : NULL;
}
