/*
 * The objects of a store in its bucket, as what is asked of them: a request that a server is too
 * busy for, or whose answer is lost, is made again a few times until the deadline. None of these
 * does harm if it is done twice. (What replaces the current document is another matter:
 * s3_replace.h.)
 *
 * Life cycle: s3_bucket_open, the functions below, s3_bucket_close. `observer` and `signals` are
 * borrowed; the first write holds the signals off. Names are those behind the place's prefix.
 *
 * The statuses of all: STATUS_UNREACHABLE without an answer that helps until the deadline, or a few
 * times over; STATUS_UNAVAILABLE if it refuses, or the bucket does not exist; STATUS_NO_SPACE;
 * STATUS_NO_MEMORY.
 */
#ifndef SCHEDULE_S3_BUCKET_H
#define SCHEDULE_S3_BUCKET_H

#include "held_signals.h"
#include "s3_client.h"
#include "s3_listing.h"
#include "store.h"

struct s3_bucket {
    struct s3_place place;
    struct s3_account account;
    struct s3_client client;
    struct deadline deadline; /* of all requests */
    size_t length_max;        /* of objects that are loaded */
    const struct store_observer *observer;
    struct held_signals *signals;
};

/* What it is opened with. The texts of the account are borrowed. */
struct s3_bucket_options {
    struct s3_place place;
    struct s3_account account;
    struct deadline deadline;
    size_t length_max;
};

/* After an error there is nothing to close. */
enum status s3_bucket_open(struct s3_bucket *bucket, const struct s3_bucket_options *options,
                           const struct store_observer *observer, struct held_signals *signals,
                           struct error *error);

/*
 * Make any request, once. STATUS_OK if it was done; STATUS_NOT_FOUND, without a text, if there is
 * no such object; STATUS_STALE, without a text, if its condition was not met, or somebody else
 * wrote at the same time; STATUS_UNCERTAIN if it may have been done, or still be;
 * STATUS_UNREACHABLE if it was not. The response is the caller's to release in any case.
 */
enum status s3_bucket_try(struct s3_bucket *bucket, const struct s3_request *request,
                          struct s3_response *response, struct error *error);

/*
 * As s3_bucket_try, a few times where that may help, and so without STATUS_UNCERTAIN. The first and
 * the last repetition are told to the observer.
 */
enum status s3_bucket_ask(struct s3_bucket *bucket, const struct s3_request *request,
                          struct s3_response *response, struct error *error);

/* STATUS_TOO_LARGE if a text of this length could be stored, but never be loaded again. */
enum status s3_bucket_check_length(const struct s3_bucket *bucket, size_t length,
                                   struct error *error);

/* Load an object. As s3_bucket_ask; the object's text is the response's body. */
enum status s3_bucket_get(struct s3_bucket *bucket, const char *name, struct s3_response *response,
                          struct error *error);

/*
 * Make a new object of the text. STATUS_CONFLICT, without a text, if there is one with another
 * text; STATUS_OK if there is one with this text. STATUS_BUSY if it comes and goes.
 */
enum status s3_bucket_create(struct s3_bucket *bucket, const char *name, struct document_text text,
                             struct error *error);

/*
 * Make an object without a text, whose name is all that it tells. One that is there already serves,
 * whatever its text. Nothing is waited for beyond `deadline`.
 */
enum status s3_bucket_mark(struct s3_bucket *bucket, const char *name, struct deadline deadline,
                           struct error *error);

/* Tell whether an object has this text. STATUS_NOT_FOUND, without a text, if there is none. */
enum status s3_bucket_compare(struct s3_bucket *bucket, const char *name, struct document_text text,
                              bool *is_same, struct error *error);

/* Remove an object. One that is not there is removed. Nothing is waited for beyond `deadline`. */
enum status s3_bucket_remove_within(struct s3_bucket *bucket, const char *name,
                                    struct deadline deadline, struct error *error);

/* The same until the bucket's own. */
enum status s3_bucket_remove(struct s3_bucket *bucket, const char *name, struct error *error);

/* Remove up to S3_DELETION_MAX objects at once. Nothing else is waited for beyond `deadline`. */
enum status s3_bucket_remove_all(struct s3_bucket *bucket, const char *const *names, size_t count,
                                 struct deadline deadline, struct error *error);

/* Tell of all objects whose names start with `directory`, by what follows there (s3_listing.h). */
enum status s3_bucket_list(struct s3_bucket *bucket, const char *directory,
                           s3_listing_object *object, void *context, struct error *error);

/*
 * Make a document of the body of a response. STATUS_INVALID if it is none: then the body stays in
 * the response; else it is the document's.
 */
enum status s3_bucket_document(struct s3_response *response, int64_t revision,
                               struct document *document, struct error *error);

void s3_bucket_close(struct s3_bucket *bucket);

#endif
