/*
 * The one document: a JSON object kept as text, and what a reader gets to see of it.
 *
 * A `struct document` is filled by a store and released with document_release. Its text is in
 * memory (`text`), or, when it is long, only in an open file (`descriptor`); the document owns
 * both.
 *
 * A document that was sent and is not stored yet is one too; its revision says nothing.
 *
 * A reader always gets task types: where the member `taskTypes` is missing, is not an array or is
 * empty, the six defaults take its place. They are never stored.
 */
#ifndef SCHEDULE_DOCUMENT_H
#define SCHEDULE_DOCUMENT_H

#include "buffer.h"
#include "error.h"
#include "file_identity.h"
#include "json_pass.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* A shorter text that was looked into is held in memory. */
    DOCUMENT_INLINE_SIZE = 64 * 1024,
    DOCUMENT_PARTS_MAX = 3
};

/* The members that the outline tells about: places in outline.watched. */
enum { DOCUMENT_TASK_TYPES, DOCUMENT_PROJECTS, DOCUMENT_PMOS, DOCUMENT_PRODUCT_MANAGERS };

struct document {
    int64_t revision;              /* milliseconds since 1970 of the save; 0: nothing is stored */
    size_t length;                 /* of the stored text, in bytes; 0 if there is none */
    char *text;                    /* the stored text, or null */
    int descriptor;                /* the file that starts with the stored text, or -1 */
    struct file_identity identity; /* of that file */
    struct json_outline outline;
};

/* A document's text as it is to be stored. Borrowed. */
struct document_text {
    const char *bytes;
    size_t length;
    const struct json_outline *outline; /* of it, or null if nobody looked */
};

/* The text of a document that has it in memory, and one that was written into a buffer. */
struct document_text document_text_of(const struct document *document);
struct document_text document_text_written(const struct buffer *text);

/*
 * How long the stored form of a text of `length` bytes may be: eight times as long, and 64 KiB
 * more. No real document comes near: deeply nested numbers do.
 */
size_t document_length_max(size_t length);

/* A run of bytes: in memory, or in the document's file where `bytes` is null. */
struct document_part {
    const char *bytes;
    size_t offset; /* within the file */
    size_t length;
};

/* Nothing stored: what a store starts from. */
void document_init(struct document *document);
void document_release(struct document *document);

/*
 * Prepare a pass that fills document.outline, and with `canonical` writes the form that is stored.
 */
void document_pass_init(struct json_pass *pass, struct buffer *canonical);

/*
 * Make a document of the `length` bytes at `text`, which is malloc's and taken over, also if it fails.
 * STATUS_INVALID if they are not one; there is nothing to release then.
 */
enum status document_take_text(struct document *document, int64_t revision, char *text,
                               size_t length, struct error *error);

/* Look at a text that has no outline yet. STATUS_INVALID if it is not a document. */
enum status document_text_outline(struct document_text text, struct json_outline *outline,
                                  struct error *error);

/*
 * Write into `canonical`, which is empty, the form of `text` that is stored: re-indented by two
 * spaces. `*outline` describes that form. STATUS_INVALID if `text` is not a document (with line and
 * column), STATUS_TOO_LARGE beyond the buffer's maximum.
 */
enum status document_canonicalize(const char *text, size_t length, struct buffer *canonical,
                                  struct json_outline *outline, struct error *error);

/*
 * Make sure that the text of something stored is in memory, as `document->text`.
 * STATUS_UNAVAILABLE if the file cannot be read, or became shorter.
 */
enum status document_text_hold(struct document *document, struct error *error);

/* Whether exactly this text is stored. What cannot be read is not equal. */
bool document_equals(const struct document *document, struct document_text text);

/* The text of what a reader sees while nothing is stored: the empty schedule. */
struct document_text document_nothing(void);

/* The text of the six default task types, an array. */
struct document_text document_default_task_types(void);

/*
 * Cut what a reader is served into `parts`, in order; returns how many there are. They live as long
 * as the document.
 */
size_t document_serve(const struct document *document,
                      struct document_part parts[DOCUMENT_PARTS_MAX]);

/* The stored text as it is, in the same form. */
size_t document_serve_stored(const struct document *document,
                             struct document_part parts[DOCUMENT_PARTS_MAX]);

#endif
