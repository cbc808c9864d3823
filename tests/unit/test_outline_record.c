#include "document.h"
#include "opened_directory.h"
#include "outline_record.h"
#include "system_calls.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char text[] =
    "{\"projects\":[{\"id\":\"p\"}],\"taskTypes\":[{\"id\":\"1\"}],\"pmos\":[]}";
static const char data_name[] = "project-data.json";

static struct json_outline outline_of_text(void)
{
    const struct document_text document = {.bytes = text, .length = sizeof text - 1};
    struct json_outline outline;
    assert_int_equal(document_text_outline(document, &outline, NULL), STATUS_OK);
    return outline;
}

/* Note the outline of what is stored as `text`, as of this file, revision and length. */
static void note(ino_t inode, int64_t revision, size_t length)
{
    struct json_outline outline = outline_of_text();
    const struct outline_subject subject = {
        .name = data_name, .inode = inode, .revision = revision, .length = length};
    struct file_lock lock = opened_directory_lock();
    outline_record_write(&lock, &subject, &outline);
    file_lock_release(&lock);
}

/* A stored document whose outline is noted, saved long enough ago for its times to change. */
static void document_store(void)
{
    const struct timespec second[2] = {{.tv_sec = 1769000000}, {.tv_sec = 1769000000}};
    const struct timespec tick = {.tv_nsec = 20000000};
    const char *path = path_in(directory.path, data_name);
    file_write(path, text);
    assert_int_equal(utimensat(AT_FDCWD, path, second, 0), 0);
    note(file_stat(path).st_ino, INT64_C(1769000000000), sizeof text - 1);
    (void)nanosleep(&tick, NULL);
}

static bool is_known_of(struct stat document, struct json_outline *outline)
{
    int lock_file = open(path_in(directory.path, "data.lock"), O_RDONLY | O_CLOEXEC);
    assert_int_not_equal(lock_file, -1);
    bool known = outline_record_read(lock_file, &document, outline);
    assert_int_equal(close(lock_file), 0);
    return known;
}

static bool is_known(struct json_outline *outline)
{
    return is_known_of(file_stat(path_in(directory.path, data_name)), outline);
}

static void check_known(bool expected)
{
    struct json_outline outline;
    assert_int_equal(is_known(&outline), expected);
}

static void what_was_noted_is_known(void **state)
{
    struct json_outline expected = outline_of_text();
    struct json_outline outline;
    (void)state;
    document_store();
    assert_true(is_known(&outline));
    assert_int_equal(outline.members_end, expected.members_end);
    assert_int_equal(outline.has_members, expected.has_members);
    for (size_t i = 0; i < JSON_WATCHED; i++) {
        const struct json_member *member = &outline.watched[i];
        const struct json_member *wanted = &expected.watched[i];
        assert_int_equal(member->found, wanted->found);
        if (!wanted->found)
            continue;
        assert_int_equal(member->has_content, wanted->has_content);
        assert_int_equal(member->kind, wanted->kind);
        assert_int_equal(member->begin, wanted->begin);
        assert_int_equal(member->end, wanted->end);
    }
}

static void without_a_record_nothing_is_known(void **state)
{
    document_store();
    assert_int_equal(truncate(path_in(*state, "data.lock"), 100), 0);
    check_known(false);
    assert_int_equal(truncate(path_in(*state, "data.lock"), 0), 0);
    check_known(false);
}

static void a_damaged_record_counts_for_nothing(void **state)
{
    char byte;
    document_store();
    int lock = open(path_in(*state, "data.lock"), O_RDWR | O_CLOEXEC);
    assert_true(lock >= 0);
    for (off_t i = 0; pread(lock, &byte, 1, i) == 1; i++) {
        const char other = (char)(byte ^ 1);
        assert_int_equal(pwrite(lock, &other, 1, i), 1);
        check_known(false);
        assert_int_equal(pwrite(lock, &byte, 1, i), 1);
    }
    check_known(true);
    (void)close(lock);
}

