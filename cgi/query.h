/*
 * The query of the address (RFC 3875 4.1.7), as forms write it: "name=value&name=value".
 */
#ifndef SCHEDULE_QUERY_H
#define SCHEDULE_QUERY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copy the value of the first parameter `name` to `value`, ended by a NUL. False if there is none.
 * Names and values here are digits and ASCII letters, so nothing is decoded; a value that does not
 * fit into `size` bytes is cut, and so not what anybody asks for.
 */
bool query_get(const char *query, const char *name, char *value, size_t size);

#endif
