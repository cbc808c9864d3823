#include "route.h"

#include "backup_resource.h"
#include "data_resource.h"
#include "health_resource.h"
#include "item_resource.h"

#include <stdio.h>
#include <string.h>

#define LOAD_FAILED "数据读取失败"
#define SAVE_FAILED "数据保存最终失败"
#define BACKUP_FAILED "备份操作失败"
#define RESTORE_FAILED "数据恢复失败"
#define HEALTH_FAILED "健康检查失败"

static const char patch_types[] = "application/merge-patch+json, application/json-patch+json";
static const char item_patch_types[] = "application/merge-patch+json";

static const struct route routes[] = {
    {"GET", "/data", LOAD_FAILED, data_load, NULL, false},
    {"HEAD", "/data", LOAD_FAILED, data_load, NULL, false},
    {"POST", "/data", SAVE_FAILED, data_save, NULL, true},
    {"PUT", "/data", SAVE_FAILED, data_save, NULL, true},
    {"PATCH", "/data", SAVE_FAILED, data_patch, patch_types, true},
    {"GET", "/data/*", LOAD_FAILED, collection_load, NULL, true},
    {"HEAD", "/data/*", LOAD_FAILED, collection_load, NULL, true},
    {"POST", "/data/*", SAVE_FAILED, item_add, NULL, true},
    {"GET", "/data/*/*", LOAD_FAILED, item_load, NULL, true},
    {"HEAD", "/data/*/*", LOAD_FAILED, item_load, NULL, true},
    {"PUT", "/data/*/*", SAVE_FAILED, item_replace, NULL, true},
    {"PATCH", "/data/*/*", SAVE_FAILED, item_patch, item_patch_types, true},
    {"DELETE", "/data/*/*", SAVE_FAILED, item_remove, NULL, true},
    {"GET", "/backups", BACKUP_FAILED, backups_list, NULL, true},
    {"HEAD", "/backups", BACKUP_FAILED, backups_list, NULL, true},
    {"POST", "/backups", BACKUP_FAILED, backup_pin, NULL, true},
    {"GET", "/backups/*", BACKUP_FAILED, backup_load, NULL, true},
    {"HEAD", "/backups/*", BACKUP_FAILED, backup_load, NULL, true},
    {"DELETE", "/backups/*", BACKUP_FAILED, backup_remove, NULL, true},
    {"POST", "/backups/*/restore", RESTORE_FAILED, backup_restore, NULL, true},
    {"GET", "/health", HEALTH_FAILED, health_report, NULL, true},
    {"HEAD", "/health", HEALTH_FAILED, health_report, NULL, true},
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
