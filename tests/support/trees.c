#include "trees.h"

#include "json_text.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 22 };

json_t *tree_of(const char *quoted)
{
    struct error error = ERROR_INIT;
    json_t *tree = NULL;
    char *text = strdup(quoted);
    assert_non_null(text);
    for (char *quote = text; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
    if (json_text_load(text, strlen(text), &tree, &error) != STATUS_OK)
        fail_msg("%s: %s", text, error.text);
    free(text);
    return tree;
}

char *text_of(const json_t *tree)
{
    struct buffer text;
    buffer_init(&text, TEXT_MAX);
    assert_int_equal(json_text_write(tree, &text, NULL), STATUS_OK);
    assert_int_equal(buffer_append(&text, "", 1, NULL), STATUS_OK);
    return text.bytes;
}

char *line_of(const json_t *tree)
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

static unsigned allocations;
static unsigned refused_first;
static unsigned refused_count;
static bool refused_any;

static void *allocate(size_t size)
{
    unsigned number = allocations++;
    if (number < refused_first || number - refused_first >= refused_count)
        return malloc(size);
    refused_any = true;
    return NULL;
}

void memory_exhaust(unsigned first, unsigned count)
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
