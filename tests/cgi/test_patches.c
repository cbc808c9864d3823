/*
 * Changing parts of the document: patches, and items of its collections. Documents are written with
 * ' for ".
 */
#include "json_tree.h"
#include "program.h"
#include "task_types.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MERGE_PATCH "application/merge-patch+json"
#define JSON_PATCH "application/json-patch+json"

static int64_t store(const char *directory, const char *document)
{
    struct answer answer = program_post(directory, quoted(document));
    assert_int_equal(answer.status, 200);
    int64_t revision = revision_of(&answer);
    answer_release(&answer);
    return revision;
}

static json_t *stored_load(const char *directory)
{
    char *text = file_read(path_in(directory, "project-data.json"));
    json_t *tree = json_loads(text, 0, NULL);
    assert_non_null(tree);
    free(text);
    return tree;
}

static void check_stored(const char *directory, const char *expected)
{
    json_t *tree = stored_load(directory);
    check_tree(tree, expected);
    json_decref(tree);
}

/* A 200 or 201 whose body is this tree; released. */
static void check_body(struct answer answer, int status, const char *expected)
{
    if (answer.status != status)
        fail_msg("%s%s", answer.output, answer.log);
    json_t *tree = json_loads(answer.body, JSON_DECODE_ANY, NULL);
    check_tree(tree, expected);
    json_decref(tree);
    assert_true(revision_of(&answer) >= 0);
    assert_true(has_header(&answer, "Content-Type: application/json; charset=utf-8"));
    answer_release(&answer);
}

static void check_refused(struct answer answer, int status, const char *slug, const char *details)
{
    check_failure(&answer, status, slug, details);
    answer_release(&answer);
}

static struct answer patch(const char *directory, const char *type, const char *body)
{
    return REQUEST(directory, .method = "PATCH", .type = type, .body = quoted(body));
}

/* Patches of the document. */

static void check_patched(struct answer answer, int64_t before)
{
    char expected[128];
    if (answer.status != 200)
        fail_msg("%s%s", answer.output, answer.log);
    int64_t revision = revision_of(&answer);
    assert_true(revision > before);
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":true,\"message\":\"数据保存成功\",\"revision\":%" PRId64 "}", revision);
    assert_string_equal(answer.body, expected);
    (void)snprintf(expected, sizeof expected, " bytes revision %" PRId64 "\n", revision);
    assert_non_null(strstr(answer.log, "[INFO] PATCH /api/data 数据保存成功: "));
    assert_non_null(strstr(answer.log, expected));
    answer_release(&answer);
}

static void both_kinds_of_patches_are_applied(void **state)
{
    int64_t before = store(*state, "{'a':1,'b':{'c':2,'d':3},'e':0.1}");
    check_patched(patch(*state, MERGE_PATCH, "{'a':null,'b':{'c':4},'f':[1]}"), before);
    check_stored(*state, "{'b':{'c':4,'d':3},'e':0.10000000000000001,'f':[1]}");
    check_patched(patch(*state, JSON_PATCH "; charset=utf-8",
                        "[{'op':'test','path':'/b/c','value':4.0},"
                        "{'op':'add','path':'/f/-','value':2},{'op':'remove','path':'/b'},"
                        "{'op':'copy','from':'/f','path':'/g'},"
                        "{'op':'move','from':'/e','path':'/h'},"
                        "{'op':'replace','path':'/f/0','value':0}]"),
                  before);
    check_stored(*state, "{'f':[0,2],'g':[1,2],'h':0.10000000000000001}");
    assert_int_equal(entries_count(*state, "backup-"), 2);
}

static void numbers_elsewhere_keep_their_value(void **state)
{
    (void)store(*state, "{'a':0.1,'b':1.0,'c':12345678901234567890,'d':1E2}");
    check_answer(patch(*state, MERGE_PATCH, "{'e':0.30}"), 200);
    char *text = file_read(path_in(*state, "project-data.json"));
    assert_string_equal(text, "{\n  \"a\": 0.1,\n  \"b\": 1,\n  \"c\": 12345678901234567000,\n"
                              "  \"d\": 100,\n  \"e\": 0.3\n}");
    free(text);
}

