#include "s3_saves.h"

#include <openssl/rand.h>

#include <stdio.h>
#include <string.h>

enum { RANDOM_SIZE = 8 };

enum status s3_save_id_make(char id[S3_SAVE_ID_SIZE], struct error *error)
{
    unsigned char bytes[RANDOM_SIZE];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return error_set(error, STATUS_UNAVAILABLE, "there are no random numbers");
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(id + 2 * i, 3, "%02x", bytes[i]);
    return STATUS_OK;
}

/* A list as this program writes it, or part of one: else it says nothing. */
static bool is_list(const char *saves)
{
    while (strspn(saves, "0123456789abcdef") == S3_SAVE_ID_SIZE - 1) {
        saves += S3_SAVE_ID_SIZE - 1;
        if (*saves == '\0')
            return true;
        if (*saves++ != '.')
            return false;
    }
    return false;
}

void s3_saves_write(const char *id, const char *before, char saves[S3_SAVES_SIZE])
{
    /* Without its oldest, where there are too many. */
    const int kept = S3_SAVES_SIZE - S3_SAVE_ID_SIZE - 1;
    bool goes_on = before[0] != '\0' && is_list(before);
    (void)snprintf(saves, S3_SAVES_SIZE, "%s%s%.*s", id, goes_on ? "." : "", goes_on ? kept : 0,
                   before);
}

void s3_save_mark_write(const char *id, char mark[S3_MARK_LENGTH])
{
    *mark++ = '\n';
    for (; *id != '\0'; id++) {
        unsigned digit = (unsigned)(*id <= '9' ? *id - '0' : *id - 'a' + 10);
        for (unsigned bit = 8; bit > 0; bit /= 2)
            *mark++ = (digit & bit) != 0 ? '\t' : ' ';
    }
}

size_t s3_save_mark_strip(const char *text, size_t length)
{
    if (length < S3_MARK_LENGTH || text[length - S3_MARK_LENGTH] != '\n')
        return length;
    for (size_t i = length - S3_MARK_LENGTH + 1; i < length; i++) {
        if (text[i] != ' ' && text[i] != '\t')
            return length;
    }
    return length - S3_MARK_LENGTH;
}

bool s3_saves_has(const char *saves, const char *id)
{
    return is_list(saves) && strstr(saves, id) != NULL;
}

bool s3_saves_reach(const char *saves, const char *before)
{
    char id[S3_SAVE_ID_SIZE];
    if (saves[0] == '\0' || !is_list(saves))
        return false;
    /* A document without a list is where lists begin, as long as none is left out. */
    if (before[0] == '\0' || !is_list(before))
        return strlen(saves) < S3_SAVES_SIZE - 1;
    (void)snprintf(id, sizeof id, "%s", before);
    return s3_saves_has(saves, id);
}
