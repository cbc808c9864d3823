#include "backup_resource.h"
#include "data_resource.h"
#include "health_resource.h"
#include "item_resource.h"
#include "route.h"
#include "temporary.h"

#include <string.h>

static struct route_match match;
static char allow[ROUTE_ALLOW_SIZE];

static enum failure find(const char *method, const char *path)
{
    struct error error = ERROR_INIT;
    struct request request = {.method = method};
    (void)strcpy(request.path, path);
    enum failure failure = route_find(&request, &match, &error);
    route_allow(&match, allow);
    assert_int_equal(failure != FAILURE_NONE, error.text[0] != '\0');
    return failure;
}

static void finds_handlers(void **state)
{
    static const struct {
        const char *method;
        const char *path;
        route_handler *handler;
    } rows[] = {
        {"GET", "/data", data_load},
        {"HEAD", "/data", data_load},
        {"POST", "/data", data_save},
        {"PUT", "/data", data_save},
        {"PATCH", "/data", data_patch},
        {"GET", "/data/tasks", collection_load},
        {"POST", "/data/tasks", item_add},
        {"GET", "/data/tasks/1", item_load},
        {"PUT", "/data/tasks/1", item_replace},
        {"PATCH", "/data/tasks/1", item_patch},
        {"DELETE", "/data/tasks/1", item_remove},
        {"GET", "/backups", backups_list},
        {"POST", "/backups", backup_pin},
        {"GET", "/backups/1", backup_load},
        {"DELETE", "/backups/1", backup_remove},
        {"POST", "/backups/1/restore", backup_restore},
        {"GET", "/health", health_report},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(find(rows[i].method, rows[i].path), FAILURE_NONE);
        assert_true(match.route->handler == rows[i].handler);
    }
}

static void names_are_taken_from_the_path(void **state)
{
    (void)state;
    assert_int_equal(find("GET", "/data/tasks/任务 *"), FAILURE_NONE);
    assert_string_equal(match.names[0], "tasks");
    assert_string_equal(match.names[1], "任务 *");
    assert_int_equal(find("POST", "/backups/1769000000123/restore"), FAILURE_NONE);
    assert_string_equal(match.names[0], "1769000000123");
}

static void options_needs_no_handler(void **state)
{
    (void)state;
    assert_int_equal(find("OPTIONS", "/data"), FAILURE_NONE);
    assert_null(match.route);
    assert_string_equal(allow, "GET, HEAD, POST, PUT, PATCH, OPTIONS");
    assert_string_equal(match.accept_patch,
                        "application/merge-patch+json, application/json-patch+json");
    assert_int_equal(find("OPTIONS", "/data/tasks"), FAILURE_NONE);
    assert_string_equal(allow, "GET, HEAD, POST, OPTIONS");
    assert_null(match.accept_patch);
    assert_int_equal(find("OPTIONS", "/nothing"), FAILURE_NOT_FOUND);
}

static void methods_are_case_sensitive(void **state)
{
    static const char *const methods[] = {"get", "Post", "DELETE", "patch", "TRACE", "-", "GETX"};
    (void)state;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        assert_int_equal(find(methods[i], "/data"), FAILURE_METHOD_NOT_ALLOWED);
        assert_string_equal(allow, "GET, HEAD, POST, PUT, PATCH, OPTIONS");
        assert_null(match.route);
    }
}

static void other_paths_are_not_found(void **state)
{
    static const char *const paths[] = {"",
                                        "/",
                                        "/dat",
                                        "/data/",
                                        "/data/tasks/",
                                        "/data/a/b/c",
                                        "/DATA",
                                        "//data",
                                        "/data//1",
                                        "/backups/",
                                        "/backups/1/",
                                        "/backups/1/2",
                                        "/health/",
                                        "/backups//restore",
                                        "/backups/1/restore/"};
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_int_equal(find("GET", paths[i]), FAILURE_NOT_FOUND);
        assert_string_equal(allow, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_handlers),
        cmocka_unit_test(names_are_taken_from_the_path),
        cmocka_unit_test(options_needs_no_handler),
        cmocka_unit_test(methods_are_case_sensitive),
        cmocka_unit_test(other_paths_are_not_found),
    };
    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
