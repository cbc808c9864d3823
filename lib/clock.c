#include "clock.h"

#include "system_calls.h"

static int64_t clock_read_ms(clockid_t clock)
{
    struct timespec now = {0};
    /* Fails for unknown clocks only, and both of ours are in POSIX. */
    (void)system_calls->clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_realtime_ms(void)
{
    return clock_read_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
    return clock_read_ms(CLOCK_MONOTONIC);
}
