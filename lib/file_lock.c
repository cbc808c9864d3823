#include "file_lock.h"

#include "clock.h"
#include "io.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>

/* When retry N is due, in thirtieths of the time allowed: the waits between them grow. */
static const int64_t retry_due_30ths[FILE_LOCK_RETRIES] = {1, 5, 15};

static const mode_t lock_mode = 0600;

/* Who keeps replacing the lock file is not to keep us for ever. */
enum { FILES_TRIED = 100 };

/* An alarm that comes just before the wait begins does not end it; the next one does. */
enum { ALARM_INTERVAL_MS = 20 };

/* What an alarm found, to be put back. */
struct alarm_state {
    struct sigaction action;
    sigset_t mask;
};

static void alarm_ring(int number)
{
    (void)number; /* it interrupts the wait, and that is all */
}

static struct timeval timeval_of(int64_t ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

/* Interrupt whatever waits after `delay_ms`, more than 0, and again and again. */
static void alarm_set(struct alarm_state *before, int64_t delay_ms)
{
    const struct itimerval timer = {.it_value = timeval_of(delay_ms),
                                    .it_interval = timeval_of(ALARM_INTERVAL_MS)};
    struct sigaction action = {.sa_handler = alarm_ring};
    sigset_t alarm;
    (void)sigemptyset(&action.sa_mask);
    (void)sigemptyset(&alarm);
    (void)sigaddset(&alarm, SIGALRM);
    (void)system_calls->sigaction(SIGALRM, &action, &before->action);
    /* Who started us may have blocked it. */
    (void)system_calls->sigprocmask(SIG_UNBLOCK, &alarm, &before->mask);
    (void)system_calls->set_timer(&timer);
}

static void alarm_end(const struct alarm_state *before)
{
    static const struct itimerval never;
    (void)system_calls->set_timer(&never);
    (void)system_calls->sigprocmask(SIG_SETMASK, &before->mask, NULL);
    (void)system_calls->sigaction(SIGALRM, &before->action, NULL);
}

/*
 * 0 with the lock held, or the errno of fcntl: EINTR when `limit_ms` went by. The kernel hands a
 * lock on in the order in which it was waited for; who tried again and again instead could be
 * overtaken any number of times.
 */
static int lock_wait_at_most(int descriptor, int64_t limit_ms)
{
    struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct alarm_state before;
    alarm_set(&before, limit_ms);
    int result = system_calls->wait_lock(descriptor, &whole_file) == 0 ? 0 : errno;
    alarm_end(&before);
    return result;
}

/* The same, without waiting: EAGAIN if somebody else holds it. */
static int lock_try(int descriptor)
{
    struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (system_calls->set_lock(descriptor, &whole_file) == 0)
        return 0;
    return errno == EACCES ? EAGAIN : errno;
}

/* How long somebody is ready to wait, and what was tried. */
struct waiting {
    int64_t start_ms;
    int64_t timeout_ms;
    unsigned retries;
    file_lock_retry_function *on_retry;
    void *context;
};

/* 0 with the lock held, ETIMEDOUT when the time ran out, or the errno of fcntl. */
static int lock_wait(int descriptor, struct waiting *waiting)
{
    int result = lock_try(descriptor);
    while (result == EAGAIN || result == EINTR) {
        int64_t elapsed = clock_monotonic_ms() - waiting->start_ms;
        int64_t due = waiting->timeout_ms;
        if (elapsed >= due && waiting->retries == FILE_LOCK_RETRIES)
            return ETIMEDOUT;
        if (waiting->retries < FILE_LOCK_RETRIES)
            due = due * retry_due_30ths[waiting->retries] / 30;
        if (elapsed >= due)
            waiting->on_retry(waiting->context, ++waiting->retries);
        result =
            elapsed >= due ? lock_try(descriptor) : lock_wait_at_most(descriptor, due - elapsed);
    }
    return result;
}

static enum status lock_open(struct file_lock *lock, struct error *error)
{
    struct stat found;
    enum status status = regular_file_open(lock->directory, lock->name, O_RDWR | O_CREAT,
                                           &lock->descriptor, &found, error);
    if (status != STATUS_OK)
        return status;
    lock->identity = file_identity_of(&found);
    /* Where modes cannot be changed, they keep nobody out in any case. */
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0 && found.st_nlink == 1)
        (void)system_calls->fchmod(lock->descriptor, lock_mode);
    return status;
}

/* Lock the file that has the name now. */
static enum status lock_once(struct file_lock *lock, struct waiting *waiting, struct error *error)
{
    enum status status = lock_open(lock, error);
    if (status != STATUS_OK)
        return status;
    int wait_errno = lock_wait(lock->descriptor, waiting);
    if (wait_errno == 0)
        return STATUS_OK;
    if (wait_errno == ETIMEDOUT)
        status =
            error_set(error, STATUS_BUSY,
                      "another process held the lock '%s/%s' for the whole %jd ms allowed; try "
                      "again, or allow more time",
                      lock->directory->path, lock->name, (intmax_t)waiting->timeout_ms);
    else
        status = error_set_system(error, wait_errno, "fcntl", lock->directory->path, lock->name);
    file_lock_release(lock);
    return status;
}

/* As file_lock_check; and how many names the locked file has. */
static enum status lock_check(const struct file_lock *lock, nlink_t *names, struct error *error)
{
    const struct data_directory *directory = lock->directory;
    struct stat named;
    enum status status = data_directory_check_place(directory, error);
    if (status != STATUS_OK)
        return status;
    int result =
        system_calls->fstatat(directory->descriptor, lock->name, &named, AT_SYMLINK_NOFOLLOW);
    if (result != 0 && errno != ENOENT)
        return error_set_system(error, errno, "stat", directory->path, lock->name);
    if (result != 0 || !file_identity_equal(lock->identity, file_identity_of(&named)))
        return error_set(error, STATUS_BUSY,
                         "the lock file '%s/%s' was removed or replaced meanwhile; try again",
                         directory->path, lock->name);
    *names = named.st_nlink;
    return STATUS_OK;
}

enum status file_lock_acquire(struct file_lock *lock, const struct data_directory *directory,
                              const char *name, int64_t timeout_ms,
                              file_lock_retry_function *on_retry, void *context,
                              struct error *error)
{
    struct waiting waiting = {.start_ms = clock_monotonic_ms(),
                              .timeout_ms = timeout_ms,
                              .on_retry = on_retry,
                              .context = context};
    struct error problem = ERROR_INIT;
    enum status status = STATUS_BUSY;
    nlink_t names = 0;
    *lock = (struct file_lock){.directory = directory, .name = name, .descriptor = -1};
    for (int i = 0; i < FILES_TRIED && status == STATUS_BUSY; i++) {
        status = lock_once(lock, &waiting, error);
        if (status != STATUS_OK)
            return status;
        problem = (struct error)ERROR_INIT;
        status = lock_check(lock, &names, &problem);
        if (status != STATUS_OK)
            file_lock_release(lock);
    }
    lock->has_other_names = names != 1;
    return error_forward(error, status, &problem);
}

enum status file_lock_check(const struct file_lock *lock, struct error *error)
{
    nlink_t names = 0;
    return lock_check(lock, &names, error);
}

void file_lock_release(struct file_lock *lock)
{
    io_close(&lock->descriptor);
}
