#include "s3_refusal.h"

#include "printable.h"
#include "s3_xml.h"

#include <stdio.h>
#include <string.h>

enum {
    HTTP_REQUEST_TIMEOUT = 408,
    HTTP_CLIENT_CLOSED = 499,
    HTTP_NOT_IMPLEMENTED = 501,
    HTTP_VERSION_NOT_SUPPORTED = 505,
    HTTP_INSUFFICIENT_STORAGE = 507
};

/* What is behind a code, for who has to mend it. */
static const struct {
    char code[32];
    const char *advice;
} advices[] = {
    {"AccessDenied", "let the key get, put and delete the objects, and list the bucket: without "
                     "that a missing object is answered so, too"},
    {"SignatureDoesNotMatch", "the secret key is not that of the key id"},
    {"InvalidAccessKeyId", "the server does not know the key id"},
    {"ExpiredToken", "the session token has expired"},
    {"InvalidToken", "the session token is not that of the key id"},
    {"NoSuchBucket", "create the bucket, or correct its name"},
    {"NotImplemented", "the server cannot do what this store needs"},
    {"KeyTooLongError", "choose a shorter prefix"},
    {"EntityTooLarge", "the document is larger than the server takes"},
};

static const char *const quota_codes[] = {"QuotaExceeded",
                                          "InsufficientStorage",
                                          "StorageQuotaExceeded",
                                          "XMinioStorageFull",
                                          "XMinioAdminBucketQuotaExceeded",
                                          "ServiceQuotaExceeded",
                                          NULL};

/* Answers to requests that were not done, where the HTTP status blames who asks. */
static const char *const not_now_codes[] = {
    "SlowDown",         "TooManyRequests", "RequestLimitExceeded",
    "OperationAborted", "RequestTimeout",  NULL};

/* Others wrote at the same time. "" is what a server says that does not tell. */
static const char *const conflict_codes[] = {"ConditionalRequestConflict", "", NULL};

/* The bucket is somewhere else. */
static const char *const elsewhere_codes[] = {"PermanentRedirect",
                                              "TemporaryRedirect",
                                              "Redirect",
                                              "AuthorizationHeaderMalformed",
                                              "IllegalLocationConstraintException",
                                              NULL};

static bool is_listed(const char *const *codes, const char *code)
{
    while (*codes != NULL && strcmp(*codes, code) != 0)
        codes++;
    return *codes != NULL;
}

static enum status element_take(void *context, const char *parent, const char *name,
                                const char *text, struct error *error)
{
    struct s3_refusal *refusal = context;
    const struct {
        const char *name;
        char *text;
        size_t size;
    } fields[] = {{"Code", refusal->code, sizeof refusal->code},
                  {"Message", refusal->message, sizeof refusal->message},
                  {"Endpoint", refusal->endpoint, sizeof refusal->endpoint},
                  {"Region", refusal->region, sizeof refusal->region},
                  {"ServerTime", refusal->server_time, sizeof refusal->server_time}};
    (void)error;
    for (size_t i = 0; strcmp(parent, "Error") == 0 && i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(name, fields[i].name) == 0)
            printable_copy(fields[i].text, fields[i].size, text, strlen(text));
    }
    return STATUS_OK;
}

void s3_refusal_read(struct s3_refusal *refusal, int http_status, const char *body, size_t length)
{
    *refusal = (struct s3_refusal){.http_status = http_status};
    /* What is no XML comes from something before the server. Then the status says all there is. */
    if (length > 0)
        (void)s3_xml_read(body, length, element_take, refusal, NULL);
}

static bool is_quota(const struct s3_refusal *refusal)
{
    return refusal->http_status == HTTP_INSUFFICIENT_STORAGE ||
           is_listed(quota_codes, refusal->code);
}

/*
 * Whatever the code says: Ceph answers 408 RequestTimeout to what it may still do, MinIO 503
 * SlowDown to what some of its disks have done, and what is before a server has numbers of its own.
 */
static bool is_unclear(int http_status)
{
    return http_status == HTTP_REQUEST_TIMEOUT || http_status == HTTP_CLIENT_CLOSED ||
           (http_status >= 500 && http_status != HTTP_NOT_IMPLEMENTED &&
            http_status != HTTP_VERSION_NOT_SUPPORTED);
}

enum s3_meaning s3_refusal_meaning(const struct s3_refusal *refusal)
{
    int http_status = refusal->http_status;
    if (http_status >= 200 && http_status < 300)
        return S3_DONE;
    if (is_quota(refusal))
        return S3_IMPOSSIBLE;
    if (is_unclear(http_status))
        return S3_UNCLEAR;
    if (is_listed(not_now_codes, refusal->code) || http_status == 429)
        return S3_NOT_NOW;
    switch (http_status) {
    /* By the code alone: what is before a server, or another server, says 404 of anything. */
    case 404: return strcmp(refusal->code, "NoSuchKey") == 0 ? S3_ABSENT : S3_IMPOSSIBLE;
    case 409: return is_listed(conflict_codes, refusal->code) ? S3_UNMATCHED : S3_IMPOSSIBLE;
    case 412: return S3_UNMATCHED;
    default: return S3_IMPOSSIBLE;
    }
}

static const char *advice_of(const char *code)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++) {
        if (strcmp(code, advices[i].code) == 0)
            return advices[i].advice;
    }
    return NULL;
}

static bool is_elsewhere(const struct s3_refusal *refusal)
{
    int http_status = refusal->http_status;
    return http_status == 301 || http_status == 302 || http_status == 307 || http_status == 308 ||
           is_listed(elsewhere_codes, refusal->code);
}

/* Write what can be done, behind "; ", if that is known. */
static void advice_write(const struct s3_refusal *refusal, char *text, size_t size)
{
    const char *advice = advice_of(refusal->code);
    text[0] = '\0';
    if (is_elsewhere(refusal))
        (void)snprintf(text, size,
                       "; the bucket is at another endpoint or in another region%s%s%s%s: the "
                       "address and the region of the store must be those of the bucket",
                       refusal->endpoint[0] != '\0' ? ", endpoint " : "", refusal->endpoint,
                       refusal->region[0] != '\0' ? ", region " : "", refusal->region);
    else if (strcmp(refusal->code, "RequestTimeTooSkewed") == 0)
        (void)snprintf(text, size, "; the clock of this machine is not that of the server%s%s",
                       refusal->server_time[0] != '\0' ? ", which has " : "", refusal->server_time);
    else if (advice != NULL)
        (void)snprintf(text, size, "; %s", advice);
}

enum status s3_refusal_tell(const struct s3_refusal *refusal, const char *server,
                            const char *request, struct error *error)
{
    char advice[512];
    enum s3_meaning meaning = s3_refusal_meaning(refusal);
    enum status status =
        meaning == S3_NOT_NOW || meaning == S3_UNCLEAR ? STATUS_UNREACHABLE : STATUS_UNAVAILABLE;
    advice_write(refusal, advice, sizeof advice);
    return error_set(error, is_quota(refusal) ? STATUS_NO_SPACE : status,
                     "%s answered %d%s%s to %s%s%s%s%s", server, refusal->http_status,
                     refusal->code[0] != '\0' ? " " : "", refusal->code, request,
                     refusal->message[0] != '\0' ? " (" : "", refusal->message,
                     refusal->message[0] != '\0' ? ")" : "", advice);
}
