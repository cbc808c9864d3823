#include "save.h"

#include "document_tree.h"
#include "merge.h"

#include <inttypes.h>
#include <string.h>

/* Members that pages load again and again, and those that they load once. */
static const char *const refreshed_members[] = {"projects", "tasks", "taskTypes", "historyRecords",
                                                NULL};
static const char *const kept_members[] = {"pmos", "productManagers", NULL};

/*
 * Find the document of `revision`: `current`, or loaded into `storage`, which is the caller's to
 * release. `*found` is null if it is not kept, or can be read as a document no more.
 */
static enum status revision_find(const struct save *save, struct document *current,
                                 int64_t revision, struct document *storage,
                                 struct document **found, struct error *error)
{
    struct error problem = ERROR_INIT;
    *found = revision == current->revision ? current : storage;
    document_init(storage);
    if (*found == current || revision == 0)
        return STATUS_OK;
    enum status status = store_load_backup(save->store, revision, storage, &problem);
    if (status == STATUS_OK)
        return status;
    *found = NULL;
    if (status == STATUS_NOT_FOUND || status == STATUS_CORRUPT)
        return STATUS_OK;
    return error_forward(error, status, &problem);
}

/*
 * A page whose loading failed may save what it was built with. It shares no project with what is
 * stored, nor with what it claims to come from.
 */
static enum status relation_check(const struct save *save, struct document *current,
                                  struct document *base, struct error *error)
{
    bool unrelated = false;
    if (!save->from_page)
        return STATUS_OK;
    enum status status = document_unrelated(save->submitted, current, &unrelated, error);
    if (status == STATUS_OK && unrelated && base != NULL)
        status = document_unrelated(save->submitted, base, &unrelated, error);
    if (status != STATUS_OK || !unrelated)
        return status;
    if (error != NULL)
        error->revision = current->revision;
    return error_set(error, STATUS_UNRELATED,
                     "none of the projects is in the stored plan (revision %" PRId64
                     "), as if it was another one; load it again, or save with ?replace=1 or "
                     "If-Match to mean it",
                     current->revision);
}

/* The three sides of a merge as trees. */
struct trees {
    json_t *base;
    json_t *current;
    json_t *submitted;
    bool defaulted; /* no side of the two stores task types */
};

static void trees_release(struct trees *trees)
{
    json_decref(trees->base);
    json_decref(trees->current);
    json_decref(trees->submitted);
}

static bool is_listed(const char *const *names, const char *name)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

/* Whether the client holds all of the document `held`, and nothing else. */
static bool holds_whole(const struct save_base *base)
{
    return !base->of_page || (base->has_saved && base->saved == base->held);
}

/*
 * Whether the page holds this member as it was loaded last. Of those that no page is known to keep,
 * who sends one has loaded it.
 */
static bool is_refreshed(const struct trees *trees, const char *name)
{
    if (is_listed(kept_members, name))
        return false;
    return is_listed(refreshed_members, name) || json_object_get(trees->submitted, name) != NULL;
}

/* Take out of the base what a page does not load again; what it keeps, only with `kept_too`. */
static void base_members_drop(struct trees *trees, bool kept_too)
{
    void *next = NULL;
    for (void *place = json_object_iter(trees->base); place != NULL; place = next) {
        const char *name = json_object_iter_key(place);
        next = json_object_iter_next(trees->base, place);
        if (!is_refreshed(trees, name) && (kept_too || !is_listed(kept_members, name)))
            (void)json_object_del(trees->base, name);
    }
}

/* Let the members of the base that a page does not load again be those of `saved`, or be gone. */
static bool saved_members_set(struct trees *trees, json_t *saved)
{
    const char *name;
    json_t *value;
    bool set = true;
    base_members_drop(trees, true);
    json_object_foreach (saved, name, value) {
        if (!is_refreshed(trees, name))
            set = set && json_object_set(trees->base, name, value) == 0;
    }
    return set;
}

/* FNV-1a. */
static uint64_t hash_add(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

uint64_t save_kept_hash(const struct document *document)
{
    static const int kept[] = {DOCUMENT_PMOS, DOCUMENT_PRODUCT_MANAGERS};
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        const struct json_member *member = &document->outline.watched[kept[i]];
        if (member->found)
            hash = hash_add(hash, document->text + member->begin, member->end - member->begin);
        hash = hash_add(hash, ";", 1);
    }
    return hash;
}

/*
 * What the page saved last is not stored any more. If it left the members alone since that it loads
 * once, they are their own base. Otherwise it has none for them: so it takes nothing away of which
 * it may never have heard.
 */
static bool forgotten_members_set(const struct save *save, struct trees *trees)
{
    bool untouched = save->base.has_kept && save->base.kept == save_kept_hash(save->submitted);
    base_members_drop(trees, true);
    for (size_t i = 0; untouched && kept_members[i] != NULL; i++) {
        json_t *member = json_object_get(trees->submitted, kept_members[i]);
        if (member != NULL && json_object_set(trees->base, kept_members[i], member) != 0)
            return false;
    }
    return true;
}

