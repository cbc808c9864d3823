/*
 * The one directory that the program writes to.
 *
 * Life cycle: data_directory_open creates the directory if it is missing, checks that it can be
 * trusted and holds it open; everything else is opened relative to `descriptor`, so that nobody can
 * exchange the directory under a request; data_directory_close ends it. An error leaves nothing
 * open; parents that were created before the error stay.
 *
 * Trusted is a directory that is not a symbolic link, belongs to the user we run as, and is not
 * writable by everybody. A group may write if the owner said so. And in a directory like /tmp,
 * where anybody can make things, none of the directories and links that lead to it may be somebody
 * else's. What else is above it is trusted: containers have it writable by everybody, or owned by
 * whom they like. The root directory is taken for one in which nobody else makes anything.
 */
#ifndef SCHEDULE_DATA_DIRECTORY_H
#define SCHEDULE_DATA_DIRECTORY_H

#include "error.h"

#include <sys/types.h>

enum {
    /* Of a directory's path, with the NUL. Small enough for a whole path in an error text. */
    DATA_DIRECTORY_PATH_SIZE = 1024
};

struct data_directory {
    const char *path; /* borrowed from the caller of data_directory_open */
    int descriptor;
    dev_t device; /* which directory it is, however it is called by now */
    ino_t inode;
    uid_t owner;  /* the user we run as */
    bool created; /* data_directory_open made it */
};

/*
 * `path` is absolute, shorter than DATA_DIRECTORY_PATH_SIZE, without "." and ".." components and
 * without a slash at its end; it is used until data_directory_close. What is created has mode 0755
 * whatever the umask takes from group and others; one that takes from the owner makes it fail.
 * STATUS_UNAVAILABLE (or what error_set_system says) with the reason.
 */
enum status data_directory_open(struct data_directory *directory, const char *path,
                                struct error *error);

/*
 * STATUS_UNAVAILABLE unless the path still means this directory. Somebody may have moved or removed
 * it since, and what is stored in it now would be found by nobody.
 */
enum status data_directory_check_place(const struct data_directory *directory, struct error *error);

/* What to do with the entry `name`; anything but STATUS_OK ends the visit with it. */
typedef enum status data_directory_visitor(void *context, const char *name, struct error *error);

/* Call `visit` for every entry but "." and "..", in no order. */
enum status data_directory_visit(const struct data_directory *directory,
                                 data_directory_visitor *visit, void *context, struct error *error);

/*
 * Let the entries as they are now survive a power loss. STATUS_UNKNOWN_OUTCOME if that failed:
 * everybody sees them, but a power loss may bring back the old ones.
 */
enum status data_directory_sync(const struct data_directory *directory, struct error *error);

void data_directory_close(struct data_directory *directory);

#endif
