#include "query.h"

#include <stdio.h>
#include <string.h>

bool query_get(const char *query, const char *name, char *value, size_t size)
{
    size_t wanted = strlen(name);
    while (query != NULL && *query != '\0') {
        size_t length = strcspn(query, "&");
        size_t named = strcspn(query, "=&");
        if (named == wanted && strncmp(query, name, wanted) == 0) {
            size_t skipped = named < length ? named + 1 : length;
            (void)snprintf(value, size, "%.*s", (int)(length - skipped), query + skipped);
            return true;
        }
        query += length + strspn(query + length, "&");
    }
    return false;
}
