#include "confinement.h"

#include <jansson.h>

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Headers of 6.1 and before do not know of it. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

/*
 * What the file store does. Links and renames stay in the directory, which takes no
 * LANDLOCK_ACCESS_FS_REFER; files are written once, from their start.
 */
static const uint64_t rights_kept = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                                    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                    LANDLOCK_ACCESS_FS_REMOVE_FILE;

/*
 * The rights that this kernel can take away. Device controls (version 5) are not among them: no
 * device can be opened any more.
 */
static uint64_t rights_known(long version)
{
    uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (version >= 2)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
    return rights;
}

/* What stores on servers do: look for names, certificates and passwords. */
static const uint64_t rights_of_readers =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

/* A set of rules that leaves these rights below `directory`, or -1. */
static int ruleset_make(int directory, uint64_t rights)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return -1;
    const struct landlock_ruleset_attr taken = {.handled_access_fs = rights_known(version)};
    const struct landlock_path_beneath_attr kept = {.allowed_access = rights,
                                                    .parent_fd = directory};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &taken, sizeof taken, 0);
    if (ruleset >= 0 &&
        syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &kept, 0) != 0) {
        (void)close(ruleset);
        return -1;
    }
    return ruleset;
}

/*
 * jansson opens /dev/urandom for its first object, so that nobody can foretell which names collide;
 * without it, it would take the time.
 */
static void hash_seed_take(void)
{
    size_t seed = 0;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = 0; /* take it from the file, now */
    json_object_seed(seed);
}

static bool rights_keep(int directory, uint64_t rights)
{
    hash_seed_take();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    int ruleset = ruleset_make(directory, rights);
    if (ruleset < 0)
        return false;
    bool confined = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    (void)close(ruleset);
    return confined;
}

bool confinement_enter(int directory)
{
    return rights_keep(directory, rights_kept);
}

bool confinement_enter_reading(void)
{
    int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool confined = rights_keep(top, rights_of_readers);
    if (top >= 0)
        (void)close(top);
    return confined;
}
