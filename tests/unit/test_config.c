#include "config.h"
#include "store_kind.h"
#include "temporary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int environment_clear(void **state)
{
    (void)state;
    (void)unsetenv("SCHEDULE_DATA_DIR");
    (void)unsetenv("SCHEDULE_MAX_BODY");
    (void)unsetenv("SCHEDULE_LOCK_TIMEOUT_MS");
    (void)unsetenv("SCHEDULE_CORS_ORIGIN");
    return 0;
}

static void set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

static void check_defaults(void)
{
    struct config config;
    assert_int_equal(config_read(&config, &store_kind_file, NULL), STATUS_OK);
    assert_string_equal(config.data_directory, "/tmp/project-schedule-data");
    assert_int_equal(config.max_body, 16777216);
    assert_int_equal(config.lock_timeout_ms, 3000);
    assert_int_equal(config.retention.count, 50);
    assert_int_equal(config.retention.bytes, 64 << 20);
    assert_null(config.cors_origin);
}

static void has_defaults(void **state)
{
    (void)state;
    check_defaults();
}

static void empty_counts_as_not_set(void **state)
{
    (void)state;
    set("SCHEDULE_DATA_DIR", "");
    set("SCHEDULE_MAX_BODY", "");
    set("SCHEDULE_LOCK_TIMEOUT_MS", "");
    set("SCHEDULE_BACKUPS", "");
    set("SCHEDULE_BACKUP_BYTES", "");
    set("SCHEDULE_CORS_ORIGIN", "");
    check_defaults();
}

static void takes_what_is_set(void **state)
{
    struct config config;
    (void)state;
    set("SCHEDULE_DATA_DIR", "//var//lib/schedule/");
    set("SCHEDULE_MAX_BODY", "268435456");
    set("SCHEDULE_LOCK_TIMEOUT_MS", "0");
    set("SCHEDULE_BACKUPS", "0");
    set("SCHEDULE_BACKUP_BYTES", "1099511627776");
    set("SCHEDULE_CORS_ORIGIN", "https://a.example, http://b.example:8080");
    assert_int_equal(config_read(&config, &store_kind_file, NULL), STATUS_OK);
    assert_string_equal(config.data_directory, "/var/lib/schedule");
    assert_int_equal(config.max_body, 268435456);
    assert_int_equal(config.lock_timeout_ms, 0);
    assert_int_equal(config.retention.count, 0);
    assert_int_equal(config.retention.bytes, 1099511627776);
    assert_string_equal(config.cors_origin, "https://a.example, http://b.example:8080");
}

static void check_refused(const char *name, const char *value)
{
    struct config config;
    struct error error = ERROR_INIT;
    char expected[2048];
    set(name, value);
    assert_int_equal(config_read(&config, &store_kind_file, &error), STATUS_INVALID);
    (void)snprintf(expected, sizeof expected, "%s is '%s', but must be ", name, value);
    if (strncmp(error.text, expected, strlen(expected)) != 0)
        fail_msg("'%s' does not start with '%s'", error.text, expected);
    assert_int_equal(unsetenv(name), 0);
}

static void refuses_directories_that_are_no_plain_absolute_path(void **state)
{
    char longest[1300];
    (void)state;
    check_refused("SCHEDULE_DATA_DIR", "data");
    check_refused("SCHEDULE_DATA_DIR", "./data");
    check_refused("SCHEDULE_DATA_DIR", "/");
    check_refused("SCHEDULE_DATA_DIR", "//");
    check_refused("SCHEDULE_DATA_DIR", "/a/../b");
    check_refused("SCHEDULE_DATA_DIR", "/a/.");
    memset(longest, 'x', sizeof longest - 1);
    longest[0] = '/';
    longest[1023] = '\0';
    struct config config;
    set("SCHEDULE_DATA_DIR", longest);
    assert_int_equal(config_read(&config, &store_kind_file, NULL), STATUS_OK);
    longest[1023] = 'x';
    longest[1024] = '\0';
    check_refused("SCHEDULE_DATA_DIR", longest);
}

static void names_with_dots_are_plain(void **state)
{
    struct config config;
    (void)state;
    set("SCHEDULE_DATA_DIR", "/a/.b/..c/d..");
    assert_int_equal(config_read(&config, &store_kind_file, NULL), STATUS_OK);
    assert_string_equal(config.data_directory, "/a/.b/..c/d..");
}

static void refuses_numbers_out_of_bounds(void **state)
{
    (void)state;
    check_refused("SCHEDULE_MAX_BODY", "0");
    check_refused("SCHEDULE_MAX_BODY", "-1");
    check_refused("SCHEDULE_MAX_BODY", "16M");
    check_refused("SCHEDULE_MAX_BODY", "268435457");
    check_refused("SCHEDULE_LOCK_TIMEOUT_MS", "3s");
    check_refused("SCHEDULE_LOCK_TIMEOUT_MS", "600001");
}

static void refuses_what_is_no_origin(void **state)
{
    (void)state;
    check_refused("SCHEDULE_CORS_ORIGIN", "example.org");
    check_refused("SCHEDULE_CORS_ORIGIN", "https://example.org/");
    check_refused("SCHEDULE_CORS_ORIGIN", "https://");
    check_refused("SCHEDULE_CORS_ORIGIN", "https://Plan.example.org");
    check_refused("SCHEDULE_CORS_ORIGIN", "https://a.example,*");
    check_refused("SCHEDULE_CORS_ORIGIN", " , ");
    check_refused("SCHEDULE_CORS_ORIGIN", "https://user@example.org");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(has_defaults, environment_clear),
        cmocka_unit_test_setup(empty_counts_as_not_set, environment_clear),
        cmocka_unit_test_setup(takes_what_is_set, environment_clear),
        cmocka_unit_test_setup(refuses_directories_that_are_no_plain_absolute_path,
                               environment_clear),
        cmocka_unit_test_setup(names_with_dots_are_plain, environment_clear),
        cmocka_unit_test_setup(refuses_numbers_out_of_bounds, environment_clear),
        cmocka_unit_test_setup(refuses_what_is_no_origin, environment_clear),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
