/*
 * Starting what is measured. Whatever fails in here ends the bench.
 */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stddef.h>

/* Say what failed, by errno, and end the bench. */
void die(const char *what);

/* Start a process, take all of its output, wait for it; the microseconds that took. */
double process_time(char *const arguments[], char *const environment[], size_t *output);

#endif
