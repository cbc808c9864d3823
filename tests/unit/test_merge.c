/*
 * The rules of the merge, one by one. Texts have single quotes for double ones.
 */
#include "merge.h"

#include "json_tree.h"

#include <stdlib.h>
#include <string.h>

struct scenario {
    const char *base;
    const char *current;
    const char *incoming;
    const char *merged;
    const char *conflicts;
};

static struct merge merged(json_t *base, json_t *current, json_t *incoming)
{
    struct error error = ERROR_INIT;
    struct merge merge = {0};
    assert_int_equal(merge_documents(base, current, incoming, &merge, &error), STATUS_OK);
    return merge;
}

static void merge_release(struct merge *merge)
{
    json_decref(merge->document);
    json_decref(merge->conflicts);
}

static void check_line(const struct scenario *scenario, json_t *tree, const char *expected)
{
    char *seen = line_of(tree);
    json_t *expected_tree = tree_of(expected);
    char *expected_line = line_of(expected_tree);
    if (strcmp(seen, expected_line) != 0)
        fail_msg("base %s, current %s, incoming %s:\n%s instead of\n%s", scenario->base,
                 scenario->current, scenario->incoming, seen, expected_line);
    free(seen);
    free(expected_line);
    json_decref(expected_tree);
}

static void check_scenario(const struct scenario *scenario)
{
    json_t *base = tree_of(scenario->base);
    json_t *current = tree_of(scenario->current);
    json_t *incoming = tree_of(scenario->incoming);
    struct merge merge = merged(base, current, incoming);
    check_line(scenario, merge.document, scenario->merged);
    check_line(scenario, merge.conflicts, scenario->conflicts);
    merge_release(&merge);
    json_decref(base);
    json_decref(current);
    json_decref(incoming);
}

/* In this order: what it comes to, and the conflicts. */
static void check_merge(const char *base, const char *current, const char *incoming,
                        const char *expected, const char *conflicts)
{
    const struct scenario scenario = {base, current, incoming, expected, conflicts};
    check_scenario(&scenario);
}

static void check_clean(const char *base, const char *current, const char *incoming,
                        const char *expected)
{
    check_merge(base, current, incoming, expected, "[]");
}

static void what_one_side_changed_is_taken(void **state)
{
    (void)state;
    check_clean("{'a':1,'b':1}", "{'a':2,'b':1}", "{'a':1,'b':1}", "{'a':2,'b':1}");
    check_clean("{'a':1,'b':1}", "{'a':1,'b':1}", "{'a':1,'b':3}", "{'a':1,'b':3}");
    check_clean("{'a':1,'b':1}", "{'a':2,'b':1}", "{'a':1,'b':3}", "{'a':2,'b':3}");
    check_clean("{'a':{'b':{'c':1,'d':1}}}", "{'a':{'b':{'c':2,'d':1}}}",
                "{'a':{'b':{'c':1,'d':3}}}", "{'a':{'b':{'c':2,'d':3}}}");
}

static void what_both_changed_alike_is_no_conflict(void **state)
{
    (void)state;
    check_clean("{'a':1}", "{'a':2}", "{'a':2}", "{'a':2}");
    check_clean("{'a':1,'b':1}", "{'a':2,'b':2}", "{'a':2,'b':1}", "{'a':2,'b':2}");
    check_clean("{'a':1,'b':1}", "{'b':1}", "{'b':2}", "{'b':2}");
    check_clean("{'a':[{'id':1},{'id':2}]}", "{'a':[{'id':2}]}", "{'a':[{'id':2},{'id':3}]}",
                "{'a':[{'id':2},{'id':3}]}");
}

static void what_both_changed_differently_is_the_incoming_and_a_conflict(void **state)
{
    (void)state;
    check_merge("{'a':1}", "{'a':2}", "{'a':3}", "{'a':3}",
                "[{'path':'/a','base':1,'current':2,'incoming':3}]");
    check_merge("{'a':'x','b':null}", "{'a':'y','b':true}", "{'a':'z','b':false}",
                "{'a':'z','b':false}",
                "[{'path':'/a','base':'x','current':'y','incoming':'z'},"
                "{'path':'/b','base':null,'current':true,'incoming':false}]");
    check_merge(
        "{'tasks':[{'id':'task-1','progress':10}]}", "{'tasks':[{'id':'task-1','progress':20}]}",
        "{'tasks':[{'id':'task-1','progress':30}]}", "{'tasks':[{'id':'task-1','progress':30}]}",
        "[{'path':'/tasks/task-1/progress','base':10,'current':20,'incoming':30}]");
}

