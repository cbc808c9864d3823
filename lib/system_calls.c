#include "system_calls.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* openat, fcntl and setitimer have types that are not those of the table. */

/*
 * Never under the number of a standard stream that is closed: a log line or the answer would land
 * in the file.
 */
static int call_openat(int directory, const char *path, int flags, mode_t mode)
{
    int opened = openat(directory, path, flags, mode);
    if (opened < 0 || opened > STDERR_FILENO)
        return opened;
    int moved = fcntl(opened, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int moved_errno = errno;
    (void)close(opened);
    errno = moved_errno;
    return moved;
}

/*
 * The C library would first look for the page in which the kernel keeps its clocks, which takes longer
 * than to ask it for the few times that a request needs: 2 % of a small save.
 */
static int call_clock_gettime(clockid_t clock, struct timespec *now)
{
#ifdef __LP64__
    return (int)syscall(SYS_clock_gettime, clock, now);
#else
    return clock_gettime(clock, now); /* there are several such calls, by the size of a time */
#endif
}

static int call_set_lock(int descriptor, struct flock *lock)
{
    return fcntl(descriptor, F_OFD_SETLK, lock);
}

static int call_wait_lock(int descriptor, struct flock *lock)
{
    return fcntl(descriptor, F_OFD_SETLKW, lock);
}

static int call_set_timer(const struct itimerval *timer)
{
    return setitimer(ITIMER_REAL, timer, NULL);
}

const struct system_calls system_calls_libc = {
    .openat = call_openat,
    .close = close,
    .read = read,
    .pread = pread,
    .write = write,
    .pwrite = pwrite,
    .poll = poll,
    .fallocate = fallocate,
    .fsync = fsync,
    .fstat = fstat,
    .fstatat = fstatat,
    .fstatfs = fstatfs,
    .fchmod = fchmod,
    .futimens = futimens,
    .set_lock = call_set_lock,
    .wait_lock = call_wait_lock,
    .faccessat = faccessat,
    .mkdirat = mkdirat,
    .renameat = renameat,
    .linkat = linkat,
    .unlinkat = unlinkat,
    .fdopendir = fdopendir,
    .readdir = readdir,
    .closedir = closedir,
    .sigprocmask = sigprocmask,
    .sigaction = sigaction,
    .set_timer = call_set_timer,
    .clock_gettime = call_clock_gettime,
};

const struct system_calls *system_calls = &system_calls_libc;
