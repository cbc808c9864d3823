#include "program.h"

#include "schedule_cgi.h"
#include "valgrind_run.h"

#include <jansson.h>

#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Without a bounding set an exec as root gains no capability (capabilities(7)). */
static void power_drop(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    for (int capability = 0; capability < 64; capability++)
        (void)prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    (void)syscall(SYS_capset, &header, none);
}

/*
 * Under valgrind: all of the program but main, here and now. An exec would cost half a second, for
 * valgrind starts afresh with every program; a fork goes on with what it has translated.
 */
__attribute__((noreturn)) static void program_be(char **environment)
{
    (void)syscall(SYS_close_range, 3, ~0U, 0); /* musl has no function for it */
    environ = environment;
    (void)valgrind_lock_waits(NULL);
    exit(schedule_cgi_run(&store_kind_file));
}

/*
 * Not with the sanitizers' search for leaks, which takes longer than all else; but what is run is to be
 * counted for coverage, which exit does.
 */
__attribute__((noreturn)) static void in_process_exit(int exit_status)
{
#ifdef __SANITIZE_ADDRESS__
    _exit(exit_status);
#else
    exit(exit_status);
#endif
}

/* The end to write to of a pipe that nobody reads any more. */
static int pipe_unread(void)
{
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) == 0)
        (void)close(ends[0]);
    return ends[1];
}

/* In the child: never returns. */
static void program_exec(const struct call *call, const int streams[3])
{
    char directory[TEMPORARY_PATH_SIZE + 32];
    char *environment[CALL_VARIABLES_MAX + 2] = {NULL};
    char *arguments[] = {(char *)(uintptr_t) "schedule.cgi", (char *)(uintptr_t)call->argument,
                         NULL};
    size_t count = 0;
    for (; call->variables[count] != NULL; count++)
        environment[count] = (char *)(uintptr_t)call->variables[count];
    (void)snprintf(directory, sizeof directory, "SCHEDULE_DATA_DIR=%s",
                   call->directory != NULL ? call->directory : "");
    if (call->directory != NULL)
        environment[count] = directory;
    for (int i = 0; i < 3; i++) {
        if ((call->closed >> i & 1) != 0)
            (void)close(i);
        else
            (void)dup2((call->unread >> i & 1) != 0 ? pipe_unread() : streams[i], i);
    }
    (void)signal(SIGPIPE, SIG_DFL); /* whatever the test's own is */
    if (call->powerless)
        power_drop();
    if (call->in_process != NULL) {
        environ = environment;
        in_process_exit(call->in_process->run(call->in_process->context));
    }
    if (valgrind_runs())
        program_be(environment);
    (void)execve(SCHEDULE_CGI, arguments, environment);
    _exit(127);
}

static bool input_write(int descriptor, const struct call *call)
{
    size_t length = call->input_length > 0 ? call->input_length : strlen(call->input);
    for (size_t at = 0; at < length;) {
        ssize_t count = write(descriptor, call->input + at, length - at);
        if (count < 0) /* the program did not want all of it */
            return false;
        at += (size_t)count;
    }
    return true;
}

struct running program_start(const struct call *call)
{
    struct running running = {.input = -1};
    int pipe_ends[2] = {open("/dev/null", O_RDONLY | O_CLOEXEC), -1};
    running.output = memfd_create("output", MFD_CLOEXEC);
    running.log = memfd_create("log", MFD_CLOEXEC);
    assert_true(running.output >= 0 && running.log >= 0);
    if (call->input != NULL) {
        (void)close(pipe_ends[0]);
        assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    }
    const int streams[3] = {pipe_ends[0], running.output, running.log};
    (void)fflush(NULL); /* or a child that does not exec would print it again */
    running.process = fork();
    assert_true(running.process >= 0);
    if (running.process == 0)
        program_exec(call, streams);
    (void)close(pipe_ends[0]);
    if (call->input != NULL) {
        (void)signal(SIGPIPE, SIG_IGN);
        running.input_taken = input_write(pipe_ends[1], call);
        running.input = pipe_ends[1];
    }
    if (!call->input_stays_open && running.input >= 0) {
        (void)close(running.input);
        running.input = -1;
    }
    return running;
}

