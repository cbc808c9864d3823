/* Entity tags, conditional requests, and saves that change nothing. */
#include "program.h"
#include "valgrind_run.h"

#include <jansson.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPELLED_SIZE = 1024 };

/* One more than a header may list. */
#define SEVENTEEN                                                                                  \
    "\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\","    \
    "\"15\",\"16\",\"#\""

/* A form with the revision for every '#' in it, in a static buffer that the fourth call reuses. */
static const char *spell(const char *form, int64_t revision)
{
    static char texts[4][SPELLED_SIZE];
    static unsigned next;
    char *text = texts[next++ % 4];
    size_t used = 0;
    for (; *form != '\0'; form++) {
        int length = *form == '#' ? snprintf(text + used, SPELLED_SIZE - used, "%" PRId64, revision)
                                  : snprintf(text + used, SPELLED_SIZE - used, "%c", *form);
        used += (size_t)length;
        assert_true(used < SPELLED_SIZE);
    }
    text[used] = '\0';
    return text;
}

static int64_t save(const char *directory, const char *document)
{
    struct answer answer = program_post(directory, document);
    assert_int_equal(answer.status, 200);
    int64_t revision = revision_of(&answer);
    answer_release(&answer);
    return revision;
}

/* What must not change when a write is refused. */
struct snapshot {
    char *text;
    struct stat file;
    size_t entries;
};

static struct snapshot snapshot_take(const char *directory)
{
    const char *path = path_in(directory, "project-data.json");
    return (struct snapshot){
        .text = file_read(path), .file = file_stat(path), .entries = entries_count(directory, "")};
}

static void check_unchanged(const char *directory, struct snapshot before)
{
    struct snapshot after = snapshot_take(directory);
    assert_string_equal(after.text, before.text);
    assert_int_equal(after.file.st_ino, before.file.st_ino);
    assert_int_equal(after.file.st_mtim.tv_sec, before.file.st_mtim.tv_sec);
    assert_int_equal(after.file.st_mtim.tv_nsec, before.file.st_mtim.tv_nsec);
    assert_int_equal(after.entries, before.entries);
    free(before.text);
    free(after.text);
}

/* Entity tags. */

static void check_tag(const char *directory, const char *method, int64_t revision)
{
    struct answer answer = REQUEST(directory, .method = method);
    assert_int_equal(answer.status, 200);
    assert_int_equal(revision_of(&answer), revision);
    answer_release(&answer);
}

static void loading_and_saving_tell_the_revision(void **state)
{
    check_tag(*state, "GET", 0);
    check_tag(*state, "HEAD", 0);
    int64_t revision = save(*state, "{\"a\":1}");
    struct stat stored = file_stat(path_in(*state, "project-data.json"));
    assert_int_equal(revision,
                     (int64_t)stored.st_mtim.tv_sec * 1000 + stored.st_mtim.tv_nsec / 1000000);
    check_tag(*state, "GET", revision);
    check_tag(*state, "HEAD", revision);
}

/* Loading what the client has. */

static void check_unmodified(const char *directory, const char *method, const char *tags,
                             int64_t revision)
{
    struct answer answer = REQUEST(directory, .method = method, .if_none_match = tags);
    if (answer.status != 304)
        fail_msg("%s with %s: %s", method, tags, answer.output);
    assert_int_equal(answer.exit_status, 0);
    assert_int_equal(revision_of(&answer), revision);
    assert_int_equal(answer.body_length, 0);
    assert_null(header_value(&answer, "Content-Length"));
    assert_null(header_value(&answer, "Content-Type"));
    assert_true(has_header(&answer, "Cache-Control: no-cache"));
    assert_int_equal(header_value(&answer, "Set-Cookie") != NULL, strcmp(method, "GET") == 0);
    answer_release(&answer);
}

static void what_the_client_has_is_304_however_servers_mark_the_tag(void **state)
{
    static const char *const forms[] = {"\"#\"",
                                        "W/\"#\"",
                                        "\"#-gzip\"",
                                        "\"#-br\"",
                                        "\"#-deflate\"",
                                        "\"#-zstd\"",
                                        "W/\"#-gzip\"",
                                        "\"1\", \"#\"",
                                        "\"x\",W/\"#-br\" , \"2\"",
                                        "\"1\",, \"#\",",
                                        ", \"#\"",
                                        " \"#\" ",
                                        "*"};
    int64_t revision = save(*state, "{\"a\":1}");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        check_unmodified(*state, "GET", spell(forms[i], revision), revision);
        check_unmodified(*state, "HEAD", spell(forms[i], revision), revision);
    }
}

