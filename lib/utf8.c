#include "utf8.h"

#include "byte_block.h"

struct utf8_lead utf8_lead(unsigned char byte)
{
    if (byte < 0x80)
        return (struct utf8_lead){1, 0, 0};
    if (byte < 0xC2)
        return (struct utf8_lead){0, 0, 0};
    if (byte < 0xE0)
        return (struct utf8_lead){2, 0x80, 0xBF};
    if (byte < 0xF0)
        return (struct utf8_lead){3, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF};
    if (byte < 0xF5)
        return (struct utf8_lead){4, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF};
    return (struct utf8_lead){0, 0, 0};
}

size_t utf8_sequence_length(const char *bytes, size_t available)
{
    if (available == 0)
        return 0;
    struct utf8_lead lead = utf8_lead((unsigned char)bytes[0]);
    if (lead.length > available)
        return 0;
    for (size_t i = 1; i < lead.length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < lead.low || byte > lead.high)
            return 0;
        lead.low = 0x80;
        lead.high = 0xBF;
    }
    return lead.length;
}

bool utf8_is_valid(const char *bytes, size_t length)
{
    size_t sequence = 0;
    for (size_t i = 0; i < length; i += sequence) {
        sequence = utf8_sequence_length(bytes + i, length - i);
        if (sequence == 0)
            return false;
    }
    return true;
}

static char continuation(uint32_t bits)
{
    return (char)(0x80 | (bits & 0x3F));
}

size_t utf8_write(uint32_t character, char bytes[UTF8_SIZE_MAX])
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        bytes[0] = (char)(0xC0 | character >> 6);
        bytes[1] = continuation(character);
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xE0 | character >> 12);
        bytes[1] = continuation(character >> 6);
        bytes[2] = continuation(character);
        return 3;
    }
    bytes[0] = (char)(0xF0 | character >> 18);
    bytes[1] = continuation(character >> 12);
    bytes[2] = continuation(character >> 6);
    bytes[3] = continuation(character);
    return 4;
}

/* Of a text of at most 255 blocks, as many as a tally can take. */
static size_t tally_count(const char *bytes, size_t blocks)
{
    struct byte_block tally = byte_block_of(0);
    for (size_t i = 0; i < blocks; i++)
        tally = byte_block_tally(tally, byte_block_load(bytes + i * BYTE_BLOCK_SIZE));
    return byte_block_sum(tally);
}

size_t utf8_count(const char *bytes, size_t length)
{
    size_t count = 0;
    while (length >= BYTE_BLOCK_SIZE) {
        size_t blocks = length / BYTE_BLOCK_SIZE < 255 ? length / BYTE_BLOCK_SIZE : 255;
        count += tally_count(bytes, blocks);
        bytes += blocks * BYTE_BLOCK_SIZE;
        length -= blocks * BYTE_BLOCK_SIZE;
    }
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return count;
}
