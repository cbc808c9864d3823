/* Earlier documents: kept, listed, loaded, pinned, removed and restored. */
#include "program.h"

#include <jansson.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static const char data_name[] = "project-data.json";

static const char *number_in(const char *before, int64_t number, const char *after)
{
    static char texts[8][128];
    static unsigned next;
    char *text = texts[next++ % 8];
    int length = snprintf(text, sizeof texts[0], "%s%" PRId64 "%s", before, number, after);
    assert_in_range(length, 1, sizeof texts[0] - 1);
    return text;
}

static const char *address_of(int64_t revision)
{
    return number_in("/backups/", revision, "");
}

static const char *restore_of(int64_t revision)
{
    return number_in("/backups/", revision, "/restore");
}

static const char *backup_path(const char *directory, int64_t revision)
{
    return path_in(directory, number_in("backup-", revision, ".json"));
}

static const char *pinned_path(const char *directory, int64_t revision)
{
    return path_in(directory, number_in("pinned-", revision, ".json"));
}

static int64_t store(const char *directory, const char *document)
{
    return revision_take(program_post(directory, document));
}

static void check_file(const char *path, const char *expected)
{
    char *text = file_read(path);
    assert_string_equal(text, expected);
    free(text);
}

static void check_loaded(const char *directory, int64_t revision, const char *expected)
{
    struct answer answer = REQUEST(directory, .path = address_of(revision));
    assert_int_equal(answer.status, 200);
    assert_int_equal(revision_of(&answer), revision);
    assert_string_equal(answer.body, expected);
    assert_true(has_header(&answer, "Content-Type: application/json; charset=utf-8"));
    assert_null(header_value(&answer, "Set-Cookie"));
    answer_release(&answer);
}

static struct answer restore(const char *directory, int64_t revision)
{
    return REQUEST(directory, .path = restore_of(revision), .body = "{}");
}

static struct answer pin(const char *directory)
{
    return REQUEST(directory, .path = "/backups", .body = "{}");
}

/* The list. */

static void check_list(const char *directory, const char *expected)
{
    struct answer answer = REQUEST(directory, .path = "/backups");
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, expected);
    answer_release(&answer);
}

static void the_list_is_newest_first_and_has_every_kind(void **state)
{
    file_write(path_in(*state, "backup-1700000000123.json"), "{\"a\":1}");
    file_write(path_in(*state, "pinned-1600000000000.json"), "{}");
    file_write(path_in(*state, "submitted-1769000000007.json"), "{\"a\":12}");
    check_list(*state,
               "{\"ok\":true,\"revision\":0,\"backups\":["
               "{\"revision\":1769000000007,\"time\":\"2026-01-21T12:53:20.007Z\",\"bytes\":8,"
               "\"kind\":\"submitted\"},"
               "{\"revision\":1700000000123,\"time\":\"2023-11-14T22:13:20.123Z\",\"bytes\":7,"
               "\"kind\":\"replaced\"},"
               "{\"revision\":1600000000000,\"time\":\"2020-09-13T12:26:40.000Z\",\"bytes\":2,"
               "\"kind\":\"pinned\"}]}");
}

static void what_is_named_otherwise_or_is_no_file_is_not_listed(void **state)
{
    static const char *const names[] = {"backup-170000000012.json",
                                        "backup-01700000000123.json",
                                        "backup-1700000000123.json.tmp",
                                        "backup-1700000000123",
                                        "xbackup-1700000000123.json",
                                        "backup--1700000000123.json",
                                        "backup-1700000000123x.json",
                                        "backup-0000000000000.json",
                                        "backup-.json",
                                        "Backup-1700000000123.json",
                                        "replaced-1700000000123.json",
                                        "backup-1700000000123.JSON",
                                        "backup-99999999999999999999.json"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        file_write(path_in(*state, names[i]), "{}");
    assert_int_equal(mkdir(path_in(*state, "backup-1700000000001.json"), 0755), 0);
    assert_int_equal(symlink(names[0], path_in(*state, "backup-1700000000002.json")), 0);
    assert_int_equal(mkfifo(path_in(*state, "backup-1700000000003.json"), 0644), 0);
    check_list(*state, "{\"ok\":true,\"revision\":0,\"backups\":[]}");
}

static void head_of_the_list_has_no_body(void **state)
{
    struct answer answer = REQUEST(*state, .method = "HEAD", .path = "/backups");
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.body_length, 0);
    answer_release(&answer);
}

