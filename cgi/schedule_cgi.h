/*
 * schedule.cgi and its like: one process, one request (RFC 3875). Settings and request come from the
 * environment, the body from standard input, the answer goes to standard output, the log to
 * standard error.
 *
 * All of it but main, so that tests can run a request in a process of their own.
 */
#ifndef SCHEDULE_SCHEDULE_CGI_H
#define SCHEDULE_SCHEDULE_CGI_H

#include "store_kind.h"

#include <stdbool.h>

/*
 * Answer the request, or without one tell how to use the program. Called once: what it sets up for
 * the process stays so. Returns the exit status, which is 0 whenever an answer was delivered,
 * whatever it says.
 */
int schedule_cgi_run(const struct store_kind *kind);

/*
 * Do what somebody asks for on the command line, without a request: --version or --help. Returns the
 * exit status, which is 2 if the argument is another.
 */
int schedule_cgi_run_by_hand(const struct store_kind *kind, const char *argument);

/*
 * The same as schedule_cgi_run, confined to what the store needs (confinement.h) and limited (limits.h): not for a process
 * that has anything else to do.
 */
int schedule_cgi_run_confined(const struct store_kind *kind);

/*
 * Answer the request. It leaves the process as it is, but for signals.h once something was logged, so
 * it can be called again. Of what schedule_cgi_run sets up for saves, umask and signals are the
 * caller's. False if not all of the answer could be sent.
 */
bool schedule_cgi_answer(const struct store_kind *kind);

#endif
