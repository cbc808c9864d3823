#include "request.h"
#include "temporary.h"

#include <stdlib.h>
#include <string.h>

static int environment_clear(void **state)
{
    static const char *const names[] = {"GATEWAY_INTERFACE", "REQUEST_METHOD", "PATH_INFO",
                                        "REQUEST_URI",       "SCRIPT_NAME",    "CONTENT_TYPE",
                                        "CONTENT_LENGTH",    "HTTP_ORIGIN"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unsetenv(names[i]);
    return setenv("REQUEST_METHOD", "GET", 1);
}

/* Set a meta-variable, or take it away if `value` is null. */
static void set(const char *name, const char *value)
{
    assert_int_equal(value != NULL ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void check_path(const char *path_info, const char *uri, const char *script,
                       const char *expected)
{
    struct request request;
    set("PATH_INFO", path_info);
    set("REQUEST_URI", uri);
    set("SCRIPT_NAME", script);
    assert_int_equal(request_read(&request, NULL), STATUS_OK);
    assert_string_equal(request.path, expected);
}

static void path_info_tells_the_resource(void **state)
{
    (void)state;
    check_path("/data", NULL, NULL, "/data");
    check_path("/other", "/api/data", "/api", "/other");
    check_path("/data", "/elsewhere/data?x", "/elsewhere", "/data");
}

static void without_it_the_uri_does(void **state)
{
    (void)state;
    check_path(NULL, "/api/data", "/api/data", "/data"); /* fcgiwrap under nginx */
    check_path("", "/api/data?base=1", "/api/data", "/data");
    check_path(NULL, "/cgi-bin/schedule.cgi/data", "/cgi-bin/schedule.cgi", "/data");
    check_path(NULL, "/api/data#x", NULL, "/data");
    check_path(NULL, "/api/d%61t%61?%zz", NULL, "/data");
    check_path(NULL, "/api", "/api", "");
    check_path(NULL, "/apidata", NULL, "");
    check_path(NULL, "/", NULL, "");
    check_path(NULL, "http://host/api/data", NULL, "");
}

static void with_neither_it_is_the_data(void **state)
{
    (void)state;
    check_path(NULL, NULL, NULL, "/data");
    check_path("", "", "", "/data");
}

static void paths_longer_than_any_resource_find_none(void **state)
{
    char longest[2 * REQUEST_PATH_SIZE];
    (void)state;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest, "/api/", 5);
    check_path(longest, NULL, NULL, "");
    check_path(NULL, longest, NULL, "");
    longest[REQUEST_PATH_SIZE - 1] = '\0';
    check_path(longest, NULL, NULL, longest);
}

static void check_malformed(const char *uri)
{
    struct request request;
    struct error error = ERROR_INIT;
    set("REQUEST_URI", uri);
    assert_int_equal(request_read(&request, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "malformed percent-encoding"));
    assert_string_equal(request.method, "GET");
}

static void refuses_malformed_escapes(void **state)
{
    (void)state;
    check_malformed("/api/%");
    check_malformed("/api/%4");
    check_malformed("/api/%4?1");
    check_malformed("/api/%4g");
    check_malformed("/api/data%00");
}

static void a_request_has_a_method(void **state)
{
    struct request request;
    struct error error = ERROR_INIT;
    char label[REQUEST_LABEL_SIZE];
    (void)state;
    assert_true(request_present());
    set("REQUEST_METHOD", NULL);
    assert_false(request_present());
    set("GATEWAY_INTERFACE", "CGI/1.1");
    assert_true(request_present());
    assert_int_equal(request_read(&request, &error), STATUS_INVALID);
    assert_string_equal(error.text, "REQUEST_METHOD is not set");
    assert_string_equal(request_label(&request, label), "- /api/data");
    assert_true(request.by_server);
}

static void empty_variables_are_absent(void **state)
{
    struct request request;
    char label[REQUEST_LABEL_SIZE];
    (void)state;
    set("CONTENT_TYPE", "");
    set("CONTENT_LENGTH", "");
    set("HTTP_ORIGIN", "");
    assert_int_equal(request_read(&request, NULL), STATUS_OK);
    assert_null(request.content_type);
    assert_null(request.content_length);
    assert_null(request.origin);
    assert_false(request.by_server);
    assert_string_equal(request_label(&request, label), "GET /api/data");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(path_info_tells_the_resource, environment_clear),
        cmocka_unit_test_setup(without_it_the_uri_does, environment_clear),
        cmocka_unit_test_setup(with_neither_it_is_the_data, environment_clear),
        cmocka_unit_test_setup(paths_longer_than_any_resource_find_none, environment_clear),
        cmocka_unit_test_setup(refuses_malformed_escapes, environment_clear),
        cmocka_unit_test_setup(a_request_has_a_method, environment_clear),
        cmocka_unit_test_setup(empty_variables_are_absent, environment_clear),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
