/*
 * Who saved a revision (savers.h), as S3 keeps it.
 *
 * That of the current document is metadata of its object, x-amz-meta-saved-by, percent-encoded: it
 * comes and goes with the document, and so is never that of another one. Metadata is in no list,
 * though. That of a backup is therefore the name of a marker, an object without a text beside it:
 *
 *   author-<revision>-<name>
 *
 * with the letters and digits, "-" and "." of the name as they are, and all else as its bytes in
 * hexadecimal between underscores: "anna_40_example.org", "_e5bca0e4bc9f". So it needs no escapes
 * in an address or a list, and the longest of names fits into a key.
 *
 * Plain functions; nothing is owned. Names and revisions are those of savers.h.
 */
#ifndef SCHEDULE_S3_SAVER_H
#define SCHEDULE_S3_SAVER_H

#include "number.h"
#include "savers.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    S3_SAVER_FIELD_SIZE = 3 * (SAVER_NAME_SIZE - 1) + 1,
    /* At most every second byte begins or ends what is in hexadecimal. */
    S3_MARKER_SIZE = sizeof "author--" + NUMBER_TEXT_SIZE - 1 + (5 * (SAVER_NAME_SIZE - 1) + 1) / 2
};

/* Write the name as the value of a field. */
void s3_saver_field_write(const char *name, char field[S3_SAVER_FIELD_SIZE]);

/* Read such a value, which comes from outside. "" if it is no name. */
void s3_saver_field_read(const char *field, char name[SAVER_NAME_SIZE]);

void s3_marker_write(int64_t revision, const char *name, char marker[S3_MARKER_SIZE]);

/* Whether an object is called as s3_marker_write would call it; who saved what. */
bool s3_marker_parse(const char *marker, int64_t *revision, char name[SAVER_NAME_SIZE]);

#endif
