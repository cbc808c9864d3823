#include "backup_file.h"

#include "document_file.h"
#include "io.h"
#include "pending_file.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    /* How many names taken by other files are passed over. */
    NUMBERS_TRIED = 1000,
    /* How often a name that was free is found taken when it is used. */
    LINKS_TRIED = 10,
    COMPARED_SIZE = 16 * 1024
};

/* Finding. */

/*
 * STATUS_NOT_FOUND, without a text, for what is gone again or is no regular file of ours, and so no
 * backup.
 * What cannot be told must not pass for gone: a save would replace where it has to merge.
 */
static enum status file_find(const struct data_directory *directory, const char *name,
                             struct stat *found, struct error *error)
{
    if (system_calls->fstatat(directory->descriptor, name, found, AT_SYMLINK_NOFOLLOW) == 0)
        return regular_file_is_ours(directory, found) ? STATUS_OK : STATUS_NOT_FOUND;
    return errno == ENOENT ? STATUS_NOT_FOUND
                           : error_set_system(error, errno, "stat", directory->path, name);
}

enum status backup_file_list_entry(const struct data_directory *directory, const char *name,
                                   struct backup_list *list, struct error *error)
{
    struct backup backup = {0};
    struct stat found;
    if (!backup_name_parse(name, &backup.kind, &backup.revision))
        return STATUS_OK;
    enum status status = file_find(directory, name, &found, error);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    /* More than so many a hand has put there; a save must not fail for it. */
    if (list->count == BACKUP_COUNT_MAX)
        return STATUS_OK;
    backup.length = (int64_t)found.st_size;
    return backup_list_add(list, backup, error);
}

struct listing {
    const struct data_directory *directory;
    struct backup_list *list;
};

static enum status entry_list(void *context, const char *name, struct error *error)
{
    const struct listing *listing = context;
    return backup_file_list_entry(listing->directory, name, listing->list, error);
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
    char name[BACKUP_NAME_SIZE];
    struct stat found;
    for (int i = 0; i < BACKUP_KINDS; i++) {
        struct error problem = ERROR_INIT;
        backup_name_write((enum backup_kind)i, revision, name);
        enum status status = file_find(directory, name, &found, &problem);
        if (status == STATUS_OK)
            status = document_file_load(directory, name, document, &problem);
        if (status == STATUS_OK)
            document->revision = revision;
        if (status != STATUS_NOT_FOUND)
            return error_forward(error, status, &problem);
    }
    return not_found(revision, error);
}

/* Making. */

/* A file that is to be kept. Mostly it need not be opened for that: see source_open. */
struct source {
    const struct data_directory *directory;
    const char *name;
    int descriptor; /* -1 as long as it is not open */
    struct stat found;
};

static void source_init(struct source *source, const struct data_directory *directory,
                        const char *name)
{
    *source = (struct source){.directory = directory, .name = name, .descriptor = -1};
}

static enum status source_missing(const struct source *source, struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, "there is no '%s/%s'", source->directory->path,
                     source->name);
}

/* Open it, for who has to look into it. source_close comes after it in any case. */
static enum status source_open(struct source *source, struct error *error)
{
    if (source->descriptor >= 0)
        return STATUS_OK;
    enum status status = regular_file_open(source->directory, source->name, O_RDONLY,
                                           &source->descriptor, &source->found, error);
    if (status == STATUS_OK && source->descriptor < 0)
        return source_missing(source, error);
    return status;
}

static void source_close(struct source *source)
{
    io_close(&source->descriptor);
}

enum availability { NAME_FREE, NAME_TAKEN, NAME_HAS_IT };

static bool contents_equal(int left, int right, size_t length)
{
    char ours[COMPARED_SIZE];
    char theirs[COMPARED_SIZE];
    for (size_t offset = 0; offset < length; offset += sizeof ours) {
        size_t left_over = length - offset;
        size_t size = left_over < sizeof ours ? left_over : sizeof ours;
        if (!io_read_at(left, (off_t)offset, ours, size) ||
            !io_read_at(right, (off_t)offset, theirs, size) || memcmp(ours, theirs, size) != 0)
            return false;
    }
    return true;
}

/* Whether the file `name` is the source, or a copy of it. */
static bool has_source(const struct source *source, const char *name, const struct stat *found)
{
    struct stat opened;
    int descriptor = -1;
    if (found->st_dev == source->found.st_dev && found->st_ino == source->found.st_ino)
        return true;
    if (found->st_size != source->found.st_size ||
        regular_file_open(source->directory, name, O_RDONLY, &descriptor, &opened, NULL) !=
            STATUS_OK ||
        descriptor < 0)
        return false;
    bool equal = contents_equal(source->descriptor, descriptor, (size_t)found->st_size);
    io_close(&descriptor);
    return equal;
}

