/*
 * Run a fuzz target on every file of its corpus, in the order of their names, and say so as TAP. A
 * corpus that is missing or empty fails. A broken law ends the program; the last line then tells at
 * which file.
 *
 * usage: test_fuzz_NAME [FILE|DIRECTORY]
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* In memory of exactly its length, so that a sanitizer sees who reads beyond it. */
static bool file_run(int directory, const char *name)
{
    struct stat found;
    int descriptor = openat(directory, name, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode))
        return false;
    size_t length = (size_t)found.st_size;
    uint8_t *bytes = malloc(length > 0 ? length : 1);
    bool is_read = bytes != NULL && read(descriptor, bytes, length) == found.st_size;
    (void)close(descriptor);
    if (is_read)
        (void)LLVMFuzzerTestOneInput(bytes, length);
    free(bytes);
    return is_read;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* How many files did not go well. */
static unsigned directory_run(int directory, const char *path)
{
    struct dirent **entries = NULL;
    unsigned failed = 0;
    int count = scandir(path, &entries, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        (void)printf("# %s\n", entries[i]->d_name);
        bool done = file_run(directory, entries[i]->d_name);
        (void)printf("%s %d - %s\n", done ? "ok" : "not ok", i + 1, entries[i]->d_name);
        failed += !done;
        free(entries[i]);
    }
    free(entries);
    if (count <= 0)
        (void)printf("not ok 1 - the corpus %s is missing or empty\n", path);
    return count > 0 ? failed : 1;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : FUZZ_CORPUS;
    /* What was said before the end of a program that dies has to be out. */
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 && argc > 1 && file_run(AT_FDCWD, path)) {
        (void)printf("ok 1 - %s\n", path);
        return EXIT_SUCCESS;
    }
    return directory_run(directory, path) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
