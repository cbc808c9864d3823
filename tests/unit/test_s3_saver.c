#include "printable.h"
#include "random.h"
#include "s3_saver.h"
#include "temporary.h"

#include <stdio.h>
#include <string.h>

enum { RANDOM_NAMES = 2000 };

static void check_field(const char *name, const char *expected)
{
    char field[S3_SAVER_FIELD_SIZE];
    char read[SAVER_NAME_SIZE];
    s3_saver_field_write(name, field);
    if (expected != NULL)
        assert_string_equal(field, expected);
    s3_saver_field_read(field, read);
    assert_string_equal(read, name);
}

static void check_marker(int64_t revision, const char *name, const char *expected)
{
    char marker[S3_MARKER_SIZE];
    char read[SAVER_NAME_SIZE];
    int64_t told = 0;
    s3_marker_write(revision, name, marker);
    if (expected != NULL)
        assert_string_equal(marker, expected);
    assert_true(s3_marker_parse(marker, &told, read));
    assert_int_equal(told, revision);
    assert_string_equal(read, name);
}

static void names_are_fields_and_markers(void **state)
{
    static const struct {
        const char *name;
        const char *field;
        const char *marker;
    } rows[] = {
        {"anna", "anna", "anna"},
        {"anna.b-c", "anna.b-c", "anna.b-c"},
        {"a_b", "a_b", "a_5f_b"},
        {"张伟", "%E5%BC%A0%E4%BC%9F", "_e5bca0e4bc9f"},
        {"Anna Müller", "Anna%20M%C3%BCller", "Anna_20_M_c3bc_ller"},
        {"anna@example.org", "anna%40example.org", "anna_40_example.org"},
        {"100%/\"'\\<&>", "100%25%2F%22%27%5C%3C%26%3E", "100_252f22275c3c263e"},
        {" ", "%20", "_20"},
        {"__", "__", "_5f5f"},
        {"..", "..", ".."},
        {"-1", "-1", "-1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char marker[S3_MARKER_SIZE];
        (void)snprintf(marker, sizeof marker, "author-1769000000123-%s", rows[i].marker);
        check_field(rows[i].name, rows[i].field);
        check_marker(1769000000123, rows[i].name, marker);
    }
    check_marker(1, "a", "author-1-a");
    check_marker(INT64_MAX, "a", "author-9223372036854775807-a");
}

static void the_longest_names_fit(void **state)
{
    static const char *const periods[] = {"a", "_", "_a", "a_", "\xE5\xBC\xA0", "%%a"};
    char name[SAVER_NAME_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        size_t period = strlen(periods[i]);
        for (size_t j = 0; j < sizeof name - 1; j++)
            name[j] = periods[i][j % period];
        name[sizeof name - 1] = '\0';
        check_field(name, NULL);
        check_marker(INT64_MAX, name, NULL);
    }
}

static void any_name_is_told_from_any_other(void **state)
{
    (void)state;
    for (int i = 0; i < RANDOM_NAMES; i++) {
        static const char alphabet[] = "a_-.%/ \xC3\xA9\xC2";
        char text[SAVER_NAME_SIZE * 2];
        char name[SAVER_NAME_SIZE];
        size_t length = 1 + random_below(i % 8 == 0 ? sizeof text - 1 : 8);
        for (size_t j = 0; j < length; j++)
            text[j] = alphabet[random_below(sizeof alphabet - 1)];
        printable_copy(name, sizeof name, text, length);
        check_field(name, NULL);
        check_marker(1 + (int64_t)random_below(INT32_MAX), name, NULL);
    }
}

static void other_fields_are_nobody(void **state)
{
    static const char *const fields[] = {"", "%", "%4", "%zz", "%00", "a%0Ab", "%1B", "%C3", "%FF"};
    char longest[S3_SAVER_FIELD_SIZE];
    char name[SAVER_NAME_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        (void)snprintf(name, sizeof name, "before");
        s3_saver_field_read(fields[i], name);
        assert_string_equal(name, "");
    }
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    s3_saver_field_read(longest, name);
    assert_string_equal(name, "");
    longest[SAVER_NAME_SIZE - 1] = '\0';
    s3_saver_field_read(longest, name);
    assert_string_equal(name, longest);
}

static void other_objects_are_no_markers(void **state)
{
    static const char *const names[] = {
        "",
        "author-",
        "author-1769000000123",
        "author-1769000000123-",
        "author--anna",
        "author-0-anna",
        "author-01769000000123-anna",
        "author-+1-anna",
        "author-1769000000123x-anna",
        "author-9223372036854775808-anna",
        "author-99999999999999999999999-anna",
        "Author-1769000000123-anna",
        "1769000000123-anna",
        /* Not as they are spelled here. */
        "author-1769000000123-a/b",
        "author-1769000000123-a b",
        "author-1769000000123-a%20b",
        "author-1769000000123-\xE5\xBC\xA0",
        "author-1769000000123-_E5BCA0",
        "author-1769000000123-_616e",
        "author-1769000000123-anna_",
        "author-1769000000123-an__na",
        "author-1769000000123-_20__20",
        "author-1769000000123-_e5bca",
        "author-1769000000123-_2_0",
        /* No names. */
        "author-1769000000123-_",
        "author-1769000000123-_00",
        "author-1769000000123-a_0a_b",
        "author-1769000000123-_c29b",
        "author-1769000000123-_e5bc",
        "backup-1769000000123.json",
    };
    char longest[S3_MARKER_SIZE] = "author-1769000000123-";
    char name[SAVER_NAME_SIZE] = "before";
    int64_t revision = -1;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (s3_marker_parse(names[i], &revision, name))
            fail_msg("'%s' is a marker", names[i]);
    }
    size_t used = strlen(longest);
    memset(longest + used, 'a', SAVER_NAME_SIZE);
    assert_false(s3_marker_parse(longest, &revision, name));
    assert_int_equal(revision, -1);
    assert_string_equal(name, "before");
    longest[used + SAVER_NAME_SIZE - 1] = '\0';
    assert_true(s3_marker_parse(longest, &revision, name));
}

/* By their first letters: a list is read from its front (s3_saver.c). */
static void markers_are_listed_before_backups(void **state)
{
    char marker[S3_MARKER_SIZE];
    (void)state;
    s3_marker_write(INT64_MAX, "z", marker);
    assert_true(strcmp(marker, "backup-") < 0);
    assert_true(strcmp(marker, "base-") < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_fields_and_markers),
        cmocka_unit_test(the_longest_names_fit),
        cmocka_unit_test(any_name_is_told_from_any_other),
        cmocka_unit_test(other_fields_are_nobody),
        cmocka_unit_test(other_objects_are_no_markers),
        cmocka_unit_test(markers_are_listed_before_backups),
    };
    return cmocka_run_group_tests_name("s3_saver", tests, NULL, NULL);
}
