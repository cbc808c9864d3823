#include "schedule_file.h"

#include "process.h"

#include <stdio.h>
#include <stdlib.h>

/* What stands before, in, between and behind the tasks. */
struct phrases {
    const char *start;
    const char *task[4];
    const char *separator;
    const char *end;
};

static const struct phrases phrases_of[] = {
    [LAYOUT_INDENTED] = {"{\n  \"taskTypes\": [\n    {\n      \"id\": \"1\"\n    }\n  ],\n"
                         "  \"tasks\": [\n",
                         {"    {\n      \"id\": \"task-", "\",\n      \"name\": \"开发排期 ",
                          "\",\n      \"progress\": ", ".5,\n      \"assignees\": []\n    }"},
                         ",\n",
                         "\n  ]\n}"},
    [LAYOUT_COMPACT] = {"{\"taskTypes\":[{\"id\":\"1\"}],\"tasks\":[",
                        {"{\"id\":\"task-", "\",\"name\":\"开发排期 ",
                         "\",\"progress\":", ".5,\"assignees\":[]}"},
                        ",",
                        "]}"},
};

/* Of so many tasks, or, where that is 0, of as many as `size` bytes take. */
static struct schedule schedule_write(int tasks, size_t size, enum layout layout, int edition)
{
    const struct phrases *phrases = &phrases_of[layout];
    struct schedule schedule = {NULL, 0, 0, edition};
    size_t written = 0;
    FILE *stream = open_memstream(&schedule.text, &schedule.length);
    if (stream == NULL)
        die("memory");
    (void)fputs(phrases->start, stream);
    for (int i = 0; tasks > 0 ? i < tasks : written < size; i++) {
        (void)fputs(i == 0 ? "" : phrases->separator, stream);
        int count = fprintf(stream, "%s%d%s%d%s%d%s", phrases->task[0], i, phrases->task[1],
                            i == 0 ? edition : i, phrases->task[2], i % 100, phrases->task[3]);
        written += (size_t)(count > 0 ? count : 1);
        schedule.tasks = i + 1;
    }
    (void)fputs(phrases->end, stream);
    if (fclose(stream) != 0)
        die("memory");
    return schedule;
}

struct schedule schedule_make(size_t size, enum layout layout, int edition)
{
    return schedule_write(0, size, layout, edition);
}

struct schedule schedule_stored(const struct schedule *sent)
{
    return schedule_write(sent->tasks, 0, LAYOUT_INDENTED, sent->edition);
}

void schedule_file_write(const char *path, const struct schedule *schedule)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(schedule->text, 1, schedule->length, file) != schedule->length ||
        fclose(file) != 0)
        die(path);
}
