/* Hands, and clocks, that meddle with the data directory while saves are under way. */
#include "program.h"
#include "random.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static const char waits_long[] = "SCHEDULE_LOCK_TIMEOUT_MS=60000";

/* Whether the process waits in the kernel for a lock of this inode, as /proc/locks has it. */
static bool waits_for_lock(ino_t inode)
{
    char line[256];
    char wanted[32];
    bool found = false;
    FILE *locks = fopen("/proc/locks", "re");
    assert_non_null(locks);
    (void)snprintf(wanted, sizeof wanted, ":%ju ", (uintmax_t)inode);
    while (fgets(line, sizeof line, locks) != NULL)
        found = found || (strstr(line, "-> ") != NULL && strstr(line, wanted) != NULL);
    (void)fclose(locks);
    return found;
}

/* Start a save, and return when it waits for the lock that `holder` has. */
static struct running save_waiting(const char *directory, int holder, const char *document)
{
    struct stat locked;
    const struct call call = {.directory = directory,
                              .variables = {"REQUEST_METHOD=POST", waits_long},
                              .input = document};
    struct running running = program_start(&call);
    assert_int_equal(fstat(holder, &locked), 0);
    for (int i = 0; !waits_for_lock(locked.st_ino); i++) {
        assert_true(i < 20000);
        (void)usleep(1000);
    }
    return running;
}

/* The lock file. */

static void a_lock_file_removed_under_its_holder_lets_nobody_pass(void **state)
{
    int first = lock_hold(*state);
    struct running running = save_waiting(*state, first, "{\"a\":1}");
    assert_int_equal(unlink(path_in(*state, "data.lock")), 0);
    int second = lock_hold(*state);
    (void)close(first);

    /* It got the lock that it waited for, on a file that nobody finds any more. */
    struct stat locked;
    assert_int_equal(fstat(second, &locked), 0);
    for (int i = 0; !waits_for_lock(locked.st_ino); i++) {
        if (i == 5000 || file_exists(path_in(*state, "project-data.json")))
            fail_msg("it does not wait for the new lock file");
        (void)usleep(1000);
    }
    (void)close(second);
    check_answer(program_finish(&running), 200);
    check_stored_text(*state, "{\n  \"a\": 1\n}");
}

static void a_lock_file_renamed_or_replaced_lets_nobody_pass(void **state)
{
    int first = lock_hold(*state);
    struct running running = save_waiting(*state, first, "{\"a\":1}");
    assert_int_equal(rename(path_in(*state, "data.lock"), path_in(*state, "old.lock")), 0);
    assert_int_equal(mkfifo(path_in(*state, "data.lock"), 0600), 0);
    (void)close(first);
    struct answer answer = program_finish(&running);
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "data.lock' is not a regular file");
    answer_release(&answer);
    assert_false(file_exists(path_in(*state, "project-data.json")));
}

static void savers_whose_lock_file_keeps_vanishing_lose_nothing(void **state)
{
    enum { SAVERS = 3, SAVES = 40 };
    static const char path[] = "/data/tasks";
    pid_t savers[SAVERS];
    int64_t begun = now_ms();
    check_answer(program_post(*state, "{\"tasks\":[]}"), 200);
    /* As often as a save takes, but with gaps in which one gets through, however slow this build is. */
    unsigned pause_ms = (unsigned)(now_ms() - begun) + 1;
    for (int i = 0; i < SAVERS; i++) {
        savers[i] = fork();
        assert_true(savers[i] >= 0);
        for (int n = 0; savers[i] == 0 && n < SAVES; n++) {
            char item[64];
            (void)snprintf(item, sizeof item, "{\"id\":\"t-%d-%d\"}", i, n);
            struct answer answer =
                REQUEST(*state, .path = path, .body = item, .settings[0] = waits_long);
            /* Busy is allowed, for then nothing changed; it is tried again. */
            if (answer.status == 503 && strstr(answer.body, "LOCK_TIMEOUT") != NULL)
                n--;
            else if (answer.status != 201) {
                (void)fprintf(stderr, "%s", answer.log);
                _exit(EXIT_FAILURE);
            }
            answer_release(&answer);
        }
        if (savers[i] == 0)
            _exit(EXIT_SUCCESS);
    }
    int left = SAVERS;
    while (left > 0) {
        int status = 0;
        (void)unlink(path_in(*state, "data.lock"));
        (void)usleep(500 + random_below(2000 * pause_ms));
        pid_t ended = waitpid(-1, &status, WNOHANG);
        assert_int_equal(status, 0);
        left -= ended > 0;
    }
    char *text = file_read(path_in(*state, "project-data.json"));
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, "\"t-")) != NULL; at++)
        count++;
    assert_int_equal(count, SAVERS * SAVES);
    free(text);
}

