#include "limits.h"

#include "child.h"
#include "json_text.h"
#include "process_memory.h"
#include "temporary.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { MIB = 1 << 20 };

static void limits_grow_with_the_body(void **state)
{
    (void)state;
    assert_int_equal(limits_memory(0), 256 * MIB);
    assert_int_equal(limits_memory(16 * MIB), (uint64_t)1280 * MIB);
    assert_int_equal(limits_memory(256 * MIB), (uint64_t)16640 * MIB);
    assert_int_equal(limits_cpu(1), 30);
    assert_int_equal(limits_cpu(16 * MIB), 62);
    assert_int_equal(limits_cpu(256 * MIB), 542);
}

/* Let standard output and error be what `path` names. */
static void streams_set(const char *path, int flags)
{
    int opened = open(path, flags | O_WRONLY | O_CLOEXEC, 0644);
    REQUIRE(opened >= 0);
    REQUIRE(dup2(opened, STDOUT_FILENO) >= 0 && dup2(opened, STDERR_FILENO) >= 0);
}

static void limit_set(limit_name which, rlim_t soft, rlim_t hard)
{
    const struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
    REQUIRE(setrlimit(which, &limit) == 0);
}

static bool limit_is(limit_name which, rlim_t soft, rlim_t hard)
{
    struct rlimit now;
    return getrlimit(which, &now) == 0 && now.rlim_cur == soft && now.rlim_max == hard;
}

static void high_lower(const char *directory)
{
    const rlim_t memory = 256 * MIB + 64 * 1000;
    (void)directory;
    streams_set("/dev/null", 0);
    limits_lower(1000);
    REQUIRE(limit_is(RLIMIT_DATA, memory, memory));
    REQUIRE(limit_is(RLIMIT_FSIZE, memory, memory));
    REQUIRE(limit_is(RLIMIT_CPU, 30, 35));
    REQUIRE(limit_is(RLIMIT_CORE, 0, 0));
}

static void limits_are_lowered(void **state)
{
    (void)state;
    check_in_child(high_lower, NULL);
}

static void low_lower(const char *directory)
{
    (void)directory;
    streams_set("/dev/null", 0);
    limit_set(RLIMIT_DATA, 100 * MIB, 200 * MIB);
    limit_set(RLIMIT_FSIZE, 5000, (rlim_t)1 << 40);
    limit_set(RLIMIT_CPU, 7, 8);
    limits_lower(MIB);
    REQUIRE(limit_is(RLIMIT_DATA, 100 * MIB, 200 * MIB));
    REQUIRE(limit_is(RLIMIT_FSIZE, 5000, 320 * MIB));
    REQUIRE(limit_is(RLIMIT_CPU, 7, 8));
}

static void what_is_lower_stays(void **state)
{
    (void)state;
    check_in_child(low_lower, NULL);
}

/* A log that is longer than any document may be. */
static void long_log_write(const char *directory)
{
    const char *path = path_in(directory, "log");
    streams_set(path, O_CREAT | O_APPEND);
    limit_set(RLIMIT_FSIZE, (rlim_t)1 << 40, (rlim_t)1 << 40);
    REQUIRE(ftruncate(STDERR_FILENO, 400 * MIB) == 0);
    limits_lower(1000);
    REQUIRE(limit_is(RLIMIT_FSIZE, (rlim_t)1 << 40, (rlim_t)1 << 40));
    REQUIRE(write(STDERR_FILENO, "line\n", 5) == 5);
}

static void a_log_in_a_file_is_never_cut_off(void **state)
{
    check_in_child(long_log_write, *state);
    assert_int_equal(file_stat(path_in(*state, "log")).st_size, 400 * MIB + 5);
}

/* The sanitizer's own memory would run out, and that ends the process. */
#ifndef __SANITIZE_ADDRESS__
static void memory_runs_out(const char *directory)
{
    const struct rlimit limit = {.rlim_cur = 32 << 20, .rlim_max = 32 << 20};
    static char text[2000000];
    json_t *tree = NULL;
    (void)directory;
    json_set_alloc_funcs(process_memory_allocate, process_memory_release);
    /* Some fifty times as long as a tree. */
    memset(text, ' ', sizeof text);
    memcpy(text, "[{}", 3);
    for (size_t i = 3; i + 4 < sizeof text; i += 3)
        memcpy(text + i, ",{}", 3);
    text[sizeof text - 1] = ']';
    REQUIRE(setrlimit(RLIMIT_DATA, &limit) == 0);
    REQUIRE(json_text_load(text, sizeof text, &tree, NULL) == STATUS_NO_MEMORY);
    REQUIRE(tree == NULL);
    REQUIRE(json_text_load("{\"a\":1}", 7, &tree, NULL) == STATUS_OK);
    json_decref(tree);
}

static void memory_that_runs_out_is_told(void **state)
{
    check_in_child(memory_runs_out, *state);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_grow_with_the_body),
        cmocka_unit_test(limits_are_lowered),
        cmocka_unit_test(what_is_lower_stays),
        WITH_DIRECTORY(a_log_in_a_file_is_never_cut_off),
#ifndef __SANITIZE_ADDRESS__
        WITH_DIRECTORY(memory_that_runs_out_is_told),
#endif
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
