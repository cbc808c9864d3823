#include "route.h"

#include "backup_resource.h"
#include "data_resource.h"
#include "health_resource.h"
#include "item_resource.h"

#include <stdio.h>
#include <string.h>

static const char load_failed[] = "数据读取失败";
static const char save_failed[] = "数据保存最终失败";
static const char backup_failed[] = "备份操作失败";
static const char restore_failed[] = "数据恢复失败";
static const char health_failed[] = "健康检查失败";
static const char patch_types[] = "application/merge-patch+json, application/json-patch+json";
static const char item_patch_types[] = "application/merge-patch+json";

static const struct route routes[] = {
    {"GET", "/data", data_load, load_failed, NULL, false},
    {"HEAD", "/data", data_load, load_failed, NULL, false},
    {"POST", "/data", data_save, save_failed, NULL, true},
    {"PUT", "/data", data_save, save_failed, NULL, true},
    {"PATCH", "/data", data_patch, save_failed, patch_types, true},
    {"GET", "/data/*", collection_load, load_failed, NULL, true},
    {"HEAD", "/data/*", collection_load, load_failed, NULL, true},
    {"POST", "/data/*", item_add, save_failed, NULL, true},
    {"GET", "/data/*/*", item_load, load_failed, NULL, true},
    {"HEAD", "/data/*/*", item_load, load_failed, NULL, true},
    {"PUT", "/data/*/*", item_replace, save_failed, NULL, true},
    {"PATCH", "/data/*/*", item_patch, save_failed, item_patch_types, true},
    {"DELETE", "/data/*/*", item_remove, save_failed, NULL, true},
    {"GET", "/backups", backups_list, backup_failed, NULL, true},
    {"HEAD", "/backups", backups_list, backup_failed, NULL, true},
    {"POST", "/backups", backup_pin, backup_failed, NULL, true},
    {"GET", "/backups/*", backup_load, backup_failed, NULL, true},
    {"HEAD", "/backups/*", backup_load, backup_failed, NULL, true},
    {"DELETE", "/backups/*", backup_remove, backup_failed, NULL, true},
    {"POST", "/backups/*/restore", backup_restore, restore_failed, NULL, true},
    {"GET", "/health", health_report, health_failed, NULL, true},
    {"HEAD", "/health", health_report, health_failed, NULL, true},
};

static void allow_add(char *allow, const char *method)
{
    size_t length = strlen(allow);
    (void)snprintf(allow + length, ROUTE_ALLOW_SIZE - length, "%s%s", length > 0 ? ", " : "",
                   method);
}

static bool path_matches(const char *form, const char *path)
{
    for (; *form != '\0'; form++) {
        size_t length = *form == '*' ? strcspn(path, "/") : *form == *path;
        if (length == 0)
            return false;
        path += length;
    }
    return *path == '\0';
}

/* Find in the path, which has the form of the match, what stands for "*". */
static void names_find(const char *path, struct route_match *match)
{
    char *rest = match->path;
    size_t count = 0;
    if (strchr(match->form, '*') == NULL)
        return;
    (void)stpcpy(rest, path);
    for (const char *form = match->form; *form != '\0'; form++) {
        if (*form == '*') {
            match->names[count++] = rest;
            rest += strcspn(rest, "/");
        } else {
            *rest++ = '\0'; /* the end of a name, if one was before it */
        }
    }
}

void route_match_init(struct route_match *match)
{
    match->route = NULL;
    match->form = NULL;
    match->accept_patch = NULL;
}

enum failure route_find(const struct request *request, struct route_match *match,
                        struct error *error)
{
    char allow[ROUTE_ALLOW_SIZE];
    route_match_init(match);
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        const struct route *route = &routes[i];
        if (!path_matches(route->path, request->path))
            continue;
        match->form = route->path;
        if (route->accept_patch != NULL)
            match->accept_patch = route->accept_patch;
        if (strcmp(route->method, request->method) == 0)
            match->route = route;
    }
    if (match->form == NULL) {
        (void)error_set(error, STATUS_INVALID,
                        "there is no resource '%s' below " REQUEST_MOUNT "; try " REQUEST_MOUNT
                        "/data",
                        request->path);
        return FAILURE_NOT_FOUND;
    }
    names_find(request->path, match);
    if (match->route == NULL && strcmp(request->method, "OPTIONS") != 0) {
        route_allow(match, allow);
        (void)error_set(error, STATUS_INVALID, "method %.32s is not one of %s", request->method,
                        allow);
        return FAILURE_METHOD_NOT_ALLOWED;
    }
    return FAILURE_NONE;
}

void route_allow(const struct route_match *match, char allow[ROUTE_ALLOW_SIZE])
{
    allow[0] = '\0';
    for (size_t i = 0; match->form != NULL && i < sizeof routes / sizeof routes[0]; i++) {
        if (strcmp(routes[i].path, match->form) == 0)
            allow_add(allow, routes[i].method);
    }
    if (match->form != NULL)
        allow_add(allow, "OPTIONS");
}
