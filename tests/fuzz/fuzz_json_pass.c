/*
 * The pass over a document's text, against jansson: both accept the same texts, but for what
 * json_pass.h states, and what is written means the same. Texts with a NUL byte are left out of that:
 * jansson passes over one behind a number. The input is the text.
 */
#include "document.h"
#include "fuzz.h"
#include "json_pass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order of document.h's places. */
static const char *const watched_names[JSON_WATCHED] = {"taskTypes", "projects", "pmos",
                                                        "productManagers"};

/* What came of one pass. */
struct outcome {
    enum status status;
    struct error error;
    struct buffer output;
    struct json_outline outline;
};

enum cut { CUT_NOWHERE, CUT_EVERYWHERE, CUT_ANYWHERE };

static size_t piece_length(enum cut cut, uint64_t *choice)
{
    *choice = *choice * 6364136223846793005U + 1442695040888963407U;
    switch (cut) {
    case CUT_NOWHERE: break;
    case CUT_EVERYWHERE: return 1;
    case CUT_ANYWHERE: return 1 + (*choice >> 33) % 40;
    }
    return SIZE_MAX;
}

static struct outcome pass_run(struct piece text, enum cut cut)
{
    struct outcome outcome = {.error = ERROR_INIT};
    struct json_pass pass;
    uint64_t choice = piece_hash(text);
    buffer_init(&outcome.output, document_length_max(text.length));
    document_pass_init(&pass, &outcome.output);
    for (size_t at = 0; at < text.length && outcome.status == STATUS_OK;) {
        size_t length = piece_length(cut, &choice);
        length = length < text.length - at ? length : text.length - at;
        /* Of its own, so that a sanitizer sees who reads beyond the piece. */
        char *bytes = malloc(length);
        law(bytes != NULL, "no memory for the test");
        memcpy(bytes, text.bytes + at, length);
        outcome.status = json_pass_feed(&pass, bytes, length, &outcome.error);
        free(bytes);
        at += length;
    }
    if (outcome.status == STATUS_OK)
        outcome.status = json_pass_finish(&pass, &outcome.error);
    outcome.outline = pass.outline;
    return outcome;
}

static struct piece text_of(const struct outcome *outcome)
{
    return (struct piece){.bytes = outcome->output.bytes, .length = outcome->output.length};
}

static bool pieces_equal(struct piece left, struct piece right)
{
    return left.length == right.length &&
           (left.length == 0 || memcmp(left.bytes, right.bytes, left.length) == 0);
}

static bool members_equal(const struct json_member *left, const struct json_member *right)
{
    return left->found == right->found &&
           (!left->found || (left->has_content == right->has_content && left->kind == right->kind &&
                             left->begin == right->begin && left->end == right->end));
}

static void check_outlines(const struct json_outline *left, const struct json_outline *right)
{
    law(left->members_end == right->members_end && left->has_members == right->has_members,
        "another end of the members");
    for (size_t i = 0; i < JSON_WATCHED; i++)
        law(members_equal(&left->watched[i], &right->watched[i]), "another place of %s",
            watched_names[i]);
}

static void check_pieces(struct piece text, const struct outcome *whole, enum cut cut)
{
    struct outcome cut_up = pass_run(text, cut);
    law(cut_up.status == whole->status, "in pieces %d %s, at once %d %s", (int)cut_up.status,
        cut_up.error.text, (int)whole->status, whole->error.text);
    /* The place, that is: what stands there can be shown only as far as it is in the piece. */
    law(strncmp(cut_up.error.text, whole->error.text, strcspn(whole->error.text, ":")) == 0,
        "in pieces '%s', at once '%s'", cut_up.error.text, whole->error.text);
    if (whole->status == STATUS_OK) {
        law(pieces_equal(text_of(&cut_up), text_of(whole)), "in pieces another text");
        check_outlines(&cut_up.outline, &whole->outline);
    }
    buffer_release(&cut_up.output);
}

/* Writing what was written gives the same text, and describes it the same. */
static void check_again(const struct outcome *whole)
{
    struct outcome again = pass_run(text_of(whole), CUT_NOWHERE);
    law(again.status == STATUS_OK, "what was written is refused: %s", again.error.text);
    law(pieces_equal(text_of(&again), text_of(whole)), "written again it is another text");
    check_outlines(&again.outline, &whole->outline);
    buffer_release(&again.output);
}

static unsigned long number_after(const char *text, const char *word)
{
    const char *found = strstr(text, word);
    law(found != NULL, "'%s' tells no%s", text, word);
    return strtoul(found + strlen(word), NULL, 10);
}

