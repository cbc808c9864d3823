/*
 * Saves by clients that know nothing of revisions, or name the one they started from: what is
 * merged, what is replaced, and what is refused. Documents are written with ' for ".
 */
#include "json_tree.h"
#include "program.h"
#include "valgrind_run.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAVED "{\"ok\":true,\"message\":\"数据保存成功\"}"

static const char page_origin[] = "http://plan.example";

static const char *query_of(const char *name, int64_t revision)
{
    static char queries[4][64];
    static unsigned next;
    char *query = queries[next++ % 4];
    (void)snprintf(query, sizeof queries[0], "%s%" PRId64, name, revision);
    return query;
}

/* Save past all merging, as somebody else does. */
static int64_t store(const char *directory, const char *document)
{
    struct answer answer = REQUEST(directory, .body = quoted(document), .query = "replace=1");
    if (answer.status != 200)
        fail_msg("%s%s", answer.output, answer.log);
    int64_t revision = revision_of(&answer);
    answer_release(&answer);
    return revision;
}

static void check_stored(const char *directory, const char *expected)
{
    char *text = file_read(path_in(directory, "project-data.json"));
    json_t *tree = json_loads(text, 0, NULL);
    check_tree(tree, expected);
    json_decref(tree);
    free(text);
}

static void check_logged(const struct answer *answer, const char *line)
{
    if (strstr(answer->log, line) == NULL)
        fail_msg("the log lacks '%s':\n%s", line, answer->log);
}

/* The answer of a merged save, released; its conflicts in the order of their members. */
static void check_merged(struct answer answer, const char *conflicts)
{
    char expected[4096];
    assert_int_equal(answer.exit_status, 0);
    if (answer.status != 200)
        fail_msg("%s%s", answer.output, answer.log);
    (void)snprintf(expected, sizeof expected,
                   "{'ok':true,'message':'数据保存成功','revision':%" PRId64
                   ",'merged':true,'conflicts':%s}",
                   revision_of(&answer), conflicts);
    assert_string_equal(answer.body, quoted(expected));
    assert_true(has_header(&answer, "Content-Type: application/json; charset=utf-8"));
    answer_release(&answer);
}

static void check_replaced(struct answer answer)
{
    if (answer.status != 200 || strcmp(answer.body, SAVED) != 0)
        fail_msg("%s%s", answer.output, answer.log);
    answer_release(&answer);
}

/* A browser with a page in it. */
struct page {
    const char *directory;
    char cookie[128]; /* as the browser sends it; "" before the first answer */
};

static struct page page_open(const char *directory)
{
    return (struct page){.directory = directory};
}

static void cookie_take(struct page *page, const struct answer *answer)
{
    const char *set = header_value(answer, "Set-Cookie");
    if (set == NULL)
        fail_msg("no cookie: %s%s", answer->output, answer->log);
    (void)snprintf(page->cookie, sizeof page->cookie, "%.*s", (int)strcspn(set, ";"), set);
}

static const char *cookie_of(const struct page *page)
{
    return page->cookie[0] != '\0' ? page->cookie : NULL;
}

static int64_t page_load(struct page *page)
{
    struct answer answer = REQUEST(page->directory, .cookie = cookie_of(page));
    assert_int_equal(answer.status, 200);
    cookie_take(page, &answer);
    int64_t revision = revision_of(&answer);
    answer_release(&answer);
    return revision;
}

static struct answer page_post(const struct page *page, const char *document)
{
    return REQUEST(page->directory, .body = quoted(document), .cookie = cookie_of(page),
                   .origin = page_origin);
}

static struct answer page_save(struct page *page, const char *document)
{
    struct answer answer = page_post(page, document);
    if (answer.status == 200)
        cookie_take(page, &answer);
    return answer;
}

static void check_cookie(const struct page *page, int64_t held, int64_t saved)
{
    char expected[128];
    int length = snprintf(expected, sizeof expected, "schedule-base=%" PRId64, held);
    if (saved >= 0)
        length +=
            snprintf(expected + length, sizeof expected - (size_t)length, ".%" PRId64 ".", saved);
    /* What it saved has a hash behind it. */
    assert_memory_equal(page->cookie, expected, (size_t)length);
    assert_int_equal(strspn(page->cookie + length, "0123456789") > 0, saved >= 0);
}

/* Which document a save is based on. */

static void a_save_is_merged_by_the_base_in_its_query(void **state)
{
    int64_t base = store(*state, "{'tasks':[{'id':1},{'id':2}]}");
    (void)store(*state, "{'tasks':[{'id':1},{'id':2},{'id':3}]}");
    check_merged(REQUEST(*state, .body = quoted("{'tasks':[{'id':1},{'id':4}]}"),
                         .query = query_of("base=", base)),
                 "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':3},{'id':4}]}");
}

static void a_save_is_merged_by_the_cookie(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[{'id':1},{'id':2}]}");
    (void)page_load(&page);
    (void)store(*state, "{'tasks':[{'id':1},{'id':2},{'id':3}]}");
    check_merged(page_save(&page, "{'tasks':[{'id':1},{'id':4}]}"), "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':3},{'id':4}]}");
}

static void put_is_merged_as_well(void **state)
{
    int64_t base = store(*state, "{'tasks':[{'id':1}]}");
    (void)store(*state, "{'tasks':[{'id':1},{'id':2}]}");
    check_merged(REQUEST(*state, .method = "PUT", .body = quoted("{'tasks':[{'id':1},{'id':3}]}"),
                         .query = query_of("a=b&base=", base)),
                 "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':2},{'id':3}]}");
}

