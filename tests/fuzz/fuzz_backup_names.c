/*
 * The names that revisions come by: files of the data directory, and what an address has behind
 * /backups/; and those of who saved them. The input is a listing of the directory, a name a line,
 * and at the same time the log of savers that is in it. All of it also says what is kept.
 *
 * The directory is not there: the calls of lib/ go to the listing, and to files in memory. Names
 * are taken for ours by two grammars, written out here as regular expressions; every other name must
 * be left alone. Lines of the log are read here as well.
 */
#include "backup_file.h"
#include "document_file.h"
#include "fuzz.h"
#include "number.h"
#include "pending_file.h"
#include "printable.h"
#include "saver_log.h"
#include "system_calls.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIRECTORY = INT32_MAX,
    LOG = INT32_MAX - 1,
    PENDING = INT32_MAX - 2,
    TEXT_MAX = 1 << 22,
    BACKUPS_MAX = 4096, /* more than are in a listing of LOG_MAX bytes */
    /* How long a log becomes before it is written anew. */
    LOG_MAX = 64 * 1024,
    LOG_MAX_PER_BACKUP = 512
};

static const char log_name[] = "saved-by.log";
static const struct data_directory directory = {.path = "/listing", .descriptor = DIRECTORY};

/* The listing, as the calls below give it out. */
static struct {
    struct piece rest;
    struct dirent entry;
    unsigned looked_at;
    unsigned removed;
    int64_t revisions[BACKUPS_MAX]; /* of those looked at */
} listing;

struct file {
    bool exists;
    bool is_safe; /* as it is now */
    mode_t mode;
    int64_t mtime_ms;
    struct buffer text;
};

/* The files behind the calls below. */
static struct {
    struct file log;
    struct file pending;
    bool are_names_safe;
    bool has_no_room; /* for another file */
    int64_t current;  /* the revision of the current document, or 0 */
    unsigned writes;
    unsigned renames;
} files;

static regex_t backup_grammar;
static regex_t temporary_grammar;
static regex_t revision_grammar;

static bool is_of(const regex_t *grammar, const char *name)
{
    return regexec(grammar, name, 0, NULL, 0) == 0;
}

/* As strcmp orders numbers of the same length. */
static bool is_within_64_bits(const char *digits, size_t length)
{
    static const char largest[] = "9223372036854775807";
    while (length > 1 && *digits == '0') {
        digits++;
        length--;
    }
    return length < sizeof largest - 1 ||
           (length == sizeof largest - 1 && strncmp(digits, largest, length) <= 0);
}

static bool is_backup(const char *name)
{
    if (!is_of(&backup_grammar, name))
        return false;
    const char *digits = strchr(name, '-') + 1;
    size_t length = strspn(digits, "0123456789");
    bool is_zero = strspn(digits, "0") == length;
    return !is_zero && is_within_64_bits(digits, length);
}

/* Calls. */

static int file_create(struct file *file, int descriptor, mode_t mode)
{
    file->exists = true;
    file->is_safe = false;
    file->mode = mode;
    file->text.length = 0;
    files.are_names_safe = false;
    return descriptor;
}

static int log_open(int flags, mode_t mode)
{
    law((flags & (O_TRUNC | O_EXCL)) == 0 && (flags & O_NOFOLLOW) != 0 &&
            ((flags & O_ACCMODE) == O_RDONLY || (flags & O_APPEND) != 0),
        "the log is opened with %x", (unsigned)flags);
    if (files.log.exists)
        return LOG;
    if ((flags & O_CREAT) != 0)
        return file_create(&files.log, LOG, mode);
    errno = ENOENT;
    return -1;
}