static void other_and_malformed_tags_are_200(void **state)
{
    static const char *const forms[] = {
        "\"1\"",    "\"#0\"",   "\"#-xz\"",    "\"#-\"",     "\"\"", "\"-gzip\"", "\"# \"",
        "\"+#\"",   "#",        "\"#",         "#\"",        "'#'",  "W/#",       "w/\"#\"",
        "W/ \"#\"", "*, \"#\"", "\"#\" \"1\"", "\"#\"; q=1", "** ",  ",",         SEVENTEEN};
    int64_t revision = save(*state, "{\"a\":1}");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct answer answer = REQUEST(*state, .if_none_match = spell(forms[i], revision));
        if (answer.status != 200)
            fail_msg("%s: %s", forms[i], answer.output);
        assert_int_equal(revision_of(&answer), revision);
        assert_true(answer.body_length > 0);
        answer_release(&answer);
    }
}

static void nothing_stored_can_be_had_by_its_tag_alone(void **state)
{
    check_unmodified(*state, "GET", "\"0\"", 0);
    check_unmodified(*state, "GET", "W/\"0-gzip\"", 0);
    check_answer(REQUEST(*state, .if_none_match = "*"), 200);
}

static void an_empty_read_only_directory_is_not_304(void **state)
{
    assert_int_equal(chmod(*state, 0555), 0);
    check_answer(REQUEST(*state, .if_none_match = "\"0\"", .powerless = true), 503);
}

static void the_document_is_not_opened_for_a_304(void **state)
{
    int64_t revision = save(*state, "{\"a\":1}");
    const char *path = path_in(*state, "project-data.json");
    assert_int_equal(chmod(path, 0), 0);
    check_answer(REQUEST(*state, .powerless = true), 503);
    struct answer answer =
        REQUEST(*state, .if_none_match = spell("\"#\"", revision), .powerless = true);
    assert_int_equal(answer.status, 304);
    assert_int_equal(revision_of(&answer), revision);
    answer_release(&answer);
}

/* Conditions of writes. */

struct write {
    const char *method;
    const char *path; /* '#' is the revision of the backup */
    const char *type;
    const char *body;
    int status;
};

static const struct write writes[] = {
    {"POST", "/data", NULL, "{\"tasks\":[]}", 200},
    {"PUT", "/data", NULL, "{\"tasks\":[]}", 200},
    {"PATCH", "/data", "application/merge-patch+json", "{\"x\":1}", 200},
    {"PATCH", "/data", "application/json-patch+json",
     "[{\"op\":\"add\",\"path\":\"/x\",\"value\":1}]", 200},
    {"POST", "/data/tasks", NULL, "{\"id\":\"t2\"}", 201},
    {"PUT", "/data/tasks/t1", NULL, "{\"id\":\"t1\",\"x\":1}", 200},
    {"PATCH", "/data/tasks/t1", "application/merge-patch+json", "{\"x\":1}", 200},
    {"DELETE", "/data/tasks/t1", NULL, NULL, 200},
    {"POST", "/backups", NULL, "{}", 201},
    {"POST", "/backups/#/restore", NULL, "{}", 200},
    {"DELETE", "/backups/#", NULL, NULL, 200},
};

enum { WRITES = sizeof writes / sizeof writes[0] };

struct plan {
    int64_t backup;
    int64_t current;
};

/* A document with one backup. */
static struct plan plan_store(const char *directory)
{
    struct plan plan;
    plan.backup = save(directory, "{\"tasks\":[{\"id\":\"t0\"}]}");
    plan.current = save(directory, "{\"tasks\":[{\"id\":\"t0\"},{\"id\":\"t1\"}]}");
    if (plan.current == plan.backup) /* it was there already */
        fail_msg("one plan in a directory");
    return plan;
}

static struct answer write_do(const char *directory, const struct write *write, struct plan plan,
                              const char *if_match, const char *if_none_match)
{
    return REQUEST(directory, .method = write->method, .path = spell(write->path, plan.backup),
                   .type = write->type, .body = write->body, .if_match = if_match,
                   .if_none_match = if_none_match);
}

static void check_stale(const char *directory, struct answer answer, int64_t revision)
{
    check_failure(&answer, 412, "PRECONDITION_FAILED", "current revision");
    json_t *body = json_loads(answer.body, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(body, "revision")), revision);
    json_decref(body);
    answer_release(&answer);
    assert_int_equal(entries_count(directory, "project-data.json.tmp"), 0);
}

