#include "json_text.h"

#include "byte_block.h"
#include "json_number.h"
#include "json_pass.h"
#include "number.h"
#include "utf8.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8259 7; '/' needs no escape and stands for itself. */
static const char escape_letters[] = "\"\\bfnrt";
static const char escape_meanings[] = "\"\\\b\f\n\r\t";

/*
 * Reading: a pass finds the text sound, and then it is read without looking at it twice. jansson's
 * own parser is not used, for it drops bytes of strings, and writes beyond them, when memory is
 * refused to it (2.14), and takes no numbers beyond 64 bits or the doubles.
 */

/* 2^63, of which the integers that jansson holds are less. */
static const double integers_end = 9223372036854775808.0;

struct reader {
    const char *at;
    const char *end;
    struct buffer unescaped; /* a string, ended by a NUL */
    enum status status;
    struct error *error;
};

/* A string as it is spelled, without its quotes. */
struct spelling {
    const char *begin;
    size_t length;
    bool has_escapes;
};

static json_t *value_read(struct reader *reader);

static json_t *memory_lacks(struct reader *reader)
{
    if (reader->status == STATUS_OK)
        reader->status =
            error_set(reader->error, STATUS_NO_MEMORY, "out of memory for a JSON tree");
    return NULL;
}

static json_t *made(struct reader *reader, json_t *value)
{
    return value != NULL ? value : memory_lacks(reader);
}

/* The next byte that stands for something. */
static char token_find(struct reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' || *reader->at == '\t')
        reader->at++;
    return *reader->at;
}

/* How many bytes of sound text, of which the first stands for itself, certainly do so. */
static size_t plain_length(const char *p, const char *end)
{
    if (end - p < BYTE_BLOCK_SIZE)
        return 1;
    return byte_block_first(byte_block_string_stops(byte_block_load(p)));
}

/* Take the string that begins here. */
static struct spelling spelling_take(struct reader *reader)
{
    struct spelling spelling = {.begin = reader->at + 1};
    const char *p = spelling.begin;
    while (*p != '"') {
        bool escape = *p == '\\';
        spelling.has_escapes = spelling.has_escapes || escape;
        p += escape ? 2 : plain_length(p, reader->end);
    }
    spelling.length = (size_t)(p - spelling.begin);
    reader->at = p + 1;
    return spelling;
}

/* The four digits behind "\\u". */
static uint32_t code_unit_read(const char *digits)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++)
        unit = unit * 16 + (uint32_t)number_hex_digit(digits[i]);
    return unit;
}

/* Write the character of the escape at `p`; just behind it. */
static const char *escape_read(const char *p, char character[UTF8_SIZE_MAX], size_t *length)
{
    const char *letter = strchr(escape_letters, p[1]);
    *length = 1;
    character[0] = p[1];
    if (letter != NULL)
        character[0] = escape_meanings[letter - escape_letters];
    if (p[1] != 'u')
        return p + 2;
    uint32_t point = code_unit_read(p + 2);
    p += 6;
    if (point >= 0xD800 && point <= 0xDBFF) {
        point = 0x10000 + ((point - 0xD800) << 10) + (code_unit_read(p + 2) - 0xDC00);
        p += 6;
    }
    *length = utf8_write(point, character);
    return p;
}

/* Let reader->unescaped be what is spelled so. False if memory is exhausted. */
static bool string_unescape(struct reader *reader, struct spelling spelling)
{
    struct buffer *unescaped = &reader->unescaped;
    const char *p = spelling.begin;
    const char *end = p + spelling.length;
    unescaped->length = 0;
    /* Escapes are longer than what they stand for. */
    if (buffer_reserve(unescaped, spelling.length + 1, NULL) != STATUS_OK)
        return false;
    while (p < end) {
        char *to = unescaped->bytes + unescaped->length;
        size_t length = 1;
        if (*p == '\\')
            p = escape_read(p, to, &length);
        else
            *to = *p++;
        unescaped->length += length;
    }
    unescaped->bytes[unescaped->length] = '\0';
    return true;
}

static json_t *string_read(struct reader *reader)
{
    const struct spelling spelling = spelling_take(reader);
    if (!spelling.has_escapes)
        return made(reader, json_stringn_nocheck(spelling.begin, spelling.length));
    if (!string_unescape(reader, spelling))
        return memory_lacks(reader);
    return made(reader, json_stringn_nocheck(reader->unescaped.bytes, reader->unescaped.length));
}

/*
 * A number without a fraction is the integer that it is written as, which is what comes back of it.
 */
static json_t *real_make(double value)
{
    char spelled[JSON_NUMBER_SIZE];
    if (isinf(value))
        value = value < 0 ? -DBL_MAX : DBL_MAX;
    if (value != trunc(value) || fabs(value) >= integers_end)
        return json_real(value);
    json_number_write(value, spelled);
    return json_integer(strtoll(spelled, NULL, 10));
}

/*
 * An integer of few digits, as most are; `*p` is left just behind it, unless it is another number.
 */
