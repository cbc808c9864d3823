#include "document_file.h"

#include "io.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

/* Later mtimes, which only a hand can have set, count as this one: revisions do not overflow. */
static const int64_t revision_seconds_max = INT64_MAX / 1000 - 1;

int64_t document_file_revision(const struct stat *found)
{
    int64_t seconds = found->st_mtim.tv_sec;
    if (seconds < 0)
        return 1;
    if (seconds > revision_seconds_max)
        seconds = revision_seconds_max;
    int64_t revision = seconds * 1000 + found->st_mtim.tv_nsec / 1000000;
    return revision > 0 ? revision : 1;
}

enum status document_file_find(const struct data_directory *directory, const char *name,
                               int64_t *revision, struct file_identity *identity,
                               struct error *error)
{
    struct stat found;
    if (system_calls->fstatat(directory->descriptor, name, &found, AT_SYMLINK_NOFOLLOW) == 0) {
        *revision = document_file_revision(&found);
        *identity = file_identity_of(&found);
        return STATUS_OK;
    }
    if (errno != ENOENT)
        return error_set_system(error, errno, "stat", directory->path, name);
    *revision = 0;
    return STATUS_OK;
}

enum status document_file_find_revision(const struct data_directory *directory, const char *name,
                                        int64_t *revision, struct error *error)
{
    struct file_identity identity;
    return document_file_find(directory, name, revision, &identity, error);
}

/* What is being loaded, for errors. */
struct source {
    const struct data_directory *directory;
    const char *name;
};

/*
 * Pass over all of the open file by way of `piece`, which has room for DOCUMENT_INLINE_SIZE bytes
 * and holds the last of them afterwards. Sets length and outline.
 */
static enum status contents_check(struct document *document, char *piece,
                                  const struct source *source, struct error *error)
{
    struct json_pass pass;
    enum status status = STATUS_OK;
    ssize_t count = 0;
    document->length = 0; /* as long as it is while it is read */
    document_pass_init(&pass, NULL);
    do {
        count = io_read_full(document->descriptor, piece, DOCUMENT_INLINE_SIZE);
        if (count < 0)
            return error_set_system(error, errno, "read", source->directory->path, source->name);
        status = json_pass_feed(&pass, piece, (size_t)count, error);
        document->length += (size_t)count;
    } while (status == STATUS_OK && count == DOCUMENT_INLINE_SIZE);
    if (status == STATUS_OK)
        status = json_pass_finish(&pass, error);
    document->outline = pass.outline;
    return status;
}

static enum status contents_load(struct document *document, const struct source *source,
                                 struct error *error)
{
    struct error problem = ERROR_INIT;
    char *piece = malloc(DOCUMENT_INLINE_SIZE);
    if (piece == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %d bytes",
                         DOCUMENT_INLINE_SIZE);
    enum status status = contents_check(document, piece, source, &problem);
    if (status == STATUS_OK && document->length < DOCUMENT_INLINE_SIZE)
        document->text = piece;
    else
        free(piece);
    if (status == STATUS_INVALID)
        return error_set(error, STATUS_CORRUPT, "'%s/%s' is not a JSON object: %s",
                         source->directory->path, source->name, problem.text);
    return error_forward(error, status, &problem);
}

enum status document_file_open(const struct data_directory *directory, const char *name,
                               struct document *document, struct stat *found, struct error *error)
{
    int descriptor = -1;
    enum status status = regular_file_open(directory, name, O_RDONLY, &descriptor, found, error);
    if (status != STATUS_OK)
        return status;
    document_init(document);
    if (descriptor >= 0) {
        document->revision = document_file_revision(found);
        document->length = (size_t)found->st_size;
        document->descriptor = descriptor;
        document->identity = file_identity_of(found);
    }
    return STATUS_OK;
}

enum status document_file_load(const struct data_directory *directory, const char *name,
                               struct document *document, struct error *error)
{
    const struct source source = {.directory = directory, .name = name};
    struct document loaded;
    struct stat found;
    enum status status = document_file_open(directory, name, &loaded, &found, error);
    if (status != STATUS_OK)
        return status;
    if (loaded.descriptor < 0)
        return error_set(error, STATUS_NOT_FOUND, "there is no '%s/%s'", directory->path, name);
    status = contents_load(&loaded, &source, error);
    if (status != STATUS_OK) {
        document_release(&loaded);
        return status;
    }
    *document = loaded;
    return STATUS_OK;
}
