#include "json_pass.h"
#include "json_patch.h"
#include "json_tree.h"
#include "temporary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    const char *document;
    const char *patch;
    const char *expected; /* the patched document, or part of the error's text */
};

static void check_patched(const struct row *row)
{
    json_t *tree = tree_of(row->document);
    json_t *patch = tree_of(row->patch);
    struct error error = ERROR_INIT;
    if (json_patch_apply(&tree, patch, &error) != STATUS_OK)
        fail_msg("%s with %s: %s", row->document, row->patch, error.text);
    assert_string_equal(error.text, "");
    check_tree(tree, row->expected);
    json_decref(patch);
    json_decref(tree);
}

static void check_refused(const struct row *row, enum status expected)
{
    json_t *tree = tree_of(row->document);
    json_t *before = tree;
    json_t *patch = tree_of(row->patch);
    struct error error = ERROR_INIT;
    enum status status = json_patch_apply(&tree, patch, &error);
    if (status != expected || strstr(error.text, row->expected) == NULL)
        fail_msg("%s with %s: status %d, '%s' instead of '%s'", row->document, row->patch,
                 (int)status, error.text, row->expected);
    assert_ptr_equal(tree, before);
    check_tree(tree, row->document);
    json_decref(patch);
    json_decref(tree);
}

#define CHECK_ALL_PATCHED(rows)                                                                    \
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows)[0]; i++)                                    \
    check_patched(&(rows)[i])

#define CHECK_ALL_REFUSED(rows, status)                                                            \
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows)[0]; i++)                                    \
    check_refused(&(rows)[i], status)

static void does_the_examples_of_the_rfc(void **state)
{
    /* RFC 6902 appendix A, in its order; those that fail are further down. */
    static const struct row rows[] = {
        {"{'foo':'bar'}", "[{'op':'add','path':'/baz','value':'qux'}]",
         "{'foo':'bar','baz':'qux'}"},
        {"{'foo':['bar','baz']}", "[{'op':'add','path':'/foo/1','value':'qux'}]",
         "{'foo':['bar','qux','baz']}"},
        {"{'baz':'qux','foo':'bar'}", "[{'op':'remove','path':'/baz'}]", "{'foo':'bar'}"},
        {"{'foo':['bar','qux','baz']}", "[{'op':'remove','path':'/foo/1'}]",
         "{'foo':['bar','baz']}"},
        {"{'baz':'qux','foo':'bar'}", "[{'op':'replace','path':'/baz','value':'boo'}]",
         "{'baz':'boo','foo':'bar'}"},
        {"{'foo':{'bar':'baz','waldo':'fred'},'qux':{'corge':'grault'}}",
         "[{'op':'move','from':'/foo/waldo','path':'/qux/thud'}]",
         "{'foo':{'bar':'baz'},'qux':{'corge':'grault','thud':'fred'}}"},
        {"{'foo':['all','grass','cows','eat']}", "[{'op':'move','from':'/foo/1','path':'/foo/3'}]",
         "{'foo':['all','cows','eat','grass']}"},
        {"{'baz':'qux','foo':['a',2,'c']}",
         "[{'op':'test','path':'/baz','value':'qux'},{'op':'test','path':'/foo/1','value':2}]",
         "{'baz':'qux','foo':['a',2,'c']}"},
        {"{'foo':'bar'}", "[{'op':'add','path':'/child','value':{'grandchild':{}}}]",
         "{'foo':'bar','child':{'grandchild':{}}}"},
        {"{'foo':'bar'}", "[{'op':'add','path':'/baz','value':'qux','xyz':123}]",
         "{'foo':'bar','baz':'qux'}"},
        {"{'/':9,'~1':10}", "[{'op':'test','path':'/~01','value':10}]", "{'/':9,'~1':10}"},
        {"{'foo':['bar']}", "[{'op':'add','path':'/foo/-','value':['abc','def']}]",
         "{'foo':['bar',['abc','def']]}"},
    };
    (void)state;
    CHECK_ALL_PATCHED(rows);
}