static int pending_open(const char *path, int flags, mode_t mode)
{
    law(is_of(&temporary_grammar, path) && (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0 &&
            !files.pending.exists,
        "'%s' is opened with %x", path, (unsigned)flags);
    if (!files.has_no_room)
        return file_create(&files.pending, PENDING, mode);
    errno = ENOSPC;
    return -1;
}

static int call_openat(int at, const char *path, int flags, mode_t mode)
{
    law(at == DIRECTORY, "'%s' is opened in %d", path, at);
    if (strcmp(path, log_name) == 0)
        return log_open(flags, mode);
    if (strcmp(path, ".") != 0)
        return pending_open(path, flags, mode);
    law((flags & (O_CREAT | O_WRONLY | O_RDWR)) == 0, "the directory is written to");
    return DIRECTORY;
}

static struct file *file_of(int descriptor)
{
    struct file *file = descriptor == LOG ? &files.log : &files.pending;
    law((descriptor == LOG || descriptor == PENDING) && file->exists, "%d is not open", descriptor);
    return file;
}

static int call_close(int descriptor)
{
    (void)file_of(descriptor);
    return 0;
}

static ssize_t call_pread(int descriptor, void *bytes, size_t size, off_t offset)
{
    const struct buffer *text = &file_of(descriptor)->text;
    law(offset >= 0 && (size_t)offset + size <= text->length, "%zu bytes are read at %jd", size,
        (intmax_t)offset);
    memcpy(bytes, text->bytes + offset, size);
    return (ssize_t)size;
}

static ssize_t call_write(int descriptor, const void *bytes, size_t size)
{
    struct file *file = file_of(descriptor);
    law(buffer_append(&file->text, bytes, size, NULL) == STATUS_OK, "too much is written");
    file->is_safe = false;
    files.writes++;
    return (ssize_t)size;
}

static int call_fsync(int descriptor)
{
    if (descriptor == DIRECTORY)
        files.are_names_safe = true;
    else
        file_of(descriptor)->is_safe = true;
    return 0;
}

static int call_fchmod(int descriptor, mode_t mode)
{
    file_of(descriptor)->mode = mode;
    return 0;
}

static int call_futimens(int descriptor, const struct timespec times[2])
{
    file_of(descriptor)->mtime_ms =
        (int64_t)times[1].tv_sec * 1000 + (int64_t)times[1].tv_nsec / 1000000;
    return 0;
}

static struct timespec time_of(int64_t ms)
{
    return (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
}

static int call_fstat(int descriptor, struct stat *status)
{
    const struct file *file = file_of(descriptor);
    *status = (struct stat){.st_mode = S_IFREG | file->mode,
                            .st_nlink = 1,
                            .st_size = (off_t)file->text.length,
                            .st_mtim = time_of(file->mtime_ms)};
    return 0;
}

static int call_renameat(int from, const char *old, int to, const char *name)
{
    law(from == DIRECTORY && to == DIRECTORY && is_of(&temporary_grammar, old) &&
            strcmp(name, log_name) == 0 && files.pending.exists && files.pending.is_safe,
        "'%s' is renamed to '%s'", old, name);
    const struct file replaced = files.log;
    files.log = files.pending;
    files.pending = replaced;
    files.pending.exists = false;
    files.are_names_safe = false;
    files.renames++;
    return 0;
}

static DIR *call_fdopendir(int descriptor)
{
    (void)descriptor;
    return (DIR *)&listing;
}

static struct dirent *call_readdir(DIR *entries)
{
    struct piece name;
    (void)entries;
    do {
        if (!piece_take(&listing.rest, "\n", &name))
            return NULL;
    } while (name.length == 0 || name.length >= sizeof listing.entry.d_name ||
             memchr(name.bytes, '\0', name.length) != NULL ||
             memchr(name.bytes, '/', name.length) != NULL);
    memcpy(listing.entry.d_name, name.bytes, name.length);
    listing.entry.d_name[name.length] = '\0';
    return &listing.entry;
}

static int call_closedir(DIR *entries)
{
    (void)entries;
    return 0;
}

static int call_unlinkat(int at, const char *path, int flags)
{
    (void)at;
    law(flags == 0 && is_of(&temporary_grammar, path), "'%s' is removed", path);
    listing.removed++;
    return 0;
}

static int document_find(struct stat *status)
{
    *status = (struct stat){.st_mode = S_IFREG | 0644, .st_mtim = time_of(files.current)};
    errno = ENOENT;
    return files.current > 0 ? 0 : -1;
}

static int call_fstatat(int at, const char *path, struct stat *status, int flags)
{
    (void)at;
    if (strcmp(path, DOCUMENT_FILE_NAME) == 0)
        return document_find(status);
    law(flags == AT_SYMLINK_NOFOLLOW && is_backup(path), "'%s' is taken for a backup", path);
    *status = (struct stat){.st_mode = S_IFREG | 0644, .st_size = (off_t)strlen(path) * 1000};
    if (listing.looked_at < BACKUPS_MAX)
        listing.revisions[listing.looked_at] = strtoll(strchr(path, '-') + 1, NULL, 10);
    listing.looked_at++;
    return 0;
}

static struct system_calls calls;

static void stage_make(void)
{
    static const int flags = REG_EXTENDED | REG_NOSUB;
    calls = system_calls_libc;
    calls.openat = call_openat;
    calls.close = call_close;
    calls.pread = call_pread;
    calls.write = call_write;
    calls.fsync = call_fsync;
    calls.fchmod = call_fchmod;
    calls.futimens = call_futimens;
    calls.fstat = call_fstat;
    calls.renameat = call_renameat;
    calls.fdopendir = call_fdopendir;
    calls.readdir = call_readdir;
    calls.closedir = call_closedir;
    calls.unlinkat = call_unlinkat;
    calls.fstatat = call_fstatat;
    buffer_init(&files.log.text, TEXT_MAX);
    buffer_init(&files.pending.text, TEXT_MAX);
    law(regcomp(&backup_grammar,
                "^(backup|submitted|pinned|base)-([0-9]{13}|[1-9][0-9]{13,})\\.json$",
                flags) == 0 &&
            regcomp(&temporary_grammar, "^project-data\\.json\\.tmp-[0-9]+-[0-9]+$", flags) == 0 &&
            regcomp(&revision_grammar, "^[0-9]+$", flags) == 0,
        "a grammar is wrong");
}

/* One name. */

static void check_file_name(const char *name)
{
    char spelled[BACKUP_NAME_SIZE];
    enum backup_kind kind = BACKUP_BASE;
    int64_t revision = -1;
    bool parsed = backup_name_parse(name, &kind, &revision);
    law(parsed == is_backup(name), "'%s' is %sa backup", name, parsed ? "" : "not ");
    if (!parsed)
        return;
    backup_name_write(kind, revision, spelled);
    law(revision > 0 && strcmp(spelled, name) == 0, "'%s' is called '%s'", name, spelled);
    law(strncmp(name, kind == BACKUP_REPLACED ? "backup" : backup_kind_name(kind),
                strcspn(name, "-")) == 0,
        "'%s' is of another kind", name);
}

static void check_revision(const char *name)
{
    char spelled[32];
    int64_t revision = -1;
    bool parsed = number_parse_revision(name, &revision);
    law(parsed == (is_of(&revision_grammar, name) && is_within_64_bits(name, strlen(name))),
        "'%s' is %sa revision", name, parsed ? "" : "not ");
    law(parsed || revision == -1, "'%s' is no revision, but changed one", name);
    if (!parsed)
        return;
    (void)snprintf(spelled, sizeof spelled, "%" PRId64, revision);
    size_t zeros = strspn(name, "0");
    const char *plain = name[zeros] == '\0' ? name + zeros - 1 : name + zeros;
    law(strcmp(spelled, plain) == 0, "'%s' is read as %s", name, spelled);
}

/* All names. */

static void check_order(const struct backup_list *list)
{
    for (size_t i = 1; i < list->count; i++)
        law(list->entries[i - 1].revision >= list->entries[i].revision, "not newest first");
}

/* What expires is within the bounds, and never a pinned one. */
static void check_expiry(struct backup_list *list, const struct retention *retention,
                         int64_t now_ms)
{
    uint64_t bytes = 0;
    size_t bases = 0;
    backup_list_expire(list, retention, now_ms);
    for (size_t i = 0; i < list->count; i++) {
        const struct backup *backup = &list->entries[i];
        law(backup->kind != BACKUP_PINNED || backup->fate == BACKUP_STAYS, "a pinned one goes");
        law(backup->fate == BACKUP_STAYS || retention_keeps_any(retention),
            "one goes where none are made");
        if (backup->kind != BACKUP_PINNED && backup->fate != BACKUP_GOES)
            bytes += (uint64_t)backup->length;
        bases += backup->fate == BACKUP_BECOMES_BASE ||
                 (backup->fate == BACKUP_STAYS && backup->kind == BACKUP_BASE);
    }
    law(!retention_keeps_any(retention) || (bytes <= retention->bytes && bases <= BACKUP_BASES_MAX),
        "%" PRIu64 " bytes of %" PRIu64 " stay", bytes, retention->bytes);
}

/* The newest revision's time or some hours later, as far as there is time. */
static int64_t now_of(const struct backup_list *list, uint64_t choice)
{
    int64_t newest = list->count > 0 ? list->entries[0].revision : 0;
    return newest < INT64_MAX / 2 ? newest + (int64_t)(choice % 3) * 3600000 : newest;
}

static void check_listing(struct piece names, uint64_t choice)
{
    const struct retention retention = {.count = choice % 4, .bytes = choice / 4 % 64 * 4000};
    struct backup_list list;
    backup_list_init(&list);
    listing.rest = names;
    listing.looked_at = 0;
    law(backup_file_list(&directory, &list, NULL) == STATUS_OK, "the listing failed");
    law(list.count == listing.looked_at, "%zu backups of %u", list.count, listing.looked_at);
    check_order(&list);
    check_expiry(&list, &retention, now_of(&list, choice));
    backup_list_release(&list);
    listing.rest = names;
    pending_file_sweep(&directory);
}

/* Who saved what. */

/* A line of the log that counts; without a name it takes away what was noted before. */
struct noted {
    int64_t revision;
    struct piece name;
};

struct notes {
    struct noted *lines;
    size_t count;
};

static bool noted_read(struct piece line, struct noted *noted)
{
    size_t digits = 0;
    while (digits < line.length && line.bytes[digits] >= '0' && line.bytes[digits] <= '9')
        digits++;
    if (digits == 0 || (digits < line.length && line.bytes[digits] != ' ') ||
        !is_within_64_bits(line.bytes, digits))
        return false;
    noted->revision = strtoll(line.bytes, NULL, 10);
    noted->name = (struct piece){line.bytes + digits, 0};
    if (digits == line.length)
        return true;
    noted->name = (struct piece){line.bytes + digits + 1, line.length - digits - 1};
    return piece_is_user_name(noted->name);
}

/* Those of a log, in their order. */
static struct notes notes_read(struct piece log)
{
    struct piece line;
    struct notes notes = {.lines = calloc(log.length / 2 + 1, sizeof(struct noted))};
    law(notes.lines != NULL, "no memory for the test");
    while (piece_take(&log, "\n", &line) && log.bytes != NULL)
        notes.count += noted_read(line, &notes.lines[notes.count]);
    return notes;
}

static int by_revision(const void *left, const void *right)
{
    const struct noted *a = left;
    const struct noted *b = right;
    if (a->revision != b->revision)
        return a->revision > b->revision ? 1 : -1;
    return (a->name.bytes > b->name.bytes) - (a->name.bytes < b->name.bytes);
}

/* Who saved what, by this log: a line for each revision, the oldest first. */
static void savers_foretell(struct piece log, struct buffer *told)
{
    struct notes notes = notes_read(log);
    buffer_init(told, TEXT_MAX);
    qsort(notes.lines, notes.count, sizeof notes.lines[0], by_revision);
    for (size_t i = 0; i < notes.count; i++) {
        const struct noted *noted = &notes.lines[i];
        bool is_last = i + 1 == notes.count || noted[1].revision != noted->revision;
        if (!is_last || noted->name.length == 0)
            continue;
        law(buffer_append_format(told, NULL, "%" PRId64 " %.*s\n", noted->revision,
                                 (int)noted->name.length, noted->name.bytes) == STATUS_OK,
            "no memory");
    }
    free(notes.lines);
}

/* The same by what is read of the file. */
static void savers_tell(struct buffer *told)
{
    struct savers savers;
    struct error error = ERROR_INIT;
    savers_init(&savers);
    buffer_init(told, TEXT_MAX);
    law(saver_log_read(&directory, &savers, &error) == STATUS_OK, "%s", error.text);
    for (size_t i = 0; i < savers.count; i++) {
        int64_t revision = savers.entries[i].revision;
        law(buffer_append_format(told, NULL, "%" PRId64 " %s\n", revision,
                                 savers_find(&savers, revision)) == STATUS_OK,
            "no memory");
    }
    savers_release(&savers);
}

static bool buffers_equal(const struct buffer *left, const struct buffer *right)
{
    return left->length == right->length &&
           (left->length == 0 || memcmp(left->bytes, right->bytes, left->length) == 0);
}

static struct piece piece_of(const struct buffer *buffer)
{
    return (struct piece){.bytes = buffer->length > 0 ? buffer->bytes : "",
                          .length = buffer->length};
}

static bool log_tells(struct piece expected_log)
{
    struct buffer told;
    struct buffer expected;
    savers_tell(&told);
    savers_foretell(expected_log, &expected);
    bool as_expected = buffers_equal(&told, &expected);
    buffer_release(&told);
    buffer_release(&expected);
    return as_expected;
}

static void text_add(struct buffer *buffer, struct piece text)
{
    law(buffer_append(buffer, text.bytes, text.length, NULL) == STATUS_OK, "no memory");
}

static void note_add(struct buffer *log, int64_t revision, struct piece name)
{
    if (revision > 0)
        law(buffer_append_format(log, NULL, "%" PRId64 "%s%.*s\n", revision,
                                 name.length > 0 ? " " : "", (int)name.length,
                                 name.bytes) == STATUS_OK,
            "no memory");
}

/* What is whole of the log, and the entry behind it; for the caller to release. */
static struct buffer log_with(struct piece log, const struct saver_entry *entry)
{
    struct buffer expected;
    const struct piece name = {.bytes = entry->name, .length = strlen(entry->name)};
    while (log.length > 0 && log.bytes[log.length - 1] != '\n')
        log.length--;
    buffer_init(&expected, TEXT_MAX);
    text_add(&expected, log);
    note_add(&expected, entry->submitted, name);
    note_add(&expected, entry->revision, name);
    return expected;
}

static bool is_kept(int64_t revision)
{
    bool is_listed = revision == files.current;
    for (unsigned i = 0; i < listing.looked_at; i++)
        is_listed = is_listed || listing.revisions[i] == revision;
    return is_listed;
}

/* The lines of what is kept, for the caller to release. */
static struct buffer log_kept(struct piece log)
{
    struct buffer kept;
    struct notes notes = notes_read(log);
    buffer_init(&kept, TEXT_MAX);
    for (size_t i = 0; i < notes.count; i++) {
        if (is_kept(notes.lines[i].revision))
            note_add(&kept, notes.lines[i].revision, notes.lines[i].name);
    }
    free(notes.lines);
    return kept;
}

/* Let this be the log. */
static void log_set(struct piece log, mode_t mode)
{
    files.log.text.length = 0;
    text_add(&files.log.text, log);
    files.log.exists = log.length > 0;
    files.log.mode = mode;
    files.writes = files.renames = 0;
}

static void log_append(const struct saver_entry *entry, size_t backups, struct piece listed)
{
    struct error error = ERROR_INIT;
    listing.rest = listed;
    listing.looked_at = 0;
    files.are_names_safe = files.log.exists;
    law(saver_log_append(&directory, entry, backups, &error) == STATUS_OK, "%s", error.text);
    law(files.log.is_safe && files.are_names_safe, "what is noted is not safe");
    law(files.writes == 1 && !files.pending.exists, "%u writes", files.writes);
    law(files.log.mode == 0644, "the mode is %o", (unsigned)files.log.mode);
}

static void check_appended(struct piece before, const struct saver_entry *entry, uint64_t choice)
{
    static const mode_t modes[] = {0644, 0600, 0666, 0620};
    struct buffer expected = log_with(before, entry);
    log_set(before, modes[choice % 4]);
    law(log_tells(before), "the log is read as something else");
    log_append(entry, choice / 4 % 3, (struct piece){.bytes = NULL});
    law(files.log.text.length > before.length &&
            memcmp(files.log.text.bytes, before.bytes, before.length) == 0,
        "what was in the log is not");
    law(log_tells(piece_of(&expected)), "revisions %" PRId64 " and %" PRId64 " are not noted",
        entry->submitted, entry->revision);
    buffer_release(&expected);
}

/* Who is killed while he appends leaves nothing that tells something else. */
static void check_killed(struct piece before, const struct saver_entry *entry, uint64_t choice)
{
    const struct saver_entry none = {.name = entry->name};
    const struct saver_entry half = {.name = entry->name, .submitted = entry->submitted};
    const struct saver_entry next = {.name = "next", .revision = 7};
    struct piece left = piece_of(&files.log.text);
    left.length -= choice % (left.length - before.length + 1);
    struct buffer outcomes[] = {log_with(before, &none), log_with(before, &half),
                                log_with(before, entry), log_with(left, &next)};
    files.log.text.length = left.length;
    law(log_tells(piece_of(&outcomes[0])) || log_tells(piece_of(&outcomes[1])) ||
            log_tells(piece_of(&outcomes[2])),
        "what is left of a line tells something else");
    files.writes = 0;
    log_append(&next, 0, (struct piece){.bytes = NULL});
    law(log_tells(piece_of(&outcomes[3])), "behind what is left of a line another is not noted");
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        buffer_release(&outcomes[i]);
}

/* Let the log have this length, by a line at its front that counts for nothing. */
static void log_lengthen(size_t length)
{
    struct buffer *text = &files.log.text;
    size_t added = length - text->length;
    law(buffer_reserve(text, added, NULL) == STATUS_OK, "no memory");
    memmove(text->bytes + added, text->bytes, text->length);
    memset(text->bytes, 'x', added - 1);
    text->bytes[added - 1] = '\n';
    text->length = length;
}

/* One that is a byte longer than it may be tells of what is kept alone. */
static void check_renewed(struct piece names, const struct saver_entry *entry, uint64_t choice)
{
    size_t count = listing.looked_at;
    size_t known = choice / 2 % 3 * count;
    bool is_longer = choice % 2 == 1;
    files.has_no_room = choice / 8 % 4 == 0;
    bool renews = is_longer && known <= count && !files.has_no_room;
    log_set(names, 0644);
    log_lengthen(LOG_MAX + LOG_MAX_PER_BACKUP * count + is_longer);
    log_append(entry, known, names);
    law((files.renames == 1) == renews, "a log for %zu backups is %swritten anew", count,
        renews ? "not " : "");
    law(!renews || listing.looked_at == count, "%u backups", listing.looked_at);
    struct buffer kept = log_kept(names);
    struct buffer expected = log_with(renews ? piece_of(&kept) : names, entry);
    law(log_tells(piece_of(&expected)), "a log that was too long tells something else");
    buffer_release(&expected);
    buffer_release(&kept);
    files.has_no_room = false;
}

/* None, one of the log, or another one. */
static int64_t revision_pick(const struct notes *notes, uint64_t choice)
{
    static const int64_t largest = INT64_MAX / 1000 * 1000 - 1; /* of a file's time */
    int64_t revision = 0;
    if (choice % 4 == 1)
        revision = 1769000000000 + (int64_t)(choice / 4 % 1000);
    else if (choice % 4 > 1 && notes->count > 0)
        revision = notes->lines[choice / 4 % notes->count].revision;
    return revision <= largest ? revision : 0;
}

static void check_log(struct piece names, uint64_t choice)
{
    char name[SAVER_NAME_SIZE];
    const char *end = names.length > 0 ? memchr(names.bytes, '\n', names.length) : NULL;
    struct notes notes = notes_read(names);
    struct saver_entry entry = {.name = name,
                                .revision = revision_pick(&notes, choice >> 8),
                                .submitted = revision_pick(&notes, choice >> 20)};
    if (entry.revision == 0 && entry.submitted == 0)
        entry.revision = 1;
    printable_copy(name, sizeof name, names.bytes,
                   end != NULL ? (size_t)(end - names.bytes) : names.length);
    if (name[0] == '\0')
        (void)strcpy(name, "anna");
    files.current = revision_pick(&notes, choice >> 32);
    size_t backups = listing.looked_at;
    check_appended(names, &entry, choice >> 44);
    check_killed(names, &entry, choice >> 44);
    listing.looked_at = (unsigned)backups;
    if (notes.count > 0)
        check_renewed(names, &entry, choice >> 50);
    free(notes.lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct piece names = {.bytes = (const char *)data, .length = size};
    struct piece rest = names;
    struct piece line;
    unsigned temporaries = 0;
    unsigned backups = 0;
    if (calls.openat == NULL)
        stage_make();
    while (piece_take(&rest, "\n", &line)) {
        char *name = piece_string(line);
        bool is_whole = strlen(name) == line.length && line.length < sizeof listing.entry.d_name &&
                        strchr(name, '/') == NULL;
        check_file_name(name);
        check_revision(name);
        temporaries += is_whole && is_of(&temporary_grammar, name);
        backups += is_whole && is_backup(name);
        free(name);
    }
    system_calls = &calls;
    listing.removed = 0;
    check_listing(names, piece_hash(names));
    law(listing.removed == temporaries, "%u of %u temporaries are removed", listing.removed,
        temporaries);
    law(listing.looked_at == backups, "%u of %u backups are listed", listing.looked_at, backups);
    if (names.length < LOG_MAX)
        check_log(names, piece_hash(names));
    system_calls = &system_calls_libc;
    return 0;
}
