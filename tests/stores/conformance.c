/*
 * What every store has to do alike, whatever it is made of. The tests know nothing but lib/store.h and
 * what is built on it, and a directory to copy from.
 */
#include "edit.h"
#include "json_tree.h"
#include "restore.h"
#include "save.h"
#include "store_copy.h"
#include "store_file.h"
#include "subject.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIB = 1 << 20, LARGE = 16 * MIB };

static const struct subject *subject;
static const struct conditions none;

/* How the tests open it, unless they mean something else. */
static const struct opening usual = {.retention = {.count = 50, .bytes = 64 * MIB},
                                     .lock_timeout_ms = 10000,
                                     .timeout_ms = 30000,
                                     .length_max = 8 * LARGE};

/* An observer that takes note. */
static char set_aside[128];

static void nothing_seen(const void *context, const char *text)
{
    (void)context;
    (void)text;
}

static void retry_seen(const void *context, unsigned retry, unsigned retries)
{
    (void)context;
    (void)retry;
    (void)retries;
}

static void gave_way_seen(const void *context, int64_t revision)
{
    (void)context;
    (void)revision;
}

static void set_aside_seen(const void *context, const char *name)
{
    (void)context;
    (void)snprintf(set_aside, sizeof set_aside, "%s", name);
}

static const struct store_observer observer = {.directory_created = nothing_seen,
                                               .lock_retry = retry_seen,
                                               .lock_failed = nothing_seen,
                                               .backup_gave_way = gave_way_seen,
                                               .corrupt_set_aside = set_aside_seen,
                                               .saver_not_noted = nothing_seen,
                                               .server_retry = nothing_seen};

/* Saving and loading, each by a store of its own, as requests do. */

static struct store *store_open(const struct opening *opening)
{
    struct store *store = NULL;
    struct error error = ERROR_INIT;
    if (subject->open(opening, &observer, &store, &error) != STATUS_OK)
        fail_msg("the store cannot be opened: %s", error.text);
    return store;
}

static void check_ok(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("status %d: %s", (int)status, error->text);
}

static enum status put(void *context, struct document *current, struct store_next *next,
                       struct error *error)
{
    (void)current;
    (void)error;
    next->text = *(const struct document_text *)context;
    return STATUS_OK;
}

static struct store_commit text_save_as(const struct opening *opening, struct document_text text)
{
    const struct store_transform transform = {.decide = put, .context = &text};
    struct store_commit commit = {0};
    struct error error = ERROR_INIT;
    struct store *store = store_open(opening);
    check_ok(store_update(store, &transform, &commit, &error), &error);
    subject->close(store);
    return commit;
}

static struct store_commit text_save(const char *text)
{
    return text_save_as(&usual, (struct document_text){.bytes = text, .length = strlen(text)});
}

/* The current document, its text in memory; the caller's to release. */
static struct document current_load(void)
{
    struct document document;
    struct error error = ERROR_INIT;
    struct store *store = store_open(&usual);
    check_ok(store_load(store, &document, &error), &error);
    check_ok(document_text_hold(&document, &error), &error);
    subject->close(store);
    return document;
}

static int64_t current_revision(void)
{
    struct error error = ERROR_INIT;
    struct store *store = store_open(&usual);
    int64_t revision = -1;
    check_ok(store_revision(store, &revision, &error), &error);
    subject->close(store);
    return revision;
}

static void check_document(const struct document *document, const char *expected)
{
    assert_int_equal(document->length, strlen(expected));
    assert_memory_equal(document->text, expected, document->length);
}

static void check_current(const char *expected)
{
    struct document document = current_load();
    check_document(&document, expected);
    document_release(&document);
}

static void check_backup(int64_t revision, const char *expected)
{
    struct document document;
    struct error error = ERROR_INIT;
    struct store *store = store_open(&usual);
    check_ok(store_load_backup(store, revision, &document, &error), &error);
    check_ok(document_text_hold(&document, &error), &error);
    assert_int_equal(document.revision, revision);
    check_document(&document, expected);
    document_release(&document);
    subject->close(store);
}

static enum status backup_status(int64_t revision)
{
    struct document document;
    struct store *store = store_open(&usual);
    enum status status = store_load_backup(store, revision, &document, NULL);
    if (status == STATUS_OK)
        document_release(&document);
    subject->close(store);
    return status;
}

static struct backup_list backups_list(void)
{
    struct backup_list list;
    struct error error = ERROR_INIT;
    struct store *store = store_open(&usual);
    backup_list_init(&list);
    check_ok(store_backups(store, &list, &error), &error);
    subject->close(store);
    return list;
}

/* How many backups of a kind there are. */
static size_t backups_count(enum backup_kind kind)
{
    struct backup_list list = backups_list();
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++)
        count += list.entries[i].kind == kind;
    backup_list_release(&list);
    return count;
}

/* Loading and saving. */