static void what_is_replaced_is_listed_with_the_current_revision(void **state)
{
    char expected[256];
    int64_t first = store(*state, "{\"a\":1}");
    int64_t second = store(*state, "{\"a\":2}");
    struct answer answer = REQUEST(*state, .path = "/backups");
    json_t *body = json_loads(answer.body, 0, NULL);
    const char *time = json_string_value(
        json_object_get(json_array_get(json_object_get(body, "backups"), 0), "time"));
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":true,\"revision\":%" PRId64 ",\"backups\":[{\"revision\":%" PRId64
                   ",\"time\":\"%s\",\"bytes\":12,\"kind\":\"replaced\"}]}",
                   second, first, time);
    assert_string_equal(answer.body, expected);
    json_decref(body);
    answer_release(&answer);
}

/* Making and loading. */

static void a_backup_is_the_very_file_that_was_replaced(void **state)
{
    int64_t first = store(*state, "{\"a\":1}");
    ino_t inode = file_stat(path_in(*state, data_name)).st_ino;
    (void)store(*state, "{\"a\":2}");
    struct stat backup = file_stat(backup_path(*state, first));
    assert_int_equal(backup.st_ino, inode);
    assert_int_equal(backup.st_nlink, 1);
    assert_int_not_equal(file_stat(path_in(*state, data_name)).st_ino, inode);
    check_loaded(*state, first, "{\n  \"a\": 1\n}");
}

static void a_hand_made_backup_is_not_overwritten(void **state)
{
    int64_t first = store(*state, "{\"a\":1}");
    file_write(backup_path(*state, first), "{\"by\":\"hand\"}");
    (void)store(*state, "{\"a\":2}");
    check_loaded(*state, first, "{\"by\":\"hand\"}");
    check_loaded(*state, first - 1, "{\n  \"a\": 1\n}");
}

static void a_backup_is_served_as_it_is_kept(void **state)
{
    static const char *const prefixes[] = {"backup-", "submitted-", "pinned-"};
    for (int i = 0; i < 3; i++) {
        file_write(path_in(*state, number_in(prefixes[i], 1700000000000 + i, ".json")),
                   " { \"a\" : 1.0 }\n");
        check_loaded(*state, 1700000000000 + i, " { \"a\" : 1.0 }\n");
    }
}

static void a_long_backup_is_served_whole(void **state)
{
    const size_t length = 300000;
    char *text = malloc(length + 1);
    assert_non_null(text);
    memset(text, ' ', length);
    text[length] = '\0';
    text[0] = '{';
    text[length - 1] = '}';
    file_write(backup_path(*state, 1700000000000), text);
    check_loaded(*state, 1700000000000, text);
    free(text);
}

static void the_current_document_can_be_asked_for_by_its_revision(void **state)
{
    int64_t revision = store(*state, "{\"a\":1}");
    check_loaded(*state, revision, "{\n  \"a\": 1\n}");
}

/* Restoring. */

static void a_restore_is_a_new_revision_and_can_be_undone(void **state)
{
    char expected[128];
    int64_t first = store(*state, "{\"a\":1}");
    int64_t second = store(*state, "{\"a\":2}");
    struct answer answer = restore(*state, first);
    int64_t third = revision_of(&answer);
    assert_true(third > second);
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":true,\"message\":\"数据已恢复\",\"revision\":%" PRId64 "}", third);
    assert_string_equal(answer.body, expected);
    (void)snprintf(expected, sizeof expected, " 数据已恢复: revision %" PRId64 " as %" PRId64 "\n",
                   first, third);
    assert_non_null(strstr(answer.log, expected));
    answer_release(&answer);
    check_file(path_in(*state, data_name), "{\n  \"a\": 1\n}");
    int64_t fourth = revision_take(restore(*state, second));
    assert_true(fourth > third);
    check_file(path_in(*state, data_name), "{\n  \"a\": 2\n}");
    check_loaded(*state, first, "{\n  \"a\": 1\n}");
    check_loaded(*state, third, "{\n  \"a\": 1\n}");
}

