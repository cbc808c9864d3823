#include "backup_file.h"
#include "opened_directory.h"
#include "system_calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t kept;

static void check_text(int64_t revision, const char *expected)
{
    struct document document;
    assert_int_equal(backup_file_load(&directory, revision, &document, NULL), STATUS_OK);
    assert_int_equal(document.revision, revision);
    assert_int_equal(document.length, strlen(expected));
    assert_memory_equal(document.text, expected, strlen(expected));
    document_release(&document);
}

static void what_is_kept_is_the_same_file(void **state)
{
    file_write(path_in(*state, "data"), "{\"a\":1}");
    assert_int_equal(backup_file_keep(&directory, "data", 1769000000123, &kept, NULL), STATUS_OK);
    struct stat backup = file_stat(path_in(*state, "backup-1769000000123.json"));
    assert_int_equal(backup.st_ino, file_stat(path_in(*state, "data")).st_ino);
    check_text(1769000000123, "{\"a\":1}");
    /* Once more, as after a save that was killed in between. */
    assert_int_equal(backup_file_keep(&directory, "data", 1769000000123, &kept, NULL), STATUS_OK);
    assert_int_equal(entries_count(*state, ""), 2);
}

static void a_taken_name_is_left_alone(void **state)
{
    file_write(path_in(*state, "data"), "{\"a\":1}");
    file_write(path_in(*state, "backup-1769000000123.json"), "{\"mine\":1}");
    assert_int_equal(backup_file_keep(&directory, "data", 1769000000123, &kept, NULL), STATUS_OK);
    assert_int_equal(kept, 1769000000122); /* which no later document can be */
    check_text(1769000000123, "{\"mine\":1}");
    check_text(1769000000122, "{\"a\":1}");
    kept = 0;
    file_write(path_in(*state, "backup-1769000000125.json"), "{\"a\":1}");
    assert_int_equal(backup_file_keep(&directory, "data", 1769000000125, &kept, NULL), STATUS_OK);
    assert_int_equal(kept, 0); /* a hand copied it there */
}

static void no_name_that_is_taken_is_given(void **state)
{
    static const char *const taken[] = {"backup-0000000000003.json", "backup-0000000000002.json",
                                        "backup-0000000000001.json"};
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        file_write(path_in(*state, taken[i]), "{\"mine\":1}");
    file_write(path_in(*state, "data"), "{\"a\":1}");
    assert_int_equal(backup_file_keep(&directory, "data", 3, &kept, &error), STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "backup-0000000000001.json' and the names behind it are"));
    assert_int_equal(entries_count(*state, ""), 4);
    check_text(1, "{\"mine\":1}");
}

static void what_cannot_be_pinned_changes_nothing(void **state)
{
    struct error error = ERROR_INIT;
    assert_int_equal(backup_file_pin(&directory, "data", 5, NULL), STATUS_NOT_FOUND);
    file_write(path_in(*state, "data"), "{\"a\":1}");
    file_write(path_in(*state, "pinned-0000000000005.json"), "{\"mine\":1}");
    assert_int_equal(backup_file_pin(&directory, "data", 5, &error), STATUS_CONFLICT);
    assert_non_null(strstr(error.text, "pinned-0000000000005.json' is another document"));
    check_text(5, "{\"mine\":1}");
    assert_int_equal(entries_count(*state, ""), 2);
}

static void what_is_pinned_is_not_kept_twice(void **state)
{
    file_write(path_in(*state, "data"), "{\"a\":1}");
    assert_int_equal(backup_file_pin(&directory, "data", 1769000000123, NULL), STATUS_OK);
    assert_int_equal(backup_file_pin(&directory, "data", 1769000000123, NULL), STATUS_OK);
    assert_int_equal(backup_file_keep(&directory, "data", 1769000000123, &kept, NULL), STATUS_OK);
    assert_int_equal(entries_count(*state, ""), 2);
    struct stat pinned = file_stat(path_in(*state, "pinned-1769000000123.json"));
    assert_int_not_equal(pinned.st_ino, file_stat(path_in(*state, "data")).st_ino);
    check_text(1769000000123, "{\"a\":1}");
}

static struct system_calls calls;
static int link_errno;

static int refused_link(int old_directory, const char *old_path, int new_directory,
                        const char *new_path, int flags)
{
    (void)old_directory;
    (void)old_path;
    (void)new_directory;
    (void)new_path;
    (void)flags;
    errno = link_errno;
    return -1;
}

