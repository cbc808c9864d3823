#include "document.h"

#include "io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COMPARED_SIZE = 64 * 1024, GROWTH_MAX = 8, GROWTH_FREE = 64 * 1024 };

/* clang-format off */
#define TASK_TYPE(id, name, color) \
    "{\"id\":\"" id "\",\"name\":\"" name "\",\"color\":\"" color "\",\"enabled\":true}"

#define DEFAULT_TASK_TYPES "[" \
    TASK_TYPE("1", "开发排期", "#1890ff") "," \
    TASK_TYPE("2", "开发联调", "#52c41a") "," \
    TASK_TYPE("3", "测试排期", "#faad14") "," \
    TASK_TYPE("4", "测试联调", "#f5222d") "," \
    TASK_TYPE("5", "产品UAT", "#722ed1") "," \
    TASK_TYPE("6", "上线", "#13c2c2") "]"
/* clang-format on */

static const char nothing_stored[] =
    "{\"projects\":[],\"tasks\":[],\"taskTypes\":" DEFAULT_TASK_TYPES
    ",\"pmos\":[],\"productManagers\":[],\"historyRecords\":[]}";
static const char task_types[] = DEFAULT_TASK_TYPES;
static const char first_member[] = "\n  \"taskTypes\": " DEFAULT_TASK_TYPES "\n";
static const char further_member[] = ",\n  \"taskTypes\": " DEFAULT_TASK_TYPES;

void document_init(struct document *document)
{
    *document = (struct document){.descriptor = -1};
}

void document_release(struct document *document)
{
    free(document->text);
    io_close(&document->descriptor);
    document_init(document);
}

struct document_text document_text_of(const struct document *document)
{
    return (struct document_text){
        .bytes = document->text, .length = document->length, .outline = &document->outline};
}

struct document_text document_text_written(const struct buffer *text)
{
    return (struct document_text){.bytes = text->bytes, .length = text->length};
}

size_t document_length_max(size_t length)
{
    return length * GROWTH_MAX + GROWTH_FREE;
}

void document_pass_init(struct json_pass *pass, struct buffer *canonical)
{
    static const char *const watched[JSON_WATCHED] = {[DOCUMENT_TASK_TYPES] = "taskTypes",
                                                      [DOCUMENT_PROJECTS] = "projects",
                                                      [DOCUMENT_PMOS] = "pmos",
                                                      [DOCUMENT_PRODUCT_MANAGERS] =
                                                          "productManagers"};
    json_pass_init(pass, watched, canonical);
}

enum status document_canonicalize(const char *text, size_t length, struct buffer *canonical,
                                  struct json_outline *outline, struct error *error)
{
    struct json_pass pass;
    document_pass_init(&pass, canonical);
    enum status status = json_pass_feed(&pass, text, length, error);
    if (status == STATUS_OK)
        status = json_pass_finish(&pass, error);
    if (status == STATUS_OK)
        *outline = pass.outline;
    return status;
}

enum status document_text_outline(struct document_text text, struct json_outline *outline,
                                  struct error *error)
{
    return document_canonicalize(text.bytes, text.length, NULL, outline, error);
}

enum status document_take_text(struct document *document, int64_t revision, char *text,
                               size_t length, struct error *error)
{
    struct document taken;
    document_init(&taken);
    taken.revision = revision;
    taken.length = length;
    taken.text = text;
    enum status status = document_text_outline(document_text_of(&taken), &taken.outline, error);
    if (status == STATUS_OK)
        *document = taken;
    else
        document_release(&taken);
    return status;
}

enum status document_text_hold(struct document *document, struct error *error)
{
    if (document->text != NULL || document->length == 0)
        return STATUS_OK;
    char *text = malloc(document->length);
    if (text == NULL)
        return error_set(error, STATUS_NO_MEMORY, "out of memory for %zu bytes", document->length);
    if (!io_read_at(document->descriptor, 0, text, document->length)) {
        free(text);
        return error_set(error, STATUS_UNAVAILABLE, "a stored document cannot be read again: %s",
                         strerror(errno));
    }
    document->text = text;
    return STATUS_OK;
}

static bool file_equals(int descriptor, struct document_text text)
{
    char piece[COMPARED_SIZE];
    for (size_t offset = 0; offset < text.length;) {
        size_t left = text.length - offset;
        size_t size = left < sizeof piece ? left : sizeof piece;
        if (!io_read_at(descriptor, (off_t)offset, piece, size) ||
            memcmp(piece, text.bytes + offset, size) != 0)
            return false;
        offset += size;
    }
    return true;
}

bool document_equals(const struct document *document, struct document_text text)
{
    if (document->length != text.length)
        return false;
    if (document->text != NULL)
        return memcmp(document->text, text.bytes, text.length) == 0;
    return document->descriptor >= 0 && file_equals(document->descriptor, text);
}

struct document_text document_nothing(void)
{
    return (struct document_text){.bytes = nothing_stored, .length = sizeof nothing_stored - 1};
}

struct document_text document_default_task_types(void)
{
    return (struct document_text){.bytes = task_types, .length = sizeof task_types - 1};
}

static struct document_part part_of_text(const struct document *document, size_t begin, size_t end)
{
    return (struct document_part){
        .bytes = document->text != NULL ? document->text + begin : NULL,
        .offset = begin,
        .length = end - begin,
    };
}

static struct document_part part_of_constant(const char *text, size_t size)
{
    return (struct document_part){.bytes = text, .length = size - 1};
}

size_t document_serve_stored(const struct document *document,
                             struct document_part parts[DOCUMENT_PARTS_MAX])
{
    parts[0] = part_of_text(document, 0, document->length);
    return 1;
}

size_t document_serve(const struct document *document,
                      struct document_part parts[DOCUMENT_PARTS_MAX])
{
    const struct json_outline *outline = &document->outline;
    const struct json_member *types = &outline->watched[DOCUMENT_TASK_TYPES];
    if (document->revision == 0) {
        parts[0] = part_of_constant(nothing_stored, sizeof nothing_stored);
        return 1;
    }
    if (types->found && types->kind == '[' && types->has_content)
        return document_serve_stored(document, parts);
    size_t cut_from = types->found ? types->begin : outline->members_end;
    size_t cut_to = types->found ? types->end : outline->members_end;
    parts[0] = part_of_text(document, 0, cut_from);
    if (types->found)
        parts[1] = part_of_constant(task_types, sizeof task_types);
    else if (outline->has_members)
        parts[1] = part_of_constant(further_member, sizeof further_member);
    else
        parts[1] = part_of_constant(first_member, sizeof first_member);
    parts[2] = part_of_text(document, cut_to, document->length);
    return 3;
}
