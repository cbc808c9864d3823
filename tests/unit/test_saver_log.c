#include "io.h"
#include "opened_directory.h"
#include "saver_log.h"
#include "system_calls.h"
#include "valgrind_run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char log_name[] = "saved-by.log";

enum { BOUND = 64 * 1024, BOUND_PER_BACKUP = 512 };

static const char *log_path(void)
{
    return path_in(directory.path, log_name);
}

static enum status append_merge(int64_t submitted, int64_t revision, const char *name,
                                size_t backups, struct error *error)
{
    const struct saver_entry entry = {.name = name, .revision = revision, .submitted = submitted};
    return saver_log_append(&directory, &entry, backups, error);
}

static void append(int64_t revision, const char *name)
{
    struct error error = ERROR_INIT;
    if (append_merge(0, revision, name, 0, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void check_file(const char *expected)
{
    char *text = file_read(log_path());
    assert_string_equal(text, expected);
    free(text);
}

/* Who saved the revision, by a reading of its own; or null expected. */
static void check_saver(int64_t revision, const char *expected)
{
    struct savers savers;
    struct error error = ERROR_INIT;
    savers_init(&savers);
    if (saver_log_read(&directory, &savers, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    const char *name = savers_find(&savers, revision);
    if (expected == NULL && name != NULL)
        fail_msg("'%s' is said to have saved it", name);
    if (expected != NULL && name == NULL)
        fail_msg("nobody is said to have saved it");
    if (expected != NULL)
        assert_string_equal(name, expected);
    savers_release(&savers);
}

/* Reading and appending. */

static void what_is_noted_is_known(void **state)
{
    (void)state;
    check_saver(5, NULL);
    mode_t umask_before = umask(0077);
    append(5, "anna");
    umask(umask_before);
    check_file("5 anna\n");
    assert_int_equal(file_stat(log_path()).st_mode, S_IFREG | 0644);
    append(7, "张 三 ");
    assert_int_equal(append_merge(8, 9, "bo", 0, NULL), STATUS_OK);
    assert_int_equal(append_merge(10, 0, "cy", 0, NULL), STATUS_OK);
    check_file("5 anna\n7 张 三 \n8 bo\n9 bo\n10 cy\n");
    check_saver(5, "anna");
    check_saver(6, NULL);
    check_saver(7, "张 三 ");
    check_saver(8, "bo");
    check_saver(9, "bo");
    check_saver(10, "cy");
    append(5, "cy");
    check_saver(5, "cy");
}

#define R "1769000000123"
static const int64_t r = INT64_C(1769000000123);

static void what_is_no_line_counts_for_nothing(void **state)
{
    static const struct {
        const char *text;
        const char *saver;
    } rows[] = {
        {"", NULL},
        {"\n\n\n", NULL},
        {R " anna\n", "anna"},
        {R " anna", NULL},
        {R " anna\n" R " bo", "anna"},
        {R " anna\n" R " bo\n", "bo"},
        {"\n\nnonsense\n" R " anna\n12 \n", "anna"},
        {R "\n", NULL},
        {R " \n", NULL},
        {R "  anna\n", " anna"},
        {" " R " anna\n", NULL},
        {R "\tanna\n", NULL},
        {R " anna\t\n", NULL},
        {R " anna\r\n", NULL},
        {R " an\xFFna\n", NULL},
        {R " an\xC2\x9Bna\n", NULL},
        {"+" R " anna\n", NULL},
        {"-" R " anna\n", NULL},
        {R ".0 anna\n", NULL},
        {"99999999999999999999999999" R " anna\n", NULL},
        {R " anna\n" R " \x01\n", "anna"},
        {R " anna\n" R "\n", NULL},
        {R " anna\n" R "\n" R " bo\n", "bo"},
        {R " anna\n" R, "anna"},
        {R " anna\n" R "\t\n", "anna"},
        {R " anna\n" R "0\n", "anna"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        file_write(log_path(), rows[i].text);
        check_saver(r, rows[i].saver);
    }
    /* As file systems leave what a power loss kept from being written. */
    static const char zeros[] = R " anna\n\0\0\0\0" R " bo\n" R "\0 cy\n" R " d\0y\n" R "\0\n";
    file_write_bytes(log_path(), zeros, sizeof zeros - 1);
    check_saver(r, "anna");
}

static void what_is_called_otherwise_takes_its_name_along(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    assert_int_equal(saver_log_move(&directory, 7, 6, 0, NULL, &error), STATUS_OK);
    assert_false(file_exists(log_path()));
    append(7, "anna");
    append(8, "bo");
    assert_int_equal(saver_log_move(&directory, 5, 4, 0, NULL, &error), STATUS_OK);
    assert_int_equal(saver_log_move(&directory, 7, 6, 0, NULL, &error), STATUS_OK);
    check_file("7 anna\n8 bo\n6 anna\n7\n");
    check_saver(6, "anna");
    check_saver(7, NULL);
    check_saver(8, "bo");
    append(7, "cy");
    check_saver(7, "cy");
}

/* Wherever the parts end in which it is read, and however many lines tell of a revision. */
static void every_line_of_a_long_one_counts(void **state)
{
    enum { LINES = 9000, REVISIONS = 5000, LENGTHS = 97 };
    struct savers savers;
    char *text = malloc((size_t)LINES * SAVER_NAME_SIZE);
    assert_non_null(text);
    size_t used = 0;
    (void)state;
    for (int i = 0; i < LINES; i++) {
        used += (size_t)sprintf(text + used, "%d ", i % REVISIONS);
        memset(text + used, 'a' + i % 26, (size_t)(i % LENGTHS + 1));
        used += (size_t)(i % LENGTHS + 1);
        text[used++] = '\n';
    }
    file_write_bytes(log_path(), text, used);
    free(text);
    savers_init(&savers);
    assert_int_equal(saver_log_read(&directory, &savers, NULL), STATUS_OK);
    assert_int_equal(savers.count, REVISIONS);
    for (int i = LINES - REVISIONS; i < LINES; i++) {
        const char *name = savers_find(&savers, i % REVISIONS);
        assert_non_null(name);
        assert_int_equal(strlen(name), i % LENGTHS + 1);
        assert_int_equal(strspn(name, (char[]){(char)('a' + i % 26), '\0'}), i % LENGTHS + 1);
    }
    savers_release(&savers);
}

static void names_that_are_too_long_count_for_nothing(void **state)
{
    char line[SAVER_NAME_SIZE + 64];
    (void)state;
    for (int length = SAVER_NAME_SIZE - 1; length <= SAVER_NAME_SIZE; length++) {
        int used = sprintf(line, R " ");
        memset(line + used, 'n', (size_t)length);
        (void)strcpy(line + used + length, "\n");
        file_write(log_path(), line);
        line[used + length] = '\0';
        check_saver(r, length < SAVER_NAME_SIZE ? line + used : NULL);
    }
}

static void a_line_that_was_not_finished_is_never_finished(void **state)
{
    (void)state;
    file_write(log_path(), "10 anna\n11 bo");
    append(12, "cy");
    check_file("10 anna\n11 bo\t\n12 cy\n");
    check_saver(10, "anna");
    check_saver(11, NULL);
    check_saver(12, "cy");
    file_write(log_path(), "1");
    append(2, "cy");
    check_saver(12, NULL);
    check_saver(2, "cy");
}

/* Beyond what a store can have, only the end is looked at. */
static void of_an_endless_file_the_end_is_read(void **state)
{
    static const off_t size = 100 << 20;
    (void)state;
    file_write(log_path(), "5 anna\n");
    assert_int_equal(truncate(log_path(), size), 0);
    int descriptor = open(log_path(), O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_true(descriptor >= 0 && io_write_all(descriptor, "\n6 bo\n", 6));
    (void)close(descriptor);
    check_saver(5, NULL);
    check_saver(6, "bo");
}

/* What is not ours to write to. */

static void check_untouched(const char *expected)
{
    struct error error = ERROR_INIT;
    assert_int_equal(append_merge(0, 5, "anna", 0, &error), STATUS_UNAVAILABLE);
    if (strstr(error.text, expected) == NULL)
        fail_msg("'%s' does not tell of '%s'", error.text, expected);
    assert_non_null(strstr(error.text, log_name));
}

static void check_unread(void)
{
    struct savers savers;
    savers_init(&savers);
    assert_int_equal(saver_log_read(&directory, &savers, NULL), STATUS_UNAVAILABLE);
    savers_release(&savers);
}

static void links_are_not_followed(void **state)
{
    const char *other = path_in(directory.path, "other");
    (void)state;
    assert_int_equal(symlink("other", log_path()), 0);
    check_untouched("ELOOP");
    assert_false(file_exists(other));
    file_write(other, "5 bo\n");
    check_untouched("ELOOP");
    check_unread();
    assert_int_equal(unlink(log_path()), 0);

    assert_int_equal(link(other, log_path()), 0);
    check_untouched("has another name");
    check_file("5 bo\n");
    check_saver(5, "bo"); /* to read it is no harm */
}

static void what_is_no_file_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(log_path(), 0644), 0);
    check_untouched("is not a regular file");
    check_unread();
    assert_int_equal(unlink(log_path()), 0);
    assert_int_equal(mkdir(log_path(), 0755), 0);
    check_untouched("EISDIR");
    check_unread();
}

static void what_belongs_to_others_is_left_alone(void **state)
{
    (void)state;
    file_write(log_path(), "5 bo\n");
    if (chown(log_path(), 65534, 65534) != 0)
        skip();
    assert_int_equal(chmod(log_path(), 0666), 0);
    check_untouched("belongs to user 65534");
    check_unread();
    check_file("5 bo\n");
}

/* As they read the documents. */
static void all_may_read_it_and_nobody_else_write_to_it(void **state)
{
    static const mode_t modes[] = {0666, 0600, 0664, 0755};
    (void)state;
    file_write(log_path(), "");
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(log_path(), modes[i]), 0);
        append(5, "anna");
        assert_int_equal(file_stat(log_path()).st_mode, S_IFREG | 0644);
    }
}

/* Growing. */

/* Fill the file up to `length` bytes with lines of revisions from 1000001 on, whose saver is "x". */
static void fill(size_t length)
{
    char *text = malloc(length + 64);
    assert_non_null(text);
    size_t used = 0;
    for (int64_t i = 1000001; used < length; i++)
        used += (size_t)sprintf(text + used, "%" PRId64 " x\n", i);
    text[length - 1] = '\n';
    text[length] = '\0';
    file_write(log_path(), text);
    free(text);
}

static void backup_make(const char *kind, int64_t revision)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s-%013" PRId64 ".json", kind, revision);
    file_write(path_in(directory.path, name), "{}");
}

/* The current document's, and three that are kept. */
static void kept_make(void)
{
    const struct timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 5000000},
                                      {.tv_sec = 1000, .tv_nsec = 5000000}};
    const char *path = path_in(directory.path, "project-data.json");
    file_write(path, "{}");
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0); /* 1000005 */
    backup_make("backup", INT64_C(1000000000001));
    backup_make("pinned", INT64_C(1000000000001));
    backup_make("submitted", INT64_C(1000000000009));
    backup_make("base", INT64_C(1000000000003));
}

