#include "injector.h"
#include "store_file.h"
#include "system_calls.h"
#include "temporary.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An observer that counts. */

static struct {
    unsigned created;
    unsigned retries;
    char lock_failure[256];
    unsigned gave_way;
    char set_aside[64];
    char not_noted[256];
} seen;

static void on_created(const void *context, const char *path)
{
    (void)context;
    assert_non_null(path);
    seen.created++;
}

static void on_retry(const void *context, unsigned retry, unsigned retries)
{
    (void)context;
    assert_int_equal(retries, 3);
    seen.retries = retry;
}

static void on_lock_failed(const void *context, const char *reason)
{
    (void)context;
    (void)snprintf(seen.lock_failure, sizeof seen.lock_failure, "%s", reason);
}

static void on_gave_way(const void *context, int64_t revision)
{
    (void)context;
    assert_true(revision > 0);
    seen.gave_way++;
}

static void on_set_aside(const void *context, const char *name)
{
    (void)context;
    (void)snprintf(seen.set_aside, sizeof seen.set_aside, "%s", name);
}

static void on_not_noted(const void *context, const char *reason)
{
    (void)context;
    (void)snprintf(seen.not_noted, sizeof seen.not_noted, "%s", reason);
}

static const struct store_observer observer = {.directory_created = on_created,
                                               .lock_retry = on_retry,
                                               .lock_failed = on_lock_failed,
                                               .backup_gave_way = on_gave_way,
                                               .corrupt_set_aside = on_set_aside,
                                               .saver_not_noted = on_not_noted};

/* A store in the directory, which is as temporary_setup made it. */

static struct store_file_options options = {.retention = {.count = 50, .bytes = 64 << 20}};

static struct store *store_in(const char *directory)
{
    /* Never more than two at a time: of a save, and of who meddles with it. */
    static struct store_file stores[2];
    static size_t opened;
    struct store_file *store = &stores[opened++ % 2];
    memset(&seen, 0, sizeof seen);
    options.directory = directory;
    assert_int_equal(store_file_open(store, &options, &observer, NULL), STATUS_OK);
    return &store->base;
}

static enum status put(void *context, struct document *current, struct store_next *next,
                       struct error *error)
{
    (void)current;
    (void)error;
    next->text = (struct document_text){.bytes = context, .length = strlen(context)};
    return STATUS_OK;
}

static enum status save(const char *directory, const char *text, struct store_commit *commit,
                        struct error *error)
{
    struct store_commit ignored;
    struct store *store = store_in(directory);
    const struct store_transform transform = {.decide = put, .context = (void *)(uintptr_t)text};
    enum status status = store_update(store, &transform, commit != NULL ? commit : &ignored, error);
    store_close(store);
    return status;
}

static enum status load(const char *directory, struct document *document, struct error *error)
{
    struct store *store = store_in(directory);
    enum status status = store_load(store, document, error);
    store_close(store);
    return status;
}

/* Whether what is stored can be loaded without a look into it. */
static bool is_known(const char *directory)
{
    struct store *store = store_in(directory);
    struct document document;
    bool known = false;
    assert_int_equal(store_load_known(store, &document, &known, NULL), STATUS_OK);
    if (known)
        document_release(&document);
    store_close(store);
    return known;
}

/* Saving and loading. */

static void starts_with_nothing(void **state)
{
    struct document document;
    assert_int_equal(load(*state, &document, NULL), STATUS_OK);
    assert_int_equal(document.revision, 0);
    assert_null(document.text);
    assert_int_equal(document.descriptor, -1);
    document_release(&document);
    assert_false(file_exists(path_in(*state, "data.lock")));
}

static void keeps_what_is_saved(void **state)
{
    struct store_commit commit = {0};
    struct document document;
    mode_t umask_before = umask(0077);
    assert_int_equal(save(*state, "{\"a\":1}", &commit, NULL), STATUS_OK);
    umask(umask_before);
    assert_int_equal(commit.length, 7);
    assert_int_equal(load(*state, &document, NULL), STATUS_OK);
    assert_int_equal(document.revision, commit.revision);
    assert_int_equal(document.length, 7);
    assert_memory_equal(document.text, "{\"a\":1}", 7);
    document_release(&document);
    assert_int_equal(file_stat(path_in(*state, "project-data.json")).st_mode, S_IFREG | 0644);
    assert_int_equal(entries_count(*state, "project-data.json.tmp"), 0);
}

static void what_was_stored_last_is_known(void **state)
{
    assert_false(is_known(*state));
    assert_int_equal(save(*state, "{\"a\":1}", NULL, NULL), STATUS_OK);
    assert_true(is_known(*state));
    file_write(path_in(*state, "project-data.json"), "{\"a\":2}");
    assert_false(is_known(*state));
    /* An unchanged save had to look, and may tell what it saw. */
    assert_int_equal(save(*state, "{\"a\":2}", NULL, NULL), STATUS_OK);
    assert_true(is_known(*state));
}

static void without_a_lock_file_of_ours_nothing_is_known(void **state)
{
    char lock[TEMPORARY_PATH_SIZE];
    (void)snprintf(lock, sizeof lock, "%s", path_in(*state, "data.lock"));
    assert_int_equal(save(*state, "{\"a\":1}", NULL, NULL), STATUS_OK);
    assert_true(is_known(*state));
    assert_int_equal(rename(lock, path_in(*state, "elsewhere")), 0);
    assert_false(is_known(*state));
    assert_int_equal(symlink("elsewhere", lock), 0);
    assert_false(is_known(*state));
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(mkfifo(lock, 0600), 0);
    assert_false(is_known(*state));
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(rename(path_in(*state, "elsewhere"), lock), 0);
    assert_true(is_known(*state));
}

static void pins_leave_the_document_known(void **state)
{
    const struct conditions none = {0};
    int64_t revision = 0;
    assert_int_equal(save(*state, "{\"a\":1}", NULL, NULL), STATUS_OK);
    struct store *store = store_in(*state);
    assert_int_equal(store_pin(store, &none, &revision, NULL), STATUS_OK);
    store_close(store);
    assert_true(is_known(*state));
    store = store_in(*state);
    assert_int_equal(store_unkeep(store, revision, &none, NULL), STATUS_OK);
    store_close(store);
    assert_true(is_known(*state));
}

static void keeps_long_documents_in_their_file(void **state)
{
    /* Around the size that is held in memory, where one piece becomes two. */
    for (size_t length = DOCUMENT_INLINE_SIZE - 1; length <= DOCUMENT_INLINE_SIZE + 1; length++) {
        struct document document;
        char *text = malloc(length + 1);
        assert_non_null(text);
        memset(text, 'x', length);
        memcpy(text, "{\"a\":\"", 6);
        memcpy(text + length - 2, "\"}", 3);
        assert_int_equal(save(*state, text, NULL, NULL), STATUS_OK);
        assert_int_equal(load(*state, &document, NULL), STATUS_OK);
        assert_int_equal(document.length, length);
        assert_int_equal(document.text != NULL, length < DOCUMENT_INLINE_SIZE);
        assert_true(document.descriptor >= 0);
        assert_int_equal(document.outline.members_end, length - 1);
        document_release(&document);
        free(text);
    }
}

