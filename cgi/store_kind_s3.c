#include "confinement.h"
#include "environment.h"
#include "payload.h"
#include "signals.h"
#include "store_kind.h"
#include "store_s3.h"

#include <stdio.h>

static const char default_region[] = "us-east-1";

static const char *text_or_none(const char *text)
{
    return text != NULL ? text : "";
}

static void region_read(struct config *config)
{
    config->s3_region = environment_get("AWS_REGION");
    if (config->s3_region == NULL)
        config->s3_region = environment_get("AWS_DEFAULT_REGION");
    if (config->s3_region == NULL)
        config->s3_region = default_region;
}

/* Without a key everything would be refused, with an error that names another cause. */
static enum status keys_read(struct config *config, struct error *error)
{
    config->s3_key_id = environment_get("AWS_ACCESS_KEY_ID");
    config->s3_secret = environment_get("AWS_SECRET_ACCESS_KEY");
    config->s3_token = environment_get("AWS_SESSION_TOKEN");
    config->s3_authorities = environment_get("AWS_CA_BUNDLE");
    if (config->s3_key_id == NULL || config->s3_secret == NULL)
        return error_set(error, STATUS_INVALID,
                         "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set");
    return STATUS_OK;
}

static enum status url_read(struct config *config, struct error *error)
{
    config->s3_url = environment_get("SCHEDULE_S3_URL");
    config->s3_bucket = environment_get("SCHEDULE_S3_BUCKET");
    config->s3_proxy = environment_get("SCHEDULE_S3_PROXY");
    if (config->s3_url == NULL)
        return error_set(error, STATUS_INVALID,
                         "SCHEDULE_S3_URL is not set; it says where the document is kept: "
                         "https://<server>/<bucket>/<prefix>/");
    return STATUS_OK;
}

static struct store_s3_options options_of(const struct config *config)
{
    return (struct store_s3_options){.url = config->s3_url,
                                     .bucket = config->s3_bucket,
                                     .region = config->s3_region,
                                     .key_id = config->s3_key_id,
                                     .secret = config->s3_secret,
                                     .token = config->s3_token,
                                     .proxy = config->s3_proxy,
                                     .authorities = config->s3_authorities,
                                     .timeout_ms = (int64_t)config->store_timeout_ms,
                                     .length_max = payload_document_max(config),
                                     .retention = config->retention,
                                     .saved_by = config_saved_by(config)};
}

/* Whether it fits together. */
static enum status options_check(const struct config *config, struct error *error)
{
    const struct store_s3_options options = options_of(config);
    struct error problem = ERROR_INIT;
    if (store_s3_check(&options, &problem) == STATUS_OK)
        return STATUS_OK;
    return error_set(
        error, STATUS_INVALID,
        "SCHEDULE_S3_URL, SCHEDULE_S3_BUCKET, SCHEDULE_S3_PROXY or an AWS_... variable: %s",
        problem.text);
}

static enum status bucket_read(struct config *config, struct error *error)
{
    region_read(config);
    enum status status = url_read(config, error);
    if (keys_read(config, error) != STATUS_OK && status == STATUS_OK)
        status = STATUS_INVALID;
    if (config_read_server(config, error) != STATUS_OK && status == STATUS_OK)
        status = STATUS_INVALID;
    if (status != STATUS_OK)
        return status;
    return options_check(config, error);
}

static bool bucket_print(const struct config *config)
{
    return printf("  SCHEDULE_STORE_TIMEOUT_MS=%llu\n  SCHEDULE_S3_URL=%s\n"
                  "  SCHEDULE_S3_BUCKET=%s\n",
                  (unsigned long long)config->store_timeout_ms, config->s3_url,
                  text_or_none(config->s3_bucket)) > 0;
}

static enum status bucket_open(const struct config *config, const struct store_observer *observer,
                               struct store **store, struct error *error)
{
    static struct store_s3 opened[STORE_KIND_OPEN_MAX];
    static struct store_s3_options options[STORE_KIND_OPEN_MAX];
    static size_t count;
    size_t place = count++ % STORE_KIND_OPEN_MAX;
    options[place] = options_of(config);
    /* TLS writes to its socket as to a pipe. */
    signals_ignore();
    enum status status = store_s3_open(&opened[place], &options[place], observer, error);
    if (status == STATUS_OK)
        *store = &opened[place].base;
    return status;
}

static void bucket_confine(const struct store *store)
{
    (void)store;
    (void)confinement_enter_reading();
}

const struct store_kind store_kind_s3 = {.name = "s3",
                                         .program = "schedule-s3.cgi",
                                         .config_read = bucket_read,
                                         .settings_print = bucket_print,
                                         .open = bucket_open,
                                         .confine = bucket_confine};