static void adds(void **state)
{
    static const struct row rows[] = {
        {"{'a':1}", "[]", "{'a':1}"},
        {"{'a':1,'b':2}", "[{'op':'add','path':'/a','value':null}]", "{'a':null,'b':2}"},
        {"{'a':[]}", "[{'op':'add','path':'/a/0','value':1}]", "{'a':[1]}"},
        {"{'a':[1,2]}", "[{'op':'add','path':'/a/0','value':0}]", "{'a':[0,1,2]}"},
        {"{'a':[1,2]}", "[{'op':'add','path':'/a/2','value':3}]", "{'a':[1,2,3]}"},
        {"{'a':[1,2]}", "[{'op':'add','path':'/a/-','value':[3,[]]}]", "{'a':[1,2,[3,[]]]}"},
        {"{'a':[[1],[2]]}", "[{'op':'add','path':'/a/1/-','value':3}]", "{'a':[[1],[2,3]]}"},
        {"{'a':[{'b':1}]}", "[{'op':'add','path':'/a/0/c','value':2}]", "{'a':[{'b':1,'c':2}]}"},
        {"{}", "[{'op':'add','path':'/','value':1}]", "{'':1}"},
        {"{'':{}}", "[{'op':'add','path':'//','value':1}]", "{'':{'':1}}"},
        {"{}", "[{'op':'add','path':'/a~1b~0c','value':1}]", "{'a/b~c':1}"},
        {"{}", "[{'op':'add','path':'/0','value':1},{'op':'add','path':'/-','value':2}]",
         "{'0':1,'-':2}"},
        {"{'a':{'01':1}}", "[{'op':'replace','path':'/a/01','value':2}]", "{'a':{'01':2}}"},
        {"{'a':1}", "[{'op':'add','path':'','value':{'b':2}}]", "{'b':2}"},
        /* Only the outcome must be an object. */
        {"{'a':1}",
         "[{'op':'add','path':'','value':[1]},{'op':'add','path':'/0','value':0},"
         "{'op':'test','path':'','value':[0,1]},{'op':'replace','path':'','value':{'b':2}}]",
         "{'b':2}"},
        {"{'a':1}", "[{'op':'add','path':'/b','value':1.0,'from':7,'comment':[]}]",
         "{'a':1,'b':1}"},
    };
    (void)state;
    CHECK_ALL_PATCHED(rows);
}

static void removes_and_replaces(void **state)
{
    static const struct row rows[] = {
        {"{'a':[1,2,3]}", "[{'op':'remove','path':'/a/0'},{'op':'remove','path':'/a/1'}]",
         "{'a':[2]}"},
        {"{'a':null}", "[{'op':'remove','path':'/a'}]", "{}"},
        {"{'':1,'b':2}", "[{'op':'remove','path':'/'}]", "{'b':2}"},
        {"{'a':[{'b':{'c':1}}]}", "[{'op':'remove','path':'/a/0/b/c'}]", "{'a':[{'b':{}}]}"},
        {"{'a':1,'b':2,'c':3}", "[{'op':'replace','path':'/b','value':[]}]",
         "{'a':1,'b':[],'c':3}"},
        {"{'a':null}", "[{'op':'replace','path':'/a','value':'x'}]", "{'a':'x'}"},
        {"{'a':'x'}", "[{'op':'replace','path':'/a','value':null}]", "{'a':null}"},
        {"{'a':[1,2,3]}", "[{'op':'replace','path':'/a/2','value':'x'}]", "{'a':[1,2,'x']}"},
        {"{'a':1}", "[{'op':'replace','path':'','value':{}}]", "{}"},
    };
    (void)state;
    CHECK_ALL_PATCHED(rows);
}

