/*
 * What merging costs: of one schedule, changed by two people in different places, a merge and the
 * plain way of a save (one pass that validates and indents) take turns, and the medians of their
 * times are compared.
 *
 * usage: bench_merges ROUNDS
 */
#include "document.h"
#include "json_text.h"
#include "merge.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 100000, TEXT_MAX = 64 << 20 };

static void die(const char *what)
{
    (void)fprintf(stderr, "bench_merges: %s\n", what);
    exit(EXIT_FAILURE);
}

static void must(enum status status)
{
    if (status != STATUS_OK)
        die("a call failed");
}

/* A schedule of about `size` bytes; the task `edited` has other progress, and one task is added. */
static struct buffer schedule_make(size_t size, int edited)
{
    struct buffer text;
    struct buffer canonical;
    struct json_outline outline;
    buffer_init(&text, TEXT_MAX);
    buffer_init(&canonical, TEXT_MAX);
    must(buffer_append_format(&text, NULL, "{\"projects\":[{\"id\":\"project-1\"}],\"tasks\":["));
    for (int i = 0; text.length < size * 3 / 4; i++)
        must(buffer_append_format(
            &text, NULL,
            "{\"id\":\"task-%d\",\"projectId\":\"project-1\",\"name\":\"开发排期 "
            "%d\",\"progress\":%d.5,\"assignees\":[\"张三\",\"李四\"]},",
            i, i, i == edited ? 99 : i % 90));
    must(buffer_append_format(&text, NULL, "{\"id\":\"task-added-%d\"}]}", edited));
    must(document_canonicalize(text.bytes, text.length, &canonical, &outline, NULL));
    buffer_release(&text);
    return canonical;
}

static double plain_time(const struct buffer *incoming)
{
    struct buffer canonical;
    struct json_outline outline;
    double start = now_us();
    buffer_init(&canonical, TEXT_MAX);
    must(document_canonicalize(incoming->bytes, incoming->length, &canonical, &outline, NULL));
    buffer_release(&canonical);
    return now_us() - start;
}

static double merge_time(const struct buffer sides[3])
{
    json_t *trees[3] = {NULL, NULL, NULL};
    struct merge merge;
    struct buffer merged;
    double start = now_us();
    for (size_t i = 0; i < 3; i++)
        must(json_text_load(sides[i].bytes, sides[i].length, &trees[i], NULL));
    must(merge_documents(trees[0], trees[1], trees[2], &merge, NULL));
    buffer_init(&merged, TEXT_MAX);
    must(json_text_write(merge.document, JSON_TEXT_INDENTED, &merged, NULL));
    double took = now_us() - start;
    if (merged.length <= sides[1].length || json_array_size(merge.conflicts) != 0)
        die("the merge is not one");
    buffer_release(&merged);
    json_decref(merge.document);
    json_decref(merge.conflicts);
    for (size_t i = 0; i < 3; i++)
        json_decref(trees[i]);
    return took;
}

static void row_print(const char *label, size_t size, size_t rounds)
{
    static double plain[ROUNDS_MAX];
    static double merged[ROUNDS_MAX];
    struct buffer sides[3];
    /* Nobody's, then the first task's and the second one's. */
    for (int i = 0; i < 3; i++)
        sides[i] = schedule_make(size, i - 1);
    for (size_t round = 0; round < rounds; round++) {
        plain[round] = plain_time(&sides[2]);
        merged[round] = merge_time(sides);
    }
    double plain_us = median(plain, rounds);
    double merged_us = median(merged, rounds);
    (void)printf("| merge of %s | %.2f ms | %.2f ms | %.1f |\n", label, plain_us / 1e3,
                 merged_us / 1e3, merged_us / plain_us);
    for (int i = 0; i < 3; i++)
        buffer_release(&sides[i]);
}

int main(int argument_count, char **arguments)
{
    size_t rounds = argument_count == 2 ? strtoul(arguments[1], NULL, 10) : 0;
    if (rounds == 0 || rounds > ROUNDS_MAX)
        die("usage: bench_merges ROUNDS");
    (void)printf("| work | validate and indent | merge | x |\n|---|---|---|---|\n");
    row_print("100 KB", 100000, rounds);
    row_print("1 MB", 1000000, rounds);
    return EXIT_SUCCESS;
}
