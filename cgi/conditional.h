/*
 * Conditional requests (RFC 9110 13): If-Match and If-None-Match.
 */
#ifndef SCHEDULE_CONDITIONAL_H
#define SCHEDULE_CONDITIONAL_H

#include "condition.h"
#include "error.h"
#include "request.h"

/*
 * Read both headers of a request that would change something. STATUS_INVALID if one is malformed: a
 * writer that means to be careful must not be taken for one that is not.
 */
enum status conditional_read(const struct request *request, struct conditions *conditions,
                             struct error *error);

/*
 * Whether the client that asks has this revision already, and 304 is the answer. A malformed header
 * is one that is not there.
 */
bool conditional_unmodified(const struct request *request, int64_t revision);

#endif
