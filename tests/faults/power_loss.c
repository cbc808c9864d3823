#include "power_loss.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    INODES_MAX = 64,
    DESCRIPTORS_MAX = 64,
    CHANGES_MAX = 10, /* unsynced at a time: every subset of them is tried */
    DIRECTORIES_MAX = 4
};

/* The file of an inode as it was synced and as it was written. */
struct inode {
    struct snapshot_file synced;
    struct snapshot_file written;
};

/* A change of names: one appears, or disappears, or both at once. */
struct change {
    const char *appears; /* or null */
    size_t inode;
    const char *disappears; /* or null */
};

struct name {
    const char *text;
    size_t inode;
};

struct names {
    size_t count;
    struct name list[SNAPSHOT_FILES_MAX];
};

enum opened { NOTHING, A_FILE, THE_DIRECTORY, ANOTHER_DIRECTORY };

struct descriptor {
    enum opened opened;
    size_t inode;
    const char *path; /* of another directory */
};

/* A directory that was made; `sure` once the one above it was synced. */
struct made_directory {
    const char *path;
    bool sure;
};

struct disk {
    const char *directory;
    struct inode inodes[INODES_MAX];
    size_t inodes_count;
    struct names names; /* as processes see them */
    struct names synced;
    struct change changes[CHANGES_MAX];
    size_t changes_count;
    struct descriptor descriptors[DESCRIPTORS_MAX];
    struct made_directory made[DIRECTORIES_MAX];
    size_t made_count;
    bool answered;
};

/* How much of what was not synced is there. */
enum contents { CONTENTS_LOST, CONTENTS_HALF, CONTENTS_WHOLE, CONTENTS_KINDS };

/* Names. */

static struct name *name_find(struct names *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->list[i].text, text) == 0)
            return &names->list[i];
    }
    return NULL;
}

static bool inode_find(struct names *names, const char *text, size_t *inode)
{
    const struct name *name = name_find(names, text);
    if (name != NULL)
        *inode = name->inode;
    return name != NULL;
}

static void name_remove(struct names *names, const char *text)
{
    struct name *name = name_find(names, text);
    if (name != NULL)
        *name = names->list[--names->count];
}

static void name_set(struct names *names, const char *text, size_t inode)
{
    name_remove(names, text);
    assert_in_range(names->count, 0, SNAPSHOT_FILES_MAX - 1);
    names->list[names->count++] = (struct name){.text = text, .inode = inode};
}

static void change_apply(struct names *names, const struct change *change)
{
    if (change->appears != NULL)
        name_set(names, change->appears, change->inode);
    if (change->disappears != NULL)
        name_remove(names, change->disappears);
}

static void change_make(struct disk *disk, struct change change)
{
    assert_in_range(disk->changes_count, 0, CHANGES_MAX - 1);
    disk->changes[disk->changes_count++] = change;
    change_apply(&disk->names, &change);
}

/* Replaying. */

static size_t inode_make(struct disk *disk, const char *text, size_t length, int64_t mtime_ms)
{
    assert_in_range(disk->inodes_count, 0, INODES_MAX - 1);
    struct snapshot_file *written = &disk->inodes[disk->inodes_count].written;
    written->text = malloc(length + 1);
    assert_non_null(written->text);
    memcpy(written->text, text, length);
    written->length = length;
    written->mtime_ms = mtime_ms;
    return disk->inodes_count++;
}

static void inode_sync(struct inode *inode)
{
    free(inode->synced.text);
    inode->synced = inode->written;
    inode->synced.text = malloc(inode->written.length + 1);
    assert_non_null(inode->synced.text);
    memcpy(inode->synced.text, inode->written.text, inode->written.length);
}

static void inode_append(struct inode *inode, const char *bytes, size_t length)
{
    struct snapshot_file *written = &inode->written;
    written->text = realloc(written->text, written->length + length + 1);
    assert_non_null(written->text);
    memcpy(written->text + written->length, bytes, length);
    written->length += length;
}

static void disk_begin(struct disk *disk, const struct rehearsal *rehearsal)
{
    const struct snapshot *before = &rehearsal->before;
    *disk = (struct disk){.directory = rehearsal->directory};
    for (size_t i = 0; i < before->count; i++) {
        const struct snapshot_file *file = &before->files[i];
        size_t inode = inode_make(disk, file->text, file->length, file->mtime_ms);
        inode_sync(&disk->inodes[inode]);
        name_set(&disk->names, file->name, inode);
    }
    disk->synced = disk->names;
}

static void disk_end(struct disk *disk)
{
    for (size_t i = 0; i < disk->inodes_count; i++) {
        free(disk->inodes[i].synced.text);
        free(disk->inodes[i].written.text);
    }
}

static void open_replay(struct disk *disk, const struct recorded_call *call)
{
    assert_in_range(call->descriptor, 0, DESCRIPTORS_MAX - 1);
    struct descriptor *descriptor = &disk->descriptors[call->descriptor];
    *descriptor = (struct descriptor){.opened = THE_DIRECTORY};
    if (call->at == AT_FDCWD) {
        if (strcmp(call->name, disk->directory) != 0)
            *descriptor = (struct descriptor){.opened = ANOTHER_DIRECTORY, .path = call->name};
        return;
    }
    if (strcmp(call->name, ".") == 0)
        return;
    *descriptor = (struct descriptor){.opened = A_FILE};
    if (!inode_find(&disk->names, call->name, &descriptor->inode)) {
        descriptor->inode = inode_make(disk, "", 0, 0);
        change_make(disk, (struct change){.appears = call->name, .inode = descriptor->inode});
    }
}

