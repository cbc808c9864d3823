#include "json_text.h"

#include "json_number.h"
#include "json_pass.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reading. */

/* 2^63, of which the integers that jansson holds are less. */
static const double integers_end = 9223372036854775808.0;

static const char largest_number[] = "1.7976931348623157e308";

static bool number_is_whole(const json_t *value)
{
    double number = json_real_value(value);
    return json_is_real(value) && number == trunc(number) && fabs(number) < integers_end;
}

/* The integer that it is written as, which is what comes back of it. */
static json_t *number_whole(const json_t *value)
{
    char spelled[JSON_NUMBER_SIZE];
    json_number_write(json_real_value(value), spelled);
    return json_integer(strtoll(spelled, NULL, 10));
}

/* Let numbers without a fraction be integers. False if memory is exhausted. */
static bool numbers_normalize(json_t *tree)
{
    bool done = true;
    size_t index;
    json_t *value;
    json_array_foreach (tree, index, value) {
        if (number_is_whole(value))
            done = done && json_array_set_new(tree, index, number_whole(value)) == 0;
        else
            done = done && numbers_normalize(value);
    }
    for (void *place = json_object_iter(tree); place != NULL;
         place = json_object_iter_next(tree, place)) {
        value = json_object_iter_value(place);
        if (number_is_whole(value))
            done = done && json_object_iter_set_new(tree, place, number_whole(value)) == 0;
        else
            done = done && numbers_normalize(value);
    }
    return done;
}

static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++) {
        if (*p == '\\' && p + 1 < end)
            p++;
    }
    return p < end ? p + 1 : end;
}

static bool digits_pass(const char **p)
{
    size_t count = strspn(*p, "0123456789");
    *p += count;
    return count > 0;
}

/* RFC 8259 6. */
static bool is_number(const char *spelled)
{
    const char *p = spelled + (*spelled == '-');
    bool is_valid = *p != '0' || p[1] < '0' || p[1] > '9';
    is_valid = digits_pass(&p) && is_valid;
    if (*p == '.') {
        p++;
        is_valid = digits_pass(&p) && is_valid;
    }
    if (*p == 'e' || *p == 'E') {
        p += p[1] == '+' || p[1] == '-' ? 2 : 1;
        is_valid = digits_pass(&p) && is_valid;
    }
    return is_valid && *p == '\0';
}

/* Append what is spelled like a number as something that jansson takes, if it is one. */
static enum status number_widen(const char *number, size_t length, struct buffer *widened,
                                struct error *error)
{
    char *spelled = strndup(number, length);
    if (spelled == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %zu bytes", length);
    enum status status = STATUS_OK;
    bool is_integer = strcspn(spelled, ".eE") == length;
    double value = strtod(spelled, NULL);
    bool is_beyond = isinf(value) && is_number(spelled);
    errno = 0;
    (void)strtoll(spelled, NULL, 10);
    if (is_beyond)
        status = buffer_append_format(widened, error, "%s%s", value < 0 ? "-" : "", largest_number);
    else
        status = buffer_append(widened, spelled, length, error);
    if (status == STATUS_OK && !is_beyond && is_integer && errno == ERANGE)
        status = buffer_append(widened, ".0", 2, error);
    free(spelled);
    return status;
}

/* Copy the text with every number in the reach of jansson, which takes no others. */
static enum status numbers_widen(const char *text, size_t length, struct buffer *widened,
                                 struct error *error)
{
    const char *end = text + length;
    enum status status = STATUS_OK;
    for (const char *p = text; status == STATUS_OK && p < end;) {
        const char *start = p;
        if (*p == '-' || (*p >= '0' && *p <= '9')) {
            while (p < end && strchr("+-.eE0123456789", *p) != NULL && *p != '\0')
                p++;
            status = number_widen(start, (size_t)(p - start), widened, error);
            continue;
        }
        p = *p == '"' ? string_end(p, end) : p + 1;
        status = buffer_append(widened, start, (size_t)(p - start), error);
    }
    return status;
}

/* While jansson parses: where its memory comes from, and whether any was refused. */
static json_malloc_t memory_source;
static bool memory_refused;

static void *memory_take(size_t size)
{
    void *memory = memory_source(size);
    memory_refused = memory_refused || memory == NULL;
    return memory;
}

/*
 * Without memory for a token jansson calls the text wrong or, worse, drops a byte of a string and goes
 * on. So what it makes counts only if no memory was refused.
 */
static enum status text_parse(const char *text, size_t length, json_t **tree, json_error_t *problem,
                              struct error *error)
{
    json_free_t release = NULL;
    json_get_alloc_funcs(&memory_source, &release);
    memory_refused = false;
    json_set_alloc_funcs(memory_take, release);
    json_t *parsed = json_loadb(text, length, JSON_ALLOW_NUL, problem);
    json_set_alloc_funcs(memory_source, release);
    if (memory_refused) {
        json_decref(parsed);
        return error_set(error, STATUS_NO_MEMORY, "out of memory for a JSON tree");
    }
    if (parsed == NULL)
        return error_set(error, STATUS_INVALID, "line %d, column %d: %s", problem->line,
                         problem->column, problem->text);
    *tree = parsed;
    return STATUS_OK;
}

static enum status widened_parse(const char *text, size_t length, json_t **tree,
                                 struct error *error)
{
    struct buffer widened;
    json_error_t problem = {0};
    /* The shortest number out of reach, "1e309", becomes less than five times as long. */
    buffer_init(&widened, length * 5 + 64);
    enum status status = numbers_widen(text, length, &widened, error);
    if (status == STATUS_OK)
        status = text_parse(widened.bytes, widened.length, tree, &problem, error);
    buffer_release(&widened);
    return status;
}

enum status json_text_load(const char *text, size_t length, json_t **tree, struct error *error)
{
    struct error trouble = ERROR_INIT;
    json_error_t problem = {0};
    json_t *loaded = NULL;
    enum status status = text_parse(text, length, &loaded, &problem, &trouble);
    if (status == STATUS_INVALID && json_error_code(&problem) == json_error_numeric_overflow)
        status = widened_parse(text, length, &loaded, error);
    else
        (void)error_forward(error, status, &trouble);
    if (status == STATUS_OK && !numbers_normalize(loaded)) {
        json_decref(loaded);
        status = error_set(error, STATUS_NO_MEMORY, "out of memory for a JSON tree");
    }
    if (status == STATUS_OK)
        *tree = loaded;
    return status;
}

/* Writing. */

/* How many levels a line may have around a value of a document. */
enum { WRAPPED_MAX = 8 };

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
    static const char letters[] = "\"\\bfnrt";
    static const char meanings[] = "\"\\\b\f\n\r\t";
    const char *meaning = byte != '\0' ? strchr(meanings, byte) : NULL;
    if (meaning != NULL)
        return buffer_append_format(writer->text, writer->error, "\\%c",
                                    letters[meaning - meanings]);
    return buffer_append_format(writer->text, writer->error, "\\u%04x", (unsigned char)byte);
}

