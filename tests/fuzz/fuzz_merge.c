/*
 * The three-way merge and its laws. The input is base, current and incoming document, each a JSON
 * text, divided by lines of "==". Any other input decides what tests/support/merge_trial.h makes of
 * random numbers.
 */
#include "fuzz.h"
#include "json_pass.h"
#include "json_text.h"
#include "merge_trial.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

/* The conflicts' texts have a few levels around the documents' values. */
enum { DEPTH_MAX = JSON_DEPTH_MAX - 8, LENGTH_MAX = 1 << 18 };

/* The next document, or null. */
static json_t *document_take(struct piece *rest)
{
    struct piece text;
    json_t *tree = piece_take(rest, "\n==\n", &text) ? piece_tree(text) : NULL;
    if (json_is_object(tree) && tree_depth(tree) < DEPTH_MAX)
        return tree;
    json_decref(tree);
    return NULL;
}

static struct merge_trial trial_make(struct piece input)
{
    struct piece rest = input;
    json_t *base = document_take(&rest);
    json_t *current = document_take(&rest);
    json_t *incoming = document_take(&rest);
    if (base != NULL && current != NULL && incoming != NULL)
        return merge_trial_of(base, current, incoming);
    json_decref(base);
    json_decref(current);
    json_decref(incoming);
    random_feed((const uint8_t *)input.bytes, input.length);
    return merge_trial_random();
}

/* What the sides were before the laws were tried, and with them the merge. */
static void check_untouched(const struct merge_trial *trial, char *const before[3])
{
    json_t *const sides[] = {trial->base, trial->current, trial->incoming};
    for (size_t i = 0; i < 3; i++) {
        char *line = tree_line(sides[i]);
        law(strcmp(line, before[i]) == 0, "a side was changed: %s to %s", before[i], line);
        free(line);
    }
}

static void check_laws(struct merge_trial *trial)
{
    char *const before[] = {tree_line(trial->base), tree_line(trial->current),
                            tree_line(trial->incoming)};
    law(json_is_object(trial->merge.document), "the merge is no object");
    law(json_array_size(trial->merge.conflicts) <= MERGE_CONFLICTS_MAX, "too many conflicts");
    merge_law_identities(trial);
    merge_law_collections(trial);
    merge_law_members(trial);
    merge_law_repeatable(trial);
    merge_law_loading(trial);
    merge_law_conflicts(trial);
    check_untouched(trial, before);
    for (size_t i = 0; i < 3; i++)
        free(before[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > LENGTH_MAX)
        return 0;
    struct merge_trial trial = trial_make((struct piece){(const char *)data, size});
    check_laws(&trial);
    merge_trial_release(&trial);
    return 0;
}
