#include "s3_saver.h"

#include "percent.h"

#include <string.h>

/*
 * Such that it comes before the names of all backups: a list is read page by page from its front,
 * and a marker is written behind its backup, so what has the one has the other, too, unless that was
 * removed meanwhile.
 */
static const char beginning[] = "author-";

void s3_saver_field_write(const char *name, char field[S3_SAVER_FIELD_SIZE])
{
    field[0] = '\0';
    (void)percent_append(field, S3_SAVER_FIELD_SIZE, name, "");
}

void s3_saver_field_read(const char *field, char name[SAVER_NAME_SIZE])
{
    char decoded[S3_SAVER_FIELD_SIZE];
    size_t length = strlen(field);
    name[0] = '\0';
    if (length >= sizeof decoded)
        return;
    memcpy(decoded, field, length + 1);
    if (percent_decode(decoded) && saver_name_is_valid(decoded, strlen(decoded)))
        memcpy(name, decoded, strlen(decoded) + 1);
}

static void name_encode(const char *name, char *encoded)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    static const char digits[] = "0123456789abcdef";
    bool is_plain = true;
    for (; *name != '\0'; name++) {
        unsigned char byte = (unsigned char)*name;
        bool stays = strchr(plain, *name) != NULL;
        if (stays != is_plain)
            *encoded++ = '_';
        is_plain = stays;
        if (stays) {
            *encoded++ = *name;
            continue;
        }
        *encoded++ = digits[byte >> 4];
        *encoded++ = digits[byte & 0xF];
    }
    *encoded = '\0';
}

/* False if it is too long, or not in pairs of digits where it is in hexadecimal. */
static bool name_decode(const char *encoded, char name[SAVER_NAME_SIZE])
{
    bool is_plain = true;
    size_t length = 0;
    for (; *encoded != '\0'; encoded++) {
        if (*encoded == '_') {
            is_plain = !is_plain;
            continue;
        }
        if (length == SAVER_NAME_SIZE - 1)
            return false;
        if (is_plain) {
            name[length++] = *encoded;
            continue;
        }
        int high = number_hex_digit(encoded[0]);
        int low = high < 0 ? -1 : number_hex_digit(encoded[1]);
        if (low < 0)
            return false;
        name[length++] = (char)(high * 16 + low);
        encoded++;
    }
    name[length] = '\0';
    return saver_name_is_valid(name, length);
}

void s3_marker_write(int64_t revision, const char *name, char marker[S3_MARKER_SIZE])
{
    char *end = number_format((uint64_t)revision, stpcpy(marker, beginning));
    *end++ = '-';
    name_encode(name, end);
}

bool s3_marker_parse(const char *marker, int64_t *revision, char name[SAVER_NAME_SIZE])
{
    char digits[NUMBER_TEXT_SIZE];
    char saver[SAVER_NAME_SIZE];
    char again[S3_MARKER_SIZE];
    int64_t number = 0;
    if (strncmp(marker, beginning, sizeof beginning - 1) != 0)
        return false;
    const char *text = marker + sizeof beginning - 1;
    size_t count = strcspn(text, "-");
    if (count >= sizeof digits || text[count] == '\0')
        return false;
    memcpy(digits, text, count);
    digits[count] = '\0';
    if (!number_parse_revision(digits, &number) || number == 0 ||
        !name_decode(text + count + 1, saver))
        return false;
    /* One name, one spelling: who knows what it says knows what it is called. */
    s3_marker_write(number, saver, again);
    if (strcmp(again, marker) != 0)
        return false;
    *revision = number;
    memcpy(name, saver, sizeof saver);
    return true;
}
