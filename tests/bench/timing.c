#include "timing.h"

#include <stdlib.h>
#include <time.h>

double now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* A Williams design: 0, 1, n - 1, 2, n - 2, ..., and in each further round the next of each. */
size_t turn_of(size_t round, size_t place, size_t contestants)
{
    size_t step = place % 2 != 0 ? (place + 1) / 2 : contestants - place / 2;
    return (round + step) % contestants;
}

static int time_order(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

double median(double *times, size_t count)
{
    qsort(times, count, sizeof times[0], time_order);
    return times[count / 2];
}
