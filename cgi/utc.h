/*
 * Times as people and programs read them: ISO 8601 in UTC. The C library's gmtime reads the time
 * zone's file although it has no use for it, and files are out of reach once the process is
 * confined (confinement.h).
 */
#ifndef SCHEDULE_UTC_H
#define SCHEDULE_UTC_H

#include <stdint.h>

enum { UTC_SIZE = 64 };

/* Write "2026-01-31T23:59:59.123Z" for milliseconds since 1970, 0 or more. */
void utc_write(int64_t ms, char text[UTC_SIZE]);

#endif
