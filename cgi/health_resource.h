/*
 * The resource /health: whether loading and saving work, and what an operator watches.
 */
#ifndef SCHEDULE_HEALTH_RESOURCE_H
#define SCHEDULE_HEALTH_RESOURCE_H

#include "route.h"

route_handler health_report;

#endif