static bool small_integer_take(const char **p, json_int_t *integer)
{
    enum { DIGITS_MAX = 18 };
    const char *first = **p == '-' ? *p + 1 : *p;
    const char *digit = first;
    json_int_t magnitude = 0;
    for (; *digit >= '0' && *digit <= '9' && digit - first < DIGITS_MAX; digit++)
        magnitude = magnitude * 10 + (*digit - '0');
    if ((*digit >= '0' && *digit <= '9') || strchr(".eE", *digit) != NULL)
        return false;
    *integer = first > *p ? -magnitude : magnitude;
    *p = digit;
    return true;
}

static json_t *number_read(struct reader *reader)
{
    const char *begin = reader->at;
    json_int_t small = 0;
    if (small_integer_take(&reader->at, &small))
        return made(reader, json_integer(small));
    reader->at += strspn(begin, "-0123456789");
    bool is_integer = strchr(".eE", *reader->at) == NULL;
    reader->at += strspn(reader->at, "+-.eE0123456789");
    errno = 0;
    long long integer = strtoll(begin, NULL, 10);
    if (is_integer && errno == 0)
        return made(reader, json_integer(integer));
    return made(reader, real_make(strtod(begin, NULL)));
}

/* A member of `object`, whose name is next. False after a failure. */
static bool member_read(struct reader *reader, json_t *object)
{
    const struct spelling name = spelling_take(reader);
    (void)token_find(reader);
    reader->at++; /* ':' */
    json_t *value = value_read(reader);
    if (value == NULL)
        return false;
    bool is_held = string_unescape(reader, name);
    if (is_held && strlen(reader->unescaped.bytes) < reader->unescaped.length) {
        json_decref(value);
        reader->status =
            error_set(reader->error, STATUS_INVALID, "a member's name has a NUL (\\u0000) in it");
        return false;
    }
    if (!is_held)
        json_decref(value);
    else if (json_object_set_new_nocheck(object, reader->unescaped.bytes, value) == 0)
        return true;
    (void)memory_lacks(reader);
    return false;
}

static bool element_read(struct reader *reader, json_t *array)
{
    json_t *value = value_read(reader);
    if (value == NULL)
        return false;
    if (json_array_append_new(array, value) == 0)
        return true;
    (void)memory_lacks(reader);
    return false;
}

/* What is in a container, up to its `end`. */
static json_t *contents_read(struct reader *reader, json_t *container, char end,
                             bool (*part_read)(struct reader *reader, json_t *container))
{
    if (container == NULL)
        return memory_lacks(reader);
    reader->at++;
    for (char next = token_find(reader); next != end; next = token_find(reader)) {
        if (next == ',')
            reader->at++;
        else if (!part_read(reader, container)) {
            json_decref(container);
            return NULL;
        }
    }
    reader->at++;
    return container;
}

static json_t *literal_read(struct reader *reader)
{
    char first = *reader->at;
    reader->at += first == 'f' ? 5 : 4;
    return first == 'n' ? json_null() : json_boolean(first == 't');
}

/* Null after a failure, which the reader's status tells. Nested no deeper than the pass allows. */
static json_t *value_read(struct reader *reader)
{
    switch (token_find(reader)) {
    case '{': return contents_read(reader, json_object(), '}', member_read);
    case '[': return contents_read(reader, json_array(), ']', element_read);
    case '"': return string_read(reader);
    case 't':
    case 'f':
    case 'n': return literal_read(reader);
    default: return number_read(reader);
    }
}

enum status json_text_load(const char *text, size_t length, json_t **tree, struct error *error)
{
    struct json_pass pass;
    struct reader reader = {.at = text, .end = text + length, .error = error};
    json_pass_init_any(&pass);
    enum status status = json_pass_feed(&pass, text, length, error);
    if (status == STATUS_OK)
        status = json_pass_finish(&pass, error);
    if (status != STATUS_OK)
        return status;
    buffer_init(&reader.unescaped, length + 1);
    json_t *loaded = value_read(&reader);
    buffer_release(&reader.unescaped);
    if (loaded != NULL)
        *tree = loaded;
    return reader.status;
}

/* Writing. */

struct writer {
    struct buffer *text;
    struct error *error;
    bool indented;
    unsigned depth_max;
};

static enum status bytes_write(const struct writer *writer, const char *bytes, size_t length)
{
    return buffer_append(writer->text, bytes, length, writer->error);
}

static enum status byte_write(const struct writer *writer, char byte)
{
    struct buffer *text = writer->text;
    if (text->length == text->capacity)
        return bytes_write(writer, &byte, 1);
    text->bytes[text->length++] = byte;
    return STATUS_OK;
}

static enum status line_break(const struct writer *writer, unsigned depth)
{
    struct buffer *text = writer->text;
    size_t length = 1 + 2 * (size_t)depth;
    if (!writer->indented)
        return STATUS_OK;
    enum status status = buffer_reserve(text, length, writer->error);
    if (status != STATUS_OK)
        return status;
    text->bytes[text->length] = '\n';
    memset(text->bytes + text->length + 1, ' ', length - 1);
    text->length += length;
    return STATUS_OK;
}

