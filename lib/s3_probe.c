#include "s3_probe.h"

#include "s3_saves.h"

#include <stdio.h>
#include <string.h>

static const char quoted[] = "quoted@";
static const char bare[] = "bare@";

static const struct document_text first = {.bytes = "1\n", .length = 2};
static const struct document_text second = {.bytes = "2\n", .length = 2};
static const struct document_text third = {.bytes = "3\n", .length = 2};

enum { HTTP_NOT_IMPLEMENTED = 501 };

enum {
    /* How often all of it is begun anew, if an answer is lost. */
    TRIALS = 5,
    /* How often a write is repeated that a server has no time for, and of which waits. */
    BUSY_TRIES = 6,
    LONG_WAIT = 5,
    /* How long the removal of what was tried on is waited for. */
    REMOVAL_MS = 2000
};

_Static_assert((int)S3_LABEL_SIZE + (int)sizeof quoted < (int)S3_FIELD_SIZE, "it comes back whole");

void s3_probe_init(struct s3_probe *probe)
{
    *probe = (struct s3_probe){.is_done = false};
}

void s3_probe_tell(const struct s3_probe *probe, const struct s3_bucket *bucket,
                   char text[S3_FIELD_SIZE])
{
    char label[S3_LABEL_SIZE];
    s3_place_label(&bucket->place, label);
    (void)snprintf(text, S3_FIELD_SIZE, "%s%s", probe->bare ? bare : quoted, label);
}

void s3_probe_match(const struct s3_probe *probe, const char *etag, char match[S3_FIELD_SIZE])
{
    const char *begin = etag;
    size_t length = strlen(etag);
    if (probe->bare && strncmp(begin, "W/", 2) == 0) {
        begin += 2;
        length -= 2;
    }
    if (probe->bare && length > 2 && begin[0] == '"' && begin[length - 1] == '"') {
        begin++;
        length -= 2;
    }
    (void)snprintf(match, S3_FIELD_SIZE, "%.*s", (int)length, begin);
}

/* Whether it is known of this bucket already. */
static bool told_take(struct s3_probe *probe, const struct s3_bucket *bucket, const char *told)
{
    static const bool forms[] = {false, true};
    char expected[S3_FIELD_SIZE];
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const struct s3_probe possible = {.is_done = true, .bare = forms[i]};
        s3_probe_tell(&possible, bucket, expected);
        if (strcmp(told, expected) == 0) {
            *probe = possible;
            return true;
        }
    }
    return false;
}

/* What is tried, on an object whose name nobody else has. */
struct trial {
    struct s3_bucket *bucket;
    struct s3_probe *probe;
    char name[sizeof "probe-" + S3_SAVE_ID_SIZE];
    char etag[S3_FIELD_SIZE]; /* of the first text */
    bool may_exist;
    bool is_hopeless; /* the server was too busy for a request all the time */
};

static enum status name_choose(struct trial *trial, struct error *error)
{
    char id[S3_SAVE_ID_SIZE];
    enum status status = s3_save_id_make(id, error);
    if (status == STATUS_OK)
        (void)snprintf(trial->name, sizeof trial->name, "probe-%s", id);
    return status;
}

static enum status not_honoured(const struct trial *trial, const char *what, struct error *error)
{
    return error_set(error, STATUS_CONFLICT,
                     "%s does not honour conditions on a PUT (%s): it would lose saves that come "
                     "at the same time, so nothing is saved; choose a server with conditional "
                     "writes",
                     trial->bucket->place.server, what);
}

/* See text_put. `*is_refused` tells that the server had no time for it. */
static enum status text_put_once(struct trial *trial, struct document_text text,
                                 struct s3_header condition, bool *is_refused, struct error *error)
{
    const struct s3_request request = {.method = "PUT",
                                       .name = trial->name,
                                       .headers = {{"Content-Type", "text/plain"}, condition},
                                       .body = text.bytes,
                                       .body_length = text.length,
                                       .deadline = trial->bucket->deadline};
    struct s3_response response;
    struct error problem = ERROR_INIT;
    enum status status = s3_bucket_try(trial->bucket, &request, &response, &problem);
    if (status == STATUS_OK && trial->etag[0] == '\0')
        memcpy(trial->etag, response.etag, sizeof trial->etag);
    *is_refused = status == STATUS_UNREACHABLE && response.refusal.http_status != 0;
    if (status == STATUS_OK || status == STATUS_UNCERTAIN || status == STATUS_STALE)
        trial->may_exist = true;
    if (response.refusal.http_status == HTTP_NOT_IMPLEMENTED)
        status = not_honoured(trial, condition.name, error);
    else if (status == STATUS_NOT_FOUND)
        status = STATUS_STALE;
    else
        (void)error_forward(error, status, &problem);
    s3_response_release(&response);
    return status;
}

/*
 * Write under a condition, once: what is repeated proves nothing. But what a server had no time for
 * it did not do: some take one write a second of an object. STATUS_STALE, without a text, if the
 * condition is said not to be met.
 */
