/*
 * The memory of a process that answers one request and ends: blocks are cut from large pieces, one
 * after the other. In the static program this is what malloc(3) gives (malloc.c); there the usual
 * way of it, with a map of its own for blocks of each size, took a small save a tenth of its time,
 * and a merge a quarter.
 *
 * A block that is released serves the next one of its size, as far as it is small; one that was
 * allocated last is as if it had never been; a large one, with memory of its own, goes back to the
 * kernel. The rest stays where it is until the process ends. Pieces are not given back.
 *
 * Memory that the limits or the system refuse is null with errno ENOMEM. Not for threads.
 */
#ifndef SCHEDULE_PROCESS_MEMORY_H
#define SCHEDULE_PROCESS_MEMORY_H

#include <stddef.h>

/* At least `size` bytes, aligned for any type. */
void *process_memory_allocate(size_t size);

/* The same at a multiple of `alignment`, a power of two. */
void *process_memory_allocate_aligned(size_t alignment, size_t size);

/*
 * The block with room for `size` bytes, perhaps elsewhere, and then as malloc's realloc(3) does it:
 * with what it held; or null, and the block stays as it is. A null block is a new one.
 */
void *process_memory_resize(void *block, size_t size);

/* The block is needed no more; null is none. */
void process_memory_release(void *block);

#endif
