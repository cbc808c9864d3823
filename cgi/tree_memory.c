#include "tree_memory.h"

#include <jansson.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    ALIGNMENT = 16, /* of whatever malloc's memory may hold */
    /* For the answers and patches of most requests. */
    FIRST_PIECE_SIZE = 64 * 1024,
    /* A page that the kernel hands out at once, if it may, in the place of 512 (madvise(2)). */
    PIECE_SIZE = 2 << 20,
    /* What is longer has memory of its own, so that a piece's rest is not wasted for it. */
    SHARED_MAX = PIECE_SIZE / 8
};

/*
 * In front of memory of its own, which stays in a list so that leaks of others can be told from it.
 */
struct own_memory {
    struct own_memory *next;
    max_align_t bytes[];
};

static struct {
    char *piece;
    char *begin; /* what is left of it */
    char *end;
    char *last; /* what was allocated last, if it was cut from the piece */
    struct own_memory *own;
} memory;

static void *own_allocate(size_t size)
{
    struct own_memory *own = size <= SIZE_MAX - sizeof *own ? malloc(sizeof *own + size) : NULL;
    if (own == NULL)
        return NULL;
    own->next = memory.own;
    memory.own = own;
    return own->bytes;
}

static char *piece_allocate(size_t *size)
{
    *size = memory.begin == NULL ? FIRST_PIECE_SIZE : PIECE_SIZE;
    if (*size < PIECE_SIZE)
        return malloc(*size);
    char *piece = aligned_alloc(PIECE_SIZE, PIECE_SIZE);
    if (piece != NULL)
        (void)madvise(piece, PIECE_SIZE, MADV_HUGEPAGE); /* without it, they are small ones */
    return piece;
}

static void *tree_allocate(size_t size)
{
    if (size > SHARED_MAX)
        return own_allocate(size);
    size_t taken = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if ((size_t)(memory.end - memory.begin) < taken) {
        size_t piece_size = 0;
        char *piece = piece_allocate(&piece_size);
        if (piece == NULL)
            return NULL;
        memory.piece = piece;
        memory.begin = piece;
        memory.end = piece + piece_size;
    }
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
