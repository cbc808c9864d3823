#include "environment.h"

#include <string.h>
#include <unistd.h>

/* The value of `entry`, "NAME=value", if that is its name, else null. */
static const char *value_of(const char *entry, const char *name)
{
    while (*name != '\0' && *entry == *name) {
        entry++;
        name++;
    }
    return *name == '\0' && *entry == '=' ? entry + 1 : NULL;
}

/*
 * Not by getenv(3): for some twenty names that are asked for it was a tenth of a small request's
 * work.
 */
const char *environment_get(const char *name)
{
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        const char *value = value_of(*entry, name);
        if (value != NULL)
            return *value != '\0' ? value : NULL;
    }
    return NULL;
}

void environment_drop_empty(const char *prefix)
{
    size_t length = strlen(prefix);
    char **kept = environ;
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        const char *value = strchr(*entry, '=');
        if (strncmp(*entry, prefix, length) != 0 || value == NULL || value[1] != '\0')
            *kept++ = *entry;
    }
    if (kept != NULL)
        *kept = NULL;
}
