/*
 * Times and their medians, for what is measured side by side.
 */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <stddef.h>

/* Microseconds since some fixed moment. */
double now_us(void);

/*
 * Whose turn it is at `place` of the round, of an even number of contestants: over so many rounds each
 * has every place once, and comes right behind each of the others once. What ran before leaves the
 * caches warm or cold, which with a fixed order favoured some by a tenth.
 */
size_t turn_of(size_t round, size_t place, size_t contestants);

/* The median of `count` times (at least one), which are sorted. */
double median(double *times, size_t count);

#endif
