#include "huge_pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

void *huge_pages_allocate(size_t size)
{
    if (size > SIZE_MAX - HUGE_PAGE_SIZE)
        return NULL;
    size_t whole = (size + HUGE_PAGE_SIZE - 1) / HUGE_PAGE_SIZE * HUGE_PAGE_SIZE;
    void *bytes = aligned_alloc(HUGE_PAGE_SIZE, whole);
    if (bytes != NULL)
        (void)madvise(bytes, whole, MADV_HUGEPAGE);
    return bytes;
}
