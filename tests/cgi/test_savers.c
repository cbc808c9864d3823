/* Who saved what: noted, listed and logged; and a log of savers that somebody meddled with. */
#include "program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char log_name[] = "saved-by.log";
static const char anna[] = "REMOTE_USER=anna";
static const char not_noted[] = "[WARN] POST /api/data 未能记录保存者: ";

static struct answer save_by(const char *directory, const char *setting, const char *document)
{
    return REQUEST(directory, .body = document, .settings[0] = setting);
}

static int64_t revision_saved_by(const char *directory, const char *setting, const char *document)
{
    return revision_take(save_by(directory, setting, document));
}

/* A backup as the list shows it, in a static buffer that the fourth call from now overwrites. */
static const char *listed(int64_t revision, const char *rest)
{
    static char texts[4][256];
    static unsigned next;
    char *text = texts[next++ % 4];
    char time[32];
    time_t seconds = (time_t)(revision / 1000);
    struct tm parts;
    (void)strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &parts));
    (void)snprintf(text, sizeof texts[0],
                   "{\"revision\":%" PRId64 ",\"time\":\"%s.%03dZ\",\"bytes\":12,%s}", revision,
                   time, (int)(revision % 1000), rest);
    return text;
}

static void check_list(const char *directory, const char *expected)
{
    struct answer answer = REQUEST(directory, .path = "/backups");
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, expected);
    answer_release(&answer);
}

static void check_log_file(const char *directory, const char *expected)
{
    char *text = file_read(path_in(directory, log_name));
    assert_string_equal(text, expected);
    free(text);
}

static void who_saved_is_listed(void **state)
{
    char expected[1024];
    char log[256];
    int64_t first = revision_saved_by(*state, anna, "{\"a\":1}");
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":true,\"revision\":%" PRId64 ",\"savedBy\":\"anna\",\"backups\":[]}",
                   first);
    check_list(*state, expected);
    int64_t second = revision_saved_by(*state, NULL, "{\"a\":2}");
    int64_t third = revision_saved_by(*state, "REMOTE_USER=张 \"三\"", "{\"a\":3}");
    int64_t last = revision_saved_by(*state, "REMOTE_USER=", "{\"a\":4}");
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":true,\"revision\":%" PRId64 ",\"backups\":[%s,%s,%s]}", last,
                   listed(third, "\"kind\":\"replaced\",\"savedBy\":\"张 \\\"三\\\"\""),
                   listed(second, "\"kind\":\"replaced\""),
                   listed(first, "\"kind\":\"replaced\",\"savedBy\":\"anna\""));
    check_list(*state, expected);
    (void)snprintf(log, sizeof log, "%" PRId64 " anna\n%" PRId64 " 张 \"三\"\n", first, third);
    check_log_file(*state, log);
    assert_int_equal(file_stat(path_in(*state, log_name)).st_mode, S_IFREG | 0644);
}

static void nobody_leaves_no_log(void **state)
{
    (void)revision_saved_by(*state, NULL, "{\"a\":1}");
    assert_false(file_exists(path_in(*state, log_name)));
    /* Nor does who saves what is there already. */
    (void)revision_saved_by(*state, anna, "{\"a\":1}");
    assert_false(file_exists(path_in(*state, log_name)));
}

static void who_is_merged_saved_what_he_sent_too(void **state)
{
    char query[64];
    char expected[256];
    int64_t base = revision_saved_by(*state, anna, "{\"a\":1,\"b\":1}");
    (void)revision_saved_by(*state, NULL, "{\"a\":2,\"b\":1}");
    (void)snprintf(query, sizeof query, "base=%" PRId64, base);
    struct answer answer = REQUEST(*state, .query = query, .body = "{\"a\":1,\"b\":2}",
                                   .settings[0] = "REMOTE_USER=bo");
    assert_non_null(strstr(answer.body, "\"merged\":true"));
    int64_t merged = revision_of(&answer);
    answer_release(&answer);
    (void)snprintf(expected, sizeof expected, "%" PRId64 " anna\n%" PRId64 " bo\n%" PRId64 " bo\n",
                   base, merged - 1, merged);
    check_log_file(*state, expected);
    answer = REQUEST(*state, .path = "/backups");
    assert_non_null(strstr(answer.body, "\"kind\":\"submitted\",\"savedBy\":\"bo\"}"));
    answer_release(&answer);
}

/* The log. */

