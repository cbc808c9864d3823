#include "valgrind_run.h"

#include "system_calls.h"

#include <errno.h>
#include <valgrind/valgrind.h>

bool valgrind_runs(void)
{
    return RUNNING_ON_VALGRIND != 0;
}

unsigned repetitions(unsigned count)
{
    if (!valgrind_runs())
        return count;
    return count > 20 ? count / 20 : 1;
}

/* As F_OFD_SETLKW, by asking every millisecond. */
static int lock_polled(int descriptor, struct flock *lock)
{
    static const struct timespec pause = {.tv_nsec = 1000000};
    while (fcntl(descriptor, F_OFD_SETLK, lock) != 0) {
        if (errno != EAGAIN || nanosleep(&pause, NULL) != 0)
            return -1;
    }
    return 0;
}

int valgrind_lock_waits(void **state)
{
    static struct system_calls calls;
    (void)state;
    if (valgrind_runs()) {
        calls = *system_calls;
        calls.wait_lock = lock_polled;
        system_calls = &calls;
    }
    return 0;
}
