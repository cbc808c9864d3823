#include "rehearsal.h"

#include "backup_file.h"
#include "backup_ledger.h"
#include "document_file.h"
#include "file_lock.h"
#include "outline_record.h"
#include "saver_log.h"
#include "schedule_cgi.h"
#include "store_file.h"
#include "system_calls.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char data_name[] = REHEARSAL_DATA_NAME;
static const char log_name[] = "saved-by.log";
static const char temporary_prefix[] = REHEARSAL_DATA_NAME ".tmp-";
static const char *const backup_prefixes[] = {"backup-", "submitted-", "pinned-", "base-",
                                              REHEARSAL_DATA_NAME ".corrupt-"};
enum { BACKUP_PREFIXES = sizeof backup_prefixes / sizeof backup_prefixes[0] };

static const int64_t now_ms = INT64_C(1700000001000);

/* The child. */

static int descriptors_count(void)
{
    enum { DESCRIPTORS_MAX = 256 };
    int count = 0;
    for (int i = 0; i < DESCRIPTORS_MAX; i++)
        count += fcntl(i, F_GETFD) >= 0;
    return count;
}

static bool lock_is_held(const char *directory)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int descriptor = open(path_in(directory, "data.lock"), O_RDWR | O_CLOEXEC);
    bool held = descriptor >= 0 && fcntl(descriptor, F_OFD_SETLK, &whole) != 0;
    if (descriptor >= 0)
        (void)close(descriptor);
    return held;
}

static bool signals_are_held(void)
{
    sigset_t mask;
    return sigprocmask(SIG_SETMASK, NULL, &mask) != 0 || sigismember(&mask, SIGTERM);
}

static int request_answer(void *context)
{
    struct rehearsal *rehearsal = context;
    struct rehearsal_shared *shared = rehearsal->shared;
    int descriptors = descriptors_count();
    injector_install(&shared->plan, rehearsal->record);
    allocations_watch(&shared->allocations);
    int exit_status = schedule_cgi_run(&store_kind_file);
    allocations_release();
    injector_remove();
    shared->witness = (struct witness){.finished = true,
                                       .descriptors_left = descriptors_count() - descriptors,
                                       .lock_left = lock_is_held(rehearsal->directory),
                                       .signals_left = signals_are_held()};
    return exit_status;
}

static void directory_restore(const struct rehearsal *rehearsal)
{
    assert_true(mkdir(rehearsal->above, 0755) == 0 || errno == EEXIST);
    snapshot_restore(&rehearsal->before, rehearsal->directory);
    if (rehearsal->scenario->no_directory)
        assert_true(rmdir(rehearsal->directory) == 0 && rmdir(rehearsal->above) == 0);
}

static void retry_ignored(void *context, unsigned retry)
{
    (void)context;
    (void)retry;
}

/* As the save would have that stored what is there. */
static void state_note(const char *path)
{
    struct data_directory directory;
    struct document document;
    struct backup_list backups;
    struct file_lock lock;
    assert_int_equal(data_directory_open(&directory, path, NULL), STATUS_OK);
    assert_int_equal(
        file_lock_acquire(&lock, &directory, "data.lock", 0, retry_ignored, NULL, NULL), STATUS_OK);
    assert_int_equal(document_file_load(&directory, data_name, &document, NULL), STATUS_OK);
    const struct outline_subject subject = {.name = data_name,
                                            .inode = document.identity.inode,
                                            .revision = document.revision,
                                            .length = document.length};
    outline_record_write(&lock, &subject, &document.outline);
    backup_list_init(&backups);
    assert_int_equal(backup_file_list(&directory, &backups, NULL), STATUS_OK);
    backup_ledger_write(&lock, &backups, now_ms);
    backup_list_release(&backups);
    document_release(&document);
    file_lock_release(&lock);
    data_directory_close(&directory);
}

void rehearsal_run(struct rehearsal *rehearsal)
{
    const struct scenario *scenario = rehearsal->scenario;
    const struct in_process in_process = {.run = request_answer, .context = rehearsal};
    struct http request = scenario->request;
    request.in_process = &in_process;
    directory_restore(rehearsal);
    if (scenario->known)
        state_note(rehearsal->directory);
    rehearsal->shared->plan.now_ms = now_ms;
    rehearsal->shared->plan.room_after = scenario->room_after;
    rehearsal->shared->witness = (struct witness){.finished = false};
    answer_release(&rehearsal->answer);
    rehearsal->answer = program_request(rehearsal->directory, &request);
}

