#include "backup_file.h"

#include "document_file.h"
#include "io.h"
#include "number.h"
#include "pending_file.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    KINDS = 3,
    REVISION_DIGITS_MIN = 13,
    /* How many names taken by other files are passed over. */
    NUMBERS_TRIED = 1000
};

static const char *const prefixes[KINDS] = {
    [BACKUP_REPLACED] = "backup-", [BACKUP_SUBMITTED] = "submitted-", [BACKUP_PINNED] = "pinned-"};
static const char suffix[] = ".json";

/* Names. */

void backup_file_name(enum backup_kind kind, int64_t revision, char name[BACKUP_FILE_NAME_SIZE])
{
    (void)snprintf(name, BACKUP_FILE_NAME_SIZE, "%s%0*" PRId64 "%s", prefixes[kind],
                   REVISION_DIGITS_MIN, revision, suffix);
}

bool backup_file_parse(const char *name, enum backup_kind *kind, int64_t *revision)
{
    char digits[BACKUP_FILE_NAME_SIZE];
    char spelled[BACKUP_FILE_NAME_SIZE];
    uint64_t number = 0;
    for (int i = 0; i < KINDS; i++) {
        size_t prefix = strlen(prefixes[i]);
        if (strncmp(name, prefixes[i], prefix) != 0 || strlen(name) >= sizeof digits)
            continue;
        (void)snprintf(digits, sizeof digits, "%.*s", (int)strcspn(name + prefix, "."),
                       name + prefix);
        if (number_parse(digits, INT64_MAX, &number) != NUMBER_OK || number == 0)
            return false;
        /* One revision, one spelling. */
        backup_file_name((enum backup_kind)i, (int64_t)number, spelled);
        *kind = (enum backup_kind)i;
        *revision = (int64_t)number;
        return strcmp(name, spelled) == 0;
    }
    return false;
}

/* Finding. */

struct listing {
    const struct data_directory *directory;
    struct backup_list *list;
};

static enum status entry_list(void *context, const char *name, struct error *error)
{
    const struct listing *listing = context;
    struct backup backup = {0};
    struct stat found;
    if (!backup_file_parse(name, &backup.kind, &backup.revision))
        return STATUS_OK;
    /* What is gone again, or is no file, is no backup. */
    if (system_calls->fstatat(listing->directory->descriptor, name, &found, AT_SYMLINK_NOFOLLOW) !=
            0 ||
        !S_ISREG(found.st_mode))
        return STATUS_OK;
    backup.length = (int64_t)found.st_size;
    return backup_list_add(listing->list, backup, error);
}

enum status backup_file_list(const struct data_directory *directory, struct backup_list *list,
                             struct error *error)
{
    struct listing listing = {.directory = directory, .list = list};
    enum status status = data_directory_visit(directory, entry_list, &listing, error);
    backup_list_sort(list);
    return status;
}

static enum status not_found(int64_t revision, struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, "there is no backup of revision %" PRId64, revision);
}

enum status backup_file_load(const struct data_directory *directory, int64_t revision,
                             struct document *document, struct error *error)
{
    char name[BACKUP_FILE_NAME_SIZE];
    for (int i = 0; i < KINDS; i++) {
        backup_file_name((enum backup_kind)i, revision, name);
        struct error problem = ERROR_INIT;
        enum status status = document_file_load(directory, name, document, &problem);
        if (status == STATUS_OK)
            document->revision = revision;
        if (status != STATUS_NOT_FOUND)
            return status == STATUS_OK ? status : error_set(error, status, "%s", problem.text);
    }
    return not_found(revision, error);
}

/* Making. */

enum availability { NAME_FREE, NAME_TAKEN, NAME_IS_SOURCE };

static enum availability availability_of(const struct data_directory *directory, const char *name,
                                         const struct stat *source)
{
    struct stat found;
    if (system_calls->fstatat(directory->descriptor, name, &found, AT_SYMLINK_NOFOLLOW) != 0)
        return NAME_FREE;
    bool same = found.st_dev == source->st_dev && found.st_ino == source->st_ino;
    return same ? NAME_IS_SOURCE : NAME_TAKEN;
}

static enum status source_copy(const struct data_directory *directory, int source,
                               const char *target, int64_t revision, struct error *error)
{
    struct pending_file pending;
    enum status status = pending_file_copy(&pending, directory, source, revision, error);
    return status == STATUS_OK ? pending_file_commit(&pending, target, error) : status;
}

