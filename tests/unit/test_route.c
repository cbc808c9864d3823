#include "data_resource.h"
#include "route.h"
#include "temporary.h"

#include <string.h>

static enum failure find(const char *method, const char *path, const struct route **route,
                         char allow[ROUTE_ALLOW_SIZE])
{
    struct error error = ERROR_INIT;
    struct request request = {.method = method};
    (void)strcpy(request.path, path);
    enum failure failure = route_find(&request, route, allow, &error);
    assert_int_equal(failure != FAILURE_NONE, error.text[0] != '\0');
    return failure;
}

static void finds_handlers(void **state)
{
    const struct route *route = NULL;
    char allow[ROUTE_ALLOW_SIZE];
    (void)state;
    assert_int_equal(find("GET", "/data", &route, allow), FAILURE_NONE);
    assert_true(route->handler == data_load);
    assert_int_equal(find("HEAD", "/data", &route, allow), FAILURE_NONE);
    assert_true(route->handler == data_load);
    assert_int_equal(find("POST", "/data", &route, allow), FAILURE_NONE);
    assert_true(route->handler == data_save);
    assert_int_equal(find("PUT", "/data", &route, allow), FAILURE_NONE);
    assert_true(route->handler == data_save);
}

static void options_needs_no_handler(void **state)
{
    const struct route *route = NULL;
    char allow[ROUTE_ALLOW_SIZE];
    (void)state;
    assert_int_equal(find("OPTIONS", "/data", &route, allow), FAILURE_NONE);
    assert_null(route);
    assert_string_equal(allow, "GET, HEAD, POST, PUT, OPTIONS");
    assert_int_equal(find("OPTIONS", "/nothing", &route, allow), FAILURE_NOT_FOUND);
}

static void methods_are_case_sensitive(void **state)
{
    static const char *const methods[] = {"get", "Post", "DELETE", "PATCH", "TRACE", "-", "GETX"};
    const struct route *route = NULL;
    char allow[ROUTE_ALLOW_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        assert_int_equal(find(methods[i], "/data", &route, allow), FAILURE_METHOD_NOT_ALLOWED);
        assert_string_equal(allow, "GET, HEAD, POST, PUT, OPTIONS");
        assert_null(route);
    }
}

static void other_paths_are_not_found(void **state)
{
    static const char *const paths[] = {"", "/", "/dat", "/data/", "/data/x", "/DATA", "//data"};
    const struct route *route = NULL;
    char allow[ROUTE_ALLOW_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_int_equal(find("GET", paths[i], &route, allow), FAILURE_NOT_FOUND);
        assert_string_equal(allow, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_handlers),
        cmocka_unit_test(options_needs_no_handler),
        cmocka_unit_test(methods_are_case_sensitive),
        cmocka_unit_test(other_paths_are_not_found),
    };
    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
