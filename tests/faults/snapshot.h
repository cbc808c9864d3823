/*
 * All files of a directory at one moment: names, contents, modification times.
 */
#ifndef TEST_SNAPSHOT_H
#define TEST_SNAPSHOT_H

#include "temporary.h"

enum { SNAPSHOT_FILES_MAX = 64, SNAPSHOT_NAME_SIZE = 64 };

struct snapshot_file {
    char name[SNAPSHOT_NAME_SIZE];
    char *text;
    size_t length;
    int64_t mtime_ms;
};

struct snapshot {
    size_t count;
    struct snapshot_file files[SNAPSHOT_FILES_MAX];
};

/* Of what is there; a directory that is missing counts as empty. */
void snapshot_take(struct snapshot *snapshot, const char *directory);
void snapshot_release(struct snapshot *snapshot);

/* Make the directory, which may be missing, what the snapshot says. */
void snapshot_restore(const struct snapshot *snapshot, const char *directory);

/* The file of that name, or null. */
const struct snapshot_file *snapshot_find(const struct snapshot *snapshot, const char *name);

/* Whether one of its files with this prefix has the same contents. */
bool snapshot_has_contents(const struct snapshot *snapshot, const char *prefix,
                           const struct snapshot_file *file);

/* How many of its names begin so. */
size_t snapshot_count(const struct snapshot *snapshot, const char *prefix);

/* Whether both are there with the same contents, or neither is. */
bool snapshot_files_equal(const struct snapshot_file *left, const struct snapshot_file *right);

/* Give up on a test, and list what there is. */
void snapshot_fail(const struct snapshot *snapshot, const char *what) __attribute__((noreturn));

#endif
