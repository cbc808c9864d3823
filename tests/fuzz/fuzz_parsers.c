/*
 * What a client or an operator can write into one header, address or setting. The input is that
 * text, and every parser gets it: what one accepts is of the grammar written out here, and printed
 * again it is read as the same.
 */
#include "base_cookie.h"
#include "conditional.h"
#include "config.h"
#include "cors.h"
#include "etag.h"
#include "fuzz.h"
#include "media_type.h"
#include "number.h"
#include "printable.h"
#include "query.h"
#include "route.h"
#include "store_kind.h"
#include "utc.h"
#include "utf8.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
    bool compiled;
    regex_t etags;
    regex_t json_type;
    regex_t origins;
    regex_t directory;
} grammars;

static void grammars_compile(void)
{
    static const char etag[] = "(W/)?\"[^\"]*\"[ \t]*";
    static const char origin[] = "[a-z0-9+.-]+://[]!$%&'()+.0-9:;<=>[a-z^_`{|}~-]+";
    char pattern[512];
    (void)snprintf(pattern, sizeof pattern, "^[ \t]*(\\*[ \t]*|[ \t,]*%s(,[ \t,]*(%s)?)*)$", etag,
                   etag);
    int failed = regcomp(&grammars.etags, pattern, REG_EXTENDED | REG_NOSUB);
    (void)snprintf(pattern, sizeof pattern, "^(\\*|[, ]*%s([, ]+%s)*[, ]*)$", origin, origin);
    failed |= regcomp(&grammars.origins, pattern, REG_EXTENDED | REG_NOSUB);
    failed |= regcomp(&grammars.json_type, "^[ \t]*application/json[ \t]*(;.*)?$",
                      REG_EXTENDED | REG_NOSUB | REG_ICASE);
    failed |= regcomp(&grammars.directory, "^(/[^/]+)+$", REG_EXTENDED | REG_NOSUB);
    law(failed == 0, "a grammar is wrong");
    grammars.compiled = true;
}

static bool is_of(const regex_t *grammar, const char *text)
{
    return regexec(grammar, text, 0, NULL, 0) == 0;
}

/* One variable is all there is in the environment; the old one comes back with environment_restore. */

static char **environment_before;

static void environment_set(char *variables[])
{
    environment_before = environ;
    environ = variables;
}

static void environment_restore(void)
{
    environ = environment_before;
}

static char *variable(const char *name, const char *value)
{
    char *text = NULL;
    law(asprintf(&text, "%s=%s", name, value) >= 0, "no memory for the test");
    return text;
}

static void check_error(const struct error *error)
{
    size_t length = strlen(error->text);
    law(length > 0 && !printable_has_control(error->text), "the error's text is '%s'", error->text);
    for (size_t i = 0; i < length;) {
        size_t step = utf8_sequence_length(error->text + i, length - i);
        law(step > 0, "the error's text is not UTF-8");
        i += step;
    }
}

/* Entity tags. */

static bool conditions_equal(const struct condition *left, const struct condition *right)
{
    return left->present == right->present && left->any == right->any &&
           left->count == right->count &&
           memcmp(left->revisions, right->revisions, left->count * sizeof left->revisions[0]) == 0;
}

static void check_etags_printed(const struct condition *condition)
{
    struct condition again = {.present = false};
    char printed[CONDITION_REVISIONS_MAX * (ETAG_SIZE + 2) + 8] = "\"none\"";
    char etag[ETAG_SIZE];
    for (size_t i = 0; i < condition->count; i++) {
        law(condition->revisions[i] >= 0, "a revision below 0");
        etag_write(condition->revisions[i], etag);
        (void)snprintf(printed + strlen(printed), sizeof printed - strlen(printed), ", %s", etag);
    }
    if (condition->count == CONDITION_REVISIONS_MAX || condition->any)
        return;
    law(etag_list_parse(printed, &again), "%s is not read", printed);
    law(conditions_equal(&again, condition), "%s is read as something else", printed);
}

static void check_etags(const char *value)
{
    const struct request request = {.if_match = value, .if_none_match = value};
    struct condition condition = {.count = 77};
    struct conditions conditions;
    struct error error = ERROR_INIT;
    bool parsed = etag_list_parse(value, &condition);
    law(!parsed || is_of(&grammars.etags, value), "'%s' is no list of tags", value);
    law(parsed || condition.count == 77, "'%s' is refused, but changed the condition", value);
    law(parsed || !is_of(&grammars.etags, value) || strlen(value) > 2 * CONDITION_REVISIONS_MAX,
        "'%s' is refused", value);
    if (parsed)
        check_etags_printed(&condition);
    enum status status = conditional_read(&request, &conditions, &error);
    law((status == STATUS_OK) == parsed, "'%s' is read with status %d", value, (int)status);
    if (status != STATUS_OK)
        check_error(&error);
}

