#include "tables.h"

#include <sys/mman.h>

/* From cmake/static.ld. */
extern char tables_begin[];
extern char tables_end[];

void tables_protect(void)
{
    (void)mprotect(tables_begin, (size_t)(tables_end - tables_begin), PROT_READ);
}
