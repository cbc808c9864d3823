#include "process.h"

#include "timing.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

double process_time(char *const arguments[], char *const environment[], size_t *output)
{
    static char bytes[1 << 20];
    posix_spawn_file_actions_t actions;
    int ends[2];
    int status = 0;
    pid_t process;
    double start = now_us();
    if (pipe2(ends, O_CLOEXEC) != 0)
        die("pipe2");
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    errno = posix_spawn(&process, arguments[0], &actions, NULL, arguments, environment);
    if (errno != 0)
        die(arguments[0]);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    *output = 0;
    for (ssize_t count = 1; count > 0; *output += (size_t)count) {
        count = read(ends[0], bytes, sizeof bytes);
        if (count < 0)
            die("read");
    }
    (void)close(ends[0]);
    if (waitpid(process, &status, 0) != process || status != 0) {
        (void)fprintf(stderr, "%s: exit status %d\n", arguments[0], status);
        exit(EXIT_FAILURE);
    }
    return now_us() - start;
}
