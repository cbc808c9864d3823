/*
 * What saving costs, on tmpfs: the program, built in two ways, replaces a document by another one,
 * in turns with a process that does nothing and with a warm Node.js that does the bare work. The
 * medians of their times are compared. Both ways to hand over a body are tried: servers pass small
 * ones by a pipe, and lighttpd passes large ones as a file.
 *
 * usage: bench_saves ROUNDS EMPTY PROGRAM OTHER NODE_SCRIPT
 */
#include "data_place.h"
#include "node_saver.h"
#include "process.h"
#include "schedule_file.h"
#include "timing.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EMPTY, PROGRAM, OTHER, PROGRAMS, NODE = PROGRAMS, CONTESTANTS, ROUNDS_MAX = 100000 };

/* A row: a save of a body of this size, and the most that it should cost beside one of the others. */
struct save {
    const char *label;
    size_t size;
    bool by_file;
    double target;
    int beside; /* EMPTY or NODE */
};

static const struct save saves[] = {
    {"POST of 1 KB, by a pipe", 1000, false, 2, EMPTY},
    {"POST of 1 KB, as a file", 1000, true, 2, EMPTY},
    {"POST of 1 MB, by a pipe", 1000000, false, 1, NODE},
    {"POST of 1 MB, as a file", 1000000, true, 1, NODE},
};

/*
 * How many documents are kept: what takes ten minutes to become so many more than the usual 50 backups
 * takes seconds here.
 */
enum { DOCUMENTS_KEPT = 64 };

/* The bodies that take turns, so that each save changes the document, also as files. */
struct bodies {
    struct schedule schedules[2];
    struct data_place files[2];
    size_t stored_length;
};