static void a_copy_is_kept_where_links_are_refused(void **state)
{
    static const int refusals[] = {EPERM, EACCES, EMLINK, EOPNOTSUPP, ENOSYS, EXDEV};
    file_write(path_in(*state, "data"), "{\"a\":1}");
    calls = system_calls_libc;
    calls.linkat = refused_link;
    system_calls = &calls;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        link_errno = refusals[i];
        int64_t revision = 1769000000123 + (int64_t)i;
        assert_int_equal(backup_file_keep(&directory, "data", revision, &kept, NULL), STATUS_OK);
        check_text(revision, "{\"a\":1}");
    }
    assert_int_equal(entries_count(*state, "project-data.json.tmp"), 0);
    link_errno = ENOSPC;
    assert_int_equal(backup_file_keep(&directory, "data", 1, &kept, NULL), STATUS_NO_SPACE);
    link_errno = EIO;
    assert_int_equal(backup_file_keep(&directory, "data", 1, &kept, NULL), STATUS_UNAVAILABLE);
}

/* Somebody else, with the lock of another lock file, keeps the same document just before. */
static int link_beaten(int old_directory, const char *old_path, int new_directory,
                       const char *new_path, int flags)
{
    assert_int_equal(linkat(old_directory, old_path, new_directory, new_path, flags), 0);
    return linkat(old_directory, old_path, new_directory, new_path, flags);
}

static void what_another_keeps_at_the_same_time_is_kept(void **state)
{
    file_write(path_in(*state, "data"), "{\"a\":1}");
    calls = system_calls_libc;
    calls.linkat = link_beaten;
    system_calls = &calls;
    kept = 0;
    assert_int_equal(backup_file_keep(&directory, "data", 1769000000123, &kept, NULL), STATUS_OK);
    assert_int_equal(kept, 0);
    check_text(1769000000123, "{\"a\":1}");
    assert_int_equal(entries_count(*state, ""), 2);

    /* A name that is there but cannot be looked at is no reason to go on for ever. */
    calls.linkat = refused_link;
    link_errno = EEXIST;
    assert_int_equal(backup_file_keep(&directory, "data", 1769000000125, &kept, NULL),
                     STATUS_UNAVAILABLE);
}

static void long_documents_are_copied_whole(void **state)
{
    size_t length = 200001;
    char *text = malloc(length + 1);
    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + length - 2, "\"}", 3);
    file_write(path_in(*state, "data"), text);
    assert_int_equal(backup_file_pin(&directory, "data", 5, NULL), STATUS_OK);
    char *copy = file_read(path_in(*state, "pinned-0000000000005.json"));
    assert_string_equal(copy, text);
    free(copy);
    free(text);
}

static void files_of_all_kinds_are_listed(void **state)
{
    static const struct document_text text = {.bytes = "{\"b\":22}", .length = 8};
    struct backup_list list;
    backup_list_init(&list);
    file_write(path_in(*state, "backup-1769000000001.json"), "{}");
    file_write(path_in(*state, "pinned-1769000000003.json"), "{}");
    file_write(path_in(*state, "project-data.json"), "{}");
    assert_int_equal(mkdir(path_in(*state, "backup-1769000000009.json"), 0755), 0);
    assert_int_equal(symlink("/etc/passwd", path_in(*state, "backup-1769000000008.json")), 0);
    assert_int_equal(backup_file_write(&directory, BACKUP_SUBMITTED, 1769000000002, text, NULL),
                     STATUS_OK);
    assert_int_equal(backup_file_list(&directory, &list, NULL), STATUS_OK);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.entries[0].kind, BACKUP_PINNED);
    assert_int_equal(list.entries[1].kind, BACKUP_SUBMITTED);
    assert_int_equal(list.entries[1].length, 8);
    assert_int_equal(list.entries[2].revision, 1769000000001);
    backup_list_release(&list);
}

static void check_exists(enum backup_kind kind, int64_t revision, bool expected)
{
    bool exists = !expected;
    assert_int_equal(backup_file_exists(&directory, kind, revision, &exists, NULL), STATUS_OK);
    assert_int_equal(exists, expected);
}

static void a_name_exists_whatever_it_is_of(void **state)
{
    file_write(path_in(*state, "base-1769000000001.json"), "{}");
    assert_int_equal(mkdir(path_in(*state, "backup-1769000000001.json"), 0755), 0);
    assert_int_equal(symlink("nowhere", path_in(*state, "pinned-1769000000001.json")), 0);
    check_exists(BACKUP_BASE, 1769000000001, true);
    check_exists(BACKUP_REPLACED, 1769000000001, true);
    check_exists(BACKUP_PINNED, 1769000000001, true);
    check_exists(BACKUP_SUBMITTED, 1769000000001, false);
    check_exists(BACKUP_BASE, 1769000000002, false);
}

static int stat_failed(int at, const char *name, struct stat *found, int flags)
{
    (void)at;
    (void)name;
    (void)found;
    (void)flags;
    errno = EIO;
    return -1;
}

