/*
 * JSON trees in tests, written with ' for " so that they can be read, and memory that jansson does
 * not get. Whatever fails in here fails the test that called it.
 */
#ifndef TEST_JSON_TREE_H
#define TEST_JSON_TREE_H

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>

/* A value of any kind, as json_text_load reads it; to be released with json_decref. */
json_t *tree_of(const char *text);

/* The tree is this value to the last member, in this order. Both without spaces. */
void check_tree(const json_t *tree, const char *expected);

/* `depth` arrays, one in the other. */
json_t *nested_arrays(size_t depth);

/* Let the allocation that jansson makes after `count` others fail, and that one only. */
void allocation_fail(size_t count);

/* Let there be memory again. Whether an allocation failed meanwhile. */
bool allocations_restore(void);

#endif
