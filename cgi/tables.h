/*
 * The program's tables of addresses - of functions, routes, texts - lie where they can be written to, for a
 * program that moves itself in memory has to correct them at its start. glibc's loader takes that away again
 * before main; in a static program nobody does but this.
 *
 * It has to be linked by cmake/static.ld, which puts them into pages of their own.
 */
#ifndef SCHEDULE_TABLES_H
#define SCHEDULE_TABLES_H

/* To be called first in main. If it fails, the program works as well. */
void tables_protect(void);

#endif