static void check_types(const char *directory, const char *path, const char *accepted)
{
    static const char *const types[] = {"", "application/json", "text/plain",
                                        "application/merge-patch", "application/json-patch"};
    char header[128];
    (void)snprintf(header, sizeof header, "Accept-Patch: %s", accepted);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct answer answer =
            REQUEST(directory, .method = "PATCH", .path = path, .type = types[i], .body = "{}");
        assert_true(has_header(&answer, header));
        check_refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE", accepted);
    }
}

static void other_types_are_415_and_told_which_there_are(void **state)
{
    (void)store(*state, "{'tasks':[{'id':1}]}");
    check_types(*state, "/data", MERGE_PATCH ", " JSON_PATCH);
    check_types(*state, "/data/tasks/1", MERGE_PATCH);
    struct answer answer = REQUEST(*state, .method = "PATCH", .path = "/data/tasks/1",
                                   .type = JSON_PATCH, .body = "[]");
    assert_true(has_header(&answer, "Accept-Patch: " MERGE_PATCH));
    check_refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE", "send " MERGE_PATCH);
    check_stored(*state, "{'tasks':[{'id':1}]}");
}

static void a_patch_is_done_whole_or_not_at_all(void **state)
{
    static const struct {
        const char *patch;
        int status;
        const char *slug;
        const char *details;
    } rows[] = {
        {"[{'op':'add','path':'/x','value':1},{'op':'test','path':'/a','value':2}]", 409,
         "CONFLICT", "operation 2 (test /a)"},
        {"[{'op':'test','path':'/none','value':null}]", 409, "CONFLICT",
         "operation 1 (test /none)"},
        {"[{'op':'add','path':'/x','value':1},{'op':'replace','path':'/tasks/9/n','value':1}]", 400,
         "BAD_REQUEST", "operation 2 (replace /tasks/9/n)"},
        {"[{'op':'remove','path':'/a'},{'op':'remove','path':'/a'}]", 400, "BAD_REQUEST",
         "operation 2 (remove /a)"},
        {"[{'op':'jump','path':'/a'}]", 400, "BAD_REQUEST", "operation 1"},
        {"[{'op':'add','path':'/a'}]", 400, "BAD_REQUEST", "operation 1"},
        {"[{'op':'add','path':'a','value':1}]", 400, "BAD_REQUEST", "operation 1"},
        {"[{'op':'move','from':'/tasks','path':'/tasks/0'}]", 400, "BAD_REQUEST", "operation 1"},
        {"[1]", 400, "BAD_REQUEST", "operation 1"},
        {"[{'op':'replace','path':'','value':[]}]", 400, "BAD_REQUEST", "object"},
        {"[{'op':'remove','path':''}]", 400, "BAD_REQUEST", "operation 1"},
        {"{'op':'remove','path':'/a'}", 400, "BAD_REQUEST", "array"},
        {"[", 400, "BAD_REQUEST", "the body: line 1"},
        {"", 400, "BAD_REQUEST", "the body: "},
    };
    (void)store(*state, "{'a':1,'tasks':[{'id':1}]}");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_refused(patch(*state, JSON_PATCH, rows[i].patch), rows[i].status, rows[i].slug,
                      rows[i].details);
    check_refused(patch(*state, MERGE_PATCH, "[]"), 400, "BAD_REQUEST", "object");
    check_refused(patch(*state, MERGE_PATCH, "1"), 400, "BAD_REQUEST", "the body: line 1");
    check_stored(*state, "{'a':1,'tasks':[{'id':1}]}");
    assert_int_equal(entries_count(*state, "backup-"), 0);
}

static void the_document_can_be_replaced_by_another(void **state)
{
    (void)store(*state, "{'a':1}");
    check_answer(patch(*state, JSON_PATCH, "[{'op':'replace','path':'','value':{'b':2}}]"), 200);
    check_stored(*state, "{'b':2}");
}

static void a_patch_that_changes_nothing_writes_nothing(void **state)
{
    int64_t revision = store(*state, "{'a':1}");
    struct answer answer = patch(*state, JSON_PATCH, "[{'op':'test','path':'/a','value':1}]");
    assert_int_equal(answer.status, 200);
    assert_int_equal(revision_of(&answer), revision);
    answer_release(&answer);
    check_answer(patch(*state, JSON_PATCH, "[]"), 200);
    check_answer(patch(*state, MERGE_PATCH, "{}"), 200);
    assert_int_equal(entries_count(*state, ""), 2);
}

