/* A data directory that is not what it should be. Some of it takes mounts, made in a namespace. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

static void check_post(const char *directory, int status, const char *slug, const char *details)
{
    struct answer answer = program_post(directory, "{\"demo\":1}");
    check_failure(&answer, status, slug, details);
    assert_non_null(strstr(answer.log, "[ERROR] POST /api/data 数据保存最终失败，错误: "));
    answer_release(&answer);
}

static void check_both(const char *directory, const char *slug, const char *details)
{
    struct answer answer = program_get(directory);
    check_failure(&answer, 503, slug, details);
    assert_non_null(strstr(answer.log, "[ERROR] GET /api/data 数据读取失败，错误: "));
    answer_release(&answer);
    check_post(directory, 503, slug, details);
}

static void corrupt_data_is_neither_served_nor_replaced(void **state)
{
    static const char *const texts[] = {"", "[]", "{\"a\":", "not json", "{}{}"};
    const char *path = path_in(*state, "project-data.json");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        file_write(path, texts[i]);
        struct answer answer = program_get(*state);
        check_failure(&answer, 503, "CORRUPT_DATA", "is not a JSON object: line 1, column ");
        answer_release(&answer);
        answer = program_post(*state, "{\"demo\":1}");
        check_failure(&answer, 503, "CORRUPT_DATA", "is not a JSON object: line 1, column ");
        answer_release(&answer);
        char *kept = file_read(path);
        assert_string_equal(kept, texts[i]);
        free(kept);
    }
}

static void what_is_no_regular_file_is_503_and_no_hang(void **state)
{
    const char *path = path_in(*state, "project-data.json");
    assert_int_equal(mkfifo(path, 0644), 0);
    check_both(*state, "STORAGE_UNAVAILABLE", "project-data.json' is not a regular file");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/zero", path), 0);
    check_both(*state, "STORAGE_UNAVAILABLE", "ELOOP: ");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0755), 0);
    check_both(*state, "STORAGE_UNAVAILABLE", "is not a regular file");
}

static void a_lock_file_that_is_none_is_503(void **state)
{
    const char *path = path_in(*state, "data.lock");
    assert_int_equal(mkfifo(path, 0644), 0);
    check_post(*state, 503, "STORAGE_UNAVAILABLE", "data.lock' is not a regular file");
}

static void a_link_or_file_for_a_directory_is_503(void **state)
{
    assert_int_equal(mkdir(path_in(*state, "real"), 0755), 0);
    assert_int_equal(symlink("real", path_in(*state, "link")), 0);
    file_write(path_in(*state, "file"), "");
    check_both(path_in(*state, "link"), "STORAGE_UNAVAILABLE", "is a symbolic link");
    check_both(path_in(*state, "file"), "STORAGE_UNAVAILABLE", "ENOTDIR");
    assert_int_equal(entries_count(path_in(*state, "real"), ""), 0);
}

static void a_directory_for_everybody_is_503(void **state)
{
    assert_int_equal(chmod(*state, 01777), 0);
    check_both(*state, "STORAGE_UNAVAILABLE", "is writable by everybody");
}

static void a_directory_that_cannot_be_made_is_503(void **state)
{
    (void)state;
    check_both("/proc/schedule/data", "STORAGE_UNAVAILABLE", "mkdir '/proc/schedule'");
    struct answer answer = program_get("/proc/schedule/data");
    assert_null(strstr(answer.log, "创建数据目录"));
    answer_release(&answer);
}

static struct answer call_powerless(const char *directory, const char *method)
{
    const struct call call = {
        .directory = directory, .variables = {method}, .input = "{}", .powerless = true};
    return program_call(&call);
}

static void an_unreadable_file_is_503_and_not_empty(void **state)
{
    const char *path = path_in(*state, "project-data.json");
    file_write(path, "{\"kept\":1}");
    assert_int_equal(chmod(path, 0), 0);
    struct answer answer = call_powerless(*state, "REQUEST_METHOD=GET");
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "EACCES: permission denied, open '");
    answer_release(&answer);
    answer = call_powerless(*state, "REQUEST_METHOD=POST");
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "EACCES: permission denied, open '");
    answer_release(&answer);
    assert_int_equal(file_stat(path).st_size, 10);
}

static void an_unwritable_directory_is_503(void **state)
{
    assert_int_equal(chmod(*state, 0555), 0);
    struct answer answer = call_powerless(*state, "REQUEST_METHOD=POST");
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "EACCES: permission denied, open '");
    assert_non_null(strstr(answer.log, "data.lock'"));
    answer_release(&answer);
    answer = call_powerless(*state, "REQUEST_METHOD=GET");
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "EACCES: permission denied, access '");
    answer_release(&answer);
}

static void a_lock_that_stays_held_is_503_with_retry_after(void **state)
{
    int holder = lock_hold(*state);
    const struct call call = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=POST", "SCHEDULE_LOCK_TIMEOUT_MS=90"},
        .input = "{}",
    };
    struct answer answer = program_call(&call);
    check_failure(&answer, 503, "LOCK_TIMEOUT", "for the whole 90 ms allowed");
    assert_true(has_header(&answer, "Retry-After: 1"));
    assert_non_null(strstr(answer.log, "[INFO] POST /api/data 获取锁失败，重试: 1 / 3\n"));
    assert_non_null(strstr(answer.log, "[INFO] POST /api/data 获取锁失败，重试: 2 / 3\n"));
    assert_non_null(strstr(answer.log, "[INFO] POST /api/data 获取锁失败，重试: 3 / 3\n"));
    assert_non_null(strstr(answer.log, "[ERROR] 获取锁失败: another process held the lock '"));
    assert_non_null(
        strstr(answer.log, "[ERROR] POST /api/data 数据保存最终失败，错误: another process"));
    answer_release(&answer);
    answer = program_get(*state); /* readers take no lock */
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
    (void)close(holder);
}

