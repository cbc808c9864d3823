/*
 * The peak of the memory that a request takes. A process is stopped when it ends, and the kernel is
 * asked for the most that was ever resident; the ru_maxrss of wait4(2) would not do, for a process
 * inherits that from who starts it.
 *
 * usage: bench_memory EMPTY PROGRAM
 */
#include "data_place.h"
#include "process.h"
#include "schedule_file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KIB = 1024, LOAD_TARGET_KIB = 2048, SAVE_TARGET = 4 };

struct save {
    const char *label;
    size_t size;
    enum layout layout;
    bool by_file;
};

static const struct save saves[] = {
    {"POST of 1 MB, compact, by a pipe", 1000000, LAYOUT_COMPACT, false},
    {"POST of 1 MB, compact, as a file", 1000000, LAYOUT_COMPACT, true},
    {"POST of 1 MB, indented, as a file", 1000000, LAYOUT_INDENTED, true},
    {"POST of 10 MB, compact, by a pipe", 10000000, LAYOUT_COMPACT, false},
    {"POST of 10 MB, compact, as a file", 10000000, LAYOUT_COMPACT, true},
    {"POST of 10 MB, indented, as a file", 10000000, LAYOUT_INDENTED, true},
};

/* Become the program, stopped at its first instruction. */
static void program_become(const struct process *process, int log)
{
    int output = open("/dev/null", O_WRONLY);
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 && dup2(process->input, STDIN_FILENO) == 0 &&
        dup2(output, STDOUT_FILENO) == STDOUT_FILENO && dup2(log, STDERR_FILENO) == STDERR_FILENO)
        (void)execve(process->arguments[0], process->arguments, process->environment);
    _exit(127);
}

/* The most that was ever resident of a process that is stopped, in KiB. */
static size_t high_water(pid_t process)
{
    char path[32];
    char line[256];
    size_t kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *status = fopen(path, "r");
    if (status == NULL)
        die(path);
    while (kib == 0 && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoul(line + 6, NULL, 10);
    }
    (void)fclose(status);
    return kib;
}

static size_t process_peak(const struct process *process)
{
    size_t peak = 0;
    int status = 0;
    int log = process_log();
    pid_t started = fork();
    if (started == 0)
        program_become(process, log);
    if (started < 0 || waitpid(started, &status, 0) != started || !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, started, NULL, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL) != 0)
        die(process->arguments[0]);
    while (WIFSTOPPED(status)) {
        bool ending = status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXIT << 8));
        int signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
        if (ending)
            peak = high_water(started);
        if (ptrace(PTRACE_CONT, started, NULL, (void *)(intptr_t)signal) != 0 ||
            waitpid(started, &status, 0) != started)
            die("ptrace");
    }
    if (status != 0 || peak == 0)
        die_of_answer(process->arguments[0], "failed", NULL);
    process_log_clear();
    return peak;
}

/* A pipe into which another process, `*writer`, writes the body, however large it is. */
static int body_pipe(const struct schedule *body, pid_t *writer)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0 || (*writer = fork()) < 0)
        die("pipe2 or fork");
    if (*writer == 0) {
        size_t written = 0;
        (void)close(ends[0]);
        for (ssize_t count = 1; count > 0 && written < body->length; written += (size_t)count)
            count = write(ends[1], body->text + written, body->length - written);
        _exit(0);
    }
    (void)close(ends[1]);
    return ends[0];
}

static void row_print(const char *label, size_t peak, size_t body, size_t target)
{
    (void)printf("| %s | %zu KiB | ", label, peak);
    if (body > 0)
        (void)printf("%.1f", (double)peak * KIB / (double)body);
    if (target > 0)
        (void)printf(" | %zu KiB: %s |\n", target, peak <= target ? "reached" : "missed");
    else
        (void)printf(" | |\n");
}

static void load_print(const char *label, size_t size, char *program)
{
    struct data_place place;
    struct schedule schedule = schedule_make(size, LAYOUT_INDENTED, 0);
    char method[] = "REQUEST_METHOD=GET";
    char path_info[] = "PATH_INFO=/data";
    data_place_make(&place, "/tmp");
    schedule_file_write(place.document, &schedule);
    char *const arguments[] = {program, NULL};
    char *const environment[] = {method, path_info, place.setting, NULL};
    const struct process process = {arguments, environment, open("/dev/null", O_RDONLY)};
    row_print(label, process_peak(&process), schedule.length, LOAD_TARGET_KIB);
    (void)close(process.input);
    free(schedule.text);
    data_place_remove(&place);
}

/* A save over a document of the same size. */
static void save_print(const struct save *save, char *program)
{
    struct data_place place;
    struct data_place sent;
    struct schedule before = schedule_make(save->size, LAYOUT_INDENTED, 0);
    struct schedule body = schedule_make(save->size, save->layout, 1);
    pid_t writer = 0;
    char method[] = "REQUEST_METHOD=POST";
    char path_info[] = "PATH_INFO=/data";
    char type[] = "CONTENT_TYPE=application/json";
    char length[64];
    (void)snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", body.length);
    data_place_make(&place, "/dev/shm");
    data_place_make(&sent, "/dev/shm");
    schedule_file_write(place.document, &before);
    schedule_file_write(sent.document, &body);
    char *const arguments[] = {program, NULL};
    char *const environment[] = {method, path_info, type, length, place.setting, NULL};
    const struct process process = {arguments, environment,
                                    save->by_file ? open(sent.document, O_RDONLY)
                                                  : body_pipe(&body, &writer)};
    row_print(save->label, process_peak(&process), body.length, SAVE_TARGET * body.length / KIB);
    (void)close(process.input);
    if (writer > 0)
        (void)waitpid(writer, NULL, 0);
    free(before.text);
    free(body.text);
    data_place_remove(&sent);
    data_place_remove(&place);
}

int main(int argument_count, char **arguments)
{
    if (argument_count != 3) {
        (void)fprintf(stderr, "usage: bench_memory EMPTY PROGRAM\n");
        return EXIT_FAILURE;
    }
    char *const empty[] = {arguments[1], NULL};
    const struct process process = {empty, empty + 1, STDIN_FILENO};
    (void)printf("| request | peak of resident memory | x body | at most |\n|---|---|---|---|\n");
    row_print("empty process", process_peak(&process), 0, 0);
    load_print("GET of 1 KB that a hand wrote", 1000, arguments[2]);
    load_print("GET of 100 KB that a hand wrote", 100000, arguments[2]);
    load_print("GET of 1 MB that a hand wrote", 1000000, arguments[2]);
    load_print("GET of 10 MB that a hand wrote", 10000000, arguments[2]);
    for (size_t i = 0; i < sizeof saves / sizeof saves[0]; i++)
        save_print(&saves[i], arguments[2]);
    return EXIT_SUCCESS;
}