/* Preparing. */

/* The log of savers, of so many lines that tell nothing behind one that does. */
static void long_log_prepare(const char *directory)
{
    enum { LONG = 80 * 1024 };
    static char text[LONG] = "1700000000200 bo\n1700000000150 cy\n";
    size_t used = strlen(text);
    memset(text + used, '\n', sizeof text - used - 1);
    file_write(path_in(directory, log_name), text);
}

static void files_prepare(const struct scenario *scenario, const char *directory)
{
    struct snapshot prepared = {.count = 0};
    for (const struct prepared_file *file = scenario->files; file->name != NULL; file++) {
        struct snapshot_file *made = &prepared.files[prepared.count++];
        (void)strcpy(made->name, file->name);
        made->text = (char *)(uintptr_t)file->text;
        made->length = strlen(file->text);
        made->mtime_ms = file->mtime_ms;
    }
    snapshot_restore(&prepared, directory);
    if (scenario->has_long_log)
        long_log_prepare(directory);
}

/* Who saved what, as far as it is noted; to be released. */
static void savers_take(struct savers *savers, const char *path)
{
    struct data_directory directory;
    savers_init(savers);
    if (data_directory_open(&directory, path, NULL) == STATUS_OK) {
        assert_int_equal(saver_log_read(&directory, savers, NULL), STATUS_OK);
        data_directory_close(&directory);
    }
}

void *shared_make(size_t size)
{
    void *made = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(made, MAP_FAILED);
    return made;
}

/* What the request does when nothing fails. */
static void good_run_learn(struct rehearsal *rehearsal)
{
    rehearsal_run(rehearsal);
    const struct record *record = rehearsal->record;
    if (!rehearsal->shared->witness.finished)
        fail_msg("without a fault: %s%s", rehearsal->answer.output, rehearsal->answer.log);
    assert_in_range(record->count, 1, RECORD_CALLS_MAX);
    snapshot_take(&rehearsal->done, rehearsal->directory);
    savers_take(&rehearsal->savers_done, rehearsal->directory);
    rehearsal->good_answer = rehearsal->answer;
    rehearsal->answer = (struct answer){0};
    rehearsal->allocations_count = rehearsal->shared->allocations.count;
    rehearsal->calls_count = record->count;
    rehearsal->calls = malloc(record->count * sizeof *rehearsal->calls);
    assert_non_null(rehearsal->calls);
    memcpy(rehearsal->calls, record->calls, record->count * sizeof *rehearsal->calls);
    rehearsal->bytes = malloc(record->bytes_used + 1);
    assert_non_null(rehearsal->bytes);
    memcpy(rehearsal->bytes, record->bytes, record->bytes_used);
}

int rehearsal_begin(void **state)
{
    struct rehearsal *rehearsal = calloc(1, sizeof *rehearsal);
    assert_non_null(rehearsal);
    rehearsal->scenario = *state;
    rehearsal->record = record_make();
    rehearsal->shared = shared_make(sizeof *rehearsal->shared);
    if (temporary_setup(&rehearsal->temporary) != 0)
        return -1;
    (void)strcpy(rehearsal->above, path_in(rehearsal->temporary, "above"));
    (void)strcpy(rehearsal->directory, path_in(rehearsal->above, "data"));
    assert_int_equal(mkdir(rehearsal->above, 0755), 0);
    files_prepare(rehearsal->scenario, rehearsal->directory);
    snapshot_take(&rehearsal->before, rehearsal->directory);
    savers_take(&rehearsal->savers_before, rehearsal->directory);
    good_run_learn(rehearsal);
    *state = rehearsal;
    return 0;
}

int rehearsal_end(void **state)
{
    struct rehearsal *rehearsal = *state;
    answer_release(&rehearsal->answer);
    answer_release(&rehearsal->good_answer);
    snapshot_release(&rehearsal->before);
    snapshot_release(&rehearsal->done);
    savers_release(&rehearsal->savers_before);
    savers_release(&rehearsal->savers_done);
    free(rehearsal->calls);
    free(rehearsal->bytes);
    record_release(rehearsal->record);
    assert_int_equal(munmap(rehearsal->shared, sizeof *rehearsal->shared), 0);
    int result = temporary_teardown(&rehearsal->temporary);
    free(rehearsal);
    return result;
}

