#include "deadline.h"

#include "system_calls.h"
#include "temporary.h"

#include <errno.h>

/* A clock that moves only by sleeping. */

static int64_t now_ms;
static unsigned sleeps;
static int64_t slept_ms; /* by the last one */

static int fake_clock(clockid_t clock, struct timespec *now)
{
    assert_int_equal(clock, CLOCK_MONOTONIC);
    *now = (struct timespec){.tv_sec = now_ms / 1000, .tv_nsec = (long)(now_ms % 1000) * 1000000};
    return 0;
}

static int fake_poll(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    assert_null(descriptors);
    assert_int_equal(count, 0);
    sleeps++;
    slept_ms = timeout_ms;
    now_ms += timeout_ms;
    return 0;
}

/* Signals interrupt it every 100 ms, until the descriptor is ready. */

static unsigned polls_until_ready;
static int asked_ms; /* of the last one */

static int interrupted_poll(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    assert_int_equal(count, 1);
    assert_int_equal(descriptors->fd, 7);
    assert_int_equal(descriptors->events, POLLIN);
    asked_ms = timeout_ms;
    now_ms += 100;
    errno = EINTR;
    return --polls_until_ready == 0 ? 1 : -1;
}

static struct system_calls calls;

static int setup(void **state)
{
    (void)state;
    calls = system_calls_libc;
    calls.clock_gettime = fake_clock;
    calls.poll = fake_poll;
    system_calls = &calls;
    now_ms = 5000000;
    sleeps = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    system_calls = &system_calls_libc;
    return 0;
}

static void it_is_as_far_away_as_was_said(void **state)
{
    const struct deadline deadline = deadline_in(500);
    (void)state;
    assert_int_equal(deadline_left_ms(deadline), 500);
    now_ms += 499;
    assert_int_equal(deadline_left_ms(deadline), 1);
    assert_false(deadline_passed(deadline));
    now_ms += 1;
    assert_int_equal(deadline_left_ms(deadline), 0);
    assert_true(deadline_passed(deadline));
}

static void once_it_has_passed_nothing_is_left(void **state)
{
    const struct deadline deadline = deadline_in(500);
    (void)state;
    now_ms += 60000;
    assert_int_equal(deadline_left_ms(deadline), 0);
    assert_true(deadline_passed(deadline));
    assert_true(deadline_passed(deadline_in(0)));
}

static void of_two_the_nearer_one_counts(void **state)
{
    const struct deadline deadline = deadline_in(500);
    (void)state;
    now_ms += 100;
    assert_int_equal(deadline_left_ms(deadline_within(deadline, 399)), 399);
    assert_int_equal(deadline_left_ms(deadline_within(deadline, 400)), 400);
    assert_int_equal(deadline_left_ms(deadline_within(deadline, 401)), 400);
    now_ms += 1000;
    assert_true(deadline_passed(deadline_within(deadline, 401)));
}

static void a_descriptor_is_waited_for_until_then(void **state)
{
    (void)state;
    calls.poll = interrupted_poll;
    polls_until_ready = 3;
    assert_true(deadline_await(deadline_in(500), 7, POLLIN));
    assert_int_equal(asked_ms, 300);
    polls_until_ready = 6;
    assert_false(deadline_await(deadline_in(500), 7, POLLIN));
    assert_int_equal(polls_until_ready, 1);
    assert_false(deadline_await(deadline_in(0), 7, POLLIN));
    assert_int_equal(polls_until_ready, 1);
}

/* How long an attempt sleeps at most, and that shorter ones come as often. */
static void check_back_off(unsigned attempt, int64_t most_ms)
{
    enum { TIMES = 200 };
    int64_t shortest = INT64_MAX;
    int64_t longest = 0;
    sleeps = 0;
    for (unsigned i = 0; i < TIMES; i++) {
        assert_true(deadline_back_off(deadline_in(10000), attempt));
        assert_int_equal(sleeps, i + 1);
        shortest = slept_ms < shortest ? slept_ms : shortest;
        longest = slept_ms > longest ? slept_ms : longest;
    }
    assert_in_range(shortest, 1, most_ms / 2);
    assert_in_range(longest, most_ms / 2 + 1, most_ms);
}

static void each_attempt_may_sleep_twice_as_long_up_to_a_limit(void **state)
{
    (void)state;
    check_back_off(0, 10);
    check_back_off(1, 20);
    check_back_off(2, 40);
    check_back_off(3, 80);
    check_back_off(4, 160);
    check_back_off(5, 320);
    check_back_off(6, 320);
    check_back_off(~0U, 320);
}

static void check_busy_back_off(unsigned attempt, int64_t most_ms)
{
    assert_false(deadline_back_off_busy(deadline_in(most_ms), attempt));
    for (unsigned i = 0; i < 100; i++) {
        assert_true(deadline_back_off_busy(deadline_in(most_ms + 1), attempt));
        assert_in_range(slept_ms, most_ms / 2, most_ms);
    }
}

static void a_busy_server_gets_half_of_the_time_at_least(void **state)
{
    (void)state;
    check_busy_back_off(0, 60);
    check_busy_back_off(1, 120);
    check_busy_back_off(4, 960);
    check_busy_back_off(5, 1000);
    check_busy_back_off(~0U, 1000);
}

static void check_gives_up(unsigned attempt, int64_t most_ms)
{
    sleeps = 0;
    assert_false(deadline_back_off(deadline_in(0), attempt));
    assert_false(deadline_back_off(deadline_in(most_ms), attempt));
    assert_int_equal(sleeps, 0);
    assert_true(deadline_back_off(deadline_in(most_ms + 1), attempt));
    assert_int_equal(sleeps, 1);
}

static void who_could_sleep_until_it_does_not_sleep(void **state)
{
    (void)state;
    check_gives_up(0, 10);
    check_gives_up(3, 80);
    check_gives_up(9, 320);
}

int main(void)
{
#define WITH_CLOCK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_CLOCK(it_is_as_far_away_as_was_said),
        WITH_CLOCK(once_it_has_passed_nothing_is_left),
        WITH_CLOCK(of_two_the_nearer_one_counts),
        WITH_CLOCK(a_descriptor_is_waited_for_until_then),
        WITH_CLOCK(a_busy_server_gets_half_of_the_time_at_least),
        WITH_CLOCK(each_attempt_may_sleep_twice_as_long_up_to_a_limit),
        WITH_CLOCK(who_could_sleep_until_it_does_not_sleep),
    };
    return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
