#include "store_postgres.h"

#include "clock.h"
#include "postgres_backup.h"
#include "postgres_health.h"
#include "postgres_savers.h"
#include "postgres_update.h"
#include "printable.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct store_postgres *store_postgres_of(struct store *store)
{
    return (struct store_postgres *)store;
}

/* Loading. */

struct reading {
    const struct postgres_rows *rows;
    int64_t revision; /* found, or of the backup to load */
    struct document *document;
    struct backup_list *list;
    struct savers *savers;
};

static enum status revision_read(void *context, struct error *error)
{
    struct reading *reading = context;
    return postgres_document_revision(reading->rows, &reading->revision, error);
}

static enum status store_postgres_revision(struct store *base, int64_t *revision,
                                           struct error *error)
{
    struct store_postgres *store = store_postgres_of(base);
    struct reading reading = {.rows = &store->rows};
    enum status status = postgres_session_read(&store->session, revision_read, &reading, error);
    if (status == STATUS_OK)
        *revision = reading.revision;
    return status;
}

static enum status document_read(void *context, struct error *error)
{
    const struct reading *reading = context;
    return postgres_document_load(reading->rows, reading->document, error);
}

static enum status store_postgres_load(struct store *base, struct document *document,
                                       struct error *error)
{
    struct store_postgres *store = store_postgres_of(base);
    struct reading reading = {.rows = &store->rows, .document = document};
    return postgres_session_read(&store->session, document_read, &reading, error);
}

static enum status backup_read(void *context, struct error *error)
{
    const struct reading *reading = context;
    return postgres_backup_load(reading->rows, reading->revision, reading->document, error);
}

static enum status store_postgres_load_backup(struct store *base, int64_t revision,
                                              struct document *document, struct error *error)
{
    struct store_postgres *store = store_postgres_of(base);
    struct reading reading = {.rows = &store->rows, .revision = revision, .document = document};
    return postgres_session_read(&store->session, backup_read, &reading, error);
}

/* Locking. */

/* Once the lock is held, what is under way shall be answered; if it is not, it is worth a word. */
static enum status lock_note(struct store_postgres *store, enum status status,
                             const struct error *problem, struct error *error)
{
    if (status == STATUS_OK)
        held_signals_hold(&store->signals);
    if (status == STATUS_BUSY && store->session.connection.trouble == POSTGRES_REFUSED)
        store->observer->lock_failed(store->observer->context, problem->text);
    return error_forward(error, status, problem);
}

static enum status current_lock(struct store_postgres *store, int64_t *revision,
                                struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status = postgres_document_lock(&store->rows, revision, &problem);
    return lock_note(store, status, &problem, error);
}

static enum status current_lock_load(struct store_postgres *store, bool may_be_corrupt,
                                     struct document *document, struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status =
        postgres_document_lock_load(&store->rows, may_be_corrupt, document, &problem);
    return lock_note(store, status, &problem, error);
}

/* Saving. */

struct updating {
    struct store_postgres *store;
    const struct store_transform *transform;
    struct postgres_task task;
    struct postgres_outcome outcome;
};

static struct postgres_update update_of(struct store_postgres *store, struct document *current)
{
    return (struct postgres_update){.store = &store->base,
                                    .rows = &store->rows,
                                    .retention = &store->options->retention,
                                    .current = current};
}

static enum status update_settle(void *context, bool *took_effect, struct error *error)
{
    struct updating *updating = context;
    struct document current;
    const bool may_be_corrupt = true;
    const struct postgres_update update = update_of(updating->store, &current);
    enum status status = current_lock_load(updating->store, may_be_corrupt, &current, error);
    if (status != STATUS_OK)
        return status;
    status = postgres_update_settle(&update, &updating->outcome, took_effect, error);
    document_release(&current);
    return status;
}

static enum status update_work(void *context, struct error *error)
{
    struct updating *updating = context;
    struct store_postgres *store = updating->store;
    const struct store_transform *transform = updating->transform;
    struct document current;
    const struct postgres_update update = update_of(store, &current);
    enum status status = current_lock_load(store, transform->replaces_corrupt, &current, error);
    if (status != STATUS_OK)
        return status;
    status = postgres_update_run(&update, transform, &updating->outcome, error);
    updating->task.commits = updating->outcome.is_stored;
    document_release(&current);
    return status;
}

