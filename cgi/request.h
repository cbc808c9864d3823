/*
 * What the web server says about the request: the meta-variables of RFC 3875 4.1, checked and cut
 * to what this program needs. The strings point into the environment. A meta-variable that is set
 * to nothing counts as absent.
 */
#ifndef SCHEDULE_REQUEST_H
#define SCHEDULE_REQUEST_H

#include "error.h"

#include <stdbool.h>

/* Where the program is mounted, for servers that do not tell by PATH_INFO. */
#define REQUEST_MOUNT "/api"

enum { REQUEST_PATH_SIZE = 512, REQUEST_LABEL_SIZE = 576 };

struct request {
    const char *method;            /* never null */
    char path[REQUEST_PATH_SIZE];  /* the resource below the mount: "/data" */
    const char *content_type;      /* or null */
    const char *content_length;    /* or null */
    const char *origin;            /* the Origin header, or null */
    const char *query;             /* what follows '?' in the address, or null */
    const char *cookies;           /* the Cookie header, or null */
    const char *host;              /* the Host header, or null */
    const char *port;              /* of the server, as it says; or null */
    const char *fetch_destination; /* the Sec-Fetch-Dest header, or null */
    const char *content_range;     /* the Content-Range header, or null */
    const char *if_match;          /* the If-Match header, or null */
    const char *if_none_match;     /* the If-None-Match header, or null */
    bool by_server;                /* started by a web server, not by hand */
};

/* Write "POST /api/data", for people; it may hold anything. Returns `label`. */
const char *request_label(const struct request *request, char label[REQUEST_LABEL_SIZE]);

/* Whether there is a request at all: GATEWAY_INTERFACE or REQUEST_METHOD is set (RFC 3875 4.1). */
bool request_present(void);

/*
 * Read the request. The resource is PATH_INFO; without that, REQUEST_URI less SCRIPT_NAME or
 * REQUEST_MOUNT, percent-decoded; with neither, "/data". STATUS_INVALID if there is no method or
 * the path is malformed; `request` then still has a method and a label.
 */
enum status request_read(struct request *request, struct error *error);

#endif