static void moves_and_copies(void **state)
{
    static const struct row rows[] = {
        {"{'a':1,'b':2}", "[{'op':'move','from':'/a','path':'/a'}]", "{'a':1,'b':2}"},
        {"{'a':[1,2]}", "[{'op':'move','from':'/a/0','path':'/a/0'}]", "{'a':[1,2]}"},
        {"{'a':1}", "[{'op':'move','from':'','path':''}]", "{'a':1}"},
        {"{'a':1,'b':2}", "[{'op':'move','from':'/a','path':'/b'}]", "{'b':1}"},
        {"{'a':[1,2,3]}", "[{'op':'move','from':'/a/2','path':'/a/0'}]", "{'a':[3,1,2]}"},
        {"{'a':[1,2,3]}", "[{'op':'move','from':'/a/0','path':'/a/-'}]", "{'a':[2,3,1]}"},
        {"{'a':{'b':{'c':1}}}", "[{'op':'move','from':'/a/b','path':'/a'}]", "{'a':{'c':1}}"},
        {"{'a':{'b':1}}", "[{'op':'move','from':'/a','path':''}]", "{'b':1}"},
        {"{'a':1,'ab':{}}", "[{'op':'move','from':'/a','path':'/ab/c'}]", "{'ab':{'c':1}}"},
        {"{'a':null}", "[{'op':'move','from':'/a','path':'/b'}]", "{'b':null}"},
        {"{'a':[[1],[2]]}", "[{'op':'move','from':'/a/1','path':'/a/0/0'}]", "{'a':[[[2],1]]}"},
        {"{'a':1}", "[{'op':'copy','from':'','path':'/b'}]", "{'a':1,'b':{'a':1}}"},
        {"{'a':{'b':1}}", "[{'op':'copy','from':'/a','path':'/a/c'}]", "{'a':{'b':1,'c':{'b':1}}}"},
        {"{'a':{'b':1}}", "[{'op':'copy','from':'/a','path':''}]", "{'b':1}"},
        {"{'a':[1]}", "[{'op':'copy','from':'/a/0','path':'/a/0'}]", "{'a':[1,1]}"},
        {"{'a':{'x':[1]}}",
         "[{'op':'copy','from':'/a','path':'/b'},{'op':'add','path':'/b/x/-','value':2}]",
         "{'a':{'x':[1]},'b':{'x':[1,2]}}"},
        {"{'a':1}", "[{'op':'copy','from':'/a','path':'/a'}]", "{'a':1}"},
    };
    (void)state;
    CHECK_ALL_PATCHED(rows);
}

static void tests_values(void **state)
{
    static const struct row rows[] = {
        {"{'a':{'b':[1,{'c':null}],'d':2}}",
         "[{'op':'test','path':'/a','value':{'d':2,'b':[1,{'c':null}]}}]",
         "{'a':{'b':[1,{'c':null}],'d':2}}"},
        {"{'a':1}", "[{'op':'test','path':'/a','value':1.0}]", "{'a':1}"},
        {"{'a':100}", "[{'op':'test','path':'/a','value':1e2}]", "{'a':100}"},
        {"{'a':null}", "[{'op':'test','path':'/a','value':null}]", "{'a':null}"},
        {"{'':1}", "[{'op':'test','path':'/','value':1},{'op':'test','path':'','value':{'':1}}]",
         "{'':1}"},
        {"{'a':'\\u4e2d'}", "[{'op':'test','path':'/a','value':'中'}]", "{'a':'中'}"},
    };
    (void)state;
    CHECK_ALL_PATCHED(rows);
}

static void a_failed_test_is_a_conflict(void **state)
{
    static const struct row rows[] = {
        {"{'baz':'qux'}", "[{'op':'test','path':'/baz','value':'bar'}]",
         "operation 1 (test /baz): the value there is another"},
        {"{'/':9,'~1':10}", "[{'op':'test','path':'/~01','value':'10'}]",
         "operation 1 (test /~01): the value there is another"},
        {"{'a':[1,2]}", "[{'op':'test','path':'/a','value':[2,1]}]", "is another"},
        {"{'a':[1,2]}", "[{'op':'test','path':'/a','value':[1]}]", "is another"},
        {"{'a':null}", "[{'op':'test','path':'/a','value':false}]", "is another"},
        {"{'a':{'b':1}}", "[{'op':'test','path':'/a','value':{'b':1,'c':2}}]", "is another"},
        {"{'a':1}", "[{'op':'replace','path':'/a','value':2},{'op':'test','path':'/a','value':1}]",
         "operation 2 (test /a): the value there is another"},
        {"{'a':1}", "[{'op':'test','path':'/b','value':null}]",
         "operation 1 (test /b): there is no 'b' in the document"},
        {"{'a':[1]}", "[{'op':'test','path':'/a/1','value':1}]", "there is no '1' in /a"},
        {"{'a':[1]}", "[{'op':'test','path':'/a/-','value':1}]", "there is no '-' in /a"},
    };
    (void)state;
    CHECK_ALL_REFUSED(rows, STATUS_CONFLICT);
}

