#include "file_lock.h"
#include "system_calls.h"
#include "temporary.h"
#include "valgrind_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned retries_seen;

static void count_retry(void *context, unsigned retry)
{
    assert_ptr_equal(context, &retries_seen);
    assert_int_equal(retry, retries_seen + 1);
    retries_seen = retry;
}

static enum status lock_in(struct data_directory *directory, struct file_lock *lock,
                           int64_t timeout_ms, struct error *error)
{
    retries_seen = 0;
    return file_lock_acquire(lock, directory, "data.lock", timeout_ms, count_retry, &retries_seen,
                             error);
}

static void one_holder_at_a_time(void **state)
{
    struct data_directory directory;
    struct file_lock first;
    struct file_lock second;
    struct error error = ERROR_INIT;
    assert_int_equal(data_directory_open(&directory, *state, NULL), STATUS_OK);
    assert_int_equal(lock_in(&directory, &first, 0, NULL), STATUS_OK);
    assert_int_equal(retries_seen, 0);
    assert_int_equal(lock_in(&directory, &second, 60, &error), STATUS_BUSY);
    assert_int_equal(retries_seen, FILE_LOCK_RETRIES);
    assert_int_equal(second.descriptor, -1);
    assert_non_null(strstr(error.text, "for the whole 60 ms allowed"));
    file_lock_release(&first);
    assert_int_equal(lock_in(&directory, &second, 0, NULL), STATUS_OK);
    file_lock_release(&second);
    data_directory_close(&directory);
}

static void retries_even_without_time(void **state)
{
    struct data_directory directory;
    struct file_lock first;
    struct file_lock second;
    assert_int_equal(data_directory_open(&directory, *state, NULL), STATUS_OK);
    assert_int_equal(lock_in(&directory, &first, 0, NULL), STATUS_OK);
    assert_int_equal(lock_in(&directory, &second, 0, NULL), STATUS_BUSY);
    assert_int_equal(retries_seen, FILE_LOCK_RETRIES);
    file_lock_release(&first);
    data_directory_close(&directory);
}

static void survives_another_descriptor_being_closed(void **state)
{
    struct data_directory directory;
    struct file_lock lock;
    struct file_lock other;
    assert_int_equal(data_directory_open(&directory, *state, NULL), STATUS_OK);
    assert_int_equal(lock_in(&directory, &lock, 0, NULL), STATUS_OK);
    free(file_read(path_in(*state, "data.lock"))); /* a process-owned lock would be gone now */
    assert_int_equal(lock_in(&directory, &other, 0, NULL), STATUS_BUSY);
    file_lock_release(&lock);
    data_directory_close(&directory);
}

/* A lock that is held until the clock, which moves only by waiting for it, says 700. */
static int64_t fake_now_ms;
static int64_t fake_alarm_ms;

static int fake_clock(clockid_t clock, struct timespec *now)
{
    (void)clock;
    *now = (struct timespec){.tv_sec = fake_now_ms / 1000,
                             .tv_nsec = (long)(fake_now_ms % 1000) * 1000000};
    return 0;
}

static int fake_timer(const struct itimerval *timer)
{
    fake_alarm_ms = timer->it_value.tv_sec * 1000 + timer->it_value.tv_usec / 1000;
    return 0;
}

static int held_until_700(int descriptor, struct flock *lock)
{
    if (fake_now_ms >= 700)
        return fcntl(descriptor, F_OFD_SETLK, lock);
    errno = EAGAIN;
    return -1;
}

static int waited_until_700(int descriptor, struct flock *lock)
{
    bool comes_first = fake_now_ms + fake_alarm_ms < 700;
    fake_now_ms = comes_first ? fake_now_ms + fake_alarm_ms : 700;
    if (!comes_first)
        return fcntl(descriptor, F_OFD_SETLK, lock);
    errno = EINTR;
    return -1;
}

static void announces_retries_at_growing_distances(void **state)
{
    const struct system_calls *before = system_calls;
    struct system_calls calls = *before;
    struct data_directory directory;
    struct file_lock lock;
    assert_int_equal(data_directory_open(&directory, *state, NULL), STATUS_OK);
    calls.clock_gettime = fake_clock;
    calls.set_timer = fake_timer;
    calls.set_lock = held_until_700;
    calls.wait_lock = waited_until_700;
    fake_now_ms = 0;
    system_calls = &calls;
    enum status status = lock_in(&directory, &lock, 3000, NULL);
    system_calls = before;
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(retries_seen, 2); /* due after 100 and 500 ms; the third after 1500 */
    assert_int_equal(fake_now_ms, 700);
    file_lock_release(&lock);
    data_directory_close(&directory);
}

static int lock_unsupported(int descriptor, struct flock *lock)
{
    (void)descriptor;
    (void)lock;
    errno = ENOLCK;
    return -1;
}

static void a_failing_lock_is_no_busy_one(void **state)
{
    const struct system_calls *before = system_calls;
    struct system_calls calls = *before;
    struct data_directory directory;
    struct file_lock lock;
    struct error error = ERROR_INIT;
    assert_int_equal(data_directory_open(&directory, *state, NULL), STATUS_OK);
    calls.set_lock = lock_unsupported;
    system_calls = &calls;
    enum status status = lock_in(&directory, &lock, 3000, &error);
    system_calls = before;
    assert_int_equal(status, STATUS_UNAVAILABLE);
    assert_memory_equal(error.text, "ENOLCK: ", 8);
    assert_int_equal(lock.descriptor, -1);
    data_directory_close(&directory);
}

