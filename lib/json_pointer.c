#include "json_pointer.h"

#include "number.h"
#include "printable.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Names and places are shown to people; a longer one is cut. */
enum { SHOWN_SIZE = 256 };

/* Reading. */

static enum status text_check(const char *text, size_t length, struct error *error)
{
    if (length > 0 && text[0] != '/')
        return error_set(error, STATUS_INVALID, "a pointer is empty or starts with '/'");
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0')
            return error_set(error, STATUS_INVALID, "a pointer holds no NUL");
        if (text[i] == '~' && (i + 1 == length || (text[i + 1] != '0' && text[i + 1] != '1')))
            return error_set(error, STATUS_INVALID, "in a pointer '~' stands before 0 or 1 alone");
    }
    return STATUS_OK;
}

/* Split and unescape what text_check has accepted. `tokens` has room for all of it and a NUL. */
static void tokens_write(struct json_pointer *pointer)
{
    char *end = pointer->tokens;
    for (const char *p = pointer->text; p < pointer->text + pointer->length; p++) {
        if (*p == '/') {
            /* The first token has none before it to end. */
            if (pointer->count++ > 0)
                *end++ = '\0';
            pointer->last = end;
        } else if (*p == '~') {
            *end++ = *++p == '0' ? '~' : '/';
        } else {
            *end++ = *p;
        }
    }
    *end = '\0';
}

enum status json_pointer_parse(const char *text, size_t length, struct json_pointer *pointer,
                               struct error *error)
{
    enum status status = text_check(text, length, error);
    if (status != STATUS_OK)
        return status;
    char *tokens = malloc(length + 1);
    if (tokens == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %zu bytes", length + 1);
    *pointer = (struct json_pointer){.text = text, .length = length, .tokens = tokens};
    tokens_write(pointer);
    return STATUS_OK;
}

void json_pointer_release(struct json_pointer *pointer)
{
    free(pointer->tokens);
    *pointer = (struct json_pointer){0};
}

/* Two pointers. As nothing can be escaped in two ways, their texts tell. */

bool json_pointer_equal(const struct json_pointer *left, const struct json_pointer *right)
{
    return left->length == right->length && memcmp(left->text, right->text, left->length) == 0;
}

bool json_pointer_is_inside(const struct json_pointer *inner, const struct json_pointer *outer)
{
    return inner->length > outer->length && inner->text[outer->length] == '/' &&
           memcmp(inner->text, outer->text, outer->length) == 0;
}

/* Looking up. */

/* What the first `count` tokens name, for an error's text. */
static void place_show(const struct json_pointer *pointer, size_t count, char shown[SHOWN_SIZE])
{
    size_t length = 0;
    size_t slashes = 0;
    for (; length < pointer->length; length++) {
        slashes += pointer->text[length] == '/';
        if (slashes > count)
            break;
    }
    if (count == 0)
        printable_copy(shown, SHOWN_SIZE, "the document", strlen("the document"));
    else
        printable_copy(shown, SHOWN_SIZE, pointer->text, length);
}

static enum status token_failed(const struct json_pointer *pointer, size_t depth, const char *token,
                                enum status status, struct error *error)
{
    char place[SHOWN_SIZE];
    char name[SHOWN_SIZE];
    place_show(pointer, depth, place);
    printable_copy(name, sizeof name, token, strlen(token));
    return status == STATUS_INVALID
               ? error_set(error, status, "'%s' is not an index into %s", name, place)
               : error_set(error, status, "there is no '%s' in %s", name, place);
}

/* The index that a token spells; one beyond all arrays if it is too large a number. */
static bool index_parse(const char *token, size_t *index)
{
    uint64_t number = SIZE_MAX;
    if (token[0] == '0' && token[1] != '\0')
        return false;
    if (number_parse(token, SIZE_MAX, &number) == NUMBER_MALFORMED)
        return false;
    *index = (size_t)number;
    return true;
}

static enum status container_check(const struct json_pointer *pointer, size_t depth,
                                   const json_t *value, struct error *error)
{
    char place[SHOWN_SIZE];
    if (json_is_object(value) || json_is_array(value))
        return STATUS_OK;
    place_show(pointer, depth, place);
    return error_set(error, STATUS_NOT_FOUND, "%s is neither an object nor an array", place);
}

/* From `*value`, which `depth` tokens name, to what `token` names in it. */
static enum status token_follow(const struct json_pointer *pointer, size_t depth, const char *token,
                                json_t **value, struct error *error)
{
    enum status status = container_check(pointer, depth, *value, error);
    json_t *found;
    size_t index = SIZE_MAX;
    if (status != STATUS_OK)
        return status;
    if (json_is_array(*value) && strcmp(token, "-") != 0 && !index_parse(token, &index))
        return token_failed(pointer, depth, token, STATUS_INVALID, error);
    found = json_is_array(*value) ? json_array_get(*value, index) : json_object_get(*value, token);
    if (found == NULL)
        return token_failed(pointer, depth, token, STATUS_NOT_FOUND, error);
    *value = found;
    return STATUS_OK;
}

/* What the first `count` tokens name. */
static enum status tokens_follow(const struct json_pointer *pointer, size_t count, json_t *tree,
                                 json_t **value, struct error *error)
{
    enum status status = STATUS_OK;
    const char *token = pointer->tokens;
    json_t *reached = tree;
    for (size_t depth = 0; status == STATUS_OK && depth < count; depth++) {
        status = token_follow(pointer, depth, token, &reached, error);
        token += strlen(token) + 1;
    }
    if (status == STATUS_OK)
        *value = reached;
    return status;
}

enum status json_pointer_find(const struct json_pointer *pointer, json_t *tree, json_t **value,
                              struct error *error)
{
    return tokens_follow(pointer, pointer->count, tree, value, error);
}

enum status json_pointer_find_parent(const struct json_pointer *pointer, json_t *tree,
                                     json_t **parent, struct error *error)
{
    json_t *found = NULL;
    enum status status = tokens_follow(pointer, pointer->count - 1, tree, &found, error);
    if (status == STATUS_OK)
        status = container_check(pointer, pointer->count - 1, found, error);
    if (status == STATUS_OK)
        *parent = found;
    return status;
}

enum status json_pointer_index(const struct json_pointer *pointer, const json_t *array,
                               size_t *index, struct error *error)
{
    size_t size = json_array_size(array);
    size_t place = size;
    if (strcmp(pointer->last, "-") != 0 && !index_parse(pointer->last, &place))
        return token_failed(pointer, pointer->count - 1, pointer->last, STATUS_INVALID, error);
    if (place > size)
        return token_failed(pointer, pointer->count - 1, pointer->last, STATUS_NOT_FOUND, error);
    *index = place;
    return STATUS_OK;
}