static void a_hand_made_backup_is_re_indented_when_it_is_restored(void **state)
{
    file_write(backup_path(*state, 1700000000123), "{\"by\":[\"hand\",1.0]}");
    (void)revision_take(restore(*state, 1700000000123));
    check_file(path_in(*state, data_name), "{\n  \"by\": [\n    \"hand\",\n    1.0\n  ]\n}");
    check_file(backup_path(*state, 1700000000123), "{\"by\":[\"hand\",1.0]}");
}

static void restoring_what_is_current_does_nothing(void **state)
{
    int64_t revision = store(*state, "{\"a\":1}");
    assert_int_equal(revision_take(restore(*state, revision)), revision);
    file_write(backup_path(*state, 1700000000000), "{\"a\":1}");
    assert_int_equal(revision_take(restore(*state, 1700000000000)), revision);
    assert_int_equal(entries_count(*state, "backup-"), 1);
}

static void check_set_aside(const char *directory, const struct answer *answer, int64_t revision)
{
    const char *name = number_in("project-data.json.corrupt-", revision, "");
    check_file(path_in(directory, name), "{\"torn");
    assert_non_null(strstr(answer->log, "[WARN] "));
    assert_non_null(
        strstr(answer->log,
               number_in("损坏的数据文件已另存: project-data.json.corrupt-", revision, "\n")));
}

/* Damage the stored document; its revision. */
static int64_t damage(const char *directory)
{
    file_write(path_in(directory, data_name), "{\"torn");
    struct stat found = file_stat(path_in(directory, data_name));
    return (int64_t)found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1000000;
}

static void a_damaged_document_can_be_replaced_by_a_backup_and_is_kept_aside(void **state)
{
    int64_t first = store(*state, "{\"a\":1}");
    (void)store(*state, "{\"a\":2}");
    int64_t damaged = damage(*state);
    size_t backups = entries_count(*state, "backup-");
    check_answer(restore(*state, 1700000000000), 404);
    check_file(path_in(*state, data_name), "{\"torn");
    struct answer answer = restore(*state, first);
    assert_int_equal(answer.status, 200);
    assert_true(revision_of(&answer) > damaged);
    check_set_aside(*state, &answer, damaged);
    answer_release(&answer);
    check_file(path_in(*state, data_name), "{\n  \"a\": 1\n}");
    assert_int_equal(entries_count(*state, "backup-"), backups);
}

static void who_means_to_replaces_a_damaged_document(void **state)
{
    int64_t damaged = damage(*state);
    check_answer(program_post(*state, "{\"a\":1}"), 503);
    struct answer answer = REQUEST(*state, .body = "{\"a\":1}", .query = "replace=1");
    assert_int_equal(answer.status, 200);
    check_set_aside(*state, &answer, damaged);
    answer_release(&answer);
    check_file(path_in(*state, data_name), "{\n  \"a\": 1\n}");
}

static void a_damaged_backup_is_neither_served_nor_restored(void **state)
{
    (void)store(*state, "{\"a\":1}");
    file_write(backup_path(*state, 1700000000000), "{\"torn");
    check_answer(REQUEST(*state, .path = address_of(1700000000000)), 409);
    struct answer answer = restore(*state, 1700000000000);
    check_failure(&answer, 409, "CONFLICT", "backup-1700000000000.json' is not a JSON object");
    answer_release(&answer);
    check_file(path_in(*state, data_name), "{\n  \"a\": 1\n}");
}

