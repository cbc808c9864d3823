#include "process_memory.h"

#include "huge_pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum {
    ALIGNMENT = 16,              /* of what any type needs */
    PREFIX = sizeof(size_t),     /* in front of a block: its capacity */
    FIRST_PIECE_SIZE = 64 << 10, /* for most requests */
    PIECE_SIZE = HUGE_PAGE_SIZE,
    /* What is longer has memory of its own, so that a piece's rest is not wasted for it. */
    SHARED_MAX = FIRST_PIECE_SIZE / 4,
    /* Released blocks of up to so many times the alignment, with their prefix, are used again. */
    CLASSES = 64,
    PAGES_SIZE = 64 << 10 /* whole pages, whatever size they have (4 to 64 KiB) */
};

/* In front of a block with memory of its own; `capacity` is where that of any block is. */
struct own_block {
    char *region;
    size_t region_size;
    size_t unused;
    size_t capacity; /* with OWN_MARK, which no other has */
};

enum { OWN_MARK = 1 };

struct released_block {
    struct released_block *next;
};

static struct {
    char *begin; /* what is left of the piece; a prefix comes first, so that blocks are aligned */
    char *end;
    struct released_block *released[CLASSES];
} memory;

static _Alignas(ALIGNMENT) char first_piece[FIRST_PIECE_SIZE];

static size_t *capacity_of(void *block)
{
    return (size_t *)block - 1;
}

/* The capacity of a block for so many bytes, which together with its prefix keeps the alignment. */
static size_t capacity_for(size_t size)
{
    return (size + PREFIX + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - PREFIX;
}

/* Which of the lists of released blocks; CLASSES or more: none. */
static size_t class_of(size_t capacity)
{
    return (capacity + PREFIX) / ALIGNMENT - 1;
}

static void piece_use(char *piece, size_t size)
{
    memory.begin = piece + ALIGNMENT - PREFIX;
    memory.end = piece + size;
}

/* False, and the piece before stays, if there is no memory. */
static bool piece_add(void)
{
    if (memory.begin == NULL) {
        piece_use(first_piece, sizeof first_piece);
        return true;
    }
    char *piece = huge_pages_allocate(PIECE_SIZE);
    if (piece == NULL)
        return false;
    piece_use(piece, PIECE_SIZE);
    return true;
}

static bool piece_has(size_t capacity)
{
    return (size_t)(memory.end - memory.begin) >= PREFIX + capacity;
}

static void *shared_allocate(size_t size)
{
    size_t capacity = capacity_for(size);
    size_t class = class_of(capacity);
    if (class < CLASSES && memory.released[class] != NULL) {
        struct released_block *block = memory.released[class];
        memory.released[class] = block->next;
        return block;
    }
    while (!piece_has(capacity)) {
        if (!piece_add())
            return NULL;
    }
    char *block = memory.begin + PREFIX;
    *capacity_of(block) = capacity;
    memory.begin = block + capacity;
    return block;
}

static char *round_up(char *address, size_t step)
{
    return address + (step - (uintptr_t)address % step) % step;
}

static struct own_block *own_of(void *block)
{
    return (struct own_block *)block - 1;
}

static void own_note(char *block, char *region, size_t region_size)
{
    struct own_block *own = own_of(block);
    own->region = region;
    own->region_size = region_size;
    own->capacity = (size_t)(region + region_size - block) | OWN_MARK;
}

/* Whole pages for a block and what is in front of it; 0, with errno, if there can be none. */
static size_t region_size_for(size_t alignment, size_t size)
{
    size_t wasted = alignment + sizeof(struct own_block) + PAGES_SIZE;
    if (alignment > PTRDIFF_MAX / 2 || size > PTRDIFF_MAX - wasted) {
        errno = ENOMEM;
        return 0;
    }
    return (size + wasted) / PAGES_SIZE * PAGES_SIZE;
}

/* The limits count what is mapped: give back what the alignment wastes on both sides. */
static void region_trim(char **region, size_t *region_size, const char *block, size_t size)
{
    size_t head = (size_t)(block - *region) - sizeof(struct own_block);
    size_t tail = *region_size - (size_t)(block - *region) - size;
    head -= head % PAGES_SIZE;
    tail -= tail % PAGES_SIZE;
    if (tail > 0 && munmap(*region + *region_size - tail, tail) == 0)
        *region_size -= tail;
    if (head > 0 && munmap(*region, head) == 0) {
        *region += head;
        *region_size -= head;
    }
}

static void *own_allocate(size_t alignment, size_t size)
{
    size_t region_size = region_size_for(alignment, size);
    if (region_size == 0)
        return NULL;
    char *region =
        mmap(NULL, region_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region == MAP_FAILED)
        return NULL;
    char *block = round_up(region + sizeof(struct own_block), alignment);
    if (alignment >= PAGES_SIZE)
        region_trim(&region, &region_size, block, size);
    own_note(block, region, region_size);
    return block;
}

/*
 * The same block with room for more bytes, perhaps elsewhere; the kernel moves pages, not bytes. Null
 * if it does not, as where there is no room, or a part of the region was made to differ (madvise(2)).
 */
static void *own_move(char *block, size_t size)
{
    const struct own_block *own = own_of(block);
    size_t before = (size_t)(block - own->region);
    size_t region_size = region_size_for(before, size);
    if (region_size == 0)
        return NULL;
    char *region = mremap(own->region, own->region_size, region_size, MREMAP_MAYMOVE);
    if (region == MAP_FAILED)
        return NULL;
    own_note(region + before, region, region_size);
    return region + before;
}

void *process_memory_allocate(size_t size)
{
    return size <= SHARED_MAX ? shared_allocate(size) : own_allocate(ALIGNMENT, size);
}

void *process_memory_allocate_aligned(size_t alignment, size_t size)
{
    return alignment <= ALIGNMENT ? process_memory_allocate(size) : own_allocate(alignment, size);
}

/* Whether it is the last block of the piece, behind which there is room yet. */
static bool is_last(const char *block, size_t capacity)
{
    return block + capacity == memory.begin;
}

void process_memory_release(void *block)
{
    if (block == NULL)
        return;
    size_t capacity = *capacity_of(block);
    if ((capacity & OWN_MARK) != 0) {
        const struct own_block *own = own_of(block);
        (void)munmap(own->region, own->region_size);
    } else if (is_last(block, capacity)) {
        memory.begin = (char *)block - PREFIX;
    } else if (class_of(capacity) < CLASSES) {
        struct released_block *released = block;
        released->next = memory.released[class_of(capacity)];
        memory.released[class_of(capacity)] = released;
    }
}

/* Let the last block of the piece grow where it is. False if it cannot. */
static bool last_grow(char *block, size_t size)
{
    size_t *capacity = capacity_of(block);
    size_t grown = capacity_for(size);
    if (!is_last(block, *capacity) || !piece_has(grown - *capacity))
        return false;
    *capacity = grown;
    memory.begin = block + grown;
    return true;
}

void *process_memory_resize(void *block, size_t size)
{
    if (block == NULL)
        return process_memory_allocate(size);
    bool is_own = (*capacity_of(block) & OWN_MARK) != 0;
    size_t capacity = *capacity_of(block) - (is_own ? OWN_MARK : 0);
    if (size <= capacity || (!is_own && size <= SHARED_MAX && last_grow(block, size)))
        return block;
    void *grown = is_own ? own_move(block, size) : NULL;
    if (grown != NULL)
        return grown;
    grown = process_memory_allocate(size);
    if (grown == NULL)
        return NULL;
    memcpy(grown, block, capacity);
    process_memory_release(block);
    return grown;
}
