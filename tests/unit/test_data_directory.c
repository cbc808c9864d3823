#include "data_directory.h"
#include "system_calls.h"
#include "temporary.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status open_and_close(const char *path, bool *created, struct error *error)
{
    struct data_directory directory;
    enum status status = data_directory_open(&directory, path, error);
    *created = directory.created;
    if (status == STATUS_OK) {
        assert_true(directory.descriptor >= 0);
        data_directory_close(&directory);
    }
    assert_int_equal(directory.descriptor, -1);
    return status;
}

static void creates_what_is_missing_whatever_the_umask(void **state)
{
    bool created = false;
    mode_t umask_before = umask(0077);
    const char *path = path_in(*state, "a/b/c");
    assert_int_equal(open_and_close(path, &created, NULL), STATUS_OK);
    umask(umask_before);
    assert_true(created);
    assert_int_equal(file_stat(path_in(*state, "a")).st_mode, S_IFDIR | 0755);
    assert_int_equal(file_stat(path_in(*state, "a/b")).st_mode, S_IFDIR | 0755);
    assert_int_equal(file_stat(path).st_mode, S_IFDIR | 0755);
    assert_int_equal(open_and_close(path, &created, NULL), STATUS_OK);
    assert_false(created);
}

static void check_refused(const char *path, const char *expected)
{
    bool created = false;
    struct error error = ERROR_INIT;
    assert_int_equal(open_and_close(path, &created, &error), STATUS_UNAVAILABLE);
    if (strstr(error.text, expected) == NULL)
        fail_msg("'%s' does not say '%s'", error.text, expected);
}

static void refuses_files_and_links(void **state)
{
    assert_int_equal(mkdir(path_in(*state, "real"), 0755), 0);
    assert_int_equal(symlink("real", path_in(*state, "link")), 0);
    assert_int_equal(symlink("nowhere", path_in(*state, "dangling")), 0);
    file_write(path_in(*state, "file"), "x");
    check_refused(path_in(*state, "link"),
                  "ENOTDIR: the data directory is a symbolic link, or a part");
    check_refused(path_in(*state, "dangling"), "a part of its path is a file");
    check_refused(path_in(*state, "file"), "ENOTDIR");
    check_refused(path_in(*state, "file/below"), "ENOTDIR");
    assert_false(file_exists(path_in(*state, "nowhere")));
}

static void a_link_above_it_is_the_administrators_business(void **state)
{
    bool created = false;
    assert_int_equal(mkdir(path_in(*state, "real"), 0755), 0);
    assert_int_equal(symlink("real", path_in(*state, "link")), 0);
    assert_int_equal(open_and_close(path_in(*state, "link/data"), &created, NULL), STATUS_OK);
    assert_true(file_exists(path_in(*state, "real/data")));
}

static void refuses_what_everybody_can_write(void **state)
{
    const char *path = path_in(*state, "open");
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chmod(path, 01777), 0);
    check_refused(path, "is writable by everybody (mode 1777)");
    assert_int_equal(chmod(path, 0775), 0);
    bool created = false;
    assert_int_equal(open_and_close(path, &created, NULL), STATUS_OK);
}

static void refuses_a_directory_of_somebody_else(void **state)
{
    /* Root can give a directory away; others find /usr to be root's. */
    const char *path = geteuid() == 0 ? path_in(*state, "theirs") : "/usr";
    if (geteuid() == 0) {
        assert_int_equal(mkdir(path, 0755), 0);
        assert_int_equal(chown(path, 12345, 12345), 0);
    }
    check_refused(path, "but this program runs as user");
}

/* "shared" is like /tmp, and what is in it was made by somebody else. */
static int fstatat_of_strangers(int at, const char *path, struct stat *status, int flags)
{
    int result = fstatat(at, path, status, flags);
    if (result == 0 && strstr(path, "/shared/") != NULL)
        status->st_uid = geteuid() + 1;
    return result;
}

static void refuses_a_path_through_what_strangers_made_in_a_shared_directory(void **state)
{
    struct system_calls calls = system_calls_libc;
    bool created = false;
    assert_int_equal(mkdir(path_in(*state, "shared"), 0755), 0);
    assert_int_equal(mkdir(path_in(*state, "shared/theirs"), 0755), 0);
    assert_int_equal(mkdir(path_in(*state, "private"), 0755), 0);
    assert_int_equal(symlink("../private", path_in(*state, "shared/link")), 0);
    calls.fstatat = fstatat_of_strangers;
    system_calls = &calls;
    enum status unshared = open_and_close(path_in(*state, "shared/theirs/data"), &created, NULL);
    assert_int_equal(chmod(path_in(*state, "shared"), 01777), 0);
    check_refused(path_in(*state, "shared/theirs/data"), "for everybody");
    check_refused(path_in(*state, "shared/theirs/new/data"), "for everybody");
    check_refused(path_in(*state, "shared/link/data"), "for everybody");
    system_calls = &system_calls_libc;
    assert_int_equal(unshared, STATUS_OK);
    assert_false(file_exists(path_in(*state, "shared/theirs/new")));
    assert_int_equal(entries_count(path_in(*state, "private"), ""), 0);
    assert_int_equal(open_and_close(path_in(*state, "shared/link/data"), &created, NULL),
                     STATUS_OK);
}

static void knows_when_its_path_means_another_one(void **state)
{
    struct data_directory directory;
    const char *path = path_in(*state, "data");
    assert_int_equal(data_directory_open(&directory, path, NULL), STATUS_OK);
    assert_int_equal(data_directory_check_place(&directory, NULL), STATUS_OK);
    assert_int_equal(rename(path, path_in(*state, "moved")), 0);
    assert_int_equal(data_directory_check_place(&directory, NULL), STATUS_UNAVAILABLE);
    assert_int_equal(symlink("moved", path), 0);
    assert_int_equal(data_directory_check_place(&directory, NULL), STATUS_UNAVAILABLE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rename(path_in(*state, "moved"), path), 0);
    assert_int_equal(data_directory_check_place(&directory, NULL), STATUS_OK);
    data_directory_close(&directory);
}

static void names_what_could_not_be_created(void **state)
{
    (void)state;
    check_refused("/proc/no/such", "mkdir '/proc/no'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(creates_what_is_missing_whatever_the_umask),
        WITH_DIRECTORY(refuses_files_and_links),
        WITH_DIRECTORY(a_link_above_it_is_the_administrators_business),
        WITH_DIRECTORY(refuses_what_everybody_can_write),
        WITH_DIRECTORY(refuses_a_directory_of_somebody_else),
        WITH_DIRECTORY(refuses_a_path_through_what_strangers_made_in_a_shared_directory),
        WITH_DIRECTORY(knows_when_its_path_means_another_one),
        WITH_DIRECTORY(names_what_could_not_be_created),
    };
    return cmocka_run_group_tests_name("data_directory", tests, NULL, NULL);
}