static void nothing_stored_is_patched_as_it_is_served(void **state)
{
    check_answer(patch(*state, JSON_PATCH, "[{'op':'add','path':'/tasks/-','value':{'id':1}}]"),
                 200);
    check_stored(*state, "{'projects':[],'tasks':[{'id':1}],'pmos':[],'productManagers':[],"
                         "'historyRecords':[]}");
}

static size_t task_types_stored(const char *directory)
{
    json_t *tree = stored_load(directory);
    size_t count = json_array_size(json_object_get(tree, "taskTypes"));
    json_decref(tree);
    return count;
}

static void default_task_types_are_stored_only_when_they_are_changed(void **state)
{
    static const struct {
        const char *patch;
        size_t stored;
    } rows[] = {
        {"[{'op':'add','path':'/a','value':2}]", 0},
        {"[{'op':'test','path':'/taskTypes/0/id','value':'1'}]", 0},
        {"[{'op':'remove','path':'/taskTypes'}]", 0},
        {"[{'op':'replace','path':'/taskTypes/0/name','value':'x'}]", 6},
        {"[{'op':'add','path':'/taskTypes/-','value':{'id':'7'}}]", 7},
        {"[{'op':'remove','path':'/taskTypes/5'}]", 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)store(*state, "{'a':1}");
        check_answer(patch(*state, JSON_PATCH, rows[i].patch), 200);
        assert_int_equal(task_types_stored(*state), rows[i].stored);
    }
}

static void what_is_stored_can_be_in_the_way(void **state)
{
    (void)store(*state, "{'a\\u0000b':1}");
    check_refused(patch(*state, MERGE_PATCH, "{'c':1}"), 409, "CONFLICT",
                  "cannot be changed in parts");
    char *text = file_read(path_in(*state, "project-data.json"));
    assert_string_equal(text, "{\n  \"a\\u0000b\": 1\n}");
    free(text);
    file_write(path_in(*state, "project-data.json"), "{\"torn");
    check_refused(patch(*state, MERGE_PATCH, "{'c':1}"), 503, "CORRUPT_DATA",
                  "is not a JSON object");
}

/* Loading collections and items. */

static const char plan[] = "{'tasks':[{'id':'t1','n':1},{'id':7,'n':2},{'n':3},{'id':'t1','n':4}],"
                           "'names':['x'],'mixed':[{'id':1},2],'no':{'id':1},'more':[{'id':'m'}]}";

static struct answer get(const char *directory, const char *path)
{
    return REQUEST(directory, .path = path);
}

static void collections_and_items_are_served(void **state)
{
    int64_t revision = store(*state, plan);
    check_body(get(*state, "/data/tasks"), 200,
               "[{'id':'t1','n':1},{'id':7,'n':2},{'n':3},{'id':'t1','n':4}]");
    check_body(get(*state, "/data/more"), 200, "[{'id':'m'}]");
    check_body(get(*state, "/data/tasks/t1"), 200, "{'id':'t1','n':1}");
    check_body(get(*state, "/data/tasks/7"), 200, "{'id':7,'n':2}");
    check_body(get(*state, "/data/pmos"), 200, "[]");
    struct answer answer = get(*state, "/data/tasks/t1");
    assert_int_equal(revision_of(&answer), revision);
    assert_string_equal(answer.body, "{\n  \"id\": \"t1\",\n  \"n\": 1\n}");
    answer_release(&answer);
}

static void what_is_not_there_is_404_and_what_is_no_collection_409(void **state)
{
    (void)store(*state, plan);
    check_refused(get(*state, "/data/nothing"), 404, "NOT_FOUND", "no collection 'nothing'");
    check_refused(get(*state, "/data/nothing/1"), 404, "NOT_FOUND", "no collection 'nothing'");
    check_refused(get(*state, "/data/tasks/t2"), 404, "NOT_FOUND", "no item with the id 't2'");
    check_refused(get(*state, "/data/pmos/t1"), 404, "NOT_FOUND", "no item with the id 't1'");
    check_refused(get(*state, "/data/names"), 409, "CONFLICT", "'names' is not an array");
    check_refused(get(*state, "/data/mixed/1"), 409, "CONFLICT", "'mixed' is not an array");
    check_refused(get(*state, "/data/no"), 409, "CONFLICT", "'no' is not an array");
}

