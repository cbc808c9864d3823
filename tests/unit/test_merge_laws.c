/*
 * What holds for every merge, tried on random documents: a base shaped like a real document, and
 * two copies of it that were edited at random.
 */
#include "json_text.h"
#include "json_tree.h"
#include "merge.h"
#include "random.h"
#include "valgrind_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIALS = 800, EDITS_MAX = 12, ELEMENTS_MAX = 4 };

static const char *const collections[] = {"projects", "tasks",           "taskTypes",
                                          "pmos",     "productManagers", "historyRecords"};
static const char *const names[] = {"张三", "李四", "王五", "赵六", "a/b", "~", "", "周七"};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define ANY_OF(array) ((array)[random_below((unsigned)COUNT_OF(array))])

static bool one_in(unsigned bound)
{
    return random_below(bound) == 0;
}

/* Random documents. */

static json_t *random_scalar(void)
{
    switch (random_below(10)) {
    case 0: return json_null();
    case 1: return json_boolean(one_in(2));
    case 2: return json_real(random_below(800) / 8.0 + 0.0625);
    case 3: return json_real(1e300);
    case 4: return json_integer(9007199254740993 + random_below(3));
    case 5:
    case 6: return json_integer(random_below(101));
    default: return json_string(ANY_OF(names));
    }
}

static json_t *random_names(void)
{
    json_t *array = json_array();
    for (unsigned i = random_below(4); i > 0; i--)
        assert_int_equal(json_array_append_new(array, json_string(ANY_OF(names))), 0);
    return array;
}

static json_t *random_contact(void)
{
    return json_pack("{s:s, s:s, s:i}", "name", ANY_OF(names), "role", ANY_OF(names), "phone",
                     (int)random_below(3));
}

static json_t *random_daily_record(void)
{
    return json_pack("{s:i, s:f, s:o}", "date", (int)random_below(5), "progress",
                     random_below(800) / 8.0 + 0.0625, "assignees", random_names());
}

static json_t *random_records(void)
{
    json_t *array = json_array();
    for (unsigned i = random_below(4); i > 0; i--)
        assert_int_equal(
            json_array_append_new(array, one_in(2) ? random_contact() : random_daily_record()), 0);
    return array;
}

/* What real documents do not hold, but could. */
static json_t *random_oddity(void)
{
    switch (random_below(5)) {
    case 0: return json_pack("[[i, i], [], [i]]", (int)random_below(2), 1, (int)random_below(2));
    case 1: return json_pack("[s, {s:i}, o]", "a", "id", 1, random_scalar());
    case 2: return json_pack("{s:{s:o}}", "x", "y", random_names());
    case 3: return json_pack("[{s:i, s:o}]", "id", (int)random_below(3), "x", random_scalar());
    default: return json_pack("[{s:f, s:o}]", "id", 0.5, "x", random_scalar());
    }
}

static json_t *random_type(void)
{
    return json_pack("{s:i, s:s, s:b}", "id", (int)random_below(3), "name", ANY_OF(names),
                     "enabled", (int)random_below(2));
}

static const char *const members[] = {"name",         "progress", "status", "partners", "assignees",
                                      "dailyRecords", "contacts", "type",   "remark",   "x/y"};

static json_t *random_member(const char *name)
{
    if (one_in(12))
        return random_oddity();
    if (strcmp(name, "partners") == 0 || strcmp(name, "assignees") == 0)
        return random_names();
    if (strcmp(name, "dailyRecords") == 0 || strcmp(name, "contacts") == 0)
        return random_records();
    return strcmp(name, "type") == 0 ? random_type() : random_scalar();
}

static void id_add(json_t *element)
{
    unsigned number = random_below(12);
    char id[32];
    (void)snprintf(id, sizeof id, "task-%u", number);
    if (one_in(16))
        return;
    json_t *value = one_in(10) ? json_integer(number) : json_string(id);
    assert_int_equal(json_object_set_new(element, "id", value), 0);
}

static void member_set(json_t *object)
{
    const char *name = ANY_OF(members);
    assert_int_equal(json_object_set_new(object, name, random_member(name)), 0);
}

