#include "printable.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

enum { ESCAPE_LENGTH = sizeof "\\xNN" - 1 };

static bool is_control(const char *sequence, size_t length)
{
    unsigned char first = (unsigned char)sequence[0];
    if (length == 1)
        return first < 0x20 || first == 0x7F;
    /* U+0080 to U+009F: some terminals obey them. */
    return length == 2 && first == 0xC2 && (unsigned char)sequence[1] < 0xA0;
}

void printable_copy(char *target, size_t size, const char *text, size_t length)
{
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        size_t sequence = utf8_sequence_length(text + i, length - i);
        bool copied = sequence > 0 && !is_control(text + i, sequence);
        size_t needed = copied ? sequence : ESCAPE_LENGTH;
        if (used + needed >= size)
            break;
        if (copied)
            memcpy(target + used, text + i, sequence);
        else
            (void)snprintf(target + used, size - used, "\\x%02X", (unsigned)(unsigned char)text[i]);
        used += needed;
        i += copied ? sequence : 1;
    }
    target[used] = '\0';
}

bool printable_has_control(const char *text)
{
    while (*text != '\0' && !is_control(text, 1))
        text++;
    return *text != '\0';
}
