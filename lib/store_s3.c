#include "store_s3.h"

#include "clock.h"
#include "s3_backups.h"
#include "s3_replace.h"
#include "s3_update.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)S3_URL_SIZE - (int)S3_NAME_MAX + (int)sizeof S3_CURRENT_NAME <=
                   (int)STORE_LOCATION_SIZE,
               "the document's address is a location");

static struct store_s3 *store_s3_of(struct store *store)
{
    return (struct store_s3 *)store;
}

/* What is known. */

static void current_note(struct store_s3 *store, const struct s3_current_note *note)
{
    store->known.current = *note;
    store->known.has_current = true;
}

/* Before a write. */
static void known_forget(struct store_s3 *store)
{
    store->known.has_current = store->known.has_markers = false;
}

static enum status current_tell(struct store_s3 *store, struct s3_current_note *note,
                                struct error *error)
{
    enum status status = s3_current_tell(&store->bucket, note, error);
    if (status == STATUS_OK)
        current_note(store, note);
    return status;
}

/* Append all backups; their markers are known then. */
static enum status backups_list(struct store_s3 *store, struct backup_list *list,
                                struct error *error)
{
    savers_release(&store->known.markers);
    enum status status = s3_backups_list(&store->bucket, list, &store->known.markers, error);
    store->known.has_markers = status == STATUS_OK;
    return status;
}

/* Loading. */

static enum status store_s3_revision(struct store *base, int64_t *revision, struct error *error)
{
    struct s3_current_note note;
    enum status status = current_tell(store_s3_of(base), &note, error);
    if (status == STATUS_OK)
        *revision = note.revision;
    return status;
}

/* Read the current document, which must be one. It is the caller's to release. */
static enum status current_load(struct s3_bucket *bucket, struct s3_current *current,
                                struct error *error)
{
    enum status status = s3_current_read(bucket, current, error);
    if (status != STATUS_OK)
        return status;
    status = s3_current_check(bucket, current, error);
    if (status != STATUS_OK)
        s3_current_release(current);
    return status;
}

static enum status store_s3_load(struct store *base, struct document *document, struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    struct s3_current current;
    enum status status = current_load(&store->bucket, &current, error);
    if (status != STATUS_OK)
        return status;
    const struct s3_current_note note = s3_current_note_of(&current);
    current_note(store, &note);
    *document = current.document;
    return STATUS_OK;
}

static enum status store_s3_load_backup(struct store *base, int64_t revision,
                                        struct document *document, struct error *error)
{
    return s3_backups_load(&store_s3_of(base)->bucket, revision, document, error);
}

/* Saving. */

static enum status store_s3_update(struct store *base, const struct store_transform *transform,
                                   struct store_commit *commit, struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    const struct s3_update update = {.store = base,
                                     .bucket = &store->bucket,
                                     .probe = &store->probe,
                                     .retention = &store->options->retention,
                                     .saved_by = store->options->saved_by};
    known_forget(store);
    return s3_update_run(&update, transform, commit, error);
}

/* Backups. */

static enum status store_s3_backups(struct store *base, struct backup_list *list,
                                    struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    enum status status = backups_list(store, list, error);
    if (status == STATUS_OK)
        backup_list_tell_bases(list, &store->options->retention, clock_realtime_ms());
    return status;
}

static enum status markers_find(struct store_s3 *store, struct error *error)
{
    struct backup_list list;
    if (store->known.has_markers)
        return STATUS_OK;
    backup_list_init(&list);
    enum status status = backups_list(store, &list, error);
    backup_list_release(&list);
    return status;
}

static enum status store_s3_savers(struct store *base, struct savers *savers, struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    const struct savers *markers = &store->known.markers;
    struct s3_current_note *current = &store->known.current;
    enum status status = markers_find(store, error);
    if (status == STATUS_OK && !store->known.has_current)
        status = current_tell(store, current, error);
    for (size_t i = 0; status == STATUS_OK && i < markers->count; i++) {
        const struct saver *marker = &markers->entries[i];
        status = savers_add(savers, marker->revision, markers->names.bytes + marker->name, error);
    }
    /* Last, for it is certain. */
    if (status == STATUS_OK && current->saved_by[0] != '\0')
        status = savers_add(savers, current->revision, current->saved_by, error);
    savers_sort(savers);
    return status;
}