/* For a log: where what was damaged is now. */
static void corrupt_tell(const struct store_postgres *store, int64_t revision)
{
    char name[64];
    (void)snprintf(name, sizeof name, "schedule_backup: " POSTGRES_BACKUP_CORRUPT " %" PRId64,
                   revision);
    store->observer->corrupt_set_aside(store->observer->context, name);
}

static enum status store_postgres_update(struct store *base,
                                         const struct store_transform *transform,
                                         struct store_commit *commit, struct error *error)
{
    struct store_postgres *store = store_postgres_of(base);
    struct updating updating = {.store = store, .transform = transform};
    updating.task =
        (struct postgres_task){.work = update_work, .settle = update_settle, .context = &updating};
    enum status status = postgres_session_write(&store->session, &updating.task, error);
    if (status != STATUS_OK)
        return status;
    if (updating.outcome.keeps_corrupt)
        corrupt_tell(store, updating.outcome.before);
    *commit = updating.outcome.plan.commit;
    return status;
}

/* Backups. */

static enum status list_read(void *context, struct error *error)
{
    const struct reading *reading = context;
    return postgres_backup_list(reading->rows, BACKUP_COUNT_MAX + 1, reading->list, error);
}

static enum status store_postgres_backups(struct store *base, struct backup_list *list,
                                          struct error *error)
{
    struct store_postgres *store = store_postgres_of(base);
    struct reading reading = {.rows = &store->rows, .list = list};
    enum status status = postgres_session_read(&store->session, list_read, &reading, error);
    if (status != STATUS_OK)
        return status;
    backup_list_tell_bases(list, &store->options->retention, clock_realtime_ms());
    backup_list_sort(list);
    return status;
}

static enum status savers_read(void *context, struct error *error)
{
    const struct reading *reading = context;
    return postgres_savers_list(reading->rows, reading->savers, error);
}

static enum status store_postgres_savers(struct store *base, struct savers *savers,
                                         struct error *error)
{
    struct store_postgres *store = store_postgres_of(base);
    struct reading reading = {.rows = &store->rows, .savers = savers};
    return postgres_session_read(&store->session, savers_read, &reading, error);
}

/* What is done with the current document or a backup while nobody else saves. */
struct keeping {
    struct store_postgres *store;
    struct postgres_task task;
    const struct conditions *conditions; /* or null */
    int64_t expected;                    /* the current revision, where there are no conditions */
    int64_t revision;                    /* what it is about */
    const struct backup *as;
    struct document_text text;
    const char *saved_by; /* the text, or null */
};

static enum status keeping_run(struct keeping *keeping, postgres_work *work,
                               postgres_settling *settle, struct error *error)
{
    keeping->task = (struct postgres_task){.work = work, .settle = settle, .context = keeping};
    return postgres_session_write(&keeping->store->session, &keeping->task, error);
}

/* Whether the backup, or with `pinned` a pinned one, is there by now. */
static enum status backup_look(const struct keeping *keeping, bool pinned, bool *exists,
                               struct error *error)
{
    int64_t current = 0;
    enum status status = current_lock(keeping->store, &current, error);
    if (status != STATUS_OK)
        return status;
    return postgres_backup_exists(&keeping->store->rows, keeping->revision, pinned, exists, error);
}

static enum status current_pin(struct keeping *keeping, const struct document *current,
                               struct error *error)
{
    enum status status = conditions_check(keeping->conditions, current->revision, error);
    if (status == STATUS_OK && current->revision == 0)
        return error_set(error, STATUS_CONFLICT, "nothing is stored that could be kept");
    if (status == STATUS_OK)
        status = postgres_backup_pin(&keeping->store->rows, current->length, error);
    keeping->revision = current->revision;
    keeping->task.commits = true;
    return status;
}

static enum status pin_settle(void *context, bool *took_effect, struct error *error)
{
    const bool pinned = true;
    return backup_look(context, pinned, took_effect, error);
}

static enum status pin_work(void *context, struct error *error)
{
    struct keeping *keeping = context;
    struct document current;
    enum status status = current_lock_load(keeping->store, false, &current, error);
    if (status != STATUS_OK)
        return status;
    status = current_pin(keeping, &current, error);
    document_release(&current);
    return status;
}

