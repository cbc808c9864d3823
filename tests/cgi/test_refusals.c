/* Requests that are refused: what is answered, and that nothing changes. */
#include "program.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char kept[] = "{\n  \"kept\": 1\n}";

static int setup(void **state)
{
    int result = temporary_setup(state);
    file_write(path_in(*state, "project-data.json"), kept);
    return result;
}

static void check_kept(const char *directory)
{
    char *text = file_read(path_in(directory, "project-data.json"));
    assert_string_equal(text, kept);
    free(text);
    assert_int_equal(entries_count(directory, "project-data.json.tmp"), 0);
}

static void check_refused_body(const char *directory, const char *text, const char *details)
{
    struct answer answer = program_post(directory, text);
    check_failure(&answer, 400, "BAD_REQUEST", details);
    assert_non_null(
        strstr(answer.log, "[ERROR] POST /api/data 数据保存最终失败，错误: the body: "));
    answer_release(&answer);
    check_kept(directory);
}

static void what_is_no_document_is_400_with_its_place(void **state)
{
    check_refused_body(*state, "not json", "line 1, column 1: ");
    check_refused_body(*state, "", "the text is empty");
    check_refused_body(*state, " \n", "line 2, column 1: ");
    check_refused_body(*state, "[]", "line 1, column 1: ");
    check_refused_body(*state, "null", "line 1, column 1: ");
    check_refused_body(*state, "\"{}\"", "line 1, column 1: ");
    check_refused_body(*state, "{\"a\":1}}", "line 1, column 8: ");
    check_refused_body(*state, "{\"a\":1}\n{}", "line 2, column 1: ");
    check_refused_body(*state, "{\n\"a\":1,\n}", "line 3, column 1: ");
    check_refused_body(*state, "{\"名称\":\"\xB0\xC5\"}", "line 1, column 8: ");
    check_refused_body(*state, "{\"a\":\"\\ud800\"}", "line 1, column 13: ");
    check_refused_body(*state, "{\"a\":1", "the text ends before");
}

static void too_deep_is_400(void **state)
{
    const size_t depth = 200000;
    char *text = malloc(depth + 6);
    assert_non_null(text);
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '[', depth);
    text[depth + 5] = '\0';
    check_refused_body(*state, text, "nested deeper than 128 levels");
    free(text);
}

static struct answer post_typed(const char *directory, const char *type, const char *origin)
{
    const struct call call = {
        .directory = directory,
        .variables = {"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=POST", "CONTENT_LENGTH=2", type,
                      origin},
        .input = "{}",
    };
    return program_call(&call);
}

static void what_is_not_sent_as_json_is_415(void **state)
{
    static const char *const types[] = {
        "CONTENT_TYPE=text/plain", "CONTENT_TYPE=application/x-www-form-urlencoded",
        "CONTENT_TYPE=multipart/form-data; boundary=x", "CONTENT_TYPE=application/jsonp"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct answer answer = post_typed(*state, types[i], NULL);
        check_failure(&answer, 415, "UNSUPPORTED_MEDIA_TYPE", "send application/json");
        answer_release(&answer);
        check_kept(*state);
    }
}

static void a_page_must_name_the_type(void **state)
{
    /* A foreign page can post a Blob without a type, and no preflight stops it. */
    struct answer answer = post_typed(*state, "HTTP_ORIGIN=https://evil.example", NULL);
    check_failure(&answer, 415, "UNSUPPORTED_MEDIA_TYPE", "send application/json");
    answer_release(&answer);
    check_kept(*state);
    answer = post_typed(*state, "CONTENT_TYPE=", NULL);
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
}

static void other_methods_are_405_with_allow(void **state)
{
    static const char *const methods[] = {"REQUEST_METHOD=DELETE", "REQUEST_METHOD=get",
                                          "REQUEST_METHOD=\x1B[31m"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        const struct call call = {.directory = *state, .variables = {methods[i]}};
        struct answer answer = program_call(&call);
        check_failure(&answer, 405, "METHOD_NOT_ALLOWED", "GET, HEAD, POST, PUT, PATCH, OPTIONS");
        assert_true(has_header(&answer, "Allow: GET, HEAD, POST, PUT, PATCH, OPTIONS"));
        assert_null(strchr(answer.output, '\x1B'));
        assert_null(strchr(answer.log, '\x1B'));
        answer_release(&answer);
    }
}

