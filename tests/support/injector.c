#include "injector.h"

#include "system_calls.h"
#include "temporary.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * What each call can plausibly fail with, by its manual page, where the arguments are right. Those
 * for signals and clocks cannot fail then.
 */
enum { ERRORS_MAX = 12 };

static const struct {
    const char *name;
    int errors[ERRORS_MAX];
} traits[CALLS] = {
    [CALL_OPENAT] = {"openat", {EACCES, EMFILE, ENFILE, EIO, ENOMEM, EINTR, EPERM}},
    [CALL_CLOSE] = {"close", {EIO, EINTR, ENOSPC, EDQUOT}},
    [CALL_READ] = {"read", {EIO, EINTR, EAGAIN, FAULT_SHORT}},
    [CALL_PREAD] = {"pread", {EIO, EINTR, EAGAIN, FAULT_SHORT}},
    [CALL_WRITE] = {"write", {ENOSPC, EDQUOT, EIO, EFBIG, EINTR, EAGAIN, FAULT_SHORT}},
    [CALL_PWRITE] = {"pwrite", {ENOSPC, EDQUOT, EIO, EFBIG, EINTR, EAGAIN, FAULT_SHORT}},
    [CALL_POLL] = {"poll", {EINTR, ENOMEM}},
    [CALL_FALLOCATE] = {"fallocate", {ENOSPC, EDQUOT, EIO, EFBIG, EOPNOTSUPP, ENOSYS, EINTR}},
    [CALL_FSYNC] = {"fsync", {EIO, ENOSPC, EDQUOT, EINTR}},
    [CALL_FSTAT] = {"fstat", {EIO, ENOMEM}},
    [CALL_FSTATAT] = {"fstatat", {EIO, EACCES, ENOMEM}},
    [CALL_FSTATFS] = {"fstatfs", {EIO, ENOSYS, EINTR}},
    [CALL_FCHMOD] = {"fchmod", {EPERM, EROFS, EIO}},
    [CALL_FUTIMENS] = {"futimens", {EPERM, EACCES, EROFS, EIO}},
    [CALL_SET_LOCK] = {"set_lock", {EAGAIN, EACCES, EINTR, ENOLCK, EINVAL}},
    [CALL_WAIT_LOCK] = {"wait_lock", {EINTR, ENOLCK}},
    [CALL_FACCESSAT] = {"faccessat", {EROFS, EACCES, EIO}},
    [CALL_MKDIRAT] = {"mkdirat", {EACCES, ENOSPC, EDQUOT, EROFS, EIO, EMLINK}},
    [CALL_RENAMEAT] = {"renameat", {EIO, ENOSPC, EDQUOT, EROFS, EACCES, EPERM}},
    [CALL_LINKAT] = {"linkat",
                     {EIO, ENOSPC, EDQUOT, EROFS, EACCES, EPERM, EMLINK, EOPNOTSUPP, EXDEV}},
    [CALL_UNLINKAT] = {"unlinkat", {EIO, EROFS, EACCES, EPERM, EBUSY}},
    [CALL_FDOPENDIR] = {"fdopendir", {ENOMEM}},
    [CALL_READDIR] = {"readdir", {EIO, ENOENT}},
    [CALL_CLOSEDIR] = {"closedir", {EIO}},
    [CALL_SIGPROCMASK] = {"sigprocmask", {0}},
    [CALL_SIGACTION] = {"sigaction", {0}},
    [CALL_SET_TIMER] = {"set_timer", {0}},
    [CALL_CLOCK_GETTIME] = {"clock_gettime", {0}},
};

static const int creating_errors[ERRORS_MAX] = {EACCES, EMFILE, EIO,    ENOMEM, EINTR,
                                                EPERM,  ENOSPC, EDQUOT, EROFS};
static const int stream_errors[ERRORS_MAX] = {EPIPE, EIO, EINTR, EAGAIN, FAULT_SHORT};

static const struct fault_plan *plan;
static struct record *record;
static bool fired_before; /* the last call that could fail so did */

struct record *record_make(void)
{
    struct record *made =
        mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(made, MAP_FAILED);
    return made;
}

void record_release(struct record *made)
{
    assert_int_equal(munmap(made, sizeof *made), 0);
}

const char *call_name(enum system_call call)
{
    return traits[call].name;
}

const int *call_errors(const struct recorded_call *recorded)
{
    if (recorded->call == CALL_OPENAT && (recorded->flags & O_CREAT) != 0)
        return creating_errors;
    if (recorded->call == CALL_WRITE && recorded->descriptor <= STDERR_FILENO)
        return stream_errors;
    return traits[recorded->call].errors;
}