static enum status store_postgres_pin(struct store *base, const struct conditions *conditions,
                                      int64_t *revision, struct error *error)
{
    struct keeping keeping = {.store = store_postgres_of(base), .conditions = conditions};
    enum status status = keeping_run(&keeping, pin_work, pin_settle, error);
    if (status == STATUS_OK)
        *revision = keeping.revision;
    return status;
}

/* Where somebody else removed it since, nothing is left to do either. */
static enum status unkeep_settle(void *context, bool *took_effect, struct error *error)
{
    const bool pinned = false;
    bool exists = false;
    enum status status = backup_look(context, pinned, &exists, error);
    *took_effect = !exists;
    return status;
}

static enum status unkeep_work(void *context, struct error *error)
{
    struct keeping *keeping = context;
    int64_t current = 0;
    enum status status = current_lock(keeping->store, &current, error);
    if (status != STATUS_OK)
        return status;
    status = conditions_check(keeping->conditions, current, error);
    if (status == STATUS_OK)
        status = postgres_backup_remove(&keeping->store->rows, keeping->revision, error);
    keeping->task.commits = true;
    return status;
}

static enum status store_postgres_unkeep(struct store *base, int64_t revision,
                                         const struct conditions *conditions, struct error *error)
{
    struct keeping keeping = {
        .store = store_postgres_of(base), .conditions = conditions, .revision = revision};
    return keeping_run(&keeping, unkeep_work, unkeep_settle, error);
}

/* Adopting what another store has. */

/* To do it again does no harm. */
static enum status backup_adopt_work(void *context, struct error *error)
{
    struct keeping *keeping = context;
    int64_t current = 0;
    enum status status = current_lock(keeping->store, &current, error);
    if (status == STATUS_OK)
        status = postgres_backup_put(&keeping->store->rows, keeping->as, keeping->text,
                                     keeping->saved_by, error);
    keeping->task.commits = true;
    return status;
}

static enum status store_postgres_adopt_backup(struct store *base, const struct backup *as,
                                               struct document_text text, const char *saved_by,
                                               struct error *error)
{
    struct keeping keeping = {
        .store = store_postgres_of(base), .as = as, .text = text, .saved_by = saved_by};
    return keeping_run(&keeping, backup_adopt_work, NULL, error);
}

static enum status adopt_settle(void *context, bool *took_effect, struct error *error)
{
    const struct keeping *keeping = context;
    int64_t current = 0;
    enum status status = current_lock(keeping->store, &current, error);
    if (status != STATUS_OK)
        return status;
    *took_effect = current == keeping->revision;
    if (!*took_effect && current != keeping->expected)
        return error_set(error, STATUS_UNCERTAIN, "somebody replaced the document '%s' since",
                         keeping->store->rows.name);
    return STATUS_OK;
}

static enum status adopt_work(void *context, struct error *error)
{
    struct keeping *keeping = context;
    int64_t current = 0;
    enum status status = current_lock(keeping->store, &current, error);
    if (status != STATUS_OK)
        return status;
    status = condition_expect(keeping->expected, current, error);
    if (status == STATUS_OK)
        status = postgres_document_put(&keeping->store->rows, keeping->revision, keeping->text,
                                       keeping->saved_by, error);
    keeping->task.commits = true;
    return status;
}

/* To do it again does no harm. */
static enum status sign_work(void *context, struct error *error)
{
    struct keeping *keeping = context;
    int64_t current = 0;
    bool is_same = false;
    enum status status = current_lock(keeping->store, &current, error);
    if (status != STATUS_OK)
        return status;
    status = condition_expect(keeping->expected, current, error);
    if (status == STATUS_OK)
        status = postgres_document_sign(&keeping->store->rows, keeping->text, keeping->saved_by,
                                        &is_same, error);
    if (status == STATUS_OK)
        status = condition_expect_text(is_same, current, error);
    keeping->task.commits = true;
    return status;
}

