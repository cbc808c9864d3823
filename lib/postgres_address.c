#include "postgres_address.h"

#include "number.h"
#include "printable.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the server is where neither a URL nor a variable says so. */
static const char default_server[] = "its default address";

/* The value of a parameter, or "" if it has none. `options` may be null. */
static const char *option_find(const PQconninfoOption *options, const char *name)
{
    for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL;
         option++) {
        if (strcmp(option->keyword, name) == 0)
            return option->val != NULL ? option->val : "";
    }
    return "";
}

/* A list of ports, of which each may be left out. */
static bool are_ports(const char *ports)
{
    char port[NUMBER_TEXT_SIZE];
    uint64_t number = 0;
    for (const char *at = ports;; at++) {
        size_t length = strcspn(at, ",");
        if (length >= sizeof port)
            return false;
        memcpy(port, at, length);
        port[length] = '\0';
        if (length > 0 && number_parse(port, UINT16_MAX, &number) != NUMBER_OK)
            return false;
        at += length;
        if (*at == '\0')
            return true;
    }
}

/* Whether nothing but a host and a database is where they are looked for. */
static bool is_plausible(const PQconninfoOption *options)
{
    const char *host = option_find(options, "host");
    const char *port = option_find(options, "port");
    const char *name = option_find(options, "dbname");
    host += host[0] == '@'; /* of a socket without a file */
    return strchr(host, '@') == NULL && strchr(name, '@') == NULL && are_ports(port);
}

/* libpq takes them as they are, and a URL in one of them for a name. */
static enum status variables_check(struct error *error)
{
    PQconninfoOption *options = PQconndefaults();
    bool is_good = is_plausible(options);
    PQconninfoFree(options);
    if (is_good)
        return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE,
                     "PGHOST, PGPORT or PGDATABASE, or what PGSERVICE names, cannot be understood: "
                     "they are a host, a port and the name of a database; a URL belongs into "
                     "DATABASE_URL, and a password into PGPASSWORD");
}

enum status postgres_address_check(const char *url, struct error *error)
{
    char *message = NULL;
    enum status status = variables_check(error);
    if (url == NULL || status != STATUS_OK)
        return status;
    PQconninfoOption *options = PQconninfoParse(url, &message);
    bool is_good = options != NULL && is_plausible(options);
    PQconninfoFree(options);
    PQfreemem(message); /* it may quote the password */
    if (is_good)
        return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE,
                     "the database's URL cannot be understood: it must be like "
                     "postgresql://user:password@host:5432/database, with each / @ : %% ? # & of a "
                     "name or password written as %%2F %%40 %%3A %%25 %%3F %%23 %%26");
}

static bool is_socket(const char *host)
{
    return host[0] == '/' || host[0] == '@';
}

static void server_write(struct postgres_address *address, const char *host, const char *port)
{
    char text[POSTGRES_SERVER_SIZE];
    if (is_socket(host))
        (void)snprintf(text, sizeof text, "%s/.s.PGSQL.%s", host, port);
    else if (strchr(host, ':') != NULL) /* of the sixth version of IP */
        (void)snprintf(text, sizeof text, "[%s]:%s", host, port);
    else
        (void)snprintf(text, sizeof text, "%s:%s", host, port);
    printable_copy(address->server, sizeof address->server, text, strlen(text));
}

static void database_write(struct postgres_address *address, const char *database)
{
    printable_copy(address->database, sizeof address->database, database, strlen(database));
}

/* The first of the two that says anything. */
static const char *either(const char *first, const char *second)
{
    return first[0] != '\0' ? first : second;
}

void postgres_address_of_url(struct postgres_address *address, const char *url)
{
    PQconninfoOption *given = url != NULL ? PQconninfoParse(url, NULL) : NULL;
    PQconninfoOption *usual = PQconndefaults();
    const char *host = either(option_find(given, "host"), option_find(usual, "host"));
    const char *port = either(option_find(given, "port"), option_find(usual, "port"));
    const char *name = either(option_find(given, "dbname"), option_find(usual, "dbname"));
    *address = (struct postgres_address){.server = ""};
    memcpy(address->server, default_server, sizeof default_server);
    if (host[0] == '\0')
        host = either(option_find(given, "hostaddr"), option_find(usual, "hostaddr"));
    if (host[0] != '\0')
        server_write(address, host, port);
    database_write(address,
                   either(name, either(option_find(given, "user"), option_find(usual, "user"))));
    PQconninfoFree(given);
    PQconninfoFree(usual);
}

void postgres_address_of_link(struct postgres_address *address, const PGconn *link)
{
    const char *host = PQhost(link);
    const char *port = PQport(link);
    const char *name = PQdb(link);
    if (host != NULL && host[0] != '\0')
        server_write(address, host, port != NULL ? port : "");
    if (name != NULL && name[0] != '\0')
        database_write(address, name);
}