static void what_both_added_differently_is_a_conflict_without_a_base(void **state)
{
    (void)state;
    check_merge("{}", "{'a':2}", "{'a':3}", "{'a':3}", "[{'path':'/a','current':2,'incoming':3}]");
    check_clean("{}", "{'a':{'b':1}}", "{'a':{'c':2}}", "{'a':{'b':1,'c':2}}");
    check_clean("{}", "{'a':[1]}", "{'a':[2]}", "{'a':[1,2]}");
}

static void numbers_are_compared_by_value(void **state)
{
    (void)state;
    check_clean("{'a':33.3}", "{'a':33.30}", "{'a':1}", "{'a':1}");
    check_clean("{'a':1}", "{'a':2}", "{'a':1.0}", "{'a':2}");
    check_clean("{'a':12345678901234567890}", "{'a':2}", "{'a':12345678901234567000}", "{'a':2}");
    check_clean("{'a':1e17}", "{'a':2}", "{'a':100000000000000000}", "{'a':2}");
}

static void null_is_a_value(void **state)
{
    (void)state;
    check_clean("{'a':1}", "{'a':null}", "{'a':1}", "{'a':null}");
    check_clean("{'a':null}", "{}", "{'a':null,'b':1}", "{'b':1}");
    check_merge("{'a':1}", "{'a':null}", "{}", "{'a':null}",
                "[{'path':'/a','base':1,'current':null}]");
}

static void a_removed_member_is_gone_if_the_other_side_left_it_alone(void **state)
{
    (void)state;
    check_clean("{'a':1,'b':{'c':1}}", "{'a':1}", "{'a':2,'b':{'c':1}}", "{'a':2}");
    check_clean("{'a':1,'b':{'c':1}}", "{'a':2,'b':{'c':1}}", "{'a':1}", "{'a':2}");
    check_clean("{'a':1,'b':1}", "{'a':1}", "{'b':1}", "{}");
}

static void a_removed_element_is_gone_if_the_other_side_left_it_alone(void **state)
{
    (void)state;
    check_clean("[{'id':'a'},{'id':'b'},{'id':'c'}]", "[{'id':'a'},{'id':'c'}]",
                "[{'id':'a'},{'id':'b'},{'id':'c','x':1}]", "[{'id':'a'},{'id':'c','x':1}]");
    check_clean("[{'id':'a'},{'id':'b'},{'id':'c'}]", "[{'id':'a'},{'id':'b'},{'id':'c','x':1}]",
                "[{'id':'a'},{'id':'c'}]", "[{'id':'a'},{'id':'c','x':1}]");
    check_clean("[{'id':'a'},{'id':'b'}]", "[{'id':'a'}]", "[{'id':'b'}]", "[]");
}

static void an_edit_beats_a_removal_by_the_other_side(void **state)
{
    (void)state;
    check_merge("{'a':1,'b':1}", "{'a':2}", "{'a':1,'b':2}", "{'a':2,'b':2}",
                "[{'path':'/b','base':1,'incoming':2}]");
    check_merge("{'a':1,'b':1}", "{'a':1,'b':2}", "{'a':2}", "{'a':2,'b':2}",
                "[{'path':'/b','base':1,'current':2}]");
    check_merge("{'b':{'c':1,'d':1}}", "{'b':{'c':2,'d':1}}", "{}", "{'b':{'c':2,'d':1}}",
                "[{'path':'/b','base':{'c':1,'d':1},'current':{'c':2,'d':1}}]");
    check_merge("{'b':[1]}", "{}", "{'b':[1,2]}", "{'b':[1,2]}",
                "[{'path':'/b','base':[1],'incoming':[1,2]}]");
}

