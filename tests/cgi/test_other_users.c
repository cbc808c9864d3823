/*
 * What other users of the machine can do to a data directory: in a directory like /tmp, and with what
 * they left in it while they could once write to it.
 *
 * As root the attacker is a real one, a process of the user nobody. Ordinary users cannot start any; to
 * them root is the other user, and the modes that keep others out are looked at instead.
 */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static bool is_root(void)
{
    return geteuid() == 0;
}

static void become_nobody(void)
{
    if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
        _exit(EXIT_FAILURE);
}

/* A path in a buffer of its own, for those that are used throughout a test. */
struct place {
    char path[TEMPORARY_PATH_SIZE];
};

static struct place place_in(const char *directory, const char *name)
{
    struct place place;
    (void)snprintf(place.path, sizeof place.path, "%s", path_in(directory, name));
    return place;
}

static void directory_make(const char *path, mode_t mode)
{
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* Directories that others made, or can write to. */

static void check_refused(const char *directory, const char *details)
{
    struct answer answer = program_get(directory);
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", details);
    answer_release(&answer);
    answer = program_post(directory, "{\"secret\":1}");
    check_failure(&answer, 503, "STORAGE_UNAVAILABLE", details);
    answer_release(&answer);
    answer = REQUEST(directory, .path = "/health");
    assert_int_equal(answer.status, 503);
    answer_release(&answer);
}

static void a_directory_of_somebody_else_is_not_used(void **state)
{
    struct place data = place_in(*state, "data");
    assert_int_equal(chmod(*state, 01777), 0);
    if (is_root()) {
        directory_make(data.path, 0777);
        assert_int_equal(chown(data.path, NOBODY, NOBODY), 0);
        check_refused(data.path, "belongs to user 65534, but this program runs as user 0");
        assert_int_equal(entries_count(data.path, ""), 0);
    } else
        check_refused("/usr", "belongs to user 0, but this program runs as user ");
}

static void a_directory_that_everybody_can_write_to_is_not_used(void **state)
{
    static const mode_t modes[] = {0777, 01777, 0757, 0702};
    struct place data = place_in(*state, "data");
    directory_make(data.path, 0755);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(data.path, modes[i]), 0);
        check_refused(data.path, "is writable by everybody");
        assert_int_equal(entries_count(data.path, ""), 0);
    }
}

static void give_away(const char *path)
{
    if (is_root())
        assert_int_equal(lchown(path, NOBODY, NOBODY), 0);
}

static void a_link_in_place_of_the_directory_is_not_followed(void **state)
{
    struct place private = place_in(*state, "private");
    struct place shared = place_in(*state, "shared");
    struct place data = place_in(shared.path, "data");
    directory_make(private.path, 0700);
    directory_make(shared.path, 01777);
    assert_int_equal(symlink(private.path, data.path), 0);
    give_away(data.path);
    check_refused(data.path, "is a symbolic link");
    assert_int_equal(entries_count(private.path, ""), 0);

    struct place nowhere = place_in(private.path, "nowhere");
    assert_int_equal(unlink(data.path), 0);
    assert_int_equal(symlink(nowhere.path, data.path), 0);
    give_away(data.path);
    check_refused(data.path, "is a symbolic link");
    assert_false(file_exists(nowhere.path));
}

/* Only root can make something that belongs to another; the unit tests have this for everybody. */
static void a_path_through_what_others_made_in_a_shared_directory_is_not_used(void **state)
{
    struct place private = place_in(*state, "private");
    struct place shared = place_in(*state, "shared");
    struct place theirs = place_in(shared.path, "theirs");
    struct place link = place_in(shared.path, "link");
    directory_make(private.path, 0755);
    directory_make(shared.path, 01777);
    directory_make(theirs.path, 0777);
    assert_int_equal(symlink(private.path, link.path), 0);
    if (is_root()) {
        give_away(theirs.path);
        give_away(link.path);
        check_refused(path_in(theirs.path, "data"), "was made by user 65534");
        check_refused(path_in(link.path, "data"), "was made by user 65534");
        assert_int_equal(entries_count(theirs.path, ""), 0);
        assert_int_equal(entries_count(private.path, ""), 0);
        assert_int_equal(lchown(theirs.path, 0, 0), 0);
        assert_int_equal(lchown(link.path, 0, 0), 0);
    }
    check_answer(program_get(path_in(theirs.path, "data")), 200);
    check_answer(program_get(path_in(link.path, "data")), 200);
    assert_int_equal(entries_count(private.path, "data"), 1);
}

