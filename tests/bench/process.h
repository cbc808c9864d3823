/*
 * Starting what is measured, as a web server starts it: standard input is /dev/null or a body,
 * standard output is a pipe, wide enough and emptied fast enough that nobody waits for the reader,
 * and the log goes to another pipe, to be shown if the process fails. Whatever fails in here ends
 * the bench.
 */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stddef.h>

enum { PIPE_SIZE = 1 << 20 }; /* what an ordinary user may ask for */

struct process {
    char *const *arguments; /* the first one is the program's path */
    char *const *environment;
    int input; /* standard input; -1: /dev/null */
};

struct output {
    size_t length;
    char start[2048]; /* of the output, ended by a NUL */
};

/* Say what failed, by errno, and end the bench. */
void die(const char *what);

/* Say this of the program, show its log and its answer (unless null), and end the bench. */
void die_of_answer(const char *program, const char *what, const struct output *output);

/* The pipe for standard error; forget what is in it. */
int process_log(void);
void process_log_clear(void);

/* Start a process, take all of its output, wait for it; the microseconds that took. */
double process_time(const struct process *process, struct output *output);

/* A pipe that holds all of this and nothing else, for standard input; at most PIPE_SIZE bytes. */
int pipe_filled(const char *bytes, size_t length);

#endif
