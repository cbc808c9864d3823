/*
 * Random numbers that are the same on every machine (xorshift64*), so that what failed once can be
 * run again: seed with what the failure names.
 */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Not 0. Without a call the seed is a fixed one. */
void random_seed(uint64_t seed);

/*
 * From now on, until random_seed, take every number from the next of these bytes, which must live as
 * long; 0 when there are none left. So a fuzzer decides what comes.
 */
void random_feed(const uint8_t *bytes, size_t length);

uint64_t random_bits(void);

/* From 0 to `bound` - 1. */
unsigned random_below(unsigned bound);

#endif
