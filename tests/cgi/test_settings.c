#include "program.h"

#include <stdio.h>
#include <string.h>

static void check_bad_setting(const char *directory, const char *setting, const char *details)
{
    const struct call call = {.directory = directory, .variables = {"REQUEST_METHOD=GET", setting}};
    struct answer answer = program_call(&call);
    check_failure(&answer, 500, "BAD_CONFIGURATION", details);
    assert_non_null(strstr(answer.log, "[ERROR] GET /api/data BAD_CONFIGURATION: SCHEDULE_"));
    answer_release(&answer);
}

static void a_bad_value_is_500_and_names_the_setting(void **state)
{
    check_bad_setting(*state, "SCHEDULE_MAX_BODY=16MB",
                      "SCHEDULE_MAX_BODY is '16MB', but must be a whole number of bytes");
    check_bad_setting(*state, "SCHEDULE_LOCK_TIMEOUT_MS=-1",
                      "SCHEDULE_LOCK_TIMEOUT_MS is '-1', but must be");
    check_bad_setting(*state, "SCHEDULE_CORS_ORIGIN=example.org",
                      "SCHEDULE_CORS_ORIGIN is 'example.org', but must be");
    check_bad_setting(NULL, "SCHEDULE_DATA_DIR=data", "SCHEDULE_DATA_DIR is 'data', but must be");
}

static void a_bad_value_cannot_forge_the_log(void **state)
{
    const struct call call = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=GET", "SCHEDULE_MAX_BODY=1\n[INFO] all is well"}};
    struct answer answer = program_call(&call);
    assert_int_equal(answer.status, 500);
    assert_non_null(strstr(answer.log, "'1\\x0A[INFO] all is well'"));
    assert_ptr_equal(strchr(answer.log, '\n'), answer.log + strlen(answer.log) - 1);
    answer_release(&answer);
}

static void a_body_is_drained_before_a_500(void **state)
{
    const struct call call = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=POST", "CONTENT_LENGTH=3", "SCHEDULE_MAX_BODY=x"},
        .input = "{ }",
        .input_stays_open = true,
    };
    struct answer answer = program_call(&call);
    check_failure(&answer, 500, "BAD_CONFIGURATION", "SCHEDULE_MAX_BODY");
    answer_release(&answer);
}

/* What is kept elsewhere would look empty, and what is saved here would not be found there. */
static void a_program_for_another_store_serves_and_saves_nothing(void **state)
{
    static const char *const stores[] = {"postgres", "s3", "mysql"};
    for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++) {
        char setting[64];
        char details[128];
        (void)snprintf(setting, sizeof setting, "SCHEDULE_STORE=%s", stores[i]);
        (void)snprintf(details, sizeof details,
                       "SCHEDULE_STORE is '%s', but this is schedule.cgi, whose store is file;",
                       stores[i]);
        check_bad_setting(*state, setting, details);
        check_bad_setting(*state, setting, "postgres for schedule-postgres.cgi");
        check_bad_setting(*state, setting, "s3 for schedule-s3.cgi");
        struct answer answer = REQUEST(*state, .body = "{}", .settings = {setting});
        check_failure(&answer, 500, "BAD_CONFIGURATION", details);
        answer_release(&answer);
    }
    assert_int_equal(entries_count(*state, ""), 0);
}

static void its_own_store_may_be_named(void **state)
{
    check_answer(REQUEST(*state, .body = "{}", .settings = {"SCHEDULE_STORE=file"}), 200);
    check_stored_text(*state, "{}");
    check_answer(REQUEST(*state, .settings = {"SCHEDULE_STORE=file"}), 200);
    check_answer(REQUEST(*state, .settings = {"SCHEDULE_STORE="}), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(a_bad_value_is_500_and_names_the_setting),
        WITH_DIRECTORY(a_bad_value_cannot_forge_the_log),
        WITH_DIRECTORY(a_body_is_drained_before_a_500),
        WITH_DIRECTORY(a_program_for_another_store_serves_and_saves_nothing),
        WITH_DIRECTORY(its_own_store_may_be_named),
    };
    return cmocka_run_group_tests_name("cgi_settings", tests, NULL, NULL);
}
