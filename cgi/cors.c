#include "cors.h"

#include <ctype.h>
#include <string.h>

/* Cut the next entry off `*list`; its length, 0 at the end. Blanks around it are left out. */
static size_t origin_next(const char **list, const char **origin)
{
    *list += strspn(*list, ", ");
    *origin = *list;
    size_t length = strcspn(*list, ", ");
    *list += length;
    return length;
}

static bool origin_valid(const char *origin, size_t length)
{
    size_t scheme = strspn(origin, "abcdefghijklmnopqrstuvwxyz0123456789+-.");
    if (scheme == 0 || scheme + 3 >= length || strncmp(origin + scheme, "://", 3) != 0)
        return false;
    for (size_t i = scheme + 3; i < length; i++) {
        /* Browsers send host names in lower case; another spelling would never match. */
        if (!isgraph((unsigned char)origin[i]) || isupper((unsigned char)origin[i]) ||
            strchr("/?#@*\"\\", origin[i]) != NULL)
            return false;
    }
    return true;
}

bool cors_origins_valid(const char *origins)
{
    const char *origin = NULL;
    size_t entries = 0;
    if (strcmp(origins, "*") == 0)
        return true;
    for (size_t length = origin_next(&origins, &origin); length > 0;
         length = origin_next(&origins, &origin)) {
        if (!origin_valid(origin, length))
            return false;
        entries++;
    }
    return entries > 0;
}

static bool origin_listed(const char *origins, const char *wanted)
{
    const char *origin = NULL;
    for (size_t length = origin_next(&origins, &origin); length > 0;
         length = origin_next(&origins, &origin)) {
        if (strlen(wanted) == length && strncmp(origin, wanted, length) == 0)
            return true;
    }
    return false;
}

void cors_apply(const char *origins, const struct request *request, const char *methods,
                struct response *response)
{
    if (origins == NULL)
        return;
    bool any = strcmp(origins, "*") == 0;
    if (!any)
        response_header(response, "Vary", "Origin");
    if (request->origin == NULL || !(any || origin_listed(origins, request->origin)))
        return;
    response_header(response, "Access-Control-Allow-Origin", any ? "*" : request->origin);
    if (strcmp(request->method, "OPTIONS") != 0)
        response_header(response, "Access-Control-Expose-Headers", "ETag, Location");
    else if (methods[0] != '\0') {
        response_header(response, "Access-Control-Allow-Methods", methods);
        response_header(response, "Access-Control-Allow-Headers",
                        "Content-Type, If-Match, If-None-Match");
        response_header(response, "Access-Control-Max-Age", "600");
    }
}
