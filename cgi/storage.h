/*
 * The store that the settings choose, opened for one piece of work, with its events going to the
 * log.
 */
#ifndef SCHEDULE_STORAGE_H
#define SCHEDULE_STORAGE_H

#include "route.h"
#include "store.h"

/* What to do with the open store; `context` is the caller's. */
typedef enum status storage_work(const struct exchange *exchange, struct store *store,
                                 void *context, struct response *response, struct error *error);

/*
 * Open the store, confine the process to it if exchange and route say so, do the work and close it.
 * Statuses of opening it and of the work.
 */
enum status storage_run(const struct exchange *exchange, storage_work *work, void *context,
                        struct response *response, struct error *error);

/*
 * Limit and confine the process now, for work of a route that is not restrained from the start and
 * has to look into what is stored after all.
 */
void storage_restrain(const struct exchange *exchange, const struct store *store);

/* Log by a printf format what was changed, and by whom, if the web server says so. */
void storage_log_change(const struct exchange *exchange, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Log that a document was saved, as operators know it. */
void storage_log_saved(const struct exchange *exchange, const struct store *store,
                       const struct store_commit *commit);

#endif
