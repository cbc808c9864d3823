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
    LINE_SIZE = NUMBER_TEXT_SIZE + SAVER_NAME_SIZE + 1,
    LINES_MAX = 3, /* of an entry */
    PART_SIZE = 16 * 1024,
    SORTED_MIN = 4096
};

static const char log_name[] = "saved-by.log";
static const mode_t log_mode = 0644;

static enum status failed(const struct data_directory *directory, const char *call,
                          struct error *error)
{
    return error_set_system(error, errno, call, directory->path, log_name);
}

/* Reading. */

/* A part of the file at a time, and what comes of its lines. */
struct reading {
    const struct data_directory *directory;
    int descriptor;
    struct savers *savers;
    const struct backup_list *list; /* sorted; only what is told of them is taken. Null: all is */
    int64_t current;                /* with a list, this revision, too */
    size_t sort_at;                 /* so many entries are sorted, before there are more of them */
    bool is_inside; /* the next bytes are the rest of a line that counts for nothing */
    size_t length;
    char part[PART_SIZE];
};

static bool is_wanted(const struct reading *reading, int64_t revision)
{
    return reading->list == NULL || revision == reading->current ||
           backup_list_has(reading->list, revision);
}

/* However many lines tell of a revision, one of them is remembered. */
static enum status saver_add(struct reading *reading, int64_t revision, const char *name,
                             struct error *error)
{
    struct savers *savers = reading->savers;
    if (savers->count >= reading->sort_at) {
        savers_sort(savers);
        reading->sort_at = SORTED_MIN + 2 * savers->count;
    }
    return savers_add(savers, revision, name, error);
}

/* The line is without its end, in whose place is a NUL. */
static enum status line_take(struct reading *reading, char *line, size_t length,
                             struct error *error)
{
    int64_t revision = 0;
    char *space = memchr(line, ' ', length);
    const char *name = space != NULL ? space + 1 : "";
    size_t digits = space != NULL ? (size_t)(space - line) : length;
    line[digits] = '\0';
    if (strlen(line) != digits || !number_parse_revision(line, &revision) ||
        !is_wanted(reading, revision) ||
        (space != NULL && !saver_name_is_valid(name, length - digits - 1)))
        return STATUS_OK;
    return saver_add(reading, revision, name, error);
}

/* Take the whole lines of the part; what is left comes to its front. */
static enum status lines_take(struct reading *reading, struct error *error)
{
    char *line = reading->part;
    size_t left = reading->length;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && left > 0) {
        char *end = memchr(line, '\n', left);
        if (end == NULL)
            break;
        *end = '\0';
        if (!reading->is_inside)
            status = line_take(reading, line, (size_t)(end - line), error);
        reading->is_inside = false;
        left -= (size_t)(end + 1 - line);
        line = end + 1;
    }
    if (left == sizeof reading->part) { /* no line of ours is so long */
        reading->is_inside = true;
        left = 0;
    }
    memmove(reading->part, line, left);
    reading->length = left;
    return status;
}

/* Take the lines of the file, or, of a very long one, of its end. */
static enum status opened_read(struct reading *reading, off_t size, struct error *error)
{
    off_t offset = size > BYTES_READ_MAX ? size - BYTES_READ_MAX : 0;
    enum status status = STATUS_OK;
    /* What is there of the first line must not be taken for it. */
    reading->is_inside = offset > 0;
    while (status == STATUS_OK && offset < size) {
        size_t count = sizeof reading->part - reading->length;
        if (size - offset < (off_t)count)
            count = (size_t)(size - offset);
        if (!io_read_at(reading->descriptor, offset, reading->part + reading->length, count))
            return failed(reading->directory, "read", error);
        offset += (off_t)count;
        reading->length += count;
        status = lines_take(reading, error);
    }
    savers_sort(reading->savers);
    return status;
}

enum status saver_log_read(const struct data_directory *directory, struct savers *savers,
                           struct error *error)
{
    struct reading reading = {.directory = directory, .savers = savers, .sort_at = SORTED_MIN};
    struct stat found;
    enum status status =
        regular_file_open(directory, log_name, O_RDONLY, &reading.descriptor, &found, error);
    if (status != STATUS_OK || reading.descriptor < 0)
        return status;
    status = opened_read(&reading, found.st_size, error);
    io_close(&reading.descriptor);
    return status;
}

