/*
 * What it means for us that a PostgreSQL server refuses something: read from the SQLSTATE (its
 * manual, appendix A), which unlike the texts is the same in every language. Pure functions;
 * nothing is owned.
 */
#ifndef SCHEDULE_POSTGRES_FAILURE_H
#define SCHEDULE_POSTGRES_FAILURE_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

enum { POSTGRES_SQLSTATE_SIZE = sizeof "55P03", POSTGRES_ADVICE_SIZE = 200 };

/* What a store can do about it. */
enum postgres_trouble {
    POSTGRES_NO_TROUBLE,
    POSTGRES_REFUSED,    /* nothing: the status says it all */
    POSTGRES_REPEATABLE, /* the transaction was in another's way and is undone; try it again */
    POSTGRES_UNMADE,     /* make the table or column that is missing */
    POSTGRES_LOST        /* connect anew; what was not committed is undone */
};

struct postgres_failure {
    char sqlstate[POSTGRES_SQLSTATE_SIZE]; /* or the first digits of several */
    enum postgres_trouble trouble;
    enum status status;
    char advice[POSTGRES_ADVICE_SIZE]; /* what a person can do, or nothing */
};

/* What a SQLSTATE, or null for none, means. Lives for ever. */
const struct postgres_failure *postgres_failure_of(const char *sqlstate);

/* What it means of who would not let us connect. Lives for ever. */
const struct postgres_failure *postgres_failure_of_refusal(const char *sqlstate);

/*
 * Find the SQLSTATE in what libpq tells, with PQERRORS_VERBOSE, of a server that would not let us
 * connect: "FATAL:  28P01: ...", the first word in the server's language. The last one counts, as
 * libpq tries one address after the other. False, with `sqlstate` empty, if there is none.
 */
bool postgres_failure_find_sqlstate(const char *message, char sqlstate[POSTGRES_SQLSTATE_SIZE]);

/*
 * Copy the lines of a message to one, but for those that help nobody. What does not fit into `size`
 * bytes (at least 1) is left out, line by line.
 */
void postgres_failure_line(char *line, size_t size, const char *message);

#endif
