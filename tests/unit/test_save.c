#include "memory_store.h"
#include "save.h"
#include "temporary.h"

#include <stdlib.h>
#include <string.h>

static struct save save;
static struct document submitted;

static int setup(void **state)
{
    document_init(&submitted);
    save = (struct save){.submitted = &submitted};
    return memory_store_setup(state);
}

static int teardown(void **state)
{
    save_release(&save);
    document_release(&submitted);
    return memory_store_teardown(state);
}

/* The current document, in one line, is this, with ' for ". */
static void check_current(const char *expected)
{
    json_t *tree = json_loads(memory_store_current(), 0, NULL);
    char *text = json_dumps(tree, JSON_COMPACT);
    assert_non_null(text);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == '"' ? '\'' : *p;
    assert_string_equal(text, expected);
    free(text);
    json_decref(tree);
}

static enum status submit(const char *text, struct error *error)
{
    save_release(&save);
    document_release(&submitted);
    submitted = document_submitted(text);
    return save_document(&save, &store.base, error);
}

static void base_is(int64_t held)
{
    save.base = (struct save_base){.known = true, .held = held};
}

static void without_a_base_it_replaces(void **state)
{
    (void)state;
    (void)memory_store_put("{\"a\":1}");
    assert_int_equal(submit("{'b':1}", NULL), STATUS_OK);
    assert_int_equal(save.outcome, SAVE_REPLACED);
    check_current("{'b':1}");
    assert_int_equal(save.now_held, save.commit.revision);
}

static void with_one_it_merges(void **state)
{
    (void)state;
    base_is(memory_store_put("{\"a\":1,\"b\":1}"));
    (void)memory_store_put("{\"a\":2,\"b\":1}");
    assert_int_equal(submit("{'a':1,'b':2}", NULL), STATUS_OK);
    assert_int_equal(save.outcome, SAVE_MERGED);
    assert_int_equal(json_array_size(save.conflicts), 0);
    check_current("{'a':2,'b':2}");
    assert_int_equal(save.now_held + 1, save.commit.revision);
    assert_string_equal(memory_store_text(save.now_held), "{\n  \"a\": 1,\n  \"b\": 2\n}");
}

static void it_decides_anew_when_somebody_was_faster(void **state)
{
    (void)state;
    base_is(memory_store_put("{\"a\":1,\"b\":1,\"c\":1}"));
    (void)memory_store_put("{\"a\":2,\"b\":1,\"c\":1}");
    store.interloper = "{\"a\":2,\"b\":3,\"c\":2}";
    assert_int_equal(submit("{'a':1,'b':2,'c':1}", NULL), STATUS_OK);
    assert_int_equal(store.decisions, 2);
    check_current("{'a':2,'b':2,'c':2}");
    assert_int_equal(json_array_size(save.conflicts), 1);
}

static void what_it_decided_before_is_forgotten(void **state)
{
    (void)state;
    base_is(memory_store_put("{\"a\":1,\"b\":1}"));
    (void)memory_store_put("{\"a\":2,\"b\":1}");
    store.interloper = "{\"a\":1,\"b\":1}";
    assert_int_equal(submit("{'a':3,'b':1}", NULL), STATUS_OK);
    assert_int_equal(save.outcome, SAVE_REPLACED);
    assert_int_equal(json_array_size(save.conflicts), 0);
    assert_int_equal(save.now_held, save.commit.revision);
    check_current("{'a':3,'b':1}");
}

static void a_stale_copy_of_what_was_loaded_changes_nothing(void **state)
{
    (void)state;
    int64_t loaded = memory_store_put("{\n  \"a\": 1\n}");
    int64_t current = memory_store_put("{\n  \"a\": 2\n}");
    base_is(loaded);
    assert_int_equal(submit("{'a':1}", NULL), STATUS_OK);
    assert_false(save.commit.changed);
    assert_int_equal(save.commit.revision, current);
    assert_int_equal(save.now_held, loaded); /* it is kept already */
    assert_int_equal(store.count, 2);
}

static void a_save_that_brings_nothing_new_is_kept_beside(void **state)
{
    (void)state;
    base_is(memory_store_put("{\n  \"a\": 1,\n  \"b\": 1\n}"));
    (void)memory_store_put("{\n  \"a\": 1,\n  \"c\": 1\n}");
    /* It removes b, which is removed already. */
    assert_int_equal(submit("{'a':1}", NULL), STATUS_OK);
    assert_false(save.commit.changed);
    assert_string_equal(memory_store_text(save.now_held), "{\n  \"a\": 1\n}");
    check_current("{'a':1,'c':1}");
}

static void a_conflict_that_all_was_lost_in_is_told(void **state)
{
    (void)state;
    base_is(memory_store_put("{\"a\":1}"));
    (void)memory_store_put("{\"a\":2}");
    assert_int_equal(submit("{'a':3}", NULL), STATUS_OK);
    assert_int_equal(save.outcome, SAVE_MERGED);
    assert_int_equal(json_array_size(save.conflicts), 1);
    assert_int_equal(save.now_held, save.commit.revision); /* stored as it came */
    check_current("{'a':3}");
}