static void the_query_goes_before_the_cookie(void **state)
{
    struct page page = page_open(*state);
    int64_t base = store(*state, "{'tasks':[{'id':1}]}");
    (void)store(*state, "{'tasks':[{'id':1},{'id':2}]}");
    (void)page_load(&page);
    check_merged(REQUEST(*state, .body = quoted("{'tasks':[{'id':1}],'a':1}"),
                         .query = query_of("base=", base), .cookie = page.cookie),
                 "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':2}],'a':1}");
}

static void without_a_base_a_save_replaces(void **state)
{
    (void)store(*state, "{'tasks':[{'id':1}]}");
    check_replaced(REQUEST(*state, .body = quoted("{'tasks':[{'id':2}]}")));
    check_stored(*state, "{'tasks':[{'id':2}]}");
}

static void whoever_is_alone_replaces(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[{'id':1},{'id':2}]}");
    (void)page_load(&page);
    check_replaced(page_save(&page, "{'tasks':[{'id':2},{'id':3}]}"));
    check_replaced(page_save(&page, "{'tasks':[{'id':3}]}"));
    check_stored(*state, "{'tasks':[{'id':3}]}");
    assert_int_equal(entries_count(*state, "submitted-"), 0);
}

static void other_cookies_say_nothing(void **state)
{
    static const char *const cookies[] = {
        "schedule-base",          "schedule-base=",
        "schedule-base=x",        "schedule-base=-1",
        "schedule-base=1.",       "schedule-base=..1",
        "schedule-base=1.2.3.4",  "schedule-base=1x",
        "a=1; b=schedule-base=1", "schedule-base=99999999999999999999"};
    for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++) {
        (void)store(*state, "{'tasks':[{'id':1}]}");
        struct answer answer =
            REQUEST(*state, .body = quoted("{'tasks':[{'id':2}]}"), .cookie = cookies[i]);
        assert_null(strstr(answer.log, "[WARN]"));
        check_replaced(answer);
        check_stored(*state, "{'tasks':[{'id':2}]}");
    }
}

static void a_query_that_is_wrong_is_400(void **state)
{
    static const char *const queries[] = {"base=",
                                          "base",
                                          "base=x",
                                          "base=-1",
                                          "base=1.5",
                                          "base=9223372036854775808",
                                          "base=1&base=x&replace=2",
                                          "base=%31",
                                          "replace=",
                                          "replace",
                                          "replace=0",
                                          "replace=11",
                                          "replace=1000000000",
                                          "replace=true"};
    (void)store(*state, "{'a':1}");
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        struct answer answer = REQUEST(*state, .body = "{}", .query = queries[i]);
        check_failure(&answer, 400, "BAD_REQUEST",
                      strncmp(queries[i], "base=1&", 7) == 0 || queries[i][0] == 'r'
                          ? "replace is '"
                          : "base is '");
        answer_release(&answer);
    }
    check_stored(*state, "{'a':1}");
    assert_int_equal(entries_count(*state, "backup-"), 0);
}

/* The cookie. */

static void the_cookie_is_for_the_session_and_out_of_reach_of_scripts(void **state)
{
    char expected[256];
    int64_t revision = store(*state, "{'a':1}");
    (void)snprintf(expected, sizeof expected,
                   "Set-Cookie: schedule-base=%" PRId64 "; HttpOnly; SameSite=Lax; Path=/api",
                   revision);
    struct answer answer = REQUEST(*state, .method = "GET");
    assert_true(has_header(&answer, expected));
    answer_release(&answer);
    answer = REQUEST(*state, .body = quoted("{'a':1}"));
    (void)snprintf(expected, sizeof expected, "schedule-base=%" PRId64 ".%" PRId64 ".", revision,
                   revision);
    const char *cookie = header_value(&answer, "Set-Cookie");
    assert_memory_equal(cookie, expected, strlen(expected));
    assert_string_equal(strchr(cookie, ';'), "; HttpOnly; SameSite=Lax; Path=/api");
    answer_release(&answer);
}

static void the_cookie_names_what_was_served_and_what_was_saved(void **state)
{
    struct page page = page_open(*state);
    assert_int_equal(page_load(&page), 0);
    check_cookie(&page, 0, -1);
    int64_t first = store(*state, "{'a':1}");
    assert_int_equal(page_load(&page), first);
    check_cookie(&page, first, -1);
    struct answer answer = page_save(&page, "{'a':2}");
    int64_t own = revision_of(&answer);
    check_replaced(answer);
    check_cookie(&page, own, own);
    int64_t others = store(*state, "{'a':3}");
    assert_int_equal(page_load(&page), others);
    check_cookie(&page, others, own);
}

static void a_304_sets_the_cookie_as_a_200_does(void **state)
{
    char tag[64];
    struct page page = page_open(*state);
    check_replaced(page_save(&page, "{'a':1}"));
    int64_t own = page_load(&page);
    int64_t others = store(*state, "{'a':2}");
    (void)snprintf(tag, sizeof tag, "W/\"%" PRId64 "-gzip\"", others);
    struct answer answer = REQUEST(*state, .if_none_match = tag, .cookie = page.cookie);
    assert_int_equal(answer.status, 304);
    cookie_take(&page, &answer);
    check_cookie(&page, others, own);
    answer_release(&answer);
}