/* A directory of its own for each write. */
static const char *below(const char *directory, size_t number)
{
    char name[32];
    (void)snprintf(name, sizeof name, "%zu", number);
    return path_in(directory, name);
}

static void no_write_happens_unless_the_revision_matches(void **state)
{
    for (size_t i = 0; i < WRITES; i++) {
        char directory[TEMPORARY_PATH_SIZE];
        (void)strcpy(directory, below(*state, i));
        struct plan plan = plan_store(directory);
        struct snapshot before = snapshot_take(directory);
        check_stale(directory, write_do(directory, &writes[i], plan, "\"1\"", NULL), plan.current);
        check_stale(directory,
                    write_do(directory, &writes[i], plan, spell("\"#\"", plan.backup), NULL),
                    plan.current);
        check_stale(directory, write_do(directory, &writes[i], plan, "\"x\"", NULL), plan.current);
        check_stale(directory,
                    write_do(directory, &writes[i], plan, NULL, spell("\"#\"", plan.current)),
                    plan.current);
        check_stale(directory, write_do(directory, &writes[i], plan, NULL, "*"), plan.current);
        check_unchanged(directory, before);
    }
}

static void a_write_happens_if_the_revision_matches(void **state)
{
    static const char *const forms[] = {"\"#\"", "W/\"#\"", "\"#-gzip\"", "\"1\", \"#-br\"", "*"};
    const unsigned count = sizeof forms / sizeof forms[0];
    const unsigned tried = repetitions(count);
    for (size_t i = 0; i < WRITES * tried; i++) {
        char directory[TEMPORARY_PATH_SIZE];
        const struct write *write = &writes[i / tried];
        (void)strcpy(directory, below(*state, i));
        struct plan plan = plan_store(directory);
        const char *tags = spell(forms[i % count], plan.current);
        check_answer(write_do(directory, write, plan, tags, "\"1\""), write->status);
    }
}

static void a_malformed_condition_of_a_write_is_400(void **state)
{
    static const char *const forms[] = {"#",        "\"#",         "'#'",    "W/#",
                                        "*, \"#\"", "\"#\" \"1\"", "\"#\"x", SEVENTEEN};
    struct plan plan = plan_store(*state);
    struct snapshot before = snapshot_take(*state);
    const unsigned count = sizeof forms / sizeof forms[0];
    for (size_t i = 0; i < WRITES; i++) {
        for (size_t j = 0; j < repetitions(count); j++) {
            const char *form = forms[(i + j) % count];
            struct answer answer =
                write_do(*state, &writes[i], plan, spell(form, plan.current), NULL);
            check_failure(&answer, 400, "BAD_REQUEST", "If-Match is '");
            answer_release(&answer);
            answer = write_do(*state, &writes[i], plan, NULL, spell(form, plan.current));
            check_failure(&answer, 400, "BAD_REQUEST", "If-None-Match is '");
            answer_release(&answer);
        }
    }
    check_unchanged(*state, before);
}

static void a_document_is_created_by_if_none_match_any_once(void **state)
{
    check_answer(REQUEST(*state, .body = "{\"a\":1}", .if_none_match = "*"), 200);
    struct snapshot before = snapshot_take(*state);
    struct answer loaded = program_get(*state);
    struct answer answer = REQUEST(*state, .body = "{\"a\":2}", .if_none_match = "*");
    check_stale(*state, answer, revision_of(&loaded));
    answer_release(&loaded);
    check_unchanged(*state, before);
}

static void nothing_stored_is_no_match_for_any_but_for_0(void **state)
{
    check_stale(*state, REQUEST(*state, .body = "{}", .if_match = "*"), 0);
    check_stale(*state, REQUEST(*state, .body = "{}", .if_match = "\"1\""), 0);
    assert_false(file_exists(path_in(*state, "project-data.json")));
    check_answer(REQUEST(*state, .body = "{\"a\":1}", .if_match = "\"0\""), 200);
    assert_true(file_exists(path_in(*state, "project-data.json")));
}