static void nothing_stored_has_empty_collections(void **state)
{
    check_body(get(*state, "/data/tasks"), 200, "[]");
    check_refused(get(*state, "/data/tasks/1"), 404, "NOT_FOUND", "no item");
    check_refused(get(*state, "/data/other"), 404, "NOT_FOUND", "no collection");
}

static void parts_are_304_by_the_documents_revision_and_only_if_there(void **state)
{
    static const char *const paths[] = {"/data/tasks", "/data/tasks/t1"};
    char tag[64];
    int64_t revision = store(*state, plan);
    (void)snprintf(tag, sizeof tag, "W/\"%" PRId64 "-gzip\"", revision);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct answer answer = REQUEST(*state, .path = paths[i], .if_none_match = tag);
        assert_int_equal(answer.status, 304);
        assert_int_equal(answer.body_length, 0);
        assert_int_equal(revision_of(&answer), revision);
        assert_null(header_value(&answer, "Content-Length"));
        answer_release(&answer);
        answer = REQUEST(*state, .path = paths[i], .method = "HEAD");
        assert_int_equal(answer.status, 200);
        assert_int_equal(answer.body_length, 0);
        assert_non_null(header_value(&answer, "Content-Length"));
        answer_release(&answer);
    }
    check_answer(REQUEST(*state, .path = "/data/tasks/t2", .if_none_match = tag), 404);
}

/* Adding. */

static struct answer add(const char *directory, const char *path, const char *item)
{
    return REQUEST(directory, .path = path, .body = quoted(item));
}

static void an_item_is_added_at_the_end(void **state)
{
    int64_t before = store(*state, "{'tasks':[{'id':'t1'}],'x':1}");
    struct answer answer = add(*state, "/data/tasks", "{'n':1,'id':'t2'}");
    assert_true(has_header(&answer, "Location: /api/data/tasks/t2"));
    assert_true(revision_of(&answer) > before);
    assert_non_null(strstr(answer.log, "[INFO] POST /api/data/tasks 数据保存成功: "));
    check_body(answer, 201, "{'n':1,'id':'t2'}");
    answer = add(*state, "/data/tasks", "{'id':7}");
    assert_true(has_header(&answer, "Location: /api/data/tasks/7"));
    check_body(answer, 201, "{'id':7}");
    check_stored(*state, "{'tasks':[{'id':'t1'},{'n':1,'id':'t2'},{'id':7}],'x':1}");
    assert_int_equal(entries_count(*state, "backup-"), 2);
}

