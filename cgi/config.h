/*
 * The settings, read once from the environment. Names, defaults and bounds stand in config.c and in
 * the README's table, nowhere else. A variable that is set to nothing counts as not set.
 */
#ifndef SCHEDULE_CONFIG_H
#define SCHEDULE_CONFIG_H

#include "backup.h"
#include "data_directory.h"
#include "error.h"

#include <stdint.h>

struct config {
    uint64_t max_body;                             /* SCHEDULE_MAX_BODY, bytes */
    uint64_t lock_timeout_ms;                      /* SCHEDULE_LOCK_TIMEOUT_MS */
    struct retention retention;                    /* SCHEDULE_BACKUPS, SCHEDULE_BACKUP_BYTES */
    const char *cors_origin;                       /* SCHEDULE_CORS_ORIGIN, or null; borrowed */
    char data_directory[DATA_DIRECTORY_PATH_SIZE]; /* SCHEDULE_DATA_DIR, without needless slashes */
};

/*
 * Read the settings. STATUS_INVALID with a text that names the variable, its value and what is
 * allowed; `config` then still has no value that is out of bounds.
 */
enum status config_read(struct config *config, struct error *error);

#endif
