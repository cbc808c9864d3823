/*
 * A store in memory, for tests of what runs inside a store's update: it can let somebody else be
 * faster, so that the transform runs a second time.
 */
#ifndef TEST_MEMORY_STORE_H
#define TEST_MEMORY_STORE_H

#include "store.h"

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
    unsigned decisions;     /* how often the transform ran */
};

void memory_store_init(struct memory_store *store);
void memory_store_release(struct memory_store *store);

/* Store a text as it is; its revision. */
int64_t memory_store_put(struct memory_store *store, const char *text);

/* The current text, or null. */
const char *memory_store_current(const struct memory_store *store);

/* The text of a revision, or null. */
const char *memory_store_text(const struct memory_store *store, int64_t revision);

/* A document to save, made of any JSON text with ' for ". The caller releases it. */
struct document document_submitted(const char *text);

#endif