static void a_page_that_is_refused_as_another_plans_takes_nothing_away(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'projects':[{'id':'p1'}],'pmos':[{'id':'m1'}]}");
    struct answer answer = page_post(&page, "{'projects':[{'id':'demo'}],'pmos':[]}");
    assert_int_equal(answer.status, 409);
    cookie_take(&page, &answer);
    answer_release(&answer);
    assert_string_equal(page.cookie, "schedule-base=.0");
    /* Once more, as pages do; then it loads the plan, all but what it loads once. */
    check_answer(page_post(&page, "{'projects':[{'id':'demo'}],'pmos':[]}"), 409);
    (void)page_load(&page);
    check_merged(page_save(&page, "{'projects':[{'id':'p1'},{'id':'p2'}],'pmos':[]}"), "[]");
    check_stored(*state, "{'projects':[{'id':'p1'},{'id':'p2'}],'pmos':[{'id':'m1'}]}");
}

static void a_person_who_looks_at_the_address_holds_nothing(void **state)
{
    (void)store(*state, "{'a':1}");
    const struct call navigation = {
        .directory = *state, .variables = {"REQUEST_METHOD=GET", "HTTP_SEC_FETCH_DEST=document"}};
    struct answer answer = program_call(&navigation);
    assert_int_equal(answer.status, 200);
    assert_null(header_value(&answer, "Set-Cookie"));
    answer_release(&answer);
    const struct call script = {.directory = *state,
                                .variables = {"REQUEST_METHOD=GET", "HTTP_SEC_FETCH_DEST=empty"}};
    answer = program_call(&script);
    assert_non_null(header_value(&answer, "Set-Cookie"));
    answer_release(&answer);
}

static void head_leaves_the_cookie_alone(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'projects':[{'id':'p1'}]}");
    (void)page_load(&page);
    struct answer answer = REQUEST(*state, .method = "HEAD", .cookie = page.cookie);
    assert_int_equal(answer.status, 200);
    assert_null(header_value(&answer, "Set-Cookie"));
    answer_release(&answer);
}

/* Merged saves. */

static void what_was_posted_is_kept_just_before_what_is_stored(void **state)
{
    char path[64];
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[{'id':1}]}");
    (void)page_load(&page);
    (void)store(*state, "{'tasks':[{'id':1},{'id':2}]}");
    struct answer answer = page_save(&page, "{'tasks':[{'id':1},{'id':3}]}");
    int64_t merged = revision_of(&answer);
    check_merged(answer, "[]");
    check_cookie(&page, merged - 1, merged - 1);
    (void)snprintf(path, sizeof path, "/backups/%" PRId64, merged - 1);
    answer = REQUEST(*state, .path = path);
    assert_string_equal(answer.body, "{\n  \"tasks\": [\n    {\n      \"id\": 1\n    },\n    {\n"
                                     "      \"id\": 3\n    }\n  ]\n}");
    assert_int_equal(revision_of(&answer), merged - 1);
    answer_release(&answer);
    (void)strcat(path, "/restore");
    check_answer(REQUEST(*state, .path = path, .body = "{}"), 200);
    check_stored(*state, "{'tasks':[{'id':1},{'id':3}]}");
}

static void conflicts_are_answered_and_logged(void **state)
{
    char line[1024];
    struct page page = page_open(*state);
    int64_t base = store(*state, "{'tasks':[{'id':'t','n':1,'s':'a'},{'id':'u'},{'id':'v'}]}");
    (void)page_load(&page);
    (void)store(*state, "{'tasks':[{'id':'t','n':2,'s':'b'},{'id':'u','n':1}]}");
    struct answer answer =
        page_save(&page, "{'tasks':[{'id':'t','n':3,'s':'b'},{'id':'v','n':1}]}");
    int64_t revision = revision_of(&answer);
    check_logged(&answer, "Z [WARN] POST /api/data 合并冲突: /tasks/t/n base 1 current 2 "
                          "incoming 3\n");
    check_logged(&answer, "Z [WARN] POST /api/data 合并冲突: /tasks/u base {\"id\":\"u\"} current "
                          "{\"id\":\"u\",\"n\":1} incoming -\n");
    check_logged(&answer, "Z [WARN] POST /api/data 合并冲突: /tasks/v base {\"id\":\"v\"} current "
                          "- incoming {\"id\":\"v\",\"n\":1}\n");
    (void)snprintf(line, sizeof line,
                   "Z [INFO] POST /api/data 数据合并: base %" PRId64 " submitted %" PRId64
                   " conflicts 3\n",
                   base, revision - 1);
    check_logged(&answer, line);
    (void)snprintf(line, sizeof line,
                   "Z [INFO] POST /api/data 数据保存成功: %s %jd bytes revision %" PRId64 "\n",
                   path_in(*state, "project-data.json"),
                   (intmax_t)file_stat(path_in(*state, "project-data.json")).st_size, revision);
    check_logged(&answer, line);
    check_merged(answer, "[{'path':'/tasks/t/n','base':1,'current':2,'incoming':3},"
                         "{'path':'/tasks/u','base':{'id':'u'},'current':{'id':'u','n':1}},"
                         "{'path':'/tasks/v','base':{'id':'v'},'incoming':{'id':'v','n':1}}]");
    check_stored(*state, "{'tasks':[{'id':'t','n':3,'s':'b'},{'id':'u','n':1},{'id':'v','n':1}]}");
}

/* {'a00':<value>,'a01':<value>,...} */
static void many_write(char *text, size_t size, int value)
{
    size_t used = 0;
    for (int i = 0; i < 25; i++)
        used += (size_t)snprintf(text + used, size - used, "%c'a%02d':%d", i == 0 ? '{' : ',', i,
                                 value);
    (void)snprintf(text + used, size - used, "}");
}