static enum status availability_tell(struct source *source, const char *name,
                                     enum availability *availability, struct error *error)
{
    struct stat found;
    *availability = NAME_FREE;
    if (system_calls->fstatat(source->directory->descriptor, name, &found, AT_SYMLINK_NOFOLLOW) !=
        0)
        return errno == ENOENT
                   ? STATUS_OK
                   : error_set_system(error, errno, "stat", source->directory->path, name);
    enum status status = source_open(source, error);
    if (status == STATUS_OK)
        *availability = has_source(source, name, &found) ? NAME_HAS_IT : NAME_TAKEN;
    return status;
}

static enum status source_copy(struct source *source, const char *target, int64_t revision,
                               struct error *error)
{
    struct pending_file pending;
    enum status status = source_open(source, error);
    if (status == STATUS_OK)
        status =
            pending_file_copy(&pending, source->directory, source->descriptor, revision, error);
    return status == STATUS_OK ? pending_file_commit(&pending, target, error) : status;
}

static bool links_refused(int link_errno)
{
    return link_errno == EPERM || link_errno == EACCES || link_errno == EMLINK ||
           link_errno == ENOSYS || link_errno == EOPNOTSUPP || link_errno == EXDEV;
}

/* The name that a source gets for a number. */
typedef void name_writer(const struct source *source, int64_t number, char name[BACKUP_NAME_SIZE]);

static void replaced_name(const struct source *source, int64_t number, char name[BACKUP_NAME_SIZE])
{
    (void)source;
    backup_name_write(BACKUP_REPLACED, number, name);
}

static void corrupt_name(const struct source *source, int64_t number, char name[BACKUP_NAME_SIZE])
{
    (void)snprintf(name, BACKUP_NAME_SIZE, "%s.corrupt-%" PRId64, source->name, number);
}

/*
 * Keep the source under this name by a link, or by a copy where links are refused, unless it is
 * `*availability` to it: taken, or its own already. Only a lock file that was removed lets two keep
 * the same document at once; who comes second finds it kept.
 */
static enum status name_use(struct source *source, const char *name, int64_t revision,
                            enum availability *availability, struct error *error)
{
    const struct data_directory *directory = source->directory;
    int at = directory->descriptor;
    for (int i = 0; i < LINKS_TRIED; i++) {
        *availability = NAME_FREE;
        if (system_calls->linkat(at, source->name, at, name, 0) == 0)
            return STATUS_OK;
        int link_errno = errno;
        if (link_errno == ENOENT)
            return source_missing(source, error);
        if (link_errno != EEXIST && !links_refused(link_errno))
            return error_set_system(error, link_errno, "link", directory->path, name);
        enum status status = availability_tell(source, name, availability, error);
        if (status != STATUS_OK || *availability != NAME_FREE)
            return status;
        if (link_errno != EEXIST)
            return source_copy(source, name, revision, error);
    }
    return error_set_system(error, EEXIST, "link", directory->path, name);
}

/*
 * Keep the source under the first name of `*number` and the numbers before it, which no later
 * revision can have, that is free; `*number` becomes that one, `*has_it` whether it was kept
 * already.
 */
static enum status source_keep(struct source *source, name_writer *name_write, int64_t *number,
                               char name[BACKUP_NAME_SIZE], bool *has_it, struct error *error)
{
    enum availability availability = NAME_TAKEN;
    int64_t first = *number;
    for (int64_t i = 0; availability == NAME_TAKEN && i < NUMBERS_TRIED && i < first; i++) {
        *number = first - i;
        name_write(source, *number, name);
        enum status status = name_use(source, name, first, &availability, error);
        if (status != STATUS_OK)
            return status;
    }
    *has_it = availability == NAME_HAS_IT;
    if (availability == NAME_TAKEN)
        return error_set(error, STATUS_UNAVAILABLE, "'%s/%s' and the names behind it are taken",
                         source->directory->path, name);
    return STATUS_OK;
}

enum status backup_file_keep(const struct data_directory *directory, const char *source,
                             int64_t revision, int64_t *kept, struct error *error)
{
    char name[BACKUP_NAME_SIZE];
    struct source kept_source;
    enum availability pinned = NAME_FREE;
    int64_t number = revision;
    source_init(&kept_source, directory, source);
    backup_name_write(BACKUP_PINNED, revision, name);
    enum status status = availability_tell(&kept_source, name, &pinned, error);
    bool has_it = pinned == NAME_HAS_IT;
    if (status == STATUS_OK && !has_it)
        status = source_keep(&kept_source, replaced_name, &number, name, &has_it, error);
    source_close(&kept_source);
    if (status == STATUS_OK && !has_it)
        *kept = number;
    return status;
}