/* Make the base what the page holds. */
static enum status page_base_make(const struct save *save, struct document *current,
                                  struct trees *trees, struct error *error)
{
    struct document storage;
    struct document *saved = NULL;
    json_t *tree = NULL;
    if (!save->base.has_saved) {
        /* Before its first save a page holds what it was served, of the members that it knows. */
        base_members_drop(trees, false);
        return STATUS_OK;
    }
    enum status status = revision_find(save, current, save->base.saved, &storage, &saved, error);
    if (status == STATUS_OK && saved != NULL)
        status = document_tree_load(saved, &tree, NULL, error);
    if (status == STATUS_OK &&
        !(saved != NULL ? saved_members_set(trees, tree) : forgotten_members_set(save, trees)))
        status = error_set(error, STATUS_NO_MEMORY, "out of memory for a JSON tree");
    json_decref(tree);
    document_release(&storage);
    return status;
}

static enum status trees_load(const struct save *save, struct document *current,
                              struct document *base, struct trees *trees, struct error *error)
{
    bool current_defaulted = false;
    bool submitted_defaulted = false;
    *trees = (struct trees){0};
    enum status status = document_tree_load(base, &trees->base, NULL, error);
    if (status == STATUS_OK)
        status = document_tree_load(current, &trees->current, &current_defaulted, error);
    if (status == STATUS_OK)
        status =
            document_tree_load(save->submitted, &trees->submitted, &submitted_defaulted, error);
    if (status == STATUS_OK && !holds_whole(&save->base))
        status = page_base_make(save, current, trees, error);
    trees->defaulted = current_defaulted && submitted_defaulted;
    return status;
}

/* What is to be stored after a merge that came out as `merged`. */
static enum status merged_use(struct save *save, const struct trees *trees, json_t *merged,
                              const struct document *base, struct store_next *next,
                              struct error *error)
{
    bool conflicts = json_array_size(save->conflicts) > 0;
    enum status status = STATUS_OK;
    save->stored_as_it_came = json_equal(merged, trees->submitted);
    save->outcome = conflicts || !save->stored_as_it_came ? SAVE_MERGED : SAVE_REPLACED;
    if (save->stored_as_it_came)
        return STATUS_OK;
    next->submitted = next->text;
    next->text = (struct document_text){0};
    if (!json_equal(merged, trees->current)) {
        status = document_tree_write(merged, trees->defaulted, &save->text, error);
        next->text = document_text_written(&save->text);
    }
    /* What is kept already is not kept again. */
    if (document_equals(base, next->submitted))
        next->submitted = (struct document_text){0};
    return status;
}

static enum status submitted_merge(struct save *save, struct document *current,
                                   struct document *base, struct store_next *next,
                                   struct error *error)
{
    struct trees trees;
    struct merge merge = {0};
    enum status status = trees_load(save, current, base, &trees, error);
    if (status == STATUS_OK)
        status = merge_documents(trees.base, trees.current, trees.submitted, &merge, error);
    if (status == STATUS_OK) {
        save->conflicts = merge.conflicts;
        buffer_init(&save->text, document_length_max(current->length + save->submitted->length));
        status = merged_use(save, &trees, merge.document, base, next, error);
    }
    json_decref(merge.document);
    trees_release(&trees);
    return status;
}

/* Forget what an earlier call decided. */
static void decision_reset(struct save *save)
{
    json_decref(save->conflicts);
    save->conflicts = NULL;
    buffer_release(&save->text);
    save->outcome = SAVE_REPLACED;
    save->stored_as_it_came = true;
}

static enum status with_base(struct save *save, struct document *current, struct document *base,
                             struct store_next *next, struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status = relation_check(save, current, base, error);
    if (status != STATUS_OK)
        return status;
    bool lost = base == NULL && save->base.known && save->base.held != current->revision;
    save->outcome = lost ? SAVE_BASE_LOST : SAVE_REPLACED;
    if (base == NULL || (base == current && holds_whole(&save->base)))
        return STATUS_OK;
    status = submitted_merge(save, current, base, next, &problem);
    if (status != STATUS_INVALID)
        return error_forward(error, status, &problem);
    decision_reset(save);
    save->outcome = SAVE_UNMERGEABLE;
    *next = (struct store_next){.text = document_text_of(save->submitted)};
    return STATUS_OK;
}

static enum status save_decide(void *context, struct document *current, struct store_next *next,
                               struct error *error)
{
    struct save *save = context;
    struct document storage;
    struct document *base = NULL;
    enum status status = conditions_check(&save->conditions, current->revision, error);
    if (status != STATUS_OK)
        return status;
    decision_reset(save);
    next->text = document_text_of(save->submitted);
    if (current->length == 0 || save->replaces || save->conditions.match.present ||
        document_equals(current, next->text))
        return STATUS_OK;
    document_init(&storage);
    if (save->base.known && store_keeps_backups(save->store))
        status = revision_find(save, current, save->base.held, &storage, &base, error);
    if (status == STATUS_OK)
        status = with_base(save, current, base, next, error);
    document_release(&storage);
    return status;
}

enum status save_document(struct save *save, struct store *store, struct error *error)
{
    const struct store_transform transform = {
        .decide = save_decide, .context = save, .replaces_corrupt = save->replaces};
    save->store = store;
    save->conflicts = NULL;
    buffer_init(&save->text, 0);
    enum status status = store_update(store, &transform, &save->commit, error);
    if (status != STATUS_OK)
        return status;
    /* What was neither stored nor kept was kept before: it is the base. */
    save->now_held = save->commit.submitted != 0 ? save->commit.submitted
                     : save->stored_as_it_came   ? save->commit.revision
                                                 : save->base.held;
    return STATUS_OK;
}

void save_release(struct save *save)
{
    json_decref(save->conflicts);
    save->conflicts = NULL;
    buffer_release(&save->text);
}
