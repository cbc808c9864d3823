/*
 * Whole requests, from the environment and the body to the answer, the log and what is stored. The
 * input is requests that come one after the other to one data directory, empty at first, divided by
 * lines of "==". A request is lines of NAME=VALUE, an empty line and the body. Names are those of the
 * meta-variables and settings below; what a server always says need not be there. HTTP_COOKIE=@ is
 * the cookie that the last answer with one has set, as a browser sends it.
 *
 * The clock stands still during a request, a minute passes between two: the first document stored
 * by the first request is revision 1769000000000, by the second 1769000060000.
 */
#include "backup_file.h"
#include "conditional.h"
#include "document.h"
#include "etag.h"
#include "fuzz.h"
#include "media_type.h"
#include "printable.h"
#include "query.h"
#include "request.h"
#include "savers.h"
#include "schedule_cgi.h"
#include "system_calls.h"
#include "temporary.h"
#include "utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe holds so much without a reader. */
enum { BODY_MAX = 64 * 1024, REQUESTS_MAX = 8, VARIABLES_MAX = 24, LOG_LINE_MAX = 4096 };

static const int64_t first_ms = 1769000000000;
static const int64_t step_ms = 60000;

/* Those with a value are there unless the input says otherwise. */
static const struct {
    const char *name;
    const char *value;
} known[] = {
    {"GATEWAY_INTERFACE", "CGI/1.1"},
    {"REQUEST_METHOD", "GET"},
    {"PATH_INFO", NULL},
    {"REQUEST_URI", NULL},
    {"SCRIPT_NAME", NULL},
    {"QUERY_STRING", NULL},
    {"CONTENT_LENGTH", NULL},
    {"CONTENT_TYPE", NULL},
    {"REMOTE_USER", NULL},
    {"SERVER_PORT", NULL},
    {"HTTP_HOST", NULL},
    {"HTTP_ORIGIN", NULL},
    {"HTTP_COOKIE", NULL},
    {"HTTP_IF_MATCH", NULL},
    {"HTTP_IF_NONE_MATCH", NULL},
    {"HTTP_SEC_FETCH_DEST", NULL},
    {"HTTP_CONTENT_RANGE", NULL},
    {"SCHEDULE_MAX_BODY", NULL},
    {"SCHEDULE_BACKUPS", NULL},
    {"SCHEDULE_BACKUP_BYTES", NULL},
    {"SCHEDULE_CORS_ORIGIN", NULL},
};

enum { KNOWN_COUNT = sizeof known / sizeof known[0] };

/* What all inputs share. */
static struct {
    char *path;
    int directory;
    int output;
    int log;
    int streams[3]; /* those of the process itself */
    int64_t now_ms;
    char *cookie; /* the last that was set, or null */
    struct system_calls calls;
    regex_t header;
    regex_t log_line;
} stage;

static int call_fsync(int descriptor)
{
    (void)descriptor;
    return 0;
}

static int call_clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    *now = (struct timespec){.tv_sec = (time_t)(stage.now_ms / 1000),
                             .tv_nsec = (long)(stage.now_ms % 1000) * 1000000};
    return 0;
}

static void stage_remove(void)
{
    void *path = stage.path;
    (void)temporary_teardown(&path);
}

/* The sanitizers' reports go where the process's own standard error is. */
extern void __sanitizer_set_report_fd(void *descriptor) __attribute__((weak));