static enum status string_write(const struct writer *writer, const char *string, size_t length)
{
    enum status status = bytes_write(writer, "\"", 1);
    const char *end = string + length;
    while (status == STATUS_OK && string < end) {
        const char *run = string;
        while (string < end && (unsigned char)*string >= 0x20 && *string != '"' && *string != '\\')
            string++;
        status = bytes_write(writer, run, (size_t)(string - run));
        if (status == STATUS_OK && string < end)
            status = escape_write(writer, *string++);
    }
    return status == STATUS_OK ? bytes_write(writer, "\"", 1) : status;
}

static enum status number_write(const struct writer *writer, const json_t *number)
{
    char spelled[JSON_NUMBER_SIZE];
    if (json_is_integer(number))
        (void)snprintf(spelled, sizeof spelled, "%" JSON_INTEGER_FORMAT,
                       json_integer_value(number));
    else
        json_number_write(json_real_value(number), spelled);
    return bytes_write(writer, spelled, strlen(spelled));
}

static enum status value_write(const struct writer *writer, json_t *value, unsigned depth);

/* What stands before an element or member: a comma behind the one before it, and a new line. */
static enum status next_write(const struct writer *writer, size_t index, unsigned depth)
{
    enum status status = index > 0 ? bytes_write(writer, ",", 1) : STATUS_OK;
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
            status = bytes_write(writer, ": ", writer->indented ? 2 : 1);
        if (status == STATUS_OK)
            status = value_write(writer, json_object_iter_value(place), depth);
    }
    return status;
}

static enum status container_write(const struct writer *writer, json_t *value, unsigned depth)
{
    bool is_object = json_is_object(value);
    bool is_empty = is_object ? json_object_size(value) == 0 : json_array_size(value) == 0;
    enum status status = bytes_write(writer, is_object ? "{" : "[", 1);
    if (depth == writer->depth_max)
        return error_set(writer->error, STATUS_INVALID, "nested deeper than %u levels",
                         writer->depth_max);
    if (status == STATUS_OK)
        status = is_object ? members_write(writer, value, depth + 1)
                           : elements_write(writer, value, depth + 1);
    if (status == STATUS_OK && !is_empty)
        status = line_break(writer, depth);
    return status == STATUS_OK ? bytes_write(writer, is_object ? "}" : "]", 1) : status;
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
        .depth_max = layout == JSON_TEXT_INDENTED ? JSON_DEPTH_MAX : JSON_DEPTH_MAX + WRAPPED_MAX,
    };
    return value_write(&writer, tree, 0);
}
