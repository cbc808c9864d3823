/*
 * Where a database is, for people: made of what libpq understood, so that no password is in it.
 *
 * Plain values; nothing is owned. Texts from outside are made printable, and cut.
 */
#ifndef SCHEDULE_POSTGRES_ADDRESS_H
#define SCHEDULE_POSTGRES_ADDRESS_H

#include "error.h"

#include <libpq-fe.h>

enum { POSTGRES_SERVER_SIZE = 320, POSTGRES_DATABASE_SIZE = 200 };

struct postgres_address {
    char server[POSTGRES_SERVER_SIZE]; /* "host:port", or the path of a socket */
    char database[POSTGRES_DATABASE_SIZE];
};

/*
 * Check that a URL, or libpq's other form ("host=... dbname=..."), says what its author meant. A
 * password with a character that should have been written as %40, say, can become part of the host
 * or database, and from there come into a log. STATUS_UNAVAILABLE, with a text that quotes nothing.
 * Null is fine: then libpq goes by its environment variables. These are checked in any case, for
 * they fill in what a URL leaves out.
 */
enum status postgres_address_check(const char *url, struct error *error);

/* Where `url`, which was checked, leads to: for when no connection tells. */
void postgres_address_of_url(struct postgres_address *address, const char *url);

/* Where a connection leads, or was tried. What it does not tell stays as it is. */
void postgres_address_of_link(struct postgres_address *address, const PGconn *link);

#endif
