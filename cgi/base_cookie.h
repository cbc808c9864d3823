/*
 * The cookie by which a page that knows nothing of revisions tells which documents it holds, so
 * that its saves can be merged: "schedule-base-<port>=<held>.<saved>.<kept>", the members of struct
 * save_base, of which some may be missing. It lives as long as the browser's session and is
 * sent to /api alone. Cookies do not know ports (RFC 6265 8.5), so its name does: two schedules of
 * one host are two.
 */
#ifndef SCHEDULE_BASE_COOKIE_H
#define SCHEDULE_BASE_COOKIE_H

#include "request.h"
#include "response.h"
#include "save.h"

/* Read the request's cookie. Without it, or if it is not one of ours, nothing is known. */
struct save_base base_cookie_read(const struct request *request);

/* Let the client who sent the request hold `base` from now on. */
void base_cookie_set(struct response *response, const struct request *request,
                     const struct save_base *base);

#endif