/* The change is logged, and that line ends so. */
static void check_logged(struct answer answer, const char *event, const char *end)
{
    const char *line = strstr(answer.log, event);
    if (answer.status >= 300 || line == NULL)
        fail_msg("%s%s", answer.output, answer.log);
    size_t length = strcspn(line, "\n");
    size_t end_length = strlen(end);
    if (length < end_length || strncmp(line + length - end_length, end, end_length) != 0 ||
        (*end == '\0' && strstr(answer.log, " user ") != NULL))
        fail_msg("%s", answer.log);
    answer_release(&answer);
}

static void check_all_logged(const char *directory, const char *user, const char *end)
{
    char path[64];
    struct http save = {.body = "{\"tasks\":[]}", .settings = {user}};
    struct http pin = {.method = "POST", .path = "/backups", .settings = {user}};
    struct answer pinned;
    check_logged(program_request(directory, &save), "数据保存成功: ", end);
    check_logged(program_request(directory, &save), " (unchanged)", end);
    pinned = program_request(directory, &pin);
    int64_t revision = revision_of(&pinned);
    check_logged(pinned, "备份成功: ", end);
    check_logged(REQUEST(directory, .method = "PATCH", .body = "{\"b\":1}",
                         .type = "application/merge-patch+json", .settings[0] = user),
                 "数据保存成功: ", end);
    check_logged(
        REQUEST(directory, .path = "/data/tasks", .body = "{\"id\":\"t-1\"}", .settings[0] = user),
        "数据保存成功: ", end);
    check_logged(
        REQUEST(directory, .method = "DELETE", .path = "/data/tasks/t-1", .settings[0] = user),
        "数据保存成功: ", end);
    (void)snprintf(path, sizeof path, "/backups/%" PRId64 "/restore", revision);
    check_logged(REQUEST(directory, .method = "POST", .path = path, .settings[0] = user),
                 "数据已恢复: ", end);
    (void)snprintf(path, sizeof path, "/backups/%" PRId64, revision);
    check_logged(REQUEST(directory, .method = "DELETE", .path = path, .settings[0] = user),
                 "备份已删除: ", end);
}

static void the_lines_of_changes_tell_who_made_them(void **state)
{
    check_all_logged(*state, anna, " user anna");
    check_all_logged(*state, NULL, "");
}

/* Names that could forge lines, of either log, or break the list. */
static void odd_names_are_made_safe(void **state)
{
    static char longest[512];
    static char cut[512];
    static const struct {
        const char *setting;
        const char *shown;
        const char *listed;
    } rows[] = {
        {"REMOTE_USER=a\n1700000000123 root", "a\\x0A1700000000123 root",
         "a\\\\x0A1700000000123 root"},
        {"REMOTE_USER=\x1b[2J\x7f", "\\x1B[2J\\x7F", "\\\\x1B[2J\\\\x7F"},
        {"REMOTE_USER=\xff\xc0\xaf", "\\xFF\\xC0\\xAF", "\\\\xFF\\\\xC0\\\\xAF"},
        {"REMOTE_USER=\xc2\x9b", "\\xC2\\x9B", "\\\\xC2\\\\x9B"},
        {"REMOTE_USER= %s \\ '<b>&", " %s \\ '<b>&", " %s \\\\ '<b>&"},
        {longest, cut, cut},
    };
    memset(longest, 'u', sizeof longest - 1);
    memset(cut, 'u', 255);
    memcpy(longest, "REMOTE_USER=", strlen("REMOTE_USER="));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char document[32];
        char expected[1024];
        (void)snprintf(document, sizeof document, "{\"a\":%zu}", i);
        (void)snprintf(expected, sizeof expected, " user %s\n", rows[i].shown);
        struct answer answer = save_by(*state, rows[i].setting, document);
        assert_int_equal(answer.status, 200);
        assert_non_null(strstr(answer.log, expected));
        assert_ptr_equal(strchr(answer.log, '\n'), answer.log + strlen(answer.log) - 1);
        answer_release(&answer);
        (void)snprintf(expected, sizeof expected, ",\"savedBy\":\"%s\",\"backups\":[",
                       rows[i].listed);
        answer = REQUEST(*state, .path = "/backups");
        if (strstr(answer.body, expected) == NULL)
            fail_msg("%s", answer.body);
        answer_release(&answer);
    }
}

/* A log that cannot be written, or read. */

