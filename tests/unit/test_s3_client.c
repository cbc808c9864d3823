#include "percent.h"
#include "s3_client.h"
#include "s3_probe.h"
#include "s3_saves.h"
#include "temporary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct s3_account account = {.region = "us-east-1",
                                          .key_id = "KEYID",
                                          .secret = "very-secret-indeed",
                                          .token = "token/of+a+session=="};

/* Percent-encoding. */

static void encoding_is_the_canonical_one(void **state)
{
    char text[32] = "/";
    (void)state;
    assert_true(percent_append(text, sizeof text, "a/b~c-d._", "/"));
    assert_string_equal(text, "/a/b~c-d._");
    text[0] = '\0';
    assert_true(percent_append(text, sizeof text, "a/ +:é", ""));
    assert_string_equal(text, "a%2F%20%2B%3A%C3%A9");
}

static void encoding_keeps_within_its_room(void **state)
{
    char text[8] = "abc";
    (void)state;
    assert_false(percent_append(text, sizeof text, "de+f", ""));
    assert_string_equal(text, "abc");
    assert_true(percent_append(text, sizeof text, "d+", ""));
    assert_string_equal(text, "abcd%2B");
    assert_false(percent_append(text, sizeof text, "x", ""));
}

static void decoding_is_strict(void **state)
{
    static const char *const bad[] = {"%", "%4", "%4g", "%g4", "a%00b", "%%41"};
    char text[16] = "a%2Fb%c3%A9+%25";
    (void)state;
    assert_true(percent_decode(text));
    assert_string_equal(text, "a/bé+%");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(text, sizeof text, "%s", bad[i]);
        assert_false(percent_decode(text));
    }
}

/* The place. */

static void check_place(const char *url, const char *bucket, const char *server, const char *prefix,
                        const char *object)
{
    struct s3_place place;
    struct error error = ERROR_INIT;
    char address[S3_URL_SIZE];
    assert_int_equal(s3_place_parse(&place, url, bucket, &error), STATUS_OK);
    assert_string_equal(error.text, "");
    assert_string_equal(place.server, server);
    assert_string_equal(place.bucket, "plans");
    assert_string_equal(place.prefix, prefix);
    s3_place_url(&place, "project-data.json", address);
    assert_string_equal(address, object);
}

static void the_path_names_bucket_and_prefix(void **state)
{
    (void)state;
    check_place("http://127.0.0.1:7480/plans", NULL, "127.0.0.1:7480", "",
                "http://127.0.0.1:7480/plans/project-data.json");
    check_place("https://s3.example/plans/", NULL, "s3.example:443", "",
                "https://s3.example/plans/project-data.json");
    check_place("http://s3.example/plans/a/b", NULL, "s3.example:80", "a/b/",
                "http://s3.example/plans/a/b/project-data.json");
    check_place("http://[::1]:65535/plans/a/", NULL, "[::1]:65535", "a/",
                "http://[::1]:65535/plans/a/project-data.json");
    check_place("http://s3.example/plans/%E5%9B%A2+x%20%25/", NULL, "s3.example:80", "团+x %/",
                "http://s3.example/plans/%E5%9B%A2%2Bx%20%25/project-data.json");
    check_place("http://s3.example/plans/团", NULL, "s3.example:80", "团/",
                "http://s3.example/plans/%E5%9B%A2/project-data.json");
}

static void the_host_names_the_bucket(void **state)
{
    (void)state;
    check_place("https://plans.s3.example", "plans", "plans.s3.example:443", "",
                "https://plans.s3.example/project-data.json");
    check_place("https://plans.s3.example:9000/a/b", "plans", "plans.s3.example:9000", "a/b/",
                "https://plans.s3.example:9000/a/b/project-data.json");
}

static void a_bucket_has_an_address_and_a_label(void **state)
{
    struct s3_place place;
    char address[S3_URL_SIZE];
    char label[S3_LABEL_SIZE];
    (void)state;
    assert_int_equal(s3_place_parse(&place, "http://h/plans/a", NULL, NULL), STATUS_OK);
    s3_place_url(&place, NULL, address);
    assert_string_equal(address, "http://h/plans/");
    s3_place_label(&place, label);
    assert_string_equal(label, "h:80/plans");
    assert_int_equal(s3_place_parse(&place, "http://plans.h/a", "plans", NULL), STATUS_OK);
    s3_place_url(&place, NULL, address);
    assert_string_equal(address, "http://plans.h/");
    s3_place_label(&place, label);
    assert_string_equal(label, "plans.h:80/plans");
}

