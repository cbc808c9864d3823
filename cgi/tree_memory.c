#include "tree_memory.h"

#include "huge_pages.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    ALIGNMENT = 16, /* of whatever malloc's memory may hold */
    /* For the answers and patches of most requests. */
    FIRST_PIECE_SIZE = 64 * 1024,
    PIECE_SIZE = HUGE_PAGE_SIZE,
    /* What is longer has memory of its own, so that a piece's rest is not wasted for it. */
    SHARED_MAX = PIECE_SIZE / 8
};

/* In front of all that was taken, which stays in a list: so it is not taken for a leak. */
struct taken {
    struct taken *next;
    max_align_t bytes[];
};

static struct {
    char *piece;
    char *begin; /* what is left of it */
    char *end;
    char *last; /* what was allocated last, if it was cut from the piece */
    struct taken *all;
} memory;

static void *taken_note(struct taken *taken)
{
    if (taken == NULL)
        return NULL;
    taken->next = memory.all;
    memory.all = taken;
    return taken->bytes;
}

static void *own_allocate(size_t size)
{
    return size <= SIZE_MAX - sizeof(struct taken) ? taken_note(malloc(sizeof(struct taken) + size))
                                                   : NULL;
}

/* False, and the piece before stays, if there is no memory. */
static bool piece_allocate(void)
{
    size_t size = memory.piece == NULL ? FIRST_PIECE_SIZE : PIECE_SIZE;
    char *block = size < PIECE_SIZE ? malloc(size) : huge_pages_allocate(size);
    char *piece = taken_note((struct taken *)(void *)block);
    if (piece == NULL)
        return false;
    memory.piece = piece;
    memory.begin = piece;
    memory.end = block + size;
    return true;
}

static void *tree_allocate(size_t size)
{
    if (size > SHARED_MAX)
        return own_allocate(size);
    size_t taken = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if ((size_t)(memory.end - memory.begin) < taken && !piece_allocate())
        return NULL;
    memory.last = memory.begin;
    memory.begin += taken;
    return memory.last;
}

static void tree_release(void *block)
{
    if (block != NULL && block == memory.last) {
        memory.begin = memory.last;
        memory.last = NULL;
    }
}

void tree_memory_use(void)
{
    json_set_alloc_funcs(tree_allocate, tree_release);
}

void tree_memory_reset(void)
{
    memory.begin = memory.piece;
    memory.last = NULL;
}
