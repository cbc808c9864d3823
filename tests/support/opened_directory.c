#include "opened_directory.h"

#include "system_calls.h"

struct data_directory directory;

int opened_directory_setup(void **state)
{
    if (temporary_setup(state) != 0)
        return -1;
    return data_directory_open(&directory, *state, NULL) == STATUS_OK ? 0 : -1;
}

int opened_directory_teardown(void **state)
{
    system_calls = &system_calls_libc;
    data_directory_close(&directory);
    return temporary_teardown(state);
}