static void an_item_without_an_id_gets_one(void **state)
{
    static const char *const kinds[][2] = {
        {"tasks", "task-"}, {"projects", "project-"}, {"historyRecords", "history-"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char path[64];
        char expected[128];
        (void)snprintf(path, sizeof path, "/data/%s", kinds[i][0]);
        struct answer answer = add(*state, path, "{'n':1}");
        assert_int_equal(answer.status, 201);
        json_t *item = json_loads(answer.body, 0, NULL);
        const char *id = json_string_value(json_object_get(item, "id"));
        assert_int_equal(strncmp(id, kinds[i][1], strlen(kinds[i][1])), 0);
        assert_int_equal(strspn(id + strlen(kinds[i][1]), "0123456789"), 13);
        (void)snprintf(expected, sizeof expected, "{'id':'%s','n':1}", id);
        check_tree(item, expected);
        (void)snprintf(expected, sizeof expected, "/api%s/%s", path, id);
        assert_string_equal(header_value(&answer, "Location"), expected);
        check_answer(REQUEST(*state, .address = expected), 200);
        json_decref(item);
        answer_release(&answer);
    }
}

static void made_ids_differ(void **state)
{
    for (int i = 0; i < 5; i++)
        check_answer(add(*state, "/data/tasks", "{}"), 201);
    json_t *tree = stored_load(*state);
    const json_t *tasks = json_object_get(tree, "tasks");
    assert_int_equal(json_array_size(tasks), 5);
    for (size_t i = 1; i < 5; i++)
        assert_false(json_equal(json_array_get(tasks, i - 1), json_array_get(tasks, i)));
    json_decref(tree);
}

static void items_that_cannot_be_added_are_refused(void **state)
{
    static const struct {
        const char *path;
        const char *item;
        int status;
        const char *slug;
        const char *details;
    } rows[] = {
        {"/data/tasks", "{'id':'t1'}", 409, "CONFLICT", "already has an item with the id 't1'"},
        {"/data/tasks", "{'id':'7'}", 409, "CONFLICT", "already has an item with the id '7'"},
        {"/data/nothing", "{'id':'t9'}", 404, "NOT_FOUND", "no collection 'nothing'"},
        {"/data/names", "{'id':'t9'}", 409, "CONFLICT", "'names' is not an array of objects"},
        {"/data/mixed", "{'id':'t9'}", 409, "CONFLICT", "'mixed' is not an array of objects"},
        {"/data/tasks", "[]", 400, "BAD_REQUEST", "must be a JSON object"},
        {"/data/tasks", "1", 400, "BAD_REQUEST", "the body: line 1"},
        {"/data/tasks", "{'id':''}", 400, "BAD_REQUEST", "id must be"},
        {"/data/tasks", "{'id':1.5}", 400, "BAD_REQUEST", "id must be"},
        {"/data/tasks", "{'id':null}", 400, "BAD_REQUEST", "id must be"},
        {"/data/tasks", "{'id':'a\\u0000b'}", 400, "BAD_REQUEST", "id must be"},
        {"/data/tasks", "{'id':'a/b'}", 400, "BAD_REQUEST", "'a/b' cannot be part of an address"},
        {"/data/tasks", "{'id':'a\\nb'}", 400, "BAD_REQUEST", "cannot be part of an address"},
        {"/data/tasks", "{'id':'/'}", 400, "BAD_REQUEST", "cannot be part of an address"},
        {"/data/tasks", "{'id':'.'}", 400, "BAD_REQUEST", "cannot be part of an address"},
        {"/data/tasks", "{'id':'..'}", 400, "BAD_REQUEST", "cannot be part of an address"},
    };
    char document[1024];
    json_t *tree = NULL;
    (void)store(*state, plan);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_refused(add(*state, rows[i].path, rows[i].item), rows[i].status, rows[i].slug,
                      rows[i].details);
    (void)snprintf(document, sizeof document, "{'id':'%0600d'}", 1);
    check_refused(add(*state, "/data/tasks", document), 400, "BAD_REQUEST", "use a shorter one");
    tree = stored_load(*state);
    check_tree(tree, plan);
    json_decref(tree);
}

static void an_item_comes_as_json(void **state)
{
    static const char *const methods[][2] = {{"POST", "/data/tasks"}, {"PUT", "/data/tasks/t1"}};
    (void)store(*state, "{'tasks':[{'id':'t1'}]}");
    for (size_t i = 0; i < 2; i++)
        check_refused(REQUEST(*state, .method = methods[i][0], .path = methods[i][1],
                              .type = "text/plain", .body = "{}"),
                      415, "UNSUPPORTED_MEDIA_TYPE", "send application/json");
    check_stored(*state, "{'tasks':[{'id':'t1'}]}");
}

/* Changing and removing. */

static struct answer put(const char *directory, const char *path, const char *item)
{
    return REQUEST(directory, .method = "PUT", .path = path, .body = quoted(item));
}

static struct answer item_patch(const char *directory, const char *path, const char *body)
{
    return REQUEST(directory, .method = "PATCH", .path = path, .type = MERGE_PATCH,
                   .body = quoted(body));
}

static void an_item_is_replaced_where_it_is(void **state)
{
    (void)store(*state, "{'tasks':[{'id':1,'a':1},{'id':2,'a':1}]}");
    check_body(put(*state, "/data/tasks/1", "{'b':2,'id':1}"), 200, "{'b':2,'id':1}");
    check_body(put(*state, "/data/tasks/2", "{'b':3}"), 200, "{'id':2,'b':3}");
    check_stored(*state, "{'tasks':[{'b':2,'id':1},{'id':2,'b':3}]}");
    check_refused(put(*state, "/data/tasks/3", "{'b':3}"), 404, "NOT_FOUND", "no item");
    check_refused(put(*state, "/data/nothing/3", "{'b':3}"), 404, "NOT_FOUND", "no collection");
    check_refused(put(*state, "/data/tasks/1", "{'id':9}"), 409, "CONFLICT", "cannot be changed");
    check_refused(put(*state, "/data/tasks/1", "{'id':'1'}"), 409, "CONFLICT", "cannot be changed");
    check_refused(put(*state, "/data/tasks/1", "[]"), 400, "BAD_REQUEST", "must be a JSON object");
    check_stored(*state, "{'tasks':[{'b':2,'id':1},{'id':2,'b':3}]}");
    struct stat before = file_stat(path_in(*state, "project-data.json"));
    check_answer(put(*state, "/data/tasks/2", "{'b':3}"), 200);
    assert_int_equal(file_stat(path_in(*state, "project-data.json")).st_ino, before.st_ino);
}

static void an_item_is_patched(void **state)
{
    (void)store(*state, "{'tasks':[{'id':'t1','a':{'b':1,'c':2},'d':[1]}]}");
    check_body(item_patch(*state, "/data/tasks/t1", "{'a':{'b':null},'d':[2],'e':3}"), 200,
               "{'id':'t1','a':{'c':2},'d':[2],'e':3}");
    check_stored(*state, "{'tasks':[{'id':'t1','a':{'c':2},'d':[2],'e':3}]}");
    check_refused(item_patch(*state, "/data/tasks/t2", "{}"), 404, "NOT_FOUND", "no item");
    check_refused(item_patch(*state, "/data/tasks/t1", "{'id':'t2'}"), 409, "CONFLICT",
                  "cannot be changed");
    check_refused(item_patch(*state, "/data/tasks/t1", "{'id':null}"), 409, "CONFLICT",
                  "cannot be removed");
    check_refused(item_patch(*state, "/data/tasks/t1", "[]"), 400, "BAD_REQUEST", "object");
    check_stored(*state, "{'tasks':[{'id':'t1','a':{'c':2},'d':[2],'e':3}]}");
}

static struct answer item_delete(const char *directory, const char *path)
{
    return REQUEST(directory, .method = "DELETE", .path = path);
}

static void an_item_is_removed(void **state)
{
    char expected[128];
    (void)store(*state, "{'tasks':[{'id':'t1'},{'id':'t2'}]}");
    struct answer answer = item_delete(*state, "/data/tasks/t1");
    assert_int_equal(answer.status, 200);
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":true,\"message\":\"已删除\",\"revision\":%" PRId64 "}",
                   revision_of(&answer));
    assert_string_equal(answer.body, expected);
    answer_release(&answer);
    check_stored(*state, "{'tasks':[{'id':'t2'}]}");
    check_refused(item_delete(*state, "/data/tasks/t1"), 404, "NOT_FOUND", "no item");
    check_refused(item_delete(*state, "/data/nothing/t1"), 404, "NOT_FOUND", "no collection");
    check_stored(*state, "{'tasks':[{'id':'t2'}]}");
}

