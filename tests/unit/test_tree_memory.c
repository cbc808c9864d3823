#include "child.h"
#include "temporary.h"
#include "tree_memory.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 20000, LONG_SIZE = 1000000 };

/* An object of many members, of which one is long: small and large pieces, and tables that grow. */
static json_t *tree_make(void)
{
    char name[32];
    json_t *tree = json_object();
    char *text = malloc(LONG_SIZE);
    REQUIRE(text != NULL);
    memset(text, 'x', LONG_SIZE);
    for (int i = 0; i < MEMBERS; i++) {
        (void)snprintf(name, sizeof name, "member-%d", i);
        REQUIRE(json_object_set_new(tree, name, json_pack("[i,s]", i, name)) == 0);
    }
    REQUIRE(json_object_set_new(tree, "long", json_stringn(text, LONG_SIZE)) == 0);
    free(text);
    return tree;
}

static void trees_live(const char *directory)
{
    char name[32];
    (void)directory;
    tree_memory_use();
    json_t *tree = tree_make();
    json_t *copy = json_deep_copy(tree);
    REQUIRE(json_equal(tree, copy));
    for (int i = 0; i < MEMBERS; i++) {
        (void)snprintf(name, sizeof name, "member-%d", i);
        json_t *member = json_object_get(tree, name);
        REQUIRE(json_integer_value(json_array_get(member, 0)) == i);
        REQUIRE(strcmp(json_string_value(json_array_get(member, 1)), name) == 0);
    }
    REQUIRE(json_string_length(json_object_get(tree, "long")) == LONG_SIZE);
    json_decref(tree);
    REQUIRE(json_object_size(copy) == MEMBERS + 1);
    json_decref(copy);
}

static void trees_live_and_end(void **state)
{
    check_in_child(trees_live, *state);
}

static void blocks_are_aligned(const char *directory)
{
    json_malloc_t allocate;
    json_free_t release;
    (void)directory;
    tree_memory_use();
    json_get_alloc_funcs(&allocate, &release);
    for (size_t size = 1; size < 600000; size += 1 + size / 3) {
        char *block = allocate(size);
        REQUIRE(block != NULL && (uintptr_t)block % _Alignof(max_align_t) == 0);
        memset(block, (int)size, size);
    }
    REQUIRE(allocate(SIZE_MAX) == NULL && allocate(SIZE_MAX - 8) == NULL);
    release(NULL);
}

static void blocks_are_aligned_and_bounded(void **state)
{
    check_in_child(blocks_are_aligned, *state);
}

/* Texts that are made, looked at and freed, one after the other, are no reason to need more and more. */
static void last_given_back(const char *directory)
{
    json_malloc_t allocate;
    json_free_t release;
    (void)directory;
    tree_memory_use();
    json_get_alloc_funcs(&allocate, &release);
    char *first = allocate(100);
    release(first);
    char *second = allocate(50);
    REQUIRE(second == first);
    char *third = allocate(50);
    REQUIRE(third - second >= 50);
    release(second); /* not the last one: it stays */
    REQUIRE((char *)allocate(50) - third >= 50);
}

static void what_was_allocated_last_is_given_back(void **state)
{
    check_in_child(last_given_back, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(trees_live_and_end),
        WITH_DIRECTORY(blocks_are_aligned_and_bounded),
        WITH_DIRECTORY(what_was_allocated_last_is_given_back),
    };
    return cmocka_run_group_tests_name("tree_memory", tests, NULL, NULL);
}
