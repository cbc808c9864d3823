/*
 * The request's body as what a resource takes: a document, or a tree of JSON.
 */
#ifndef SCHEDULE_PAYLOAD_H
#define SCHEDULE_PAYLOAD_H

#include "document.h"
#include "route.h"

#include <jansson.h>

/*
 * FAILURE_UNSUPPORTED_MEDIA_TYPE unless the body comes as application/json, or without any type
 * from where no page can be. A form on a foreign page can post text/plain and the like without
 * asking the browser for leave, and a script there can post with no type at all; neither can post
 * JSON as JSON (Fetch 2.2.2). So whatever POST changes something asks for this.
 */
enum failure payload_json_check(const struct request *request, struct error *error);

/* FAILURE_UNSUPPORTED_MEDIA_TYPE, with a text that names what came and what is wanted. */
enum failure payload_type_refuse(const struct request *request, const char *wanted,
                                 struct error *error);

/* As payload_json_check, for a POST that takes no body: only a page has to name the type. */
enum failure payload_none_check(const struct request *request, struct error *error);

/*
 * Read the body as a document into `*document`, in the form that is stored; the caller's to
 * release. After an error there is nothing to release.
 */
enum status payload_document_read(const struct exchange *exchange, struct document *document,
                                  struct error *error);

/* Read the body as a tree, of an object or an array, for the caller to release. */
enum status payload_tree_read(const struct exchange *exchange, json_t **tree, struct error *error);

/* The longest text of a document that the settings allow, in bytes. */
size_t payload_document_max(const struct config *config);

#endif
