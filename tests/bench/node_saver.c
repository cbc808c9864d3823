#include "node_saver.h"

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void node_saver_start(struct node_saver *saver, char *script, char *source, char *target)
{
    char node[] = "node";
    char *const arguments[] = {node, script, source, target, NULL};
    posix_spawn_file_actions_t actions;
    int orders[2];
    int times[2];
    if (pipe2(orders, O_CLOEXEC) != 0 || pipe2(times, O_CLOEXEC) != 0)
        die("pipe2");
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, orders[0], STDIN_FILENO);
    (void)posix_spawn_file_actions_adddup2(&actions, times[1], STDOUT_FILENO);
    errno = posix_spawnp(&saver->process, node, &actions, NULL, arguments, environ);
    if (errno != 0)
        die(node);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(orders[0]);
    (void)close(times[1]);
    saver->orders = fdopen(orders[1], "w");
    saver->times = fdopen(times[0], "r");
    if (saver->orders == NULL || saver->times == NULL)
        die("fdopen");
}

double node_saver_time(const struct node_saver *saver)
{
    char line[64];
    if (fputs("save\n", saver->orders) < 0 || fflush(saver->orders) != 0 ||
        fgets(line, sizeof line, saver->times) == NULL)
        die("node");
    return strtod(line, NULL);
}

void node_saver_stop(struct node_saver *saver)
{
    (void)fclose(saver->orders);
    (void)fclose(saver->times);
    (void)waitpid(saver->process, NULL, 0);
}
