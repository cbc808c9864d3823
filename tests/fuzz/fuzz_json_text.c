/*
 * JSON texts and trees: what is accepted, what a tree keeps, and how it is written again. The input
 * is a text; if it is eight bytes long, it is also the bits of a number.
 */
#include "fuzz.h"
#include "json_number.h"
#include "json_pass.h"
#include "json_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Indentation of the deepest level for every byte, and some. */
static size_t written_max(size_t length)
{
    return (length + 1) * (2 * JSON_DEPTH_MAX + 64);
}

static struct buffer tree_written(json_t *tree, enum json_text_layout layout, size_t maximum,
                                  enum status *status)
{
    struct buffer text;
    buffer_init(&text, maximum);
    *status = json_text_write(tree, layout, &text, NULL);
    return text;
}

static bool pass_accepts_between(const char *before, struct piece text, const char *behind)
{
    static const char *const none[JSON_WATCHED] = {NULL};
    struct json_pass pass;
    json_pass_init(&pass, none, NULL);
    return json_pass_feed(&pass, before, strlen(before), NULL) == STATUS_OK &&
           json_pass_feed(&pass, text.bytes, text.length, NULL) == STATUS_OK &&
           json_pass_feed(&pass, behind, strlen(behind), NULL) == STATUS_OK &&
           json_pass_finish(&pass, NULL) == STATUS_OK;
}

/* Whether the pass takes the text for one value: not for a value and another member or element. */
static bool pass_accepts(struct piece text)
{
    return pass_accepts_between("{\"\":", text, "}") && pass_accepts_between("{\"\":[", text, "]}");
}

static char first_byte(struct piece text)
{
    size_t spaces = 0;
    while (spaces < text.length && memchr(" \t\r\n", text.bytes[spaces], 4) != NULL)
        spaces++;
    return spaces < text.length ? text.bytes[spaces] : '\0';
}

static size_t containers_opened(struct piece text)
{
    size_t opened = 0;
    for (size_t i = 0; i < text.length; i++)
        opened += text.bytes[i] == '{' || text.bytes[i] == '[';
    return opened;
}

static void check_acceptance(struct piece text, const json_t *tree, const struct error *error)
{
    bool is_container = first_byte(text) == '{' || first_byte(text) == '[';
    if (tree != NULL)
        law(is_container && (pass_accepts(text) || containers_opened(text) + 2 > JSON_DEPTH_MAX),
            "a tree of what the pass refuses");
    else
        law(!is_container || !pass_accepts(text) || strstr(error->text, "NUL") != NULL ||
                strstr(error->text, "\\u0000") != NULL,
            "no tree of what the pass accepts: %s", error->text);
}

/* No number that could be an integer is a real one, which json_equal would take for another. */
static void check_numbers(json_t *tree)
{
    size_t index;
    const char *name;
    json_t *value;
    double number = json_real_value(tree);
    law(!json_is_real(tree) || number != trunc(number) || fabs(number) >= 0x1p63,
        "%.17g is not an integer", number);
    json_array_foreach (tree, index, value)
        check_numbers(value);
    json_object_foreach (tree, name, value)
        check_numbers(value);
}

/* Every number is the nearest double of what was written, as far as it is no larger integer. */
static void check_values(json_t *tree, json_t *oracle)
{
    size_t index;
    const char *name;
    json_t *value;
    law(!json_is_number(tree) || json_number_value(tree) == json_number_value(oracle),
        "%.17g is read as %.17g", json_number_value(oracle), json_number_value(tree));
    json_array_foreach (tree, index, value)
        check_values(value, json_array_get(oracle, index));
    json_object_foreach (tree, name, value)
        check_values(value, json_object_get(oracle, name));
}

