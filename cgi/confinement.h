/*
 * Least privilege: once its directory is open, a request has no use for the rest of the file
 * system, nor for a set-user-ID program. Confined, a process that somebody took over can still harm
 * the documents, but nothing else that its user owns.
 *
 * Called once, as soon as the store is open; it holds until the process ends, and for its children.
 * What is open stays usable: the standard streams, and descriptors passed in. It is for stores that
 * are a directory; others reach their server by other means and have a confinement of their own.
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

#endif