static void a_lost_base_replaces(void **state)
{
    (void)state;
    (void)memory_store_put("{\"a\":2}");
    base_is(5);
    assert_int_equal(submit("{'b':3}", NULL), STATUS_OK);
    assert_int_equal(save.outcome, SAVE_BASE_LOST);
    check_current("{'b':3}");
}

static void where_nothing_is_kept_nothing_is_merged(void **state)
{
    (void)state;
    store.keeps_nothing = true;
    (void)memory_store_put("{\"a\":2}");
    base_is(0);
    assert_int_equal(submit("{'b':3}", NULL), STATUS_OK);
    assert_int_equal(save.outcome, SAVE_BASE_LOST);
    check_current("{'b':3}");
}

static void what_cannot_be_a_tree_replaces(void **state)
{
    (void)state;
    base_is(memory_store_put("{\"a\":1,\"\\u0000\":1}"));
    (void)memory_store_put("{\"a\":2}");
    assert_int_equal(submit("{'a':1,'b':3}", NULL), STATUS_OK);
    assert_int_equal(save.outcome, SAVE_UNMERGEABLE);
    check_current("{'a':1,'b':3}");
}

static void the_empty_schedule_is_a_base(void **state)
{
    (void)state;
    (void)memory_store_put("{\"projects\":[{\"id\":1}],\"tasks\":[]}");
    base_is(0);
    save.from_page = true;
    assert_int_equal(submit("{'projects':[{'id':2}],'tasks':[]}", NULL), STATUS_OK);
    check_current("{'projects':[{'id':1},{'id':2}],'tasks':[]}");
}

static void page_holds(int64_t held, int64_t saved)
{
    save.base = (struct save_base){
        .known = true, .of_page = true, .held = held, .has_saved = saved != 0, .saved = saved};
}

static void members_that_pages_keep_come_from_its_own_last_save(void **state)
{
    (void)state;
    int64_t saved = memory_store_put("{\"pmos\":[{\"id\":1}],\"tasks\":[]}");
    int64_t loaded = memory_store_put("{\"pmos\":[{\"id\":1},{\"id\":2}],\"tasks\":[]}");
    page_holds(loaded, saved);
    assert_int_equal(submit("{'pmos':[{'id':1}],'tasks':[7]}", NULL), STATUS_OK);
    check_current("{'pmos':[{'id':1},{'id':2}],'tasks':[7]}");
    page_holds(save.now_held, save.now_held);
    assert_int_equal(submit("{'pmos':[],'tasks':[7]}", NULL), STATUS_OK);
    check_current("{'pmos':[{'id':2}],'tasks':[7]}");
}

static void without_that_save_nothing_is_taken_from_them(void **state)
{
    (void)state;
    int64_t loaded = memory_store_put("{\"pmos\":[{\"id\":1},{\"id\":2}],\"tasks\":[]}");
    page_holds(loaded, 5);
    assert_int_equal(submit("{'pmos':[{'id':1},{'id':3}],'tasks':[]}", NULL), STATUS_OK);
    check_current("{'pmos':[{'id':1},{'id':2},{'id':3}],'tasks':[]}");
}

static void if_it_left_them_alone_it_changes_nothing_there(void **state)
{
    (void)state;
    struct document saved = document_submitted("{'pmos':[{'id':1,'a':1},{'id':2}],'tasks':[]}");
    int64_t loaded = memory_store_put("{\"pmos\":[{\"id\":1,\"a\":2}],\"tasks\":[]}");
    page_holds(loaded, 5);
    save.base.has_kept = true;
    save.base.kept = save_kept_hash(&saved);
    document_release(&saved);
    assert_int_equal(submit("{'pmos':[{'id':1,'a':1},{'id':2}],'tasks':[7]}", NULL), STATUS_OK);
    assert_int_equal(json_array_size(save.conflicts), 0);
    check_current("{'pmos':[{'id':1,'a':2}],'tasks':[7]}");
}

static void a_page_takes_nothing_away_that_it_does_not_know(void **state)
{
    (void)state;
    page_holds(memory_store_put("{\"tasks\":[1],\"pmos\":[1],\"extra\":1}"), 0);
    assert_int_equal(submit("{'tasks':[],'pmos':[]}", NULL), STATUS_OK);
    check_current("{'tasks':[],'pmos':[],'extra':1}");
    /* What it saved itself it knows. */
    page_holds(memory_store_put("{\"tasks\":[1],\"extra\":1}"), 0);
    page_holds(store.kept[store.count - 1].revision, store.kept[store.count - 1].revision);
    assert_int_equal(submit("{'tasks':[]}", NULL), STATUS_OK);
    check_current("{'tasks':[]}");
}