static bool can_fail_with(const struct recorded_call *recorded, int error)
{
    const int *errors = call_errors(recorded);
    for (size_t i = 0; i < ERRORS_MAX && errors[i] != 0; i++) {
        if (errors[i] == error)
            return true;
    }
    return false;
}

/* What needs room of its own: not so opening a file that is there, nor syncing what was written. */
static bool takes_space(const struct recorded_call *recorded)
{
    if (recorded->call == CALL_OPENAT)
        return (recorded->flags & O_EXCL) != 0;
    return recorded->call != CALL_CLOSE && recorded->call != CALL_FSYNC &&
           recorded->call != CALL_RENAMEAT && can_fail_with(recorded, ENOSPC);
}

/* Whether this is a call that the plan lets fail. */
static bool fires(const struct recorded_call *recorded, size_t number)
{
    if (plan->number == 0 || number < plan->number || plan->signal != 0)
        return false;
    if (!plan->from_then_on)
        return number == plan->number && can_fail_with(recorded, plan->error);
    if (!can_fail_with(recorded, plan->error))
        return false;
    bool is_begun_again = plan->error == EINTR || plan->error == EAGAIN;
    fired_before = !is_begun_again || !fired_before;
    return fired_before;
}

/*
 * Number and record a call about to be made. 0 if it is to be made, FAULT_SHORT if in part, else
 * the errno to fail with.
 */
static int call_begin(struct recorded_call *recorded)
{
    size_t number = ++record->count;
    int error = 0;
    if (plan->room_after > record->unlinked && takes_space(recorded))
        error = ENOSPC;
    else if (fires(recorded, number)) {
        error = plan->error;
        record->fired++;
    }
    recorded->error = error == FAULT_SHORT ? 0 : error;
    if (number <= RECORD_CALLS_MAX)
        record->calls[number - 1] = *recorded;
    if (plan->signal != 0 && number == plan->number) {
        record->fired++;
        (void)kill(getpid(), plan->signal);
    }
    return error;
}

static int call_end(int result)
{
    if (record->count <= RECORD_CALLS_MAX)
        record->calls[record->count - 1].error = result < 0 ? errno : 0;
    return result;
}

/* Fail a call with an errno. */
static int call_fail(int error)
{
    errno = error;
    return -1;
}

/* How much of `size` bytes is to be read or written, at least one if there is one. */
static size_t cut(int error, size_t size)
{
    return error == FAULT_SHORT ? (size + 1) / 2 : size;
}

static bool is_directory(int descriptor)
{
    struct stat found;
    return fstat(descriptor, &found) == 0 && S_ISDIR(found.st_mode);
}

static struct recorded_call call_on(enum system_call call, int descriptor)
{
    return (struct recorded_call){
        .call = call, .descriptor = descriptor, .at = -1, .on_directory = is_directory(descriptor)};
}

static struct recorded_call call_at(enum system_call call, int at, const char *name)
{
    struct recorded_call recorded = {.call = call, .descriptor = -1, .at = at};
    (void)snprintf(recorded.name, sizeof recorded.name, "%s", name);
    return recorded;
}

/* The calls. */

static int faulty_openat(int at, const char *path, int flags, mode_t mode)
{
    struct recorded_call recorded = call_at(CALL_OPENAT, at, path);
    recorded.flags = flags;
    int error = call_begin(&recorded);
    int result = call_end(error != 0 ? call_fail(error) : openat(at, path, flags, mode));
    if (record->count <= RECORD_CALLS_MAX)
        record->calls[record->count - 1].descriptor = result;
    return result;
}

/* Even a close that fails gives the descriptor up (close(2)). */
static int faulty_close(int descriptor)
{
    struct recorded_call recorded = call_on(CALL_CLOSE, descriptor);
    int error = call_begin(&recorded);
    int result = close(descriptor);
    return call_end(error != 0 ? call_fail(error) : result);
}

static ssize_t faulty_read(int descriptor, void *bytes, size_t size)
{
    struct recorded_call recorded = call_on(CALL_READ, descriptor);
    int error = call_begin(&recorded);
    return error > 0 ? call_fail(error) : read(descriptor, bytes, cut(error, size));
}

static ssize_t faulty_pread(int descriptor, void *bytes, size_t size, off_t offset)
{
    struct recorded_call recorded = call_on(CALL_PREAD, descriptor);
    int error = call_begin(&recorded);
    return error > 0 ? call_fail(error) : pread(descriptor, bytes, cut(error, size), offset);
}

static void written_record(const void *bytes, size_t length)
{
    struct recorded_call *recorded = &record->calls[record->count - 1];
    if (record->count > RECORD_CALLS_MAX || length > RECORD_BYTES_MAX - record->bytes_used)
        return;
    recorded->bytes_at = record->bytes_used;
    recorded->length = length;
    memcpy(record->bytes + record->bytes_used, bytes, length);
    record->bytes_used += length;
}

