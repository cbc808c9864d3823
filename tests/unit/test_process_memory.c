#include "child.h"
#include "process_memory.h"
#include "temporary.h"

#include <jansson.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { MEMBERS = 20000, LONG_SIZE = 1000000, SIZE_MAX_TRIED = 600000, HUGE = 2 << 20 };

/* An object of many members, of which one is long: small and large pieces, and tables that grow. */
static json_t *tree_make(void)
{
    char name[32];
    json_t *tree = json_object();
    char *text = process_memory_allocate(LONG_SIZE);
    REQUIRE(text != NULL);
    memset(text, 'x', LONG_SIZE);
    for (int i = 0; i < MEMBERS; i++) {
        (void)snprintf(name, sizeof name, "member-%d", i);
        REQUIRE(json_object_set_new(tree, name, json_pack("[i,s]", i, name)) == 0);
    }
    REQUIRE(json_object_set_new(tree, "long", json_stringn(text, LONG_SIZE)) == 0);
    process_memory_release(text);
    return tree;
}

static void tree_check(json_t *tree)
{
    char name[32];
    REQUIRE(json_object_size(tree) == MEMBERS + 1);
    for (int i = 0; i < MEMBERS; i++) {
        (void)snprintf(name, sizeof name, "member-%d", i);
        json_t *member = json_object_get(tree, name);
        REQUIRE(json_integer_value(json_array_get(member, 0)) == i);
        REQUIRE(strcmp(json_string_value(json_array_get(member, 1)), name) == 0);
    }
    REQUIRE(json_string_length(json_object_get(tree, "long")) == LONG_SIZE);
}

static void trees_live(const char *directory)
{
    (void)directory;
    json_set_alloc_funcs(process_memory_allocate, process_memory_release);
    json_t *first = tree_make();
    json_t *copy = json_deep_copy(first);
    REQUIRE(json_equal(first, copy));
    json_decref(first);
    json_t *second = tree_make(); /* of what the first one was */
    tree_check(copy);
    tree_check(second);
    json_decref(copy);
    tree_check(second);
    json_decref(second);
}

static void trees_live_and_end(void **state)
{
    check_in_child(trees_live, *state);
}

static bool is_filled(const char *block, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (block[i] != (char)byte)
            return false;
    }
    return true;
}

/* Blocks of all sizes, every other one released meanwhile, keep what they hold. */
static void blocks_are_apart(const char *directory)
{
    enum { BLOCKS = 100 };
    struct {
        char *bytes;
        size_t size;
    } blocks[BLOCKS];
    size_t count = 0;
    (void)directory;
    for (size_t size = 0; size < SIZE_MAX_TRIED && count < BLOCKS; size += 1 + size / 8) {
        char *bytes = process_memory_allocate(size);
        REQUIRE(bytes != NULL && (uintptr_t)bytes % _Alignof(max_align_t) == 0);
        memset(bytes, (int)count, size);
        blocks[count].bytes = bytes;
        blocks[count++].size = size;
    }
    REQUIRE(count > 50);
    for (size_t i = 0; i < count; i += 2) {
        process_memory_release(blocks[i].bytes);
        blocks[i].bytes = process_memory_allocate(blocks[i].size);
        REQUIRE(blocks[i].bytes != NULL);
        memset(blocks[i].bytes, (int)i, blocks[i].size);
    }
    for (size_t i = 0; i < count; i++)
        REQUIRE(is_filled(blocks[i].bytes, (int)i, blocks[i].size));
}

static void blocks_of_all_sizes_are_apart(void **state)
{
    check_in_child(blocks_are_apart, *state);
}

static bool is_refused(void *block)
{
    bool refused = block == NULL && errno == ENOMEM;
    errno = 0;
    return refused;
}

static void too_much_refused(const char *directory)
{
    (void)directory;
    errno = 0;
    REQUIRE(is_refused(process_memory_allocate(SIZE_MAX)));
    REQUIRE(is_refused(process_memory_allocate(SIZE_MAX - 8)));
    REQUIRE(is_refused(process_memory_allocate((size_t)PTRDIFF_MAX)));
    REQUIRE(is_refused(process_memory_allocate_aligned(HUGE, SIZE_MAX - HUGE)));
    REQUIRE(is_refused(process_memory_allocate_aligned(SIZE_MAX / 2 + 1, 1)));
    char *small = process_memory_allocate(100);
    char *large = process_memory_allocate(LONG_SIZE);
    REQUIRE(small != NULL && large != NULL);
    memset(small, 's', 100);
    memset(large, 'l', LONG_SIZE);
    REQUIRE(is_refused(process_memory_resize(small, SIZE_MAX)));
    REQUIRE(is_refused(process_memory_resize(large, SIZE_MAX)));
    REQUIRE(is_filled(small, 's', 100) && is_filled(large, 'l', LONG_SIZE));
    process_memory_release(NULL);
}