static void who_sends_another_member_has_loaded_it(void **state)
{
    (void)state;
    int64_t saved = memory_store_put("{\"tasks\":[],\"extra\":1}");
    int64_t loaded = memory_store_put("{\"tasks\":[],\"extra\":2}");
    (void)memory_store_put("{\"tasks\":[],\"extra\":3}");
    page_holds(loaded, saved);
    assert_int_equal(submit("{'tasks':[1],'extra':2}", NULL), STATUS_OK);
    assert_int_equal(json_array_size(save.conflicts), 0);
    check_current("{'tasks':[1],'extra':3}");
    /* And who saved it, and sends it no more, removes it. */
    page_holds(store.kept[store.count - 1].revision, saved);
    assert_int_equal(submit("{'tasks':[1]}", NULL), STATUS_OK);
    assert_int_equal(json_array_size(save.conflicts), 1); /* the other one changed it since */
    check_current("{'tasks':[1],'extra':3}");
}

static void who_names_its_base_knows_all_of_it(void **state)
{
    (void)state;
    base_is(memory_store_put("{\"tasks\":[1],\"extra\":1}"));
    (void)memory_store_put("{\"tasks\":[1,2],\"extra\":1}");
    assert_int_equal(submit("{'tasks':[1]}", NULL), STATUS_OK);
    check_current("{'tasks':[1,2]}");
}

static void check_unrelated(enum status expected)
{
    struct error error = ERROR_INIT;
    size_t count = store.count;
    assert_int_equal(submit("{'projects':[{'id':'demo-1'},{'id':'demo-2'}]}", &error), expected);
    assert_int_equal(store.count, expected == STATUS_OK ? count + 1 : count);
    assert_int_equal(error.revision, expected == STATUS_OK ? 0 : 1000);
}

static void a_page_with_other_projects_is_refused(void **state)
{
    (void)state;
    int64_t stored = memory_store_put("{\"projects\":[{\"id\":\"p\"}]}");
    save.from_page = true;
    check_unrelated(STATUS_UNRELATED);
    base_is(stored);
    check_unrelated(STATUS_UNRELATED);
    base_is(5);
    check_unrelated(STATUS_UNRELATED);
    save.replaces = true;
    check_unrelated(STATUS_OK);
}

static void who_means_it_may(void **state)
{
    (void)state;
    (void)memory_store_put("{\"projects\":[{\"id\":\"p\"}]}");
    check_unrelated(STATUS_OK); /* it is no page */
    save.from_page = true;
    save.conditions.match = (struct condition){.present = true, .any = true};
    (void)memory_store_put("{\"projects\":[{\"id\":\"q\"}]}");
    check_unrelated(STATUS_OK);
}

static void clearing_and_projects_without_ids_are_no_other_plan(void **state)
{
    (void)state;
    save.from_page = true;
    (void)memory_store_put("{\"projects\":[{\"id\":\"p\"}]}");
    assert_int_equal(submit("{'projects':[]}", NULL), STATUS_OK);
    (void)memory_store_put("{\"projects\":[{\"name\":\"p\"}]}");
    assert_int_equal(submit("{'projects':[{'id':'x'}]}", NULL), STATUS_OK);
    (void)memory_store_put("{\"projects\":[{\"id\":1},{\"id\":2}]}");
    assert_int_equal(submit("{'projects':[{'id':3},{'id':2}]}", NULL), STATUS_OK);
    (void)memory_store_put("{\"projects\":[{\"id\":1}]}");
    assert_int_equal(submit("{'projects':[{'id':'1'}]}", NULL), STATUS_UNRELATED);
}

static void default_task_types_are_not_stored_by_a_merge(void **state)
{
    (void)state;
    base_is(memory_store_put("{\"tasks\":[]}"));
    (void)memory_store_put("{\"tasks\":[1]}");
    assert_int_equal(submit("{'tasks':[2]}", NULL), STATUS_OK);
    check_current("{'tasks':[1,2]}");
}

int main(void)
{
#define WITH_SAVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_SAVE(without_a_base_it_replaces),
        WITH_SAVE(with_one_it_merges),
        WITH_SAVE(it_decides_anew_when_somebody_was_faster),
        WITH_SAVE(what_it_decided_before_is_forgotten),
        WITH_SAVE(a_stale_copy_of_what_was_loaded_changes_nothing),
        WITH_SAVE(a_save_that_brings_nothing_new_is_kept_beside),
        WITH_SAVE(a_conflict_that_all_was_lost_in_is_told),
        WITH_SAVE(a_lost_base_replaces),
        WITH_SAVE(where_nothing_is_kept_nothing_is_merged),
        WITH_SAVE(what_cannot_be_a_tree_replaces),
        WITH_SAVE(the_empty_schedule_is_a_base),
        WITH_SAVE(members_that_pages_keep_come_from_its_own_last_save),
        WITH_SAVE(without_that_save_nothing_is_taken_from_them),
        WITH_SAVE(if_it_left_them_alone_it_changes_nothing_there),
        WITH_SAVE(a_page_takes_nothing_away_that_it_does_not_know),
        WITH_SAVE(who_sends_another_member_has_loaded_it),
        WITH_SAVE(who_names_its_base_knows_all_of_it),
        WITH_SAVE(a_page_with_other_projects_is_refused),
        WITH_SAVE(who_means_it_may),
        WITH_SAVE(clearing_and_projects_without_ids_are_no_other_plan),
        WITH_SAVE(default_task_types_are_not_stored_by_a_merge),
    };
    return cmocka_run_group_tests_name("save", tests, NULL, NULL);
}
