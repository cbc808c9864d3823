#include "s3_client.h"

#include "printable.h"

#include <curl/curl.h>
#include <openssl/evp.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    SECRET_MAX = 1024,
    TOKEN_MAX = 8192,
    HEADER_SIZE = TOKEN_MAX + 64,
    SHA256_SIZE = 32,
    SHA256_TEXT_SIZE = 2 * SHA256_SIZE + 1,
    /* The least that an attempt gets, if there is as much. */
    ATTEMPT_MS = 1000,
    /* How long a server may be silent: such a part of the time that is left, within bounds. */
    STALL_PART = 2,
    STALL_MIN_MS = 1000,
    STALL_MAX_MS = 30000
};

_Static_assert(sizeof((struct s3_client){0}.problem) >= CURL_ERROR_SIZE, "libcurl writes as much");

/* The account. */

static enum status text_check(const char *text, size_t maximum, const char *name,
                              struct error *error)
{
    if (text == NULL || *text == '\0')
        return error_set(error, STATUS_INVALID, "the S3 store needs %s", name);
    if (strlen(text) > maximum || printable_has_control(text))
        return error_set(error, STATUS_INVALID,
                         "%s of the S3 store is longer than %zu bytes, or holds control characters",
                         name, maximum);
    return STATUS_OK;
}

/* libcurl takes it between colons, and puts it into a header. */
static bool is_region(const char *region)
{
    return strspn(region, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
           strlen(region);
}

/* Of libcurl's schemes those of proxies; without one it is http. What follows may be a password. */
static enum status proxy_check(const char *proxy, struct error *error)
{
    static const char *const schemes[] = {"http://", "https://", "socks5://", "socks5h://"};
    bool is_known = strstr(proxy, "://") == NULL;
    enum status status = text_check(proxy, SECRET_MAX, "a proxy", error);
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        is_known = is_known || strncasecmp(proxy, schemes[i], strlen(schemes[i])) == 0;
    if (status != STATUS_OK || is_known)
        return status;
    return error_set(error, STATUS_INVALID,
                     "the proxy of the S3 store must begin with http://, https://, socks5:// or "
                     "socks5h://");
}

enum status s3_account_check(const struct s3_account *account, struct error *error)
{
    enum status status = text_check(account->region, 64, "a region", error);
    if (status == STATUS_OK && !is_region(account->region))
        status = error_set(error, STATUS_INVALID,
                           "the region of the S3 store may hold letters, digits, - and _ alone");
    if (status == STATUS_OK)
        status = text_check(account->key_id, SECRET_MAX, "a key id", error);
    if (status == STATUS_OK)
        status = text_check(account->secret, SECRET_MAX, "a secret key", error);
    if (status == STATUS_OK && account->token != NULL)
        status = text_check(account->token, TOKEN_MAX, "a session token", error);
    if (status == STATUS_OK && account->proxy != NULL)
        status = proxy_check(account->proxy, error);
    return status;
}

/* The answer. */

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

static bool is_visible(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < ' ' || text[i] > '~')
            return false;
    }
    return true;
}

void s3_response_take_field(struct s3_response *response, const char *line, size_t length)
{
    const struct {
        const char *name;
        char *text;
        size_t size;
    } fields[] = {{"ETag:", response->etag, sizeof response->etag},
                  {"Last-Modified:", response->modified, sizeof response->modified},
                  {"x-amz-meta-revision:", response->revision, sizeof response->revision},
                  {"x-amz-meta-saves:", response->saves, sizeof response->saves},
                  {"x-amz-meta-probed:", response->probed, sizeof response->probed},
                  {"x-amz-meta-saved-by:", response->saved_by, sizeof response->saved_by}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        size_t name = strlen(fields[i].name);
        if (length < name || strncasecmp(line, fields[i].name, name) != 0)
            continue;
        const char *value = line + name;
        const char *end = line + length;
        while (value < end && (*value == ' ' || *value == '\t'))
            value++;
        while (end > value && is_blank(end[-1]))
            end--;
        size_t size = (size_t)(end - value);
        bool is_usable = size < fields[i].size && is_visible(value, size);
        memcpy(fields[i].text, value, is_usable ? size : 0);
        fields[i].text[is_usable ? size : 0] = '\0';
        return;
    }
}

static void fields_forget(struct s3_response *response)
{
    response->etag[0] = response->modified[0] = '\0';
    response->revision[0] = response->saves[0] = response->probed[0] = '\0';
    response->saved_by[0] = '\0';
}

/* What is under way. */
struct exchange {
    struct s3_client *client;
    const struct s3_request *request;
    struct s3_response *response;
    struct buffer refusal; /* the body of an answer that is no success */
    size_t fields_length;
    bool is_too_long;
    bool lacks_memory;
    int64_t limit_ms;
};