/* Pinning. */

static void a_pin_is_a_copy_of_its_own(void **state)
{
    char expected[128];
    int64_t revision = store(*state, "{\"a\":1}");
    struct answer answer = pin(*state);
    assert_int_equal(answer.status, 201);
    assert_int_equal(revision_of(&answer), revision);
    (void)snprintf(expected, sizeof expected, "Location: /api/backups/%" PRId64, revision);
    assert_true(has_header(&answer, expected));
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":true,\"message\":\"备份成功\",\"revision\":%" PRId64 "}", revision);
    assert_string_equal(answer.body, expected);
    answer_release(&answer);
    struct stat pinned = file_stat(pinned_path(*state, revision));
    assert_int_not_equal(pinned.st_ino, file_stat(path_in(*state, data_name)).st_ino);
    assert_int_equal(pinned.st_mode, S_IFREG | 0644);
    check_file(pinned_path(*state, revision), "{\n  \"a\": 1\n}");
}

static void pinning_again_changes_nothing(void **state)
{
    int64_t revision = store(*state, "{\"a\":1}");
    assert_int_equal(revision_take(pin(*state)), revision);
    ino_t inode = file_stat(pinned_path(*state, revision)).st_ino;
    assert_int_equal(revision_take(pin(*state)), revision);
    assert_int_equal(file_stat(pinned_path(*state, revision)).st_ino, inode);
    assert_int_equal(entries_count(*state, ""), 3);
}

static void a_pinned_document_is_not_kept_twice(void **state)
{
    int64_t revision = store(*state, "{\"a\":1}");
    (void)revision_take(pin(*state));
    (void)store(*state, "{\"a\":2}");
    assert_int_equal(entries_count(*state, "backup-"), 0);
    check_loaded(*state, revision, "{\n  \"a\": 1\n}");
    (void)revision_take(restore(*state, revision));
    check_file(path_in(*state, data_name), "{\n  \"a\": 1\n}");
}

static void nothing_cannot_be_pinned(void **state)
{
    struct answer answer = pin(*state);
    check_failure(&answer, 409, "CONFLICT", "nothing is stored");
    answer_release(&answer);
    assert_int_equal(entries_count(*state, "pinned-"), 0);
}

static void a_damaged_document_is_not_pinned(void **state)
{
    (void)damage(*state);
    check_answer(pin(*state), 503);
    assert_int_equal(entries_count(*state, "pinned-"), 0);
}

/* Foreign pages can post what is no JSON without asking for leave. */
static void a_page_pins_and_restores_by_json_alone(void **state)
{
    static const char *const types[] = {"", "text/plain", "application/x-www-form-urlencoded"};
    int64_t first = store(*state, "{\"a\":1}");
    (void)store(*state, "{\"a\":2}");
    const char *const paths[] = {"/backups", restore_of(first)};
    for (size_t i = 0; i < 6; i++) {
        struct answer answer = REQUEST(*state, .method = "POST", .path = paths[i / 3],
                                       .type = types[i % 3], .origin = "https://evil.example");
        check_failure(&answer, 415, "UNSUPPORTED_MEDIA_TYPE", "send application/json");
        answer_release(&answer);
    }
    check_file(path_in(*state, data_name), "{\n  \"a\": 2\n}");
    assert_int_equal(entries_count(*state, "pinned-"), 0);
    check_answer(REQUEST(*state, .method = "POST", .path = "/backups"), 201);
    check_answer(REQUEST(*state, .method = "POST", .path = paths[1]), 200);
}

/* Removing. */