enum status backup_file_set_aside(const struct data_directory *directory, const char *source,
                                  int64_t revision, char name[BACKUP_NAME_SIZE],
                                  struct error *error)
{
    struct source damaged;
    bool has_it = false;
    source_init(&damaged, directory, source);
    enum status status = source_keep(&damaged, corrupt_name, &revision, name, &has_it, error);
    source_close(&damaged);
    return status;
}

enum status backup_file_write(const struct data_directory *directory, enum backup_kind kind,
                              int64_t revision, struct document_text text, struct error *error)
{
    char name[BACKUP_NAME_SIZE];
    struct pending_file pending;
    backup_name_write(kind, revision, name);
    enum status status = pending_file_write(&pending, directory, text, revision, error);
    return status == STATUS_OK ? pending_file_commit(&pending, name, error) : status;
}

enum status backup_file_exists(const struct data_directory *directory, enum backup_kind kind,
                               int64_t revision, bool *exists, struct error *error)
{
    char name[BACKUP_NAME_SIZE];
    struct stat found;
    backup_name_write(kind, revision, name);
    *exists = system_calls->fstatat(directory->descriptor, name, &found, AT_SYMLINK_NOFOLLOW) == 0;
    if (!*exists && errno != ENOENT)
        return error_set_system(error, errno, "stat", directory->path, name);
    return STATUS_OK;
}

bool backup_file_has(const struct data_directory *directory, enum backup_kind kind,
                     int64_t revision, struct document_text text)
{
    char name[BACKUP_NAME_SIZE];
    struct document document;
    backup_name_write(kind, revision, name);
    if (document_file_load(directory, name, &document, NULL) != STATUS_OK)
        return false;
    bool is_same = document_equals(&document, text);
    document_release(&document);
    return is_same;
}

enum status backup_file_pin(const struct data_directory *directory, const char *source,
                            int64_t revision, struct error *error)
{
    char name[BACKUP_NAME_SIZE];
    struct source pinned;
    enum availability availability = NAME_HAS_IT;
    source_init(&pinned, directory, source);
    backup_name_write(BACKUP_PINNED, revision, name);
    enum status status = availability_tell(&pinned, name, &availability, error);
    if (status == STATUS_OK && availability == NAME_TAKEN)
        status = error_set(error, STATUS_CONFLICT,
                           "'%s/%s' is another document; move it out of the data directory",
                           directory->path, name);
    if (status == STATUS_OK && availability == NAME_FREE)
        status = source_copy(&pinned, name, revision, error);
    source_close(&pinned);
    return status;
}

enum status backup_file_demote(const struct data_directory *directory, enum backup_kind kind,
                               int64_t revision, struct error *error)
{
    char name[BACKUP_NAME_SIZE];
    char base[BACKUP_NAME_SIZE];
    int at = directory->descriptor;
    backup_name_write(kind, revision, name);
    backup_name_write(BACKUP_BASE, revision, base);
    if (system_calls->renameat(at, name, at, base) == 0)
        return STATUS_OK;
    return error_set_system(error, errno, "rename", directory->path, name);
}

enum status backup_file_remove_kind(const struct data_directory *directory, enum backup_kind kind,
                                    int64_t revision, struct error *error)
{
    char name[BACKUP_NAME_SIZE];
    backup_name_write(kind, revision, name);
    if (system_calls->unlinkat(directory->descriptor, name, 0) == 0)
        return STATUS_OK;
    return errno == ENOENT ? not_found(revision, error)
                           : error_set_system(error, errno, "unlink", directory->path, name);
}

/* As which kinds a revision is kept. */
static enum status kinds_find(const struct data_directory *directory, int64_t revision,
                              bool is_there[BACKUP_KINDS], struct error *error)
{
    char name[BACKUP_NAME_SIZE];
    struct stat found;
    for (int i = 0; i < BACKUP_KINDS; i++) {
        backup_name_write((enum backup_kind)i, revision, name);
        enum status status = file_find(directory, name, &found, error);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        is_there[i] = status == STATUS_OK;
    }
    return STATUS_OK;
}

/*
 * Once something was removed nothing may fail but further removals: the backup is there still then.
 */
enum status backup_file_remove(const struct data_directory *directory, int64_t revision,
                               struct error *error)
{
    bool is_there[BACKUP_KINDS];
    bool removed = false;
    enum status status = kinds_find(directory, revision, is_there, error);
    for (int i = 0; status == STATUS_OK && i < BACKUP_KINDS; i++) {
        if (!is_there[i])
            continue;
        status = backup_file_remove_kind(directory, (enum backup_kind)i, revision, error);
        removed = true;
    }
    return status != STATUS_OK || removed ? status : not_found(revision, error);
}
