/*
 * Running the built program as a web server would: an environment, a body, and what came back.
 */
#ifndef TEST_PROGRAM_H
#define TEST_PROGRAM_H

#include "temporary.h"

#include <sys/types.h>

enum { CALL_VARIABLES_MAX = 16 };

/* What a child does in place of the program; what it returns is the exit status. */
struct in_process {
    int (*run)(void *context);
    void *context;
};

struct call {
    const char *directory;                     /* becomes SCHEDULE_DATA_DIR, unless null */
    const char *variables[CALL_VARIABLES_MAX]; /* "NAME=VALUE", ended by null: all of the rest */
    const char *input;                         /* standard input, through a pipe; null: /dev/null */
    size_t input_length;                       /* 0: up to the NUL */
    const char *argument;                      /* argv[1], or null */
    bool input_stays_open;                     /* the pipe's writing end is not closed */
    bool powerless;                            /* without root's power to ignore file modes */
    unsigned closed; /* standard streams that are: 1 << STDIN_FILENO and so on */
    unsigned unread; /* the same, of those that are pipes which nobody reads any more */
    const struct in_process *in_process; /* run this instead of the built program, or null */
};

struct answer {
    int exit_status; /* as waitpid(2) tells */
    int status;      /* of the Status line, 0 if there is none */
    char *output;    /* all of standard output */
    char *headers;   /* up to and with the empty line */
    char *body;      /* behind it; null if there is no empty line */
    size_t body_length;
    char *log; /* all of standard error */
};

/* Start the program; program_finish waits for it. program_call is both. */
struct running {
    pid_t process;
    int output;
    int log;
    int input;
    bool input_taken; /* all of the input could be written */
};
struct running program_start(const struct call *call);
struct answer program_finish(struct running *running);
struct answer program_call(const struct call *call);

/* The lock, its file made if it is missing, as another process's save holds it; closing the descriptor lets go of it. */
int lock_hold(const char *directory);

/* The text with " for ', in a static buffer that the eighth call from now overwrites. */
const char *quoted(const char *text);

void answer_release(struct answer *answer);

/* GET, and POST of `document` as application/json with its length. */
struct answer program_get(const char *directory);
struct answer program_post(const char *directory, const char *document);

/*
 * A request as a web server hands it over, with what a client said. Members that are null are not
 * there; without a method it is a GET, or a POST if there is a body.
 */
struct http {
    const char *method;
    const char *path;    /* below the mount; null: "/data", unless there is an address */
    const char *address; /* as REQUEST_URI, for servers that give no PATH_INFO */
    const char *query;
    const char *body;
    const char *type; /* null: application/json with a body; "": none */
    const char *cookie;
    const char *origin;
    const char *if_match;
    const char *if_none_match;
    const char *settings[3]; /* "NAME=VALUE" */
    bool powerless;
    const struct in_process *in_process;
};

struct answer program_request(const char *directory, const struct http *http);

/* REQUEST(directory, .path = "/health") */
#define REQUEST(directory, ...) program_request(directory, &(const struct http){__VA_ARGS__})

/*
 * The value of the first header of this name, or null, in a static buffer that the eighth call from
 * now overwrites.
 */
const char *header_value(const struct answer *answer, const char *name);

/* The revision in the ETag, which must be there, strong and unmarked. */
int64_t revision_of(const struct answer *answer);

/* The same of an answer that must be 200 or 201, and is released. */
int64_t revision_take(struct answer answer);

/* The answer has this status; release it. */
void check_answer(struct answer answer, int status);

/*
 * Check an error answer: status, slug, that `details` occurs in its details, and the common
 * headers.
 */
void check_failure(const struct answer *answer, int status, const char *slug, const char *details);

/* Whether a header line with exactly this text was sent. */
bool has_header(const struct answer *answer, const char *line);

/*
 * Put this process into a mount namespace of its own (and where it is not root, a user namespace in
 * which it appears to be), so that tests can mount file systems that nobody else sees. For main.
 */
void private_mounts_enter(void);

#endif
