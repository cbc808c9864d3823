#include "saver_log.h"

#include "backup_file.h"
#include "document_file.h"
#include "io.h"
#include "number.h"
#include "pending_file.h"
#include "regular_file.h"
#include "system_calls.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    /* How long the file may become: a longest line has little more than half of a backup's bytes. */
    BYTES_FREE = 64 * 1024,
    BYTES_PER_BACKUP = 512,
    /* Of a longer one, which only a hand can have made, the end is read. */
    BYTES_READ_MAX = BYTES_FREE + BYTES_PER_BACKUP * BACKUP_COUNT_MAX,
    LINE_SIZE = NUMBER_TEXT_SIZE + SAVER_NAME_SIZE + 1
};

static const char log_name[] = "saved-by.log";
static const mode_t log_mode = 0644;
static const mode_t foreign_writers = S_IWGRP | S_IWOTH;

static enum status failed(const struct data_directory *directory, const char *call,
                          struct error *error)
{
    return error_set_system(error, errno, call, directory->path, log_name);
}

/* Reading. */

/* Append the file, or the end of a very long one, from the beginning of a line on. */
static enum status text_read(const struct data_directory *directory, int descriptor, off_t size,
                             struct buffer *text, struct error *error)
{
    off_t offset = size > BYTES_READ_MAX ? size - BYTES_READ_MAX : 0;
    size_t length = (size_t)(size - offset);
    enum status status = buffer_reserve(text, length, error);
    if (status != STATUS_OK)
        return status;
    if (!io_read_at(descriptor, offset, text->bytes, length))
        return failed(directory, "read", error);
    text->length = length;
    /* What is there of the first line must not be taken for it. */
    char *end = offset > 0 ? memchr(text->bytes, '\n', length) : NULL;
    if (end != NULL)
        memset(text->bytes, '\n', (size_t)(end - text->bytes));
    return STATUS_OK;
}

/* The line is without its end, in whose place is a NUL. */
static enum status line_add(char *line, size_t length, struct savers *savers, struct error *error)
{
    int64_t revision = 0;
    char *space = memchr(line, ' ', length);
    if (space == NULL)
        return STATUS_OK;
    const char *name = space + 1;
    *space = '\0';
    if (strlen(line) != (size_t)(space - line) || !number_parse_revision(line, &revision) ||
        !saver_name_is_valid(name, length - (size_t)(name - line)))
        return STATUS_OK;
    return savers_add(savers, revision, name, error);
}

static enum status lines_add(struct buffer *text, struct savers *savers, struct error *error)
{
    char *line = text->bytes;
    size_t left = text->length;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && left > 0) {
        char *end = memchr(line, '\n', left);
        if (end == NULL)
            break;
        *end = '\0';
        status = line_add(line, (size_t)(end - line), savers, error);
        left -= (size_t)(end + 1 - line);
        line = end + 1;
    }
    savers_sort(savers);
    return status;
}

static enum status opened_read(const struct data_directory *directory, int descriptor, off_t size,
                               struct savers *savers, struct error *error)
{
    struct buffer text;
    if (size == 0)
        return STATUS_OK;
    buffer_init(&text, BYTES_READ_MAX);
    enum status status = text_read(directory, descriptor, size, &text, error);
    if (status == STATUS_OK)
        status = lines_add(&text, savers, error);
    buffer_release(&text);
    return status;
}

enum status saver_log_read(const struct data_directory *directory, struct savers *savers,
                           struct error *error)
{
    struct stat found;
    int descriptor = -1;
    enum status status =
        regular_file_open(directory, log_name, O_RDONLY, &descriptor, &found, error);
    if (status != STATUS_OK || descriptor < 0)
        return status;
    status = opened_read(directory, descriptor, found.st_size, savers, error);
    io_close(&descriptor);
    return status;
}

/* Writing. */

/* The open file, and what is to be written to it. */
struct appending {
    const struct data_directory *directory;
    const struct saver_entry *entry;
    int descriptor;
    struct stat found;
    bool is_new;
};

/* Whatever the umask, people read it; nobody else is to write to it. */
static enum status mode_set(const struct appending *appending, struct error *error)
{
    mode_t mode = appending->is_new ? log_mode : appending->found.st_mode & ~foreign_writers;
    if (!appending->is_new && mode == appending->found.st_mode)
        return STATUS_OK;
    if (system_calls->fchmod(appending->descriptor, mode & 07777) != 0)
        return failed(appending->directory, "fchmod", error);
    return STATUS_OK;
}

/* It is the one file but the lock's that is written to in its place. */
static enum status log_open(struct appending *appending, struct error *error)
{
    const int flags = O_RDWR | O_APPEND;
    enum status status = regular_file_open(appending->directory, log_name, flags,
                                           &appending->descriptor, &appending->found, error);
    if (status == STATUS_OK && appending->descriptor < 0) {
        appending->is_new = true;
        status = regular_file_open(appending->directory, log_name, flags | O_CREAT,
                                   &appending->descriptor, &appending->found, error);
    }
    if (status != STATUS_OK)
        return status;
    if (appending->found.st_nlink != 1)
        return error_set(error, STATUS_UNAVAILABLE,
                         "'%s/%s' has another name as well, which may be any file; remove one of "
                         "the names",
                         appending->directory->path, log_name);
    return mode_set(appending, error);
}