static void places_that_are_not_there_are_invalid(void **state)
{
    static const struct row rows[] = {
        {"{'foo':'bar'}", "[{'op':'add','path':'/baz/bat','value':'qux'}]",
         "operation 1 (add /baz/bat): there is no 'baz' in the document"},
        {"{'foo':'bar'}", "[{'op':'add','path':'/foo/bat','value':'qux'}]",
         "/foo is neither an object nor an array"},
        {"{'tasks':[]}",
         "[{'op':'test','path':'/tasks','value':[]},{'op':'add','path':'/x','value':1},"
         "{'op':'replace','path':'/tasks/9/name','value':1}]",
         "operation 3 (replace /tasks/9/name): there is no '9' in /tasks"},
        {"{'a':[1]}", "[{'op':'add','path':'/a/2','value':1}]", "there is no '2' in /a"},
        {"{'a':[1]}", "[{'op':'add','path':'/a/01','value':1}]", "'01' is not an index into /a"},
        {"{'a':[1]}", "[{'op':'add','path':'/a/-1','value':1}]", "'-1' is not an index into /a"},
        {"{'a':[1]}", "[{'op':'add','path':'/a/x','value':1}]", "'x' is not an index into /a"},
        {"{'a':[1]}", "[{'op':'add','path':'/a/-/0','value':1}]", "there is no '-' in /a"},
        {"{'a':[1]}", "[{'op':'remove','path':'/a/-'}]", "there is no '-' in /a"},
        {"{'a':[1]}", "[{'op':'remove','path':'/a/1'}]", "there is no '1' in /a"},
        {"{'a':[1]}", "[{'op':'remove','path':'/a/00'}]", "'00' is not an index into /a"},
        {"{'a':[1]}", "[{'op':'remove','path':'/a/1e0'}]", "'1e0' is not an index into /a"},
        {"{'a':1}", "[{'op':'remove','path':'/b'}]", "there is no 'b' in the document"},
        {"{'a':1}", "[{'op':'remove','path':''}]",
         "operation 1 (remove \"\"): the document itself cannot be removed"},
        {"{'a':[1]}", "[{'op':'replace','path':'/a/-','value':1}]", "there is no '-' in /a"},
        {"{'a':[1]}", "[{'op':'replace','path':'/a/1','value':1}]", "there is no '1' in /a"},
        {"{'a':1}", "[{'op':'replace','path':'/b','value':1}]", "there is no 'b' in the document"},
        {"{'a':[1]}", "[{'op':'test','path':'/a/01','value':1}]", "'01' is not an index into /a"},
        {"{'a':1}", "[{'op':'move','from':'/b','path':'/c'}]",
         "operation 1 (move /b to /c): there is no 'b' in the document"},
        {"{'a':1}", "[{'op':'move','from':'/b','path':'/b'}]", "there is no 'b' in the document"},
        {"{'a':{'b':1}}", "[{'op':'move','from':'/a','path':'/a/b'}]",
         "operation 1 (move /a to /a/b): nothing can be moved into itself"},
        /* Though with the element taken out another would be in its place. */
        {"{'a':[1,{'b':2}]}", "[{'op':'move','from':'/a/0','path':'/a/0/c'}]",
         "operation 1 (move /a/0 to /a/0/c): nothing can be moved into itself"},
        {"{'a':1}", "[{'op':'move','from':'','path':'/a'}]",
         "operation 1 (move \"\" to /a): nothing can be moved into itself"},
        /* With the element taken out, its place at the end is one too far. */
        {"{'a':[1,2]}", "[{'op':'move','from':'/a/0','path':'/a/2'}]", "there is no '2' in /a"},
        {"{'a':1}", "[{'op':'copy','from':'/b','path':'/c'}]", "there is no 'b' in the document"},
        {"{'a':[1]}", "[{'op':'copy','from':'/a/-','path':'/b'}]", "there is no '-' in /a"},
        {"{'a':1}", "[{'op':'copy','from':'/a','path':'/b/c'}]",
         "operation 1 (copy /a to /b/c): there is no 'b' in the document"},
    };
    (void)state;
    CHECK_ALL_REFUSED(rows, STATUS_INVALID);
}