static void starts_empty(void **state)
{
    struct document document = current_load();
    (void)state;
    assert_int_equal(document.revision, 0);
    assert_int_equal(document.length, 0);
    document_release(&document);
    assert_int_equal(current_revision(), 0);
    assert_int_equal(backups_count(BACKUP_REPLACED), 0);
    assert_int_equal(backup_status(1769000000123), STATUS_NOT_FOUND);
}

static void keeps_what_is_saved(void **state)
{
    (void)state;
    struct store_commit commit = text_save("{\n  \"a\": 33.30\n}");
    assert_true(commit.changed);
    assert_true(commit.revision > INT64_C(1600000000000));
    assert_int_equal(commit.length, 16);
    assert_int_equal(current_revision(), commit.revision);
    check_current("{\n  \"a\": 33.30\n}");
    struct document document = current_load();
    assert_int_equal(document.revision, commit.revision);
    assert_true(document.outline.has_members);
    document_release(&document);
}

static void the_same_again_writes_nothing(void **state)
{
    (void)state;
    struct store_commit first = text_save("{\"a\":1}");
    struct store_commit again = text_save("{\"a\":1}");
    assert_false(again.changed);
    assert_int_equal(again.revision, first.revision);
    assert_int_equal(backups_count(BACKUP_REPLACED), 0);
}

static void revisions_only_grow(void **state)
{
    char text[32];
    int64_t last = 0;
    (void)state;
    for (int i = 0; i < 8; i++) {
        (void)snprintf(text, sizeof text, "{\"a\":%d}", i);
        struct store_commit commit = text_save(text);
        assert_true(commit.revision > last);
        last = commit.revision;
    }
}

static void odd_bytes_come_back(void **state)
{
    static const char *const texts[] = {
        "{\"\\u0000\":\"\\u0000\\ud83d\\ude00\"}",
        "{\"a\":\"\x7f\xc2\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf\xe4\xb8\xad\"}",
        "{\"$1\":\"'; drop table x; --\",\"\\\\\":\"\\\"\\/\\b\\f\\n\\r\\t\"}",
        "{\"a\":1,\"a\":2,\"n\":[1e5,-0,0.10,12345678901234567890,1E+400]}",
        "{\r\n\t\"a\" :\t[ ]\r\n}",
        "{\"</Code>&amp;<![CDATA[\":\"%41%2f+ \xc3\xa9?#&=\"}",
        "{}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        (void)text_save(texts[i]);
        check_current(texts[i]);
    }
}

/* A document of `length` bytes with one long and many short members; to be freed. */
static char *long_text(size_t length, char filler)
{
    char *text = malloc(length + 1);
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, "{\"items\":[");
    while (used + 40 < length / 2)
        used += (size_t)sprintf(text + used, "{\"id\":%zu},", used);
    used += (size_t)sprintf(text + used, "0],\"filler\":\"");
    memset(text + used, filler, length - used - 2);
    memcpy(text + length - 2, "\"}", 3);
    return text;
}

static void large_documents_are_as_others(void **state)
{
    (void)state;
    char *first = long_text(LARGE, 'x');
    char *second = long_text(LARGE, 'y');
    struct store_commit commit = text_save(first);
    check_current(first);
    (void)text_save(second);
    check_current(second);
    check_backup(commit.revision, first);
    free(first);
    free(second);
}

static void what_is_too_long_is_not_loaded(void **state)
{
    struct opening narrow = usual;
    struct document document;
    struct error error = ERROR_INIT;
    (void)state;
    char *text = long_text(MIB, 'x');
    (void)text_save(text);
    free(text);
    narrow.length_max = MIB / 2;
    struct store *store = store_open(&narrow);
    enum status status = store_load(store, &document, &error);
    subject->close(store);
    if (status == STATUS_OK)
        document_release(&document);
    assert_int_equal(status, subject->holds_texts ? STATUS_UNAVAILABLE : STATUS_OK);
    assert_true(!subject->holds_texts || strstr(error.text, "524288") != NULL);
}

/* Who else saves. */

/* A transform during which somebody else saves, once. */
struct interrupted {
    struct document_text text;
    const char *other;
    unsigned decisions;
    bool other_was_refused;
};

static enum status interrupted_put(void *context, struct document *current, struct store_next *next,
                                   struct error *error)
{
    struct interrupted *interrupted = context;
    struct opening hasty = usual;
    struct document_text text = {.bytes = interrupted->other, .length = strlen(interrupted->other)};
    const struct store_transform transform = {.decide = put, .context = &text};
    struct store_commit commit;
    hasty.lock_timeout_ms = 50;
    if (interrupted->decisions++ == 0) {
        struct store *store = store_open(&hasty);
        interrupted->other_was_refused =
            store_update(store, &transform, &commit, NULL) == STATUS_BUSY;
        subject->close(store);
    }
    return put(&interrupted->text, current, next, error);
}