static int body_input(const struct bodies *bodies, const struct save *save, size_t edition)
{
    const struct schedule *body = &bodies->schedules[edition];
    if (!save->by_file)
        return pipe_filled(body->text, body->length);
    int file = open(bodies->files[edition].document, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        die(bodies->files[edition].document);
    return file;
}

/* The time of one save of an edition, which must be acknowledged. */
static double save_time(const struct bodies *bodies, const struct save *save, size_t edition,
                        char *program, struct data_place *place, bool program_answers)
{
    char method[] = "REQUEST_METHOD=POST";
    char gateway[] = "GATEWAY_INTERFACE=CGI/1.1";
    char path_info[] = "PATH_INFO=/data";
    char type[] = "CONTENT_TYPE=application/json";
    char length[64];
    char bytes[64];
    size_t kept = bodies->stored_length * DOCUMENTS_KEPT;
    (void)snprintf(bytes, sizeof bytes, "SCHEDULE_BACKUP_BYTES=%zu", kept);
    (void)snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", bodies->schedules[edition].length);
    char *const arguments[] = {program, NULL};
    char *const environment[] = {method, gateway, path_info,      type,
                                 length, bytes,   place->setting, NULL};
    struct output output;
    const struct process process = {arguments, environment, body_input(bodies, save, edition)};
    double time = process_time(&process, &output);
    (void)close(process.input);
    if (program_answers && strstr(output.start, "\"ok\":true") == NULL)
        die_of_answer(program, save->label, &output);
    return time;
}

/* What stands in the data directory must be this body, re-indented. */
static void saved_check(const struct schedule *body, const struct data_place *place)
{
    struct schedule expected = schedule_stored(body);
    char *stored = malloc(expected.length + 1);
    FILE *file = fopen(place->document, "r");
    if (stored == NULL || file == NULL)
        die(place->document);
    size_t length = fread(stored, 1, expected.length + 1, file);
    (void)fclose(file);
    if (length != expected.length || memcmp(stored, expected.text, length) != 0) {
        (void)fprintf(stderr, "%s is not what was sent\n", place->document);
        exit(EXIT_FAILURE);
    }
    free(stored);
    free(expected.text);
}

/* What takes turns, and where. */
struct contest {
    const struct save *save;
    const struct bodies *bodies;
    char *const *programs;
    struct data_place *places;
    const struct node_saver *node;
};

/* The time that contestant i takes for it. */
static double turn_time(const struct contest *contest, size_t i, size_t edition)
{
    char *const *programs = contest->programs;
    if (i < PROGRAMS)
        return save_time(contest->bodies, contest->save, edition, programs[i], &contest->places[i],
                         i != EMPTY);
    double time = node_saver_time(contest->node);
    /* Who comes next is to find the caches as a process leaves them, not Node.js. */
    (void)save_time(contest->bodies, contest->save, edition, programs[EMPTY],
                    &contest->places[EMPTY], false);
    return time;
}

/* `medians[i]` becomes the median time of contestant i. */
static void saves_time(const struct save *save, size_t rounds, const struct bodies *bodies,
                       char *const programs[PROGRAMS], struct data_place places[PROGRAMS],
                       const struct node_saver *node, double medians[CONTESTANTS])
{
    static double times[CONTESTANTS][ROUNDS_MAX];
    const struct contest contest = {save, bodies, programs, places, node};
    for (size_t round = 0; round < rounds; round++) {
        for (size_t place = 0; place < CONTESTANTS; place++) {
            size_t i = turn_of(round, place, CONTESTANTS);
            times[i][round] = turn_time(&contest, i, round % 2);
        }
    }
    for (size_t i = PROGRAM; i < PROGRAMS; i++)
        saved_check(&bodies->schedules[(rounds - 1) % 2], &places[i]);
    for (size_t i = 0; i < CONTESTANTS; i++)
        medians[i] = median(times[i], rounds);
}

static void bodies_make(struct bodies *bodies, size_t size)
{
    for (int i = 0; i < 2; i++) {
        bodies->schedules[i] = schedule_make(size, LAYOUT_COMPACT, i);
        data_place_make(&bodies->files[i], "/dev/shm");
        schedule_file_write(bodies->files[i].document, &bodies->schedules[i]);
    }
    struct schedule stored = schedule_stored(&bodies->schedules[0]);
    bodies->stored_length = stored.length;
    free(stored.text);
}

static void bodies_remove(struct bodies *bodies)
{
    for (int i = 0; i < 2; i++) {
        free(bodies->schedules[i].text);
        data_place_remove(&bodies->files[i]);
    }
}

static void row_print(const struct save *save, size_t rounds, char *const programs[PROGRAMS],
                      char *script)
{
    struct bodies bodies;
    struct data_place places[CONTESTANTS];
    struct node_saver node;
    double us[CONTESTANTS];
    bodies_make(&bodies, save->size);
    for (size_t i = 0; i < CONTESTANTS; i++)
        data_place_make(&places[i], "/dev/shm");
    node_saver_start(&node, script, bodies.files[0].document, places[NODE].document);
    saves_time(save, rounds, &bodies, programs, places, &node, us);
    node_saver_stop(&node);
    for (size_t i = 0; i < CONTESTANTS; i++)
        data_place_remove(&places[i]);
    bodies_remove(&bodies);
    (void)printf("| %s | %.0f us | %.0f us | %.0f us | %.0f us | %.2f | %.2f | %.2f x %s: %s |\n",
                 save->label, us[EMPTY], us[NODE], us[PROGRAM], us[OTHER], us[PROGRAM] / us[EMPTY],
                 us[PROGRAM] / us[NODE], save->target, save->beside == EMPTY ? "empty" : "Node.js",
                 us[PROGRAM] <= save->target * us[save->beside] ? "reached" : "missed");
}

int main(int argument_count, char **arguments)
{
    size_t rounds = argument_count == 6 ? strtoul(arguments[1], NULL, 10) : 0;
    if (rounds == 0 || rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "usage: bench_saves ROUNDS EMPTY PROGRAM OTHER NODE_SCRIPT\n");
        return EXIT_FAILURE;
    }
    (void)printf(
        "| save on tmpfs | empty process | warm Node.js, bare | schedule.cgi | dynamic "
        "glibc build | x empty | x Node.js | at most |\n|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof saves / sizeof saves[0]; i++)
        row_print(&saves[i], rounds, arguments + 2, arguments[5]);
    return EXIT_SUCCESS;
}
