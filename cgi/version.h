/* Which version this is, for people and for who watches a service. CMakeLists.txt names it. */
#ifndef SCHEDULE_VERSION_H
#define SCHEDULE_VERSION_H

extern const char schedule_version[]; /* "1.0.0" */

/* What --version prints, of every program. Returns the exit status. */
int version_print(void);

#endif
