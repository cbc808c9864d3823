/*
 * Reading and writing descriptors: the only places that call read and write, so that interruptions
 * (EINTR), descriptors that somebody made non-blocking (EAGAIN) and short counts are dealt with
 * once. Descriptors are borrowed.
 */
#ifndef SCHEDULE_IO_H
#define SCHEDULE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * After a call on `descriptor` failed with errno: whether to begin it again, at once (EINTR) or,
 * having waited until the descriptor is ready for `events` of poll(2), now (EAGAIN).
 */
bool io_should_retry(int descriptor, short events);

/*
 * One read of at most `size` bytes, begun again while io_should_retry says so. As read(2)
 * otherwise.
 */
ssize_t io_read(int descriptor, char *bytes, size_t size);

/* Read until `size` bytes or the end of the file. The count read, or -1 with errno. */
ssize_t io_read_full(int descriptor, char *bytes, size_t size);

/*
 * Read exactly `size` bytes at `offset` of a file, wherever its own offset is. False with errno if
 * they could not be; EIO if the file is shorter.
 */
bool io_read_at(int descriptor, off_t offset, char *bytes, size_t size);

/*
 * Write all of `length` bytes. False with errno if they could not be; some may have been written. A
 * write of nothing is reported as ENOSPC.
 */
bool io_write_all(int descriptor, const char *bytes, size_t length);

/* The same at `offset` of a file, wherever its own offset is. */
bool io_write_at(int descriptor, off_t offset, const char *bytes, size_t length);

/* Close `*descriptor` if it is open (not negative), keep errno, and set it to -1. Never retried. */
void io_close(int *descriptor);

#endif