static void check_no_place(const char *url, const char *bucket)
{
    struct s3_place place = {.bucket = "before"};
    struct error error = ERROR_INIT;
    assert_int_equal(s3_place_parse(&place, url, bucket, &error), STATUS_INVALID);
    assert_string_not_equal(error.text, "");
    assert_null(strstr(error.text, "geheim"));
    assert_string_equal(place.bucket, "before");
}

static void other_addresses_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "plans",
        "ftp://h/plans",
        "HTTP://h/plans",
        "http:/h/plans",
        "http://",
        "http:///plans",
        "http://h",
        "http://h/",
        "http://h//plans",
        "http://user:geheim@h/plans",
        "http://h/plans?geheim=1",
        "http://h/plans#geheim",
        "http://h/plans\\a",
        "http://h/pl ans",
        "http://h/plans\n",
        "http://h:/plans",
        "http://h:0/plans",
        "http://h:65536/plans",
        "http://h:+80/plans",
        "http://h:80x/plans",
        "http://h:999999999999999999999/plans",
        "http://[::1/plans",
        "http://[]/plans",
        "http://[x]/plans",
        "http://[::1]x/plans",
        "http://h_&/plans",
        "http://h/pl",
        "http://h/plans&",
        "http://h/%70l%00ns",
        "http://h/plans/%zz",
        "http://h/plans/%0a",
        "http://h/plans/%ff",
        "http://h/plans/../other",
        "http://h/plans/./a",
        "http://h/plans//a",
        "http://h/../plans",
        "http://h/0123456789012345678901234567890123456789012345678901234567890123",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_no_place(bad[i], NULL);
    check_no_place("http://h/plans", "plans");
    check_no_place("http://plans/a", "plans");
    check_no_place("http://plansx.h/a", "plans");
    check_no_place("http://pl.h/a", "pl");
    check_no_place("http://a/b.h/", "a/b");
}

/* A text of the first `length` bytes of the beginning and then as many of a letter as it takes. */
static const char *long_url(const char *beginning, size_t length)
{
    static char url[4096];
    memset(url, 'a', sizeof url);
    memcpy(url, beginning, strlen(beginning));
    url[length] = '\0';
    return url;
}

static void places_have_a_longest_path_and_host(void **state)
{
    static const char path[] = "http://h/plans/";
    static const char host[] = "http://";
    struct s3_place place;
    (void)state;
    assert_int_equal(
        s3_place_parse(&place, long_url(path, strlen(path) + S3_PREFIX_MAX - 1), NULL, NULL),
        STATUS_OK);
    assert_int_equal(strlen(place.prefix), S3_PREFIX_MAX);
    check_no_place(long_url(path, strlen(path) + S3_PREFIX_MAX), NULL);
    check_no_place(long_url(path, 4000), NULL);
    check_no_place(long_url(host, strlen(host) + S3_HOST_MAX + 1), NULL);
}

/* The account. */

static void check_account(struct s3_account bad, bool is_good)
{
    struct error error = ERROR_INIT;
    assert_int_equal(s3_account_check(&bad, &error), is_good ? STATUS_OK : STATUS_INVALID);
    assert_int_equal(error.text[0] == '\0', is_good);
    assert_null(strstr(error.text, "secret-indeed"));
    assert_null(strstr(error.text, "session=="));
}

static void accounts_are_checked(void **state)
{
    struct s3_account bad = account;
    (void)state;
    check_account(account, true);
    bad.token = NULL;
    check_account(bad, true);
    bad.region = "a:b";
    check_account(bad, false);
    bad.region = "";
    check_account(bad, false);
    bad = account;
    bad.key_id = NULL;
    check_account(bad, false);
    bad = account;
    bad.secret = "";
    check_account(bad, false);
    bad.secret = "very-secret-indeed\r\nX: y";
    check_account(bad, false);
    bad = account;
    bad.token = "session==\n";
    check_account(bad, false);
    bad.token = "";
    check_account(bad, false);
}

static void proxies_are_checked(void **state)
{
    static const char *const good[] = {"proxy.example:3128", "http://user:secret-indeed@h:1",
                                       "HTTPS://h", "socks5://h:1", "socks5h://h:1"};
    static const char *const bad[] = {"", "ftp://user:secret-indeed@h", "socks4://secret-indeed@h",
                                      "://secret-indeed", "http://secret-indeed\n"};
    struct s3_account proxied = account;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        proxied.proxy = good[i];
        check_account(proxied, true);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        proxied.proxy = bad[i];
        check_account(proxied, false);
    }
}

