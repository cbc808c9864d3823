#include "server_script.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char script_path[TEMPORARY_PATH_SIZE];
static void *directory;

const char *server_script_directory(void)
{
    return path_in(directory, "server");
}

/* In the child. */
static void program_become(const char *const arguments[], int output)
{
    char owner[32];
    (void)snprintf(owner, sizeof owner, "%ld", (long)getppid());
    (void)setenv("OWNER_PID", owner, 1);
    (void)dup2(output, STDOUT_FILENO);
    /* execv takes them without const and leaves them alone. */
    (void)execvp(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

void program_run(const char *const arguments[], char output[SCRIPT_OUTPUT_SIZE])
{
    int pipes[2];
    int status = 0;
    size_t length = 0;
    ssize_t count = 0;
    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        program_become(arguments, pipes[1]);
    (void)close(pipes[1]);
    while ((count = read(pipes[0], output + length, SCRIPT_OUTPUT_SIZE - 1 - length)) > 0)
        length += (size_t)count;
    output[length] = '\0';
    (void)close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status != 0)
        fail_msg("%s %s failed with %d: %s", arguments[0], arguments[1], status, output);
}

void server_script_run(const char *command, const char *argument, char output[SCRIPT_OUTPUT_SIZE])
{
    const char *const arguments[] = {script_path, command, server_script_directory(), argument,
                                     NULL};
    program_run(arguments, output);
}

void server_script_start(const char *script, const char *argument, char output[SCRIPT_OUTPUT_SIZE])
{
    (void)snprintf(script_path, sizeof script_path, "%s/%s", SERVER_SCRIPTS, script);
    assert_int_equal(temporary_setup(&directory), 0);
    server_script_run("start", argument, output);
}

void server_script_stop(void)
{
    char output[SCRIPT_OUTPUT_SIZE];
    server_script_run("stop", NULL, output);
    assert_int_equal(temporary_teardown(&directory), 0);
}
