#include "conditional.h"

#include "etag.h"

static enum status header_read(const char *name, const char *value, struct condition *condition,
                               struct error *error)
{
    if (value == NULL || etag_list_parse(value, condition))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "%s is '%.128s', but must be * or revisions in double quotes such as "
                     "\"1769000000123\", at most %d",
                     name, value, CONDITION_REVISIONS_MAX);
}

enum status conditional_read(const struct request *request, struct conditions *conditions,
                             struct error *error)
{
    *conditions = (struct conditions){0};
    enum status status = header_read("If-Match", request->if_match, &conditions->match, error);
    if (status == STATUS_OK)
        status =
            header_read("If-None-Match", request->if_none_match, &conditions->none_match, error);
    return status;
}

bool conditional_unmodified(const struct request *request, int64_t revision)
{
    struct condition condition = {0};
    return request->if_none_match != NULL && etag_list_parse(request->if_none_match, &condition) &&
           condition_lists(&condition, revision);
}
