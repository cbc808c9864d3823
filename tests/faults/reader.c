#include "reader.h"

#include "rehearsal.h"
#include "store_file.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct reader_shared {
    atomic_bool stopped;
    atomic_size_t loads;
    atomic_bool failed;
    char failure[4096];
};

static bool is_known(const struct reader *reader, const struct document *document)
{
    for (size_t i = 0; i < READER_TEXTS_MAX && reader->texts[i] != NULL; i++) {
        if (document->length == strlen(reader->texts[i]) &&
            memcmp(document->text, reader->texts[i], document->length) == 0)
            return true;
    }
    return false;
}

static enum status load(const struct reader *reader, struct document *document, struct error *error)
{
    const struct store_file_options options = {.directory = reader->directory};
    struct store_file store;
    enum status status = store_file_open(&store, &options, &rehearsal_observer, error);
    if (status != STATUS_OK)
        return status;
    status = store_load(&store.base, document, error);
    store_close(&store.base);
    if (status == STATUS_OK)
        status = document_text_hold(document, error);
    return status;
}

static bool load_and_check(const struct reader *reader)
{
    struct document document;
    struct error error = ERROR_INIT;
    char *failure = reader->shared->failure;
    document_init(&document);
    bool loaded = load(reader, &document, &error) == STATUS_OK;
    bool known = loaded && is_known(reader, &document);
    if (!loaded)
        (void)snprintf(failure, sizeof reader->shared->failure, "error: %s", error.text);
    else if (!known)
        (void)snprintf(failure, sizeof reader->shared->failure, "torn: %.*s", (int)document.length,
                       document.text != NULL ? document.text : "");
    document_release(&document);
    return known;
}

static void read_until_stopped(const struct reader *reader)
{
    struct reader_shared *shared = reader->shared;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (!atomic_load(&shared->stopped)) {
        if (!load_and_check(reader)) {
            atomic_store(&shared->failed, true);
            break;
        }
        (void)atomic_fetch_add(&shared->loads, 1);
    }
    _exit(0);
}

void reader_start(struct reader *reader)
{
    reader->shared = shared_make(sizeof *reader->shared);
    reader->process = fork();
    assert_true(reader->process >= 0);
    if (reader->process == 0)
        read_until_stopped(reader);
}

size_t reader_stop(struct reader *reader)
{
    struct reader_shared *shared = reader->shared;
    int exit_status = -1;
    while (atomic_load(&shared->loads) == 0 && !atomic_load(&shared->failed))
        (void)usleep(1000);
    atomic_store(&shared->stopped, true);
    assert_int_equal(waitpid(reader->process, &exit_status, 0), reader->process);
    assert_int_equal(exit_status, 0);
    if (atomic_load(&shared->failed))
        fail_msg("a reader saw %s", shared->failure);
    size_t loads = atomic_load(&shared->loads);
    assert_int_equal(munmap(shared, sizeof *shared), 0);
    return loads;
}
