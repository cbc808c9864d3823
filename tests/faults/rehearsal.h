/*
 * Requests that are rehearsed while something fails: each on a directory prepared for it, in a child
 * of the test, with the injector in its system calls and its allocations watched; and what must
 * hold afterwards whatever failed.
 *
 * Life cycle: rehearsal_begin prepares a directory and learns from one run without a fault what the
 * request does; rehearsal_run runs it again, from the same state of the directory, under a plan;
 * rehearsal_check checks what came of it; rehearsal_end. The clock stands still, so equal plans make
 * equal runs.
 */
#ifndef TEST_REHEARSAL_H
#define TEST_REHEARSAL_H

#include "allocations.h"
#include "injector.h"
#include "program.h"
#include "snapshot.h"
#include "store.h"

#define REHEARSAL_DATA_NAME "project-data.json"

/* What the save stores that follows each rehearsal. */
#define REHEARSAL_NEXT_TEXT "{\"next\":1}"

enum { SCENARIO_FILES_MAX = 12, SCENARIOS_MAX = 32 };

/* What is in the directory before. */
struct prepared_file {
    const char *name;
    const char *text;
    int64_t mtime_ms;
};

struct scenario {
    const char *name;
    struct http request;
    struct prepared_file files[SCENARIO_FILES_MAX]; /* ended by a null name */
    bool no_directory;                              /* it, and one above it, have to be made */
    size_t room_after;                              /* as in struct fault_plan */
    bool removes_backup;                            /* one that was there is meant to go */
    bool replaces_corrupt;
    /* It was saved: outline and backups are noted (outline_record.h, backup_ledger.h). */
    bool known;
    bool allocates_nothing; /* of malloc */
    bool has_long_log;      /* of savers, so that it is written anew (saver_log.h) */
    const char *changes;    /* as record_changes tells of a run without a fault */
};

extern const struct scenario scenarios[];
extern const size_t scenarios_count;

/* What a child tells of itself. */
struct witness {
    bool finished;
    int descriptors_left; /* more open than before */
    bool lock_left;       /* the lock was still held */
    bool signals_left;    /* SIGTERM was still held off */
};

/* In memory shared with the child. */
struct rehearsal_shared {
    struct fault_plan plan;
    struct allocations allocations;
    struct witness witness;
};

struct rehearsal {
    const struct scenario *scenario;
    void *temporary;
    char above[TEMPORARY_PATH_SIZE];
    char directory[TEMPORARY_PATH_SIZE]; /* below that one */
    struct record *record;               /* of the last run */
    struct rehearsal_shared *shared;
    struct answer answer;
    struct snapshot before;
    struct savers savers_before;
    struct snapshot done; /* after the run without a fault */
    struct savers savers_done;
    struct answer good_answer;   /* and what that said */
    struct recorded_call *calls; /* and what it called */
    size_t calls_count;
    char *bytes; /* that the calls wrote */
    size_t allocations_count;
};

/*
 * As cmocka setup and teardown: from the scenario that `*state` is, with a temporary directory, and
 * back.
 */
int rehearsal_begin(void **state);
int rehearsal_end(void **state);

/* Run a test once with each scenario, as a group of that name; as cmocka's run functions. */
int rehearse_all(const char *group, CMUnitTestFunction test);

/* Put the directory back, and run the request under `shared`'s plan and allocations. */
void rehearsal_run(struct rehearsal *rehearsal);

/*
 * After a run that was not killed: the stored document is the old or the new one, whole; the answer
 * tells which; nothing that was kept is lost; nobody is said to have saved what he did not; no lock, no descriptor, no memory, and at most one
 * temporary file is left; the next save works and leaves none.
 */
void rehearsal_check(struct rehearsal *rehearsal);

/* The part of it that holds even if the child was killed. */
void rehearsal_check_directory(const struct rehearsal *rehearsal);

/* Parts of that: the document is the old or the new one, whole; so are the backups, ... */
void rehearsal_check_document(const struct rehearsal *rehearsal);
void rehearsal_check_backups(const struct rehearsal *rehearsal);
void rehearsal_check_savers(const struct rehearsal *rehearsal);
/* ... and the next save works, and leaves no temporary file. */
void rehearsal_check_next_save(const struct rehearsal *rehearsal);

/* The new document is there, as has to be once success was told; and all else that was done. */
void rehearsal_check_success(const struct rehearsal *rehearsal);

/* Tells nobody. */
extern const struct store_observer rehearsal_observer;

/* Memory for forked children too; for munmap. */
void *shared_make(size_t size);

#endif
