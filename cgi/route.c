#include "route.h"

#include "data_resource.h"

#include <stdio.h>
#include <string.h>

static const char load_failed[] = "数据读取失败";
static const char save_failed[] = "数据保存最终失败";

static const struct route routes[] = {
    {"GET", "/data", data_load, load_failed},
    {"HEAD", "/data", data_load, load_failed},
    {"POST", "/data", data_save, save_failed},
    {"PUT", "/data", data_save, save_failed},
};

static void allow_add(char *allow, const char *method)
{
    size_t length = strlen(allow);
    (void)snprintf(allow + length, ROUTE_ALLOW_SIZE - length, "%s%s", length > 0 ? ", " : "",
                   method);
}

enum failure route_find(const struct request *request, const struct route **route,
                        char allow[ROUTE_ALLOW_SIZE], struct error *error)
{
    *route = NULL;
    allow[0] = '\0';
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (strcmp(routes[i].path, request->path) != 0)
            continue;
        allow_add(allow, routes[i].method);
        if (strcmp(routes[i].method, request->method) == 0)
            *route = &routes[i];
    }
    if (allow[0] == '\0') {
        (void)error_set(error, STATUS_INVALID,
                        "there is no resource '%s' below " REQUEST_MOUNT "; try " REQUEST_MOUNT
                        "/data",
                        request->path);
        return FAILURE_NOT_FOUND;
    }
    allow_add(allow, "OPTIONS");
    if (*route == NULL && strcmp(request->method, "OPTIONS") != 0) {
        (void)error_set(error, STATUS_INVALID, "method %.32s is not one of %s", request->method,
                        allow);
        return FAILURE_METHOD_NOT_ALLOWED;
    }
    return FAILURE_NONE;
}