static void what_cannot_be_told_is_not_taken_for_missing(void **state)
{
    struct error error = ERROR_INIT;
    bool exists = false;
    (void)state;
    calls = system_calls_libc;
    calls.fstatat = stat_failed;
    system_calls = &calls;
    assert_int_equal(backup_file_exists(&directory, BACKUP_PINNED, 7, &exists, &error),
                     STATUS_UNAVAILABLE);
    assert_memory_equal(error.text, "EIO: ", 5);
    assert_non_null(strstr(error.text, "/pinned-0000000000007.json'"));
}

static void what_is_no_document_is_not_loaded(void **state)
{
    struct document document;
    struct error error = ERROR_INIT;
    assert_int_equal(backup_file_load(&directory, 7, &document, &error), STATUS_NOT_FOUND);
    assert_string_equal(error.text, "there is no backup of revision 7");
    file_write(path_in(*state, "backup-0000000000007.json"), "[]");
    assert_int_equal(backup_file_load(&directory, 7, &document, NULL), STATUS_CORRUPT);
    assert_int_equal(symlink("/etc/passwd", path_in(*state, "backup-0000000000008.json")), 0);
    assert_int_equal(backup_file_load(&directory, 8, &document, NULL), STATUS_NOT_FOUND);
}

static void what_is_set_aside_gets_a_name_of_its_own(void **state)
{
    char name[BACKUP_NAME_SIZE];
    file_write(path_in(*state, "data"), "{\"torn");
    assert_int_equal(backup_file_set_aside(&directory, "data", 7, name, NULL), STATUS_OK);
    assert_string_equal(name, "data.corrupt-7");
    assert_int_equal(backup_file_set_aside(&directory, "data", 7, name, NULL), STATUS_OK);
    assert_int_equal(entries_count(*state, "data.corrupt-"), 1); /* it is there already */
    assert_int_equal(unlink(path_in(*state, "data")), 0);
    file_write(path_in(*state, "data"), "{\"worn");
    assert_int_equal(backup_file_set_aside(&directory, "data", 7, name, NULL), STATUS_OK);
    assert_string_equal(name, "data.corrupt-6");
    char *text = file_read(path_in(*state, name));
    assert_string_equal(text, "{\"worn");
    free(text);
}

static void a_base_is_found_but_has_another_name(void **state)
{
    file_write(path_in(*state, "backup-1769000000123.json"), "{\"a\":1}");
    assert_int_equal(backup_file_demote(&directory, BACKUP_REPLACED, 1769000000123, NULL),
                     STATUS_OK);
    assert_true(file_exists(path_in(*state, "base-1769000000123.json")));
    check_text(1769000000123, "{\"a\":1}");
    assert_int_equal(backup_file_remove(&directory, 1769000000123, NULL), STATUS_OK);
    assert_int_equal(entries_count(*state, ""), 0);
}

static void all_of_a_revision_is_removed(void **state)
{
    file_write(path_in(*state, "backup-0000000000007.json"), "{}");
    file_write(path_in(*state, "pinned-0000000000007.json"), "{}");
    assert_int_equal(backup_file_remove(&directory, 7, NULL), STATUS_OK);
    assert_int_equal(entries_count(*state, ""), 0);
    assert_int_equal(backup_file_remove(&directory, 7, NULL), STATUS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OPENED_DIRECTORY(what_is_kept_is_the_same_file),
        WITH_OPENED_DIRECTORY(a_taken_name_is_left_alone),
        WITH_OPENED_DIRECTORY(no_name_that_is_taken_is_given),
        WITH_OPENED_DIRECTORY(what_cannot_be_pinned_changes_nothing),
        WITH_OPENED_DIRECTORY(what_is_pinned_is_not_kept_twice),
        WITH_OPENED_DIRECTORY(a_copy_is_kept_where_links_are_refused),
        WITH_OPENED_DIRECTORY(what_another_keeps_at_the_same_time_is_kept),
        WITH_OPENED_DIRECTORY(long_documents_are_copied_whole),
        WITH_OPENED_DIRECTORY(files_of_all_kinds_are_listed),
        WITH_OPENED_DIRECTORY(a_name_exists_whatever_it_is_of),
        WITH_OPENED_DIRECTORY(what_cannot_be_told_is_not_taken_for_missing),
        WITH_OPENED_DIRECTORY(what_is_no_document_is_not_loaded),
        WITH_OPENED_DIRECTORY(what_is_set_aside_gets_a_name_of_its_own),
        WITH_OPENED_DIRECTORY(a_base_is_found_but_has_another_name),
        WITH_OPENED_DIRECTORY(all_of_a_revision_is_removed),
    };
    return cmocka_run_group_tests_name("backup_file", tests, NULL, NULL);
}