enum { KEPT = 4 };

static const char kept_lines[] = "1000000000001 anna\n1000000000002 bo\n1000000000003 cy\n"
                                 "1000000000009 di\n";
static const char renewed[] = "1000005 x\n1000000000001 anna\n1000000000003 cy\n"
                              "1000000000009 di\n1000000000010 ed\n";

/* Let it be so long, with lines that count at its end. */
static void long_log_make(size_t length)
{
    kept_make();
    fill(length - (sizeof kept_lines - 1));
    int descriptor = open(log_path(), O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_true(descriptor >= 0 && io_write_all(descriptor, kept_lines, sizeof kept_lines - 1));
    (void)close(descriptor);
    assert_int_equal(file_stat(log_path()).st_size, length);
}

static void one_that_is_too_long_keeps_the_lines_of_what_is_kept(void **state)
{
    (void)state;
    long_log_make(BOUND + KEPT * BOUND_PER_BACKUP + 1);
    mode_t umask_before = umask(0077);
    append(INT64_C(1000000000010), "ed");
    umask(umask_before);
    check_file(renewed);
    assert_int_equal(file_stat(log_path()).st_mode, S_IFREG | 0644);
    assert_int_equal(entries_count(directory.path, ""),
                     KEPT + 2); /* with the document and the log */
}

/* Also if the caller knows of fewer, or of none. */
static void one_that_is_as_long_as_it_may_be_is_appended_to(void **state)
{
    static const size_t known[] = {0, KEPT, KEPT + 1000};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        long_log_make(BOUND + KEPT * BOUND_PER_BACKUP);
        ino_t inode = file_stat(log_path()).st_ino;
        assert_int_equal(append_merge(0, INT64_C(1000000000010), "ed", known[i], NULL), STATUS_OK);
        assert_int_equal(file_stat(log_path()).st_ino, inode);
        check_saver(INT64_C(1000000000010), "ed");
        check_saver(INT64_C(1000000000002), "bo");
        check_saver(1000005, "x");
    }
}

