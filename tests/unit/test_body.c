#include "body.h"
#include "temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A pipe that holds `text`; the writing end stays open in `*writer` unless that is null. */
static int pipe_with(const char *text, int *writer)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    if (writer != NULL)
        *writer = ends[1];
    else
        (void)close(ends[1]);
    return ends[0];
}

static enum status read_from(int descriptor, const char *content_length, bool by_server,
                             uint64_t maximum, const char *expected, struct error *error)
{
    const struct request request = {.content_length = content_length, .by_server = by_server};
    struct body body;
    struct buffer bytes;
    body_init(&body, &request, descriptor);
    enum status status = body_read(&body, maximum, &bytes, error);
    if (status == STATUS_OK) {
        assert_int_equal(bytes.length, strlen(expected));
        assert_memory_equal(bytes.bytes, expected, bytes.length);
    }
    buffer_release(&bytes);
    body_drain(&body);
    return status;
}

static void reads_what_was_promised_and_no_more(void **state)
{
    int writer;
    int descriptor = pipe_with("0123456789", &writer);
    char rest[16];
    (void)state;
    assert_int_equal(read_from(descriptor, "4", true, 100, "0123", NULL), STATUS_OK);
    assert_int_equal(read(descriptor, rest, sizeof rest), 6);
    (void)close(descriptor);
    (void)close(writer);
}

static void by_hand_reads_to_the_end(void **state)
{
    int descriptor = pipe_with("0123456789", NULL);
    (void)state;
    assert_int_equal(read_from(descriptor, NULL, false, 10, "0123456789", NULL), STATUS_OK);
    (void)close(descriptor);
}

static void a_server_without_a_length_has_no_body(void **state)
{
    int writer;
    int descriptor = pipe_with("0123456789", &writer);
    (void)state;
    assert_int_equal(read_from(descriptor, NULL, true, 10, "", NULL), STATUS_OK);
    (void)close(descriptor);
    (void)close(writer);
}

/* Whether a writer of the other end could go on: everything was taken out of the pipe. */
static void check_empty(int descriptor)
{
    char byte;
    assert_int_equal(fcntl(descriptor, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(read(descriptor, &byte, 1), -1);
    assert_int_equal(errno, EAGAIN);
}

static void too_much_is_refused_and_drained(void **state)
{
    static const char *const lengths[] = {"11", "18446744073709551615", "99999999999999999999999",
                                          NULL};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        int writer;
        struct error error = ERROR_INIT;
        int descriptor = pipe_with("01234567890", &writer);
        assert_int_equal(read_from(descriptor, lengths[i], lengths[i] != NULL, 10, "", &error),
                         STATUS_TOO_LARGE);
        assert_string_equal(error.text,
                            "the body exceeds the limit of 10 bytes (SCHEDULE_MAX_BODY)");
        check_empty(descriptor);
        (void)close(descriptor);
        (void)close(writer);
    }
}

static void a_length_is_digits(void **state)
{
    static const char *const lengths[] = {"+5", "-1", " 5", "5 ", "0x5", "5,5"};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct error error = ERROR_INIT;
        int descriptor = pipe_with("01234", NULL);
        assert_int_equal(read_from(descriptor, lengths[i], true, 10, "", &error), STATUS_INVALID);
        assert_memory_equal(error.text, "CONTENT_LENGTH is '", 19);
        (void)close(descriptor);
    }
}

static void a_body_that_ends_early_is_refused(void **state)
{
    struct error error = ERROR_INIT;
    int descriptor = pipe_with("01234", NULL);
    (void)state;
    assert_int_equal(read_from(descriptor, "6", true, 10, "", &error), STATUS_INVALID);
    assert_string_equal(error.text, "CONTENT_LENGTH promised 6 bytes, but the body ended after 5");
    (void)close(descriptor);
}

static void input_that_cannot_be_read_is_refused(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    int directory = open("/", O_RDONLY | O_DIRECTORY);
    assert_int_equal(read_from(directory, "6", true, 10, "", &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "the body cannot be read: Is a directory"));
    (void)close(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_promised_and_no_more),
        cmocka_unit_test(by_hand_reads_to_the_end),
        cmocka_unit_test(a_server_without_a_length_has_no_body),
        cmocka_unit_test(too_much_is_refused_and_drained),
        cmocka_unit_test(a_length_is_digits),
        cmocka_unit_test(a_body_that_ends_early_is_refused),
        cmocka_unit_test(input_that_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}
