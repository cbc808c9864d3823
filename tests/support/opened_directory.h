/*
 * A data directory for each test, made, opened and removed again, and libc's calls in force afterwards
 * whatever a test put in their place.
 */
#ifndef TEST_OPENED_DIRECTORY_H
#define TEST_OPENED_DIRECTORY_H

#include "data_directory.h"
#include "file_lock.h"
#include "temporary.h"

/* The directory of the running test; its path is the test's `*state` too. */
extern struct data_directory directory;

int opened_directory_setup(void **state);
int opened_directory_teardown(void **state);

/* Its lock, which nobody holds; file_lock_release lets go of it. */
struct file_lock opened_directory_lock(void);

/* A test that has one. */
#define WITH_OPENED_DIRECTORY(test)                                                                \
    cmocka_unit_test_setup_teardown(test, opened_directory_setup, opened_directory_teardown)

#endif
