#include "json_quick.h"

#include "byte_block.h"
#include "json_pass.h"
#include "json_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * All is compiled twice, with and without writing, so that neither asks at each byte which it is.
 */
#define INLINED static inline __attribute__((always_inline))

enum {
    /*
     * How far beyond a step's beginning bytes are looked at without asking whether there are any.
     */
    LOOKED_AHEAD = 8 * BYTE_BLOCK_SIZE,
    /* A step writes at most one line break more than it takes, and blocks of which less counts. */
    GROWTH_MAX = 2 * (JSON_DEPTH_MAX + JSON_WRAPPED_MAX) + 3 * BYTE_BLOCK_SIZE,
    /* Less is not worth the beginning. */
    PIECE_MIN = LOOKED_AHEAD + 16
};

/* The part of the pass that changes with each token: a copy, which can live in registers. */
struct quick {
    const char *p;
    const char *limit; /* steps begin before it, and so do blocks of strings */
    char *to;          /* where the next byte is written */
    const char *line_start;
    size_t line;
    int state;
    unsigned depth;
    unsigned depth_max;
    bool in_object;
    bool string_is_name;
    bool *containers; /* the pass's in_object */
};

/* Whether a value can begin so, and whether '\' and this byte are a whole escape. */
static const bool begins_value[256] = {
    ['{'] = true, ['['] = true, ['"'] = true, ['-'] = true, ['t'] = true, ['f'] = true,
    ['n'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
    ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
};
static const bool ends_escape[256] = {
    ['"'] = true, ['\\'] = true, ['/'] = true, ['b'] = true,
    ['f'] = true, ['n'] = true,  ['r'] = true, ['t'] = true,
};

/* Writing. */

INLINED void byte_put(struct quick *quick, char byte, bool writes)
{
    if (writes)
        *quick->to++ = byte;
}

INLINED void line_break_put(struct quick *quick, bool writes)
{
    if (!writes)
        return;
    const struct byte_block spaces = byte_block_of(' ');
    char *to = quick->to;
    char *end = to + 1 + 2 * (size_t)quick->depth;
    *to++ = '\n';
    do {
        byte_block_store(to, spaces);
        to += BYTE_BLOCK_SIZE;
    } while (to < end);
    quick->to = end;
}

/* Take `length` bytes, at most a block, as they are. */
INLINED void block_take(struct quick *quick, struct byte_block block, size_t length, bool writes)
{
    if (writes) {
        byte_block_store(quick->to, block);
        quick->to += length;
    }
    quick->p += length;
}

/* White space. */

static inline bool is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

static inline bool is_token(char byte)
{
    return (unsigned char)byte > ' ';
}

INLINED void spaces_skip(struct quick *quick)
{
    while (is_space(*quick->p) && quick->p < quick->limit) {
        if (*quick->p == '\n') {
            quick->line++;
            quick->line_start = quick->p + 1;
        }
        quick->p++;
        quick->p += byte_block_first(~byte_block_spaces(byte_block_load(quick->p)));
    }
}

/*
 * Mostly there is none, or what is written in its place: one space here, and in line_break_skip a
 * line break and the indentation at this depth. To foretell where it ends takes less time than to
 * find out.
 */
INLINED void space_skip(struct quick *quick)
{
    if (is_token(quick->p[0]))
        return;
    if (quick->p[0] == ' ' && is_token(quick->p[1]))
        quick->p++;
    else
        spaces_skip(quick);
}

INLINED void line_break_skip(struct quick *quick, unsigned depth)
{
    if (is_token(quick->p[0]))
        return;
    if (*quick->p == '\n') {
        unsigned length = byte_block_first(~byte_block_spaces(byte_block_load(quick->p + 1)));
        if (length == 2 * depth) {
            quick->line++;
            quick->line_start = quick->p + 1;
            quick->p += 1 + 2 * depth;
            return;
        }
    }
    spaces_skip(quick);
}

/* Strings. */

/*
 * How many bytes of the block, up to `length`, are whole characters. If they are others than ASCII
 * and those of three bytes, as Chinese ones are, `*sound` is false.
 */
INLINED unsigned whole_length(struct byte_block block, unsigned length, bool *sound)
{
    uint32_t continuations = byte_block_continuations(block);
    uint32_t leads = byte_block_leads_of_three(block);
    uint32_t others = byte_block_high(block) & ~continuations & ~leads;
    uint32_t wrong = others | ((leads << 1 | leads << 2) ^ continuations);
    unsigned cut = byte_block_first(leads & 3U << (BYTE_BLOCK_SIZE - 2));
    if (cut < length)
        length = cut;
    *sound = (wrong & ((2U << length) - 1)) == 0;
    return length;
}

INLINED bool escape_take(struct quick *quick, bool writes)
{
    if (!ends_escape[(unsigned char)quick->p[1]])
        return false;
    byte_put(quick, quick->p[0], writes);
    byte_put(quick, quick->p[1], writes);
    quick->p += 2;
    return true;
}

/* A string from behind its opening quote on. False: it stopped within. */
INLINED bool string_take(struct quick *quick, bool writes)
{
    while (quick->p < quick->limit) {
        struct byte_block block = byte_block_load(quick->p);
        uint32_t stops = byte_block_string_stops(block) | 1U << BYTE_BLOCK_SIZE;
        unsigned length = byte_block_first(stops);
        bool sound = true;
        if ((byte_block_high(block) & (stops - 1)) != 0) /* stops themselves are ASCII */
            length = whole_length(block, length, &sound);
        if (!sound)
            return false;
        block_take(quick, block, length, writes);
        if (*quick->p == '"') {
            byte_put(quick, '"', writes);
            quick->p++;
            return true;
        }
        if (*quick->p == '\\' ? !escape_take(quick, writes) : length == 0)
            return false;
    }
    return false;
}

/* From its opening quote on; what follows is `next`. */
INLINED bool string_begin(struct quick *quick, bool is_name, enum json_state next, bool writes)
{
    byte_put(quick, '"', writes);
    quick->p++;
    bool ended = string_take(quick, writes);
    quick->string_is_name = is_name;
    quick->state = ended ? (int)next : (int)STRING;
    return ended;
}

/* Values: each takes one, or the beginning of one with contents; or nothing of it, and is false. */

INLINED bool number_take(struct quick *quick, bool writes)
{
    struct byte_block block = byte_block_load(quick->p);
    uint32_t others = ~byte_block_digits(block);
    unsigned whole = byte_block_first(others);
    unsigned length = whole;
    if (quick->p[whole] == '.')
        length = byte_block_first(others & ~(1U << whole));
    char behind = quick->p[length];
    bool is_odd = (*quick->p == '0' && whole > 1) || length == whole + 1 || behind == '.' ||
                  behind == 'e' || behind == 'E';
    if (is_odd || length == BYTE_BLOCK_SIZE)
        return false;
    block_take(quick, block, length, writes);
    quick->state = COMMA;
    return true;
}

INLINED bool literal_take(struct quick *quick, const char *literal, size_t length, bool writes)
{
    if (memcmp(quick->p, literal, length) != 0)
        return false;
    block_take(quick, byte_block_load(quick->p), length, writes);
    quick->state = COMMA;
    return true;
}

INLINED bool container_open(struct quick *quick, bool is_object, bool writes)
{
    if (quick->depth == quick->depth_max)
        return false;
    byte_put(quick, *quick->p, writes);
    quick->p++;
    quick->containers[++quick->depth] = is_object;
    quick->in_object = is_object;
    quick->state = is_object ? FIRST_NAME : FIRST_VALUE;
    return true;
}

/* Not those of the top level: there members are found. */
INLINED bool container_close(struct quick *quick, bool writes)
{
    if (quick->depth <= 2)
        return false;
    quick->depth--;
    if (quick->state == COMMA)
        line_break_put(quick, writes);
    byte_put(quick, *quick->p, writes);
    quick->p++;
    quick->in_object = quick->containers[quick->depth];
    quick->state = COMMA;
    return true;
}

INLINED bool value_take(struct quick *quick, bool writes)
{
    if (*quick->p == '"')
        return string_begin(quick, false, COMMA, writes);
    switch (*quick->p) {
    case '{': return container_open(quick, true, writes);
    case '[': return container_open(quick, false, writes);
    case 't': return literal_take(quick, "true", 4, writes);
    case 'f': return literal_take(quick, "false", 5, writes);
    case 'n': return literal_take(quick, "null", 4, writes);
    case '-': return false;
    default: return *quick->p >= '0' && *quick->p <= '9' && number_take(quick, writes);
    }
}

/*
 * The steps, one for each state that is known here. Each leads to another state, or is false where
 * it stopped: `state` is true of what is at p in either case.
 */

INLINED bool colon_step(struct quick *quick, bool writes)
{
    space_skip(quick);
    if (*quick->p != ':')
        return false;
    byte_put(quick, ':', writes);
    byte_put(quick, ' ', writes);
    quick->p++;
    quick->state = VALUE;
    return true;
}

INLINED bool name_step(struct quick *quick, bool writes)
{
    line_break_skip(quick, quick->depth);
    return *quick->p == '"' && string_begin(quick, true, COLON, writes);
}

INLINED bool first_name_step(struct quick *quick, bool writes)
{
    line_break_skip(quick, quick->depth);
    if (*quick->p == '}')
        return container_close(quick, writes);
    if (*quick->p != '"')
        return false;
    line_break_put(quick, writes);
    quick->state = NAME;
    return true;
}

INLINED bool first_value_step(struct quick *quick, bool writes)
{
    line_break_skip(quick, quick->depth);
    if (*quick->p == ']')
        return container_close(quick, writes);
    if (!begins_value[(unsigned char)*quick->p])
        return false;
    line_break_put(quick, writes);
    quick->state = VALUE;
    return true;
}

INLINED bool value_step(struct quick *quick, bool in_object, bool writes)
{
    if (in_object)
        space_skip(quick);
    else
        line_break_skip(quick, quick->depth);
    return value_take(quick, writes);
}

INLINED bool comma_step(struct quick *quick, bool in_object, bool writes)
{
    line_break_skip(quick, quick->depth - 1);
    if (*quick->p != ',')
        return *quick->p == (in_object ? '}' : ']') && container_close(quick, writes);
    byte_put(quick, ',', writes);
    quick->p++;
    line_break_put(quick, writes);
    quick->state = in_object ? NAME : VALUE;
    return true;
}

INLINED bool string_step(struct quick *quick, bool writes)
{
    if (!string_take(quick, writes))
        return false;
    quick->state = quick->string_is_name ? COLON : COMMA;
    return true;
}

/* A value, and what follows it unless that is what is in it. */
INLINED bool part_step(struct quick *quick, bool in_object, bool writes)
{
    return value_step(quick, in_object, writes) &&
           (quick->state != COMMA || comma_step(quick, in_object, writes));
}

INLINED bool member_step(struct quick *quick, bool writes)
{
    return name_step(quick, writes) && colon_step(quick, writes) && part_step(quick, true, writes);
}

INLINED bool step(struct quick *quick, bool writes)
{
    switch (quick->state) {
    case NAME: return member_step(quick, writes);
    case FIRST_NAME: return first_name_step(quick, writes);
    case COLON: return colon_step(quick, writes);
    case VALUE: return part_step(quick, quick->in_object, writes);
    case FIRST_VALUE: return first_value_step(quick, writes);
    case COMMA: return comma_step(quick, quick->in_object, writes);
    case STRING: return string_step(quick, writes);
    default: return false;
    }
}

static void unwritten_take(struct quick *quick)
{
    while (quick->p < quick->limit && step(quick, false))
        continue;
}

/*
 * As long as there is room for all that is left of the piece, as it is, and for what one step adds
 * to it: so no step has to ask for room.
 */
static void written_take(struct quick *quick, const char *end, const char *room_end)
{
    while (quick->p < quick->limit && room_end - quick->to >= end - quick->p + GROWTH_MAX &&
           step(quick, true))
        continue;
}

/*
 * Room for the `left` bytes of the piece, and half as many again for indenting them, which mostly
 * does. The maximum, or memory, may not allow it: then json_pass.c finds out when it is reached.
 */
static void room_make(struct buffer *output, size_t left)
{
    size_t most = output->maximum - output->length;
    size_t wanted = left + left / 2 + GROWTH_MAX;
    if (output->capacity - output->length < left + GROWTH_MAX)
        (void)buffer_reserve(output, wanted < most ? wanted : most, NULL);
}

static struct quick quick_begin(struct json_pass *pass, const char *p, const char *end)
{
    return (struct quick){.p = p,
                          .limit = end - LOOKED_AHEAD,
                          .line_start = pass->line_start,
                          .line = pass->line,
                          .state = pass->state,
                          .depth = pass->depth,
                          .depth_max = pass->depth_max,
                          .in_object = pass->in_object[pass->depth],
                          .string_is_name = pass->string_is_name,
                          .containers = pass->in_object};
}

static void quick_end(const struct quick *quick, struct json_pass *pass)
{
    if (pass->line != quick->line)
        pass->column = 0;
    pass->line = quick->line;
    pass->line_start = quick->line_start;
    pass->state = quick->state;
    pass->depth = quick->depth;
    pass->string_is_name = quick->string_is_name;
}

const char *json_quick_take(struct json_pass *pass, const char *p, const char *end)
{
    struct buffer *output = pass->output;
    if (pass->depth < 2 || end - p < PIECE_MIN)
        return p;
    struct quick quick = quick_begin(pass, p, end);
    if (output == NULL) {
        unwritten_take(&quick);
    } else {
        room_make(output, (size_t)(end - p));
        quick.to = output->bytes + output->length;
        written_take(&quick, end, output->bytes + output->capacity);
        output->length = (size_t)(quick.to - output->bytes);
    }
    quick_end(&quick, pass);
    return quick.p;
}
