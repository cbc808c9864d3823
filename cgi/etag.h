/*
 * Entity tags (RFC 9110 8.8.3): a revision in quotes. Plain functions; nothing is owned.
 *
 * Web servers that compress answers mark the tags of what they made, as weak (W/"1") or by a suffix
 * ("1-gzip"). Clients send those back; here they mean the same revision.
 */
#ifndef SCHEDULE_ETAG_H
#define SCHEDULE_ETAG_H

#include "condition.h"
#include "number.h"

enum { ETAG_SIZE = NUMBER_TEXT_SIZE + 2 };

/* `revision` is 0 or more. */
void etag_write(int64_t revision, char etag[ETAG_SIZE]);

/*
 * Read the value of If-Match or If-None-Match (RFC 9110 13.1.1, 13.1.2): "*" or a list of tags, of
 * which those that are no revision match nothing. False if it is malformed or lists more than
 * CONDITION_REVISIONS_MAX; `*condition` is then untouched.
 */
bool etag_list_parse(const char *value, struct condition *condition);

#endif