static void who_matches_replaces_and_does_not_merge(void **state)
{
    int64_t first = save(*state, "{\"tasks\":[{\"id\":1}]}");
    int64_t second = save(*state, "{\"tasks\":[{\"id\":1},{\"id\":2}]}");
    char query[64];
    (void)snprintf(query, sizeof query, "base=%" PRId64, first);
    struct answer answer = REQUEST(*state, .body = "{\"tasks\":[]}", .query = query,
                                   .if_match = spell("\"#\"", second));
    assert_string_equal(answer.body, "{\"ok\":true,\"message\":\"数据保存成功\"}");
    answer_release(&answer);
    char *text = file_read(path_in(*state, "project-data.json"));
    assert_string_equal(text, "{\n  \"tasks\": []\n}");
    free(text);
}

/* Saves that change nothing, and those that do. */

static void a_save_of_what_is_stored_writes_nothing(void **state)
{
    static const char canonical[] =
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\"\n    }\n  ]\n}";
    static const char *const spellings[] = {"{\"a\":[1,{\"b\":\"x\"}]}",
                                            " {\n\t\"a\" : [ 1 , {\"b\":\"x\"} ] }\n", canonical};
    (void)save(*state, "{\"a\":0}");
    int64_t revision = save(*state, spellings[0]);
    struct snapshot before = snapshot_take(*state);
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        struct answer answer = program_post(*state, spellings[i]);
        assert_string_equal(answer.body, "{\"ok\":true,\"message\":\"数据保存成功\"}");
        assert_int_equal(revision_of(&answer), revision);
        assert_non_null(strstr(answer.log, " (unchanged)\n"));
        answer_release(&answer);
        check_answer(REQUEST(*state, .method = "PUT", .body = spellings[i],
                             .if_match = spell("\"#\"", revision)),
                     200);
    }
    check_answer(REQUEST(*state, .method = "PATCH", .type = "application/merge-patch+json",
                         .body = "{\"none\":null}"),
                 200);
    check_unchanged(*state, before);
}

static void what_is_stored_is_stale_for_a_wrong_condition_all_the_same(void **state)
{
    int64_t revision = save(*state, "{\"a\":0}");
    check_stale(*state, REQUEST(*state, .body = "{\"a\":0}", .if_match = "\"1\""), revision);
}

static void every_change_has_a_greater_revision(void **state)
{
    int64_t previous = 0;
    for (unsigned i = 0; i < repetitions(60); i++) {
        int64_t revision = save(*state, i % 2 == 0 ? "{\"a\":0}" : "{\"a\":1}");
        assert_true(revision > previous);
        previous = revision;
    }
}

static void a_clock_that_went_back_does_not_take_revisions_back(void **state)
{
    int64_t revision = save(*state, "{\"a\":0}");
    const struct timespec tomorrow = {.tv_sec = revision / 1000 + 86400, .tv_nsec = 7000000};
    const struct timespec times[2] = {tomorrow, tomorrow};
    assert_int_equal(utimensat(AT_FDCWD, path_in(*state, "project-data.json"), times, 0), 0);
    int64_t ahead = (int64_t)tomorrow.tv_sec * 1000 + 7;
    assert_int_equal(save(*state, "{\"a\":1}"), ahead + 1);
    assert_int_equal(save(*state, "{\"a\":0}"), ahead + 2);
    assert_true(file_exists(path_in(*state, spell("backup-#.json", ahead))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(loading_and_saving_tell_the_revision),
        WITH_DIRECTORY(what_the_client_has_is_304_however_servers_mark_the_tag),
        WITH_DIRECTORY(other_and_malformed_tags_are_200),
        WITH_DIRECTORY(nothing_stored_can_be_had_by_its_tag_alone),
        WITH_DIRECTORY(an_empty_read_only_directory_is_not_304),
        WITH_DIRECTORY(the_document_is_not_opened_for_a_304),
        WITH_DIRECTORY(no_write_happens_unless_the_revision_matches),
        WITH_DIRECTORY(a_write_happens_if_the_revision_matches),
        WITH_DIRECTORY(a_malformed_condition_of_a_write_is_400),
        WITH_DIRECTORY(a_document_is_created_by_if_none_match_any_once),
        WITH_DIRECTORY(nothing_stored_is_no_match_for_any_but_for_0),
        WITH_DIRECTORY(who_matches_replaces_and_does_not_merge),
        WITH_DIRECTORY(a_save_of_what_is_stored_writes_nothing),
        WITH_DIRECTORY(what_is_stored_is_stale_for_a_wrong_condition_all_the_same),
        WITH_DIRECTORY(every_change_has_a_greater_revision),
        WITH_DIRECTORY(a_clock_that_went_back_does_not_take_revisions_back),
    };
    return cmocka_run_group_tests_name("cgi_revisions", tests, NULL, NULL);
}
