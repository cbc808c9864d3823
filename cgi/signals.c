#include "signals.h"

#include <signal.h>
#include <stdbool.h>

void signals_ignore(void)
{
    static bool ignored;
    if (ignored)
        return;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    ignored = true;
}