static void check_values_of(struct piece text, json_t *tree)
{
    json_t *oracle =
        json_loadb(text.bytes, text.length, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    /* It takes no number beyond doubles. */
    if (oracle != NULL)
        check_values(tree, oracle);
    json_decref(oracle);
}

/* The same value with the same order comes back, and the same text of it. */
static void check_round_trip(json_t *tree, enum json_text_layout layout, size_t maximum)
{
    enum status status = STATUS_OK;
    enum status second = STATUS_OK;
    struct buffer text = tree_written(tree, layout, maximum, &status);
    if (status == STATUS_OK) {
        json_t *again = piece_tree((struct piece){.bytes = text.bytes, .length = text.length});
        law(again != NULL, "what was written cannot be read: %.*s", (int)text.length, text.bytes);
        law(trees_identical(tree, again), "what was written is another tree: %.*s",
            (int)text.length, text.bytes);
        struct buffer rewritten = tree_written(again, layout, maximum, &second);
        law(second == STATUS_OK && rewritten.length == text.length &&
                memcmp(rewritten.bytes, text.bytes, text.length) == 0,
            "written again it is another text");
        buffer_release(&rewritten);
        json_decref(again);
    } else {
        law(status == STATUS_INVALID, "status %d", (int)status);
    }
    buffer_release(&text);
}

/* As it is stored: the pass has nothing to change in it. */
static void check_indentation(json_t *tree, size_t maximum)
{
    static const char *const none[JSON_WATCHED] = {NULL};
    enum status status = STATUS_OK;
    struct buffer text = tree_written(tree, JSON_TEXT_INDENTED, maximum, &status);
    if (status == STATUS_OK && json_is_object(tree)) {
        struct buffer passed;
        struct json_pass pass;
        buffer_init(&passed, maximum);
        json_pass_init(&pass, none, &passed);
        law(json_pass_feed(&pass, text.bytes, text.length, NULL) == STATUS_OK &&
                json_pass_finish(&pass, NULL) == STATUS_OK,
            "the pass refuses what was written");
        law(passed.length == text.length && memcmp(passed.bytes, text.bytes, text.length) == 0,
            "the pass changes what was written");
        buffer_release(&passed);
    }
    buffer_release(&text);
}

static int digits_of(const char *spelled)
{
    int digits = 0;
    int zeros = 0;
    for (const char *p = spelled; *p != '\0' && *p != 'e'; p++) {
        if (*p < '0' || *p > '9')
            continue;
        zeros = *p == '0' ? zeros + 1 : 0;
        digits += digits > 0 || *p != '0';
    }
    return digits - (strchr(spelled, '.') == NULL || strchr(spelled, 'e') != NULL ? zeros : 0);
}

/* The spelling is a JSON number, means this number, and a shorter one would not. */
static void check_spelling(double value)
{
    char spelled[JSON_NUMBER_SIZE];
    char shorter[JSON_NUMBER_SIZE];
    json_number_write(value, spelled);
    law(strtod(spelled, NULL) == value, "%.17g is written %s", value, spelled);
    json_t *read = json_loads(spelled, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    law(read != NULL, "%.17g is written %s, which is no JSON", value, spelled);
    json_decref(read);
    int digits = digits_of(spelled);
    if (digits > 1 && value != 0) {
        (void)snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
        law(strtod(shorter, NULL) != value, "%s is longer than %s", spelled, shorter);
    }
}

static void check_bits(struct piece bits)
{
    double value;
    if (bits.length != sizeof value)
        return;
    memcpy(&value, bits.bytes, sizeof value);
    if (isfinite(value))
        check_spelling(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct piece text = {.bytes = (const char *)data, .length = size};
    size_t maximum = written_max(size);
    struct error error = ERROR_INIT;
    json_t *tree = NULL;
    enum status status = json_text_load(text.bytes, text.length, &tree, &error);
    law(status == STATUS_OK || status == STATUS_INVALID, "status %d: %s", (int)status, error.text);
    check_bits(text);
    check_acceptance(text, tree, &error);
    if (tree != NULL) {
        check_numbers(tree);
        check_values_of(text, tree);
        check_round_trip(tree, JSON_TEXT_LINE, maximum);
        check_round_trip(tree, JSON_TEXT_INDENTED, maximum);
        check_indentation(tree, maximum);
    }
    json_decref(tree);
    return 0;
}
