/*
 * The tables of documents in a PostgreSQL database, as this program makes and changes them:
 *
 *   schedule_document    a row for each document: its name, revision, body and so on. Revision 0
 *                        without a body is a place for one to come
 *   schedule_backup      what stores keep beside it (backup.h), by name, revision and kind:
 *                        'replaced', 'submitted', 'pinned', and 'corrupt' for what was no document
 *   schedule_migration   which of the steps that made all this were taken
 *   schedule_task        a view for people and their tools: a row for each task of each document
 *
 * A body is of type json, which keeps the text as it is. The tables are made by who first misses
 * them, in the first schema of the search_path; nobody looks whether they are there before.
 */
#ifndef SCHEDULE_POSTGRES_SCHEMA_H
#define SCHEDULE_POSTGRES_SCHEMA_H

#include "postgres_connection.h"

/*
 * Take the steps that were not taken yet, all or none; who comes meanwhile waits. Not within a
 * transaction. The statuses are the connection's; what to do about missing privileges is in the
 * error.
 */
enum status postgres_schema_migrate(struct postgres_connection *connection, struct error *error);

#endif
