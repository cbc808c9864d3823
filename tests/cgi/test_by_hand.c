/* Started by hand, or by a server that does odd things. */
#include "program.h"
#include "schedule_cgi.h"
#include "valgrind_run.h"
#include "version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *version_line(void)
{
    static char line[64];
    (void)snprintf(line, sizeof line, "schedule-cgi %s\n", schedule_version);
    return line;
}

static void without_a_request_it_says_what_it_is(void **state)
{
    const struct call call = {.directory = *state, .variables = {"SCHEDULE_MAX_BODY=1000"}};
    struct answer answer = program_call(&call);
    assert_int_equal(answer.exit_status, 0);
    assert_ptr_equal(strstr(answer.output, version_line()), answer.output);
    assert_non_null(strstr(answer.output, "schedule.cgi"));
    assert_non_null(strstr(answer.output, "REQUEST_METHOD=GET"));
    assert_non_null(strstr(answer.output, "\n  SCHEDULE_MAX_BODY=1000\n"));
    assert_string_equal(answer.log, "");
    assert_int_equal(entries_count(*state, ""), 0);
    answer_release(&answer);
}

static void without_a_request_a_wrong_setting_is_told(void **state)
{
    const struct call call = {.directory = *state, .variables = {"SCHEDULE_MAX_BODY=lots"}};
    struct answer answer = program_call(&call);
    assert_int_not_equal(answer.exit_status, 0);
    assert_non_null(strstr(answer.log, "SCHEDULE_MAX_BODY is 'lots'"));
    answer_release(&answer);
}

static int run_by_hand(void *context)
{
    (void)syscall(SYS_close_range, 3, ~0U, 0); /* of the test, for who counts what stays open */
    return schedule_cgi_run_by_hand(&store_kind_file, context);
}

/* Under valgrind without the program's main, which sees to it that there is no request. */
static struct answer call_with(const char *directory, const char *argument)
{
    const struct in_process in_process = {run_by_hand, (void *)(uintptr_t)argument};
    const struct call call = {.directory = directory,
                              .argument = argument,
                              .in_process = valgrind_runs() ? &in_process : NULL};
    return program_call(&call);
}

static void it_tells_its_version(void **state)
{
    struct answer answer = call_with(*state, "--version");
    assert_int_equal(answer.exit_status, 0);
    assert_string_equal(answer.output, version_line());
    assert_string_equal(answer.log, "");
    answer_release(&answer);
}

static void help_is_what_it_says_without_arguments(void **state)
{
    const struct call plain = {.directory = *state};
    struct answer expected = program_call(&plain);
    struct answer answer = call_with(*state, "--help");
    assert_int_equal(answer.exit_status, 0);
    assert_string_equal(answer.output, expected.output);
    answer_release(&expected);
    answer_release(&answer);
}

static void an_argument_that_is_unknown_is_wrong_use(void **state)
{
    static const char *const arguments[] = {"--versions", "-s", ""};
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        struct answer answer = call_with(*state, arguments[i]);
        assert_true(WIFEXITED(answer.exit_status));
        assert_int_equal(WEXITSTATUS(answer.exit_status), 2);
        assert_string_equal(answer.output, "");
        assert_non_null(strstr(answer.log, "usage: schedule.cgi [--version | --help]\n"));
        answer_release(&answer);
    }
    assert_int_equal(entries_count(*state, ""), 0);
}

/* The request is answered as if there were no argument. */
static void check_ignored(struct call call, const char *argument)
{
    struct answer plain = program_call(&call);
    assert_true(plain.status == 200 || plain.status == 400);
    call.argument = argument;
    struct answer answer = program_call(&call);
    assert_string_equal(answer.output, plain.output);
    answer_release(&plain);
    answer_release(&answer);
}

static void in_a_request_arguments_are_ignored(void **state)
{
    static const char *const arguments[] = {"--version", "--help", "-s", "x", "-d", "/etc"};
    static const char method[] = "REQUEST_METHOD=GET";
    static const char server[] = "GATEWAY_INTERFACE=CGI/1.1";
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        const char *argument = arguments[i];
        check_ignored((struct call){.directory = *state, .variables = {method, server}}, argument);
        check_ignored((struct call){.directory = *state, .variables = {method}}, argument);
        check_ignored((struct call){.directory = *state, .variables = {server}}, argument);
    }
}

enum { INPUT = 1 << STDIN_FILENO, OUTPUT = 1 << STDOUT_FILENO, LOG = 1 << STDERR_FILENO };