static void an_edited_element_beats_its_removal_by_the_other_side(void **state)
{
    (void)state;
    check_merge("[{'id':'a','x':1},{'id':'b'}]", "[{'id':'b'}]", "[{'id':'a','x':2},{'id':'b'}]",
                "[{'id':'b'},{'id':'a','x':2}]",
                "[{'path':'/a','base':{'id':'a','x':1},'incoming':{'id':'a','x':2}}]");
    check_merge("[{'id':'a','x':1},{'id':'b'}]", "[{'id':'a','x':2},{'id':'b'}]", "[{'id':'b'}]",
                "[{'id':'a','x':2},{'id':'b'}]",
                "[{'path':'/a','base':{'id':'a','x':1},'current':{'id':'a','x':2}}]");
}

static void elements_that_both_added_are_all_there(void **state)
{
    (void)state;
    check_clean("[{'id':'a'}]", "[{'id':'a'},{'id':'b'}]", "[{'id':'a'},{'id':'c'}]",
                "[{'id':'a'},{'id':'b'},{'id':'c'}]");
    check_clean("[]", "[{'id':'b'}]", "[{'id':'c'},{'id':'d'}]",
                "[{'id':'b'},{'id':'c'},{'id':'d'}]");
}

static void elements_that_both_added_with_one_id_are_one(void **state)
{
    (void)state;
    check_clean("[]", "[{'id':'a','x':1},{'id':'b'}]", "[{'id':'c'},{'id':'a','y':2}]",
                "[{'id':'a','x':1,'y':2},{'id':'b'},{'id':'c'}]");
    check_merge("[]", "[{'id':'a','x':1}]", "[{'id':'a','x':2}]", "[{'id':'a','x':2}]",
                "[{'path':'/a/x','current':1,'incoming':2}]");
}

static void members_keep_the_current_order_and_new_ones_follow(void **state)
{
    (void)state;
    check_clean("{'a':1,'b':1}", "{'z':1,'b':2,'a':1}", "{'y':1,'a':3,'b':1,'x':1}",
                "{'z':1,'b':2,'a':3,'y':1,'x':1}");
}

static void elements_keep_the_current_order_and_new_ones_follow(void **state)
{
    (void)state;
    check_clean("[{'id':1},{'id':2},{'id':3}]", "[{'id':9},{'id':3},{'id':2},{'id':1}]",
                "[{'id':8},{'id':1},{'id':2},{'id':7},{'id':3}]",
                "[{'id':9},{'id':3},{'id':2},{'id':1},{'id':8},{'id':7}]");
    check_clean("[{'id':1},{'id':2}]", "[{'id':1,'x':1},{'id':2}]", "[{'id':2},{'id':1}]",
                "[{'id':1,'x':1},{'id':2}]");
}

static void an_order_that_one_side_alone_changed_is_taken(void **state)
{
    (void)state;
    check_clean("{'a':[{'id':1},{'id':2}],'b':1}", "{'a':[{'id':1},{'id':2}],'b':2}",
                "{'a':[{'id':2},{'id':1}],'b':1}", "{'a':[{'id':2},{'id':1}],'b':2}");
    check_clean("{'a':[{'id':1},{'id':2}],'b':1}", "{'a':[{'id':2},{'id':1}],'b':1}",
                "{'a':[{'id':1},{'id':2}],'b':2}", "{'a':[{'id':2},{'id':1}],'b':2}");
    check_clean("{'a':{'x':1,'y':2},'b':1}", "{'a':{'x':1,'y':2},'b':1}",
                "{'b':1,'a':{'y':2,'x':1}}", "{'b':1,'a':{'y':2,'x':1}}");
    check_clean("{'a':{'x':1,'y':2},'b':1}", "{'b':1,'a':{'y':2,'x':1}}",
                "{'a':{'x':1,'y':2},'b':1}", "{'b':1,'a':{'y':2,'x':1}}");
    check_clean("[[{'x':1,'y':2}],0]", "[[{'x':1,'y':2}],0]", "[[{'y':2,'x':1}],0]",
                "[[{'y':2,'x':1}],0]");
}