static void a_lock_that_is_let_go_is_waited_for(void **state)
{
    int holder = lock_hold(*state);
    const struct call call = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=POST", "SCHEDULE_LOCK_TIMEOUT_MS=60000"},
        .input = "{}",
    };
    struct running running = program_start(&call);
    (void)usleep(50000);
    assert_false(file_exists(path_in(*state, "project-data.json")));
    (void)close(holder);
    struct answer answer = program_finish(&running);
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
}

static void mount_tmpfs(const char *path, const char *options)
{
    if (mount("tmpfs", path, "tmpfs", 0, options) != 0)
        fail_msg("mount tmpfs: %s", strerror(errno));
}

static void a_read_only_directory_still_serves_but_saves_are_503(void **state)
{
    char line[1024];
    mount_tmpfs(*state, "mode=0755");
    struct answer answer = program_post(*state, "{\"taskTypes\":[1]}");
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
    assert_int_equal(mount("none", *state, "none", MS_REMOUNT | MS_RDONLY, "mode=0755"), 0);

    answer = program_post(*state, "{}");
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "EROFS: read-only file system, open '");
    (void)snprintf(line, sizeof line,
                   "[ERROR] 获取锁失败: EROFS: read-only file system, open '%s/data.lock'\n",
                   (char *)*state);
    assert_non_null(strstr(answer.log, line));
    answer_release(&answer);

    answer = program_get(*state);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "{\n  \"taskTypes\": [\n    1\n  ]\n}");
    answer_release(&answer);
    assert_int_equal(umount(*state), 0);
}

static void an_empty_read_only_directory_is_503_and_no_empty_document(void **state)
{
    mount_tmpfs(*state, "mode=0755,ro");
    check_both(*state, "STORAGE_UNAVAILABLE", "EROFS: read-only file system, ");
    check_both(path_in(*state, "below"), "STORAGE_UNAVAILABLE",
               "EROFS: read-only file system, mkdir '");
    assert_int_equal(umount(*state), 0);
}