/* What an attacker tries on a directory in use, by the exit status of what is forbidden. */

struct attack {
    const char *shared;
    const char *data;
};

static int lock_try(const char *directory, const char *name, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    int descriptor = open(path_in(directory, name), type == F_WRLCK ? O_RDWR : O_RDONLY);
    if (descriptor < 0)
        return -1;
    return fcntl(descriptor, F_OFD_SETLK, &lock);
}

static int lease_try(const char *directory)
{
    int descriptor = open(path_in(directory, "project-data.json"), O_RDONLY);
    assert_true(descriptor >= 0);
    return fcntl(descriptor, F_SETLEASE, F_RDLCK);
}

static bool denied(int result)
{
    return result != 0 && (errno == EACCES || errno == EPERM);
}

/* In a process of the attacker's. The number of the first thing that he could do, or 0. */
static int attack_run(const struct attack *attack)
{
    struct place stolen = place_in(attack->shared, "stolen");
    struct place file = place_in(attack->data, "project-data.json");
    if (!denied(rename(attack->data, stolen.path)))
        return 1;
    if (!denied(rename(file.path, stolen.path)) || !denied(unlink(file.path)))
        return 2;
    if (!denied(unlink(path_in(attack->data, "data.lock"))))
        return 3;
    if (!denied(lock_try(attack->data, "data.lock", F_RDLCK)))
        return 4;
    if (!denied(lock_try(attack->data, "data.lock", F_WRLCK)))
        return 5;
    if (!denied(lease_try(attack->data)))
        return 6;
    if (!denied(open(file.path, O_WRONLY | O_APPEND)) || !denied(truncate(file.path, 0)))
        return 7;
    if (!denied(symlink("/", path_in(attack->data, "backup-1769000000123.json"))))
        return 8;
    if (!denied(chmod(file.path, 0666)) || !denied(utimensat(AT_FDCWD, file.path, NULL, 0)))
        return 9;
    return 0;
}

