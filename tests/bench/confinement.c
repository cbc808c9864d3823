/*
 * What confinement and limits cost a request: the program and a twin without them are started in
 * turns, and the medians of their times are compared. Small documents, for the cost does not grow.
 *
 * usage: bench_confinement ROUNDS UNCONFINED PROGRAM
 */
#include "process.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONTESTANTS = 2, ROUNDS_MAX = 100000, PATH_SIZE = 256 };

static void row_print(const char *label, char *const environment[], size_t rounds,
                      char *const programs[CONTESTANTS])
{
    static double times[CONTESTANTS][ROUNDS_MAX];
    size_t output = 0;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < CONTESTANTS; i++) {
            char *const arguments[] = {programs[i], NULL};
            times[i][round] = process_time(arguments, environment, &output);
            if (output == 0) {
                (void)fprintf(stderr, "%s answered nothing\n", programs[i]);
                exit(EXIT_FAILURE);
            }
        }
    }
    double without = median(times[0], rounds);
    double with = median(times[1], rounds);
    (void)printf("| %s | %.0f us | %.0f us | %.3f |\n", label, without, with, with / without);
}

static void document_write(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs("{\n  \"taskTypes\": [\n    1\n  ]\n}", file) < 0 ||
        fclose(file) != 0)
        die(path);
}

int main(int argument_count, char **arguments)
{
    char directory[] = "/tmp/schedule-bench-XXXXXX";
    char path[PATH_SIZE];
    char data_directory[PATH_SIZE];
    char method[] = "REQUEST_METHOD=GET";
    char gateway[] = "GATEWAY_INTERFACE=CGI/1.1";
    char document[] = "PATH_INFO=/data";
    char item[] = "PATH_INFO=/data/taskTypes";
    size_t rounds = argument_count == 4 ? strtoul(arguments[1], NULL, 10) : 0;
    if (rounds == 0 || rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "usage: bench_confinement ROUNDS UNCONFINED PROGRAM\n");
        return EXIT_FAILURE;
    }
    if (mkdtemp(directory) == NULL)
        die(directory);
    (void)snprintf(path, sizeof path, "%s/project-data.json", directory);
    (void)snprintf(data_directory, sizeof data_directory, "SCHEDULE_DATA_DIR=%s", directory);
    document_write(path);
    char *const load[] = {method, gateway, document, data_directory, NULL};
    char *const part[] = {method, gateway, item, data_directory, NULL};
    (void)printf("| request | unconfined | schedule.cgi | x unconfined |\n|---|---|---|---|\n");
    row_print("GET of 31 bytes", load, rounds, arguments + 2);
    row_print("GET of a part", part, rounds, arguments + 2);
    (void)unlink(path);
    (void)rmdir(directory);
    return EXIT_SUCCESS;
}