static void what_is_too_much_is_refused(void **state)
{
    check_in_child(too_much_refused, *state);
}

static void blocks_used_again(const char *directory)
{
    (void)directory;
    char *first = process_memory_allocate(100);
    process_memory_release(first);
    char *second = process_memory_allocate(50); /* the last one is as if it had never been */
    REQUIRE(second == first);
    char *third = process_memory_allocate(50);
    REQUIRE(third - second >= 50);
    process_memory_release(second);
    REQUIRE((char *)process_memory_allocate(60) - third >= 50); /* of another size */
    REQUIRE(process_memory_allocate(50) == second);
    REQUIRE(process_memory_allocate(50) != second);
}

static void released_blocks_serve_again(void **state)
{
    check_in_child(blocks_used_again, *state);
}

/* As a text grows that is being written: by pieces, while others come and go. */
static void block_grows(const char *directory)
{
    size_t size = 0;
    char *block = NULL;
    (void)directory;
    for (size_t wanted = 10; wanted < 3 * LONG_SIZE; wanted += wanted / 2) {
        char *grown = process_memory_resize(block, wanted);
        REQUIRE(grown != NULL && (uintptr_t)grown % _Alignof(max_align_t) == 0);
        REQUIRE(is_filled(grown, 'g', size));
        memset(grown, 'g', wanted);
        block = grown;
        size = wanted;
        char *other = process_memory_allocate(wanted % 3 == 0 ? 40 : 40000);
        REQUIRE(other != NULL);
        memset(other, 'o', 40);
        if (wanted % 2 == 0)
            process_memory_release(other);
    }
    REQUIRE(process_memory_resize(block, 10) == block);
    REQUIRE(is_filled(block, 'g', size));
}

static void a_block_grows_and_keeps_what_it_holds(void **state)
{
    check_in_child(block_grows, *state);
}

static void last_block_grows(const char *directory)
{
    (void)directory;
    char *block = process_memory_allocate(10);
    REQUIRE(process_memory_resize(block, 10000) == block);
    char *behind = process_memory_allocate(10);
    REQUIRE(behind - block >= 10000);
    REQUIRE(process_memory_resize(block, 12000) != block);
}

static void the_last_block_grows_in_its_place(void **state)
{
    check_in_child(last_block_grows, *state);
}

static void alignments_kept(const char *directory)
{
    (void)directory;
    for (size_t alignment = 1; alignment <= HUGE; alignment *= 2) {
        char *block = process_memory_allocate_aligned(alignment, 3 * LONG_SIZE);
        REQUIRE(block != NULL && (uintptr_t)block % alignment == 0);
        memset(block, 'a', 3 * LONG_SIZE);
        block = process_memory_resize(block, 6 * LONG_SIZE);
        REQUIRE(block != NULL && is_filled(block, 'a', 3 * LONG_SIZE));
        process_memory_release(block);
    }
    /* The kernel does not move what is of two kinds. */
    char *huge = process_memory_allocate_aligned(HUGE, HUGE);
    REQUIRE(huge != NULL && madvise(huge, HUGE, MADV_DONTDUMP) == 0);
    memset(huge, 'h', HUGE);
    huge = process_memory_resize(huge, 3 * HUGE);
    REQUIRE(huge != NULL && is_filled(huge, 'h', HUGE));
    process_memory_release(huge);
}

/* Limits count what is mapped, be it touched or not. */
#ifndef __SANITIZE_ADDRESS__
static void nothing_wasted(const char *directory)
{
    enum { BLOCKS = 20, LIMIT = (BLOCKS + 4) * HUGE };
    const struct rlimit limit = {.rlim_cur = LIMIT, .rlim_max = LIMIT};
    (void)directory;
    REQUIRE(setrlimit(RLIMIT_DATA, &limit) == 0);
    for (int i = 0; i < BLOCKS; i++)
        REQUIRE(process_memory_allocate_aligned(HUGE, HUGE) != NULL);
}

static void alignment_wastes_no_memory(void **state)
{
    check_in_child(nothing_wasted, *state);
}
#endif

static void alignments_are_as_asked_for(void **state)
{
    check_in_child(alignments_kept, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(trees_live_and_end),
        WITH_DIRECTORY(blocks_of_all_sizes_are_apart),
        WITH_DIRECTORY(what_is_too_much_is_refused),
        WITH_DIRECTORY(released_blocks_serve_again),
        WITH_DIRECTORY(a_block_grows_and_keeps_what_it_holds),
        WITH_DIRECTORY(the_last_block_grows_in_its_place),
        WITH_DIRECTORY(alignments_are_as_asked_for),
#ifndef __SANITIZE_ADDRESS__
        WITH_DIRECTORY(alignment_wastes_no_memory),
#endif
    };
    return cmocka_run_group_tests_name("process_memory", tests, NULL, NULL);
}
