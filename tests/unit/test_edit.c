#include "edit.h"
#include "memory_store.h"
#include "temporary.h"

#include <string.h>

static enum status counter_add(void *context, json_t **tree, struct error *error)
{
    json_int_t value = json_integer_value(json_object_get(*tree, "n"));
    (void)context;
    (void)error;
    assert_int_equal(json_array_size(json_object_get(*tree, "taskTypes")), 6);
    return json_object_set_new(*tree, "n", json_integer(value + 1)) == 0 ? STATUS_OK
                                                                         : STATUS_NO_MEMORY;
}

static enum status edit_run(edit_function *apply, const struct conditions *conditions,
                            size_t length_max, struct error *error)
{
    struct edit edit = {.apply = apply, .length_max = length_max};
    struct store_commit commit;
    if (conditions != NULL)
        edit.conditions = *conditions;
    return edit_document(&edit, &store.base, &commit, error);
}

static void changes_what_is_stored(void **state)
{
    (void)state;
    (void)memory_store_put("{\"n\":1,\"x\":0.1}");
    assert_int_equal(edit_run(counter_add, NULL, 1000, NULL), STATUS_OK);
    assert_string_equal(memory_store_current(), "{\n  \"n\": 2,\n  \"x\": 0.1\n}");
}

static void starts_from_the_empty_schedule(void **state)
{
    (void)state;
    assert_int_equal(edit_run(counter_add, NULL, 1000, NULL), STATUS_OK);
    assert_string_equal(memory_store_current(),
                        "{\n  \"projects\": [],\n  \"tasks\": [],\n  \"pmos\": [],\n"
                        "  \"productManagers\": [],\n  \"historyRecords\": [],\n  \"n\": 1\n}");
}

static void runs_on_a_tree_of_its_own_each_time(void **state)
{
    (void)state;
    (void)memory_store_put("{\"n\":1}");
    store.interloper = "{\"n\":5}";
    assert_int_equal(edit_run(counter_add, NULL, 1000, NULL), STATUS_OK);
    assert_string_equal(memory_store_current(), "{\n  \"n\": 6\n}");
}

static enum status types_clear(void *context, json_t **tree, struct error *error)
{
    (void)context;
    (void)error;
    return json_array_clear(json_object_get(*tree, "taskTypes")) == 0 ? STATUS_OK
                                                                      : STATUS_NO_MEMORY;
}

static void task_types_are_stored_once_they_are_changed(void **state)
{
    (void)state;
    (void)memory_store_put("{\"n\":1}");
    assert_int_equal(edit_run(types_clear, NULL, 1000, NULL), STATUS_OK);
    assert_string_equal(memory_store_current(), "{\n  \"n\": 1,\n  \"taskTypes\": []\n}");
}

static enum status nothing_do(void *context, json_t **tree, struct error *error)
{
    (void)context;
    (void)tree;
    (void)error;
    return STATUS_OK;
}

static void what_changes_nothing_stores_nothing(void **state)
{
    (void)state;
    (void)memory_store_put("{\"x\":33.30,\"taskTypes\":[]}");
    assert_int_equal(edit_run(nothing_do, NULL, 1000, NULL), STATUS_OK);
    assert_int_equal(store.count, 1);
}

static enum status scalar_make(void *context, json_t **tree, struct error *error)
{
    (void)context;
    (void)error;
    json_decref(*tree);
    *tree = json_integer(1);
    return STATUS_OK;
}

static void refuses_what_is_no_document_any_more(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    (void)memory_store_put("{\"n\":1}");
    assert_int_equal(edit_run(scalar_make, NULL, 1000, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "JSON object"));
    assert_int_equal(edit_run(counter_add, NULL, 5, NULL), STATUS_TOO_LARGE);
    assert_int_equal(store.count, 1);
}

static void checks_the_conditions(void **state)
{
    const struct conditions stale = {.match = {.present = true, .count = 1, .revisions = {5}}};
    const struct conditions fresh = {.match = {.present = true, .count = 1, .revisions = {1000}}};
    (void)state;
    (void)memory_store_put("{\"n\":1}");
    assert_int_equal(edit_run(counter_add, &stale, 1000, NULL), STATUS_STALE);
    assert_int_equal(store.count, 1);
    assert_int_equal(edit_run(counter_add, &fresh, 1000, NULL), STATUS_OK);
}

static void what_cannot_be_a_tree_is_a_conflict(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    (void)memory_store_put("{\"\\u0000\":1}");
    assert_int_equal(edit_run(counter_add, NULL, 1000, &error), STATUS_CONFLICT);
    assert_non_null(strstr(error.text, "only as a whole"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(changes_what_is_stored),
        WITH_STORE(starts_from_the_empty_schedule),
        WITH_STORE(runs_on_a_tree_of_its_own_each_time),
        WITH_STORE(task_types_are_stored_once_they_are_changed),
        WITH_STORE(what_changes_nothing_stores_nothing),
        WITH_STORE(refuses_what_is_no_document_any_more),
        WITH_STORE(checks_the_conditions),
        WITH_STORE(what_cannot_be_a_tree_is_a_conflict),
    };
    return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
