/* No server is needed: where one has to answer, a thread says what it would. */
#include "held_signals.h"
#include "postgres_connection.h"
#include "postgres_transaction.h"
#include "store_postgres.h"
#include "temporary.h"
#include "valgrind_run.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { URL_SIZE = 256, SCRIPT_SIZE = 512, SHORT_MS = 300, LONG_MS = 20000, SLOW_MS = 1500 };

/* A host whose name takes long to be found. */
static const char slow_host[] = "slow.invalid";
static volatile int slow_lookups; /* that began, and that are not over */

/* libpq calls this one, not libc's, which may be asked by the network for as long as it likes. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = NULL;
    if (name != NULL && strcmp(name, slow_host) == 0) {
        (void)poll(NULL, 0, SLOW_MS);
        (void)__atomic_sub_fetch(&slow_lookups, 1, __ATOMIC_SEQ_CST);
        return EAI_NONAME;
    }
    if (name != NULL && strstr(name, ".invalid") != NULL)
        return EAI_NONAME;
    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    return next(name, service, hints, found);
}

/* A server. */

/* What it sends when it was connected to, and after each request. */
struct lines {
    char bytes[SCRIPT_SIZE];
    size_t length;
};

enum manner { ANSWERS, IS_SILENT, CLOSES };

struct server {
    int listener;
    int stop[2]; /* a pipe; what comes out of it ends the server */
    unsigned port;
    struct lines greeting;
    struct lines answer;
    enum manner manner; /* of what it does about requests */
    bool is_silent;     /* it does not even greet */
    bool terminates_us; /* it sends this process SIGTERM when it is connected to */
    unsigned requests;
    pthread_t thread;
};

static struct server server;

/* Append a message of the protocol: its type, its length, and what it says. */
static void message_add(struct lines *lines, char type, const char *payload, size_t length)
{
    uint32_t size = htonl((uint32_t)length + 4);
    assert_true(lines->length + 5 + length <= sizeof lines->bytes);
    lines->bytes[lines->length] = type;
    memcpy(lines->bytes + lines->length + 1, &size, sizeof size);
    if (length > 0)
        memcpy(lines->bytes + lines->length + 5, payload, length);
    lines->length += 5 + length;
}

static void parameter_add(struct lines *lines, const char *name, const char *value)
{
    char payload[64];
    int length = snprintf(payload, sizeof payload, "%s%c%s", name, '\0', value);
    message_add(lines, 'S', payload, (size_t)length + 1);
}

/* An error, or a notice: in some language, and for programs. */
static void saying_add(struct lines *lines, char type, const char *severity, const char *sqlstate)
{
    char payload[128];
    int length = snprintf(payload, sizeof payload, "S错误%cV%s%cC%s%cMsomething%cRthere%c", '\0',
                          severity, '\0', sqlstate, '\0', '\0', '\0');
    message_add(lines, type, payload, (size_t)length + 1);
}

static void failure_add(struct lines *lines, const char *severity, const char *sqlstate)
{
    saying_add(lines, 'E', severity, sqlstate);
}

static void ready_add(struct lines *lines, char transaction)
{
    message_add(lines, 'Z', &transaction, 1);
}

static void greeting_make(const char *version, const char *encoding)
{
    server.greeting.length = 0;
    message_add(&server.greeting, 'R', "\0\0\0", 4);
    parameter_add(&server.greeting, "server_version", version);
    parameter_add(&server.greeting, "server_encoding", encoding);
    parameter_add(&server.greeting, "client_encoding", "UTF8");
    ready_add(&server.greeting, 'I');
}

static void answer_make(const char *tag)
{
    server.answer.length = 0;
    message_add(&server.answer, 'C', tag, strlen(tag) + 1);
    ready_add(&server.answer, 'I');
}

/* False at the end of the server, and of what comes from `socket`. */
static bool input_await(int socket)
{
    struct pollfd ready[] = {{.fd = socket, .events = POLLIN},
                             {.fd = server.stop[0], .events = POLLIN}};
    return poll(ready, 2, -1) > 0 && ready[1].revents == 0;
}

