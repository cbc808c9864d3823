#include "program.h"
#include "task_types.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check_body(const struct answer *answer, const char *expected)
{
    assert_int_equal(answer->exit_status, 0);
    assert_int_equal(answer->status, 200);
    assert_string_equal(answer->body, expected);
    assert_true(has_header(answer, "Content-Type: application/json; charset=utf-8"));
    assert_true(has_header(answer, "Cache-Control: no-cache"));
    unsigned long promised = strtoul(strstr(answer->headers, "Content-Length: ") + 16, NULL, 10);
    assert_int_equal(promised, answer->body_length);
}

static void check_get(const char *directory, const char *expected)
{
    struct answer answer = program_get(directory);
    check_body(&answer, expected);
    answer_release(&answer);
}

static void nothing_stored_is_an_empty_schedule(void **state)
{
    check_get(*state, "{\"projects\":[],\"tasks\":[],\"taskTypes\":" SIX_TASK_TYPES
                      ",\"pmos\":[],\"productManagers\":[],\"historyRecords\":[]}");
    assert_int_equal(entries_count(*state, ""), 0);
}

static void task_types_are_supplied_but_not_stored(void **state)
{
    const char *path = path_in(*state, "project-data.json");
    file_write(path, "{\"projects\":[],\"taskTypes\":[]}");
    check_get(*state, "{\"projects\":[],\"taskTypes\":" SIX_TASK_TYPES "}");
    file_write(path, "{\"projects\":[]}");
    check_get(*state, "{\"projects\":[],\n  \"taskTypes\": " SIX_TASK_TYPES "}");
    file_write(path, "{\"taskTypes\":[{\"id\":\"9\"}]}");
    check_get(*state, "{\"taskTypes\":[{\"id\":\"9\"}]}");
    file_write(path, "{\"projects\":[]}");
    char *stored = file_read(path);
    assert_string_equal(stored, "{\"projects\":[]}");
    free(stored);
}

static void the_old_servers_file_is_served_as_it_is(void **state)
{
    const char *document =
        "{\n  \"projects\": [\n    {\n      \"id\": 1,\n      \"name\": \"排期\"\n"
        "    }\n  ],\n  \"taskTypes\": [\n    1\n  ]\n}\n";
    file_write(path_in(*state, "project-data.json"), document);
    check_get(*state, document);
}

/* As an editor does that wants nobody to notice: in place, as long as before, with the time of before. */
static void task_types_empty(const char *path)
{
    char *text = file_read(path);
    const struct stat before = file_stat(path);
    const struct timespec times[2] = {before.st_atim, before.st_mtim};
    char *type = strstr(text, "1");
    assert_non_null(type);
    *type = ' ';
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, text, strlen(text), 0), strlen(text));
    assert_int_equal(futimens(file, times), 0);
    (void)close(file);
    free(text);
}

static void what_a_hand_edits_is_served_as_it_is_now(void **state)
{
    struct answer answer = program_post(*state, "{\"taskTypes\":[1]}");
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
    check_get(*state, "{\n  \"taskTypes\": [\n    1\n  ]\n}");
    (void)usleep(20000); /* so that the kernel's clock ticks */
    task_types_empty(path_in(*state, "project-data.json"));
    check_get(*state, "{\n  \"taskTypes\": " SIX_TASK_TYPES "\n}");
}

static void what_a_hand_damages_is_not_served(void **state)
{
    struct answer answer = program_post(*state, "{\"taskTypes\":[1]}");
    answer_release(&answer);
    assert_int_equal(truncate(path_in(*state, "project-data.json"), 10), 0);
    answer = program_get(*state);
    assert_int_equal(answer.status, 503);
    answer_release(&answer);
}

/* The one header that HEAD does not have: it gives the client nothing to hold. */
static void cookie_remove(char *headers)
{
    char *cookie = strstr(headers, "\nSet-Cookie: ");
    assert_non_null(cookie);
    char *next = strchr(cookie + 1, '\n');
    memmove(cookie, next, strlen(next) + 1);
}

static void head_is_get_without_its_body(void **state)
{
    static const char *const documents[] = {NULL, "{}", "{\"taskTypes\":[1]}"};
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        if (documents[i] != NULL)
            file_write(path_in(*state, "project-data.json"), documents[i]);
        const struct call call = {.directory = *state, .variables = {"REQUEST_METHOD=HEAD"}};
        struct answer head = program_call(&call);
        struct answer get = program_get(*state);
        cookie_remove(get.headers);
        assert_string_equal(head.headers, get.headers);
        assert_int_equal(head.body_length, 0);
        answer_release(&head);
        answer_release(&get);
    }
}

static void a_body_on_get_is_taken_and_forgotten(void **state)
{
    const struct call call = {
        .directory = *state,
        .variables = {"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET", "CONTENT_LENGTH=5"},
        .input = "hello",
    };
    struct answer answer = program_call(&call);
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(nothing_stored_is_an_empty_schedule),
        WITH_DIRECTORY(task_types_are_supplied_but_not_stored),
        WITH_DIRECTORY(the_old_servers_file_is_served_as_it_is),
        WITH_DIRECTORY(what_a_hand_edits_is_served_as_it_is_now),
        WITH_DIRECTORY(what_a_hand_damages_is_not_served),
        WITH_DIRECTORY(head_is_get_without_its_body),
        WITH_DIRECTORY(a_body_on_get_is_taken_and_forgotten),
    };
    return cmocka_run_group_tests_name("cgi_load", tests, NULL, NULL);
}