/* The cookie. */

static bool bases_equal(const struct save_base *left, const struct save_base *right)
{
    return left->known == right->known && left->of_page == right->of_page &&
           left->held == right->held && left->has_saved == right->has_saved &&
           left->saved == right->saved && left->has_kept == right->has_kept &&
           left->kept == right->kept;
}

static void check_cookie(const char *cookies, const char *host)
{
    struct request request = {.cookies = cookies, .host = host, .port = "5000"};
    struct save_base base = base_cookie_read(&request);
    struct response response;
    char printed[RESPONSE_HEADERS_SIZE];
    size_t length = 0;
    law(base.known || base.has_saved || !base.has_kept, "a hash of what was never saved");
    law(base.held >= 0 && base.saved >= 0, "a revision below 0");
    response_init(&response, 200);
    base_cookie_set(&response, &request, &base);
    const char *headers = response_headers(&response, &length);
    (void)snprintf(printed, sizeof printed, "%.*s", (int)length, headers);
    law(strncmp(printed, "Set-Cookie: schedule-base", 25) == 0 &&
            strchr(printed, '\n') == printed + strlen(printed) - 1,
        "the header is '%s'", printed);
    request.cookies = printed + strlen("Set-Cookie: ");
    struct save_base again = base_cookie_read(&request);
    law(bases_equal(&base, &again), "'%s' is set, and read as something else", printed);
    response_release(&response);
}

/* The query. */

/* As query_get, by cutting a copy up. */
static bool parameter_find(const char *query, const char *name, char *value, size_t size)
{
    char *copy = strdup(query);
    char *rest = copy;
    bool found = false;
    law(copy != NULL, "no memory for the test");
    while (!found && rest != NULL) {
        char *text = strsep(&rest, "&");
        char *equals = strchr(text, '=');
        size_t length = equals != NULL ? (size_t)(equals - text) : strlen(text);
        found = length == strlen(name) && strncmp(text, name, length) == 0;
        if (found)
            (void)snprintf(value, size, "%s", equals != NULL ? equals + 1 : "");
    }
    free(copy);
    return found;
}

static void check_query(const char *query)
{
    static const char *const names[] = {"base", "replace"};
    char expected[32] = "untouched";
    char value[32] = "untouched";
    for (size_t i = 0; i < 2; i++) {
        bool is_there = parameter_find(query, names[i], expected, sizeof expected);
        bool found = query_get(query, names[i], value, sizeof value);
        law(found == is_there && strcmp(value, expected) == 0, "%s in '%s' is '%s'", names[i],
            query, value);
    }
}

/* Origins. */

/* What a header's line says, or null. */
static char *header_find(const struct response *response, const char *name)
{
    struct piece rest = {0};
    struct piece line;
    size_t length = strlen(name);
    rest.bytes = response_headers(response, &rest.length);
    while (piece_take(&rest, "\n", &line)) {
        if (line.length > length + 2 && strncmp(line.bytes, name, length) == 0)
            return piece_string((struct piece){line.bytes + length + 2, line.length - length - 2});
    }
    return NULL;
}

static void check_allowed(const char *origins, const char *origin, bool expected)
{
    const struct request request = {.method = "GET", .origin = origin};
    struct response response;
    response_init(&response, 200);
    cors_apply(origins, &request, "", &response);
    char *allowed = header_find(&response, "Access-Control-Allow-Origin");
    law((allowed != NULL) == expected, "'%s' is %sallowed by '%s'", origin, expected ? "not " : "",
        origins);
    law(allowed == NULL || strcmp(allowed, origin) == 0 || strcmp(allowed, "*") == 0,
        "'%s' is allowed where '%s' asked", allowed, origin);
    free(allowed);
    response_release(&response);
}

