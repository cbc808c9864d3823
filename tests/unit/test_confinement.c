/* What a confined process still can do, and what not. Needs a kernel with Landlock. */
#include "confinement.h"

#include "child.h"
#include "system_call_filter.h"
#include "temporary.h"

#include <jansson.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Both are in the test's directory, of which "data" is the one to be confined to. */
static int data_open(const char *directory)
{
    int data = open(path_in(directory, "data"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(data >= 0);
    return data;
}

static int confined_open(const char *directory)
{
    int data = data_open(directory);
    REQUIRE(confinement_enter(data));
    return data;
}

static int setup(void **state)
{
    if (temporary_setup(state) != 0)
        return -1;
    assert_int_equal(mkdir(path_in(*state, "data"), 0755), 0);
    file_write(path_in(*state, "outside"), "secret");
    file_write(path_in(*state, "data/inside"), "plan");
    return 0;
}

static void inside_use(const char *directory)
{
    struct stat found;
    char text[8] = "";
    int data = confined_open(directory);
    int made = openat(data, "made", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    REQUIRE(made >= 0 && write(made, "x", 1) == 1 && fchmod(made, 0644) == 0 && fsync(made) == 0);
    REQUIRE(futimens(made, NULL) == 0 && fallocate(made, 0, 0, 10) == 0);
    REQUIRE(linkat(data, "inside", data, "kept", 0) == 0);
    REQUIRE(fstatat(data, "inside", &found, 0) == 0 && found.st_nlink == 2);
    REQUIRE(renameat(data, "made", data, "inside") == 0);
    REQUIRE(fsync(data) == 0);
    int kept = openat(data, "kept", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    REQUIRE(kept >= 0 && read(kept, text, sizeof text) == 4 && strcmp(text, "plan") == 0);
    REQUIRE(unlinkat(data, "kept", 0) == 0);
    int listed = openat(data, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fdopendir(listed);
    REQUIRE(entries != NULL && readdir(entries) != NULL);
    (void)closedir(entries);
}

static void the_directory_can_be_used(void **state)
{
    check_in_child(inside_use, *state);
    assert_int_equal(file_stat(path_in(*state, "data/inside")).st_size, 10);
}

/* Whether the call that gave `result` was refused. A link or rename out may be called EXDEV. */
static bool is_refused(int result)
{
    return result < 0 && (errno == EACCES || errno == EXDEV);
}

static void outside_try(const char *directory)
{
    int data = confined_open(directory);
    const char *outside = path_in(directory, "outside");
    REQUIRE(is_refused(open(outside, O_RDONLY | O_CLOEXEC)));
    REQUIRE(is_refused(open(outside, O_WRONLY | O_CLOEXEC)));
    REQUIRE(is_refused(openat(data, "../outside", O_RDONLY | O_CLOEXEC)));
    REQUIRE(is_refused(openat(data, "link", O_RDONLY | O_CLOEXEC)));
    REQUIRE(is_refused(openat(data, "../new", O_WRONLY | O_CREAT | O_CLOEXEC, 0644)));
    REQUIRE(is_refused(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    REQUIRE(is_refused(open("/dev/null", O_RDWR | O_CLOEXEC)));
    REQUIRE(is_refused(truncate(outside, 0)));
    REQUIRE(is_refused(unlink(outside)));
    REQUIRE(is_refused(mkdir(path_in(directory, "new"), 0755)));
    REQUIRE(is_refused(renameat(data, "inside", data, "../inside")));
    REQUIRE(is_refused(linkat(data, "../outside", data, "stolen", 0)));
}

static void nothing_else_can_be(void **state)
{
    assert_int_equal(symlink("../outside", path_in(*state, "data/link")), 0);
    check_in_child(outside_try, *state);
    assert_int_equal(file_stat(path_in(*state, "outside")).st_size, 6);
    assert_int_equal(entries_count(*state, ""), 2);
}

static void other_kinds_try(const char *directory)
{
    char *const arguments[] = {(char *)(uintptr_t) "true", NULL};
    int data = confined_open(directory);
    REQUIRE(is_refused(mkdirat(data, "new", 0755)));
    REQUIRE(is_refused(mkfifoat(data, "new", 0644)));
    REQUIRE(is_refused(symlinkat("inside", data, "new")));
    REQUIRE(is_refused(unlinkat(data, "empty", AT_REMOVEDIR)));
    REQUIRE(is_refused(execv("/bin/true", arguments)));
    REQUIRE(is_refused(execv(path_in(directory, "data/program"), arguments)));
    REQUIRE(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void only_files_are_made_and_nothing_is_executed(void **state)
{
    const char *program = path_in(*state, "data/program");
    file_write(program, "#!/bin/true\n");
    assert_int_equal(chmod(program, 0755), 0);
    assert_int_equal(mkdir(path_in(*state, "data/empty"), 0755), 0);
    check_in_child(other_kinds_try, *state);
}

static void open_files_use(const char *directory)
{
    char text[8] = "";
    int opened = open(path_in(directory, "outside"), O_RDWR | O_CLOEXEC);
    (void)confined_open(directory);
    REQUIRE(read(opened, text, sizeof text) == 6 && strcmp(text, "secret") == 0);
    REQUIRE(write(opened, "!", 1) == 1);
}

static void what_is_open_stays_usable(void **state)
{
    check_in_child(open_files_use, *state);
    assert_int_equal(file_stat(path_in(*state, "outside")).st_size, 7);
}

static void seed_need(const char *directory)
{
    (void)confined_open(directory);
    system_calls_refuse(SYS_openat, SYS_openat, 0);
    json_t *object = json_object();
    REQUIRE(object != NULL);
    json_decref(object);
}

static void hashing_needs_no_file_any_more(void **state)
{
    check_in_child(seed_need, *state);
}

static void without_landlock(const char *directory, unsigned errno_value)
{
    int data = data_open(directory);
    system_calls_refuse(SYS_landlock_create_ruleset, SYS_landlock_restrict_self, errno_value);
    REQUIRE(!confinement_enter(data));
    REQUIRE(openat(data, "inside", O_RDONLY | O_CLOEXEC) >= 0);
    REQUIRE(open(path_in(directory, "outside"), O_RDONLY | O_CLOEXEC) >= 0);
    REQUIRE(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void landlock_unknown(const char *directory)
{
    without_landlock(directory, ENOSYS);
}

static void landlock_disabled(const char *directory)
{
    without_landlock(directory, EOPNOTSUPP);
}

static void landlock_forbidden(const char *directory)
{
    without_landlock(directory, EPERM);
}

static void restricting_forbidden(const char *directory)
{
    int data = data_open(directory);
    int next = dup(data);
    (void)close(next);
    system_calls_refuse(SYS_landlock_restrict_self, SYS_landlock_restrict_self, EPERM);
    REQUIRE(!confinement_enter(data));
    REQUIRE(dup(data) == next); /* nothing was left open */
}

static void without_landlock_all_goes_on(void **state)
{
    check_in_child(landlock_unknown, *state);
    check_in_child(landlock_disabled, *state);
    check_in_child(landlock_forbidden, *state);
    check_in_child(restricting_forbidden, *state);
}

#define WITH_DATA(test) cmocka_unit_test_setup_teardown(test, setup, temporary_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DATA(the_directory_can_be_used),
        WITH_DATA(nothing_else_can_be),
        WITH_DATA(only_files_are_made_and_nothing_is_executed),
        WITH_DATA(what_is_open_stays_usable),
        WITH_DATA(hashing_needs_no_file_any_more),
        WITH_DATA(without_landlock_all_goes_on),
    };
    return cmocka_run_group_tests_name("confinement", tests, NULL, NULL);
}
