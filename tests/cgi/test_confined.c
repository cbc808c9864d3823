/* What the program cannot do, because it gave it up, and what no request can take. */
#include "child.h"
#include "limits.h"
#include "program.h"
#include "system_call_filter.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Privileges. */

/* A file below /proc/<process>, in a static buffer. */
static const char *process_file(pid_t process, const char *name)
{
    static char text[8192];
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

static bool is_privileged(pid_t process)
{
    return strstr(process_file(process, "status"), "\nNoNewPrivs:\t1\n") == NULL;
}

/* A save that waits for a lock somebody holds, and got as far as that. */
static struct running waiting_save(const char *directory)
{
    const struct call call = {
        .directory = directory,
        .variables = {"REQUEST_METHOD=POST", "SCHEDULE_LOCK_TIMEOUT_MS=60000",
                      "SCHEDULE_MAX_BODY=1048576"},
        .input = "{\"a\":1}",
    };
    struct running running = program_start(&call);
    for (int i = 0; i < 1000 && is_privileged(running.process); i++)
        (void)usleep(10000);
    return running;
}

static void check_saved(struct running *running)
{
    struct answer answer = program_finish(running);
    assert_int_equal(answer.exit_status, 0);
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
}

static void a_request_gains_no_privileges(void **state)
{
    int holder = lock_hold(*state);
    struct running running = waiting_save(*state);
    assert_false(is_privileged(running.process));
    (void)close(holder);
    check_saved(&running);
}

/* That it works says the unit's test; here, that the program does it before it saves. */
static void save_while_restricting_kills(const char *directory)
{
    system_calls_refuse(SYS_landlock_restrict_self, SYS_landlock_restrict_self, 0);
    struct answer answer = program_post(directory, "{\"a\":1}");
    REQUIRE(WIFSIGNALED(answer.exit_status) && WTERMSIG(answer.exit_status) == SIGSYS);
    answer_release(&answer);
}

static void a_request_restricts_itself_before_it_saves(void **state)
{
    check_in_child(save_while_restricting_kills, *state);
    assert_int_equal(entries_count(*state, ""), 0);
}

static void load_while_restricting_kills(const char *directory)
{
    system_calls_refuse(SYS_landlock_restrict_self, SYS_landlock_restrict_self, 0);
    struct answer answer = program_get(directory);
    REQUIRE(answer.status == 200);
    answer_release(&answer);
    file_write(path_in(directory, "project-data.json"), "{}");
    answer = program_get(directory);
    REQUIRE(WIFSIGNALED(answer.exit_status) && WTERMSIG(answer.exit_status) == SIGSYS);
    answer_release(&answer);
}

static void a_load_restricts_itself_before_it_looks_into_a_document(void **state)
{
    struct answer answer = program_post(*state, "{\"a\":1}");
    answer_release(&answer);
    check_in_child(load_while_restricting_kills, *state);
}

static void without_landlock(const char *directory, unsigned errno_value)
{
    system_calls_refuse(SYS_landlock_create_ruleset, SYS_landlock_restrict_self, errno_value);
    struct answer answer = program_post(directory, "{\"a\":1}");
    REQUIRE(answer.exit_status == 0 && answer.status == 200);
    REQUIRE(strstr(answer.log, "WARN") == NULL && strstr(answer.log, "ERROR") == NULL);
    answer_release(&answer);
    answer = program_get(directory);
    REQUIRE(answer.status == 200 && strcmp(answer.log, "") == 0);
    REQUIRE(strcmp(answer.body, "{\n  \"a\": 1\n}") != 0); /* task types stand in */
    answer_release(&answer);
}

static void landlock_unknown(const char *directory)
{
    without_landlock(directory, ENOSYS);
}

static void landlock_forbidden(const char *directory)
{
    without_landlock(directory, EPERM);
}

static void where_landlock_is_missing_nothing_is_said(void **state)
{
    check_in_child(landlock_unknown, *state);
    check_in_child(landlock_forbidden, *state);
}

/* Limits. */

static void check_limit(const char *limits, const char *name, const char *soft, const char *hard)
{
    char found_soft[32] = "";
    char found_hard[32] = "";
    const char *line = strstr(limits, name);
    assert_non_null(line);
    assert_int_equal(sscanf(line + strlen(name), "%31s %31s", found_soft, found_hard), 2);
    assert_string_equal(found_soft, soft);
    assert_string_equal(found_hard, hard);
}

static void a_request_is_limited_by_its_settings(void **state)
{
    int holder = lock_hold(*state);
    struct running running = waiting_save(*state);
    const char *limits = process_file(running.process, "limits");
    check_limit(limits, "Max data size", "335544320", "335544320");
    check_limit(limits, "Max cpu time", "32", "37");
    check_limit(limits, "Max core file size", "0", "0");
    (void)close(holder);
    check_saved(&running);
}

/* {"tasks":[...]} with `item` as often as it fits into `size` bytes, and `last` behind them. */
static char *tasks_repeat(size_t size, const char *item, const char *last)
{
    static const char start[] = "{\"tasks\":[";
    char *text = malloc(size + 1);
    assert_non_null(text);
    size_t length = strlen(item);
    size_t at = sizeof start - 1;
    memcpy(text, start, at);
    while (at + length + 1 + strlen(last) + 2 <= size) {
        memcpy(text + at, item, length);
        text[at + length] = ',';
        at += length + 1;
    }
    (void)snprintf(text + at, size + 1 - at, "%s]}", last);
    return text;
}

/* The largest part of the machine's memory that a request of this program has taken so far. */
static uint64_t memory_taken(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    return (uint64_t)usage.ru_maxrss * 1024;
}

static void check_refused_for_memory(struct answer answer, uint64_t max_body)
{
    char bound[64];
    (void)snprintf(bound, sizeof bound, "a request may take %" PRIu64 " bytes",
                   limits_memory(max_body));
    check_failure(&answer, 503, "OUT_OF_MEMORY", bound);
    answer_release(&answer);
    /* Programs and libraries are not data. */
    assert_in_range(memory_taken(), limits_memory(max_body) / 2,
                    limits_memory(max_body) + (32 << 20));
}

/*
 * An empty object takes a hundred times the memory of its text. Saving, which needs no tree, takes
 * millions of them; merging and patching do not, and leave the document alone.
 */
static void millions_of_empty_objects_do_not_exhaust_the_machine(void **state)
{
    const uint64_t max_body = 4 << 20;
    char base[64];
    char *first = tasks_repeat(max_body, "{}", "1");
    char *second = tasks_repeat(max_body, "{}", "2");
    char *third = tasks_repeat(max_body, "{}", "3");
    struct answer answer =
        REQUEST(*state, .body = first, .settings = {"SCHEDULE_MAX_BODY=4194304"});
    assert_int_equal(answer.status, 200);
    (void)snprintf(base, sizeof base, "base=%" PRId64, revision_of(&answer));
    answer_release(&answer);
    check_answer(REQUEST(*state, .body = second, .settings = {"SCHEDULE_MAX_BODY=4194304"}), 200);
    struct stat before = file_stat(path_in(*state, "project-data.json"));
    check_refused_for_memory(
        REQUEST(*state, .body = third, .query = base, .settings = {"SCHEDULE_MAX_BODY=4194304"}),
        max_body);
    check_refused_for_memory(REQUEST(*state, .method = "PATCH", .body = third,
                                     .type = "application/merge-patch+json",
                                     .settings = {"SCHEDULE_MAX_BODY=4194304"}),
                             max_body);
    assert_int_equal(file_stat(path_in(*state, "project-data.json")).st_ino, before.st_ino);
    check_answer(program_post(*state, "{}"), 200); /* and another document takes its place */
    free(third);
    free(second);
    free(first);
}

static const char plan_task[] =
    "{\"id\":\"task-1769000000123\",\"projectId\":\"project-17\",\"name\":\"支付网关联调\","
    "\"typeId\":\"2\",\"startDate\":\"2026-01-05\",\"endDate\":\"2026-02-11\",\"progress\":33.5,"
    "\"assignees\":[\"张三\",\"李四\"],\"remark\":\"等待对方接口文档，预计下周完成\",\"enabled\":"
    "true,\"dailyRecords\":[{\"date\":\"2026-01-05\",\"content\":\"完成接口自测\",\"progress\":10},"
    "{\"date\":\"2026-01-06\",\"content\":\"修复联调问题\",\"progress\":20}]}";

/* What the limits are made for: the largest bodies that the default allows, in the shape of a plan. */
static void plans_of_the_maximum_size_are_merged(void **state)
{
    const size_t size = 16 << 20;
    char base[64];
    char *first = tasks_repeat(size, plan_task, "{\"id\":\"a\"}");
    char *second = tasks_repeat(size, plan_task, "{\"id\":\"b\"}");
    char *third = tasks_repeat(size, plan_task, "{\"id\":\"c\"}");
    struct answer answer = REQUEST(*state, .body = first);
    assert_int_equal(answer.status, 200);
    (void)snprintf(base, sizeof base, "base=%" PRId64, revision_of(&answer));
    answer_release(&answer);
    check_answer(REQUEST(*state, .body = second), 200);
    answer = REQUEST(*state, .body = third, .query = base);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "\"merged\":true"));
    answer_release(&answer);
    check_answer(REQUEST(*state, .path = "/data/tasks/c"), 200);
    check_answer(REQUEST(*state, .path = "/data/tasks/b"), 200);
    check_answer(REQUEST(*state, .path = "/data/tasks/a"), 404);
    free(third);
    free(second);
    free(first);
}

