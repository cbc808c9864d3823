#include "data_directory.h"

#include "io.h"
#include "system_calls.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const mode_t directory_mode = 0755;

static int directory_descriptor(const char *path)
{
    return system_calls->openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
}

/* Let the new entry survive a power loss. A parent that we may not read is not ours to sync. */
static void parent_sync(const char *path)
{
    char parent[DATA_DIRECTORY_PATH_SIZE];
    size_t length = (size_t)(strrchr(path, '/') - path);
    (void)snprintf(parent, sizeof parent, "%.*s", length > 0 ? (int)length : 1, path);
    int descriptor = system_calls->openat(AT_FDCWD, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (descriptor >= 0)
        (void)system_calls->fsync(descriptor);
    io_close(&descriptor);
}

static enum status directory_create(const char *path, bool *created, struct error *error)
{
    *created = system_calls->mkdirat(AT_FDCWD, path, directory_mode) == 0;
    if (!*created)
        return errno == EEXIST ? STATUS_OK : error_set_system(error, errno, "mkdir", path, NULL);
    int descriptor = directory_descriptor(path);
    if (descriptor < 0)
        return error_set_system(error, errno, "open", path, NULL);
    enum status status = STATUS_OK;
    if (system_calls->fchmod(descriptor, directory_mode) != 0)
        status = error_set_system(error, errno, "fchmod", path, NULL);
    io_close(&descriptor);
    parent_sync(path);
    return status;
}

/* Where the component ends whose slash is at `begin`. */
static size_t component_end(const char *path, size_t begin)
{
    return begin + 1 + strcspn(path + begin + 1, "/");
}

/* Create `path` and what is missing above it. `*created` tells whether `path` itself was. */
static enum status directory_create_all(const char *path, bool *created, struct error *error)
{
    char prefix[DATA_DIRECTORY_PATH_SIZE];
    enum status status = STATUS_OK;
    bool made = false;
    for (size_t length = 0; status == STATUS_OK && path[length] != '\0';) {
        length = component_end(path, length);
        (void)snprintf(prefix, sizeof prefix, "%.*s", (int)length, path);
        status = directory_create(prefix, &made, error);
    }
    *created = made && status == STATUS_OK;
    return status;
}

static enum status directory_open_failed(const char *path, int open_errno, struct error *error)
{
    /* Linux answers O_NOFOLLOW together with O_DIRECTORY by ENOTDIR for a symbolic link. */
    if (open_errno == ENOTDIR || open_errno == ELOOP)
        return error_set(error, STATUS_UNAVAILABLE,
                         "%s: the data directory is a symbolic link, or a part of its path is a "
                         "file, open '%s'; use the path of the real directory",
                         error_errno_name(open_errno), path);
    return error_set_system(error, open_errno, "open", path, NULL);
}

/* Anybody can make entries in it, and nobody but its owner can take away those of others. */
static bool is_shared(const struct stat *found)
{
    return (found->st_mode & S_IWOTH) != 0 && (found->st_mode & S_ISVTX) != 0;
}

/* Who owns what leads to the directory from a shared one could exchange it whenever he likes. */
static enum status entry_check(const char *path, uid_t owner, const struct stat *found,
                               const struct stat *above, struct error *error)
{
    if (!is_shared(above) || found->st_uid == owner || found->st_uid == above->st_uid ||
        found->st_uid == 0)
        return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE,
                     "'%s', which leads to the data directory, was made by user %ju in a directory "
                     "for everybody; use another data directory",
                     path, (uintmax_t)found->st_uid);
}

/* Whether the path goes on with one component, behind a slash, and no more. */
static bool is_last(const char *rest)
{
    return strchr(rest + 1, '/') == NULL;
}

/*
 * Check what is above the directory, as far as it is there. Its parent need not be looked at where
 * only those whom we trust could have made it; nor need the root directory, in which nobody else
 * makes anything.
 */
static enum status path_check(const struct data_directory *directory, struct error *error)
{
    char prefix[DATA_DIRECTORY_PATH_SIZE];
    const char *path = directory->path;
    struct stat above = {0};
    struct stat found;
    size_t length = component_end(path, 0);
    while (path[length] != '\0' && (is_shared(&above) || !is_last(path + length))) {
        memcpy(prefix, path, length);
        prefix[length] = '\0';
        if (system_calls->fstatat(AT_FDCWD, prefix, &found, AT_SYMLINK_NOFOLLOW) != 0)
            return errno == ENOENT ? STATUS_OK
                                   : error_set_system(error, errno, "stat", prefix, NULL);
        enum status status = entry_check(prefix, directory->owner, &found, &above, error);
        if (status != STATUS_OK)
            return status;
        if (S_ISLNK(found.st_mode) && system_calls->fstatat(AT_FDCWD, prefix, &found, 0) != 0)
            return error_set_system(error, errno, "stat", prefix, NULL);
        above = found;
        length = component_end(path, length);
    }
    return STATUS_OK;
}

