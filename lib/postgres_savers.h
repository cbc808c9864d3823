/*
 * Who saved what: the columns saved_by of schedule_document and schedule_backup (postgres_schema.h).
 */
#ifndef SCHEDULE_POSTGRES_SAVERS_H
#define SCHEDULE_POSTGRES_SAVERS_H

#include "postgres_document.h"
#include "savers.h"

/*
 * Add who saved the document and each of its backups, and sort the list. Runs one statement, and
 * does not repeat what failed (postgres_session.h). After an error the list may have some.
 */
enum status postgres_savers_list(const struct postgres_rows *rows, struct savers *savers,
                                 struct error *error);

#endif