/* Answers. */

static void take(struct s3_response *response, const char *line)
{
    s3_response_take_field(response, line, strlen(line));
}

static void fields_are_taken(void **state)
{
    struct s3_response response = {.etag = ""};
    int64_t seconds = 0;
    (void)state;
    take(&response, "ETag: \"abc\"\r\n");
    take(&response, "etag2: \"no\"\r\n");
    take(&response, "X-Amz-Meta-Revision:1769000000124");
    take(&response, "x-amz-meta-saves: \t aa.bb \r\n");
    take(&response, "x-amz-meta-probed: bare@h:80/plans\n");
    assert_string_equal(response.etag, "\"abc\"");
    assert_string_equal(response.revision, "1769000000124");
    assert_string_equal(response.saves, "aa.bb");
    assert_string_equal(response.probed, "bare@h:80/plans");
    assert_false(s3_response_modified(&response, &seconds));
    take(&response, "last-modified: Wed, 25 Nov 2026 20:45:28 GMT\r\n");
    assert_true(s3_response_modified(&response, &seconds));
    assert_int_equal(seconds, 1795639528);
    take(&response, "last-modified: yesterday\r\n");
    assert_false(s3_response_modified(&response, &seconds));
}

static void fields_that_nobody_can_use_are_none(void **state)
{
    struct s3_response response = {.etag = "\"before\""};
    char line[S3_FIELD_SIZE + 64];
    (void)state;
    take(&response, "ETag: \"a\001b\"\r\n");
    assert_string_equal(response.etag, "");
    (void)snprintf(line, sizeof line, "ETag: %0*d", (int)S3_FIELD_SIZE - 1, 1);
    take(&response, line);
    assert_int_equal(strlen(response.etag), S3_FIELD_SIZE - 1);
    (void)snprintf(line, sizeof line, "ETag: %0*d", (int)S3_FIELD_SIZE, 1);
    take(&response, line);
    assert_string_equal(response.etag, "");
    take(&response, "");
    take(&response, "ETag");
    take(&response, "ETag:");
    assert_string_equal(response.etag, "");
}

static struct s3_refusal refusal_of(int http_status, const char *text)
{
    struct s3_response response;
    struct buffer body;
    buffer_init(&body, S3_REFUSAL_MAX);
    assert_int_equal(buffer_append(&body, text, strlen(text), NULL), STATUS_OK);
    s3_response_take_refusal(&response, &account, http_status, &body);
    buffer_release(&body);
    return response.refusal;
}

/* The refusal in the form in which all servers write it. */
static struct s3_refusal refusal_coded(int http_status, const char *code)
{
    char text[512];
    (void)snprintf(text, sizeof text,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code>"
                   "<Message>Said &lt;so&gt;.</Message><Resource>/x</Resource></Error>",
                   code);
    return refusal_of(http_status, text);
}

static void check_refusal(struct s3_refusal refusal, enum s3_meaning meaning, enum status status,
                          const char *expected)
{
    struct error error = ERROR_INIT;
    assert_int_equal(s3_refusal_meaning(&refusal), meaning);
    assert_int_equal(s3_refusal_tell(&refusal, "h:80", "GET x", &error), status);
    assert_non_null(strstr(error.text, expected));
    assert_non_null(strstr(error.text, "h:80 answered "));
}