static size_t field_receive(char *line, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    size_t length = size * count;
    exchange->fields_length += length;
    if (exchange->fields_length > S3_FIELDS_MAX) {
        exchange->is_too_long = true;
        return 0;
    }
    /* A new answer: the one before was "100 Continue". */
    if (length >= 5 && strncmp(line, "HTTP/", 5) == 0)
        fields_forget(exchange->response);
    s3_response_take_field(exchange->response, line, length);
    return length;
}

static size_t body_receive(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    size_t length = size * count;
    long http_status = 0;
    (void)curl_easy_getinfo(exchange->client->curl, CURLINFO_RESPONSE_CODE, &http_status);
    if (http_status >= 300) {
        /* The end of a long one is not worth a failure. */
        (void)buffer_append(&exchange->refusal, bytes, length, NULL);
        return length;
    }
    /* What nobody asked for is no reason to doubt that it was done. */
    if (exchange->request->answer_max == 0)
        return length;
    enum status status = buffer_append(&exchange->response->body, bytes, length, NULL);
    exchange->is_too_long = status == STATUS_TOO_LARGE;
    exchange->lacks_memory = status == STATUS_NO_MEMORY;
    return status == STATUS_OK ? length : 0;
}

/* Whether a part of a secret is in the text, which may be cut. */
static bool shows(const char *text, const char *secret)
{
    char beginning[12];
    if (secret == NULL)
        return false;
    /* As the text has it, which was made printable. */
    printable_copy(beginning, sizeof beginning, secret, strlen(secret));
    return strstr(text, beginning) != NULL;
}

/* A server was sent the token, and may send it back. */
static void secrets_remove(const struct s3_account *account, char *text)
{
    if (shows(text, account->token) || shows(text, account->secret))
        text[0] = '\0';
}

void s3_response_take_refusal(struct s3_response *response, const struct s3_account *account,
                              int http_status, const struct buffer *body)
{
    struct s3_refusal *refusal = &response->refusal;
    s3_refusal_read(refusal, http_status, body->bytes, body->length);
    secrets_remove(account, refusal->code);
    secrets_remove(account, refusal->message);
    secrets_remove(account, refusal->endpoint);
    secrets_remove(account, refusal->region);
    secrets_remove(account, refusal->server_time);
}

void s3_response_release(struct s3_response *response)
{
    buffer_release(&response->body);
}

/* The request. */

bool s3_request_reads(const struct s3_request *request)
{
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

/* The hash of what is sent, in hexadecimal: libcurl 7.88 has it from us alone. */
static bool sha256_write(const struct s3_request *request, char text[SHA256_TEXT_SIZE])
{
    unsigned char digest[SHA256_SIZE];
    const char *body = request->body != NULL ? request->body : "";
    if (EVP_Digest(body, request->body_length, digest, NULL, EVP_sha256(), NULL) != 1)
        return false;
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return true;
}

static bool header_add(struct curl_slist **headers, const char *name, const char *value)
{
    char line[HEADER_SIZE];
    int length = snprintf(line, sizeof line, "%s: %s", name, value);
    if (length < 0 || (size_t)length >= sizeof line)
        return false;
    struct curl_slist *longer = curl_slist_append(*headers, line);
    if (longer == NULL)
        return false;
    *headers = longer;
    return true;
}

static bool headers_make(const struct exchange *exchange, struct curl_slist **headers)
{
    const struct s3_request *request = exchange->request;
    const struct s3_account *account = exchange->client->account;
    char hash[SHA256_TEXT_SIZE];
    bool made =
        sha256_write(request, hash) && header_add(headers, "x-amz-content-sha256", hash) &&
        (account->token == NULL || header_add(headers, "x-amz-security-token", account->token));
    for (size_t i = 0; made && i < S3_REQUEST_HEADERS; i++) {
        const struct s3_header *header = &request->headers[i];
        made = header->value == NULL || header_add(headers, header->name, header->value);
    }
    return made;
}

/* Where it goes and who signs it. */
static bool address_set(const struct exchange *exchange)
{
    const struct s3_client *client = exchange->client;
    const struct s3_request *request = exchange->request;
    CURL *curl = client->curl;
    char url[S3_URL_SIZE + S3_QUERY_SIZE];
    char signature[128];
    s3_place_url(client->place, request->name, url);
    size_t length = strlen(url);
    if (request->query != NULL)
        (void)snprintf(url + length, sizeof url - length, "?%s", request->query);
    (void)snprintf(signature, sizeof signature, "aws:amz:%s:s3", client->account->region);
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, signature) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERNAME, client->account->key_id) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PASSWORD, client->account->secret) == CURLE_OK;
}

