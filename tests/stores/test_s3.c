/* The conformance suite on an S3 server, Ceph's gateway, a prefix for each test. */
#include "server_script.h"
#include "store_s3.h"
#include "subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 256 };

static const char bucket[] = "plans";

/* An open store, with what it borrows. */
struct opened {
    struct store_s3 store;
    struct store_s3_options options;
    char url[TEXT_SIZE * 2];
};

/* Where the server is, who we are there, and who may only read. */
static char endpoint[TEXT_SIZE];
static char key_id[TEXT_SIZE];
static char secret[TEXT_SIZE];
static char reader_key_id[TEXT_SIZE];
static char reader_secret[TEXT_SIZE];
static unsigned prefix;

static void prefix_begin(void)
{
    prefix++;
}

static void prefix_end(void)
{
}

/* With characters that have to be escaped, each in its way. */
static void url_write(char url[TEXT_SIZE * 2], const char *server)
{
    (void)snprintf(url, TEXT_SIZE * 2, "%s/%s/team%%20A+B/%u/", server, bucket, prefix);
}

static enum status bucket_open(const struct opening *opening, const struct store_observer *observer,
                               struct store **store, struct error *error)
{
    struct opened *opened = calloc(1, sizeof *opened);
    bool reads = opening->harm == HARM_READ_ONLY;
    assert_non_null(opened);
    url_write(opened->url, opening->harm == HARM_DOWN ? "http://127.0.0.1:9" : endpoint);
    opened->options =
        (struct store_s3_options){.url = opened->url,
                                  .region = "us-east-1",
                                  .key_id = reads ? reader_key_id : key_id,
                                  .secret = reads                              ? reader_secret
                                            : opening->harm == HARM_WRONG_KEYS ? "not the secret"
                                                                               : secret,
                                  .timeout_ms = opening->timeout_ms,
                                  .length_max = opening->length_max,
                                  .retention = opening->retention,
                                  .saved_by = opening->saved_by};
    enum status status = store_s3_open(&opened->store, &opened->options, observer, error);
    if (status == STATUS_OK)
        *store = &opened->store.base;
    else
        free(opened);
    return status;
}

static void bucket_close(struct store *store)
{
    store_close(store);
    free(store);
}

static void server_freeze(void)
{
    char output[SCRIPT_OUTPUT_SIZE];
    server_script_run("freeze", NULL, output);
}

static void server_thaw(void)
{
    char output[SCRIPT_OUTPUT_SIZE];
    server_script_run("thaw", NULL, output);
}

static void put_by_hand(const char *text)
{
    char output[SCRIPT_OUTPUT_SIZE];
    char url[TEXT_SIZE * 2];
    char whole[TEXT_SIZE * 3];
    char user[TEXT_SIZE * 2 + 2];
    url_write(url, endpoint);
    (void)snprintf(whole, sizeof whole, "%sproject-data.json", url);
    char *plus = strchr(whole, '+');
    assert_non_null(plus); /* signed as %2B */
    memmove(plus + 3, plus + 1, strlen(plus));
    memcpy(plus, "%2B", 3);
    (void)snprintf(user, sizeof user, "%s:%s", key_id, secret);
    const char *const arguments[] = {"curl",
                                     "-sSf",
                                     "--noproxy",
                                     "*",
                                     "--aws-sigv4",
                                     "aws:amz:us-east-1:s3",
                                     "--user",
                                     user,
                                     "-H",
                                     "x-amz-content-sha256: UNSIGNED-PAYLOAD",
                                     "-X",
                                     "PUT",
                                     "--data-binary",
                                     text,
                                     whole,
                                     NULL};
    program_run(arguments, output);
}

int main(void)
{
    const struct subject s3 = {
        .name = "s3",
        .begin = prefix_begin,
        .end = prefix_end,
        .open = bucket_open,
        .close = bucket_close,
        .slow = server_freeze,
        .heal = server_thaw,
        .put_by_hand = put_by_hand,
        .load_under = {[HARM_DOWN] = STATUS_UNREACHABLE,
                       [HARM_SLOW] = STATUS_UNREACHABLE,
                       [HARM_WRONG_KEYS] = STATUS_UNAVAILABLE},
        .save_under = {[HARM_DOWN] = STATUS_UNREACHABLE,
                       [HARM_SLOW] = STATUS_UNREACHABLE,
                       [HARM_READ_ONLY] = STATUS_UNAVAILABLE,
                       [HARM_WRONG_KEYS] = STATUS_UNAVAILABLE},
        .holds_texts = true,
        .writers = 16,
        .saves = 3,
    };
    char output[SCRIPT_OUTPUT_SIZE];
    server_script_start("s3_server", NULL, output);
    assert_int_equal(sscanf(output, "%255s %255s %255s", endpoint, key_id, secret), 3);
    server_script_run("bucket", bucket, output);
    server_script_run("reader", bucket, output);
    assert_int_equal(sscanf(output, "%255s %255s", reader_key_id, reader_secret), 2);
    int failures = conformance_run(&s3);
    server_script_stop();
    return failures;
}
