/*
 * What went wrong, told twice: as a status that a caller can act on, and as a text for the
 * operator.
 *
 * Life cycle: the caller owns a `struct error`, sets it to ERROR_INIT and passes it down. The
 * function that discovers a failure fills it and returns the status; everybody above only hands
 * both on. The first error wins: filling an error that is already filled changes nothing. A null
 * pointer is allowed wherever a `struct error *` is taken. On STATUS_OK the text is untouched.
 *
 * The text is one line of UTF-8 in English without control characters, whatever went into it.
 */
#ifndef SCHEDULE_ERROR_H
#define SCHEDULE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

enum {
    /* A longest path and a sentence around it. Longer texts are cut. */
    ERROR_TEXT_SIZE = 2048
};

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,         /* what the caller gave is at fault; nothing changed */
    STATUS_TOO_LARGE,       /* what the caller gave, or what came of it, exceeds a stated maximum */
    STATUS_NOT_FOUND,       /* what the caller named is not there; nothing changed */
    STATUS_CONFLICT,        /* what is stored does not allow it; nothing changed */
    STATUS_STALE,           /* the caller's condition on the revision fails; nothing changed */
    STATUS_UNRELATED,       /* the save looks like another plan's; nothing changed */
    STATUS_BUSY,            /* the lock was not obtained in time; nothing changed */
    STATUS_CORRUPT,         /* what is stored is not a document; nothing changed */
    STATUS_UNAVAILABLE,     /* the storage cannot be used as it is; nothing changed */
    STATUS_NO_SPACE,        /* disk, inodes or quota are exhausted; nothing changed */
    STATUS_FILE_LIMIT,      /* a file may not become so large; nothing changed */
    STATUS_NO_MEMORY,       /* memory is exhausted; nothing changed */
    STATUS_UNREACHABLE,     /* its server gives no answer, or none that helps; nothing changed */
    STATUS_UNKNOWN_OUTCOME, /* the write took effect, but may not survive a power loss */
    STATUS_UNCERTAIN        /* the write was sent, and no answer tells whether it takes effect */
};

struct error {
    char text[ERROR_TEXT_SIZE];
    int64_t revision; /* the current one, for STATUS_STALE and STATUS_UNRELATED; else 0 */
};

/* clang-format off */
#define ERROR_INIT {.text = {0}}
/* clang-format on */

/* Make one that was used good for another failure. */
static inline void error_init(struct error *error)
{
    error->text[0] = '\0';
    error->revision = 0;
}

/*
 * Fill `error` from a printf format and return `status`, so that a failing function can end with
 * it.
 */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Hand on `problem`, which a caller kept apart to see whether it wants it: fill `error` with it
 * unless `status`, which is returned, is STATUS_OK.
 */
enum status error_forward(struct error *error, enum status status, const struct error *problem);

/*
 * Fill `error` for the failed system call `call` and return the status that `errno_value` stands
 * for: ENOSPC and EDQUOT are STATUS_NO_SPACE, EFBIG is STATUS_FILE_LIMIT, ENOMEM is
 * STATUS_NO_MEMORY, all else STATUS_UNAVAILABLE. The text is "EROFS: read-only file system, open
 * '<directory>/<name>'"; `name` may be null when `directory` is the whole path.
 */
enum status error_set_system(struct error *error, int errno_value, const char *call,
                             const char *directory, const char *name);

/* The symbolic name of an errno value ("EROFS"), or null for one that files do not give. */
const char *error_errno_name(int errno_value);

#endif
