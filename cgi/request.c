#include "request.h"

#include "environment.h"
#include "number.h"

#include <stdio.h>
#include <string.h>

static const char default_path[] = "/data";

bool request_present(void)
{
    return environment_get("GATEWAY_INTERFACE") != NULL ||
           environment_get("REQUEST_METHOD") != NULL;
}

/*
 * Decode %XX (RFC 3986 2.1) of `length` bytes. False if an escape is malformed or stands for NUL.
 */
static bool percent_decode(const char *text, size_t length, char *decoded)
{
    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        if (byte == '%') {
            int high = i + 2 < length ? number_hex_digit(text[i + 1]) : -1;
            int low = high >= 0 ? number_hex_digit(text[i + 2]) : -1;
            if (low < 0 || high * 16 + low == 0)
                return false;
            byte = (char)(high * 16 + low);
            i += 2;
        }
        *decoded++ = byte;
    }
    *decoded = '\0';
    return true;
}

/* What of `path` lies below `mount`, or null if it is not below it. */
static const char *below(const char *path, const char *mount)
{
    size_t length = strlen(mount);
    bool inside = strncmp(path, mount, length) == 0 && path[length] == '/';
    return inside ? path + length : NULL;
}

static enum status path_from_uri(char *path, const char *uri, struct error *error)
{
    char whole[REQUEST_PATH_SIZE] = "";
    const char *script = environment_get("SCRIPT_NAME");
    size_t length = strcspn(uri, "?#");
    if (length >= sizeof whole) /* no resource of ours is that long */
        length = 0;
    if (!percent_decode(uri, length, whole))
        return error_set(error, STATUS_INVALID, "REQUEST_URI '%s' has a malformed percent-encoding",
                         uri);
    /* fcgiwrap under nginx gives the whole path as SCRIPT_NAME: then the mount has to tell. */
    const char *resource = script != NULL ? below(whole, script) : NULL;
    if (resource == NULL)
        resource = below(whole, REQUEST_MOUNT);
    memcpy(path, resource != NULL ? resource : "", resource != NULL ? strlen(resource) + 1 : 1);
    return STATUS_OK;
}

static enum status path_read(char *path, struct error *error)
{
    const char *path_info = environment_get("PATH_INFO");
    const char *uri = environment_get("REQUEST_URI");
    if (path_info == NULL && uri != NULL)
        return path_from_uri(path, uri, error);
    if (path_info == NULL)
        path_info = default_path;
    if (strlen(path_info) < REQUEST_PATH_SIZE)
        memcpy(path, path_info, strlen(path_info) + 1);
    return STATUS_OK;
}

enum status request_read(struct request *request, struct error *error)
{
    const char *method = environment_get("REQUEST_METHOD");
    *request = (struct request){
        .method = method != NULL ? method : "-",
        .content_type = environment_get("CONTENT_TYPE"),
        .content_length = environment_get("CONTENT_LENGTH"),
        .origin = environment_get("HTTP_ORIGIN"),
        .query = environment_get("QUERY_STRING"),
        .cookies = environment_get("HTTP_COOKIE"),
        .host = environment_get("HTTP_HOST"),
        .port = environment_get("SERVER_PORT"),
        .fetch_destination = environment_get("HTTP_SEC_FETCH_DEST"),
        .content_range = environment_get("HTTP_CONTENT_RANGE"),
        .if_match = environment_get("HTTP_IF_MATCH"),
        .if_none_match = environment_get("HTTP_IF_NONE_MATCH"),
        .by_server = environment_get("GATEWAY_INTERFACE") != NULL,
    };
    enum status status = path_read(request->path, error);
    if (method == NULL)
        status = error_set(error, STATUS_INVALID, "REQUEST_METHOD is not set");
    return status;
}

const char *request_label(const struct request *request, char label[REQUEST_LABEL_SIZE])
{
    (void)snprintf(label, REQUEST_LABEL_SIZE, "%.32s %s%s", request->method, REQUEST_MOUNT,
                   request->path);
    return label;
}
