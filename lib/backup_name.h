/*
 * How backups are called, where they are files or objects:
 *
 *   backup-<revision>.json      replaced
 *   submitted-<revision>.json   submitted
 *   pinned-<revision>.json      pinned
 *   base-<revision>.json        a base
 *
 * The revision has 13 digits or more. Plain functions; nothing is owned.
 */
#ifndef SCHEDULE_BACKUP_NAME_H
#define SCHEDULE_BACKUP_NAME_H

#include "backup.h"

#include <stdbool.h>
#include <stdint.h>

enum { BACKUP_NAME_SIZE = 48 };

void backup_name_write(enum backup_kind kind, int64_t revision, char name[BACKUP_NAME_SIZE]);

/* Whether `name` is a backup's; which one. */
bool backup_name_parse(const char *name, enum backup_kind *kind, int64_t *revision);

#endif
