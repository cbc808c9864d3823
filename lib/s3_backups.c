#include "s3_backups.h"

#include "backup_name.h"
#include "s3_deletion.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char directory[] = "backups/";

enum {
    OBJECT_NAME_SIZE = sizeof directory - 1 + BACKUP_NAME_SIZE,
    MARKER_NAME_SIZE = sizeof directory - 1 + S3_MARKER_SIZE,
    /* How long a marker is waited for at most. */
    MARKER_MS = 2000
};

_Static_assert((int)MARKER_NAME_SIZE <= (int)S3_NAME_MAX, "a marker can be asked for");

static void name_write(enum backup_kind kind, int64_t revision, char name[OBJECT_NAME_SIZE])
{
    memcpy(name, directory, sizeof directory);
    backup_name_write(kind, revision, name + sizeof directory - 1);
}

static void marker_write(int64_t revision, const char *saver, char name[MARKER_NAME_SIZE])
{
    memcpy(name, directory, sizeof directory);
    s3_marker_write(revision, saver, name + sizeof directory - 1);
}

/* What is there, as it is told. */
struct listing {
    struct backup_list *list;
    struct savers *markers;
};

static enum status object_add(void *context, const char *name, int64_t length, struct error *error)
{
    const struct listing *listing = context;
    struct backup backup = {.length = length};
    char saver[SAVER_NAME_SIZE];
    bool is_marker = s3_marker_parse(name, &backup.revision, saver);
    size_t count = is_marker ? listing->markers->count : listing->list->count;
    if (!is_marker && !backup_name_parse(name, &backup.kind, &backup.revision))
        return STATUS_OK;
    /* More than so many a hand has put there; a save must not fail for it. */
    if (count == BACKUP_COUNT_MAX)
        return STATUS_OK;
    return is_marker ? savers_add(listing->markers, backup.revision, saver, error)
                     : backup_list_add(listing->list, backup, error);
}

enum status s3_backups_list(struct s3_bucket *bucket, struct backup_list *list,
                            struct savers *markers, struct error *error)
{
    struct listing listing = {.list = list, .markers = markers};
    enum status status = s3_bucket_list(bucket, directory, object_add, &listing, error);
    backup_list_sort(list);
    return status;
}

static enum status kind_load(struct s3_bucket *bucket, enum backup_kind kind, int64_t revision,
                             struct document *document, struct error *error)
{
    char name[OBJECT_NAME_SIZE];
    struct s3_response response;
    struct error problem = ERROR_INIT;
    name_write(kind, revision, name);
    enum status status = s3_bucket_get(bucket, name, &response, &problem);
    if (status == STATUS_OK)
        status = s3_bucket_document(&response, revision, document, &problem);
    s3_response_release(&response);
    if (status == STATUS_INVALID)
        return error_set(error, STATUS_CORRUPT,
                         "'%s%s' in bucket %s of %s is not a JSON object: %s", bucket->place.prefix,
                         name, bucket->place.bucket, bucket->place.server, problem.text);
    return error_forward(error, status, &problem);
}

enum status s3_backups_load(struct s3_bucket *bucket, int64_t revision, struct document *document,
                            struct error *error)
{
    /* This store's own submitted ones are odd, and all else that it keeps is even (s3_update.c). */
    bool is_odd = revision % 2 != 0;
    const enum backup_kind kinds[BACKUP_KINDS] = {is_odd ? BACKUP_SUBMITTED : BACKUP_REPLACED,
                                                  is_odd ? BACKUP_REPLACED : BACKUP_SUBMITTED,
                                                  BACKUP_PINNED, BACKUP_BASE};
    for (size_t i = 0; i < BACKUP_KINDS; i++) {
        enum status status = kind_load(bucket, kinds[i], revision, document, error);
        if (status != STATUS_NOT_FOUND)
            return status;
    }
    return error_set(error, STATUS_NOT_FOUND, "there is no backup of revision %" PRId64, revision);
}

enum status s3_backups_write(struct s3_bucket *bucket, enum backup_kind kind, int64_t revision,
                             struct document_text text, struct error *error)
{
    char name[OBJECT_NAME_SIZE];
    name_write(kind, revision, name);
    return s3_bucket_create(bucket, name, text, error);
}

/* Most of the time is the document's. */
static struct deadline marker_deadline(const struct s3_bucket *bucket)
{
    int64_t half = deadline_left_ms(bucket->deadline) / 2;
    return deadline_within(bucket->deadline, half < MARKER_MS ? half : MARKER_MS);
}