static void a_full_disk_is_507_and_keeps_the_old_document(void **state)
{
    char *large = malloc(300001);
    assert_non_null(large);
    memset(large, 'x', 300000);
    memcpy(large, "{\"a\":\"", 6);
    memcpy(large + 299998, "\"}", 3);
    mount_tmpfs(*state, "mode=0755,size=256k");
    struct answer answer = program_post(*state, "{\"taskTypes\":[1]}");
    assert_int_equal(answer.status, 200);
    answer_release(&answer);

    answer = program_post(*state, large);
    check_failure(&answer, 507, "INSUFFICIENT_STORAGE", "ENOSPC: no space left on device, write '");
    answer_release(&answer);
    assert_int_equal(entries_count(*state, "project-data.json.tmp"), 0);
    answer = program_get(*state);
    assert_string_equal(answer.body, "{\n  \"taskTypes\": [\n    1\n  ]\n}");
    answer_release(&answer);
    answer = program_post(*state, "{\"small\":1}"); /* the room that was taken is free again */
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
    assert_int_equal(umount(*state), 0);
    free(large);
}

static void a_file_size_limit_is_507(void **state)
{
    struct rlimit before;
    char large[6000];
    memset(large, 'x', sizeof large);
    memcpy(large, "{\"a\":\"", 6);
    memcpy(large + sizeof large - 3, "\"}", 3);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = {.rlim_cur = 5000, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct answer answer = program_post(*state, large);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    check_failure(&answer, 507, "INSUFFICIENT_STORAGE", "EFBIG: file too large, write '");
    answer_release(&answer);
    assert_int_equal(entries_count(*state, "project-data.json"), 0);
}

static void an_absurd_mtime_is_a_revision_all_the_same(void **state)
{
    const struct timespec absurd[2] = {{.tv_sec = 9300000000000000}, {.tv_sec = 9300000000000000}};
    mount_tmpfs(*state, "mode=0755"); /* other file systems do not keep it */
    const char *path = path_in(*state, "project-data.json");
    file_write(path, "{}");
    assert_int_equal(utimensat(AT_FDCWD, path, absurd, 0), 0);
    struct answer answer = program_get(*state);
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
    answer = program_post(*state, "{\"a\":1}");
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.log, " revision 9223372036854774001\n"));
    answer_release(&answer);
    assert_int_equal(umount(*state), 0);
}

static void no_inodes_is_507(void **state)
{
    mount_tmpfs(*state, "mode=0755,nr_inodes=1");
    struct answer answer = program_post(*state, "{}");
    check_failure(&answer, 507, "INSUFFICIENT_STORAGE", "ENOSPC: no space left on device, open '");
    answer_release(&answer);
    assert_int_equal(umount(*state), 0);
}

int main(void)
{
    private_mounts_enter();
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(corrupt_data_is_neither_served_nor_replaced),
        WITH_DIRECTORY(what_is_no_regular_file_is_503_and_no_hang),
        WITH_DIRECTORY(a_lock_file_that_is_none_is_503),
        WITH_DIRECTORY(a_link_or_file_for_a_directory_is_503),
        WITH_DIRECTORY(a_directory_for_everybody_is_503),
        WITH_DIRECTORY(a_directory_that_cannot_be_made_is_503),
        WITH_DIRECTORY(an_unreadable_file_is_503_and_not_empty),
        WITH_DIRECTORY(an_unwritable_directory_is_503),
        WITH_DIRECTORY(a_lock_that_stays_held_is_503_with_retry_after),
        WITH_DIRECTORY(a_lock_that_is_let_go_is_waited_for),
        WITH_DIRECTORY(a_read_only_directory_still_serves_but_saves_are_503),
        WITH_DIRECTORY(an_empty_read_only_directory_is_503_and_no_empty_document),
        WITH_DIRECTORY(a_full_disk_is_507_and_keeps_the_old_document),
        WITH_DIRECTORY(a_file_size_limit_is_507),
        WITH_DIRECTORY(an_absurd_mtime_is_a_revision_all_the_same),
        WITH_DIRECTORY(no_inodes_is_507),
    };
    return cmocka_run_group_tests_name("cgi_storage", tests, NULL, NULL);
}