static enum status current_pin(struct store_s3 *store, const struct s3_current *current,
                               struct error *error)
{
    const struct document *document = &current->document;
    const struct s3_place *place = &store->bucket.place;
    if (document->revision == 0)
        return error_set(error, STATUS_CONFLICT, "nothing is stored that could be kept");
    enum status status = s3_probe_ensure(&store->probe, &store->bucket, current->probed, error);
    if (status == STATUS_OK)
        status = s3_backups_write(&store->bucket, BACKUP_PINNED, document->revision,
                                  document_text_of(document), error);
    if (status == STATUS_OK)
        s3_backups_mark(&store->bucket, document->revision, current->saved_by);
    if (status == STATUS_CONFLICT)
        return error_set(error, status,
                         "the pinned backup of revision %" PRId64 " in bucket %s of %s is another "
                         "document; move it away",
                         document->revision, place->bucket, place->server);
    return status;
}

static enum status store_s3_pin(struct store *base, const struct conditions *conditions,
                                int64_t *revision, struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    struct s3_current current;
    known_forget(store);
    enum status status = current_load(&store->bucket, &current, error);
    if (status != STATUS_OK)
        return status;
    status = conditions_check(conditions, current.document.revision, error);
    if (status == STATUS_OK)
        status = current_pin(store, &current, error);
    if (status == STATUS_OK)
        *revision = current.document.revision;
    s3_current_release(&current);
    return status;
}

static enum status store_s3_unkeep(struct store *base, int64_t revision,
                                   const struct conditions *conditions, struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    struct s3_current_note current = {.revision = 0};
    enum status status = STATUS_OK;
    known_forget(store);
    if (conditions->match.present || conditions->none_match.present)
        status = s3_current_tell(&store->bucket, &current, error);
    if (status == STATUS_OK)
        status = conditions_check(conditions, current.revision, error);
    if (status == STATUS_OK)
        status = s3_backups_remove(&store->bucket, revision, error);
    return status;
}

/* Adopting what another store has. */

static enum status store_s3_adopt_backup(struct store *base, const struct backup *as,
                                         struct document_text text, const char *saved_by,
                                         struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    known_forget(store);
    enum status status = s3_bucket_check_length(&store->bucket, text.length, error);
    if (status == STATUS_OK)
        status = s3_probe_ensure(&store->probe, &store->bucket, "", error);
    if (status == STATUS_OK)
        status = s3_backups_write(&store->bucket, as->kind, as->revision, text, error);
    if (status == STATUS_OK)
        s3_backups_mark(&store->bucket, as->revision, saved_by);
    return status == STATUS_CONFLICT ? STATUS_OK : status;
}

/* Whether it is what the adopted one may replace, or be given a name. */
static enum status current_expect(const struct s3_current *current, int64_t expected,
                                  const struct s3_replacement *replacement, struct error *error)
{
    const struct document *document = &current->document;
    enum status status = condition_expect(expected, document->revision, error);
    if (status != STATUS_OK || replacement->revision != expected)
        return status;
    return condition_expect_text(document_equals(document, replacement->text), expected, error);
}

/* `*is_done` becomes false if somebody else was faster: then the current document is his. */
static enum status current_adopt(struct store_s3 *store, struct s3_current *current,
                                 const struct s3_replacement *replacement, bool *is_done,
                                 struct error *error)
{
    enum status status = s3_probe_ensure(&store->probe, &store->bucket, current->probed, error);
    if (status == STATUS_OK)
        status = s3_replace(replacement, current, error);
    *is_done = status != STATUS_STALE;
    return *is_done ? status : STATUS_OK;
}

static enum status store_s3_adopt(struct store *base, int64_t expected, int64_t revision,
                                  struct document_text text, const char *saved_by,
                                  struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    unsigned attempts = 0;
    const struct s3_replacement replacement = {.bucket = &store->bucket,
                                               .probe = &store->probe,
                                               .revision = revision,
                                               .text = text,
                                               .saved_by = saved_by,
                                               .attempts = &attempts};
    struct s3_current current;
    bool is_done = false;
    known_forget(store);
    enum status status = s3_bucket_check_length(&store->bucket, text.length, error);
    if (status == STATUS_OK)
        status = s3_current_read(&store->bucket, &current, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && !is_done) {
        status = current_expect(&current, expected, &replacement, error);
        is_done = revision == expected && saved_by == NULL;
        if (status == STATUS_OK && !is_done)
            status = current_adopt(store, &current, &replacement, &is_done, error);
    }
    s3_current_release(&current);
    return status;
}

static bool store_s3_keeps_backups(const struct store *base)
{
    return retention_keeps_any(&((const struct store_s3 *)base)->options->retention);
}