static void a_flood_of_conflicts_does_not_flood_the_log(void **state)
{
    char document[1024];
    size_t lines = 0;
    many_write(document, sizeof document, 1);
    int64_t base = store(*state, document);
    many_write(document, sizeof document, 2);
    (void)store(*state, document);
    many_write(document, sizeof document, 3);
    struct answer answer =
        REQUEST(*state, .body = quoted(document), .query = query_of("base=", base));
    assert_int_equal(answer.status, 200);
    for (const char *p = answer.log; (p = strstr(p, "合并冲突: /a")) != NULL; p++)
        lines++;
    assert_int_equal(lines, 20);
    check_logged(&answer, "[WARN] POST /api/data 合并冲突: 5 more\n");
    json_t *body = json_loads(answer.body, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(body, "conflicts")), 25);
    json_decref(body);
    answer_release(&answer);
}

static void a_page_that_posts_what_it_loaded_changes_nothing(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[{'id':1}]}");
    int64_t loaded = page_load(&page);
    int64_t current = store(*state, "{'tasks':[{'id':2}]}");
    size_t entries = entries_count(*state, "");
    struct answer answer = page_save(&page, "{'tasks':[{'id':1}]}");
    assert_int_equal(revision_of(&answer), current);
    check_merged(answer, "[]");
    check_cookie(&page, loaded, loaded);
    check_stored(*state, "{'tasks':[{'id':2}]}");
    assert_int_equal(entries_count(*state, ""), entries);
}

static void what_was_posted_is_kept_even_if_nothing_comes_of_it(void **state)
{
    char name[64];
    struct page page = page_open(*state);
    (void)store(*state, "{'a':1,'b':1}");
    (void)page_load(&page);
    int64_t current = store(*state, "{'a':2,'b':2}");
    ino_t inode = file_stat(path_in(*state, "project-data.json")).st_ino;
    struct answer answer = page_save(&page, "{'a':2,'b':1}");
    assert_int_equal(revision_of(&answer), current);
    check_merged(answer, "[]");
    assert_int_equal(file_stat(path_in(*state, "project-data.json")).st_ino, inode);
    assert_int_equal(entries_count(*state, "submitted-"), 1);
    (void)snprintf(name, sizeof name, "submitted-%.13s.json", strchr(page.cookie, '.') + 1);
    assert_true(file_exists(path_in(*state, name)));
    /* From there on the page takes back what it posted, and no more. */
    check_merged(page_save(&page, "{'a':1,'b':1}"), "[]");
    check_stored(*state, "{'a':1,'b':2}");
}

static void who_saves_again_without_loading_keeps_what_others_added(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[{'id':1},{'id':2}]}");
    (void)page_load(&page);
    (void)store(*state, "{'tasks':[{'id':1},{'id':2},{'id':3}]}");
    check_merged(page_save(&page, "{'tasks':[{'id':1},{'id':2},{'id':4}]}"), "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':2},{'id':3},{'id':4}]}");
    check_merged(page_save(&page, "{'tasks':[{'id':1},{'id':4},{'id':5}]}"), "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':3},{'id':4},{'id':5}]}");
    check_merged(page_save(&page, "{'tasks':[{'id':1}]}"), "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':3}]}");
    (void)page_load(&page);
    check_replaced(page_save(&page, "{'tasks':[]}"));
    check_stored(*state, "{'tasks':[]}");
}

/* PMOs and product managers, which pages load once. */

#define PEOPLE(pmos, managers, tasks)                                                              \
    "{'tasks':[" tasks "],'pmos':[" pmos "],'productManagers':[" managers "]}"

static void people_that_others_added_outlive_a_page_that_does_not_show_them(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, PEOPLE("{'id':'a'}", "'x'", "{'id':1}"));
    (void)page_load(&page);
    check_replaced(page_save(&page, PEOPLE("{'id':'a'}", "'x'", "{'id':1}")));
    (void)store(*state, PEOPLE("{'id':'a'},{'id':'b'}", "'x','y'", "{'id':1},{'id':2}"));
    (void)page_load(&page);
    check_merged(page_save(&page, PEOPLE("{'id':'a'}", "'x'", "{'id':2}")), "[]");
    check_stored(*state, PEOPLE("{'id':'a'},{'id':'b'}", "'x','y'", "{'id':2}"));
    /* Its own additions and removals count. */
    check_merged(page_save(&page, PEOPLE("{'id':'a'},{'id':'c'}", "'x','z'", "{'id':2}")), "[]");
    check_stored(*state, PEOPLE("{'id':'a'},{'id':'b'},{'id':'c'}", "'x','y','z'", "{'id':2}"));
    (void)page_load(&page);
    check_merged(page_save(&page, PEOPLE("{'id':'c'}", "'z'", "{'id':2}")), "[]");
    check_stored(*state, PEOPLE("{'id':'b'},{'id':'c'}", "'y','z'", "{'id':2}"));
}

static void a_page_whose_last_save_is_gone_takes_no_people_away(void **state)
{
    char path[64];
    struct page page = page_open(*state);
    struct answer answer = page_save(&page, PEOPLE("{'id':'a'}", "'x'", "{'id':1}"));
    int64_t own = revision_of(&answer);
    check_replaced(answer);
    (void)store(*state, PEOPLE("{'id':'a'},{'id':'b'}", "'x','y'", "{'id':1},{'id':2}"));
    (void)page_load(&page);
    (void)snprintf(path, sizeof path, "/backups/%" PRId64, own);
    check_answer(REQUEST(*state, .path = path, .method = "DELETE"), 200);
    check_merged(page_save(&page, PEOPLE("{'id':'a'}", "'x'", "{'id':2}")), "[]");
    check_stored(*state, PEOPLE("{'id':'a'},{'id':'b'}", "'x','y'", "{'id':2}"));
}

