#include "log.h"

#include "clock.h"
#include "io.h"
#include "printable.h"
#include "signals.h"
#include "utc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Within PIPE_BUF, so that lines of concurrent processes do not mix in a pipe (pipe(7)). */
enum { LINE_SIZE = 4096 };

static const char *const level_names[] = {
    [LOG_INFO] = "INFO", [LOG_WARN] = "WARN", [LOG_ERROR] = "ERROR"};

static void line_write(enum log_level level, const char *text)
{
    char line[LINE_SIZE];
    char now[UTC_SIZE];
    utc_write(clock_realtime_ms(), now);
    int prefix = snprintf(line, sizeof line, "%s [%s] ", now, level_names[level]);
    printable_copy(line + prefix, sizeof line - (size_t)prefix - 1, text, strlen(text));
    size_t length = strlen(line);
    line[length++] = '\n';
    /* A log that nobody reads any more must not keep the request from its answer. */
    signals_ignore();
    (void)io_write_all(STDERR_FILENO, line, length);
}

void log_write(enum log_level level, const char *format, ...)
{
    char text[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    line_write(level, text);
}

void log_request(enum log_level level, const struct request *request, const char *format, ...)
{
    char text[LINE_SIZE];
    va_list arguments;
    char *end = text + strlen(request_label(request, text));
    *end++ = ' ';
    va_start(arguments, format);
    (void)vsnprintf(end, sizeof text - (size_t)(end - text), format, arguments);
    va_end(arguments);
    line_write(level, text);
}
