#include "rehearsal.h"

/* Documents as the program writes them, so that one can tell them apart as text. */
#define DOCUMENT(tasks)                                                                            \
    "{\n  \"projects\": [],\n  \"tasks\": " tasks                                                  \
    ",\n  \"taskTypes\": [\n    {\n      \"id\": \"1\"\n    }\n  ]\n}"
#define TASK(id, name)                                                                             \
    "[\n    {\n      \"id\": \"" id "\",\n      \"name\": \"" name "\"\n    }\n  ]"

static const char oldest[] = DOCUMENT("[]");
static const char older[] = DOCUMENT(TASK("t-1", "排期"));
static const char current[] = DOCUMENT(TASK("t-1", "联调"));
static const char sent[] = "{\"projects\":[],\"tasks\":[{\"id\":\"t-1\",\"name\":\"排期\"},"
                           "{\"id\":\"t-2\",\"name\":\"上线，然后回访所有的客户，再写总结 and a "
                           "name that is longer than that\"}],\"taskTypes\":[{\"id\":\"1\"}]}";

/* Revisions, as text for addresses and as numbers. */
#define OLDEST "1700000000100"
#define OLDER "1700000000200"
static const int64_t oldest_ms = INT64_C(1700000000100);
static const int64_t older_ms = INT64_C(1700000000200);
static const int64_t current_ms = INT64_C(1700000000300);

#define LOCK_FILE                                                                                  \
    {                                                                                              \
        "data.lock", "", INT64_C(1700000000000)                                                    \
    }
#define CURRENT_FILE                                                                               \
    {                                                                                              \
        "project-data.json", current, current_ms                                                   \
    }
#define OLDER_FILE                                                                                 \
    {                                                                                              \
        "backup-" OLDER ".json", older, older_ms                                                   \
    }
#define OLDEST_FILE                                                                                \
    {                                                                                              \
        "backup-" OLDEST ".json", oldest, oldest_ms                                                \
    }
/* Who saved the current document was killed while he noted his name, anna. */
#define SAVERS_FILE                                                                                \
    {                                                                                              \
        "saved-by.log", OLDER " bo\n1700000000300 an", current_ms                                  \
    }
#define USUAL_FILES                                                                                \
    {                                                                                              \
        LOCK_FILE, OLDEST_FILE, OLDER_FILE, CURRENT_FILE                                           \
    }

#define MANY_FILES                                                                                 \
    {                                                                                              \
        LOCK_FILE, {"base-1699990000000.json", oldest, INT64_C(1699990000000)},                    \
            {"backup-1699990000001.json", oldest, INT64_C(1699990000001)},                         \
            {"submitted-1699990000002.json", older, INT64_C(1699990000002)},                       \
            {"pinned-1699990000003.json", oldest, INT64_C(1699990000003)}, OLDEST_FILE,            \
            OLDER_FILE, CURRENT_FILE                                                               \
    }

#define TEMPORARY "write futimens fsync "
#define REPLACED "link rename fsync-directory "
/* What the next save needs to know of backups, and loads of the document, goes into the lock file. */
#define NOTED_DOCUMENT "note "
#define NOTED "note " NOTED_DOCUMENT
#define FORGOTTEN "note "
#define SAVER_NOTED "write fsync "
#define ANNA "REMOTE_USER=anna"

