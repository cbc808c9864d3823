/*
 * Many processes on one directory: nothing torn, no acknowledged save without a revision of its
 * own.
 */
#include "program.h"
#include "valgrind_run.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WRITERS = 24, ROUNDS = 5, FILLER = 100000 };

/* {"writer":N,"filler":"NNN..."}: a torn mixture of two would not agree with itself. */
static char *document_of(int writer)
{
    char *text = malloc(FILLER + 64);
    assert_non_null(text);
    int length = sprintf(text, "{\"taskTypes\":[1],\"writer\":%d,\"filler\":\"", writer);
    memset(text + length, 'a' + writer, FILLER);
    strcpy(text + length + FILLER, "\"}");
    return text;
}

static void check_whole(const char *directory)
{
    struct answer answer = program_get(directory);
    assert_int_equal(answer.status, 200);
    json_t *tree = json_loadb(answer.body, answer.body_length, 0, NULL);
    json_int_t writer = json_integer_value(json_object_get(tree, "writer"));
    const char *filler = json_string_value(json_object_get(tree, "filler"));
    char letters[2] = {(char)('a' + writer), '\0'};
    assert_int_equal(strspn(filler, letters), FILLER);
    json_decref(tree);
    answer_release(&answer);
}

static struct running post_start(const char *directory, const char *document)
{
    static char length[64];
    (void)snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", strlen(document));
    const struct call call = {
        .directory = directory,
        .variables = {"REQUEST_METHOD=POST", "SCHEDULE_LOCK_TIMEOUT_MS=60000", length},
        .input = document,
    };
    return program_start(&call);
}

static int revision_order(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void savers_take_turns_and_readers_see_whole_documents(void **state)
{
    int64_t revisions[WRITERS * ROUNDS];
    size_t count = 0;
    for (unsigned round = 0; round < repetitions(ROUNDS); round++) {
        struct running running[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            char *document = document_of(i);
            running[i] = post_start(*state, document);
            free(document);
            if (round > 0)
                check_whole(*state);
        }
        for (int i = 0; i < WRITERS; i++) {
            struct answer answer = program_finish(&running[i]);
            assert_int_equal(answer.status, 200);
            const char *told = strstr(answer.log, " revision ");
            assert_non_null(told);
            assert_int_equal(sscanf(told, " revision %" SCNd64, &revisions[count++]), 1);
            answer_release(&answer);
        }
        check_whole(*state);
    }
    qsort(revisions, count, sizeof revisions[0], revision_order);
    for (size_t i = 1; i < count; i++)
        assert_true(revisions[i] > revisions[i - 1]);
    assert_int_equal(entries_count(*state, "project-data.json.tmp"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(savers_take_turns_and_readers_see_whole_documents),
    };
    return cmocka_run_group_tests_name("cgi_concurrency", tests, NULL, NULL);
}
