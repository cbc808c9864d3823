/*
 * A warm Node.js that parses, stringifies and writes a text when told to (node_save.mjs).
 * Whatever fails in here ends the bench.
 */
#ifndef BENCH_NODE_SAVER_H
#define BENCH_NODE_SAVER_H

#include <stdio.h>
#include <sys/types.h>

struct node_saver {
    pid_t process;
    FILE *orders;
    FILE *times;
};

/* Start it with the text in the file `source`, to be written to `target`; end it. */
void node_saver_start(struct node_saver *saver, char *script, char *source, char *target);
void node_saver_stop(struct node_saver *saver);

/* Have it save once; the microseconds that took. */
double node_saver_time(const struct node_saver *saver);

#endif
