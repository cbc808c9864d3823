/*
 * What a request may take of the machine, in proportion to the largest body of the settings:
 *
 *   memory         256 MiB and 64 times the body: a merge of three such plans takes half of it
 *   a file         the same, for what is written was in memory
 *   CPU time       30 seconds, and 2 for each MiB of the body
 *   a core dump    none: it would hold the plan
 *
 * These are limits of the process (setrlimit(2)) and hold until it ends. Memory that is refused is
 * STATUS_NO_MEMORY, a file STATUS_FILE_LIMIT; who runs out of CPU time is killed, which leaves the
 * old or the new document whole, and the web server answers 500 in its place.
 */
#ifndef SCHEDULE_LIMITS_H
#define SCHEDULE_LIMITS_H

#include <stdint.h>
#include <sys/resource.h>

/* What getrlimit(2) takes: glibc has a type of its own. */
#ifdef __GLIBC__
typedef __rlimit_resource_t limit_name;
#else
typedef int limit_name;
#endif

/* The memory that a request may take, in bytes. */
uint64_t limits_memory(uint64_t max_body);

/* The CPU time, in seconds. */
uint64_t limits_cpu(uint64_t max_body);

/*
 * Lower the limits of this process to these; what is lower already stays. Files are not limited
 * while standard output or error is one: answer and log may have their place behind the limit.
 */
void limits_lower(uint64_t max_body);

#endif