int rehearse_all(const char *group, CMUnitTestFunction test)
{
    struct CMUnitTest tests[SCENARIOS_MAX] = {{0}};
    assert_true(scenarios_count <= SCENARIOS_MAX);
    for (size_t i = 0; i < scenarios_count; i++)
        tests[i] = (struct CMUnitTest){.name = scenarios[i].name,
                                       .test_func = test,
                                       .setup_func = rehearsal_begin,
                                       .teardown_func = rehearsal_end,
                                       .initial_state = (void *)(uintptr_t)&scenarios[i]};
    return _cmocka_run_group_tests(group, tests, scenarios_count, NULL, NULL);
}

/* Checking. */

static void fail_with(const struct rehearsal *rehearsal, const struct snapshot *found,
                      const char *what)
{
    const struct fault_plan *plan = &rehearsal->shared->plan;
    const struct allocations *allocations = &rehearsal->shared->allocations;
    print_error("%s: call %zu error %d (%s) signal %d%s, allocation %zu%s\nanswer %d: %s\n%s\n",
                rehearsal->scenario->name, plan->number, plan->error,
                plan->error > 0 ? strerror(plan->error) : "", plan->signal,
                plan->from_then_on ? " from then on" : "", allocations->number,
                allocations->from_then_on ? " from then on" : "", rehearsal->answer.status,
                rehearsal->answer.output, rehearsal->answer.log);
    print_error("changes: %s\n", record_changes(rehearsal->record));
    snapshot_fail(found, what);
}

static bool was_known(const struct rehearsal *rehearsal, const struct snapshot_file *file)
{
    return snapshot_has_contents(&rehearsal->before, "", file) ||
           snapshot_has_contents(&rehearsal->done, "", file);
}

static bool is_old(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    const struct snapshot_file *old = snapshot_find(&rehearsal->before, data_name);
    const struct snapshot_file *file = snapshot_find(found, data_name);
    return snapshot_files_equal(file, old) && (file == NULL || file->mtime_ms == old->mtime_ms);
}

static bool is_new(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    const struct snapshot_file *good = snapshot_find(&rehearsal->done, data_name);
    const struct snapshot_file *file = snapshot_find(found, data_name);
    return snapshot_files_equal(file, good) && (file == NULL || file->mtime_ms == good->mtime_ms);
}

static bool changes_document(const struct rehearsal *rehearsal)
{
    return !is_old(rehearsal, &rehearsal->done);
}

/* Backups are whole, and what a new document replaced is among them if it should be. */
static void check_backups(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    const struct snapshot_file *old = snapshot_find(&rehearsal->before, data_name);
    bool kept = false;
    for (size_t p = 0; p < BACKUP_PREFIXES; p++) {
        for (size_t i = 0; i < found->count; i++) {
            const struct snapshot_file *file = &found->files[i];
            if (strncmp(file->name, backup_prefixes[p], strlen(backup_prefixes[p])) == 0 &&
                !was_known(rehearsal, file))
                fail_with(rehearsal, found, "a backup is of nothing that was ever stored or sent");
        }
        kept = kept || snapshot_has_contents(found, backup_prefixes[p], old);
    }
    bool keeps = rehearsal->scenario->request.settings[0] == NULL ||
                 strcmp(rehearsal->scenario->request.settings[0], "SCHEDULE_BACKUPS=0") != 0;
    if (old != NULL && keeps && !is_old(rehearsal, found) && !kept)
        fail_with(rehearsal, found, "what was replaced is not kept");
}

/* Whether what has this revision is there: files have it for their time. */
static bool has_revision(const struct snapshot *found, int64_t revision)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct snapshot_file *file = &found->files[i];
        if (file->mtime_ms == revision && strcmp(file->name, log_name) != 0 &&
            strncmp(file->name, temporary_prefix, sizeof temporary_prefix - 1) != 0)
            return true;
    }
    return false;
}

/* One of those in the scenarios, whole. */
static bool is_user(const char *name)
{
    return strcmp(name, "anna") == 0 || strcmp(name, "bo") == 0 || strcmp(name, "cy") == 0;
}

static bool names_equal(const char *left, const char *right)
{
    return left != NULL && right != NULL && strcmp(left, right) == 0;
}

/*
 * Nobody is said to have saved what he did not, nor what is not there: another one could get its
 * revision.
 */
