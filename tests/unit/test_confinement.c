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
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
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
    char *const arguments[] = {(char *)(uintptr_t) "false", NULL};
    int data = confined_open(directory);
    REQUIRE(is_refused(mkdirat(data, "new", 0755)));
    REQUIRE(is_refused(mkfifoat(data, "new", 0644)));
    REQUIRE(is_refused(symlinkat("inside", data, "new")));
    REQUIRE(is_refused(unlinkat(data, "empty", AT_REMOVEDIR)));
    REQUIRE(is_refused(execv("/bin/false", arguments)));
    REQUIRE(is_refused(execv(path_in(directory, "data/program"), arguments)));
    REQUIRE(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void only_files_are_made_and_nothing_is_executed(void **state)
{
    const char *program = path_in(*state, "data/program");
    file_write(program, "#!/bin/false\n");
    assert_int_equal(chmod(program, 0755), 0);
    assert_int_equal(mkdir(path_in(*state, "data/empty"), 0755), 0);
    check_in_child(other_kinds_try, *state);
}

/* By the names that C libraries have for it. */
static void opening_refuse(unsigned errno_value)
{
    system_calls_refuse(SYS_openat, SYS_openat, errno_value);
#ifdef SYS_open
    system_calls_refuse(SYS_open, SYS_open, errno_value);
#endif
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

/* For stores on servers. */

static void reader_confine(void)
{
    REQUIRE(confinement_enter_reading());
}

static void all_read(const char *directory)
{
    char text[8] = "";
    reader_confine();
    int outside = open(path_in(directory, "outside"), O_RDONLY | O_CLOEXEC);
    REQUIRE(outside >= 0 && read(outside, text, sizeof text) == 6 && strcmp(text, "secret") == 0);
    REQUIRE(open(path_in(directory, "data/inside"), O_RDONLY | O_CLOEXEC) >= 0);
    REQUIRE(open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0);
    REQUIRE(open("/proc/self/maps", O_RDONLY | O_CLOEXEC) >= 0);
    DIR *entries = opendir("/");
    REQUIRE(entries != NULL && readdir(entries) != NULL);
    (void)closedir(entries);
}

static void a_reader_can_read_all(void **state)
{
    check_in_child(all_read, *state);
}

static void reader_write(const char *directory)
{
    int data = data_open(directory);
    const char *outside = path_in(directory, "outside");
    reader_confine();
    REQUIRE(is_refused(open(outside, O_WRONLY | O_CLOEXEC)));
    REQUIRE(is_refused(open(outside, O_RDWR | O_CLOEXEC)));
    REQUIRE(is_refused(open(outside, O_WRONLY | O_TRUNC | O_CLOEXEC)));
    REQUIRE(is_refused(open(outside, O_RDONLY | O_TRUNC | O_CLOEXEC)));
    REQUIRE(is_refused(truncate(outside, 0)));
    REQUIRE(is_refused(openat(data, "inside", O_WRONLY | O_CLOEXEC)));
    REQUIRE(is_refused(openat(data, "new", O_WRONLY | O_CREAT | O_CLOEXEC, 0644)));
    REQUIRE(is_refused(open(directory, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600)));
    REQUIRE(is_refused(open("/dev/null", O_WRONLY | O_CLOEXEC)));
}

static void a_reader_cannot_write(void **state)
{
    check_in_child(reader_write, *state);
    assert_int_equal(file_stat(path_in(*state, "outside")).st_size, 6);
    assert_int_equal(entries_count(path_in(*state, "data"), ""), 1);
}

static int unix_bind(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(made >= 0 && strlen(path) < sizeof address.sun_path);
    (void)strcpy(address.sun_path, path);
    return bind(made, (const struct sockaddr *)&address, sizeof address) == 0 ? made : -1;
}

static void reader_change(const char *directory)
{
    int data = data_open(directory);
    const char *socket_path = path_in(directory, "data/new");
    reader_confine();
    REQUIRE(is_refused(unlinkat(data, "inside", 0)));
    REQUIRE(is_refused(unlinkat(data, "empty", AT_REMOVEDIR)));
    REQUIRE(is_refused(renameat(data, "inside", data, "new")));
    REQUIRE(is_refused(renameat(data, "inside", data, "../inside")));
    REQUIRE(is_refused(linkat(data, "inside", data, "new", 0)));
    REQUIRE(is_refused(symlinkat("inside", data, "new")));
    REQUIRE(is_refused(mkdirat(data, "new", 0755)));
    REQUIRE(is_refused(mkfifoat(data, "new", 0644)));
    REQUIRE(is_refused(mknodat(data, "new", S_IFCHR | 0644, makedev(1, 3))));
    REQUIRE(is_refused(mknodat(data, "new", S_IFBLK | 0644, makedev(1, 3))));
    REQUIRE(is_refused(unix_bind(socket_path)));
}

static void a_reader_makes_and_removes_nothing(void **state)
{
    assert_int_equal(mkdir(path_in(*state, "data/empty"), 0755), 0);
    check_in_child(reader_change, *state);
    assert_true(file_exists(path_in(*state, "data/inside")));
    assert_true(file_exists(path_in(*state, "data/empty")));
    assert_int_equal(entries_count(path_in(*state, "data"), ""), 2);
}

static void reader_execute(const char *directory)
{
    char *const arguments[] = {(char *)(uintptr_t) "false", NULL};
    reader_confine();
    REQUIRE(is_refused(execv("/bin/false", arguments)));
    REQUIRE(is_refused(execv(path_in(directory, "program"), arguments)));
    REQUIRE(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void a_reader_executes_nothing(void **state)
{
    const char *program = path_in(*state, "program");
    file_write(program, "#!/bin/false\n");
    assert_int_equal(chmod(program, 0755), 0);
    check_in_child(reader_execute, *state);
}

/* As to a database on the same machine. */
static void reader_connect(const char *directory)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t size = sizeof address;
    int server = unix_bind(path_in(directory, "socket"));
    REQUIRE(server >= 0 && listen(server, 1) == 0);
    REQUIRE(getsockname(server, (struct sockaddr *)&address, &size) == 0);
    reader_confine();
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(client >= 0 && connect(client, (const struct sockaddr *)&address, size) == 0);
    REQUIRE(write(client, "plan", 4) == 4);
    REQUIRE(accept4(server, NULL, NULL, SOCK_CLOEXEC) >= 0);
}

static void a_reader_can_connect_by_a_socket_in_the_file_system(void **state)
{
    check_in_child(reader_connect, *state);
}

static void reader_use_opened(const char *directory)
{
    int opened = open(path_in(directory, "outside"), O_WRONLY | O_APPEND | O_CLOEXEC);
    int next = dup(opened);
    (void)close(next);
    reader_confine();
    REQUIRE(write(opened, "!", 1) == 1);
    REQUIRE(dup(opened) == next); /* nothing was left open */
    opening_refuse(0);
    json_t *object = json_object();
    REQUIRE(object != NULL);
    json_decref(object);
}

static void to_a_reader_what_is_open_stays_usable(void **state)
{
    check_in_child(reader_use_opened, *state);
    assert_int_equal(file_stat(path_in(*state, "outside")).st_size, 7);
}

static void reader_without_landlock(const char *directory)
{
    system_calls_refuse(SYS_landlock_create_ruleset, SYS_landlock_restrict_self, ENOSYS);
    REQUIRE(!confinement_enter_reading());
    REQUIRE(open(path_in(directory, "outside"), O_WRONLY | O_CLOEXEC) >= 0);
    REQUIRE(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void reader_without_top(const char *directory)
{
    int data = data_open(directory);
    opening_refuse(EMFILE);
    REQUIRE(!confinement_enter_reading());
    REQUIRE(unlinkat(data, "inside", 0) == 0);
}

static void where_a_reader_cannot_be_confined_all_goes_on(void **state)
{
    check_in_child(reader_without_landlock, *state);
    check_in_child(reader_without_top, *state);
}

static void seed_need(const char *directory)
{
    (void)confined_open(directory);
    opening_refuse(0);
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
        WITH_DATA(a_reader_can_read_all),
        WITH_DATA(a_reader_cannot_write),
        WITH_DATA(a_reader_makes_and_removes_nothing),
        WITH_DATA(a_reader_executes_nothing),
        WITH_DATA(a_reader_can_connect_by_a_socket_in_the_file_system),
        WITH_DATA(to_a_reader_what_is_open_stays_usable),
        WITH_DATA(where_a_reader_cannot_be_confined_all_goes_on),
        WITH_DATA(hashing_needs_no_file_any_more),
        WITH_DATA(without_landlock_all_goes_on),
    };
    return cmocka_run_group_tests_name("confinement", tests, NULL, NULL);
}