void s3_backups_mark(struct s3_bucket *bucket, int64_t revision, const char *saved_by)
{
    char name[MARKER_NAME_SIZE];
    struct error problem = ERROR_INIT;
    if (saved_by == NULL || saved_by[0] == '\0')
        return;
    marker_write(revision, saved_by, name);
    if (s3_bucket_mark(bucket, name, marker_deadline(bucket), &problem) != STATUS_OK)
        bucket->observer->saver_not_noted(bucket->observer->context, problem.text);
}

enum status s3_backups_compare(struct s3_bucket *bucket, enum backup_kind kind, int64_t revision,
                               struct document_text text, bool *is_same, struct error *error)
{
    char name[OBJECT_NAME_SIZE];
    name_write(kind, revision, name);
    enum status status = s3_bucket_compare(bucket, name, text, is_same, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    *is_same = false;
    return STATUS_OK;
}

static enum status listed_remove(struct s3_bucket *bucket, int64_t revision,
                                 const struct backup_list *list, struct error *error)
{
    enum status status = STATUS_OK;
    bool removed = false;
    for (size_t i = 0; status == STATUS_OK && i < list->count; i++) {
        char name[OBJECT_NAME_SIZE];
        if (list->entries[i].revision != revision)
            continue;
        name_write(list->entries[i].kind, revision, name);
        status = s3_bucket_remove(bucket, name, error);
        removed = true;
    }
    if (status != STATUS_OK || removed)
        return status;
    return error_set(error, STATUS_NOT_FOUND, "there is no backup of revision %" PRId64, revision);
}

/* What stays all the same is removed by a later save. */
static void markers_remove(struct s3_bucket *bucket, int64_t revision, const struct savers *markers)
{
    const struct deadline deadline = marker_deadline(bucket);
    for (size_t i = 0; i < markers->count; i++) {
        char name[MARKER_NAME_SIZE];
        const struct saver *saver = &markers->entries[i];
        if (saver->revision != revision)
            continue;
        marker_write(revision, markers->names.bytes + saver->name, name);
        (void)s3_bucket_remove_within(bucket, name, deadline, NULL);
    }
}

enum status s3_backups_remove(struct s3_bucket *bucket, int64_t revision, struct error *error)
{
    struct backup_list list;
    struct savers markers;
    backup_list_init(&list);
    savers_init(&markers);
    enum status status = s3_backups_list(bucket, &list, &markers, error);
    if (status == STATUS_OK)
        status = listed_remove(bucket, revision, &list, error);
    if (status == STATUS_OK)
        markers_remove(bucket, revision, &markers);
    backup_list_release(&list);
    savers_release(&markers);
    return status;
}

/* Names of those that go. */
struct removal {
    size_t count;
    const char *names[S3_DELETION_MAX];
    char storage[S3_DELETION_MAX][MARKER_NAME_SIZE];
};

/* The oldest first. */
static void backups_add(struct removal *removal, const struct backup_list *list)
{
    for (size_t i = list->count; i > 0 && removal->count < S3_DELETION_MAX; i--) {
        const struct backup *backup = &list->entries[i - 1];
        if (backup->fate != BACKUP_GOES)
            continue;
        char *name = removal->storage[removal->count];
        name_write(backup->kind, backup->revision, name);
        removal->names[removal->count++] = name;
    }
}

/* Whether any backup of that revision does not go. */
static bool revision_stays(const struct backup_list *list, int64_t revision)
{
    for (size_t i = backup_list_newer(list, revision);
         i < list->count && list->entries[i].revision == revision; i++) {
        if (list->entries[i].fate != BACKUP_GOES)
            return true;
    }
    return false;
}

/* Once there was room for all backups that go: none is to stay there without its marker. */
static void markers_add(struct removal *removal, const struct backup_list *list,
                        const struct savers *markers)
{
    for (size_t i = 0; i < markers->count && removal->count < S3_DELETION_MAX; i++) {
        const struct saver *saver = &markers->entries[i];
        if (revision_stays(list, saver->revision))
            continue;
        char *name = removal->storage[removal->count];
        marker_write(saver->revision, markers->names.bytes + saver->name, name);
        removal->names[removal->count++] = name;
    }
}

enum status s3_backups_prune(struct s3_bucket *bucket, const struct backup_list *list,
                             const struct savers *markers, struct deadline deadline,
                             struct error *error)
{
    enum status status = STATUS_OK;
    struct removal *removal = malloc(sizeof *removal);
    if (removal == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for a list of backups");
    removal->count = 0;
    backups_add(removal, list);
    markers_add(removal, list, markers);
    if (removal->count > 0)
        status = s3_bucket_remove_all(bucket, removal->names, removal->count, deadline, error);
    free(removal);
    return status;
}
