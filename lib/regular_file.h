/*
 * Opening the files of the data directory, none of which may be anything but a regular file: a FIFO
 * would hang us, a device or a symbolic link would lead elsewhere.
 */
#ifndef SCHEDULE_REGULAR_FILE_H
#define SCHEDULE_REGULAR_FILE_H

#include "data_directory.h"
#include "error.h"

#include <stdbool.h>
#include <sys/stat.h>

/* The mode of every file that we create, whatever the umask. */
enum { REGULAR_FILE_MODE = 0644 };

/*
 * Open `name` in `directory` with `flags` of open(2); O_NOFOLLOW, O_CLOEXEC, O_NONBLOCK and
 * O_NOCTTY are added. On success `*descriptor` is the caller's to close and `*found` describes the
 * file. A file that does not exist is success with `*descriptor` -1, unless O_CREAT is given. After
 * an error `*descriptor` is -1.
 */
enum status regular_file_open(const struct data_directory *directory, const char *name, int flags,
                              int *descriptor, struct stat *found, struct error *error);

#endif
