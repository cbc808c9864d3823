/*
 * A document read from a file of the data directory and checked on the way.
 */
#ifndef SCHEDULE_DOCUMENT_FILE_H
#define SCHEDULE_DOCUMENT_FILE_H

#include "data_directory.h"
#include "document.h"
#include "error.h"

#include <sys/stat.h>

/* Of the current document's file. */
#define DOCUMENT_FILE_NAME "project-data.json"

/* The revision that a data file's mtime stands for: at least 1, whatever a hand has set. */
int64_t document_file_revision(const struct stat *found);

/* The revision of the file `name`, whatever it holds; 0 if there is none. */
enum status document_file_find_revision(const struct data_directory *directory, const char *name,
                                        int64_t *revision, struct error *error);

/* The same, and which file it is, if there is one. */
enum status document_file_find(const struct data_directory *directory, const char *name,
                               int64_t *revision, struct file_identity *identity,
                               struct error *error);

/*
 * Open the file `name`: the document gets its revision from the mtime, its length and the
 * descriptor, but nobody has looked at the text yet. Without such a file it is as document_init
 * makes it. It is the caller's to release; after an error there is nothing to release.
 */
enum status document_file_open(const struct data_directory *directory, const char *name,
                               struct document *document, struct stat *found, struct error *error);

/*
 * Fill `document` from the file `name`: its revision from the mtime, its text in memory or, when it
 * is long, behind the descriptor. It is the caller's to release. STATUS_NOT_FOUND if there is no
 * such file, STATUS_CORRUPT if it holds no document; after an error there is nothing to release.
 */
enum status document_file_load(const struct data_directory *directory, const char *name,
                               struct document *document, struct error *error);

#endif
