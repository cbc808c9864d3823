/*
 * The environment, which is how a CGI program gets its request and its settings.
 */
#ifndef SCHEDULE_ENVIRONMENT_H
#define SCHEDULE_ENVIRONMENT_H

/*
 * The value of a variable, or null if it is not set or set to nothing: nginx and shell scripts hand
 * over all they know of, filled or not. Borrowed from the environment.
 */
const char *environment_get(const char *name);

/*
 * Take the variables out whose names start with `prefix` and that are set to nothing: for libraries that
 * look themselves, and take nothing for a value.
 */
void environment_drop_empty(const char *prefix);

#endif