/* More of them than there can be of different revisions. */
static void however_many_lines_a_hand_wrote_it_gets_short_again(void **state)
{
    static const char line[] = "1 a\n";
    const size_t count = repetitions(4300000);
    const size_t length = count * (sizeof line - 1);
    char *text = malloc(length + sizeof kept_lines);
    assert_non_null(text);
    (void)state;
    kept_make();
    memcpy(text, kept_lines, sizeof kept_lines - 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + sizeof kept_lines - 1 + i * (sizeof line - 1), line, sizeof line - 1);
    file_write_bytes(log_path(), text, length + sizeof kept_lines - 1);
    free(text);
    append(INT64_C(1000000000010), "ed");
    check_file("1000000000001 anna\n1000000000003 cy\n1000000000009 di\n1000000000010 ed\n");
    check_saver(1, NULL);
    check_saver(INT64_C(1000000000010), "ed");
}

/* Calls that fail, or are counted. */

static struct system_calls calls;
static unsigned file_syncs;
static unsigned directory_syncs;

static int fsync_counted(int descriptor)
{
    struct stat found;
    assert_int_equal(fstat(descriptor, &found), 0);
    file_syncs += S_ISREG(found.st_mode);
    directory_syncs += S_ISDIR(found.st_mode);
    return 0;
}