/* Writing. */

/* How long the file may be, so as to be appended to. */
static size_t length_allowed(size_t backups)
{
    return BYTES_FREE + BYTES_PER_BACKUP * backups;
}

/* The open file, and what is to be written to it. */
struct appending {
    const struct data_directory *directory;
    const struct saver_entry *entry;
    int descriptor;
    struct stat found;
    bool is_new;
};

/* Whatever the umask, or a hand, people read it, as they read what it tells of. */
static enum status mode_set(const struct appending *appending, struct error *error)
{
    if ((appending->found.st_mode & 07777) == log_mode)
        return STATUS_OK;
    if (system_calls->fchmod(appending->descriptor, log_mode) != 0)
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

/* `name` is null for nobody. */
static enum status line_append(struct buffer *text, int64_t revision, const char *name,
                               struct error *error)
{
    if (revision == 0)
        return STATUS_OK;
    return buffer_append_format(text, error, "%" PRId64 "%s%s\n", revision, name != NULL ? " " : "",
                                name != NULL ? name : "");
}

static enum status entry_append(struct buffer *text, const struct saver_entry *entry,
                                struct error *error)
{
    enum status status = line_append(text, entry->submitted, entry->name, error);
    if (status == STATUS_OK)
        status = line_append(text, entry->revision, entry->name, error);
    return status == STATUS_OK ? line_append(text, entry->withdrawn, NULL, error) : status;
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
    buffer_init(&text, 2 + LINES_MAX * LINE_SIZE);
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

/* Who saved what is kept, as far as the file tells, as its lines. */
static enum status kept_append(const struct appending *appending, const struct backup_list *list,
                               struct buffer *text, struct error *error)
{
    struct savers savers;
    struct reading reading = {.directory = appending->directory,
                              .descriptor = appending->descriptor,
                              .savers = &savers,
                              .list = list,
                              .sort_at = SORTED_MIN};
    savers_init(&savers);
    enum status status = document_file_find_revision(appending->directory, DOCUMENT_FILE_NAME,
                                                     &reading.current, error);
    if (status == STATUS_OK)
        status = opened_read(&reading, appending->found.st_size, error);
    for (size_t i = 0; i < savers.count && status == STATUS_OK; i++)
        status = line_append(text, savers.entries[i].revision,
                             savers.names.bytes + savers.entries[i].name, error);
    savers_release(&savers);
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

/* Write the file anew, with the entry. */
static enum status log_renew(const struct appending *appending, const struct backup_list *list,
                             struct error *error)
{
    struct buffer text;
    buffer_init(&text, length_allowed(list->count));
    enum status status = kept_append(appending, list, &text, error);
    if (status == STATUS_OK)
        status = entry_append(&text, appending->entry, error);
    if (status == STATUS_OK)
        status = log_replace(appending, &text, error);
    buffer_release(&text);
    return status;
}

static enum status opened_append(const struct appending *appending, size_t backups,
                                 struct error *error)
{
    struct error problem = ERROR_INIT;
    struct backup_list list;
    size_t length = (size_t)appending->found.st_size;
    if (length <= length_allowed(backups))
        return entry_write(appending, error);
    backup_list_init(&list);
    enum status status = backup_file_list(appending->directory, &list, &problem);
    bool renews = status == STATUS_OK && length > length_allowed(list.count);
    if (renews)
        status = log_renew(appending, &list, &problem);
    backup_list_release(&list);
    if (renews && status != STATUS_OK && appending->entry->is_clean != NULL)
        *appending->entry->is_clean = false;
    /* Where there is no room for another file, a longer one will do. */
    if (status == STATUS_NO_SPACE || (status == STATUS_OK && !renews))
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

enum status saver_log_move(const struct data_directory *directory, int64_t from, int64_t to,
                           size_t backups, bool *is_clean, struct error *error)
{
    struct saver_entry entry = {.revision = to, .withdrawn = from};
    struct savers savers;
    savers_init(&savers);
    enum status status = saver_log_read(directory, &savers, error);
    entry.name = savers_find(&savers, from);
    entry.is_clean = is_clean;
    if (status == STATUS_OK && entry.name != NULL)
        status = saver_log_append(directory, &entry, backups, error);
    savers_release(&savers);
    return status;
}