static void other_paths_are_404(void **state)
{
    static const char *const paths[] = {"PATH_INFO=/",      "PATH_INFO=/data/../../etc/passwd",
                                        "PATH_INFO=/data/", "REQUEST_URI=/api/other?x",
                                        "PATH_INFO=/a\nb",  "REQUEST_URI=/api"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const struct call call = {.directory = *state,
                                  .variables = {"REQUEST_METHOD=GET", paths[i]}};
        struct answer answer = program_call(&call);
        check_failure(&answer, 404, "NOT_FOUND", "try /api/data");
        assert_null(strstr(answer.log, "/a\nb"));
        answer_release(&answer);
    }
}

static void a_malformed_request_is_400(void **state)
{
    const struct call no_method = {.directory = *state, .variables = {"GATEWAY_INTERFACE=CGI/1.1"}};
    struct answer answer = program_call(&no_method);
    check_failure(&answer, 400, "BAD_REQUEST", "REQUEST_METHOD is not set");
    answer_release(&answer);
    const struct call bad_escape = {.directory = *state,
                                    .variables = {"REQUEST_METHOD=GET", "REQUEST_URI=/api/data%2"}};
    answer = program_call(&bad_escape);
    check_failure(&answer, 400, "BAD_REQUEST", "malformed percent-encoding");
    answer_release(&answer);
}

static void options_is_204_with_allow(void **state)
{
    const struct call call = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=OPTIONS", "HTTP_ORIGIN=https://a.example"}};
    struct answer answer = program_call(&call);
    assert_string_equal(answer.output, "Status: 204 No Content\n"
                                       "Allow: GET, HEAD, POST, PUT, PATCH, OPTIONS\n"
                                       "Accept-Patch: application/merge-patch+json, "
                                       "application/json-patch+json\n"
                                       "Cache-Control: no-cache\n\n");
    answer_release(&answer);
}

static void cors_headers_come_with_the_setting(void **state)
{
    const struct call call = {.directory = *state,
                              .variables = {"REQUEST_METHOD=OPTIONS",
                                            "HTTP_ORIGIN=https://a.example",
                                            "SCHEDULE_CORS_ORIGIN=https://a.example"}};
    struct answer answer = program_call(&call);
    assert_int_equal(answer.status, 204);
    assert_true(has_header(&answer, "Access-Control-Allow-Origin: https://a.example"));
    assert_true(
        has_header(&answer, "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, OPTIONS"));
    assert_true(
        has_header(&answer, "Access-Control-Allow-Headers: Content-Type, If-Match, If-None-Match"));
    assert_true(has_header(&answer, "Vary: Origin"));
    answer_release(&answer);
    const struct call error_call = {.directory = *state,
                                    .variables = {"REQUEST_METHOD=GET", "PATH_INFO=/x",
                                                  "HTTP_ORIGIN=https://a.example",
                                                  "SCHEDULE_CORS_ORIGIN=*"}};
    answer = program_call(&error_call);
    assert_int_equal(answer.status, 404);
    assert_true(has_header(&answer, "Access-Control-Allow-Origin: *"));
    answer_release(&answer);
}

int main(void)
{
#define WITH_DOCUMENT(test) cmocka_unit_test_setup_teardown(test, setup, temporary_teardown)
    const struct CMUnitTest tests[] = {
        WITH_DOCUMENT(what_is_no_document_is_400_with_its_place),
        WITH_DOCUMENT(too_deep_is_400),
        WITH_DOCUMENT(what_is_not_sent_as_json_is_415),
        WITH_DOCUMENT(a_page_must_name_the_type),
        WITH_DOCUMENT(other_methods_are_405_with_allow),
        WITH_DOCUMENT(other_paths_are_404),
        WITH_DOCUMENT(a_malformed_request_is_400),
        WITH_DOCUMENT(options_is_204_with_allow),
        WITH_DOCUMENT(cors_headers_come_with_the_setting),
    };
    return cmocka_run_group_tests_name("cgi_refusals", tests, NULL, NULL);
}
