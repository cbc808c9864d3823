#include "cors.h"
#include "temporary.h"

#include <string.h>

static void check(const char *origins, const char *origin, const char *method, const char *expected)
{
    const struct request request = {.method = method, .origin = origin};
    struct response response;
    response_init(&response, 200);
    cors_apply(origins, &request, "GET, POST", &response);
    size_t length = 0;
    const char *headers = response_headers(&response, &length);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(headers, expected, length);
    response_release(&response);
}

static void without_the_setting_nothing_is_allowed(void **state)
{
    (void)state;
    check(NULL, "https://a.example", "GET", "");
    check(NULL, "https://a.example", "OPTIONS", "");
}

static void a_listed_origin_is_allowed(void **state)
{
    const char *list = "https://a.example,http://b.example:81 , https://c.example";
    (void)state;
    check(list, "http://b.example:81", "GET",
          "Vary: Origin\nAccess-Control-Allow-Origin: http://b.example:81\n"
          "Access-Control-Expose-Headers: ETag, Location\n");
    check(list, "https://c.example", "OPTIONS",
          "Vary: Origin\nAccess-Control-Allow-Origin: https://c.example\n"
          "Access-Control-Allow-Methods: GET, POST\nAccess-Control-Allow-Headers: "
          "Content-Type, If-Match, If-None-Match\n"
          "Access-Control-Max-Age: 600\n");
}

static void others_are_not(void **state)
{
    const char *list = "https://a.example,http://b.example:81";
    (void)state;
    check(list, NULL, "GET", "Vary: Origin\n");
    check(list, "https://evil.example", "OPTIONS", "Vary: Origin\n");
    check(list, "https://a.exampl", "GET", "Vary: Origin\n");
    check(list, "https://a.example.evil", "GET", "Vary: Origin\n");
    check(list, "http://a.example", "GET", "Vary: Origin\n");
    check(list, "null", "GET", "Vary: Origin\n");
}

static void a_star_allows_all(void **state)
{
    (void)state;
    check("*", "https://any.example", "GET",
          "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: ETag, Location\n");
    check("*", NULL, "GET", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_the_setting_nothing_is_allowed),
        cmocka_unit_test(a_listed_origin_is_allowed),
        cmocka_unit_test(others_are_not),
        cmocka_unit_test(a_star_allows_all),
    };
    return cmocka_run_group_tests_name("cors", tests, NULL, NULL);
}
