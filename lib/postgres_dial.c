#include "postgres_dial.h"

#include "system_calls.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/*
 * Shared by the caller and the thread. It belongs to the caller, until he leaves it to the thread
 * (`is_left`, set while the thread is not over).
 */
struct dialing {
    char *url; /* or null */
    struct deadline deadline;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t over;
    bool is_over;
    bool is_left;
    PGconn *link; /* set when it is over; null without memory */
};

static void notice_ignore(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

static PGconn *link_start(const char *url)
{
    /* A later one overrides what the URL says. Null is passed over. */
    static const char *const names[] = {"fallback_application_name", "dbname", "client_encoding",
                                        NULL};
    const char *const values[] = {"schedule-cgi", url, "UTF8", NULL};
    const int url_is_expanded = 1;
    PGconn *link = PQconnectStartParams(names, values, url_is_expanded);
    (void)PQsetErrorVerbosity(link, PQERRORS_VERBOSE);
    (void)PQsetNoticeReceiver(link, notice_ignore, NULL);
    return link;
}

static PGconn *link_make(const char *url, struct deadline deadline)
{
    PGconn *link = link_start(url);
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    if (link == NULL || PQstatus(link) == CONNECTION_BAD)
        return link;
    while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
        if (!deadline_await(deadline, PQsocket(link),
                            next == PGRES_POLLING_READING ? POLLIN : POLLOUT))
            break;
        next = PQconnectPoll(link);
    }
    return link;
}

static void dialing_release(struct dialing *dialing)
{
    PQfinish(dialing->link);
    (void)pthread_cond_destroy(&dialing->over);
    (void)pthread_mutex_destroy(&dialing->mutex);
    free(dialing->url);
    free(dialing);
}

static void *dialing_run(void *context)
{
    struct dialing *dialing = context;
    PGconn *link = link_make(dialing->url, dialing->deadline);
    (void)pthread_mutex_lock(&dialing->mutex);
    bool is_left = dialing->is_left;
    dialing->link = link;
    dialing->is_over = true;
    (void)pthread_cond_signal(&dialing->over);
    (void)pthread_mutex_unlock(&dialing->mutex);
    if (is_left)
        dialing_release(dialing);
    return NULL;
}

/* Null without memory. */
static struct dialing *dialing_make(const char *url, struct deadline deadline)
{
    struct dialing *dialing = calloc(1, sizeof *dialing);
    pthread_condattr_t clock;
    if (dialing == NULL)
        return NULL;
    dialing->deadline = deadline;
    if (url != NULL && (dialing->url = strdup(url)) == NULL) {
        free(dialing);
        return NULL;
    }
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&dialing->over, &clock);
    (void)pthread_condattr_destroy(&clock);
    (void)pthread_mutex_init(&dialing->mutex, NULL);
    return dialing;
}

/*
 * 0 or an errno. The thread has all signals blocked, as it inherits: one that the caller holds off
 * would be delivered to it, and end the process.
 */
static int thread_start(pthread_t *thread, struct dialing *dialing)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)system_calls->sigprocmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(thread, NULL, dialing_run, dialing);
    (void)system_calls->sigprocmask(SIG_SETMASK, &before, NULL);
    return result;
}

/* Wait for the thread until the deadline. False if it is left behind, with what it works on. */
static bool dialing_await(struct dialing *dialing)
{
    const struct timespec end = {.tv_sec = dialing->deadline.end_ms / 1000,
                                 .tv_nsec = dialing->deadline.end_ms % 1000 * 1000000};
    int result = 0;
    (void)pthread_mutex_lock(&dialing->mutex);
    while (!dialing->is_over && result == 0)
        result = pthread_cond_timedwait(&dialing->over, &dialing->mutex, &end);
    bool is_over = dialing->is_over;
    dialing->is_left = !is_over;
    (void)pthread_mutex_unlock(&dialing->mutex);
    return is_over;
}

static enum status late(struct error *error)
{
    return error_set(error, STATUS_UNREACHABLE, "there was no answer in time");
}

static enum status no_memory(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "out of memory for a connection to a database");
}

/* Take the link out of what is over. */
static enum status link_take(struct dialing *dialing, PGconn **link, struct error *error)
{
    ConnStatusType found = PQstatus(dialing->link);
    if (dialing->link == NULL)
        return no_memory(error);
    if (found != CONNECTION_OK && found != CONNECTION_BAD) /* half way */
        return late(error);
    *link = dialing->link;
    dialing->link = NULL;
    return STATUS_OK;
}

enum status postgres_dial(const char *url, struct deadline deadline, PGconn **link,
                          struct error *error)
{
    pthread_t thread;
    struct dialing *dialing = dialing_make(url, deadline);
    if (dialing == NULL)
        return no_memory(error);
    int start_errno = thread_start(&thread, dialing);
    if (start_errno != 0) {
        dialing_release(dialing);
        /* So many processes and threads there are only for a while. */
        return error_set(error, start_errno == EAGAIN ? STATUS_UNREACHABLE : STATUS_UNAVAILABLE,
                         "no thread can be started: %s", strerror(start_errno));
    }
    if (!dialing_await(dialing)) {
        (void)pthread_detach(thread);
        return late(error);
    }
    (void)pthread_join(thread, NULL);
    enum status status = link_take(dialing, link, error);
    dialing_release(dialing);
    return status;
}
