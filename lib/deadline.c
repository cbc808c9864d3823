#include "deadline.h"

#include "clock.h"
#include "system_calls.h"

#include <stddef.h>
#include <sys/random.h>
#include <unistd.h>

enum { BACK_OFF_FIRST_MS = 10, BACK_OFF_DOUBLINGS = 5 };

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

/* Different for processes that ask at the same moment, even where the system has no random ones yet. */
static unsigned any_number(void)
{
    unsigned number = 0;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != (ssize_t)sizeof number)
        number = (unsigned)getpid();
    return number;
}

bool deadline_back_off(struct deadline deadline, unsigned attempt)
{
    unsigned doublings = attempt < BACK_OFF_DOUBLINGS ? attempt : BACK_OFF_DOUBLINGS;
    unsigned most = (unsigned)BACK_OFF_FIRST_MS << doublings;
    if (deadline_left_ms(deadline) <= (int64_t)most)
        return false;
    (void)system_calls->poll(NULL, 0, (int)(any_number() % most) + 1);
    return true;
}