/* The directory. */

/* A data directory that can be meddled with, in a static buffer that the next call overwrites. */
static const char *directory_make(const char *parent)
{
    static char path[TEMPORARY_PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s", path_in(parent, "data"));
    assert_int_equal(mkdir(path, 0755), 0);
    return path;
}

static void a_directory_removed_while_a_save_waits_is_503(void **state)
{
    const char *data = directory_make(*state);
    int holder = lock_hold(data);
    struct running running = save_waiting(data, holder, "{\"a\":1}");
    assert_int_equal(unlink(path_in(data, "data.lock")), 0);
    assert_int_equal(rmdir(data), 0);
    (void)close(holder);
    struct answer answer = program_finish(&running);
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "ENOENT: ");
    answer_release(&answer);
    assert_int_equal(entries_count(*state, ""), 0);
}

/* The save waits in the old directory, which is moved away by then; `name` is what is there instead. */
static void check_replaced(const char *parent, const char *data, int holder,
                           struct running *running)
{
    (void)close(holder);
    struct answer answer = program_finish(running);
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "was replaced by another one meanwhile");
    answer_release(&answer);
    assert_int_equal(entries_count(path_in(parent, "moved"), "project-data"), 0);
    assert_int_equal(entries_count(data, "project-data"), 0);
}

static void a_directory_moved_away_and_made_anew_gets_no_save(void **state)
{
    const char *data = directory_make(*state);
    int holder = lock_hold(data);
    struct running running = save_waiting(data, holder, "{\"a\":1}");
    assert_int_equal(rename(data, path_in(*state, "moved")), 0);
    assert_int_equal(mkdir(data, 0755), 0);
    check_replaced(*state, data, holder, &running);
    check_answer(program_post(data, "{\"b\":1}"), 200);
    check_stored_text(data, "{\n  \"b\": 1\n}");
}

static void a_directory_replaced_by_a_link_to_itself_gets_no_save(void **state)
{
    const char *data = directory_make(*state);
    int holder = lock_hold(data);
    struct running running = save_waiting(data, holder, "{\"a\":1}");
    assert_int_equal(rename(data, path_in(*state, "moved")), 0);
    assert_int_equal(symlink("moved", data), 0);
    check_replaced(*state, data, holder, &running);
}

static void a_file_system_mounted_over_the_directory_gets_no_save(void **state)
{
    const char *data = directory_make(*state);
    int holder = lock_hold(data);
    struct running running = save_waiting(data, holder, "{\"a\":1}");
    assert_int_equal(mount("tmpfs", data, "tmpfs", 0, "mode=0755"), 0);
    (void)close(holder);
    struct answer answer = program_finish(&running);
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "was replaced by another one meanwhile");
    answer_release(&answer);
    assert_int_equal(entries_count(data, ""), 0);
    assert_int_equal(umount(data), 0);
    assert_int_equal(entries_count(data, "project-data"), 0);
}