static void check_savers(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    struct savers savers;
    savers_take(&savers, rehearsal->directory);
    for (size_t i = 0; i < savers.count; i++) {
        int64_t revision = savers.entries[i].revision;
        const char *name = savers_find(&savers, revision);
        if (names_equal(name, savers_find(&rehearsal->savers_before, revision)))
            continue;
        if (!is_user(name) || !names_equal(name, savers_find(&rehearsal->savers_done, revision)))
            fail_with(rehearsal, found, "somebody is said to have saved what he did not");
        if (!has_revision(found, revision))
            fail_with(rehearsal, found, "somebody is said to have saved what is not there");
    }
    savers_release(&savers);
}

/* Who saved it is known, unless it was told that it could not be noted. */
static void check_noted(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    const struct savers *done = &rehearsal->savers_done;
    struct savers savers;
    savers_take(&savers, rehearsal->directory);
    bool noted = true;
    for (size_t i = 0; i < done->count; i++)
        noted = noted && savers_find(&savers, done->entries[i].revision) != NULL;
    savers_release(&savers);
    const char *log = rehearsal->answer.log;
    if (!noted && (log == NULL || strstr(log, "未能记录保存者: ") == NULL))
        fail_with(rehearsal, found, "success was told, but not noted who saved");
}

/* The next save. */

static enum status next_decide(void *context, struct document *current, struct store_next *next,
                               struct error *error)
{
    static const struct document_text text = {.bytes = REHEARSAL_NEXT_TEXT,
                                              .length = sizeof REHEARSAL_NEXT_TEXT - 1};
    (void)error;
    *(int64_t *)context = current->revision;
    next->text = text;
    return STATUS_OK;
}

static void directory_created(const void *context, const char *path)
{
    (void)context;
    (void)path;
}

static void lock_retry(const void *context, unsigned retry, unsigned retries)
{
    (void)context;
    (void)retry;
    (void)retries;
}

static void something_told(const void *context, const char *what)
{
    (void)context;
    (void)what;
}

static void backup_gave_way(const void *context, int64_t revision)
{
    (void)context;
    (void)revision;
}

const struct store_observer rehearsal_observer = {.directory_created = directory_created,
                                                  .lock_retry = lock_retry,
                                                  .lock_failed = something_told,
                                                  .backup_gave_way = backup_gave_way,
                                                  .corrupt_set_aside = something_told,
                                                  .saver_not_noted = something_told};

/* Nobody pulls the plug of a test, and disks are slow. */
static int fsync_spared(int descriptor)
{
    (void)descriptor;
    return 0;
}

static enum status next_save(const struct rehearsal *rehearsal, int64_t *before, int64_t *after,
                             struct error *error)
{
    const struct store_file_options options = {.directory = rehearsal->directory,
                                               .lock_timeout_ms = 0,
                                               .retention = {.count = 50, .bytes = 64 << 20}};
    const struct store_transform transform = {
        .decide = next_decide, .context = before, .replaces_corrupt = true};
    struct store_file store;
    struct store_commit commit = {0};
    struct system_calls calls = system_calls_libc;
    calls.fsync = fsync_spared;
    system_calls = &calls;
    enum status status = store_file_open(&store, &options, &rehearsal_observer, error);
    if (status == STATUS_OK) {
        status = store_update(&store.base, &transform, &commit, error);
        store_close(&store.base);
    }
    system_calls = &system_calls_libc;
    *after = commit.revision;
    return status;
}

void rehearsal_check_next_save(const struct rehearsal *rehearsal)
{
    struct snapshot found;
    struct error error = ERROR_INIT;
    int64_t before = 0;
    int64_t after = 0;
    enum status status = next_save(rehearsal, &before, &after, &error);
    snapshot_take(&found, rehearsal->directory);
    if (status != STATUS_OK)
        fail_with(rehearsal, &found, error.text);
    if (after <= before)
        fail_with(rehearsal, &found, "the next save has no later revision");
    if (snapshot_count(&found, temporary_prefix) > 0)
        fail_with(rehearsal, &found, "the next save did not sweep a temporary file");
    snapshot_release(&found);
}

typedef void directory_check(const struct rehearsal *rehearsal, const struct snapshot *found);

static void directory_look(const struct rehearsal *rehearsal, directory_check *check)
{
    struct snapshot found;
    snapshot_take(&found, rehearsal->directory);
    check(rehearsal, &found);
    snapshot_release(&found);
}