static enum status escape_write(const struct writer *writer, char byte)
{
    const char *meaning = byte != '\0' ? strchr(escape_meanings, byte) : NULL;
    if (meaning != NULL)
        return buffer_append_format(writer->text, writer->error, "\\%c",
                                    escape_letters[meaning - escape_meanings]);
    return buffer_append_format(writer->text, writer->error, "\\u%04x", (unsigned char)byte);
}

/* How many bytes of the string stand for themselves, before the first that needs an escape. */
static size_t run_length(const char *string, size_t length)
{
    size_t run = 0;
    unsigned plain = BYTE_BLOCK_SIZE;
    while (plain == BYTE_BLOCK_SIZE && length - run >= BYTE_BLOCK_SIZE) {
        plain = byte_block_first(byte_block_string_stops(byte_block_load(string + run)));
        run += plain;
    }
    if (plain < BYTE_BLOCK_SIZE)
        return run;
    while (run < length && (unsigned char)string[run] >= 0x20 && string[run] != '"' &&
           string[run] != '\\')
        run++;
    return run;
}

static enum status string_write(const struct writer *writer, const char *string, size_t length)
{
    enum status status = byte_write(writer, '"');
    const char *end = string + length;
    while (status == STATUS_OK && string < end) {
        size_t run = run_length(string, (size_t)(end - string));
        status = bytes_write(writer, string, run);
        string += run;
        if (status == STATUS_OK && string < end)
            status = escape_write(writer, *string++);
    }
    return status == STATUS_OK ? byte_write(writer, '"') : status;
}

static enum status number_write(const struct writer *writer, const json_t *number)
{
    char spelled[JSON_NUMBER_SIZE];
    if (json_is_integer(number))
        json_number_write_integer(json_integer_value(number), spelled);
    else
        json_number_write(json_real_value(number), spelled);
    return bytes_write(writer, spelled, strlen(spelled));
}

static enum status value_write(const struct writer *writer, json_t *value, unsigned depth);

/* What stands before an element or member: a comma behind the one before it, and a new line. */
static enum status next_write(const struct writer *writer, size_t index, unsigned depth)
{
    enum status status = index > 0 ? byte_write(writer, ',') : STATUS_OK;
    return status == STATUS_OK ? line_break(writer, depth) : status;
}

static enum status elements_write(const struct writer *writer, json_t *array, unsigned depth)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(array); i++) {
        status = next_write(writer, i, depth);
        if (status == STATUS_OK)
            status = value_write(writer, json_array_get(array, i), depth);
    }
    return status;
}

static enum status members_write(const struct writer *writer, json_t *object, unsigned depth)
{
    enum status status = STATUS_OK;
    size_t index = 0;
    for (void *place = json_object_iter(object); status == STATUS_OK && place != NULL;
         place = json_object_iter_next(object, place)) {
        const char *name = json_object_iter_key(place);
        status = next_write(writer, index++, depth);
        if (status == STATUS_OK)
            status = string_write(writer, name, strlen(name));
        if (status == STATUS_OK)
            status = byte_write(writer, ':');
        if (status == STATUS_OK && writer->indented)
            status = byte_write(writer, ' ');
        if (status == STATUS_OK)
            status = value_write(writer, json_object_iter_value(place), depth);
    }
    return status;
}

static enum status container_write(const struct writer *writer, json_t *value, unsigned depth)
{
    bool is_object = json_is_object(value);
    bool is_empty = is_object ? json_object_size(value) == 0 : json_array_size(value) == 0;
    enum status status = byte_write(writer, is_object ? '{' : '[');
    if (depth == writer->depth_max)
        return error_set(writer->error, STATUS_INVALID, "nested deeper than %u levels",
                         writer->depth_max);
    if (status == STATUS_OK)
        status = is_object ? members_write(writer, value, depth + 1)
                           : elements_write(writer, value, depth + 1);
    if (status == STATUS_OK && !is_empty)
        status = line_break(writer, depth);
    return status == STATUS_OK ? byte_write(writer, is_object ? '}' : ']') : status;
}

/* `depth` containers are open around the value. */
static enum status value_write(const struct writer *writer, json_t *value, unsigned depth)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
    case JSON_ARRAY: return container_write(writer, value, depth);
    case JSON_STRING:
        return string_write(writer, json_string_value(value), json_string_length(value));
    case JSON_INTEGER:
    case JSON_REAL: return number_write(writer, value);
    case JSON_TRUE: return bytes_write(writer, "true", 4);
    case JSON_FALSE: return bytes_write(writer, "false", 5);
    case JSON_NULL: break;
    }
    return bytes_write(writer, "null", 4);
}

enum status json_text_write(json_t *tree, enum json_text_layout layout, struct buffer *text,
                            struct error *error)
{
    const struct writer writer = {
        .text = text,
        .error = error,
        .indented = layout == JSON_TEXT_INDENTED,
        .depth_max =
            layout == JSON_TEXT_INDENTED ? JSON_DEPTH_MAX : JSON_DEPTH_MAX + JSON_WRAPPED_MAX,
    };
    return value_write(&writer, tree, 0);
}

void json_text_free(char *text)
{
    json_free_t release;
    json_get_alloc_funcs(NULL, &release);
    release(text);
}
