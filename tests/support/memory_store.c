#include "memory_store.h"

#include <stdlib.h>
#include <string.h>

enum { CANONICAL_MAX = 1 << 20 };

struct memory_store store;

static struct document document_of(const char *text, int64_t revision)
{
    struct document document;
    struct buffer canonical;
    document_init(&document);
    buffer_init(&canonical, CANONICAL_MAX);
    assert_int_equal(document_canonicalize(text, strlen(text), &canonical, &document.outline, NULL),
                     STATUS_OK);
    document.text = canonical.bytes;
    document.length = canonical.length;
    document.revision = revision;
    return document;
}

struct document document_submitted(const char *text)
{
    char *quoted = strdup(text);
    assert_non_null(quoted);
    for (char *p = quoted; *p != '\0'; p++)
        *p = *p == '\'' ? '"' : *p;
    struct document document = document_of(quoted, 0);
    free(quoted);
    return document;
}

int64_t memory_store_put(const char *text)
{
    assert_true(store.count < MEMORY_STORE_MAX);
    int64_t revision = 1000 + (int64_t)store.count;
    store.kept[store.count].revision = revision;
    store.kept[store.count].text = strdup(text);
    assert_non_null(store.kept[store.count].text);
    store.count++;
    return revision;
}

const char *memory_store_current(void)
{
    return store.count > 0 ? store.kept[store.count - 1].text : NULL;
}

const char *memory_store_text(int64_t revision)
{
    for (size_t i = 0; i < store.count; i++) {
        if (store.kept[i].revision == revision)
            return store.kept[i].text;
    }
    return NULL;
}

static void current_load(struct document *document)
{
    document_init(document);
    if (store.count > 0)
        *document = document_of(memory_store_current(), store.kept[store.count - 1].revision);
}

static enum status memory_load_backup(struct store *base, int64_t revision,
                                      struct document *document, struct error *error)
{
    const char *text = memory_store_text(revision);
    (void)base;
    if (text == NULL)
        return error_set(error, STATUS_NOT_FOUND, "no such backup");
    *document = document_of(text, revision);
    return STATUS_OK;
}

static int64_t text_put(struct document_text text)
{
    char *copy = strndup(text.bytes, text.length);
    assert_non_null(copy);
    int64_t revision = memory_store_put(copy);
    free(copy);
    return revision;
}

static enum status memory_update(struct store *base, const struct store_transform *transform,
                                 struct store_commit *commit, struct error *error)
{
    struct document current;
    struct store_next next = {0};
    current_load(&current);
    store.decisions++;
    enum status status = transform->decide(transform->context, &current, &next, error);
    if (store.interloper != NULL) {
        (void)memory_store_put(store.interloper);
        store.interloper = NULL;
        document_release(&current);
        return memory_update(base, transform, commit, NULL);
    }
    *commit = (struct store_commit){.revision = current.revision, .length = current.length};
    if (status == STATUS_OK && next.submitted.bytes != NULL) {
        /* Behind the current one in time, but not current. */
        commit->submitted = text_put(next.submitted);
        if (next.text.bytes == NULL)
            (void)text_put(document_text_of(&current));
    }
    commit->changed =
        status == STATUS_OK && next.text.bytes != NULL && !document_equals(&current, next.text);
    if (commit->changed)
        commit->revision = text_put(next.text);
    document_release(&current);
    return status;
}

static bool memory_keeps_backups(const struct store *base)
{
    (void)base;
    return !store.keeps_nothing;
}

static const struct store_operations memory_operations = {.load_backup = memory_load_backup,
                                                          .update = memory_update,
                                                          .keeps_backups = memory_keeps_backups};

int memory_store_setup(void **state)
{
    (void)state;
    store = (struct memory_store){.base.operations = &memory_operations};
    return 0;
}

int memory_store_teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < store.count; i++)
        free(store.kept[i].text);
    return 0;
}
