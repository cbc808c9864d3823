/*
 * The log: standard error, one line an event, "2026-01-31T23:59:59.123Z [LEVEL] text". The web
 * server or the platform collects it. The only writer of standard error; nothing fails, nothing is
 * owned.
 */
#ifndef SCHEDULE_LOG_H
#define SCHEDULE_LOG_H

#include "request.h"

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

/*
 * Write one line by a printf format. Control characters and bytes that are not UTF-8 are written as
 * \xNN, so that a request cannot forge a line or steer a terminal.
 */
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same of what happened in this request, which is named first. */
void log_request(enum log_level level, const struct request *request, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
