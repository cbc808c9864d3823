/*
 * The resources /data/<collection> and /data/<collection>/<id>: the elements of the document's
 * top-level arrays, one at a time.
 */
#ifndef SCHEDULE_ITEM_RESOURCE_H
#define SCHEDULE_ITEM_RESOURCE_H

#include "route.h"

route_handler collection_load;
route_handler item_add;
route_handler item_load;
route_handler item_replace;
route_handler item_patch;
route_handler item_remove;

#endif
