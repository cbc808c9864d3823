/*
 * Memory that runs out on purpose. Programs that are linked with the options of CMakeLists.txt's
 * faults have their calls of malloc and its kin, and jansson's, counted from 1 while allocations are
 * watched; those that the plan names fail.
 *
 * What the C library allocates for itself (a directory's entries) is a matter of system calls.
 */
#ifndef TEST_ALLOCATIONS_H
#define TEST_ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>

struct allocations {
    size_t number;     /* of the first one that fails; 0: none does */
    bool from_then_on; /* so do all later ones */
    size_t count;      /* of those asked for */
    size_t fired;      /* of those refused */
    long alive;        /* of those granted and not freed yet */
};

/* Watch until allocations_release; `allocations` is borrowed and can be in shared memory. */
void allocations_watch(struct allocations *allocations);
void allocations_release(void);

#endif
