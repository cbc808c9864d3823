/*
 * Media types (RFC 9110 8.3.1).
 */
#ifndef SCHEDULE_MEDIA_TYPE_H
#define SCHEDULE_MEDIA_TYPE_H

#include <stdbool.h>

/*
 * Whether a Content-Type value names `type` ("application/json", lower case), with or without
 * parameters.
 */
bool media_type_is(const char *content_type, const char *type);

#endif