static void a_page_keeps_the_members_that_it_does_not_know(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[{'id':1}],'later':{'x':1}}");
    (void)page_load(&page);
    check_merged(page_save(&page, "{'tasks':[{'id':1},{'id':2}]}"), "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':2}],'later':{'x':1}}");
    check_merged(page_save(&page, "{'tasks':[{'id':2}]}"), "[]");
    (void)page_load(&page);
    check_merged(page_save(&page, "{'tasks':[{'id':3}]}"), "[]");
    check_stored(*state, "{'tasks':[{'id':3}],'later':{'x':1}}");
}

static void who_names_its_base_may_remove_any_member(void **state)
{
    int64_t base = store(*state, "{'tasks':[{'id':1}],'later':{'x':1}}");
    (void)store(*state, "{'tasks':[{'id':1},{'id':2}],'later':{'x':1}}");
    check_merged(
        REQUEST(*state, .body = quoted("{'tasks':[{'id':1}]}"), .query = query_of("base=", base)),
        "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':2}]}");
}

/* Without a base that is kept. */

static void check_base_lost(struct answer answer, int64_t base)
{
    char line[256];
    (void)snprintf(line, sizeof line, "Z [WARN] POST /api/data 未能合并，整体替换: base %" PRId64,
                   base);
    check_logged(&answer, line);
    check_replaced(answer);
}

static void a_base_that_is_not_kept_replaces_and_is_logged(void **state)
{
    static const char *const cookies[] = {NULL, "schedule-base=5", "schedule-base=5.6"};
    for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++) {
        (void)store(*state, "{'tasks':[{'id':1}]}");
        check_base_lost(REQUEST(*state, .body = quoted("{'tasks':[{'id':2}]}"),
                                .query = cookies[i] == NULL ? "base=5" : NULL,
                                .cookie = cookies[i]),
                        5);
        check_stored(*state, "{'tasks':[{'id':2}]}");
    }
    check_base_lost(REQUEST(*state, .body = "{}", .query = "base=9223372036854775807"), INT64_MAX);
    check_stored(*state, "{}");
}

static void a_base_that_was_pruned_replaces(void **state)
{
    char name[64];
    int64_t base = store(*state, "{'tasks':[{'id':1}]}");
    for (int i = 0; i < 2; i++) {
        char document[64];
        (void)snprintf(document, sizeof document, "{\"tasks\":[{\"id\":%d}]}", i);
        check_answer(REQUEST(*state, .body = document, .settings = {"SCHEDULE_BACKUPS=1"}), 200);
    }
    /* For ten minutes it is a base all the same, which no list shows. */
    (void)snprintf(name, sizeof name, "base-%" PRId64 ".json", base);
    assert_int_equal(unlink(path_in(*state, name)), 0);
    check_base_lost(REQUEST(*state, .body = quoted("{'tasks':[{'id':1},{'id':9}]}"),
                            .query = query_of("base=", base)),
                    base);
    check_stored(*state, "{'tasks':[{'id':1},{'id':9}]}");
}

static void a_base_that_became_damaged_replaces(void **state)
{
    char name[64];
    int64_t base = store(*state, "{'tasks':[{'id':1}]}");
    (void)store(*state, "{'tasks':[{'id':1},{'id':2}]}");
    (void)snprintf(name, sizeof name, "backup-%" PRId64 ".json", base);
    file_write(path_in(*state, name), "not json");
    check_base_lost(
        REQUEST(*state, .body = quoted("{'tasks':[]}"), .query = query_of("base=", base)), base);
    check_stored(*state, "{'tasks':[]}");
}

static void without_backups_a_stale_save_replaces(void **state)
{
    int64_t base = store(*state, "{'tasks':[{'id':1}]}");
    check_answer(
        REQUEST(*state, .body = quoted("{'tasks':[{'id':2}]}"), .settings = {"SCHEDULE_BACKUPS=0"}),
        200);
    check_base_lost(REQUEST(*state, .body = quoted("{'tasks':[]}"),
                            .query = query_of("base=", base), .settings = {"SCHEDULE_BACKUPS=0"}),
                    base);
    check_stored(*state, "{'tasks':[]}");
    assert_int_equal(entries_count(*state, "backup-"), 0);
}

static void documents_that_cannot_be_taken_apart_replace(void **state)
{
    int64_t base = store(*state, "{'a\\u0000b':1}");
    (void)store(*state, "{'a\\u0000b':2}");
    struct answer answer =
        REQUEST(*state, .body = quoted("{'a':3}"), .query = query_of("base=", base));
    check_logged(&answer, "Z [WARN] POST /api/data 未能合并，整体替换: a member's name has a NUL");
    check_replaced(answer);
    check_stored(*state, "{'a':3}");
}

static void who_loaded_when_nothing_was_stored_is_merged(void **state)
{
    struct page page = page_open(*state);
    (void)page_load(&page);
    (void)store(*state, "{'projects':[{'id':'p1'}]}");
    check_merged(page_save(&page, "{'projects':[{'id':'p2'}]}"), "[]");
    check_stored(*state, "{'projects':[{'id':'p1'},{'id':'p2'}]}");
}

static void where_nothing_is_stored_any_save_is_stored_as_it_is(void **state)
{
    static const char *const queries[] = {NULL, "base=0", "base=5", "replace=1"};
    const char *path = path_in(*state, "project-data.json");
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        struct answer answer = REQUEST(*state, .body = "{\"projects\":[{\"id\":1.0}]}",
                                       .query = queries[i], .origin = page_origin);
        assert_null(strstr(answer.log, "[WARN]"));
        check_replaced(answer);
        char *text = file_read(path_in(*state, "project-data.json"));
        assert_string_equal(text, "{\n  \"projects\": [\n    {\n      \"id\": 1.0\n    }\n  ]\n}");
        free(text);
        assert_int_equal(remove(path), 0);
    }
}