static void revisions_increase_whatever_the_clock_says(void **state)
{
    const struct timespec future[2] = {{.tv_sec = 4102444800, .tv_nsec = 999999999},
                                       {.tv_sec = 4102444800, .tv_nsec = 999999999}};
    struct store_commit first = {0};
    struct store_commit second = {0};
    assert_int_equal(save(*state, "{}", &first, NULL), STATUS_OK);
    assert_int_equal(save(*state, "{\"a\":1}", &second, NULL), STATUS_OK);
    assert_true(second.revision > first.revision);
    const char *path = path_in(*state, "project-data.json");
    assert_int_equal(utimensat(AT_FDCWD, path, future, 0), 0);
    assert_int_equal(save(*state, "{}", &first, NULL), STATUS_OK);
    assert_int_equal(first.revision, 4102444801000);
    struct stat found = file_stat(path);
    assert_int_equal(found.st_mtim.tv_sec, 4102444801);
    assert_int_equal(found.st_mtim.tv_nsec, 0);
}

static int64_t save_at(const char *directory, const char *text, int64_t now_ms)
{
    const struct fault_plan plan = {.now_ms = now_ms};
    struct record *record = record_make();
    struct store_commit commit = {0};
    injector_install(&plan, record);
    enum status status = save(directory, text, &commit, NULL);
    injector_remove();
    record_release(record);
    assert_int_equal(status, STATUS_OK);
    return commit.revision;
}

/* Whether the save looks through the directory. */
static bool looks_through(const char *directory, const char *text)
{
    const struct fault_plan plan = {0};
    struct record *record = record_make();
    bool looks = false;
    injector_install(&plan, record);
    enum status status = save(directory, text, NULL, NULL);
    injector_remove();
    for (size_t i = 0; i < record->count; i++)
        looks = looks || record->calls[i].call == CALL_READDIR;
    record_release(record);
    assert_int_equal(status, STATUS_OK);
    return looks;
}

static void a_save_looks_at_the_backups_only_if_somebody_else_was_there(void **state)
{
    const struct conditions none = {0};
    int64_t pinned = 0;
    assert_true(looks_through(*state, "{\"a\":1}"));
    assert_false(looks_through(*state, "{\"a\":2}"));
    assert_false(looks_through(*state, "{\"a\":3}"));
    file_write(path_in(*state, "project-data.json.tmp-1-1"), "left by a killed one");
    assert_true(looks_through(*state, "{\"a\":4}"));
    assert_int_equal(entries_count(*state, "project-data.json.tmp"), 0);
    assert_false(looks_through(*state, "{\"a\":5}"));
    struct store *store = store_in(*state);
    assert_int_equal(store_pin(store, &none, &pinned, NULL), STATUS_OK);
    store_close(store);
    assert_true(looks_through(*state, "{\"a\":6}"));
    assert_int_equal(entries_count(*state, "backup-"), 4);
    assert_int_equal(entries_count(*state, "pinned-"), 1);
}

/* A log of savers that is so long that it is written anew. */
static void long_log_make(const char *path)
{
    static char text[80 * 1024];
    memset(text, '\n', sizeof text - 1);
    file_write(path, text);
}

static void who_saves_is_noted_without_a_look_at_the_backups(void **state)
{
    const char *path = path_in(*state, "saved-by.log");
    assert_true(looks_through(*state, "{\"a\":1}"));
    assert_false(file_exists(path));
    options.saved_by = "anna";
    bool making = looks_through(*state, "{\"a\":2}");
    bool appending = looks_through(*state, "{\"a\":3}");
    long_log_make(path);
    bool behind_a_hand = looks_through(*state, "{\"a\":4}");
    off_t size = file_stat(path).st_size;
    bool renewed = looks_through(*state, "{\"a\":5}");
    options.saved_by = NULL;
    bool nobody = looks_through(*state, "{\"a\":6}");
    assert_false(making);
    assert_false(appending);
    assert_true(behind_a_hand);
    assert_int_equal(size, strlen("1769000000001 anna\n"));
    assert_false(renewed);
    assert_false(nobody);
    assert_int_equal(file_stat(path).st_size, 2 * size);
}

static void one_who_cannot_be_noted_costs_no_look_at_the_backups(void **state)
{
    const char *log = path_in(*state, "saved-by.log");
    file_write(log, "");
    assert_int_equal(link(log, path_in(*state, "other")), 0);
    options.saved_by = "anna";
    bool first = looks_through(*state, "{\"a\":1}");
    bool noted = seen.not_noted[0] == '\0';
    bool second = looks_through(*state, "{\"a\":2}");
    options.saved_by = NULL;
    assert_true(first);
    assert_false(noted);
    assert_false(second);
}

static void check_saver(const char *directory, int64_t revision, const char *expected)
{
    struct savers savers;
    struct store *store = store_in(directory);
    savers_init(&savers);
    assert_int_equal(store_savers(store, &savers, NULL), STATUS_OK);
    store_close(store);
    const char *name = savers_find(&savers, revision);
    assert_string_equal(name != NULL ? name : "nobody", expected != NULL ? expected : "nobody");
    savers_release(&savers);
}

/* It is kept under the number before its own, and so is who saved it. */
static void who_saved_goes_where_the_document_goes(void **state)
{
    static const char *const next[] = {NULL, "bo"};
    char name[64];
    for (int i = 0; i < 2; i++) {
        options.saved_by = "anna";
        int64_t revision = save_at(*state, "{\"a\":1}", 1769000000100 + 100 * i);
        (void)snprintf(name, sizeof name, "backup-%" PRId64 ".json", revision);
        file_write(path_in(*state, name), "{\"hand\":1}");
        options.saved_by = next[i];
        int64_t following = save_at(*state, "{\"a\":2}", revision + 50);
        options.saved_by = NULL;
        (void)snprintf(name, sizeof name, "backup-%" PRId64 ".json", revision - 1);
        char *kept = file_read(path_in(*state, name));
        assert_string_equal(kept, "{\"a\":1}");
        free(kept);
        check_saver(*state, revision - 1, "anna");
        check_saver(*state, revision, NULL);
        check_saver(*state, following, next[i]);
    }
}

static void revisions_increase_when_the_clock_is_set_back(void **state)
{
    static const int64_t now_ms = INT64_C(1769000000000);
    static const int64_t day_ms = INT64_C(86400000);
    assert_int_equal(save_at(*state, "{\"a\":1}", now_ms), now_ms);
    assert_int_equal(save_at(*state, "{\"a\":2}", now_ms - day_ms), now_ms + 1);
    /* The clock was wrong, and is right again. */
    assert_int_equal(save_at(*state, "{\"a\":3}", 80 * 365 * day_ms), 80 * 365 * day_ms);
    assert_int_equal(save_at(*state, "{\"a\":4}", now_ms + 5), 80 * 365 * day_ms + 1);
    /* Not so if somebody moved all of that away: backups from the far future are no time to go on from. */
    assert_int_equal(unlink(path_in(*state, "project-data.json")), 0);
    assert_int_equal(save_at(*state, "{\"a\":5}", now_ms + 9), now_ms + 9);
    assert_int_equal(entries_count(*state, "backup-"), 3);
}

