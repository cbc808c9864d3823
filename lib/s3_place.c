#include "s3_place.h"

#include "number.h"
#include "percent.h"
#include "printable.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

static const char letters_and_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

enum { BUCKET_MIN = 3, PORT_MAX = 65535, PATH_MAX_SIZE = 1024, KEY_MAX = 1024 };

_Static_assert((int)S3_PREFIX_MAX + (int)S3_NAME_MAX <= (int)KEY_MAX, "every object has a key");

/* The address, read from its front on. */
struct reading {
    struct s3_place *place;
    const char *rest;
    const char *default_port;
};

static enum status refused(struct error *error, const char *reason)
{
    return error_set(error, STATUS_INVALID, "the address of the S3 store %s", reason);
}

static bool consists_of(const char *text, size_t length, const char *others)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0' ||
            (strchr(letters_and_digits, text[i]) == NULL && strchr(others, text[i]) == NULL))
            return false;
    }
    return true;
}

static enum status characters_check(const char *url, struct error *error)
{
    if (strchr(url, '@') != NULL)
        return refused(error, "may hold no user name and no password: they have settings of their "
                              "own");
    if (strpbrk(url, "?#\\ ") != NULL || printable_has_control(url))
        return refused(error, "may hold no query, fragment, backslash, blank or control character");
    return STATUS_OK;
}

static enum status scheme_read(struct reading *reading, struct error *error)
{
    if (strncmp(reading->rest, "https://", strlen("https://")) == 0) {
        reading->rest += strlen("https://");
        reading->default_port = "443";
        return STATUS_OK;
    }
    if (strncmp(reading->rest, "http://", strlen("http://")) == 0) {
        reading->rest += strlen("http://");
        reading->default_port = "80";
        return STATUS_OK;
    }
    return refused(error, "must start with https:// or http://");
}

/* The length of the host: a name, an address, or an IPv6 address in brackets. 0 if it is none. */
static size_t host_length(const char *text)
{
    size_t length = strcspn(text, "/:");
    if (*text == '[') {
        size_t address = strspn(text + 1, "0123456789abcdefABCDEF:.");
        bool is_whole = address > 0 && address < S3_HOST_MAX - 1 && text[1 + address] == ']';
        return is_whole ? address + 2 : 0;
    }
    return length <= S3_HOST_MAX && consists_of(text, length, "-._") ? length : 0;
}

static bool is_port(const char *text, size_t length)
{
    char digits[sizeof "65535"];
    uint64_t port = 0;
    if (length >= sizeof digits)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    return number_parse(digits, PORT_MAX, &port) == NUMBER_OK && port > 0;
}

static enum status server_read(struct reading *reading, const char *url, struct error *error)
{
    struct s3_place *place = reading->place;
    size_t host = host_length(reading->rest);
    const char *end = reading->rest + host;
    if (host == 0 || (*end != '\0' && *end != '/' && *end != ':'))
        return refused(error, "has no host's name in it that could be one");
    size_t port = *end == ':' ? strcspn(end + 1, "/") : 0;
    if (*end == ':' && !is_port(end + 1, port))
        return refused(error, "has a port that is none from 1 to 65535");
    (void)snprintf(place->server, sizeof place->server, "%.*s:%.*s", (int)host, reading->rest,
                   (int)(port > 0 ? port : strlen(reading->default_port)),
                   port > 0 ? end + 1 : reading->default_port);
    end += port > 0 ? port + 1 : 0;
    (void)snprintf(place->origin, sizeof place->origin, "%.*s", (int)(end - url), url);
    reading->rest = end;
    return STATUS_OK;
}

static bool is_bucket(const char *name, size_t length)
{
    return length >= BUCKET_MIN && length <= S3_BUCKET_MAX && consists_of(name, length, "-._");
}

static bool is_dots(const char *component, size_t length)
{
    return length > 0 && length <= 2 && strncmp(component, "..", length) == 0;
}

