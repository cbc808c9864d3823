/*
 * The resource /data: the whole document, loaded, saved and patched.
 */
#ifndef SCHEDULE_DATA_RESOURCE_H
#define SCHEDULE_DATA_RESOURCE_H

#include "route.h"

route_handler data_load;
route_handler data_save;
route_handler data_patch;

/* What a save that was refused as unrelated lets the client hold: see data_resource.c. */
void data_refused_unrelated(const struct request *request, struct response *response);

#endif