static void a_stored_document_never_has_revision_0(void **state)
{
    static const time_t seconds[] = {0, -1, -86400};
    const char *path = path_in(*state, "project-data.json");
    file_write(path, "{}");
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        const struct timespec times[2] = {{.tv_sec = seconds[i]}, {.tv_sec = seconds[i]}};
        struct document document;
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
        assert_int_equal(load(*state, &document, NULL), STATUS_OK);
        assert_int_equal(document.revision, 1);
        document_release(&document);
    }
}

static enum status refuse(void *context, struct document *current, struct store_next *next,
                          struct error *error)
{
    (void)next;
    *(int64_t *)context = current->revision;
    return error_set(error, STATUS_INVALID, "refused");
}

static void a_transform_sees_the_current_document_and_may_refuse(void **state)
{
    struct store_commit commit = {0};
    int64_t revision = -1;
    struct error error = ERROR_INIT;
    assert_int_equal(save(*state, "{\"a\":1}", &commit, NULL), STATUS_OK);
    struct store *store = store_in(*state);
    struct store_commit untouched = {.revision = -5};
    const struct store_transform transform = {.decide = refuse, .context = &revision};
    assert_int_equal(store_update(store, &transform, &untouched, &error), STATUS_INVALID);
    store_close(store);
    assert_string_equal(error.text, "refused");
    assert_int_equal(revision, commit.revision);
    assert_int_equal(untouched.revision, -5);
    check_stored_text(*state, "{\"a\":1}");
}

static void tells_when_it_creates_the_directory(void **state)
{
    struct store *store = store_in(path_in(*state, "new"));
    assert_int_equal(seen.created, 1);
    store_close(store);
    store = store_in(path_in(*state, "new"));
    assert_int_equal(seen.created, 0);
    store_close(store);
}

/* What is no document. */

static void check_corrupt(const char *directory, const char *text)
{
    struct document document;
    struct error error = ERROR_INIT;
    file_write(path_in(directory, "project-data.json"), text);
    assert_int_equal(load(directory, &document, &error), STATUS_CORRUPT);
    assert_non_null(strstr(error.text, "is not a JSON object: line 1, column "));
    assert_int_equal(save(directory, "{\"demo\":1}", NULL, NULL), STATUS_CORRUPT);
    check_stored_text(directory, text);
    assert_int_equal(entries_count(directory, "project-data.json.tmp"), 0);
}

static void corrupt_documents_are_neither_served_nor_replaced(void **state)
{
    check_corrupt(*state, "");
    check_corrupt(*state, "[]");
    check_corrupt(*state, "{\"a\":1");
    check_corrupt(*state, "{\"a\":1}}");
    check_corrupt(*state, "{\"a\":\"\xFF\"}");
}

static void check_unavailable(const char *directory, const char *expected)
{
    struct document document;
    struct error error = ERROR_INIT;
    assert_int_equal(load(directory, &document, &error), STATUS_UNAVAILABLE);
    if (strstr(error.text, expected) == NULL)
        fail_msg("'%s' does not say '%s'", error.text, expected);
    assert_int_equal(save(directory, "{}", NULL, NULL), STATUS_UNAVAILABLE);
}

static void what_is_no_regular_file_is_refused(void **state)
{
    const char *path = path_in(*state, "project-data.json");
    assert_int_equal(mkfifo(path, 0644), 0);
    check_unavailable(*state, "is not a regular file");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0755), 0);
    check_unavailable(*state, "is not a regular file");
    assert_int_equal(rmdir(path), 0);
    file_write(path_in(*state, "target"), "{}");
    assert_int_equal(symlink("target", path), 0);
    check_unavailable(*state, "ELOOP");
}

static void sweeps_what_killed_saves_left(void **state)
{
    file_write(path_in(*state, "project-data.json.tmp-1-1"), "half");
    file_write(path_in(*state, "project-data.json.tmp-2-1"), "");
    file_write(path_in(*state, "project-data.json.bak"), "mine");
    file_write(path_in(*state, "project-data.json.tmp-mine"), "mine");
    file_write(path_in(*state, "project-data.json.tmp-1-"), "mine");
    file_write(path_in(*state, "project-data.json.tmp-1-1x"), "mine");
    file_write(path_in(*state, "project-data.json.tmp--1"), "mine");
    file_write(path_in(*state, "project-data.json.tmp-1"), "mine");
    assert_int_equal(save(*state, "{}", NULL, NULL), STATUS_OK);
    assert_int_equal(entries_count(*state, "project-data.json.tmp-"), 5);
    assert_false(file_exists(path_in(*state, "project-data.json.tmp-1-1")));
    assert_true(file_exists(path_in(*state, "project-data.json.bak")));
}

/* Backups. */

static enum status put_merged(void *context, struct document *current, struct store_next *next,
                              struct error *error)
{
    static const struct document_text submitted = {.bytes = "{\"submitted\":1}", .length = 15};
    next->submitted = submitted;
    return context != NULL ? put(context, current, next, error) : STATUS_OK;
}

/* Save a text, or none, having been sent another one. */
static enum status save_merged(const char *directory, const char *text, struct store_commit *commit)
{
    const struct store_transform transform = {.decide = put_merged,
                                              .context = (void *)(uintptr_t)text};
    struct store *store = store_in(directory);
    enum status status = store_update(store, &transform, commit, NULL);
    store_close(store);
    return status;
}

static void check_backup(const char *directory, int64_t revision, const char *expected)
{
    struct document document;
    struct store *store = store_in(directory);
    assert_int_equal(store_load_backup(store, revision, &document, NULL), STATUS_OK);
    assert_int_equal(document.revision, revision);
    assert_int_equal(document.length, strlen(expected));
    assert_memory_equal(document.text, expected, strlen(expected));
    document_release(&document);
    store_close(store);
}

static void what_is_replaced_is_kept(void **state)
{
    struct store_commit first = {0};
    struct store_commit second = {0};
    assert_int_equal(save(*state, "{\"a\":1}", &first, NULL), STATUS_OK);
    ino_t replaced = file_stat(path_in(*state, "project-data.json")).st_ino;
    assert_int_equal(save(*state, "{\"a\":2}", &second, NULL), STATUS_OK);
    assert_true(first.changed && second.changed);
    check_backup(*state, first.revision, "{\"a\":1}");
    char name[64];
    (void)snprintf(name, sizeof name, "backup-%jd.json", (intmax_t)first.revision);
    assert_int_equal(file_stat(path_in(*state, name)).st_ino, replaced);
}