/* Another plan. */

static void check_unrelated(struct answer answer, int64_t revision)
{
    check_failure(&answer, 409, "UNRELATED_DOCUMENT", "?replace=1");
    json_t *body = json_loads(answer.body, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(body, "revision")), revision);
    assert_non_null(strstr(json_string_value(json_object_get(body, "details")), "If-Match"));
    json_decref(body);
    answer_release(&answer);
}

static const char demo[] = "{'projects':[{'id':'demo'}]}";

static void a_page_cannot_replace_a_plan_by_another(void **state)
{
    int64_t base = store(*state, "{'projects':[{'id':'p1'}]}");
    int64_t current = store(*state, "{'projects':[{'id':'p1'},{'id':'p2'}]}");
    const char *const queries[] = {NULL, "base=5", query_of("base=", base),
                                   query_of("base=", current)};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        check_unrelated(
            REQUEST(*state, .body = quoted(demo), .query = queries[i], .origin = page_origin),
            current);
        check_unrelated(REQUEST(*state, .method = "PUT", .body = quoted(demo), .query = queries[i],
                                .origin = "null"),
                        current);
    }
    for (size_t i = 2; i < sizeof queries / sizeof queries[0]; i++) {
        char cookie[128];
        (void)snprintf(cookie, sizeof cookie, "schedule-%s", queries[i]);
        check_unrelated(
            REQUEST(*state, .body = quoted(demo), .cookie = cookie, .origin = page_origin),
            current);
    }
    check_stored(*state, "{'projects':[{'id':'p1'},{'id':'p2'}]}");
    assert_int_equal(entries_count(*state, "submitted-"), 0);
}

static void who_means_it_replaces_a_plan_by_another(void **state)
{
    char tag[64];
    (void)store(*state, "{'projects':[{'id':'p1'}]}");
    check_replaced(
        REQUEST(*state, .body = quoted(demo), .query = "replace=1", .origin = page_origin));
    check_stored(*state, demo);
    int64_t current = store(*state, "{'projects':[{'id':'p1'}]}");
    (void)snprintf(tag, sizeof tag, "\"%" PRId64 "\"", current);
    check_replaced(REQUEST(*state, .body = quoted(demo), .if_match = tag, .origin = page_origin));
    check_stored(*state, demo);
    (void)store(*state, "{'projects':[{'id':'p1'}]}");
    check_replaced(REQUEST(*state, .body = quoted(demo)));
    check_stored(*state, demo);
}

static void a_page_may_save_what_is_no_other_plan(void **state)
{
    static const struct {
        const char *stored;
        const char *posted;
    } rows[] = {
        {"{'projects':[{'id':'p1'}]}", "{'projects':[]}"},
        {"{'projects':[{'id':'p1'}]}", "{}"},
        {"{'projects':[{'id':'p1'}]}", "{'projects':[{'id':'p2'},{'id':'p1'}]}"},
        {"{'projects':[{'id':1},{'id':2}]}", "{'projects':[{'id':2}]}"},
        {"{'projects':[]}", "{'projects':[{'id':'p2'}]}"},
        {"{'tasks':[{'id':1}]}", "{'projects':[{'id':'p2'}]}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)store(*state, rows[i].stored);
        check_replaced(REQUEST(*state, .body = quoted(rows[i].posted), .origin = page_origin));
        check_stored(*state, rows[i].posted);
    }
}

static void a_page_whose_plan_was_replaced_is_merged_and_not_refused(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'projects':[{'id':'old'}]}");
    (void)page_load(&page);
    (void)store(*state, "{'projects':[{'id':'new'}]}");
    check_merged(page_save(&page, "{'projects':[{'id':'old'},{'id':'mine'}]}"), "[]");
    check_stored(*state, "{'projects':[{'id':'new'},{'id':'mine'}]}");
}

/* Saves that overlap. */

enum { CLICK = 7 };

/* The plan of a page after its first `count` additions. */
static const char *after(int count, char *document, size_t size)
{
    size_t used = (size_t)snprintf(document, size, "{'tasks':[{'id':'old'}");
    for (int i = 1; i <= count; i++)
        used += (size_t)snprintf(document + used, size - used, ",{'id':'n%d'}", i);
    (void)snprintf(document + used, size - used, "]}");
    return document;
}

static bool has_task_once(const json_t *tasks, const char *id)
{
    int count = 0;
    for (size_t i = 0; i < json_array_size(tasks); i++)
        count +=
            strcmp(json_string_value(json_object_get(json_array_get(tasks, i), "id")), id) == 0;
    return count == 1;
}

/* All that was there, that others added, and that the page added: each once. */
static void check_all_there(const char *directory, int count)
{
    char *text = file_read(path_in(directory, "project-data.json"));
    json_t *tree = json_loads(text, 0, NULL);
    const json_t *tasks = json_object_get(tree, "tasks");
    assert_int_equal(json_array_size(tasks), count + 2);
    assert_true(has_task_once(tasks, "old"));
    assert_true(has_task_once(tasks, "others"));
    for (int i = 1; i <= count; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "n%d", i);
        if (!has_task_once(tasks, id))
            fail_msg("%s is lost: %s", id, text);
    }
    json_decref(tree);
    free(text);
}

