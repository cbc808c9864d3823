#include "confinement.h"
#include "environment.h"
#include "payload.h"
#include "printable.h"
#include "store_kind.h"
#include "store_postgres.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

enum { DOCUMENT_NAME_MAX = 200 };

static const char default_name[] = "project-data";

/* A name as a person would give one: neither empty nor long, UTF-8, without control characters. */
static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= DOCUMENT_NAME_MAX && utf8_is_valid(name, length) &&
           !printable_has_control(name);
}

static enum status database_read(struct config *config, struct error *error)
{
    const char *name = environment_get("SCHEDULE_DOCUMENT_NAME");
    enum status status = config_read_server(config, error);
    /* An empty PGSSLMODE would be an unknown one, for example. */
    environment_drop_empty("PG");
    config->database_url = environment_get("DATABASE_URL");
    config->document_name = default_name;
    if (status == STATUS_OK && name != NULL && !is_name(name))
        return error_set(
            error, STATUS_INVALID,
            "SCHEDULE_DOCUMENT_NAME is '%s', but must be a name of at most %d bytes of "
            "UTF-8 without control characters",
            name, DOCUMENT_NAME_MAX);
    if (status == STATUS_OK && name != NULL)
        config->document_name = name;
    return status;
}

static bool database_print(const struct config *config)
{
    return printf("  SCHEDULE_STORE_TIMEOUT_MS=%llu\n  SCHEDULE_DOCUMENT_NAME=%s\n",
                  (unsigned long long)config->store_timeout_ms, config->document_name) > 0;
}

static enum status database_open(const struct config *config, const struct store_observer *observer,
                                 struct store **store, struct error *error)
{
    static struct store_postgres opened[STORE_KIND_OPEN_MAX];
    static struct store_postgres_options options[STORE_KIND_OPEN_MAX];
    static size_t count;
    size_t place = count++ % STORE_KIND_OPEN_MAX;
    options[place] =
        (struct store_postgres_options){.url = config->database_url,
                                        .document = config->document_name,
                                        .saved_by = config_saved_by(config),
                                        .lock_timeout_ms = (int64_t)config->lock_timeout_ms,
                                        .timeout_ms = (int64_t)config->store_timeout_ms,
                                        .length_max = payload_document_max(config),
                                        .retention = config->retention};
    enum status status = store_postgres_open(&opened[place], &options[place], observer, error);
    if (status == STATUS_OK)
        *store = &opened[place].base;
    return status;
}

static void database_confine(const struct store *store)
{
    (void)store;
    (void)confinement_enter_reading();
}

const struct store_kind store_kind_postgres = {.name = "postgres",
                                               .program = "schedule-postgres.cgi",
                                               .config_read = database_read,
                                               .settings_print = database_print,
                                               .open = database_open,
                                               .confine = database_confine};
