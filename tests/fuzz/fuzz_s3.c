/*
 * What the store in S3 reads, from its server, its objects and its settings, and what it writes for
 * the server. The first byte of the input chooses what is tried: see `trials`, at the end. After it
 * come lines of text, the last of which may be all the rest.
 *
 * Where the input is what a server says, an oracle tells what is in it. Where it is what there is
 * to say, that is written as a server may write it, and must be read as the same.
 */
#include "fuzz.h"
#include "number.h"
#include "percent.h"
#include "printable.h"
#include "s3_client.h"
#include "s3_deletion.h"
#include "s3_listing.h"
#include "s3_place.h"
#include "s3_refusal.h"
#include "s3_saver.h"
#include "s3_saves.h"
#include "s3_xml.h"
#include "utf8.h"

#include <curl/curl.h>
#include <expat.h>

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT_MAX = 1 << 22 };

/* Texts. */

/* The next line, or "" where there is none, for the caller to free. */
static char *line_take(struct piece *rest)
{
    struct piece line = {.bytes = ""};
    (void)piece_take(rest, "\n", &line);
    return piece_string(line);
}

/* What is left behind the lines. */
static struct piece rest_of(struct piece rest)
{
    return rest.bytes != NULL ? rest : (struct piece){.bytes = ""};
}

static struct piece piece_of(const struct buffer *buffer)
{
    return (struct piece){.bytes = buffer->length > 0 ? buffer->bytes : "",
                          .length = buffer->length};
}

static bool pieces_equal(struct piece left, struct piece right)
{
    return left.length == right.length && memcmp(left.bytes, right.bytes, left.length) == 0;
}

/* With its NUL, so that strings one behind the other stay apart. */
static void string_add(struct buffer *strings, const char *string)
{
    law(buffer_append(strings, string, strlen(string) + 1, NULL) == STATUS_OK, "no memory");
}

/* The next of the strings that were added. There must be one. */
static const char *string_take(struct piece *strings)
{
    const char *string = strings->bytes;
    law(strings->length > 0, "more is told than there is");
    strings->bytes += strlen(string) + 1;
    strings->length -= strlen(string) + 1;
    return string;
}

/* One line that a terminal and a JSON string can show. */
static void check_shown(const char *text, size_t size)
{
    size_t length = strnlen(text, size);
    law(length < size, "a text has no end");
    law(!printable_has_control(text), "a control character is shown in '%s'", text);
    for (size_t i = 0; i < length;) {
        size_t step = utf8_sequence_length(text + i, length - i);
        law(step > 0, "'%s' is not UTF-8", text);
        law(step != 2 || text[i] != '\xC2' || (unsigned char)text[i + 1] >= 0xA0,
            "a control character of C1 is shown in '%s'", text);
        i += step;
    }
}

static void check_error(const struct error *error)
{
    law(error->text[0] != '\0', "an error without a text");
    check_shown(error->text, sizeof error->text);
}

/* Whether XML has a place for the text, and s3_xml.h, too. */
static bool is_xml_text(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        size_t step = utf8_sequence_length(text + i, length - i);
        if (step == 0 || ((unsigned char)text[i] < ' ' && strchr("\t\n\r", text[i]) == NULL) ||
            strncmp(text + i, "\xEF\xBF\xBE", 3) == 0 || strncmp(text + i, "\xEF\xBF\xBF", 3) == 0)
            return false;
        i += step;
    }
    return length < S3_XML_TEXT_SIZE;
}

/* As percent_append, for the caller to free. */
static char *encoded(const char *text, const char *kept)
{
    char *copy = malloc(3 * strlen(text) + 1);
    law(copy != NULL, "no memory for the test");
    char *end = copy;
    *end = '\0';
    for (; *text != '\0'; text++)
        end += sprintf(end,
                       isalnum((unsigned char)*text) || strchr("-._~", *text) != NULL ||
                               strchr(kept, *text) != NULL
                           ? "%c"
                           : "%%%02X",
                       (unsigned char)*text);
    return copy;
}

/* XML. */

/* What expat says of a text, with the bounds of s3_xml.h. */
struct xml_oracle {
    XML_Parser parser;
    bool is_refused;
    bool is_leaf; /* there was no other element in this one */
    size_t depth;
    char names[S3_XML_DEPTH_MAX][S3_XML_NAME_SIZE];
    size_t length;
    char text[1 + S3_XML_TEXT_SIZE]; /* behind a "=" */
    struct buffer told;              /* of each its parent, its name and its text */
};

static void xml_refuse(struct xml_oracle *oracle)
{
    oracle->is_refused = true;
    (void)XML_StopParser(oracle->parser, XML_FALSE);
}

static void XMLCALL xml_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct xml_oracle *oracle = context;
    (void)attributes;
    if (oracle->depth == S3_XML_DEPTH_MAX || strlen(name) >= S3_XML_NAME_SIZE) {
        xml_refuse(oracle);
        return;
    }
    (void)strcpy(oracle->names[oracle->depth++], name);
    oracle->length = 0;
    oracle->is_leaf = true;
}

/* Expat tells the end of an empty element even if it was stopped at its start. */
static void XMLCALL xml_end(void *context, const XML_Char *name)
{
    struct xml_oracle *oracle = context;
    if (oracle->is_refused)
        return;
    oracle->depth--;
    oracle->text[0] = '=';
    oracle->text[1 + oracle->length] = '\0';
    string_add(&oracle->told, oracle->depth > 0 ? oracle->names[oracle->depth - 1] : "");
    string_add(&oracle->told, name);
    string_add(&oracle->told, oracle->is_leaf ? oracle->text : "");
    oracle->length = 0;
    oracle->is_leaf = false;
}

static void XMLCALL xml_text(void *context, const XML_Char *text, int length)
{
    struct xml_oracle *oracle = context;
    if (oracle->is_refused || oracle->length + (size_t)length >= S3_XML_TEXT_SIZE) {
        xml_refuse(oracle);
        return;
    }
    memcpy(oracle->text + 1 + oracle->length, text, (size_t)length);
    oracle->length += (size_t)length;
}

static void XMLCALL xml_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                                const XML_Char *public_id, int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    xml_refuse(context);
}

/* Whether all of it is well; what is told is the caller's to release in any case. */
static bool xml_foretell(struct piece xml, struct buffer *told)
{
    struct xml_oracle oracle = {.parser = XML_ParserCreate(NULL)};
    law(oracle.parser != NULL, "no memory for the test");
    buffer_init(&oracle.told, TEXT_MAX);
    XML_SetUserData(oracle.parser, &oracle);
    XML_SetElementHandler(oracle.parser, xml_start, xml_end);
    XML_SetCharacterDataHandler(oracle.parser, xml_text);
    XML_SetStartDoctypeDeclHandler(oracle.parser, xml_doctype);
    bool is_whole = XML_Parse(oracle.parser, xml.bytes, (int)xml.length, XML_TRUE) == XML_STATUS_OK;
    XML_ParserFree(oracle.parser);
    *told = oracle.told;
    return is_whole && !oracle.is_refused;
}

/* What is to be told, and how much of it until the reading is ended. */
struct xml_reading {
    struct piece rest;
    size_t told;
    size_t end_at; /* 0: never */
};