static void streams_keep(void)
{
    for (int i = 0; i < 3; i++)
        stage.streams[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
    law(stage.streams[0] >= 0 && stage.streams[1] >= 0 && stage.streams[2] >= 0,
        "a standard stream is closed");
    law_report_to(stage.streams[2]);
    if (__sanitizer_set_report_fd != NULL)
        __sanitizer_set_report_fd((void *)(intptr_t)stage.streams[2]);
}

static void stage_make(void)
{
    void *path = NULL;
    (void)temporary_setup(&path);
    stage.path = path;
    (void)atexit(stage_remove);
    streams_keep();
    stage.directory = open(stage.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    stage.output = memfd_create("output", MFD_CLOEXEC);
    stage.log = memfd_create("log", MFD_CLOEXEC);
    law(stage.directory >= 0 && stage.output >= 0 && stage.log >= 0, "no files for the test");
    stage.calls = system_calls_libc;
    stage.calls.fsync = call_fsync;
    stage.calls.clock_gettime = call_clock_gettime;
    system_calls = &stage.calls;
    (void)signal(SIGPIPE, SIG_IGN);
    law(regcomp(&stage.header, "^[A-Z][A-Za-z-]*: [^[:cntrl:]]*$", REG_EXTENDED | REG_NOSUB) == 0 &&
            regcomp(&stage.log_line,
                    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z \\[(INFO|WARN|ERROR)\\] ",
                    REG_EXTENDED | REG_NOSUB) == 0,
        "a grammar is wrong");
}

/* What is stored. */

static const char data_name[] = "project-data.json";
static const char log_name[] = "saved-by.log";

struct stored {
    char *text; /* null: nothing */
    size_t length;
    int64_t revision;
};

static char *descriptor_read(int descriptor, size_t *length)
{
    struct stat found;
    law(fstat(descriptor, &found) == 0, "what was written is gone");
    *length = (size_t)found.st_size;
    char *text = malloc(*length + 1);
    law(text != NULL && pread(descriptor, text, *length, 0) == found.st_size,
        "what was written cannot be read");
    text[*length] = '\0';
    return text;
}

static struct stored stored_read(void)
{
    struct stored stored = {.text = NULL};
    struct stat found;
    int descriptor = openat(stage.directory, data_name, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return stored;
    stored.text = descriptor_read(descriptor, &stored.length);
    law(fstat(descriptor, &found) == 0, "the data file is gone");
    stored.revision = (int64_t)found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1000000;
    (void)close(descriptor);
    return stored;
}

static bool stored_equal(const struct stored *left, const struct stored *right)
{
    return left->revision == right->revision && left->length == right->length &&
           (left->length == 0 || memcmp(left->text, right->text, left->length) == 0);
}

typedef void entry_function(const char *name);

static void entries_visit(entry_function *visit)
{
    int descriptor = openat(stage.directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fdopendir(descriptor);
    law(entries != NULL, "the directory is gone");
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            visit(entry->d_name);
    }
    (void)closedir(entries);
}

static void entry_remove(const char *name)
{
    law(unlinkat(stage.directory, name, 0) == 0, "'%s' cannot be removed", name);
}

static void entry_check(const char *name)
{
    enum backup_kind kind;
    int64_t revision;
    law(strcmp(name, data_name) == 0 || strcmp(name, "data.lock") == 0 ||
            strcmp(name, log_name) == 0 || backup_name_parse(name, &kind, &revision),
        "'%s' is left in the directory", name);
}

/* The form that is stored, of a text that may be none. */
static struct buffer canonical_of(struct piece text, enum status *status)
{
    struct buffer canonical;
    struct json_outline outline;
    buffer_init(&canonical, document_length_max(text.length));
    *status = document_canonicalize(text.bytes, text.length, &canonical, &outline, NULL);
    return canonical;
}

static void check_stored(const struct stored *stored)
{
    enum status status = STATUS_OK;
    if (stored->text == NULL)
        return;
    struct buffer canonical = canonical_of((struct piece){stored->text, stored->length}, &status);
    law(status == STATUS_OK, "what is stored is no document: %s", stored->text);
    law(canonical.length == stored->length &&
            memcmp(canonical.bytes, stored->text, stored->length) == 0,
        "what is stored is not in its form: %s", stored->text);
    buffer_release(&canonical);
    entries_visit(entry_check);
}

/* A request. */

struct asked {
    char *variables[VARIABLES_MAX];
    struct piece body;
    struct request request; /* as the program reads it, which fuzz_parsers.c checks */
    bool is_readable;
    bool length_given;
};

static bool line_says(struct piece line, const char *name)
{
    size_t length = strlen(name);
    return line.length > length && memcmp(line.bytes, name, length) == 0 &&
           line.bytes[length] == '=';
}

/* The last line of the head that sets the variable, as a string; or null. */
static char *variable_find(struct piece head, const char *name)
{
    struct piece line;
    struct piece found = {.bytes = NULL};
    while (piece_take(&head, "\n", &line)) {
        if (line_says(line, name))
            found = line;
    }
    return found.bytes != NULL ? piece_string(found) : NULL;
}

static char *variable(const char *name, const char *value)
{
    char *text = NULL;
    law(asprintf(&text, "%s=%s", name, value) >= 0, "no memory for the test");
    return text;
}

/* What the input says of a known variable, or what is there without it; or null. */
static char *variable_read(struct piece head, size_t which)
{
    char *found = variable_find(head, known[which].name);
    if (found == NULL && known[which].value != NULL)
        return variable(known[which].name, known[which].value);
    if (found != NULL && strcmp(found, "HTTP_COOKIE=@") == 0 && stage.cookie != NULL) {
        free(found);
        return variable("HTTP_COOKIE", stage.cookie);
    }
    return found;
}

static void asked_read(struct piece text, struct asked *asked)
{
    char length[32];
    size_t count = 0;
    struct piece head;
    *asked = (struct asked){.length_given = true};
    (void)piece_take(&text, "\n\n", &head);
    if (text.bytes != NULL)
        asked->body = text;
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        char *found = variable_read(head, i);
        if (found == NULL && strcmp(known[i].name, "CONTENT_LENGTH") == 0 &&
            asked->body.length > 0) {
            (void)snprintf(length, sizeof length, "%zu", asked->body.length);
            found = variable(known[i].name, length);
            asked->length_given = false;
        }
        if (found != NULL)
            asked->variables[count++] = found;
    }
    asked->variables[count] = variable("SCHEDULE_DATA_DIR", stage.path);
}

static void asked_release(struct asked *asked)
{
    for (size_t i = 0; i < VARIABLES_MAX; i++)
        free(asked->variables[i]);
}

/* An answer. */

struct answer {
    int status;
    char *output;
    struct piece head; /* without the Status line and the empty one */
    struct piece body;
    char *log;
};

static void body_offer(struct piece body)
{
    int ends[2];
    law(pipe2(ends, O_CLOEXEC) == 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO,
        "no pipe for the test");
    law(body.length == 0 || write(ends[1], body.bytes, body.length) == (ssize_t)body.length,
        "the body is not taken");
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void descriptor_empty(int descriptor, int stream)
{
    law(ftruncate(descriptor, 0) == 0 && lseek(descriptor, 0, SEEK_SET) == 0 &&
            dup2(descriptor, stream) == stream,
        "no output for the test");
}

static int descriptor_next(void)
{
    int descriptor = fcntl(stage.directory, F_DUPFD_CLOEXEC, 0);
    (void)close(descriptor);
    return descriptor;
}

/* Let the program answer. Standard streams and environment are the process's own again afterwards. */
static void program_run(struct asked *asked)
{
    char **before = environ;
    (void)fflush(stdout);
    body_offer(asked->body);
    descriptor_empty(stage.output, STDOUT_FILENO);
    descriptor_empty(stage.log, STDERR_FILENO);
    int next = descriptor_next();
    environ = asked->variables;
    bool sent = schedule_cgi_answer(&store_kind_file);
    asked->is_readable = request_read(&asked->request, NULL) == STATUS_OK;
    environ = before;
    int next_after = descriptor_next();
    for (int i = 0; i < 3; i++)
        (void)dup2(stage.streams[i], i);
    law(sent, "no answer was sent");
    law(next == next_after, "a descriptor was left open");
}

static struct answer answer_read(void)
{
    struct answer answer = {.status = 0};
    struct piece line;
    size_t length;
    answer.output = descriptor_read(stage.output, &length);
    answer.log = descriptor_read(stage.log, &(size_t){0});
    answer.body = (struct piece){answer.output, length};
    law(strlen(answer.output) <= length && piece_take(&answer.body, "\n\n", &answer.head) &&
            answer.body.bytes != NULL,
        "the answer has no head: %s", answer.output);
    law(piece_take(&answer.head, "\n", &line) && strncmp(line.bytes, "Status: ", 8) == 0,
        "the answer begins with %s", answer.output);
    answer.status = atoi(line.bytes + 8);
    return answer;
}

static void answer_release(struct answer *answer)
{
    free(answer->output);
    free(answer->log);
}

/* The value of a header, or null; for the caller to free. It is there at most once. */
static char *header_value(const struct answer *answer, const char *name)
{
    struct piece rest = answer->head;
    struct piece line;
    char *value = NULL;
    size_t length = strlen(name);
    while (piece_take(&rest, "\n", &line)) {
        if (line.length < length + 2 || memcmp(line.bytes, name, length) != 0 ||
            line.bytes[length] != ':')
            continue;
        law(value == NULL, "%s is there twice", name);
        value = piece_string((struct piece){line.bytes + length + 2, line.length - length - 2});
    }
    return value;
}

static void cookie_keep(const struct answer *answer)
{
    char *cookie = header_value(answer, "Set-Cookie");
    if (cookie == NULL)
        return;
    cookie[strcspn(cookie, ";")] = '\0';
    free(stage.cookie);
    stage.cookie = cookie;
}

static void check_utf8(const char *text, const char *what)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        size_t step = utf8_sequence_length(text + i, length - i);
        law(step > 0, "%s is not UTF-8: %s", what, text);
        i += step;
    }
}

static void check_head(const struct asked *asked, const struct answer *answer)
{
    static const int statuses[] = {200, 201, 204, 304, 400, 404, 405, 409, 412, 413, 415, 500};
    struct piece rest = answer->head;
    struct piece line;
    bool is_known = false;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        is_known = is_known || answer->status == statuses[i];
    law(is_known, "status %d with nothing wrong: %s", answer->status, answer->output);
    while (piece_take(&rest, "\n", &line)) {
        char *text = piece_string(line);
        law(strlen(text) == line.length && regexec(&stage.header, text, 0, NULL, 0) == 0,
            "a header is '%s'", text);
        check_utf8(text, "a header");
        free(text);
    }
    char *length = header_value(answer, "Content-Length");
    bool is_bare = answer->status == 204 || answer->status == 304;
    law((length == NULL) == is_bare, "Content-Length is %s with %d", length, answer->status);
    bool is_head = strcmp(asked->request.method, "HEAD") == 0;
    law(!(is_head || is_bare) || answer->body.length == 0, "a body where none may be");
    law(is_head || is_bare || strtoul(length, NULL, 10) == answer->body.length,
        "Content-Length is %s with %zu bytes", length, answer->body.length);
    free(length);
}

static void check_failure(const json_t *body)
{
    const char *slug = json_string_value(json_object_get(body, "error"));
    const char *details = json_string_value(json_object_get(body, "details"));
    law(json_is_false(json_object_get(body, "ok")) && slug != NULL && details != NULL &&
            json_is_string(json_object_get(body, "message")),
        "an error's body lacks a member");
    law(slug[0] != '\0' && strspn(slug, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(slug),
        "the slug is '%s'", slug);
    law(details[0] != '\0' && !printable_has_control(details), "the details are '%s'", details);
}

static void check_body(const struct answer *answer)
{
    json_error_t problem = {0};
    if (answer->body.length == 0)
        return;
    json_t *body = json_loadb(answer->body.bytes, answer->body.length,
                              JSON_ALLOW_NUL | JSON_DECODE_ANY, &problem);
    enum json_error_code code = json_error_code(&problem);
    law(body != NULL || code == json_error_numeric_overflow || code == json_error_null_byte_in_key,
        "the body is no JSON: %s: %s", problem.text, answer->body.bytes);
    if (answer->status >= 400)
        check_failure(body);
    json_decref(body);
}

/* Nothing that was sent can make a line of its own, or be more than text. */
static void check_log(const struct answer *answer)
{
    struct piece rest = {answer->log, strlen(answer->log)};
    struct piece line;
    while (piece_take(&rest, "\n", &line) && rest.bytes != NULL) {
        char *text = piece_string(line);
        law(regexec(&stage.log_line, text, 0, NULL, 0) == 0 && !printable_has_control(text) &&
                line.length < LOG_LINE_MAX,
            "a line of the log is '%s'", text);
        check_utf8(text, "the log");
        free(text);
    }
}

static bool is_any_of(const char *text, const char *const words[4])
{
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(text, words[i]) == 0)
            return true;
    }
    return false;
}

