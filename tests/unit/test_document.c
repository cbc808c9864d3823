#include "document.h"
#include "task_types.h"
#include "temporary.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

/* The document that a store would make of `text`. */
static struct document document_of(const char *text)
{
    struct document document;
    struct json_pass pass;
    document_init(&document);
    document_pass_init(&pass, NULL);
    assert_int_equal(json_pass_feed(&pass, text, strlen(text), NULL), STATUS_OK);
    assert_int_equal(json_pass_finish(&pass, NULL), STATUS_OK);
    document.revision = 1;
    document.text = strdup(text);
    document.length = strlen(text);
    document.outline = pass.outline;
    return document;
}

/* What a reader is served, for the caller to free. */
static char *served(const struct document *document)
{
    struct document_part parts[DOCUMENT_PARTS_MAX];
    size_t count = document_serve(document, parts);
    char *text = calloc(1, 65536);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        strncat(text, parts[i].bytes, parts[i].length);
    return text;
}

static void check_served(const char *text, const char *expected)
{
    struct document document = document_of(text);
    char *seen = served(&document);
    json_t *tree = json_loads(seen, JSON_REJECT_DUPLICATES * (strstr(text, "twice") == NULL), NULL);
    assert_string_equal(seen, expected);
    assert_non_null(tree);
    assert_true(json_array_size(json_object_get(tree, "taskTypes")) > 0);
    json_decref(tree);
    free(seen);
    document_release(&document);
}

static void nothing_stored_is_the_empty_schedule(void **state)
{
    struct document document;
    (void)state;
    document_init(&document);
    char *seen = served(&document);
    assert_string_equal(seen, "{\"projects\":[],\"tasks\":[],\"taskTypes\":" SIX_TASK_TYPES
                              ",\"pmos\":[],\"productManagers\":[],\"historyRecords\":[]}");
    free(seen);
    document_release(&document);
}

static void own_task_types_are_served_as_stored(void **state)
{
    (void)state;
    check_served("{ \"taskTypes\": [ { } ], \"a\": 1 }\n",
                 "{ \"taskTypes\": [ { } ], \"a\": 1 }\n");
}

static void missing_task_types_are_supplied(void **state)
{
    (void)state;
    check_served("{}", "{\n  \"taskTypes\": " SIX_TASK_TYPES "\n}");
    check_served("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"taskTypes\": " SIX_TASK_TYPES "\n}");
    check_served("{\"a\": {\"taskTypes\": [1]}}",
                 "{\"a\": {\"taskTypes\": [1]},\n  \"taskTypes\": " SIX_TASK_TYPES "}");
}

static void unusable_task_types_are_replaced(void **state)
{
    (void)state;
    check_served("{\n  \"taskTypes\": [],\n  \"a\": 1\n}",
                 "{\n  \"taskTypes\": " SIX_TASK_TYPES ",\n  \"a\": 1\n}");
    check_served("{\"taskTypes\": null}", "{\"taskTypes\": " SIX_TASK_TYPES "}");
    check_served("{\"taskTypes\": {\"a\": 1}}", "{\"taskTypes\": " SIX_TASK_TYPES "}");
    check_served("{\"taskTypes\": \"[1]\"}", "{\"taskTypes\": " SIX_TASK_TYPES "}");
    check_served("{\"taskTypes\": 0}", "{\"taskTypes\": " SIX_TASK_TYPES "}");
}

static void the_last_of_repeated_members_counts(void **state)
{
    (void)state;
    check_served("{\"twice\":1,\"taskTypes\":[1],\"taskTypes\":[]}",
                 "{\"twice\":1,\"taskTypes\":[1],\"taskTypes\":" SIX_TASK_TYPES "}");
    check_served("{\"twice\":1,\"taskTypes\":[],\"taskTypes\":[1]}",
                 "{\"twice\":1,\"taskTypes\":[],\"taskTypes\":[1]}");
}

static void parts_of_a_file_are_ranges(void **state)
{
    struct document_part parts[DOCUMENT_PARTS_MAX];
    struct document document = document_of("{\"taskTypes\":[],\"a\":1}");
    (void)state;
    free(document.text);
    document.text = NULL;
    assert_int_equal(document_serve(&document, parts), 3);
    assert_null(parts[0].bytes);
    assert_int_equal(parts[0].offset, 0);
    assert_int_equal(parts[0].length, 13);
    assert_non_null(parts[1].bytes);
    assert_null(parts[2].bytes);
    assert_int_equal(parts[2].offset, 15);
    assert_int_equal(parts[2].length, 7);
    document_release(&document);
}

