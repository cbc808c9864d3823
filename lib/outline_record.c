#include "outline_record.h"

#include "checksum.h"
#include "document_file.h"
#include "io.h"
#include "regular_file.h"
#include "system_calls.h"

#include <stddef.h>

/* Of this form of the record. Another one gets another number. */
static const uint64_t mark = UINT64_C(0x31656e696c74756f); /* "outline1" */

/* Read by the machine that wrote it, so numbers are as they are in memory. */
struct member_record {
    uint64_t found;
    uint64_t has_content;
    uint64_t kind;
    uint64_t begin;
    uint64_t end;
};

struct record {
    uint64_t mark;
    uint64_t inode;
    uint64_t length;
    int64_t mtime_s;
    int64_t mtime_ns;
    int64_t ctime_s;
    int64_t ctime_ns;
    uint64_t members_end;
    uint64_t has_members;
    struct member_record watched[JSON_WATCHED];
    uint64_t checksum; /* of all before it */
};

static uint64_t checksum_of(const struct record *record)
{
    return checksum_add(CHECKSUM_START, record, offsetof(struct record, checksum));
}

static bool is_of(const struct record *record, const struct stat *document)
{
    return record->mark == mark && record->inode == document->st_ino &&
           record->length == (uint64_t)document->st_size &&
           record->mtime_s == document->st_mtim.tv_sec &&
           record->mtime_ns == document->st_mtim.tv_nsec &&
           record->ctime_s == document->st_ctim.tv_sec &&
           record->ctime_ns == document->st_ctim.tv_nsec && record->checksum == checksum_of(record);
}

/* Whether all that it points at lies in the document. */
static bool is_within(const struct record *record)
{
    bool within = record->members_end <= record->length;
    for (size_t i = 0; i < JSON_WATCHED; i++) {
        const struct member_record *member = &record->watched[i];
        within = within && member->begin <= member->end && member->end <= record->length;
    }
    return within;
}

static struct json_outline outline_of(const struct record *record)
{
    struct json_outline outline = {.members_end = (size_t)record->members_end,
                                   .has_members = record->has_members != 0};
    for (size_t i = 0; i < JSON_WATCHED; i++) {
        const struct member_record *member = &record->watched[i];
        outline.watched[i] = (struct json_member){.found = member->found != 0,
                                                  .has_content = member->has_content != 0,
                                                  .kind = (char)member->kind,
                                                  .begin = (size_t)member->begin,
                                                  .end = (size_t)member->end};
    }
    return outline;
}

bool outline_record_read(int lock_file, const struct stat *document, struct json_outline *outline)
{
    struct record record;
    bool known = io_read_at(lock_file, 0, (char *)&record, sizeof record) &&
                 is_of(&record, document) && is_within(&record);
    if (known)
        *outline = outline_of(&record);
    return known;
}

static struct record record_of(const struct stat *document, const struct json_outline *outline)
{
    struct record record = {.mark = mark,
                            .inode = document->st_ino,
                            .length = (uint64_t)document->st_size,
                            .mtime_s = document->st_mtim.tv_sec,
                            .mtime_ns = document->st_mtim.tv_nsec,
                            .ctime_s = document->st_ctim.tv_sec,
                            .ctime_ns = document->st_ctim.tv_nsec,
                            .members_end = outline->members_end,
                            .has_members = outline->has_members};
    for (size_t i = 0; i < JSON_WATCHED; i++) {
        const struct json_member *member = &outline->watched[i];
        /* Of what was not found the rest may be anything. */
        if (member->found)
            record.watched[i] = (struct member_record){.found = 1,
                                                       .has_content = member->has_content,
                                                       .kind = (unsigned char)member->kind,
                                                       .begin = member->begin,
                                                       .end = member->end};
    }
    record.checksum = checksum_of(&record);
    return record;
}

/* And whether its ctime tells it from what a hand makes of it a moment later. */
static bool is_subject(const struct outline_subject *subject, const struct stat *found)
{
    return found->st_ctim.tv_nsec != 0 && found->st_ino == subject->inode &&
           document_file_revision(found) == subject->revision &&
           (size_t)found->st_size == subject->length;
}

void outline_record_write(const struct file_lock *lock, const struct outline_subject *subject,
                          const struct json_outline *outline)
{
    struct stat document;
    if (lock->has_other_names ||
        system_calls->fstatat(lock->directory->descriptor, subject->name, &document,
                              AT_SYMLINK_NOFOLLOW) != 0 ||
        !is_subject(subject, &document))
        return;
    const struct record record = record_of(&document, outline);
    (void)io_write_at(lock->descriptor, 0, (const char *)&record, sizeof record);
}
