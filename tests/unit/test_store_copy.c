#include "store_copy.h"
#include "store_file.h"
#include "temporary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct conditions none;

static void seen(const void *context, const char *text)
{
    (void)context;
    (void)text;
}

static const struct store_observer observer = {.directory_created = seen, .lock_failed = seen};

/* The source and the target, two directories of the test's. */
static struct store_file from;
static struct store_file to;
static struct store_file_options from_options;
static struct store_file_options to_options;
static char paths[2][TEMPORARY_PATH_SIZE];

static void open_in(struct store_file *store, struct store_file_options *options, const char *path)
{
    *options = (struct store_file_options){
        .directory = path, .lock_timeout_ms = 100, .retention = {.count = 50, .bytes = 1 << 20}};
    assert_int_equal(store_file_open(store, options, &observer, NULL), STATUS_OK);
}

static int setup(void **state)
{
    if (temporary_setup(state) != 0)
        return -1;
    (void)strcpy(paths[0], path_in(*state, "from"));
    (void)strcpy(paths[1], path_in(*state, "to"));
    open_in(&from, &from_options, paths[0]);
    open_in(&to, &to_options, paths[1]);
    return 0;
}

static int teardown(void **state)
{
    store_close(&from.base);
    store_close(&to.base);
    return temporary_teardown(state);
}

static enum status put(void *context, struct document *current, struct store_next *next,
                       struct error *error)
{
    (void)current;
    (void)error;
    next->text = (struct document_text){.bytes = context, .length = strlen(context)};
    return STATUS_OK;
}

static int64_t save(struct store_file *store, char *text)
{
    const struct store_transform transform = {.decide = put, .context = text};
    struct store_commit commit;
    assert_int_equal(store_update(&store->base, &transform, &commit, NULL), STATUS_OK);
    return commit.revision;
}

static enum status copy_run(struct store_copy *copy, struct error *error)
{
    return store_copy_all(&from.base, &to.base, copy, error);
}

/* Who saved what is the same in both stores. */
static void check_same_savers(void)
{
    struct savers savers[2];
    for (size_t i = 0; i < 2; i++)
        savers_init(&savers[i]);
    assert_int_equal(store_savers(&from.base, &savers[0], NULL), STATUS_OK);
    assert_int_equal(store_savers(&to.base, &savers[1], NULL), STATUS_OK);
    assert_int_equal(savers[0].count, savers[1].count);
    for (size_t i = 0; i < savers[0].count; i++) {
        int64_t revision = savers[0].entries[i].revision;
        const char *name = savers_find(&savers[1], revision);
        assert_non_null(name);
        assert_string_equal(name, savers_find(&savers[0], revision));
    }
    for (size_t i = 0; i < 2; i++)
        savers_release(&savers[i]);
}

/* What the target has: the files of the source, to the last byte and time. */
static void check_same(void)
{
    struct document document;
    int64_t revisions[2];
    struct backup_list lists[2];
    check_same_savers();
    struct store *stores[] = {&from.base, &to.base};
    for (size_t i = 0; i < 2; i++) {
        backup_list_init(&lists[i]);
        assert_int_equal(store_revision(stores[i], &revisions[i], NULL), STATUS_OK);
        assert_int_equal(store_backups(stores[i], &lists[i], NULL), STATUS_OK);
    }
    assert_int_equal(revisions[0], revisions[1]);
    assert_int_equal(lists[0].count, lists[1].count);
    for (size_t i = 0; i < lists[0].count; i++) {
        const struct backup *backup = &lists[0].entries[i];
        assert_int_equal(backup->revision, lists[1].entries[i].revision);
        assert_int_equal(backup->kind, lists[1].entries[i].kind);
        assert_int_equal(backup->length, lists[1].entries[i].length);
        assert_int_equal(store_load_backup(&to.base, backup->revision, &document, NULL), STATUS_OK);
        document_release(&document);
    }
    backup_list_release(&lists[0]);
    backup_list_release(&lists[1]);
}

static void takes_the_document_and_all_backups(void **state)
{
    struct store_copy copy;
    int64_t pinned = 0;
    (void)state;
    (void)save(&from, (char[]){"{\"a\":1}"});
    (void)save(&from, (char[]){"{\"a\":22}"});
    assert_int_equal(store_pin(&from.base, &none, &pinned, NULL), STATUS_OK);
    int64_t revision = save(&from, (char[]){"{\"a\":333}"});
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    assert_int_equal(copy.revision, revision);
    assert_int_equal(copy.backups, 2);
    assert_int_equal(copy.bytes, 7 + 8 + 9);
    check_same();
    check_stored_text(paths[1], "{\"a\":333}");
}

/* More likely it is the wrong place. */
static void nothing_is_no_source(void **state)
{
    struct store_copy copy;
    (void)state;
    assert_int_equal(copy_run(&copy, NULL), STATUS_NOT_FOUND);
    assert_int_equal(
        store_adopt_backup(&from.base,
                           &(struct backup){.revision = 1769000000001, .kind = BACKUP_PINNED},
                           (struct document_text){.bytes = "{}", .length = 2}, NULL, NULL),
        STATUS_OK);
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    assert_int_equal(copy.revision, 0);
    assert_int_equal(copy.backups, 1);
    check_same();
}

static void once_more_brings_what_is_new(void **state)
{
    struct store_copy copy;
    (void)state;
    (void)save(&from, (char[]){"{\"a\":1}"});
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    (void)save(&from, (char[]){"{\"a\":2}"});
    (void)save(&from, (char[]){"{\"a\":3}"});
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    assert_int_equal(copy.backups, 2);
    check_same();
    check_stored_text(paths[1], "{\"a\":3}");
}