static void what_was_submitted_is_kept_just_before(void **state)
{
    struct store_commit commit = {0};
    assert_int_equal(save(*state, "{\"a\":1}", NULL, NULL), STATUS_OK);
    assert_int_equal(save_merged(*state, "{\"a\":2}", &commit), STATUS_OK);
    assert_int_equal(commit.submitted + 1, commit.revision);
    check_backup(*state, commit.submitted, "{\"submitted\":1}");
    check_stored_text(*state, "{\"a\":2}");
}

static void what_was_submitted_alone_takes_a_revision_too(void **state)
{
    struct store_commit first = {0};
    struct store_commit second = {0};
    struct store_commit third = {0};
    assert_int_equal(save(*state, "{\"a\":1}", &first, NULL), STATUS_OK);
    assert_int_equal(save_merged(*state, NULL, &second), STATUS_OK);
    assert_false(second.changed);
    assert_int_equal(second.revision, first.revision);
    assert_true(second.submitted > first.revision);
    check_stored_text(*state, "{\"a\":1}");
    assert_int_equal(save(*state, "{\"a\":2}", &third, NULL), STATUS_OK);
    assert_true(third.revision > second.submitted);
}

static void without_backups_nothing_is_kept(void **state)
{
    struct store_commit commit = {0};
    options.retention.count = 0;
    file_write(path_in(*state, "backup-1700000000000.json"), "{}");
    assert_int_equal(save(*state, "{\"a\":1}", NULL, NULL), STATUS_OK);
    enum status status = save_merged(*state, "{\"a\":2}", &commit);
    options.retention.count = 50;
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(commit.submitted, 0);
    assert_int_equal(entries_count(*state, "backup-"), 1); /* what was there is left alone */
    assert_int_equal(entries_count(*state, "submitted-"), 0);
}

static void old_backups_are_pruned(void **state)
{
    char text[32];
    options.retention.count = 3;
    for (int i = 0; i < 10; i++) {
        (void)snprintf(text, sizeof text, "{\"a\":%d}", i);
        assert_int_equal(save(*state, text, NULL, NULL), STATUS_OK);
    }
    options.retention.count = 50;
    assert_int_equal(entries_count(*state, "backup-"), 3);
}

/* Adopting what another store has. */

static enum status adopt(const char *directory, int64_t expected, int64_t revision,
                         const char *text, struct error *error)
{
    struct store *store = store_in(directory);
    const struct document_text adopted = {.bytes = text, .length = strlen(text)};
    enum status status = store_adopt(store, expected, revision, adopted, NULL, error);
    store_close(store);
    return status;
}

static enum status adopt_backup(const char *directory, enum backup_kind kind, int64_t revision,
                                const char *text, struct error *error)
{
    struct store *store = store_in(directory);
    const struct document_text adopted = {.bytes = text, .length = strlen(text)};
    const struct backup as = {
        .revision = revision, .length = (int64_t)adopted.length, .kind = kind};
    enum status status = store_adopt_backup(store, &as, adopted, NULL, error);
    store_close(store);
    return status;
}

static void check_current(const char *directory, int64_t revision, const char *expected)
{
    struct document document;
    assert_int_equal(load(directory, &document, NULL), STATUS_OK);
    assert_int_equal(document.revision, revision);
    assert_int_equal(document.length, strlen(expected));
    assert_memory_equal(document.text, expected, strlen(expected));
    document_release(&document);
}

static void an_adopted_document_keeps_its_revision_and_its_text(void **state)
{
    static const char text[] = "{ \"taskTypes\":[ 1 ] }\n";
    mode_t umask_before = umask(0077);
    assert_int_equal(adopt(*state, 0, 1769000000123, text, NULL), STATUS_OK);
    umask(umask_before);
    check_current(*state, 1769000000123, text);
    check_stored_text(*state, text);
    assert_int_equal(file_stat(path_in(*state, "project-data.json")).st_mode, S_IFREG | 0644);
    assert_int_equal(entries_count(*state, ""), 2); /* it and the lock */
}

static void what_an_adopted_one_replaces_is_not_kept(void **state)
{
    struct store_commit commit = {0};
    assert_int_equal(save(*state, "{\"a\":1}", &commit, NULL), STATUS_OK);
    assert_true(is_known(*state));
    assert_int_equal(adopt(*state, commit.revision, 1769000000123, "{\"b\":1}", NULL), STATUS_OK);
    check_current(*state, 1769000000123, "{\"b\":1}");
    assert_false(is_known(*state));
    assert_int_equal(adopt(*state, 1769000000123, 1769000000124, "{\"c\":1}", NULL), STATUS_OK);
    check_current(*state, 1769000000124, "{\"c\":1}");
    /* Nor would it be seen to have been replaced. */
    assert_int_equal(adopt(*state, 1769000000124, 1769000000124, "{\"d\":1}", NULL), STATUS_STALE);
    check_current(*state, 1769000000124, "{\"c\":1}");
    assert_int_equal(entries_count(*state, ""), 2);
}

static void check_not_expected(const char *directory, int64_t expected, int64_t current)
{
    struct error error = ERROR_INIT;
    assert_int_equal(adopt(directory, expected, 1769000000999, "{\"b\":1}", &error), STATUS_STALE);
    assert_int_equal(error.revision, current);
    assert_non_null(strstr(error.text, "the current revision there is "));
    assert_int_equal(entries_count(directory, "project-data.json.tmp"), 0);
}

static void one_is_adopted_only_in_the_place_of_what_is_expected(void **state)
{
    check_not_expected(*state, 1769000000123, 0);
    assert_false(file_exists(path_in(*state, "project-data.json")));
    assert_int_equal(adopt(*state, 0, 1769000000123, "{\"a\":1}", NULL), STATUS_OK);
    check_not_expected(*state, 0, 1769000000123);
    check_not_expected(*state, 1769000000122, 1769000000123);
    check_not_expected(*state, 1769000000999, 1769000000123);
    check_current(*state, 1769000000123, "{\"a\":1}");
}

static void one_who_cannot_be_noted_saves_all_the_same(void **state)
{
    struct store_commit commit = {0};
    options.saved_by = "anna";
    assert_int_equal(symlink("x", path_in(*state, "saved-by.log")), 0);
    enum status status = save(*state, "{\"a\":1}", &commit, NULL);
    assert_non_null(strstr(seen.not_noted, "saved-by.log"));
    enum status adopted = adopt(*state, commit.revision, 1769000000123, "{\"a\":2}", NULL);
    bool anonymous = seen.not_noted[0] == '\0';
    options.saved_by = NULL;
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(adopted, STATUS_OK);
    assert_true(anonymous);
    struct store *store = store_in(*state);
    const struct document_text text = {.bytes = "{}", .length = 2};
    assert_int_equal(store_adopt(store, 1769000000123, 1769000000124, text, "bo", NULL), STATUS_OK);
    store_close(store);
    assert_non_null(strstr(seen.not_noted, "saved-by.log"));
    check_stored_text(*state, "{}");
}