static void canonical_form_is_reached_once(void **state)
{
    struct buffer once;
    struct buffer twice;
    struct json_outline outline;
    (void)state;
    buffer_init(&once, 1000);
    buffer_init(&twice, 1000);
    assert_int_equal(document_canonicalize("{\"b\":[1.0]}", 11, &once, &outline, NULL), STATUS_OK);
    assert_int_equal(document_canonicalize(once.bytes, once.length, &twice, &outline, NULL),
                     STATUS_OK);
    assert_int_equal(outline.members_end, twice.length - 2);
    assert_int_equal(once.length, twice.length);
    assert_memory_equal(once.bytes, twice.bytes, once.length);
    assert_int_equal(document_canonicalize("{", 1, &twice, &outline, NULL), STATUS_INVALID);
    buffer_release(&once);
    buffer_release(&twice);
}

/* The bytes, without a NUL, as malloc gave them. */
static char *bytes_of(const char *text)
{
    char *bytes = malloc(strlen(text));
    assert_non_null(bytes);
    memcpy(bytes, text, strlen(text));
    return bytes;
}

static void a_text_is_taken_as_it_is(void **state)
{
    static const char text[] = "{ \"projects\":[1], \"a\":1 }\n";
    struct document document;
    struct document untouched;
    char *bytes = bytes_of(text);
    (void)state;
    memset(&document, 0x5A, sizeof document); /* it is not to be initialized */
    assert_int_equal(document_take_text(&document, 7, bytes, strlen(text), NULL), STATUS_OK);
    assert_int_equal(document.revision, 7);
    assert_int_equal(document.length, strlen(text));
    assert_ptr_equal(document.text, bytes);
    assert_memory_equal(document.text, text, strlen(text));
    assert_int_equal(document.descriptor, -1);
    document_init(&untouched);
    assert_memory_equal(&document.identity, &untouched.identity, sizeof untouched.identity);
    document_release(&document);
}

static void a_text_that_is_taken_is_looked_at(void **state)
{
    static const char text[] = "{\"projects\": [1], \"a\": 1}";
    struct document document;
    (void)state;
    assert_int_equal(document_take_text(&document, 7, bytes_of(text), strlen(text), NULL),
                     STATUS_OK);
    const struct json_member *projects = &document.outline.watched[DOCUMENT_PROJECTS];
    assert_true(projects->found && projects->has_content);
    assert_int_equal(projects->begin, 13);
    assert_int_equal(projects->end, 16);
    assert_false(document.outline.watched[DOCUMENT_PMOS].found);
    char *seen = served(&document);
    assert_string_equal(seen,
                        "{\"projects\": [1], \"a\": 1,\n  \"taskTypes\": " SIX_TASK_TYPES "}");
    free(seen);
    document_release(&document);
}

/* What is left to release would be found by the sanitizers and valgrind. */
static void check_not_taken(const char *text, const char *expected)
{
    struct document document;
    struct error error = ERROR_INIT;
    document_init(&document);
    assert_int_equal(document_take_text(&document, 7, bytes_of(text), strlen(text), &error),
                     STATUS_INVALID);
    assert_int_equal(document.revision, 0);
    assert_null(document.text);
    if (strstr(error.text, expected) == NULL)
        fail_msg("'%s' does not say '%s'", error.text, expected);
}

static void what_is_no_document_is_not_taken(void **state)
{
    (void)state;
    check_not_taken("", "line 1, column 1");
    check_not_taken("[]", "line 1, column 1");
    check_not_taken("{\n\"a\":}", "line 2, column 5");
    check_not_taken("{\"a\":1", "line 1, column 7");
    check_not_taken("{}}", "line 1, column 3");
    check_not_taken("{\"a\":\"\xFF\"}", "line 1, column 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stored_is_the_empty_schedule),
        cmocka_unit_test(own_task_types_are_served_as_stored),
        cmocka_unit_test(missing_task_types_are_supplied),
        cmocka_unit_test(unusable_task_types_are_replaced),
        cmocka_unit_test(the_last_of_repeated_members_counts),
        cmocka_unit_test(parts_of_a_file_are_ranges),
        cmocka_unit_test(canonical_form_is_reached_once),
        cmocka_unit_test(a_text_is_taken_as_it_is),
        cmocka_unit_test(a_text_that_is_taken_is_looked_at),
        cmocka_unit_test(what_is_no_document_is_not_taken),
    };
    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
