#include "backup_name.h"

#include "number.h"

#include <string.h>

enum { REVISION_DIGITS_MIN = 13 };

static const char *const prefixes[BACKUP_KINDS] = {[BACKUP_REPLACED] = "backup-",
                                                   [BACKUP_SUBMITTED] = "submitted-",
                                                   [BACKUP_PINNED] = "pinned-",
                                                   [BACKUP_BASE] = "base-"};
static const char suffix[] = ".json";

/*
 * Not by printf, nor what reads them: a save reads all names that there are, and that took half of
 * its instructions.
 */
void backup_name_write(enum backup_kind kind, int64_t revision, char name[BACKUP_NAME_SIZE])
{
    char digits[NUMBER_TEXT_SIZE];
    char *end = stpcpy(name, prefixes[kind]);
    size_t count = (size_t)(number_format((uint64_t)revision, digits) - digits);
    for (; count < REVISION_DIGITS_MIN; count++)
        *end++ = '0';
    (void)stpcpy(stpcpy(end, digits), suffix);
}

/* Read the `count` digits of a name. One revision, one spelling: no more zeros than it takes. */
static bool digits_read(const char *digits, size_t count, int64_t *revision)
{
    char text[NUMBER_TEXT_SIZE];
    if (count < REVISION_DIGITS_MIN || count >= sizeof text ||
        (count > REVISION_DIGITS_MIN && digits[0] == '0'))
        return false;
    memcpy(text, digits, count);
    text[count] = '\0';
    return number_parse_revision(text, revision) && *revision > 0;
}

bool backup_name_parse(const char *name, enum backup_kind *kind, int64_t *revision)
{
    int64_t number = 0;
    for (int i = 0; i < BACKUP_KINDS; i++) {
        size_t prefix = strlen(prefixes[i]);
        if (strncmp(name, prefixes[i], prefix) != 0)
            continue;
        const char *digits = name + prefix;
        size_t count = strcspn(digits, ".");
        if (strcmp(digits + count, suffix) != 0 || !digits_read(digits, count, &number))
            return false;
        *kind = (enum backup_kind)i;
        *revision = number;
        return true;
    }
    return false;
}