/* Of a path without its first slash: whole characters, no component that means another. */
static bool is_path(const char *path)
{
    /* Nor U+FFFE and U+FFFF, which XML has no place for. */
    if (!utf8_is_valid(path, strlen(path)) || strstr(path, "\xEF\xBF\xBE") != NULL ||
        strstr(path, "\xEF\xBF\xBF") != NULL)
        return false;
    while (*path != '\0') {
        size_t component = strcspn(path, "/");
        if (component == 0 || is_dots(path, component))
            return false;
        path += component + (path[component] == '/' ? 1 : 0);
    }
    return true;
}

static enum status prefix_set(struct s3_place *place, const char *path, struct error *error)
{
    size_t length = strlen(path);
    bool needs_slash = length > 0 && path[length - 1] != '/';
    if (length + (needs_slash ? 1 : 0) > S3_PREFIX_MAX)
        return refused(error, "has too long a path");
    (void)stpcpy(stpcpy(place->prefix, path), needs_slash ? "/" : "");
    return STATUS_OK;
}

static enum status path_read(const struct reading *reading, const char *bucket, struct error *error)
{
    struct s3_place *place = reading->place;
    char decoded[PATH_MAX_SIZE];
    const char *path = reading->rest + (*reading->rest == '/' ? 1 : 0);
    if (strlen(path) >= sizeof decoded)
        return refused(error, "has too long a path");
    memcpy(decoded, path, strlen(path) + 1);
    if (!percent_decode(decoded) || printable_has_control(decoded) || !is_path(decoded))
        return refused(error, "has a path that is malformed, or has an empty component, . or ..");
    place->in_host = bucket != NULL;
    if (place->in_host)
        return prefix_set(place, decoded, error);
    size_t length = strcspn(decoded, "/");
    if (!is_bucket(decoded, length))
        return refused(error, "must name the bucket as its path's first part, in 3 to 63 letters, "
                              "digits and -._");
    memcpy(place->bucket, decoded, length);
    return prefix_set(place, decoded + length + (decoded[length] == '/' ? 1 : 0), error);
}

/* A bucket that is given must be the one that the server takes from the host's name. */
static enum status bucket_check(struct s3_place *place, const char *bucket, struct error *error)
{
    if (bucket == NULL)
        return STATUS_OK;
    size_t length = strlen(bucket);
    if (!is_bucket(bucket, length))
        return error_set(error, STATUS_INVALID,
                         "the bucket of the S3 store must have a name of 3 to 63 letters, digits "
                         "and -._");
    memcpy(place->bucket, bucket, length);
    if (strncmp(place->server, bucket, length) != 0 || place->server[length] != '.')
        return error_set(error, STATUS_INVALID,
                         "the host of the S3 store must be '%s.…', as the bucket is given; without "
                         "that the bucket is the first part of the path",
                         bucket);
    return STATUS_OK;
}

enum status s3_place_parse(struct s3_place *place, const char *url, const char *bucket,
                           struct error *error)
{
    struct s3_place parsed = {.in_host = false};
    struct reading reading = {.place = &parsed, .rest = url, .default_port = ""};
    enum status status = characters_check(url, error);
    if (status == STATUS_OK)
        status = scheme_read(&reading, error);
    if (status == STATUS_OK)
        status = server_read(&reading, url, error);
    if (status == STATUS_OK)
        status = bucket_check(&parsed, bucket, error);
    if (status == STATUS_OK)
        status = path_read(&reading, bucket, error);
    if (status == STATUS_OK)
        *place = parsed;
    return status;
}

void s3_place_url(const struct s3_place *place, const char *name, char url[S3_URL_SIZE])
{
    (void)snprintf(url, S3_URL_SIZE, "%s/%s%s", place->origin, place->in_host ? "" : place->bucket,
                   place->in_host ? "" : "/");
    if (name == NULL)
        return;
    /* There is room: see S3_URL_SIZE. */
    (void)percent_append(url, S3_URL_SIZE, place->prefix, "/");
    (void)percent_append(url, S3_URL_SIZE, name, "/");
}

void s3_place_label(const struct s3_place *place, char label[S3_LABEL_SIZE])
{
    (void)snprintf(label, S3_LABEL_SIZE, "%s/%s", place->server, place->bucket);
}
