#include "backup_ledger.h"
#include "opened_directory.h"
#include "system_calls.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct backup_list list_make(size_t count)
{
    struct backup_list list;
    backup_list_init(&list);
    for (size_t i = 0; i < count; i++) {
        const struct backup backup = {.revision = (int64_t)(1769000000000 - i),
                                      .length = (int64_t)(100 + i),
                                      .kind = (enum backup_kind)(i % (BACKUP_BASE + 1))};
        assert_int_equal(backup_list_add(&list, backup, NULL), STATUS_OK);
    }
    return list;
}

static const int64_t looked = INT64_C(1769000000000);

/* Note so many backups, long enough ago for the directory's times to change from now on. */
static void note(size_t count)
{
    const struct timespec tick = {.tv_nsec = 20000000};
    struct backup_list list = list_make(count);
    struct file_lock lock = opened_directory_lock();
    backup_ledger_write(&lock, &list, looked);
    file_lock_release(&lock);
    backup_list_release(&list);
    (void)nanosleep(&tick, NULL);
}

static bool is_known_at(int64_t now_ms, struct backup_list *list)
{
    struct file_lock lock = opened_directory_lock();
    int64_t looked_ms = 0;
    backup_list_init(list);
    bool known = backup_ledger_read(&lock, now_ms, list, &looked_ms);
    assert_int_equal(looked_ms, known ? looked : 0);
    file_lock_release(&lock);
    return known;
}

static bool is_known(struct backup_list *list)
{
    return is_known_at(looked, list);
}

static void check_unknown(void)
{
    struct backup_list list;
    assert_false(is_known(&list));
    assert_int_equal(list.count, 0);
    backup_list_release(&list);
}

static void check_known(size_t count)
{
    struct backup_list noted = list_make(count);
    struct backup_list list;
    assert_true(is_known(&list));
    assert_int_equal(list.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(list.entries[i].revision, noted.entries[i].revision);
        assert_int_equal(list.entries[i].length, noted.entries[i].length);
        assert_int_equal(list.entries[i].kind, noted.entries[i].kind);
    }
    backup_list_release(&list);
    backup_list_release(&noted);
}

static void what_was_noted_is_known(void **state)
{
    (void)state;
    check_unknown();
    for (size_t count = 0; count < 100; count += 33) {
        note(count);
        check_known(count);
    }
    note(BACKUP_LEDGER_MAX);
    check_known(BACKUP_LEDGER_MAX);
}

static void a_list_that_is_too_long_is_not_noted(void **state)
{
    (void)state;
    note(BACKUP_LEDGER_MAX + 1);
    check_unknown();
}

static void what_is_forgotten_is_not_known(void **state)
{
    (void)state;
    note(7);
    struct file_lock lock = opened_directory_lock();
    backup_ledger_forget(&lock);
    file_lock_release(&lock);
    check_unknown();
    note(7);
    check_known(7);
}

/* What a hand can do to the directory; after each nothing is known. */
static void entry_make(void)
{
    file_write(path_in(directory.path, "made"), "");
}

static void entry_rename(void)
{
    assert_int_equal(rename(path_in(directory.path, "made"), path_in(directory.path, "renamed")),
                     0);
}

static void entry_remove(void)
{
    assert_int_equal(unlink(path_in(directory.path, "renamed")), 0);
}

/* As who does not want it to be noticed. */
static void entry_make_back_then(void)
{
    struct stat before = file_stat(directory.path);
    const struct timespec times[2] = {before.st_atim, before.st_mtim};
    file_write(path_in(directory.path, "secret"), "");
    assert_int_equal(utimensat(AT_FDCWD, directory.path, times, 0), 0);
}

static void a_directory_that_was_changed_has_to_be_looked_through(void **state)
{
    void (*const changes[])(void) = {entry_make, entry_rename, entry_remove, entry_make_back_then};
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        note(5);
        check_known(5);
        changes[i]();
        check_unknown();
    }
}

