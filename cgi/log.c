#include "log.h"

#include "clock.h"
#include "io.h"
#include "printable.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Within PIPE_BUF, so that lines of concurrent processes do not mix in a pipe (pipe(7)). */
enum { LINE_SIZE = 4096 };

static const char *const level_names[] = {
    [LOG_INFO] = "INFO", [LOG_WARN] = "WARN", [LOG_ERROR] = "ERROR"};

void log_write(enum log_level level, const char *format, ...)
{
    char text[LINE_SIZE];
    char line[LINE_SIZE];
    char seconds[32];
    struct tm utc;
    int64_t now_ms = clock_realtime_ms();
    const time_t now = (time_t)(now_ms / 1000);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now, &utc));
    int prefix = snprintf(line, sizeof line, "%s.%03dZ [%s] ", seconds, (int)(now_ms % 1000),
                          level_names[level]);
    printable_copy(line + prefix, sizeof line - (size_t)prefix - 1, text, strlen(text));
    size_t length = strlen(line);
    line[length++] = '\n';
    (void)io_write_all(STDERR_FILENO, line, length);
}