/* A statement with parameters comes behind its limits. */
static void limits_answer(int client)
{
    struct lines lines = {.length = 0};
    message_add(&lines, 'C', "SELECT 1", sizeof "SELECT 1");
    (void)send(client, lines.bytes, lines.length, MSG_NOSIGNAL);
}

/* Requests of the tests are small enough to come in one piece. */
static void client_serve(int client)
{
    char request[SCRIPT_SIZE * 4];
    const struct lines *lines = &server.greeting;
    if (server.terminates_us)
        (void)kill(getpid(), SIGTERM);
    while (input_await(client)) {
        ssize_t count = server.is_silent ? 0 : recv(client, request, sizeof request, 0);
        if (server.is_silent && poll(NULL, 0, 10) == 0)
            continue;
        if (count <= 0 || request[0] == 'X')
            return;
        if (lines == &server.answer)
            server.requests++;
        if (lines == &server.answer && server.manner == CLOSES)
            return;
        if (request[0] == 'P' && server.manner == ANSWERS)
            limits_answer(client);
        if (lines == &server.greeting || server.manner == ANSWERS)
            (void)send(client, lines->bytes, lines->length, MSG_NOSIGNAL);
        lines = &server.answer;
    }
}

static void *server_run(void *context)
{
    (void)context;
    while (input_await(server.listener)) {
        int client = accept(server.listener, NULL, NULL);
        if (client >= 0) {
            client_serve(client);
            (void)close(client);
        }
    }
    return NULL;
}