static void a_removed_backup_is_gone(void **state)
{
    char expected[128];
    int64_t first = store(*state, "{\"a\":1}");
    (void)store(*state, "{\"a\":2}");
    struct answer answer = REQUEST(*state, .method = "DELETE", .path = address_of(first));
    assert_int_equal(answer.status, 200);
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":true,\"message\":\"备份已删除\",\"revision\":%" PRId64 "}", first);
    assert_string_equal(answer.body, expected);
    (void)snprintf(expected, sizeof expected, "备份已删除: revision %" PRId64 "\n", first);
    assert_non_null(strstr(answer.log, expected));
    answer_release(&answer);
    check_answer(REQUEST(*state, .path = address_of(first)), 404);
    check_answer(REQUEST(*state, .method = "DELETE", .path = address_of(first)), 404);
    check_answer(restore(*state, first), 404);
    assert_int_equal(entries_count(*state, ""), 2);
}

static void a_pin_can_be_removed(void **state)
{
    int64_t revision = store(*state, "{\"a\":1}");
    (void)revision_take(pin(*state));
    check_answer(REQUEST(*state, .method = "DELETE", .path = address_of(revision)), 200);
    assert_int_equal(entries_count(*state, "pinned-"), 0);
    check_file(path_in(*state, data_name), "{\n  \"a\": 1\n}");
}

static void the_current_document_is_no_backup_to_remove(void **state)
{
    int64_t revision = store(*state, "{\"a\":1}");
    check_answer(REQUEST(*state, .method = "DELETE", .path = address_of(revision)), 404);
    check_file(path_in(*state, data_name), "{\n  \"a\": 1\n}");
}

/* Names. */

static void check_name(const char *directory, const char *address, int status)
{
    char below[256];
    (void)snprintf(below, sizeof below, "/api/backups/%s", address);
    struct answer answer = REQUEST(directory, .address = below);
    if (answer.status != status)
        fail_msg("GET %s: %s", below, answer.output);
    answer_release(&answer);
    answer = REQUEST(directory, .method = "DELETE", .address = below);
    if (answer.status != status)
        fail_msg("DELETE %s: %s", below, answer.output);
    answer_release(&answer);
    (void)strcat(below, "/restore");
    answer = REQUEST(directory, .method = "POST", .address = below, .body = "{}");
    if (answer.status != status)
        fail_msg("POST %s: %s", below, answer.output);
    answer_release(&answer);
}

static void names_are_revisions_and_never_paths(void **state)
{
    static const struct {
        const char *address;
        int status;
    } rows[] = {
        {"1700000000999", 404},
        {"1", 404},
        {"9223372036854775807", 404},
        {"0", 400},
        {"0000000000000", 400},
        {"9223372036854775808", 400},
        {"99999999999999999999999999", 400},
        {"-1700000000123", 400},
        {"+1700000000123", 400},
        {"1700000000123.json", 400},
        {"1700000000123%20", 400},
        {"%201700000000123", 400},
        {"1700000000123%0A", 400},
        {"1700000000123%00", 400},
        {"0x18bcfe5687b", 400},
        {"1.7e12", 400},
        {"latest", 400},
        {"*", 400},
        {"..", 400},
        {"%2e%2e", 400},
        {".", 400},
        {"backup-1700000000123", 400},
        {"../project-data.json", 404},
        {"..%2fproject-data.json", 404},
        {"%2fetc%2fpasswd", 404},
        {"1700000000123%2f..%2f1700000000123", 404},
        {"1700000000123/../1700000000123", 404},
        {"%E4%BB%BB", 400},
    };
    char root[TEMPORARY_PATH_SIZE];
    (void)strcpy(root, path_in(*state, "data"));
    assert_int_equal(mkdir(root, 0755), 0);
    file_write(path_in(*state, data_name), "{\"outside\":1}");
    file_write(backup_path(root, 1700000000123), "{\"inside\":1}");
    (void)store(root, "{\"a\":1}");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_name(root, rows[i].address, rows[i].status);
    check_file(path_in(*state, data_name), "{\"outside\":1}");
    check_file(backup_path(root, 1700000000123), "{\"inside\":1}");
    check_file(path_in(root, data_name), "{\n  \"a\": 1\n}");
    assert_int_equal(entries_count(*state, ""), 2);
    assert_int_equal(entries_count(root, ""), 3);
}

/* Keeping within bounds. */

