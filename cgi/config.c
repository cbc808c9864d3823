#include "config.h"

#include "cors.h"
#include "environment.h"
#include "number.h"
#include "printable.h"
#include "store_kind.h"

#include <inttypes.h>
#include <string.h>

struct number_setting {
    const char *name;
    const char *unit;
    uint64_t minimum;
    uint64_t maximum;
};

static const struct number_setting max_body = {"SCHEDULE_MAX_BODY", "bytes", 1, 256 << 20};
static const struct number_setting lock_timeout = {"SCHEDULE_LOCK_TIMEOUT_MS", "milliseconds", 0,
                                                   600000};

static const struct number_setting store_timeout = {"SCHEDULE_STORE_TIMEOUT_MS", "milliseconds",
                                                    100, 600000};
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

/* Who a web server let in can have any name. */
static void saved_by_read(struct config *config)
{
    const char *name = environment_get("REMOTE_USER");
    config->saved_by[0] = '\0';
    if (name != NULL)
        printable_copy(config->saved_by, sizeof config->saved_by, name, strlen(name));
}

/* A document must not be looked for where it is not: what is not there would be empty. */
static enum status store_read(const struct store_kind *kind, struct error *error)
{
    const char *store = environment_get("SCHEDULE_STORE");
    if (store == NULL || strcmp(store, kind->name) == 0)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "SCHEDULE_STORE is '%s', but this is %s, whose store is %s; file is for "
                     "schedule.cgi, postgres for schedule-postgres.cgi, s3 for schedule-s3.cgi",
                     store, kind->program, kind->name);
}

enum status config_read(struct config *config, const struct store_kind *kind, struct error *error)
{
    config->max_body = 16 << 20;
    config->lock_timeout_ms = 3000;
    config->retention = (struct retention){.count = 50, .bytes = 64 << 20};
    config->cors_origin = NULL;
    saved_by_read(config);
    /* The first error is the one that is told; but all that the kind uses is to have a value. */
    enum status status = store_read(kind, error);
    enum status own = kind->config_read(config, error);
    if (status == STATUS_OK)
        status = own;
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

enum status config_read_server(struct config *config, struct error *error)
{
    config->data_directory[0] = '\0';
    config->store_timeout_ms = 10000;
    return number_read(&store_timeout, &config->store_timeout_ms, error);
}

const char *config_saved_by(const struct config *config)
{
    return config->saved_by[0] != '\0' ? config->saved_by : NULL;
}
