#include "schedule_cgi.h"

#include "cors.h"
#include "data_resource.h"
#include "limits.h"
#include "log.h"
#include "route.h"
#include "signals.h"
#include "version.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef SCHEDULE_STATIC
#define LINKAGE "static"
#else
#define LINKAGE "dynamic"
#endif
#ifdef __GLIBC__
#define C_LIBRARY "glibc"
#else
#define C_LIBRARY "musl"
#endif

/* The lines of settings are in the form of a shell's environment; scripts/ read them from here. */
static int usage_print(const struct store_kind *kind)
{
    static const char usage[] =
        "schedule-cgi %s\n"
        "\n"
        "This is %s, the CGI program behind a project schedule's /api/data\n"
        "(" LINKAGE ", " C_LIBRARY ").\n"
        "A web server starts it once per request; by hand, try\n"
        "\n"
        "  REQUEST_METHOD=GET %s                            to load the document\n"
        "  REQUEST_METHOD=POST %s < project-data.json       to save one\n"
        "\n"
        "Its settings are environment variables (schedule.cgi(8) tells more). In effect are\n"
        "\n"
        "  SCHEDULE_STORE=%s\n"
        "  SCHEDULE_MAX_BODY=%" PRIu64 "\n"
        "  SCHEDULE_LOCK_TIMEOUT_MS=%" PRIu64 "\n"
        "  SCHEDULE_BACKUPS=%" PRIu64 "\n"
        "  SCHEDULE_BACKUP_BYTES=%" PRIu64 "\n"
        "  SCHEDULE_CORS_ORIGIN=%s\n";
    struct config config;
    struct error error = ERROR_INIT;
    if (config_read(&config, kind, &error) != STATUS_OK) {
        log_write(LOG_ERROR, "%s", error.text);
        return EXIT_FAILURE;
    }
    int printed =
        printf(usage, schedule_version, kind->program, kind->program, kind->program, kind->name,
               config.max_body, config.lock_timeout_ms, config.retention.count,
               config.retention.bytes, config.cors_origin != NULL ? config.cors_origin : "");
    return printed > 0 && kind->settings_print(&config) && fflush(stdout) == 0 ? EXIT_SUCCESS
                                                                               : EXIT_FAILURE;
}

enum { EXIT_USAGE = 2 };

/* What becomes of the process. */
enum process_use {
    PROCESS_STAYS,   /* it goes on after the request, as it is */
    PROCESS_ENDS,    /* it is this request's */
    PROCESS_CONFINED /* the same, and it gives up what it does not need */
};

/* For the routes that are restrained. */
static void process_prepare(enum process_use use, uint64_t max_body)
{
    if (use == PROCESS_STAYS)
        return;
    signals_ignore();
    /* The server's umask is not ours: what we make has the documented modes from the start. */
    (void)umask(022);
    if (use == PROCESS_CONFINED)
        limits_lower(max_body);
}

/* Find and run the handler. On FAILURE_NONE `response` is complete but for the common headers. */
static enum failure dispatch(const struct exchange *exchange, enum process_use use,
                             struct route_match *match, struct response *response,
                             struct error *error)
{
    enum failure failure = route_find(exchange->request, match, error);
    if (failure != FAILURE_NONE)
        return failure;
    if (match->route == NULL) {
        response->status = 204;
        return FAILURE_NONE;
    }
    if (match->route->restrained)
        process_prepare(use, exchange->config->max_body);
    return match->route->handler(exchange, response, error);
}

static void failure_log(enum failure failure, const struct request *request,
                        const struct route *route, const struct error *error)
{
    if (route != NULL)
        log_request(LOG_ERROR, request, "%s，错误: %s", route->failed, error->text);
    else
        log_request(failure_http_status(failure) < 500 ? LOG_WARN : LOG_ERROR, request, "%s: %s",
                    failure_slug(failure), error->text);
}

static bool answer_send(const struct request *request, const struct response *response)
{
    if (response_send(response, STDOUT_FILENO))
        return true;
    struct error error = ERROR_INIT;
    (void)error_set_system(&error, errno, "write", "standard output", NULL);
    log_request(LOG_WARN, request, "应答未能送出: %s", error.text);
    return false;
}

