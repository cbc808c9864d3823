#include "io.h"

#include "system_calls.h"

#include <errno.h>

bool io_should_retry(int descriptor, short events)
{
    struct pollfd waited_for = {.fd = descriptor, .events = events};
    if (errno == EAGAIN)
        return system_calls->poll(&waited_for, 1, -1) > 0 || errno == EINTR;
    return errno == EINTR;
}

ssize_t io_read(int descriptor, char *bytes, size_t size)
{
    ssize_t count;
    do {
        count = system_calls->read(descriptor, bytes, size);
    } while (count < 0 && io_should_retry(descriptor, POLLIN));
    return count;
}

ssize_t io_read_full(int descriptor, char *bytes, size_t size)
{
    size_t length = 0;
    while (length < size) {
        ssize_t count = io_read(descriptor, bytes + length, size - length);
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        length += (size_t)count;
    }
    return (ssize_t)length;
}

bool io_read_at(int descriptor, off_t offset, char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = system_calls->pread(descriptor, bytes, size, offset);
        if (count == 0)
            errno = EIO;
        if (count == 0 || (count < 0 && !io_should_retry(descriptor, POLLIN)))
            return false;
        if (count > 0) {
            bytes += count;
            offset += count;
            size -= (size_t)count;
        }
    }
    return true;
}

/* `offset` -1: at the descriptor's own. */
static bool write_all(int descriptor, off_t offset, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = offset < 0 ? system_calls->write(descriptor, bytes, length)
                                   : system_calls->pwrite(descriptor, bytes, length, offset);
        if (count == 0)
            errno = ENOSPC;
        if (count == 0 || (count < 0 && !io_should_retry(descriptor, POLLOUT)))
            return false;
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
            offset += offset < 0 ? 0 : count;
        }
    }
    return true;
}

bool io_write_all(int descriptor, const char *bytes, size_t length)
{
    return write_all(descriptor, -1, bytes, length);
}

bool io_write_at(int descriptor, off_t offset, const char *bytes, size_t length)
{
    return write_all(descriptor, offset, bytes, length);
}

void io_close(int *descriptor)
{
    int saved_errno = errno;
    if (*descriptor >= 0)
        (void)system_calls->close(*descriptor);
    *descriptor = -1;
    errno = saved_errno;
}
