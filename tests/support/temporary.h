/*
 * A temporary directory for each test, as cmocka setup and teardown, and small file helpers on it.
 * Whatever fails in here fails the test that called it.
 */
#ifndef TEST_TEMPORARY_H
#define TEST_TEMPORARY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <sys/stat.h>

enum { TEMPORARY_PATH_SIZE = 512 };

/* Make a directory of mode 0755 and let `*state` be its path (char *); remove all of it again. */
int temporary_setup(void **state);
int temporary_teardown(void **state);

/* A test that has one. */
#define WITH_DIRECTORY(test)                                                                       \
    cmocka_unit_test_setup_teardown(test, temporary_setup, temporary_teardown)

/* "<directory>/<name>" in a static buffer that the fourth call from now overwrites. */
const char *path_in(const char *directory, const char *name);

void file_write(const char *path, const char *text);
void file_write_bytes(const char *path, const void *bytes, size_t length);

/* The whole file, ended by a NUL; for the caller to free. */
char *file_read(const char *path);

/* The document that is stored in this data directory is this text. */
void check_stored_text(const char *directory, const char *expected);

bool file_exists(const char *path);
struct stat file_stat(const char *path);

/* How many entries the directory has whose names start with `prefix`. */
size_t entries_count(const char *directory, const char *prefix);

#endif
