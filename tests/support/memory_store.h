/*
 * A store in memory, for tests of what runs inside a store's update: it can let somebody else be
 * faster, so that the transform runs a second time.
 */
#ifndef TEST_MEMORY_STORE_H
#define TEST_MEMORY_STORE_H

#include "store.h"
#include "temporary.h"

enum { MEMORY_STORE_MAX = 32 };

struct memory_store {
    struct store base;
    /* The documents so far, oldest first, the last one current; texts are owned. */
    struct {
        int64_t revision;
        char *text;
    } kept[MEMORY_STORE_MAX];
    size_t count;
    const char *interloper; /* stored by somebody else just before an update is, once; or null */
    bool keeps_nothing;     /* as with no retention */
    unsigned decisions;     /* how often the transform ran */
};

/* The store of the running test, empty at first. */
extern struct memory_store store;

int memory_store_setup(void **state);
int memory_store_teardown(void **state);

/* A test that has one. */
#define WITH_STORE(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, memory_store_setup, memory_store_teardown)

/* Store a text as it is; its revision. */
int64_t memory_store_put(const char *text);

/* The current text, or null. */
const char *memory_store_current(void);

/* The text of a revision, or null. */
const char *memory_store_text(int64_t revision);

/* A document to save, made of any JSON text with ' for ". The caller releases it. */
struct document document_submitted(const char *text);

#endif
