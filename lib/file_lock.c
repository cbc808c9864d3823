#include "file_lock.h"

#include "clock.h"
#include "io.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>

/* When retry N is due, in thirtieths of the time allowed: the waits between them grow. */
static const int64_t retry_due_30ths[FILE_LOCK_RETRIES] = {1, 5, 15};

enum { LONGEST_PAUSE_MS = 25 };

static bool lock_try(int descriptor)
{
    struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int result;
    do {
        result = system_calls->set_lock(descriptor, &whole_file);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

/* 0 with the lock held, ETIMEDOUT when the time ran out, or the errno of fcntl. */
static int lock_wait(int descriptor, int64_t timeout_ms, file_lock_retry_function *on_retry,
                     void *context)
{
    int64_t start = clock_monotonic_ms();
    int64_t pause_ms = 1;
    unsigned retries = 0;
    while (!lock_try(descriptor)) {
        if (errno != EAGAIN && errno != EACCES)
            return errno;
        int64_t elapsed = clock_monotonic_ms() - start;
        if (elapsed >= timeout_ms && retries == FILE_LOCK_RETRIES)
            return ETIMEDOUT;
        if (retries < FILE_LOCK_RETRIES && elapsed >= timeout_ms * retry_due_30ths[retries] / 30)
            on_retry(context, ++retries);
        int64_t left = timeout_ms > elapsed ? timeout_ms - elapsed : 0;
        clock_sleep_ms(pause_ms < left ? pause_ms : left);
        pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
    }
    return 0;
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
