#include "error.h"

#include "printable.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* glibc has strerrorname_np, musl has not. */
#define NAMED(name)                                                                                \
    {                                                                                              \
        name, #name                                                                                \
    }
static const struct {
    int value;
    char name[16]; /* not a pointer, which each process would have to set before it begins */
} errno_names[] = {
    /* clang-format off */
    NAMED(EACCES), NAMED(EAGAIN), NAMED(EBADF), NAMED(EBUSY), NAMED(ECONNRESET), NAMED(EDQUOT),
    NAMED(EEXIST), NAMED(EFAULT), NAMED(EFBIG), NAMED(EINTR), NAMED(EINVAL), NAMED(EIO),
    NAMED(EISDIR), NAMED(ELOOP), NAMED(EMFILE), NAMED(EMLINK), NAMED(ENAMETOOLONG),
    NAMED(ENFILE), NAMED(ENODEV), NAMED(ENOENT), NAMED(ENOLCK), NAMED(ENOMEM), NAMED(ENOSPC),
    NAMED(ENOSYS), NAMED(ENOTDIR), NAMED(ENOTEMPTY), NAMED(ENXIO), NAMED(EOPNOTSUPP),
    NAMED(EOVERFLOW), NAMED(EPERM), NAMED(EPIPE), NAMED(EROFS), NAMED(ESTALE), NAMED(ETIMEDOUT),
    NAMED(ETXTBSY), NAMED(EUCLEAN), NAMED(EXDEV),
    /* clang-format on */
};

const char *error_errno_name(int errno_value)
{
    for (size_t i = 0; i < sizeof errno_names / sizeof errno_names[0]; i++) {
        if (errno_names[i].value == errno_value)
            return errno_names[i].name;
    }
    return NULL;
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

enum status error_forward(struct error *error, enum status status, const struct error *problem)
{
    if (status == STATUS_OK || error == NULL || error->text[0] != '\0')
        return status;
    *error = *problem;
    return status;
}

static enum status status_of_errno(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
    case EDQUOT: return STATUS_NO_SPACE;
    case EFBIG: return STATUS_FILE_LIMIT; /* RLIMIT_FSIZE or the file system's own */
    case ENOMEM: return STATUS_NO_MEMORY;
    default: return STATUS_UNAVAILABLE;
    }
}

enum status error_set_system(struct error *error, int errno_value, const char *call,
                             const char *directory, const char *name)
{
    char number[32];
    char reason[128] = "";
    const char *symbol = error_errno_name(errno_value);
    (void)snprintf(number, sizeof number, "errno %d", errno_value);
    (void)snprintf(reason, sizeof reason, "%s", strerror(errno_value));
    /* The old server's logs spelt the system's text in lower case, and operators search for it. */
    if (islower((unsigned char)reason[1])) /* musl says "I/O error" */
        reason[0] = (char)tolower((unsigned char)reason[0]);
    return error_set(error, status_of_errno(errno_value), "%s: %s, %s '%s%s%s'",
                     symbol != NULL ? symbol : number, reason, call, directory,
                     name != NULL ? "/" : "", name != NULL ? name : "");
}
