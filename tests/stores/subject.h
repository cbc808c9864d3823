/*
 * A store that the conformance suite is run against: how to get at one, and how to harm it.
 *
 * Each test has an empty place of its own. What fails in here fails the test that called it.
 */
#ifndef TEST_SUBJECT_H
#define TEST_SUBJECT_H

#include "store.h"
#include "temporary.h"

/* What is wrong with the store, or with how it is opened. */
enum harm {
    HARM_NONE,
    HARM_DOWN,       /* it is not there */
    HARM_SLOW,       /* it takes a request and does not answer it; ends with subject.heal */
    HARM_READ_ONLY,  /* we may read, but not write */
    HARM_WRONG_KEYS, /* we are not who may read */
    HARMS
};

/* How it is opened. */
struct opening {
    const char *saved_by; /* or null */
    struct retention retention;
    int64_t lock_timeout_ms;
    int64_t timeout_ms; /* of all work, where the store has a limit for that */
    size_t length_max;
    enum harm harm;
};

struct subject {
    const char *name;
    /* Make the place of the test that begins, and remove that of the one that ends. */
    void (*begin)(void);
    void (*end)(void);
    /* As store_file_open and the like; the store is malloc's, released by subject_close. */
    enum status (*open)(const struct opening *opening, const struct store_observer *observer,
                        struct store **store, struct error *error);
    void (*close)(struct store *store);
    /* Begin what HARM_SLOW means, and end it. */
    void (*slow)(void);
    void (*heal)(void);
    /* Put a text, which is no document, or one that a hand wrote, in the place of the current one. */
    void (*put_by_hand)(const char *text);
    /* What a load and a save answer under each harm; STATUS_OK for one that cannot be done to it. */
    enum status load_under[HARMS];
    enum status save_under[HARMS];
    /* Whether who comes between load and commit is kept out, rather than making us decide anew. */
    bool excludes_others;
    bool holds_texts; /* what is loaded is in memory, so opening.length_max counts */
    unsigned writers; /* at the same time, in the test of that */
    unsigned saves;   /* of each of them */
};

/* Run the suite. For the return value of main. */
int conformance_run(const struct subject *subject);

#endif