static void refusals_are_understood(void **state)
{
    (void)state;
    check_refusal(refusal_coded(404, "NoSuchKey"), S3_ABSENT, STATUS_UNAVAILABLE, "404 NoSuchKey");
    check_refusal(refusal_coded(404, "NoSuchBucket"), S3_IMPOSSIBLE, STATUS_UNAVAILABLE,
                  "404 NoSuchBucket to GET x (Said <so>.); create the bucket");
    check_refusal(refusal_of(404, ""), S3_IMPOSSIBLE, STATUS_UNAVAILABLE, "404 to GET x");
    check_refusal(refusal_of(404, "<html><Code>NoSuchKey</Code></html>"), S3_IMPOSSIBLE,
                  STATUS_UNAVAILABLE, "404 to GET x");
    check_refusal(refusal_coded(412, "PreconditionFailed"), S3_UNMATCHED, STATUS_UNAVAILABLE,
                  "412 PreconditionFailed");
    check_refusal(refusal_coded(409, "ConditionalRequestConflict"), S3_UNMATCHED,
                  STATUS_UNAVAILABLE, "409");
    check_refusal(refusal_coded(409, "OperationAborted"), S3_NOT_NOW, STATUS_UNREACHABLE, "409");
    check_refusal(refusal_coded(409, "BucketNotEmpty"), S3_IMPOSSIBLE, STATUS_UNAVAILABLE,
                  "409 BucketNotEmpty to GET x (Said <so>.)");
    check_refusal(refusal_of(409, ""), S3_UNMATCHED, STATUS_UNAVAILABLE, "409");
    check_refusal(refusal_coded(503, "SlowDown"), S3_UNCLEAR, STATUS_UNREACHABLE, "503 SlowDown");
    check_refusal(refusal_coded(408, "RequestTimeout"), S3_UNCLEAR, STATUS_UNREACHABLE, "408");
    check_refusal(refusal_coded(400, "SlowDown"), S3_NOT_NOW, STATUS_UNREACHABLE, "400");
    check_refusal(refusal_of(429, ""), S3_NOT_NOW, STATUS_UNREACHABLE, "429");
    check_refusal(refusal_coded(400, "RequestTimeout"), S3_NOT_NOW, STATUS_UNREACHABLE, "400");
    check_refusal(refusal_of(500, ""), S3_UNCLEAR, STATUS_UNREACHABLE, "500");
    check_refusal(refusal_of(503, "<html>"), S3_UNCLEAR, STATUS_UNREACHABLE, "503");
    check_refusal(refusal_of(504, ""), S3_UNCLEAR, STATUS_UNREACHABLE, "504");
    check_refusal(refusal_of(499, ""), S3_UNCLEAR, STATUS_UNREACHABLE, "499");
    check_refusal(refusal_of(520, "<html>"), S3_UNCLEAR, STATUS_UNREACHABLE, "520");
    check_refusal(refusal_of(529, ""), S3_UNCLEAR, STATUS_UNREACHABLE, "529");
    check_refusal(refusal_of(505, ""), S3_IMPOSSIBLE, STATUS_UNAVAILABLE, "505");
    check_refusal(refusal_coded(403, "AccessDenied"), S3_IMPOSSIBLE, STATUS_UNAVAILABLE,
                  "list the bucket");
    check_refusal(refusal_coded(403, "QuotaExceeded"), S3_IMPOSSIBLE, STATUS_NO_SPACE,
                  "QuotaExceeded");
    check_refusal(refusal_of(507, ""), S3_IMPOSSIBLE, STATUS_NO_SPACE, "507");
    check_refusal(refusal_coded(501, "NotImplemented"), S3_IMPOSSIBLE, STATUS_UNAVAILABLE, "501");
    assert_int_equal(s3_refusal_meaning(&(struct s3_refusal){.http_status = 204}), S3_DONE);
    assert_int_equal(s3_refusal_meaning(&(struct s3_refusal){.http_status = 304}), S3_IMPOSSIBLE);
}

static void what_can_be_done_is_said(void **state)
{
    (void)state;
    check_refusal(refusal_of(301, "<Error><Code>PermanentRedirect</Code>"
                                  "<Endpoint>s3.eu.example</Endpoint></Error>"),
                  S3_IMPOSSIBLE, STATUS_UNAVAILABLE, "endpoint s3.eu.example");
    check_refusal(refusal_of(307, ""), S3_IMPOSSIBLE, STATUS_UNAVAILABLE, "another endpoint");
    check_refusal(refusal_of(400, "<Error><Code>AuthorizationHeaderMalformed</Code>"
                                  "<Region>eu-west-1</Region></Error>"),
                  S3_IMPOSSIBLE, STATUS_UNAVAILABLE, "region eu-west-1");
    check_refusal(refusal_of(403, "<Error><Code>RequestTimeTooSkewed</Code>"
                                  "<ServerTime>2026-11-25T20:45:28Z</ServerTime></Error>"),
                  S3_IMPOSSIBLE, STATUS_UNAVAILABLE,
                  "the clock of this machine is not that of the server, which has "
                  "2026-11-25T20:45:28Z");
}

