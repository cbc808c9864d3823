#include "process.h"

#include "timing.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOG_SIZE = 1 << 16 }; /* of the pipe for standard error */

void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static int log_ends[2] = {-1, -1};

int process_log(void)
{
    if (log_ends[1] < 0 && pipe2(log_ends, O_CLOEXEC | O_NONBLOCK) != 0)
        die("pipe2");
    return log_ends[1];
}

/* Only what a process logs at most fits in: that of a request is a line or two. */
static void log_take(char log[static LOG_SIZE])
{
    ssize_t count = read(log_ends[0], log, LOG_SIZE - 1);
    log[count > 0 ? count : 0] = '\0';
}

void process_log_clear(void)
{
    char log[LOG_SIZE];
    log_take(log);
}

void die_of_answer(const char *program, const char *what, const struct output *output)
{
    char log[LOG_SIZE];
    log_take(log);
    (void)fprintf(stderr, "%s: %s\n%s", program, what, log);
    if (output != NULL)
        (void)fprintf(stderr, "%zu bytes, starting\n%s\n", output->length, output->start);
    exit(EXIT_FAILURE);
}

/* The wide pipe that a process writes to or reads from. */
static void pipe_make(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE) < PIPE_SIZE)
        die("a pipe of 1 MiB");
}

int pipe_filled(const char *bytes, size_t length)
{
    int ends[2];
    pipe_make(ends);
    if (length > PIPE_SIZE || write(ends[1], bytes, length) != (ssize_t)length)
        die("filling a pipe");
    (void)close(ends[1]);
    return ends[0];
}

static int null_device(void)
{
    static int descriptor = -1;
    if (descriptor < 0 && (descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
        die("/dev/null");
    return descriptor;
}

static pid_t process_start(const struct process *process, int output)
{
    posix_spawn_file_actions_t actions;
    pid_t started;
    int input = process->input >= 0 ? process->input : null_device();
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    (void)posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    (void)posix_spawn_file_actions_adddup2(&actions, process_log(), STDERR_FILENO);
    errno = posix_spawn(&started, process->arguments[0], &actions, NULL, process->arguments,
                        process->environment);
    if (errno != 0)
        die(process->arguments[0]);
    (void)posix_spawn_file_actions_destroy(&actions);
    return started;
}

/* Only the start is copied; what follows goes from the pipe to nowhere at once. */
static void output_take(int from, struct output *output)
{
    ssize_t count = read(from, output->start, sizeof output->start - 1);
    output->start[count > 0 ? count : 0] = '\0';
    output->length = (size_t)(count > 0 ? count : 0);
    while (count > 0) {
        count = splice(from, NULL, null_device(), NULL, PIPE_SIZE, 0);
        output->length += (size_t)(count > 0 ? count : 0);
    }
    if (count < 0)
        die("reading the output");
}

double process_time(const struct process *process, struct output *output)
{
    int ends[2];
    int status = 0;
    pipe_make(ends);
    double start = now_us();
    pid_t started = process_start(process, ends[1]);
    (void)close(ends[1]);
    output_take(ends[0], output);
    if (waitpid(started, &status, 0) != started || status != 0)
        die_of_answer(process->arguments[0], "failed", output);
    double time = now_us() - start;
    (void)close(ends[0]);
    process_log_clear();
    return time;
}
