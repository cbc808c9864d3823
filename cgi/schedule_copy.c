/*
 * schedule-copy, which scripts/copy runs: take a document with its backups from one store to another.
 * A command for people; no web server starts it, and it takes no request.
 */
#include "log.h"
#include "request.h"
#include "store_copy.h"
#include "store_kind.h"
#include "version.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of all of the copying, once both stores have answered within the usual time. */
static const uint64_t copy_timeout_ms = UINT64_C(3600000);

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

static void created_log(const void *context, const char *path)
{
    (void)context;
    log_write(LOG_INFO, "创建数据目录: %s", path);
}

static void retry_log(const void *context, const char *reason)
{
    (void)context;
    log_write(LOG_WARN, "存储服务重试: %s", reason);
}

static void not_noted_log(const void *context, const char *reason)
{
    (void)context;
    log_write(LOG_WARN, "未能记录保存者: %s", reason);
}

/* It is the error that ends the program as well. */
static void failure_quiet(const void *context, const char *reason)
{
    (void)context;
    (void)reason;
}

static void lock_retry_quiet(const void *context, unsigned retry, unsigned retries)
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

static const struct store_observer observer = {.directory_created = created_log,
                                               .lock_retry = lock_retry_quiet,
                                               .lock_failed = failure_quiet,
                                               .backup_gave_way = revision_quiet,
                                               .corrupt_set_aside = failure_quiet,
                                               .saver_not_noted = not_noted_log,
                                               .server_retry = retry_log};

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
    const char *user_end = begin + strcspn(begin, "@/");
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

/* One of the two stores: an address, or the name of a kind, whose settings say where it is. */
struct place {
    const char *text;
    const struct scheme *scheme;
    bool is_name;
    struct config config;
    struct store *store; /* once it is open */
};

static enum status place_find(struct place *place, const char *text, struct error *error)
{
    *place = (struct place){.text = text, .scheme = kind_find(text)};
    place->is_name = place->scheme != NULL;
    if (!place->is_name)
        place->scheme = scheme_find(text);
    if (place->scheme == NULL)
        return error_set(
            error, STATUS_INVALID,
            "a store is file, postgres or s3, or an address that begins with file:///, "
            "postgresql://, https:// or http://; of servers this program knows those "
            "that it was built for");
    return STATUS_OK;
}

static enum status place_read(struct place *place, struct error *error)
{
    enum status status =
        place->is_name ? STATUS_OK : setting_put(place->scheme, place->text, error);
    return status == STATUS_OK ? config_read(&place->config, place->scheme->kind, error) : status;
}

/* Settings first: an address stands for one of them, and must not count for the other store. */
static enum status places_read(struct place places[2], struct error *error)
{
    enum status status = STATUS_OK;
    for (int names = 1; names >= 0; names--) {
        for (size_t i = 0; i < 2; i++) {
            if (status == STATUS_OK && places[i].is_name == (names == 1))
                status = place_read(&places[i], error);
        }
    }
    return status;
}

static enum status place_open(struct place *place, struct error *error)
{
    return place->scheme->kind->open(&place->config, &observer, &place->store, error);
}

/* See that it answers, before there is all the time to copy. */
static enum status place_try(struct place *place, struct error *error)
{
    int64_t revision = 0;
    enum status status = place_open(place, error);
    if (status != STATUS_OK)
        return status;
    status = store_revision(place->store, &revision, error);
    store_close(place->store);
    place->store = NULL;
    if (place->config.store_timeout_ms < copy_timeout_ms)
        place->config.store_timeout_ms = copy_timeout_ms;
    return status;
}

/* A directory that is not there would be made, and found empty. */
static enum status source_check(const struct place *source, struct error *error)
{
    const char *directory = source->config.data_directory;
    if (source->scheme->kind != &store_kind_file || access(directory, F_OK) == 0)
        return STATUS_OK;
    return error_set_system(error, errno, "open", directory, NULL);
}

static enum status difference_check(const struct place places[2], struct error *error)
{
    char locations[2][STORE_LOCATION_SIZE];
    for (size_t i = 0; i < 2; i++)
        store_location(places[i].store, locations[i]);
    if (places[0].scheme->kind != places[1].scheme->kind || strcmp(locations[0], locations[1]) != 0)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "both stores are the same: %s", locations[0]);
}

static enum status places_copy(struct place places[2], struct store_copy *copy, struct error *error)
{
    enum status status = source_check(&places[0], error);
    for (size_t i = 0; status == STATUS_OK && i < 2; i++)
        status = place_try(&places[i], error);
    for (size_t i = 0; status == STATUS_OK && i < 2; i++)
        status = place_open(&places[i], error);
    if (status == STATUS_OK)
        status = difference_check(places, error);
    if (status == STATUS_OK)
        status = store_copy_all(places[0].store, places[1].store, copy, error);
    store_close(places[1].store);
    store_close(places[0].store);
    return status;
}

static enum status copy_run(const char *from, const char *to, struct store_copy *copy,
                            struct error *error)
{
    static struct place places[2];
    /* It says which store requests are for. */
    (void)unsetenv("SCHEDULE_STORE");
    enum status status = place_find(&places[0], from, error);
    if (status == STATUS_OK)
        status = place_find(&places[1], to, error);
    if (status == STATUS_OK)
        status = places_read(places, error);
    return status == STATUS_OK ? places_copy(places, copy, error) : status;
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
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return version_print();
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