static void check_document(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    if (!is_old(rehearsal, found) && !is_new(rehearsal, found))
        fail_with(rehearsal, found, "the document is neither the old nor the new one");
}

static void check_strays(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    if (snapshot_count(found, temporary_prefix) > 1)
        fail_with(rehearsal, found, "more than one temporary file is left");
}

static bool members_equal(const struct json_member *left, const struct json_member *right)
{
    if (!left->found || !right->found)
        return left->found == right->found;
    return left->has_content == right->has_content && left->kind == right->kind &&
           left->begin == right->begin && left->end == right->end;
}

static bool outlines_equal(const struct json_outline *left, const struct json_outline *right)
{
    bool equal = left->members_end == right->members_end && left->has_members == right->has_members;
    for (size_t i = 0; i < JSON_WATCHED; i++)
        equal = equal && members_equal(&left->watched[i], &right->watched[i]);
    return equal;
}

/* What is known of the document without a look into it is what a look finds. */
static void check_known(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    const struct store_file_options options = {.directory = rehearsal->directory};
    struct store_file store;
    struct document document;
    struct json_outline seen;
    bool known = false;
    if (store_file_open(&store, &options, &rehearsal_observer, NULL) != STATUS_OK)
        fail_with(rehearsal, found, "the store cannot be opened");
    if (store_load_known(&store.base, &document, &known, NULL) != STATUS_OK)
        fail_with(rehearsal, found, "what is known cannot be told");
    if (known) {
        if (document_text_hold(&document, NULL) != STATUS_OK ||
            document_text_outline(document_text_of(&document), &seen, NULL) != STATUS_OK ||
            !outlines_equal(&document.outline, &seen))
            fail_with(rehearsal, found, "something else is known than is there");
        document_release(&document);
    }
    store_close(&store.base);
}

static bool lists_equal(const struct backup_list *left, const struct backup_list *right)
{
    bool equal = left->count == right->count;
    for (size_t i = 0; equal && i < left->count; i++)
        equal = left->entries[i].revision == right->entries[i].revision &&
                left->entries[i].length == right->entries[i].length &&
                left->entries[i].kind == right->entries[i].kind;
    return equal;
}

/* What is known of the backups without a look at them is what a look finds, and nothing is to sweep. */
static void check_ledger(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    struct data_directory directory;
    struct file_lock lock;
    struct backup_list known;
    int64_t looked_ms = 0;
    struct backup_list seen;
    if (data_directory_open(&directory, rehearsal->directory, NULL) != STATUS_OK ||
        file_lock_acquire(&lock, &directory, "data.lock", 1000, retry_ignored, NULL, NULL) !=
            STATUS_OK)
        fail_with(rehearsal, found, "the lock cannot be taken");
    backup_list_init(&known);
    backup_list_init(&seen);
    if (backup_ledger_read(&lock, now_ms, &known, &looked_ms)) {
        if (backup_file_list(&directory, &seen, NULL) != STATUS_OK || !lists_equal(&known, &seen))
            fail_with(rehearsal, found, "other backups are known than are there");
        if (snapshot_count(found, temporary_prefix) > 0)
            fail_with(rehearsal, found, "a temporary file would not be swept");
    }
    backup_list_release(&known);
    backup_list_release(&seen);
    file_lock_release(&lock);
    data_directory_close(&directory);
}

void rehearsal_check_document(const struct rehearsal *rehearsal)
{
    directory_look(rehearsal, check_document);
}

void rehearsal_check_backups(const struct rehearsal *rehearsal)
{
    directory_look(rehearsal, check_backups);
}

void rehearsal_check_savers(const struct rehearsal *rehearsal)
{
    directory_look(rehearsal, check_savers);
}

void rehearsal_check_directory(const struct rehearsal *rehearsal)
{
    directory_look(rehearsal, check_document);
    directory_look(rehearsal, check_savers);
    directory_look(rehearsal, check_known);
    directory_look(rehearsal, check_ledger);
    directory_look(rehearsal, check_strays);
    directory_look(rehearsal, check_backups);
    rehearsal_check_next_save(rehearsal);
}

/* Whether the client has got all of the answer. */
static bool delivered(const struct rehearsal *rehearsal)
{
    const struct answer *answer = &rehearsal->answer;
    const char *length = answer->body != NULL ? header_value(answer, "Content-Length") : NULL;
    if (answer->exit_status != 0 || answer->body == NULL)
        return false;
    return length == NULL || strtoul(length, NULL, 10) == answer->body_length;
}

