/*
 * The cookie by which a page that knows nothing of revisions tells which documents it holds, so
 * that its saves can be merged: "schedule-base=<held>" or "schedule-base=<held>.<saved>", the
 * revisions of struct save_base. It lives as long as the browser's session and is sent to /api
 * alone (RFC 6265).
 */
#ifndef SCHEDULE_BASE_COOKIE_H
#define SCHEDULE_BASE_COOKIE_H

#include "response.h"
#include "save.h"

/*
 * Read the Cookie header, which may be null. Without the cookie, or if it is not one of ours,
 * nothing is known.
 */
struct save_base base_cookie_read(const char *cookies);

/* Let the client keep `base`, which is known. */
void base_cookie_set(struct response *response, const struct save_base *base);

#endif
