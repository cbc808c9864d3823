#include "s3_client.h"
#include "s3_deletion.h"
#include "s3_listing.h"
#include "s3_xml.h"
#include "temporary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_BEGIN                                                                                 \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                 \
    "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>plans</Name>"
#define OBJECT(key, size)                                                                          \
    "<Contents><Key>" key "</Key><LastModified>2026-11-25T20:45:28.000Z</LastModified>"            \
    "<ETag>&quot;abc&quot;</ETag><Size>" size "</Size><Owner><ID>t1</ID></Owner></Contents>"
#define LIST_END "</ListBucketResult>"

/* What was told of a list: "name=length;" each. */
struct told {
    char text[512];
    enum status status; /* what each is answered with */
};

static enum status object_note(void *context, const char *name, int64_t length, struct error *error)
{
    struct told *told = context;
    size_t used = strlen(told->text);
    (void)snprintf(told->text + used, sizeof told->text - used, "%s=%" PRId64 ";", name, length);
    return told->status == STATUS_OK ? STATUS_OK : error_set(error, told->status, "enough");
}

static void check_page(const char *page, const char *expected, const char *token)
{
    struct told told = {.status = STATUS_OK};
    struct s3_listing_place place = {.token = "before"};
    struct error error = ERROR_INIT;
    assert_int_equal(
        s3_listing_read(page, strlen(page), "a&b/backups/", object_note, &told, &place, &error),
        STATUS_OK);
    assert_string_equal(error.text, "");
    assert_string_equal(told.text, expected);
    assert_string_equal(place.token, token);
}

static void lists_are_read(void **state)
{
    (void)state;
    check_page(LIST_BEGIN "<IsTruncated>false</IsTruncated>" LIST_END, "", "");
    check_page(LIST_BEGIN OBJECT("a&amp;b/backups/backup-1.json", "17")
                   OBJECT("a&amp;b/backups/x/y", "0") "<IsTruncated>false</IsTruncated>" LIST_END,
               "backup-1.json=17;x/y=0;", "");
    /* Others than those asked for are left out. */
    check_page(LIST_BEGIN OBJECT("other", "1") OBJECT("a&amp;b/backups/z", "2") LIST_END, "z=2;",
               "");
}

static void lists_go_on(void **state)
{
    (void)state;
    check_page(LIST_BEGIN "<IsTruncated>true</IsTruncated>"
                          "<NextContinuationToken>1/+&amp;=</NextContinuationToken>" OBJECT(
                              "a&amp;b/backups/z", "2") LIST_END,
               "z=2;", "1/+&=");
    /* A token of a list that is whole means nothing. */
    check_page(LIST_BEGIN "<NextContinuationToken>x</NextContinuationToken>" LIST_END, "", "");
}

static void check_no_page(const char *page)
{
    struct told told = {.status = STATUS_OK};
    struct s3_listing_place place = {.token = "before"};
    struct error error = ERROR_INIT;
    assert_int_equal(s3_listing_read(page, strlen(page), "", object_note, &told, &place, &error),
                     STATUS_UNAVAILABLE);
    assert_string_not_equal(error.text, "");
    assert_string_equal(place.token, "before");
}

static void what_is_no_list_is_an_error(void **state)
{
    (void)state;
    check_no_page("");
    check_no_page("plain");
    check_no_page("<html><body>Welcome</body></html>");
    check_no_page("<Error><Code>AccessDenied</Code></Error>");
    check_no_page(LIST_BEGIN);
    check_no_page(LIST_BEGIN LIST_END "x");
    check_no_page(LIST_BEGIN "<IsTruncated>true</IsTruncated>" LIST_END);
    check_no_page(LIST_BEGIN "<Contents><Key>a</Key></Contents>" LIST_END);
    check_no_page(LIST_BEGIN OBJECT("a", "") LIST_END);
    check_no_page(LIST_BEGIN OBJECT("a", "-1") LIST_END);
    check_no_page(LIST_BEGIN OBJECT("a", "1e3") LIST_END);
    check_no_page(LIST_BEGIN OBJECT("a", "99999999999999999999") LIST_END);
    check_no_page(LIST_BEGIN OBJECT("&#1;", "1") LIST_END);
    check_no_page("<x>" LIST_BEGIN LIST_END "</x>");
}

