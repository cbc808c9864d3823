/*
 * Every system call of lib/ that can fail, in one table.
 *
 * The table in use is libc's unless a test points `system_calls` elsewhere, to make calls fail, to
 * count them, or to record their order. Entries have the meaning, results and errno of the call
 * they are named after, but openat gives no descriptor below 3, which is closed upon exec in any
 * case. lib/ calls nothing of the kind in any other way.
 */
#ifndef SCHEDULE_SYSTEM_CALLS_H
#define SCHEDULE_SYSTEM_CALLS_H

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>

struct system_calls {
    int (*openat)(int directory, const char *path, int flags, mode_t mode);
    int (*close)(int descriptor);
    ssize_t (*read)(int descriptor, void *bytes, size_t size);
    ssize_t (*pread)(int descriptor, void *bytes, size_t size, off_t offset);
    ssize_t (*write)(int descriptor, const void *bytes, size_t size);
    ssize_t (*pwrite)(int descriptor, const void *bytes, size_t size, off_t offset);
    int (*poll)(struct pollfd *descriptors, nfds_t count, int timeout_ms);
    int (*fallocate)(int descriptor, int mode, off_t offset, off_t length);
    int (*fsync)(int descriptor);
    int (*fstat)(int descriptor, struct stat *status);
    int (*fstatat)(int directory, const char *path, struct stat *status, int flags);
    int (*fstatfs)(int descriptor, struct statfs *file_system);
    int (*fchmod)(int descriptor, mode_t mode);
    int (*futimens)(int descriptor, const struct timespec times[2]);
    int (*set_lock)(int descriptor, struct flock *lock);  /* fcntl with F_OFD_SETLK */
    int (*wait_lock)(int descriptor, struct flock *lock); /* fcntl with F_OFD_SETLKW */
    int (*faccessat)(int directory, const char *path, int mode, int flags);
    int (*mkdirat)(int directory, const char *path, mode_t mode);
    int (*renameat)(int old_directory, const char *old_path, int new_directory,
                    const char *new_path);
    int (*linkat)(int old_directory, const char *old_path, int new_directory, const char *new_path,
                  int flags);
    int (*unlinkat)(int directory, const char *path, int flags);
    DIR *(*fdopendir)(int descriptor);
    struct dirent *(*readdir)(DIR *directory);
    int (*closedir)(DIR *directory);
    int (*sigprocmask)(int how, const sigset_t *set, sigset_t *old);
    int (*sigaction)(int number, const struct sigaction *action, struct sigaction *old);
    int (*set_timer)(const struct itimerval *timer); /* setitimer with ITIMER_REAL */
    int (*clock_gettime)(clockid_t clock, struct timespec *now);
};

extern const struct system_calls system_calls_libc;
extern const struct system_calls *system_calls;

#endif
