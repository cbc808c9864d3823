#include "pending_file.h"

#include "io.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char temporary_mark[] = ".tmp-";

static const char *skip_digits(const char *text)
{
    return text + strspn(text, "0123456789");
}

/* Only what pending_file_write names so: somebody's own "….tmp-old" is not ours to remove. */
static bool is_temporary_of(const char *name, const char *target)
{
    size_t length = strlen(target);
    if (strncmp(name, target, length) != 0 ||
        strncmp(name + length, temporary_mark, sizeof temporary_mark - 1) != 0)
        return false;
    const char *revision = name + length + sizeof temporary_mark - 1;
    const char *dash = skip_digits(revision);
    return dash > revision && *dash == '-' && dash[1] != '\0' && *skip_digits(dash + 1) == '\0';
}

void pending_file_sweep(const struct data_directory *directory, const char *target)
{
    int descriptor =
        system_calls->openat(directory->descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    DIR *entries = descriptor >= 0 ? system_calls->fdopendir(descriptor) : NULL;
    if (entries == NULL) {
        io_close(&descriptor);
        return;
    }
    for (struct dirent *entry = system_calls->readdir(entries); entry != NULL;
         entry = system_calls->readdir(entries)) {
        if (is_temporary_of(entry->d_name, target))
            (void)system_calls->unlinkat(directory->descriptor, entry->d_name, 0);
    }
    (void)system_calls->closedir(entries);
}

static enum status contents_write(const struct pending_file *pending, int descriptor,
                                  const char *bytes, size_t length, int64_t mtime_ms,
                                  struct error *error)
{
    const char *directory = pending->directory->path;
    const struct timespec mtime = {.tv_sec = (time_t)(mtime_ms / 1000),
                                   .tv_nsec = (long)(mtime_ms % 1000) * 1000000};
    const struct timespec times[2] = {mtime, mtime};
    if (!io_write_all(descriptor, bytes, length))
        return error_set_system(error, errno, "write", directory, pending->name);
    if (system_calls->futimens(descriptor, times) != 0)
        return error_set_system(error, errno, "futimens", directory, pending->name);
    if (system_calls->fsync(descriptor) != 0)
        return error_set_system(error, errno, "fsync", directory, pending->name);
    return STATUS_OK;
}

enum status pending_file_write(struct pending_file *pending, const struct data_directory *directory,
                               const char *target, const char *bytes, size_t length,
                               int64_t mtime_ms, struct error *error)
{
    struct stat found;
    int descriptor = -1;
    pending->directory = directory;
    pending->target = target;
    (void)snprintf(pending->name, sizeof pending->name, "%s%s%jd-%jd", target, temporary_mark,
                   (intmax_t)mtime_ms, (intmax_t)getpid());
    enum status status = regular_file_open(directory, pending->name, O_WRONLY | O_CREAT | O_EXCL,
                                           &descriptor, &found, error);
    if (status != STATUS_OK)
        return status;
    status = contents_write(pending, descriptor, bytes, length, mtime_ms, error);
    /* Some file systems report a full disk or quota only here. */
    if (system_calls->close(descriptor) != 0 && status == STATUS_OK)
        status = error_set_system(error, errno, "close", directory->path, pending->name);
    if (status != STATUS_OK)
        pending_file_discard(pending);
    return status;
}

enum status pending_file_commit(struct pending_file *pending, struct error *error)
{
    const struct data_directory *directory = pending->directory;
    if (system_calls->renameat(directory->descriptor, pending->name, directory->descriptor,
                               pending->target) != 0) {
        enum status status =
            error_set_system(error, errno, "rename", directory->path, pending->name);
        pending_file_discard(pending);
        return status;
    }
    /* EINVAL: a file system that keeps directories safe by itself, or cannot (fsync(2)). */
    if (system_calls->fsync(directory->descriptor) != 0 && errno != EINVAL) {
        (void)error_set_system(error, errno, "fsync", directory->path, NULL);
        return STATUS_UNKNOWN_OUTCOME;
    }
    return STATUS_OK;
}

void pending_file_discard(struct pending_file *pending)
{
    (void)system_calls->unlinkat(pending->directory->descriptor, pending->name, 0);
}