static void an_order_of_members_is_no_edit(void **state)
{
    (void)state;
    check_clean("{'a':{'x':1,'y':2}}", "{}", "{'a':{'y':2,'x':1}}", "{}");
    check_clean("{'a':{'x':1,'y':2}}", "{'a':{'y':2,'x':1}}", "{}", "{}");
    check_clean("{'a':[[{'x':1,'y':2}]],'b':1}", "{'a':[[{'y':2,'x':1}]],'b':2}", "{'b':1}",
                "{'b':2}");
    check_clean("[[{'x':1,'y':2,'z':3}]]", "[[{'y':2,'x':1,'z':3}]]", "[[{'x':1,'z':3,'y':2}]]",
                "[[{'y':2,'x':1,'z':3}]]");
    check_clean("[{'x':1,'y':2},3]", "[{'y':2,'x':1},3]", "[3,{'x':1,'y':2}]", "[3,{'x':1,'y':2}]");
    check_clean("{'a':{'x':1,'y':2}}", "{'a':3}", "{'a':{'y':2,'x':1}}", "{'a':3}");
}

static void repeated_ids_are_told_apart_by_their_occurrence(void **state)
{
    (void)state;
    check_clean("[{'id':'a','x':1},{'id':'a','x':2}]", "[{'id':'a','x':1},{'id':'a','x':3}]",
                "[{'id':'a','x':4},{'id':'a','x':2}]", "[{'id':'a','x':4},{'id':'a','x':3}]");
    check_clean("[{'id':'a','x':1},{'id':'a','x':2}]", "[{'id':'a','x':1}]",
                "[{'id':'a','x':5},{'id':'a','x':2}]", "[{'id':'a','x':5}]");
    check_clean("[{'id':'a','x':1}]", "[{'id':'a','x':1},{'id':'b'}]",
                "[{'id':'a','x':1},{'id':'a','x':2}]",
                "[{'id':'a','x':1},{'id':'b'},{'id':'a','x':2}]");
}

static void paths_number_the_further_occurrences_of_an_id(void **state)
{
    (void)state;
    check_merge("{'t':[{'id':'a','x':1},{'id':'a','x':1},{'id':'a','x':1}]}",
                "{'t':[{'id':'a','x':2},{'id':'a','x':2},{'id':'a','x':2}]}",
                "{'t':[{'id':'a','x':3},{'id':'a','x':3},{'id':'a','x':3}]}",
                "{'t':[{'id':'a','x':3},{'id':'a','x':3},{'id':'a','x':3}]}",
                "[{'path':'/t/a/x','base':1,'current':2,'incoming':3},"
                "{'path':'/t/a#2/x','base':1,'current':2,'incoming':3},"
                "{'path':'/t/a#3/x','base':1,'current':2,'incoming':3}]");
}

static void numbers_are_ids_of_their_own(void **state)
{
    (void)state;
    check_clean("[{'id':1,'x':1},{'id':'1','x':1}]", "[{'id':1,'x':2},{'id':'1','x':1}]",
                "[{'id':1,'x':1},{'id':'1','x':3}]", "[{'id':1,'x':2},{'id':'1','x':3}]");
    check_clean("[{'id':1,'x':1},{'id':'1','x':1}]", "[{'id':'1','x':2},{'id':1,'x':1}]",
                "[{'id':1,'x':3},{'id':'1','x':1}]", "[{'id':'1','x':2},{'id':1,'x':3}]");
    check_merge("[{'id':-7,'x':1}]", "[{'id':-7,'x':2}]", "[{'id':-7,'x':3}]", "[{'id':-7,'x':3}]",
                "[{'path':'/-7/x','base':1,'current':2,'incoming':3}]");
    check_clean("[{'id':2,'x':1,'y':1}]", "[{'id':2.0,'x':2,'y':1}]", "[{'id':2,'x':1,'y':3}]",
                "[{'id':2,'x':2,'y':3}]");
}

