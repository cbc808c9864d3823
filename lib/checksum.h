/*
 * Whether a record in a file is whole: two writes may have mixed in what a reader got. Not against
 * malice.
 */
#ifndef SCHEDULE_CHECKSUM_H
#define SCHEDULE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CHECKSUM_START UINT64_C(14695981039346656037)

/*
 * Go on with `sum`, CHECKSUM_START at first, over `size` bytes, a multiple of eight: FNV-1a, by
 * words.
 */
static inline uint64_t checksum_add(uint64_t sum, const void *bytes, size_t size)
{
    uint64_t word;
    for (size_t at = 0; at < size; at += sizeof word) {
        memcpy(&word, (const char *)bytes + at, sizeof word);
        sum = (sum ^ word) * UINT64_C(1099511628211);
    }
    return sum;
}

#endif