static void check_interrupted(void)
{
    struct interrupted interrupted = {.text = {.bytes = "{\"mine\":1}", .length = 10},
                                      .other = "{\"other\":1}"};
    const struct store_transform transform = {.decide = interrupted_put, .context = &interrupted};
    struct store_commit commit = {0};
    struct error error = ERROR_INIT;
    struct store *store = store_open(&usual);
    check_ok(store_update(store, &transform, &commit, &error), &error);
    subject->close(store);
    check_current("{\"mine\":1}");
    assert_int_equal(interrupted.other_was_refused, subject->excludes_others);
    assert_int_equal(interrupted.decisions, subject->excludes_others ? 1 : 2);
    assert_int_equal(commit.revision, current_revision());
}

static void who_comes_between_loses_nothing(void **state)
{
    (void)state;
    (void)text_save("{\"first\":1}");
    check_interrupted();
    if (subject->excludes_others)
        return;
    /* What he saved was replaced, and is kept. */
    struct backup_list list = backups_list();
    bool kept = false;
    for (size_t i = 0; i < list.count; i++)
        kept = kept || list.entries[i].length == 11;
    backup_list_release(&list);
    assert_true(kept);
    assert_int_equal(backups_count(BACKUP_REPLACED), 2);
}

static void who_comes_between_at_the_first_save_loses_nothing(void **state)
{
    (void)state;
    check_interrupted();
}

/* Append an element that is named after the writer and the number of his save. */
static enum status element_append(void *context, json_t **tree, struct error *error)
{
    json_t *list = json_object_get(*tree, "list");
    if (list == NULL) {
        list = json_array();
        (void)json_object_set_new(*tree, "list", list);
    }
    (void)error;
    return json_array_append_new(list, json_string(context)) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

/* A process that saves; its exit status is how many saves were not acknowledged. */
static int writer_run(unsigned writer)
{
    int failures = 0;
    for (unsigned i = 0; i < subject->saves; i++) {
        char name[32];
        struct store *store = NULL;
        struct store_commit commit;
        struct error error = ERROR_INIT;
        const struct edit edit = {.apply = element_append, .context = name, .length_max = 8 * MIB};
        (void)snprintf(name, sizeof name, "%u-%u", writer, i);
        enum status status = subject->open(&usual, &observer, &store, &error);
        if (status == STATUS_OK) {
            status = edit_document(&edit, store, &commit, &error);
            subject->close(store);
        }
        if (status != STATUS_OK)
            (void)fprintf(stderr, "writer %s: %s\n", name, error.text);
        failures += status != STATUS_OK;
    }
    return failures;
}

static bool is_listed(const json_t *list, const char *name)
{
    size_t i;
    json_t *entry;
    json_array_foreach (list, i, entry) {
        if (strcmp(json_string_value(entry), name) == 0)
            return true;
    }
    return false;
}

static void writers_run(void)
{
    for (unsigned writer = 0; writer < subject->writers; writer++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(writer_run(writer));
    }
    int failures = 0;
    for (unsigned writer = 0; writer < subject->writers; writer++) {
        int status = 0;
        assert_true(wait(&status) > 0);
        failures += status;
    }
    assert_int_equal(failures, 0);
}

/* The first save is among what they do at the same time. */
static void writers_at_the_same_time_lose_nothing(void **state)
{
    (void)state;
    writers_run();
    struct document document = current_load();
    json_t *tree = json_loadb(document.text, document.length, 0, NULL);
    json_t *list = json_object_get(tree, "list");
    assert_int_equal(json_array_size(list), subject->writers * subject->saves);
    for (unsigned writer = 0; writer < subject->writers; writer++) {
        for (unsigned i = 0; i < subject->saves; i++) {
            char name[32];
            (void)snprintf(name, sizeof name, "%u-%u", writer, i);
            if (!is_listed(list, name))
                fail_msg("%s was acknowledged, and is lost", name);
        }
    }
    json_decref(tree);
    document_release(&document);
    size_t kept = backups_count(BACKUP_REPLACED) + backups_count(BACKUP_BASE);
    assert_int_equal(kept, subject->writers * subject->saves - 1);
}

static void conditions_are_checked(void **state)
{
    (void)state;
    int64_t first = text_save("{\"a\":1}").revision;
    int64_t second = text_save("{\"a\":2}").revision;
    struct conditions stale = {.match = {.present = true, .count = 1, .revisions = {first}}};
    struct store_commit commit;
    struct error error = ERROR_INIT;
    struct store *store = store_open(&usual);
    assert_int_equal(restore_backup(store, first, &stale, &commit, &error), STATUS_STALE);
    assert_int_equal(error.revision, second);
    stale.match.revisions[0] = second;
    assert_int_equal(restore_backup(store, first, &stale, &commit, NULL), STATUS_OK);
    subject->close(store);
    check_current("{\n  \"a\": 1\n}");
}

/* Merging, restoring, keeping. */

static struct save_base base_of(int64_t revision)
{
    return (struct save_base){.known = true, .held = revision};
}

static void stale_saves_are_merged(void **state)
{
    (void)state;
    int64_t base = text_save("{\n  \"a\": 1,\n  \"b\": 1\n}").revision;
    (void)text_save("{\n  \"a\": 2,\n  \"b\": 1\n}");
    char text[] = "{\n  \"a\": 1,\n  \"b\": 2\n}";
    struct document submitted;
    struct error error = ERROR_INIT;
    assert_int_equal(document_take_text(&submitted, 0, strdup(text), sizeof text - 1, NULL),
                     STATUS_OK);
    struct save save = {.submitted = &submitted, .base = base_of(base)};
    struct store *store = store_open(&usual);
    check_ok(save_document(&save, store, &error), &error);
    subject->close(store);
    assert_int_equal(save.outcome, SAVE_MERGED);
    assert_true(save.commit.submitted > base && save.commit.submitted < save.commit.revision);
    check_current("{\n  \"a\": 2,\n  \"b\": 2\n}");
    check_backup(save.commit.submitted, text);
    assert_int_equal(backups_count(BACKUP_SUBMITTED), 1);
    save_release(&save);

    /* Submitted once more it is kept once: nothing is new. */
    save = (struct save){.submitted = &submitted, .base = base_of(base)};
    store = store_open(&usual);
    check_ok(save_document(&save, store, &error), &error);
    subject->close(store);
    assert_int_equal(backups_count(BACKUP_SUBMITTED), 1);
    save_release(&save);
    document_release(&submitted);
}

static void what_is_replaced_is_kept(void **state)
{
    (void)state;
    int64_t first = text_save("{\"a\":1}").revision;
    int64_t second = text_save("{\"a\":22}").revision;
    (void)text_save("{\"a\":333}");
    struct backup_list list = backups_list();
    assert_int_equal(list.count, 2);
    assert_int_equal(list.entries[0].revision, second);
    assert_int_equal(list.entries[0].length, 8);
    assert_int_equal(list.entries[0].kind, BACKUP_REPLACED);
    assert_int_equal(list.entries[1].revision, first);
    backup_list_release(&list);
    check_backup(first, "{\"a\":1}");
    check_backup(second, "{\"a\":22}");
}

static void without_retention_nothing_is_kept(void **state)
{
    struct opening forgetful = usual;
    (void)state;
    forgetful.retention.count = 0;
    for (int i = 0; i < 3; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "{\"a\":%d}", i);
        (void)text_save_as(&forgetful,
                           (struct document_text){.bytes = text, .length = (size_t)length});
    }
    check_current("{\"a\":2}");
    assert_int_equal(backups_count(BACKUP_REPLACED) + backups_count(BACKUP_BASE), 0);
}