static void check_refusal(struct piece text, const struct outcome *whole)
{
    unsigned long lines = 1;
    for (size_t i = 0; i < text.length; i++)
        lines += text.bytes[i] == '\n';
    law(whole->status == STATUS_INVALID || whole->status == STATUS_TOO_LARGE, "status %d",
        (int)whole->status);
    if (whole->status == STATUS_TOO_LARGE)
        return;
    unsigned long line = number_after(whole->error.text, "line ");
    unsigned long column = number_after(whole->error.text, "column ");
    law(line >= 1 && line <= lines, "line %lu of %lu", line, lines);
    law(column >= 1 && column <= text.length + 1, "column %lu of %zu bytes", column, text.length);
}

static json_t *oracle_read(struct piece text, json_error_t *error)
{
    return json_loadb(text.length > 0 ? text.bytes : "", text.length, JSON_ALLOW_NUL, error);
}

/* Of repeated names jansson's tree has one, so a deeper one may be gone from it. */
static bool is_deep(struct piece text)
{
    size_t opened = 0;
    for (size_t i = 0; i < text.length; i++)
        opened += text.bytes[i] == '{' || text.bytes[i] == '[';
    return opened > JSON_DEPTH_MAX;
}

static void check_agreement(struct piece text, const struct outcome *whole, const json_t *tree,
                            const json_error_t *problem)
{
    enum json_error_code code = json_error_code(problem);
    if (whole->status == STATUS_OK)
        law(json_is_object(tree) || (tree == NULL && (code == json_error_numeric_overflow ||
                                                      code == json_error_null_byte_in_key)),
            "accepted, but jansson says: %s", problem->text);
    else
        law(!json_is_object(tree) || whole->status == STATUS_TOO_LARGE || is_deep(text) ||
                memchr(text.bytes, '\0', text.length) != NULL,
            "'%s', but jansson accepts it", whole->error.text);
}

/* What lies where the outline says is the member's value. */
static void check_member(const struct outcome *whole, const json_t *tree, size_t index)
{
    const struct json_member *member = &whole->outline.watched[index];
    json_t *value = json_object_get(tree, watched_names[index]);
    struct piece text = {.bytes = whole->output.bytes + member->begin,
                         .length = member->end - member->begin};
    law(member->found == (value != NULL), "%s is %sfound", watched_names[index],
        member->found ? "" : "not ");
    if (value == NULL)
        return;
    law(member->kind == text.bytes[0], "%s is of another kind", watched_names[index]);
    law(member->has_content == (json_array_size(value) + json_object_size(value) > 0),
        "%s is %sempty", watched_names[index], member->has_content ? "not " : "");
    json_t *there = json_loadb(text.bytes, text.length, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
    law(json_equal(there, value), "at the place of %s there is another value",
        watched_names[index]);
    json_decref(there);
}

/* What a reader is served is the document with task types. */
static void check_served(const struct outcome *whole, json_t *tree)
{
    struct document document;
    struct document_part parts[DOCUMENT_PARTS_MAX];
    struct buffer served;
    document_init(&document);
    document.revision = 1;
    document.text = whole->output.bytes;
    document.length = whole->output.length;
    document.outline = whole->outline;
    buffer_init(&served, whole->output.length + 4096);
    size_t count = document_serve(&document, parts);
    for (size_t i = 0; i < count; i++)
        law(buffer_append(&served, parts[i].bytes, parts[i].length, NULL) == STATUS_OK,
            "what is served is too long");
    json_error_t problem;
    json_t *seen =
        oracle_read((struct piece){.bytes = served.bytes, .length = served.length}, &problem);
    law(seen != NULL, "what is served is no JSON: %s", problem.text);
    bool supplied = json_array_size(json_object_get(tree, "taskTypes")) == 0;
    law(json_array_size(json_object_get(seen, "taskTypes")) > 0, "served without task types");
    if (supplied)
        (void)json_object_set(tree, "taskTypes", json_object_get(seen, "taskTypes"));
    law(json_equal(tree, seen), "what is served is another document");
    json_decref(seen);
    buffer_release(&served);
}

static void check_meaning(const struct outcome *whole, json_t *tree)
{
    json_error_t problem;
    json_t *written = oracle_read(text_of(whole), &problem);
    law(written != NULL && trees_identical(tree, written), "what was written means another thing");
    json_decref(written);
    law(tree_depth(tree) <= JSON_DEPTH_MAX, "accepted beyond the depth");
    for (size_t i = 0; i < JSON_WATCHED; i++)
        check_member(whole, tree, i);
    check_served(whole, tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct piece text = {.bytes = (const char *)data, .length = size};
    json_error_t problem = {0};
    struct outcome whole = pass_run(text, CUT_NOWHERE);
    json_t *tree = oracle_read(text, &problem);
    check_pieces(text, &whole, CUT_EVERYWHERE);
    check_pieces(text, &whole, CUT_ANYWHERE);
    check_agreement(text, &whole, tree, &problem);
    if (whole.status == STATUS_OK)
        check_again(&whole);
    else
        check_refusal(text, &whole);
    if (whole.status == STATUS_OK && tree != NULL)
        check_meaning(&whole, tree);
    json_decref(tree);
    buffer_release(&whole.output);
    return 0;
}
