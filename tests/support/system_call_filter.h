/*
 * System calls that this process, and whatever it starts, cannot make any more: kernels and containers
 * that lack something, played by a filter (seccomp(2)).
 */
#ifndef TEST_SYSTEM_CALL_FILTER_H
#define TEST_SYSTEM_CALL_FILTER_H

/*
 * From now on the system calls numbered `first` to `last` fail with `errno_value`, or, if that is 0,
 * kill the process by SIGSYS. For a process of the test's own: there is no way back. Ends it if the
 * kernel has no filters.
 */
void system_calls_refuse(unsigned first, unsigned last, unsigned errno_value);

#endif