static ssize_t faulty_write(int descriptor, const void *bytes, size_t size)
{
    struct recorded_call recorded = call_on(CALL_WRITE, descriptor);
    int error = call_begin(&recorded);
    if (error > 0)
        return call_fail(error);
    ssize_t written = write(descriptor, bytes, cut(error, size));
    if (written > 0)
        written_record(bytes, (size_t)written);
    return written;
}

static ssize_t faulty_pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
    struct recorded_call recorded = call_on(CALL_PWRITE, descriptor);
    int error = call_begin(&recorded);
    return error > 0 ? call_fail(error) : pwrite(descriptor, bytes, cut(error, size), offset);
}

static int faulty_poll(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    struct recorded_call recorded = call_on(CALL_POLL, descriptors->fd);
    int error = call_begin(&recorded);
    return error != 0 ? call_fail(error) : poll(descriptors, count, timeout_ms);
}

static int faulty_fallocate(int descriptor, int mode, off_t offset, off_t length)
{
    struct recorded_call recorded = call_on(CALL_FALLOCATE, descriptor);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : fallocate(descriptor, mode, offset, length));
}

/* That it was called is what counts: nobody pulls the plug of a test, and disks are slow. */
static int faulty_fsync(int descriptor)
{
    struct recorded_call recorded = call_on(CALL_FSYNC, descriptor);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : fcntl(descriptor, F_GETFD) < 0 ? -1 : 0);
}

static int faulty_fstat(int descriptor, struct stat *status)
{
    struct recorded_call recorded = call_on(CALL_FSTAT, descriptor);
    int error = call_begin(&recorded);
    return error != 0 ? call_fail(error) : fstat(descriptor, status);
}

static int faulty_fstatat(int at, const char *path, struct stat *status, int flags)
{
    struct recorded_call recorded = call_at(CALL_FSTATAT, at, path);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : fstatat(at, path, status, flags));
}

static int faulty_fstatfs(int descriptor, struct statfs *found)
{
    struct recorded_call recorded = call_on(CALL_FSTATFS, descriptor);
    int error = call_begin(&recorded);
    return error != 0 ? call_fail(error) : fstatfs(descriptor, found);
}

static int faulty_fchmod(int descriptor, mode_t mode)
{
    struct recorded_call recorded = call_on(CALL_FCHMOD, descriptor);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : fchmod(descriptor, mode));
}

static int faulty_futimens(int descriptor, const struct timespec times[2])
{
    struct recorded_call recorded = call_on(CALL_FUTIMENS, descriptor);
    recorded.mtime_ms = (int64_t)times[1].tv_sec * 1000 + times[1].tv_nsec / 1000000;
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : futimens(descriptor, times));
}

static int faulty_set_lock(int descriptor, struct flock *lock)
{
    struct recorded_call recorded = call_on(CALL_SET_LOCK, descriptor);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : system_calls_libc.set_lock(descriptor, lock));
}

static int faulty_wait_lock(int descriptor, struct flock *lock)
{
    struct recorded_call recorded = call_on(CALL_WAIT_LOCK, descriptor);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : system_calls_libc.wait_lock(descriptor, lock));
}

static int faulty_faccessat(int at, const char *path, int mode, int flags)
{
    struct recorded_call recorded = call_at(CALL_FACCESSAT, at, path);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : faccessat(at, path, mode, flags));
}

static int faulty_mkdirat(int at, const char *path, mode_t mode)
{
    struct recorded_call recorded = call_at(CALL_MKDIRAT, at, path);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : mkdirat(at, path, mode));
}

static int faulty_renameat(int old_at, const char *old_path, int new_at, const char *new_path)
{
    struct recorded_call recorded = call_at(CALL_RENAMEAT, old_at, old_path);
    (void)snprintf(recorded.renamed, sizeof recorded.renamed, "%s", new_path);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error) : renameat(old_at, old_path, new_at, new_path));
}

static int faulty_linkat(int old_at, const char *old_path, int new_at, const char *new_path,
                         int flags)
{
    struct recorded_call recorded = call_at(CALL_LINKAT, old_at, old_path);
    (void)snprintf(recorded.renamed, sizeof recorded.renamed, "%s", new_path);
    int error = call_begin(&recorded);
    return call_end(error != 0 ? call_fail(error)
                               : linkat(old_at, old_path, new_at, new_path, flags));
}

static int faulty_unlinkat(int at, const char *path, int flags)
{
    struct recorded_call recorded = call_at(CALL_UNLINKAT, at, path);
    int error = call_begin(&recorded);
    int result = call_end(error != 0 ? call_fail(error) : unlinkat(at, path, flags));
    record->unlinked += result == 0;
    return result;
}

