/*
 * The resource /data: the whole document, loaded, saved and patched.
 */
#ifndef SCHEDULE_DATA_RESOURCE_H
#define SCHEDULE_DATA_RESOURCE_H

#include "route.h"

route_handler data_load;
route_handler data_save;
route_handler data_patch;

#endif