static void other_methods_are_405(void **state)
{
    static const struct {
        const char *method;
        const char *path;
        const char *allow;
    } rows[] = {
        {"DELETE", "/data/tasks", "Allow: GET, HEAD, POST, OPTIONS"},
        {"PUT", "/data/tasks", "Allow: GET, HEAD, POST, OPTIONS"},
        {"POST", "/data/tasks/1", "Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer answer = REQUEST(*state, .method = rows[i].method, .path = rows[i].path);
        assert_true(has_header(&answer, rows[i].allow));
        check_refused(answer, 405, "METHOD_NOT_ALLOWED", rows[i].method);
    }
}

/* Names of any kind. */

/* Add an item, and find, change and remove it at the address that is told. */
static void check_address(const char *directory, const char *collection, const char *item)
{
    char address[512];
    struct answer answer = add(directory, collection, item);
    if (answer.status != 201)
        fail_msg("%s: %s%s", item, answer.output, answer.log);
    const char *told = header_value(&answer, "Location");
    assert_non_null(told);
    for (const char *p = told; *p != '\0'; p++)
        assert_true(*p > ' ' && *p < 127);
    (void)strcpy(address, told);
    answer_release(&answer);
    check_body(REQUEST(directory, .address = address), 200, item);
    check_answer(REQUEST(directory, .address = address, .method = "PUT", .body = "{}"), 200);
    check_answer(REQUEST(directory, .address = address, .method = "PATCH", .type = MERGE_PATCH,
                         .body = "{\"x\":1}"),
                 200);
    check_answer(REQUEST(directory, .address = address, .method = "DELETE"), 200);
    check_answer(REQUEST(directory, .address = address), 404);
}

static void an_id_is_found_at_its_percent_encoded_address(void **state)
{
    static const char *const items[] = {"{'id':'任务 1'}",  "{'id':'a b'}",    "{'id':'100%'}",
                                        "{'id':'a?b#c'}",   "{'id':'%2F'}",    "{'id':'a+b'}",
                                        "{'id':'a&b=c;d'}", "{'id':'x\\\\y'}", "{'id':'<script>'}",
                                        "{'id':-5}",        "{'id':'…'}",      "{'id':'a..b'}",
                                        "{'id':'*'}"};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        check_address(*state, "/data/tasks", items[i]);
    struct answer answer = add(*state, "/data/tasks", "{'id':'任务 1'}");
    assert_string_equal(header_value(&answer, "Location"),
                        "/api/data/tasks/%E4%BB%BB%E5%8A%A1%201");
    answer_release(&answer);
    check_body(REQUEST(*state, .address = "/api/data/tasks/%e4%bb%bb%E5%8A%A1%201?x=1"), 200,
               "{'id':'任务 1'}");
    check_body(get(*state, "/data/tasks/任务 1"), 200, "{'id':'任务 1'}");
}

static void a_collection_may_have_any_name(void **state)
{
    (void)store(*state, "{'计划 表':[],'a\\nb':[],'100%':[],'x?y':[],"
                        "'a_collection_with_a_name_that_is_longer_than_what_anybody_would_call_one_"
                        "in_earnest':[]}");
    check_address(*state, "/data/计划 表", "{'id':'1'}");
    check_address(*state, "/data/a\nb", "{'id':'1'}");
    check_address(*state, "/data/100%", "{'id':'1'}");
    check_address(*state, "/data/x?y", "{'id':'1'}");
    check_address(*state,
                  "/data/a_collection_with_a_name_that_is_longer_than_what_anybody_would_call_one_"
                  "in_earnest",
                  "{'id':'1'}");
}

static void a_slash_is_never_part_of_a_name(void **state)
{
    (void)store(*state, "{'tasks':[{'id':'a/b'},{'id':'a'}]}");
    check_answer(REQUEST(*state, .address = "/api/data/tasks/a%2Fb"), 404);
    check_answer(REQUEST(*state, .address = "/api/data/tasks/a%2Fb", .method = "DELETE"), 404);
    check_answer(REQUEST(*state, .address = "/api/data/tasks%2Fa"), 200);
    check_stored(*state, "{'tasks':[{'id':'a/b'},{'id':'a'}]}");
}

/* Task types. */

static void default_task_types_are_items_like_others(void **state)
{
    (void)store(*state, "{'tasks':[]}");
    struct answer answer = get(*state, "/data/taskTypes");
    json_t *seen = json_loads(answer.body, 0, NULL);
    json_t *six = json_loads(SIX_TASK_TYPES, 0, NULL);
    assert_true(json_equal(seen, six));
    json_decref(six);
    json_decref(seen);
    answer_release(&answer);
    check_body(get(*state, "/data/taskTypes/6"), 200,
               "{'id':'6','name':'上线','color':'#13c2c2','enabled':true}");
    assert_int_equal(task_types_stored(*state), 0);
}

static void the_other_defaults_are_kept_when_one_is_touched(void **state)
{
    check_answer(add(*state, "/data/taskTypes", "{'id':'7'}"), 201);
    assert_int_equal(task_types_stored(*state), 7);
    (void)store(*state, "{}");
    check_body(item_patch(*state, "/data/taskTypes/6", "{'enabled':false}"), 200,
               "{'id':'6','name':'上线','color':'#13c2c2','enabled':false}");
    assert_int_equal(task_types_stored(*state), 6);
    (void)store(*state, "{}");
    check_body(put(*state, "/data/taskTypes/1", "{'name':'x'}"), 200, "{'id':'1','name':'x'}");
    assert_int_equal(task_types_stored(*state), 6);
    (void)store(*state, "{}");
    check_answer(item_delete(*state, "/data/taskTypes/1"), 200);
    assert_int_equal(task_types_stored(*state), 5);
    check_refused(get(*state, "/data/taskTypes/1"), 404, "NOT_FOUND", "no item");
    (void)store(*state, "{}");
    check_answer(add(*state, "/data/tasks", "{'id':'1'}"), 201);
    assert_int_equal(task_types_stored(*state), 0);
}

/* {"pad":"xxx...","n":<n>}, longer than what is held in memory while it is served; to be freed. */
static char *long_document(int n)
{
    enum { LENGTH = 200000 };
    char *text = malloc(LENGTH + 64);
    assert_non_null(text);
    memset(text, 'x', LENGTH);
    memcpy(text, "{\"pad\":\"", 8);
    (void)sprintf(text + LENGTH, "\",\"n\":%d}", n);
    return text;
}

static void long_documents_are_changed_as_short_ones(void **state)
{
    char *before = long_document(1);
    char *after = long_document(2);
    struct answer answer = program_post(*state, before);
    int64_t revision = revision_of(&answer);
    check_answer(answer, 200);
    answer = program_post(*state, before);
    assert_int_equal(revision_of(&answer), revision); /* nothing changed */
    check_answer(answer, 200);
    answer = REQUEST(*state, .method = "PATCH", .type = MERGE_PATCH, .body = "{\"n\":2}");
    assert_true(revision_of(&answer) > revision);
    check_answer(answer, 200);
    json_t *expected = json_loads(after, 0, NULL);
    json_t *stored = stored_load(*state);
    assert_true(json_equal(stored, expected));
    answer = program_post(*state, before); /* as long as what is stored, but another */
    assert_true(revision_of(&answer) > revision);
    check_answer(answer, 200);
    json_decref(stored);
    json_decref(expected);
    free(before);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(both_kinds_of_patches_are_applied),
        WITH_DIRECTORY(long_documents_are_changed_as_short_ones),
        WITH_DIRECTORY(numbers_elsewhere_keep_their_value),
        WITH_DIRECTORY(other_types_are_415_and_told_which_there_are),
        WITH_DIRECTORY(a_patch_is_done_whole_or_not_at_all),
        WITH_DIRECTORY(the_document_can_be_replaced_by_another),
        WITH_DIRECTORY(a_patch_that_changes_nothing_writes_nothing),
        WITH_DIRECTORY(nothing_stored_is_patched_as_it_is_served),
        WITH_DIRECTORY(default_task_types_are_stored_only_when_they_are_changed),
        WITH_DIRECTORY(what_is_stored_can_be_in_the_way),
        WITH_DIRECTORY(collections_and_items_are_served),
        WITH_DIRECTORY(what_is_not_there_is_404_and_what_is_no_collection_409),
        WITH_DIRECTORY(nothing_stored_has_empty_collections),
        WITH_DIRECTORY(parts_are_304_by_the_documents_revision_and_only_if_there),
        WITH_DIRECTORY(an_item_is_added_at_the_end),
        WITH_DIRECTORY(an_item_without_an_id_gets_one),
        WITH_DIRECTORY(made_ids_differ),
        WITH_DIRECTORY(items_that_cannot_be_added_are_refused),
        WITH_DIRECTORY(an_item_comes_as_json),
        WITH_DIRECTORY(an_item_is_replaced_where_it_is),
        WITH_DIRECTORY(an_item_is_patched),
        WITH_DIRECTORY(an_item_is_removed),
        WITH_DIRECTORY(other_methods_are_405),
        WITH_DIRECTORY(an_id_is_found_at_its_percent_encoded_address),
        WITH_DIRECTORY(a_collection_may_have_any_name),
        WITH_DIRECTORY(a_slash_is_never_part_of_a_name),
        WITH_DIRECTORY(default_task_types_are_items_like_others),
        WITH_DIRECTORY(the_other_defaults_are_kept_when_one_is_touched),
    };
    return cmocka_run_group_tests_name("cgi_patches", tests, NULL, NULL);
}
