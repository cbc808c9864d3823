/*
 * The resources /backups, /backups/<revision> and /backups/<revision>/restore.
 */
#ifndef SCHEDULE_BACKUP_RESOURCE_H
#define SCHEDULE_BACKUP_RESOURCE_H

#include "route.h"

route_handler backups_list;
route_handler backup_pin;
route_handler backup_load;
route_handler backup_remove;
route_handler backup_restore;

#endif