static void check_syncs(unsigned files, unsigned directories)
{
    assert_int_equal(file_syncs, files);
    assert_int_equal(directory_syncs, directories);
    file_syncs = directory_syncs = 0;
}

static void what_is_noted_is_synced(void **state)
{
    (void)state;
    calls = system_calls_libc;
    calls.fsync = fsync_counted;
    system_calls = &calls;
    append(5, "anna");
    check_syncs(1, 1);
    append(6, "anna");
    check_syncs(1, 0);
    long_log_make(BOUND + KEPT * BOUND_PER_BACKUP + 1);
    append(INT64_C(1000000000010), "ed");
    check_syncs(1, 1);
}

static int openat_without_room(int at, const char *path, int flags, mode_t mode)
{
    if ((flags & O_EXCL) == 0)
        return system_calls_libc.openat(at, path, flags, mode);
    errno = ENOSPC;
    return -1;
}

static void without_room_for_another_file_it_becomes_longer(void **state)
{
    (void)state;
    long_log_make(BOUND + KEPT * BOUND_PER_BACKUP + 1);
    off_t size = file_stat(log_path()).st_size;
    calls = system_calls_libc;
    calls.openat = openat_without_room;
    system_calls = &calls;
    append(INT64_C(1000000000010), "ed");
    assert_int_equal(file_stat(log_path()).st_size, size + (off_t)strlen("1000000000010 ed\n"));
    check_saver(INT64_C(1000000000010), "ed");
    check_saver(INT64_C(1000000000001), "anna");
    system_calls = &system_calls_libc;
    append(INT64_C(1000000000011), "fu");
    char *text = file_read(log_path());
    assert_string_equal(text, "1000005 x\n1000000000001 anna\n1000000000003 cy\n"
                              "1000000000009 di\n1000000000011 fu\n");
    free(text);
}

