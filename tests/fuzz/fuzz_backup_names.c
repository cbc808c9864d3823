/*
 * The names that revisions come by: files of the data directory, and what an address has behind
 * /backups/. The input is a listing of the directory, a name a line; its first line also says what
 * is kept.
 *
 * The directory is not there: the calls of lib/ go to the listing. Names are taken for ours by two
 * grammars, written out here as regular expressions; every other name must be left alone.
 */
#include "backup_file.h"
#include "document_file.h"
#include "fuzz.h"
#include "number.h"
#include "pending_file.h"
#include "system_calls.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The listing, as the calls below give it out. */
static struct {
    struct piece rest;
    struct dirent entry;
    unsigned looked_at;
    unsigned removed;
} listing;

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

static int call_openat(int directory, const char *path, int flags, mode_t mode)
{
    (void)mode;
    law(strcmp(path, ".") == 0 && (flags & (O_CREAT | O_WRONLY | O_RDWR)) == 0,
        "'%s' is opened in %d", path, directory);
    return INT32_MAX;
}

static DIR *call_fdopendir(int descriptor)
{
    (void)descriptor;
    return (DIR *)&listing;
}

static struct dirent *call_readdir(DIR *directory)
{
    struct piece name;
    (void)directory;
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

static int call_closedir(DIR *directory)
{
    (void)directory;
    return 0;
}

static int call_unlinkat(int directory, const char *path, int flags)
{
    (void)directory;
    law(flags == 0 && is_of(&temporary_grammar, path), "'%s' is removed", path);
    listing.removed++;
    return 0;
}

static int call_fstatat(int directory, const char *path, struct stat *status, int flags)
{
    (void)directory;
    law(flags == AT_SYMLINK_NOFOLLOW && is_backup(path), "'%s' is taken for a backup", path);
    *status = (struct stat){.st_mode = S_IFREG | 0644, .st_size = (off_t)strlen(path) * 1000};
    listing.looked_at++;
    return 0;
}

static struct system_calls calls;

static void stage_make(void)
{
    static const int flags = REG_EXTENDED | REG_NOSUB;
    calls = system_calls_libc;
    calls.openat = call_openat;
    calls.fdopendir = call_fdopendir;
    calls.readdir = call_readdir;
    calls.closedir = call_closedir;
    calls.unlinkat = call_unlinkat;
    calls.fstatat = call_fstatat;
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
    const struct data_directory directory = {.path = "/listing", .descriptor = INT32_MAX};
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
    system_calls = &system_calls_libc;
    law(listing.removed == temporaries, "%u of %u temporaries are removed", listing.removed,
        temporaries);
    law(listing.looked_at == backups, "%u of %u backups are listed", listing.looked_at, backups);
    return 0;
}
