/*
 * Which saves led to a document: each save has an id of its own, drawn by lot, and the document
 * carries the ids of its own save and of those before it, newest first. So who lost the answer to a
 * save can tell whether it took effect, even if others have saved since.
 *
 * The id is also written behind the document's text, as a mark of white space, which JSON does not
 * look at: most servers make an ETag of what is stored alone, and without a mark a text that comes
 * back would bring its ETag back, too. A mark is a newline and a blank or a tab for each bit.
 *
 * Strings of a bounded length; nothing is owned. A list that comes from outside may be anything.
 */
#ifndef SCHEDULE_S3_SAVES_H
#define SCHEDULE_S3_SAVES_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    S3_SAVE_ID_SIZE = sizeof "0123456789abcdef",
    S3_SAVES_MAX = 16,
    S3_MARK_LENGTH = 1 + 4 * (S3_SAVE_ID_SIZE - 1),
    S3_SAVES_SIZE = S3_SAVES_MAX * S3_SAVE_ID_SIZE /* ids with a dot or, at the end, a NUL */
};

/* STATUS_UNAVAILABLE if the system has no random numbers. */
enum status s3_save_id_make(char id[S3_SAVE_ID_SIZE], struct error *error);

/* Write the list that begins with `id` and goes on with that of the document before. */
void s3_saves_write(const char *id, const char *before, char saves[S3_SAVES_SIZE]);

/* Write the mark of a save, without a NUL. */
void s3_save_mark_write(const char *id, char mark[S3_MARK_LENGTH]);

/* How long the text is without the mark at its end, if there is one. */
size_t s3_save_mark_strip(const char *text, size_t length);

bool s3_saves_has(const char *saves, const char *id);

/*
 * Whether the list goes back as far as the document whose own list is `before`, so that no save
 * since is missing in it.
 */
bool s3_saves_reach(const char *saves, const char *before);

#endif
