/*
 * Trials of the three-way merge: a base, two documents made of it, what came of merging them, and
 * the laws that hold for every such trial. A broken law fails the test that called it, after
 * printing the trial.
 *
 * Life cycle: merge_trial_random or merge_trial_of, any laws, merge_trial_release.
 */
#ifndef TEST_MERGE_TRIAL_H
#define TEST_MERGE_TRIAL_H

#include "merge.h"
#include "temporary.h"

#include <jansson.h>

struct merge_trial {
    uint64_t seed; /* of what is random in it, to be told when a law is broken; or 0 */
    json_t *base;
    json_t *current;
    json_t *incoming;
    struct merge merge;
};

/* How often a law had something to say: a generator that never gets there proves nothing. */
struct merge_trials_met {
    unsigned conflicts;
    unsigned elements_new;
    unsigned elements_gone;
    unsigned elements_of_one_side;
    unsigned ids_repeated;
    unsigned collections_merged;
};
extern struct merge_trials_met merge_trials_met;

/* A base shaped like a real document, and two copies of it that were edited, by random numbers. */
struct merge_trial merge_trial_random(void);

/* The three are objects, each nested a few levels less than JSON_DEPTH_MAX; they become the trial's. */
struct merge_trial merge_trial_of(json_t *base, json_t *current, json_t *incoming);

void merge_trial_release(struct merge_trial *trial);

__attribute__((noreturn)) void merge_trial_broken(const struct merge_trial *trial, const char *law);

/* merge(b, b, x) = x, merge(b, x, b) = x, merge(b, x, x) = x, without conflicts. */
void merge_law_identities(struct merge_trial *trial);

/* No element of a collection is lost or doubled, and what one side alone removed is gone. */
void merge_law_collections(struct merge_trial *trial);

/* A top-level member that one side left alone is as the other has it, whatever it is. */
void merge_law_members(struct merge_trial *trial);

/* Merging again gives the same document and the same conflicts. */
void merge_law_repeatable(struct merge_trial *trial);

/* What was merged can be written and loaded. */
void merge_law_loading(struct merge_trial *trial);

/* Conflicts are where all sides differ, whichever came first. */
void merge_law_conflicts(struct merge_trial *trial);

#endif
