/*
 * What tests do otherwise under valgrind, which is some 30 times slower. They notice by themselves;
 * without it nothing here changes anything.
 */
#ifndef TEST_VALGRIND_RUN_H
#define TEST_VALGRIND_RUN_H

#include <stdbool.h>

bool valgrind_runs(void);

/*
 * How often to repeat what is repeated `count` times: a twentieth of that, but once at least. What
 * code there is runs all the same; rare combinations are what the other builds look for.
 */
unsigned repetitions(unsigned count);

/*
 * Let waiting for a lock end by a signal, as it does: valgrind (3.19) holds signals back while a
 * process waits for F_OFD_SETLKW. To be called before a wait that shall time out; also as cmocka's
 * setup of a group.
 */
int valgrind_lock_waits(void **state);

#endif
