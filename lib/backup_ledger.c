#include "backup_ledger.h"

#include "checksum.h"
#include "io.h"
#include "system_calls.h"

#include <stddef.h>
#include <stdlib.h>

/* Of this form of the ledger. Another one gets another number. */
static const uint64_t mark = UINT64_C(0x3172656764656c62); /* "bledger1" */

/* Where it is in the lock file: behind whatever the outline record may grow to. */
static const off_t place = 4096;

/* Read by the machine that wrote it, so numbers are as they are in memory. */
struct head {
    uint64_t mark;
    uint64_t directory; /* its inode */
    int64_t mtime_s;
    int64_t mtime_ns;
    int64_t ctime_s;
    int64_t ctime_ns;
    int64_t looked_ms;
    uint64_t count;    /* of the entries that follow */
    uint64_t checksum; /* of all before it, and of these */
};

struct entry {
    int64_t revision;
    int64_t length;
    int64_t kind;
};

static uint64_t checksum_of(const struct head *head, const struct entry *entries)
{
    uint64_t sum = checksum_add(CHECKSUM_START, head, offsetof(struct head, checksum));
    return checksum_add(sum, entries, head->count * sizeof *entries);
}

/* What a ledger of the directory as it is now begins with. False if its times do not tell enough. */
static bool head_make(const struct file_lock *lock, struct head *head)
{
    struct stat found;
    if (system_calls->fstat(lock->directory->descriptor, &found) != 0 || found.st_ctim.tv_nsec == 0)
        return false;
    *head = (struct head){.mark = mark,
                          .directory = found.st_ino,
                          .mtime_s = found.st_mtim.tv_sec,
                          .mtime_ns = found.st_mtim.tv_nsec,
                          .ctime_s = found.st_ctim.tv_sec,
                          .ctime_ns = found.st_ctim.tv_nsec};
    return true;
}

static bool head_read(const struct file_lock *lock, struct head *head)
{
    struct head now;
    return io_read_at(lock->descriptor, place, (char *)head, sizeof *head) &&
           head_make(lock, &now) && memcmp(head, &now, offsetof(struct head, looked_ms)) == 0 &&
           head->count <= BACKUP_LEDGER_MAX;
}

static bool entries_take(const struct head *head, const struct entry *entries,
                         struct backup_list *list)
{
    bool taken = head->checksum == checksum_of(head, entries);
    for (uint64_t i = 0; taken && i < head->count; i++) {
        const struct backup backup = {.revision = entries[i].revision,
                                      .length = entries[i].length,
                                      .kind = (enum backup_kind)entries[i].kind};
        taken = backup_list_add(list, backup, NULL) == STATUS_OK;
    }
    return taken;
}

/* A clock that was set back tells nothing. */
static bool is_recent(const struct head *head, int64_t now_ms)
{
    return head->looked_ms <= now_ms && now_ms - head->looked_ms < BACKUP_LEDGER_MS;
}

bool backup_ledger_read(const struct file_lock *lock, int64_t now_ms, struct backup_list *list,
                        int64_t *looked_ms)
{
    struct head head;
    if (lock->has_other_names || !head_read(lock, &head) || !is_recent(&head, now_ms))
        return false;
    size_t size = (size_t)head.count * sizeof(struct entry);
    struct entry *entries = malloc(size);
    bool known = (entries != NULL || size == 0) &&
                 io_read_at(lock->descriptor, place + (off_t)sizeof head, (char *)entries, size) &&
                 entries_take(&head, entries, list);
    free(entries);
    if (known)
        *looked_ms = head.looked_ms;
    else
        list->count = 0;
    return known;
}

void backup_ledger_forget(const struct file_lock *lock)
{
    static const uint64_t nothing = 0;
    /* If that fails, times have to tell. */
    if (!lock->has_other_names)
        (void)io_write_at(lock->descriptor, place, (const char *)&nothing, sizeof nothing);
}

void backup_ledger_write(const struct file_lock *lock, const struct backup_list *list,
                         int64_t looked_ms)
{
    struct {
        struct head head;
        struct entry entries[];
    } *ledger = NULL;
    size_t size = sizeof *ledger + list->count * sizeof ledger->entries[0];
    if (lock->has_other_names || list->count > BACKUP_LEDGER_MAX || (ledger = malloc(size)) == NULL)
        return;
    if (head_make(lock, &ledger->head)) {
        ledger->head.looked_ms = looked_ms;
        ledger->head.count = list->count;
        for (size_t i = 0; i < list->count; i++) {
            const struct backup *backup = &list->entries[i];
            ledger->entries[i] = (struct entry){
                .revision = backup->revision, .length = backup->length, .kind = backup->kind};
        }
        ledger->head.checksum = checksum_of(&ledger->head, ledger->entries);
        (void)io_write_at(lock->descriptor, place, (const char *)ledger, size);
    }
    free(ledger);
}