/* The setting was lowered since: what is stored is still served, replaced and kept. */
static void a_document_beyond_the_limits_stays_usable(void **state)
{
    const size_t size = 8 << 20;
    char *large = tasks_repeat(size, "{}", "1");
    const char *const lowered = "SCHEDULE_MAX_BODY=1000";
    check_answer(REQUEST(*state, .body = large), 200);
    check_answer(REQUEST(*state, .settings = {lowered}), 200);
    check_answer(
        REQUEST(*state, .method = "POST", .path = "/backups", .body = "", .settings = {lowered}),
        201);
    check_answer(REQUEST(*state, .path = "/health", .settings = {lowered}), 200);
    check_refused_for_memory(REQUEST(*state, .path = "/data/tasks", .settings = {lowered}), 1000);
    check_answer(REQUEST(*state, .body = "{}", .settings = {lowered}), 200);
    free(large);
}

static int64_t started_from;

/* In a child, for the limit is the test's own as well. The bodies take ten times as long to merge. */
static void merge_for_a_second(const char *directory)
{
    const struct rlimit second = {.rlim_cur = 1, .rlim_max = 60};
    char base[64];
    char *body = tasks_repeat(12 << 20, "{\"id\":1}", "3");
    (void)snprintf(base, sizeof base, "base=%" PRId64, started_from);
    REQUIRE(setrlimit(RLIMIT_CPU, &second) == 0);
    struct answer answer = REQUEST(directory, .body = body, .query = base,
                                   .settings = {"SCHEDULE_MAX_BODY=268435456"});
    REQUIRE(WIFSIGNALED(answer.exit_status) && WTERMSIG(answer.exit_status) == SIGXCPU);
    REQUIRE(strcmp(answer.output, "") == 0);
    answer_release(&answer);
    free(body);
}

