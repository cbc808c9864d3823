#include "snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void file_take(struct snapshot *snapshot, const char *directory, const char *name)
{
    struct snapshot_file *file = &snapshot->files[snapshot->count];
    const char *path = path_in(directory, name);
    struct stat found = file_stat(path);
    if (!S_ISREG(found.st_mode))
        return;
    assert_in_range(snapshot->count++, 0, SNAPSHOT_FILES_MAX - 1);
    assert_true(strlen(name) < sizeof file->name);
    (void)strcpy(file->name, name);
    /* What the lock file holds counts for nothing once a file is another one, as all are that are restored. */
    bool is_lock = strcmp(name, "data.lock") == 0;
    file->text = is_lock ? strdup("") : file_read(path);
    file->length = is_lock ? 0 : (size_t)found.st_size;
    file->mtime_ms = (int64_t)found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1000000;
}

void snapshot_take(struct snapshot *snapshot, const char *directory)
{
    snapshot->count = 0;
    DIR *entries = opendir(directory);
    if (entries == NULL) {
        assert_int_equal(errno, ENOENT);
        return;
    }
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
        file_take(snapshot, directory, entry->d_name);
    (void)closedir(entries);
}

void snapshot_release(struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++)
        free(snapshot->files[i].text);
    snapshot->count = 0;
}

static void file_restore(const struct snapshot_file *file, const char *directory)
{
    const struct timespec mtime = {.tv_sec = (time_t)(file->mtime_ms / 1000),
                                   .tv_nsec = (long)(file->mtime_ms % 1000) * 1000000};
    const struct timespec times[2] = {mtime, mtime};
    const char *made = path_in(directory, "restored");
    file_write_bytes(made, file->text, file->length);
    assert_int_equal(utimensat(AT_FDCWD, made, times, 0), 0);
    assert_int_equal(rename(made, path_in(directory, file->name)), 0);
}

static void others_remove(const struct snapshot *snapshot, const char *directory)
{
    DIR *entries = opendir(directory);
    assert_non_null(entries);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (entry->d_name[0] != '.' && snapshot_find(snapshot, entry->d_name) == NULL)
            assert_int_equal(remove(path_in(directory, entry->d_name)), 0);
    }
    (void)closedir(entries);
}

/* Renaming over what is there, so that who reads meanwhile sees whole files. */
void snapshot_restore(const struct snapshot *snapshot, const char *directory)
{
    assert_true(mkdir(directory, 0755) == 0 || errno == EEXIST);
    for (size_t i = 0; i < snapshot->count; i++)
        file_restore(&snapshot->files[i], directory);
    others_remove(snapshot, directory);
}

const struct snapshot_file *snapshot_find(const struct snapshot *snapshot, const char *name)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        if (strcmp(snapshot->files[i].name, name) == 0)
            return &snapshot->files[i];
    }
    return NULL;
}

bool snapshot_files_equal(const struct snapshot_file *left, const struct snapshot_file *right)
{
    if (left == NULL || right == NULL)
        return left == right;
    return left->length == right->length && memcmp(left->text, right->text, left->length) == 0;
}

bool snapshot_has_contents(const struct snapshot *snapshot, const char *prefix,
                           const struct snapshot_file *file)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        if (strncmp(snapshot->files[i].name, prefix, strlen(prefix)) == 0 &&
            snapshot_files_equal(&snapshot->files[i], file))
            return true;
    }
    return false;
}

size_t snapshot_count(const struct snapshot *snapshot, const char *prefix)
{
    size_t count = 0;
    for (size_t i = 0; i < snapshot->count; i++)
        count += strncmp(snapshot->files[i].name, prefix, strlen(prefix)) == 0;
    return count;
}

void snapshot_fail(const struct snapshot *snapshot, const char *what)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        const struct snapshot_file *file = &snapshot->files[i];
        print_error("%s %jd: %.60s\n", file->name, (intmax_t)file->mtime_ms, file->text);
    }
    fail_msg("%s", what);
    abort();
}