static void refusals_show_no_secret(void **state)
{
    struct s3_refusal refusal;
    (void)state;
    refusal = refusal_of(400, "<Error><Code>InvalidToken</Code><Message>The token "
                              "token/of+a+session== is bad</Message></Error>");
    assert_string_equal(refusal.code, "InvalidToken");
    assert_string_equal(refusal.message, "");
    refusal = refusal_of(403, "<Error><Code>very-secret-indeed</Code><Endpoint>very-secret-inde"
                              "</Endpoint><Message>fine</Message></Error>");
    assert_string_equal(refusal.code, "");
    assert_string_equal(refusal.endpoint, "");
    assert_string_equal(refusal.message, "fine");
}

static void refusals_are_bounded_and_printable(void **state)
{
    struct s3_refusal refusal;
    char text[4096];
    (void)state;
    (void)snprintf(text, sizeof text,
                   "<Error><Code>%02000d</Code><Message>a\nb&#9;</Message></Error>", 7);
    refusal = refusal_of(400, text);
    assert_int_equal(strlen(refusal.code), sizeof refusal.code - 1);
    assert_string_equal(refusal.message, "a\\x0Ab\\x09");
    refusal =
        refusal_of(503, "<!DOCTYPE x [<!ENTITY a \"SlowDown\">]><Error><Code>&a;</Code></Error>");
    assert_string_equal(refusal.code, "");
    refusal = refusal_of(503, "<Error><Code>SlowDown</Code><Message>it ends he");
    assert_string_equal(refusal.code, "SlowDown");
    refusal = refusal_of(503, "<Error><Detail><Code>SlowDown</Code></Detail></Error>");
    assert_string_equal(refusal.code, "");
}

/* Without any time left nothing is sent, and so nothing is asked of a network. */
static void no_time_is_no_request(void **state)
{
    struct s3_place place;
    struct s3_client client;
    struct s3_response response;
    struct error error = ERROR_INIT;
    const struct s3_request request = {.method = "GET", .name = "x", .deadline = deadline_in(0)};
    (void)state;
    assert_int_equal(s3_place_parse(&place, "http://h/plans", NULL, NULL), STATUS_OK);
    assert_int_equal(s3_client_open(&client, &place, &account, NULL), STATUS_OK);
    assert_int_equal(s3_client_exchange(&client, &request, &response, &error), STATUS_UNREACHABLE);
    assert_string_equal(error.text, "no time is left to ask h:80");
    s3_response_release(&response);
    s3_client_close(&client);
}

/* Which saves led to a document. */

static void saves_are_a_bounded_list(void **state)
{
    char id[S3_SAVE_ID_SIZE];
    char first[S3_SAVE_ID_SIZE];
    char saves[S3_SAVES_SIZE];
    char before[S3_SAVES_SIZE] = "";
    (void)state;
    for (int i = 0; i <= S3_SAVES_MAX; i++) {
        assert_int_equal(s3_save_id_make(id, NULL), STATUS_OK);
        assert_int_equal(strlen(id), S3_SAVE_ID_SIZE - 1);
        if (i == 0)
            memcpy(first, id, sizeof first);
        assert_false(s3_saves_has(before, id));
        s3_saves_write(id, before, saves);
        assert_true(s3_saves_has(saves, id));
        assert_int_equal(s3_saves_has(saves, first), i < S3_SAVES_MAX);
        /* What begins with nothing is told whole until one is left out. */
        assert_int_equal(s3_saves_reach(saves, ""), i < S3_SAVES_MAX - 1);
        assert_int_equal(s3_saves_reach(saves, before), i > 0 || before[0] == '\0');
        memcpy(before, saves, sizeof before);
    }
    assert_int_equal(strlen(saves), S3_SAVES_SIZE - 1);
    assert_false(s3_saves_reach(saves, first));
}

