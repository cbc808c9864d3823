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
    (void)unsetenv("SCHEDULE_STORE");
    (void)unsetenv("SCHEDULE_STORE_TIMEOUT_MS");
    (void)unsetenv("REMOTE_USER");
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
    set("SCHEDULE_STORE", "");
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

/* A kind of store on a server, with no settings of its own. */
static const struct store_kind on_server = {
    .name = "far", .program = "schedule-far.cgi", .config_read = config_read_server};

static void the_store_is_that_of_the_program(void **state)
{
    struct config config;
    (void)state;
    set("SCHEDULE_STORE", "file");
    assert_int_equal(config_read(&config, &store_kind_file, NULL), STATUS_OK);
    set("SCHEDULE_STORE", "far");
    assert_int_equal(config_read(&config, &on_server, NULL), STATUS_OK);
}

static void check_wrong_program(const struct store_kind *kind, const char *store)
{
    struct config config;
    struct error error = ERROR_INIT;
    char expected[512];
    set("SCHEDULE_STORE", store);
    assert_int_equal(config_read(&config, kind, &error), STATUS_INVALID);
    (void)snprintf(expected, sizeof expected,
                   "SCHEDULE_STORE is '%s', but this is %s, whose store is %s; file is for "
                   "schedule.cgi, postgres for schedule-postgres.cgi, s3 for schedule-s3.cgi",
                   store, kind->program, kind->name);
    assert_string_equal(error.text, expected);
}

static void a_program_for_another_store_says_so(void **state)
{
    (void)state;
    check_wrong_program(&store_kind_file, "postgres");
    check_wrong_program(&store_kind_file, "s3");
    check_wrong_program(&store_kind_file, "File");
    check_wrong_program(&store_kind_file, "files");
    check_wrong_program(&store_kind_file, "fil");
    check_wrong_program(&on_server, "file");
}

static void check_of_server(uint64_t timeout_ms)
{
    struct config config;
    assert_int_equal(config_read(&config, &on_server, NULL), STATUS_OK);
    assert_int_equal(config.store_timeout_ms, timeout_ms);
    assert_string_equal(config.data_directory, "");
}

static void a_store_on_a_server_has_a_timeout(void **state)
{
    (void)state;
    check_of_server(10000);
    set("SCHEDULE_STORE_TIMEOUT_MS", "");
    check_of_server(10000);
    set("SCHEDULE_STORE_TIMEOUT_MS", "100");
    check_of_server(100);
    set("SCHEDULE_STORE_TIMEOUT_MS", "600000");
    check_of_server(600000);
}

static void check_saved_by(const struct store_kind *kind, const char *expected)
{
    struct config config;
    assert_int_equal(config_read(&config, kind, NULL), STATUS_OK);
    const char *name = config_saved_by(&config);
    if (expected == NULL) {
        assert_null(name);
        return;
    }
    assert_non_null(name);
    assert_string_equal(name, expected);
    assert_true(saver_name_is_valid(name, strlen(name)));
}

/* Of the longest name that is noted, and of one more character. */
static void check_long_names(const struct store_kind *kind)
{
    char user[SAVER_NAME_SIZE + 2];
    char expected[SAVER_NAME_SIZE];
    memset(user, 'u', sizeof user - 1);
    memset(expected, 'u', sizeof expected - 1);
    user[SAVER_NAME_SIZE - 1] = expected[SAVER_NAME_SIZE - 1] = '\0';
    set("REMOTE_USER", user);
    check_saved_by(kind, expected);
    user[SAVER_NAME_SIZE - 1] = 'u';
    user[SAVER_NAME_SIZE] = '\0';
    set("REMOTE_USER", user);
    check_saved_by(kind, expected);
    /* Never cut within a character. */
    memcpy(user + SAVER_NAME_SIZE - 2, "\xE4\xB8\xAD", sizeof "\xE4\xB8\xAD");
    expected[SAVER_NAME_SIZE - 2] = '\0';
    set("REMOTE_USER", user);
    check_saved_by(kind, expected);
}

static void who_saves_is_a_name_that_is_safe_to_show(void **state)
{
    static const struct store_kind *const kinds[] = {&store_kind_file, &on_server};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_int_equal(unsetenv("REMOTE_USER"), 0);
        check_saved_by(kinds[i], NULL);
        set("REMOTE_USER", "");
        check_saved_by(kinds[i], NULL);
        set("REMOTE_USER", "li");
        check_saved_by(kinds[i], "li");
        set("REMOTE_USER", " 李 四@EXAMPLE.ORG ");
        check_saved_by(kinds[i], " 李 四@EXAMPLE.ORG ");
        set("REMOTE_USER", "a\nb\t\x7F\xC2\x85\xFF\"");
        check_saved_by(kinds[i], "a\\x0Ab\\x09\\x7F\\xC2\\x85\\xFF\"");
        check_long_names(kinds[i]);
    }
}

static void check_timeout_refused(const char *value)
{
    struct config config;
    struct error error = ERROR_INIT;
    set("SCHEDULE_STORE_TIMEOUT_MS", value);
    assert_int_equal(config_read(&config, &on_server, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "SCHEDULE_STORE_TIMEOUT_MS is '"));
    assert_int_equal(config.store_timeout_ms, 10000);
    assert_int_equal(config_read(&config, &store_kind_file, NULL), STATUS_OK);
}

/* Of a store in a directory it is no setting. */
static void its_timeout_is_bounded(void **state)
{
    (void)state;
    check_timeout_refused("0");
    check_timeout_refused("99");
    check_timeout_refused("600001");
    check_timeout_refused("10s");
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
        cmocka_unit_test_setup(the_store_is_that_of_the_program, environment_clear),
        cmocka_unit_test_setup(a_program_for_another_store_says_so, environment_clear),
        cmocka_unit_test_setup(a_store_on_a_server_has_a_timeout, environment_clear),
        cmocka_unit_test_setup(who_saves_is_a_name_that_is_safe_to_show, environment_clear),
        cmocka_unit_test_setup(its_timeout_is_bounded, environment_clear),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
