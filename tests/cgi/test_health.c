/* What an operator's monitor sees. */
#include "program.h"
#include "version.h"

#include <jansson.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

static void tmpfs_mount(const char *path, const char *options)
{
    if (mount("tmpfs", path, "tmpfs", 0, options) != 0)
        fail_msg("mount tmpfs: %s", strerror(errno));
}

/* The report, for the caller to release. */
static json_t *report(struct answer answer, int status)
{
    assert_int_equal(answer.exit_status, 0);
    if (answer.status != status)
        fail_msg("%s%s", answer.output, answer.log);
    assert_true(has_header(&answer, "Content-Type: application/json; charset=utf-8"));
    assert_true(has_header(&answer, "Cache-Control: no-cache"));
    json_t *body = json_loads(answer.body, 0, NULL);
    assert_non_null(body);
    assert_int_equal(json_is_true(json_object_get(body, "ok")), status == 200);
    assert_int_equal(json_object_get(body, "details") != NULL, status != 200);
    answer_release(&answer);
    return body;
}

static struct answer ask(const char *directory)
{
    return REQUEST(directory, .path = "/health");
}

static int64_t number(const json_t *body, const char *name)
{
    const json_t *value = json_object_get(body, name);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static bool truth(const json_t *body, const char *name)
{
    const json_t *value = json_object_get(body, name);
    assert_true(json_is_boolean(value));
    return json_is_true(value);
}

static void check_sick(const char *directory, bool readable, bool writable, const char *details)
{
    json_t *body = report(ask(directory), 503);
    assert_int_equal(truth(body, "readable"), readable);
    assert_int_equal(truth(body, "writable"), writable);
    const char *told = json_string_value(json_object_get(body, "details"));
    if (strstr(told, details) == NULL)
        fail_msg("'%s' does not say '%s'", told, details);
    json_decref(body);
}

static void a_report_has_everything_that_is_watched(void **state)
{
    char expected[1024];
    struct statfs free_now;
    tmpfs_mount(*state, "mode=0755,size=1m");
    check_answer(program_post(*state, "{\"a\":1}"), 200);
    check_answer(program_post(*state, "{\"a\":12}"), 200);
    check_answer(REQUEST(*state, .path = "/backups", .body = "{}"), 201);
    assert_int_equal(statfs(*state, &free_now), 0);
    struct answer current = program_get(*state);
    struct answer answer = ask(*state);
    (void)snprintf(
        expected, sizeof expected,
        "{\"ok\":true,\"store\":\"file\",\"version\":\"%s\",\"directory\":\"%s\",\"readable\":true,"
        "\"writable\":true,\"locked\":false,\"ephemeral\":true,\"revision\":%" PRId64
        ",\"bytes\":13,\"backups\":2,\"backupBytes\":25,\"freeBytes\":%ju,"
        "\"freeInodes\":%ju}",
        schedule_version, (const char *)*state, revision_of(&current),
        (uintmax_t)free_now.f_bavail * (uintmax_t)free_now.f_bsize, (uintmax_t)free_now.f_ffree);
    assert_string_equal(answer.body, expected);
    answer_release(&current);
    json_decref(report(answer, 200));
    assert_int_equal(umount(*state), 0);
}

static void whether_it_is_ephemeral_is_the_file_systems(void **state)
{
    struct statfs found;
    assert_int_equal(statfs(*state, &found), 0);
    json_t *body = report(ask(*state), 200);
    assert_int_equal(truth(body, "ephemeral"),
                     found.f_type == TMPFS_MAGIC || found.f_type == RAMFS_MAGIC);
    json_decref(body);
}

static void nothing_stored_is_healthy(void **state)
{
    json_t *body = report(ask(*state), 200);
    assert_int_equal(number(body, "revision"), 0);
    assert_int_equal(number(body, "bytes"), 0);
    assert_int_equal(number(body, "backups"), 0);
    assert_int_equal(number(body, "backupBytes"), 0);
    assert_true(truth(body, "readable"));
    assert_true(truth(body, "writable"));
    json_decref(body);
}

static void asking_leaves_nothing_behind(void **state)
{
    json_decref(report(ask(*state), 200));
    assert_int_equal(entries_count(*state, ""), 0);
    file_write(path_in(*state, "project-data.json"), "{}");
    struct stat before = file_stat(path_in(*state, "project-data.json"));
    json_decref(report(ask(*state), 200));
    assert_int_equal(entries_count(*state, ""), 1);
    struct stat after = file_stat(path_in(*state, "project-data.json"));
    assert_int_equal(after.st_ino, before.st_ino);
    assert_int_equal(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
}

static void head_has_the_same_status_and_no_body(void **state)
{
    static const int statuses[] = {200, 503};
    for (size_t i = 0; i < 2; i++) {
        struct answer answer = REQUEST(*state, .method = "HEAD", .path = "/health");
        assert_int_equal(answer.status, statuses[i]);
        assert_int_equal(answer.body_length, 0);
        assert_non_null(header_value(&answer, "Content-Length"));
        answer_release(&answer);
        file_write(path_in(*state, "project-data.json"), "{");
    }
}

static void it_is_asked_and_not_changed(void **state)
{
    struct answer answer = REQUEST(*state, .method = "POST", .path = "/health", .body = "{}");
    check_failure(&answer, 405, "METHOD_NOT_ALLOWED", "GET, HEAD, OPTIONS");
    assert_true(has_header(&answer, "Allow: GET, HEAD, OPTIONS"));
    answer_release(&answer);
}

static void a_damaged_document_is_503(void **state)
{
    file_write(path_in(*state, "project-data.json"), "{\"torn");
    file_write(path_in(*state, "backup-1700000000000.json"), "{}");
    check_sick(*state, false, true, "project-data.json' is not a JSON object: line 1");
    json_t *body = report(ask(*state), 503);
    assert_int_equal(number(body, "backups"), 1);
    json_decref(body);
    assert_int_equal(entries_count(*state, ""), 2);
}

static void a_read_only_file_system_is_503_and_still_measured(void **state)
{
    tmpfs_mount(*state, "mode=0755");
    check_answer(program_post(*state, "{\"a\":1}"), 200);
    assert_int_equal(mount("none", *state, "none", MS_REMOUNT | MS_RDONLY, "mode=0755"), 0);
    check_sick(*state, true, false, "EROFS: read-only file system, open '");
    json_t *body = report(ask(*state), 503);
    assert_true(number(body, "revision") > 0);
    assert_int_equal(number(body, "bytes"), 12);
    assert_true(number(body, "freeBytes") > 0);
    assert_true(truth(body, "ephemeral"));
    json_decref(body);
    assert_int_equal(umount(*state), 0);
}

static void an_empty_read_only_directory_is_not_readable_either(void **state)
{
    tmpfs_mount(*state, "mode=0755,ro");
    check_sick(*state, false, false, "EROFS: read-only file system, ");
    assert_int_equal(umount(*state), 0);
}

/* Fill the file system; the path of the file that does. */
static const char *disk_fill(const char *directory)
{
    static const char page[4096];
    const char *path = path_in(directory, "filler");
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_true(descriptor >= 0);
    while (write(descriptor, page, sizeof page) > 0)
        continue;
    assert_int_equal(errno, ENOSPC);
    (void)close(descriptor);
    return path;
}

static void a_full_disk_is_503_until_there_is_room(void **state)
{
    tmpfs_mount(*state, "mode=0755,size=64k");
    check_answer(program_post(*state, "{\"a\":1}"), 200);
    const char *filler = disk_fill(*state);
    check_sick(*state, true, false, "ENOSPC: no space left on device, fallocate '");
    json_t *body = report(ask(*state), 503);
    assert_int_equal(number(body, "freeBytes"), 0);
    json_decref(body);
    assert_int_equal(entries_count(*state, ""), 3);
    assert_int_equal(unlink(filler), 0);
    json_decref(report(ask(*state), 200));
    assert_int_equal(umount(*state), 0);
}

static void no_inodes_is_503(void **state)
{
    tmpfs_mount(*state, "mode=0755,nr_inodes=2");
    file_write(path_in(*state, "project-data.json"), "{}");
    check_sick(*state, true, false, "ENOSPC: no space left on device, open '");
    json_t *body = report(ask(*state), 503);
    assert_int_equal(number(body, "freeInodes"), 0);
    json_decref(body);
    assert_int_equal(umount(*state), 0);
}

static void a_directory_that_is_none_is_503_and_named(void **state)
{
    const char *path = path_in(*state, "file");
    file_write(path, "");
    check_sick(path, false, false, "ENOTDIR");
    json_t *body = report(ask(path), 503);
    assert_string_equal(json_string_value(json_object_get(body, "directory")), path);
    assert_string_equal(json_string_value(json_object_get(body, "store")), "file");
    assert_int_equal(number(body, "revision"), 0);
    json_decref(body);
}

static void an_unwritable_directory_is_found_by_trying(void **state)
{
    file_write(path_in(*state, "project-data.json"), "{}");
    assert_int_equal(chmod(*state, 0555), 0);
    json_t *body = report(REQUEST(*state, .path = "/health", .powerless = true), 503);
    assert_true(truth(body, "readable"));
    assert_false(truth(body, "writable"));
    assert_non_null(strstr(json_string_value(json_object_get(body, "details")), "EACCES"));
    json_decref(body);
}

static void a_save_under_way_does_not_make_it_wait(void **state)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int holder = open(path_in(*state, "data.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    assert_true(holder >= 0);
    assert_int_equal(fcntl(holder, F_OFD_SETLK, &whole), 0);
    struct answer answer =
        REQUEST(*state, .path = "/health", .settings = {"SCHEDULE_LOCK_TIMEOUT_MS=600000"});
    assert_null(strstr(answer.log, "获取锁失败"));
    json_decref(report(answer, 200));
    (void)close(holder);
}

int main(void)
{
    private_mounts_enter();
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(a_report_has_everything_that_is_watched),
        WITH_DIRECTORY(whether_it_is_ephemeral_is_the_file_systems),
        WITH_DIRECTORY(nothing_stored_is_healthy),
        WITH_DIRECTORY(asking_leaves_nothing_behind),
        WITH_DIRECTORY(head_has_the_same_status_and_no_body),
        WITH_DIRECTORY(it_is_asked_and_not_changed),
        WITH_DIRECTORY(a_damaged_document_is_503),
        WITH_DIRECTORY(a_read_only_file_system_is_503_and_still_measured),
        WITH_DIRECTORY(an_empty_read_only_directory_is_not_readable_either),
        WITH_DIRECTORY(a_full_disk_is_503_until_there_is_room),
        WITH_DIRECTORY(no_inodes_is_503),
        WITH_DIRECTORY(a_directory_that_is_none_is_503_and_named),
        WITH_DIRECTORY(an_unwritable_directory_is_found_by_trying),
        WITH_DIRECTORY(a_save_under_way_does_not_make_it_wait),
    };
    return cmocka_run_group_tests_name("cgi_health", tests, NULL, NULL);
}
