/*
 * Which function answers which request: one const table.
 */
#ifndef SCHEDULE_ROUTE_H
#define SCHEDULE_ROUTE_H

#include "body.h"
#include "config.h"
#include "failure.h"
#include "request.h"
#include "response.h"

enum { ROUTE_ALLOW_SIZE = 128 };

/* All that a handler gets to see of the request. */
struct exchange {
    const struct config *config;
    const struct request *request;
    struct body *body;
};

/*
 * Answer the request: fill `response`, which comes with status 200, and return FAILURE_NONE, or
 * leave it alone, fill `error` and return what went wrong.
 */
typedef enum failure route_handler(const struct exchange *exchange, struct response *response,
                                   struct error *error);

struct route {
    const char *method;
    const char *path;
    route_handler *handler;
    const char *failed; /* what a log line calls a failure of it */
};

/*
 * Find the route of a request, into `*route`. FAILURE_NOT_FOUND if there is no such resource,
 * FAILURE_METHOD_NOT_ALLOWED if it has no such method. OPTIONS, which every resource has, finds a
 * null route. Unless it is not found, `allow` becomes the resource's methods, as for the Allow
 * header.
 */
enum failure route_find(const struct request *request, const struct route **route,
                        char allow[ROUTE_ALLOW_SIZE], struct error *error);

#endif
