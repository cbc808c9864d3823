/*
 * Random numbers that are the same on every machine (xorshift64*), so that what failed once can be
 * run again: seed with what the failure names.
 */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <stdint.h>

/* Not 0. Without a call the seed is a fixed one. */
void random_seed(uint64_t seed);

uint64_t random_bits(void);

/* From 0 to `bound` - 1. */
unsigned random_below(unsigned bound);

#endif