static void malformed_patches_are_invalid(void **state)
{
    static const struct row rows[] = {
        {"{}", "{'op':'add'}", "a JSON patch must be an array of operations"},
        {"{}", "null", "a JSON patch must be an array of operations"},
        {"{}", "[[]]", "operation 1: it is not a JSON object"},
        {"{'a':1}", "[{'op':'remove','path':'/a'},null]", "operation 2: it is not a JSON object"},
        {"{}", "[{}]", "operation 1: it has no 'op' that is a string"},
        {"{}", "[{'op':1,'path':'/a'}]", "operation 1: it has no 'op' that is a string"},
        {"{}", "[{'op':'spam','path':'/a'}]", "operation 1 (spam /a): there is no such operation"},
        {"{}", "[{'op':'Add','path':'/a','value':1}]", "(Add /a): there is no such operation"},
        {"{}", "[{'op':'','path':'/a'}]", "operation 1 (\"\" /a): there is no such operation"},
        {"{}", "[{'op':'add\\u0000','path':'/a'}]", "(add\\x00 /a): there is no such operation"},
        {"{}", "[{'op':'add','value':1}]", "operation 1 (add): it has no 'path' that is a string"},
        {"{}", "[{'op':'add','path':null,'value':1}]", "it has no 'path' that is a string"},
        {"{}", "[{'op':'add','path':'/a'}]", "operation 1 (add /a): it has no 'value'"},
        {"{'a':1}", "[{'op':'replace','path':'/a'}]", "it has no 'value'"},
        {"{'a':null}", "[{'op':'test','path':'/a'}]", "it has no 'value'"},
        {"{'a':1}", "[{'op':'move','path':'/b'}]",
         "operation 1 (move /b): it has no 'from' that is a string"},
        {"{'a':1}", "[{'op':'copy','path':'/b','from':['/a']}]", "it has no 'from'"},
        {"{'a':1}", "[{'op':'remove','path':'a'}]",
         "operation 1 (remove a): its 'path': a pointer is empty or starts with '/'"},
        {"{'a':1}", "[{'op':'copy','from':'/~2','path':'/b'}]",
         "operation 1 (copy /~2 to /b): its 'from': in a pointer '~' stands before 0 or 1 alone"},
        {"{'a':1}", "[{'op':'add','path':'/a\\u0000b','value':1}]",
         "operation 1 (add /a\\x00b): its 'path': a pointer holds no NUL"},
        {"{'baz':1,'foo':2}", "[{'op':'add','path':'/bar','value':'qux','op':'remove'}]",
         "operation 1 (remove /bar): there is no 'bar' in the document"},
        {"{'a':1}", "[{'op':'add','path':'','value':[1]}]",
         "the patched document would not be a JSON object"},
        {"{'a':1}", "[{'op':'move','from':'/a','path':''}]",
         "the patched document would not be a JSON object"},
    };
    (void)state;
    CHECK_ALL_REFUSED(rows, STATUS_INVALID);
}

static void nothing_is_shared_with_what_was_given(void **state)
{
    json_t *tree = tree_of("{'a':{'b':[1]}}");
    json_t *old = json_incref(tree);
    json_t *patch = tree_of("[{'op':'add','path':'/c','value':{'d':[2]}}]");
    (void)state;
    assert_int_equal(json_patch_apply(&tree, patch, NULL), STATUS_OK);
    assert_int_equal(json_object_clear(json_object_get(old, "a")), 0);
    assert_int_equal(json_object_clear(json_object_get(json_array_get(patch, 0), "value")), 0);
    check_tree(tree, "{'a':{'b':[1]},'c':{'d':[2]}}");
    json_decref(patch);
    json_decref(old);
    json_decref(tree);
}

/* Bounds. */

/* The operation, `count` times. */
static json_t *repeated(const char *operation, size_t count)
{
    json_t *patch = json_array();
    json_t *one = tree_of(operation);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(json_array_append(patch, one), 0);
    json_decref(one);
    return patch;
}