static json_t *random_element(void)
{
    json_t *element = json_object();
    id_add(element);
    for (unsigned i = random_below(5); i > 0; i--)
        member_set(element);
    return element;
}

static json_t *random_collection(void)
{
    json_t *array = json_array();
    for (unsigned i = random_below(ELEMENTS_MAX + 1); i > 0; i--)
        assert_int_equal(json_array_append_new(array, random_element()), 0);
    return array;
}

static json_t *random_document(void)
{
    json_t *document = json_object();
    for (size_t i = 0; i < COUNT_OF(collections); i++) {
        if (!one_in(3))
            assert_int_equal(
                json_object_set_new(document, collections[i],
                                    one_in(20) ? random_oddity() : random_collection()),
                0);
    }
    return document;
}

/* Random edits. */

static void elements_swap(json_t *array)
{
    size_t size = json_array_size(array);
    size_t from = random_below((unsigned)size);
    json_t *moved = json_incref(json_array_get(array, from));
    assert_int_equal(json_array_remove(array, from), 0);
    assert_int_equal(json_array_insert_new(array, random_below((unsigned)size), moved), 0);
}

static void member_move_to_end(json_t *object)
{
    const char *name = ANY_OF(members);
    json_t *value = json_incref(json_object_get(object, name));
    if (value != NULL) {
        char *kept = strdup(name);
        assert_int_equal(json_object_del(object, name), 0);
        assert_int_equal(json_object_set_new(object, kept, value), 0);
        free(kept);
    }
}

static void value_edit(json_t *value);

static void object_edit(json_t *object)
{
    const char *name = ANY_OF(members);
    switch (random_below(6)) {
    case 0:
    case 1: member_set(object); break;
    case 2: (void)json_object_del(object, name); break;
    case 3: member_move_to_end(object); break;
    default: value_edit(json_object_get(object, name)); break;
    }
}

/* An element as the others in the array, if there are any. */
static json_t *random_element_for(json_t *array)
{
    if (json_is_object(json_array_get(array, 0)))
        return random_element();
    return json_array_size(array) > 0 ? random_scalar() : random_element();
}

static void array_edit(json_t *array)
{
    size_t size = json_array_size(array);
    unsigned edit = random_below(6);
    if (edit == 0 || size == 0)
        assert_int_equal(json_array_insert_new(array, random_below((unsigned)size + 1),
                                               random_element_for(array)),
                         0);
    else if (edit == 1)
        assert_int_equal(json_array_remove(array, random_below((unsigned)size)), 0);
    else if (edit == 2)
        elements_swap(array);
    else
        value_edit(json_array_get(array, random_below((unsigned)size)));
}

static void value_edit(json_t *value)
{
    if (json_is_array(value))
        array_edit(value);
    else if (json_is_object(value))
        object_edit(value);
    else if (json_is_integer(value))
        (void)json_integer_set(value, random_below(101));
    else if (json_is_real(value))
        (void)json_real_set(value, random_below(800) / 8.0 + 0.0625);
    else if (json_is_string(value))
        (void)json_string_set(value, ANY_OF(names));
}

/* Half of the edits are in one place, so that two sides often meet. */
static void document_edit(json_t *document)
{
    const char *name = one_in(2) ? "tasks" : ANY_OF(collections);
    json_t *collection = json_object_get(document, name);
    if (one_in(20))
        (void)json_object_del(document, name);
    else if (one_in(20) || collection == NULL)
        (void)json_object_set_new(document, name,
                                  one_in(8) ? random_oddity() : random_collection());
    else
        value_edit(collection);
}

static json_t *edited(json_t *document)
{
    json_t *copy = json_deep_copy(document);
    for (unsigned i = random_below(one_in(4) ? 2 : EDITS_MAX + 1); i > 0; i--)
        document_edit(copy);
    return copy;
}

/* Trials. */

struct trial {
    uint64_t seed;
    json_t *base;
    json_t *current;
    json_t *incoming;
    struct merge merge;
};

/* How often a law had something to say: a generator that never gets there proves nothing. */
static struct {
    unsigned conflicts;
    unsigned elements_new;
    unsigned elements_gone;
    unsigned elements_of_one_side;
    unsigned ids_repeated;
    unsigned collections_merged;
} met;

