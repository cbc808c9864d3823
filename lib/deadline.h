/*
 * Until when the work of a request may take, where it waits for others. A plain value.
 */
#ifndef SCHEDULE_DEADLINE_H
#define SCHEDULE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    int64_t end_ms; /* of clock_monotonic_ms */
};

/* One that is `limit_ms` (0 or more) milliseconds away. */
struct deadline deadline_in(int64_t limit_ms);

/* The nearer one of it and `limit_ms` from now. */
struct deadline deadline_within(struct deadline deadline, int64_t limit_ms);

/* How many milliseconds are left: 0 once it has passed. */
int64_t deadline_left_ms(struct deadline deadline);

bool deadline_passed(struct deadline deadline);

/* Wait until the descriptor is ready for one of `events` (poll). False if the deadline comes first. */
bool deadline_await(struct deadline deadline, int descriptor, short events);

/*
 * Sleep for a random time, so that those who were in each other's way once are not so again: up to 10
 * ms at the first `attempt` (0), twice as long at each further one, but never longer than 320 ms.
 * False, without sleeping, if that could last until the deadline.
 */
bool deadline_back_off(struct deadline deadline, unsigned attempt);

/*
 * The same for who asked a server that is too busy: up to 60 ms at first, never longer than a second,
 * and half of that at least.
 */
bool deadline_back_off_busy(struct deadline deadline, unsigned attempt);

#endif
