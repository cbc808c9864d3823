/*
 * schedule-copy, which scripts/copy runs: take a document with its backups from one store to another.
 * A command for people; no web server starts it, and it takes no request.
 */
#include "log.h"
#include "request.h"
#include "store_copy.h"
#include "store_kind.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A whole plan may be on its way for as long as it takes. */
static const uint64_t copy_timeout_ms = UINT64_C(24) * 3600000;

/* How an address begins, which setting it is, and the kind of store whose it is. */
struct scheme {
    const char *prefix;
    size_t dropped; /* of its letters */
    const char *setting;
    const struct store_kind *kind;
};

static const struct scheme schemes[] = {
    {"file:///", sizeof "file://" - 1, "SCHEDULE_DATA_DIR", &store_kind_file},
#ifdef SCHEDULE_HAS_POSTGRES
    {"postgresql://", 0, "DATABASE_URL", &store_kind_postgres},
    {"postgres://", 0, "DATABASE_URL", &store_kind_postgres},
#endif
#ifdef SCHEDULE_HAS_S3
    {"https://", 0, "SCHEDULE_S3_URL", &store_kind_s3},
    {"http://", 0, "SCHEDULE_S3_URL", &store_kind_s3},
#endif
};

static const struct scheme *kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (strcmp(name, schemes[i].kind->name) == 0)
            return &schemes[i];
    }
    return NULL;
}

static void event_log(const void *context, const char *text)
{
    (void)context;
    log_write(LOG_INFO, "%s", text);
}

static void retry_quiet(const void *context, unsigned retry, unsigned retries)
{
    (void)context;
    (void)retry;
    (void)retries;
}

static void revision_quiet(const void *context, int64_t revision)
{
    (void)context;
    (void)revision;
}

static const struct store_observer observer = {.directory_created = event_log,
                                               .lock_retry = retry_quiet,
                                               .lock_failed = event_log,
                                               .backup_gave_way = revision_quiet,
                                               .corrupt_set_aside = event_log,
                                               .server_retry = event_log};

static const struct scheme *scheme_find(const char *url)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (strncmp(url, schemes[i].prefix, strlen(schemes[i].prefix)) == 0)
            return &schemes[i];
    }
    return NULL;
}

/* Whether it names a password, which every user of the machine could read among our arguments. */
static bool has_password(const char *url)
{
    const char *begin = strstr(url, "://");
    if (begin == NULL)
        return false;
    begin += sizeof "://" - 1;
    const char *user_end = begin + strcspn(begin, "@/?");
    const char *colon = memchr(begin, ':', (size_t)(user_end - begin));
    return (*user_end == '@' && colon != NULL) || strstr(url, "password=") != NULL;
}

/* An address stands for the setting of its kind. */
static enum status setting_put(const struct scheme *scheme, const char *url, struct error *error)
{
    if (has_password(url))
        return error_set(error, STATUS_INVALID,
                         "a password among the arguments can be read by every user of the machine; "
                         "set %s in the environment and name %s in the address's place",
                         scheme->setting, scheme->kind->name);
    if (setenv(scheme->setting, url + scheme->dropped, 1) != 0)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for the environment");
    return STATUS_OK;
}

/* `place` is an address, or the name of a kind, whose settings say where it is. */
static enum status place_open(const char *place, struct config *config, struct store **store,
                              struct error *error)
{
    enum status status = STATUS_OK;
    const struct scheme *scheme = kind_find(place);
    if (scheme == NULL) {
        scheme = scheme_find(place);
        if (scheme == NULL)
            return error_set(
                error, STATUS_INVALID,
                "'%.16s...' is neither file, postgres or s3 nor an address that begins "
                "with file:///, postgresql://, https:// or http://",
                place);
        status = setting_put(scheme, place, error);
    }
    if (status == STATUS_OK)
        status = config_read(config, scheme->kind, error);
    if (status != STATUS_OK)
        return status;
    config->store_timeout_ms = copy_timeout_ms;
    return scheme->kind->open(config, &observer, store, error);
}

static enum status copy_run(const char *from, const char *to, struct store_copy *copy,
                            struct error *error)
{
    static struct config from_config;
    static struct config to_config;
    /* It says which store requests are for. */
    (void)unsetenv("SCHEDULE_STORE");
    struct store *source = NULL;
    struct store *target = NULL;
    enum status status = place_open(from, &from_config, &source, error);
    if (status == STATUS_OK)
        status = place_open(to, &to_config, &target, error);
    if (status == STATUS_OK)
        status = store_copy_all(source, target, copy, error);
    store_close(target);
    store_close(source);
    return status;
}

static int copy_tell(const struct store_copy *copy)
{
    int printed =
        printf("Copied and compared revision %" PRId64 " and %zu backups, %" PRIu64 " bytes.\n",
               copy->revision, copy->backups, copy->bytes);
    return printed > 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct store_copy copy;
    struct error error = ERROR_INIT;
    if (request_present()) { /* its query could have become our arguments */
        log_write(LOG_ERROR, "schedule-copy answers no requests");
        return EXIT_FAILURE;
    }
    if (argc != 5 || strcmp(argv[1], "--from") != 0 || strcmp(argv[3], "--to") != 0) {
        log_write(LOG_ERROR, "usage: schedule-copy --from STORE --to STORE");
        return EXIT_FAILURE;
    }
    if (copy_run(argv[2], argv[4], &copy, &error) != STATUS_OK) {
        log_write(LOG_ERROR, "%s", error.text);
        return EXIT_FAILURE;
    }
    return copy_tell(&copy);
}
