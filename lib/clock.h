/*
 * Time in milliseconds, which is all the precision this program has use for.
 */
#ifndef SCHEDULE_CLOCK_H
#define SCHEDULE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970-01-01 UTC. The system's clock may be set back at any time. */
int64_t clock_realtime_ms(void);

/* Milliseconds since some fixed moment; never goes back. */
int64_t clock_monotonic_ms(void);

#endif
