/*
 * How a data directory is, apart from the document in it.
 */
#ifndef SCHEDULE_FILE_HEALTH_H
#define SCHEDULE_FILE_HEALTH_H

#include "data_directory.h"
#include "store.h"

/*
 * Fill all of `health` but what concerns the lock and the current document, whose size it has. The
 * result is that of the write that is tried. Needs no lock.
 */
enum status file_health_measure(const struct data_directory *directory, struct store_health *health,
                                struct error *error);

#endif
