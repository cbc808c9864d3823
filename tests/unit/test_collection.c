#include "collection.h"
#include "json_tree.h"
#include "temporary.h"

#include <string.h>

static const char example[] =
    "{'tasks':[{'id':'task-5','n':1},{'id':7,'n':2},{'n':3},{'id':'7','n':4},{'id':8,'n':5},"
    "{'id':'task-5','n':6},{'id':-9,'n':7},{'id':'','n':8},{'id':1.5,'n':9}],"
    "'pmos':['a'],'taskTypes':{},'other':[],'projects':null,'news':[{'id':'x'}]}";

/* Reading. */

static void lists_collections(void **state)
{
    json_t *document = tree_of(example);
    json_t *items = NULL;
    (void)state;
    assert_int_equal(collection_list(document, "news", &items, NULL), STATUS_OK);
    check_tree(items, "[{'id':'x'}]");
    json_decref(items);
    assert_int_equal(collection_list(document, "other", &items, NULL), STATUS_OK);
    check_tree(items, "[]");
    json_decref(items);
    check_tree(document, example);
    json_decref(document);
}

static void missing_ones_are_empty_if_known(void **state)
{
    static const char *const names[] = {"projects", "tasks",           "taskTypes",
                                        "pmos",     "productManagers", "historyRecords"};
    json_t *document = tree_of("{}");
    struct error error = ERROR_INIT;
    json_t *items = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(collection_list(document, names[i], &items, NULL), STATUS_OK);
        check_tree(items, "[]");
        json_decref(items);
    }
    items = NULL;
    assert_int_equal(collection_list(document, "task", &items, &error), STATUS_NOT_FOUND);
    assert_string_equal(error.text, "there is no collection 'task'");
    assert_null(items);
    check_tree(document, "{}");
    json_decref(document);
}

static void other_members_are_no_collections(void **state)
{
    static const char *const names[] = {"pmos", "taskTypes", "projects"};
    json_t *document = tree_of(example);
    json_t *item = tree_of("{}");
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct error error = ERROR_INIT;
        json_t *items = NULL;
        assert_int_equal(collection_list(document, names[i], &items, &error), STATUS_CONFLICT);
        assert_non_null(strstr(error.text, "' is not an array of objects"));
        assert_null(items);
        assert_int_equal(collection_get(document, names[i], "a", &items, NULL), STATUS_CONFLICT);
        assert_int_equal(collection_add(document, names[i], item, 1, NULL, NULL), STATUS_CONFLICT);
        assert_int_equal(collection_remove(document, names[i], "a", NULL), STATUS_CONFLICT);
    }
    check_tree(document, example);
    json_decref(item);
    json_decref(document);
}

static void check_got(const char *id, int expected)
{
    json_t *document = tree_of(example);
    json_t *item = NULL;
    assert_int_equal(collection_get(document, "tasks", id, &item, NULL), STATUS_OK);
    assert_int_equal(json_integer_value(json_object_get(item, "n")), expected);
    json_decref(document);
}

static void gets_items_by_the_text_of_their_ids(void **state)
{
    (void)state;
    check_got("task-5", 1);
    check_got("7", 4);
    check_got("8", 5);
    check_got("-9", 7);
}

static void check_absent(const char *text, const char *name, const char *id, const char *expected)
{
    json_t *document = tree_of(text);
    json_t *item = NULL;
    struct error error = ERROR_INIT;
    assert_int_equal(collection_get(document, name, id, &item, &error), STATUS_NOT_FOUND);
    assert_string_equal(error.text, expected);
    assert_null(item);
    json_decref(document);
}

static void says_which_item_is_not_there(void **state)
{
    (void)state;
    check_absent(example, "tasks", "task-6", "'tasks' has no item with the id 'task-6'");
    check_absent(example, "tasks", "08", "'tasks' has no item with the id '08'");
    check_absent(example, "tasks", "1.5", "'tasks' has no item with the id '1.5'");
    check_absent(example, "tasks", "", "'tasks' has no item with the id ''");
    check_absent("{}", "tasks", "1", "'tasks' has no item with the id '1'");
    check_absent("{}", "x", "1", "there is no collection 'x'");
    check_absent("{'tasks':[{'id':'a\\u0000b'}]}", "tasks", "a",
                 "'tasks' has no item with the id 'a'");
}

