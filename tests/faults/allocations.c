#include "allocations.h"

#include <jansson.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct allocations *watched;

/* By the linker's --wrap these stand for malloc etc., and __real_malloc etc. are the C library's. */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
int __wrap_asprintf(char **text, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);

static bool refuses(void)
{
    if (watched == NULL)
        return false;
    size_t number = ++watched->count;
    if (watched->number == 0 || number < watched->number ||
        (number > watched->number && !watched->from_then_on))
        return false;
    watched->fired++;
    errno = ENOMEM;
    return true;
}

static void *granted(void *memory)
{
    if (watched != NULL && memory != NULL)
        watched->alive++;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return refuses() ? NULL : granted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refuses() ? NULL : granted(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (refuses())
        return NULL;
    void *moved = __real_realloc(memory, size);
    return memory == NULL ? granted(moved) : moved;
}

void __wrap_free(void *memory)
{
    if (watched != NULL && memory != NULL)
        watched->alive--;
    __real_free(memory);
}

__attribute__((format(printf, 2, 0))) static int text_print(char **text, const char *format,
                                                            va_list arguments)
{
    if (refuses())
        return -1;
    int length = vasprintf(text, format, arguments);
    if (length >= 0)
        (void)granted(*text);
    return length;
}

int __wrap_asprintf(char **text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = text_print(text, format, arguments);
    va_end(arguments);
    return length;
}

int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
    va_list arguments;
    (void)flag;
    va_start(arguments, format);
    int length = text_print(text, format, arguments);
    va_end(arguments);
    return length;
}

void allocations_watch(struct allocations *allocations)
{
    json_set_alloc_funcs(__wrap_malloc, __wrap_free);
    watched = allocations;
    watched->count = 0;
    watched->fired = 0;
    watched->alive = 0;
}

void allocations_release(void)
{
    watched = NULL;
    json_set_alloc_funcs(__real_malloc, __real_free);
}
