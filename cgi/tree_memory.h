/*
 * Memory for JSON trees: cut from large pieces one after the other, and given back to nobody. A
 * request makes a few trees and ends; what malloc does for each of their nodes, so that it can be
 * freed, took a third of the time of a merge.
 *
 * What was allocated last can be given back, as texts that are only looked at are. Memory that the
 * limits or the system refuse is null, as with malloc.
 */
#ifndef SCHEDULE_TREE_MEMORY_H
#define SCHEDULE_TREE_MEMORY_H

/*
 * Let jansson take its memory from here, for good. Before the first tree; not for a process that
 * goes on after the request.
 */
void tree_memory_use(void);

/*
 * No tree is needed any more: begin anew with the memory at hand, so that who ran out of it can
 * still say so. Allowed whether this memory is used or not.
 */
void tree_memory_reset(void);

#endif
