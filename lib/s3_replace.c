#include "s3_replace.h"

#include "number.h"
#include "s3_backups.h"

#include <string.h>

/* A server that refuses to replace what nobody has changed gets so many chances. */
enum { CONTRADICTIONS_MAX = 6 };

enum { HTTP_BAD_REQUEST = 400, HTTP_PRECONDITION_FAILED = 412 };

/* What S3 takes of x-amz-meta-… in all. */
enum { METADATA_MAX = 2048 };

static const char revision_field[] = "x-amz-meta-revision";
static const char saved_by_field[] = "x-amz-meta-saved-by";
static const char saves_field[] = "x-amz-meta-saves";
static const char probed_field[] = "x-amz-meta-probed";

_Static_assert(sizeof revision_field + NUMBER_TEXT_SIZE + sizeof saved_by_field +
                       S3_SAVER_FIELD_SIZE + sizeof saves_field + S3_SAVES_SIZE +
                       sizeof probed_field + S3_FIELD_SIZE <=
                   METADATA_MAX,
               "the longest of all fits");

enum relation {
    RELATION_SAME,  /* what is stored is what was stored before */
    RELATION_OURS,  /* the replacement took effect */
    RELATION_OTHERS /* somebody else was faster */
};

struct replacing {
    const struct s3_replacement *replacement;
    struct s3_current *current;
    char id[S3_SAVE_ID_SIZE];
    char revision[NUMBER_TEXT_SIZE];
    char saves[S3_SAVES_SIZE];
    char saved_by[S3_SAVER_FIELD_SIZE];
    struct buffer body; /* the text, and behind it the mark of this save */
    bool uncertain;     /* one of the tries may have taken effect, or still do */
    bool unmatched;     /* the last one was said not to match */
    /*
     * The last one was answered with a refusal, which may be that of its own repetition: libcurl
     * sends a request again if the connection turns out to be dead. A look at the object tells.
     */
    bool is_doubtful;
    unsigned contradictions;
    struct error problem;    /* of the last try */
    struct error unanswered; /* of the first that was uncertain */
};

static enum status body_make(struct replacing *replacing, struct error *error)
{
    const struct document_text *text = &replacing->replacement->text;
    struct buffer *body = &replacing->body;
    char mark[S3_MARK_LENGTH];
    buffer_init(body, text->length + sizeof mark);
    s3_save_mark_write(replacing->id, mark);
    enum status status = buffer_reserve(body, body->maximum, error);
    if (status == STATUS_OK)
        status = buffer_append(body, text->bytes, text->length, error);
    return status == STATUS_OK ? buffer_append(body, mark, sizeof mark, error) : status;
}

static enum status replacing_init(struct replacing *replacing,
                                  const struct s3_replacement *replacement,
                                  struct s3_current *current, struct error *error)
{
    *replacing = (struct replacing){.replacement = replacement, .current = current};
    enum status status = s3_save_id_make(replacing->id, error);
    if (status != STATUS_OK)
        return status;
    (void)number_format((uint64_t)replacement->revision, replacing->revision);
    s3_saves_write(replacing->id, current->saves, replacing->saves);
    if (replacement->saved_by != NULL)
        s3_saver_field_write(replacement->saved_by, replacing->saved_by);
    return body_make(replacing, error);
}

/* What the status of a PUT means where its condition makes a difference. */
static enum status put_judge(struct replacing *replacing, const struct s3_response *response,
                             enum status status)
{
    const struct s3_place *place = &replacing->replacement->bucket->place;
    int http_status = response->refusal.http_status;
    /* Some servers take an ETag without its quotes for none. */
    bool is_malformed = status == STATUS_UNAVAILABLE && http_status == HTTP_BAD_REQUEST &&
                        replacing->replacement->probe->bare && replacing->contradictions == 0;
    replacing->unmatched = http_status == HTTP_PRECONDITION_FAILED || is_malformed;
    replacing->is_doubtful = status == STATUS_STALE || status == STATUS_NOT_FOUND ||
                             (status == STATUS_UNREACHABLE && http_status != 0);
    /* Every server of S3 tells the ETag of what it has stored. */
    if (status == STATUS_OK && response->etag[0] == '\0')
        return error_set(&replacing->problem, STATUS_UNCERTAIN,
                         "%s answered %d without an ETag to PUT %s" S3_CURRENT_NAME, place->server,
                         http_status, place->prefix);
    /* What is not there cannot match either. */
    return status == STATUS_NOT_FOUND || is_malformed ? STATUS_STALE : status;
}

