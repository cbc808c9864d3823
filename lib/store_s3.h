/*
 * The store that keeps the document in a bucket of an S3 server that honours conditions on a PUT
 * (s3_probe.h); behind the prefix of its place:
 *
 *   project-data.json                        the document, and with it its revision (s3_current.h)
 *   backups/backup-…, submitted-…, pinned-<revision>.json   earlier documents (s3_backups.h)
 *   backups/author-<revision>-…              who saved one of these (s3_saver.h)
 *   project-data.json.corrupt-<revision>     what was found damaged when a restore replaced it
 *   probe-…                                  what a killed trial left; may be removed
 *
 * Nobody takes a lock: of savers who come at the same time one is first, and the others start anew
 * from what he stored. All that a store does from store_s3_open on has one deadline.
 */
#ifndef SCHEDULE_STORE_S3_H
#define SCHEDULE_STORE_S3_H

#include "held_signals.h"
#include "s3_bucket.h"
#include "s3_current.h"
#include "s3_probe.h"
#include "store.h"

struct store_s3_options {
    const char *url;    /* as s3_place_parse wants it, as is the bucket */
    const char *bucket; /* or null */
    const char *region;
    const char *key_id;
    const char *secret;
    const char *token;       /* of a session, or null */
    const char *proxy;       /* of http, https, socks5 or socks5h, as libcurl takes it, or null */
    const char *authorities; /* a file of certificates for TLS, or null for the system's */
    int64_t timeout_ms;
    size_t length_max; /* of a stored document */
    struct retention retention;
    const char *saved_by; /* who saves, a name of savers.h, or null */
};

/* The caller's; it stays where it is until store_close. */
struct store_s3 {
    struct store base; /* what the functions of store.h take */

    /* Private. */
    const struct store_s3_options *options;
    struct s3_bucket bucket;
    struct s3_probe probe;
    struct held_signals signals;
    /* What was told last, so that nobody has to ask for it again; until something is written. */
    struct {
        bool has_current;
        struct s3_current_note current;
        bool has_markers;
        struct savers markers;
    } known;
};

/*
 * Whether a store can be opened with these options, for who reads settings: STATUS_INVALID, with a
 * text that shows none of them, if not.
 */
enum status store_s3_check(const struct store_s3_options *options, struct error *error);

/*
 * Open the store; the server is not asked yet. `options` and `observer` are borrowed until
 * store_close. From the first write until then SIGTERM, SIGINT and SIGHUP are held off.
 * STATUS_UNAVAILABLE if the options are at fault, STATUS_NO_MEMORY; after an error there is nothing
 * to close.
 */
enum status store_s3_open(struct store_s3 *store, const struct store_s3_options *options,
                          const struct store_observer *observer, struct error *error);

#endif