static void backups_of_all_kinds_are_adopted(void **state)
{
    static const struct {
        const char *name;
        const char *text;
    } rows[BACKUP_KINDS] = {
        [BACKUP_REPLACED] = {"backup-1769000000000.json", "{\"a\":1}"},
        [BACKUP_SUBMITTED] = {"submitted-1769000000001.json", "{\"a\":12}"},
        [BACKUP_PINNED] = {"pinned-1769000000002.json", "{\"a\":123}"},
        [BACKUP_BASE] = {"base-1769000000003.json", "{\"a\":1234}"},
    };
    struct backup_list list;
    backup_list_init(&list);
    for (int i = 0; i < BACKUP_KINDS; i++)
        assert_int_equal(
            adopt_backup(*state, (enum backup_kind)i, 1769000000000 + i, rows[i].text, NULL),
            STATUS_OK);
    struct store *store = store_in(*state);
    assert_int_equal(store_backups(store, &list, NULL), STATUS_OK);
    store_close(store);
    assert_int_equal(list.count, BACKUP_KINDS);
    for (int i = 0; i < BACKUP_KINDS; i++) {
        const struct backup *listed = &list.entries[BACKUP_KINDS - 1 - i];
        assert_int_equal(listed->kind, i);
        assert_int_equal(listed->revision, 1769000000000 + i);
        assert_int_equal(listed->length, strlen(rows[i].text));
        assert_true(file_exists(path_in(*state, rows[i].name)));
        check_backup(*state, listed->revision, rows[i].text);
    }
    backup_list_release(&list);
    assert_int_equal(entries_count(*state, ""), BACKUP_KINDS + 1); /* and the lock */
}

static void a_backup_that_is_there_is_left_alone(void **state)
{
    assert_int_equal(adopt_backup(*state, BACKUP_PINNED, 1769000000001, "{\"a\":1}", NULL),
                     STATUS_OK);
    ino_t first = file_stat(path_in(*state, "pinned-1769000000001.json")).st_ino;
    assert_int_equal(adopt_backup(*state, BACKUP_PINNED, 1769000000001, "{\"a\":2}", NULL),
                     STATUS_OK);
    check_backup(*state, 1769000000001, "{\"a\":1}");
    assert_int_equal(file_stat(path_in(*state, "pinned-1769000000001.json")).st_ino, first);
    /* It is another one under another kind. */
    assert_int_equal(adopt_backup(*state, BACKUP_BASE, 1769000000001, "{\"a\":3}", NULL),
                     STATUS_OK);
    char *text = file_read(path_in(*state, "base-1769000000001.json"));
    assert_string_equal(text, "{\"a\":3}");
    free(text);
    check_backup(*state, 1769000000001, "{\"a\":1}");
}

/* What expires by its age or number is for the next save to see. */
static void backups_are_adopted_whatever_expires(void **state)
{
    options.retention.count = 1;
    for (int64_t i = 1; i <= 5; i++)
        assert_int_equal(adopt_backup(*state, BACKUP_REPLACED, 1000 + i, "{}", NULL), STATUS_OK);
    size_t adopted = entries_count(*state, "backup-");
    enum status status = save(*state, "{\"a\":1}", NULL, NULL);
    options.retention.count = 50;
    assert_int_equal(adopted, 5);
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(entries_count(*state, "backup-"), 1);
}

static void a_save_goes_beyond_what_was_adopted(void **state)
{
    static const int64_t future = 4102444800123;
    struct store_commit commit = {0};
    assert_int_equal(adopt(*state, 0, future, "{\"a\":1}", NULL), STATUS_OK);
    assert_int_equal(save(*state, "{\"a\":2}", &commit, NULL), STATUS_OK);
    assert_int_equal(commit.revision, future + 1);
    check_backup(*state, future, "{\"a\":1}");
    assert_int_equal(adopt(*state, future + 1, 1769000000123, "{\"a\":3}", NULL), STATUS_OK);
    assert_int_equal(save(*state, "{\"a\":4}", &commit, NULL), STATUS_OK);
    assert_true(commit.revision > 1769000000123);
    check_backup(*state, 1769000000123, "{\"a\":3}");
}

/* Nor is what the last save knew of the backups all that there is now. */
static void a_save_goes_beyond_adopted_backups(void **state)
{
    static const int64_t now_ms = 1769000000000;
    assert_int_equal(save_at(*state, "{\"a\":1}", now_ms), now_ms);
    assert_int_equal(save_at(*state, "{\"a\":2}", now_ms + 1), now_ms + 1);
    assert_int_equal(adopt_backup(*state, BACKUP_SUBMITTED, now_ms + 5000, "{}", NULL), STATUS_OK);
    assert_int_equal(save_at(*state, "{\"a\":3}", now_ms + 2), now_ms + 5001);
    assert_int_equal(adopt_backup(*state, BACKUP_BASE, now_ms + 9000, "{}", NULL), STATUS_OK);
    assert_int_equal(adopt(*state, now_ms + 5001, now_ms + 3, "{\"a\":4}", NULL), STATUS_OK);
    assert_int_equal(save_at(*state, "{\"a\":5}", now_ms + 4), now_ms + 9001);
}

/* A slow clock: all that happens does so within a tick of it. */

static const struct timespec tick = {.tv_sec = 1769000000, .tv_nsec = 1000000};

static int ticking_clock(clockid_t clock, struct timespec *now)
{
    if (clock != CLOCK_REALTIME)
        return clock_gettime(clock, now);
    *now = tick;
    return 0;
}

static int ticking_fstat(int descriptor, struct stat *found)
{
    int result = fstat(descriptor, found);
    if (result == 0 && S_ISDIR(found->st_mode)) {
        found->st_mtim = tick;
        found->st_ctim = tick;
    }
    return result;
}

static void a_backup_is_known_though_no_time_tells(void **state)
{
    static const int64_t now_ms = 1769000000001;
    struct store_commit commit = {0};
    struct system_calls calls = system_calls_libc;
    calls.clock_gettime = ticking_clock;
    calls.fstat = ticking_fstat;
    system_calls = &calls;
    enum status first = save(*state, "{\"a\":1}", NULL, NULL);
    enum status adopted = adopt_backup(*state, BACKUP_PINNED, now_ms + 5000, "{}", NULL);
    enum status second = save(*state, "{\"a\":2}", &commit, NULL);
    system_calls = &system_calls_libc;
    assert_true(first == STATUS_OK && adopted == STATUS_OK && second == STATUS_OK);
    assert_int_equal(commit.revision, now_ms + 5001);
}

static int failed_renameat(int old_at, const char *old_path, int new_at, const char *new_path)
{
    (void)old_at;
    (void)old_path;
    (void)new_at;
    (void)new_path;
    errno = EIO;
    return -1;
}

