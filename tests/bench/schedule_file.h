/*
 * What the requests that are measured find stored.
 */
#ifndef BENCH_SCHEDULE_FILE_H
#define BENCH_SCHEDULE_FILE_H

#include <stddef.h>

/* Write a schedule of about `size` bytes, as a save would have written it. Ends the bench if it cannot. */
void schedule_file_write(const char *path, size_t size);

#endif