/* STATUS_STALE if the server says that the condition is not met. */
static enum status replacement_put(struct replacing *replacing)
{
    const struct s3_replacement *replacement = replacing->replacement;
    const struct s3_probe *probe = replacement->probe;
    bool is_new = replacing->current->etag[0] == '\0';
    bool is_signed = replacing->saved_by[0] != '\0';
    char match[S3_FIELD_SIZE];
    char probed[S3_FIELD_SIZE];
    s3_probe_match(probe, replacing->current->etag, match);
    s3_probe_tell(probe, replacement->bucket, probed);
    const struct s3_request request = {
        .method = "PUT",
        .name = S3_CURRENT_NAME,
        .headers = {{"Content-Type", "application/json"},
                    {is_new ? "If-None-Match" : "If-Match", is_new ? "*" : match},
                    {revision_field, replacing->revision},
                    {saves_field, replacing->saves},
                    {probed_field, probed},
                    {saved_by_field, is_signed ? replacing->saved_by : NULL}},
        .body = replacing->body.bytes,
        .body_length = replacing->body.length,
        .deadline = replacement->bucket->deadline,
        .leaves_time = true};
    struct s3_response response;
    error_init(&replacing->problem);
    enum status status =
        s3_bucket_try(replacement->bucket, &request, &response, &replacing->problem);
    status = put_judge(replacing, &response, status);
    s3_response_release(&response);
    return status;
}

/* Not by the ETag alone: a hand that puts back what it took away may bring that back, too. */
static bool is_same(const struct s3_current *left, const struct s3_current *right)
{
    return strcmp(left->etag, right->etag) == 0 && strcmp(left->saves, right->saves) == 0 &&
           left->document.revision == right->document.revision;
}

static enum status relation_tell(const struct replacing *replacing, const struct s3_current *found,
                                 enum relation *relation, struct error *error)
{
    const struct s3_replacement *replacement = replacing->replacement;
    bool is_kept = false;
    *relation = RELATION_OURS;
    if (s3_saves_has(found->saves, replacing->id))
        return STATUS_OK;
    *relation = RELATION_SAME;
    if (is_same(found, replacing->current))
        return STATUS_OK;
    *relation = RELATION_OTHERS;
    if ((!replacing->uncertain && !replacing->is_doubtful) ||
        s3_saves_reach(found->saves, replacing->current->saves))
        return STATUS_OK;
    /* Many saves later, or after a hand's, the backups may know. */
    enum status status =
        s3_backups_compare(replacement->bucket, BACKUP_REPLACED, replacement->revision,
                           replacement->text, &is_kept, error);
    if (status == STATUS_OK && is_kept)
        *relation = RELATION_OURS;
    return status;
}

/* Read what is stored now. What others have stored becomes the current one. */
static enum status look_again(struct replacing *replacing, enum relation *relation,
                              struct error *error)
{
    struct s3_current found;
    enum status status = s3_current_read(replacing->replacement->bucket, &found, error);
    if (status != STATUS_OK)
        return status;
    status = relation_tell(replacing, &found, relation, error);
    if (status == STATUS_OK)
        replacing->is_doubtful = false;
    if (status == STATUS_OK && *relation == RELATION_OTHERS) {
        s3_current_release(replacing->current);
        *replacing->current = found;
        return STATUS_OK;
    }
    s3_current_release(&found);
    return status;
}