static void merge_release(struct merge *merge)
{
    json_decref(merge->document);
    json_decref(merge->conflicts);
    *merge = (struct merge){.document = NULL};
}

static struct merge merged(json_t *base, json_t *current, json_t *incoming)
{
    struct merge merge = {0};
    assert_int_equal(merge_documents(base, current, incoming, &merge, NULL), STATUS_OK);
    return merge;
}

static void trial_release(struct trial *trial)
{
    json_decref(trial->base);
    json_decref(trial->current);
    json_decref(trial->incoming);
    merge_release(&trial->merge);
}

__attribute__((noreturn)) static void broken(const struct trial *trial, const char *law)
{
    (void)fprintf(stderr, "base %s\ncurrent %s\nincoming %s\nmerged %s\n", line_of(trial->base),
                  line_of(trial->current), line_of(trial->incoming),
                  line_of(trial->merge.document));
    fail_msg("seed %" PRIu64 ": %s", trial->seed, law);
    abort();
}

static void check_text(const struct trial *trial, json_t *tree, const char *expected,
                       const char *law)
{
    char *text = text_of(tree);
    if (strcmp(text, expected) != 0)
        broken(trial, law);
    free(text);
}

/* Every test goes on where the one before it stopped. */
static uint64_t seed = 1;

static void check_all(void (*check)(struct trial *trial))
{
    for (uint64_t end = seed + repetitions(TRIALS); seed < end; seed++) {
        struct trial trial = {.seed = seed};
        random_seed(seed);
        trial.base = random_document();
        trial.current = edited(trial.base);
        trial.incoming = edited(trial.base);
        trial.merge = merged(trial.base, trial.current, trial.incoming);
        check(&trial);
        trial_release(&trial);
    }
}

/* The laws. */

static void check_identity(struct trial *trial, json_t *current, json_t *incoming, json_t *expected,
                           const char *law)
{
    struct merge merge = merged(trial->base, current, incoming);
    char *text = text_of(expected);
    check_text(trial, merge.document, text, law);
    if (json_array_size(merge.conflicts) > 0)
        broken(trial, "a conflict where one side is the base, or both are one");
    free(text);
    merge_release(&merge);
}

static void check_identities(struct trial *trial)
{
    json_t *copy = json_deep_copy(trial->base);
    json_t *same = json_deep_copy(trial->current);
    check_identity(trial, copy, trial->incoming, trial->incoming, "merge(b, b, x) is not x");
    check_identity(trial, trial->current, copy, trial->current, "merge(b, x, b) is not x");
    check_identity(trial, trial->current, same, trial->current, "merge(b, x, x) is not x");
    json_decref(copy);
    json_decref(same);
}

static void merging_what_one_side_or_both_alike_changed_gives_that(void **state)
{
    (void)state;
    check_all(check_identities);
}

/* What tells an element from the others: its id, or all of it. */
static json_t *identity_of(json_t *element)
{
    json_t *id = json_object_get(element, "id");
    return json_is_string(id) || json_is_number(id) ? id : element;
}

static unsigned count_of(json_t *array, json_t *identity, json_t **found)
{
    unsigned count = 0;
    size_t index;
    json_t *element;
    json_array_foreach (array, index, element) {
        if (json_equal(identity_of(element), identity)) {
            count++;
            *found = element;
        }
    }
    return count;
}

static bool holds_objects(json_t *array)
{
    size_t index;
    json_t *element;
    json_array_foreach (array, index, element) {
        if (!json_is_object(element))
            return false;
    }
    return json_is_array(array);
}

/* The same collection on all sides, and one thing in it. */
struct traced {
    unsigned base_count, current_count, incoming_count, merged_count;
    json_t *base, *current, *incoming, *merged;
};

static unsigned larger(unsigned left, unsigned right)
{
    return left > right ? left : right;
}

/* How many there must be of what one side added to, which the other side may have removed. */
static unsigned least_of(unsigned base, unsigned own, unsigned other)
{
    return own > base ? own - base + (other < base ? other : base) : 0;
}