/* By their number they become bases; by their bytes they go. */
static void what_expires_goes(void **state)
{
    struct opening sparing = usual;
    int64_t revisions[8];
    (void)state;
    sparing.retention = (struct retention){.count = 2, .bytes = 4 * 15};
    for (int i = 0; i < 8; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "{\"number\": %3d}", i);
        revisions[i] =
            text_save_as(&sparing, (struct document_text){.bytes = text, .length = (size_t)length})
                .revision;
    }
    check_current("{\"number\":   7}");
    for (int i = 0; i < 3; i++)
        assert_int_equal(backup_status(revisions[i]), STATUS_NOT_FOUND);
    for (int i = 3; i < 7; i++)
        assert_int_equal(backup_status(revisions[i]), STATUS_OK);
    struct store *store = store_open(&sparing);
    struct backup_list list;
    backup_list_init(&list);
    assert_int_equal(store_backups(store, &list, NULL), STATUS_OK);
    subject->close(store);
    assert_int_equal(list.count, 4);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(list.entries[i].kind, BACKUP_REPLACED);
    backup_list_release(&list);
}

static void an_earlier_one_can_be_restored(void **state)
{
    struct store_commit commit;
    (void)state;
    int64_t first = text_save("{\n  \"a\": 1\n}").revision;
    int64_t second = text_save("{\n  \"a\": 2\n}").revision;
    struct store *store = store_open(&usual);
    assert_int_equal(restore_backup(store, first, &none, &commit, NULL), STATUS_OK);
    assert_int_equal(restore_backup(store, 1769000000123, &none, &commit, NULL), STATUS_NOT_FOUND);
    subject->close(store);
    check_current("{\n  \"a\": 1\n}");
    assert_true(current_revision() > second);
    check_backup(second, "{\n  \"a\": 2\n}");
}