static void numbers_that_are_no_integers_are_ids_too(void **state)
{
    (void)state;
    check_clean("[{'id':1.5,'x':1,'y':1}]", "[{'id':1.5,'x':2,'y':1}]", "[{'id':1.50,'x':1,'y':3}]",
                "[{'id':1.5,'x':2,'y':3}]");
    check_merge("[{'id':12345678901234567890,'x':1}]", "[{'id':12345678901234567890,'x':2}]",
                "[{'id':12345678901234567000,'x':3}]", "[{'id':12345678901234567000,'x':3}]",
                "[{'path':'/12345678901234567000/x','base':1,'current':2,'incoming':3}]");
}

static void ids_may_hold_any_character(void **state)
{
    (void)state;
    check_clean("[{'id':'a\\u0000b'},{'id':'c','x':1}]", "[{'id':'a\\u0000c'},{'id':'c','x':1}]",
                "[{'id':'a\\u0000b'},{'id':'c','x':2}]", "[{'id':'a\\u0000c'},{'id':'c','x':2}]");
    check_clean("[{'id':'a\\u0000b','x':1},{'id':'a\\u0000c','x':1}]",
                "[{'id':'a\\u0000c','x':1,'y':1},{'id':'a\\u0000b','x':1}]",
                "[{'id':'a\\u0000b','x':2},{'id':'a\\u0000c','x':3}]",
                "[{'id':'a\\u0000c','x':3,'y':1},{'id':'a\\u0000b','x':2}]");
    check_clean("[{'id':'','x':1},{'id':'a\\n2','x':1},{'id':'a','x':1},{'id':'a','x':1}]",
                "[{'id':'','x':2},{'id':'a\\n2','x':1},{'id':'a','x':1},{'id':'a','x':2}]",
                "[{'id':'','x':1},{'id':'a\\n2','x':3},{'id':'a','x':1},{'id':'a','x':1}]",
                "[{'id':'','x':2},{'id':'a\\n2','x':3},{'id':'a','x':1},{'id':'a','x':2}]");
}

static void elements_without_an_id_are_told_apart_by_their_value(void **state)
{
    (void)state;
    check_clean("[{'n':1},{'n':2}]", "[{'n':1},{'n':3}]", "[{'n':1},{'n':2},{'n':4}]",
                "[{'n':1},{'n':3},{'n':4}]");
    check_clean("[{'n':1}]", "[{'n':2}]", "[{'n':3}]", "[{'n':2},{'n':3}]");
    check_clean("[]", "[{'n':1,'m':2}]", "[{'m':2,'n':1},{'n':3}]", "[{'n':1,'m':2},{'n':3}]");
    check_clean("[{'id':null,'n':1},{'id':true,'n':1}]",
                "[{'id':null,'n':1},{'id':true,'n':1},{'id':'a'}]",
                "[{'id':null,'n':2},{'id':true,'n':1}]",
                "[{'id':true,'n':1},{'id':'a'},{'id':null,'n':2}]");
    check_clean("[{'n':1},{'n':1}]", "[{'n':1}]", "[{'n':1},{'n':1},{'n':2}]", "[{'n':1},{'n':2}]");
}

static void scalars_are_sets_that_keep_their_order(void **state)
{
    (void)state;
    check_clean("['b','a']", "['b','a','c']", "['d','b','a']", "['b','a','c','d']");
    check_clean("['a','b']", "['b','c']", "['a','b','c']", "['b','c']");
    check_clean("['a','b']", "['a']", "['b','c']", "['c']");
    check_clean("['a']", "['b']", "['c']", "['b','c']");
    check_clean("[1,'1',true,null,0.5]", "[1,'1',true,0.5,2]", "['1',null,true,0.5,3]",
                "['1',true,0.5,2,3]");
}

static void an_array_of_mixed_elements_is_atomic(void **state)
{
    (void)state;
    check_merge("{'a':[1,{'id':1}]}", "{'a':[1,{'id':1},2]}", "{'a':[1,{'id':1},3]}",
                "{'a':[1,{'id':1},3]}",
                "[{'path':'/a','base':[1,{'id':1}],'current':[1,{'id':1},2],"
                "'incoming':[1,{'id':1},3]}]");
    check_merge("[{'id':1},0]", "[{'id':1},1]", "[{'id':1},2]", "[{'id':1},2]",
                "[{'path':'','base':[{'id':1},0],'current':[{'id':1},1],"
                "'incoming':[{'id':1},2]}]");
    check_merge("[[1]]", "[[1],[2]]", "[[1],[3]]", "[[1],[3]]",
                "[{'path':'','base':[[1]],'current':[[1],[2]],'incoming':[[1],[3]]}]");
}

