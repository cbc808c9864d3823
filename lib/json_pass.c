/*
 * The whole pass, byte by byte; json_state.h tells its states. Where it can, json_quick.h goes
 * ahead: what that leaves is taken here, be it right or wrong.
 */
#include "json_pass.h"

#include "json_quick.h"
#include "json_state.h"
#include "number.h"
#include "printable.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

/* Not pointers, which each process would have to set before it begins. */
static const char expectations[][64] = {
    [START] = "a JSON object, which starts with '{'",
    [VALUE] = "a value",
    [FIRST_VALUE] = "a value or ']'",
    [NAME] = "a member name in double quotes",
    [FIRST_NAME] = "a member name in double quotes or '}'",
    [COLON] = "':' after a member name",
    [COMMA] = "',' or the end of the object or array",
    [END] = "nothing more after the end of the document",
    [STRING] = "the rest of a string",
    [ESCAPE] = "one of \" \\ / b f n r t u after '\\' in a string",
    [HEX] = "four hexadecimal digits after \\u",
    [LOW_BACKSLASH] = "the low half (\\uDC00 to \\uDFFF) of a surrogate pair",
    [LOW_U] = "the low half (\\uDC00 to \\uDFFF) of a surrogate pair",
    [UTF8] = "the rest of a UTF-8 sequence",
    [LITERAL] = "true, false or null",
    [NUMBER_MINUS] = "a digit after '-'",
    [NUMBER_ZERO] = "the rest of a number",
    [NUMBER_DIGITS] = "the rest of a number",
    [NUMBER_POINT] = "a digit after '.'",
    [NUMBER_FRACTION] = "the rest of a number",
    [NUMBER_E] = "a digit or a sign in an exponent",
    [NUMBER_E_SIGN] = "a digit in an exponent",
    [NUMBER_EXPONENT] = "the rest of a number",
};

/*
 * Every step takes what it can of [p, end) and returns where it stopped, or null after a failure.
 */
typedef const char *step_function(struct json_pass *pass, const char *p, const char *end);

void json_pass_init(struct json_pass *pass, const char *const watched_names[JSON_WATCHED],
                    struct buffer *output)
{
    *pass = (struct json_pass){.output = output,
                               .state = START,
                               .depth_max = JSON_DEPTH_MAX,
                               .watched_names = watched_names,
                               .line = 1};
}

void json_pass_init_any(struct json_pass *pass)
{
    static const char *const none[JSON_WATCHED] = {NULL};
    json_pass_init(pass, none, NULL);
    pass->takes_array = true;
    pass->depth_max = JSON_DEPTH_MAX + JSON_WRAPPED_MAX;
}

static const char *expectation_of(const struct json_pass *pass)
{
    if (pass->state == START && pass->takes_array)
        return "a JSON object or array, which starts with '{' or '['";
    return expectations[pass->state];
}

static const char *fail_at(struct json_pass *pass, const char *p, const char *problem)
{
    size_t column = pass->column + utf8_count(pass->line_start, (size_t)(p - pass->line_start)) + 1;
    pass->status = error_set(pass->error, STATUS_INVALID, "line %zu, column %zu: %s", pass->line,
                             column, problem);
    return NULL;
}

static const char *fail_unexpected(struct json_pass *pass, const char *p, const char *end)
{
    char found[16];
    char problem[160];
    size_t length = utf8_sequence_length(p, (size_t)(end - p));
    printable_copy(found, sizeof found, p, length > 0 ? length : 1);
    if (pass->state == START && memcmp(found, "\xEF\xBB\xBF", 4) == 0)
        return fail_at(pass, p, "the text starts with a byte order mark; save it without one");
    (void)snprintf(problem, sizeof problem, "expected %s, found '%s'", expectation_of(pass), found);
    return fail_at(pass, p, problem);
}

static bool emit(struct json_pass *pass, const char *bytes, size_t length)
{
    if (pass->output != NULL)
        pass->status = buffer_append(pass->output, bytes, length, pass->error);
    return pass->status == STATUS_OK;
}