static void pinned_ones_stay(void **state)
{
    struct opening sparing = usual;
    const struct conditions stale = {.match = {.present = true, .count = 1, .revisions = {7}}};
    int64_t pinned = 0;
    (void)state;
    sparing.retention = (struct retention){.count = 1, .bytes = 1};
    struct store *store = store_open(&sparing);
    assert_int_equal(store_pin(store, &none, &pinned, NULL), STATUS_CONFLICT);
    subject->close(store);
    int64_t first = text_save("{\"a\":1}").revision;
    store = store_open(&sparing);
    assert_int_equal(store_pin(store, &stale, &pinned, NULL), STATUS_STALE);
    assert_int_equal(store_pin(store, &none, &pinned, NULL), STATUS_OK);
    assert_int_equal(store_pin(store, &none, &pinned, NULL), STATUS_OK);
    subject->close(store);
    assert_int_equal(pinned, first);
    for (int i = 2; i < 4; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "{\"a\":%d}", i);
        (void)text_save_as(&sparing,
                           (struct document_text){.bytes = text, .length = (size_t)length});
    }
    assert_int_equal(backups_count(BACKUP_PINNED), 1);
    check_backup(first, "{\"a\":1}");
    store = store_open(&sparing);
    assert_int_equal(store_unkeep(store, first, &stale, NULL), STATUS_STALE);
    assert_int_equal(store_unkeep(store, first, &none, NULL), STATUS_OK);
    assert_int_equal(store_unkeep(store, first, &none, NULL), STATUS_NOT_FOUND);
    subject->close(store);
    assert_int_equal(backup_status(first), STATUS_NOT_FOUND);
}

static void what_a_hand_broke_is_not_served_nor_covered_up(void **state)
{
    struct document document;
    struct error error = ERROR_INIT;
    struct document_text text = {.bytes = "{\"a\":2}", .length = 7};
    const struct store_transform transform = {.decide = put, .context = &text};
    struct store_commit commit;
    (void)state;
    int64_t first = text_save("{\"a\":1}").revision;
    (void)text_save("{\"a\":2}");
    subject->put_by_hand("[1,2,3]");
    struct store *store = store_open(&usual);
    assert_int_equal(store_load(store, &document, &error), STATUS_CORRUPT);
    assert_int_equal(store_update(store, &transform, &commit, NULL), STATUS_CORRUPT);
    set_aside[0] = '\0';
    assert_int_equal(restore_backup(store, first, &none, &commit, NULL), STATUS_OK);
    subject->close(store);
    assert_true(set_aside[0] != '\0');
    check_current("{\n  \"a\": 1\n}");
}

static void adopts_what_another_store_has(void **state)
{
    static const struct backup kept[] = {{.revision = 1769000000001, .kind = BACKUP_REPLACED},
                                         {.revision = 1769000000002, .kind = BACKUP_SUBMITTED},
                                         {.revision = 1769000000003, .kind = BACKUP_PINNED}};
    const struct document_text text = {.bytes = "{\"a\":1}", .length = 7};
    const struct document_text other = {.bytes = "{\"a\":2}", .length = 7};
    struct error error = ERROR_INIT;
    (void)state;
    struct store *store = store_open(&usual);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(store_adopt_backup(store, &kept[i], text, NULL, NULL), STATUS_OK);
        assert_int_equal(store_adopt_backup(store, &kept[i], other, NULL, NULL), STATUS_OK);
    }
    assert_int_equal(store_adopt(store, 5, 1769000000009, other, NULL, NULL), STATUS_STALE);
    check_ok(store_adopt(store, 0, 1769000000009, other, NULL, &error), &error);
    assert_int_equal(store_adopt(store, 0, 1769000000010, text, NULL, NULL), STATUS_STALE);
    subject->close(store);
    assert_int_equal(current_revision(), 1769000000009);
    check_current("{\"a\":2}");
    for (size_t i = 0; i < 3; i++)
        check_backup(kept[i].revision, "{\"a\":1}");
    assert_int_equal(backups_count(BACKUP_PINNED), 1);
    assert_int_equal(backups_count(BACKUP_SUBMITTED), 1);
    assert_true(text_save("{\"a\":3}").revision > INT64_C(1769000000009));
    check_backup(1769000000009, "{\"a\":2}");
}

/* Who saved it. */

static int64_t text_save_by(const char *name, const char *text)
{
    struct opening opening = usual;
    opening.saved_by = name;
    return text_save_as(&opening, (struct document_text){.bytes = text, .length = strlen(text)})
        .revision;
}

static void check_saver(int64_t revision, const char *expected)
{
    struct savers savers;
    struct error error = ERROR_INIT;
    struct store *store = store_open(&usual);
    savers_init(&savers);
    check_ok(store_savers(store, &savers, &error), &error);
    subject->close(store);
    const char *name = savers_find(&savers, revision);
    if (expected == NULL)
        assert_null(name);
    else if (name == NULL)
        fail_msg("it is not known that '%s' saved %" PRId64, expected, revision);
    else
        assert_string_equal(name, expected);
    savers_release(&savers);
}