static void nulls_fit_into_every_array(void **state)
{
    (void)state;
    check_clean("[{'id':1},null]", "[{'id':1},null,{'id':2}]", "[{'id':1},null,{'id':3}]",
                "[{'id':1},null,{'id':2},{'id':3}]");
    check_clean("[{'id':1},null]", "[{'id':1,'a':1},null]", "[{'id':1}]", "[{'id':1,'a':1}]");
    check_clean("[null]", "[null,'x']", "[null,'y']", "[null,'x','y']");
    check_clean("[null]", "[null,null]", "[]", "[null]");
}

static void an_array_whose_kind_differs_between_the_sides_is_atomic(void **state)
{
    (void)state;
    check_merge("{'a':['x']}", "{'a':['x','y']}", "{'a':[{'id':'x'}]}", "{'a':[{'id':'x'}]}",
                "[{'path':'/a','base':['x'],'current':['x','y'],'incoming':[{'id':'x'}]}]");
    check_merge("{'a':['x']}", "{'a':[{'id':'x'}]}", "{'a':['x','y']}", "{'a':['x','y']}",
                "[{'path':'/a','base':['x'],'current':[{'id':'x'}],'incoming':['x','y']}]");
    check_merge("{'a':['x']}", "{'a':[{'id':'x'}]}", "{'a':[{'id':'y'}]}", "{'a':[{'id':'y'}]}",
                "[{'path':'/a','base':['x'],'current':[{'id':'x'}],'incoming':[{'id':'y'}]}]");
    check_clean("{'a':['x'],'b':1}", "{'a':[{'id':'x'}],'b':1}", "{'a':['x'],'b':2}",
                "{'a':[{'id':'x'}],'b':2}");
}

static void an_empty_array_is_of_any_kind(void **state)
{
    (void)state;
    check_clean("[]", "['x']", "['y']", "['x','y']");
    check_clean("['x','y']", "[]", "['x','y','z']", "['z']");
    check_clean("['x','y']", "['x','y','z']", "[]", "['z']");
    check_merge("[{'id':'a'}]", "[]", "[{'id':'a','x':1}]", "[{'id':'a','x':1}]",
                "[{'path':'/a','base':{'id':'a'},'incoming':{'id':'a','x':1}}]");
}

static void values_of_different_kinds_are_atomic(void **state)
{
    (void)state;
    check_merge("{'a':{'x':1}}", "{'a':{'x':2}}", "{'a':[1]}", "{'a':[1]}",
                "[{'path':'/a','base':{'x':1},'current':{'x':2},'incoming':[1]}]");
    check_merge("{'a':[1]}", "{'a':'1'}", "{'a':[1,2]}", "{'a':[1,2]}",
                "[{'path':'/a','base':[1],'current':'1','incoming':[1,2]}]");
    check_merge("{'a':1}", "{'a':2}", "{'a':'2'}", "{'a':'2'}",
                "[{'path':'/a','base':1,'current':2,'incoming':'2'}]");
}

static void a_base_of_another_kind_makes_values_atomic(void **state)
{
    (void)state;
    check_merge("{'a':'x'}", "{'a':{'b':1}}", "{'a':{'c':2}}", "{'a':{'c':2}}",
                "[{'path':'/a','base':'x','current':{'b':1},'incoming':{'c':2}}]");
    check_merge("{'a':{'b':1}}", "{'a':[1]}", "{'a':[2]}", "{'a':[2]}",
                "[{'path':'/a','base':{'b':1},'current':[1],'incoming':[2]}]");
    check_merge("{'a':null}", "{'a':[1]}", "{'a':[2]}", "{'a':[2]}",
                "[{'path':'/a','base':null,'current':[1],'incoming':[2]}]");
}