/* All that was written to a memory file, ended by a NUL. */
static char *memory_file_take(int descriptor, size_t *length)
{
    struct stat status;
    assert_int_equal(fstat(descriptor, &status), 0);
    *length = (size_t)status.st_size;
    char *text = malloc(*length + 1);
    assert_non_null(text);
    assert_int_equal(pread(descriptor, text, *length, 0), status.st_size);
    text[*length] = '\0';
    (void)close(descriptor);
    return text;
}

struct answer program_finish(struct running *running)
{
    struct answer answer = {0};
    size_t length = 0;
    size_t log_length = 0;
    assert_int_equal(waitpid(running->process, &answer.exit_status, 0), running->process);
    if (running->input >= 0)
        (void)close(running->input);
    answer.output = memory_file_take(running->output, &length);
    answer.log = memory_file_take(running->log, &log_length);
    (void)sscanf(answer.output, "Status: %d ", &answer.status);
    char *gap = strstr(answer.output, "\n\n");
    answer.headers =
        strndup(answer.output, gap != NULL ? (size_t)(gap + 2 - answer.output) : length);
    if (gap != NULL) {
        answer.body = gap + 2;
        answer.body_length = length - (size_t)(answer.body - answer.output);
    }
    return answer;
}

struct answer program_call(const struct call *call)
{
    struct running running = program_start(call);
    return program_finish(&running);
}