static void check_change(const struct asked *asked, const struct answer *answer,
                         const struct stored *before, const struct stored *after)
{
    static const char *const writing[] = {"POST", "PUT", "PATCH", "DELETE"};
    const struct request *request = &asked->request;
    bool is_same = stored_equal(before, after);
    law(is_same || is_any_of(request->method, writing), "%s changes the document", request->method);
    law(is_same || answer->status < 300, "%d, but the document was changed", answer->status);
    law(is_same || after->revision > before->revision,
        "another document at revision %" PRId64 " after %" PRId64, after->revision,
        before->revision);
    bool is_json =
        request->content_type != NULL && media_type_is(request->content_type, "application/json");
    law(request->origin == NULL || strcmp(request->method, "POST") != 0 || is_json ||
            answer->status >= 400,
        "a page on any site can make this change: %d", answer->status);
}

/* What a request demands of the current revision is met, or nothing changes. */
static void check_demands(const struct asked *asked, const struct stored *before,
                          const struct stored *after)
{
    const struct request *request = &asked->request;
    struct conditions demanded;
    if (stored_equal(before, after))
        return;
    law(conditional_read(request, &demanded, NULL) == STATUS_OK &&
            conditions_check(&demanded, before->revision, NULL) == STATUS_OK,
        "changed in spite of If-Match %s, If-None-Match %s at revision %" PRId64, request->if_match,
        request->if_none_match, before->revision);
    law(request->content_range == NULL || strcmp(request->path, "/data") != 0 ||
            strcmp(request->method, "PATCH") == 0,
        "a part replaces the whole");
}

