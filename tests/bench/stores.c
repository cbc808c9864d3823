/*
 * What a request costs with each kind of store, and where the time goes: processes of the programs are
 * started in turns, and the medians of their times are told. Of the programs' settings the environment
 * has all; each has a place of its own to store in.
 *
 * usage: bench_stores ROUNDS PROGRAM PROGRAM PROGRAM
 */
#include "process.h"
#include "schedule_file.h"
#include "timing.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STORES = 3, ROUNDS_MAX = 10000, SIZE_SMALL = 1000, SIZE_LARGE = 500000, ENTRIES_MAX = 256 };

/* A row. */
struct kind {
    const char *label;
    const char *method;
    const char *status; /* what the answer starts with */
    size_t size;        /* of what is stored, or sent */
    bool conditional;   /* the client has it already */
};

static const struct kind kinds[] = {
    {"the program alone (OPTIONS)", "OPTIONS", "Status: 204", SIZE_SMALL, false},
    {"GET of 1 KB, not modified", "GET", "Status: 304", SIZE_SMALL, true},
    {"GET of 1 KB", "GET", "Status: 200", SIZE_SMALL, false},
    {"POST of 1 KB", "POST", "Status: 200", SIZE_SMALL, false},
    {"GET of 500 KB", "GET", "Status: 200", SIZE_LARGE, false},
    {"POST of 500 KB", "POST", "Status: 200", SIZE_LARGE, false},
};

extern char **environ;

/* Our environment, with the variables of a request. */
struct environment {
    char method[32];
    char length[48];
    char condition[64];
    char *entries[ENTRIES_MAX];
};

static void environment_make(struct environment *environment, const struct kind *kind,
                             size_t length, const char *etag)
{
    static char gateway[] = "GATEWAY_INTERFACE=CGI/1.1";
    static char path_info[] = "PATH_INFO=/data";
    static char type[] = "CONTENT_TYPE=application/json";
    size_t count = 0;
    (void)snprintf(environment->method, sizeof environment->method, "REQUEST_METHOD=%s",
                   kind->method);
    (void)snprintf(environment->length, sizeof environment->length, "CONTENT_LENGTH=%zu", length);
    (void)snprintf(environment->condition, sizeof environment->condition, "HTTP_IF_NONE_MATCH=%s",
                   kind->conditional ? etag : "");
    char *const own[] = {
        environment->method, environment->length, environment->condition, gateway, path_info, type};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        environment->entries[count++] = own[i];
    for (char **entry = environ; *entry != NULL && count < ENTRIES_MAX - 1; entry++)
        environment->entries[count++] = *entry;
    environment->entries[count] = NULL;
}

/* The entity tag in an answer. */
static void etag_read(const struct output *output, char etag[32])
{
    const char *header = strstr(output->start, "ETag: ");
    if (header == NULL || sscanf(header, "ETag: %31s", etag) != 1)
        die_of_answer("a program", "no ETag", output);
}

/* The time of one request; `edition` tells apart what is saved. */
static double request_time(const struct kind *kind, char *program, int edition, char etag[32])
{
    struct environment environment;
    struct output output;
    struct schedule schedule = schedule_make(kind->size, LAYOUT_COMPACT, edition);
    bool saves = strcmp(kind->method, "POST") == 0;
    environment_make(&environment, kind, saves ? schedule.length : 0, etag);
    char *const arguments[] = {program, NULL};
    const struct process process = {arguments, environment.entries,
                                    saves ? pipe_filled(schedule.text, schedule.length) : -1};
    double time = process_time(&process, &output);
    if (strncmp(output.start, kind->status, strlen(kind->status)) != 0)
        die_of_answer(program, kind->label, &output);
    if (saves)
        etag_read(&output, etag);
    if (process.input >= 0)
        (void)close(process.input);
    free(schedule.text);
    return time;
}

static void row_print(const struct kind *kind, size_t rounds, char *const programs[STORES])
{
    static double times[STORES][ROUNDS_MAX];
    static int edition;
    const struct kind first = {"", "POST", "Status: 200", kind->size, false};
    char etags[STORES][32];
    for (size_t i = 0; i < STORES; i++)
        (void)request_time(&first, programs[i], edition, etags[i]);
    for (size_t round = 0; round < rounds; round++) {
        edition++;
        for (size_t i = 0; i < STORES; i++)
            times[i][round] = request_time(kind, programs[i], edition, etags[i]);
    }
    (void)printf("| %s |", kind->label);
    for (size_t i = 0; i < STORES; i++)
        (void)printf(" %.2f ms |", median(times[i], rounds) / 1000);
    (void)printf("\n");
}

int main(int argument_count, char **arguments)
{
    size_t rounds = argument_count == 2 + STORES ? strtoul(arguments[1], NULL, 10) : 0;
    if (rounds == 0 || rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "usage: bench_stores ROUNDS PROGRAM PROGRAM PROGRAM\n");
        return EXIT_FAILURE;
    }
    (void)printf("| one process | file | PostgreSQL | S3 |\n|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        row_print(&kinds[i], rounds, arguments + 2);
    return EXIT_SUCCESS;
}