static void hostile_xml_is_refused(void **state)
{
    static char deep[4096];
    static char wide[2 * S3_XML_TEXT_SIZE];
    (void)state;
    check_no_page("<!DOCTYPE x>" LIST_BEGIN LIST_END);
    check_no_page("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
                  "<ListBucketResult>&b;</ListBucketResult>");
    check_no_page("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><ListBucketResult/>");
    check_no_page("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
                  "<ListBucketResult>&e;</ListBucketResult>");
    for (size_t i = 0; i < sizeof deep / 4; i++)
        memcpy(deep + 3 * i, "<a>", 4);
    check_no_page(deep);
    (void)snprintf(wide, sizeof wide, "<ListBucketResult><a>%0*d</a></ListBucketResult>",
                   (int)S3_XML_TEXT_SIZE, 1);
    check_no_page(wide);
    (void)snprintf(wide, sizeof wide, "<ListBucketResult><%0*d/></ListBucketResult>", 64, 1);
    check_no_page(wide);
    (void)snprintf(wide, sizeof wide,
                   "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>%0*d"
                   "</NextContinuationToken></ListBucketResult>",
                   (int)S3_LISTING_TOKEN_SIZE, 1);
    check_no_page(wide);
    (void)snprintf(wide, sizeof wide, "<ListBucketResult><a%0*d/></ListBucketResult>",
                   (int)S3_XML_NAME_SIZE, 1);
    check_no_page(wide);
}

static void who_is_told_can_end_it(void **state)
{
    static const char page[] = LIST_BEGIN OBJECT("a", "1") OBJECT("b", "2") LIST_END;
    struct told told = {.status = STATUS_TOO_LARGE};
    struct s3_listing_place place = {.token = ""};
    struct error error = ERROR_INIT;
    (void)state;
    assert_int_equal(s3_listing_read(page, strlen(page), "", object_note, &told, &place, &error),
                     STATUS_TOO_LARGE);
    assert_string_equal(error.text, "enough");
    assert_string_equal(told.text, "a=1;");
}

static void queries_are_canonical(void **state)
{
    struct s3_listing_place place = {.token = ""};
    char query[128];
    (void)state;
    assert_true(s3_listing_query("a b/团/", &place, query, sizeof query));
    assert_string_equal(query, "list-type=2&prefix=a%20b%2F%E5%9B%A2%2F");
    memcpy(place.token, "1/+=&", sizeof "1/+=&");
    assert_true(s3_listing_query("p/", &place, query, sizeof query));
    assert_string_equal(query, "continuation-token=1%2F%2B%3D%26&list-type=2&prefix=p%2F");
    assert_false(s3_listing_query("p/", &place, query, 40));
    assert_false(s3_listing_query("p/", &place, query, 1));
}

static void the_longest_query_fits(void **state)
{
    struct s3_listing_place place = {.token = ""};
    char prefix[S3_PREFIX_MAX + S3_NAME_MAX + 1];
    char query[S3_QUERY_SIZE];
    (void)state;
    memset(prefix, '/', sizeof prefix - 1);
    prefix[sizeof prefix - 1] = '\0';
    memset(place.token, '/', 800);
    assert_true(s3_listing_query(prefix, &place, query, sizeof query));
    memset(place.token, 'a', sizeof place.token - 1);
    assert_true(s3_listing_query(prefix, &place, query, sizeof query));
}

/* Removals. */

