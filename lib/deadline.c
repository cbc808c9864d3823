#include "deadline.h"

#include "clock.h"
#include "system_calls.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <sys/random.h>
#include <unistd.h>

enum { BACK_OFF_FIRST_MS = 10, BACK_OFF_MAX_MS = 320, BUSY_FIRST_MS = 60, BUSY_MAX_MS = 1000 };

struct deadline deadline_in(int64_t limit_ms)
{
    return (struct deadline){.end_ms = clock_monotonic_ms() + limit_ms};
}

struct deadline deadline_within(struct deadline deadline, int64_t limit_ms)
{
    struct deadline nearer = deadline_in(limit_ms);
    return nearer.end_ms < deadline.end_ms ? nearer : deadline;
}

int64_t deadline_left_ms(struct deadline deadline)
{
    int64_t left = deadline.end_ms - clock_monotonic_ms();
    return left > 0 ? left : 0;
}

bool deadline_passed(struct deadline deadline)
{
    return deadline_left_ms(deadline) == 0;
}

bool deadline_await(struct deadline deadline, int descriptor, short events)
{
    struct pollfd waited_for = {.fd = descriptor, .events = events};
    int ready = -1;
    do {
        int64_t left_ms = deadline_left_ms(deadline);
        if (left_ms == 0)
            return false;
        ready = system_calls->poll(&waited_for, 1, left_ms < INT_MAX ? (int)left_ms : INT_MAX);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

/* Different for processes that ask at the same moment, even where the system has no random ones yet. */
static unsigned any_number(void)
{
    unsigned number = 0;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != (ssize_t)sizeof number)
        number = (unsigned)getpid();
    return number;
}

static bool random_sleep(struct deadline deadline, unsigned least_ms, unsigned most_ms)
{
    if (deadline_left_ms(deadline) <= (int64_t)most_ms)
        return false;
    unsigned span = most_ms - least_ms + 1;
    (void)system_calls->poll(NULL, 0, (int)(least_ms + any_number() % span));
    return true;
}

static unsigned doubled(unsigned first_ms, unsigned times, unsigned limit_ms)
{
    unsigned ms = first_ms;
    for (; times > 0 && ms < limit_ms; times--)
        ms *= 2;
    return ms < limit_ms ? ms : limit_ms;
}

bool deadline_back_off(struct deadline deadline, unsigned attempt)
{
    return random_sleep(deadline, 1, doubled(BACK_OFF_FIRST_MS, attempt, BACK_OFF_MAX_MS));
}

bool deadline_back_off_busy(struct deadline deadline, unsigned attempt)
{
    unsigned most_ms = doubled(BUSY_FIRST_MS, attempt, BUSY_MAX_MS);
    return random_sleep(deadline, most_ms - most_ms / 2, most_ms);
}
