/*
 * The settings, read once from the environment. Names, defaults and bounds stand in config.c, those of
 * one kind of store in store_kind_<kind>.c, and all in the README's table, nowhere else. A variable
 * that is set to nothing counts as not set.
 */
#ifndef SCHEDULE_CONFIG_H
#define SCHEDULE_CONFIG_H

#include "backup.h"
#include "data_directory.h"
#include "error.h"
#include "savers.h"

#include <stdint.h>

struct store_kind;

struct config {
    uint64_t max_body;          /* SCHEDULE_MAX_BODY, bytes */
    uint64_t lock_timeout_ms;   /* SCHEDULE_LOCK_TIMEOUT_MS */
    struct retention retention; /* SCHEDULE_BACKUPS, SCHEDULE_BACKUP_BYTES */
    const char *cors_origin;    /* SCHEDULE_CORS_ORIGIN, or null; borrowed */
    /* REMOTE_USER, whom the web server let in, made a name that is safe to show; or empty. */
    char saved_by[SAVER_NAME_SIZE];
    /* Of the store in a directory. */
    char data_directory[DATA_DIRECTORY_PATH_SIZE]; /* SCHEDULE_DATA_DIR, without needless slashes */
    /* Of those on servers. All texts are borrowed, from the environment. */
    uint64_t store_timeout_ms;  /* SCHEDULE_STORE_TIMEOUT_MS */
    const char *database_url;   /* DATABASE_URL, or null */
    const char *document_name;  /* SCHEDULE_DOCUMENT_NAME */
    const char *s3_url;         /* SCHEDULE_S3_URL, or null */
    const char *s3_bucket;      /* SCHEDULE_S3_BUCKET, or null */
    const char *s3_region;      /* AWS_REGION */
    const char *s3_proxy;       /* SCHEDULE_S3_PROXY, or null */
    const char *s3_key_id;      /* AWS_ACCESS_KEY_ID, or null */
    const char *s3_secret;      /* AWS_SECRET_ACCESS_KEY, or null */
    const char *s3_token;       /* AWS_SESSION_TOKEN, or null */
    const char *s3_authorities; /* AWS_CA_BUNDLE, or null */
};

/*
 * Read the settings of a program for this kind of store. STATUS_INVALID with a text that names the
 * variable, its value and what is allowed; `config` then still has no value that is out of bounds.
 */
enum status config_read(struct config *config, const struct store_kind *kind, struct error *error);

/* For store_kind_<kind>.c of the stores on servers: what is the same for all of them. */
enum status config_read_server(struct config *config, struct error *error);

/* Who is to be noted with what is saved, or null. Borrowed. */
const char *config_saved_by(const struct config *config);

#endif