enum { OLD = 5 };

/* Years ago, so that no hour and no day of theirs counts any more. */
static const int64_t long_ago = 1500000000000;

static void old_backups_write(const char *directory)
{
    for (int i = 0; i < OLD; i++)
        file_write(backup_path(directory, long_ago + i), "{\"old\":1}");
}

static int64_t store_with(const char *directory, const char *document, const char *setting)
{
    return revision_take(REQUEST(directory, .body = document, .settings = {setting}));
}

static void only_the_newest_are_kept(void **state)
{
    int64_t first = store(*state, "{\"a\":1}");
    old_backups_write(*state);
    (void)store_with(*state, "{\"a\":2}", "SCHEDULE_BACKUPS=3");
    assert_int_equal(entries_count(*state, "backup-"), 3);
    assert_true(file_exists(backup_path(*state, first)));
    assert_true(file_exists(backup_path(*state, long_ago + OLD - 1)));
    assert_true(file_exists(backup_path(*state, long_ago + OLD - 2)));
}

static void none_are_made_and_none_removed_without_backups(void **state)
{
    static const char *const settings[] = {"SCHEDULE_BACKUPS=0", "SCHEDULE_BACKUP_BYTES=0"};
    (void)store(*state, "{\"a\":1}");
    old_backups_write(*state);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        (void)store_with(*state, "{\"a\":2}", settings[i]);
        (void)store_with(*state, "{\"a\":3}", settings[i]);
        assert_int_equal(entries_count(*state, "backup-"), OLD);
    }
    /* A pin is asked for. */
    check_answer(REQUEST(*state, .path = "/backups", .body = "{}", .settings = {settings[0]}), 201);
    assert_int_equal(entries_count(*state, "pinned-"), 1);
}

static void all_together_stay_within_their_bytes(void **state)
{
    int64_t first = store(*state, "{\"a\":1}");
    old_backups_write(*state);
    file_write(pinned_path(*state, long_ago - 1), "{\"pinned\":\"counts for nothing\"}");
    /* 12 bytes of the one that is replaced now, and two of 9. */
    (void)store_with(*state, "{\"a\":2}", "SCHEDULE_BACKUP_BYTES=30");
    assert_int_equal(entries_count(*state, "backup-"), 3);
    assert_true(file_exists(backup_path(*state, first)));
    assert_true(file_exists(backup_path(*state, long_ago + OLD - 2)));
    (void)store_with(*state, "{\"a\":3}", "SCHEDULE_BACKUP_BYTES=29");
    assert_int_equal(entries_count(*state, "backup-"), 2);
    (void)store_with(*state, "{\"a\":4}", "SCHEDULE_BACKUP_BYTES=11");
    assert_int_equal(entries_count(*state, "backup-"), 0);
    assert_int_equal(entries_count(*state, "pinned-"), 1);
}

static void pins_are_left_alone_by_pruning(void **state)
{
    int64_t pinned = store(*state, "{\"a\":0}");
    (void)revision_take(pin(*state));
    old_backups_write(*state);
    for (int i = 1; i < 5; i++)
        (void)store_with(*state, i % 2 == 0 ? "{\"a\":2}" : "{\"a\":1}", "SCHEDULE_BACKUPS=1");
    assert_int_equal(entries_count(*state, "backup-"), 1);
    check_loaded(*state, pinned, "{\n  \"a\": 0\n}");
}

static void a_pin_outlives_a_backup_of_the_same_revision(void **state)
{
    (void)store(*state, "{\"a\":0}");
    old_backups_write(*state);
    file_write(pinned_path(*state, long_ago), "{\"pinned\":1}");
    (void)store_with(*state, "{\"a\":1}", "SCHEDULE_BACKUPS=1");
    assert_false(file_exists(backup_path(*state, long_ago)));
    check_loaded(*state, long_ago, "{\"pinned\":1}");
}

/* A full disk. */

enum { DISK_KB = 256, LARGE = 60000 };

