/*
 * Merges of documents as they are in use. Every folder of merge_cases is one: base, current,
 * incoming, and expected as it has to be written, each a .json file; conflicts.json if there are
 * any.
 */
#include "merge.h"

#include "json_text.h"
#include "json_tree.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const required[] = {"base.json", "current.json", "incoming.json",
                                       "expected.json"};

enum { REQUIRED_COUNT = sizeof required / sizeof required[0] };

static bool is_own(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
}

/* A misspelt conflicts.json would be taken for none. */
static void check_names(const char *folder)
{
    size_t allowed = 0;
    for (size_t i = 0; i < REQUIRED_COUNT; i++) {
        if (!file_exists(path_in(folder, required[i])))
            fail_msg("%s: no %s", folder, required[i]);
        allowed++;
    }
    allowed += file_exists(path_in(folder, "conflicts.json"));
    if (entries_count(folder, "") != allowed)
        fail_msg("%s: other files than belong to a case", folder);
}

static json_t *file_load(const char *folder, const char *name)
{
    struct error error = ERROR_INIT;
    json_t *tree = NULL;
    char *text = file_read(path_in(folder, name));
    if (json_text_load(text, strlen(text), &tree, &error) != STATUS_OK)
        fail_msg("%s/%s: %s", folder, name, error.text);
    free(text);
    return tree;
}

/* Without the line break at its end. */
static char *expected_text(const char *folder, const char *name)
{
    const char *path = path_in(folder, name);
    char *text = file_exists(path) ? file_read(path) : strdup("[]");
    size_t length = strlen(text);
    if (length > 0 && text[length - 1] == '\n')
        text[length - 1] = '\0';
    return text;
}

static bool is_as_expected(const char *folder, const char *name, json_t *tree)
{
    char *expected = expected_text(folder, name);
    char *seen = text_of(tree);
    bool is_same = strcmp(seen, expected) == 0;
    if (!is_same)
        (void)fprintf(stderr, "%s/%s is not what came:\n%s\n", folder, name, seen);
    free(expected);
    free(seen);
    return is_same;
}

/* Whether it is as expected; said if not. */
static bool case_passes(const char *folder)
{
    struct merge merge = {0};
    check_names(folder);
    json_t *base = file_load(folder, "base.json");
    json_t *current = file_load(folder, "current.json");
    json_t *incoming = file_load(folder, "incoming.json");
    assert_int_equal(merge_documents(base, current, incoming, &merge, NULL), STATUS_OK);
    bool is_merged = is_as_expected(folder, "expected.json", merge.document);
    bool is_told = is_as_expected(folder, "conflicts.json", merge.conflicts);
    json_decref(merge.document);
    json_decref(merge.conflicts);
    json_decref(base);
    json_decref(current);
    json_decref(incoming);
    return is_merged && is_told;
}

static void every_case_is_merged_as_expected(void **state)
{
    unsigned count = 0;
    unsigned failed = 0;
    DIR *cases = opendir(MERGE_CASES);
    (void)state;
    assert_non_null(cases);
    for (struct dirent *entry = readdir(cases); entry != NULL; entry = readdir(cases)) {
        char folder[TEMPORARY_PATH_SIZE];
        if (is_own(entry))
            continue;
        (void)snprintf(folder, sizeof folder, "%s", path_in(MERGE_CASES, entry->d_name));
        failed += !case_passes(folder);
        count++;
    }
    (void)closedir(cases);
    if (count == 0 || failed > 0)
        fail_msg("%u of %u cases failed", failed, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_case_is_merged_as_expected)};
    return cmocka_run_group_tests_name("merge_cases", tests, NULL, NULL);
}
