/*
 * Failures as clients see them: one table from what went wrong to HTTP status, slug and message.
 */
#ifndef SCHEDULE_FAILURE_H
#define SCHEDULE_FAILURE_H

#include "error.h"
#include "response.h"

enum failure {
    FAILURE_NONE,
    FAILURE_BAD_REQUEST,
    FAILURE_NOT_FOUND,
    FAILURE_METHOD_NOT_ALLOWED,
    FAILURE_CONFLICT,
    FAILURE_UNRELATED_DOCUMENT,
    FAILURE_PRECONDITION_FAILED,
    FAILURE_PAYLOAD_TOO_LARGE,
    FAILURE_UNSUPPORTED_MEDIA_TYPE,
    FAILURE_BAD_CONFIGURATION,
    FAILURE_LOCK_TIMEOUT,
    FAILURE_STORAGE_UNAVAILABLE,
    FAILURE_STORAGE_UNREACHABLE,
    FAILURE_CORRUPT_DATA,
    FAILURE_INSUFFICIENT_STORAGE,
    FAILURE_OUT_OF_MEMORY,
    FAILURE_OUTCOME_UNKNOWN,
    FAILURE_OUTCOME_UNCERTAIN
};

/* What a status of lib/ means to a client. */
enum failure failure_of_status(enum status status);

int failure_http_status(enum failure failure);

/* The name for programs: "BAD_REQUEST". */
const char *failure_slug(enum failure failure);

/*
 * Give `response` (made with failure_http_status) the body {"ok":false,"error":SLUG,"message":for
 * the person,"details":for the operator}, with the current "revision" where the error tells it, and
 * Retry-After where trying again soon makes sense.
 */
void failure_describe(enum failure failure, const struct error *error, struct response *response);

#endif
