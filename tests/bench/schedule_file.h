/*
 * What the requests that are measured find stored, or send.
 */
#ifndef BENCH_SCHEDULE_FILE_H
#define BENCH_SCHEDULE_FILE_H

#include <stddef.h>

enum layout {
    LAYOUT_INDENTED, /* as a save stores it */
    LAYOUT_COMPACT   /* as pages send it */
};

/* A schedule; another edition has another first task. Whoever has it made frees the text. */
struct schedule {
    char *text;
    size_t length;
    int tasks;
    int edition;
};

/* One of about `size` bytes. */
struct schedule schedule_make(size_t size, enum layout layout, int edition);

/* The same schedule as a save stores it. */
struct schedule schedule_stored(const struct schedule *sent);

/* Write this text to a file. Whatever fails ends the bench. */
void schedule_file_write(const char *path, const struct schedule *schedule);

#endif
