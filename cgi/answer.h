/*
 * Bodies and headers that several resources answer with.
 */
#ifndef SCHEDULE_ANSWER_H
#define SCHEDULE_ANSWER_H

#include "error.h"
#include "json_text.h"
#include "request.h"
#include "response.h"

#include <jansson.h>

#include <stdint.h>

/* What a save that worked says; the old server's words. */
#define ANSWER_SAVED "数据保存成功"

/* The revision that the answer is about, as its entity tag. */
void answer_etag(struct response *response, int64_t revision);

/* If the client has this revision already, the answer is 304 with its entity tag; else nothing. */
bool answer_unmodified(const struct request *request, struct response *response, int64_t revision);

/* The body is the tree. */
enum status answer_tree(struct response *response, json_t *tree, enum json_text_layout layout,
                        struct error *error);

/* The body is `body` in one line; it is released, also if it is null for want of memory. */
enum status answer_json(struct response *response, json_t *body, struct error *error);

/*
 * The body is {"ok":true,"message":...,"revision":...}, and the entity tag the same revision. For
 * what is done already, so it does not fail: without memory the body lacks the revision.
 */
void answer_done(struct response *response, const char *message, int64_t revision);

#endif
