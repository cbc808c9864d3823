#include "postgres_schema.h"

#include "buffer.h"
#include "document.h"
#include "postgres_transaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SCRIPT_SIZE = 256, VIEW_SIZE = 8192 };

/* The lock is any number that others do not use: "schedule" in ASCII. */
static const char steps_begin[] =
    "set local standard_conforming_strings = on; "
    "set local client_min_messages = error; "
    "select pg_advisory_xact_lock(8314604121742470245); "
    "create table if not exists schedule_migration ("
    "version bigint primary key, applied_at timestamptz not null default now()); "
    "select coalesce(max(version), 0) from schedule_migration";

static const char tables_make[] =
    "create table if not exists schedule_document ("
    "name text primary key, revision bigint not null, body json, bytes bigint, "
    "saved_at timestamptz, saved_by text, "
    "check (revision >= 0 and (revision > 0) = (body is not null))); "
    "create table if not exists schedule_backup ("
    "name text not null, kind text not null, revision bigint not null, body json not null, "
    "bytes bigint not null, saved_at timestamptz, saved_by text, "
    "primary key (name, revision, kind))";

static const char has_lz4[] = "select 1 from pg_settings "
                              "where name = 'default_toast_compression' and 'lz4' = any (enumvals)";

static const char lz4_use[] =
    "alter table schedule_document alter column body set compression lz4; "
    "alter table schedule_backup alter column body set compression lz4";

/*
 * Documents are anything, so nothing is taken for granted: what is no array has no elements, and
 * what is no object has no members. A text of PostgreSQL cannot hold a NUL, so \u0000 becomes
 * \ufffd, unless its backslash is escaped itself; most documents have none. A reader is served the
 * default task types where there are none, so they stand between the two halves. Projects and types
 * are found by maps: joined, the planner, which does not know how many there are, would compare
 * each task with each of them.
 */
static const char view_begin[] =
    "create or replace view schedule_task as "
    "select document.name as document, document.revision, task.position, task.id, task.name, "
    "task.project_id, task.project ->> 'name' as project_name, task.type_id, task.type_name, "
    "task.start_date, task.end_date, task.progress, task.assignees, task.task, task.project, "
    "document.saved_at, document.saved_by "
    "from schedule_document as document "
    "cross join lateral (select case when strpos(document.body::text, '\\u0000') > 0 "
    "then regexp_replace(document.body::text, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000', '\\1\\\\ufffd', "
    "'g')::json else document.body end as body) as text "
    "cross join lateral json_to_record(case json_typeof(text.body) when 'object' then text.body "
    "else '{}' end) as member (tasks json, projects json, \"taskTypes\" json) "
    "cross join lateral (select "
    "case json_typeof(member.tasks) when 'array' then member.tasks else '[]' end as tasks, "
    "case json_typeof(member.projects) when 'array' then member.projects else '[]' end as "
    "projects, "
    "case when case json_typeof(member.\"taskTypes\") when 'array' "
    "then json_array_length(member.\"taskTypes\") end > 0 then member.\"taskTypes\" else '";

static const char view_end[] =
    "' end as types) as list "
    "cross join lateral (select "
    "(select jsonb_object_agg(value ->> 'id', value::text order by position desc) "
    "filter (where value ->> 'id' is not null) "
    "from json_array_elements(list.projects) with ordinality as each (value, position)) as "
    "projects, "
    "(select jsonb_object_agg(value ->> 'id', value ->> 'name' order by position desc) "
    "filter (where value ->> 'id' is not null) "
    "from json_array_elements(list.types) with ordinality as each (value, position)) as types "
    "offset 0) as map "
    "cross join lateral (select element.position, field.id, field.name, "
    "field.\"projectId\" as project_id, (map.projects ->> field.\"projectId\")::json as project, "
    "coalesce(field.\"typeId\", field.\"type\" ->> 'id') as type_id, "
    "coalesce(field.\"type\" ->> 'name', "
    "map.types ->> coalesce(field.\"typeId\", field.\"type\" ->> 'id')) as type_name, "
    "field.\"startDate\" as start_date, field.\"endDate\" as end_date, "
    "case when field.progress ~ '^-?[0-9]{1,18}([.][0-9]{1,18})?$' "
    "then field.progress::numeric end as progress, "
    "field.assignees, element.value as task "
    "from json_array_elements(list.tasks) with ordinality as element (value, position) "
    "cross join lateral json_to_record(case json_typeof(element.value) when 'object' "
    "then element.value else '{}' end) as field (id text, name text, \"projectId\" text, "
    "\"typeId\" text, \"type\" json, \"startDate\" text, \"endDate\" text, progress text, "
    "assignees json) "
    "where json_typeof(element.value) = 'object') as task";

