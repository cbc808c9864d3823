#include "condition.h"

#include <inttypes.h>

bool condition_lists(const struct condition *condition, int64_t revision)
{
    if (condition->any)
        return revision != 0;
    for (size_t i = 0; i < condition->count; i++) {
        if (condition->revisions[i] == revision)
            return true;
    }
    return false;
}

enum status conditions_check(const struct conditions *conditions, int64_t revision,
                             struct error *error)
{
    const struct condition *match = &conditions->match;
    const struct condition *none_match = &conditions->none_match;
    enum status status = STATUS_OK;
    if (match->present && !condition_lists(match, revision))
        status = error_set(error, STATUS_STALE,
                           "If-Match does not name the current revision, which is %" PRId64
                           "; load it and try again",
                           revision);
    else if (none_match->present && condition_lists(none_match, revision))
        status =
            error_set(error, STATUS_STALE,
                      "If-None-Match forbids the current revision, which is %" PRId64, revision);
    if (status != STATUS_OK && error != NULL)
        error->revision = revision;
    return status;
}

enum status condition_expect(int64_t expected, int64_t revision, struct error *error)
{
    if (revision == expected)
        return STATUS_OK;
    if (error != NULL)
        error->revision = revision;
    return error_set(error, STATUS_STALE, "the current revision there is %" PRId64 ", not %" PRId64,
                     revision, expected);
}

enum status condition_expect_text(bool is_same, int64_t revision, struct error *error)
{
    if (is_same)
        return STATUS_OK;
    if (error != NULL)
        error->revision = revision;
    return error_set(error, STATUS_STALE,
                     "the current document there has revision %" PRId64 ", but another text",
                     revision);
}
