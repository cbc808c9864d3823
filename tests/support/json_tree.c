#include "json_tree.h"

#include "json_text.h"
#include "temporary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 22 };

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

char *text_of(json_t *tree)
{
    struct buffer text;
    buffer_init(&text, TEXT_MAX);
    assert_int_equal(json_text_write(tree, JSON_TEXT_INDENTED, &text, NULL), STATUS_OK);
    assert_int_equal(buffer_append(&text, "", 1, NULL), STATUS_OK);
    return text.bytes;
}

char *line_of(json_t *tree)
{
    char *text = text_of(tree);
    char *end = text;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n')
            p += strspn(p + 1, " ");
        else
            *end++ = *p == '"' ? '\'' : *p;
    }
    *end = '\0';
    return text;
}

static size_t allocations;
static size_t refused_first;
static size_t refused_count;
static bool refused_any;

static void *allocate(size_t size)
{
    size_t number = allocations++;
    if (number < refused_first || number - refused_first >= refused_count)
        return malloc(size);
    refused_any = true;
    return NULL;
}

void memory_exhaust(size_t first, size_t count)
{
    allocations = 0;
    refused_first = first;
    refused_count = count;
    refused_any = false;
    json_set_alloc_funcs(allocate, free);
}

bool memory_restore(void)
{
    json_set_alloc_funcs(malloc, free);
    return refused_any;
}
