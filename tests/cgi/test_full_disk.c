/* Disks that are full, of bytes or of inodes, for every kind of write. They take mounts. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

enum { LONG = 100000 };

/* {"projects":[{"id":"<id>","text":"xxx…"}],"tasks":[]}, of about LONG bytes; for the caller to free. */
static char *document_of(const char *id)
{
    char *text = malloc(LONG + 128);
    char *filling = malloc(LONG + 1);
    assert_non_null(text);
    assert_non_null(filling);
    memset(filling, 'x', LONG);
    filling[LONG] = '\0';
    (void)snprintf(text, LONG + 128,
                   "{\"projects\":[{\"id\":\"%s\",\"text\":\"%s\"}],\"tasks\":[]}", id, filling);
    free(filling);
    return text;
}

/* A disk for the test, with two documents stored on it one after the other. */
struct disk {
    const char *directory;
    char first[32]; /* the revision of the one that was replaced */
    char second[32];
};

static void revision_write(char text[32], struct answer answer)
{
    if (answer.status != 200 && answer.status != 201)
        fail_msg("%s%s", answer.output, answer.log);
    (void)snprintf(text, 32, "%" PRId64, revision_of(&answer));
    answer_release(&answer);
}

static void disk_mount(const char *directory, const char *options)
{
    if (mount("tmpfs", directory, "tmpfs", 0, options) != 0)
        fail_msg("mount tmpfs: %s", strerror(errno));
}

/* The first document is kept so that it can give way, or pinned. */
static struct disk disk_make(const char *directory, const char *options, bool pinned)
{
    struct disk disk = {.directory = directory};
    char *first = document_of("p-1");
    char *second = document_of("p-2");
    disk_mount(directory, options);
    revision_write(disk.first, program_post(directory, first));
    if (pinned)
        check_answer(REQUEST(directory, .path = "/backups", .body = ""), 201);
    revision_write(disk.second, program_post(directory, second));
    free(first);
    free(second);
    return disk;
}

