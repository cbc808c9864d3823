#include "s3_deletion.h"

#include "s3_xml.h"

#include <openssl/evp.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char beginning[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                                "<Quiet>true</Quiet>";
static const char key_beginning[] = "<Object><Key>";
static const char key_end[] = "</Key></Object>";
static const char end[] = "</Delete>";

enum { MD5_SIZE = 16, SHOWN_SIZE = 128 };

static enum status string_add(struct buffer *text, const char *string, struct error *error)
{
    return buffer_append(text, string, strlen(string), error);
}

/* Keys hold no control characters (s3_place.h), which XML has no place for. */
static enum status escaped_add(struct buffer *text, const char *string, struct error *error)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && *string != '\0') {
        size_t plain = strcspn(string, "&<>");
        status = buffer_append(text, string, plain, error);
        string += plain;
        if (status != STATUS_OK || *string == '\0')
            break;
        status = string_add(text,
                            *string == '&'   ? "&amp;"
                            : *string == '<' ? "&lt;"
                                             : "&gt;",
                            error);
        string++;
    }
    return status;
}

enum status s3_deletion_begin(struct buffer *text, struct error *error)
{
    return string_add(text, beginning, error);
}

enum status s3_deletion_add(struct buffer *text, const char *prefix, const char *name,
                            struct error *error)
{
    enum status status = string_add(text, key_beginning, error);
    if (status == STATUS_OK)
        status = escaped_add(text, prefix, error);
    if (status == STATUS_OK)
        status = escaped_add(text, name, error);
    return status == STATUS_OK ? string_add(text, key_end, error) : status;
}

enum status s3_deletion_end(struct buffer *text, struct error *error)
{
    return string_add(text, end, error);
}

enum status s3_deletion_md5(const struct buffer *text, char md5[S3_MD5_SIZE], struct error *error)
{
    unsigned char digest[MD5_SIZE];
    if (EVP_Digest(text->bytes, text->length, digest, NULL, EVP_md5(), NULL) != 1)
        return error_set(error, STATUS_UNAVAILABLE, "there is no MD5 here");
    (void)EVP_EncodeBlock((unsigned char *)md5, digest, sizeof digest);
    return STATUS_OK;
}

struct reading {
    bool is_answer;
    size_t failed;
    char first[SHOWN_SIZE]; /* what the server says of the first that failed */
};

static enum status element_take(void *context, const char *parent, const char *name,
                                const char *text, struct error *error)
{
    struct reading *reading = context;
    (void)error;
    if (parent[0] == '\0')
        reading->is_answer = strcmp(name, "DeleteResult") == 0;
    if (strcmp(parent, "DeleteResult") == 0 && strcmp(name, "Error") == 0)
        reading->failed++;
    if (strcmp(parent, "Error") == 0 && strcmp(name, "Code") == 0 && reading->failed == 0)
        (void)snprintf(reading->first, sizeof reading->first, "%s", text);
    return STATUS_OK;
}

enum status s3_deletion_read(const char *bytes, size_t length, struct error *error)
{
    struct reading reading = {.is_answer = false};
    struct error problem = ERROR_INIT;
    enum status status = s3_xml_read(bytes, length, element_take, &reading, &problem);
    if (status == STATUS_INVALID)
        return error_forward(error, STATUS_UNAVAILABLE, &problem);
    if (status != STATUS_OK)
        return error_forward(error, status, &problem);
    if (!reading.is_answer)
        return error_set(error, STATUS_UNAVAILABLE, "the server's answer is none to a removal");
    if (reading.failed > 0)
        return error_set(error, STATUS_UNAVAILABLE, "%zu objects were not removed: %s",
                         reading.failed, reading.first);
    return STATUS_OK;
}
