#include "media_type.h"
#include "temporary.h"

static void knows_json_however_it_is_written(void **state)
{
    static const char *const types[] = {"application/json", "application/json; charset=utf-8",
                                        "Application/JSON;charset=UTF-8", " application/json ",
                                        "application/json ;x=y"};
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        assert_true(media_type_is(types[i], "application/json"));
}

static void refuses_all_else(void **state)
{
    static const char *const types[] = {"",
                                        ";",
                                        "text/plain",
                                        "application/jsonp",
                                        "application/json5",
                                        "application/x-www-form-urlencoded",
                                        "application/merge-patch+json",
                                        "application/json, text/plain",
                                        "application/json text/plain",
                                        "text/plain;application/json"};
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        assert_false(media_type_is(types[i], "application/json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_json_however_it_is_written),
        cmocka_unit_test(refuses_all_else),
    };
    return cmocka_run_group_tests_name("media_type", tests, NULL, NULL);
}