const struct scenario scenarios[] = {
    {.name = "load", .files = USUAL_FILES, .request = {.path = "/data"}, .changes = ""},
    {.name = "load of what is known",
     .files = USUAL_FILES,
     .request = {.path = "/data"},
     .known = true,
     .allocates_nothing = true,
     .changes = ""},
    {.name = "load of nothing",
     .request = {.path = "/data"},
     .allocates_nothing = true,
     .changes = ""},
    {.name = "load of what did not change",
     .files = USUAL_FILES,
     .request = {.path = "/data", .if_none_match = "\"1700000000300\""},
     .allocates_nothing = true,
     .changes = ""},
    {.name = "load of a backup",
     .files = USUAL_FILES,
     .request = {.path = "/backups/" OLDER},
     .changes = ""},
    {.name = "list of backups",
     .files = USUAL_FILES,
     .request = {.path = "/backups"},
     .changes = ""},
    {.name = "health",
     .files = USUAL_FILES,
     .request = {.path = "/health"},
     .changes = TEMPORARY "unlink "},
    {.name = "first save",
     .request = {.body = sent},
     .changes = FORGOTTEN TEMPORARY "rename fsync-directory " NOTED},
    {.name = "first save of all",
     .no_directory = true,
     .request = {.body = sent},
     .changes = "mkdir fsync-directory mkdir fsync-directory " FORGOTTEN TEMPORARY
                "rename fsync-directory " NOTED},
    {.name = "save",
     .files = USUAL_FILES,
     .request = {.body = sent},
     .changes = FORGOTTEN TEMPORARY REPLACED NOTED},
    {.name = "save of the same",
     .files = USUAL_FILES,
     .request = {.body = current},
     .changes = "fsync-directory " NOTED_DOCUMENT},
    {.name = "save of the same that is known",
     .files = USUAL_FILES,
     .request = {.body = current},
     .known = true,
     .changes = "fsync-directory "},
    {.name = "save over what is known",
     .files = USUAL_FILES,
     .request = {.body = sent},
     .known = true,
     .changes = FORGOTTEN TEMPORARY REPLACED NOTED},
    {.name = "save over a stray temporary",
     .files = {LOCK_FILE, CURRENT_FILE, {"project-data.json.tmp-1-1", "{\"ha", 1}},
     .request = {.body = sent},
     .changes = "unlink " FORGOTTEN TEMPORARY REPLACED NOTED},
    {.name = "merge",
     .files = {LOCK_FILE, OLDEST_FILE, OLDER_FILE, CURRENT_FILE, SAVERS_FILE},
     .request = {.body = sent, .query = "base=" OLDER, .settings = {ANNA}},
     .changes = FORGOTTEN TEMPORARY "rename " TEMPORARY REPLACED SAVER_NOTED NOTED},
    {.name = "merge patch",
     .files = USUAL_FILES,
     .request = {.method = "PATCH", .body = "{\"note\":1}", .type = "application/merge-patch+json"},
     .changes = FORGOTTEN TEMPORARY REPLACED NOTED},
    {.name = "item",
     .files = USUAL_FILES,
     .request = {.path = "/data/tasks", .body = "{\"id\":\"t-9\"}", .settings = {ANNA}},
     .changes = FORGOTTEN TEMPORARY REPLACED SAVER_NOTED "fsync-directory " NOTED},
    {.name = "backup",
     .files = USUAL_FILES,
     .request = {.method = "POST", .path = "/backups"},
     .changes = FORGOTTEN TEMPORARY "rename fsync-directory " NOTED_DOCUMENT},
    {.name = "removal of a backup",
     .files = USUAL_FILES,
     .request = {.method = "DELETE", .path = "/backups/" OLDER},
     .removes_backup = true,
     .changes = FORGOTTEN "unlink fsync-directory "},
    {.name = "restore",
     .files = USUAL_FILES,
     .request = {.method = "POST", .path = "/backups/" OLDEST "/restore", .settings = {ANNA}},
     .has_long_log = true,
     .changes = FORGOTTEN TEMPORARY REPLACED TEMPORARY "rename fsync-directory " NOTED},
    {.name = "restore over a damaged document",
     .files = {LOCK_FILE, OLDEST_FILE, {"project-data.json", "{\"torn\":", 1700000000300}},
     .request = {.method = "POST", .path = "/backups/" OLDEST "/restore"},
     .replaces_corrupt = true,
     .changes = FORGOTTEN TEMPORARY REPLACED NOTED},
    {.name = "prune",
     .files = MANY_FILES,
     .request = {.body = sent, .settings = {"SCHEDULE_BACKUPS=1"}},
     .removes_backup = true,
     .changes = FORGOTTEN TEMPORARY REPLACED "unlink rename rename " NOTED},
    {.name = "prune of what is known",
     .files = MANY_FILES,
     .request = {.body = sent, .settings = {"SCHEDULE_BACKUPS=1"}},
     .known = true,
     .removes_backup = true,
     .changes = FORGOTTEN TEMPORARY REPLACED "unlink rename rename " NOTED},
    /* On a full disk nothing can be written to forget it. */
    {.name = "merge with what is known on a full disk",
     .files = USUAL_FILES,
     .request = {.body = sent, .query = "base=" OLDER},
     .room_after = 1,
     .known = true,
     .removes_backup = true,
     .changes = "unlink " TEMPORARY "rename " TEMPORARY REPLACED NOTED},
    {.name = "save on a full disk",
     .files = USUAL_FILES,
     .request = {.body = sent},
     .room_after = 1,
     .removes_backup = true,
     .changes = "unlink " TEMPORARY REPLACED NOTED},
    {.name = "save without backups",
     .files = USUAL_FILES,
     .request = {.body = sent, .settings = {"SCHEDULE_BACKUPS=0"}},
     .changes = FORGOTTEN TEMPORARY "rename fsync-directory " NOTED_DOCUMENT},
};

const size_t scenarios_count = sizeof scenarios / sizeof scenarios[0];