/* As who wants nobody to notice. */
static void edit_with_its_times(const char *path)
{
    struct stat before = file_stat(path);
    const struct timespec times[2] = {before.st_atim, before.st_mtim};
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, "q", 1, 20), 1);
    assert_int_equal(futimens(file, times), 0);
    (void)close(file);
    assert_int_equal(file_stat(path).st_mtim.tv_sec, before.st_mtim.tv_sec);
    assert_int_equal(file_stat(path).st_size, before.st_size);
}

static void a_document_that_was_touched_is_not_known(void **state)
{
    document_store();
    edit_with_its_times(path_in(*state, data_name));
    check_known(false);
    document_store();
    assert_int_equal(chmod(path_in(*state, data_name), 0600), 0);
    check_known(false);
    document_store();
    assert_int_equal(link(path_in(*state, data_name), path_in(*state, "another-name")), 0);
    check_known(false);
    document_store();
    assert_int_equal(truncate(path_in(*state, data_name), 5), 0);
    check_known(false);
}

static void another_file_with_its_times_is_not_known(void **state)
{
    document_store();
    struct stat before = file_stat(path_in(*state, data_name));
    const struct timespec times[2] = {before.st_atim, before.st_mtim};
    const char *copy = path_in(*state, "copy");
    file_write(copy, text);
    assert_int_equal(utimensat(AT_FDCWD, copy, times, 0), 0);
    assert_int_equal(rename(copy, path_in(*state, data_name)), 0);
    check_known(false);
}

static void what_is_not_there_any_more_is_not_noted(void **state)
{
    document_store();
    assert_int_equal(truncate(path_in(*state, "data.lock"), 0), 0);
    const ino_t inode = file_stat(path_in(*state, data_name)).st_ino;
    note(inode, INT64_C(1769000000001), sizeof text - 1);
    check_known(false);
    note(inode, INT64_C(1769000000000), sizeof text);
    check_known(false);
    note(inode + 1, INT64_C(1769000000000), sizeof text - 1);
    check_known(false);
    assert_int_equal(file_stat(path_in(*state, "data.lock")).st_size, 0);
}

/* A file system that keeps whole seconds. */
static int stat_in_seconds(int at, const char *path, struct stat *found, int flags)
{
    int result = fstatat(at, path, found, flags);
    found->st_ctim.tv_nsec = 0;
    return result;
}

static void a_time_of_whole_seconds_tells_too_little(void **state)
{
    struct system_calls calls = system_calls_libc;
    (void)state;
    calls.fstatat = stat_in_seconds;
    system_calls = &calls;
    document_store();
    struct stat document = file_stat(path_in(directory.path, data_name));
    struct json_outline outline;
    document.st_ctim.tv_nsec = 0;
    assert_false(is_known_of(document, &outline));
    system_calls = &system_calls_libc;
    document_store();
    check_known(true);
}

static void a_file_that_a_hand_linked_there_is_not_written_to(void **state)
{
    file_write(path_in(*state, "precious"), "precious");
    assert_int_equal(chmod(path_in(*state, "precious"), 0600), 0);
    assert_int_equal(link(path_in(*state, "precious"), path_in(*state, "data.lock")), 0);
    document_store();
    check_known(false);
    char *kept = file_read(path_in(*state, "precious"));
    assert_string_equal(kept, "precious");
    free(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OPENED_DIRECTORY(what_was_noted_is_known),
        WITH_OPENED_DIRECTORY(without_a_record_nothing_is_known),
        WITH_OPENED_DIRECTORY(a_damaged_record_counts_for_nothing),
        WITH_OPENED_DIRECTORY(a_document_that_was_touched_is_not_known),
        WITH_OPENED_DIRECTORY(another_file_with_its_times_is_not_known),
        WITH_OPENED_DIRECTORY(what_is_not_there_any_more_is_not_noted),
        WITH_OPENED_DIRECTORY(a_time_of_whole_seconds_tells_too_little),
        WITH_OPENED_DIRECTORY(a_file_that_a_hand_linked_there_is_not_written_to),
    };
    return cmocka_run_group_tests_name("outline_record", tests, NULL, NULL);
}
