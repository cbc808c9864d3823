/* CONTENT_LENGTH and what really comes. */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct answer post(const char *directory, const char *length, const char *limit,
                          const char *gateway, const char *input, bool stays_open)
{
    const struct call call = {
        .directory = directory,
        .variables = {"REQUEST_METHOD=POST", length, limit, gateway},
        .input = input,
        .input_stays_open = stays_open,
    };
    return program_call(&call);
}

static void check_status(struct answer answer, int status, const char *details)
{
    if (status == 200)
        assert_int_equal(answer.status, 200);
    else
        check_failure(&answer, status, status == 413 ? "PAYLOAD_TOO_LARGE" : "BAD_REQUEST",
                      details);
    answer_release(&answer);
}

#define UNLIMITED "SCHEDULE_MAX_BODY="
#define BY_HAND "X=1"
#define BY_SERVER "GATEWAY_INTERFACE=CGI/1.1"

static void by_hand_the_body_ends_with_the_input(void **state)
{
    check_status(post(*state, BY_HAND, UNLIMITED, BY_HAND, "{\"a\":1}\n", false), 200, "");
    check_status(post(*state, "CONTENT_LENGTH=", UNLIMITED, BY_HAND, "{\"a\":1}\n", false), 200,
                 "");
    check_status(post(*state, BY_HAND, "SCHEDULE_MAX_BODY=7", BY_HAND, "{\"a\":1}", false), 200,
                 "");
    check_status(post(*state, BY_HAND, "SCHEDULE_MAX_BODY=6", BY_HAND, "{\"a\":1}", false), 413,
                 "the body exceeds the limit of 6 bytes");
}

static void a_server_that_promises_nothing_sends_nothing(void **state)
{
    check_status(post(*state, BY_HAND, UNLIMITED, BY_SERVER, "{}", true), 400, "the text is empty");
    check_status(post(*state, "CONTENT_LENGTH=0", UNLIMITED, BY_SERVER, "{}", true), 400,
                 "the text is empty");
}

static void lengths_are_digits(void **state)
{
    static const char *const lengths[] = {"CONTENT_LENGTH=+2",  "CONTENT_LENGTH=-1",
                                          "CONTENT_LENGTH= 2",  "CONTENT_LENGTH=2 ",
                                          "CONTENT_LENGTH=0x2", "CONTENT_LENGTH=two"};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        check_status(post(*state, lengths[i], UNLIMITED, BY_SERVER, "{}", false), 400,
                     "but must be digits and nothing else");
}

static void huge_promises_are_413(void **state)
{
    static const char *const lengths[] = {
        "CONTENT_LENGTH=16777217", "CONTENT_LENGTH=9223372036854775808",
        "CONTENT_LENGTH=18446744073709551616", "CONTENT_LENGTH=99999999999999999999999999999"};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        check_status(post(*state, lengths[i], UNLIMITED, BY_SERVER, "{}", false), 413,
                     "the body exceeds the limit of 16777216 bytes");
}

static void a_body_shorter_than_promised_is_400(void **state)
{
    check_status(post(*state, "CONTENT_LENGTH=3", UNLIMITED, BY_SERVER, "{}", false), 400,
                 "CONTENT_LENGTH promised 3 bytes, but the body ended after 2");
}

static void of_a_longer_one_only_the_promised_part_is_read(void **state)
{
    check_status(post(*state, "CONTENT_LENGTH=2", UNLIMITED, BY_SERVER, "{}garbage", true), 200,
                 "");
    check_status(post(*state, "CONTENT_LENGTH=4", UNLIMITED, BY_SERVER, "{\"a\":1}", true), 400,
                 "the text ends before ':'");
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void a_sender_that_stalls_is_given_up(void **state)
{
    struct timespec start;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &start), 0);
    check_status(post(*state, "CONTENT_LENGTH=3", UNLIMITED, BY_SERVER, "{}", true), 400,
                 "but the body stalled after 2");
    check_status(post(*state, "CONTENT_LENGTH=x", UNLIMITED, BY_SERVER, "{}", true), 400, "digits");
    check_status(post(*state, "CONTENT_LENGTH=99999999", UNLIMITED, BY_SERVER, "{}", true), 413,
                 "exceeds");
    assert_true(seconds_since(&start) <
                30); /* 10 of patience and 1 twice; the rest is for slow machines */
}

static void what_is_refused_is_taken_to_the_end(void **state)
{
    /*
     * Ten megabytes into a pipe: the writer would fail, and fcgiwrap with it, if nobody read them.
     */
    const size_t length = 10 << 20;
    char *body = malloc(length + 1);
    assert_non_null(body);
    memset(body, ' ', length);
    body[length] = '\0';
    const struct call call = {
        .directory = *state,
        .variables = {"REQUEST_METHOD=POST", BY_SERVER, "CONTENT_LENGTH=10485760",
                      "SCHEDULE_MAX_BODY=1048576"},
        .input = body,
        .input_stays_open = true,
    };
    struct running running = program_start(&call);
    assert_true(running.input_taken);
    struct answer answer = program_finish(&running);
    check_failure(&answer, 413, "PAYLOAD_TOO_LARGE", "1048576");
    answer_release(&answer);
    free(body);
}

static void re_indenting_is_bounded_too(void **state)
{
    /*
     * Zeros, many levels deep: each costs two bytes when sent and over two hundred when indented.
     */
    enum { DEPTH = 100, ZEROS = 5000 };
    static char body[16384];
    size_t used = (size_t)snprintf(body, sizeof body, "{\"a\":");
    memset(body + used, '[', DEPTH);
    used += DEPTH;
    for (int i = 0; i < ZEROS; i++)
        used += (size_t)snprintf(body + used, sizeof body - used, i == 0 ? "0" : ",0");
    memset(body + used, ']', DEPTH);
    used += DEPTH;
    body[used++] = '}';
    body[used] = '\0';
    check_status(post(*state, BY_HAND, "SCHEDULE_MAX_BODY=16000", BY_HAND, body, false), 413,
                 "the re-indented document is too large: more than the maximum of ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(by_hand_the_body_ends_with_the_input),
        WITH_DIRECTORY(a_server_that_promises_nothing_sends_nothing),
        WITH_DIRECTORY(lengths_are_digits),
        WITH_DIRECTORY(huge_promises_are_413),
        WITH_DIRECTORY(a_body_shorter_than_promised_is_400),
        WITH_DIRECTORY(of_a_longer_one_only_the_promised_part_is_read),
        WITH_DIRECTORY(a_sender_that_stalls_is_given_up),
        WITH_DIRECTORY(what_is_refused_is_taken_to_the_end),
        WITH_DIRECTORY(re_indenting_is_bounded_too),
    };
    return cmocka_run_group_tests_name("cgi_body", tests, NULL, NULL);
}