/* What the resource can do, for who asks (OPTIONS) or asked for something else; and who may ask. */
static void capabilities_tell(const struct exchange *exchange, enum failure failure,
                              struct response *response)
{
    const struct route_match *match = exchange->match;
    char allow[ROUTE_ALLOW_SIZE] = "";
    bool asked = match->route == NULL;
    if (asked)
        route_allow(match, allow);
    if (allow[0] != '\0')
        response_header(response, "Allow", allow);
    if (match->accept_patch != NULL && (asked || failure == FAILURE_UNSUPPORTED_MEDIA_TYPE))
        response_header(response, "Accept-Patch", match->accept_patch);
    response_header(response, "Cache-Control", "no-cache");
    cors_apply(exchange->config->cors_origin, exchange->request, allow, response);
}

/* Without this, an operator would look for what else took the machine's memory. */
static void memory_limit_tell(uint64_t max_body, struct error *error)
{
    struct error told = ERROR_INIT;
    (void)error_set(&told, STATUS_NO_MEMORY,
                    "%s (a request may take %" PRIu64 " bytes, in proportion to SCHEDULE_MAX_BODY)",
                    error->text, limits_memory(max_body));
    *error = told;
}

/*
 * What is large of the one request. Not on the stack: a frame is touched page by page
 * (-fstack-clash-protection), and a page costs a small request as much as several system calls.
 * What every request writes to comes first; the error is written to by those alone that fail.
 */
struct answering {
    struct request request;
    struct route_match match;
    struct config config;
    struct response response;
    struct error error;
};

static void failure_answer(enum failure failure, struct answering *answering)
{
    const struct request *request = &answering->request;
    struct response *response = &answering->response;
    failure_log(failure, request, answering->match.route, &answering->error);
    response_release(response);
    response_init(response, failure_http_status(failure));
    failure_describe(failure, &answering->error, response);
    if (failure == FAILURE_UNRELATED_DOCUMENT)
        data_refused_unrelated(request, response);
    error_init(&answering->error); /* as it was found, for who answers another one */
}

/*
 * Complete the answer, of what was done or of the failure to do it. What went wrong in doing so is
 * what to answer then, which is in memory and cannot go wrong.
 */
static enum failure answer_prepare(const struct exchange *exchange, enum failure failure,
                                   struct answering *answering)
{
    bool head = strcmp(answering->request.method, "HEAD") == 0;
    if (failure != FAILURE_NONE)
        failure_answer(failure, answering);
    capabilities_tell(exchange, failure, &answering->response);
    return failure_of_status(response_prepare(&answering->response, head, &answering->error));
}

static bool request_answer(enum process_use use, const struct store_kind *kind)
{
    static struct answering answering = {.error = ERROR_INIT};
    struct request *request = &answering.request;
    struct response *response = &answering.response;
    struct error *error = &answering.error;
    struct body body;
    const struct exchange exchange = {.kind = kind,
                                      .config = &answering.config,
                                      .request = request,
                                      .body = &body,
                                      .match = &answering.match,
                                      .confined = use == PROCESS_CONFINED};
    enum failure failure = FAILURE_NONE;

    route_match_init(&answering.match);
    response_init(response, 200);
    if (request_read(request, error) != STATUS_OK)
        failure = FAILURE_BAD_REQUEST;
    body_init(&body, request, STDIN_FILENO);
    if (config_read(&answering.config, kind, error) != STATUS_OK && failure == FAILURE_NONE)
        failure = FAILURE_BAD_CONFIGURATION;
    if (failure == FAILURE_NONE)
        failure = dispatch(&exchange, use, &answering.match, response, error);
    if (failure == FAILURE_OUT_OF_MEMORY && exchange.confined)
        memory_limit_tell(answering.config.max_body, error);
    failure = answer_prepare(&exchange, failure, &answering);
    if (failure != FAILURE_NONE)
        (void)answer_prepare(&exchange, failure, &answering);
    body_drain(&body);
    bool sent = answer_send(request, response);
    response_release(response);
    return sent;
}

static int process_run(enum process_use use, const struct store_kind *kind)
{
    if (!request_present())
        return usage_print(kind);
    return request_answer(use, kind) ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool schedule_cgi_answer(const struct store_kind *kind)
{
    return request_answer(PROCESS_STAYS, kind);
}

int schedule_cgi_run_by_hand(const struct store_kind *kind, const char *argument)
{
    if (strcmp(argument, "--version") == 0)
        return version_print();
    if (strcmp(argument, "--help") == 0)
        return usage_print(kind);
    log_write(LOG_ERROR, "what is '%s'? usage: %s [--version | --help]", argument, kind->program);
    return EXIT_USAGE;
}

int schedule_cgi_run(const struct store_kind *kind)
{
    return process_run(PROCESS_ENDS, kind);
}

int schedule_cgi_run_confined(const struct store_kind *kind)
{
    return process_run(PROCESS_CONFINED, kind);
}