/* Post the plans of a page, all sent with the cookie of its loading, in this order. */
static void overlap(const char *directory, const int order[], int count)
{
    char document[512];
    struct page page = page_open(directory);
    (void)store(directory, "{'tasks':[{'id':'old'}]}");
    (void)page_load(&page);
    (void)store(directory, "{'tasks':[{'id':'old'},{'id':'others'}]}");
    for (int i = 0; i < count; i++)
        check_merged(page_post(&page, after(order[i], document, sizeof document)), "[]");
    check_all_there(directory, count);
}

static void swap(int *left, int *right)
{
    int kept = *left;
    *left = *right;
    *right = kept;
}

static void every_order(const char *directory, int order[], int fixed, int count)
{
    if (fixed == count)
        overlap(directory, order, count);
    for (int i = fixed; i < count; i++) {
        swap(&order[fixed], &order[i]);
        every_order(directory, order, fixed + 1, count);
        swap(&order[fixed], &order[i]);
    }
}

static void four_saves_in_every_order_lose_nothing(void **state)
{
    int order[] = {1, 2, 3, 4};
    every_order(*state, order, 0, valgrind_runs() ? 3 : 4);
}

static void seven_saves_in_many_orders_lose_nothing(void **state)
{
    int order[CLICK] = {7, 6, 5, 4, 3, 2, 1};
    unsigned random = 1;
    for (unsigned round = 0; round < repetitions(60); round++) {
        overlap(*state, order, CLICK);
        for (int i = CLICK - 1; i > 0; i--) {
            random = random * 1103515245 + 12345;
            swap(&order[i], &order[(random >> 16) % (unsigned)(i + 1)]);
        }
    }
}

static void seven_saves_at_once_lose_nothing(void **state)
{
    char cookie[160];
    char length[CLICK][64];
    struct running running[CLICK];
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[{'id':'old'}]}");
    (void)page_load(&page);
    (void)store(*state, "{'tasks':[{'id':'old'},{'id':'others'}]}");
    (void)snprintf(cookie, sizeof cookie, "HTTP_COOKIE=%s", page.cookie);
    for (int i = 0; i < CLICK; i++) {
        char document[512];
        const char *text = quoted(after(i + 1, document, sizeof document));
        (void)snprintf(length[i], sizeof length[i], "CONTENT_LENGTH=%zu", strlen(text));
        const struct call call = {
            .directory = *state,
            .variables = {"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=POST", "PATH_INFO=/data",
                          "CONTENT_TYPE=application/json", "HTTP_ORIGIN=http://plan.example",
                          "SCHEDULE_LOCK_TIMEOUT_MS=60000", cookie, length[i]},
            .input = text,
        };
        running[i] = program_start(&call);
    }
    for (int i = 0; i < CLICK; i++)
        check_merged(program_finish(&running[i]), "[]");
    check_all_there(*state, CLICK);
}

static void a_late_older_save_brings_nothing_down_in_silence(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[{'id':'a','n':1},{'id':'b','n':1},{'id':'c','n':1}]}");
    (void)page_load(&page);
    /* The later of two saves is here first: it edits a once more, adds, and removes b and c. */
    check_replaced(page_post(&page, "{'tasks':[{'id':'a','n':3,'m':1},{'id':'d'}]}"));
    check_merged(page_post(&page, "{'tasks':[{'id':'a','n':2},{'id':'b','n':1},{'id':'c','n':2}]}"),
                 "[{'path':'/tasks/a/n','base':1,'current':3,'incoming':2},"
                 "{'path':'/tasks/c','base':{'id':'c','n':1},'incoming':{'id':'c','n':2}}]");
    check_stored(*state, "{'tasks':[{'id':'a','n':2,'m':1},{'id':'d'},{'id':'c','n':2}]}");
}

/* What a merge writes. */

static void merged_numbers_keep_their_value_in_its_shortest_spelling(void **state)
{
    static const char *const numbers[][2] = {
        {"0.1", "0.1"},
        {"1.10", "1.1"},
        {"1.0", "1"},
        {"1E2", "100"},
        {"-7", "-7"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"9007199254740993", "9007199254740993"},
        {"12345678901234567890", "12345678901234567000"},
        {"1e21", "1e+21"},
        {"5e-324", "5e-324"},
        {"1769000000123", "1769000000123"},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char base[256];
        char current[256];
        char incoming[256];
        char expected[256];
        const char *number = numbers[i][0];
        (void)snprintf(base, sizeof base, "{'a':%s}", number);
        (void)snprintf(current, sizeof current, "{'a':%s,'b':%s}", number, number);
        (void)snprintf(incoming, sizeof incoming, "{'a':%s,'c':%s}", number, number);
        int64_t started = store(*state, base);
        (void)store(*state, current);
        check_merged(REQUEST(*state, .body = quoted(incoming), .query = query_of("base=", started)),
                     "[]");
        const char *spelled = numbers[i][1];
        (void)snprintf(expected, sizeof expected, "{\n  \"a\": %s,\n  \"b\": %s,\n  \"c\": %s\n}",
                       spelled, spelled, spelled);
        char *text = file_read(path_in(*state, "project-data.json"));
        assert_string_equal(text, expected);
        free(text);
    }
}

static void a_merge_does_not_store_the_default_task_types(void **state)
{
    int64_t base = store(*state, "{'tasks':[]}");
    (void)store(*state, "{'tasks':[{'id':1}],'taskTypes':[]}");
    check_merged(
        REQUEST(*state, .body = quoted("{'tasks':[{'id':2}]}"), .query = query_of("base=", base)),
        "[]");
    check_stored(*state, "{'tasks':[{'id':1},{'id':2}]}");
}

