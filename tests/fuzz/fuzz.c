#include "fuzz.h"

#include "json_text.h"
#include "savers.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int report = STDERR_FILENO;

void law_report_to(int descriptor)
{
    report = descriptor;
}

void law(bool holds, const char *format, ...)
{
    va_list arguments;
    if (holds)
        return;
    va_start(arguments, format);
    (void)vdprintf(report, format, arguments);
    va_end(arguments);
    (void)dprintf(report, "\n");
    abort();
}

bool piece_take(struct piece *rest, const char *separator, struct piece *piece)
{
    size_t width = strlen(separator);
    if (rest->bytes == NULL)
        return false;
    const char *found = memmem(rest->bytes, rest->length, separator, width);
    *piece = *rest;
    if (found == NULL) {
        *rest = (struct piece){.bytes = NULL};
        return true;
    }
    piece->length = (size_t)(found - rest->bytes);
    rest->bytes = found + width;
    rest->length -= piece->length + width;
    return true;
}

char *piece_string(struct piece piece)
{
    char *string = strndup(piece.bytes, piece.length);
    law(string != NULL, "no memory for the test");
    return string;
}

bool piece_is_user_name(struct piece piece)
{
    const unsigned char *bytes = (const unsigned char *)piece.bytes;
    size_t step;
    for (size_t i = 0; i < piece.length; i += step) {
        step = utf8_sequence_length(piece.bytes + i, piece.length - i);
        if (step == 0 || bytes[i] < ' ' || bytes[i] == 0x7F ||
            (bytes[i] == 0xC2 && bytes[i + 1] < 0xA0))
            return false;
    }
    return piece.length > 0 && piece.length < SAVER_NAME_SIZE;
}

json_t *piece_tree(struct piece piece)
{
    json_t *tree = NULL;
    return json_text_load(piece.bytes, piece.length, &tree, NULL) == STATUS_OK ? tree : NULL;
}

char *tree_line(const json_t *tree)
{
    char *line = json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY);
    law(line != NULL, "a tree that jansson cannot write");
    return line;
}

bool trees_identical(const json_t *left, const json_t *right)
{
    char *left_line = tree_line(left);
    char *right_line = tree_line(right);
    bool identical = strcmp(left_line, right_line) == 0;
    free(left_line);
    free(right_line);
    return identical;
}

static size_t larger(size_t left, size_t right)
{
    return left > right ? left : right;
}

size_t tree_depth(json_t *tree)
{
    size_t deepest = 0;
    size_t index;
    const char *name;
    json_t *inner;
    json_array_foreach (tree, index, inner)
        deepest = larger(deepest, tree_depth(inner));
    json_object_foreach (tree, name, inner)
        deepest = larger(deepest, tree_depth(inner));
    return json_is_object(tree) || json_is_array(tree) ? deepest + 1 : 0;
}

/* FNV-1a. */
uint64_t piece_hash(struct piece piece)
{
    uint64_t hash = 14695981039346656037U;
    for (size_t i = 0; i < piece.length; i++)
        hash = (hash ^ (unsigned char)piece.bytes[i]) * 1099511628211U;
    return hash;
}
