/* The least that serving a file takes: open it, send it, be gone. */
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argument_count, char **arguments)
{
    struct stat status;
    int file = argument_count > 1 ? open(arguments[1], O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0 || fstat(file, &status) != 0)
        return 1;
    while (status.st_size > 0) {
        ssize_t count = sendfile(STDOUT_FILENO, file, NULL, (size_t)status.st_size);
        if (count <= 0)
            return 1;
        status.st_size -= count;
    }
    return 0;
}
