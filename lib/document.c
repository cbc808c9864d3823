#include "document.h"

#include "io.h"

#include <stdlib.h>
#include <string.h>

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

void document_pass_init(struct json_pass *pass, struct buffer *canonical)
{
    json_pass_init(pass, "taskTypes", canonical);
}

enum status document_canonicalize(const char *text, size_t length, struct buffer *canonical,
                                  struct error *error)
{
    struct json_pass pass;
    document_pass_init(&pass, canonical);
    enum status status = json_pass_feed(&pass, text, length, error);
    return status == STATUS_OK ? json_pass_finish(&pass, error) : status;
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

size_t document_serve(const struct document *document,
                      struct document_part parts[DOCUMENT_PARTS_MAX])
{
    const struct json_outline *outline = &document->outline;
    if (document->revision == 0) {
        parts[0] = part_of_constant(nothing_stored, sizeof nothing_stored);
        return 1;
    }
    if (outline->watched_found && outline->watched_kind == '[' && outline->watched_has_content) {
        parts[0] = part_of_text(document, 0, document->length);
        return 1;
    }
    size_t cut_from = outline->watched_found ? outline->watched_begin : outline->members_end;
    size_t cut_to = outline->watched_found ? outline->watched_end : outline->members_end;
    parts[0] = part_of_text(document, 0, cut_from);
    if (outline->watched_found)
        parts[1] = part_of_constant(task_types, sizeof task_types);
    else if (outline->has_members)
        parts[1] = part_of_constant(further_member, sizeof further_member);
    else
        parts[1] = part_of_constant(first_member, sizeof first_member);
    parts[2] = part_of_text(document, cut_to, document->length);
    return 3;
}
