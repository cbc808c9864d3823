/*
 * The store that the settings choose, opened for one request, with its events going to the log.
 *
 * Life cycle: storage_open, use `store`, storage_close (also after a failed storage_open).
 */
#ifndef SCHEDULE_STORAGE_H
#define SCHEDULE_STORAGE_H

#include "config.h"
#include "request.h"
#include "store_file.h"

struct storage {
    struct store *store; /* null unless open */
    const struct request *request;
    struct store_file_options options;
    struct store_observer observer;
};

/*
 * `config` and `request` are borrowed until storage_close; `storage` must not move before that.
 * Statuses as for store_file_open.
 */
enum status storage_open(struct storage *storage, const struct config *config,
                         const struct request *request, struct error *error);

void storage_close(struct storage *storage);

#endif
