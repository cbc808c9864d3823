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

static void no_retry(void *context, unsigned retry)
{
    (void)context;
    (void)retry;
}

struct file_lock opened_directory_lock(void)
{
    struct file_lock lock;
    assert_int_equal(file_lock_acquire(&lock, &directory, "data.lock", 0, no_retry, NULL, NULL),
                     STATUS_OK);
    return lock;
}
