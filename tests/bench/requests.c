/*
 * What loading costs: processes of four kinds are started in turns, so that a busy machine slows
 * all of them alike, and the medians of their times are compared. Their documents were saved by the
 * program. OTHER is the program, built in another way.
 *
 * usage: bench_requests ROUNDS EMPTY SENDFILE PROGRAM OTHER
 */
#include "data_place.h"
#include "process.h"
#include "schedule_file.h"
#include "timing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EMPTY, SENDFILE, PROGRAM, OTHER, CONTESTANTS, ROUNDS_MAX = 100000 };

/* A row: a load of a document of this size, and the most that it should cost beside one of the others. */
struct load {
    const char *label;
    size_t size;
    const char *status; /* what its answer starts with */
    double target;
    int beside; /* EMPTY or SENDFILE */
};

static const struct load loads[] = {
    {"GET of 1 KB", 1000, "Status: 200", 1.15, EMPTY},
    {"GET of 1 KB, not modified", 1000, "Status: 304", 1.15, EMPTY},
    {"GET of 100 KB", 100000, "Status: 200", 1.3, SENDFILE},
    {"GET of 1 MB", 1000000, "Status: 200", 1.3, SENDFILE},
    {"GET of 10 MB", 10000000, "Status: 200", 1.3, SENDFILE},
};

static void answer_check(const struct load *load, const char *program, const struct output *output)
{
    size_t least = strcmp(load->status, "Status: 304") == 0 ? 0 : load->size;
    if (strncmp(output->start, load->status, strlen(load->status)) != 0 || output->length < least)
        die_of_answer(program, load->label, output);
}

/* `medians[i]` becomes the median time of contestant i. */
static void load_time(const struct load *load, size_t rounds, struct data_place *place,
                      char *const programs[CONTESTANTS], double medians[CONTESTANTS])
{
    static double times[CONTESTANTS][ROUNDS_MAX];
    char method[] = "REQUEST_METHOD=GET";
    char gateway[] = "GATEWAY_INTERFACE=CGI/1.1";
    char path_info[] = "PATH_INFO=/data";
    char *condition = strcmp(load->status, "Status: 304") == 0 ? place->variable : NULL;
    char *const environment[] = {method, gateway, path_info, place->setting, condition, NULL};
    struct output output;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t turn = 0; turn < CONTESTANTS; turn++) {
            size_t i = turn_of(round, turn, CONTESTANTS);
            char *path = i == SENDFILE ? place->document : NULL;
            char *const arguments[] = {programs[i], path, NULL};
            const struct process process = {arguments, environment, -1};
            times[i][round] = process_time(&process, &output);
            if (i >= PROGRAM)
                answer_check(load, programs[i], &output);
        }
    }
    for (size_t i = 0; i < CONTESTANTS; i++)
        medians[i] = median(times[i], rounds);
}

/* Save what is stored: then loads know it from a save, as they do but for what a hand has put there. */
static void document_save(const struct load *load, struct data_place *place, char *program)
{
    char method[] = "REQUEST_METHOD=POST";
    char *const environment[] = {method, place->setting, NULL};
    char *const arguments[] = {program, NULL};
    struct output output;
    const struct process process = {arguments, environment,
                                    open(place->document, O_RDONLY | O_CLOEXEC)};
    if (process.input < 0)
        die(place->document);
    (void)process_time(&process, &output);
    (void)close(process.input);
    if (strstr(output.start, "\"ok\":true") == NULL)
        die_of_answer(program, load->label, &output);
}

static void row_print(const struct load *load, size_t rounds, struct data_place *place,
                      char *const programs[CONTESTANTS])
{
    struct schedule schedule = schedule_make(load->size, LAYOUT_INDENTED, 0);
    double us[CONTESTANTS];
    schedule_file_write(place->document, &schedule);
    free(schedule.text);
    document_save(load, place, programs[PROGRAM]);
    data_place_condition(place);
    load_time(load, rounds, place, programs, us);
    double reached = us[PROGRAM] / us[load->beside];
    (void)printf("| %s | %.0f us | %.0f us | %.0f us | %.0f us | %.2f | %.2f | %.2f x %s: %s |\n",
                 load->label, us[EMPTY], us[SENDFILE], us[PROGRAM], us[OTHER],
                 us[PROGRAM] / us[EMPTY], us[PROGRAM] / us[SENDFILE], load->target,
                 load->beside == EMPTY ? "empty" : "sendfile",
                 reached <= load->target ? "reached" : "missed");
}

int main(int argument_count, char **arguments)
{
    struct data_place place;
    size_t rounds = argument_count == 6 ? strtoul(arguments[1], NULL, 10) : 0;
    if (rounds == 0 || rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "usage: bench_requests ROUNDS EMPTY SENDFILE PROGRAM OTHER\n");
        return EXIT_FAILURE;
    }
    data_place_make(&place, "/tmp");
    (void)printf(
        "| load | empty process | open and sendfile | schedule.cgi | dynamic glibc build | "
        "x empty | x sendfile | at most |\n|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++)
        row_print(&loads[i], rounds, &place, arguments + 2);
    data_place_remove(&place);
    return EXIT_SUCCESS;
}