static int server_setup(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    sigset_t all;
    sigset_t before;
    (void)state;
    server = (struct server){.listener = socket(AF_INET, SOCK_STREAM, 0)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(server.listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(server.listener, 8), 0);
    assert_int_equal(getsockname(server.listener, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(pipe(server.stop), 0);
    server.port = ntohs(address.sin_port);
    greeting_make("15.0", "UTF8");
    answer_make("SELECT 0");
    /* A signal is for who is tested. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    assert_int_equal(pthread_create(&server.thread, NULL, server_run, NULL), 0);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return 0;
}

static int server_teardown(void **state)
{
    (void)state;
    assert_int_equal(write(server.stop[1], "", 1), 1);
    (void)pthread_join(server.thread, NULL);
    (void)close(server.listener);
    (void)close(server.stop[0]);
    (void)close(server.stop[1]);
    return 0;
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, server_setup, server_teardown)

/* Our side. */

static struct postgres_connection connection;

/* A URL of the server with a password. */
static const char *server_url(void)
{
    static char url[URL_SIZE];
    (void)snprintf(url, sizeof url,
                   "postgresql://user:secret@127.0.0.1:%u/plans?sslmode=disable&gssencmode=disable",
                   server.port);
    return url;
}

static enum status connect_to(const char *url, int64_t limit_ms, struct error *error)
{
    postgres_connection_init(&connection, url, deadline_in(limit_ms));
    return postgres_connection_open(&connection, error);
}

static void connect_well(int64_t limit_ms)
{
    struct error error = ERROR_INIT;
    if (connect_to(server_url(), limit_ms, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static enum status statement_run(struct error *error)
{
    struct postgres_statement statement;
    postgres_statement_init(&statement, "select $1");
    postgres_statement_add_number(&statement, 1);
    return postgres_connection_do(&connection, &statement, NULL, error);
}

/* The text says where, and not with what password. */
static void check_text(const struct error *error, const char *expected)
{
    if (strstr(error->text, expected) == NULL || strstr(error->text, "secret") != NULL ||
        strchr(error->text, '\n') != NULL)
        fail_msg("'%s' is not in: %s", expected, error->text);
}

static void check_server_text(const struct error *error, const char *expected)
{
    char place[64];
    (void)snprintf(place, sizeof place, "127.0.0.1:%u, database 'plans'", server.port);
    check_text(error, place);
    check_text(error, expected);
}

/* SQLSTATEs. */

static void a_sqlstate_says_what_can_be_done(void **state)
{
    static const struct {
        const char *sqlstate;
        enum postgres_trouble trouble;
        enum status status;
    } cases[] = {
        {"55P03", POSTGRES_REFUSED, STATUS_BUSY},
        {"57014", POSTGRES_REFUSED, STATUS_UNREACHABLE},
        {"40001", POSTGRES_REPEATABLE, STATUS_BUSY},
        {"40P01", POSTGRES_REPEATABLE, STATUS_BUSY},
        {"42P01", POSTGRES_UNMADE, STATUS_UNAVAILABLE},
        {"42703", POSTGRES_UNMADE, STATUS_UNAVAILABLE},
        {"08006", POSTGRES_LOST, STATUS_UNREACHABLE},
        {"08P01", POSTGRES_LOST, STATUS_UNREACHABLE},
        {"57P01", POSTGRES_LOST, STATUS_UNREACHABLE},
        {"57P02", POSTGRES_LOST, STATUS_UNREACHABLE},
        {"57P03", POSTGRES_LOST, STATUS_UNREACHABLE},
        {"25P03", POSTGRES_LOST, STATUS_UNREACHABLE},
        {"53100", POSTGRES_REFUSED, STATUS_NO_SPACE},
        {"53300", POSTGRES_REFUSED, STATUS_UNREACHABLE},
        {"25006", POSTGRES_REFUSED, STATUS_UNAVAILABLE},
        {"42501", POSTGRES_REFUSED, STATUS_UNAVAILABLE},
        {"28P01", POSTGRES_REFUSED, STATUS_UNAVAILABLE},
        {"28000", POSTGRES_REFUSED, STATUS_UNAVAILABLE},
        {"3D000", POSTGRES_REFUSED, STATUS_UNAVAILABLE},
        {"22P02", POSTGRES_REFUSED, STATUS_UNAVAILABLE},
        {"", POSTGRES_REFUSED, STATUS_UNAVAILABLE},
        {NULL, POSTGRES_REFUSED, STATUS_UNAVAILABLE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct postgres_failure *failure = postgres_failure_of(cases[i].sqlstate);
        assert_int_equal(failure->trouble, cases[i].trouble);
        assert_int_equal(failure->status, cases[i].status);
    }
}

static void check_found(const char *message, const char *expected)
{
    char sqlstate[POSTGRES_SQLSTATE_SIZE];
    assert_int_equal(postgres_failure_find_sqlstate(message, sqlstate), expected[0] != '\0');
    assert_string_equal(sqlstate, expected);
}

static void a_sqlstate_is_found_in_any_language(void **state)
{
    (void)state;
    check_found("connection to server at \"h\", port 1 failed: FATAL:  28P01: no\n", "28P01");
    check_found("致命错误:  57P03: 数据库系统正在启动\n", "57P03");
    check_found("FATAL:  28000: no encryption\nFATAL:  53300: too many\nLOCATION:  x\n", "53300");
    check_found("FATAL:  password authentication failed\n", "");
    check_found("could not connect:  28P0", "");
    check_found("a:  28p01: b", "");
    check_found(":  ", "");
    check_found("", "");
}

static void check_line(const char *message, size_t size, const char *expected)
{
    char line[64] = "untouched";
    postgres_failure_line(line, size, message);
    assert_string_equal(line, expected);
}

static void a_message_becomes_one_line(void **state)
{
    (void)state;
    check_line("FATAL:  28P01: no\nDETAIL:  none\nLOCATION:  f, f.c:1\n", 64,
               "FATAL:  28P01: no DETAIL:  none");
    check_line("gone\n\tThis means\n\tnothing\nagain", 64, "gone again");
    check_line("gone\ninvalid socket\n", 64, "gone");
    check_line("invalid sockets", 64, "invalid sockets");
    check_line("中文\n中文", sizeof "中文", "中文");
    check_line("中文\n中文", sizeof "中文" - 1, "");
    check_line("\n\n", 64, "");
    check_line("", 1, "");
}

/* Connecting. */

static void who_is_not_there_is_unreachable(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    assert_int_equal(connect_to("postgresql://user:secret@127.0.0.1:9/plans", LONG_MS, &error),
                     STATUS_UNREACHABLE);
    check_text(&error, "127.0.0.1:9, database 'plans'");
    assert_int_equal(connection.trouble, POSTGRES_REFUSED);

    error_init(&error);
    assert_int_equal(connect_to("postgresql://user:secret@no.invalid/plans", LONG_MS, &error),
                     STATUS_UNREACHABLE);
    check_text(&error, "no.invalid:5432, database 'plans'");

    error_init(&error);
    assert_int_equal(connect_to("host=/nonexistent password=secret dbname=plans", LONG_MS, &error),
                     STATUS_UNREACHABLE);
    check_text(&error, "/nonexistent/.s.PGSQL.5432, database 'plans'");
    assert_false(postgres_connection_is_open(&connection));
}

static void a_silent_server_is_not_waited_for(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    server.is_silent = true;
    assert_int_equal(connect_to(server_url(), SHORT_MS, &error), STATUS_UNREACHABLE);
    check_server_text(&error, "no answer in time");
    assert_int_equal(deadline_left_ms(connection.deadline), 0);
}

static void a_slow_lookup_is_not_waited_for(void **state)
{
    char url[URL_SIZE];
    struct error error = ERROR_INIT;
    (void)state;
    (void)snprintf(url, sizeof url, "postgresql://user:secret@%s:77/plans", slow_host);
    struct deadline slow = deadline_in(SLOW_MS);
    slow_lookups = 1;
    assert_int_equal(connect_to(url, SHORT_MS, &error), STATUS_UNREACHABLE);
    assert_false(deadline_passed(slow));
    check_text(&error, "slow.invalid:77, database 'plans'");
    /* What was left behind frees what it has: see whoever looks for leaks. */
    while (__atomic_load_n(&slow_lookups, __ATOMIC_SEQ_CST) > 0)
        (void)poll(NULL, 0, 10);
    (void)poll(NULL, 0, SHORT_MS);
}

static void check_refused(const char *sqlstate, enum status status, enum postgres_trouble trouble)
{
    struct error error = ERROR_INIT;
    server.greeting.length = 0;
    failure_add(&server.greeting, "FATAL", sqlstate);
    server.manner = CLOSES;
    assert_int_equal(connect_to(server_url(), LONG_MS, &error), status);
    assert_int_equal(connection.trouble, trouble);
    check_server_text(&error, sqlstate);
}

static void a_server_can_refuse(void **state)
{
    (void)state;
    check_refused("28P01", STATUS_UNAVAILABLE, POSTGRES_REFUSED);
    check_refused("28000", STATUS_UNAVAILABLE, POSTGRES_REFUSED);
    check_refused("3D000", STATUS_UNAVAILABLE, POSTGRES_REFUSED);
    check_refused("53300", STATUS_UNREACHABLE, POSTGRES_REFUSED);
    check_refused("57P03", STATUS_UNREACHABLE, POSTGRES_LOST);
    check_refused("08P01", STATUS_UNREACHABLE, POSTGRES_REFUSED); /* as poolers do */
}

static void some_servers_are_not_for_us(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    greeting_make("12.9", "UTF8");
    assert_int_equal(connect_to(server_url(), LONG_MS, &error), STATUS_UNAVAILABLE);
    check_server_text(&error, "older than version 13");
    error_init(&error);
    greeting_make("15.0", "LATIN1");
    assert_int_equal(connect_to(server_url(), LONG_MS, &error), STATUS_UNAVAILABLE);
    check_server_text(&error, "UTF8");
    assert_false(postgres_connection_is_open(&connection));
}

static void who_was_there_may_come_back(void **state)
{
    (void)state;
    connect_well(LONG_MS);
    postgres_connection_close(&connection);
    connection.url = "postgresql://user:secret@127.0.0.1:9/plans";
    assert_int_equal(postgres_connection_open(&connection, NULL), STATUS_UNREACHABLE);
    assert_int_equal(connection.trouble, POSTGRES_LOST);
}

static void what_is_held_off_does_not_reach_the_thread(void **state)
{
    struct held_signals signals;
    sigset_t pending;
    (void)state;
    held_signals_init(&signals);
    held_signals_hold(&signals);
    server.terminates_us = true;
    connect_well(LONG_MS);
    postgres_connection_close(&connection);
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGTERM), 1);
    (void)signal(SIGTERM, SIG_IGN);
    held_signals_release(&signals);
    (void)signal(SIGTERM, SIG_DFL);
}

static void no_password_is_told(void **state)
{
    static const char *const urls[] = {
        "psql://user:secret@host/plans",
        "user:secret@host/plans",
        "secret",
        "postgresql://user:sec%ret-secret@host/plans",
        "postgresql://user:x/secret@host/plans",
        "postgresql://user:12/secret@host/plans",
        "postgresql://user:x@secret@host.invalid/plans",
        "postgresql://user:secret",
        "postgresql://user:66666",
        "postgresql://user:x?secret@host.invalid:1:2/plans",
        "postgresql://user:secret@host.invalid/plans?secret",
        "postgresql://user:secret@host.invalid/plans?secret=1",
        "postgresql://user:secret@host.invalid:77777/plans",
        "postgresql://user:secret@[::1/plans",
        "postgresql://user:secret@host.invalid,127.0.0.1:9/plans",
        "postgresql://user:secret@host.invalid/plans?sslmode=none",
        "host=host.invalid password=my secret",
        "host=host.invalid password='secret",
    };
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct error error = ERROR_INIT;
        assert_int_not_equal(connect_to(urls[i], LONG_MS, &error), STATUS_OK);
        if (strstr(error.text, "secret") != NULL || strstr(error.text, "6666") != NULL)
            fail_msg("%s: %s", urls[i], error.text);
        assert_true(error.text[0] != '\0');
    }
}

static void no_secret_of_a_variable_is_told(void **state)
{
    static const struct {
        const char *variable;
        const char *value;
    } cases[] = {
        {"PGDATABASE", "postgresql://test:secret@127.0.0.1/db"},
        {"PGHOST", "postgresql://test:secret@127.0.0.1/db"},
        {"PGHOST", "test:secret@127.0.0.1"},
        {"PGPORT", "secret"},
    };
    static const char *const urls[] = {NULL, "postgresql://127.0.0.1:9"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(setenv(cases[i].variable, cases[i].value, 1), 0);
        for (size_t j = 0; j < sizeof urls / sizeof urls[0]; j++) {
            struct error error = ERROR_INIT;
            assert_int_equal(connect_to(urls[j], LONG_MS, &error), STATUS_UNAVAILABLE);
            check_text(&error, cases[i].variable);
        }
        assert_int_equal(unsetenv(cases[i].variable), 0);
    }
}

static void check_location(const char *url, const char *expected)
{
    struct postgres_address address;
    char text[sizeof address];
    postgres_address_of_url(&address, url);
    (void)snprintf(text, sizeof text, "%s %s", address.server, address.database);
    assert_string_equal(text, expected);
}

static void an_address_is_for_people(void **state)
{
    (void)state;
    check_location("postgresql://u:p@h.example/d", "h.example:5432 d");
    check_location("postgresql://u:p@[::1]:77/d", "[::1]:77 d");
    check_location("postgresql://u:p@/d?host=/run/x&port=77", "/run/x/.s.PGSQL.77 d");
    check_location("postgresql://u:p@h.example", "h.example:5432 u");
    check_location("postgresql://u:p@a,b:1/d%0a", "a,b:,1 d\\x0A");
    check_location("hostaddr=127.0.0.1 dbname=d", "127.0.0.1:5432 d");
}

/* Running statements. */

static void a_statement_is_answered(void **state)
{
    (void)state;
    connect_well(LONG_MS);
    assert_int_equal(statement_run(NULL), STATUS_OK);
    assert_int_equal(connection.trouble, POSTGRES_NO_TROUBLE);
    postgres_connection_close(&connection);
}

static void an_answer_that_does_not_come_is_not_waited_for(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    server.manner = IS_SILENT;
    connect_well(valgrind_runs() ? SHORT_MS * 10 : SHORT_MS);
    assert_int_equal(statement_run(&error), STATUS_UNREACHABLE);
    check_server_text(&error, "no answer in time");
    assert_int_equal(connection.trouble, POSTGRES_LOST);
    assert_false(postgres_connection_is_open(&connection));
    /* What is asked after that is not asked, and told the same. */
    error_init(&error);
    assert_int_equal(statement_run(&error), STATUS_UNREACHABLE);
    check_server_text(&error, "no answer in time");
}

static void after_the_deadline_nothing_is_sent(void **state)
{
    (void)state;
    connect_well(LONG_MS);
    connection.deadline = deadline_in(0);
    assert_int_equal(statement_run(NULL), STATUS_UNREACHABLE);
    assert_false(postgres_connection_is_open(&connection));
    assert_int_equal(server.requests, 0);
}

static void a_lost_connection_is_noticed(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    server.manner = CLOSES;
    connect_well(LONG_MS);
    assert_int_equal(statement_run(&error), STATUS_UNREACHABLE);
    assert_int_equal(connection.trouble, POSTGRES_LOST);
    check_server_text(&error, "server closed the connection");
}

static void check_failure(const char *severity, const char *sqlstate, enum status status,
                          enum postgres_trouble trouble)
{
    struct error error = ERROR_INIT;
    server.answer.length = 0;
    failure_add(&server.answer, severity, sqlstate);
    ready_add(&server.answer, 'I');
    connect_well(LONG_MS);
    assert_int_equal(statement_run(&error), status);
    assert_int_equal(connection.trouble, trouble);
    check_server_text(&error, sqlstate);
    /* The first trouble is the one that counts. */
    (void)statement_run(NULL);
    assert_int_equal(connection.trouble, trouble);
    postgres_connection_close(&connection);
}

static void a_statement_can_fail(void **state)
{
    (void)state;
    check_failure("ERROR", "55P03", STATUS_BUSY, POSTGRES_REFUSED);
    check_failure("ERROR", "40P01", STATUS_BUSY, POSTGRES_REPEATABLE);
    check_failure("ERROR", "42P01", STATUS_UNAVAILABLE, POSTGRES_UNMADE);
    check_failure("FATAL", "57P01", STATUS_UNREACHABLE, POSTGRES_LOST);
    check_failure("ERROR", "53100", STATUS_NO_SPACE, POSTGRES_REFUSED);
    check_failure("ERROR", "08P01", STATUS_UNREACHABLE, POSTGRES_LOST);
    check_failure("FATAL", "53200", STATUS_UNREACHABLE, POSTGRES_LOST);
    check_failure("PANIC", "53100", STATUS_UNREACHABLE, POSTGRES_LOST);
}

static void answer_fail(const char *severity, const char *sqlstate)
{
    server.answer.length = 0;
    failure_add(&server.answer, severity, sqlstate);
    ready_add(&server.answer, 'I');
}

/* Whoever was told of the first may have kept it to himself. */
static void a_consequence_tells_what_it_comes_from(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    answer_fail("ERROR", "55P03");
    connect_well(LONG_MS);
    assert_int_equal(statement_run(NULL), STATUS_BUSY);
    answer_fail("ERROR", "25P02");
    assert_int_equal(statement_run(&error), STATUS_BUSY);
    check_server_text(&error, "55P03");
    error_init(&error);
    answer_make("ROLLBACK");
    assert_int_equal(postgres_transaction_commit(&connection, &error), STATUS_BUSY);
    check_server_text(&error, "55P03");
    postgres_connection_close(&connection);
}

static void what_is_too_large_is_not_sent(void **state)
{
    const struct document_text text = {.bytes = "{}", .length = (size_t)POSTGRES_LENGTH_MAX + 1};
    struct postgres_statement statement;
    (void)state;
    connect_well(LONG_MS);
    postgres_statement_init(&statement, "select $1");
    postgres_statement_add_document(&statement, text);
    assert_int_equal(postgres_connection_do(&connection, &statement, NULL, NULL), STATUS_TOO_LARGE);
    assert_int_equal(server.requests, 0);
    postgres_connection_close(&connection);
}

/* Committing. */

static void a_commit_is_answered(void **state)
{
    (void)state;
    answer_make("COMMIT");
    connect_well(LONG_MS);
    assert_int_equal(postgres_transaction_begin(&connection, 0, NULL), STATUS_OK);
    assert_int_equal(postgres_transaction_commit(&connection, NULL), STATUS_OK);
    postgres_connection_close(&connection);
}

static void a_commit_can_undo(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    answer_make("ROLLBACK");
    connect_well(LONG_MS);
    assert_int_equal(postgres_transaction_commit(&connection, &error), STATUS_UNAVAILABLE);
    check_text(&error, "undid");
    postgres_connection_close(&connection);
}

static void a_commit_can_warn(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    server.answer.length = 0;
    saying_add(&server.answer, 'N', "WARNING", "01000");
    message_add(&server.answer, 'C', "COMMIT", sizeof "COMMIT");
    ready_add(&server.answer, 'I');
    connect_well(LONG_MS);
    assert_int_equal(postgres_transaction_commit(&connection, &error), STATUS_UNKNOWN_OUTCOME);
    check_server_text(&error, "warned: something");
    postgres_connection_close(&connection);
}

/* It may have been too late to undo it: only an error that leaves the connection is a no. */
static void a_commit_can_end_the_server(void **state)
{
    (void)state;
    answer_fail("PANIC", "53100");
    connect_well(LONG_MS);
    assert_int_equal(postgres_transaction_commit(&connection, NULL), STATUS_UNCERTAIN);
    assert_int_equal(connection.trouble, POSTGRES_LOST);
    answer_fail("ERROR", "53100");
    connect_well(LONG_MS);
    assert_int_equal(postgres_transaction_commit(&connection, NULL), STATUS_NO_SPACE);
    postgres_connection_close(&connection);
}

static void a_commit_without_an_answer_is_uncertain(void **state)
{
    (void)state;
    server.manner = CLOSES;
    connect_well(LONG_MS);
    assert_int_equal(postgres_transaction_commit(&connection, NULL), STATUS_UNCERTAIN);
    assert_int_equal(connection.trouble, POSTGRES_LOST);
    /* Where there is no connection, nothing was sent. */
    assert_int_equal(postgres_transaction_commit(&connection, NULL), STATUS_UNREACHABLE);

    server.manner = IS_SILENT;
    connect_well(valgrind_runs() ? SHORT_MS * 10 : SHORT_MS);
    assert_int_equal(postgres_transaction_commit(&connection, NULL), STATUS_UNCERTAIN);
    server.manner = ANSWERS;
    connect_well(LONG_MS);
    connection.deadline = deadline_in(0);
    assert_int_equal(postgres_transaction_commit(&connection, NULL), STATUS_UNREACHABLE);
}

int main(void)
{
    static const char *const variables[] = {"PGHOST", "PGHOSTADDR", "PGPORT",    "PGDATABASE",
                                            "PGUSER", "PGSERVICE",  "PGSSLMODE", "PGOPTIONS"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sqlstate_says_what_can_be_done),
        cmocka_unit_test(a_sqlstate_is_found_in_any_language),
        cmocka_unit_test(a_message_becomes_one_line),
        cmocka_unit_test(who_is_not_there_is_unreachable),
        WITH_SERVER(a_silent_server_is_not_waited_for),
        cmocka_unit_test(a_slow_lookup_is_not_waited_for),
        WITH_SERVER(a_server_can_refuse),
        WITH_SERVER(some_servers_are_not_for_us),
        WITH_SERVER(who_was_there_may_come_back),
        WITH_SERVER(what_is_held_off_does_not_reach_the_thread),
        cmocka_unit_test(no_password_is_told),
        cmocka_unit_test(no_secret_of_a_variable_is_told),
        cmocka_unit_test(an_address_is_for_people),
        WITH_SERVER(a_statement_is_answered),
        WITH_SERVER(an_answer_that_does_not_come_is_not_waited_for),
        WITH_SERVER(after_the_deadline_nothing_is_sent),
        WITH_SERVER(a_lost_connection_is_noticed),
        WITH_SERVER(a_statement_can_fail),
        WITH_SERVER(a_consequence_tells_what_it_comes_from),
        WITH_SERVER(what_is_too_large_is_not_sent),
        WITH_SERVER(a_commit_is_answered),
        WITH_SERVER(a_commit_can_undo),
        WITH_SERVER(a_commit_can_warn),
        WITH_SERVER(a_commit_can_end_the_server),
        WITH_SERVER(a_commit_without_an_answer_is_uncertain),
    };
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        (void)unsetenv(variables[i]);
    return cmocka_run_group_tests_name("postgres_connection", tests, NULL, NULL);
}