/* Fill the disk with one file, or with many empty ones, until there is no room. */
static void fill(const char *directory, bool inodes)
{
    char name[32];
    static const char zeros[4096];
    int descriptor = -1;
    for (int i = 0; inodes && i < 10000; i++) {
        (void)snprintf(name, sizeof name, "filler-%d", i);
        descriptor = open(path_in(directory, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0)
            break;
        (void)close(descriptor);
    }
    if (!inodes) {
        descriptor = open(path_in(directory, "filler-0"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        assert_true(descriptor >= 0);
        while (write(descriptor, zeros, sizeof zeros) > 0)
            continue;
        (void)close(descriptor);
    }
    assert_int_equal(errno, ENOSPC);
}

static void unfill(const char *directory)
{
    char name[32];
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(name, sizeof name, "filler-%d", i);
        if (unlink(path_in(directory, name)) != 0)
            break;
    }
}

enum write { SAVE, MERGED_SAVE, PATCH, ITEM, ITEM_REPLACED, PIN, RESTORE, WRITES };

static struct answer write_run(const struct disk *disk, enum write write)
{
    static char *document;
    char query[64];
    char path[64];
    struct answer answer = {0};
    free(document);
    document = document_of("p-3");
    (void)snprintf(query, sizeof query, "base=%s", disk->first);
    (void)snprintf(path, sizeof path, "/backups/%s/restore", disk->first);
    switch (write) {
    case SAVE: answer = program_post(disk->directory, document); break;
    case MERGED_SAVE: answer = REQUEST(disk->directory, .query = query, .body = document); break;
    case PATCH:
        answer = REQUEST(disk->directory, .method = "PATCH", .body = "{\"note\":1}",
                         .type = "application/merge-patch+json");
        break;
    case ITEM:
        answer = REQUEST(disk->directory, .path = "/data/tasks", .body = "{\"id\":\"t-1\"}");
        break;
    case ITEM_REPLACED:
        answer = REQUEST(disk->directory, .method = "PUT", .path = "/data/projects/p-2",
                         .body = "{\"id\":\"p-2\"}");
        break;
    case PIN: answer = REQUEST(disk->directory, .path = "/backups", .body = ""); break;
    case RESTORE: answer = REQUEST(disk->directory, .path = path, .body = ""); break;
    case WRITES: fail(); break;
    }
    return answer;
}

static void check_full(const struct disk *disk, enum write write, const char *call)
{
    size_t entries = entries_count(disk->directory, "");
    char details[64];
    char *before = file_read(path_in(disk->directory, "project-data.json"));
    (void)snprintf(details, sizeof details, "ENOSPC: no space left on device, %s '", call);
    struct answer answer = write_run(disk, write);
    check_failure(&answer, 507, "INSUFFICIENT_STORAGE", details);
    answer_release(&answer);
    char *after = file_read(path_in(disk->directory, "project-data.json"));
    assert_string_equal(after, before);
    assert_int_equal(entries_count(disk->directory, ""), entries);
    free(before);
    free(after);
    check_answer(program_get(disk->directory), 200);
}

/* Nothing but a pinned document is kept, so nothing gives way: each fails, and succeeds with room. */
static void check_all_full(const char *directory, const char *options, bool inodes,
                           const char *call)
{
    for (int write = 0; write < WRITES; write++) {
        struct disk disk = disk_make(directory, options, true);
        fill(directory, inodes);
        check_full(&disk, (enum write)write, call);
        unfill(directory);
        struct answer answer = write_run(&disk, (enum write)write);
        if (answer.status != 200 && answer.status != 201)
            fail_msg("write %d: %s%s", write, answer.output, answer.log);
        answer_release(&answer);
        assert_int_equal(entries_count(directory, "pinned-"), write == PIN ? 2 : 1);
        assert_int_equal(umount(directory), 0);
    }
}

static void a_disk_full_of_bytes_is_507_and_nothing_changes(void **state)
{
    check_all_full(*state, "mode=0755,size=1m", false, "write");
}

static void a_disk_full_of_inodes_is_507_and_nothing_changes(void **state)
{
    check_all_full(*state, "mode=0755,size=4m,nr_inodes=12", true, "open");
}

/* What may give way does, before a save fails. What is to be brought back must not. */
static void backups_give_way_to_every_save(void **state)
{
    for (int write = 0; write < WRITES; write++) {
        struct disk disk = disk_make(*state, "mode=0755,size=1m", false);
        fill(*state, false);
        assert_int_equal(entries_count(*state, "backup-"), 1);
        if (write == PIN)
            check_full(&disk, PIN, "write"); /* to pin is no save: it takes nothing from others */
        else if (write != RESTORE && write != MERGED_SAVE) {
            check_answer(write_run(&disk, (enum write)write), 200 + (write == ITEM));
            assert_int_equal(entries_count(*state, "backup-"), 1);
        }
        assert_int_equal(umount(*state), 0);
    }
}

static void what_is_restored_does_not_give_way_to_its_restore(void **state)
{
    char path[64];
    struct disk disk = disk_make(*state, "mode=0755,size=1m", false);
    (void)snprintf(path, sizeof path, "/backups/%s", disk.first);
    fill(*state, false);
    struct answer answer = write_run(&disk, RESTORE);
    if (answer.status == 200) {
        answer_release(&answer);
        answer = program_get(*state);
        assert_non_null(strstr(answer.body, "\"p-1\""));
    } else {
        assert_int_equal(answer.status, 507);
        check_answer(REQUEST(*state, .path = path), 200);
    }
    answer_release(&answer);
    assert_int_equal(umount(*state), 0);
}

/* A merged save takes two documents, and only one of them finds room. */
static void no_backup_gives_way_to_a_merge_that_cannot_fit(void **state)
{
    struct disk disk = disk_make(*state, "mode=0755,size=1m", false);
    fill(*state, false);
    check_full(&disk, MERGED_SAVE, "write");
    assert_int_equal(entries_count(*state, "backup-"), 1);
    assert_int_equal(umount(*state), 0);
}

static void a_backup_can_be_deleted_from_a_full_disk(void **state)
{
    char path[64];
    struct disk disk = disk_make(*state, "mode=0755,size=1m", true);
    fill(*state, false);
    check_full(&disk, SAVE, "write");
    (void)snprintf(path, sizeof path, "/backups/%s", disk.first);
    check_answer(REQUEST(*state, .method = "DELETE", .path = path), 200);
    check_answer(write_run(&disk, SAVE), 200);
    assert_int_equal(umount(*state), 0);
}

static void what_a_killed_save_left_is_swept_when_its_room_is_needed(void **state)
{
    struct disk disk = disk_make(*state, "mode=0755,size=1m", true);
    fill(*state, false);
    check_full(&disk, SAVE, "write");
    const char *left = path_in(*state, "project-data.json.tmp-1769000000123-77");
    assert_int_equal(rename(path_in(*state, "filler-0"), left), 0);
    check_answer(write_run(&disk, SAVE), 200);
    assert_int_equal(entries_count(*state, "project-data.json.tmp"), 0);
    assert_int_equal(umount(*state), 0);
}

static void a_first_save_on_a_full_disk_is_507(void **state)
{
    struct disk disk = {.directory = *state};
    disk_mount(*state, "mode=0755,size=256k");
    fill(*state, false);
    struct answer answer = write_run(&disk, SAVE);
    check_failure(&answer, 507, "INSUFFICIENT_STORAGE", "ENOSPC: ");
    answer_release(&answer);
    assert_int_equal(entries_count(*state, "project-data.json"), 0);
    unfill(*state);
    check_answer(write_run(&disk, SAVE), 200);
    assert_int_equal(umount(*state), 0);
}

static struct answer save_by_anna(const char *directory, const char *id)
{
    char *document = document_of(id);
    struct answer answer = REQUEST(directory, .body = document, .settings[0] = "REMOTE_USER=anna");
    free(document);
    return answer;
}

/* There is room for the document, to the last block, but not for a line that says who saved it. */
static void a_save_does_not_fail_for_want_of_room_for_a_name(void **state)
{
    static const char warning[] = "未能记录保存者: ENOSPC: no space left on device, write '";
    (void)disk_make(*state, "mode=0755,size=1m", true);
    fill(*state, false);
    off_t needed = (off_t)file_stat(path_in(*state, "project-data.json")).st_blocks * 512;
    const char *filler = path_in(*state, "filler-0");
    assert_int_equal(truncate(filler, file_stat(filler).st_size - needed), 0);
    struct answer answer = save_by_anna(*state, "p-3");
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.log, warning));
    answer_release(&answer);
    check_answer(REQUEST(*state, .path = "/backups"), 200);
    unfill(*state);
    answer = save_by_anna(*state, "p-4");
    assert_int_equal(answer.status, 200);
    assert_null(strstr(answer.log, "[WARN]"));
    answer_release(&answer);
    answer = REQUEST(*state, .path = "/backups");
    assert_non_null(strstr(answer.body, ",\"savedBy\":\"anna\",\"backups\":["));
    answer_release(&answer);
    assert_int_equal(umount(*state), 0);
}

int main(void)
{
    private_mounts_enter();
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(a_disk_full_of_bytes_is_507_and_nothing_changes),
        WITH_DIRECTORY(a_disk_full_of_inodes_is_507_and_nothing_changes),
        WITH_DIRECTORY(backups_give_way_to_every_save),
        WITH_DIRECTORY(what_is_restored_does_not_give_way_to_its_restore),
        WITH_DIRECTORY(no_backup_gives_way_to_a_merge_that_cannot_fit),
        WITH_DIRECTORY(a_backup_can_be_deleted_from_a_full_disk),
        WITH_DIRECTORY(what_a_killed_save_left_is_swept_when_its_room_is_needed),
        WITH_DIRECTORY(a_first_save_on_a_full_disk_is_507),
        WITH_DIRECTORY(a_save_does_not_fail_for_want_of_room_for_a_name),
    };
    return cmocka_run_group_tests_name("cgi_full_disk", tests, NULL, NULL);
}
