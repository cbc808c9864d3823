#include "media_type.h"

#include <string.h>
#include <strings.h>

bool media_type_is(const char *content_type, const char *type)
{
    content_type += strspn(content_type, " \t");
    size_t length = strcspn(content_type, "; \t");
    const char *behind = content_type + length + strspn(content_type + length, " \t");
    return length == strlen(type) && strncasecmp(content_type, type, length) == 0 &&
           (*behind == '\0' || *behind == ';');
}