static void closed_standard_streams_do_no_harm(void **state)
{
    const struct call post = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=POST", "CONTENT_LENGTH=2"},
        .closed = INPUT | OUTPUT | LOG,
    };
    const char *path = path_in(*state, "project-data.json");
    file_write(path, "{}");
    struct answer answer = program_call(&post);
    answer_release(&answer);
    const struct call get = {
        .directory = *state, .variables = {"REQUEST_METHOD=GET"}, .closed = INPUT | OUTPUT | LOG};
    answer = program_call(&get);
    assert_true(WIFEXITED(answer.exit_status));
    assert_int_equal(WEXITSTATUS(answer.exit_status), EXIT_FAILURE); /* nobody has the answer */
    answer_release(&answer);
    assert_int_equal(file_stat(path).st_size, 2);
    assert_int_equal(entries_count(*state, ""), 1);
}

/* Who waits for the lock has its file open, and logs that he waits. */
static void the_log_does_not_land_in_a_file(void **state)
{
    int held = lock_hold(*state);
    const struct call post = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=POST", "CONTENT_LENGTH=2", "SCHEDULE_LOCK_TIMEOUT_MS=100"},
        .input = "{}",
        .closed = OUTPUT | LOG,
    };
    struct answer answer = program_call(&post);
    (void)close(held);
    answer_release(&answer);
    assert_int_equal(file_stat(path_in(*state, "data.lock")).st_size, 0);
    assert_int_equal(entries_count(*state, ""), 1);
}

static int status_with_unread_log(const char *directory, const char *method, const char *path_info)
{
    const struct call call = {.directory = directory,
                              .variables = {method, path_info, "CONTENT_LENGTH=2"},
                              .input = "{}",
                              .unread = LOG};
    struct answer answer = program_call(&call);
    int status = answer.exit_status == 0 ? answer.status : -1;
    answer_release(&answer);
    return status;
}

static void a_log_that_nobody_reads_keeps_nobody_from_an_answer(void **state)
{
    char missing[TEMPORARY_PATH_SIZE];
    (void)snprintf(missing, sizeof missing, "%s", path_in(*state, "missing"));
    assert_int_equal(status_with_unread_log(missing, "REQUEST_METHOD=GET", "PATH_INFO=/data"), 200);
    assert_int_equal(status_with_unread_log(*state, "REQUEST_METHOD=GET", "PATH_INFO=/nope"), 404);
    assert_int_equal(status_with_unread_log(*state, "REQUEST_METHOD=DELETE", "PATH_INFO=/data"),
                     405);
    assert_int_equal(status_with_unread_log(*state, "REQUEST_METHOD=POST", "PATH_INFO=/data"), 200);
    file_write(path_in(*state, "project-data.json"), "[");
    assert_int_equal(status_with_unread_log(*state, "REQUEST_METHOD=GET", "PATH_INFO=/data"), 503);
}

/* Whether the request ends in order, and tells the log that nobody took its answer. */
static bool loss_is_told(const struct call *call)
{
    struct answer answer = program_call(call);
    bool told = WIFEXITED(answer.exit_status) && WEXITSTATUS(answer.exit_status) == EXIT_FAILURE &&
                strstr(answer.log, "应答未能送出") != NULL;
    answer_release(&answer);
    return told;
}

static void a_client_that_is_gone_is_told_to_the_log(void **state)
{
    static char text[200 * 1000];
    const struct call post = {
        .directory = *state, .variables = {"REQUEST_METHOD=POST"}, .input = text, .unread = OUTPUT};
    const struct call get = {
        .directory = *state, .variables = {"REQUEST_METHOD=GET"}, .unread = OUTPUT};
    memset(text, ' ', sizeof text - 1);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + sizeof text - 4, "\"}", 2);
    assert_true(loss_is_told(&post));
    assert_true(loss_is_told(&get));
    struct answer loaded = program_get(*state);
    assert_int_equal(loaded.status, 200);
    assert_true(loaded.body_length > sizeof text - 100);
    answer_release(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(without_a_request_it_says_what_it_is),
        WITH_DIRECTORY(without_a_request_a_wrong_setting_is_told),
        WITH_DIRECTORY(it_tells_its_version),
        WITH_DIRECTORY(help_is_what_it_says_without_arguments),
        WITH_DIRECTORY(an_argument_that_is_unknown_is_wrong_use),
        WITH_DIRECTORY(in_a_request_arguments_are_ignored),
        WITH_DIRECTORY(closed_standard_streams_do_no_harm),
        WITH_DIRECTORY(the_log_does_not_land_in_a_file),
        WITH_DIRECTORY(a_log_that_nobody_reads_keeps_nobody_from_an_answer),
        WITH_DIRECTORY(a_client_that_is_gone_is_told_to_the_log),
    };
    return cmocka_run_group_tests_name("cgi_by_hand", tests, NULL, NULL);
}