static bool links_refused(int link_errno)
{
    return link_errno == EPERM || link_errno == EACCES || link_errno == EMLINK ||
           link_errno == ENOSYS || link_errno == EOPNOTSUPP || link_errno == EXDEV;
}

static enum status source_keep(const struct data_directory *directory, const char *source,
                               int descriptor, const struct stat *found, int64_t revision,
                               struct error *error)
{
    char name[BACKUP_FILE_NAME_SIZE];
    enum availability availability = NAME_TAKEN;
    for (int64_t i = 0; availability == NAME_TAKEN && i < NUMBERS_TRIED; i++) {
        backup_file_name(BACKUP_REPLACED, revision + i, name);
        availability = availability_of(directory, name, found);
    }
    if (availability == NAME_IS_SOURCE)
        return STATUS_OK;
    if (availability == NAME_TAKEN)
        return error_set(error, STATUS_UNAVAILABLE, "'%s/%s' and the %d names behind it are taken",
                         directory->path, name, NUMBERS_TRIED - 1);
    int at = directory->descriptor;
    if (system_calls->linkat(at, source, at, name, 0) == 0)
        return STATUS_OK;
    if (!links_refused(errno))
        return error_set_system(error, errno, "link", directory->path, name);
    return source_copy(directory, descriptor, name, revision, error);
}

static enum status source_open(const struct data_directory *directory, const char *source,
                               int *descriptor, struct stat *found, struct error *error)
{
    enum status status = regular_file_open(directory, source, O_RDONLY, descriptor, found, error);
    if (status == STATUS_OK && *descriptor < 0)
        return error_set(error, STATUS_NOT_FOUND, "there is no '%s/%s'", directory->path, source);
    return status;
}

enum status backup_file_keep(const struct data_directory *directory, const char *source,
                             int64_t revision, struct error *error)
{
    char pinned[BACKUP_FILE_NAME_SIZE];
    struct stat found;
    int descriptor = -1;
    enum status status = source_open(directory, source, &descriptor, &found, error);
    if (status != STATUS_OK)
        return status;
    backup_file_name(BACKUP_PINNED, revision, pinned);
    if (availability_of(directory, pinned, &found) == NAME_FREE)
        status = source_keep(directory, source, descriptor, &found, revision, error);
    io_close(&descriptor);
    return status;
}

enum status backup_file_submit(const struct data_directory *directory, struct document_text text,
                               int64_t revision, struct error *error)
{
    char name[BACKUP_FILE_NAME_SIZE];
    struct pending_file pending;
    backup_file_name(BACKUP_SUBMITTED, revision, name);
    enum status status = pending_file_write(&pending, directory, text, revision, error);
    return status == STATUS_OK ? pending_file_commit(&pending, name, error) : status;
}

enum status backup_file_pin(const struct data_directory *directory, const char *source,
                            int64_t revision, struct error *error)
{
    char name[BACKUP_FILE_NAME_SIZE];
    struct stat found;
    int descriptor = -1;
    enum status status = source_open(directory, source, &descriptor, &found, error);
    if (status != STATUS_OK)
        return status;
    backup_file_name(BACKUP_PINNED, revision, name);
    if (availability_of(directory, name, &found) == NAME_FREE)
        status = source_copy(directory, descriptor, name, revision, error);
    io_close(&descriptor);
    return status;
}

enum status backup_file_remove_kind(const struct data_directory *directory, enum backup_kind kind,
                                    int64_t revision, struct error *error)
{
    char name[BACKUP_FILE_NAME_SIZE];
    backup_file_name(kind, revision, name);
    if (system_calls->unlinkat(directory->descriptor, name, 0) == 0)
        return STATUS_OK;
    return errno == ENOENT ? not_found(revision, error)
                           : error_set_system(error, errno, "unlink", directory->path, name);
}

enum status backup_file_remove(const struct data_directory *directory, int64_t revision,
                               struct error *error)
{
    bool removed = false;
    for (int i = 0; i < KINDS; i++) {
        struct error problem = ERROR_INIT;
        enum status status =
            backup_file_remove_kind(directory, (enum backup_kind)i, revision, &problem);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return error_set(error, status, "%s", problem.text);
        removed = removed || status == STATUS_OK;
    }
    return removed ? STATUS_OK : not_found(revision, error);
}
