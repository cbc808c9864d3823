#include "json_tree.h"

#include "json_text.h"
#include "temporary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void quotes_swap(char *text)
{
    for (char *p = text; (p = strchr(p, '\'')) != NULL; p++)
        *p = '"';
}

json_t *tree_of(const char *text)
{
    json_t *wrapped = NULL;
    struct error error = ERROR_INIT;
    char *wrap = NULL;
    int length = asprintf(&wrap, "[%s]", text);
    assert_true(length > 0);
    quotes_swap(wrap);
    if (json_text_load(wrap, (size_t)length, &wrapped, &error) != STATUS_OK)
        fail_msg("'%s': %s", text, error.text);
    json_t *tree = json_incref(json_array_get(wrapped, 0));
    json_decref(wrapped);
    free(wrap);
    return tree;
}

void check_tree(const json_t *tree, const char *expected)
{
    char *seen = json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY);
    char *swapped = strdup(expected);
    assert_non_null(seen);
    assert_non_null(swapped);
    quotes_swap(swapped);
    assert_string_equal(seen, swapped);
    free(swapped);
    free(seen);
}

json_t *nested_arrays(size_t depth)
{
    json_t *tree = json_array();
    for (size_t i = 1; i < depth; i++) {
        json_t *outer = json_array();
        assert_int_equal(json_array_append_new(outer, tree), 0);
        tree = outer;
    }
    return tree;
}

static size_t allocations_left;
static bool allocation_failed;

static void *allocate(size_t size)
{
    if (allocations_left-- > 0)
        return malloc(size);
    allocations_left = SIZE_MAX;
    allocation_failed = true;
    return NULL;
}

void allocation_fail(size_t count)
{
    allocations_left = count;
    allocation_failed = false;
    json_set_alloc_funcs(allocate, free);
}

bool allocations_restore(void)
{
    json_set_alloc_funcs(malloc, free);
    return allocation_failed;
}