static enum status element_compare(void *context, const char *parent, const char *name,
                                   const char *text, struct error *error)
{
    struct xml_reading *reading = context;
    law(reading->end_at == 0 || reading->told < reading->end_at, "<%s> is told after the end",
        name);
    const char *expected = string_take(&reading->rest);
    law(strcmp(parent, expected) == 0, "<%s> is in <%s>, not in <%s>", name, expected, parent);
    expected = string_take(&reading->rest);
    law(strcmp(name, expected) == 0, "<%s> is told for <%s>", name, expected);
    expected = string_take(&reading->rest);
    law(expected[0] == '\0' || strcmp(text, expected + 1) == 0, "<%s> holds '%s', not '%s'", name,
        expected + 1, text);
    law(strlen(text) < S3_XML_TEXT_SIZE, "<%s> holds too much", name);
    reading->told++;
    return reading->told == reading->end_at ? error_set(error, STATUS_CORRUPT, "enough")
                                            : STATUS_OK;
}

static void check_xml(struct piece xml)
{
    struct error error = ERROR_INIT;
    struct buffer told;
    bool is_good = xml_foretell(xml, &told);
    struct xml_reading reading = {.rest = piece_of(&told)};
    enum status status = s3_xml_read(xml.bytes, xml.length, element_compare, &reading, &error);
    law(status == (is_good ? STATUS_OK : STATUS_INVALID), "XML is read with status %d: %s",
        (int)status, error.text);
    law(reading.rest.length == 0, "not all is told");
    if (is_good)
        law(error.text[0] == '\0', "nothing is wrong, but %s", error.text);
    else
        check_error(&error);
    if (reading.told > 0) {
        reading = (struct xml_reading){.rest = piece_of(&told),
                                       .end_at = 1 + piece_hash(xml) % reading.told};
        error_init(&error);
        status = s3_xml_read(xml.bytes, xml.length, element_compare, &reading, &error);
        law(status == STATUS_CORRUPT && strcmp(error.text, "enough") == 0,
            "the end comes with status %d: %s", (int)status, error.text);
    }
    buffer_release(&told);
}

static void xml_add(struct buffer *xml, const char *string)
{
    law(buffer_append(xml, string, strlen(string), NULL) == STATUS_OK, "no memory");
}

/* Some servers escape by name, some by number, some hardly; in `way` the bits choose. */
static void xml_add_text(struct buffer *xml, const char *text, uint64_t way)
{
    static const char special[] = "&<>\"'";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    char number[16];
    bool is_section = (way & 1) != 0 && strstr(text, "]]>") == NULL && strchr(text, '\r') == NULL;
    xml_add(xml, is_section ? "<![CDATA[" : "");
    for (const char *p = text; *p != '\0'; p++) {
        const char *found = strchr(special, *p);
        (void)snprintf(number, sizeof number, "&#%d;", *p);
        if (*p == '\r' || (found != NULL && !is_section && (way & 2) != 0))
            xml_add(xml, number);
        else if (found != NULL && !is_section)
            xml_add(xml, names[found - special]);
        else
            law(buffer_append(xml, p, 1, NULL) == STATUS_OK, "no memory");
    }
    xml_add(xml, is_section ? "]]>" : "");
    xml_add(xml, (way & 4) != 0 ? "<!-- <Key>x</Key> -->" : "");
}

static void xml_add_element(struct buffer *xml, const char *name, const char *text, uint64_t way)
{
    xml_add(xml, (way & 8) != 0 ? "\n    <" : "<");
    xml_add(xml, name);
    xml_add(xml, (way & 16) != 0 ? " a='&lt;'>" : ">");
    xml_add_text(xml, text, way);
    xml_add(xml, "</");
    xml_add(xml, name);
    xml_add(xml, ">");
}

static bool is_element(const char *parent, const char *name, const char *wanted_parent,
                       const char *wanted)
{
    return strcmp(parent, wanted_parent) == 0 && strcmp(name, wanted) == 0;
}

/* Lists. */

/* What is in a page, or should be. */
struct page {
    const char *prefix;
    bool is_list;
    bool is_faulty;
    bool is_truncated;
    char token[S3_XML_TEXT_SIZE];
    bool has_key;
    bool has_length;
    char key[S3_XML_TEXT_SIZE];
    int64_t length;
    struct buffer objects; /* those with the prefix: of each its name and its size */
    size_t count;
};

static void object_add(struct buffer *objects, const char *name, int64_t length)
{
    char number[NUMBER_TEXT_SIZE];
    law(length >= 0, "'%s' has %" PRId64 " bytes", name, length);
    (void)number_format((uint64_t)length, number);
    string_add(objects, name);
    string_add(objects, number);
}

static void page_add(struct page *page, const char *key, int64_t length)
{
    if (strncmp(key, page->prefix, strlen(page->prefix)) != 0)
        return;
    object_add(&page->objects, key + strlen(page->prefix), length);
    page->count++;
}

/* An object is one that has told a key and a size of its own. */
static void page_end_object(struct page *page)
{
    if (page->has_key && page->has_length)
        page_add(page, page->key, page->length);
    else
        page->is_faulty = true;
    page->has_key = page->has_length = false;
}

static enum status page_note(void *context, const char *parent, const char *name, const char *text,
                             struct error *error)
{
    struct page *page = context;
    (void)error;
    if (is_element(parent, name, "Contents", "Key")) {
        (void)strcpy(page->key, text);
        page->has_key = true;
    } else if (is_element(parent, name, "Contents", "Size")) {
        page->has_length = number_parse_revision(text, &page->length);
    } else if (is_element(parent, name, "ListBucketResult", "Contents")) {
        page_end_object(page);
    } else if (is_element(parent, name, "ListBucketResult", "IsTruncated")) {
        page->is_truncated = page->is_truncated || strcmp(text, "false") != 0;
    } else if (is_element(parent, name, "ListBucketResult", "NextContinuationToken")) {
        (void)strcpy(page->token, text);
        page->is_faulty = page->is_faulty || strlen(text) >= S3_LISTING_TOKEN_SIZE;
    } else if (parent[0] == '\0') {
        page->is_list = strcmp(name, "ListBucketResult") == 0;
    }
    return STATUS_OK;
}

static bool page_is_whole(const struct page *page)
{
    return page->is_list && !page->is_faulty && (!page->is_truncated || page->token[0] != '\0');
}

/* What s3_listing_read tells. */
struct told {
    struct buffer objects;
    size_t count;
    size_t end_at; /* 0: never */
};

static enum status object_note(void *context, const char *name, int64_t length, struct error *error)
{
    struct told *told = context;
    law(told->end_at == 0 || told->count < told->end_at, "'%s' is told after the end", name);
    object_add(&told->objects, name, length);
    told->count++;
    return told->count == told->end_at ? error_set(error, STATUS_CORRUPT, "enough") : STATUS_OK;
}

static void check_page_told(const struct page *page, const struct told *told, bool is_whole)
{
    struct piece expected = piece_of(&page->objects);
    law(told->objects.length <= expected.length, "more is told than is there");
    expected.length = is_whole ? expected.length : told->objects.length;
    law(pieces_equal(piece_of(&told->objects), expected), "another list is told");
}