/* Both trees are released. */
static void check_outcome(json_t *tree, json_t *patch, enum status expected, const char *text)
{
    struct error error = ERROR_INIT;
    json_t *before = tree;
    assert_int_equal(json_patch_apply(&tree, patch, &error), expected);
    if (strstr(error.text, text) == NULL)
        fail_msg("'%s' instead of '%s'", error.text, text);
    assert_int_equal(tree == before, expected != STATUS_OK);
    json_decref(patch);
    json_decref(tree);
}

static void operations_are_bounded(void **state)
{
    static const char test[] = "{'op':'test','path':'/a','value':1}";
    (void)state;
    check_outcome(tree_of("{'a':1}"), repeated(test, JSON_PATCH_OPERATIONS_MAX), STATUS_OK, "");
    check_outcome(tree_of("{'a':1}"), repeated(test, JSON_PATCH_OPERATIONS_MAX + 1),
                  STATUS_TOO_LARGE, "the patch has 100001 operations, the maximum is 100000");
}

static void copies_are_bounded(void **state)
{
    static const char twice[] = "{'op':'copy','from':'/a','path':'/b/-'}";
    char *long_string = malloc((1 << 20) + 1);
    (void)state;
    check_outcome(tree_of("{'a':[1,2,3],'b':[]}"), repeated(twice, 1000), STATUS_OK, "");
    check_outcome(tree_of("{'a':[]}"), repeated("{'op':'copy','from':'/a','path':'/a/-'}", 40),
                  STATUS_TOO_LARGE,
                  "operation 21 (copy /a to /a/-): the patch copies or moves more than the maximum "
                  "of 1048576 values");
    assert_non_null(long_string);
    memset(long_string, 'x', 1 << 20);
    long_string[1 << 20] = '\0';
    check_outcome(json_pack("{s:s,s:[]}", "a", long_string, "b"), repeated(twice, 63), STATUS_OK,
                  "");
    check_outcome(json_pack("{s:s,s:[]}", "a", long_string, "b"), repeated(twice, 64),
                  STATUS_TOO_LARGE, "operation 64 (copy /a to /b/-): the patch copies");
    check_outcome(json_pack("{s:{s:n},s:[]}", "a", long_string, "b"), repeated(twice, 64),
                  STATUS_TOO_LARGE, "operation 64 (copy /a to /b/-): the patch copies");
    free(long_string);
    check_outcome(tree_of("{}"), repeated("{'op':'copy','from':'','path':'/a'}", 200),
                  STATUS_INVALID, "operation 128 (copy \"\" to /a): nested deeper than 128 levels");
}

static void shifts_are_bounded(void **state)
{
    json_t *ones = json_array();
    json_t *patch = repeated("{'op':'add','path':'/a/0','value':1}", 1000);
    (void)state;
    for (size_t i = 0; i < 200000; i++)
        assert_int_equal(json_array_append_new(ones, json_integer(1)), 0);
    check_outcome(json_pack("{s:O}", "a", ones), patch, STATUS_TOO_LARGE, "(add /a/0)");
    patch = repeated("{'op':'remove','path':'/a/0'}", 1000);
    check_outcome(json_pack("{s:O}", "a", ones), patch, STATUS_TOO_LARGE, "(remove /a/0)");
    patch = repeated("{'op':'add','path':'/a/-','value':1}", 1000);
    check_outcome(json_pack("{s:o}", "a", ones), patch, STATUS_OK, "");
}

static void added_depth_is_bounded(void **state)
{
    (void)state;
    for (size_t excess = 0; excess < 2; excess++) {
        json_t *patch = tree_of("[{'op':'add','path':'/a/0','value':0}]");
        json_t *operation = json_array_get(patch, 0);
        (void)json_object_set_new(operation, "value", nested_arrays(JSON_DEPTH_MAX - 2 + excess));
        check_outcome(tree_of("{'a':[]}"), patch, excess == 0 ? STATUS_OK : STATUS_INVALID,
                      excess == 0 ? "" : "operation 1 (add /a/0): nested deeper than 128 levels");
    }
}

