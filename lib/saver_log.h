/*
 * Who saved what, where documents are files: saved-by.log in their directory, a line
 *
 *   <revision> <name>
 *
 * for each revision whose saver is known (savers.h). The last line of a revision counts; one that is
 * the revision alone takes the name away. What is no such line, or not ended by a newline, counts for
 * nothing; a hand may take lines or the whole file away. Whatever mode a hand gives the file, the next
 * entry sets it to 0644, as the documents have it: who is not to read, the directory's mode keeps out.
 *
 * Lines are appended, in one write, under the directory's lock, after what they tell of was put in its
 * place and is safe: who is killed before that leaves a document whose saver is not known, never one
 * with a wrong name. For the same reason what a killed writer left of a line is made one that counts
 * for nothing. When the file has become long, or a hand has made it so, it is written anew
 * (pending_file.h) with the lines of what is still kept. No load looks at it.
 */
#ifndef SCHEDULE_SAVER_LOG_H
#define SCHEDULE_SAVER_LOG_H

#include "data_directory.h"
#include "error.h"
#include "savers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What somebody saved: one revision, or that of a merge and what was submitted to it. */
struct saver_entry {
    const char *name;
    int64_t revision;  /* 0: none */
    int64_t submitted; /* 0: none */
    int64_t withdrawn; /* whose saver is not known any more; 0: none */
    bool *is_clean;    /* becomes false if a temporary file may be left; or null */
};

/*
 * Append the entry, and sync it. `backups` is how many there are as far as the caller knows, 0 if he
 * does not; so many have room before the file is written anew. STATUS_UNAVAILABLE also if the file is
 * not one to write to: it is no regular file, somebody else's, or has another name as well.
 */
enum status saver_log_append(const struct data_directory *directory,
                             const struct saver_entry *entry, size_t backups, struct error *error);

/*
 * What `from` told of is called `to` now, and something else is called `from`: append who saved it for
 * the new name, if that is known, and take it from the old one. As saver_log_append; `is_clean` as in
 * its entry.
 */
enum status saver_log_move(const struct data_directory *directory, int64_t from, int64_t to,
                           size_t backups, bool *is_clean, struct error *error);

/* Add what the file tells to `savers`, and sort it. Takes no lock; without the file there is nothing. */
enum status saver_log_read(const struct data_directory *directory, struct savers *savers,
                           struct error *error);

#endif
