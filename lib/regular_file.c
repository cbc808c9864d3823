#include "regular_file.h"

#include "io.h"
#include "system_calls.h"

#include <errno.h>
#include <unistd.h>

static enum status regular_file_check(const struct data_directory *directory, const char *name,
                                      int descriptor, struct stat *found, struct error *error)
{
    if (system_calls->fstat(descriptor, found) != 0)
        return error_set_system(error, errno, "fstat", directory->path, name);
    if (!S_ISREG(found->st_mode))
        return error_set(error, STATUS_UNAVAILABLE,
                         "'%s/%s' is not a regular file; move it out of the data directory",
                         directory->path, name);
    return STATUS_OK;
}

/* The umask may have taken bits away from a file that we have just created. */
static enum status mode_restore(const struct data_directory *directory, const char *name,
                                int descriptor, const struct stat *found, struct error *error)
{
    if ((found->st_mode & 0777) == REGULAR_FILE_MODE || found->st_uid != geteuid())
        return STATUS_OK;
    if (system_calls->fchmod(descriptor, REGULAR_FILE_MODE) != 0)
        return error_set_system(error, errno, "fchmod", directory->path, name);
    return STATUS_OK;
}

enum status regular_file_open(const struct data_directory *directory, const char *name, int flags,
                              int *descriptor, struct stat *found, struct error *error)
{
    int opened = system_calls->openat(directory->descriptor, name,
                                      flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                                      REGULAR_FILE_MODE);
    *descriptor = -1;
    if (opened < 0 && errno == ENOENT && (flags & O_CREAT) == 0)
        return STATUS_OK;
    if (opened < 0)
        return error_set_system(error, errno, "open", directory->path, name);
    enum status status = regular_file_check(directory, name, opened, found, error);
    if (status == STATUS_OK && (flags & O_CREAT) != 0)
        status = mode_restore(directory, name, opened, found, error);
    if (status != STATUS_OK) {
        io_close(&opened);
        return status;
    }
    *descriptor = opened;
    return STATUS_OK;
}
