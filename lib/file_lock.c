#include "file_lock.h"

#include "clock.h"
#include "io.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>

/* When retry N is due, in thirtieths of the time allowed: the waits between them grow. */
static const int64_t retry_due_30ths[FILE_LOCK_RETRIES] = {1, 5, 15};

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
 * 0 with the lock held, or the errno of fcntl: EINTR when `limit_ms` went by. The kernel hands a lock
 * on in the order in which it was waited for; who tried again and again instead could be overtaken
 * any number of times.
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

/* 0 with the lock held, ETIMEDOUT when the time ran out, or the errno of fcntl. */
static int lock_wait(int descriptor, int64_t timeout_ms, file_lock_retry_function *on_retry,
                     void *context)
{
    int64_t start = clock_monotonic_ms();
    unsigned retries = 0;
    int result = lock_try(descriptor);
    while (result == EAGAIN || result == EINTR) {
        int64_t elapsed = clock_monotonic_ms() - start;
        if (elapsed >= timeout_ms && retries == FILE_LOCK_RETRIES)
            return ETIMEDOUT;
        int64_t due =
            retries < FILE_LOCK_RETRIES ? timeout_ms * retry_due_30ths[retries] / 30 : timeout_ms;
        if (elapsed >= due)
            on_retry(context, ++retries);
        result =
            elapsed >= due ? lock_try(descriptor) : lock_wait_at_most(descriptor, due - elapsed);
    }
    return result;
}

enum status file_lock_acquire(struct file_lock *lock, const struct data_directory *directory,
                              const char *name, int64_t timeout_ms,
                              file_lock_retry_function *on_retry, void *context,
                              struct error *error)
{
    struct stat found;
    lock->descriptor = -1;
    enum status status =
        regular_file_open(directory, name, O_RDWR | O_CREAT, &lock->descriptor, &found, error);
    if (status != STATUS_OK)
        return status;
    int wait_errno = lock_wait(lock->descriptor, timeout_ms, on_retry, context);
    if (wait_errno == 0)
        return STATUS_OK;
    if (wait_errno == ETIMEDOUT)
        status =
            error_set(error, STATUS_BUSY,
                      "another process held the lock '%s/%s' for the whole %jd ms allowed; try "
                      "again, or allow more time",
                      directory->path, name, (intmax_t)timeout_ms);
    else
        status = error_set_system(error, wait_errno, "fcntl", directory->path, name);
    file_lock_release(lock);
    return status;
}

void file_lock_release(struct file_lock *lock)
{
    io_close(&lock->descriptor);
}