static void who_saved_comes_along_once(void **state)
{
    struct store_copy copy;
    (void)state;
    from_options.saved_by = "anna";
    (void)save(&from, (char[]){"{\"a\":1}"});
    from_options.saved_by = NULL;
    (void)save(&from, (char[]){"{\"a\":2}"});
    from_options.saved_by = "bo";
    (void)save(&from, (char[]){"{\"a\":3}"});
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    check_same();
    off_t size = file_stat(path_in(paths[1], "saved-by.log")).st_size;
    assert_int_equal(size, sizeof "1769000000001 anna\n1769000000003 bo\n" - 1);
    (void)save(&from, (char[]){"{\"a\":4}"});
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    check_same();
    /* Of the one before, again: it was current there, and is a backup now. */
    size += 2 * (off_t)(sizeof "1769000000004 bo\n" - 1);
    assert_int_equal(file_stat(path_in(paths[1], "saved-by.log")).st_size, size);
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    assert_int_equal(file_stat(path_in(paths[1], "saved-by.log")).st_size, size);
}

/* As when a copy was interrupted, or somebody took the log away. */
static void who_saved_comes_along_later(void **state)
{
    struct store_copy copy;
    (void)state;
    from_options.saved_by = "anna";
    (void)save(&from, (char[]){"{\"a\":1}"});
    (void)save(&from, (char[]){"{\"a\":2}"});
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    assert_int_equal(unlink(path_in(paths[1], "saved-by.log")), 0);
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    check_same();
    assert_int_equal(unlink(path_in(paths[1], "saved-by.log")), 0);
    (void)save(&from, (char[]){"{\"a\":3}"});
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    check_same();
}

static void overwrites_nothing_that_it_does_not_know(void **state)
{
    struct store_copy copy;
    struct error error = ERROR_INIT;
    (void)state;
    (void)save(&from, (char[]){"{\"a\":1}"});
    int64_t other = save(&to, (char[]){"{\"other\":1}"});
    char revision[32];
    (void)snprintf(revision, sizeof revision, "%" PRId64, other);
    assert_int_equal(copy_run(&copy, &error), STATUS_CONFLICT);
    assert_non_null(strstr(error.text, revision));
    check_stored_text(paths[1], "{\"other\":1}");
    assert_int_equal(entries_count(paths[1], "backup-"), 0);
}

static void the_same_revision_with_another_text_is_another_document(void **state)
{
    const struct document_text text = {.bytes = "{\"b\":1}", .length = 7};
    struct store_copy copy;
    (void)state;
    int64_t revision = save(&from, (char[]){"{\"a\":1}"});
    assert_int_equal(store_adopt(&to.base, 0, revision, text, NULL, NULL), STATUS_OK);
    assert_int_equal(copy_run(&copy, NULL), STATUS_CONFLICT);
    check_stored_text(paths[1], "{\"b\":1}");
}

static void a_backup_that_is_another_one_there_is_found(void **state)
{
    const struct document_text text = {.bytes = "{\"b\":1}", .length = 7};
    struct store_copy copy;
    struct error error = ERROR_INIT;
    (void)state;
    from_options.saved_by = "anna";
    const struct backup backup = {.revision = save(&from, (char[]){"{\"a\":1}"}),
                                  .kind = BACKUP_REPLACED};
    from_options.saved_by = NULL;
    (void)save(&from, (char[]){"{\"a\":2}"});
    assert_int_equal(store_adopt_backup(&to.base, &backup, text, NULL, NULL), STATUS_OK);
    assert_int_equal(copy_run(&copy, &error), STATUS_CONFLICT);
    assert_non_null(strstr(error.text, "another document there"));
    assert_false(file_exists(path_in(paths[1], "saved-by.log")));
}

/* A target during whose work somebody saves to the source. */
static struct store_operations slow_operations;

static enum status adopt_slowly(struct store *store, int64_t expected, int64_t revision,
                                struct document_text text, const char *saved_by,
                                struct error *error)
{
    (void)save(&from, (char[]){"{\"late\":1}"});
    store->operations = from.base.operations;
    return store_adopt(store, expected, revision, text, saved_by, error);
}

static void who_saves_meanwhile_is_noticed(void **state)
{
    struct store_copy copy;
    struct error error = ERROR_INIT;
    (void)state;
    (void)save(&from, (char[]){"{\"a\":1}"});
    slow_operations = *to.base.operations;
    slow_operations.adopt = adopt_slowly;
    to.base.operations = &slow_operations;
    assert_int_equal(copy_run(&copy, &error), STATUS_BUSY);
    assert_non_null(strstr(error.text, "copy again"));
    assert_int_equal(copy_run(&copy, NULL), STATUS_OK);
    check_same();
    check_stored_text(paths[1], "{\"late\":1}");
}

static void what_is_damaged_is_not_copied(void **state)
{
    struct store_copy copy;
    (void)state;
    file_write(path_in(paths[0], "project-data.json"), "{\"half");
    assert_int_equal(copy_run(&copy, NULL), STATUS_CORRUPT);
    assert_false(file_exists(path_in(paths[1], "project-data.json")));
}

#define WITH_STORES(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORES(takes_the_document_and_all_backups),
        WITH_STORES(nothing_is_no_source),
        WITH_STORES(once_more_brings_what_is_new),
        WITH_STORES(who_saved_comes_along_once),
        WITH_STORES(who_saved_comes_along_later),
        WITH_STORES(overwrites_nothing_that_it_does_not_know),
        WITH_STORES(the_same_revision_with_another_text_is_another_document),
        WITH_STORES(a_backup_that_is_another_one_there_is_found),
        WITH_STORES(who_saves_meanwhile_is_noticed),
        WITH_STORES(what_is_damaged_is_not_copied),
    };
    return cmocka_run_group_tests_name("store_copy", tests, NULL, NULL);
}
