/*
 * JSON trees in tests, written with ' for " so that they can be read, and memory that jansson does
 * not get. Whatever fails in here fails the test that called it.
 */
#ifndef TEST_JSON_TREE_H
#define TEST_JSON_TREE_H

#include "temporary.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>

/* A value of any kind, as json_text_load reads it; to be released with json_decref. */
json_t *tree_of(const char *text);

/* The tree is this value to the last member, in this order. Both without spaces. */
void check_tree(const json_t *tree, const char *expected);

/* `depth` arrays, one in the other. */
json_t *nested_arrays(size_t depth);

/* The text of a tree, as json_text_write writes it; for the caller to free. */
char *text_of(json_t *tree);

/* As text_of, on one line and with single quotes. */
char *line_of(json_t *tree);

/*
 * Let jansson's allocations fail from the one numbered `first` (from 0), `count` of them, until
 * memory_restore, which tells whether one was refused.
 */
void memory_exhaust(size_t first, size_t count);
bool memory_restore(void);

#endif