/* Whether a call on this descriptor was made to fail. */
static bool failed_on_output(const struct record *record)
{
    for (size_t i = 0; i < record->count && i < RECORD_CALLS_MAX; i++) {
        const struct recorded_call *call = &record->calls[i];
        if (call->error != 0 && call->descriptor == STDOUT_FILENO)
            return true;
    }
    return false;
}

static bool directory_sync_failed(const struct record *record)
{
    for (size_t i = 0; i < record->count && i < RECORD_CALLS_MAX; i++) {
        const struct recorded_call *call = &record->calls[i];
        if (call->call == CALL_FSYNC && call->on_directory && call->error != 0)
            return true;
    }
    return false;
}

/* All backups that were there are, but for those that gave way to a full disk. */
static bool backups_intact(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    for (size_t i = 0; i < rehearsal->before.count; i++) {
        const struct snapshot_file *file = &rehearsal->before.files[i];
        bool is_stray = strncmp(file->name, temporary_prefix, sizeof temporary_prefix - 1) == 0 ||
                        strcmp(file->name, log_name) == 0;
        if (!is_stray && strcmp(file->name, data_name) != 0 &&
            !snapshot_files_equal(snapshot_find(found, file->name), file))
            return false;
    }
    return true;
}

/* All that a run without a fault made is there; what it removed may be there still. */
static bool made_all(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    for (size_t i = 0; i < rehearsal->done.count; i++) {
        const struct snapshot_file *file = &rehearsal->done.files[i];
        if (strcmp(file->name, log_name) != 0 &&
            !snapshot_files_equal(snapshot_find(found, file->name), file) &&
            !snapshot_has_contents(found, "", file))
            return false;
    }
    return true;
}

static bool space_ran_out(const struct rehearsal *rehearsal)
{
    int error = rehearsal->shared->plan.error;
    return error == ENOSPC || error == EDQUOT || rehearsal->scenario->room_after > 0;
}

static void check_done(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    if (!is_new(rehearsal, found))
        fail_with(rehearsal, found, "success was told, but the old document is there");
    if (!space_ran_out(rehearsal) && !made_all(rehearsal, found))
        fail_with(rehearsal, found, "success was told, but something was not done");
    if (!changes_document(rehearsal) && rehearsal->scenario->removes_backup &&
        !space_ran_out(rehearsal) && backups_intact(rehearsal, found))
        fail_with(rehearsal, found, "success was told, but nothing was removed");
    check_noted(rehearsal, found);
}

/* Whether a file that was written, or the directory, could not be synced or closed. */
static bool sync_failed(const struct rehearsal *rehearsal)
{
    enum { DESCRIPTORS_MAX = 64 };
    bool counts[DESCRIPTORS_MAX] = {false};
    const struct record *record = rehearsal->record;
    for (size_t i = 0; i < record->count && i < RECORD_CALLS_MAX; i++) {
        const struct recorded_call *call = &record->calls[i];
        if (call->descriptor < 0 || call->descriptor >= DESCRIPTORS_MAX)
            continue;
        if (call->call == CALL_OPENAT && strcmp(call->name, log_name) == 0)
            return false; /* all else is safe by then */
        if (call->call == CALL_OPENAT)
            counts[call->descriptor] =
                (call->flags & O_EXCL) != 0 || strcmp(call->name, rehearsal->directory) == 0;
        else if (counts[call->descriptor] && call->error != 0 &&
                 (call->call == CALL_FSYNC || (call->call == CALL_CLOSE && !call->on_directory)))
            return true;
    }
    return false;
}

static void check_success(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    static const char merged[] = "\"merged\":true";
    if (rehearsal->answer.status != rehearsal->good_answer.status)
        fail_with(rehearsal, found, "another success than without a fault");
    if ((strstr(rehearsal->answer.output, merged) == NULL) !=
        (strstr(rehearsal->good_answer.output, merged) == NULL))
        fail_with(rehearsal, found, "a merge was not told, or told though there was none");
    if (!space_ran_out(rehearsal) && sync_failed(rehearsal))
        fail_with(rehearsal, found, "success was told, but what was stored is not synced");
    check_done(rehearsal, found);
}