static int failed_unlinkat(int at, const char *path, int flags)
{
    (void)at;
    (void)path;
    (void)flags;
    errno = EIO;
    return -1;
}

static void what_is_left_of_adopting_is_swept_though_no_time_tells(void **state)
{
    struct store_commit commit = {0};
    struct system_calls calls = system_calls_libc;
    calls.clock_gettime = ticking_clock;
    calls.fstat = ticking_fstat;
    system_calls = &calls;
    enum status first = save(*state, "{\"a\":1}", &commit, NULL);
    calls.renameat = failed_renameat;
    calls.unlinkat = failed_unlinkat;
    enum status adopted = adopt(*state, commit.revision, 1769000000123, "{}", NULL);
    size_t left = entries_count(*state, "project-data.json.tmp-");
    calls.renameat = system_calls_libc.renameat;
    calls.unlinkat = system_calls_libc.unlinkat;
    enum status second = save(*state, "{\"a\":2}", NULL, NULL);
    system_calls = &system_calls_libc;
    assert_true(first == STATUS_OK && second == STATUS_OK);
    assert_int_equal(adopted, STATUS_UNAVAILABLE);
    assert_int_equal(left, 1);
    assert_int_equal(entries_count(*state, "project-data.json.tmp-"), 0);
}

static void adopting_sweeps_what_killed_saves_left(void **state)
{
    const char *left = path_in(*state, "project-data.json.tmp-1-1");
    file_write(left, "half");
    assert_int_equal(adopt(*state, 0, 1769000000123, "{}", NULL), STATUS_OK);
    assert_false(file_exists(left));
    file_write(left, "half");
    assert_int_equal(adopt_backup(*state, BACKUP_REPLACED, 1769000000001, "{}", NULL), STATUS_OK);
    assert_false(file_exists(left));
}

/* A file system that keeps times of whole seconds. */
static int coarse_futimens(int descriptor, const struct timespec times[2])
{
    const struct timespec coarse[2] = {{.tv_sec = times[0].tv_sec}, {.tv_sec = times[1].tv_sec}};
    return futimens(descriptor, coarse);
}

static void a_revision_that_cannot_be_kept_is_not_adopted(void **state)
{
    struct error error = ERROR_INIT;
    struct system_calls calls = system_calls_libc;
    calls.futimens = coarse_futimens;
    system_calls = &calls;
    enum status whole = adopt(*state, 0, 1769000000000, "{\"a\":1}", NULL);
    enum status parted = adopt(*state, 1769000000000, 1769000000123, "{\"a\":2}", &error);
    system_calls = &system_calls_libc;
    assert_int_equal(whole, STATUS_OK);
    assert_int_equal(parted, STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "keeps no milliseconds"));
    check_current(*state, 1769000000000, "{\"a\":1}");
    assert_int_equal(entries_count(*state, ""), 2);
}

/* A transform while another store adopts, which must not be let in. */
static enum status adopt_meanwhile(void *context, struct document *current, struct store_next *next,
                                   struct error *error)
{
    static const struct document_text text = {.bytes = "{}", .length = 2};
    const struct backup as = {.revision = 7, .length = 2, .kind = BACKUP_PINNED};
    struct store *store = store_in(context);
    (void)next;
    assert_int_equal(store_adopt(store, current->revision, 1769000000123, text, NULL, error),
                     STATUS_BUSY);
    assert_string_equal(seen.lock_failure, error->text);
    assert_int_equal(store_adopt_backup(store, &as, text, NULL, error), STATUS_BUSY);
    store_close(store);
    return STATUS_OK;
}

static void adopting_waits_for_who_saves(void **state)
{
    const struct store_transform transform = {.decide = adopt_meanwhile, .context = *state};
    struct store_commit commit = {0};
    struct error error = ERROR_INIT;
    struct store *store = store_in(*state);
    assert_int_equal(store_update(store, &transform, &commit, &error), STATUS_OK);
    store_close(store);
    assert_int_equal(entries_count(*state, ""), 1);
}

/* Writes find the disk full for as long as there is a certain backup. */

static const char *full_while;

static ssize_t full_write(int descriptor, const void *bytes, size_t size)
{
    if (!file_exists(full_while))
        return write(descriptor, bytes, size);
    errno = ENOSPC;
    return -1;
}

static void old_backups_give_way_before_a_save_fails(void **state)
{
    char oldest[TEMPORARY_PATH_SIZE];
    struct system_calls calls = system_calls_libc;
    file_write(path_in(*state, "backup-1700000000001.json"), "{}");
    file_write(path_in(*state, "backup-1700000000002.json"), "{}");
    file_write(path_in(*state, "pinned-1600000000000.json"), "{}");
    (void)snprintf(oldest, sizeof oldest, "%s", path_in(*state, "backup-1700000000002.json"));
    full_while = oldest;
    calls.write = full_write;
    system_calls = &calls;
    enum status status = save(*state, "{\"a\":1}", NULL, NULL);
    assert_int_equal(seen.gave_way, 2);
    (void)snprintf(oldest, sizeof oldest, "%s", path_in(*state, "pinned-1600000000000.json"));
    enum status refused = save(*state, "{\"a\":2}", NULL, NULL);
    system_calls = &system_calls_libc;
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(refused, STATUS_NO_SPACE); /* pinned ones stay */
    check_stored_text(*state, "{\"a\":1}");
    assert_int_equal(entries_count(*state, "backup-"), 0);
}

/* A quota that others use up is not made larger by what we give up. */
static void backups_do_not_give_way_in_vain(void **state)
{
    enum { BACKUPS = 60 };
    struct fault_plan plan = {.room_after = 1000};
    struct record *record = record_make();
    char name[64];
    file_write(path_in(*state, "project-data.json"), "{}");
    for (int i = 0; i < BACKUPS; i++) {
        (void)snprintf(name, sizeof name, "backup-17000000000%02d.json", i);
        file_write(path_in(*state, name), "{}");
    }
    injector_install(&plan, record);
    enum status status = save(*state, "{\"a\":1}", NULL, NULL);
    injector_remove();
    assert_int_equal(status, STATUS_NO_SPACE);
    assert_in_range(seen.gave_way, 1, 20);
    assert_int_equal(entries_count(*state, "backup-"), BACKUPS - seen.gave_way);
    record_release(record);
}

static void what_is_damaged_is_replaced_only_by_who_means_it(void **state)
{
    const struct store_transform transform = {
        .decide = put, .context = (void *)(uintptr_t) "{\"a\":1}", .replaces_corrupt = true};
    struct store_commit commit = {0};
    file_write(path_in(*state, "project-data.json"), "{\"half\":");
    assert_int_equal(save(*state, "{\"a\":1}", NULL, NULL), STATUS_CORRUPT);
    struct store *store = store_in(*state);
    assert_int_equal(store_update(store, &transform, &commit, NULL), STATUS_OK);
    store_close(store);
    check_stored_text(*state, "{\"a\":1}");
    assert_int_equal(entries_count(*state, "backup-"), 0);
    assert_non_null(strstr(seen.set_aside, "project-data.json.corrupt-"));
    char *kept = file_read(path_in(*state, seen.set_aside));
    assert_string_equal(kept, "{\"half\":");
    free(kept);
}