/* Who can write to the directory can replace the document, so it has to be ours alone. */
static enum status directory_check(struct data_directory *directory, struct error *error)
{
    struct stat found;
    if (system_calls->fstat(directory->descriptor, &found) != 0)
        return error_set_system(error, errno, "fstat", directory->path, NULL);
    if (found.st_uid != directory->owner)
        return error_set(
            error, STATUS_UNAVAILABLE,
            "the data directory '%s' belongs to user %ju, but this program runs as user "
            "%ju; run it as its owner or use another directory",
            directory->path, (uintmax_t)found.st_uid, (uintmax_t)directory->owner);
    if ((found.st_mode & S_IWOTH) != 0)
        return error_set(error, STATUS_UNAVAILABLE,
                         "the data directory '%s' is writable by everybody (mode %04o); run chmod "
                         "o-w on it or use a directory below it",
                         directory->path, (unsigned)found.st_mode & 07777U);
    directory->device = found.st_dev;
    directory->inode = found.st_ino;
    return STATUS_OK;
}

enum status data_directory_open(struct data_directory *directory, const char *path,
                                struct error *error)
{
    *directory = (struct data_directory){.path = path, .descriptor = -1, .owner = geteuid()};
    enum status status = path_check(directory, error);
    if (status != STATUS_OK)
        return status;
    directory->descriptor = directory_descriptor(path);
    if (directory->descriptor < 0 && errno == ENOENT) {
        status = directory_create_all(path, &directory->created, error);
        /* Somebody may have been faster in making what is above it. */
        if (status == STATUS_OK)
            status = path_check(directory, error);
        if (status != STATUS_OK)
            return status;
        directory->descriptor = directory_descriptor(path);
    }
    if (directory->descriptor < 0)
        return directory_open_failed(path, errno, error);
    status = directory_check(directory, error);
    if (status != STATUS_OK)
        data_directory_close(directory);
    return status;
}

enum status data_directory_check_place(const struct data_directory *directory, struct error *error)
{
    struct stat found;
    if (system_calls->fstatat(AT_FDCWD, directory->path, &found, AT_SYMLINK_NOFOLLOW) != 0)
        return error_set_system(error, errno, "stat", directory->path, NULL);
    if (found.st_dev != directory->device || found.st_ino != directory->inode)
        return error_set(error, STATUS_UNAVAILABLE,
                         "the data directory '%s' was replaced by another one meanwhile; try again",
                         directory->path);
    return STATUS_OK;
}

static enum status entries_visit(const struct data_directory *directory, DIR *entries,
                                 data_directory_visitor *visit, void *context, struct error *error)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        errno = 0;
        const struct dirent *entry = system_calls->readdir(entries);
        if (entry == NULL && errno != 0)
            return error_set_system(error, errno, "readdir", directory->path, NULL);
        if (entry == NULL)
            break;
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = visit(context, entry->d_name, error);
    }
    return status;
}

enum status data_directory_visit(const struct data_directory *directory,
                                 data_directory_visitor *visit, void *context, struct error *error)
{
    /* A descriptor of its own, for reading moves it. */
    int descriptor =
        system_calls->openat(directory->descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    DIR *entries = descriptor >= 0 ? system_calls->fdopendir(descriptor) : NULL;
    if (entries == NULL) {
        enum status status = error_set_system(error, errno, "opendir", directory->path, NULL);
        io_close(&descriptor);
        return status;
    }
    enum status status = entries_visit(directory, entries, visit, context, error);
    (void)system_calls->closedir(entries);
    return status;
}

enum status data_directory_sync(const struct data_directory *directory, struct error *error)
{
    /* EINVAL: a file system that keeps directories safe by itself, or cannot (fsync(2)). */
    if (system_calls->fsync(directory->descriptor) == 0 || errno == EINVAL)
        return STATUS_OK;
    (void)error_set_system(error, errno, "fsync", directory->path, NULL);
    return STATUS_UNKNOWN_OUTCOME;
}

void data_directory_close(struct data_directory *directory)
{
    io_close(&directory->descriptor);
}