static bool emit_line_break(struct json_pass *pass)
{
    struct buffer *output = pass->output;
    size_t length = 1 + 2 * (size_t)pass->depth;
    if (output == NULL)
        return true;
    pass->status = buffer_reserve(output, length, pass->error);
    if (pass->status != STATUS_OK)
        return false;
    output->bytes[output->length] = '\n';
    memset(output->bytes + output->length + 1, ' ', length - 1);
    output->length += length;
    return true;
}

/* All before `p` has been written already, where anything is. */
static size_t offset_of(const struct json_pass *pass, const char *p)
{
    return pass->output != NULL ? pass->output->length : pass->offset + (size_t)(p - pass->piece);
}

static const char *skip_space(struct json_pass *pass, const char *p, const char *end)
{
    for (; p < end; p++) {
        if (*p == '\n') {
            pass->line++;
            pass->line_start = p + 1;
            pass->column = 0;
        } else if (*p != ' ' && *p != '\t' && *p != '\r') {
            break;
        }
    }
    return p;
}

/* The names of top-level members. Escapes count: "\u0074ask" and "task" are one name. */

static void name_append(struct json_pass *pass, const char *bytes, size_t length)
{
    if (!pass->string_is_name || pass->depth != 1)
        return;
    size_t room = JSON_WATCHED_NAME_MAX - pass->name_length;
    size_t copied = length < room ? length : room;
    memcpy(pass->name + pass->name_length, bytes, copied);
    pass->name_length += copied;
}

/* What is not ASCII is in no watched name: any byte that cannot be there stands for it. */
static void name_append_unit(struct json_pass *pass, uint32_t code_unit)
{
    char byte = '\x7f';
    if (code_unit > 0 && code_unit < 0x80)
        byte = (char)code_unit;
    name_append(pass, &byte, 1);
}

static void name_ended(struct json_pass *pass)
{
    pass->watched = NULL;
    pass->name[pass->name_length] = '\0';
    for (size_t i = 0; i < JSON_WATCHED; i++) {
        if (pass->watched_names[i] != NULL && strcmp(pass->name, pass->watched_names[i]) == 0)
            pass->watched = &pass->outline.watched[i];
    }
}

/* Values. */

static void value_started(struct json_pass *pass, const char *p)
{
    if (pass->depth == 1 && pass->watched != NULL)
        *pass->watched =
            (struct json_member){.found = true, .kind = *p, .begin = offset_of(pass, p)};
}

/* `behind` is just behind the value's last byte. */
static void value_ended(struct json_pass *pass, const char *behind)
{
    pass->state = pass->depth == 0 ? END : COMMA;
    if (pass->depth != 1)
        return;
    pass->outline.members_end = offset_of(pass, behind);
    pass->outline.has_members = true;
    if (pass->watched != NULL)
        pass->watched->end = offset_of(pass, behind);
}

static const char *container_open(struct json_pass *pass, const char *p)
{
    if (pass->depth == pass->depth_max) {
        char problem[64];
        (void)snprintf(problem, sizeof problem, "nested deeper than %u levels", pass->depth_max);
        return fail_at(pass, p, problem);
    }
    if (!emit(pass, p, 1))
        return NULL;
    pass->in_object[++pass->depth] = *p == '{';
    pass->state = *p == '{' ? FIRST_NAME : FIRST_VALUE;
    if (pass->depth == 1)
        pass->outline.members_end = offset_of(pass, p + 1);
    return p + 1;
}

static const char *container_close(struct json_pass *pass, const char *p)
{
    bool has_content = pass->state == COMMA;
    pass->depth--;
    if (has_content && !emit_line_break(pass))
        return NULL;
    if (!emit(pass, p, 1))
        return NULL;
    if (pass->depth == 1 && pass->watched != NULL)
        pass->watched->has_content = has_content;
    value_ended(pass, p + 1);
    return p + 1;
}

static const char *string_open(struct json_pass *pass, const char *p, bool is_name)
{
    pass->state = STRING;
    pass->string_is_name = is_name;
    if (is_name && pass->depth == 1)
        pass->name_length = 0;
    return emit(pass, p, 1) ? p + 1 : NULL;
}

