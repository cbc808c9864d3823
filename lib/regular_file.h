/*
 * Opening the files of the data directory, none of which may be anything but a regular file: a FIFO
 * would hang us, a device or a symbolic link would lead elsewhere. Nor may it belong to somebody
 * else than us and root: the owner can write to it, whatever directory it is in. A file with
 * several names (hard links) is as good as any, for no file that was there before is written to,
 * but a lock file and a log of savers (saver_log.h), with one name alone.
 */
#ifndef SCHEDULE_REGULAR_FILE_H
#define SCHEDULE_REGULAR_FILE_H

#include "data_directory.h"
#include "error.h"

#include <stdbool.h>
#include <sys/stat.h>

/* Whether a file of `directory` so found may be opened: it is a regular one, and ours or root's. */
bool regular_file_is_ours(const struct data_directory *directory, const struct stat *found);

/*
 * Open `name` in `directory` with `flags` of open(2); O_NOFOLLOW, O_CLOEXEC, O_NONBLOCK and
 * O_NOCTTY are added, and what O_CREAT makes is for our eyes alone (0600). On success `*descriptor`
 * is the caller's to close and `*found` describes the file. A file that does not exist is success
 * with `*descriptor` -1, unless O_CREAT is given. After an error `*descriptor` is -1.
 */
enum status regular_file_open(const struct data_directory *directory, const char *name, int flags,
                              int *descriptor, struct stat *found, struct error *error);

#endif
