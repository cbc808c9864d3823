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
#include "store_kind.h"

#include <stdbool.h>

enum { ROUTE_ALLOW_SIZE = 128, ROUTE_NAMES_MAX = 2 };

/* All that a handler gets to see of the request. */
struct exchange {
    const struct store_kind *kind;
    const struct config *config;
    const struct request *request;
    struct body *body;
    const struct route_match *match;
    bool confined; /* schedule_cgi_run_confined */
};

/*
 * Answer the request: fill `response`, which comes with status 200, and return FAILURE_NONE, or
 * fill `error` and return what went wrong; the response is then thrown away.
 */
typedef enum failure route_handler(const struct exchange *exchange, struct response *response,
                                   struct error *error);

/*
 * Texts lie in it, for each pointer to one would have to be set by every process before it begins
 * (a program at a random address relocates itself).
 */
struct route {
    char method[8];
    char path[24];   /* "*" stands for one component, which is not empty */
    char failed[32]; /* what a log line calls a failure of it */
    route_handler *handler;
    const char *accept_patch; /* the media types that its PATCH takes (RFC 5789 3.1), or null */
    /*
     * It changes what is stored, or cannot tell in advance what it takes: it runs within the limits,
     * with the store open confined to it, is not ended by signals.h, and has a umask of its own.
     * A plain load is not: storage_restrain does what it takes to look into a document after all.
     */
    bool restrained;
};

/* What was found for a request. */
struct route_match {
    const struct route *route; /* null if there is no such resource or method */
    const char *form;          /* the resource's path, as the table has it, or null */
    const char *accept_patch;  /* of its PATCH, if it has one */
    /* What stood for "*", in order; set as far as the form has some. */
    const char *names[ROUTE_NAMES_MAX];
    char path[REQUEST_PATH_SIZE]; /* private: the request's, cut at the ends of the names */
};

/* Write the methods of the resource that was found, as for the Allow header; "" if none was. */
void route_allow(const struct route_match *match, char allow[ROUTE_ALLOW_SIZE]);

/* Nothing was found yet. */
void route_match_init(struct route_match *match);

/*
 * Find the route of a request. FAILURE_NOT_FOUND if there is no such resource,
 * FAILURE_METHOD_NOT_ALLOWED if it has no such method. OPTIONS, which every resource has, finds a
 * null route.
 */
enum failure route_find(const struct request *request, struct route_match *match,
                        struct error *error);

#endif