static void paths_are_json_pointers(void **state)
{
    (void)state;
    check_merge("{'a/b':{'~c':{'':1}}}", "{'a/b':{'~c':{'':2}}}", "{'a/b':{'~c':{'':3}}}",
                "{'a/b':{'~c':{'':3}}}",
                "[{'path':'/a~1b/~0c/','base':1,'current':2,'incoming':3}]");
    check_merge("{'项目':[{'id':'x/~y','名':1}]}", "{'项目':[{'id':'x/~y','名':2}]}",
                "{'项目':[{'id':'x/~y','名':3}]}", "{'项目':[{'id':'x/~y','名':3}]}",
                "[{'path':'/项目/x~1~0y/名','base':1,'current':2,'incoming':3}]");
    check_merge("{'a#2':[{'id':'b#2\\n1','c':1}]}", "{'a#2':[{'id':'b#2\\n1','c':2}]}",
                "{'a#2':[{'id':'b#2\\n1','c':3}]}", "{'a#2':[{'id':'b#2\\n1','c':3}]}",
                "[{'path':'/a#2/b#2\\n1/c','base':1,'current':2,'incoming':3}]");
}

/* {"<name>": number}, where the name is "a", "aa" or "aaa" and then so many characters. */
static json_t *long_named(size_t shift, size_t count, int number)
{
    char name[4096] = "aaa";
    for (size_t i = 0; i < count; i++)
        memcpy(name + shift + 3 * i, "排", 4);
    return json_pack("{s:i}", name, number);
}

static void long_paths_are_cut_between_characters(void **state)
{
    (void)state;
    for (size_t shift = 1; shift <= 3; shift++) {
        json_t *base = long_named(shift, 400, 1);
        json_t *current = long_named(shift, 400, 2);
        json_t *incoming = long_named(shift, 400, 3);
        struct merge merge = merged(base, current, incoming);
        const json_t *path = json_object_get(json_array_get(merge.conflicts, 0), "path");
        assert_in_range(json_string_length(path), 1022, 1024);
        assert_true(json_equal(merge.document, incoming));
        merge_release(&merge);
        json_decref(base);
        json_decref(current);
        json_decref(incoming);
    }
}

static void unknown_members_are_kept_at_every_level(void **state)
{
    (void)state;
    check_clean("{'v':1,'t':[{'id':'a','w':{'x':[1]},'n':'o'}]}",
                "{'v':1,'t':[{'id':'a','w':{'x':[1],'y':2},'n':'o'}],'u':{}}",
                "{'v':2,'t':[{'id':'a','w':{'x':[1]},'n':'p','z':null}]}",
                "{'v':2,'t':[{'id':'a','w':{'x':[1],'y':2},'n':'p','z':null}],'u':{}}");
}

static const struct scenario involved = {
    "{'t':[{'id':'a','n':1,'p':['x']},{'id':2,'n':1},{'n':1}],'k':1,'l':[1],'e':{'a':1,'b':1}}",
    "{'t':[{'id':'a','n':2,'p':['x','y']},{'n':1},{'id':'b'}],'k':2,'l':[1],'e':{'a':1}}",
    "{'t':[{'id':'a','n':3,'p':['z']},{'id':2,'n':4},{'n':1}],'k':3,'l':[{}],'e':{'b':1},'m':{}}",
    "{'t':[{'id':'a','n':3,'p':['y','z']},{'n':1},{'id':'b'},{'id':2,'n':4}],"
    "'k':3,'l':[{}],'e':{},'m':{}}",
    "[{'path':'/t/a/n','base':1,'current':2,'incoming':3},"
    "{'path':'/t/2','base':{'id':2,'n':1},'incoming':{'id':2,'n':4}},"
    "{'path':'/k','base':1,'current':2,'incoming':3}]"};

static const struct scenario plain = {"{'a':['x','y'],'b':1}", "{'a':['x'],'b':1}",
                                      "{'a':['y'],'b':2}", "{'a':[],'b':2}", "[]"};

