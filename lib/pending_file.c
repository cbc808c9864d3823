#include "pending_file.h"

#include "document_file.h"
#include "io.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COPIED_SIZE = 64 * 1024 };

static const mode_t pending_mode = 0644;
static const char temporary_prefix[] = DOCUMENT_FILE_NAME ".tmp-";

static const char *skip_digits(const char *text)
{
    return text + strspn(text, "0123456789");
}

/* Only what pending_open names so: somebody's own "….tmp-old" is not ours to remove. */
static bool is_temporary(const char *name)
{
    if (strncmp(name, temporary_prefix, sizeof temporary_prefix - 1) != 0)
        return false;
    const char *time = name + sizeof temporary_prefix - 1;
    const char *dash = skip_digits(time);
    return dash > time && *dash == '-' && dash[1] != '\0' && *skip_digits(dash + 1) == '\0';
}

bool pending_file_sweep_entry(const struct data_directory *directory, const char *name)
{
    return !is_temporary(name) || system_calls->unlinkat(directory->descriptor, name, 0) == 0 ||
           errno == ENOENT;
}

static enum status entry_sweep(void *context, const char *name, struct error *error)
{
    const struct data_directory *const *directory = context;
    (void)error;
    (void)pending_file_sweep_entry(*directory, name);
    return STATUS_OK;
}

void pending_file_sweep(const struct data_directory *directory)
{
    (void)data_directory_visit(directory, entry_sweep, &directory, NULL);
}

/* Writing. */

static enum status pending_open(struct pending_file *pending,
                                const struct data_directory *directory, int64_t mtime_ms,
                                int *descriptor, struct error *error)
{
    struct stat found;
    *pending = (struct pending_file){.directory = directory, .mtime_ms = mtime_ms};
    (void)snprintf(pending->name, sizeof pending->name, "%s%jd-%jd", temporary_prefix,
                   (intmax_t)mtime_ms, (intmax_t)getpid());
    return regular_file_open(directory, pending->name, O_WRONLY | O_CREAT | O_EXCL, descriptor,
                             &found, error);
}

static enum status failed(const struct pending_file *pending, const char *call, struct error *error)
{
    return error_set_system(error, errno, call, pending->directory->path, pending->name);
}

enum { STEP_MS_MAX = 2000 };

static int64_t round_up(int64_t value, int64_t step)
{
    return (value + step - 1) / step * step;
}

/* Of what is put in place, whatever the umask: people read it. */
static enum status mode_set(const struct pending_file *pending, int descriptor, struct error *error)
{
    if (system_calls->fchmod(descriptor, pending_mode) != 0)
        return failed(pending, "fchmod", error);
    return STATUS_OK;
}

/*
 * The mtime is the revision, so it has to be one that the file system keeps: most keep nanoseconds,
 * some whole seconds, FAT every second one.
 */
static enum status mtime_set(struct pending_file *pending, int descriptor, struct error *error)
{
    static const int64_t steps_ms[] = {1, 1000, STEP_MS_MAX};
    struct stat kept;
    for (size_t i = 0; i < sizeof steps_ms / sizeof steps_ms[0]; i++) {
        if (pending->mtime_ms > INT64_MAX - steps_ms[i])
            break;
        int64_t mtime_ms = round_up(pending->mtime_ms, steps_ms[i]);
        const struct timespec mtime = {.tv_sec = (time_t)(mtime_ms / 1000),
                                       .tv_nsec = (long)(mtime_ms % 1000) * 1000000};
        const struct timespec times[2] = {mtime, mtime};
        if (system_calls->futimens(descriptor, times) != 0)
            return failed(pending, "futimens", error);
        if (system_calls->fstat(descriptor, &kept) != 0)
            return failed(pending, "fstat", error);
        if (document_file_revision(&kept) == mtime_ms) {
            pending->mtime_ms = mtime_ms;
            pending->inode = kept.st_ino;
            return STATUS_OK;
        }
    }
    if (pending->mtime_ms > INT64_MAX - STEP_MS_MAX)
        return error_set(error, STATUS_UNAVAILABLE,
                         "the revision %jd in '%s' is later than any time that a file can have; "
                         "give the files there a date that is past (touch)",
                         (intmax_t)pending->mtime_ms, pending->directory->path);
    return error_set(error, STATUS_UNAVAILABLE,
                     "the file system of '%s' does not keep modification times, which are the "
                     "revisions; use a directory on another one",
                     pending->directory->path);
}