static void check_counts(const struct trial *trial, const struct traced *traced)
{
    unsigned base = traced->base_count;
    unsigned current = traced->current_count;
    unsigned incoming = traced->incoming_count;
    unsigned most = larger(larger(base, current), incoming);
    met.ids_repeated += most > 1;
    if (traced->merged_count > most)
        broken(trial, "an element was duplicated");
    if (traced->merged_count < least_of(base, current, incoming))
        broken(trial, "what the current side added is missing");
    if (traced->merged_count < least_of(base, incoming, current))
        broken(trial, "what the incoming side added is missing");
}

static bool equal(json_t *left, json_t *right)
{
    return left == right || json_equal(left, right);
}

/* Of an element that no side has twice. `own` and `other` are the two sides, either way round. */
static void check_element(const struct trial *trial, const struct traced *traced, json_t *own,
                          json_t *other)
{
    bool is_changed = own != NULL && !equal(own, traced->base);
    met.elements_new += is_changed && traced->base == NULL;
    if (is_changed && traced->merged == NULL)
        broken(trial, "what one side added or edited is missing");
    if (equal(other, traced->base) && !equal(own, traced->merged))
        broken(trial, "what one side alone changed is not as that side has it");
    met.elements_of_one_side += is_changed && equal(other, traced->base);
    met.elements_gone += own == NULL && traced->base != NULL && equal(other, traced->base);
}

static void check_traced(const struct trial *trial, const char *name, json_t *identity)
{
    struct traced traced = {.base_count = 0};
    traced.base_count = count_of(json_object_get(trial->base, name), identity, &traced.base);
    traced.current_count =
        count_of(json_object_get(trial->current, name), identity, &traced.current);
    traced.incoming_count =
        count_of(json_object_get(trial->incoming, name), identity, &traced.incoming);
    traced.merged_count =
        count_of(json_object_get(trial->merge.document, name), identity, &traced.merged);
    check_counts(trial, &traced);
    if (traced.base_count > 1 || traced.current_count > 1 || traced.incoming_count > 1)
        return;
    check_element(trial, &traced, traced.current, traced.incoming);
    check_element(trial, &traced, traced.incoming, traced.current);
}

static void check_elements_of(const struct trial *trial, json_t *side, const char *name)
{
    size_t index;
    json_t *element;
    json_array_foreach (json_object_get(side, name), index, element)
        check_traced(trial, name, identity_of(element));
}

static void check_collections(struct trial *trial)
{
    for (size_t i = 0; i < COUNT_OF(collections); i++) {
        const char *name = collections[i];
        json_t *base = json_object_get(trial->base, name);
        if ((base != NULL && !holds_objects(base)) ||
            !holds_objects(json_object_get(trial->current, name)) ||
            !holds_objects(json_object_get(trial->incoming, name)))
            continue;
        met.collections_merged++;
        check_elements_of(trial, trial->base, name);
        check_elements_of(trial, trial->current, name);
        check_elements_of(trial, trial->incoming, name);
        check_elements_of(trial, trial->merge.document, name);
    }
}

static void no_element_is_lost_or_doubled_and_removed_ones_stay_away(void **state)
{
    (void)state;
    memset(&met, 0, sizeof met);
    check_all(check_collections);
    const unsigned trials = repetitions(TRIALS);
    assert_in_range(met.collections_merged, trials, 6 * trials);
    assert_in_range(met.elements_new, trials / 4, UINT32_MAX);
    assert_in_range(met.elements_gone, trials / 4, UINT32_MAX);
    assert_in_range(met.elements_of_one_side, trials / 4, UINT32_MAX);
    assert_in_range(met.ids_repeated, trials / 4, UINT32_MAX);
}

/* A top-level member that one side left alone is as the other has it, whatever it is. */
static void check_members(struct trial *trial)
{
    for (size_t i = 0; i < COUNT_OF(collections); i++) {
        json_t *base = json_object_get(trial->base, collections[i]);
        json_t *current = json_object_get(trial->current, collections[i]);
        json_t *incoming = json_object_get(trial->incoming, collections[i]);
        json_t *seen = json_object_get(trial->merge.document, collections[i]);
        if (equal(base, current) && !equal(seen, incoming))
            broken(trial, "a member that the current side left alone is not the incoming one");
        if (equal(base, incoming) && !equal(seen, current))
            broken(trial, "a member that the incoming side left alone is not the current one");
    }
}

