#include "s3_backups.h"

#include "backup_name.h"
#include "s3_deletion.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char directory[] = "backups/";

enum { OBJECT_NAME_SIZE = sizeof directory - 1 + BACKUP_NAME_SIZE };

static void name_write(enum backup_kind kind, int64_t revision, char name[OBJECT_NAME_SIZE])
{
    memcpy(name, directory, sizeof directory);
    backup_name_write(kind, revision, name + sizeof directory - 1);
}

static enum status object_add(void *context, const char *name, int64_t length, struct error *error)
{
    struct backup_list *list = context;
    struct backup backup = {.length = length};
    if (!backup_name_parse(name, &backup.kind, &backup.revision))
        return STATUS_OK;
    /* More than so many a hand has put there; a save must not fail for it. */
    if (list->count == BACKUP_COUNT_MAX)
        return STATUS_OK;
    return backup_list_add(list, backup, error);
}

enum status s3_backups_list(struct s3_bucket *bucket, struct backup_list *list, struct error *error)
{
    enum status status = s3_bucket_list(bucket, directory, object_add, list, error);
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

enum status s3_backups_remove(struct s3_bucket *bucket, int64_t revision, struct error *error)
{
    struct backup_list list;
    bool removed = false;
    backup_list_init(&list);
    enum status status = s3_backups_list(bucket, &list, error);
    for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
        char name[OBJECT_NAME_SIZE];
        if (list.entries[i].revision != revision)
            continue;
        name_write(list.entries[i].kind, revision, name);
        status = s3_bucket_remove(bucket, name, error);
        removed = true;
    }
    backup_list_release(&list);
    if (status != STATUS_OK || removed)
        return status;
    return error_set(error, STATUS_NOT_FOUND, "there is no backup of revision %" PRId64, revision);
}

/* Names of those that go, oldest first. */
struct removal {
    size_t count;
    const char *names[S3_DELETION_MAX];
    char storage[S3_DELETION_MAX][OBJECT_NAME_SIZE];
};

static void removal_fill(struct removal *removal, const struct backup_list *list)
{
    removal->count = 0;
    for (size_t i = list->count; i > 0 && removal->count < S3_DELETION_MAX; i--) {
        const struct backup *backup = &list->entries[i - 1];
        if (backup->fate != BACKUP_GOES)
            continue;
        char *name = removal->storage[removal->count];
        name_write(backup->kind, backup->revision, name);
        removal->names[removal->count++] = name;
    }
}

enum status s3_backups_prune(struct s3_bucket *bucket, const struct backup_list *list,
                             struct deadline deadline, struct error *error)
{
    enum status status = STATUS_OK;
    struct removal *removal = malloc(sizeof *removal);
    if (removal == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for a list of backups");
    removal_fill(removal, list);
    if (removal->count > 0)
        status = s3_bucket_remove_all(bucket, removal->names, removal->count, deadline, error);
    free(removal);
    return status;
}