static void check_page(struct piece text, const struct page *page, bool is_whole)
{
    struct told told = {.count = 0};
    struct s3_listing_place place = {.token = "before"};
    struct error error = ERROR_INIT;
    buffer_init(&told.objects, TEXT_MAX);
    enum status status =
        s3_listing_read(text.bytes, text.length, page->prefix, object_note, &told, &place, &error);
    law(status == (is_whole ? STATUS_OK : STATUS_UNAVAILABLE),
        "a page that is %sa whole one is read with status %d: %s", is_whole ? "" : "not ",
        (int)status, error.text);
    check_page_told(page, &told, is_whole);
    if (is_whole)
        law(error.text[0] == '\0' &&
                strcmp(place.token, page->is_truncated ? page->token : "") == 0,
            "the list goes on at '%s'", place.token);
    else
        law(strcmp(place.token, "before") == 0, "an error moves the place to '%s'", place.token);
    if (!is_whole)
        check_error(&error);
    buffer_release(&told.objects);
}

/* Who is told can end it. */
static void check_page_ended(struct piece text, const struct page *page)
{
    struct told told = {.end_at = 1 + piece_hash(text) % page->count};
    struct s3_listing_place place = {.token = "before"};
    struct error error = ERROR_INIT;
    buffer_init(&told.objects, TEXT_MAX);
    enum status status =
        s3_listing_read(text.bytes, text.length, page->prefix, object_note, &told, &place, &error);
    law(status == STATUS_CORRUPT && strcmp(error.text, "enough") == 0 &&
            strcmp(place.token, "before") == 0 && told.count == told.end_at,
        "the end comes with status %d: %s", (int)status, error.text);
    check_page_told(page, &told, false);
    buffer_release(&told.objects);
}

static void try_listing(struct piece input)
{
    char *prefix = line_take(&input);
    struct piece text = rest_of(input);
    struct page page = {.prefix = prefix};
    buffer_init(&page.objects, TEXT_MAX);
    check_xml(text);
    bool is_xml = s3_xml_read(text.bytes, text.length, page_note, &page, NULL) == STATUS_OK;
    bool is_whole = is_xml && page_is_whole(&page);
    check_page(text, &page, is_whole);
    if (is_whole && page.count > 0)
        check_page_ended(text, &page);
    buffer_release(&page.objects);
    free(prefix);
}

static void page_write_object(struct page *page, struct buffer *xml, struct piece line)
{
    char *size = piece_string(line);
    char *key = strchr(size, ' ');
    uint64_t way = piece_hash(line);
    int64_t length = 0;
    if (key != NULL)
        *key++ = '\0';
    if (key != NULL && number_parse_revision(size, &length) && is_xml_text(key)) {
        xml_add(xml, "<Contents>");
        xml_add_element(xml, (way & 32) != 0 ? "Size" : "Key", (way & 32) != 0 ? size : key, way);
        xml_add_element(xml, "ETag", "\"abc\"", way >> 8);
        xml_add_element(xml, (way & 32) != 0 ? "Key" : "Size", (way & 32) != 0 ? key : size, way);
        xml_add(xml, "<Owner><ID>1</ID></Owner></Contents>");
        page_add(page, key, length);
    }
    free(size);
}

