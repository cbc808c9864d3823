#include "random.h"

static uint64_t state = 88172645463325252U;

/* What numbers are taken from instead; null: they are random. */
static const uint8_t *fed;
static size_t fed_length;

void random_seed(uint64_t seed)
{
    state = seed;
    fed = NULL;
}

void random_feed(const uint8_t *bytes, size_t length)
{
    fed = bytes;
    fed_length = length;
}

/* Where random_below looks for a small number. */
static uint64_t fed_bits(void)
{
    if (fed_length == 0)
        return 0;
    fed_length--;
    return (uint64_t)*fed++ << 33;
}

uint64_t random_bits(void)
{
    if (fed != NULL)
        return fed_bits();
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 2685821657736338717U;
}

unsigned random_below(unsigned bound)
{
    return (unsigned)(random_bits() >> 33) % bound;
}
