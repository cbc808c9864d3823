/*
 * Which file it is, by whatever name: no other file has this as long as one of its descriptors is
 * open.
 */
#ifndef SCHEDULE_FILE_IDENTITY_H
#define SCHEDULE_FILE_IDENTITY_H

#include <stdbool.h>
#include <sys/stat.h>

struct file_identity {
    dev_t device;
    ino_t inode;
};

static inline struct file_identity file_identity_of(const struct stat *found)
{
    return (struct file_identity){.device = found->st_dev, .inode = found->st_ino};
}

static inline bool file_identity_equal(struct file_identity left, struct file_identity right)
{
    return left.device == right.device && left.inode == right.inode;
}

#endif