static void others_can_read_but_not_disturb(void **state)
{
    struct place shared = place_in(*state, "shared");
    struct place data = place_in(shared.path, "data");
    const struct attack attack = {.shared = shared.path, .data = data.path};
    int ready[2];
    directory_make(shared.path, 01777);
    check_answer(program_post(data.path, "{\"a\":1}"), 200);
    assert_int_equal(file_stat(data.path).st_mode & 07777, 0755);
    assert_int_equal(file_stat(path_in(data.path, "data.lock")).st_mode & 07777, 0600);
    assert_int_equal(file_stat(path_in(data.path, "project-data.json")).st_mode & 07777, 0644);

    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t attacker = fork();
    assert_true(attacker >= 0);
    if (attacker == 0) {
        char done = 0;
        if (is_root()) {
            become_nobody();
            done = (char)attack_run(&attack);
        }
        /* What he may do: lock what he can read, and look at it for as long as he likes. */
        if (lock_try(data.path, "project-data.json", F_RDLCK) != 0)
            done = 10;
        _exit(write(ready[1], &done, 1) == 1 && pause() != 0);
    }
    char done = -1;
    assert_int_equal(read(ready[0], &done, 1), 1);
    assert_int_equal(done, 0);
    struct answer answer =
        REQUEST(data.path, .body = "{\"a\":2}", .settings[0] = "SCHEDULE_LOCK_TIMEOUT_MS=0");
    assert_int_equal(answer.status, 200);
    answer_release(&answer);
    (void)kill(attacker, SIGKILL);
    assert_int_equal(waitpid(attacker, NULL, 0), attacker);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

/* Who opened a lock file that earlier versions made can still hold it; to remove it is the remedy. */
static void a_lock_held_since_it_was_readable_goes_with_its_file(void **state)
{
    struct place lock = place_in(*state, "data.lock");
    int ready[2];
    file_write(lock.path, "");
    assert_int_equal(chmod(lock.path, 0644), 0);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t attacker = fork();
    assert_true(attacker >= 0);
    if (attacker == 0) {
        if (is_root())
            become_nobody();
        char done = lock_try(*state, "data.lock", F_RDLCK) == 0;
        _exit(write(ready[1], &done, 1) == 1 && pause() != 0);
    }
    char done = 0;
    assert_int_equal(read(ready[0], &done, 1), 1);
    assert_int_equal(done, 1);
    struct answer answer =
        REQUEST(*state, .body = "{}", .settings[0] = "SCHEDULE_LOCK_TIMEOUT_MS=50");
    check_failure(&answer, 503, "LOCK_TIMEOUT", "another process held the lock");
    answer_release(&answer);
    assert_int_equal(file_stat(lock.path).st_mode & 07777, 0600);
    assert_int_equal(unlink(lock.path), 0);
    check_answer(program_post(*state, "{}"), 200);
    (void)kill(attacker, SIGKILL);
    assert_int_equal(waitpid(attacker, NULL, 0), attacker);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

/* Files that belong to others, whatever they hold. Only root can make them. */
static void files_of_others_are_not_used(void **state)
{
    static const char *const names[] = {"project-data.json", "data.lock"};
    for (size_t i = 0; i < 2; i++) {
        struct place file = place_in(*state, names[i]);
        file_write(file.path, "{\"theirs\":1}");
        if (is_root()) {
            give_away(file.path);
            struct answer answer = program_post(*state, "{\"ours\":1}");
            check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "belongs to user 65534");
            answer_release(&answer);
            assert_int_equal(file_stat(file.path).st_uid, NOBODY);
            assert_int_equal(chown(file.path, 0, 0), 0);
        }
        check_answer(program_post(*state, "{\"ours\":1}"), 200);
    }
}

static void backups_of_others_are_none(void **state)
{
    struct place backup = place_in(*state, "backup-1769000000123.json");
    check_answer(program_post(*state, "{\"ours\":1}"), 200);
    file_write(backup.path, "{\"theirs\":1}");
    check_answer(REQUEST(*state, .path = "/backups/1769000000123"), 200);
    if (is_root()) {
        give_away(backup.path);
        check_answer(REQUEST(*state, .path = "/backups/1769000000123"), 404);
        check_answer(REQUEST(*state, .path = "/backups/1769000000123/restore", .body = ""), 404);
        struct answer answer = REQUEST(*state, .path = "/backups");
        assert_null(strstr(answer.body, "1769000000123"));
        answer_release(&answer);
    }
}

/* What lies in place of a file of the program's. */

enum obstacle {
    LINK_TO_FILE,
    LINK_TO_DIRECTORY,
    LINK_TO_NOTHING,
    HARD_LINK,
    FIFO,
    DIRECTORY,
    SOCKET,
    DEVICE, /* made by root only */
    OBSTACLES
};

/* Outside of the data directory, and not to change. */
struct outside {
    struct place file;
    struct place directory;
    struct place nothing;
    struct stat before;
};

static const char outside_text[] = "{\n  \"outside\": 1\n}";

static struct outside outside_make(const char *parent)
{
    struct outside outside = {.file = place_in(parent, "outside"),
                              .directory = place_in(parent, "elsewhere"),
                              .nothing = place_in(parent, "nothing")};
    file_write(outside.file.path, outside_text);
    assert_int_equal(chmod(outside.file.path, 0640), 0);
    directory_make(outside.directory.path, 0755);
    outside.before = file_stat(outside.file.path);
    return outside;
}

static void outside_check(const struct outside *outside)
{
    struct stat now = file_stat(outside->file.path);
    char *text = file_read(outside->file.path);
    assert_string_equal(text, outside_text);
    free(text);
    assert_int_equal(now.st_mode, outside->before.st_mode);
    assert_int_equal(now.st_uid, outside->before.st_uid);
    assert_int_equal(now.st_ino, outside->before.st_ino);
    assert_memory_equal(&now.st_mtim, &outside->before.st_mtim, sizeof now.st_mtim);
    assert_int_equal(entries_count(outside->directory.path, ""), 0);
    assert_false(file_exists(outside->nothing.path));
}

static void socket_make(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(descriptor >= 0 && strlen(path) < sizeof address.sun_path);
    (void)strcpy(address.sun_path, path);
    assert_int_equal(bind(descriptor, (const struct sockaddr *)&address, sizeof address), 0);
    (void)close(descriptor);
}

static void obstacle_make(enum obstacle obstacle, const char *path, const struct outside *outside)
{
    switch (obstacle) {
    case LINK_TO_FILE: assert_int_equal(symlink(outside->file.path, path), 0); break;
    case LINK_TO_DIRECTORY: assert_int_equal(symlink(outside->directory.path, path), 0); break;
    case LINK_TO_NOTHING: assert_int_equal(symlink(outside->nothing.path, path), 0); break;
    case HARD_LINK: assert_int_equal(link(outside->file.path, path), 0); break;
    case FIFO: assert_int_equal(mkfifo(path, 0666), 0); break;
    case DIRECTORY: directory_make(path, 0755); break;
    case SOCKET: socket_make(path); break;
    case DEVICE: assert_int_equal(mknod(path, S_IFCHR | 0666, makedev(1, 5)), 0); break;
    case OBSTACLES: fail(); break;
    }
}

static size_t obstacles_count(void)
{
    return is_root() ? OBSTACLES : DEVICE;
}

/* The revision of the document: so late that the next ones are known, whatever the clock says. */
#define REVISION "4102444800123"
#define NEXT_REVISION "4102444800124"
#define REVISION_AFTER "4102444800125"
static const struct timespec revision_time = {.tv_sec = 4102444800, .tv_nsec = 123000000};

static void document_make(const char *directory)
{
    const struct timespec times[2] = {revision_time, revision_time};
    struct place file = place_in(directory, "project-data.json");
    file_write(file.path, "{\n  \"tasks\": []\n}");
    assert_int_equal(utimensat(AT_FDCWD, file.path, times, 0), 0);
}

/* Every kind of request, in an order in which each has something to do. */
static const struct http requests[] = {
    {.path = "/data"},
    {.path = "/health"},
    {.path = "/backups"},
    {.path = "/backups/" REVISION},
    {.path = "/backups", .body = ""},
    {.path = "/data", .body = "{\"tasks\":[],\"a\":1}"},
    {.path = "/data", .body = "{\"tasks\":[{\"id\":\"t-0\"}]}", .query = "base=" REVISION},
    {.path = "/data",
     .method = "PATCH",
     .body = "{\"b\":1}",
     .type = "application/merge-patch+json"},
    {.path = "/data/tasks", .body = "{\"id\":\"t-1\"}"},
    {.path = "/data/tasks/t-1", .method = "DELETE"},
    {.path = "/backups/" REVISION "/restore", .body = ""},
    {.path = "/backups/" REVISION, .method = "DELETE"},
    {.path = "/data"},
};

static bool is_write(const struct http *request)
{
    return request->body != NULL || request->method != NULL;
}

/* What may be answered where an obstacle lies in place of the file `name`. */
static bool is_right(const char *name, enum obstacle obstacle, const struct http *request,
                     const struct answer *answer)
{
    bool is_document = strcmp(name, "project-data.json") == 0;
    bool is_lock = strcmp(name, "data.lock") == 0;
    bool is_list = strcmp(request->path, "/backups") == 0 && !is_write(request);
    if (obstacle != HARD_LINK && is_document && !is_list)
        return answer->status >= 400;
    if (obstacle != HARD_LINK && is_lock && is_write(request))
        return answer->status >= 400;
    if (obstacle != HARD_LINK && is_lock && strcmp(request->path, "/health") == 0)
        return answer->status == 503;
    /* A directory cannot be replaced by a file, and a confined process is not even let try. */
    if (obstacle == DIRECTORY && request->query != NULL && strstr(name, "submitted-") == name)
        return answer->status == 503 &&
               (strstr(answer->body, "EISDIR") != NULL || strstr(answer->body, "EACCES") != NULL);
    return answer->status > 0 && answer->status < 500;
}

static void check_obstacle(const char *parent, const char *name, enum obstacle obstacle)
{
    struct outside outside = outside_make(parent);
    struct place data = place_in(parent, "data");
    directory_make(data.path, 0755);
    if (strcmp(name, "project-data.json") != 0)
        document_make(data.path);
    obstacle_make(obstacle, path_in(data.path, name), &outside);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct answer answer = program_request(data.path, &requests[i]);
        assert_int_equal(answer.exit_status, 0);
        if (!is_right(name, obstacle, &requests[i], &answer))
            fail_msg("%s, obstacle %d, request %zu: %s%s", name, obstacle, i, answer.output,
                     answer.log);
        answer_release(&answer);
        outside_check(&outside);
    }
}

