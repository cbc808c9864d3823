#include "base_cookie.h"

#include "number.h"

#include <string.h>

enum { NAME_SIZE = 48, VALUE_SIZE = 72, PORT_MAX = 65535 };

static const char attributes[] = "; HttpOnly; SameSite=Lax; Path=" REQUEST_MOUNT;

/* The port as the browser knows it, which behind a proxy is not the server's; or null. */
static const char *port_of(const struct request *request)
{
    const char *colon = request->host != NULL ? strrchr(request->host, ':') : NULL;
    /* The colons of an IPv6 address stand in brackets. */
    return colon != NULL && strchr(colon, ']') == NULL ? colon + 1 : request->port;
}

/* "schedule-base-5000="; without the port where there is no server. */
static void name_write(const struct request *request, char name[NAME_SIZE])
{
    uint64_t port = 0;
    const char *text = port_of(request);
    char *end = stpcpy(name, "schedule-base");
    if (text != NULL && number_parse(text, PORT_MAX, &port) == NUMBER_OK)
        end = number_format(port, stpcpy(end, "-"));
    (void)stpcpy(end, "=");
}

/* Cut the value at its first dot; what follows that, or null. */
static char *dot_cut(char *value)
{
    char *dot = strchr(value, '.');
    if (dot == NULL)
        return NULL;
    *dot = '\0';
    return dot + 1;
}

/* Read a number that may be missing. False if something else is there. */
static bool number_read(const char *text, uint64_t maximum, bool *found, uint64_t *number)
{
    *found = text != NULL && number_parse(text, maximum, number) == NUMBER_OK;
    return *found || text == NULL;
}

static struct save_base value_read(char *value)
{
    struct save_base base = {.of_page = true};
    uint64_t held = 0;
    uint64_t saved = 0;
    char *saved_text = dot_cut(value);
    char *kept_text = saved_text != NULL ? dot_cut(saved_text) : NULL;
    /* What was refused as unrelated leaves a client that holds nothing known, but has a base. */
    bool is_ours = number_read(value[0] != '\0' ? value : NULL, INT64_MAX, &base.known, &held) &&
                   number_read(saved_text, INT64_MAX, &base.has_saved, &saved) &&
                   number_read(kept_text, UINT64_MAX, &base.has_kept, &base.kept) &&
                   (base.known || base.has_saved);
    if (!is_ours)
        return (struct save_base){0};
    base.held = (int64_t)held;
    base.saved = (int64_t)saved;
    return base;
}

struct save_base base_cookie_read(const struct request *request)
{
    const char *cookies = request->cookies;
    char name[NAME_SIZE];
    char value[VALUE_SIZE];
    name_write(request, name);
    size_t name_length = strlen(name);
    while (cookies != NULL && *cookies != '\0') {
        size_t length = strcspn(cookies, ";");
        if (length >= name_length && strncmp(cookies, name, name_length) == 0) {
            length -= name_length;
            if (length >= sizeof value) /* none of ours is that long */
                break;
            memcpy(value, cookies + name_length, length);
            value[length] = '\0';
            return value_read(value);
        }
        cookies += length;
        cookies += strspn(cookies, "; ");
    }
    return (struct save_base){0};
}

void base_cookie_set(struct response *response, const struct request *request,
                     const struct save_base *base)
{
    /* A name, and at most three numbers, two of them behind a dot. */
    char cookie[NAME_SIZE + 3 * (NUMBER_TEXT_SIZE + 1) + sizeof attributes];
    name_write(request, cookie);
    char *end = cookie + strlen(cookie);
    if (base->known)
        end = number_format((uint64_t)base->held, end);
    if (base->has_saved)
        end = number_format((uint64_t)base->saved, stpcpy(end, "."));
    if (base->has_saved && base->has_kept)
        end = number_format(base->kept, stpcpy(end, "."));
    memcpy(end, attributes, sizeof attributes);
    response_header(response, "Set-Cookie", cookie);
}
