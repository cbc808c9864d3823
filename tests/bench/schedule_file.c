#include "schedule_file.h"

#include "process.h"

#include <stdio.h>

void schedule_file_write(const char *path, size_t size)
{
    FILE *file = fopen(path, "w");
    size_t written = 0;
    if (file == NULL)
        die(path);
    for (int i = 0; written < size; i++) {
        int count =
            fprintf(file,
                    "%s    {\n      \"id\": \"task-%d\",\n      \"name\": \"开发排期 %d\",\n"
                    "      \"progress\": %d.5,\n      \"assignees\": []\n    }",
                    i == 0 ? "{\n  \"taskTypes\": [\n    {\n      \"id\": \"1\"\n    }\n  ],\n"
                             "  \"tasks\": [\n"
                           : ",\n",
                    i, i, i % 100);
        written += (size_t)(count > 0 ? count : 0);
    }
    (void)fputs("\n  ]\n}", file);
    if (fclose(file) != 0)
        die(path);
}