static void removals_name_their_objects(void **state)
{
    struct buffer text;
    char md5[S3_MD5_SIZE];
    static const char expected[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>"
        "<Object><Key>a&amp;b&lt;&gt;\"/backups/backup-1.json</Key></Object>"
        "<Object><Key>c</Key></Object></Delete>";
    (void)state;
    buffer_init(&text, S3_DELETION_TEXT_MAX);
    assert_int_equal(s3_deletion_begin(&text, NULL), STATUS_OK);
    assert_int_equal(s3_deletion_add(&text, "a&b<>\"/", "backups/backup-1.json", NULL), STATUS_OK);
    assert_int_equal(s3_deletion_add(&text, "", "c", NULL), STATUS_OK);
    assert_int_equal(s3_deletion_end(&text, NULL), STATUS_OK);
    assert_int_equal(text.length, sizeof expected - 1);
    assert_memory_equal(text.bytes, expected, text.length);
    assert_int_equal(s3_deletion_md5(&text, md5, NULL), STATUS_OK);
    assert_int_equal(strlen(md5), S3_MD5_SIZE - 1);
    buffer_release(&text);
}

static void the_md5_is_that_of_the_text(void **state)
{
    struct buffer text;
    char md5[S3_MD5_SIZE];
    (void)state;
    buffer_init(&text, 16);
    assert_int_equal(buffer_append(&text, "abc", 3, NULL), STATUS_OK);
    assert_int_equal(s3_deletion_md5(&text, md5, NULL), STATUS_OK);
    assert_string_equal(md5, "kAFQmDzST7DWlj99KOF/cg==");
    buffer_release(&text);
}

static void as_many_as_can_be_removed_fit(void **state)
{
    char prefix[S3_PREFIX_MAX + 1];
    char name[S3_NAME_MAX + 1];
    struct buffer text;
    (void)state;
    memset(prefix, '&', S3_PREFIX_MAX);
    prefix[S3_PREFIX_MAX] = '\0';
    memset(name, 'x', S3_NAME_MAX);
    name[S3_NAME_MAX] = '\0';
    buffer_init(&text, S3_DELETION_TEXT_MAX);
    assert_int_equal(s3_deletion_begin(&text, NULL), STATUS_OK);
    for (int i = 0; i < S3_DELETION_MAX; i++)
        assert_int_equal(s3_deletion_add(&text, prefix, name, NULL), STATUS_OK);
    assert_int_equal(s3_deletion_end(&text, NULL), STATUS_OK);
    buffer_release(&text);
}

static void check_removal(const char *answer, enum status status, const char *expected)
{
    struct error error = ERROR_INIT;
    assert_int_equal(s3_deletion_read(answer, strlen(answer), &error), status);
    assert_string_equal(error.text, expected);
}

static void answers_to_removals_are_read(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    check_removal("<DeleteResult/>", STATUS_OK, "");
    check_removal("<DeleteResult xmlns=\"x\"><Deleted><Key>a</Key></Deleted></DeleteResult>",
                  STATUS_OK, "");
    check_removal("<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code></Error>"
                  "<Error><Key>b</Key><Code>InternalError</Code></Error></DeleteResult>",
                  STATUS_UNAVAILABLE, "2 objects were not removed: AccessDenied");
    check_removal("<Error><Code>MalformedXML</Code></Error>", STATUS_UNAVAILABLE,
                  "the server's answer is none to a removal");
    check_removal("<!DOCTYPE x><DeleteResult/>", STATUS_UNAVAILABLE,
                  "the server's XML has a document type");
    assert_int_equal(s3_deletion_read("", 0, &error), STATUS_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_read),
        cmocka_unit_test(lists_go_on),
        cmocka_unit_test(what_is_no_list_is_an_error),
        cmocka_unit_test(hostile_xml_is_refused),
        cmocka_unit_test(who_is_told_can_end_it),
        cmocka_unit_test(queries_are_canonical),
        cmocka_unit_test(the_longest_query_fits),
        cmocka_unit_test(removals_name_their_objects),
        cmocka_unit_test(the_md5_is_that_of_the_text),
        cmocka_unit_test(as_many_as_can_be_removed_fit),
        cmocka_unit_test(answers_to_removals_are_read),
    };
    return cmocka_run_group_tests_name("s3_listing", tests, NULL, NULL);
}
