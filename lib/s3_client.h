/*
 * One request to an S3 server and its answer, signed (AWS Signature Version 4) and carried by
 * libcurl.
 *
 * Life cycle: s3_account_check once for the settings; s3_client_open; s3_client_exchange as often
 * as one likes, each with an s3_response_release after it, in any case; s3_client_close. All
 * exchanges of a client use the same connection, for as long as the server keeps it. What is given
 * is borrowed until the close.
 *
 * Nothing but the settings decides where a request goes: no variable of the environment, no .netrc,
 * no redirect. All that a server sends has a bound. Texts of errors name the server and never hold
 * a secret. The program has to ignore SIGPIPE.
 */
#ifndef SCHEDULE_S3_CLIENT_H
#define SCHEDULE_S3_CLIENT_H

#include "buffer.h"
#include "deadline.h"
#include "s3_place.h"
#include "s3_refusal.h"
#include "s3_saver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    S3_REQUEST_HEADERS = 6,
    S3_FIELD_SIZE = 512, /* of a field of an answer */
    S3_QUERY_SIZE = 6144,
    /* Of the body of an answer that is no success. */
    S3_REFUSAL_MAX = 16 * 1024,
    /* Of the fields of an answer together. */
    S3_FIELDS_MAX = 64 * 1024
};

/* Who asks, and how. */
struct s3_account {
    const char *region;
    const char *key_id;
    const char *secret;
    const char *token; /* of a session, or null */
    const char *proxy; /* as libcurl takes it, of http, https, socks5 or socks5h; null: none */
    /* A file of certificates that alone vouch for the server's, or null for the system's. */
    const char *authorities;
};

struct s3_client {
    /* Private. */
    const struct s3_place *place;
    const struct s3_account *account;
    void *curl;
    char problem[256]; /* libcurl's own words */
};

/* A header of a request. Without a value it is left out. */
struct s3_header {
    const char *name;
    const char *value;
};

struct s3_request {
    const char *method; /* "GET", "HEAD", "PUT", "POST" or "DELETE" */
    const char *name;   /* of the object (s3_place_url), or null for the bucket */
    const char *query;  /* names sorted, each with a "=", encoded by percent_append; or null */
    /* All are signed; no name may be the beginning of another: libcurl 7.88 sorts these wrongly. */
    struct s3_header headers[S3_REQUEST_HEADERS];
    const char *body; /* of PUT and POST */
    size_t body_length;
    size_t answer_max; /* of the body of a success; 0: none is wanted, and what comes is dropped */
    size_t mark_max;   /* of what may follow that, and is no part of what is loaded */
    struct deadline deadline;
    bool leaves_time; /* it takes half of the time at most, so that it can be looked after */
};

/* Whether it changes nothing. */
bool s3_request_reads(const struct s3_request *request);

/* Texts are "" where the answer has no such field, or it is longer than anybody could use. */
struct s3_response {
    struct s3_refusal refusal; /* its HTTP status, and what else it says if that is no success */
    char etag[S3_FIELD_SIZE];  /* as it came, mostly in quotes */
    char modified[S3_FIELD_SIZE];
    char revision[S3_FIELD_SIZE]; /* of x-amz-meta-… each */
    char saves[S3_FIELD_SIZE];
    char probed[S3_FIELD_SIZE];
    char saved_by[S3_SAVER_FIELD_SIZE];
    struct buffer body; /* of a success */
};

/* STATUS_INVALID, with a text that shows no value, unless requests can be signed with it. */
enum status s3_account_check(const struct s3_account *account, struct error *error);

/* STATUS_NO_MEMORY, STATUS_UNAVAILABLE. After an error there is nothing to close. */
enum status s3_client_open(struct s3_client *client, const struct s3_place *place,
                           const struct s3_account *account, struct error *error);

/*
 * Send the request and wait for the answer, whatever that says, until the deadline, or for half of
 * the time that is left, but a second if there is one; the first less where nothing moves for half
 * of it, or half a minute.
 *
 * STATUS_UNREACHABLE if nothing was sent, so that nothing can have happened; STATUS_UNCERTAIN if
 * something was, and no whole answer came, or none of a write that could be taken. Else
 * STATUS_UNAVAILABLE if the answer is too long, or nobody vouches for the server's certificate;
 * STATUS_NO_MEMORY.
 */
enum status s3_client_exchange(struct s3_client *client, const struct s3_request *request,
                               struct s3_response *response, struct error *error);

void s3_response_release(struct s3_response *response);

/* Tell what the answer says, if it is no success (s3_refusal_tell). */
enum status s3_client_refused(const struct s3_client *client, const struct s3_request *request,
                              const struct s3_response *response, struct error *error);

/* When the object was written, in seconds since 1970. False if the answer does not tell. */
bool s3_response_modified(const struct s3_response *response, int64_t *seconds);

void s3_client_close(struct s3_client *client);

/*
 * How an answer is taken apart; for tests, too. A field is "Name: value", with or without a line's
 * end. What the body says beside the HTTP status is left out where it shows a secret of the
 * account.
 */
void s3_response_take_field(struct s3_response *response, const char *line, size_t length);
void s3_response_take_refusal(struct s3_response *response, const struct s3_account *account,
                              int http_status, const struct buffer *body);

#endif
