#include "held_signals.h"

#include "system_calls.h"

#include <stddef.h>

void held_signals_init(struct held_signals *signals)
{
    signals->held = false;
}

void held_signals_hold(struct held_signals *signals)
{
    sigset_t asking;
    (void)sigemptyset(&asking);
    (void)sigaddset(&asking, SIGTERM);
    (void)sigaddset(&asking, SIGINT);
    (void)sigaddset(&asking, SIGHUP);
    if (!signals->held)
        (void)system_calls->sigprocmask(SIG_BLOCK, &asking, &signals->before);
    signals->held = true;
}

void held_signals_release(struct held_signals *signals)
{
    if (signals->held)
        (void)system_calls->sigprocmask(SIG_SETMASK, &signals->before, NULL);
    signals->held = false;
}