static void the_file_has_its_mode_whatever_the_umask(void **state)
{
    struct data_directory directory;
    struct file_lock lock;
    mode_t umask_before = umask(0077);
    assert_int_equal(data_directory_open(&directory, *state, NULL), STATUS_OK);
    assert_int_equal(lock_in(&directory, &lock, 0, NULL), STATUS_OK);
    umask(umask_before);
    assert_int_equal(file_stat(path_in(*state, "data.lock")).st_mode, S_IFREG | 0600);
    file_lock_release(&lock);
    data_directory_close(&directory);
}

static void check_refused(const char *directory_path)
{
    struct data_directory directory;
    struct file_lock lock;
    assert_int_equal(data_directory_open(&directory, directory_path, NULL), STATUS_OK);
    assert_int_equal(lock_in(&directory, &lock, 0, NULL), STATUS_UNAVAILABLE);
    data_directory_close(&directory);
}

static void refuses_links_and_fifos(void **state)
{
    const char *path = path_in(*state, "data.lock");
    assert_int_equal(symlink("elsewhere", path), 0);
    check_refused(*state);
    assert_false(file_exists(path_in(*state, "elsewhere")));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0644), 0);
    check_refused(*state);
}

/* The lock file, made beforehand with the mode of an earlier version; its mode once it was locked. */
static mode_t mode_after_lock(const char *directory_path)
{
    struct data_directory directory;
    struct file_lock lock;
    assert_int_equal(chmod(path_in(directory_path, "data.lock"), 0644), 0);
    assert_int_equal(data_directory_open(&directory, directory_path, NULL), STATUS_OK);
    assert_int_equal(lock_in(&directory, &lock, 0, NULL), STATUS_OK);
    file_lock_release(&lock);
    data_directory_close(&directory);
    return file_stat(path_in(directory_path, "data.lock")).st_mode & 07777;
}

static void a_mode_that_lets_others_hold_the_lock_is_tightened(void **state)
{
    file_write(path_in(*state, "data.lock"), "");
    assert_int_equal(mode_after_lock(*state), 0600);
}

static void a_file_with_other_names_keeps_its_mode(void **state)
{
    file_write(path_in(*state, "precious"), "");
    assert_int_equal(link(path_in(*state, "precious"), path_in(*state, "data.lock")), 0);
    assert_int_equal(mode_after_lock(*state), 0644);
}

static int fstat_of_a_stranger(int descriptor, struct stat *status)
{
    int result = fstat(descriptor, status);
    if (S_ISREG(status->st_mode))
        status->st_uid = geteuid() + 1;
    return result;
}

static void refuses_a_file_of_somebody_else(void **state)
{
    struct system_calls calls = system_calls_libc;
    calls.fstat = fstat_of_a_stranger;
    file_write(path_in(*state, "data.lock"), "");
    system_calls = &calls;
    check_refused(*state);
    system_calls = &system_calls_libc;
}

static void a_lock_is_none_once_its_file_was_removed(void **state)
{
    struct data_directory directory;
    struct file_lock lock;
    assert_int_equal(data_directory_open(&directory, *state, NULL), STATUS_OK);
    assert_int_equal(lock_in(&directory, &lock, 0, NULL), STATUS_OK);
    assert_int_equal(file_lock_check(&lock, NULL), STATUS_OK);
    assert_int_equal(unlink(path_in(*state, "data.lock")), 0);
    assert_int_equal(file_lock_check(&lock, NULL), STATUS_BUSY);
    file_write(path_in(*state, "data.lock"), "");
    assert_int_equal(file_lock_check(&lock, NULL), STATUS_BUSY);
    file_lock_release(&lock);
    data_directory_close(&directory);
}

static char replaced_path[TEMPORARY_PATH_SIZE];
static unsigned replaced_count;

/* The lock is obtained, and the file is gone. */
static int lock_then_replace(int descriptor, struct flock *lock)
{
    int result = fcntl(descriptor, F_OFD_SETLK, lock);
    assert_int_equal(unlink(replaced_path), 0);
    replaced_count++;
    return result;
}

static void gives_up_on_a_file_that_is_replaced_for_ever(void **state)
{
    struct system_calls calls = system_calls_libc;
    struct data_directory directory;
    struct file_lock lock;
    struct error error = ERROR_INIT;
    (void)strcpy(replaced_path, path_in(*state, "data.lock"));
    replaced_count = 0;
    calls.set_lock = lock_then_replace;
    assert_int_equal(data_directory_open(&directory, *state, NULL), STATUS_OK);
    system_calls = &calls;
    enum status status = lock_in(&directory, &lock, 3000, &error);
    system_calls = &system_calls_libc;
    assert_int_equal(status, STATUS_BUSY);
    assert_non_null(strstr(error.text, "was removed or replaced"));
    assert_int_equal(lock.descriptor, -1);
    assert_in_range(replaced_count, 2, 1000);
    data_directory_close(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(one_holder_at_a_time),
        WITH_DIRECTORY(retries_even_without_time),
        WITH_DIRECTORY(survives_another_descriptor_being_closed),
        WITH_DIRECTORY(announces_retries_at_growing_distances),
        WITH_DIRECTORY(a_failing_lock_is_no_busy_one),
        WITH_DIRECTORY(the_file_has_its_mode_whatever_the_umask),
        WITH_DIRECTORY(refuses_links_and_fifos),
        WITH_DIRECTORY(a_mode_that_lets_others_hold_the_lock_is_tightened),
        WITH_DIRECTORY(a_file_with_other_names_keeps_its_mode),
        WITH_DIRECTORY(refuses_a_file_of_somebody_else),
        WITH_DIRECTORY(a_lock_is_none_once_its_file_was_removed),
        WITH_DIRECTORY(gives_up_on_a_file_that_is_replaced_for_ever),
    };
    return cmocka_run_group_tests_name("file_lock", tests, valgrind_lock_waits, NULL);
}
