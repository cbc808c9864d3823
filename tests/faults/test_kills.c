/*
 * Every request is killed before each of its system calls, and saves by the built program at any
 * moment, while others read.
 */
#include "random.h"
#include "reader.h"
#include "rehearsal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *text_in(const struct snapshot *snapshot)
{
    const struct snapshot_file *file = snapshot_find(snapshot, REHEARSAL_DATA_NAME);
    return file != NULL ? file->text : NULL;
}

/* What was stored before, what the request makes of it, and what the next save stores. */
static bool can_be_read(const struct rehearsal *rehearsal, struct reader *reader)
{
    *reader = (struct reader){
        .directory = rehearsal->directory,
        .texts = {text_in(&rehearsal->before), text_in(&rehearsal->done), REHEARSAL_NEXT_TEXT}};
    return reader->texts[0] != NULL && !rehearsal->scenario->replaces_corrupt;
}

/*
 * Whether SIGTERM has to wait at that call, so that what is saved is logged as well: from the first
 * change of the mask, once the lock is held, to the last.
 */
static bool is_held_off(const struct rehearsal *rehearsal, size_t number)
{
    size_t first = 0;
    size_t last = 0;
    for (size_t i = 0; i < rehearsal->calls_count; i++) {
        if (rehearsal->calls[i].call != CALL_SIGPROCMASK)
            continue;
        first = first > 0 ? first : i + 1;
        last = i + 1;
    }
    return number > first && number <= last;
}

static void kill_before(struct rehearsal *rehearsal, size_t number, int signal)
{
    rehearsal->shared->plan = (struct fault_plan){.number = number, .signal = signal};
    rehearsal_run(rehearsal);
    assert_int_equal(rehearsal->record->fired, 1);
    assert_false(rehearsal->shared->witness.finished);
    assert_int_equal(WTERMSIG(rehearsal->answer.exit_status), signal);
    if (signal == SIGTERM && is_held_off(rehearsal, number))
        rehearsal_check_success(rehearsal);
    rehearsal_check_directory(rehearsal);
}

static void every_call_is_the_last_in_turn(void **state)
{
    struct rehearsal *rehearsal = *state;
    struct reader reader;
    bool reads = can_be_read(rehearsal, &reader);
    size_t loads = 0;
    if (reads)
        reader_start(&reader);
    for (size_t number = 1; number <= rehearsal->calls_count; number++) {
        kill_before(rehearsal, number, SIGKILL);
        kill_before(rehearsal, number, SIGTERM);
    }
    if (reads)
        loads = reader_stop(&reader);
    print_message("# %s: %zu kills, %zu loads meanwhile\n", rehearsal->scenario->name,
                  2 * rehearsal->calls_count, loads);
}

/* The built program, at any moment. */

enum { RANDOM_KILLS = 400, LIFE_MAX_US = 2000 };

static struct running save_start(const char *directory, const char *document)
{
    const struct call call = {.directory = directory,
                              .variables = {"REQUEST_METHOD=POST", "SCHEDULE_BACKUPS=5"},
                              .input = document};
    return program_start(&call);
}

/* Whether it was killed before it could answer. */
static bool save_and_kill(const char *directory, const char *document, int signal, unsigned life_us)
{
    struct running running = save_start(directory, document);
    (void)usleep(life_us);
    (void)kill(running.process, signal);
    struct answer answer = program_finish(&running);
    bool answered = answer.status == 200;
    char *stored = file_read(path_in(directory, REHEARSAL_DATA_NAME));
    if (answered)
        assert_string_equal(stored, document);
    free(stored);
    answer_release(&answer);
    return !answered;
}

static void saves_are_killed_at_any_moment(void **state)
{
    static const char *const documents[] = {"{\n  \"a\": 1\n}", "{\n  \"b\": [\n    2\n  ]\n}"};
    const char *path = path_in(*state, REHEARSAL_DATA_NAME);
    size_t killed = 0;
    struct reader reader = {.directory = *state, .texts = {documents[0], documents[1]}};
    file_write(path, documents[0]);
    reader_start(&reader);
    for (int i = 1; i <= RANDOM_KILLS; i++)
        killed += save_and_kill(*state, documents[i % 2], i % 4 < 2 ? SIGKILL : SIGTERM,
                                random_below(LIFE_MAX_US));
    size_t loads = reader_stop(&reader);
    assert_true(killed > 0);
    check_answer(program_post(*state, "{}"), 200);
    assert_int_equal(entries_count(*state, REHEARSAL_DATA_NAME ".tmp-"), 0);
    /* Besides the document and the lock file there are whole backups, and nothing else. */
    assert_int_equal(entries_count(*state, ""),
                     2 + entries_count(*state, "backup-") + entries_count(*state, "base-"));
    print_message("# at any moment: %d kills, %zu before the answer, %zu loads meanwhile\n",
                  RANDOM_KILLS, killed, loads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {WITH_DIRECTORY(saves_are_killed_at_any_moment)};
    int failed = rehearse_all("faults_kills", every_call_is_the_last_in_turn);
    return failed + cmocka_run_group_tests_name("faults_kills", tests, NULL, NULL);
}