/*
 * Bodies are compressed. lz4 takes half the time of PostgreSQL's own way to save, and is not in
 * every build, nor before version 14.
 */
static enum status bodies_compress(struct postgres_connection *connection, struct error *error)
{
    PGresult *result = NULL;
    enum status status = postgres_connection_run_script(connection, has_lz4, &result, error);
    bool is_there = status == STATUS_OK && PQntuples(result) > 0;
    PQclear(result);
    return is_there ? postgres_connection_do_script(connection, lz4_use, error) : status;
}

static enum status tables_step(struct postgres_connection *connection, struct error *error)
{
    enum status status = postgres_connection_do_script(connection, tables_make, error);
    return status == STATUS_OK ? bodies_compress(connection, error) : status;
}

static enum status view_step(struct postgres_connection *connection, struct error *error)
{
    struct buffer script;
    const struct document_text types = document_default_task_types();
    buffer_init(&script, VIEW_SIZE);
    enum status status = buffer_append(&script, view_begin, sizeof view_begin - 1, error);
    if (status == STATUS_OK)
        status = buffer_append(&script, types.bytes, types.length, error);
    if (status == STATUS_OK)
        status = buffer_append(&script, view_end, sizeof view_end, error);
    if (status == STATUS_OK)
        status = postgres_connection_do_script(connection, script.bytes, error);
    buffer_release(&script);
    return status;
}

typedef enum status step_function(struct postgres_connection *connection, struct error *error);

/*
 * The first is number 1. Those that were released once stay as they are; changes are further ones.
 */
static step_function *const steps[] = {tables_step, view_step};

enum { STEPS = sizeof steps / sizeof steps[0] };

/* Wait for the others, and tell how many steps were taken. */
static enum status steps_count(struct postgres_connection *connection, int64_t *count,
                               struct error *error)
{
    PGresult *result = NULL;
    enum status status = postgres_connection_run_script(connection, steps_begin, &result, error);
    if (status == STATUS_OK)
        (void)postgres_result_number(result, 0, 0, count);
    PQclear(result);
    return status;
}

static enum status step_take(struct postgres_connection *connection, int64_t number,
                             struct error *error)
{
    char script[SCRIPT_SIZE];
    enum status status = steps[number - 1](connection, error);
    if (status != STATUS_OK)
        return status;
    (void)snprintf(script, sizeof script,
                   "insert into schedule_migration (version) values (%" PRId64 ")", number);
    return postgres_connection_do_script(connection, script, error);
}

static enum status steps_take(struct postgres_connection *connection, struct error *error)
{
    int64_t taken = 0;
    enum status status = postgres_transaction_begin(connection, INT64_MAX, error);
    if (status == STATUS_OK)
        status = steps_count(connection, &taken, error);
    while (status == STATUS_OK && taken < STEPS)
        status = step_take(connection, ++taken, error);
    if (status == STATUS_OK)
        status = postgres_transaction_commit(connection, error);
    postgres_transaction_rollback(connection);
    return status;
}

enum status postgres_schema_migrate(struct postgres_connection *connection, struct error *error)
{
    struct error problem = ERROR_INIT;
    enum status status = steps_take(connection, &problem);
    if (status == STATUS_UNCERTAIN) /* who misses them again makes them again */
        status = STATUS_UNREACHABLE;
    if (status == STATUS_OK || status == STATUS_UNKNOWN_OUTCOME)
        return STATUS_OK;
    return error_set(error, status, "the tables cannot be made: %s", problem.text);
}