/* Whether an allocation was refused. */
static bool merge_with_little_memory(const struct scenario *scenario, json_t *sides[3],
                                     unsigned first, unsigned count)
{
    struct error error = ERROR_INIT;
    struct merge merge = {.document = sides[0]};
    memory_exhaust(first, count);
    enum status status = merge_documents(sides[0], sides[1], sides[2], &merge, &error);
    bool refused = memory_restore();
    if (status == STATUS_OK) {
        check_line(scenario, merge.document, scenario->merged);
        check_line(scenario, merge.conflicts, scenario->conflicts);
        merge_release(&merge);
    } else {
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_true(error.text[0] != '\0');
        assert_ptr_equal(merge.document, sides[0]);
        assert_null(merge.conflicts);
    }
    return refused;
}

/* Refuse `count` allocations from the first one on, from the second one on, and so on. */
static void check_memory(const struct scenario *scenario, unsigned count)
{
    json_t *sides[] = {tree_of(scenario->base), tree_of(scenario->current),
                       tree_of(scenario->incoming)};
    unsigned first = 0;
    while (merge_with_little_memory(scenario, sides, first, count))
        first++;
    assert_true(first > 20);
    check_line(scenario, sides[0], scenario->base);
    check_line(scenario, sides[1], scenario->current);
    check_line(scenario, sides[2], scenario->incoming);
    for (size_t i = 0; i < 3; i++)
        json_decref(sides[i]);
}

static void merging_without_memory_is_refused_as_a_whole(void **state)
{
    (void)state;
    check_memory(&involved, 1);
    check_memory(&involved, (unsigned)-1);
    check_memory(&plain, 1);
    check_memory(&plain, (unsigned)-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_side_changed_is_taken),
        cmocka_unit_test(what_both_changed_alike_is_no_conflict),
        cmocka_unit_test(what_both_changed_differently_is_the_incoming_and_a_conflict),
        cmocka_unit_test(what_both_added_differently_is_a_conflict_without_a_base),
        cmocka_unit_test(numbers_are_compared_by_value),
        cmocka_unit_test(null_is_a_value),
        cmocka_unit_test(a_removed_member_is_gone_if_the_other_side_left_it_alone),
        cmocka_unit_test(a_removed_element_is_gone_if_the_other_side_left_it_alone),
        cmocka_unit_test(an_edit_beats_a_removal_by_the_other_side),
        cmocka_unit_test(an_edited_element_beats_its_removal_by_the_other_side),
        cmocka_unit_test(elements_that_both_added_are_all_there),
        cmocka_unit_test(elements_that_both_added_with_one_id_are_one),
        cmocka_unit_test(members_keep_the_current_order_and_new_ones_follow),
        cmocka_unit_test(elements_keep_the_current_order_and_new_ones_follow),
        cmocka_unit_test(an_order_that_one_side_alone_changed_is_taken),
        cmocka_unit_test(an_order_of_members_is_no_edit),
        cmocka_unit_test(repeated_ids_are_told_apart_by_their_occurrence),
        cmocka_unit_test(paths_number_the_further_occurrences_of_an_id),
        cmocka_unit_test(numbers_are_ids_of_their_own),
        cmocka_unit_test(numbers_that_are_no_integers_are_ids_too),
        cmocka_unit_test(ids_may_hold_any_character),
        cmocka_unit_test(elements_without_an_id_are_told_apart_by_their_value),
        cmocka_unit_test(scalars_are_sets_that_keep_their_order),
        cmocka_unit_test(an_array_of_mixed_elements_is_atomic),
        cmocka_unit_test(nulls_fit_into_every_array),
        cmocka_unit_test(an_array_whose_kind_differs_between_the_sides_is_atomic),
        cmocka_unit_test(an_empty_array_is_of_any_kind),
        cmocka_unit_test(values_of_different_kinds_are_atomic),
        cmocka_unit_test(a_base_of_another_kind_makes_values_atomic),
        cmocka_unit_test(paths_are_json_pointers),
        cmocka_unit_test(long_paths_are_cut_between_characters),
        cmocka_unit_test(unknown_members_are_kept_at_every_level),
        cmocka_unit_test(merging_without_memory_is_refused_as_a_whole),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