static void a_file_system_stays_writable_while_a_save_waits_and_no_longer(void **state)
{
    const char *data = directory_make(*state);
    assert_int_equal(mount("tmpfs", data, "tmpfs", 0, "mode=0755"), 0);
    int holder = lock_hold(data);
    struct running running = save_waiting(data, holder, "{\"a\":1}");
    (void)close(holder);
    int result = -1;
    /* The kernel refuses it as long as a file is open for writing, as the lock file is during a save. */
    for (int i = 0; i < 20000 && result != 0; i++) {
        result = mount(NULL, data, NULL, MS_REMOUNT | MS_RDONLY, "mode=0755");
        assert_true(result == 0 || errno == EBUSY);
    }
    struct answer answer = program_finish(&running);
    assert_int_equal(result, 0);
    assert_true(answer.status == 200 || answer.status == 503);
    assert_int_equal(entries_count(data, "project-data.json"), answer.status == 200);
    answer_release(&answer);

    static const struct http writes[] = {
        {.body = "{\"b\":1}"},
        {.body = "{\"b\":1}", .query = "base=0"},
        {.method = "PATCH", .body = "{\"b\":1}", .type = "application/merge-patch+json"},
        {.path = "/data/tasks", .body = "{\"id\":\"t-1\"}"},
        {.path = "/backups", .body = ""},
        {.path = "/backups/1769000000123/restore", .body = ""},
        {.path = "/backups/1769000000123", .method = "DELETE"},
    };
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        answer = program_request(data, &writes[i]);
        /* What is to be restored is looked for first. */
        if (answer.status != 404 || i != 5)
            check_failure(&answer, 503, "STORAGE_UNAVAILABLE",
                          "EROFS: read-only file system, open '");
        answer_release(&answer);
    }
    assert_int_equal(umount(data), 0);
}

/* The data file. */

static void a_document_replaced_by_hand_is_loaded_whole(void **state)
{
    enum { SIZE = 400000 };
    char *texts[2];
    for (int i = 0; i < 2; i++) {
        texts[i] = malloc(SIZE + 1);
        assert_non_null(texts[i]);
        memset(texts[i], 'a' + i, SIZE);
        memcpy(texts[i], "{\"a\":\"", 6);
        memcpy(texts[i] + SIZE - 2, "\"}", 3);
    }
    const char *path = path_in(*state, "project-data.json");
    const char *next = path_in(*state, "by-hand");
    file_write(path, texts[0]);
    pid_t hand = fork();
    assert_true(hand >= 0);
    if (hand == 0) {
        for (int i = 1;; i++) {
            file_write(next, texts[i % 2]);
            (void)rename(next, path);
        }
    }
    for (int i = 0; i < 100; i++) {
        struct answer answer = program_get(*state);
        assert_int_equal(answer.status, 200);
        const char *body = strchr(answer.body, '{');
        /* Six default task types are added to it. */
        assert_non_null(body);
        char letter = strstr(body, "\"aaa") != NULL ? 'a' : 'b';
        size_t count = 0;
        for (const char *at = body; *at != '\0'; at++)
            count += *at == letter;
        assert_in_range(count, SIZE - 10, SIZE + 20);
        answer_release(&answer);
    }
    (void)kill(hand, SIGKILL);
    assert_int_equal(waitpid(hand, NULL, 0), hand);
    free(texts[0]);
    free(texts[1]);
}

/* The clock cannot be set here, but what it left can: files from another day, or another century. */

static const int64_t day_ms = INT64_C(86400000);

