/*
 * The resource /data: the whole document, loaded and saved.
 */
#ifndef SCHEDULE_DATA_RESOURCE_H
#define SCHEDULE_DATA_RESOURCE_H

#include "route.h"

route_handler data_load;
route_handler data_save;

#endif
