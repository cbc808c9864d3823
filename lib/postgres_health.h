/*
 * Whether a document could be saved, found out by trying, without a trace and without waiting for
 * anybody.
 */
#ifndef SCHEDULE_POSTGRES_HEALTH_H
#define SCHEDULE_POSTGRES_HEALTH_H

#include "postgres_document.h"

#include <stdbool.h>

/*
 * In a transaction of its own, which is undone, write what a save would, in miniature. `*locked`
 * becomes whether somebody else was saving, where that could be told. The statuses are the
 * connection's, and STATUS_UNAVAILABLE if a privilege is missing.
 */
enum status postgres_health_try(const struct postgres_rows *rows, bool *locked,
                                struct error *error);

#endif