static const char *token_open(struct json_pass *pass, const char *p, enum json_state state,
                              const char *literal_rest)
{
    pass->state = (int)state;
    pass->literal_rest = literal_rest;
    return emit(pass, p, 1) ? p + 1 : NULL;
}

static const char *value_open(struct json_pass *pass, const char *p, const char *end)
{
    if (pass->state == FIRST_VALUE && !emit_line_break(pass))
        return NULL;
    value_started(pass, p);
    switch (*p) {
    case '{':
    case '[': return container_open(pass, p);
    case '"': return string_open(pass, p, false);
    case '-': return token_open(pass, p, NUMBER_MINUS, NULL);
    case '0': return token_open(pass, p, NUMBER_ZERO, NULL);
    case 't': return token_open(pass, p, LITERAL, "rue");
    case 'f': return token_open(pass, p, LITERAL, "alse");
    case 'n': return token_open(pass, p, LITERAL, "ull");
    default: break;
    }
    if (*p >= '1' && *p <= '9')
        return token_open(pass, p, NUMBER_DIGITS, NULL);
    return fail_unexpected(pass, p, end);
}

/* The steps: between tokens. */

static const char *step_start(struct json_pass *pass, const char *p, const char *end)
{
    p = skip_space(pass, p, end);
    if (p == end)
        return p;
    bool opens = *p == '{' || (*p == '[' && pass->takes_array);
    return opens ? container_open(pass, p) : fail_unexpected(pass, p, end);
}

static const char *step_value(struct json_pass *pass, const char *p, const char *end)
{
    p = skip_space(pass, p, end);
    if (p == end)
        return p;
    if (pass->state == FIRST_VALUE && *p == ']')
        return container_close(pass, p);
    return value_open(pass, p, end);
}

static const char *step_name(struct json_pass *pass, const char *p, const char *end)
{
    p = skip_space(pass, p, end);
    if (p == end)
        return p;
    if (pass->state == FIRST_NAME && *p == '}')
        return container_close(pass, p);
    if (*p != '"')
        return fail_unexpected(pass, p, end);
    if (pass->state == FIRST_NAME && !emit_line_break(pass))
        return NULL;
    return string_open(pass, p, true);
}

static const char *step_colon(struct json_pass *pass, const char *p, const char *end)
{
    p = skip_space(pass, p, end);
    if (p == end)
        return p;
    if (*p != ':')
        return fail_unexpected(pass, p, end);
    pass->state = VALUE;
    return emit(pass, ": ", 2) ? p + 1 : NULL;
}

static const char *step_comma(struct json_pass *pass, const char *p, const char *end)
{
    p = skip_space(pass, p, end);
    if (p == end)
        return p;
    bool in_object = pass->in_object[pass->depth];
    if (*p == (in_object ? '}' : ']'))
        return container_close(pass, p);
    if (*p != ',')
        return fail_unexpected(pass, p, end);
    pass->state = in_object ? NAME : VALUE;
    return emit(pass, p, 1) && emit_line_break(pass) ? p + 1 : NULL;
}

static const char *step_end(struct json_pass *pass, const char *p, const char *end)
{
    p = skip_space(pass, p, end);
    return p == end ? p : fail_unexpected(pass, p, end);
}

/* The steps: within a string. */

static const char *string_close(struct json_pass *pass, const char *p)
{
    if (!emit(pass, p, 1))
        return NULL;
    if (!pass->string_is_name) {
        value_ended(pass, p + 1);
        return p + 1;
    }
    pass->state = COLON;
    if (pass->depth == 1)
        name_ended(pass);
    return p + 1;
}

/* A multi-byte character that is cut by the end of the piece, or is not one. */
static const char *utf8_open(struct json_pass *pass, const char *p)
{
    struct utf8_lead lead = utf8_lead((unsigned char)*p);
    if (lead.length == 0)
        return fail_at(pass, p, "a byte that is not UTF-8");
    pass->utf8_due = (unsigned char)(lead.length - 1);
    pass->utf8_low = lead.low;
    pass->utf8_high = lead.high;
    return token_open(pass, p, UTF8, NULL);
}