/* HTTP/1.1: there is never more than one request at a time, and what was sent of it can be told. */
static bool transport_set(const struct exchange *exchange)
{
    CURL *curl = exchange->client->curl;
    const char *proxy = exchange->client->account->proxy;
    const char *authorities = exchange->client->account->authorities;
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, proxy != NULL ? proxy : "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           /* The file instead of the system's, not beside its directory. */
           (authorities == NULL ||
            (curl_easy_setopt(curl, CURLOPT_CAINFO, authorities) == CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK)) &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
}

static long between(int64_t least, int64_t value, int64_t most)
{
    return (long)(value < least ? least : value > most ? most : value);
}

/*
 * A transfer may take all the time that it has, as long as it makes progress. Where nothing moves
 * it is given up early enough for another try.
 */
static bool limits_set(const struct exchange *exchange)
{
    CURL *curl = exchange->client->curl;
    int64_t limit = exchange->limit_ms;
    /* What is looked after later is waited for all the same: large ones take a server some time. */
    int64_t stall = exchange->request->leaves_time ? limit : limit / STALL_PART;
    return curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, between(1, limit, LONG_MAX)) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                            between(limit < STALL_MIN_MS ? limit : STALL_MIN_MS, stall,
                                    STALL_MAX_MS)) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                            between(STALL_MIN_MS, stall, STALL_MAX_MS) / 1000) == CURLE_OK;
}

/* Not as an upload, which would wait for a "100 Continue" in any case. */
static bool body_set(const struct exchange *exchange)
{
    const struct s3_request *request = exchange->request;
    CURL *curl = exchange->client->curl;
    if (strcmp(request->method, "HEAD") == 0)
        return curl_easy_setopt(curl, CURLOPT_NOBODY, 1L) == CURLE_OK;
    if (request->body != NULL &&
        (curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length) !=
             CURLE_OK ||
         curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body) != CURLE_OK))
        return false;
    return curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK;
}

static bool answer_set(struct exchange *exchange)
{
    CURL *curl = exchange->client->curl;
    return curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, field_receive) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_receive) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->client->problem) == CURLE_OK;
}

/* What went wrong, if there is no answer. */

/* libcurl's own words may show the address of the proxy, and with it a password. */
static const char *curl_reason(const struct s3_client *client, CURLcode code)
{
    bool is_harmless = client->account->proxy == NULL;
    return is_harmless && client->problem[0] != '\0' ? client->problem : curl_easy_strerror(code);
}

static enum status connection_failed(const struct s3_client *client, enum status status,
                                     struct error *error)
{
    long errno_value = 0;
    const char *by = client->account->proxy != NULL ? "the proxy before " : "";
    (void)curl_easy_getinfo(client->curl, CURLINFO_OS_ERRNO, &errno_value);
    if (errno_value == ECONNREFUSED)
        return error_set(error, status, "connection refused by %s%s", by, client->place->server);
    return error_set(error, status, "no connection to %s%s: %s", by, client->place->server,
                     curl_reason(client, CURLE_COULDNT_CONNECT));
}

static enum status answer_too_long(const struct exchange *exchange, enum status status,
                                   struct error *error)
{
    const struct s3_request *request = exchange->request;
    const struct s3_place *place = exchange->client->place;
    if (exchange->fields_length > S3_FIELDS_MAX)
        return error_set(error, status, "%s answered with more than %d bytes of fields",
                         place->server, S3_FIELDS_MAX);
    return error_set(error, status,
                     "'%s%s' in bucket %s of %s is longer than %zu bytes, the most that is loaded",
                     place->prefix, request->name != NULL ? request->name : "", place->bucket,
                     place->server, request->answer_max);
}

static int64_t elapsed_ms(const struct s3_client *client)
{
    curl_off_t microseconds = 0;
    (void)curl_easy_getinfo(client->curl, CURLINFO_TOTAL_TIME_T, &microseconds);
    return (int64_t)microseconds / 1000;
}

/* `status` says whether anything was sent. */
static enum status transport_failed(const struct exchange *exchange, CURLcode code,
                                    enum status status, struct error *error)
{
    const struct s3_client *client = exchange->client;
    const char *server = client->place->server;
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        return error_set(error, status, "the name of %s cannot be resolved", server);
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        return error_set(error, status, "the name of the proxy before %s cannot be resolved",
                         server);
    if (code == CURLE_COULDNT_CONNECT)
        return connection_failed(client, status, error);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return error_set(error, status, "no answer from %s within %" PRId64 " ms", server,
                         elapsed_ms(client));
    return error_set(error, status,
                     status == STATUS_UNCERTAIN ? "the connection to %s was lost: %s"
                                                : "no connection to %s: %s",
                     server, curl_reason(client, code));
}