static void page_write(struct page *page, struct buffer *xml, struct piece lines, uint64_t way)
{
    struct piece line;
    xml_add(xml, (way & 64) != 0 ? "<?xml version='1.0' encoding='UTF-8'?>\n" : "");
    xml_add(xml, "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    xml_add_element(xml, "Name", "plans", way);
    if (page->is_truncated || (way & 128) != 0)
        xml_add_element(xml, "IsTruncated", page->is_truncated ? "true" : "false", way >> 8);
    if (page->is_truncated)
        xml_add_element(xml, "NextContinuationToken", page->token, way >> 16);
    while (piece_take(&lines, "\n", &line))
        page_write_object(page, xml, line);
    xml_add(xml, "</ListBucketResult>");
}

static bool query_is(char *query, const char *name, const char *value)
{
    size_t length = strlen(name);
    return strncmp(query, name, length) == 0 && percent_decode(query + length) &&
           strcmp(query + length, value) == 0;
}

/* What asks for the page, in no more room than there is. */
static void check_query(const char *prefix, const struct s3_listing_place *place, size_t size)
{
    char *encoded_token = encoded(place->token, "");
    char *encoded_prefix = encoded(prefix, "");
    char *query = malloc(size > 0 ? size : 1);
    size_t needed = sizeof "list-type=2&prefix=" + strlen(encoded_prefix);
    if (place->token[0] != '\0')
        needed += strlen("continuation-token=&") + strlen(encoded_token);
    law(query != NULL, "no memory for the test");
    bool fits = s3_listing_query(prefix, place, query, size);
    law(fits ? needed <= size : needed > size || size < 64, "%zu bytes %sfit into %zu", needed,
        fits ? "" : "do not ", size);
    if (fits) {
        char *rest = query;
        char *parts[] = {strsep(&rest, "&"), strsep(&rest, "&"), strsep(&rest, "&")};
        bool goes_on = place->token[0] != '\0';
        law(!goes_on || query_is(parts[0], "continuation-token=", place->token), "no token");
        law(query_is(parts[goes_on ? 1 : 0], "list-type=2", "") &&
                query_is(parts[goes_on ? 2 : 1], "prefix=", prefix) &&
                parts[goes_on ? 2 : 1] + strlen(parts[goes_on ? 2 : 1]) < query + size &&
                rest == NULL,
            "it asks for something else");
    }
    free(encoded_token);
    free(encoded_prefix);
    free(query);
}

static void try_written_listing(struct piece input)
{
    uint64_t way = piece_hash(input);
    char *prefix = line_take(&input);
    char *token = line_take(&input);
    struct page page = {.prefix = prefix, .is_list = true};
    struct s3_listing_place place = {.token = ""};
    struct buffer xml;
    buffer_init(&page.objects, TEXT_MAX);
    buffer_init(&xml, TEXT_MAX);
    if (is_xml_text(token) && strlen(token) < sizeof place.token) {
        page.is_truncated = token[0] != '\0';
        (void)strcpy(page.token, token);
        (void)strcpy(place.token, token);
    }
    page_write(&page, &xml, input, way);
    check_xml(piece_of(&xml));
    check_page(piece_of(&xml), &page, true);
    if (page.count > 0)
        check_page_ended(piece_of(&xml), &page);
    /* What is cut anywhere is no list. */
    struct piece cut = {.bytes = xml.bytes, .length = way % xml.length};
    check_page(cut, &page, false);
    check_query(prefix, &place, S3_QUERY_SIZE);
    check_query(prefix, &place, way % 256);
    buffer_release(&xml);
    buffer_release(&page.objects);
    free(prefix);
    free(token);
}

/* Refusals. */

static const struct {
    const char *name;
    size_t offset;
    size_t size;
} refusal_fields[] = {
    {"Code", offsetof(struct s3_refusal, code), sizeof((struct s3_refusal){0}.code)},
    {"Message", offsetof(struct s3_refusal, message), sizeof((struct s3_refusal){0}.message)},
    {"Endpoint", offsetof(struct s3_refusal, endpoint), sizeof((struct s3_refusal){0}.endpoint)},
    {"Region", offsetof(struct s3_refusal, region), sizeof((struct s3_refusal){0}.region)},
    {"ServerTime", offsetof(struct s3_refusal, server_time),
     sizeof((struct s3_refusal){0}.server_time)},
};

enum { REFUSAL_FIELDS = sizeof refusal_fields / sizeof refusal_fields[0] };

static const char *refusal_field(const struct s3_refusal *refusal, size_t index)
{
    return (const char *)refusal + refusal_fields[index].offset;
}

static void check_meaning(const struct s3_refusal *refusal, enum s3_meaning meaning)
{
    int http_status = refusal->http_status;
    law((meaning == S3_DONE) == (http_status >= 200 && http_status < 300), "%d is %staken for done",
        http_status, meaning == S3_DONE ? "" : "not ");
    law(meaning != S3_ABSENT || (http_status == 404 && strcmp(refusal->code, "NoSuchKey") == 0),
        "%d '%s' is taken for absent", http_status, refusal->code);
    law(meaning != S3_UNMATCHED || http_status == 409 || http_status == 412,
        "%d is taken for a condition that fails", http_status);
    law(meaning != S3_UNCLEAR || http_status == 408 || http_status == 499 || http_status >= 500,
        "%d is unclear", http_status);
    law(meaning == S3_UNCLEAR || meaning == S3_NOT_NOW || meaning == S3_IMPOSSIBLE ||
            http_status < 500,
        "%d means %d", http_status, (int)meaning);
}

static void check_refusal(const struct s3_refusal *refusal)
{
    struct error error = ERROR_INIT;
    char begins[128];
    enum s3_meaning meaning = s3_refusal_meaning(refusal);
    check_meaning(refusal, meaning);
    for (size_t i = 0; i < REFUSAL_FIELDS; i++)
        check_shown(refusal_field(refusal, i), refusal_fields[i].size);
    enum status status =
        s3_refusal_tell(refusal, "s3.example:9000", "GET plan/project-data.json", &error);
    bool passes = meaning == S3_NOT_NOW || meaning == S3_UNCLEAR;
    law(status == (passes ? STATUS_UNREACHABLE : STATUS_UNAVAILABLE) ||
            (status == STATUS_NO_SPACE && !passes),
        "it is told with status %d", (int)status);
    check_error(&error);
    (void)snprintf(begins, sizeof begins, "s3.example:9000 answered %d", refusal->http_status);
    law(strncmp(error.text, begins, strlen(begins)) == 0 &&
            strstr(error.text, " to GET plan/project-data.json") != NULL &&
            strstr(error.text, refusal->code) != NULL &&
            strstr(error.text, refusal->message) != NULL,
        "it is told as '%s'", error.text);
}

static int http_status_take(struct piece *rest)
{
    char *line = line_take(rest);
    int http_status = (int)(strtoul(line, NULL, 10) % 1000);
    free(line);
    return http_status;
}

static void try_refusal(struct piece input)
{
    struct s3_refusal refusal;
    int http_status = http_status_take(&input);
    struct piece body = rest_of(input);
    check_xml(body);
    s3_refusal_read(&refusal, http_status, body.bytes, body.length);
    law(refusal.http_status == http_status, "the HTTP status is %d", refusal.http_status);
    check_refusal(&refusal);
}

/* A text as it is shown, for the caller to free. */
static char *shown(const char *text)
{
    size_t size = 4 * strlen(text) + 1;
    char *copy = malloc(size);
    law(copy != NULL, "no memory for the test");
    printable_copy(copy, size, text, strlen(text));
    return copy;
}

/* A field is what was written, unless that shows the secret. */
static void check_refusal_field(const struct s3_refusal *refusal, size_t index, const char *text,
                                const char *secret)
{
    const char *field = refusal_field(refusal, index);
    char *secret_shown = shown(secret);
    char cut[sizeof refusal->message];
    char beginning[9];
    (void)snprintf(beginning, sizeof beginning, "%s", secret);
    printable_copy(cut, refusal_fields[index].size, text, strlen(text));
    law(strcmp(field, cut) == 0 || field[0] == '\0', "<%s> of '%s' is read as '%s'",
        refusal_fields[index].name, text, field);
    law(strstr(field, secret_shown) == NULL, "the secret is shown in '%s'", field);
    law(field[0] != '\0' || cut[0] == '\0' || strstr(cut, beginning) != NULL ||
            strcmp(secret, secret_shown) != 0,
        "'%s' is not shown, but has no secret", text);
    free(secret_shown);
}

static void try_written_refusal(struct piece input)
{
    char *secret = line_take(&input);
    int http_status = http_status_take(&input);
    struct s3_account account = {.region = "us-east-1", .key_id = "KEYID", .secret = secret};
    struct error error = ERROR_INIT;
    struct s3_response response;
    char *texts[REFUSAL_FIELDS];
    struct buffer body;
    if (s3_account_check(&account, &error) != STATUS_OK) {
        check_error(&error);
        law(secret[0] == '\0' || strstr(error.text, secret) == NULL, "%s", error.text);
        account.secret = "very-secret-indeed";
    }
    buffer_init(&body, TEXT_MAX);
    xml_add(&body, "<Error>");
    for (size_t i = 0; i < REFUSAL_FIELDS; i++) {
        texts[i] = line_take(&input);
        if (!is_xml_text(texts[i]))
            texts[i][0] = '\0';
        xml_add_element(&body, refusal_fields[i].name, texts[i], piece_hash(piece_of(&body)));
    }
    xml_add(&body, "</Error>");
    check_xml(piece_of(&body));
    s3_response_take_refusal(&response, &account, http_status, &body);
    check_refusal(&response.refusal);
    for (size_t i = 0; i < REFUSAL_FIELDS; i++) {
        check_refusal_field(&response.refusal, i, texts[i], account.secret);
        free(texts[i]);
    }
    buffer_release(&body);
    free(secret);
}

/* Removals. */

/* Keys hold no control characters. */
static bool is_key(const char *text)
{
    return is_xml_text(text) && !printable_has_control(text);
}

/* The keys that a server reads in what asks for a removal. */
static enum status key_compare(void *context, const char *parent, const char *name,
                               const char *text, struct error *error)
{
    struct piece *keys = context;
    (void)error;
    if (is_element(parent, name, "Object", "Key")) {
        const char *key = string_take(keys);
        law(strcmp(text, key) == 0, "'%s' is to be removed, not '%s'", text, key);
    } else {
        law(is_element(parent, name, "Delete", "Object") ||
                is_element(parent, name, "", "Delete") ||
                (is_element(parent, name, "Delete", "Quiet") && strcmp(text, "true") == 0),
            "<%s> in <%s> asks for something else", name, parent);
    }
    return STATUS_OK;
}

static void check_deletion_text(const struct buffer *text, struct piece keys)
{
    struct error error = ERROR_INIT;
    char md5[S3_MD5_SIZE] = "";
    enum status status = s3_xml_read(text->bytes, text->length, key_compare, &keys, &error);
    law(status == STATUS_OK, "a removal cannot be read: %s", error.text);
    law(keys.length == 0, "not all is to be removed");
    law(s3_deletion_md5(text, md5, NULL) == STATUS_OK && strlen(md5) == sizeof md5 - 1 &&
            strcmp(md5 + sizeof md5 - 3, "==") == 0,
        "its MD5 is '%s'", md5);
}

static void check_deletion(const char *prefix, struct piece names)
{
    struct piece line;
    struct buffer text;
    struct buffer keys;
    size_t count = 0;
    buffer_init(&text, S3_DELETION_TEXT_MAX);
    buffer_init(&keys, TEXT_MAX);
    law(s3_deletion_begin(&text, NULL) == STATUS_OK, "no removal begins");
    while (count < S3_DELETION_MAX && piece_take(&names, "\n", &line)) {
        char *name = piece_string(line);
        if (is_key(name) && strlen(prefix) + strlen(name) < S3_XML_TEXT_SIZE) {
            law(s3_deletion_add(&text, prefix, name, NULL) == STATUS_OK, "'%s' is not added", name);
            string_add(&keys, prefix);
            keys.length--;
            string_add(&keys, name);
            count++;
        }
        free(name);
    }
    law(s3_deletion_end(&text, NULL) == STATUS_OK, "no removal ends");
    check_deletion_text(&text, piece_of(&keys));
    buffer_release(&keys);
    buffer_release(&text);
}

static void try_deletion(struct piece input)
{
    char *prefix = line_take(&input);
    if (is_key(prefix))
        check_deletion(prefix, input);
    free(prefix);
}

/* What is in an answer. */
struct answer {
    bool is_answer;
    size_t failed;
};

static enum status answer_note(void *context, const char *parent, const char *name,
                               const char *text, struct error *error)
{
    struct answer *answer = context;
    (void)text;
    (void)error;
    answer->failed += is_element(parent, name, "DeleteResult", "Error");
    answer->is_answer = is_element(parent, name, "", "DeleteResult");
    return STATUS_OK;
}

static void try_deletion_answer(struct piece input)
{
    struct piece text = rest_of(input);
    struct answer answer = {.is_answer = false};
    struct error error = ERROR_INIT;
    char count[32];
    check_xml(text);
    bool is_xml = s3_xml_read(text.bytes, text.length, answer_note, &answer, NULL) == STATUS_OK;
    bool is_done = is_xml && answer.is_answer && answer.failed == 0;
    enum status status = s3_deletion_read(text.bytes, text.length, &error);
    law(status == (is_done ? STATUS_OK : STATUS_UNAVAILABLE),
        "an answer of which %zu failed is read with status %d", answer.failed, (int)status);
    if (is_done)
        return;
    check_error(&error);
    (void)snprintf(count, sizeof count, "%zu objects", answer.failed);
    law(!is_xml || !answer.is_answer || strncmp(error.text, count, strlen(count)) == 0,
        "%s failed, and it is told as '%s'", count, error.text);
}

/* Places. */

static struct {
    bool compiled;
    regex_t origin;
    regex_t server;
    regex_t bucket;
    regex_t url;
} grammars;

static void grammars_compile(void)
{
    static const int flags = REG_EXTENDED | REG_NOSUB;
    static const char host[] = "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])";
    char pattern[256];
    (void)snprintf(pattern, sizeof pattern, "^https?://%s(:[0-9]{1,5})?$", host);
    int failed = regcomp(&grammars.origin, pattern, flags);
    (void)snprintf(pattern, sizeof pattern, "^%s:[0-9]{1,5}$", host);
    failed |= regcomp(&grammars.server, pattern, flags);
    (void)snprintf(pattern, sizeof pattern,
                   "^https?://%s(:[0-9]{1,5})?/([A-Za-z0-9._~/-]|%%[0-9A-F][0-9A-F])*$", host);
    failed |= regcomp(&grammars.url, pattern, flags);
    failed |= regcomp(&grammars.bucket, "^[A-Za-z0-9._-]{3,63}$", flags);
    law(failed == 0, "a grammar is wrong");
    grammars.compiled = true;
}

static bool is_of(const regex_t *grammar, const char *text)
{
    return regexec(grammar, text, 0, NULL, 0) == 0;
}

static bool places_equal(const struct s3_place *left, const struct s3_place *right)
{
    return strcmp(left->origin, right->origin) == 0 && strcmp(left->server, right->server) == 0 &&
           strcmp(left->bucket, right->bucket) == 0 && strcmp(left->prefix, right->prefix) == 0 &&
           left->in_host == right->in_host;
}

/* "" or whole components, each with a slash behind it, that mean themselves. */
static void check_prefix(const char *prefix)
{
    while (*prefix != '\0') {
        size_t component = strcspn(prefix, "/");
        law(component > 0 && prefix[component] == '/', "'%s' is no component", prefix);
        law(strncmp(prefix, "./", 2) != 0 && strncmp(prefix, "../", 3) != 0, "it leads up: '%s'",
            prefix);
        prefix += component + 1;
    }
}

static void check_place_fields(const struct s3_place *place, const char *url, const char *bucket)
{
    law(strnlen(place->origin, sizeof place->origin) < sizeof place->origin &&
            strnlen(place->server, sizeof place->server) < sizeof place->server &&
            strnlen(place->bucket, sizeof place->bucket) < sizeof place->bucket &&
            strnlen(place->prefix, sizeof place->prefix) < sizeof place->prefix,
        "a text has no end");
    size_t origin = strlen(place->origin);
    law(is_of(&grammars.origin, place->origin) && strncmp(url, place->origin, origin) == 0 &&
            (url[origin] == '/' || url[origin] == '\0'),
        "the origin of '%s' is '%s'", url, place->origin);
    law(is_of(&grammars.server, place->server) &&
            strncmp(strstr(url, "://") + 3, place->server, strcspn(place->server, ":")) == 0,
        "the server of '%s' is '%s'", url, place->server);
    unsigned long port = strtoul(strrchr(place->server, ':') + 1, NULL, 10);
    law(port >= 1 && port <= 65535, "port %lu", port);
    law(is_of(&grammars.bucket, place->bucket), "the bucket is '%s'", place->bucket);
    law(place->in_host == (bucket != NULL), "the bucket is told by something else");
    law(bucket == NULL || (strcmp(place->bucket, bucket) == 0 &&
                           strncmp(place->server, bucket, strlen(bucket)) == 0 &&
                           place->server[strlen(bucket)] == '.'),
        "bucket '%s' at '%s'", place->bucket, place->server);
    law(!printable_has_control(place->prefix), "a control character in a prefix");
    check_prefix(place->prefix);
}

static void check_part(CURLU *seen, CURLUPart part, const char *expected)
{
    char *text = NULL;
    if (curl_url_get(seen, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
        text = NULL;
    law(expected == NULL ? text == NULL : text != NULL && strcasecmp(text, expected) == 0,
        "libcurl sees '%s', not '%s'", text != NULL ? text : "nothing",
        expected != NULL ? expected : "nothing");
    curl_free(text);
}

/* What sends the requests must take the address apart as it was checked. */
static void check_seen_by_libcurl(const struct s3_place *place, const char *url)
{
    CURLU *seen = curl_url();
    law(seen != NULL, "no memory for the test");
    /* It knows of more hosts that are none. */
    if (curl_url_set(seen, CURLUPART_URL, url, CURLU_PATH_AS_IS) == CURLUE_OK) {
        const char *port = strrchr(place->server, ':') + 1;
        char *host = strndup(place->server, (size_t)(port - 1 - place->server));
        law(host != NULL, "no memory for the test");
        check_part(seen, CURLUPART_USER, NULL);
        check_part(seen, CURLUPART_PASSWORD, NULL);
        check_part(seen, CURLUPART_QUERY, NULL);
        check_part(seen, CURLUPART_FRAGMENT, NULL);
        check_part(seen, CURLUPART_PORT, port + strspn(port, "0"));
        check_part(seen, CURLUPART_PATH, url + strlen(place->origin));
        /* It writes numbers in its own way. */
        if (host[0] != '[' && host[strspn(host, "0123456789abcdefxABCDEFX.")] != '\0')
            check_part(seen, CURLUPART_HOST, host);
        free(host);
    }
    curl_url_cleanup(seen);
}

/* The address of a name, or of the bucket, and the place that it is the address of. */
static void check_url(const struct s3_place *place, const char *name)
{
    char url[S3_URL_SIZE];
    struct s3_place expected = *place;
    struct s3_place again;
    struct error error = ERROR_INIT;
    memset(url, 'x', sizeof url);
    s3_place_url(place, name, url);
    law(strnlen(url, sizeof url) < sizeof url, "an address has no end");
    law(is_of(&grammars.url, url) && strncmp(url, place->origin, strlen(place->origin)) == 0,
        "an address is '%s'", url);
    check_seen_by_libcurl(place, url);
    size_t length = name != NULL ? strlen(name) : 0;
    law(strlen(url) >= length && strcmp(url + strlen(url) - length, name != NULL ? name : "") == 0,
        "'%s' is cut", url);
    bool is_directory = length > 0 && name[length - 1] != '/';
    if (name == NULL)
        expected.prefix[0] = '\0';
    else if (strlen(place->prefix) + length + is_directory < sizeof expected.prefix)
        (void)strcat(strcat(expected.prefix, name), is_directory ? "/" : "");
    else
        return;
    law(s3_place_parse(&again, url, place->in_host ? place->bucket : NULL, &error) == STATUS_OK,
        "'%s' is no place: %s", url, error.text);
    law(places_equal(&again, &expected), "'%s' is another place", url);
}

static void check_place(const struct s3_place *place, const char *url, const char *bucket)
{
    static const char names[] = "project-data.json\nbackups/backup-1769000000124.json";
    const struct s3_listing_place beginning = {.token = ""};
    char longest[S3_NAME_MAX + 1];
    char label[S3_LABEL_SIZE];
    law(strpbrk(url, "@?#\\ ") == NULL, "'%s' is a place", url);
    check_place_fields(place, url, bucket);
    memset(longest, 'z', S3_NAME_MAX);
    longest[S3_NAME_MAX] = '\0';
    check_url(place, NULL);
    check_url(place, "");
    check_url(place, "backups/");
    check_url(place, "project-data.json");
    check_url(place, longest);
    s3_place_label(place, label);
    size_t server = strlen(place->server);
    law(strncmp(label, place->server, server) == 0 && label[server] == '/' &&
            strcmp(label + server + 1, place->bucket) == 0,
        "the label is '%s'", label);
    check_query(place->prefix, &beginning, S3_QUERY_SIZE);
    check_deletion(place->prefix, (struct piece){.bytes = names, .length = sizeof names - 1});
}

/* All that have an "@" are refused by the same words, and so by none of their own. */
static void check_user(const char *url, const char *bucket)
{
    struct s3_place place;
    struct error error = ERROR_INIT;
    struct error other = ERROR_INIT;
    law(s3_place_parse(&place, url, bucket, &error) == STATUS_INVALID &&
            s3_place_parse(&place, "https://u:p@h/plans", NULL, &other) == STATUS_INVALID,
        "a user's name is taken");
    law(strcmp(error.text, other.text) == 0, "'%s' is refused: %s", url, error.text);
}

static void try_place(struct piece input)
{
    static const struct s3_place before = {.bucket = "before", .prefix = "untouched/"};
    char *url = line_take(&input);
    char *bucket = input.bytes != NULL ? line_take(&input) : NULL;
    struct s3_place place = before;
    struct error error = ERROR_INIT;
    if (!grammars.compiled)
        grammars_compile();
    enum status status = s3_place_parse(&place, url, bucket, &error);
    law(status == STATUS_OK || status == STATUS_INVALID, "status %d", (int)status);
    if (status == STATUS_OK) {
        law(error.text[0] == '\0', "a place with an error: %s", error.text);
        check_place(&place, url, bucket);
    } else {
        law(places_equal(&place, &before), "'%s' is no place, but changed one", url);
        check_error(&error);
        law(strchr(url, '@') == NULL || strstr(error.text, "user name") != NULL, "'%s': %s", url,
            error.text);
    }
    if (strchr(url, '@') != NULL)
        check_user(url, bucket);
    free(bucket);
    free(url);
}

/* Percent-encoding. */

static void check_encoding(const char *text, const char *kept, size_t before)
{
    char *expected = encoded(text, kept);
    size_t size = before + strlen(expected) + 1;
    char *target = malloc(size);
    law(target != NULL, "no memory for the test");
    memset(target, '?', before);
    target[before] = '\0';
    /* Without room for the last character nothing changes. */
    law(text[0] == '\0' || !percent_append(target, size - 1, text, kept), "there is no room");
    law(strlen(target) == before, "'%s' is left where there is no room", target);
    law(percent_append(target, size, text, kept), "'%s' does not fit", text);
    law(strcmp(target + before, expected) == 0, "'%s' is encoded as '%s'", text, target + before);
    law(strchr(kept, '%') != NULL ||
            (percent_decode(target + before) && strcmp(target + before, text) == 0),
        "'%s' comes back as '%s'", text, target + before);
    free(target);
    free(expected);
}

/* Whether every "%" begins an escape, and none stands for NUL. */
static bool is_encoded(const char *text)
{
    for (text = strchr(text, '%'); text != NULL; text = strchr(text + 3, '%')) {
        if (!isxdigit((unsigned char)text[1]) || !isxdigit((unsigned char)text[2]) ||
            strncmp(text, "%00", 3) == 0)
            return false;
    }
    return true;
}

static void check_decoding(const char *text)
{
    char *decoded = strdup(text);
    law(decoded != NULL, "no memory for the test");
    bool is_decoded = percent_decode(decoded);
    law(is_decoded == is_encoded(text), "'%s' is %sdecoded", text, is_decoded ? "" : "not ");
    if (is_decoded) {
        size_t escapes = 0;
        for (const char *p = strchr(text, '%'); p != NULL; p = strchr(p + 1, '%'))
            escapes++;
        law(strlen(decoded) + 2 * escapes == strlen(text), "'%s' is decoded as '%s'", text,
            decoded);
        check_encoding(decoded, "", 0);
    }
    free(decoded);
}

static void try_percent(struct piece input)
{
    uint64_t choice = piece_hash(input);
    char *kept = line_take(&input);
    char *text = piece_string(rest_of(input));
    check_encoding(text, "", choice % 64);
    check_encoding(text, "/", choice % 64);
    check_encoding(text, kept, 0);
    check_decoding(text);
    free(text);
    free(kept);
}

/* Saves. */

static bool is_saves(const char *text)
{
    return strspn(text, "0123456789abcdef.") == strlen(text);
}

static void id_write(uint64_t number, char id[S3_SAVE_ID_SIZE])
{
    (void)snprintf(id, S3_SAVE_ID_SIZE, "%016" PRIx64, number);
}

/*
 * The saves since a document whose list is `before`: as many as a list has room for are in it, and
 * so far it reaches back, if that is a list at all. One more, and it does not.
 */
static void check_saves_since(const char *before, uint64_t first)
{
    char saves[S3_SAVES_SIZE] = "";
    char last[S3_SAVES_SIZE] = "";
    char id[S3_SAVE_ID_SIZE];
    for (size_t count = 1; count <= S3_SAVES_MAX + 1; count++) {
        id_write(first + count, id);
        s3_saves_write(id, count == 1 ? before : last, saves);
        law(strnlen(saves, sizeof saves) < sizeof saves && is_saves(saves), "they are '%s'", saves);
        law(strncmp(saves, id, strlen(id)) == 0 && s3_saves_has(saves, id), "'%s' is not in '%s'",
            id, saves);
        law(count == 1 || s3_saves_reach(saves, last), "'%s' does not reach '%s'", saves, last);
        id_write(first + 1, id);
        law(s3_saves_has(saves, id) == (count <= S3_SAVES_MAX), "'%s' in '%s' after %zu", id, saves,
            count);
        law(s3_saves_reach(saves, before) == (count < S3_SAVES_MAX),
            "'%s' is told to %sreach '%s' after %zu", saves, count < S3_SAVES_MAX ? "not " : "",
            before, count);
        memcpy(last, saves, sizeof last);
    }
}

/* A mark behind any text is white space, comes off again, and is no other save's. */
static void check_mark(struct piece text, const char *id, const char *other)
{
    struct buffer marked;
    char mark[S3_MARK_LENGTH];
    char another[S3_MARK_LENGTH];
    s3_save_mark_write(id, mark);
    s3_save_mark_write(other, another);
    law((memcmp(mark, another, sizeof mark) == 0) == (strcmp(id, other) == 0),
        "'%s' and '%s' have marks alike", id, other);
    for (size_t i = 0; i < sizeof mark; i++)
        law(mark[i] != '\0' && strchr(" \t\n", mark[i]) != NULL, "a mark has %d", mark[i]);
    buffer_init(&marked, TEXT_MAX + S3_MARK_LENGTH);
    law(buffer_append(&marked, text.bytes, text.length, NULL) == STATUS_OK &&
            buffer_append(&marked, mark, sizeof mark, NULL) == STATUS_OK,
        "no memory");
    law(s3_save_mark_strip(marked.bytes, marked.length) == text.length, "a mark stays");
    size_t length = s3_save_mark_strip(text.bytes, text.length);
    law(length == text.length || length + S3_MARK_LENGTH == text.length, "half a mark is taken");
    buffer_release(&marked);
}

static void try_saves(struct piece input)
{
    const struct piece whole = rest_of(input);
    uint64_t first = piece_hash(input) | 1ULL << 63;
    char *before = line_take(&input);
    char *found = line_take(&input);
    char id[S3_SAVE_ID_SIZE] = "";
    law(s3_save_id_make(id, NULL) == STATUS_OK && strlen(id) == S3_SAVE_ID_SIZE - 1 &&
            is_saves(id) && strchr(id, '.') == NULL,
        "an id is '%s'", id);
    id_write(first, id);
    check_saves_since(before, first);
    check_saves_since(found, first);
    char other[S3_SAVE_ID_SIZE];
    id_write(first ^ (1ULL << first % 64), other);
    check_mark(whole, id, other);
    check_mark(whole, id, id);
    law(!s3_saves_has(found, id) || (is_saves(found) && strstr(found, id) != NULL),
        "'%s' is found in '%s'", id, found);
    law(!s3_saves_reach(found, before) || (found[0] != '\0' && is_saves(found)),
        "'%s' is told to reach '%s'", found, before);
    free(before);
    free(found);
}

/* Who saved what. */

static struct {
    bool compiled;
    regex_t grammar;
} marker;

/* In hexadecimal is nothing that stays as it is, and all that lies together is in one piece. */
static void marker_compile(void)
{
    static const char plain[] = "[A-Za-z0-9.-]";
    static const char hidden[] = "([01][0-9a-f]|2[0-9a-cf]|3[a-f]|40|5[b-f]|60|7[b-f]|"
                                 "[89a-f][0-9a-f])";
    char pattern[512];
    (void)snprintf(pattern, sizeof pattern, "^author-[1-9][0-9]*-%s*(_%s+_%s+)*(_%s+)?$", plain,
                   hidden, plain, hidden);
    law(regcomp(&marker.grammar, pattern, REG_EXTENDED | REG_NOSUB) == 0, "a grammar is wrong");
    marker.compiled = true;
}

/* What is in the grammar's name: plain and hexadecimal by turns. */
static size_t marker_name_read(const char *text, char *name)
{
    size_t length = 0;
    bool is_plain = true;
    for (; *text != '\0'; text += is_plain || *text == '_' ? 1 : 2) {
        const char pair[] = {text[0], text[1], '\0'};
        if (*text == '_')
            is_plain = !is_plain;
        else
            name[length++] = is_plain ? *text : (char)strtoul(pair, NULL, 16);
    }
    return length;
}

/* Whether it is one; then who saved what. */
static bool marker_foretell(const char *text, int64_t *revision, char name[SAVER_NAME_SIZE])
{
    char *end = NULL;
    if (!is_of(&marker.grammar, text))
        return false;
    errno = 0;
    int64_t number = strtoll(text + strlen("author-"), &end, 10);
    char *decoded = calloc(1, strlen(end));
    law(decoded != NULL, "no memory for the test");
    struct piece user = {.bytes = decoded, .length = marker_name_read(end + 1, decoded)};
    bool is_one = errno == 0 && piece_is_user_name(user);
    if (is_one) {
        *revision = number;
        memcpy(name, decoded, user.length + 1);
    }
    free(decoded);
    return is_one;
}

static void check_marker(const char *text)
{
    char name[SAVER_NAME_SIZE] = "before";
    char expected_name[SAVER_NAME_SIZE] = "before";
    char again[S3_MARKER_SIZE];
    int64_t revision = -1;
    int64_t expected = -1;
    bool is_one = marker_foretell(text, &expected, expected_name);
    law(s3_marker_parse(text, &revision, name) == is_one, "'%s' is %sa marker", text,
        is_one ? "not " : "");
    law(revision == expected && strcmp(name, expected_name) == 0,
        "'%s' is read as revision %" PRId64 " of '%s'", text, revision, name);
    if (!is_one)
        return;
    s3_marker_write(revision, name, again);
    law(strcmp(again, text) == 0, "'%s' is called '%s'", text, again);
}

static void check_saver_field(const char *field)
{
    char name[SAVER_NAME_SIZE] = "before";
    char *decoded = strdup(field);
    law(decoded != NULL, "no memory for the test");
    bool is_name = strlen(field) < S3_SAVER_FIELD_SIZE && percent_decode(decoded) &&
                   piece_is_user_name((struct piece){.bytes = decoded, .length = strlen(decoded)});
    s3_saver_field_read(field, name);
    law(strcmp(name, is_name ? decoded : "") == 0, "'%s' is read as '%s'", field, name);
    free(decoded);
}

static void check_saver_written(int64_t revision, const char *name)
{
    char field[S3_SAVER_FIELD_SIZE];
    char written[S3_MARKER_SIZE];
    char known[SAVER_NAME_SIZE];
    int64_t told = -1;
    char *expected = encoded(name, "");
    memset(field, 'x', sizeof field);
    memset(written, 'x', sizeof written);
    s3_saver_field_write(name, field);
    law(strnlen(field, sizeof field) < sizeof field && strcmp(field, expected) == 0,
        "'%s' is the field '%s'", name, field);
    check_saver_field(field);
    s3_marker_write(revision, name, written);
    law(strnlen(written, sizeof written) < sizeof written, "a marker has no end");
    law(marker_foretell(written, &told, known) && told == revision && strcmp(known, name) == 0,
        "revision %" PRId64 " of '%s' is marked '%s'", revision, name, written);
    check_marker(written);
    free(expected);
}

/* Of any size. */
static int64_t revision_of(uint64_t choice)
{
    int64_t revision = (int64_t)(choice >> (1 + choice % 63));
    return revision > 0 ? revision : 1;
}

static void try_savers(struct piece input)
{
    struct piece line;
    if (!marker.compiled)
        marker_compile();
    while (piece_take(&input, "\n", &line)) {
        char *text = piece_string(line);
        char name[SAVER_NAME_SIZE];
        check_marker(text);
        check_saver_field(text);
        printable_copy(name, sizeof name, line.bytes, line.length);
        if (name[0] != '\0')
            check_saver_written(revision_of(piece_hash(line)), name);
        law(saver_name_is_valid(line.bytes, line.length) == piece_is_user_name(line),
            "'%s' is another name", text);
        free(text);
    }
}

/* Fields of answers. */

static const struct {
    const char *name;
    size_t offset;
    size_t size;
} response_fields[] = {
    {"ETag:", offsetof(struct s3_response, etag), S3_FIELD_SIZE},
    {"Last-Modified:", offsetof(struct s3_response, modified), S3_FIELD_SIZE},
    {"x-amz-meta-revision:", offsetof(struct s3_response, revision), S3_FIELD_SIZE},
    {"x-amz-meta-saves:", offsetof(struct s3_response, saves), S3_FIELD_SIZE},
    {"x-amz-meta-probed:", offsetof(struct s3_response, probed), S3_FIELD_SIZE},
    {"x-amz-meta-saved-by:", offsetof(struct s3_response, saved_by), S3_SAVER_FIELD_SIZE},
};

enum { RESPONSE_FIELDS = sizeof response_fields / sizeof response_fields[0] };

/* What a field holds, for who can use it: visible characters and blanks, but none around it. */
static void value_foretell(struct piece line, char *value, size_t size)
{
    value[0] = '\0';
    while (line.length > 0 && (*line.bytes == ' ' || *line.bytes == '\t')) {
        line.bytes++;
        line.length--;
    }
    while (line.length > 0 && memchr(" \t\r\n", line.bytes[line.length - 1], 4) != NULL)
        line.length--;
    for (size_t i = 0; i < line.length; i++) {
        if (!isprint((unsigned char)line.bytes[i]))
            return;
    }
    if (line.length < size) {
        memcpy(value, line.bytes, line.length);
        value[line.length] = '\0';
    }
}

static void check_field(struct s3_response *response, struct piece line)
{
    struct s3_response expected = *response;
    for (size_t i = 0; i < RESPONSE_FIELDS; i++) {
        size_t name = strlen(response_fields[i].name);
        if (line.length >= name && strncasecmp(line.bytes, response_fields[i].name, name) == 0)
            value_foretell((struct piece){line.bytes + name, line.length - name},
                           (char *)&expected + response_fields[i].offset, response_fields[i].size);
    }
    s3_response_take_field(response, line.bytes, line.length);
    for (size_t i = 0; i < RESPONSE_FIELDS; i++) {
        const char *text = (const char *)response + response_fields[i].offset;
        const char *wanted = (const char *)&expected + response_fields[i].offset;
        law(strnlen(text, response_fields[i].size) < response_fields[i].size, "a field has no end");
        law(strcmp(text, wanted) == 0, "%s '%s', not '%s', of '%.*s'", response_fields[i].name,
            text, wanted, (int)line.length, line.bytes);
    }
}

static void try_fields(struct piece input)
{
    struct s3_response response = {.etag = "\"before\""};
    struct piece line;
    int64_t seconds = -1;
    while (piece_take(&input, "\n", &line)) {
        /* With its end, as libcurl gives it, in memory of exactly its length. */
        size_t length = line.length + (input.bytes != NULL ? 1 : 0);
        char *bytes = malloc(length > 0 ? length : 1);
        law(bytes != NULL, "no memory for the test");
        memcpy(bytes, line.bytes, length);
        check_field(&response, (struct piece){.bytes = bytes, .length = length});
        free(bytes);
    }
    bool is_told = s3_response_modified(&response, &seconds);
    law(is_told ? seconds > 0 && response.modified[0] != '\0' : seconds == -1,
        "'%s' is %" PRId64 " seconds", response.modified, seconds);
    check_saver_field(response.saved_by);
}

/* One after another. */

static void try_xml(struct piece input)
{
    check_xml(rest_of(input));
}

static const struct {
    char letter;
    void (*try)(struct piece input);
} trials[] = {
    {'x', try_xml},             /* any XML */
    {'l', try_listing},         /* a prefix; a page */
    {'w', try_written_listing}, /* a prefix, a token; of each object its size and its key */
    {'r', try_refusal},         /* an HTTP status; a body */
    {'m', try_written_refusal}, /* a secret, an HTTP status, a code, a message, and so on */
    {'a', try_deletion_answer}, /* an answer to a removal */
    {'d', try_deletion},        /* a prefix; names */
    {'p', try_place},           /* an address, a bucket or no line */
    {'%', try_percent},         /* what is not encoded; a text */
    {'s', try_saves},           /* a list of saves, another */
    {'u', try_savers},          /* markers, fields and users' names, a line each */
    {'f', try_fields},          /* fields of an answer */
};

enum { TRIALS = sizeof trials / sizeof trials[0] };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t index = 0;
    while (index < TRIALS && (uint8_t)trials[index].letter != data[0])
        index++;
    trials[index < TRIALS ? index : data[0] % TRIALS].try(
        (struct piece){.bytes = (const char *)data + 1, .length = size - 1});
    return 0;
}