int lock_hold(const char *directory)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int descriptor = open(path_in(directory, "data.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(fcntl(descriptor, F_OFD_SETLK, &whole), 0);
    return descriptor;
}

const char *quoted(const char *text)
{
    static char texts[8][8192];
    static unsigned next;
    char *copy = texts[next++ % 8];
    assert_true(strlen(text) < sizeof texts[0]);
    (void)strcpy(copy, text);
    for (char *p = copy; (p = strchr(p, '\'')) != NULL; p++)
        *p = '"';
    return copy;
}

void answer_release(struct answer *answer)
{
    free(answer->output);
    free(answer->headers);
    free(answer->log);
}

struct answer program_get(const char *directory)
{
    const struct call call = {.directory = directory, .variables = {"REQUEST_METHOD=GET"}};
    return program_call(&call);
}

struct answer program_post(const char *directory, const char *document)
{
    char length[64];
    (void)snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", strlen(document));
    const struct call call = {
        .directory = directory,
        .variables = {"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=POST", "PATH_INFO=/data",
                      "CONTENT_TYPE=application/json", length},
        .input = document,
    };
    return program_call(&call);
}

/* The environment of a request, with the text of its variables. */
struct variables {
    struct call *call;
    size_t count;
    char texts[CALL_VARIABLES_MAX][1024];
};

static void variable_add(struct variables *variables, const char *name, const char *value)
{
    size_t at = variables->count;
    if (value == NULL)
        return;
    assert_true(at < CALL_VARIABLES_MAX - 1);
    int length = snprintf(variables->texts[at], sizeof variables->texts[at], "%s%s", name, value);
    assert_in_range(length, 1, sizeof variables->texts[at] - 1);
    variables->call->variables[variables->count++] = variables->texts[at];
}

static void body_describe(struct variables *variables, const struct http *http)
{
    char length[32];
    const char *type = http->type;
    if (http->body != NULL) {
        (void)snprintf(length, sizeof length, "%zu", strlen(http->body));
        variable_add(variables, "CONTENT_LENGTH=", length);
        type = type != NULL ? type : "application/json";
    }
    variable_add(variables, "CONTENT_TYPE=", type);
}

struct answer program_request(const char *directory, const struct http *http)
{
    struct call call = {.directory = directory,
                        .input = http->body,
                        .powerless = http->powerless,
                        .in_process = http->in_process};
    struct variables variables = {.call = &call};
    const char *method = http->method;
    const char *path = http->path;
    if (method == NULL)
        method = http->body != NULL ? "POST" : "GET";
    if (path == NULL && http->address == NULL)
        path = "/data";
    variable_add(&variables, "GATEWAY_INTERFACE=", "CGI/1.1");
    variable_add(&variables, "REQUEST_METHOD=", method);
    variable_add(&variables, "PATH_INFO=", path);
    variable_add(&variables, "REQUEST_URI=", http->address);
    variable_add(&variables, "QUERY_STRING=", http->query);
    body_describe(&variables, http);
    variable_add(&variables, "HTTP_COOKIE=", http->cookie);
    variable_add(&variables, "HTTP_ORIGIN=", http->origin);
    variable_add(&variables, "HTTP_IF_MATCH=", http->if_match);
    variable_add(&variables, "HTTP_IF_NONE_MATCH=", http->if_none_match);
    for (size_t i = 0; i < sizeof http->settings / sizeof http->settings[0]; i++)
        variable_add(&variables, "", http->settings[i]);
    return program_call(&call);
}

const char *header_value(const struct answer *answer, const char *name)
{
    static char values[8][512];
    static unsigned next;
    char *value = values[next++ % 8];
    char start[64];
    (void)snprintf(start, sizeof start, "\n%s: ", name);
    const char *found = strstr(answer->headers, start);
    if (found == NULL)
        return NULL;
    found += strlen(start);
    int length = snprintf(value, sizeof values[0], "%.*s", (int)strcspn(found, "\n"), found);
    assert_in_range(length, 0, sizeof values[0] - 1);
    return value;
}

int64_t revision_of(const struct answer *answer)
{
    const char *etag = header_value(answer, "ETag");
    char expected[64];
    int64_t revision = -1;
    if (etag == NULL)
        fail_msg("no ETag: %s%s", answer->output, answer->log);
    (void)sscanf(etag, "\"%" SCNd64 "\"", &revision);
    (void)snprintf(expected, sizeof expected, "\"%" PRId64 "\"", revision);
    assert_string_equal(etag, expected);
    return revision;
}

int64_t revision_take(struct answer answer)
{
    if (answer.status != 200 && answer.status != 201)
        fail_msg("%s%s", answer.output, answer.log);
    int64_t revision = revision_of(&answer);
    answer_release(&answer);
    return revision;
}

void check_answer(struct answer answer, int status)
{
    assert_int_equal(answer.exit_status, 0);
    if (answer.status != status)
        fail_msg("status %d instead of %d: %s%s", answer.status, status, answer.output, answer.log);
    answer_release(&answer);
}

bool has_header(const struct answer *answer, const char *line)
{
    char wanted[512];
    (void)snprintf(wanted, sizeof wanted, "\n%s\n", line);
    return strstr(answer->headers, wanted) != NULL;
}

void check_failure(const struct answer *answer, int status, const char *slug, const char *details)
{
    assert_int_equal(answer->exit_status, 0);
    if (answer->status != status)
        fail_msg("status %d instead of %d: %s%s", answer->status, status, answer->output,
                 answer->log);
    json_t *body = json_loads(answer->body, 0, NULL);
    assert_true(json_is_false(json_object_get(body, "ok")));
    assert_string_equal(json_string_value(json_object_get(body, "error")), slug);
    assert_true(json_string_length(json_object_get(body, "message")) > 0);
    const char *told = json_string_value(json_object_get(body, "details"));
    if (strstr(told, details) == NULL)
        fail_msg("'%s' does not say '%s'", told, details);
    json_decref(body);
    assert_true(has_header(answer, "Content-Type: application/json; charset=utf-8"));
    assert_true(has_header(answer, "Cache-Control: no-cache"));
    assert_non_null(strstr(answer->log, details));
}

static void map_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

void private_mounts_enter(void)
{
    unsigned user = geteuid();
    unsigned group = getegid();
    int flags = CLONE_NEWNS | (user == 0 ? 0 : CLONE_NEWUSER);
    if (unshare(flags) != 0) {
        perror("unshare: these tests need root or unprivileged user namespaces");
        exit(EXIT_FAILURE);
    }
    if (user != 0) {
        char user_map[32];
        char group_map[32];
        (void)snprintf(user_map, sizeof user_map, "0 %u 1", user);
        (void)snprintf(group_map, sizeof group_map, "0 %u 1", group);
        map_write("/proc/self/setgroups", "deny");
        map_write("/proc/self/uid_map", user_map);
        map_write("/proc/self/gid_map", group_map);
    }
    if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0) {
        perror("mount");
        exit(EXIT_FAILURE);
    }
}