/* Health. */

static enum status current_measure(const struct store_s3 *store, const struct s3_current *current,
                                   struct store_health *health, struct error *error)
{
    health->revision = current->document.revision;
    health->bytes = current->document.length + current->damaged.length;
    enum status status = s3_current_check(&store->bucket, current, error);
    health->readable = status == STATUS_OK;
    return status;
}

/* A server that would be refused by the first save is not writable. */
static enum status write_try(struct store_s3 *store, const struct s3_current *current,
                             struct store_health *health, struct error *error)
{
    enum status status = s3_probe_ensure(&store->probe, &store->bucket, current->probed, error);
    if (status == STATUS_OK)
        status = s3_probe_write(&store->bucket, error);
    health->writable = status == STATUS_OK;
    return status;
}

static enum status backups_count(struct store_s3 *store, struct store_health *health,
                                 struct error *error)
{
    struct backup_list list;
    backup_list_init(&list);
    enum status status = store_s3_backups(&store->base, &list, error);
    backup_list_measure(&list, &health->backups, &health->backup_bytes);
    backup_list_release(&list);
    return status;
}

/* Where the document cannot be loaded nothing else is tried: it may take as long each time. */
static enum status store_s3_health(struct store *base, struct store_health *health,
                                   struct error *error)
{
    struct store_s3 *store = store_s3_of(base);
    struct s3_current current;
    *health = (struct store_health){.kind = "s3"};
    enum status status = s3_current_read(&store->bucket, &current, error);
    if (status != STATUS_OK)
        return status;
    enum status read = current_measure(store, &current, health, error);
    enum status written = write_try(store, &current, health, error);
    enum status counted = backups_count(store, health, error);
    s3_current_release(&current);
    if (read != STATUS_OK)
        return read;
    return written != STATUS_OK ? written : counted;
}

/* The table and its life. */

static void store_s3_location(const struct store *base, char text[STORE_LOCATION_SIZE])
{
    char url[S3_URL_SIZE];
    s3_place_url(&((const struct store_s3 *)base)->bucket.place, S3_CURRENT_NAME, url);
    memcpy(text, url, strlen(url) + 1);
}

static void store_s3_close(struct store *base)
{
    struct store_s3 *store = store_s3_of(base);
    s3_bucket_close(&store->bucket);
    savers_release(&store->known.markers);
    held_signals_release(&store->signals);
}

static const struct store_operations store_s3_operations = {
    .revision = store_s3_revision,
    .load = store_s3_load,
    .load_backup = store_s3_load_backup,
    .update = store_s3_update,
    .backups = store_s3_backups,
    .savers = store_s3_savers,
    .pin = store_s3_pin,
    .unkeep = store_s3_unkeep,
    .adopt_backup = store_s3_adopt_backup,
    .adopt = store_s3_adopt,
    .keeps_backups = store_s3_keeps_backups,
    .health = store_s3_health,
    .location = store_s3_location,
    .close = store_s3_close,
};

static enum status options_read(const struct store_s3_options *options,
                                struct s3_bucket_options *read, struct error *error)
{
    *read = (struct s3_bucket_options){.account = {.region = options->region,
                                                   .key_id = options->key_id,
                                                   .secret = options->secret,
                                                   .token = options->token,
                                                   .proxy = options->proxy,
                                                   .authorities = options->authorities},
                                       .deadline = deadline_in(options->timeout_ms),
                                       .length_max = options->length_max};
    if (options->url == NULL)
        return error_set(error, STATUS_INVALID, "the S3 store needs an address");
    enum status status = s3_place_parse(&read->place, options->url, options->bucket, error);
    return status == STATUS_OK ? s3_account_check(&read->account, error) : status;
}

enum status store_s3_check(const struct store_s3_options *options, struct error *error)
{
    struct s3_bucket_options read;
    return options_read(options, &read, error);
}

enum status store_s3_open(struct store_s3 *store, const struct store_s3_options *options,
                          const struct store_observer *observer, struct error *error)
{
    struct s3_bucket_options read;
    *store = (struct store_s3){.base = {.operations = &store_s3_operations}, .options = options};
    held_signals_init(&store->signals);
    savers_init(&store->known.markers);
    s3_probe_init(&store->probe);
    enum status status = options_read(options, &read, error);
    if (status == STATUS_INVALID)
        return STATUS_UNAVAILABLE;
    return s3_bucket_open(&store->bucket, &read, observer, &store->signals, error);
}
