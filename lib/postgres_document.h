/*
 * The row of the current document in schedule_document (postgres_schema.h).
 *
 * Each function runs one statement or two; none repeats what failed (postgres_session.h).
 */
#ifndef SCHEDULE_POSTGRES_DOCUMENT_H
#define SCHEDULE_POSTGRES_DOCUMENT_H

#include "document.h"
#include "postgres_connection.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whose rows. All of it is borrowed. */
struct postgres_rows {
    struct postgres_connection *connection;
    const char *name;
    const char *saved_by; /* who saves, or null */
    size_t length_max;    /* of a document; a longer one is STATUS_UNAVAILABLE */
};

/*
 * Tell the revision, 0 if nothing is stored, which may be said only where something could be, by
 * who would see it. Here and below a body without a revision above 0 is STATUS_CORRUPT.
 */
enum status postgres_document_revision(const struct postgres_rows *rows, int64_t *revision,
                                       struct error *error);

/* As store_load. */
enum status postgres_document_load(const struct postgres_rows *rows, struct document *document,
                                   struct error *error);

/*
 * Tell the revision and length in bytes of what is stored, be it a document or not; 0 without any.
 */
enum status postgres_document_measure(const struct postgres_rows *rows, int64_t *revision,
                                      uint64_t *bytes, struct error *error);

/*
 * In a transaction: keep all others who do so waiting until its end, also where nothing is stored
 * yet. STATUS_BUSY if somebody else does and is not over in time.
 */
enum status postgres_document_lock(const struct postgres_rows *rows, int64_t *revision,
                                   struct error *error);

/*
 * The same, and load the document. With `may_be_corrupt` what is no document is told by its
 * revision, if it has one, and has no text.
 */
enum status postgres_document_lock_load(const struct postgres_rows *rows, bool may_be_corrupt,
                                        struct document *document, struct error *error);

/*
 * Make the text the current document, under a lock. It was saved at the time that the revision is, by
 * whom is told, or null.
 */
enum status postgres_document_put(const struct postgres_rows *rows, int64_t revision,
                                  struct document_text text, const char *saved_by,
                                  struct error *error);

/*
 * Note who saved the current document, unless `saved_by` is null, if this is its text: `*is_same`
 * tells.
 */
enum status postgres_document_sign(const struct postgres_rows *rows, struct document_text text,
                                   const char *saved_by, bool *is_same, struct error *error);

/* The error of a document that the server did not write though it said so: STATUS_UNAVAILABLE. */
enum status postgres_document_unwritten(const struct postgres_rows *rows, struct error *error);

/*
 * Make a document of a row whose columns are a revision, the length in bytes, and the body, which
 * is null if it is too long. STATUS_INVALID if it is no JSON object; the error then does not say
 * which.
 */
enum status postgres_document_take(const struct postgres_rows *rows, const PGresult *result,
                                   struct document *document, struct error *error);

#endif