/* Whether `path` is the directory that `below` is in. */
static bool is_above(const char *path, const char *below)
{
    size_t length = strlen(path);
    return strncmp(path, below, length) == 0 && below[length] == '/' &&
           strchr(below + length + 1, '/') == NULL;
}

static void sync_replay(struct disk *disk, const struct descriptor *descriptor)
{
    if (descriptor->opened == A_FILE)
        inode_sync(&disk->inodes[descriptor->inode]);
    if (descriptor->opened == THE_DIRECTORY) {
        disk->synced = disk->names;
        disk->changes_count = 0;
    }
    if (descriptor->opened != ANOTHER_DIRECTORY)
        return;
    for (size_t i = 0; i < disk->made_count; i++)
        disk->made[i].sure = disk->made[i].sure || is_above(descriptor->path, disk->made[i].path);
}

static void write_replay(struct disk *disk, const struct recorded_call *call, const char *bytes)
{
    const struct descriptor *descriptor = &disk->descriptors[call->descriptor];
    if (call->descriptor == STDOUT_FILENO)
        disk->answered = true;
    else if (descriptor->opened == A_FILE)
        inode_append(&disk->inodes[descriptor->inode], bytes + call->bytes_at, call->length);
}

static void name_replay(struct disk *disk, const struct recorded_call *call)
{
    struct change change = {0};
    assert_true(inode_find(&disk->names, call->name, &change.inode));
    if (call->call != CALL_UNLINKAT)
        change.appears = call->renamed;
    if (call->call != CALL_LINKAT)
        change.disappears = call->name;
    change_make(disk, change);
}

/* Whether the disk may be another one after it. */
static bool call_replay(struct disk *disk, const struct recorded_call *call, const char *bytes)
{
    const struct descriptor *descriptor =
        &disk->descriptors[call->descriptor >= 0 ? call->descriptor : 0];
    switch ((int)call->call) {
    case CALL_OPENAT: open_replay(disk, call); return true;
    case CALL_WRITE: write_replay(disk, call, bytes); return true;
    case CALL_FUTIMENS:
        disk->inodes[descriptor->inode].written.mtime_ms = call->mtime_ms;
        return true;
    case CALL_FSYNC: sync_replay(disk, descriptor); return true;
    case CALL_RENAMEAT:
    case CALL_LINKAT:
    case CALL_UNLINKAT: name_replay(disk, call); return true;
    case CALL_MKDIRAT:
        assert_in_range(disk->made_count, 0, DIRECTORIES_MAX - 1);
        disk->made[disk->made_count++] = (struct made_directory){.path = call->name};
        return true;
    default: return false;
    }
}

/* States. */

static bool directory_is_sure(const struct disk *disk)
{
    for (size_t i = 0; i < disk->made_count; i++) {
        if (!disk->made[i].sure)
            return false;
    }
    return true;
}

/* The file of a name; its text is the disk's, or the inode's. */
static struct snapshot_file file_after(const struct inode *inode, enum contents contents)
{
    struct snapshot_file file = contents == CONTENTS_LOST ? inode->synced : inode->written;
    if (contents == CONTENTS_HALF) {
        file.length = (inode->synced.length + inode->written.length) / 2; /* it only grows */
        file.mtime_ms = inode->synced.mtime_ms;
    }
    if (file.text == NULL)
        file.text = inode->written.text; /* of length 0 */
    return file;
}

/* The subset of changes whose bits are set. */
static void image_make(const struct disk *disk, unsigned subset, enum contents contents,
                       struct snapshot *image)
{
    struct names names = disk->synced;
    for (size_t i = 0; i < disk->changes_count; i++) {
        if ((subset >> i & 1U) != 0)
            change_apply(&names, &disk->changes[i]);
    }
    image->count = names.count;
    for (size_t i = 0; i < names.count; i++) {
        image->files[i] = file_after(&disk->inodes[names.list[i].inode], contents);
        assert_true(strlen(names.list[i].text) < SNAPSHOT_NAME_SIZE);
        (void)strcpy(image->files[i].name, names.list[i].text);
    }
}

static size_t states_visit(const struct disk *disk, power_loss_visitor *visit, void *context)
{
    struct disk_state state = {.answered = disk->answered};
    size_t count = 0;
    for (unsigned subset = 0; subset < 1U << disk->changes_count; subset++) {
        state.in_order = (subset & (subset + 1)) == 0;
        for (int contents = 0; contents < CONTENTS_KINDS; contents++) {
            image_make(disk, subset, (enum contents)contents, &state.image);
            visit(context, &state);
            count++;
        }
    }
    if (!directory_is_sure(disk)) {
        state = (struct disk_state){.answered = disk->answered, .in_order = true};
        visit(context, &state);
        count++;
    }
    return count;
}

size_t power_loss_visit(const struct rehearsal *rehearsal, power_loss_visitor *visit, void *context)
{
    struct disk disk;
    disk_begin(&disk, rehearsal);
    size_t count = states_visit(&disk, visit, context);
    for (size_t i = 0; i < rehearsal->calls_count; i++) {
        const struct recorded_call *call = &rehearsal->calls[i];
        if (call->error == 0 && call_replay(&disk, call, rehearsal->bytes))
            count += states_visit(&disk, visit, context);
    }
    disk_end(&disk);
    return count;
}
