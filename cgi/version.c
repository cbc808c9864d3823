#include "version.h"

#include <stdio.h>
#include <stdlib.h>

const char schedule_version[] = SCHEDULE_VERSION;

int version_print(void)
{
    int printed = printf("schedule-cgi %s\n", schedule_version);
    return printed > 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
