/*
 * Sixteen bytes of text at a time. What is asked about the bytes of a block is answered for all of
 * them at once by a mask, whose bit 0 is about the first byte.
 *
 * Pure functions on values; nothing is owned, nothing fails. byte_block_load and byte_block_store
 * touch exactly BYTE_BLOCK_SIZE bytes, at any address.
 *
 * With SSE2, which every x86-64 has, a block is a vector; elsewhere it is two words, and the
 * answers are worked out for eight bytes at once. BYTE_BLOCK_PORTABLE asks for the latter where
 * both would do.
 */
#ifndef SCHEDULE_BYTE_BLOCK_H
#define SCHEDULE_BYTE_BLOCK_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(BYTE_BLOCK_PORTABLE)
#include <emmintrin.h>
#define BYTE_BLOCK_SSE2 1
#else
#define BYTE_BLOCK_SSE2 0
#endif

enum { BYTE_BLOCK_SIZE = 16 };

/* The place of the mask's first set bit, or BYTE_BLOCK_SIZE if there is none. */
static inline unsigned byte_block_first(uint32_t mask)
{
    return (unsigned)__builtin_ctz(mask | 1U << BYTE_BLOCK_SIZE);
}

#if BYTE_BLOCK_SSE2

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

#else

struct byte_block {
    uint64_t words[2]; /* the first byte is the least significant one of words[0] */
};

static const uint64_t byte_block_ones = 0x0101010101010101;
static const uint64_t byte_block_tops = 0x8080808080808080;

static inline uint64_t byte_block_in_order(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline struct byte_block byte_block_load(const char *from)
{
    struct byte_block block;
    memcpy(block.words, from, BYTE_BLOCK_SIZE);
    for (int i = 0; i < 2; i++)
        block.words[i] = byte_block_in_order(block.words[i]);
    return block;
}

static inline struct byte_block byte_block_of(char byte)
{
    uint64_t word = byte_block_ones * (unsigned char)byte;
    return (struct byte_block){{word, word}};
}

static inline void byte_block_store(char *to, struct byte_block block)
{
    for (int i = 0; i < 2; i++)
        block.words[i] = byte_block_in_order(block.words[i]);
    memcpy(to, block.words, BYTE_BLOCK_SIZE);
}

/* The helpers below choose bytes of a word by their top bits; all other bits are 0. */

static inline uint64_t byte_block_below(uint64_t word, unsigned char limit) /* at most 0x80 */
{
    uint64_t sums = (word & ~byte_block_tops) + byte_block_ones * (0x80U - limit);
    return ~(sums | word) & byte_block_tops;
}

static inline uint64_t byte_block_equal(uint64_t word, unsigned char byte)
{
    return byte_block_below(word ^ byte_block_ones * byte, 1);
}

/* The product gathers the top bits in its highest byte, each in a place of its own. */
static inline uint32_t byte_block_mask_of(uint64_t low, uint64_t high)
{
    const uint64_t gather = 0x0002040810204081;
    return (uint32_t)(low * gather >> 56) | (uint32_t)(high * gather >> 56) << 8;
}

static inline uint64_t byte_block_word_stops(uint64_t word)
{
    return byte_block_equal(word, '"') | byte_block_equal(word, '\\') |
           byte_block_below(word, 0x20);
}

static inline uint32_t byte_block_string_stops(struct byte_block block)
{
    return byte_block_mask_of(byte_block_word_stops(block.words[0]),
                              byte_block_word_stops(block.words[1]));
}

static inline uint32_t byte_block_spaces(struct byte_block block)
{
    return byte_block_mask_of(byte_block_equal(block.words[0], ' '),
                              byte_block_equal(block.words[1], ' '));
}

static inline uint64_t byte_block_word_digits(uint64_t word)
{
    return byte_block_below(word, '9' + 1) & ~byte_block_below(word, '0');
}

static inline uint32_t byte_block_digits(struct byte_block block)
{
    return byte_block_mask_of(byte_block_word_digits(block.words[0]),
                              byte_block_word_digits(block.words[1]));
}

static inline uint32_t byte_block_high(struct byte_block block)
{
    return byte_block_mask_of(block.words[0] & byte_block_tops, block.words[1] & byte_block_tops);
}

static inline uint32_t byte_block_continuations(struct byte_block block)
{
    return byte_block_mask_of(block.words[0] & ~(block.words[0] << 1) & byte_block_tops,
                              block.words[1] & ~(block.words[1] << 1) & byte_block_tops);
}

static inline struct byte_block byte_block_tally(struct byte_block tally, struct byte_block block)
{
    for (int i = 0; i < 2; i++)
        tally.words[i] += (~block.words[i] | block.words[i] << 1) >> 7 & byte_block_ones;
    return tally;
}

static inline unsigned byte_block_sum(struct byte_block tally)
{
    unsigned sum = 0;
    for (int i = 0; i < 2; i++) {
        for (uint64_t word = tally.words[i]; word != 0; word >>= 8)
            sum += (unsigned)(word & 0xFF);
    }
    return sum;
}

static inline uint64_t byte_block_word_leads(uint64_t word)
{
    uint64_t leads = word & word << 1 & word << 2 & ~(word << 3) & byte_block_tops;
    return leads & ~byte_block_equal(word, 0xE0) & ~byte_block_equal(word, 0xED);
}

static inline uint32_t byte_block_leads_of_three(struct byte_block block)
{
    return byte_block_mask_of(byte_block_word_leads(block.words[0]),
                              byte_block_word_leads(block.words[1]));
}

#endif

#endif