static void moved_depth_is_bounded(void **state)
{
    static const char zeros[] = "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0";
    (void)state;
    for (size_t excess = 0; excess < 2; excess++) {
        char path[128];
        json_t *patch = tree_of("[{'op':'move','from':'/a','path':'/b'}]");
        /* A place in the 27th or 28th array of /b. */
        (void)snprintf(path, sizeof path, "/b%.*s/-", (int)(26 + excess) * 2, zeros);
        (void)json_object_set_new(json_array_get(patch, 0), "path", json_string(path));
        check_outcome(json_pack("{s:o,s:o}", "a", nested_arrays(100), "b", nested_arrays(100)),
                      patch, excess == 0 ? STATUS_OK : STATUS_INVALID,
                      excess == 0 ? "" : "nested deeper than 128 levels");
    }
}

static void long_paths_are_cut_in_errors(void **state)
{
    enum { LENGTH = 5000 };
    char path[LENGTH + 1] = "/";
    (void)state;
    memset(path + 1, 'x', LENGTH - 1);
    check_outcome(tree_of("{}"), json_pack("[{s:s,s:s}]", "op", "remove", "path", path),
                  STATUS_INVALID, "xxx): there is no 'xxx");
}

static void without_memory_nothing_changes(void **state)
{
    static const char document[] = "{'a':{'b':[1,2],'c':'d'},'e':{},'f':[[],0]}";
    static const char *const rows[][2] = {
        {"[{'op':'add','path':'/e/x','value':{'y':[1]}}]",
         "{'a':{'b':[1,2],'c':'d'},'e':{'x':{'y':[1]}},'f':[[],0]}"},
        {"[{'op':'add','path':'/a/b/1','value':{'y':[1]}}]",
         "{'a':{'b':[1,{'y':[1]},2],'c':'d'},'e':{},'f':[[],0]}"},
        {"[{'op':'add','path':'','value':{'y':[1]}}]", "{'y':[1]}"},
        {"[{'op':'remove','path':'/a/b/0'},{'op':'remove','path':'/e'}]",
         "{'a':{'b':[2],'c':'d'},'f':[[],0]}"},
        {"[{'op':'replace','path':'/f/0','value':[{'z':1}]},"
         "{'op':'replace','path':'/a/c','value':['x']}]",
         "{'a':{'b':[1,2],'c':['x']},'e':{},'f':[[{'z':1}],0]}"},
        {"[{'op':'move','from':'/a','path':'/e/g'},{'op':'move','from':'/f/0','path':'/f/-'}]",
         "{'e':{'g':{'b':[1,2],'c':'d'}},'f':[0,[]]}"},
        {"[{'op':'copy','from':'','path':'/f/0/0'},{'op':'copy','from':'/a','path':'/h'}]",
         "{'a':{'b':[1,2],'c':'d'},'e':{},"
         "'f':[[{'a':{'b':[1,2],'c':'d'},'e':{},'f':[[],0]}],0],'h':{'b':[1,2],'c':'d'}}"},
        {"[{'op':'test','path':'/a/b','value':[1,2]}]", document},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *patch = tree_of(rows[i][0]);
        bool failed = true;
        for (size_t count = 0; failed; count++) {
            json_t *tree = tree_of(document);
            json_t *before = tree;
            memory_exhaust(count, 1);
            enum status status = json_patch_apply(&tree, patch, NULL);
            failed = memory_restore();
            assert_int_equal(status, failed ? STATUS_NO_MEMORY : STATUS_OK);
            assert_int_equal(tree == before, failed);
            check_tree(tree, failed ? document : rows[i][1]);
            json_decref(tree);
        }
        json_decref(patch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_the_examples_of_the_rfc),
        cmocka_unit_test(adds),
        cmocka_unit_test(removes_and_replaces),
        cmocka_unit_test(moves_and_copies),
        cmocka_unit_test(tests_values),
        cmocka_unit_test(a_failed_test_is_a_conflict),
        cmocka_unit_test(places_that_are_not_there_are_invalid),
        cmocka_unit_test(malformed_patches_are_invalid),
        cmocka_unit_test(nothing_is_shared_with_what_was_given),
        cmocka_unit_test(operations_are_bounded),
        cmocka_unit_test(copies_are_bounded),
        cmocka_unit_test(shifts_are_bounded),
        cmocka_unit_test(added_depth_is_bounded),
        cmocka_unit_test(moved_depth_is_bounded),
        cmocka_unit_test(long_paths_are_cut_in_errors),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests_name("json_patch", tests, NULL, NULL);
}
