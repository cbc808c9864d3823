/* Started by hand, or by a server that does odd things. */
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void without_a_request_it_says_what_it_is(void **state)
{
    const struct call call = {.directory = *state, .variables = {"SCHEDULE_MAX_BODY=1000"}};
    struct answer answer = program_call(&call);
    assert_int_equal(answer.exit_status, 0);
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

static void arguments_are_ignored(void **state)
{
    static const char *const arguments[] = {"--help", "-s", "x", "-d", "/etc"};
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        const struct call call = {.directory = *state,
                                  .variables = {"REQUEST_METHOD=GET", "GATEWAY_INTERFACE=CGI/1.1"},
                                  .argument = arguments[i]};
        struct answer answer = program_call(&call);
        struct answer plain = program_get(*state);
        assert_string_equal(answer.output, plain.output);
        answer_release(&answer);
        answer_release(&plain);
    }
}

static void closed_standard_streams_do_no_harm(void **state)
{
    const struct call post = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=POST", "CONTENT_LENGTH=2"},
        .streams_closed = true,
    };
    const char *path = path_in(*state, "project-data.json");
    file_write(path, "{}");
    struct answer answer = program_call(&post);
    answer_release(&answer);
    const struct call get = {
        .directory = *state, .variables = {"REQUEST_METHOD=GET"}, .streams_closed = true};
    answer = program_call(&get);
    assert_true(WIFEXITED(answer.exit_status));
    assert_int_equal(WEXITSTATUS(answer.exit_status), EXIT_FAILURE); /* nobody has the answer */
    answer_release(&answer);
    assert_int_equal(file_stat(path).st_size, 2);
    assert_int_equal(entries_count(*state, ""), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(without_a_request_it_says_what_it_is),
        WITH_DIRECTORY(without_a_request_a_wrong_setting_is_told),
        WITH_DIRECTORY(arguments_are_ignored),
        WITH_DIRECTORY(closed_standard_streams_do_no_harm),
    };
    return cmocka_run_group_tests_name("cgi_by_hand", tests, NULL, NULL);
}
