/*
 * Sixteen bytes of text at a time. What is asked about the bytes of a block is answered for all of
 * them at once by a mask, whose bit 0 is about the first byte.
 *
 * Pure functions on values; nothing is owned, nothing fails. byte_block_load and byte_block_store
 * touch exactly BYTE_BLOCK_SIZE bytes, at any address.
 *
 * With SSE2, which every x86-64 has, a block is a vector; elsewhere it is two words, and the
 * answers are worked out for eight bytes at once. BYTE_BLOCK_PORTABLE asks for the latter where
 * both would do. Each way has a header of its own, which is included here alone.
 */
#ifndef SCHEDULE_BYTE_BLOCK_H
#define SCHEDULE_BYTE_BLOCK_H

#include <stdint.h>

enum { BYTE_BLOCK_SIZE = 16 };

/* The place of the mask's first set bit, or BYTE_BLOCK_SIZE if there is none. */
static inline unsigned byte_block_first(uint32_t mask)
{
    return (unsigned)__builtin_ctz(mask | 1U << BYTE_BLOCK_SIZE);
}

#if defined(__SSE2__) && !defined(BYTE_BLOCK_PORTABLE)
#include "byte_block_sse2.h"
#else
#include "byte_block_words.h"
#endif

#endif