static enum status text_put(struct trial *trial, struct document_text text,
                            struct s3_header condition, struct error *error)
{
    const struct store_observer *observer = trial->bucket->observer;
    for (unsigned attempt = 0;; attempt++) {
        struct error problem = ERROR_INIT;
        bool is_refused = false;
        enum status status = text_put_once(trial, text, condition, &is_refused, &problem);
        bool goes_on = is_refused && attempt < BUSY_TRIES &&
                       deadline_back_off_busy(trial->bucket->deadline, LONG_WAIT);
        trial->is_hopeless = is_refused && !goes_on;
        if (!goes_on)
            return error_forward(error, status, &problem);
        if (attempt == 0)
            observer->server_retry(observer->context, problem.text);
    }
}

static enum status matching_put(struct trial *trial, struct document_text text, struct error *error)
{
    char match[S3_FIELD_SIZE];
    s3_probe_match(trial->probe, trial->etag, match);
    return text_put(trial, text, (struct s3_header){"If-Match", match}, error);
}

/* There must be one object of the first text. */
static enum status creation_try(struct trial *trial, struct error *error)
{
    const struct s3_header is_new = {"If-None-Match", "*"};
    enum status status = text_put(trial, first, is_new, error);
    if (status == STATUS_STALE)
        return error_set(error, STATUS_UNCERTAIN, "%s said that '%s%s' was there before",
                         trial->bucket->place.server, trial->bucket->place.prefix, trial->name);
    if (status == STATUS_OK && trial->etag[0] == '\0')
        status = error_set(error, STATUS_UNAVAILABLE,
                           "%s answered without an ETag, or with one that is too long, to a PUT",
                           trial->bucket->place.server);
    if (status != STATUS_OK)
        return status;
    status = text_put(trial, second, is_new, error);
    if (status == STATUS_OK)
        return not_honoured(trial, is_new.name, error);
    return status == STATUS_STALE ? STATUS_OK : status;
}

/* Who has the ETag may replace it, written one way or the other; once, for then it is another. */
static enum status replacement_try(struct trial *trial, struct error *error)
{
    trial->probe->bare = false;
    enum status status = matching_put(trial, second, error);
    if (status == STATUS_STALE) {
        trial->probe->bare = true;
        status = matching_put(trial, second, error);
    }
    if (status != STATUS_OK)
        return status == STATUS_STALE ? not_honoured(trial, "If-Match", error) : status;
    status = matching_put(trial, third, error);
    if (status == STATUS_OK)
        return not_honoured(trial, "If-Match", error);
    return status == STATUS_STALE ? STATUS_OK : status;
}

/* What was refused must have done nothing. */
static enum status result_check(const struct trial *trial, struct error *error)
{
    bool is_same = false;
    enum status status = s3_bucket_compare(trial->bucket, trial->name, second, &is_same, error);
    if (status == STATUS_OK && is_same)
        return STATUS_OK;
    return status == STATUS_OK || status == STATUS_NOT_FOUND
               ? not_honoured(trial, "it did what it refused", error)
               : status;
}

/* What stays all the same is in nobody's way. */
static void trial_remove(const struct trial *trial)
{
    (void)s3_bucket_remove_within(trial->bucket, trial->name,
                                  deadline_within(trial->bucket->deadline, REMOVAL_MS), NULL);
}

/* STATUS_CONFLICT if the server failed, STATUS_UNCERTAIN or STATUS_UNREACHABLE if none can tell. */
static enum status trial_run(struct trial *trial, struct error *error)
{
    trial->etag[0] = '\0';
    trial->may_exist = trial->is_hopeless = false;
    enum status status = name_choose(trial, error);
    if (status != STATUS_OK)
        return status;
    status = creation_try(trial, error);
    if (status == STATUS_OK)
        status = replacement_try(trial, error);
    if (status == STATUS_OK)
        status = result_check(trial, error);
    if (trial->may_exist)
        trial_remove(trial);
    return status;
}

enum status s3_probe_ensure(struct s3_probe *probe, struct s3_bucket *bucket, const char *told,
                            struct error *error)
{
    struct trial trial = {.bucket = bucket, .probe = probe};
    bool has_failed = false;
    if (probe->is_done || told_take(probe, bucket, told))
        return STATUS_OK;
    for (unsigned attempt = 0;; attempt++) {
        struct error problem = ERROR_INIT;
        enum status status = trial_run(&trial, &problem);
        probe->is_done = status == STATUS_OK;
        if (status == STATUS_UNCERTAIN)
            status = STATUS_UNREACHABLE;
        /* Once it may have been libcurl, which repeats a request if its connection is dead. */
        bool may_repeat =
            status == STATUS_UNREACHABLE || (status == STATUS_CONFLICT && !has_failed);
        if (status == STATUS_CONFLICT)
            status = STATUS_UNAVAILABLE;
        may_repeat = may_repeat && !trial.is_hopeless && attempt < TRIALS;
        if (!may_repeat || !deadline_back_off(bucket->deadline, attempt))
            return error_forward(error, status, &problem);
        has_failed = has_failed || status == STATUS_UNAVAILABLE;
        bucket->observer->server_retry(bucket->observer->context, problem.text);
    }
}

enum status s3_probe_write(struct s3_bucket *bucket, struct error *error)
{
    struct trial trial = {.bucket = bucket};
    enum status status = name_choose(&trial, error);
    if (status == STATUS_OK)
        status = s3_bucket_create(bucket, trial.name, first, error);
    if (status == STATUS_OK)
        return s3_bucket_remove(bucket, trial.name, error);
    if (status == STATUS_UNREACHABLE)
        trial_remove(&trial);
    return status;
}
