#include "postgres_failure.h"

#include <string.h>

/* The more particular come first; the last one is for all others. */
static const struct postgres_failure failures[] = {
    {"55P03", POSTGRES_REFUSED, STATUS_BUSY, "another process holds the lock; try again"},
    {"57014", POSTGRES_REFUSED, STATUS_UNREACHABLE,
     "it took too long; try again, or allow more time"},
    {"40001", POSTGRES_REPEATABLE, STATUS_BUSY, "try again"},
    {"40P01", POSTGRES_REPEATABLE, STATUS_BUSY, "try again"},
    {"42P01", POSTGRES_UNMADE, STATUS_UNAVAILABLE, "the tables are not as this program makes them"},
    {"42703", POSTGRES_UNMADE, STATUS_UNAVAILABLE, "the tables are not as this program makes them"},
    {"08", POSTGRES_LOST, STATUS_UNREACHABLE, "try again"},
    /* Not 57014. The server, or an administrator, ends connections, or lets none in yet. */
    {"57P", POSTGRES_LOST, STATUS_UNREACHABLE, "try again"},
    {"25P03", POSTGRES_LOST, STATUS_UNREACHABLE, "it took too long; try again, or allow more time"},
    {"53100", POSTGRES_REFUSED, STATUS_NO_SPACE, "make room on the server's disk"},
    {"53", POSTGRES_REFUSED, STATUS_UNREACHABLE,
     "try again, or allow the server more connections and memory"},
    {"25006", POSTGRES_REFUSED, STATUS_UNAVAILABLE,
     "this server, or this user, only reads; connect to the primary, as a user who writes"},
    {"42501", POSTGRES_REFUSED, STATUS_UNAVAILABLE,
     "this user needs select, insert, update and delete on schedule_document and schedule_backup; "
     "as long as these are not there, create on the schema, or a user who has it must come first"},
    {"3F000", POSTGRES_REFUSED, STATUS_UNAVAILABLE,
     "grant this user create on a schema of its search_path"},
    {"28", POSTGRES_REFUSED, STATUS_UNAVAILABLE,
     "mend the user's name or password, or the server's pg_hba.conf"},
    {"3D000", POSTGRES_REFUSED, STATUS_UNAVAILABLE, "create the database, or mend its name"},
    {"", POSTGRES_REFUSED, STATUS_UNAVAILABLE, ""},
};

const struct postgres_failure *postgres_failure_of(const char *sqlstate)
{
    const struct postgres_failure *failure = failures;
    const char *found = sqlstate != NULL ? sqlstate : "";
    while (strncmp(found, failure->sqlstate, strlen(failure->sqlstate)) != 0)
        failure++;
    return failure;
}

/* Poolers have this one SQLSTATE for most of what they refuse. */
static const struct postgres_failure pooler_failure = {
    "08P01", POSTGRES_REFUSED, STATUS_UNREACHABLE,
    "see the configuration and log of the pooler that is there: its databases, users and "
    "ignore_startup_parameters"};

const struct postgres_failure *postgres_failure_of_refusal(const char *sqlstate)
{
    if (strcmp(sqlstate, pooler_failure.sqlstate) == 0)
        return &pooler_failure;
    return postgres_failure_of(sqlstate);
}

static bool is_sqlstate(const char *text)
{
    static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const size_t length = POSTGRES_SQLSTATE_SIZE - 1;
    return strspn(text, allowed) == length && text[length] == ':';
}

bool postgres_failure_find_sqlstate(const char *message, char sqlstate[POSTGRES_SQLSTATE_SIZE])
{
    static const char before[] = ":  ";
    sqlstate[0] = '\0';
    for (const char *at = strstr(message, before); at != NULL; at = strstr(at + 1, before)) {
        const char *found = at + sizeof before - 1;
        if (!is_sqlstate(found))
            continue;
        memcpy(sqlstate, found, POSTGRES_SQLSTATE_SIZE - 1);
        sqlstate[POSTGRES_SQLSTATE_SIZE - 1] = '\0';
    }
    return sqlstate[0] != '\0';
}

/*
 * Where in PostgreSQL's own source it was written; after a tab, what libpq guesses about it; and
 * what libpq adds once it has closed the socket itself.
 */
static bool is_idle(const char *line, size_t length)
{
    static const char source[] = "LOCATION:";
    static const char socket[] = "invalid socket";
    return line[0] == '\t' || strncmp(line, source, sizeof source - 1) == 0 ||
           (length == sizeof socket - 1 && memcmp(line, socket, length) == 0);
}

void postgres_failure_line(char *line, size_t size, const char *message)
{
    size_t used = 0;
    for (const char *at = message; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        size_t separator = used > 0;
        if (length > 0 && !is_idle(at, length)) {
            /* Not cut within a character: what does not fit is left out as a whole. */
            if (used + separator + length >= size)
                break;
            memcpy(line + used, " ", separator);
            memcpy(line + used + separator, at, length);
            used += separator + length;
        }
        at += length + (at[length] != '\0');
    }
    line[used] = '\0';
}
