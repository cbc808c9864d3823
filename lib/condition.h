/*
 * What a writer demands of the revision that it is about to change: the meaning of If-Match and
 * If-None-Match (RFC 9110 13.1), without their spelling. Plain values; nothing is owned.
 */
#ifndef SCHEDULE_CONDITION_H
#define SCHEDULE_CONDITION_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONDITION_REVISIONS_MAX = 16 };

/* A list of revisions, or "any that exists". */
struct condition {
    bool present; /* without it, nothing is demanded */
    bool any;
    size_t count;
    int64_t revisions[CONDITION_REVISIONS_MAX];
};

struct conditions {
    struct condition match;      /* the revision must be listed */
    struct condition none_match; /* it must not */
};

/* Whether `revision` is listed. 0, nothing stored, is not "any", but may be listed itself. */
bool condition_lists(const struct condition *condition, int64_t revision);

/* STATUS_STALE, with a text that names the current revision, unless both demands are met. */
enum status conditions_check(const struct conditions *conditions, int64_t revision,
                             struct error *error);

/* STATUS_STALE, with a text for who works on a store by hand, unless the two are the same. */
enum status condition_expect(int64_t expected, int64_t revision, struct error *error);

/* The same of the text that is stored under the revision: STATUS_STALE unless it `is_same`. */
enum status condition_expect_text(bool is_same, int64_t revision, struct error *error);

#endif
