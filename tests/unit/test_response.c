#include "failure.h"
#include "response.h"
#include "temporary.h"

#include <jansson.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What `response_send` writes to a file opened with `flags`; for the caller to free. */
static char *sent_to(const char *path, int flags, struct response *response, bool head)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | flags, 0644);
    assert_true(descriptor >= 0);
    assert_int_equal(response_prepare(response, head, NULL), STATUS_OK);
    assert_true(response_send(response, descriptor));
    (void)close(descriptor);
    return file_read(path);
}

static void check_sent(void **state, struct response *response, bool head, const char *expected)
{
    const char *path = path_in(*state, "sent");
    char *text = sent_to(path, O_TRUNC, response, head);
    assert_string_equal(text, expected);
    free(text);
}

static void sends_status_headers_length_and_body(void **state)
{
    struct response response;
    response_init(&response, 200);
    response_header(&response, "X-One", "1");
    response_body(&response, "{\"中\":1}");
    check_sent(state, &response, false,
               "Status: 200 OK\nX-One: 1\nContent-Type: application/json; charset=utf-8\n"
               "Content-Length: 9\n\n{\"中\":1}");
    check_sent(state, &response, true,
               "Status: 200 OK\nX-One: 1\nContent-Type: application/json; charset=utf-8\n"
               "Content-Length: 9\n\n");
    response_release(&response);
}

static void no_content_has_no_length(void **state)
{
    struct response response;
    response_init(&response, 204);
    response_header(&response, "Allow", "GET");
    check_sent(state, &response, false, "Status: 204 No Content\nAllow: GET\n\n");
    response_release(&response);
}

/*
 * A document of `length` bytes whose empty task types, at its start, are replaced when it is
 * served.
 */
static struct document long_document(void **state, size_t length)
{
    struct document document;
    struct json_pass pass;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text, "{\"taskTypes\":[],\"a\":\"", 21);
    memcpy(text + length - 2, "\"}", 2);
    document_init(&document);
    document_pass_init(&pass, NULL);
    assert_int_equal(json_pass_feed(&pass, text, length, NULL), STATUS_OK);
    assert_int_equal(json_pass_finish(&pass, NULL), STATUS_OK);
    const char *path = path_in(*state, "document");
    file_write_bytes(path, text, length);
    free(text);
    document.revision = 1;
    document.length = length;
    document.outline = pass.outline;
    document.descriptor = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(document.descriptor >= 0);
    return document;
}

static void check_long_document(void **state, int flags)
{
    const size_t length = 300000;
    struct response response;
    struct document document = long_document(state, length);
    response_init(&response, 200);
    response_body_document(&response, &document);
    assert_int_equal(document.descriptor, -1);
    char *text =
        sent_to(path_in(*state, flags == O_APPEND ? "appended" : "sent"), flags, &response, false);
    const char *body = strstr(text, "\n\n") + 2;
    unsigned long promised = strtoul(strstr(text, "Content-Length: ") + 16, NULL, 10);
    assert_int_equal(strlen(body), promised);
    json_t *tree = json_loads(body, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(tree, "taskTypes")), 6);
    assert_int_equal(json_string_length(json_object_get(tree, "a")), length - 23);
    json_decref(tree);
    free(text);
    response_release(&response);
}

static void long_documents_come_from_their_file(void **state)
{
    check_long_document(state, O_TRUNC);
}

static void where_sendfile_is_refused_they_are_copied(void **state)
{
    check_long_document(state, O_APPEND);
}

static void a_file_that_became_shorter_is_an_error(void **state)
{
    struct response response;
    struct document document = long_document(state, 100000);
    response_init(&response, 200);
    response_body_document(&response, &document);
    assert_int_equal(truncate(path_in(*state, "document"), 50000), 0);
    int descriptor = open("/dev/null", O_WRONLY);
    assert_int_equal(response_prepare(&response, false, NULL), STATUS_OK);
    assert_false(response_send(&response, descriptor));
    (void)close(descriptor);
    response_release(&response);
}

static void a_short_file_that_became_shorter_is_told_before_anything_is_sent(void **state)
{
    struct response response;
    struct error error = ERROR_INIT;
    struct document document = long_document(state, 1000);
    response_init(&response, 200);
    response_body_document(&response, &document);
    assert_int_equal(truncate(path_in(*state, "document"), 500), 0);
    assert_int_equal(response_prepare(&response, false, &error), STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.text, "cannot be read"));
    assert_int_equal(response_prepare(&response, true, NULL), STATUS_OK);
    response_release(&response);
}

static void a_closed_output_is_an_error(void **state)
{
    struct response response;
    (void)state;
    response_init(&response, 200);
    response_body(&response, "{}");
    assert_int_equal(response_prepare(&response, false, NULL), STATUS_OK);
    assert_false(response_send(&response, -1));
    response_release(&response);
}

static void every_failure_is_described(void **state)
{
    (void)state;
    for (enum failure failure = FAILURE_BAD_REQUEST; failure <= FAILURE_OUTCOME_UNKNOWN;
         failure++) {
        struct response response;
        response_init(&response, failure_http_status(failure));
        struct error error = {.text = "a \"quoted\" 中文 detail", .revision = 7};
        failure_describe(failure, &error, &response);
        assert_in_range(response.status, 400, 599);
        json_t *body = json_loadb(response.parts[0].bytes, response.parts[0].length, 0, NULL);
        bool tells =
            failure == FAILURE_PRECONDITION_FAILED || failure == FAILURE_UNRELATED_DOCUMENT;
        assert_int_equal(json_object_size(body), tells ? 5 : 4);
        assert_int_equal(json_integer_value(json_object_get(body, "revision")), tells ? 7 : 0);
        assert_true(json_is_false(json_object_get(body, "ok")));
        assert_string_equal(json_string_value(json_object_get(body, "error")),
                            failure_slug(failure));
        assert_true(json_string_length(json_object_get(body, "message")) > 0);
        assert_string_equal(json_string_value(json_object_get(body, "details")),
                            "a \"quoted\" 中文 detail");
        json_decref(body);
        response_release(&response);
    }
}

static void every_status_of_lib_has_its_failure(void **state)
{
    (void)state;
    assert_int_equal(failure_of_status(STATUS_OK), FAILURE_NONE);
    for (enum status status = STATUS_INVALID; status <= STATUS_UNKNOWN_OUTCOME; status++)
        assert_int_not_equal(failure_of_status(status), FAILURE_NONE);
    assert_int_equal(failure_http_status(failure_of_status(STATUS_NO_SPACE)), 507);
    assert_int_equal(failure_http_status(failure_of_status(STATUS_BUSY)), 503);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(sends_status_headers_length_and_body),
        WITH_DIRECTORY(no_content_has_no_length),
        WITH_DIRECTORY(long_documents_come_from_their_file),
        WITH_DIRECTORY(where_sendfile_is_refused_they_are_copied),
        WITH_DIRECTORY(a_file_that_became_shorter_is_an_error),
        WITH_DIRECTORY(a_short_file_that_became_shorter_is_told_before_anything_is_sent),
        cmocka_unit_test(a_closed_output_is_an_error),
        cmocka_unit_test(every_failure_is_described),
        cmocka_unit_test(every_status_of_lib_has_its_failure),
    };
    return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}