static void obstacles_are_neither_followed_nor_waited_for(void **state)
{
    static const char *const names[] = {"project-data.json",
                                        "data.lock",
                                        "backup-" REVISION ".json",
                                        "backup-" NEXT_REVISION ".json",
                                        "submitted-" REVISION_AFTER ".json",
                                        "pinned-" REVISION ".json",
                                        "base-" REVISION ".json"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (size_t obstacle = 0; obstacle < obstacles_count(); obstacle++) {
            char name[32];
            (void)snprintf(name, sizeof name, "%zu-%zu", i, obstacle);
            struct place parent = place_in(*state, name);
            directory_make(parent.path, 0755);
            check_obstacle(parent.path, names[i], (enum obstacle)obstacle);
        }
    }
}

/* The temporary file's name tells when and by whom it is written, so it can be told beforehand. */
static void obstacles_for_the_temporary_file_are_swept(void **state)
{
    const struct call call = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=POST", "SCHEDULE_LOCK_TIMEOUT_MS=60000"},
        .input = "{\"new\":1}",
    };
    struct place parent = place_in(*state, "outside-of-it");
    directory_make(parent.path, 0755);
    struct outside outside = outside_make(parent.path);
    for (size_t obstacle = 0; obstacle < obstacles_count(); obstacle++) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        char name[96];
        document_make(*state);
        int holder = open(path_in(*state, "data.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        assert_int_equal(fcntl(holder, F_OFD_SETLK, &lock), 0);
        struct running running = program_start(&call);
        (void)snprintf(name, sizeof name, "project-data.json.tmp-" NEXT_REVISION "-%jd",
                       (intmax_t)running.process);
        obstacle_make((enum obstacle)obstacle, path_in(*state, name), &outside);
        (void)close(holder);
        struct answer answer = program_finish(&running);
        if (obstacle == DIRECTORY)
            check_failure(&answer, 503, "STORAGE_UNAVAILABLE", "EEXIST: file exists, open '");
        else
            assert_int_equal(answer.status, 200);
        answer_release(&answer);
        outside_check(&outside);
        assert_int_equal(entries_count(*state, "project-data.json.tmp"), obstacle == DIRECTORY);
        (void)rmdir(path_in(*state, name));
    }
}

