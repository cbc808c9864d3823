#include "json_pointer.h"
#include "json_tree.h"
#include "temporary.h"

#include <string.h>

static const char example[] = "{'foo':['bar','baz'],'a/b':1,'c%d':2,'e^f':3,'g|h':4,'i\\\\j':5,"
                              "'k\\\"l':6,' ':7,'m~n':8,'~1':9,'':{'':10},'list':[[1],{'01':11}]}";

static struct json_pointer pointer_of(const char *text)
{
    struct json_pointer pointer;
    assert_int_equal(json_pointer_parse(text, strlen(text), &pointer, NULL), STATUS_OK);
    return pointer;
}

static void check_found(const char *text, const char *expected)
{
    json_t *tree = tree_of(example);
    struct json_pointer pointer = pointer_of(text);
    json_t *value = NULL;
    assert_int_equal(json_pointer_find(&pointer, tree, &value, NULL), STATUS_OK);
    check_tree(value, expected);
    json_pointer_release(&pointer);
    json_decref(tree);
}

static void names_values(void **state)
{
    (void)state;
    check_found("/foo", "['bar','baz']");
    check_found("/foo/0", "'bar'");
    check_found("/foo/1", "'baz'");
    check_found("/a~1b", "1");
    check_found("/c%d", "2");
    check_found("/e^f", "3");
    check_found("/g|h", "4");
    check_found("/i\\j", "5");
    check_found("/k\"l", "6");
    check_found("/ ", "7");
    check_found("/m~0n", "8");
    check_found("/~01", "9");
    check_found("/", "{'':10}");
    check_found("//", "10");
    check_found("/list/0/0", "1");
    check_found("/list/1/01", "11");
}

static void the_empty_pointer_names_the_whole(void **state)
{
    struct json_pointer pointer = pointer_of("");
    json_t *tree = tree_of("[1]");
    json_t *value = NULL;
    (void)state;
    assert_int_equal(pointer.count, 0);
    assert_null(pointer.last);
    assert_int_equal(json_pointer_find(&pointer, tree, &value, NULL), STATUS_OK);
    assert_ptr_equal(value, tree);
    json_pointer_release(&pointer);
    json_decref(tree);
}

static void check_refused(const char *text, size_t length, const char *expected)
{
    struct json_pointer pointer = {.count = 7};
    struct error error = ERROR_INIT;
    assert_int_equal(json_pointer_parse(text, length, &pointer, &error), STATUS_INVALID);
    assert_string_equal(error.text, expected);
    assert_int_equal(pointer.count, 7);
}

static void refuses_what_is_no_pointer(void **state)
{
    (void)state;
    check_refused("a", 1, "a pointer is empty or starts with '/'");
    check_refused("#/a", 3, "a pointer is empty or starts with '/'");
    check_refused("/~", 2, "in a pointer '~' stands before 0 or 1 alone");
    check_refused("/a~2/b", 6, "in a pointer '~' stands before 0 or 1 alone");
    check_refused("/~~0", 4, "in a pointer '~' stands before 0 or 1 alone");
    check_refused("/~/0", 4, "in a pointer '~' stands before 0 or 1 alone");
    check_refused("/a\0b", 4, "a pointer holds no NUL");
}

static void check_missing(const char *text, enum status expected, const char *expected_text)
{
    json_t *tree = tree_of(example);
    struct json_pointer pointer = pointer_of(text);
    struct error error = ERROR_INIT;
    json_t *value = NULL;
    assert_int_equal(json_pointer_find(&pointer, tree, &value, &error), expected);
    assert_string_equal(error.text, expected_text);
    assert_null(value);
    json_pointer_release(&pointer);
    json_decref(tree);
}

static void says_what_is_missing(void **state)
{
    (void)state;
    check_missing("/bar", STATUS_NOT_FOUND, "there is no 'bar' in the document");
    check_missing("/bar/0", STATUS_NOT_FOUND, "there is no 'bar' in the document");
    check_missing("/foo/2", STATUS_NOT_FOUND, "there is no '2' in /foo");
    check_missing("/foo/-", STATUS_NOT_FOUND, "there is no '-' in /foo");
    check_missing("/foo/99999999999999999999", STATUS_NOT_FOUND,
                  "there is no '99999999999999999999' in /foo");
    check_missing("/foo/18446744073709551615", STATUS_NOT_FOUND,
                  "there is no '18446744073709551615' in /foo");
    check_missing("/foo/0/a", STATUS_NOT_FOUND, "/foo/0 is neither an object nor an array");
    check_missing("/a~1b/x/y", STATUS_NOT_FOUND, "/a~1b is neither an object nor an array");
    check_missing("//x~1y", STATUS_NOT_FOUND, "there is no 'x/y' in /");
    check_missing("/foo/01", STATUS_INVALID, "'01' is not an index into /foo");
    check_missing("/foo/00", STATUS_INVALID, "'00' is not an index into /foo");
    check_missing("/foo/-1", STATUS_INVALID, "'-1' is not an index into /foo");
    check_missing("/foo/+1", STATUS_INVALID, "'+1' is not an index into /foo");
    check_missing("/foo/1e0", STATUS_INVALID, "'1e0' is not an index into /foo");
    check_missing("/foo/", STATUS_INVALID, "'' is not an index into /foo");
    check_missing("/foo/ 1", STATUS_INVALID, "' 1' is not an index into /foo");
}

