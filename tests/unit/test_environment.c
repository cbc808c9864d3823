#include "environment.h"

#include "temporary.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The environment of a test, of which there is one at a time, and the one before. */

enum { VARIABLES_MAX = 16 };

static char *variables[VARIABLES_MAX + 1];
static char **before;

static int setup(void **state)
{
    (void)state;
    before = environ;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    environ = before;
    return 0;
}

/* Let the environment be these lines, "NAME=value" or what somebody else may have put there. */
static void environment_be(const char *lines)
{
    static char text[1024];
    size_t count = 0;
    assert_true(strlen(lines) < sizeof text);
    (void)strcpy(text, lines);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_true(count < VARIABLES_MAX);
        variables[count++] = line;
    }
    variables[count] = NULL;
    environ = variables;
}

static void check_environment(const char *expected)
{
    char lines[1024] = "";
    for (char **entry = environ; *entry != NULL; entry++) {
        (void)strcat(lines, *entry);
        (void)strcat(lines, "\n");
    }
    assert_string_equal(lines, expected);
}

static void values_are_found_by_the_whole_name(void **state)
{
    (void)state;
    environment_be("ABC=3=4\nA=1\nAB=2\nD\n");
    assert_string_equal(environment_get("A"), "1");
    assert_string_equal(environment_get("AB"), "2");
    assert_string_equal(environment_get("ABC"), "3=4");
    assert_null(environment_get("ABCD"));
    assert_null(environment_get("B"));
    assert_null(environment_get("D"));
}

static void what_is_set_to_nothing_is_not_set(void **state)
{
    (void)state;
    environment_be("A=\nB=1\nA=2\n");
    assert_null(environment_get("A"));
    assert_string_equal(environment_get("B"), "1");
}

static void what_is_set_to_nothing_is_taken_out(void **state)
{
    (void)state;
    environment_be(
        "PGHOST=\nA=1\nPGPORT=5432\nPGUSER=\nPGSSLMODE=\nB=\nPG=\nPGDATABASE=plan\nPGX=\n");
    assert_non_null(getenv("PGSSLMODE"));
    environment_drop_empty("PG");
    check_environment("A=1\nPGPORT=5432\nB=\nPGDATABASE=plan\n");
    assert_null(getenv("PGSSLMODE"));
    assert_string_equal(getenv("PGDATABASE"), "plan");
}

static void what_only_looks_like_it_stays(void **state)
{
    static const char lines[] = "P=\nXPG=\npghost=\nPGHOST\nPGUSER==\nPGPASSWORD= \nPGNAME=PGX=\n";
    (void)state;
    environment_be(lines);
    environment_drop_empty("PG");
    check_environment(lines);
}

static void all_of_them_may_go(void **state)
{
    (void)state;
    environment_be("PGHOST=\nPGPORT=\n");
    environment_drop_empty("PG");
    check_environment("");
}

/* As clearenv(3) leaves it. */
static void there_may_be_none(void **state)
{
    (void)state;
    environ = NULL;
    assert_null(environment_get("A"));
    environment_drop_empty("A");
    assert_null(environ);
}

int main(void)
{
#define WITH_ENVIRONMENT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_ENVIRONMENT(values_are_found_by_the_whole_name),
        WITH_ENVIRONMENT(what_is_set_to_nothing_is_not_set),
        WITH_ENVIRONMENT(what_is_set_to_nothing_is_taken_out),
        WITH_ENVIRONMENT(what_only_looks_like_it_stays),
        WITH_ENVIRONMENT(all_of_them_may_go),
        WITH_ENVIRONMENT(there_may_be_none),
    };
    return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
