#include "child.h"

#include "temporary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void check_in_child(void (*function)(const char *directory), const char *directory)
{
    int status = 0;
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        function(directory);
        _exit(EXIT_SUCCESS);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

void child_require(int holds, const char *condition, const char *file, int line)
{
    if (holds)
        return;
    (void)dprintf(STDERR_FILENO, "%s:%d: not so: %s (errno: %s)\n", file, line, condition,
                  strerror(errno));
    _exit(EXIT_FAILURE);
}