static void task_types_that_a_page_adds_to_the_defaults_are_stored(void **state)
{
    struct page page = page_open(*state);
    (void)store(*state, "{'tasks':[]}");
    struct answer loaded = REQUEST(*state, .method = "GET");
    cookie_take(&page, &loaded);
    (void)store(*state, "{'tasks':[{'id':1}]}");
    json_t *tree = json_loads(loaded.body, 0, NULL);
    answer_release(&loaded);
    assert_int_equal(
        json_array_append_new(json_object_get(tree, "taskTypes"), json_pack("{s:s}", "id", "7")),
        0);
    char *posted = json_dumps(tree, 0);
    check_merged(page_save(&page, posted), "[]");
    free(posted);
    json_decref(tree);
    char *text = file_read(path_in(*state, "project-data.json"));
    tree = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(tree, "taskTypes")), 7);
    assert_int_equal(json_array_size(json_object_get(tree, "tasks")), 1);
    json_decref(tree);
    free(text);
}

static void unknown_members_and_repeated_ids_survive(void **state)
{
    int64_t base = store(*state, "{'x':{'y':[1]},'tasks':[{'id':1,'a':1},{'id':1,'a':2}]}");
    (void)store(*state, "{'x':{'y':[1],'z':2},'tasks':[{'id':1,'a':1},{'id':1,'a':3}]}");
    check_merged(REQUEST(*state,
                         .body = quoted("{'x':{'y':[1,4]},'tasks':[{'id':1,'a':5},{'id':1,'a':2}],"
                                        "'w':null}"),
                         .query = query_of("base=", base)),
                 "[]");
    check_stored(*state,
                 "{'x':{'y':[1,4],'z':2},'tasks':[{'id':1,'a':5},{'id':1,'a':3}],'w':null}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(a_save_is_merged_by_the_base_in_its_query),
        WITH_DIRECTORY(a_save_is_merged_by_the_cookie),
        WITH_DIRECTORY(put_is_merged_as_well),
        WITH_DIRECTORY(the_query_goes_before_the_cookie),
        WITH_DIRECTORY(without_a_base_a_save_replaces),
        WITH_DIRECTORY(whoever_is_alone_replaces),
        WITH_DIRECTORY(other_cookies_say_nothing),
        WITH_DIRECTORY(a_query_that_is_wrong_is_400),
        WITH_DIRECTORY(the_cookie_is_for_the_session_and_out_of_reach_of_scripts),
        WITH_DIRECTORY(the_cookie_names_what_was_served_and_what_was_saved),
        WITH_DIRECTORY(a_304_sets_the_cookie_as_a_200_does),
        WITH_DIRECTORY(a_page_that_is_refused_as_another_plans_takes_nothing_away),
        WITH_DIRECTORY(a_person_who_looks_at_the_address_holds_nothing),
        WITH_DIRECTORY(head_leaves_the_cookie_alone),
        WITH_DIRECTORY(what_was_posted_is_kept_just_before_what_is_stored),
        WITH_DIRECTORY(conflicts_are_answered_and_logged),
        WITH_DIRECTORY(a_flood_of_conflicts_does_not_flood_the_log),
        WITH_DIRECTORY(a_page_that_posts_what_it_loaded_changes_nothing),
        WITH_DIRECTORY(what_was_posted_is_kept_even_if_nothing_comes_of_it),
        WITH_DIRECTORY(who_saves_again_without_loading_keeps_what_others_added),
        WITH_DIRECTORY(people_that_others_added_outlive_a_page_that_does_not_show_them),
        WITH_DIRECTORY(a_page_whose_last_save_is_gone_takes_no_people_away),
        WITH_DIRECTORY(a_page_keeps_the_members_that_it_does_not_know),
        WITH_DIRECTORY(who_names_its_base_may_remove_any_member),
        WITH_DIRECTORY(a_base_that_is_not_kept_replaces_and_is_logged),
        WITH_DIRECTORY(a_base_that_was_pruned_replaces),
        WITH_DIRECTORY(a_base_that_became_damaged_replaces),
        WITH_DIRECTORY(without_backups_a_stale_save_replaces),
        WITH_DIRECTORY(documents_that_cannot_be_taken_apart_replace),
        WITH_DIRECTORY(who_loaded_when_nothing_was_stored_is_merged),
        WITH_DIRECTORY(where_nothing_is_stored_any_save_is_stored_as_it_is),
        WITH_DIRECTORY(a_page_cannot_replace_a_plan_by_another),
        WITH_DIRECTORY(who_means_it_replaces_a_plan_by_another),
        WITH_DIRECTORY(a_page_may_save_what_is_no_other_plan),
        WITH_DIRECTORY(a_page_whose_plan_was_replaced_is_merged_and_not_refused),
        WITH_DIRECTORY(four_saves_in_every_order_lose_nothing),
        WITH_DIRECTORY(seven_saves_in_many_orders_lose_nothing),
        WITH_DIRECTORY(seven_saves_at_once_lose_nothing),
        WITH_DIRECTORY(a_late_older_save_brings_nothing_down_in_silence),
        WITH_DIRECTORY(merged_numbers_keep_their_value_in_its_shortest_spelling),
        WITH_DIRECTORY(a_merge_does_not_store_the_default_task_types),
        WITH_DIRECTORY(task_types_that_a_page_adds_to_the_defaults_are_stored),
        WITH_DIRECTORY(unknown_members_and_repeated_ids_survive),
    };
    return cmocka_run_group_tests_name("cgi_merge_saves", tests, NULL, NULL);
}