static void who_saved_is_known_as_long_as_it_is_kept(void **state)
{
    static const char odd[] = "\"张 三\" <a&b>; %41+\\ ' é";
    char longest[SAVER_NAME_SIZE];
    (void)state;
    memset(longest, 'n', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    int64_t first = text_save_by("anna", "{\"a\":1}");
    check_saver(first, "anna");
    int64_t second = text_save_by(odd, "{\"a\":2}");
    int64_t third = text_save_by(NULL, "{\"a\":3}");
    /* Nothing is saved by that. */
    assert_int_equal(text_save_by("bo", "{\"a\":3}"), third);
    check_saver(third, NULL);
    int64_t fourth = text_save_by(longest, "{\"a\":4}");
    check_saver(first, "anna");
    check_saver(second, odd);
    check_saver(third, NULL);
    check_saver(fourth, longest);
    check_saver(1, NULL);
}

static struct store_commit submit_by(const char *name, int64_t base, const char *text)
{
    struct opening opening = usual;
    struct error error = ERROR_INIT;
    struct document submitted;
    assert_int_equal(document_take_text(&submitted, 0, strdup(text), strlen(text), NULL),
                     STATUS_OK);
    struct save save = {.submitted = &submitted, .base = base_of(base)};
    opening.saved_by = name;
    struct store *store = store_open(&opening);
    check_ok(save_document(&save, store, &error), &error);
    subject->close(store);
    save_release(&save);
    document_release(&submitted);
    return save.commit;
}

static void who_submits_to_a_merge_saved_both(void **state)
{
    (void)state;
    int64_t base = text_save_by("anna", "{\n  \"a\": 1,\n  \"b\": 1\n}");
    int64_t other = text_save_by(NULL, "{\n  \"a\": 2,\n  \"b\": 1\n}");
    struct store_commit commit = submit_by("bo", base, "{\n  \"a\": 1,\n  \"b\": 2\n}");
    assert_true(commit.changed);
    check_saver(commit.revision, "bo");
    check_saver(commit.submitted, "bo");
    check_saver(other, NULL);
    check_saver(base, "anna");
    /* What comes of it is there already, and saved by whom it was. */
    struct store_commit second =
        submit_by("cy", other, "{\n  \"a\": 2,\n  \"b\": 2,\n  \"c\": 3\n}");
    struct store_commit third =
        submit_by("di", other, "{\n  \"a\": 2,\n  \"b\": 1,\n  \"c\": 3\n}");
    assert_true(second.changed && !third.changed && third.submitted != 0);
    check_saver(third.submitted, "di");
    check_saver(second.revision, "cy");
}

/* Keeping is not saving; restoring is. */
static void who_keeps_and_restores_takes_no_name_away(void **state)
{
    struct opening opening = usual;
    struct store_commit commit;
    int64_t pinned = 0;
    (void)state;
    int64_t first = text_save_by("anna", "{\"a\":1}");
    opening.saved_by = "bo";
    struct store *store = store_open(&opening);
    assert_int_equal(store_pin(store, &none, &pinned, NULL), STATUS_OK);
    subject->close(store);
    assert_int_equal(pinned, first);
    check_saver(first, "anna");
    (void)text_save_by(NULL, "{\"a\":2}");
    store = store_open(&opening);
    assert_int_equal(restore_backup(store, first, &none, &commit, NULL), STATUS_OK);
    subject->close(store);
    check_saver(first, "anna");
    check_saver(commit.revision, "bo");
}

static void who_saved_is_adopted_too(void **state)
{
    static const struct backup kept[] = {{.revision = 1769000000001, .kind = BACKUP_REPLACED},
                                         {.revision = 1769000000002, .kind = BACKUP_SUBMITTED},
                                         {.revision = 1769000000003, .kind = BACKUP_PINNED},
                                         {.revision = 1769000000004, .kind = BACKUP_REPLACED}};
    static const char *const names[] = {"anna", "bo", "张 三", NULL};
    const struct document_text text = {.bytes = "{\"a\":1}", .length = 7};
    struct error error = ERROR_INIT;
    (void)state;
    struct store *store = store_open(&usual);
    for (size_t i = 0; i < 4; i++)
        check_ok(store_adopt_backup(store, &kept[i], text, names[i], &error), &error);
    check_ok(store_adopt(store, 0, 1769000000009, text, "cy", &error), &error);
    subject->close(store);
    for (size_t i = 0; i < 4; i++)
        check_saver(kept[i].revision, names[i]);
    check_saver(1769000000009, "cy");
    (void)text_save_by(NULL, "{\"a\":3}");
    check_saver(1769000000009, "cy");
}

/* Of what is there already, if it is the same. */
static void who_saved_is_adopted_later(void **state)
{
    const struct backup kept = {.revision = 1769000000001, .kind = BACKUP_REPLACED};
    const int64_t current = 1769000000009;
    const struct document_text text = {.bytes = "{\"a\":1}", .length = 7};
    const struct document_text other = {.bytes = "{\"a\":2}", .length = 7};
    struct error error = ERROR_INIT;
    (void)state;
    struct store *store = store_open(&usual);
    check_ok(store_adopt_backup(store, &kept, text, NULL, &error), &error);
    check_ok(store_adopt_backup(store, &kept, other, "anna", &error), &error);
    check_saver(kept.revision, NULL);
    check_ok(store_adopt_backup(store, &kept, text, "bo", &error), &error);
    check_saver(kept.revision, "bo");

    check_ok(store_adopt(store, 0, current, text, NULL, &error), &error);
    assert_int_equal(store_adopt(store, current, current, other, "anna", NULL), STATUS_STALE);
    assert_int_equal(store_adopt(store, current, current, other, NULL, NULL), STATUS_STALE);
    assert_int_equal(store_adopt(store, 5, 5, text, "anna", NULL), STATUS_STALE);
    check_saver(current, NULL);
    check_ok(store_adopt(store, current, current, text, NULL, &error), &error);
    check_saver(current, NULL);
    check_ok(store_adopt(store, current, current, text, "cy", &error), &error);
    check_ok(store_adopt(store, current, current, text, NULL, &error), &error);
    subject->close(store);
    check_saver(current, "cy");
    check_current("{\"a\":1}");
    assert_int_equal(current_revision(), current);
    (void)text_save_by("di", "{\"a\":3}");
    check_saver(current, "cy");
    check_backup(current, "{\"a\":1}");
}

/* A directory, from which is copied. */
static void directory_open(struct store_file *store, struct store_file_options *options,
                           const char *path, const char *saved_by)
{
    *options = (struct store_file_options){.directory = path,
                                           .saved_by = saved_by,
                                           .lock_timeout_ms = usual.lock_timeout_ms,
                                           .retention = usual.retention};
    assert_int_equal(store_file_open(store, options, &observer, NULL), STATUS_OK);
}

static int64_t directory_save(const char *path, const char *saved_by, const char *text)
{
    struct document_text next = {.bytes = text, .length = strlen(text)};
    const struct store_transform transform = {.decide = put, .context = &next};
    struct store_commit commit = {0};
    struct error error = ERROR_INIT;
    struct store_file_options options;
    struct store_file store;
    directory_open(&store, &options, path, saved_by);
    check_ok(store_update(&store.base, &transform, &commit, &error), &error);
    store_close(&store.base);
    return commit.revision;
}

static void directory_copy(const char *path)
{
    struct store_copy copy;
    struct error error = ERROR_INIT;
    struct store_file_options options;
    struct store_file source;
    directory_open(&source, &options, path, NULL);
    struct store *target = store_open(&usual);
    check_ok(store_copy_all(&source.base, target, &copy, &error), &error);
    subject->close(target);
    store_close(&source.base);
}

/* Each of them was the current one of the target, which another one then replaced. */
static void who_saved_comes_along_however_often_it_is_copied(void **state)
{
    static const char *const names[] = {"anna", NULL, "bo", "cy"};
    static const char *const texts[] = {"{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}"};
    enum { SAVES = sizeof names / sizeof names[0] };
    int64_t revisions[SAVES];
    void *source;
    (void)state;
    assert_int_equal(temporary_setup(&source), 0);
    for (size_t i = 0; i < SAVES; i++) {
        revisions[i] = directory_save(source, names[i], texts[i]);
        directory_copy(source);
        for (size_t j = 0; j <= i; j++)
            check_saver(revisions[j], names[j]);
    }
    (void)text_save_by("di", "{\"a\":5}");
    for (size_t i = 0; i < SAVES; i++)
        check_saver(revisions[i], names[i]);
    assert_int_equal(temporary_teardown(&source), 0);
}

static void health_tells_what_there_is(void **state)
{
    struct store_health health;
    char location[STORE_LOCATION_SIZE];
    struct error error = ERROR_INIT;
    (void)state;
    (void)text_save("{\"a\":1}");
    int64_t revision = text_save("{\"a\":22}").revision;
    struct store *store = store_open(&usual);
    check_ok(store_check_health(store, &health, &error), &error);
    store_location(store, location);
    subject->close(store);
    assert_string_equal(health.kind, subject->name);
    assert_true(health.readable && health.writable);
    assert_false(health.locked);
    assert_int_equal(health.revision, revision);
    assert_int_equal(health.bytes, 8);
    assert_int_equal(health.backups, 1);
    assert_int_equal(health.backup_bytes, 7);
    assert_true(strlen(location) > 0);
    check_current("{\"a\":22}");
}

/* What is harmed. */

static enum status load_status(const struct opening *opening, struct error *error)
{
    struct store *store = NULL;
    struct document document;
    enum status status = subject->open(opening, &observer, &store, error);
    if (status != STATUS_OK)
        return status;
    status = store_load(store, &document, error);
    if (status == STATUS_OK)
        document_release(&document);
    subject->close(store);
    return status;
}

static enum status save_status(const struct opening *opening, struct error *error)
{
    struct store *store = NULL;
    struct document_text text = {.bytes = "{\"a\":2}", .length = 7};
    const struct store_transform transform = {.decide = put, .context = &text};
    struct store_commit commit;
    enum status status = subject->open(opening, &observer, &store, error);
    if (status != STATUS_OK)
        return status;
    status = store_update(store, &transform, &commit, error);
    subject->close(store);
    return status;
}

/* It says what is wrong, within bounds, and nothing is lost. */
static void check_harm(enum harm harm)
{
    struct opening harmed = usual;
    struct error load_error = ERROR_INIT;
    struct error save_error = ERROR_INIT;
    (void)text_save("{\"a\":1}");
    harmed.harm = harm;
    if (harm == HARM_SLOW) {
        harmed.timeout_ms = 1000;
        harmed.lock_timeout_ms = 100;
        subject->slow();
    }
    enum status loaded = load_status(&harmed, &load_error);
    enum status saved = save_status(&harmed, &save_error);
    if (harm == HARM_SLOW)
        subject->heal();
    if (loaded != subject->load_under[harm])
        fail_msg("load: status %d, '%s'", (int)loaded, load_error.text);
    if (saved != subject->save_under[harm])
        fail_msg("save: status %d, '%s'", (int)saved, save_error.text);
    assert_true(loaded == STATUS_OK || load_error.text[0] != '\0');
    assert_true(saved == STATUS_OK || save_error.text[0] != '\0');
    if (saved != STATUS_UNCERTAIN)
        check_current(saved == STATUS_OK ? "{\"a\":2}" : "{\"a\":1}");
    (void)text_save("{\"a\":3}");
    check_current("{\"a\":3}");
}

static void one_that_is_down_says_so(void **state)
{
    (void)state;
    check_harm(HARM_DOWN);
}

static void one_that_is_slow_does_not_hold_us_up(void **state)
{
    (void)state;
    check_harm(HARM_SLOW);
}

static void one_that_is_read_only_can_be_read(void **state)
{
    (void)state;
    check_harm(HARM_READ_ONLY);
}

static void wrong_keys_open_nothing(void **state)
{
    (void)state;
    check_harm(HARM_WRONG_KEYS);
}

static int test_begin(void **state)
{
    (void)state;
    subject->begin();
    return 0;
}

static int test_end(void **state)
{
    (void)state;
    subject->end();
    return 0;
}

#define IN_A_STORE(test) cmocka_unit_test_setup_teardown(test, test_begin, test_end)

int conformance_run(const struct subject *tested)
{
    const struct CMUnitTest tests[] = {
        IN_A_STORE(starts_empty),
        IN_A_STORE(keeps_what_is_saved),
        IN_A_STORE(the_same_again_writes_nothing),
        IN_A_STORE(revisions_only_grow),
        IN_A_STORE(odd_bytes_come_back),
        IN_A_STORE(large_documents_are_as_others),
        IN_A_STORE(what_is_too_long_is_not_loaded),
        IN_A_STORE(who_comes_between_loses_nothing),
        IN_A_STORE(who_comes_between_at_the_first_save_loses_nothing),
        IN_A_STORE(writers_at_the_same_time_lose_nothing),
        IN_A_STORE(conditions_are_checked),
        IN_A_STORE(stale_saves_are_merged),
        IN_A_STORE(what_is_replaced_is_kept),
        IN_A_STORE(without_retention_nothing_is_kept),
        IN_A_STORE(what_expires_goes),
        IN_A_STORE(an_earlier_one_can_be_restored),
        IN_A_STORE(pinned_ones_stay),
        IN_A_STORE(what_a_hand_broke_is_not_served_nor_covered_up),
        IN_A_STORE(adopts_what_another_store_has),
        IN_A_STORE(who_saved_is_known_as_long_as_it_is_kept),
        IN_A_STORE(who_submits_to_a_merge_saved_both),
        IN_A_STORE(who_keeps_and_restores_takes_no_name_away),
        IN_A_STORE(who_saved_is_adopted_too),
        IN_A_STORE(who_saved_is_adopted_later),
        IN_A_STORE(who_saved_comes_along_however_often_it_is_copied),
        IN_A_STORE(health_tells_what_there_is),
        IN_A_STORE(one_that_is_down_says_so),
        IN_A_STORE(one_that_is_slow_does_not_hold_us_up),
        IN_A_STORE(one_that_is_read_only_can_be_read),
        IN_A_STORE(wrong_keys_open_nothing),
    };
    subject = tested;
    return cmocka_run_group_tests_name(tested->name, tests, NULL, NULL);
}