static void pins_are_kept_until_they_are_removed(void **state)
{
    static const struct conditions none;
    const struct conditions stale = {.match = {.present = true, .count = 1, .revisions = {5}}};
    struct store_commit commit = {0};
    int64_t revision = 0;
    struct store *store = store_in(*state);
    assert_int_equal(store_pin(store, &none, &revision, NULL), STATUS_CONFLICT);
    store_close(store);
    assert_int_equal(save(*state, "{\"a\":1}", &commit, NULL), STATUS_OK);
    store = store_in(*state);
    assert_int_equal(store_pin(store, &stale, &revision, NULL), STATUS_STALE);
    assert_int_equal(store_pin(store, &none, &revision, NULL), STATUS_OK);
    assert_int_equal(revision, commit.revision);
    store_close(store);
    check_backup(*state, revision, "{\"a\":1}");
    store = store_in(*state);
    assert_int_equal(store_unkeep(store, revision, &stale, NULL), STATUS_STALE);
    assert_int_equal(store_unkeep(store, revision, &none, NULL), STATUS_OK);
    assert_int_equal(store_unkeep(store, revision, &none, NULL), STATUS_NOT_FOUND);
    store_close(store);
}

static int read_only(int at, const char *path, int mode, int flags)
{
    (void)at;
    (void)path;
    (void)mode;
    (void)flags;
    errno = EROFS;
    return -1;
}

static void nothing_stored_is_said_only_where_something_could_be(void **state)
{
    struct document document;
    struct error error = ERROR_INIT;
    struct system_calls calls = system_calls_libc;
    calls.faccessat = read_only;
    system_calls = &calls;
    enum status empty = load(*state, &document, &error);
    file_write(path_in(*state, "project-data.json"), "{}");
    enum status stored = load(*state, &document, NULL);
    system_calls = &system_calls_libc;
    assert_int_equal(empty, STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "EROFS: read-only file system, access '"));
    assert_int_equal(stored, STATUS_OK);
    document_release(&document);
}

static int directory_fsync_failed(int descriptor)
{
    struct stat found;
    assert_int_equal(fstat(descriptor, &found), 0);
    if (!S_ISDIR(found.st_mode))
        return fsync(descriptor);
    errno = EIO;
    return -1;
}

/* Nor does it help that somebody else, who may have been killed since, stored the same. */
static void what_may_not_survive_a_power_loss_is_not_acknowledged(void **state)
{
    struct error error = ERROR_INIT;
    struct system_calls calls = system_calls_libc;
    calls.fsync = directory_fsync_failed;
    system_calls = &calls;
    enum status first = save(*state, "{\"a\":1}", NULL, &error);
    enum status same = save(*state, "{\"a\":1}", NULL, NULL);
    system_calls = &system_calls_libc;
    assert_int_equal(first, STATUS_UNKNOWN_OUTCOME);
    assert_non_null(strstr(error.text, "fsync"));
    assert_int_equal(same, STATUS_UNKNOWN_OUTCOME);
    assert_int_equal(save(*state, "{\"a\":1}", NULL, NULL), STATUS_OK);
    check_stored_text(*state, "{\"a\":1}");
}

static void nor_is_what_is_adopted(void **state)
{
    struct system_calls calls = system_calls_libc;
    calls.fsync = directory_fsync_failed;
    system_calls = &calls;
    enum status current = adopt(*state, 0, 1769000000123, "{\"a\":1}", NULL);
    enum status backup = adopt_backup(*state, BACKUP_PINNED, 1769000000001, "{}", NULL);
    system_calls = &system_calls_libc;
    assert_int_equal(current, STATUS_UNKNOWN_OUTCOME);
    assert_int_equal(backup, STATUS_UNKNOWN_OUTCOME);
}

/* The disk has no room, and nobody's backup gives way to a copy. */
static void without_room_nothing_is_adopted(void **state)
{
    char pinned[TEMPORARY_PATH_SIZE];
    struct system_calls calls = system_calls_libc;
    assert_int_equal(adopt(*state, 0, 1769000000123, "{\"a\":1}", NULL), STATUS_OK);
    assert_int_equal(adopt_backup(*state, BACKUP_PINNED, 1769000000001, "{}", NULL), STATUS_OK);
    (void)snprintf(pinned, sizeof pinned, "%s", path_in(*state, "pinned-1769000000001.json"));
    full_while = pinned;
    calls.write = full_write;
    system_calls = &calls;
    enum status current = adopt(*state, 1769000000123, 1769000000456, "{\"a\":2}", NULL);
    enum status backup = adopt_backup(*state, BACKUP_REPLACED, 1769000000002, "{}", NULL);
    system_calls = &system_calls_libc;
    assert_int_equal(current, STATUS_NO_SPACE);
    assert_int_equal(backup, STATUS_NO_SPACE);
    check_current(*state, 1769000000123, "{\"a\":1}");
    assert_int_equal(entries_count(*state, ""), 3); /* these two and the lock */
}

/* What a hand does in a directory while a save syncs its pending file, and the save's answer. */

static const char *meddled_with;

static void meddle_with_the_lock(void)
{
    assert_int_equal(unlink(path_in(meddled_with, "data.lock")), 0);
}

static void meddle_by_saving(void)
{
    meddle_with_the_lock();
    assert_int_equal(save(meddled_with, "{\"other\":1}", NULL, NULL), STATUS_OK);
}

static void meddle_by_replacing(void)
{
    file_write(path_in(meddled_with, "by-hand"), "{\"other\":1}");
    assert_int_equal(
        rename(path_in(meddled_with, "by-hand"), path_in(meddled_with, "project-data.json")), 0);
}

/* As cp -p and rsync do, and who is quick. */
static void meddle_by_replacing_with_its_time(void)
{
    const char *path = path_in(meddled_with, "project-data.json");
    const struct stat old = file_stat(path);
    const struct timespec times[2] = {old.st_mtim, old.st_mtim};
    file_write(path_in(meddled_with, "by-hand"), "{\"other\":1}");
    assert_int_equal(utimensat(AT_FDCWD, path_in(meddled_with, "by-hand"), times, 0), 0);
    assert_int_equal(rename(path_in(meddled_with, "by-hand"), path), 0);
}

static void meddle_by_removing(void)
{
    assert_int_equal(unlink(path_in(meddled_with, "project-data.json")), 0);
}

static void (*meddle)(void);

static int meddled_fsync(int descriptor)
{
    system_calls = &system_calls_libc;
    meddle();
    return fsync(descriptor);
}

