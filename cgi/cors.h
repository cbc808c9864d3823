/*
 * Cross-origin resource sharing (the Fetch standard's CORS protocol): which foreign pages a browser
 * lets call us. Without the setting no such header is sent.
 */
#ifndef SCHEDULE_CORS_H
#define SCHEDULE_CORS_H

#include "request.h"
#include "response.h"

#include <stdbool.h>

/* Whether `origins` is "*" or a comma-separated list of at least one origin (RFC 6454 7). */
bool cors_origins_valid(const char *origins);

/*
 * Add the headers that allow the request's origin, if `origins` (valid, or null) names it. An
 * answer to OPTIONS also gets what a preflight asks for; `methods` is the list for it, empty if
 * there is no such resource.
 */
void cors_apply(const char *origins, const struct request *request, const char *methods,
                struct response *response);

#endif
