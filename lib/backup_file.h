/*
 * Backups as files of the data directory:
 *
 *   backup-<revision>.json      replaced: a hard link to what was the current document's file
 *   submitted-<revision>.json   submitted
 *   pinned-<revision>.json      pinned: a copy, which no editor can reach through the current file
 *   base-<revision>.json        expired, kept a little longer as a base
 *
 * The revision has 13 digits or more. A file that a hand puts there under such a name is a backup
 * like any other. Each appears by one link or rename, whole or not at all; all is done under the
 * directory's lock, and is on disk once the directory was synced (data_directory_sync).
 */
#ifndef SCHEDULE_BACKUP_FILE_H
#define SCHEDULE_BACKUP_FILE_H

#include "backup.h"
#include "backup_name.h"
#include "data_directory.h"
#include "document.h"
#include "error.h"

#include <stdbool.h>

/* Append all backups in the directory to `list` and sort it. After an error the list has some. */
enum status backup_file_list(const struct data_directory *directory, struct backup_list *list,
                             struct error *error);

/*
 * Add what the entry `name` is to the list, if it is a backup; for who visits the directory
 * himself.
 */
enum status backup_file_list_entry(const struct data_directory *directory, const char *name,
                                   struct backup_list *list, struct error *error);

/* As document_file_load; the document's revision is the name's. */
enum status backup_file_load(const struct data_directory *directory, int64_t revision,
                             struct document *document, struct error *error);

/*
 * Keep the file `source` as the replaced document `revision`: by a hard link, or by a copy where
 * links are refused. Nothing is done if it is kept already, be it as a pinned one or by a hand, and
 * `*kept` is left alone; else it becomes the revision, or, where that name is taken by another
 * document, the first number before it whose name is not.
 */
enum status backup_file_keep(const struct data_directory *directory, const char *source,
                             int64_t revision, int64_t *kept, struct error *error);

/*
 * Keep the file `source`, which holds no document, beside the data file, where nobody takes it for
 * a backup. `name` becomes the name it got.
 */
enum status backup_file_set_aside(const struct data_directory *directory, const char *source,
                                  int64_t revision, char name[BACKUP_NAME_SIZE],
                                  struct error *error);

/* Write a document as a backup of that kind, in the place of one that has its name. */
enum status backup_file_write(const struct data_directory *directory, enum backup_kind kind,
                              int64_t revision, struct document_text text, struct error *error);

/* Whether there is a file of that name, whatever it is. */
enum status backup_file_exists(const struct data_directory *directory, enum backup_kind kind,
                               int64_t revision, bool *exists, struct error *error);

/* Whether there is a backup of that kind with this text. What cannot be read has another one. */
bool backup_file_has(const struct data_directory *directory, enum backup_kind kind,
                     int64_t revision, struct document_text text);

/* Copy the file `source`, whose revision is given, as a pinned one. Once is enough. */
enum status backup_file_pin(const struct data_directory *directory, const char *source,
                            int64_t revision, struct error *error);

/* Let a replaced or submitted document be a base. */
enum status backup_file_demote(const struct data_directory *directory, enum backup_kind kind,
                               int64_t revision, struct error *error);

/* Remove the backup of this kind alone. STATUS_NOT_FOUND if there is none. */
enum status backup_file_remove_kind(const struct data_directory *directory, enum backup_kind kind,
                                    int64_t revision, struct error *error);

/* Remove the backup, of whatever kinds. STATUS_NOT_FOUND if there is none. */
enum status backup_file_remove(const struct data_directory *directory, int64_t revision,
                               struct error *error);

#endif