static void disk_mount(const char *path)
{
    if (mount("tmpfs", path, "tmpfs", 0, "mode=0755,size=256k") != 0)
        fail_msg("mount tmpfs: %s", strerror(errno));
}

/* {"a":"xxx..."}, of this length as it is stored; for the caller to free. */
static char *document_of(size_t length)
{
    char *text = malloc(length + 1);
    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text, "{\n  \"a\": \"", 10);
    memcpy(text + length - 3, "\"\n}", 4);
    return text;
}

static void large_write(const char *path)
{
    char *text = document_of(LARGE);
    file_write(path, text);
    free(text);
}

static struct answer large_post(const char *directory, size_t length)
{
    char *text = document_of(length);
    struct answer answer = program_post(directory, text);
    free(text);
    return answer;
}

static void old_backups_give_way_to_a_save(void **state)
{
    disk_mount(*state);
    (void)store(*state, "{\"a\":0}");
    for (int i = 0; i < 3; i++)
        large_write(backup_path(*state, long_ago + i));
    large_write(pinned_path(*state, long_ago - 1));
    struct answer answer = large_post(*state, 100000);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.log, number_in("[WARN] POST /api/data 存储空间不足，删除旧备份: "
                                                 "revision ",
                                                 long_ago, "\n")));
    assert_non_null(strstr(answer.log, number_in("revision ", long_ago + 1, "\n")));
    assert_null(strstr(answer.log, number_in("revision ", long_ago + 2, "\n")));
    answer_release(&answer);
    assert_false(file_exists(backup_path(*state, long_ago)));
    assert_false(file_exists(backup_path(*state, long_ago + 1)));
    assert_true(file_exists(backup_path(*state, long_ago + 2)));
    assert_true(file_exists(pinned_path(*state, long_ago - 1)));
    assert_int_equal(file_stat(path_in(*state, data_name)).st_size, 100000);
    assert_int_equal(umount(*state), 0);
}

static void a_save_that_pins_leave_no_room_for_is_507(void **state)
{
    disk_mount(*state);
    (void)store(*state, "{\"a\":0}");
    for (int i = 0; i < 3; i++)
        large_write(pinned_path(*state, long_ago + i));
    struct answer answer = large_post(*state, 100000);
    check_failure(&answer, 507, "INSUFFICIENT_STORAGE", "ENOSPC: no space left on device");
    answer_release(&answer);
    check_file(path_in(*state, data_name), "{\n  \"a\": 0\n}");
    assert_int_equal(entries_count(*state, "pinned-"), 3);
    assert_int_equal(entries_count(*state, ""), 5);
    assert_int_equal(umount(*state), 0);
}

static void no_backup_gives_way_to_a_save_that_cannot_fit(void **state)
{
    disk_mount(*state);
    (void)store(*state, "{\"a\":0}");
    for (int i = 0; i < 3; i++)
        large_write(backup_path(*state, long_ago + i));
    struct answer answer = large_post(*state, DISK_KB * 1024 + 1);
    check_failure(&answer, 507, "INSUFFICIENT_STORAGE", "ENOSPC: no space left on device");
    answer_release(&answer);
    check_file(path_in(*state, data_name), "{\n  \"a\": 0\n}");
    assert_int_equal(entries_count(*state, "backup-"), 3);
    assert_int_equal(umount(*state), 0);
}

static void a_pin_outlives_its_backup_on_a_full_disk(void **state)
{
    disk_mount(*state);
    (void)store(*state, "{\"a\":0}");
    for (int i = 0; i < 3; i++)
        large_write(backup_path(*state, long_ago + i));
    file_write(pinned_path(*state, long_ago), "{\"pinned\":1}");
    check_answer(large_post(*state, 100000), 200);
    assert_false(file_exists(backup_path(*state, long_ago)));
    check_loaded(*state, long_ago, "{\"pinned\":1}");
    assert_int_equal(umount(*state), 0);
}

