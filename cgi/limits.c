#include "limits.h"

#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MEMORY_FREE = 256 << 20,
    MEMORY_FACTOR = 64,
    CPU_FREE_S = 30,
    CPU_S_PER_MIB = 2,
    /* Between the signal that tells of the CPU limit, SIGXCPU, and the one that tells nothing. */
    CPU_GRACE_S = 5
};

uint64_t limits_memory(uint64_t max_body)
{
    return MEMORY_FREE + max_body * MEMORY_FACTOR;
}

uint64_t limits_cpu(uint64_t max_body)
{
    return CPU_FREE_S + (max_body * CPU_S_PER_MIB >> 20);
}

static rlim_t lower_of(rlim_t left, rlim_t right)
{
    return left < right ? left : right;
}

/* `grace` is how far the hard limit is above the soft one. Limits that cannot be set stay. */
static void limit_lower(limit_name which, uint64_t limit, uint64_t grace)
{
    const struct rlimit wanted = {.rlim_cur = (rlim_t)limit, .rlim_max = (rlim_t)(limit + grace)};
    struct rlimit before;
    /* Most have none; who has one that is lower gets it back. */
    bool is_set = prlimit(0, which, &wanted, &before) == 0;
    if (!is_set && getrlimit(which, &before) != 0)
        return;
    const struct rlimit lower = {.rlim_cur = lower_of(before.rlim_cur, wanted.rlim_cur),
                                 .rlim_max = lower_of(before.rlim_max, wanted.rlim_max)};
    if (!is_set || lower.rlim_cur != wanted.rlim_cur || lower.rlim_max != wanted.rlim_max)
        (void)setrlimit(which, &lower);
}

static bool is_file(int descriptor)
{
    struct stat found;
    return fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode);
}

void limits_lower(uint64_t max_body)
{
    /* Not RLIMIT_AS: what is mapped and not written takes nothing. */
    limit_lower(RLIMIT_DATA, limits_memory(max_body), 0);
    limit_lower(RLIMIT_CPU, limits_cpu(max_body), CPU_GRACE_S);
    limit_lower(RLIMIT_CORE, 0, 0);
    if (!is_file(STDOUT_FILENO) && !is_file(STDERR_FILENO))
        limit_lower(RLIMIT_FSIZE, limits_memory(max_body), 0);
}