static void gives_ids_as_text(void **state)
{
    char digits[COLLECTION_DIGITS_SIZE];
    json_t *items = tree_of("[{'id':'x'},{'id':-9223372036854775808},{'id':1e300},{'id':null},{},"
                            "{'id':''},{'id':'a\\u0000'},1]");
    (void)state;
    assert_string_equal(collection_item_id(json_array_get(items, 0), digits), "x");
    assert_string_equal(collection_item_id(json_array_get(items, 1), digits),
                        "-9223372036854775808");
    for (size_t i = 2; i < json_array_size(items); i++)
        assert_null(collection_item_id(json_array_get(items, i), digits));
    json_decref(items);
}

/* Changing. */

static void check_added(const char *text, const char *name, const char *item, const char *expected)
{
    json_t *document = tree_of(text);
    json_t *body = tree_of(item);
    json_t *added = NULL;
    struct error error = ERROR_INIT;
    assert_int_equal(collection_add(document, name, body, 1769000000123, &added, &error),
                     STATUS_OK);
    assert_string_equal(error.text, "");
    check_tree(document, expected);
    check_tree(body, item);
    const json_t *items = json_object_get(document, name);
    assert_ptr_equal(added, json_array_get(items, json_array_size(items) - 1));
    assert_ptr_not_equal(added, body);
    json_decref(body);
    json_decref(document);
}

static void adds_at_the_end(void **state)
{
    (void)state;
    check_added("{'tasks':[{'id':'a'}],'x':1}", "tasks", "{'n':1,'id':'b'}",
                "{'tasks':[{'id':'a'},{'n':1,'id':'b'}],'x':1}");
    check_added("{'tasks':[]}", "tasks", "{'id':12}", "{'tasks':[{'id':12}]}");
    check_added("{'x':1}", "tasks", "{'id':'b'}", "{'x':1,'tasks':[{'id':'b'}]}");
    check_added("{'others':[]}", "others", "{'id':'b'}", "{'others':[{'id':'b'}]}");
}

static void makes_ids(void **state)
{
    (void)state;
    check_added("{}", "projects", "{'name':'a'}",
                "{'projects':[{'id':'project-1769000000123','name':'a'}]}");
    check_added("{}", "taskTypes", "{}", "{'taskTypes':[{'id':'taskType-1769000000123'}]}");
    check_added("{}", "pmos", "{}", "{'pmos':[{'id':'pmo-1769000000123'}]}");
    check_added("{}", "productManagers", "{}",
                "{'productManagers':[{'id':'productManager-1769000000123'}]}");
    check_added("{}", "historyRecords", "{}",
                "{'historyRecords':[{'id':'history-1769000000123'}]}");
    check_added("{'risks':[]}", "risks", "{}", "{'risks':[{'id':'risk-1769000000123'}]}");
    check_added("{'staff':[]}", "staff", "{}", "{'staff':[{'id':'staff-1769000000123'}]}");
    check_added("{'':[]}", "", "{}", "{'':[{'id':'item-1769000000123'}]}");
    check_added("{'s':[]}", "s", "{}", "{'s':[{'id':'item-1769000000123'}]}");
}

static void made_ids_are_not_there_yet(void **state)
{
    (void)state;
    check_added("{'tasks':[{'id':'task-1769000000123'}]}", "tasks", "{}",
                "{'tasks':[{'id':'task-1769000000123'},{'id':'task-1769000000124'}]}");
    check_added("{'tasks':[{'id':'task-1769000000124'},{'id':'task-1769000000123'},"
                "{'id':'task-1769000000126'},{'id':'task-1769000000123'}]}",
                "tasks", "{}",
                "{'tasks':[{'id':'task-1769000000124'},{'id':'task-1769000000123'},"
                "{'id':'task-1769000000126'},{'id':'task-1769000000123'},"
                "{'id':'task-1769000000125'}]}");
    check_added("{'tasks':[{'id':'task-1769000000122'},{'id':'project-1769000000123'},"
                "{'id':1769000000123},{'id':'task-1769000000123x'},{'id':'task1769000000123'}]}",
                "tasks", "{}",
                "{'tasks':[{'id':'task-1769000000122'},{'id':'project-1769000000123'},"
                "{'id':1769000000123},{'id':'task-1769000000123x'},{'id':'task1769000000123'},"
                "{'id':'task-1769000000123'}]}");
}

static void refuse_to_add(const char *item, enum status expected, const char *expected_text)
{
    json_t *document = tree_of(example);
    json_t *body = tree_of(item);
    json_t *added = NULL;
    struct error error = ERROR_INIT;
    assert_int_equal(collection_add(document, "tasks", body, 1, &added, &error), expected);
    assert_string_equal(error.text, expected_text);
    assert_null(added);
    check_tree(document, example);
    json_decref(body);
    json_decref(document);
}