static void check_not_noted(const char *directory, const char *document, const char *reason)
{
    struct answer answer = save_by(directory, anna, document);
    assert_int_equal(answer.status, 200);
    const char *warning = strstr(answer.log, not_noted);
    if (warning == NULL || strstr(warning, reason) == NULL)
        fail_msg("%s", answer.log);
    assert_non_null(strstr(answer.log, "数据保存成功: "));
    answer_release(&answer);
    answer = program_get(directory);
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
}

/* The list comes without names, and the log says why. */
static void check_listed_without_names(const char *directory)
{
    struct answer answer = REQUEST(directory, .path = "/backups");
    assert_int_equal(answer.status, 200);
    assert_null(strstr(answer.body, "savedBy"));
    assert_non_null(strstr(answer.log, "[WARN] GET /api/backups 未能读取保存者: "));
    answer_release(&answer);
}

static void a_log_that_leads_elsewhere_is_not_followed(void **state)
{
    const char *log = path_in(*state, log_name);
    const char *other = path_in(*state, "other");
    file_write(other, "1 bo\n");
    assert_int_equal(symlink("other", log), 0);
    check_not_noted(*state, "{\"a\":1}", "ELOOP");
    check_listed_without_names(*state);
    assert_int_equal(unlink(path_in(*state, log_name)), 0);
    assert_int_equal(link(path_in(*state, "other"), path_in(*state, log_name)), 0);
    check_not_noted(*state, "{\"a\":2}", "another name");
    check_log_file(*state, "1 bo\n");
    assert_int_equal(unlink(path_in(*state, log_name)), 0);
    struct answer answer = save_by(*state, anna, "{\"a\":3}");
    assert_int_equal(answer.status, 200);
    assert_null(strstr(answer.log, "[WARN]"));
    answer_release(&answer);
}

static void a_log_that_is_none_holds_nobody_up(void **state)
{
    assert_int_equal(mkfifo(path_in(*state, log_name), 0644), 0);
    check_not_noted(*state, "{\"a\":1}", "is not a regular file");
    check_listed_without_names(*state);
    assert_int_equal(unlink(path_in(*state, log_name)), 0);
    assert_int_equal(mkdir(path_in(*state, log_name), 0755), 0);
    check_not_noted(*state, "{\"a\":2}", "EISDIR");
    check_listed_without_names(*state);
}

static void a_log_of_somebody_else_is_left_alone(void **state)
{
    const char *log = path_in(*state, log_name);
    file_write(log, "1 bo\n");
    if (chown(log, 65534, 65534) != 0)
        skip(); /* only root can */
    check_not_noted(*state, "{\"a\":1}", "belongs to user 65534");
    check_listed_without_names(*state);
    check_log_file(*state, "1 bo\n");
}

static void a_log_that_has_become_long_is_written_anew(void **state)
{
    enum { LONG = 80 * 1024 };
    static char text[LONG];
    char expected[256];
    int64_t first = revision_saved_by(*state, anna, "{\"a\":1}");
    size_t used = (size_t)snprintf(text, sizeof text, "%" PRId64 " anna\n", first);
    while (used + 32 < sizeof text)
        used += (size_t)snprintf(text + used, sizeof text - used, "%zu nobody\n", 1000000 + used);
    file_write(path_in(*state, log_name), text);
    int64_t second = revision_saved_by(*state, "REMOTE_USER=bo", "{\"a\":2}");
    (void)snprintf(expected, sizeof expected, "%" PRId64 " anna\n%" PRId64 " bo\n", first, second);
    check_log_file(*state, expected);
    /* The document, its backup, and the lock. */
    assert_int_equal(entries_count(*state, ""), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(who_saved_is_listed),
        WITH_DIRECTORY(nobody_leaves_no_log),
        WITH_DIRECTORY(who_is_merged_saved_what_he_sent_too),
        WITH_DIRECTORY(the_lines_of_changes_tell_who_made_them),
        WITH_DIRECTORY(odd_names_are_made_safe),
        WITH_DIRECTORY(a_log_that_leads_elsewhere_is_not_followed),
        WITH_DIRECTORY(a_log_that_is_none_holds_nobody_up),
        WITH_DIRECTORY(a_log_of_somebody_else_is_left_alone),
        WITH_DIRECTORY(a_log_that_has_become_long_is_written_anew),
    };
    return cmocka_run_group_tests_name("cgi_savers", tests, NULL, NULL);
}