/* How far the string goes on with whole characters that stand for themselves. */
static const char *plain_run_end(const char *p, const char *end)
{
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20) {
        bool ascii = (unsigned char)*p < 0x80;
        size_t length = ascii ? 1 : utf8_sequence_length(p, (size_t)(end - p));
        if (length == 0)
            break;
        p += length;
    }
    return p;
}

static const char *step_string(struct json_pass *pass, const char *p, const char *end)
{
    const char *run_end = plain_run_end(p, end);
    size_t length = (size_t)(run_end - p);
    if (!emit(pass, p, length))
        return NULL;
    name_append(pass, p, length);
    p = run_end;
    if (p == end)
        return p;
    if (*p == '"')
        return string_close(pass, p);
    if (*p == '\\')
        return token_open(pass, p, ESCAPE, NULL);
    if ((unsigned char)*p < 0x20)
        return fail_at(pass, p, "a control character in a string must be written as an escape");
    name_append_unit(pass, 0x80);
    return utf8_open(pass, p);
}

static const char *step_utf8(struct json_pass *pass, const char *p, const char *end)
{
    unsigned char byte = (unsigned char)*p;
    (void)end;
    if (byte < pass->utf8_low || byte > pass->utf8_high)
        return fail_at(pass, p, "a byte that is not UTF-8");
    pass->utf8_low = 0x80;
    pass->utf8_high = 0xBF;
    pass->utf8_due--;
    pass->state = pass->utf8_due == 0 ? STRING : UTF8;
    return emit(pass, p, 1) ? p + 1 : NULL;
}

static const char *step_escape(struct json_pass *pass, const char *p, const char *end)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter = *p != '\0' ? strchr(letters, *p) : NULL;
    if (letter == NULL && *p != 'u')
        return fail_unexpected(pass, p, end);
    if (letter != NULL)
        name_append_unit(pass, (uint32_t)meanings[letter - letters]);
    pass->state = letter != NULL ? STRING : HEX;
    pass->hex_digits = 0;
    pass->code_unit = 0;
    return emit(pass, p, 1) ? p + 1 : NULL;
}

/* Four digits are read, the last one at `p`: decide what the code unit means where it stands. */
static bool code_unit_take(struct json_pass *pass, const char *p)
{
    bool high = pass->code_unit >= 0xD800 && pass->code_unit <= 0xDBFF;
    bool low = pass->code_unit >= 0xDC00 && pass->code_unit <= 0xDFFF;
    if (low != pass->low_surrogate_due) {
        (void)fail_at(pass, p, "a surrogate escape without its other half");
        return false;
    }
    pass->low_surrogate_due = high;
    pass->state = high ? LOW_BACKSLASH : STRING;
    name_append_unit(pass, pass->code_unit);
    return true;
}

static const char *step_hex(struct json_pass *pass, const char *p, const char *end)
{
    int value = number_hex_digit(*p);
    if (value < 0)
        return fail_unexpected(pass, p, end);
    pass->code_unit = pass->code_unit * 16 + (uint32_t)value;
    if (++pass->hex_digits == 4 && !code_unit_take(pass, p))
        return NULL;
    return emit(pass, p, 1) ? p + 1 : NULL;
}

static const char *step_low_surrogate(struct json_pass *pass, const char *p, const char *end)
{
    bool at_backslash = pass->state == LOW_BACKSLASH;
    if (*p != (at_backslash ? '\\' : 'u'))
        return fail_unexpected(pass, p, end);
    pass->state = at_backslash ? LOW_U : HEX;
    pass->hex_digits = 0;
    pass->code_unit = 0;
    return emit(pass, p, 1) ? p + 1 : NULL;
}

/* The steps: within literals and numbers. */

static const char *step_literal(struct json_pass *pass, const char *p, const char *end)
{
    if (*p != *pass->literal_rest)
        return fail_unexpected(pass, p, end);
    if (!emit(pass, p, 1))
        return NULL;
    pass->literal_rest++;
    if (*pass->literal_rest == '\0')
        value_ended(pass, p + 1);
    return p + 1;
}

