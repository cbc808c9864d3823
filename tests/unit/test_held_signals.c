#include "held_signals.h"

#include "system_calls.h"
#include "temporary.h"

#include <stddef.h>

/* Those that ask a process to end, and one that does not. */
static const int asking[] = {SIGTERM, SIGINT, SIGHUP};
enum { ASKING = sizeof asking / sizeof asking[0] };
static const int other = SIGUSR1;

static struct held_signals signals;
static volatile sig_atomic_t delivered[NSIG];
static unsigned masks_set;

static void deliver(int number)
{
    delivered[number]++;
}

static int counting_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    masks_set++;
    return sigprocmask(how, set, old);
}

static void mask_change(int how, int number)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    assert_int_equal(sigprocmask(how, &set, NULL), 0);
}

static bool is_masked(int number)
{
    sigset_t mask;
    assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &mask), 0);
    return sigismember(&mask, number) != 0;
}

static void handlers_set(void (*handler)(int number))
{
    for (size_t i = 0; i < ASKING; i++) {
        delivered[asking[i]] = 0;
        assert_true(signal(asking[i], handler) != SIG_ERR);
        mask_change(SIG_UNBLOCK, asking[i]);
    }
    delivered[other] = 0;
    assert_true(signal(other, handler) != SIG_ERR);
}

static int setup(void **state)
{
    static struct system_calls calls;
    (void)state;
    calls = system_calls_libc;
    calls.sigprocmask = counting_sigprocmask;
    system_calls = &calls;
    masks_set = 0;
    handlers_set(deliver);
    signals.held = true; /* as anything may be that is not initialized */
    held_signals_init(&signals);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    system_calls = &system_calls_libc;
    handlers_set(SIG_DFL);
    return 0;
}

static void what_asks_to_end_comes_once_they_are_released(void **state)
{
    (void)state;
    for (size_t i = 0; i < ASKING; i++) {
        held_signals_hold(&signals);
        assert_int_equal(raise(asking[i]), 0);
        assert_int_equal(delivered[asking[i]], 0);
        held_signals_release(&signals);
        assert_int_equal(delivered[asking[i]], 1);
        assert_false(is_masked(asking[i]));
    }
}

static void others_come_at_once(void **state)
{
    (void)state;
    held_signals_hold(&signals);
    assert_int_equal(raise(other), 0);
    assert_int_equal(delivered[other], 1);
    held_signals_release(&signals);
}

static void to_hold_them_again_changes_nothing(void **state)
{
    (void)state;
    held_signals_hold(&signals);
    held_signals_hold(&signals);
    held_signals_hold(&signals);
    assert_int_equal(masks_set, 1);
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(delivered[SIGTERM], 0);
    held_signals_release(&signals);
    assert_int_equal(delivered[SIGTERM], 1);
    assert_false(is_masked(SIGTERM));
}

static void what_was_held_off_before_stays_so(void **state)
{
    (void)state;
    mask_change(SIG_BLOCK, SIGHUP);
    mask_change(SIG_BLOCK, SIGUSR2);
    held_signals_hold(&signals);
    assert_true(is_masked(SIGUSR2));
    held_signals_release(&signals);
    assert_true(is_masked(SIGHUP));
    assert_true(is_masked(SIGUSR2));
    assert_false(is_masked(SIGTERM));
    assert_false(is_masked(SIGINT));
    mask_change(SIG_UNBLOCK, SIGUSR2);
}

static void what_is_not_held_is_not_released(void **state)
{
    (void)state;
    held_signals_release(&signals);
    assert_int_equal(masks_set, 0);
    held_signals_hold(&signals);
    held_signals_release(&signals);
    mask_change(SIG_BLOCK, SIGINT); /* somebody else, since */
    held_signals_release(&signals);
    assert_true(is_masked(SIGINT));
}

static void they_can_be_held_a_second_time(void **state)
{
    (void)state;
    held_signals_hold(&signals);
    held_signals_release(&signals);
    held_signals_hold(&signals);
    assert_int_equal(raise(SIGINT), 0);
    assert_int_equal(delivered[SIGINT], 0);
    held_signals_release(&signals);
    assert_int_equal(delivered[SIGINT], 1);
}

int main(void)
{
#define WITH_HANDLERS(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_HANDLERS(what_asks_to_end_comes_once_they_are_released),
        WITH_HANDLERS(others_come_at_once),
        WITH_HANDLERS(to_hold_them_again_changes_nothing),
        WITH_HANDLERS(what_was_held_off_before_stays_so),
        WITH_HANDLERS(what_is_not_held_is_not_released),
        WITH_HANDLERS(they_can_be_held_a_second_time),
    };
    return cmocka_run_group_tests_name("held_signals", tests, NULL, NULL);
}
