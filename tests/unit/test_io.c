#include "io.h"
#include "system_calls.h"
#include "temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file system that interrupts every other call and moves at most three bytes at a time. */
static struct system_calls calls;
static unsigned call_count;
static ssize_t write_result_after_end;
static size_t disk_left;

static ssize_t hesitant_read(int descriptor, void *bytes, size_t size)
{
    if (call_count++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return read(descriptor, bytes, size < 3 ? size : 3);
}

static ssize_t hesitant_write(int descriptor, const void *bytes, size_t size)
{
    if (call_count++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    size_t count = size < 3 ? size : 3;
    count = count < disk_left ? count : disk_left;
    if (count == 0)
        return write_result_after_end;
    disk_left -= count;
    return write(descriptor, bytes, count);
}

static int setup(void **state)
{
    (void)state;
    calls = system_calls_libc;
    calls.read = hesitant_read;
    calls.write = hesitant_write;
    call_count = 0;
    write_result_after_end = 0;
    disk_left = SIZE_MAX;
    system_calls = &calls;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    system_calls = &system_calls_libc;
    return 0;
}

static void moves_everything_in_spite_of_interruptions(void **state)
{
    static const char text[] = "0123456789";
    char copy[sizeof text] = "";
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_true(io_write_all(ends[1], text, sizeof text));
    io_close(&ends[1]);
    assert_int_equal(io_read_full(ends[0], copy, 4), 4);
    assert_int_equal(io_read_full(ends[0], copy + 4, sizeof copy), sizeof text - 4);
    assert_string_equal(copy, text);
    assert_int_equal(io_read(ends[0], copy, 1), 0);
    io_close(&ends[0]);
}

static void a_write_of_nothing_means_no_space(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    disk_left = 7;
    assert_false(io_write_all(ends[1], "0123456789", 10));
    assert_int_equal(errno, ENOSPC);
    io_close(&ends[0]);
    io_close(&ends[1]);
}

static ssize_t full_at_first(int descriptor, const void *bytes, size_t size)
{
    if (call_count++ > 0)
        return write(descriptor, bytes, size);
    errno = EAGAIN;
    return -1;
}

static void waits_for_non_blocking_descriptors(void **state)
{
    int ends[2];
    char byte = 0;
    int status = -1;
    (void)state;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    calls = system_calls_libc;
    calls.write = full_at_first;
    call_count = 0;
    pid_t child = fork();
    if (child == 0) {
        (void)usleep(20000);
        bool written = io_write_all(ends[1], "x", 1);
        (void)close(ends[0]);
        (void)close(ends[1]);
        _exit(written ? 0 : 1);
    }
    assert_int_equal(io_read(ends[0], &byte, 1), 1);
    assert_int_equal(byte, 'x');
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void read_errors_are_told(void **state)
{
    char byte;
    (void)state;
    assert_int_equal(io_read_full(-1, &byte, 1), -1);
    assert_int_equal(errno, EBADF);
}

static void close_keeps_errno_and_forgets_the_descriptor(void **state)
{
    int descriptor = dup(STDOUT_FILENO);
    int copy = descriptor;
    (void)state;
    errno = ENOSPC;
    io_close(&descriptor);
    assert_int_equal(descriptor, -1);
    io_close(&descriptor);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(close(copy), -1);
}

static void files_do_not_get_the_numbers_of_closed_standard_streams(void **state)
{
    int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    (void)state;
    assert_int_not_equal(kept, -1);
    assert_int_equal(close(STDIN_FILENO), 0);
    int opened = system_calls_libc.openat(AT_FDCWD, "/", O_RDONLY | O_CLOEXEC, 0);
    int flags = fcntl(opened, F_GETFD);
    bool stays_closed = fcntl(STDIN_FILENO, F_GETFD) == -1;
    errno = 0;
    int missing = system_calls_libc.openat(AT_FDCWD, "/no/such", O_RDONLY | O_CLOEXEC, 0);
    int missing_errno = errno;
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(close(kept), 0);
    assert_true(opened > STDERR_FILENO);
    assert_int_equal(flags, FD_CLOEXEC);
    assert_true(stays_closed);
    assert_int_equal(missing, -1);
    assert_int_equal(missing_errno, ENOENT);
    assert_int_equal(close(opened), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_everything_in_spite_of_interruptions),
        cmocka_unit_test(a_write_of_nothing_means_no_space),
        cmocka_unit_test(waits_for_non_blocking_descriptors),
        cmocka_unit_test(read_errors_are_told),
        cmocka_unit_test(close_keeps_errno_and_forgets_the_descriptor),
        cmocka_unit_test(files_do_not_get_the_numbers_of_closed_standard_streams),
    };
    return cmocka_run_group_tests_name("io", tests, setup, teardown);
}