static enum status line_append(struct buffer *text, int64_t revision, const char *name,
                               struct error *error)
{
    if (revision == 0)
        return STATUS_OK;
    return buffer_append_format(text, error, "%" PRId64 " %s\n", revision, name);
}

static enum status entry_append(struct buffer *text, const struct saver_entry *entry,
                                struct error *error)
{
    enum status status = line_append(text, entry->submitted, entry->name, error);
    return status == STATUS_OK ? line_append(text, entry->revision, entry->name, error) : status;
}

/* A tab, which is in no name, lets a line that was not finished count for nothing. */
static enum status last_line_end(const struct appending *appending, struct buffer *text,
                                 struct error *error)
{
    char last = '\n';
    off_t size = appending->found.st_size;
    if (size > 0 && !io_read_at(appending->descriptor, size - 1, &last, 1))
        return failed(appending->directory, "read", error);
    return last != '\n' ? buffer_append(text, "\t\n", 2, error) : STATUS_OK;
}

static enum status entry_write(const struct appending *appending, struct error *error)
{
    struct buffer text;
    buffer_init(&text, 2 + 2 * LINE_SIZE);
    enum status status = last_line_end(appending, &text, error);
    if (status == STATUS_OK)
        status = entry_append(&text, appending->entry, error);
    if (status == STATUS_OK && !io_write_all(appending->descriptor, text.bytes, text.length))
        status = failed(appending->directory, "write", error);
    buffer_release(&text);
    if (status == STATUS_OK && system_calls->fsync(appending->descriptor) != 0)
        status = failed(appending->directory, "fsync", error);
    if (status == STATUS_OK && appending->is_new)
        status = data_directory_sync(appending->directory, error);
    return status;
}

/* The lines of what is kept; both lists are sorted. */
static enum status kept_append(struct buffer *text, const struct savers *savers,
                               const struct backup_list *list, int64_t current, struct error *error)
{
    enum status status = STATUS_OK;
    size_t place = list->count;
    for (size_t i = 0; i < savers->count && status == STATUS_OK; i++) {
        int64_t revision = savers->entries[i].revision;
        while (place > 0 && list->entries[place - 1].revision < revision)
            place--;
        if (revision == current || (place > 0 && list->entries[place - 1].revision == revision))
            status =
                line_append(text, revision, savers->names.bytes + savers->entries[i].name, error);
    }
    return status;
}

static enum status log_replace(const struct appending *appending, const struct buffer *text,
                               struct error *error)
{
    const struct saver_entry *entry = appending->entry;
    const struct document_text contents = {.bytes = text->bytes, .length = text->length};
    struct pending_file pending;
    enum status status =
        pending_file_write(&pending, appending->directory, contents,
                           entry->revision != 0 ? entry->revision : entry->submitted, error);
    if (status == STATUS_OK)
        status = pending_file_commit(&pending, log_name, error);
    return status == STATUS_OK ? data_directory_sync(appending->directory, error) : status;
}

/* Write the file anew, with the entry, unless so many backups may have so long a one. */
static enum status log_renew(const struct appending *appending, const struct backup_list *list,
                             bool *renewed, struct error *error)
{
    struct savers savers;
    struct buffer text;
    int64_t current = 0;
    size_t allowed = BYTES_FREE + BYTES_PER_BACKUP * list->count;
    if ((size_t)appending->found.st_size <= allowed)
        return STATUS_OK;
    savers_init(&savers);
    buffer_init(&text, allowed);
    enum status status = opened_read(appending->directory, appending->descriptor,
                                     appending->found.st_size, &savers, error);
    if (status == STATUS_OK)
        status =
            document_file_find_revision(appending->directory, DOCUMENT_FILE_NAME, &current, error);
    if (status == STATUS_OK)
        status = kept_append(&text, &savers, list, current, error);
    if (status == STATUS_OK)
        status = entry_append(&text, appending->entry, error);
    if (status == STATUS_OK)
        status = log_replace(appending, &text, error);
    buffer_release(&text);
    savers_release(&savers);
    *renewed = status == STATUS_OK;
    return status;
}

static enum status opened_append(const struct appending *appending, size_t backups,
                                 struct error *error)
{
    struct error problem = ERROR_INIT;
    struct backup_list list;
    bool renewed = false;
    if ((size_t)appending->found.st_size <= BYTES_FREE + BYTES_PER_BACKUP * backups)
        return entry_write(appending, error);
    backup_list_init(&list);
    enum status status = backup_file_list(appending->directory, &list, &problem);
    if (status == STATUS_OK)
        status = log_renew(appending, &list, &renewed, &problem);
    backup_list_release(&list);
    /* Where there is no room for another file, a longer one will do. */
    if (!renewed && (status == STATUS_OK || status == STATUS_NO_SPACE))
        return entry_write(appending, error);
    return error_forward(error, status, &problem);
}

enum status saver_log_append(const struct data_directory *directory,
                             const struct saver_entry *entry, size_t backups, struct error *error)
{
    struct appending appending = {.directory = directory, .entry = entry, .descriptor = -1};
    enum status status = log_open(&appending, error);
    if (status == STATUS_OK)
        status = opened_append(&appending, backups, error);
    io_close(&appending.descriptor);
    return status;
}