static void members_that_one_side_left_alone_are_as_the_other_has_them(void **state)
{
    (void)state;
    check_all(check_members);
}

static void check_repeatable(struct trial *trial)
{
    struct merge again = merged(trial->base, trial->current, trial->incoming);
    char *document = text_of(trial->merge.document);
    char *conflicts = text_of(trial->merge.conflicts);
    check_text(trial, again.document, document, "another document the second time");
    check_text(trial, again.conflicts, conflicts, "other conflicts the second time");
    free(document);
    free(conflicts);
    merge_release(&again);
}

static void merging_again_gives_the_same(void **state)
{
    (void)state;
    check_all(check_repeatable);
}

/* The trial is made anew, so that what was merged is compared with what never was. */
static void check_inputs(struct trial *trial)
{
    random_seed(trial->seed);
    json_t *base = random_document();
    json_t *current = edited(base);
    json_t *incoming = edited(base);
    if (!json_equal(trial->base, base) || !json_equal(trial->current, current) ||
        !json_equal(trial->incoming, incoming))
        broken(trial, "a side was changed");
    json_decref(base);
    json_decref(current);
    json_decref(incoming);
}

static void merging_changes_no_side(void **state)
{
    (void)state;
    check_all(check_inputs);
}

static void check_loading(struct trial *trial)
{
    char *text = text_of(trial->merge.document);
    json_t *again = NULL;
    assert_int_equal(json_text_load(text, strlen(text), &again, NULL), STATUS_OK);
    check_text(trial, again, text, "what is loaded again has another text");
    if (!json_equal(again, trial->merge.document))
        broken(trial, "what is loaded again is another document");
    free(text);
    json_decref(again);
}

static void what_was_merged_can_be_written_and_loaded(void **state)
{
    (void)state;
    check_all(check_loading);
}

static void check_conflict(struct trial *trial, json_t *conflict)
{
    json_t *base = json_object_get(conflict, "base");
    json_t *current = json_object_get(conflict, "current");
    json_t *incoming = json_object_get(conflict, "incoming");
    if (json_string_value(json_object_get(conflict, "path")) == NULL)
        broken(trial, "a conflict without a path");
    if (equal(current, incoming) || equal(base, current) || equal(base, incoming))
        broken(trial, "a conflict where two sides agree");
}

static void check_conflicts(struct trial *trial)
{
    struct merge mirrored = merged(trial->base, trial->incoming, trial->current);
    size_t index;
    json_t *conflict;
    json_array_foreach (trial->merge.conflicts, index, conflict)
        check_conflict(trial, conflict);
    if (json_array_size(mirrored.conflicts) != json_array_size(trial->merge.conflicts))
        broken(trial, "another number of conflicts with the sides exchanged");
    met.conflicts += json_array_size(trial->merge.conflicts) > 0;
    merge_release(&mirrored);
}

static void conflicts_are_where_all_sides_differ_whichever_came_first(void **state)
{
    (void)state;
    memset(&met, 0, sizeof met);
    check_all(check_conflicts);
    assert_in_range(met.conflicts, repetitions(TRIALS) / 16, repetitions(TRIALS) * 7 / 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_what_one_side_or_both_alike_changed_gives_that),
        cmocka_unit_test(no_element_is_lost_or_doubled_and_removed_ones_stay_away),
        cmocka_unit_test(members_that_one_side_left_alone_are_as_the_other_has_them),
        cmocka_unit_test(merging_again_gives_the_same),
        cmocka_unit_test(merging_changes_no_side),
        cmocka_unit_test(what_was_merged_can_be_written_and_loaded),
        cmocka_unit_test(conflicts_are_where_all_sides_differ_whichever_came_first),
    };
    return cmocka_run_group_tests_name("merge_laws", tests, NULL, NULL);
}
