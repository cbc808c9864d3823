/*
 * malloc(3) and its kin for the static program, jansson and the C library included: the linker takes
 * these in place of musl's, for the reason in process_memory.h.
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

void *calloc(size_t nmemb, size_t size)
{
    if (size > 0 && nmemb > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *block = process_memory_allocate(nmemb * size);
    return block != NULL ? memset(block, 0, nmemb * size) : NULL;
}

void *realloc(void *ptr, size_t size)
{
    return process_memory_resize(ptr, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return process_memory_allocate_aligned(alignment, size);
}

void free(void *ptr)
{
    process_memory_release(ptr);
}
