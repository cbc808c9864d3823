/* What goes in comes out: the whole way through two processes. */
#include "program.h"
#include "valgrind_run.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct answer saved_and_loaded(const char *directory, const char *document)
{
    struct answer answer = program_post(directory, document);
    if (answer.status != 200)
        fail_msg("%s%s", answer.output, answer.log);
    answer_release(&answer);
    return program_get(directory);
}

/* Stored, and served again, is exactly `expected`. */
static void check_stored(const char *directory, const char *document, const char *expected)
{
    struct answer answer = saved_and_loaded(directory, document);
    char *stored = file_read(path_in(directory, "project-data.json"));
    assert_string_equal(stored, expected);
    assert_string_equal(answer.body, expected);
    free(stored);
    answer_release(&answer);
}

static void numbers_keep_their_spelling(void **state)
{
    check_stored(*state,
                 "{\"taskTypes\":[0.1,33.3,1e5,12345678901234567890,1.0,-0,0.10000000000000001,"
                 "1E400,123456789012345678901234567890.5]}",
                 "{\n  \"taskTypes\": [\n    0.1,\n    33.3,\n    1e5,\n    12345678901234567890,\n"
                 "    1.0,\n    -0,\n    0.10000000000000001,\n    1E400,\n"
                 "    123456789012345678901234567890.5\n  ]\n}");
}

static void strings_keep_their_spelling(void **state)
{
    check_stored(
        *state,
        "{\"taskTypes\":[\"开发排期\",\"\\u5f00\\u53D1\",\"\\/\",\"/\",\"\\ud83d\\ude00😀\","
        "\"\\u0000\\u001f\",\"<\\/script>\"]}",
        "{\n  \"taskTypes\": [\n    \"开发排期\",\n    \"\\u5f00\\u53D1\",\n    \"\\/\",\n"
        "    \"/\",\n    \"\\ud83d\\ude00😀\",\n    \"\\u0000\\u001f\",\n"
        "    \"<\\/script>\"\n  ]\n}");
}

static void order_and_unknown_and_repeated_members_stay(void **state)
{
    check_stored(
        *state, "{\"z\":1,\"taskTypes\":[{\"b\":1,\"a\":2}],\"unknown\":{},\"z\":[]}",
        "{\n  \"z\": 1,\n  \"taskTypes\": [\n    {\n      \"b\": 1,\n      \"a\": 2\n    }\n"
        "  ],\n  \"unknown\": {},\n  \"z\": []\n}");
}

/* A schedule of `projects` projects with Chinese remarks of a paragraph each. */
static char *schedule_of(int projects)
{
    json_t *list = json_array();
    for (int i = 0; i < projects; i++) {
        char remark[2048] = "";
        for (int j = 0; j < 40; j++)
            strcat(remark, "联调环境不稳定，等待接口文档；");
        json_array_append_new(list,
                              json_pack("{s:i, s:s, s:s, s:i, s:[s,s], s:{}, s:n}", "id", i, "name",
                                        "长中文项目名称（二期）", "remark", remark, "progress",
                                        i % 101, "developers", "张三", "李四", "empty", "nothing"));
    }
    json_t *schedule = json_pack("{s:o, s:[{s:s}]}", "projects", list, "taskTypes", "id", "1");
    char *text = json_dumps(schedule, JSON_COMPACT);
    json_decref(schedule);
    assert_non_null(text);
    return text;
}

static void long_chinese_documents_survive(void **state)
{
    static const int sizes[] = {1, 33, 40, 1000, 7000};
    size_t count = sizeof sizes / sizeof sizes[0] - (valgrind_runs() ? 1 : 0);
    for (size_t i = 0; i < count; i++) {
        char *document = schedule_of(sizes[i]);
        struct answer answer = saved_and_loaded(*state, document);
        json_t *sent = json_loads(document, 0, NULL);
        json_t *loaded = json_loadb(answer.body, answer.body_length, 0, NULL);
        assert_non_null(loaded);
        assert_true(json_equal(sent, loaded));
        char *pretty = json_dumps(sent, JSON_INDENT(2));
        assert_int_equal(answer.body_length, strlen(pretty));
        assert_memory_equal(answer.body, pretty, answer.body_length);
        free(pretty);
        json_decref(sent);
        json_decref(loaded);
        free(document);
        answer_release(&answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(numbers_keep_their_spelling),
        WITH_DIRECTORY(strings_keep_their_spelling),
        WITH_DIRECTORY(order_and_unknown_and_repeated_members_stay),
        WITH_DIRECTORY(long_chinese_documents_survive),
    };
    return cmocka_run_group_tests_name("cgi_fidelity", tests, NULL, NULL);
}
