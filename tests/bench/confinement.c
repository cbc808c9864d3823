/*
 * What confinement and limits cost a request: the program and a twin without them are started in
 * turns. The document is small, for the cost does not grow.
 *
 * usage: bench_confinement ROUNDS UNCONFINED PROGRAM
 */
#include "data_place.h"
#include "process.h"
#include "schedule_file.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS_MAX = 100000, DOCUMENT_SIZE = 1000 };

/* The time of one request, which must be answered with the document or its tasks. */
static double request_time(char *program, char *const environment[])
{
    char *const arguments[] = {program, NULL};
    const struct process process = {arguments, environment, -1};
    struct output output;
    double time = process_time(&process, &output);
    if (output.length < DOCUMENT_SIZE)
        die_of_answer(program, "fewer bytes than its document", &output);
    return time;
}

/* The cost is the median of the differences within a round, which a change of load hardly touches. */
static void row_print(const char *label, char *const environment[], size_t rounds,
                      char *const programs[2])
{
    static double without[ROUNDS_MAX];
    static double cost[ROUNDS_MAX];
    for (size_t round = 0; round < rounds; round++) {
        size_t first = round % 2;
        double times[2];
        times[first] = request_time(programs[first], environment);
        times[!first] = request_time(programs[!first], environment);
        without[round] = times[0];
        cost[round] = times[1] - times[0];
    }
    double request = median(without, rounds);
    double more = median(cost, rounds);
    (void)printf("| %s | %.0f us | %+.0f us | %.3f |\n", label, request, more,
                 (request + more) / request);
}

int main(int argument_count, char **arguments)
{
    struct data_place place;
    struct schedule schedule = schedule_make(DOCUMENT_SIZE, LAYOUT_INDENTED, 0);
    char method[] = "REQUEST_METHOD=GET";
    char gateway[] = "GATEWAY_INTERFACE=CGI/1.1";
    char document[] = "PATH_INFO=/data";
    char item[] = "PATH_INFO=/data/tasks";
    size_t rounds = argument_count == 4 ? strtoul(arguments[1], NULL, 10) : 0;
    if (rounds == 0 || rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "usage: bench_confinement ROUNDS UNCONFINED PROGRAM\n");
        return EXIT_FAILURE;
    }
    data_place_make(&place, "/tmp");
    schedule_file_write(place.document, &schedule);
    free(schedule.text);
    char *const load[] = {method, gateway, document, place.setting, NULL};
    char *const part[] = {method, gateway, item, place.setting, NULL};
    (void)printf("| request | unconfined | confined | x unconfined |\n|---|---|---|---|\n");
    row_print("GET of 1 KB that a hand wrote", load, rounds, arguments + 2);
    row_print("GET of its tasks", part, rounds, arguments + 2);
    data_place_remove(&place);
    return EXIT_SUCCESS;
}