static DIR *faulty_fdopendir(int descriptor)
{
    struct recorded_call recorded = call_on(CALL_FDOPENDIR, descriptor);
    int error = call_begin(&recorded);
    errno = error;
    return error != 0 ? NULL : fdopendir(descriptor);
}

static struct dirent *faulty_readdir(DIR *directory)
{
    struct recorded_call recorded = call_on(CALL_READDIR, dirfd(directory));
    int error = call_begin(&recorded);
    errno = error;
    return error != 0 ? NULL : readdir(directory);
}

static int faulty_closedir(DIR *directory)
{
    struct recorded_call recorded = call_on(CALL_CLOSEDIR, dirfd(directory));
    int error = call_begin(&recorded);
    int result = closedir(directory);
    return error != 0 ? call_fail(error) : result;
}

static int faulty_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    struct recorded_call recorded = call_on(CALL_SIGPROCMASK, -1);
    (void)call_begin(&recorded);
    return sigprocmask(how, set, old);
}

static int faulty_sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
    struct recorded_call recorded = call_on(CALL_SIGACTION, -1);
    (void)call_begin(&recorded);
    return sigaction(number, action, old);
}

static int faulty_set_timer(const struct itimerval *timer)
{
    struct recorded_call recorded = call_on(CALL_SET_TIMER, -1);
    (void)call_begin(&recorded);
    return system_calls_libc.set_timer(timer);
}

static int faulty_clock_gettime(clockid_t clock, struct timespec *now)
{
    struct recorded_call recorded = call_on(CALL_CLOCK_GETTIME, -1);
    (void)call_begin(&recorded);
    int result = clock_gettime(clock, now);
    if (plan->now_ms == 0 || clock != CLOCK_REALTIME)
        return result;
    *now = (struct timespec){.tv_sec = (time_t)(plan->now_ms / 1000),
                             .tv_nsec = (long)(plan->now_ms % 1000) * 1000000};
    return result;
}

static const struct system_calls faulty_calls = {
    .openat = faulty_openat,
    .close = faulty_close,
    .read = faulty_read,
    .pread = faulty_pread,
    .write = faulty_write,
    .pwrite = faulty_pwrite,
    .poll = faulty_poll,
    .fallocate = faulty_fallocate,
    .fsync = faulty_fsync,
    .fstat = faulty_fstat,
    .fstatat = faulty_fstatat,
    .fstatfs = faulty_fstatfs,
    .fchmod = faulty_fchmod,
    .futimens = faulty_futimens,
    .set_lock = faulty_set_lock,
    .wait_lock = faulty_wait_lock,
    .faccessat = faulty_faccessat,
    .mkdirat = faulty_mkdirat,
    .renameat = faulty_renameat,
    .linkat = faulty_linkat,
    .unlinkat = faulty_unlinkat,
    .fdopendir = faulty_fdopendir,
    .readdir = faulty_readdir,
    .closedir = faulty_closedir,
    .sigprocmask = faulty_sigprocmask,
    .sigaction = faulty_sigaction,
    .set_timer = faulty_set_timer,
    .clock_gettime = faulty_clock_gettime,
};

_Static_assert(sizeof faulty_calls == CALLS * sizeof(void (*)(void)),
               "enum system_call and traits have one entry for each system call");

void injector_install(const struct fault_plan *installed, struct record *filled)
{
    plan = installed;
    record = filled;
    fired_before = false;
    record->count = 0;
    record->fired = 0;
    record->unlinked = 0;
    record->bytes_used = 0;
    system_calls = &faulty_calls;
}

void injector_remove(void)
{
    system_calls = &system_calls_libc;
}

static const char *change_name(const struct recorded_call *recorded)
{
    switch ((int)recorded->call) {
    case CALL_WRITE: return recorded->descriptor > STDERR_FILENO ? "write" : NULL;
    case CALL_PWRITE: return "note";
    case CALL_FSYNC: return recorded->on_directory ? "fsync-directory" : "fsync";
    case CALL_FUTIMENS: return "futimens";
    case CALL_LINKAT: return "link";
    case CALL_RENAMEAT: return "rename";
    case CALL_UNLINKAT: return "unlink";
    case CALL_MKDIRAT: return "mkdir";
    default: return NULL;
    }
}

const char *record_changes(const struct record *seen)
{
    static char text[4096];
    size_t length = 0;
    assert_in_range(seen->count, 0, RECORD_CALLS_MAX);
    text[0] = '\0';
    for (size_t i = 0; i < seen->count; i++) {
        const char *name = change_name(&seen->calls[i]);
        if (name != NULL && seen->calls[i].error == 0)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s ", name);
        assert_true(length < sizeof text);
    }
    return text;
}
