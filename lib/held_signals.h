/*
 * Signals that ask a process to end (SIGTERM, SIGINT, SIGHUP), held off while a save is under way, so that
 * one that took effect can still be logged.
 *
 * Life cycle: held_signals_init, held_signals_hold as often as one likes, held_signals_release, which
 * delivers what came meanwhile.
 */
#ifndef SCHEDULE_HELD_SIGNALS_H
#define SCHEDULE_HELD_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

struct held_signals {
    bool held;
    sigset_t before; /* set while held */
};

void held_signals_init(struct held_signals *signals);
void held_signals_hold(struct held_signals *signals);
void held_signals_release(struct held_signals *signals);

#endif
