#include "random.h"

static uint64_t state = 88172645463325252U;

void random_seed(uint64_t seed)
{
    state = seed;
}

uint64_t random_bits(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 2685821657736338717U;
}

unsigned random_below(unsigned bound)
{
    return (unsigned)(random_bits() >> 33) % bound;
}