static void who_takes_too_long_is_killed_and_nothing_is_lost(void **state)
{
    char *first = tasks_repeat(12 << 20, "{\"id\":1}", "1");
    char *second = tasks_repeat(12 << 20, "{\"id\":1}", "2");
    struct answer answer = REQUEST(*state, .body = first);
    started_from = revision_of(&answer);
    answer_release(&answer);
    check_answer(REQUEST(*state, .body = second), 200);
    struct stat before = file_stat(path_in(*state, "project-data.json"));
    check_in_child(merge_for_a_second, *state);
    assert_int_equal(file_stat(path_in(*state, "project-data.json")).st_ino, before.st_ino);
    check_answer(program_post(*state, "{}"), 200); /* the lock is free */
    free(second);
    free(first);
}

int main(void)
{
    /* In this order: what was taken is told of all requests so far. */
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(a_request_gains_no_privileges),
        WITH_DIRECTORY(a_request_restricts_itself_before_it_saves),
        WITH_DIRECTORY(a_load_restricts_itself_before_it_looks_into_a_document),
        WITH_DIRECTORY(where_landlock_is_missing_nothing_is_said),
        WITH_DIRECTORY(a_request_is_limited_by_its_settings),
        WITH_DIRECTORY(a_document_beyond_the_limits_stays_usable),
        WITH_DIRECTORY(millions_of_empty_objects_do_not_exhaust_the_machine),
        WITH_DIRECTORY(plans_of_the_maximum_size_are_merged),
        WITH_DIRECTORY(who_takes_too_long_is_killed_and_nothing_is_lost),
    };
    return cmocka_run_group_tests_name("cgi_confined", tests, NULL, NULL);
}
