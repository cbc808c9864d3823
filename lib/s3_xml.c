#include "s3_xml.h"

#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

struct reading {
    XML_Parser parser;
    s3_xml_element *element;
    void *context;
    struct error *error;
    enum status status;
    size_t depth;
    char names[S3_XML_DEPTH_MAX][S3_XML_NAME_SIZE]; /* of the elements that are open */
    size_t length;                                  /* of the text so far */
    char text[S3_XML_TEXT_SIZE];
};

static void stop(struct reading *reading, enum status status)
{
    reading->status = status;
    (void)XML_StopParser(reading->parser, XML_FALSE);
}

static void stop_because(struct reading *reading, const char *reason)
{
    stop(reading, error_set(reading->error, STATUS_INVALID, "the server's XML has %s", reason));
}

static void XMLCALL element_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = context;
    size_t length = strlen(name);
    (void)attributes;
    reading->length = 0;
    if (reading->depth == S3_XML_DEPTH_MAX || length >= S3_XML_NAME_SIZE) {
        stop_because(reading, "too many levels, or too long a name");
        return;
    }
    memcpy(reading->names[reading->depth++], name, length + 1);
}

static void XMLCALL element_end(void *context, const XML_Char *name)
{
    struct reading *reading = context;
    if (reading->status != STATUS_OK) /* an empty one, that was refused at its start */
        return;
    const char *parent = reading->depth > 1 ? reading->names[reading->depth - 2] : "";
    reading->text[reading->length] = '\0';
    enum status status =
        reading->element(reading->context, parent, name, reading->text, reading->error);
    reading->length = 0;
    reading->depth--;
    if (status != STATUS_OK)
        stop(reading, status);
}

static void XMLCALL text_add(void *context, const XML_Char *text, int length)
{
    struct reading *reading = context;
    if ((size_t)length >= sizeof reading->text - reading->length) {
        stop_because(reading, "too long a text");
        return;
    }
    memcpy(reading->text + reading->length, text, (size_t)length);
    reading->length += (size_t)length;
}

static void XMLCALL doctype_refuse(void *context, const XML_Char *name, const XML_Char *system_id,
                                   const XML_Char *public_id, int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    stop_because(context, "a document type");
}

enum status s3_xml_read(const char *bytes, size_t length, s3_xml_element *element, void *context,
                        struct error *error)
{
    struct reading reading = {.element = element, .context = context, .error = error};
    if (length > INT_MAX)
        return error_set(error, STATUS_INVALID, "the server's XML is too long");
    reading.parser = XML_ParserCreate(NULL);
    if (reading.parser == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for an XML parser");
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, element_start, element_end);
    XML_SetCharacterDataHandler(reading.parser, text_add);
    XML_SetStartDoctypeDeclHandler(reading.parser, doctype_refuse);
    bool is_whole = XML_Parse(reading.parser, bytes, (int)length, XML_TRUE) == XML_STATUS_OK;
    enum XML_Error failure = XML_GetErrorCode(reading.parser);
    XML_ParserFree(reading.parser);
    if (is_whole || reading.status != STATUS_OK)
        return reading.status;
    if (failure == XML_ERROR_NO_MEMORY)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for XML");
    return error_set(error, STATUS_INVALID, "the server's answer is no XML: %s",
                     XML_ErrorString(failure));
}
