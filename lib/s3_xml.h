/*
 * The XML that S3 servers answer with: a few levels of elements, the innermost of which hold a text
 * each. Read by expat, from a server that need not be what it says: a document type declaration,
 * and with it every entity, is refused, and all that is kept has a bound. Nothing is owned.
 */
#ifndef SCHEDULE_S3_XML_H
#define SCHEDULE_S3_XML_H

#include "error.h"

#include <stddef.h>

enum { S3_XML_DEPTH_MAX = 8, S3_XML_NAME_SIZE = 40, S3_XML_TEXT_SIZE = 4096 };

/*
 * Called at the end of each element with its name, that of the one around it ("" for the
 * outermost), and its own text. Any status but STATUS_OK ends the reading with it.
 */
typedef enum status s3_xml_element(void *context, const char *parent, const char *name,
                                   const char *text, struct error *error);

/*
 * Read a whole text. STATUS_INVALID if it is no XML, nested deeper than S3_XML_DEPTH_MAX, has a
 * document type, or a name or a text that is not below the sizes above. Elements until then were
 * told.
 */
enum status s3_xml_read(const char *bytes, size_t length, s3_xml_element *element, void *context,
                        struct error *error);

#endif
