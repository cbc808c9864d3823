#include "program.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_saved(const struct answer *answer)
{
    if (answer->status != 200)
        fail_msg("%s%s", answer->output, answer->log);
    assert_int_equal(answer->exit_status, 0);
    assert_string_equal(answer->body, "{\"ok\":true,\"message\":\"数据保存成功\"}");
    assert_true(has_header(answer, "Content-Type: application/json; charset=utf-8"));
    assert_true(has_header(answer, "Cache-Control: no-cache"));
    assert_true(has_header(answer, "Content-Length: 42"));
}

static void post_stores_what_is_sent(void **state)
{
    struct answer answer = program_post(*state, "{\"projects\":[{\"id\":1,\"name\":\"排期\"}]}");
    check_saved(&answer);
    answer_release(&answer);
    check_stored_text(*state,
                      "{\n  \"projects\": [\n    {\n      \"id\": 1,\n      \"name\": \"排期\"\n"
                      "    }\n  ]\n}");
    answer = program_get(*state);
    assert_non_null(strstr(answer.body, "\"name\": \"排期\""));
    answer_release(&answer);
}

static void put_does_the_same(void **state)
{
    const struct call call = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=PUT", "PATH_INFO=/data", "CONTENT_LENGTH=2",
                      "CONTENT_TYPE=Application/Json;charset=utf-8"},
        .input = "{}",
    };
    struct answer answer = program_call(&call);
    check_saved(&answer);
    answer_release(&answer);
    check_stored_text(*state, "{}");
}

static void a_save_replaces_all_of_it(void **state)
{
    struct answer answer = program_post(*state, "{\"a\":[1,2,3,4,5,6,7,8,9]}");
    check_saved(&answer);
    answer_release(&answer);
    answer = program_post(*state, "{\"b\":1}");
    check_saved(&answer);
    answer_release(&answer);
    check_stored_text(*state, "{\n  \"b\": 1\n}");
    /* The document, the lock file, and the backup. */
    assert_int_equal(entries_count(*state, ""), 3);
}

static void check_modes(const char *base, const char *below, mode_t mask)
{
    char directory[TEMPORARY_PATH_SIZE];
    (void)snprintf(directory, sizeof directory, "%s/%s", base, below);
    const struct call call = {
        .directory = directory,
        .variables = {"REQUEST_METHOD=POST", "CONTENT_LENGTH=2"},
        .input = "{}",
        .powerless = true,
    };
    mode_t umask_before = umask(mask);
    struct answer answer = program_call(&call);
    umask(umask_before);
    check_saved(&answer);
    answer_release(&answer);
    assert_int_equal(file_stat(directory).st_mode, S_IFDIR | 0755);
    assert_int_equal(file_stat(path_in(directory, "project-data.json")).st_mode, S_IFREG | 0644);
    assert_int_equal(file_stat(path_in(directory, "data.lock")).st_mode, S_IFREG | 0600);
}

static void files_and_directories_have_their_modes_whatever_the_umask(void **state)
{
    check_modes(*state, "a/b", 0077);
    check_modes(*state, "c/d", 0777);
    check_modes(*state, "e/f", 0);
    assert_int_equal(file_stat(path_in(*state, "a")).st_mode, S_IFDIR | 0755);
    assert_int_equal(file_stat(path_in(*state, "c")).st_mode, S_IFDIR | 0755);
}

/* The line must be there, behind a time of the documented form. */
static void check_log(const char *log, const char *line)
{
    const char *found = strstr(log, line);
    if (found == NULL)
        fail_msg("the log lacks '%s':\n%s", line, log);
    int year, month, day, hour, minute, second, milliseconds;
    assert_true(found - log >= 25);
    assert_int_equal(sscanf(found - 25, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ ", &year, &month, &day, &hour,
                            &minute, &second, &milliseconds),
                     7);
    assert_true(found - log == 25 || found[-26] == '\n');
}

static void the_log_tells_directory_file_bytes_and_revision(void **state)
{
    char line[1024];
    char directory[TEMPORARY_PATH_SIZE];
    (void)snprintf(directory, sizeof directory, "%s/new", (char *)*state);
    struct answer answer = program_post(directory, "{\"a\":1}");
    check_saved(&answer);
    struct stat stored = file_stat(path_in(directory, "project-data.json"));
    int64_t revision = (int64_t)stored.st_mtim.tv_sec * 1000 + stored.st_mtim.tv_nsec / 1000000;
    assert_int_equal(stored.st_mtim.tv_nsec % 1000000, 0);
    (void)snprintf(line, sizeof line, "[INFO] 创建数据目录: %s\n", directory);
    check_log(answer.log, line);
    (void)snprintf(line, sizeof line,
                   "[INFO] POST /api/data 数据保存成功: %s/project-data.json 12 bytes revision "
                   "%" PRId64 "\n",
                   directory, revision);
    check_log(answer.log, line);
    answer_release(&answer);
}

static void a_killed_saves_rest_is_swept(void **state)
{
    file_write(path_in(*state, "project-data.json.tmp-1700000000000-99"), "{\"ha");
    struct answer answer = program_post(*state, "{}");
    check_saved(&answer);
    answer_release(&answer);
    assert_int_equal(entries_count(*state, "project-data.json.tmp"), 0);
}

static void a_body_may_come_from_a_file(void **state)
{
    /* As lighttpd hands over large ones. program_call pipes, so the shell redirects. */
    char command[2048];
    file_write(path_in(*state, "body"), "{\"from\":\"file\"}");
    (void)snprintf(command, sizeof command,
                   "SCHEDULE_DATA_DIR=%s/data REQUEST_METHOD=POST CONTENT_LENGTH=15 "
                   "CONTENT_TYPE=application/json %s < %s/body > %s/answer 2> /dev/null",
                   (char *)*state, SCHEDULE_CGI, (char *)*state, (char *)*state);
    assert_int_equal(system(command), 0);
    check_stored_text(path_in(*state, "data"), "{\n  \"from\": \"file\"\n}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(post_stores_what_is_sent),
        WITH_DIRECTORY(put_does_the_same),
        WITH_DIRECTORY(a_save_replaces_all_of_it),
        WITH_DIRECTORY(files_and_directories_have_their_modes_whatever_the_umask),
        WITH_DIRECTORY(the_log_tells_directory_file_bytes_and_revision),
        WITH_DIRECTORY(a_killed_saves_rest_is_swept),
        WITH_DIRECTORY(a_body_may_come_from_a_file),
    };
    return cmocka_run_group_tests_name("cgi_save", tests, NULL, NULL);
}
