#include "json_tree.h"
#include "merge_patch.h"
#include "temporary.h"

static void check_patched(const char *target, const char *patch, const char *expected)
{
    json_t *tree = tree_of(target);
    json_t *changes = tree_of(patch);
    struct error error = ERROR_INIT;
    assert_int_equal(merge_patch_apply(&tree, changes, &error), STATUS_OK);
    assert_string_equal(error.text, "");
    check_tree(tree, expected);
    check_tree(changes, patch);
    json_decref(changes);
    json_decref(tree);
}

static void does_the_examples_of_the_rfc(void **state)
{
    (void)state;
    check_patched("{'a':'b'}", "{'a':'c'}", "{'a':'c'}");
    check_patched("{'a':'b'}", "{'b':'c'}", "{'a':'b','b':'c'}");
    check_patched("{'a':'b'}", "{'a':null}", "{}");
    check_patched("{'a':'b','b':'c'}", "{'a':null}", "{'b':'c'}");
    check_patched("{'a':['b']}", "{'a':'c'}", "{'a':'c'}");
    check_patched("{'a':'c'}", "{'a':['b']}", "{'a':['b']}");
    check_patched("{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}", "{'a':{'b':'d'}}");
    check_patched("{'a':[{'b':'c'}]}", "{'a':[1]}", "{'a':[1]}");
    check_patched("{'e':null}", "{'a':1}", "{'e':null,'a':1}");
    check_patched("[1,2]", "{'a':'b','c':null}", "{'a':'b'}");
    check_patched("{}", "{'a':{'bb':{'ccc':null}}}", "{'a':{'bb':{}}}");
}

static void keeps_order_and_what_is_not_named(void **state)
{
    (void)state;
    check_patched("{'a':1,'b':{'x':1,'y':2,'z':3},'c':3}", "{'d':4,'b':{'y':[null,{'n':null}]}}",
                  "{'a':1,'b':{'x':1,'y':[null,{'n':null}],'z':3},'c':3,'d':4}");
    check_patched("{'a':1,'b':2}", "{}", "{'a':1,'b':2}");
    check_patched("{'a':{'x':1}}", "{'a':{}}", "{'a':{'x':1}}");
    check_patched("{'a':3}", "{'a':{'x':null,'y':{'z':null}}}", "{'a':{'y':{}}}");
    check_patched("{'':1}", "{'':null,'~1':2}", "{'~1':2}");
    check_patched("{'a':1}", "{'b':null}", "{'a':1}");
}

static void refuses_what_is_no_object(void **state)
{
    static const char *const patches[] = {"['c']", "null", "'bar'", "3", "true"};
    (void)state;
    for (size_t i = 0; i < sizeof patches / sizeof patches[0]; i++) {
        json_t *tree = tree_of("{'a':'foo'}");
        json_t *before = tree;
        json_t *patch = tree_of(patches[i]);
        struct error error = ERROR_INIT;
        assert_int_equal(merge_patch_apply(&tree, patch, &error), STATUS_INVALID);
        assert_string_equal(error.text,
                            "a merge patch must be a JSON object of the members to change");
        assert_ptr_equal(tree, before);
        check_tree(tree, "{'a':'foo'}");
        json_decref(patch);
        json_decref(tree);
    }
}

static void the_patch_is_not_shared(void **state)
{
    json_t *tree = tree_of("{'a':1}");
    json_t *patch = tree_of("{'b':{'c':[1]},'d':[{}]}");
    (void)state;
    assert_int_equal(merge_patch_apply(&tree, patch, NULL), STATUS_OK);
    assert_int_equal(json_array_append_new(json_object_get(patch, "d"), json_null()), 0);
    assert_int_equal(json_object_clear(json_object_get(patch, "b")), 0);
    check_tree(tree, "{'a':1,'b':{'c':[1]},'d':[{}]}");
    json_decref(patch);
    json_decref(tree);
}

static void without_memory_nothing_changes(void **state)
{
    static const char target[] = "{'a':{'b':[1,2],'c':3,'d':4,'e':5,'f':6,'g':7,'h':8,'i':9,'j':0,"
                                 "'k':1},'l':'m'}";
    json_t *patch = tree_of("{'a':{'n':{'o':['p',{'q':null}]},'c':null},'r':{'s':null}}");
    bool failed = true;
    (void)state;
    for (size_t count = 0; failed; count++) {
        json_t *tree = tree_of(target);
        json_t *before = tree;
        memory_exhaust(count, 1);
        enum status status = merge_patch_apply(&tree, patch, NULL);
        failed = memory_restore();
        assert_int_equal(status, failed ? STATUS_NO_MEMORY : STATUS_OK);
        assert_int_equal(tree == before, failed);
        check_tree(tree, failed ? target
                                : "{'a':{'b':[1,2],'d':4,'e':5,'f':6,'g':7,'h':8,'i':9,'j':0,"
                                  "'k':1,'n':{'o':['p',{'q':null}]}},'l':'m','r':{}}");
        json_decref(tree);
    }
    json_decref(patch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_the_examples_of_the_rfc),
        cmocka_unit_test(keeps_order_and_what_is_not_named),
        cmocka_unit_test(refuses_what_is_no_object),
        cmocka_unit_test(the_patch_is_not_shared),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests_name("merge_patch", tests, NULL, NULL);
}