/* There is no time left for another try. `status` is that of the last one. */
static enum status time_is_up(const struct replacing *replacing, enum status status,
                              struct error *error)
{
    const struct s3_place *place = &replacing->replacement->bucket->place;
    if (status == STATUS_STALE)
        return error_set(error, STATUS_BUSY,
                         "others replaced '%s" S3_CURRENT_NAME "' in bucket %s of %s first, until "
                         "the time was up; try again",
                         place->prefix, place->bucket, place->server);
    return error_forward(error, status, &replacing->problem);
}

/*
 * Nobody has changed the object, and yet the server said that it did not match: then it may want
 * ETags in the other form.
 */
static enum status contradiction_note(struct replacing *replacing, struct error *error)
{
    const struct s3_replacement *replacement = replacing->replacement;
    if (++replacing->contradictions > CONTRADICTIONS_MAX)
        return error_set(error, STATUS_UNAVAILABLE,
                         "%s refuses to replace '%s" S3_CURRENT_NAME "' as if somebody else had, "
                         "again and again, though nobody has",
                         replacement->bucket->place.server, replacement->bucket->place.prefix);
    replacement->probe->bare = !replacement->probe->bare;
    return STATUS_OK;
}

static bool may_go_on(enum status status)
{
    return status == STATUS_STALE || status == STATUS_UNREACHABLE || status == STATUS_UNCERTAIN;
}

/* What came of a try that was no plain success: with RELATION_SAME it is to be made again. */
static enum status try_resolve(struct replacing *replacing, enum status tried,
                               enum relation *relation, struct error *error)
{
    struct s3_bucket *bucket = replacing->replacement->bucket;
    bool has_slept = deadline_back_off(bucket->deadline, (*replacing->replacement->attempts)++);
    /* Whether a save took effect is worth all the time that is left. */
    if (!has_slept &&
        ((!replacing->uncertain && !replacing->is_doubtful) || deadline_passed(bucket->deadline)))
        return time_is_up(replacing, tried, error);
    if (tried != STATUS_STALE)
        bucket->observer->server_retry(bucket->observer->context, replacing->problem.text);
    enum status status = look_again(replacing, relation, error);
    if (status != STATUS_OK || *relation != RELATION_SAME)
        return status;
    if (!has_slept)
        return time_is_up(replacing, tried, error);
    return replacing->unmatched ? contradiction_note(replacing, error) : STATUS_OK;
}

static enum status replacing_run(struct replacing *replacing, struct error *error)
{
    for (;;) {
        enum relation relation = RELATION_SAME;
        enum status status = replacement_put(replacing);
        if (status == STATUS_OK)
            return status;
        if (status == STATUS_UNCERTAIN) {
            replacing->uncertain = true;
            (void)error_forward(&replacing->unanswered, status, &replacing->problem);
        }
        if (!may_go_on(status))
            return error_forward(error, status, &replacing->problem);
        status = try_resolve(replacing, status, &relation, error);
        if (status != STATUS_OK || relation == RELATION_OURS)
            return status;
        if (relation == RELATION_OTHERS)
            return STATUS_STALE;
    }
}

enum status s3_replace(const struct s3_replacement *replacement, struct s3_current *current,
                       struct error *error)
{
    struct replacing replacing;
    struct error problem = ERROR_INIT;
    enum status status = replacing_init(&replacing, replacement, current, &problem);
    if (status == STATUS_OK)
        status = replacing_run(&replacing, &problem);
    buffer_release(&replacing.body);
    /* Once something was sent without an answer, no failure afterwards tells what becomes of it. */
    bool is_open = replacing.uncertain || replacing.is_doubtful;
    if (status != STATUS_OK && status != STATUS_STALE && is_open)
        return error_set(error, STATUS_UNCERTAIN,
                         "%s; the save was sent, and it cannot be told whether it takes effect",
                         replacing.uncertain ? replacing.unanswered.text : problem.text);
    return error_forward(error, status, &problem);
}