static void check_meddled(const char *directory, void (*how)(void), const char *expected)
{
    struct error error = ERROR_INIT;
    assert_int_equal(save(directory, "{\"old\":1}", NULL, NULL), STATUS_OK);
    meddled_with = directory;
    meddle = how;
    struct system_calls calls = system_calls_libc;
    calls.fsync = meddled_fsync;
    system_calls = &calls;
    enum status status = save(directory, "{\"new\":1}", NULL, &error);
    assert_ptr_equal(system_calls, &system_calls_libc);
    assert_int_equal(status, STATUS_BUSY);
    if (strstr(error.text, expected) == NULL)
        fail_msg("'%s' does not say '%s'", error.text, expected);
    assert_int_equal(entries_count(directory, "project-data.json.tmp-"), 0);
}

static void a_save_whose_lock_was_removed_undoes_no_other(void **state)
{
    check_meddled(*state, meddle_by_saving, "somebody replaced '");
    check_stored_text(*state, "{\"other\":1}");
    check_meddled(*state, meddle_with_the_lock, "data.lock' was removed or replaced meanwhile");
    check_stored_text(*state, "{\"old\":1}");
}

static int meddled_renameat(int old_at, const char *old_path, int new_at, const char *new_path)
{
    system_calls = &system_calls_libc;
    meddle();
    return renameat(old_at, old_path, new_at, new_path);
}

/* Who came between found it kept already, and relies on that. */
static void a_save_that_comes_too_late_leaves_what_it_kept(void **state)
{
    struct store_commit old = {0};
    struct system_calls calls = system_calls_libc;
    calls.renameat = meddled_renameat;
    meddled_with = *state;
    meddle = meddle_by_saving;
    assert_int_equal(save(*state, "{\"old\":1}", &old, NULL), STATUS_OK);
    system_calls = &calls;
    enum status status = save(*state, "{\"new\":1}", NULL, NULL);
    assert_ptr_equal(system_calls, &system_calls_libc);
    assert_int_equal(status, STATUS_BUSY);
    check_stored_text(*state, "{\"other\":1}");
    check_backup(*state, old.revision, "{\"old\":1}");
}

static void a_save_undoes_no_replacement_by_hand(void **state)
{
    check_meddled(*state, meddle_by_replacing, "somebody replaced '");
    check_stored_text(*state, "{\"other\":1}");
    check_meddled(*state, meddle_by_replacing_with_its_time, "somebody replaced '");
    check_stored_text(*state, "{\"other\":1}");
}

static void a_save_undoes_no_removal_by_hand(void **state)
{
    check_meddled(*state, meddle_by_removing, "somebody replaced '");
    assert_false(file_exists(path_in(*state, "project-data.json")));
}

static void a_failed_lock_is_told_to_the_observer_too(void **state)
{
    struct error error = ERROR_INIT;
    assert_int_equal(symlink("x", path_in(*state, "data.lock")), 0);
    assert_int_equal(save(*state, "{}", NULL, &error), STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "ELOOP"));
    assert_string_equal(seen.lock_failure, error.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(starts_with_nothing),
        WITH_DIRECTORY(keeps_what_is_saved),
        WITH_DIRECTORY(what_was_stored_last_is_known),
        WITH_DIRECTORY(without_a_lock_file_of_ours_nothing_is_known),
        WITH_DIRECTORY(pins_leave_the_document_known),
        WITH_DIRECTORY(keeps_long_documents_in_their_file),
        WITH_DIRECTORY(revisions_increase_whatever_the_clock_says),
        WITH_DIRECTORY(a_save_looks_at_the_backups_only_if_somebody_else_was_there),
        WITH_DIRECTORY(who_saves_is_noted_without_a_look_at_the_backups),
        WITH_DIRECTORY(one_who_cannot_be_noted_costs_no_look_at_the_backups),
        WITH_DIRECTORY(who_saved_goes_where_the_document_goes),
        WITH_DIRECTORY(revisions_increase_when_the_clock_is_set_back),
        WITH_DIRECTORY(a_stored_document_never_has_revision_0),
        WITH_DIRECTORY(a_transform_sees_the_current_document_and_may_refuse),
        WITH_DIRECTORY(tells_when_it_creates_the_directory),
        WITH_DIRECTORY(corrupt_documents_are_neither_served_nor_replaced),
        WITH_DIRECTORY(what_is_no_regular_file_is_refused),
        WITH_DIRECTORY(sweeps_what_killed_saves_left),
        WITH_DIRECTORY(what_is_replaced_is_kept),
        WITH_DIRECTORY(what_was_submitted_is_kept_just_before),
        WITH_DIRECTORY(what_was_submitted_alone_takes_a_revision_too),
        WITH_DIRECTORY(without_backups_nothing_is_kept),
        WITH_DIRECTORY(old_backups_are_pruned),
        WITH_DIRECTORY(an_adopted_document_keeps_its_revision_and_its_text),
        WITH_DIRECTORY(what_an_adopted_one_replaces_is_not_kept),
        WITH_DIRECTORY(one_is_adopted_only_in_the_place_of_what_is_expected),
        WITH_DIRECTORY(one_who_cannot_be_noted_saves_all_the_same),
        WITH_DIRECTORY(backups_of_all_kinds_are_adopted),
        WITH_DIRECTORY(a_backup_that_is_there_is_left_alone),
        WITH_DIRECTORY(backups_are_adopted_whatever_expires),
        WITH_DIRECTORY(a_save_goes_beyond_what_was_adopted),
        WITH_DIRECTORY(a_save_goes_beyond_adopted_backups),
        WITH_DIRECTORY(a_backup_is_known_though_no_time_tells),
        WITH_DIRECTORY(what_is_left_of_adopting_is_swept_though_no_time_tells),
        WITH_DIRECTORY(adopting_sweeps_what_killed_saves_left),
        WITH_DIRECTORY(a_revision_that_cannot_be_kept_is_not_adopted),
        WITH_DIRECTORY(adopting_waits_for_who_saves),
        WITH_DIRECTORY(old_backups_give_way_before_a_save_fails),
        WITH_DIRECTORY(backups_do_not_give_way_in_vain),
        WITH_DIRECTORY(what_is_damaged_is_replaced_only_by_who_means_it),
        WITH_DIRECTORY(pins_are_kept_until_they_are_removed),
        WITH_DIRECTORY(what_may_not_survive_a_power_loss_is_not_acknowledged),
        WITH_DIRECTORY(nor_is_what_is_adopted),
        WITH_DIRECTORY(without_room_nothing_is_adopted),
        WITH_DIRECTORY(a_save_whose_lock_was_removed_undoes_no_other),
        WITH_DIRECTORY(a_save_that_comes_too_late_leaves_what_it_kept),
        WITH_DIRECTORY(a_save_undoes_no_replacement_by_hand),
        WITH_DIRECTORY(a_save_undoes_no_removal_by_hand),
        WITH_DIRECTORY(nothing_stored_is_said_only_where_something_could_be),
        WITH_DIRECTORY(a_failed_lock_is_told_to_the_observer_too),
    };
    return cmocka_run_group_tests_name("store_file", tests, NULL, NULL);
}
