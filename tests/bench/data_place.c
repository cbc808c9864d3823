#include "data_place.h"

#include "process.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct data_place *places;

static void entries_remove(const struct data_place *place)
{
    DIR *entries = opendir(place->directory);
    if (entries == NULL)
        return; /* to be told by who removes the directory, if by anybody */
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
    }
    (void)closedir(entries);
}

void data_place_remove(struct data_place *place)
{
    struct data_place **link = &places;
    while (*link != place)
        link = &(*link)->next;
    *link = place->next;
    entries_remove(place);
    if (rmdir(place->directory) != 0)
        perror(place->directory);
}

/* Of a bench that was ended by die. */
static void places_remove(void)
{
    while (places != NULL)
        data_place_remove(places);
}

void data_place_make(struct data_place *place, const char *parent)
{
    static bool registered;
    if (!registered && atexit(places_remove) != 0)
        die("atexit");
    registered = true;
    (void)snprintf(place->directory, sizeof place->directory, "%s/schedule-bench-XXXXXX", parent);
    if (mkdtemp(place->directory) == NULL)
        die(place->directory);
    (void)snprintf(place->document, sizeof place->document, "%s/project-data.json",
                   place->directory);
    (void)snprintf(place->setting, sizeof place->setting, "SCHEDULE_DATA_DIR=%s", place->directory);
    place->next = places;
    places = place;
}

void data_place_condition(struct data_place *place)
{
    struct stat status;
    if (stat(place->document, &status) != 0)
        die(place->document);
    (void)snprintf(place->variable, sizeof place->variable, "HTTP_IF_NONE_MATCH=\"%lld\"",
                   (long long)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000);
}