/* The user's name as it may be shown, or "". */
static void user_read(const struct asked *asked, char name[SAVER_NAME_SIZE])
{
    static const char variable_name[] = "REMOTE_USER=";
    const size_t length = sizeof variable_name - 1;
    name[0] = '\0';
    for (size_t i = 0; i < VARIABLES_MAX && asked->variables[i] != NULL; i++) {
        const char *text = asked->variables[i];
        if (strncmp(text, variable_name, length) == 0)
            printable_copy(name, SAVER_NAME_SIZE, text + length, strlen(text + length));
    }
}

/* Who saved the revision, by what is noted last, for the caller to free; or null. */
static char *saver_read(int64_t revision)
{
    char begins[32];
    char *saver = NULL;
    struct piece line;
    int descriptor = openat(stage.directory, log_name, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return NULL;
    size_t length = (size_t)snprintf(begins, sizeof begins, "%" PRId64 " ", revision);
    struct piece rest = {.length = 0};
    char *log = descriptor_read(descriptor, &rest.length);
    rest.bytes = log;
    (void)close(descriptor);
    while (piece_take(&rest, "\n", &line)) {
        if (line.length < length || memcmp(line.bytes, begins, length) != 0)
            continue;
        free(saver);
        saver = piece_string((struct piece){line.bytes + length, line.length - length});
    }
    free(log);
    return saver;
}

/* Who changed the document is noted and logged, and nobody where nobody is known. */
static void check_saver(const struct asked *asked, const struct answer *answer,
                        const struct stored *before, const struct stored *after)
{
    char name[SAVER_NAME_SIZE];
    char logged[SAVER_NAME_SIZE + 8];
    if (stored_equal(before, after))
        return;
    user_read(asked, name);
    char *saver = saver_read(after->revision);
    law(strcmp(saver != NULL ? saver : "", name) == 0, "'%s' is noted for '%s'",
        saver != NULL ? saver : "nobody", name);
    (void)snprintf(logged, sizeof logged, " user %s\n", name);
    law(name[0] == '\0' || strstr(answer->log, logged) != NULL, "'%s' is not in the log: %s", name,
        answer->log);
    free(saver);
}

/* The list of backups tells it. */
static void check_told(const struct asked *asked, const struct answer *answer,
                       const struct stored *after)
{
    if (answer->status != 200 || strcmp(asked->request.path, "/backups") != 0 ||
        strcmp(asked->request.method, "GET") != 0)
        return;
    json_t *list = piece_tree(answer->body);
    const char *told = json_string_value(json_object_get(list, "savedBy"));
    char *saver = saver_read(after->revision);
    law((told == NULL) == (saver == NULL) && (told == NULL || strcmp(told, saver) == 0),
        "'%s' is told for '%s'", told != NULL ? told : "nobody", saver != NULL ? saver : "nobody");
    free(saver);
    json_decref(list);
}

/* What must be stored exactly as it was sent, is. */
static void check_replaced(const struct asked *asked, const struct answer *answer,
                           const struct stored *after)
{
    const struct request *request = &asked->request;
    char value[8];
    enum status status = STATUS_OK;
    bool is_exact =
        request->if_match != NULL || query_get(request->query, "replace", value, sizeof value);
    bool is_save = strcmp(request->path, "/data") == 0 &&
                   (strcmp(request->method, "POST") == 0 || strcmp(request->method, "PUT") == 0);
    if (!is_exact || !is_save || answer->status != 200 || asked->length_given)
        return;
    struct buffer canonical = canonical_of(asked->body, &status);
    law(status == STATUS_OK && canonical.length == after->length &&
            memcmp(canonical.bytes, after->text, after->length) == 0,
        "sent to replace all, but another document is stored: %s", after->text);
    buffer_release(&canonical);
}

/* The entity tag of the current document is its revision. */
static void check_etag(const struct asked *asked, const struct answer *answer,
                       const struct stored *after)
{
    struct condition condition = {.count = 0};
    char *etag = header_value(answer, "ETag");
    bool is_current = strncmp(asked->request.path, "/data", 5) == 0;
    if (etag != NULL) {
        law(etag_list_parse(etag, &condition) && condition.count == 1, "the entity tag is %s",
            etag);
        law(!is_current || condition.revisions[0] == after->revision,
            "the entity tag is %s of revision %" PRId64, etag, after->revision);
    }
    law(etag != NULL || !is_current || answer->status == 204 || answer->status >= 400,
        "no entity tag with %d", answer->status);
    free(etag);
}

/* What a client gets to load is what is stored, with task types. */
static void check_loaded(const struct asked *asked, const struct answer *answer,
                         const struct stored *after)
{
    if (answer->status != 200 || strcmp(asked->request.path, "/data") != 0 ||
        strcmp(asked->request.method, "GET") != 0)
        return;
    json_t *seen = piece_tree(answer->body);
    json_t *stored = after->text != NULL ? piece_tree((struct piece){after->text, after->length})
                                         : json_object();
    law((seen == NULL) == (stored == NULL), "what is served is no document");
    law(seen == NULL || json_array_size(json_object_get(seen, "taskTypes")) > 0,
        "served without task types");
    if (json_array_size(json_object_get(stored, "taskTypes")) == 0)
        (void)json_object_set(stored, "taskTypes", json_object_get(seen, "taskTypes"));
    law(after->text == NULL || seen == NULL || json_equal(seen, stored),
        "what is served is not what is stored");
    json_decref(seen);
    json_decref(stored);
}

static void request_try(struct piece text)
{
    struct asked asked;
    asked_read(text, &asked);
    if (asked.body.length < BODY_MAX) {
        struct stored before = stored_read();
        program_run(&asked);
        struct stored after = stored_read();
        struct answer answer = answer_read();
        cookie_keep(&answer);
        check_head(&asked, &answer);
        check_body(&answer);
        check_log(&answer);
        check_stored(&after);
        check_change(&asked, &answer, &before, &after);
        check_demands(&asked, &before, &after);
        check_replaced(&asked, &answer, &after);
        check_saver(&asked, &answer, &before, &after);
        if (asked.is_readable) {
            check_etag(&asked, &answer, &after);
            check_loaded(&asked, &answer, &after);
            check_told(&asked, &answer, &after);
        }
        answer_release(&answer);
        free(before.text);
        free(after.text);
    }
    asked_release(&asked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct piece rest = {.bytes = (const char *)data, .length = size};
    struct piece text;
    if (stage.path == NULL)
        stage_make();
    entries_visit(entry_remove);
    free(stage.cookie);
    stage.cookie = NULL;
    for (int i = 0; i < REQUESTS_MAX && piece_take(&rest, "\n==\n", &text); i++) {
        stage.now_ms = first_ms + i * step_ms;
        request_try(text);
    }
    return 0;
}
