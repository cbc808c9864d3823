#include "document_file.h"
#include "opened_directory.h"
#include "pending_file.h"
#include "system_calls.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const struct document_text text = {.bytes = "{}", .length = 2};

static void the_target_appears_by_the_commit(void **state)
{
    struct pending_file pending;
    assert_int_equal(pending_file_write(&pending, &directory, text, 1769000000123, NULL),
                     STATUS_OK);
    assert_false(file_exists(path_in(*state, "target")));
    assert_int_equal(entries_count(*state, "project-data.json.tmp-1769000000123-"), 1);
    assert_int_equal(pending_file_commit(&pending, "target", NULL), STATUS_OK);
    struct stat found = file_stat(path_in(*state, "target"));
    assert_int_equal(document_file_revision(&found), 1769000000123);
    assert_int_equal(entries_count(*state, ""), 1);
}

static void a_discarded_one_leaves_nothing(void **state)
{
    struct pending_file pending;
    assert_int_equal(pending_file_write(&pending, &directory, text, 5, NULL), STATUS_OK);
    pending_file_discard(&pending);
    assert_int_equal(entries_count(*state, ""), 0);
}

static void a_target_that_cannot_be_replaced_leaves_nothing(void **state)
{
    struct pending_file pending;
    assert_int_equal(mkdir(path_in(*state, "target"), 0755), 0);
    assert_int_equal(pending_file_write(&pending, &directory, text, 5, NULL), STATUS_OK);
    assert_int_equal(pending_file_commit(&pending, "target", NULL), STATUS_UNAVAILABLE);
    assert_int_equal(entries_count(*state, ""), 1);
}

/* A hand can name a backup so. */
static void a_time_that_no_file_can_have_leaves_nothing(void **state)
{
    struct pending_file pending;
    struct error error = ERROR_INIT;
    assert_int_equal(pending_file_write(&pending, &directory, text, INT64_MAX, &error),
                     STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "9223372036854775807"));
    assert_int_equal(entries_count(*state, ""), 0);
}

/* File systems that keep times of whole seconds, of every second one, and none at all. */

static struct system_calls calls;
static time_t kept_seconds;

static int coarse_futimens(int descriptor, const struct timespec times[2])
{
    struct timespec coarse[2] = {times[0], times[1]};
    for (size_t i = 0; i < 2; i++)
        coarse[i] = (struct timespec){.tv_sec = times[i].tv_sec / kept_seconds * kept_seconds};
    return futimens(descriptor, coarse);
}

static void check_coarse(time_t seconds, int64_t wanted, int64_t expected)
{
    struct pending_file pending;
    kept_seconds = seconds;
    assert_int_equal(pending_file_write(&pending, &directory, text, wanted, NULL), STATUS_OK);
    assert_int_equal(pending.mtime_ms, expected);
    pending_file_discard(&pending);
}

static void the_time_is_one_that_the_file_system_keeps(void **state)
{
    struct pending_file pending;
    struct error error = ERROR_INIT;
    calls = system_calls_libc;
    calls.futimens = coarse_futimens;
    system_calls = &calls;
    check_coarse(1, 1769000000000, 1769000000000);
    check_coarse(1, 1769000000001, 1769000001000);
    check_coarse(2, 1769000000001, 1769000002000);
    check_coarse(2, 1769000001000, 1769000002000);
    kept_seconds = 86400;
    assert_int_equal(pending_file_write(&pending, &directory, text, 1769000000001, &error),
                     STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "does not keep modification times"));
    assert_int_equal(entries_count(*state, ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OPENED_DIRECTORY(the_target_appears_by_the_commit),
        WITH_OPENED_DIRECTORY(a_discarded_one_leaves_nothing),
        WITH_OPENED_DIRECTORY(a_target_that_cannot_be_replaced_leaves_nothing),
        WITH_OPENED_DIRECTORY(a_time_that_no_file_can_have_leaves_nothing),
        WITH_OPENED_DIRECTORY(the_time_is_one_that_the_file_system_keeps),
    };
    return cmocka_run_group_tests_name("pending_file", tests, NULL, NULL);
}
