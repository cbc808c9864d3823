/*
 * JSON trees for tests, from texts and to texts, and memory for them that runs out on request.
 * Whatever fails in here fails the test that called it.
 */
#ifndef TEST_TREES_H
#define TEST_TREES_H

#include "temporary.h"

#include <jansson.h>

/* The tree of a text in which single quotes stand for double ones. */
json_t *tree_of(const char *quoted);

/* The text of a tree, as json_text_write writes it; for the caller to free. */
char *text_of(const json_t *tree);

/* As text_of, on one line and with single quotes. */
char *line_of(const json_t *tree);

/*
 * Let jansson's allocations fail from the one numbered `first` (from 0), `count` of them, until
 * memory_restore, which tells whether one was refused.
 */
void memory_exhaust(unsigned first, unsigned count);
bool memory_restore(void);

#endif
