/*
 * System calls that fail on purpose, and a record of them.
 *
 * injector_install puts a table of its own into `system_calls`: every call of lib/ is numbered from 1
 * and recorded, and those that the plan names fail, are cut short, or are preceded by a signal to the
 * process itself. injector_remove puts libc's table back. One injector at a time.
 *
 * The record is in memory that is shared with forked children (record_make, record_release), so that
 * what a child did is known even if it was killed.
 */
#ifndef TEST_INJECTOR_H
#define TEST_INJECTOR_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One for each member of struct system_calls, by its name. */
enum system_call {
    CALL_OPENAT,
    CALL_CLOSE,
    CALL_READ,
    CALL_PREAD,
    CALL_WRITE,
    CALL_PWRITE,
    CALL_POLL,
    CALL_FALLOCATE,
    CALL_FSYNC,
    CALL_FSTAT,
    CALL_FSTATAT,
    CALL_FSTATFS,
    CALL_FCHMOD,
    CALL_FUTIMENS,
    CALL_SET_LOCK,
    CALL_WAIT_LOCK,
    CALL_FACCESSAT,
    CALL_MKDIRAT,
    CALL_RENAMEAT,
    CALL_LINKAT,
    CALL_UNLINKAT,
    CALL_FDOPENDIR,
    CALL_READDIR,
    CALL_CLOSEDIR,
    CALL_SIGPROCMASK,
    CALL_SIGACTION,
    CALL_SET_TIMER,
    CALL_CLOCK_GETTIME,
    CALLS
};

/* In place of an errno: less is read or written than was asked for. */
enum { FAULT_SHORT = -1 };

struct fault_plan {
    size_t number;     /* of the first call that fails; 0: none does */
    bool from_then_on; /* so do all later ones that can fail so, every second one if it is to be
                           begun again (EINTR, EAGAIN) */
    int error;         /* the errno, or FAULT_SHORT; a call that cannot fail so works */
    int signal;        /* not 0: sent before that call, which does not fail then */
    size_t room_after; /* not 0: the disk is full until so many files were removed */
    int64_t now_ms;    /* the time of day, which stands still; 0: the true one */
};

enum { RECORD_CALLS_MAX = 2048, RECORD_NAME_SIZE = 256, RECORD_BYTES_MAX = 1 << 20 };

struct recorded_call {
    enum system_call call;
    int descriptor;              /* that it was given, or, of openat, that it returned; else -1 */
    int at;                      /* the directory of `name` */
    bool on_directory;           /* the descriptor is one of a directory */
    int flags;                   /* of openat */
    char name[RECORD_NAME_SIZE]; /* "" if it has none */
    char renamed[RECORD_NAME_SIZE]; /* what renameat and linkat were given second */
    size_t bytes_at;                /* what write wrote, in the record's bytes */
    size_t length;
    int64_t mtime_ms; /* of futimens */
    int error;        /* 0: it worked */
};

struct record {
    size_t count; /* of all calls, also those beyond what can be recorded */
    size_t fired; /* of calls that failed, were cut short, or met a signal on purpose */
    size_t unlinked;
    size_t bytes_used;
    struct recorded_call calls[RECORD_CALLS_MAX];
    char bytes[RECORD_BYTES_MAX];
};

struct record *record_make(void);
void record_release(struct record *record);

/* Empty the record and begin. Both are borrowed until injector_remove. */
void injector_install(const struct fault_plan *plan, struct record *record);
void injector_remove(void);

/* With what a recorded call could have failed: errnos and FAULT_SHORT, ended by 0. */
const int *call_errors(const struct recorded_call *recorded);

const char *call_name(enum system_call call);

/*
 * The calls that changed something, in order, as "write futimens fsync link rename fsync-directory "; in a static buffer
 * that the next call overwrites. Standard streams do not count.
 */
const char *record_changes(const struct record *record);

#endif