static void long_names_are_cut(void **state)
{
    enum { LENGTH = 3000 };
    char text[LENGTH + 1] = "/";
    struct error error = ERROR_INIT;
    json_t *tree = tree_of("{}");
    json_t *value = NULL;
    (void)state;
    memset(text + 1, 'x', LENGTH - 1);
    struct json_pointer pointer = pointer_of(text);
    assert_int_equal(json_pointer_find(&pointer, tree, &value, &error), STATUS_NOT_FOUND);
    assert_non_null(strstr(error.text, "xxx' in the document"));
    json_pointer_release(&pointer);
    json_decref(tree);
}

static void check_parent(const char *text, const char *expected, const char *last)
{
    json_t *tree = tree_of(example);
    struct json_pointer pointer = pointer_of(text);
    json_t *parent = NULL;
    assert_int_equal(json_pointer_find_parent(&pointer, tree, &parent, NULL), STATUS_OK);
    check_tree(parent, expected);
    assert_string_equal(pointer.last, last);
    json_pointer_release(&pointer);
    json_decref(tree);
}

static void finds_the_parent_of_what_need_not_be_there(void **state)
{
    json_t *tree = tree_of(example);
    struct json_pointer pointer = pointer_of("/foo/0/x");
    struct error error = ERROR_INIT;
    json_t *parent = NULL;
    (void)state;
    check_parent("/foo/-", "['bar','baz']", "-");
    check_parent("/foo/x~1~01", "['bar','baz']", "x/~1");
    check_parent("//", "{'':10}", "");
    check_parent("/list/1/new", "{'01':11}", "new");
    assert_int_equal(json_pointer_find_parent(&pointer, tree, &parent, &error), STATUS_NOT_FOUND);
    assert_string_equal(error.text, "/foo/0 is neither an object nor an array");
    json_pointer_release(&pointer);
    json_decref(tree);
}

static void check_index(const char *text, enum status expected, size_t expected_index)
{
    json_t *array = tree_of("[1,2,3]");
    struct json_pointer pointer = pointer_of(text);
    size_t index = 77;
    assert_int_equal(json_pointer_index(&pointer, array, &index, NULL), expected);
    assert_int_equal(index, expected_index);
    json_pointer_release(&pointer);
    json_decref(array);
}

static void knows_the_places_of_an_array(void **state)
{
    (void)state;
    check_index("/0", STATUS_OK, 0);
    check_index("/a/2", STATUS_OK, 2);
    check_index("/3", STATUS_OK, 3);
    check_index("/-", STATUS_OK, 3);
    check_index("/4", STATUS_NOT_FOUND, 77);
    check_index("/99999999999999999999", STATUS_NOT_FOUND, 77);
    check_index("/03", STATUS_INVALID, 77);
    check_index("/x", STATUS_INVALID, 77);
    check_index("/", STATUS_INVALID, 77);
    check_index("/--", STATUS_INVALID, 77);
}

static void check_inside(const char *inner, const char *outer, bool expected)
{
    struct json_pointer left = pointer_of(inner);
    struct json_pointer right = pointer_of(outer);
    assert_int_equal(json_pointer_is_inside(&left, &right), expected);
    assert_int_equal(json_pointer_equal(&left, &right), strcmp(inner, outer) == 0);
    json_pointer_release(&left);
    json_pointer_release(&right);
}

static void tells_what_is_inside(void **state)
{
    (void)state;
    check_inside("/a", "", true);
    check_inside("/", "", true);
    check_inside("/a/b/c", "/a/b", true);
    check_inside("/a/", "/a", true);
    check_inside("//", "/", true);
    check_inside("", "", false);
    check_inside("/a", "/a", false);
    check_inside("/ab", "/a", false);
    check_inside("/a~1b", "/a", false);
    check_inside("/a", "/a/b", false);
    check_inside("", "/a", false);
    check_inside("/b/a", "/a", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_values),
        cmocka_unit_test(the_empty_pointer_names_the_whole),
        cmocka_unit_test(refuses_what_is_no_pointer),
        cmocka_unit_test(says_what_is_missing),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(finds_the_parent_of_what_need_not_be_there),
        cmocka_unit_test(knows_the_places_of_an_array),
        cmocka_unit_test(tells_what_is_inside),
    };
    return cmocka_run_group_tests_name("json_pointer", tests, NULL, NULL);
}