static enum status pending_finish(struct pending_file *pending, int descriptor, enum status written,
                                  struct error *error)
{
    enum status status = written;
    if (status == STATUS_OK)
        status = mode_set(pending, descriptor, error);
    if (status == STATUS_OK)
        status = mtime_set(pending, descriptor, error);
    if (status == STATUS_OK && system_calls->fsync(descriptor) != 0)
        status = failed(pending, "fsync", error);
    /* Some file systems report a full disk or quota only here. */
    if (system_calls->close(descriptor) != 0 && status == STATUS_OK)
        status = failed(pending, "close", error);
    if (status != STATUS_OK)
        pending_file_discard(pending);
    return status;
}

enum status pending_file_write(struct pending_file *pending, const struct data_directory *directory,
                               struct document_text text, int64_t mtime_ms, struct error *error)
{
    int descriptor = -1;
    enum status status = pending_open(pending, directory, mtime_ms, &descriptor, error);
    if (status != STATUS_OK)
        return status;
    if (!io_write_all(descriptor, text.bytes, text.length))
        status = failed(pending, "write", error);
    return pending_finish(pending, descriptor, status, error);
}

static enum status contents_copy(const struct pending_file *pending, int source, int target,
                                 struct error *error)
{
    char piece[COPIED_SIZE];
    ssize_t count = 0;
    do {
        count = io_read_full(source, piece, sizeof piece);
        if (count < 0)
            return failed(pending, "read", error);
        if (!io_write_all(target, piece, (size_t)count))
            return failed(pending, "write", error);
    } while (count > 0);
    return STATUS_OK;
}

enum status pending_file_copy(struct pending_file *pending, const struct data_directory *directory,
                              int source, int64_t mtime_ms, struct error *error)
{
    int descriptor = -1;
    enum status status = pending_open(pending, directory, mtime_ms, &descriptor, error);
    if (status != STATUS_OK)
        return status;
    status = contents_copy(pending, source, descriptor, error);
    return pending_finish(pending, descriptor, status, error);
}

enum status pending_file_try(const struct data_directory *directory, size_t length,
                             int64_t mtime_ms, struct error *error)
{
    struct pending_file pending;
    int descriptor = -1;
    enum status status = pending_open(&pending, directory, mtime_ms, &descriptor, error);
    if (status != STATUS_OK)
        return status;
    /* Where space cannot be set apart, what is written has to tell. */
    if (length > 0 && system_calls->fallocate(descriptor, 0, 0, (off_t)length) != 0 &&
        errno != EOPNOTSUPP && errno != ENOSYS)
        status = failed(&pending, "fallocate", error);
    if (status == STATUS_OK && !io_write_all(descriptor, "{}", 2))
        status = failed(&pending, "write", error);
    status = pending_finish(&pending, descriptor, status, error);
    if (status == STATUS_OK)
        pending_file_discard(&pending);
    return status;
}

enum status pending_file_commit(struct pending_file *pending, const char *target,
                                struct error *error)
{
    int directory = pending->directory->descriptor;
    if (system_calls->renameat(directory, pending->name, directory, target) == 0)
        return STATUS_OK;
    enum status status = STATUS_BUSY;
    if (errno == ENOENT)
        (void)error_set(error, status, "somebody removed '%s/%s' meanwhile; try again",
                        pending->directory->path, pending->name);
    else
        status = failed(pending, "rename", error);
    pending_file_discard(pending);
    return status;
}

void pending_file_discard(struct pending_file *pending)
{
    (void)system_calls->unlinkat(pending->directory->descriptor, pending->name, 0);
}
