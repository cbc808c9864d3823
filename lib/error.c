#include "error.h"

#include "printable.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* glibc has strerrorname_np, musl has not. */
static const struct {
    int value;
    const char *name;
} errno_names[] = {
    {EACCES, "EACCES"},
    {EAGAIN, "EAGAIN"},
    {EBADF, "EBADF"},
    {EBUSY, "EBUSY"},
    {EDQUOT, "EDQUOT"},
    {EEXIST, "EEXIST"},
    {EFAULT, "EFAULT"},
    {EFBIG, "EFBIG"},
    {EINTR, "EINTR"},
    {EINVAL, "EINVAL"},
    {EIO, "EIO"},
    {EISDIR, "EISDIR"},
    {ELOOP, "ELOOP"},
    {EMFILE, "EMFILE"},
    {EMLINK, "EMLINK"},
    {ENAMETOOLONG, "ENAMETOOLONG"},
    {ENFILE, "ENFILE"},
    {ENODEV, "ENODEV"},
    {ENOENT, "ENOENT"},
    {ENOLCK, "ENOLCK"},
    {ENOMEM, "ENOMEM"},
    {ENOSPC, "ENOSPC"},
    {ENOSYS, "ENOSYS"},
    {ENOTDIR, "ENOTDIR"},
    {ENOTEMPTY, "ENOTEMPTY"},
    {ENXIO, "ENXIO"},
    {EOPNOTSUPP, "EOPNOTSUPP"},
    {EPERM, "EPERM"},
    {EPIPE, "EPIPE"},
    {EROFS, "EROFS"},
    {ESTALE, "ESTALE"},
    {ETXTBSY, "ETXTBSY"},
    {EXDEV, "EXDEV"},
};

const char *error_errno_name(int errno_value)
{
    for (size_t i = 0; i < sizeof errno_names / sizeof errno_names[0]; i++) {
        if (errno_names[i].value == errno_value)
            return errno_names[i].name;
    }
    return "errno";
}

enum status error_set(struct error *error, enum status status, const char *format, ...)
{
    if (error == NULL || error->text[0] != '\0')
        return status;
    char raw[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    printable_copy(error->text, sizeof error->text, raw, strlen(raw));
    return status;
}

static enum status status_of_errno(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
    case EDQUOT: return STATUS_NO_SPACE;
    case ENOMEM: return STATUS_NO_MEMORY;
    default: return STATUS_UNAVAILABLE;
    }
}

enum status error_set_system(struct error *error, int errno_value, const char *call,
                             const char *directory, const char *name)
{
    char reason[128];
    (void)snprintf(reason, sizeof reason, "%s", strerror(errno_value));
    /* The old server's logs spelt the system's text in lower case, and operators search for it. */
    reason[0] = (char)tolower((unsigned char)reason[0]);
    return error_set(error, status_of_errno(errno_value), "%s: %s, %s '%s%s%s'",
                     error_errno_name(errno_value), reason, call, directory,
                     name != NULL ? "/" : "", name != NULL ? name : "");
}
