/*
 * The rows of schedule_backup (postgres_schema.h): a document's backups, each by its revision and
 * kind.
 *
 * A base keeps the kind that it had; backup_list_tell_bases tells which ones are bases. Each
 * function runs one statement; none repeats what failed (postgres_session.h).
 */
#ifndef SCHEDULE_POSTGRES_BACKUP_H
#define SCHEDULE_POSTGRES_BACKUP_H

#include "backup.h"
#include "document.h"
#include "postgres_document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kind of what was found to be no document; it is not listed, and no backup. */
#define POSTGRES_BACKUP_CORRUPT "corrupt"

/*
 * Append the newest `most` of them to `list` and sort it. STATUS_TOO_LARGE beyond BACKUP_COUNT_MAX.
 * After an error the list may have some.
 */
enum status postgres_backup_list(const struct postgres_rows *rows, int64_t most,
                                 struct backup_list *list, struct error *error);

/* As store_load_backup. */
enum status postgres_backup_load(const struct postgres_rows *rows, int64_t revision,
                                 struct document *document, struct error *error);

/* Keep the current document, of so many bytes, as a pinned one. Once is enough. */
enum status postgres_backup_pin(const struct postgres_rows *rows, size_t length,
                                struct error *error);

/* Whether there is one of this revision; with `pinned`, a pinned one. */
enum status postgres_backup_exists(const struct postgres_rows *rows, int64_t revision, bool pinned,
                                   bool *exists, struct error *error);

/* Remove those of this revision. STATUS_NOT_FOUND if there is none. */
enum status postgres_backup_remove(const struct postgres_rows *rows, int64_t revision,
                                   struct error *error);

/*
 * Keep a text as `as` says, unless there is one already. Who saved it, or null, is noted where that is
 * not known.
 */
enum status postgres_backup_put(const struct postgres_rows *rows, const struct backup *as,
                                struct document_text text, const char *saved_by,
                                struct error *error);

#endif