static int renameat_failing(int from_at, const char *from, int to_at, const char *to)
{
    (void)from_at;
    (void)from;
    (void)to_at;
    (void)to;
    errno = EIO;
    return -1;
}

static void what_may_be_left_of_a_failure_is_told(void **state)
{
    bool is_clean = true;
    const struct saver_entry entry = {.name = "ed", .revision = 1, .is_clean = &is_clean};
    (void)state;
    long_log_make(BOUND + KEPT * BOUND_PER_BACKUP + 1);
    calls = system_calls_libc;
    calls.renameat = renameat_failing;
    system_calls = &calls;
    assert_int_equal(link(log_path(), path_in(directory.path, "other")), 0);
    assert_int_equal(saver_log_append(&directory, &entry, 0, NULL), STATUS_UNAVAILABLE);
    assert_true(is_clean);
    assert_int_equal(unlink(path_in(directory.path, "other")), 0);
    assert_int_not_equal(saver_log_append(&directory, &entry, 0, NULL), STATUS_OK);
    assert_false(is_clean);
    is_clean = true;
    system_calls = &system_calls_libc;
    assert_int_equal(saver_log_append(&directory, &entry, 0, NULL), STATUS_OK);
    assert_true(is_clean);
}

static ssize_t half_written(int descriptor, const void *bytes, size_t size)
{
    static bool is_full;
    if (is_full) {
        is_full = false;
        errno = ENOSPC;
        return -1;
    }
    is_full = true;
    return write(descriptor, bytes, (size + 1) / 2);
}

static void half_a_line_is_not_a_name(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    append(5, "anna");
    calls = system_calls_libc;
    calls.write = half_written;
    system_calls = &calls;
    assert_int_equal(append_merge(0, 6, "anna-maria", 0, &error), STATUS_NO_SPACE);
    assert_non_null(strstr(error.text, "ENOSPC"));
    system_calls = &system_calls_libc;
    check_file("5 anna\n6 anna-");
    check_saver(6, NULL);
    append(7, "bo");
    check_saver(5, "anna");
    check_saver(6, NULL);
    check_saver(7, "bo");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OPENED_DIRECTORY(what_is_noted_is_known),
        WITH_OPENED_DIRECTORY(what_is_no_line_counts_for_nothing),
        WITH_OPENED_DIRECTORY(what_is_called_otherwise_takes_its_name_along),
        WITH_OPENED_DIRECTORY(every_line_of_a_long_one_counts),
        WITH_OPENED_DIRECTORY(names_that_are_too_long_count_for_nothing),
        WITH_OPENED_DIRECTORY(a_line_that_was_not_finished_is_never_finished),
        WITH_OPENED_DIRECTORY(of_an_endless_file_the_end_is_read),
        WITH_OPENED_DIRECTORY(links_are_not_followed),
        WITH_OPENED_DIRECTORY(what_is_no_file_is_left_alone),
        WITH_OPENED_DIRECTORY(what_belongs_to_others_is_left_alone),
        WITH_OPENED_DIRECTORY(all_may_read_it_and_nobody_else_write_to_it),
        WITH_OPENED_DIRECTORY(one_that_is_too_long_keeps_the_lines_of_what_is_kept),
        WITH_OPENED_DIRECTORY(one_that_is_as_long_as_it_may_be_is_appended_to),
        WITH_OPENED_DIRECTORY(however_many_lines_a_hand_wrote_it_gets_short_again),
        WITH_OPENED_DIRECTORY(what_is_noted_is_synced),
        WITH_OPENED_DIRECTORY(what_may_be_left_of_a_failure_is_told),
        WITH_OPENED_DIRECTORY(without_room_for_another_file_it_becomes_longer),
        WITH_OPENED_DIRECTORY(half_a_line_is_not_a_name),
    };
    return cmocka_run_group_tests_name("saver_log", tests, NULL, NULL);
}
