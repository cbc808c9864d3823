/*
 * Signals that would end the process in the middle of what it does: of a client, or a reader of the
 * log, that is gone (SIGPIPE), and of a limit to the size of files (SIGXFSZ).
 */
#ifndef SCHEDULE_SIGNALS_H
#define SCHEDULE_SIGNALS_H

/*
 * From now on these are errors of write(2) to this process. Called before whatever must not be cut
 * off: a small load that logs nothing does without it, and ends as any program does whose reader is
 * gone.
 */
void signals_ignore(void);

#endif