static void check_origins(const char *value)
{
    static const char setting[] = "https://plan.example.org, http://localhost:8080";
    bool is_valid = cors_origins_valid(value);
    char *copy = strdup(value);
    char *rest = copy;
    law(is_valid == is_of(&grammars.origins, value), "'%s' is %svalid", value,
        is_valid ? "" : "not ");
    law(copy != NULL, "no memory for the test");
    check_allowed(setting, value,
                  strcmp(value, "https://plan.example.org") == 0 ||
                      strcmp(value, "http://localhost:8080") == 0);
    while (is_valid && rest != NULL && strlen(value) < RESPONSE_HEADERS_SIZE / 2) {
        const char *origin = strsep(&rest, ", ");
        if (origin[0] != '\0')
            check_allowed(value, origin, true);
    }
    free(copy);
}

/* Settings. */

static void check_directory(char *value)
{
    char *variables[] = {variable("SCHEDULE_DATA_DIR", value), NULL};
    struct config config;
    struct config again;
    struct error error = ERROR_INIT;
    environment_set(variables);
    enum status status = config_read(&config, &store_kind_file, &error);
    law(is_of(&grammars.directory, config.data_directory) &&
            strlen(config.data_directory) < DATA_DIRECTORY_PATH_SIZE,
        "'%s' is read as '%s'", value, config.data_directory);
    char *path = config.data_directory;
    law(strstr(path, "/./") == NULL && strstr(path, "/../") == NULL, "dots are in '%s'", path);
    const char *last = strrchr(path, '/');
    law(strcmp(last, "/.") != 0 && strcmp(last, "/..") != 0, "'%s' ends with dots", path);
    if (status != STATUS_OK)
        check_error(&error);
    char *normal[] = {variable("SCHEDULE_DATA_DIR", path), NULL};
    environ = normal;
    law(config_read(&again, &store_kind_file, NULL) == STATUS_OK &&
            strcmp(again.data_directory, path) == 0,
        "'%s' is read as '%s'", path, again.data_directory);
    environment_restore();
    free(variables[0]);
    free(normal[0]);
}

static void check_numbers(const char *value)
{
    char *variables[] = {
        variable("SCHEDULE_MAX_BODY", value), variable("SCHEDULE_LOCK_TIMEOUT_MS", value),
        variable("SCHEDULE_BACKUPS", value), variable("SCHEDULE_BACKUP_BYTES", value), NULL};
    struct config config;
    environment_set(variables);
    enum status status = config_read(&config, &store_kind_file, NULL);
    environment_restore();
    bool is_digits = value[0] != '\0' && strspn(value, "0123456789") == strlen(value);
    law(config.max_body >= 1 && config.max_body <= 256 << 20 && config.lock_timeout_ms <= 600000 &&
            config.retention.count <= 10000 && config.retention.bytes <= UINT64_C(1) << 40,
        "'%s' is beyond the bounds", value);
    law(status != STATUS_OK || is_digits || value[0] == '\0', "'%s' is taken for a number", value);
    law(status != STATUS_OK || value[0] == '\0' ||
            strtoull(value, NULL, 10) == config.retention.count,
        "'%s' is another number", value);
    for (size_t i = 0; i < 4; i++)
        free(variables[i]);
}

static void check_number(const char *value)
{
    uint64_t number = 77;
    enum number_result result = number_parse(value, UINT64_MAX, &number);
    bool is_digits = value[0] != '\0' && strspn(value, "0123456789") == strlen(value);
    errno = 0;
    uint64_t expected = is_digits ? strtoull(value, NULL, 10) : 77;
    law((result == NUMBER_MALFORMED) == !is_digits, "'%s' is %smalformed", value,
        is_digits ? "" : "not ");
    law(!is_digits || (result == NUMBER_TOO_LARGE) == (errno == ERANGE), "'%s' is too large",
        value);
    law(number == (result == NUMBER_OK ? expected : 77), "'%s' is %" PRIu64, value, number);
}

/* Times. */

/* As the C library says it, as far as it knows years. */
static void check_time(const char *value)
{
    char written[UTC_SIZE];
    char expected[UTC_SIZE];
    int64_t ms = 0;
    struct tm utc;
    if (!number_parse_revision(value, &ms))
        return;
    const time_t seconds = (time_t)(ms / 1000);
    utc_write(ms, written);
    if (gmtime_r(&seconds, &utc) == NULL)
        return;
    (void)snprintf(expected, sizeof expected, "%04jd-%02d-%02dT%02d:%02d:%02d.%03dZ",
                   (intmax_t)utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                   utc.tm_min, utc.tm_sec, (int)(ms % 1000));
    law(strcmp(written, expected) == 0, "%s is written %s, not %s", value, written, expected);
}

