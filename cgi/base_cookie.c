#include "base_cookie.h"

#include "number.h"
#include "request.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { COOKIE_SIZE = 128, VALUE_SIZE = 48 };

static const char cookie_name[] = "schedule-base=";

static bool revision_read(const char *text, int64_t *revision)
{
    uint64_t number = 0;
    if (number_parse(text, INT64_MAX, &number) != NUMBER_OK)
        return false;
    *revision = (int64_t)number;
    return true;
}

static struct save_base value_read(char *value)
{
    struct save_base base = {.of_page = true};
    char *dot = strchr(value, '.');
    if (dot != NULL) {
        *dot = '\0';
        base.has_saved = revision_read(dot + 1, &base.saved);
    }
    base.known = revision_read(value, &base.held) && base.has_saved == (dot != NULL);
    return base.known ? base : (struct save_base){0};
}

struct save_base base_cookie_read(const char *cookies)
{
    char value[VALUE_SIZE];
    while (cookies != NULL && *cookies != '\0') {
        size_t length = strcspn(cookies, ";");
        size_t name = sizeof cookie_name - 1;
        if (length >= name && strncmp(cookies, cookie_name, name) == 0) {
            (void)snprintf(value, sizeof value, "%.*s", (int)(length - name), cookies + name);
            return value_read(value);
        }
        cookies += length;
        cookies += strspn(cookies, "; ");
    }
    return (struct save_base){0};
}

void base_cookie_set(struct response *response, const struct save_base *base)
{
    char value[COOKIE_SIZE];
    char saved[VALUE_SIZE] = "";
    if (base->has_saved)
        (void)snprintf(saved, sizeof saved, ".%" PRId64, base->saved);
    (void)snprintf(value, sizeof value,
                   "%s%" PRId64 "%s; HttpOnly; SameSite=Lax; Path=" REQUEST_MOUNT, cookie_name,
                   base->held, saved);
    response_header(response, "Set-Cookie", value);
}
