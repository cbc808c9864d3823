/*
 * Times and their medians, for what is measured side by side.
 */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <stddef.h>

/* Microseconds since some fixed moment. */
double now_us(void);

/* The median of `count` times (at least one), which are sorted. */
double median(double *times, size_t count);

#endif
