/* The conformance suite on the store in a directory. */
#include "file_lock.h"
#include "store_file.h"
#include "subject.h"
#include "valgrind_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uid_t nobody = 65534;

/* An open store, with what it borrows. */
struct opened {
    struct store_file store;
    struct store_file_options options;
    char path[TEMPORARY_PATH_SIZE];
    enum harm harm;
};

static void *place;
static struct data_directory held_directory;
static struct file_lock held_lock;

static void place_begin(void)
{
    assert_int_equal(temporary_setup(&place), 0);
}

static void place_end(void)
{
    assert_int_equal(temporary_teardown(&place), 0);
}

/* Root may do anything; so it becomes somebody else for a while. */
static void harm_begin(enum harm harm)
{
    bool root = getuid() == 0;
    if (harm == HARM_READ_ONLY) {
        assert_int_equal(chmod(place, 0555), 0);
        if (root)
            assert_true(chown(place, nobody, (gid_t)-1) == 0 && seteuid(nobody) == 0);
    }
    if (harm == HARM_WRONG_KEYS)
        assert_int_equal(root ? chown(place, nobody, (gid_t)-1) : chmod(place, 0), 0);
}

static void harm_end(enum harm harm)
{
    if (harm != HARM_READ_ONLY && harm != HARM_WRONG_KEYS)
        return;
    assert_int_equal(seteuid(getuid()), 0);
    assert_true(chown(place, getuid(), (gid_t)-1) == 0 && chmod(place, 0755) == 0);
}

static enum status directory_open(const struct opening *opening,
                                  const struct store_observer *observer, struct store **store,
                                  struct error *error)
{
    struct opened *opened = calloc(1, sizeof *opened);
    assert_non_null(opened);
    const char *path = place;
    if (opening->harm == HARM_DOWN) {
        file_write(path_in(place, "file"), "");
        path = path_in(place, "file/data");
    }
    (void)strcpy(opened->path, path);
    opened->options = (struct store_file_options){.directory = opened->path,
                                                  .saved_by = opening->saved_by,
                                                  .lock_timeout_ms = opening->lock_timeout_ms,
                                                  .retention = opening->retention};
    opened->harm = opening->harm;
    harm_begin(opening->harm);
    enum status status = store_file_open(&opened->store, &opened->options, observer, error);
    if (status == STATUS_OK) {
        *store = &opened->store.base;
        return status;
    }
    harm_end(opening->harm);
    free(opened);
    return status;
}

static void directory_close(struct store *store)
{
    struct opened *opened = (struct opened *)store;
    store_close(store);
    harm_end(opened->harm);
    free(opened);
}

static void lock_ignored(void *context, unsigned retry)
{
    (void)context;
    (void)retry;
}

/* Somebody has the lock and does not let go. */
static void lock_hold(void)
{
    assert_int_equal(data_directory_open(&held_directory, place, NULL), STATUS_OK);
    assert_int_equal(
        file_lock_acquire(&held_lock, &held_directory, "data.lock", 1000, lock_ignored, NULL, NULL),
        STATUS_OK);
}

static void lock_let_go(void)
{
    file_lock_release(&held_lock);
    data_directory_close(&held_directory);
}

static void put_by_hand(const char *text)
{
    file_write(path_in(place, "project-data.json"), text);
}

int main(void)
{
    const struct subject file = {
        .name = "file",
        .begin = place_begin,
        .end = place_end,
        .open = directory_open,
        .close = directory_close,
        .slow = lock_hold,
        .heal = lock_let_go,
        .put_by_hand = put_by_hand,
        .load_under = {[HARM_DOWN] = STATUS_UNAVAILABLE, [HARM_WRONG_KEYS] = STATUS_UNAVAILABLE},
        .save_under = {[HARM_DOWN] = STATUS_UNAVAILABLE,
                       [HARM_SLOW] = STATUS_BUSY,
                       [HARM_READ_ONLY] = STATUS_UNAVAILABLE,
                       [HARM_WRONG_KEYS] = STATUS_UNAVAILABLE},
        .excludes_others = true,
        .writers = 16,
        .saves = repetitions(20),
    };
    (void)valgrind_lock_waits(NULL);
    return conformance_run(&file);
}
