#include "temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int temporary_setup(void **state)
{
    const char *base = getenv("TMPDIR");
    char *path = malloc(TEMPORARY_PATH_SIZE);
    assert_non_null(path);
    (void)snprintf(path, TEMPORARY_PATH_SIZE, "%s/schedule-test-XXXXXX",
                   base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(path));
    assert_int_equal(chmod(path, 0755), 0);
    *state = path;
    return 0;
}

static int entry_remove(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

int temporary_teardown(void **state)
{
    char *path = *state;
    (void)chmod(path, 0755);
    int result = nftw(path, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
    free(path);
    return result;
}

const char *path_in(const char *directory, const char *name)
{
    static char paths[4][TEMPORARY_PATH_SIZE];
    static unsigned next;
    char *path = paths[next++ % 4];
    int length = snprintf(path, TEMPORARY_PATH_SIZE, "%s/%s", directory, name);
    assert_in_range(length, 1, TEMPORARY_PATH_SIZE - 1);
    return path;
}

void file_write_bytes(const char *path, const void *bytes, size_t length)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, length), length);
    assert_int_equal(close(descriptor), 0);
}

void file_write(const char *path, const char *text)
{
    file_write_bytes(path, text, strlen(text));
}

char *file_read(const char *path)
{
    struct stat status = file_stat(path);
    char *text = malloc((size_t)status.st_size + 1);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    assert_non_null(text);
    assert_true(descriptor >= 0);
    assert_int_equal(read(descriptor, text, (size_t)status.st_size), status.st_size);
    text[status.st_size] = '\0';
    (void)close(descriptor);
    return text;
}

void check_stored_text(const char *directory, const char *expected)
{
    char *text = file_read(path_in(directory, "project-data.json"));
    assert_string_equal(text, expected);
    free(text);
}

bool file_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

struct stat file_stat(const char *path)
{
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    return status;
}

size_t entries_count(const char *directory, const char *prefix)
{
    size_t count = 0;
    DIR *entries = opendir(directory);
    assert_non_null(entries);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        bool own = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        count += !own && strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
    }
    (void)closedir(entries);
    return count;
}
