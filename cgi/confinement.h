/*
 * Least privilege: once its store is open, a request has no use for the rest of the file system, nor
 * for a set-user-ID program. Confined, a process that somebody took over can still harm the
 * documents, but nothing else that its user owns.
 *
 * One of these is called once, as soon as the store is open; it holds until the process ends, and for
 * its children and threads from then on. What is open stays usable: the standard streams, and
 * descriptors passed in.
 */
#ifndef SCHEDULE_CONFINEMENT_H
#define SCHEDULE_CONFINEMENT_H

#include <stdbool.h>

/*
 * Give up new privileges (PR_SET_NO_NEW_PRIVS), and by Landlock all of the file system but reading,
 * writing, making and removing files and reading directories in `directory`, an open descriptor.
 * Nothing is logged where the kernel has no Landlock or forbids it (before 5.13, or in a
 * container's filter): the program does there what it does anywhere else. False says so, for tests.
 */
bool confinement_enter(int directory);

/*
 * The same for stores on servers: by Landlock all of the file system but reading. To connect, also by
 * a socket in the file system, takes no right that could be given up.
 */
bool confinement_enter_reading(void);

#endif
