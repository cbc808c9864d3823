#include "config.h"

#include "cors.h"
#include "environment.h"
#include "number.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static const char default_directory[] = "/tmp/project-schedule-data";

struct number_setting {
    const char *name;
    const char *unit;
    uint64_t minimum;
    uint64_t maximum;
};

static const struct number_setting max_body = {"SCHEDULE_MAX_BODY", "bytes", 1, 256 << 20};
static const struct number_setting lock_timeout = {"SCHEDULE_LOCK_TIMEOUT_MS", "milliseconds", 0,
                                                   600000};

static const struct number_setting backups = {"SCHEDULE_BACKUPS", "backups", 0, 10000};
static const struct number_setting backup_bytes = {"SCHEDULE_BACKUP_BYTES", "bytes", 0,
                                                   (uint64_t)1 << 40};

static enum status number_read(const struct number_setting *which, uint64_t *value,
                               struct error *error)
{
    const char *text = environment_get(which->name);
    uint64_t number = 0;
    if (text == NULL)
        return STATUS_OK;
    if (number_parse(text, which->maximum, &number) != NUMBER_OK || number < which->minimum)
        return error_set(error, STATUS_INVALID,
                         "%s is '%s', but must be a whole number of %s from %" PRIu64
                         " to %" PRIu64,
                         which->name, text, which->unit, which->minimum, which->maximum);
    *value = number;
    return STATUS_OK;
}

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

static enum status cors_read(struct config *config, struct error *error)
{
    const char *origins = environment_get("SCHEDULE_CORS_ORIGIN");
    if (origins != NULL && !cors_origins_valid(origins))
        return error_set(error, STATUS_INVALID,
                         "SCHEDULE_CORS_ORIGIN is '%s', but must be * or a comma-separated list of "
                         "origins such as https://plan.example.org:8443, without a path",
                         origins);
    config->cors_origin = origins;
    return STATUS_OK;
}

enum status config_read(struct config *config, struct error *error)
{
    config->max_body = 16 << 20;
    config->lock_timeout_ms = 3000;
    config->retention = (struct retention){.count = 50, .bytes = 64 << 20};
    config->cors_origin = NULL;
    enum status status = directory_read(config, error);
    if (status == STATUS_OK)
        status = number_read(&max_body, &config->max_body, error);
    if (status == STATUS_OK)
        status = number_read(&lock_timeout, &config->lock_timeout_ms, error);
    if (status == STATUS_OK)
        status = number_read(&backups, &config->retention.count, error);
    if (status == STATUS_OK)
        status = number_read(&backup_bytes, &config->retention.bytes, error);
    if (status == STATUS_OK)
        status = cors_read(config, error);
    return status;
}
