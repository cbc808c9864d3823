/* The blocks of byte_block.h as vectors of SSE2. Included by it alone. */
#ifndef SCHEDULE_BYTE_BLOCK_SSE2_H
#define SCHEDULE_BYTE_BLOCK_SSE2_H

#include <emmintrin.h>
#include <stdint.h>
#include <string.h>

struct byte_block {
    __m128i bytes;
};

static inline struct byte_block byte_block_load(const char *from)
{
    struct byte_block block;
    memcpy(&block.bytes, from, BYTE_BLOCK_SIZE);
    return block;
}

static inline struct byte_block byte_block_of(char byte)
{
    return (struct byte_block){_mm_set1_epi8(byte)};
}

static inline void byte_block_store(char *to, struct byte_block block)
{
    memcpy(to, &block.bytes, BYTE_BLOCK_SIZE);
}

static inline uint32_t byte_block_mask_of(__m128i chosen)
{
    return (uint32_t)_mm_movemask_epi8(chosen);
}

static inline __m128i byte_block_equal(struct byte_block block, char byte)
{
    return _mm_cmpeq_epi8(block.bytes, _mm_set1_epi8(byte));
}

/* Unsigned; there is no such comparison, but there is a minimum. */
static inline __m128i byte_block_at_most(__m128i bytes, char limit)
{
    return _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(limit)), bytes);
}

/* What ends a run of plain bytes in a JSON string: '"', '\\' and control characters. */
static inline uint32_t byte_block_string_stops(struct byte_block block)
{
    __m128i quoting = _mm_or_si128(byte_block_equal(block, '"'), byte_block_equal(block, '\\'));
    return byte_block_mask_of(_mm_or_si128(quoting, byte_block_at_most(block.bytes, 0x1F)));
}

static inline uint32_t byte_block_spaces(struct byte_block block)
{
    return byte_block_mask_of(byte_block_equal(block, ' '));
}

static inline uint32_t byte_block_digits(struct byte_block block)
{
    return byte_block_mask_of(byte_block_at_most(_mm_sub_epi8(block.bytes, _mm_set1_epi8('0')), 9));
}

/* Beyond ASCII. */
static inline uint32_t byte_block_high(struct byte_block block)
{
    return byte_block_mask_of(block.bytes);
}

/* 0x80 to 0xBF, which as signed numbers are the least. */
static inline uint32_t byte_block_continuations(struct byte_block block)
{
    return byte_block_mask_of(_mm_cmplt_epi8(block.bytes, _mm_set1_epi8((char)0xC0)));
}

/*
 * A tally counts for each place how many blocks had a byte there that begins a character, which all
 * bytes do but continuation bytes: of up to 255 blocks, from byte_block_of(0) on.
 */
static inline struct byte_block byte_block_tally(struct byte_block tally, struct byte_block block)
{
    __m128i begins = _mm_cmpgt_epi8(block.bytes, _mm_set1_epi8((char)0xBF)); /* -1 where so */
    return (struct byte_block){_mm_sub_epi8(tally.bytes, begins)};
}

static inline unsigned byte_block_sum(struct byte_block tally)
{
    __m128i sums = _mm_sad_epu8(tally.bytes, _mm_setzero_si128());
    return (unsigned)_mm_cvtsi128_si32(sums) + (unsigned)_mm_extract_epi16(sums, 4);
}

/*
 * The lead bytes 0xE1 to 0xEF but 0xED: of characters of three bytes, whose two others may be any
 * continuation bytes.
 */
static inline uint32_t byte_block_leads_of_three(struct byte_block block)
{
    __m128i high_halves = _mm_and_si128(block.bytes, _mm_set1_epi8((char)0xF0));
    __m128i leads = _mm_cmpeq_epi8(high_halves, _mm_set1_epi8((char)0xE0));
    __m128i restricted =
        _mm_or_si128(byte_block_equal(block, (char)0xE0), byte_block_equal(block, (char)0xED));
    return byte_block_mask_of(_mm_andnot_si128(restricted, leads));
}

#endif
