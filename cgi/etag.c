#include "etag.h"

#include "number.h"

#include <string.h>

void etag_write(int64_t revision, char etag[ETAG_SIZE])
{
    etag[0] = '"';
    char *end = number_format((uint64_t)revision, etag + 1);
    memcpy(end, "\"", sizeof "\"");
}

/* The length of the tag without the marks of compression at its end. */
static size_t mark_strip(const char *tag, size_t length)
{
    static const char *const marks[] = {"-gzip", "-br", "-deflate", "-zstd"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t mark = strlen(marks[i]);
        if (length > mark && memcmp(tag + length - mark, marks[i], mark) == 0)
            return length - mark;
    }
    return length;
}

static void revision_add(const char *tag, size_t length, struct condition *condition)
{
    char digits[NUMBER_TEXT_SIZE];
    length = mark_strip(tag, length);
    if (length >= sizeof digits)
        return;
    memcpy(digits, tag, length);
    digits[length] = '\0';
    if (number_parse_revision(digits, &condition->revisions[condition->count]))
        condition->count++;
}

/* Take one tag off `*list`. False if there is none. */
static bool tag_take(const char **list, struct condition *condition)
{
    const char *tag = *list;
    if (strncmp(tag, "W/", 2) == 0)
        tag += 2;
    if (*tag++ != '"')
        return false;
    size_t length = strcspn(tag, "\"");
    if (tag[length] == '\0' || condition->count == CONDITION_REVISIONS_MAX)
        return false;
    revision_add(tag, length, condition);
    *list = tag + length + 1;
    return true;
}

bool etag_list_parse(const char *value, struct condition *condition)
{
    static const char blanks[] = " \t";
    static const char separators[] = " \t,";
    struct condition parsed = {.present = true};
    const char *p = value + strspn(value, blanks);
    bool listed = *p == '*';
    if (listed) {
        parsed.any = true;
        p++;
    } else {
        /* RFC 9110 5.6.1: a recipient accepts empty list elements. */
        p += strspn(p, separators);
        while (tag_take(&p, &parsed)) {
            listed = true;
            p += strspn(p, blanks);
            if (*p != ',')
                break;
            p += strspn(p, separators);
        }
    }
    p += strspn(p, blanks);
    if (*p != '\0' || !listed)
        return false;
    *condition = parsed;
    return true;
}