/*
 * Counted for all attempts that libcurl made of it: it repeats a request by itself if a connection
 * that was used before turns out to be dead.
 */
static bool was_sent(const struct exchange *exchange)
{
    long sent = 0;
    (void)curl_easy_getinfo(exchange->client->curl, CURLINFO_REQUEST_SIZE, &sent);
    return sent > 0;
}

static enum status failure_tell(const struct exchange *exchange, CURLcode code, struct error *error)
{
    bool is_sent = was_sent(exchange);
    /* A write that was sent is done or not, whatever went wrong here afterwards. */
    bool is_open = is_sent && !s3_request_reads(exchange->request);
    if (exchange->lacks_memory || code == CURLE_OUT_OF_MEMORY)
        return error_set(error, is_open ? STATUS_UNCERTAIN : STATUS_NO_MEMORY,
                         "out of memory for an exchange with %s", exchange->client->place->server);
    if (exchange->is_too_long)
        return answer_too_long(exchange, is_open ? STATUS_UNCERTAIN : STATUS_UNAVAILABLE, error);
    /* It does not pass by itself, and somebody has to hear of it. */
    if ((code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) && !is_open)
        return transport_failed(exchange, code, STATUS_UNAVAILABLE, error);
    return transport_failed(exchange, code, is_sent ? STATUS_UNCERTAIN : STATUS_UNREACHABLE, error);
}

static enum status exchange_run(struct exchange *exchange, struct error *error)
{
    CURL *curl = exchange->client->curl;
    struct curl_slist *headers = NULL;
    long http_status = 0;
    curl_easy_reset(curl); /* the connection stays */
    exchange->client->problem[0] = '\0';
    bool is_set = headers_make(exchange, &headers) && address_set(exchange) &&
                  transport_set(exchange) && limits_set(exchange) && body_set(exchange) &&
                  answer_set(exchange) &&
                  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK;
    CURLcode code = is_set ? curl_easy_perform(curl) : CURLE_OUT_OF_MEMORY;
    curl_slist_free_all(headers);
    if (code != CURLE_OK)
        return failure_tell(exchange, code, error);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
    s3_response_take_refusal(exchange->response, exchange->client->account, (int)http_status,
                             &exchange->refusal);
    return STATUS_OK;
}

static int64_t attempt_limit(const struct s3_request *request)
{
    int64_t left = deadline_left_ms(request->deadline);
    if (!request->leaves_time)
        return left;
    int64_t least = left < ATTEMPT_MS ? left : ATTEMPT_MS;
    return left / 2 > least ? left / 2 : least;
}

enum status s3_client_exchange(struct s3_client *client, const struct s3_request *request,
                               struct s3_response *response, struct error *error)
{
    struct exchange exchange = {.client = client,
                                .request = request,
                                .response = response,
                                .limit_ms = attempt_limit(request)};
    *response = (struct s3_response){.refusal = {.http_status = 0}};
    buffer_init(&response->body, request->answer_max + request->mark_max);
    if (exchange.limit_ms == 0)
        return error_set(error, STATUS_UNREACHABLE, "no time is left to ask %s",
                         client->place->server);
    buffer_init(&exchange.refusal, S3_REFUSAL_MAX);
    enum status status = exchange_run(&exchange, error);
    buffer_release(&exchange.refusal);
    return status;
}

enum status s3_client_refused(const struct s3_client *client, const struct s3_request *request,
                              const struct s3_response *response, struct error *error)
{
    char described[S3_PREFIX_MAX + S3_NAME_MAX + 16];
    const struct s3_place *place = client->place;
    (void)snprintf(described, sizeof described, "%s %s%s", request->method,
                   request->name != NULL ? place->prefix : place->bucket,
                   request->name != NULL ? request->name : "");
    return s3_refusal_tell(&response->refusal, place->server, described, error);
}

bool s3_response_modified(const struct s3_response *response, int64_t *seconds)
{
    time_t modified = curl_getdate(response->modified, NULL);
    if (response->modified[0] == '\0' || modified <= 0)
        return false;
    *seconds = (int64_t)modified;
    return true;
}

/* The client. */

enum status s3_client_open(struct s3_client *client, const struct s3_place *place,
                           const struct s3_account *account, struct error *error)
{
    *client = (struct s3_client){.place = place, .account = account};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(error, STATUS_UNAVAILABLE, "libcurl cannot be used");
    client->curl = curl_easy_init();
    if (client->curl != NULL)
        return STATUS_OK;
    curl_global_cleanup();
    return error_set(error, STATUS_NO_MEMORY, "out of memory for a connection");
}

void s3_client_close(struct s3_client *client)
{
    curl_easy_cleanup(client->curl);
    curl_global_cleanup();
}