static void refuses_what_cannot_be_added(void **state)
{
    static const char bad_id[] = "an item's id must be an integer, or a string that is not empty";
    static const char conflict[] = "'tasks' already has an item with the id '8'";
    (void)state;
    refuse_to_add("{'id':'task-5'}", STATUS_CONFLICT,
                  "'tasks' already has an item with the id 'task-5'");
    refuse_to_add("{'id':8}", STATUS_CONFLICT, conflict);
    refuse_to_add("{'id':'8'}", STATUS_CONFLICT, conflict);
    refuse_to_add("{'id':''}", STATUS_INVALID, bad_id);
    refuse_to_add("{'id':null}", STATUS_INVALID, bad_id);
    refuse_to_add("{'id':1.25}", STATUS_INVALID, bad_id);
    refuse_to_add("{'id':['a']}", STATUS_INVALID, bad_id);
    refuse_to_add("{'id':true}", STATUS_INVALID, bad_id);
    refuse_to_add("{'id':'a\\u0000'}", STATUS_INVALID, bad_id);
    refuse_to_add("[]", STATUS_INVALID, "an item must be a JSON object");
    refuse_to_add("'a'", STATUS_INVALID, "an item must be a JSON object");
}

typedef enum status item_changer(json_t *document, const char *name, const char *id, json_t *body,
                                 struct error *error);

static enum status replaced(json_t *document, const char *name, const char *id, json_t *body,
                            struct error *error)
{
    return collection_replace(document, name, id, body, error);
}

/* `expected` is the document, or on errors their text. */
static void check_changed(item_changer *change, const char *id, const char *body,
                          enum status expected_status, const char *expected)
{
    static const char text[] = "{'tasks':[{'id':'a','n':1},{'n':2,'id':2,'m':{'x':1}},{'id':'a'}]}";
    json_t *document = tree_of(text);
    json_t *item = tree_of(body);
    struct error error = ERROR_INIT;
    assert_int_equal(change(document, "tasks", id, item, &error), expected_status);
    assert_string_equal(error.text, expected_status == STATUS_OK ? "" : expected);
    check_tree(document, expected_status == STATUS_OK ? expected : text);
    check_tree(item, body);
    json_decref(item);
    json_decref(document);
}

static void replaces_in_place(void **state)
{
    (void)state;
    check_changed(replaced, "a", "{'k':1,'id':'a'}", STATUS_OK,
                  "{'tasks':[{'k':1,'id':'a'},{'n':2,'id':2,'m':{'x':1}},{'id':'a'}]}");
    check_changed(replaced, "2", "{'id':2}", STATUS_OK,
                  "{'tasks':[{'id':'a','n':1},{'id':2},{'id':'a'}]}");
    check_changed(replaced, "a", "{'k':1}", STATUS_OK,
                  "{'tasks':[{'id':'a','k':1},{'n':2,'id':2,'m':{'x':1}},{'id':'a'}]}");
    check_changed(replaced, "2", "{'k':[1]}", STATUS_OK,
                  "{'tasks':[{'id':'a','n':1},{'id':2,'k':[1]},{'id':'a'}]}");
}

static void refuses_to_replace(void **state)
{
    static const char bad_id[] = "an item's id must be an integer, or a string that is not empty";
    (void)state;
    check_changed(replaced, "b", "{}", STATUS_NOT_FOUND, "'tasks' has no item with the id 'b'");
    check_changed(replaced, "a", "{'id':'b'}", STATUS_CONFLICT, "an item's id cannot be changed");
    check_changed(replaced, "2", "{'id':'2'}", STATUS_CONFLICT, "an item's id cannot be changed");
    check_changed(replaced, "a", "{'id':null}", STATUS_INVALID, bad_id);
    check_changed(replaced, "a", "[1]", STATUS_INVALID, "an item must be a JSON object");
}

static void patches_items(void **state)
{
    (void)state;
    check_changed(collection_patch, "2", "{'n':null,'m':{'y':[2]}}", STATUS_OK,
                  "{'tasks':[{'id':'a','n':1},{'id':2,'m':{'x':1,'y':[2]}},{'id':'a'}]}");
    check_changed(collection_patch, "a", "{'id':'a','n':2}", STATUS_OK,
                  "{'tasks':[{'id':'a','n':2},{'n':2,'id':2,'m':{'x':1}},{'id':'a'}]}");
}

static void refuses_to_patch(void **state)
{
    (void)state;
    check_changed(collection_patch, "b", "{}", STATUS_NOT_FOUND,
                  "'tasks' has no item with the id 'b'");
    check_changed(collection_patch, "a", "{'id':'b'}", STATUS_CONFLICT,
                  "an item's id cannot be changed");
    check_changed(collection_patch, "2", "{'id':'2'}", STATUS_CONFLICT,
                  "an item's id cannot be changed");
    check_changed(collection_patch, "2", "{'n':1,'id':null}", STATUS_CONFLICT,
                  "an item's id cannot be removed");
    check_changed(collection_patch, "2", "[]", STATUS_INVALID,
                  "a merge patch must be a JSON object of the members to change");
}