static void marks_are_white_space_and_tell_saves_apart(void **state)
{
    char text[S3_MARK_LENGTH + 2] = "{}";
    char other[S3_MARK_LENGTH];
    (void)state;
    s3_save_mark_write("0123456789abcdef", text + 2);
    s3_save_mark_write("0123456789abcdee", other);
    assert_memory_equal(text, "{}\n       \t  \t   \t\t ", 19);
    assert_memory_equal(text + 2, other, S3_MARK_LENGTH - 1);
    assert_int_not_equal(text[S3_MARK_LENGTH + 1], other[S3_MARK_LENGTH - 1]);
    assert_int_equal(s3_save_mark_strip(text, sizeof text), 2);
    assert_int_equal(s3_save_mark_strip(text + 2, S3_MARK_LENGTH), 0);
    /* What a hand has put there stays as it is. */
    assert_int_equal(s3_save_mark_strip(text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(s3_save_mark_strip(NULL, 0), 0);
    text[2] = ' ';
    assert_int_equal(s3_save_mark_strip(text, sizeof text), sizeof text);
    text[2] = '\n';
    text[9] = '\n';
    assert_int_equal(s3_save_mark_strip(text, sizeof text), sizeof text);
}

static void lists_of_a_hand_are_none(void **state)
{
    static const char id[] = "0123456789abcdef";
    char saves[S3_SAVES_SIZE];
    (void)state;
    assert_false(s3_saves_has("", id));
    assert_false(s3_saves_has("0123456789abcdef, x", id));
    assert_false(s3_saves_reach("", ""));
    assert_false(s3_saves_reach("x", ""));
    s3_saves_write(id, "by hand", saves);
    assert_string_equal(saves, id);
    assert_true(s3_saves_reach(saves, "by hand"));
}

/* What a trial of the server tells later saves. */

static void etags_are_written_as_the_server_wants_them(void **state)
{
    struct s3_probe probe;
    char match[S3_FIELD_SIZE];
    (void)state;
    s3_probe_init(&probe);
    s3_probe_match(&probe, "\"abc\"", match);
    assert_string_equal(match, "\"abc\"");
    probe.bare = true;
    s3_probe_match(&probe, "\"abc\"", match);
    assert_string_equal(match, "abc");
    s3_probe_match(&probe, "W/\"abc\"", match);
    assert_string_equal(match, "abc");
    s3_probe_match(&probe, "abc", match);
    assert_string_equal(match, "abc");
    s3_probe_match(&probe, "\"", match);
    assert_string_equal(match, "\"");
}

/* A bucket that nobody asks: what was told is enough. */
static void what_was_told_of_the_bucket_is_believed(void **state)
{
    struct s3_bucket bucket = {.deadline = deadline_in(0)};
    struct s3_probe probe;
    char text[S3_FIELD_SIZE];
    (void)state;
    assert_int_equal(s3_place_parse(&bucket.place, "http://h/plans", NULL, NULL), STATUS_OK);
    s3_probe_init(&probe);
    assert_int_equal(s3_probe_ensure(&probe, &bucket, "bare@h:80/plans", NULL), STATUS_OK);
    assert_true(probe.is_done && probe.bare);
    s3_probe_tell(&probe, &bucket, text);
    assert_string_equal(text, "bare@h:80/plans");
    s3_probe_init(&probe);
    assert_int_equal(s3_probe_ensure(&probe, &bucket, "quoted@h:80/plans", NULL), STATUS_OK);
    assert_true(probe.is_done && !probe.bare);
    s3_probe_tell(&probe, &bucket, text);
    assert_string_equal(text, "quoted@h:80/plans");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoding_is_the_canonical_one),
        cmocka_unit_test(encoding_keeps_within_its_room),
        cmocka_unit_test(decoding_is_strict),
        cmocka_unit_test(the_path_names_bucket_and_prefix),
        cmocka_unit_test(the_host_names_the_bucket),
        cmocka_unit_test(a_bucket_has_an_address_and_a_label),
        cmocka_unit_test(other_addresses_are_refused),
        cmocka_unit_test(places_have_a_longest_path_and_host),
        cmocka_unit_test(accounts_are_checked),
        cmocka_unit_test(proxies_are_checked),
        cmocka_unit_test(fields_are_taken),
        cmocka_unit_test(fields_that_nobody_can_use_are_none),
        cmocka_unit_test(refusals_are_understood),
        cmocka_unit_test(what_can_be_done_is_said),
        cmocka_unit_test(refusals_show_no_secret),
        cmocka_unit_test(refusals_are_bounded_and_printable),
        cmocka_unit_test(no_time_is_no_request),
        cmocka_unit_test(saves_are_a_bounded_list),
        cmocka_unit_test(marks_are_white_space_and_tell_saves_apart),
        cmocka_unit_test(lists_of_a_hand_are_none),
        cmocka_unit_test(etags_are_written_as_the_server_wants_them),
        cmocka_unit_test(what_was_told_of_the_bucket_is_believed),
    };
    return cmocka_run_group_tests_name("s3_client", tests, NULL, NULL);
}