/* The state of a number after `c`, or COMMA if the number does not go on with it. */
static enum json_state number_next(int state, char c)
{
    bool digit = c >= '0' && c <= '9';
    bool exponent = c == 'e' || c == 'E';
    switch (state) {
    case NUMBER_MINUS: return c == '0' ? NUMBER_ZERO : digit ? NUMBER_DIGITS : COMMA;
    case NUMBER_ZERO: return c == '.' ? NUMBER_POINT : exponent ? NUMBER_E : COMMA;
    case NUMBER_DIGITS:
        return digit ? NUMBER_DIGITS : c == '.' ? NUMBER_POINT : exponent ? NUMBER_E : COMMA;
    case NUMBER_POINT: return digit ? NUMBER_FRACTION : COMMA;
    case NUMBER_FRACTION: return digit ? NUMBER_FRACTION : exponent ? NUMBER_E : COMMA;
    case NUMBER_E: return digit ? NUMBER_EXPONENT : c == '+' || c == '-' ? NUMBER_E_SIGN : COMMA;
    default: return digit ? NUMBER_EXPONENT : COMMA;
    }
}

static bool number_may_end(int state)
{
    return state == NUMBER_ZERO || state == NUMBER_DIGITS || state == NUMBER_FRACTION ||
           state == NUMBER_EXPONENT;
}

static const char *step_number(struct json_pass *pass, const char *p, const char *end)
{
    const char *start = p;
    enum json_state next = COMMA;
    while (p < end && (next = number_next(pass->state, *p)) != COMMA) {
        pass->state = (int)next;
        p++;
    }
    if (!emit(pass, start, (size_t)(p - start)))
        return NULL;
    if (p == end)
        return p;
    if (!number_may_end(pass->state))
        return fail_unexpected(pass, p, end);
    value_ended(pass, p);
    return p;
}

static step_function *const steps[] = {
    [START] = step_start,
    [VALUE] = step_value,
    [FIRST_VALUE] = step_value,
    [NAME] = step_name,
    [FIRST_NAME] = step_name,
    [COLON] = step_colon,
    [COMMA] = step_comma,
    [END] = step_end,
    [STRING] = step_string,
    [ESCAPE] = step_escape,
    [HEX] = step_hex,
    [LOW_BACKSLASH] = step_low_surrogate,
    [LOW_U] = step_low_surrogate,
    [UTF8] = step_utf8,
    [LITERAL] = step_literal,
    [NUMBER_MINUS] = step_number,
    [NUMBER_ZERO] = step_number,
    [NUMBER_DIGITS] = step_number,
    [NUMBER_POINT] = step_number,
    [NUMBER_FRACTION] = step_number,
    [NUMBER_E] = step_number,
    [NUMBER_E_SIGN] = step_number,
    [NUMBER_EXPONENT] = step_number,
};

enum status json_pass_feed(struct json_pass *pass, const char *bytes, size_t length,
                           struct error *error)
{
    const char *p = bytes;
    if (length == 0) /* `bytes` may be null then */
        return STATUS_OK;
    const char *end = bytes + length;
    pass->error = error;
    pass->piece = bytes;
    pass->line_start = bytes;
    while (p != NULL && p < end) {
        p = json_quick_take(pass, p, end);
        if (p < end)
            p = steps[pass->state](pass, p, end);
    }
    if (p == NULL)
        return pass->status;
    pass->column += utf8_count(pass->line_start, (size_t)(end - pass->line_start));
    pass->offset += length;
    return STATUS_OK;
}

enum status json_pass_finish(struct json_pass *pass, struct error *error)
{
    if (pass->state == END)
        return STATUS_OK;
    if (pass->offset == 0)
        return error_set(error, STATUS_INVALID, "line 1, column 1: the text is empty; expected %s",
                         expectation_of(pass));
    return error_set(error, STATUS_INVALID, "line %zu, column %zu: the text ends before %s",
                     pass->line, pass->column + 1, expectation_of(pass));
}