/* A damaged document is set aside by the restore that replaces it, under the next name that is free. */
static void obstacles_for_a_damaged_document_are_stepped_over(void **state)
{
    struct outside outside = outside_make(*state);
    for (size_t obstacle = 0; obstacle < obstacles_count(); obstacle++) {
        char name[32];
        (void)snprintf(name, sizeof name, "data-%zu", obstacle);
        struct place data = place_in(*state, name);
        directory_make(data.path, 0755);
        document_make(data.path);
        assert_int_equal(rename(path_in(data.path, "project-data.json"),
                                path_in(data.path, "backup-" REVISION ".json")),
                         0);
        document_make(data.path);
        int broken = open(path_in(data.path, "project-data.json"), O_WRONLY | O_TRUNC | O_CLOEXEC);
        const struct timespec times[2] = {revision_time, revision_time};
        assert_int_equal(futimens(broken, times), 0);
        (void)close(broken);
        obstacle_make((enum obstacle)obstacle,
                      path_in(data.path, "project-data.json.corrupt-" REVISION), &outside);
        check_answer(REQUEST(data.path, .path = "/backups/" REVISION "/restore", .body = ""), 200);
        assert_int_equal(
            file_stat(path_in(data.path, "project-data.json.corrupt-4102444800122")).st_size, 0);
        outside_check(&outside);
    }
}

int main(void)
{
    (void)alarm(300); /* a hang is a failure */
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(a_directory_of_somebody_else_is_not_used),
        WITH_DIRECTORY(a_directory_that_everybody_can_write_to_is_not_used),
        WITH_DIRECTORY(a_link_in_place_of_the_directory_is_not_followed),
        WITH_DIRECTORY(a_path_through_what_others_made_in_a_shared_directory_is_not_used),
        WITH_DIRECTORY(others_can_read_but_not_disturb),
        WITH_DIRECTORY(a_lock_held_since_it_was_readable_goes_with_its_file),
        WITH_DIRECTORY(files_of_others_are_not_used),
        WITH_DIRECTORY(backups_of_others_are_none),
        WITH_DIRECTORY(obstacles_are_neither_followed_nor_waited_for),
        WITH_DIRECTORY(obstacles_for_the_temporary_file_are_swept),
        WITH_DIRECTORY(obstacles_for_a_damaged_document_are_stepped_over),
    };
    return cmocka_run_group_tests_name("cgi_other_users", tests, NULL, NULL);
}
