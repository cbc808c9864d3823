#include "failure.h"

#include "answer.h"

#include <jansson.h>

#include <stdbool.h>

/* Texts lie in it, as in a struct route. */
struct failure_entry {
    int http_status;
    char slug[24];
    char message[120];
    char retry_after[4]; /* seconds, or nothing */
};

static const struct failure_entry entries[] = {
    [FAILURE_NONE] = {200, "NONE", "", ""},
    [FAILURE_BAD_REQUEST] = {400, "BAD_REQUEST", "请求内容有误，数据未改动", ""},
    [FAILURE_NOT_FOUND] = {404, "NOT_FOUND", "请求的地址不存在", ""},
    [FAILURE_METHOD_NOT_ALLOWED] = {405, "METHOD_NOT_ALLOWED", "不支持该请求方法", ""},
    [FAILURE_CONFLICT] = {409, "CONFLICT", "与已保存的数据冲突，数据未改动", ""},
    [FAILURE_UNRELATED_DOCUMENT] =
        {409, "UNRELATED_DOCUMENT",
         "提交的计划与已保存的计划没有共同的项目，数据未改动，请刷新页面", ""},
    [FAILURE_PRECONDITION_FAILED] = {412, "PRECONDITION_FAILED",
                                     "数据已被其他人更新，数据未改动，请重新载入", ""},
    [FAILURE_PAYLOAD_TOO_LARGE] = {413, "PAYLOAD_TOO_LARGE", "提交的数据过大，数据未改动", ""},
    [FAILURE_UNSUPPORTED_MEDIA_TYPE] = {415, "UNSUPPORTED_MEDIA_TYPE",
                                        "提交的内容类型不受支持，数据未改动", ""},
    [FAILURE_BAD_CONFIGURATION] = {500, "BAD_CONFIGURATION", "服务配置有误，请联系管理员", ""},
    [FAILURE_LOCK_TIMEOUT] = {503, "LOCK_TIMEOUT", "数据正在被其他人保存，请稍后重试", "1"},
    [FAILURE_STORAGE_UNAVAILABLE] = {503, "STORAGE_UNAVAILABLE", "存储暂不可用，请联系管理员", ""},
    [FAILURE_STORAGE_UNREACHABLE] = {503, "STORAGE_UNAVAILABLE",
                                     "存储服务暂时没有响应，数据未改动，请稍后重试", "5"},
    [FAILURE_CORRUPT_DATA] = {503, "CORRUPT_DATA", "已保存的数据文件损坏，请联系管理员恢复", ""},
    [FAILURE_INSUFFICIENT_STORAGE] = {507, "INSUFFICIENT_STORAGE",
                                      "存储空间不足，原有数据未改动，请联系管理员", ""},
    [FAILURE_OUT_OF_MEMORY] = {503, "OUT_OF_MEMORY", "服务内存不足，请稍后重试", "1"},
    [FAILURE_OUTCOME_UNKNOWN] = {500, "OUTCOME_UNKNOWN", "数据已写入，但未能确认落盘，请刷新后核对",
                                 ""},
    [FAILURE_OUTCOME_UNCERTAIN] = {503, "OUTCOME_UNKNOWN",
                                   "存储服务没有及时确认，数据可能已保存，请稍后刷新核对", "5"},
};

enum failure failure_of_status(enum status status)
{
    switch (status) {
    case STATUS_OK: return FAILURE_NONE;
    case STATUS_INVALID: return FAILURE_BAD_REQUEST;
    case STATUS_TOO_LARGE: return FAILURE_PAYLOAD_TOO_LARGE;
    case STATUS_NOT_FOUND: return FAILURE_NOT_FOUND;
    case STATUS_CONFLICT: return FAILURE_CONFLICT;
    case STATUS_STALE: return FAILURE_PRECONDITION_FAILED;
    case STATUS_UNRELATED: return FAILURE_UNRELATED_DOCUMENT;
    case STATUS_BUSY: return FAILURE_LOCK_TIMEOUT;
    case STATUS_CORRUPT: return FAILURE_CORRUPT_DATA;
    case STATUS_UNAVAILABLE: return FAILURE_STORAGE_UNAVAILABLE;
    case STATUS_NO_SPACE:
    case STATUS_FILE_LIMIT: return FAILURE_INSUFFICIENT_STORAGE;
    case STATUS_NO_MEMORY: return FAILURE_OUT_OF_MEMORY;
    case STATUS_UNREACHABLE: return FAILURE_STORAGE_UNREACHABLE;
    case STATUS_UNKNOWN_OUTCOME: return FAILURE_OUTCOME_UNKNOWN;
    case STATUS_UNCERTAIN: return FAILURE_OUTCOME_UNCERTAIN;
    }
    return FAILURE_STORAGE_UNAVAILABLE;
}

int failure_http_status(enum failure failure)
{
    return entries[failure].http_status;
}

const char *failure_slug(enum failure failure)
{
    return entries[failure].slug;
}

static bool tells_revision(enum failure failure)
{
    return failure == FAILURE_PRECONDITION_FAILED || failure == FAILURE_UNRELATED_DOCUMENT;
}

void failure_describe(enum failure failure, const struct error *error, struct response *response)
{
    const struct failure_entry *entry = &entries[failure];
    json_t *body = json_pack("{s:b, s:s, s:s, s:s}", "ok", false, "error", entry->slug, "message",
                             entry->message, "details", error->text);
    if (tells_revision(failure))
        (void)json_object_set_new(body, "revision", json_integer(error->revision));
    /* Without memory, say at least this much. */
    if (answer_json(response, body, NULL) != STATUS_OK)
        response_body(response, "{\"ok\":false,\"error\":\"OUT_OF_MEMORY\","
                                "\"message\":\"服务内存不足，请稍后重试\",\"details\":\"\"}");
    if (entry->retry_after[0] != '\0')
        response_header(response, "Retry-After", entry->retry_after);
}
