/* The blocks of byte_block.h as pairs of words, on any machine. Included by it alone. */
#ifndef SCHEDULE_BYTE_BLOCK_WORDS_H
#define SCHEDULE_BYTE_BLOCK_WORDS_H

#include <stdint.h>
#include <string.h>

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