static enum status store_postgres_adopt(struct store *base, int64_t expected, int64_t revision,
                                        struct document_text text, const char *saved_by,
                                        struct error *error)
{
    struct keeping keeping = {.store = store_postgres_of(base),
                              .expected = expected,
                              .revision = revision,
                              .text = text,
                              .saved_by = saved_by};
    return revision == expected ? keeping_run(&keeping, sign_work, NULL, error)
                                : keeping_run(&keeping, adopt_work, adopt_settle, error);
}

static bool store_postgres_keeps_backups(const struct store *base)
{
    return retention_keeps_any(&((const struct store_postgres *)base)->options->retention);
}

/* Health. */

static enum status current_measure(struct store_postgres *store, struct store_health *health,
                                   struct error *error)
{
    struct document current;
    enum status status = store_postgres_load(&store->base, &current, error);
    health->readable = status == STATUS_OK;
    if (status == STATUS_OK) {
        health->revision = current.revision;
        health->bytes = current.length;
        document_release(&current);
    } else if (status == STATUS_CORRUPT) {
        /* It has a size and a revision all the same. */
        (void)postgres_document_measure(&store->rows, &health->revision, &health->bytes, NULL);
    }
    return status;
}

static void backups_measure(struct store_postgres *store, struct store_health *health)
{
    struct backup_list list;
    backup_list_init(&list);
    (void)store_postgres_backups(&store->base, &list, NULL);
    backup_list_measure(&list, &health->backups, &health->backup_bytes);
    backup_list_release(&list);
}

struct trying {
    const struct postgres_rows *rows;
    bool *locked;
};

static enum status write_try(void *context, struct error *error)
{
    const struct trying *trying = context;
    return postgres_health_try(trying->rows, trying->locked, error);
}

static enum status store_postgres_health(struct store *base, struct store_health *health,
                                         struct error *error)
{
    struct store_postgres *store = store_postgres_of(base);
    struct trying trying = {.rows = &store->rows, .locked = &health->locked};
    *health = (struct store_health){.kind = "postgres"};
    enum status read = current_measure(store, health, error);
    enum status written = postgres_session_read(&store->session, write_try, &trying, error);
    health->writable = written == STATUS_OK;
    backups_measure(store, health);
    return read != STATUS_OK ? read : written;
}

/* The table and its life. */

static void store_postgres_location(const struct store *base, char text[STORE_LOCATION_SIZE])
{
    const struct store_postgres *store = (const struct store_postgres *)base;
    const struct postgres_address *address = &store->session.connection.address;
    char plain[STORE_LOCATION_SIZE];
    (void)snprintf(plain, sizeof plain, "postgresql://%s/%s/%s", address->server, address->database,
                   store->options->document);
    printable_copy(text, STORE_LOCATION_SIZE, plain, strlen(plain));
}

static void store_postgres_close(struct store *base)
{
    struct store_postgres *store = store_postgres_of(base);
    postgres_session_close(&store->session);
    held_signals_release(&store->signals);
}

static const struct store_operations store_postgres_operations = {
    .revision = store_postgres_revision,
    .load = store_postgres_load,
    .load_backup = store_postgres_load_backup,
    .update = store_postgres_update,
    .backups = store_postgres_backups,
    .savers = store_postgres_savers,
    .pin = store_postgres_pin,
    .unkeep = store_postgres_unkeep,
    .adopt_backup = store_postgres_adopt_backup,
    .adopt = store_postgres_adopt,
    .keeps_backups = store_postgres_keeps_backups,
    .health = store_postgres_health,
    .location = store_postgres_location,
    .close = store_postgres_close,
};

enum status store_postgres_open(struct store_postgres *store,
                                const struct store_postgres_options *options,
                                const struct store_observer *observer, struct error *error)
{
    store->base.operations = &store_postgres_operations;
    store->options = options;
    store->observer = observer;
    held_signals_init(&store->signals);
    postgres_session_init(&store->session, options->url, deadline_in(options->timeout_ms),
                          options->lock_timeout_ms, observer);
    store->rows = (struct postgres_rows){.connection = &store->session.connection,
                                         .name = options->document,
                                         .saved_by = options->saved_by,
                                         .length_max = options->length_max};
    enum status status = postgres_session_connect(&store->session, error);
    if (status != STATUS_OK)
        postgres_session_close(&store->session);
    return status;
}
