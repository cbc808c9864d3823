#include "base_cookie.h"
#include "temporary.h"

#include <string.h>

static void check_base(const char *cookies, struct save_base expected)
{
    const struct request request = {.cookies = cookies};
    struct save_base base = base_cookie_read(&request);
    if (base.known != expected.known || base.held != expected.held ||
        base.has_saved != expected.has_saved || base.saved != expected.saved ||
        base.has_kept != expected.has_kept || base.kept != expected.kept)
        fail_msg("'%s' is known %d held %jd has_saved %d saved %jd", cookies, base.known,
                 (intmax_t)base.held, base.has_saved, (intmax_t)base.saved);
}

static void both_revisions_are_read(void **state)
{
    static const struct {
        const char *cookies;
        struct save_base base;
    } rows[] = {
        {"schedule-base=5", {.known = true, .held = 5}},
        {"schedule-base=0", {.known = true}},
        {"schedule-base=5.4", {.known = true, .held = 5, .has_saved = true, .saved = 4}},
        {"schedule-base=5.0", {.known = true, .held = 5, .has_saved = true}},
        {"schedule-base=1769000000123.1769000000122",
         {.known = true, .held = 1769000000123, .has_saved = true, .saved = 1769000000122}},
        {"schedule-base=5.4.3",
         {.known = true, .held = 5, .has_saved = true, .saved = 4, .has_kept = true, .kept = 3}},
        {"schedule-base=5.4.18446744073709551615",
         {.known = true,
          .held = 5,
          .has_saved = true,
          .saved = 4,
          .has_kept = true,
          .kept = UINT64_MAX}},
        {"schedule-base=.0", {.has_saved = true}},
        {"schedule-base=9223372036854775807.9223372036854775807",
         {.known = true, .held = INT64_MAX, .has_saved = true, .saved = INT64_MAX}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_base(rows[i].cookies, rows[i].base);
}

static void it_is_found_among_others(void **state)
{
    static const char *const cookies[] = {"a=1; schedule-base=5.4",
                                          "schedule-base=5.4; a=1",
                                          "a=1;schedule-base=5.4;b=2",
                                          "xschedule-base=9; schedule-base=5.4",
                                          "a=schedule-base=9; schedule-base=5.4",
                                          "schedule-bases=9;  schedule-base=5.4",
                                          "a; ; schedule-base=5.4; schedule-base=9"};
    (void)state;
    for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++)
        check_base(cookies[i],
                   (struct save_base){.known = true, .held = 5, .has_saved = true, .saved = 4});
}

static void what_is_not_ours_says_nothing(void **state)
{
    static const char *const cookies[] = {
        NULL,
        "",
        ";",
        "a=1",
        "schedule-base",
        "schedule-base=",
        "schedule-base=.",
        "schedule-base=5.",
        "schedule-base=..5",
        "schedule-base=5..3",
        "schedule-base=5.4.",
        "schedule-base=5.4.3.2",
        "schedule-base=5.4.18446744073709551616",
        "schedule-base-80=5",
        "schedule-base=-5",
        "schedule-base= 5",
        "schedule-base=5 ",
        "schedule-base=\"5\"",
        "schedule-base=5x",
        "schedule-base=5.x",
        "schedule-base=9223372036854775808",
        "schedule-base=5.9223372036854775808",
        "Schedule-Base=5",
        "schedule-base=1769000000123176900000012317690000001231769"
        "0000001231769000000123"};
    (void)state;
    for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++)
        check_base(cookies[i], (struct save_base){0});
}

static void each_port_has_its_own(void **state)
{
    struct request request = {
        .cookies = "schedule-base=1; schedule-base-80=2; schedule-base-8080=3", .port = "8080"};
    (void)state;
    assert_int_equal(base_cookie_read(&request).held, 3);
    request.port = "80";
    assert_int_equal(base_cookie_read(&request).held, 2);
    request.port = "8081";
    assert_false(base_cookie_read(&request).known);
    request.port = "80; x";
    assert_int_equal(base_cookie_read(&request).held, 1);
    request.host = "plan.example:8080";
    assert_int_equal(base_cookie_read(&request).held, 3);
    request.port = "80";
    request.host = "[::1]";
    assert_int_equal(base_cookie_read(&request).held, 2);
    request.host = "[::1]:8080";
    assert_int_equal(base_cookie_read(&request).held, 3);
}

static void check_set(struct save_base base, const char *port, const char *expected)
{
    const struct request request = {.port = port};
    struct response response;
    response_init(&response, 200);
    base_cookie_set(&response, &request, &base);
    size_t length = 0;
    const char *headers = response_headers(&response, &length);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(headers, expected, length);
    response_release(&response);
}

static void it_is_for_this_session_and_this_program(void **state)
{
    (void)state;
    check_set((struct save_base){.known = true, .held = 0}, NULL,
              "Set-Cookie: schedule-base=0; HttpOnly; SameSite=Lax; Path=/api\n");
    check_set((struct save_base){.known = true, .held = 5}, NULL,
              "Set-Cookie: schedule-base=5; HttpOnly; SameSite=Lax; Path=/api\n");
    check_set((struct save_base){.known = true, .held = 5, .has_saved = true, .saved = 4}, "5000",
              "Set-Cookie: schedule-base-5000=5.4; HttpOnly; SameSite=Lax; Path=/api\n");
    check_set((struct save_base){.known = true,
                                 .held = INT64_MAX,
                                 .has_saved = true,
                                 .saved = INT64_MAX,
                                 .has_kept = true,
                                 .kept = UINT64_MAX},
              "65535",
              "Set-Cookie: schedule-base-65535=9223372036854775807.9223372036854775807."
              "18446744073709551615; HttpOnly; SameSite=Lax; Path=/api\n");
    check_set((struct save_base){.has_saved = true}, NULL,
              "Set-Cookie: schedule-base=.0; HttpOnly; SameSite=Lax; Path=/api\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_revisions_are_read),
        cmocka_unit_test(it_is_found_among_others),
        cmocka_unit_test(what_is_not_ours_says_nothing),
        cmocka_unit_test(each_port_has_its_own),
        cmocka_unit_test(it_is_for_this_session_and_this_program),
    };
    return cmocka_run_group_tests_name("base_cookie", tests, NULL, NULL);
}