/* The word for a single failed call; null where the answer has none. */
static const char *refusal_slug(const struct rehearsal *rehearsal)
{
    const struct fault_plan *plan = &rehearsal->shared->plan;
    if (plan->number == 0)
        return "OUT_OF_MEMORY";
    if (plan->from_then_on || rehearsal->scenario->room_after > 0)
        return NULL;
    if (rehearsal->record->calls[plan->number - 1].descriptor == STDIN_FILENO)
        return "BAD_REQUEST";
    switch (plan->error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return "INSUFFICIENT_STORAGE";
    case ENOMEM: return "OUT_OF_MEMORY";
    default: return "STORAGE_UNAVAILABLE";
    }
}

static void check_refusal(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    const char *slug = refusal_slug(rehearsal);
    if (strstr(rehearsal->answer.body, "\"OUTCOME_UNKNOWN\"") != NULL) {
        if (!directory_sync_failed(rehearsal->record))
            fail_with(rehearsal, found, "an unknown outcome without a reason");
        return;
    }
    if (rehearsal->answer.status < 400)
        fail_with(rehearsal, found, "neither success nor failure");
    if (slug != NULL && strstr(rehearsal->answer.body, slug) == NULL &&
        strstr(rehearsal->answer.body, "\"store\":\"file\"") == NULL)
        fail_with(rehearsal, found, "the wrong reason was told");
    if (!is_old(rehearsal, found))
        fail_with(rehearsal, found, "failure was told, but the new document is there");
    if (!space_ran_out(rehearsal) && !backups_intact(rehearsal, found))
        fail_with(rehearsal, found, "failure was told, but a backup is gone");
}

/* What a load tells is what is there: never less, and never nothing. */
static void check_told(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    const struct answer *answer = &rehearsal->answer;
    const struct answer *good = &rehearsal->good_answer;
    if (rehearsal->scenario->request.body == NULL && rehearsal->scenario->request.method == NULL &&
        strcmp(rehearsal->scenario->request.path, "/health") != 0 &&
        strcmp(answer->body, good->body) != 0)
        fail_with(rehearsal, found, "something else was told than is there");
}

void rehearsal_check_success(const struct rehearsal *rehearsal)
{
    directory_look(rehearsal, check_done);
}

/* Whether it is one of those that are to be begun again, or went on with, and only it failed. */
static bool is_overcome(const struct rehearsal *rehearsal)
{
    const struct fault_plan *plan = &rehearsal->shared->plan;
    if (plan->number == 0 || plan->number > rehearsal->calls_count || plan->from_then_on)
        return false;
    enum system_call call = rehearsal->calls[plan->number - 1].call;
    return (call == CALL_READ || call == CALL_PREAD || call == CALL_WRITE || call == CALL_PWRITE) &&
           (plan->error == EINTR || plan->error == EAGAIN || plan->error == FAULT_SHORT);
}

static void check_outcome(const struct rehearsal *rehearsal, const struct snapshot *found)
{
    if (is_overcome(rehearsal) &&
        (!delivered(rehearsal) || rehearsal->answer.status != rehearsal->good_answer.status))
        fail_with(rehearsal, found, "it was given up on what is to be begun again");
    if (!delivered(rehearsal)) {
        if (!failed_on_output(rehearsal->record))
            fail_with(rehearsal, found, "there is no answer");
    } else if (rehearsal->answer.status < 400) {
        check_success(rehearsal, found);
        check_told(rehearsal, found);
    } else
        check_refusal(rehearsal, found);
}

static void check_witness(const struct rehearsal *rehearsal)
{
    static const struct snapshot nothing = {.count = 0};
    const struct witness *witness = &rehearsal->shared->witness;
    if (!witness->finished)
        fail_with(rehearsal, &nothing, "the program died");
    if (witness->descriptors_left != 0)
        fail_with(rehearsal, &nothing, "a descriptor is left open");
    if (witness->lock_left)
        fail_with(rehearsal, &nothing, "the lock is still held");
    if (witness->signals_left)
        fail_with(rehearsal, &nothing, "signals are still held off");
    if (rehearsal->shared->allocations.alive != 0)
        fail_with(rehearsal, &nothing, "memory is left");
}

void rehearsal_check(struct rehearsal *rehearsal)
{
    check_witness(rehearsal);
    directory_look(rehearsal, check_outcome);
    rehearsal_check_directory(rehearsal);
}
