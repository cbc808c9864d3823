#include "regular_file.h"

#include "io.h"
#include "system_calls.h"

#include <errno.h>
#include <stdint.h>

static const mode_t created_mode = 0600;

static enum status regular_file_check(const struct data_directory *directory, const char *name,
                                      int descriptor, struct stat *found, struct error *error)
{
    if (system_calls->fstat(descriptor, found) != 0)
        return error_set_system(error, errno, "fstat", directory->path, name);
    if (!S_ISREG(found->st_mode))
        return error_set(error, STATUS_UNAVAILABLE,
                         "'%s/%s' is not a regular file; move it out of the data directory",
                         directory->path, name);
    if (!regular_file_is_ours(directory, found))
        return error_set(error, STATUS_UNAVAILABLE,
                         "'%s/%s' belongs to user %ju, who can change it at any time; give it to "
                         "user %ju (chown) or move it out of the data directory",
                         directory->path, name, (uintmax_t)found->st_uid,
                         (uintmax_t)directory->owner);
    return STATUS_OK;
}

bool regular_file_is_ours(const struct data_directory *directory, const struct stat *found)
{
    return S_ISREG(found->st_mode) && (found->st_uid == directory->owner || found->st_uid == 0);
}

enum status regular_file_open(const struct data_directory *directory, const char *name, int flags,
                              int *descriptor, struct stat *found, struct error *error)
{
    int opened =
        system_calls->openat(directory->descriptor, name,
                             flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, created_mode);
    *descriptor = -1;
    if (opened < 0 && errno == ENOENT && (flags & O_CREAT) == 0)
        return STATUS_OK;
    if (opened < 0)
        return error_set_system(error, errno, "open", directory->path, name);
    enum status status = regular_file_check(directory, name, opened, found, error);
    if (status != STATUS_OK) {
        io_close(&opened);
        return status;
    }
    *descriptor = opened;
    return STATUS_OK;
}