/* Addresses. */

static char *percent_encoded(const char *mount, const char *path)
{
    char *text = malloc(strlen(mount) + 3 * strlen(path) + 1);
    law(text != NULL, "no memory for the test");
    char *end = stpcpy(text, mount);
    for (; *path != '\0'; path++)
        end += sprintf(end, isalnum((unsigned char)*path) || *path == '/' ? "%c" : "%%%02X",
                       (unsigned char)*path);
    return text;
}

static void check_route(const struct request *request)
{
    struct route_match match;
    struct error error = ERROR_INIT;
    char allow[ROUTE_ALLOW_SIZE];
    enum failure failure = route_find(request, &match, &error);
    route_allow(&match, allow);
    law(failure == FAILURE_NONE || failure == FAILURE_NOT_FOUND ||
            failure == FAILURE_METHOD_NOT_ALLOWED,
        "failure %d", (int)failure);
    if (failure != FAILURE_NONE)
        check_error(&error);
    law((failure == FAILURE_NOT_FOUND) == (allow[0] == '\0'), "the methods are '%s'", allow);
    if (failure != FAILURE_NONE || match.route == NULL)
        return;
    for (size_t i = 0, stars = 0; match.route->path[i] != '\0'; i++) {
        const char *name = match.names[stars];
        if (match.route->path[i] != '*')
            continue;
        law(name[0] != '\0' && strchr(name, '/') == NULL, "'%s' stands for one name", name);
        stars++;
    }
}

/* The path of a request with this variable, and what it comes to under other names of it. */
static void check_path(const char *name, const char *value)
{
    char *variables[] = {variable(name, value), variable("REQUEST_METHOD", "GET"), NULL};
    struct request request;
    struct request again;
    struct error error = ERROR_INIT;
    char label[REQUEST_LABEL_SIZE];
    environment_set(variables);
    enum status status = request_read(&request, &error);
    law(strcmp(request.method, "GET") == 0 && request_label(&request, label)[0] != '\0',
        "no label for '%s'", value);
    if (status != STATUS_OK)
        check_error(&error);
    law(status == STATUS_OK || strchr(value, '%') != NULL, "'%s' is refused", value);
    char *encoded = percent_encoded("/api", request.path);
    char *others[] = {variable("REQUEST_URI", encoded), variable("REQUEST_METHOD", "GET"), NULL};
    environ = others;
    bool is_read = request_read(&again, NULL) == STATUS_OK;
    environment_restore();
    /* One that is too long when it is encoded, or no path at all, is no resource. */
    law(is_read && (strcmp(again.path, request.path) == 0 || request.path[0] != '/' ||
                    strlen(encoded) >= REQUEST_PATH_SIZE),
        "'%s' is read as '%s', and '%s' as '%s'", value, request.path, encoded, again.path);
    if (status == STATUS_OK)
        check_route(&request);
    free(encoded);
    for (size_t i = 0; i < 2; i++) {
        free(variables[i]);
        free(others[i]);
    }
}

/* What is shown. */

static void check_printable(struct piece text, size_t size)
{
    char *shown = malloc(size);
    law(shown != NULL, "no memory for the test");
    printable_copy(shown, size, text.bytes, text.length);
    size_t length = strnlen(shown, size);
    law(length < size && !printable_has_control(shown), "a control character is shown");
    for (size_t i = 0; i < length;) {
        size_t step = utf8_sequence_length(shown + i, length - i);
        law(step > 0, "what is shown is not UTF-8");
        law(step != 2 || shown[i] != '\xC2' || (unsigned char)shown[i + 1] >= 0xA0,
            "a control character of C1 is shown");
        i += step;
    }
    free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct piece input = {.bytes = (const char *)data, .length = size};
    char *value = piece_string(input);
    if (!grammars.compiled)
        grammars_compile();
    check_etags(value);
    check_cookie(value, "plan.example.org:8443");
    check_cookie("schedule-base-5000=5.4.3", value);
    check_query(value);
    law(media_type_is(value, "application/json") == is_of(&grammars.json_type, value),
        "'%s' is taken for another type", value);
    check_origins(value);
    check_directory(value);
    check_numbers(value);
    check_number(value);
    check_time(value);
    check_path("PATH_INFO", value);
    check_path("REQUEST_URI", value);
    check_printable(input, 1 + size % 40);
    check_printable(input, 4 * size + 1);
    free(value);
    return 0;
}