static void mtime_set(const char *path, int64_t ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    const struct timespec times[2] = {time, time};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void revisions_increase_from(const char *directory, int64_t ahead_ms)
{
    char query[64];
    char path[64];
    int64_t set = now_ms() + ahead_ms;
    const char *file = path_in(directory, "project-data.json");
    check_answer(program_post(directory, "{\"projects\":[{\"id\":\"p-0\"}],\"tasks\":[]}"), 200);
    mtime_set(file, set);

    int64_t first = revision_take(program_post(directory, "{\"projects\":[],\"tasks\":[]}"));
    assert_int_equal(first, set + 1);
    (void)snprintf(query, sizeof query, "base=%" PRId64, set);
    int64_t merged = revision_take(
        REQUEST(directory, .query = query,
                .body = "{\"projects\":[{\"id\":\"p-0\"},{\"id\":\"p-1\"}],\"tasks\":[]}"));
    assert_true(merged > first);
    int64_t patched = revision_take(REQUEST(directory, .method = "PATCH", .body = "{\"b\":1}",
                                            .type = "application/merge-patch+json"));
    assert_true(patched > merged);
    int64_t pinned = revision_take(REQUEST(directory, .path = "/backups", .body = ""));
    assert_int_equal(pinned, patched);
    (void)snprintf(path, sizeof path, "/backups/%" PRId64 "/restore", set);
    int64_t restored = revision_take(REQUEST(directory, .path = path, .body = ""));
    assert_true(restored > patched);
    assert_true(restored < set + 100);
    check_stored_text(
        directory,
        "{\n  \"projects\": [\n    {\n      \"id\": \"p-0\"\n    }\n  ],\n  \"tasks\": []\n}");
}

static void revisions_increase_when_the_clock_is_set_back_by_a_day(void **state)
{
    revisions_increase_from(*state, day_ms);
}

static void revisions_increase_when_the_clock_was_80_years_ahead(void **state)
{
    revisions_increase_from(*state, 80 * 365 * day_ms);
}

/* The data file is gone, or is an old one put back: what was saved since is told by its backups. */
static void revisions_go_on_from_backups_of_a_clock_that_was_ahead(void **state)
{
    char name[64];
    int64_t ahead = now_ms() + day_ms / 2;
    (void)snprintf(name, sizeof name, "backup-%" PRId64 ".json", ahead);
    file_write(path_in(*state, name), "{}");
    assert_int_equal(revision_take(program_post(*state, "{\"a\":1}")), ahead + 1);
}

/* A time as far off as nobody's clock ever was is a name that a hand has given. */
static void a_backup_named_from_the_far_future_is_no_clock(void **state)
{
    char name[64];
    int64_t ahead = now_ms() + 80 * 365 * day_ms;
    (void)snprintf(name, sizeof name, "backup-%" PRId64 ".json", ahead);
    file_write(path_in(*state, name), "{}");
    int64_t revision = revision_take(program_post(*state, "{\"a\":1}"));
    assert_in_range(revision, now_ms() - 60000, now_ms());
    assert_int_equal(revision_take(program_post(*state, "{\"a\":2}")) > revision, 1);
    assert_true(file_exists(path_in(*state, name)));
}

int main(void)
{
    private_mounts_enter();
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(a_lock_file_removed_under_its_holder_lets_nobody_pass),
        WITH_DIRECTORY(a_lock_file_renamed_or_replaced_lets_nobody_pass),
        WITH_DIRECTORY(savers_whose_lock_file_keeps_vanishing_lose_nothing),
        WITH_DIRECTORY(a_directory_removed_while_a_save_waits_is_503),
        WITH_DIRECTORY(a_directory_moved_away_and_made_anew_gets_no_save),
        WITH_DIRECTORY(a_directory_replaced_by_a_link_to_itself_gets_no_save),
        WITH_DIRECTORY(a_file_system_mounted_over_the_directory_gets_no_save),
        WITH_DIRECTORY(a_file_system_stays_writable_while_a_save_waits_and_no_longer),
        WITH_DIRECTORY(a_document_replaced_by_hand_is_loaded_whole),
        WITH_DIRECTORY(revisions_increase_when_the_clock_is_set_back_by_a_day),
        WITH_DIRECTORY(revisions_increase_when_the_clock_was_80_years_ahead),
        WITH_DIRECTORY(revisions_go_on_from_backups_of_a_clock_that_was_ahead),
        WITH_DIRECTORY(a_backup_named_from_the_far_future_is_no_clock),
    };
    return cmocka_run_group_tests_name("cgi_meddling", tests, NULL, NULL);
}