static void somebody_looks_once_a_minute(void **state)
{
    static const struct {
        int64_t after_ms;
        bool known;
    } times[] = {{-1, false}, {0, true}, {BACKUP_LEDGER_MS - 1, true}, {BACKUP_LEDGER_MS, false}};
    (void)state;
    note(5);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct backup_list list;
        assert_int_equal(is_known_at(looked + times[i].after_ms, &list), times[i].known);
        backup_list_release(&list);
    }
}

static void files_that_are_changed_in_place_change_nothing(void **state)
{
    file_write(path_in(*state, "there"), "1");
    note(5);
    file_write(path_in(*state, "there"), "22");
    check_known(5);
}

static void a_damaged_ledger_counts_for_nothing(void **state)
{
    enum { ENTRIES = 3 };
    size_t damaged = 0;
    char byte;
    note(ENTRIES);
    int lock = open(path_in(*state, "data.lock"), O_RDWR | O_CLOEXEC);
    assert_true(lock >= 0);
    for (off_t i = 0; pread(lock, &byte, 1, i) == 1; i++) {
        const char other = (char)(byte ^ 1);
        struct backup_list list;
        assert_int_equal(pwrite(lock, &other, 1, i), 1);
        damaged += !is_known(&list);
        backup_list_release(&list);
        assert_int_equal(pwrite(lock, &byte, 1, i), 1);
    }
    /* Nine numbers, and three for each entry; before them is what is not the ledger's. */
    assert_int_equal(damaged, (9 + 3 * ENTRIES) * sizeof(uint64_t));
    check_known(ENTRIES);
    struct stat whole = file_stat(path_in(*state, "data.lock"));
    assert_int_equal(ftruncate(lock, whole.st_size - 1), 0);
    check_unknown();
    assert_int_equal(ftruncate(lock, 0), 0);
    check_unknown();
    (void)close(lock);
}

static int stat_in_seconds(int descriptor, struct stat *found)
{
    int result = fstat(descriptor, found);
    if (S_ISDIR(found->st_mode))
        found->st_ctim.tv_nsec = 0;
    return result;
}

static void times_of_whole_seconds_tell_too_little(void **state)
{
    struct system_calls calls = system_calls_libc;
    (void)state;
    calls.fstat = stat_in_seconds;
    system_calls = &calls;
    note(5);
    check_unknown();
    system_calls = &system_calls_libc;
    check_unknown();
}

static void a_file_that_a_hand_linked_there_is_not_written_to(void **state)
{
    note(5);
    assert_int_equal(link(path_in(*state, "data.lock"), path_in(*state, "precious")), 0);
    char *before = file_read(path_in(*state, "precious"));
    note(6);
    check_unknown();
    char *after = file_read(path_in(*state, "precious"));
    assert_string_equal(before, after);
    assert_int_equal(file_stat(path_in(*state, "precious")).st_size,
                     file_stat(path_in(*state, "data.lock")).st_size);
    free(before);
    free(after);
    assert_int_equal(unlink(path_in(*state, "precious")), 0);
    note(6);
    check_known(6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OPENED_DIRECTORY(what_was_noted_is_known),
        WITH_OPENED_DIRECTORY(a_list_that_is_too_long_is_not_noted),
        WITH_OPENED_DIRECTORY(what_is_forgotten_is_not_known),
        WITH_OPENED_DIRECTORY(a_directory_that_was_changed_has_to_be_looked_through),
        WITH_OPENED_DIRECTORY(somebody_looks_once_a_minute),
        WITH_OPENED_DIRECTORY(files_that_are_changed_in_place_change_nothing),
        WITH_OPENED_DIRECTORY(a_damaged_ledger_counts_for_nothing),
        WITH_OPENED_DIRECTORY(times_of_whole_seconds_tell_too_little),
        WITH_OPENED_DIRECTORY(a_file_that_a_hand_linked_there_is_not_written_to),
    };
    return cmocka_run_group_tests_name("backup_ledger", tests, NULL, NULL);
}
