/*
 * Memory in pages of 2 MiB, for what is larger than one: to touch small pages one by one takes as
 * long as it takes to fill them.
 */
#ifndef SCHEDULE_HUGE_PAGES_H
#define SCHEDULE_HUGE_PAGES_H

#include <stddef.h>

enum { HUGE_PAGE_SIZE = 2 << 20 };

/*
 * At least `size` bytes, for free(3), or null. They are in huge pages where the kernel has them to
 * give (madvise(2)), elsewhere in small ones.
 */
void *huge_pages_allocate(size_t size);

#endif
