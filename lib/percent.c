#include "percent.h"

#include "number.h"

#include <string.h>

static const char unreserved[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

bool percent_append(char *target, size_t size, const char *text, const char *kept)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t before = strlen(target);
    size_t used = before;
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char byte = (unsigned char)*p;
        bool stays = strchr(unreserved, *p) != NULL || strchr(kept, *p) != NULL;
        if (used + (stays ? 1 : 3) >= size) {
            target[before] = '\0';
            return false;
        }
        if (stays) {
            target[used++] = *p;
            continue;
        }
        target[used++] = '%';
        target[used++] = digits[byte >> 4];
        target[used++] = digits[byte & 0xF];
    }
    target[used] = '\0';
    return true;
}

bool percent_decode(char *text)
{
    char *end = text;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p != '%') {
            *end++ = *p;
            continue;
        }
        int high = number_hex_digit(p[1]);
        int low = high < 0 ? -1 : number_hex_digit(p[2]);
        if (low < 0 || high + low == 0)
            return false;
        *end++ = (char)(high * 16 + low);
        p += 2;
    }
    *end = '\0';
    return true;
}
