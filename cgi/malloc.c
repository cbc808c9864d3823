/*
 * malloc(3) and its kin for the static program, jansson and the C library included: the linker takes
 * these in place of musl's, which would give every block's memory back.
 */
#include "process_memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *malloc(size_t size)
{
    return process_memory_allocate(size);
}

void *calloc(size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *block = process_memory_allocate(count * size);
    return block != NULL ? memset(block, 0, count * size) : NULL;
}

void *realloc(void *block, size_t size)
{
    return process_memory_resize(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return process_memory_allocate_aligned(alignment, size);
}

void free(void *block)
{
    process_memory_release(block);
}
