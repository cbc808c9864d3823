/*
 * Connecting to a PostgreSQL server, until a deadline.
 *
 * libpq connects step by step, because only so can it be made to tell the SQLSTATE of a refusal.
 * But within a step it looks up names, for as long as that takes. So a thread connects, and the
 * caller waits for it. A thread that is late is left behind and frees what it has; it takes no
 * signals.
 */
#ifndef SCHEDULE_POSTGRES_DIAL_H
#define SCHEDULE_POSTGRES_DIAL_H

#include "deadline.h"
#include "error.h"

#include <libpq-fe.h>

/*
 * Connect to where `url`, which was checked, or without one libpq's environment variables say. On
 * STATUS_OK `*link` is the caller's to PQfinish, and either connected or, by its PQstatus, refused;
 * what its server says of that has the SQLSTATE (postgres_failure.h). Notices are not printed.
 * STATUS_UNREACHABLE if there was no answer in time or there are too many threads for now,
 * STATUS_NO_MEMORY, STATUS_UNAVAILABLE if there can be no thread; there is no link then.
 *
 * The deadline is all that limits it: libpq leaves connect_timeout to who connects step by step, so
 * a URL's says nothing here. Where a URL names several servers, the next one is tried when one
 * refuses, or when the kernel gives it up, which its tcp_user_timeout (Linux, TCP only) can make
 * sooner: that is before the connection stands. One that takes it and is silent then keeps us until
 * the deadline.
 */
enum status postgres_dial(const char *url, struct deadline deadline, PGconn **link,
                          struct error *error);

#endif
