/* The conformance suite on a PostgreSQL, a schema for each test, and what only this store can do. */
#include "server_script.h"
#include "store_postgres.h"
#include "subject.h"

#include <libpq-fe.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BASE_URL_SIZE = 512, URL_SIZE = BASE_URL_SIZE + 128 };

/* An open store, with what it borrows. */
struct opened {
    struct store_postgres store;
    struct store_postgres_options options;
    char url[URL_SIZE];
};

static char socket_url[BASE_URL_SIZE];
static char tcp_url[BASE_URL_SIZE];
static unsigned schema;

static void notice_ignored(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

/* A statement by a hand. */
static void statement_run(const char *statement, const char *parameter)
{
    char url[URL_SIZE];
    (void)snprintf(url, sizeof url, "%s&options=-csearch_path%%3Dtest%u", socket_url, schema);
    PGconn *connection = PQconnectdb(url);
    (void)PQsetNoticeReceiver(connection, notice_ignored, NULL);
    PGresult *result =
        PQexecParams(connection, statement, parameter != NULL, NULL, &parameter, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", statement, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

static void schema_begin(void)
{
    char statement[64];
    schema++;
    (void)snprintf(statement, sizeof statement, "create schema test%u", schema);
    statement_run(statement, NULL);
}

static void schema_end(void)
{
    char statement[64];
    (void)snprintf(statement, sizeof statement, "drop schema test%u cascade", schema);
    statement_run(statement, NULL);
}

static void url_write(enum harm harm, char url[URL_SIZE])
{
    if (harm == HARM_DOWN) {
        (void)strcpy(url, "postgresql://test@127.0.0.1:9/postgres");
        return;
    }
    if (harm == HARM_WRONG_KEYS) {
        char *password = NULL;
        (void)strcpy(url, tcp_url);
        password = strstr(url, ":test@");
        assert_non_null(password);
        memcpy(password, ":tost@", 6);
        return;
    }
    (void)snprintf(url, URL_SIZE, "%s&options=-csearch_path%%3Dtest%u%s", socket_url, schema,
                   harm == HARM_READ_ONLY ? "%20-cdefault_transaction_read_only%3Don" : "");
}

static enum status database_open(const struct opening *opening,
                                 const struct store_observer *observer, struct store **store,
                                 struct error *error)
{
    struct opened *opened = calloc(1, sizeof *opened);
    assert_non_null(opened);
    url_write(opening->harm, opened->url);
    opened->options = (struct store_postgres_options){.url = opened->url,
                                                      .document = "plan '1\" \\ 中",
                                                      .saved_by = opening->saved_by,
                                                      .lock_timeout_ms = opening->lock_timeout_ms,
                                                      .timeout_ms = opening->timeout_ms,
                                                      .length_max = opening->length_max,
                                                      .retention = opening->retention};
    enum status status = store_postgres_open(&opened->store, &opened->options, observer, error);
    if (status == STATUS_OK)
        *store = &opened->store.base;
    else
        free(opened);
    return status;
}

static void database_close(struct store *store)
{
    store_close(store);
    free(store);
}

/* The server takes connections, but nobody answers on them. */
static void server_signal(int number)
{
    char path[TEMPORARY_PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/data/postmaster.pid", server_script_directory());
    char *text = file_read(path);
    assert_int_equal(kill((pid_t)strtol(text, NULL, 10), number), 0);
    free(text);
}

static void server_stop(void)
{
    server_signal(SIGSTOP);
}

static void server_go_on(void)
{
    server_signal(SIGCONT);
}

static void put_by_hand(const char *text)
{
    statement_run("update schedule_document set body = $1::json, revision = revision + 1", text);
}

int main(void)
{
    const struct subject postgres = {
        .name = "postgres",
        .begin = schema_begin,
        .end = schema_end,
        .open = database_open,
        .close = database_close,
        .slow = server_stop,
        .heal = server_go_on,
        .put_by_hand = put_by_hand,
        .load_under = {[HARM_DOWN] = STATUS_UNREACHABLE,
                       [HARM_SLOW] = STATUS_UNREACHABLE,
                       [HARM_WRONG_KEYS] = STATUS_UNAVAILABLE},
        .save_under = {[HARM_DOWN] = STATUS_UNREACHABLE,
                       [HARM_SLOW] = STATUS_UNREACHABLE,
                       [HARM_READ_ONLY] = STATUS_UNAVAILABLE,
                       [HARM_WRONG_KEYS] = STATUS_UNAVAILABLE},
        .excludes_others = true,
        .holds_texts = true,
        .writers = 16,
        .saves = 8,
    };
    char output[SCRIPT_OUTPUT_SIZE];
    server_script_start("postgres_server", "tcp", output);
    assert_int_equal(sscanf(output, "%511s %511s", socket_url, tcp_url), 2);
    int failures = conformance_run(&postgres);
    server_script_stop();
    return failures;
}
