#include "confinement.h"
#include "environment.h"
#include "store_file.h"
#include "store_kind.h"

#include <stdio.h>
#include <string.h>

static const char default_directory[] = "/tmp/project-schedule-data";

static bool is_dots(const char *component, size_t length)
{
    return length <= 2 && strncmp(component, "..", length) == 0;
}

/*
 * A path that starts at the root and names every directory plainly: a program that is started in
 * its own, perhaps read-only, directory must not be sent to write there.
 */
static bool path_normalize(const char *path, char *normal, size_t size)
{
    size_t used = 0;
    if (*path != '/')
        return false;
    while (*path != '\0') {
        path += strspn(path, "/");
        size_t length = strcspn(path, "/");
        if (length == 0)
            break;
        if (is_dots(path, length) || used + 1 + length >= size)
            return false;
        normal[used++] = '/';
        memcpy(normal + used, path, length);
        used += length;
        path += length;
    }
    normal[used] = '\0';
    return used > 0;
}

static enum status directory_read(struct config *config, struct error *error)
{
    const char *path = environment_get("SCHEDULE_DATA_DIR");
    char *normal = config->data_directory;
    if (path != NULL && path_normalize(path, normal, sizeof config->data_directory))
        return STATUS_OK;
    memcpy(normal, default_directory, sizeof default_directory);
    if (path == NULL)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "SCHEDULE_DATA_DIR is '%s', but must be an absolute path other than / "
                     "of less than %d bytes, without . and .. in it",
                     path, DATA_DIRECTORY_PATH_SIZE);
}

static bool directory_print(const struct config *config)
{
    return printf("  SCHEDULE_DATA_DIR=%s\n", config->data_directory) > 0;
}

static enum status directory_open(const struct config *config,
                                  const struct store_observer *observer, struct store **store,
                                  struct error *error)
{
    static struct store_file opened[STORE_KIND_OPEN_MAX];
    static struct store_file_options options[STORE_KIND_OPEN_MAX];
    static size_t count;
    size_t place = count++ % STORE_KIND_OPEN_MAX;
    options[place] =
        (struct store_file_options){.directory = config->data_directory,
                                    .saved_by = config_saved_by(config),
                                    .lock_timeout_ms = (int64_t)config->lock_timeout_ms,
                                    .retention = config->retention};
    enum status status = store_file_open(&opened[place], &options[place], observer, error);
    if (status == STATUS_OK)
        *store = &opened[place].base;
    return status;
}

static void directory_confine(const struct store *store)
{
    (void)confinement_enter(store_file_directory((const struct store_file *)store));
}

const struct store_kind store_kind_file = {.name = "file",
                                           .program = "schedule.cgi",
                                           .config_read = directory_read,
                                           .settings_print = directory_print,
                                           .open = directory_open,
                                           .confine = directory_confine};