static void removes_items(void **state)
{
    json_t *document = tree_of("{'tasks':[{'id':1},{'id':'a','n':1},{'id':'a'}]}");
    (void)state;
    assert_int_equal(collection_remove(document, "tasks", "b", NULL), STATUS_NOT_FOUND);
    assert_int_equal(collection_remove(document, "pmos", "b", NULL), STATUS_NOT_FOUND);
    assert_int_equal(collection_remove(document, "x", "b", NULL), STATUS_NOT_FOUND);
    assert_int_equal(collection_remove(document, "tasks", "a", NULL), STATUS_OK);
    check_tree(document, "{'tasks':[{'id':1},{'id':'a'}]}");
    assert_int_equal(collection_remove(document, "tasks", "1", NULL), STATUS_OK);
    assert_int_equal(collection_remove(document, "tasks", "a", NULL), STATUS_OK);
    check_tree(document, "{'tasks':[]}");
    json_decref(document);
}

static void items_are_not_shared(void **state)
{
    json_t *document = tree_of("{'tasks':[{'id':'a'},{'id':'b'}]}");
    json_t *body = tree_of("{'x':{'y':1}}");
    (void)state;
    assert_int_equal(collection_add(document, "tasks", body, 3, NULL, NULL), STATUS_OK);
    assert_int_equal(collection_replace(document, "tasks", "a", body, NULL), STATUS_OK);
    assert_int_equal(collection_patch(document, "tasks", "b", body, NULL), STATUS_OK);
    assert_int_equal(json_object_clear(json_object_get(body, "x")), 0);
    check_tree(document, "{'tasks':[{'id':'a','x':{'y':1}},{'id':'b','x':{'y':1}},"
                         "{'id':'task-3','x':{'y':1}}]}");
    json_decref(body);
    json_decref(document);
}

/* Without memory. */

static enum status added_to_tasks(json_t *document, const char *name, const char *id, json_t *body,
                                  struct error *error)
{
    (void)id;
    return collection_add(document, name, body, 5, NULL, error);
}

static void without_memory_nothing_changes(void **state)
{
    static const struct {
        item_changer *change;
        const char *name;
        const char *expected;
    } rows[] = {
        {added_to_tasks, "tasks", "{'tasks':[{'id':'a','n':1},{'id':'task-5','x':{'y':[1]}}]}"},
        {added_to_tasks, "pmos",
         "{'tasks':[{'id':'a','n':1}],'pmos':[{'id':'pmo-5','x':{'y':[1]}}]}"},
        {replaced, "tasks", "{'tasks':[{'id':'a','x':{'y':[1]}}]}"},
        {collection_patch, "tasks", "{'tasks':[{'id':'a','n':1,'x':{'y':[1]}}]}"},
    };
    static const char text[] = "{'tasks':[{'id':'a','n':1}]}";
    json_t *body = tree_of("{'x':{'y':[1]}}");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool failed = true;
        for (size_t count = 0; failed; count++) {
            json_t *document = tree_of(text);
            memory_exhaust(count, 1);
            enum status status = rows[i].change(document, rows[i].name, "a", body, NULL);
            failed = memory_restore();
            assert_int_equal(status, failed ? STATUS_NO_MEMORY : STATUS_OK);
            check_tree(document, failed ? text : rows[i].expected);
            json_decref(document);
        }
    }
    json_decref(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_collections),
        cmocka_unit_test(missing_ones_are_empty_if_known),
        cmocka_unit_test(other_members_are_no_collections),
        cmocka_unit_test(gets_items_by_the_text_of_their_ids),
        cmocka_unit_test(says_which_item_is_not_there),
        cmocka_unit_test(gives_ids_as_text),
        cmocka_unit_test(adds_at_the_end),
        cmocka_unit_test(makes_ids),
        cmocka_unit_test(made_ids_are_not_there_yet),
        cmocka_unit_test(refuses_what_cannot_be_added),
        cmocka_unit_test(replaces_in_place),
        cmocka_unit_test(refuses_to_replace),
        cmocka_unit_test(patches_items),
        cmocka_unit_test(refuses_to_patch),
        cmocka_unit_test(removes_items),
        cmocka_unit_test(items_are_not_shared),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests_name("collection", tests, NULL, NULL);
}