static void a_merged_save_gets_room_for_both_of_its_documents(void **state)
{
    disk_mount(*state);
    int64_t base = store(*state, "{\"a\":\"\",\"b\":0}");
    (void)store(*state, "{\"a\":\"\",\"b\":1}");
    for (int i = 0; i < 3; i++)
        large_write(backup_path(*state, long_ago + i));
    char *document = document_of(80000);
    memcpy(document + 79997, ",  ", 3);
    char *text = NULL;
    assert_true(asprintf(&text, "%.79996s\",\"b\":0}", document) > 0);
    struct answer answer = REQUEST(*state, .body = text, .query = number_in("base=", base, ""));
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "\"merged\":true"));
    answer_release(&answer);
    assert_int_equal(entries_count(*state, "submitted-"), 1);
    assert_true(file_exists(backup_path(*state, base)));
    assert_true(file_stat(path_in(*state, data_name)).st_size > 80000 - 10);
    free(text);
    free(document);
    assert_int_equal(umount(*state), 0);
}

int main(void)
{
    private_mounts_enter();
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(the_list_is_newest_first_and_has_every_kind),
        WITH_DIRECTORY(what_is_named_otherwise_or_is_no_file_is_not_listed),
        WITH_DIRECTORY(head_of_the_list_has_no_body),
        WITH_DIRECTORY(what_is_replaced_is_listed_with_the_current_revision),
        WITH_DIRECTORY(a_backup_is_the_very_file_that_was_replaced),
        WITH_DIRECTORY(a_hand_made_backup_is_not_overwritten),
        WITH_DIRECTORY(a_backup_is_served_as_it_is_kept),
        WITH_DIRECTORY(a_long_backup_is_served_whole),
        WITH_DIRECTORY(the_current_document_can_be_asked_for_by_its_revision),
        WITH_DIRECTORY(a_restore_is_a_new_revision_and_can_be_undone),
        WITH_DIRECTORY(a_hand_made_backup_is_re_indented_when_it_is_restored),
        WITH_DIRECTORY(restoring_what_is_current_does_nothing),
        WITH_DIRECTORY(a_damaged_document_can_be_replaced_by_a_backup_and_is_kept_aside),
        WITH_DIRECTORY(who_means_to_replaces_a_damaged_document),
        WITH_DIRECTORY(a_damaged_backup_is_neither_served_nor_restored),
        WITH_DIRECTORY(a_pin_is_a_copy_of_its_own),
        WITH_DIRECTORY(pinning_again_changes_nothing),
        WITH_DIRECTORY(a_pinned_document_is_not_kept_twice),
        WITH_DIRECTORY(nothing_cannot_be_pinned),
        WITH_DIRECTORY(a_damaged_document_is_not_pinned),
        WITH_DIRECTORY(a_page_pins_and_restores_by_json_alone),
        WITH_DIRECTORY(a_removed_backup_is_gone),
        WITH_DIRECTORY(a_pin_can_be_removed),
        WITH_DIRECTORY(the_current_document_is_no_backup_to_remove),
        WITH_DIRECTORY(names_are_revisions_and_never_paths),
        WITH_DIRECTORY(only_the_newest_are_kept),
        WITH_DIRECTORY(none_are_made_and_none_removed_without_backups),
        WITH_DIRECTORY(all_together_stay_within_their_bytes),
        WITH_DIRECTORY(pins_are_left_alone_by_pruning),
        WITH_DIRECTORY(a_pin_outlives_a_backup_of_the_same_revision),
        WITH_DIRECTORY(old_backups_give_way_to_a_save),
        WITH_DIRECTORY(a_save_that_pins_leave_no_room_for_is_507),
        WITH_DIRECTORY(no_backup_gives_way_to_a_save_that_cannot_fit),
        WITH_DIRECTORY(a_pin_outlives_its_backup_on_a_full_disk),
        WITH_DIRECTORY(a_merged_save_gets_room_for_both_of_its_documents),
    };
    return cmocka_run_group_tests_name("cgi_backups", tests, NULL, NULL);
}
