#include "s3_listing.h"

#include "number.h"
#include "percent.h"
#include "s3_xml.h"

#include <string.h>

struct reading {
    const char *prefix;
    s3_listing_object *object;
    void *context;
    struct s3_listing_place next;
    bool is_list;
    bool is_truncated;
    bool has_key;
    char key[S3_XML_TEXT_SIZE]; /* of the object that is being told */
    int64_t length;             /* -1: not told */
};

bool s3_listing_query(const char *prefix, const struct s3_listing_place *place, char *query,
                      size_t size)
{
    /* Sorted, as they are signed. */
    static const char token[] = "continuation-token=";
    static const char rest[] = "list-type=2&prefix=";
    if (size < sizeof token + sizeof rest)
        return false;
    query[0] = '\0';
    if (place->token[0] != '\0') {
        memcpy(query, token, sizeof token);
        if (!percent_append(query, size, place->token, "") ||
            !percent_append(query, size, "&", "&"))
            return false;
    }
    return percent_append(query, size, rest, "=&") && percent_append(query, size, prefix, "");
}

static enum status object_tell(struct reading *reading, struct error *error)
{
    size_t prefix = strlen(reading->prefix);
    int64_t length = reading->length;
    bool is_told = reading->has_key && length >= 0;
    reading->length = -1;
    reading->has_key = false;
    if (!is_told)
        return error_set(error, STATUS_UNAVAILABLE,
                         "the server's list has an object of no name or no size");
    if (strncmp(reading->key, reading->prefix, prefix) != 0)
        return STATUS_OK;
    return reading->object(reading->context, reading->key + prefix, length, error);
}

static enum status token_take(struct reading *reading, const char *text, struct error *error)
{
    if (strlen(text) >= sizeof reading->next.token)
        return error_set(error, STATUS_UNAVAILABLE,
                         "the server's list goes on with a token of more than %zu bytes",
                         sizeof reading->next.token - 1);
    memcpy(reading->next.token, text, strlen(text) + 1);
    return STATUS_OK;
}

static enum status element_take(void *context, const char *parent, const char *name,
                                const char *text, struct error *error)
{
    struct reading *reading = context;
    if (strcmp(parent, "Contents") == 0) {
        if (strcmp(name, "Key") == 0) {
            memcpy(reading->key, text, strlen(text) + 1);
            reading->has_key = true;
        } else if (strcmp(name, "Size") == 0 && !number_parse_revision(text, &reading->length))
            reading->length = -1;
    } else if (strcmp(parent, "ListBucketResult") == 0) {
        if (strcmp(name, "Contents") == 0)
            return object_tell(reading, error);
        if (strcmp(name, "IsTruncated") == 0)
            reading->is_truncated = reading->is_truncated || strcmp(text, "false") != 0;
        else if (strcmp(name, "NextContinuationToken") == 0)
            return token_take(reading, text, error);
    } else if (parent[0] == '\0') {
        reading->is_list = strcmp(name, "ListBucketResult") == 0;
    }
    return STATUS_OK;
}

enum status s3_listing_read(const char *bytes, size_t length, const char *prefix,
                            s3_listing_object *object, void *context,
                            struct s3_listing_place *place, struct error *error)
{
    struct reading reading = {.prefix = prefix, .object = object, .context = context, .length = -1};
    struct error problem = ERROR_INIT;
    enum status status = s3_xml_read(bytes, length, element_take, &reading, &problem);
    if (status == STATUS_OK && !reading.is_list)
        status = error_set(&problem, STATUS_INVALID, "the server's answer is no list of objects");
    if (status == STATUS_OK && reading.is_truncated && reading.next.token[0] == '\0')
        status = error_set(&problem, STATUS_INVALID,
                           "the server's list is not whole and does not tell how to go on");
    if (status != STATUS_OK)
        return error_forward(error, status == STATUS_INVALID ? STATUS_UNAVAILABLE : status,
                             &problem);
    place->token[0] = '\0';
    if (reading.is_truncated)
        *place = reading.next;
    return STATUS_OK;
}
