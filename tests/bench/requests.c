/*
 * What a GET costs: processes of three kinds are started in turns, so that a busy machine slows all
 * of them alike, and the medians of their times are compared.
 *
 * usage: bench_requests ROUNDS EMPTY SENDFILE PROGRAM
 */
#include "process.h"
#include "schedule_file.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONTESTANTS = 3, ROUNDS_MAX = 100000, PATH_SIZE = 4096 };

static void row_print(const char *label, size_t rounds, const char *directory,
                      char *const programs[CONTESTANTS])
{
    static double times[CONTESTANTS][ROUNDS_MAX];
    char path[PATH_SIZE];
    char data_directory[PATH_SIZE + 32];
    (void)snprintf(path, sizeof path, "%s/project-data.json", directory);
    (void)snprintf(data_directory, sizeof data_directory, "SCHEDULE_DATA_DIR=%s", directory);
    char method[] = "REQUEST_METHOD=GET";
    char gateway[] = "GATEWAY_INTERFACE=CGI/1.1";
    char path_info[] = "PATH_INFO=/data";
    char *const environment[] = {method, gateway, path_info, data_directory, NULL};
    char *const arguments[CONTESTANTS][3] = {
        {programs[0], NULL}, {programs[1], path, NULL}, {programs[2], NULL}};
    size_t outputs[CONTESTANTS];
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < CONTESTANTS; i++)
            times[i][round] = process_time(arguments[i], environment, &outputs[i]);
    }
    if (outputs[2] <= outputs[1]) {
        (void)fprintf(stderr, "%s answered %zu bytes, fewer than its document\n", programs[2],
                      outputs[2]);
        exit(EXIT_FAILURE);
    }
    double empty = median(times[0], rounds);
    double sent = median(times[1], rounds);
    double served = median(times[2], rounds);
    (void)printf("| GET of %s | %.0f us | %.0f us | %.0f us | %.2f | %.2f |\n", label, empty, sent,
                 served, served / empty, served / sent);
}

int main(int argument_count, char **arguments)
{
    static const struct {
        const char *label;
        size_t size;
    } documents[] = {{"1 KB", 1000}, {"100 KB", 100000}, {"1 MB", 1000000}};
    char directory[] = "/tmp/schedule-bench-XXXXXX";
    char path[PATH_SIZE];
    size_t rounds = argument_count == 5 ? strtoul(arguments[1], NULL, 10) : 0;
    if (rounds == 0 || rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "usage: bench_requests ROUNDS EMPTY SENDFILE PROGRAM\n");
        return EXIT_FAILURE;
    }
    if (mkdtemp(directory) == NULL)
        die(directory);
    (void)snprintf(path, sizeof path, "%s/project-data.json", directory);
    (void)printf("| request | empty process | open and sendfile | schedule.cgi | x empty | "
                 "x sendfile |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        schedule_file_write(path, documents[i].size);
        row_print(documents[i].label, rounds, directory, arguments + 2);
    }
    (void)unlink(path);
    (void)rmdir(directory);
    return EXIT_SUCCESS;
}
