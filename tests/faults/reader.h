/*
 * A process that loads the document again and again while others save and are killed, as many pages
 * do. It must find nothing but whole documents that it was told of, and never an error.
 *
 * Life cycle: reader_start forks it; reader_stop ends it, fails the test that calls it if the reader
 * has seen what it must not see, and tells how often it loaded.
 */
#ifndef TEST_READER_H
#define TEST_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { READER_TEXTS_MAX = 8 };

struct reader {
    const char *directory;
    const char *texts[READER_TEXTS_MAX]; /* the whole documents, ended by null */
    pid_t process;
    struct reader_shared *shared;
};

/* `directory` and `texts` are set. */
void reader_start(struct reader *reader);
size_t reader_stop(struct reader *reader);

#endif
