#include "backup_name.h"
#include "temporary.h"

static void names_and_revisions_stand_for_each_other(void **state)
{
    static const struct {
        const char *name;
        enum backup_kind kind;
        int64_t revision;
    } rows[] = {
        {"backup-1769000000123.json", BACKUP_REPLACED, 1769000000123},
        {"backup-0000000000001.json", BACKUP_REPLACED, 1},
        {"submitted-9223372036854775807.json", BACKUP_SUBMITTED, INT64_MAX},
        {"pinned-17690000001234.json", BACKUP_PINNED, 17690000001234},
        {"base-1769000000123.json", BACKUP_BASE, 1769000000123},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[BACKUP_NAME_SIZE];
        enum backup_kind kind = BACKUP_REPLACED;
        int64_t revision = 0;
        backup_name_write(rows[i].kind, rows[i].revision, name);
        assert_string_equal(name, rows[i].name);
        assert_true(backup_name_parse(name, &kind, &revision));
        assert_int_equal(kind, rows[i].kind);
        assert_int_equal(revision, rows[i].revision);
    }
}

static void other_names_are_no_backups(void **state)
{
    static const char *const names[] = {
        "backup-1.json",
        "backup-0000000000000.json",
        "backup-176900000012.json",
        "backup-01769000000123.json",
        "backup-1769000000123.json.tmp",
        "backup-1769000000123.jso",
        "backup-1769000000123",
        "backup--769000000123.json",
        "backup-99999999999999999999.json",
        "backup-17690000001x3.json",
        "backup-1769000000123.json-and-a-name-longer-than-any-backup-has.json",
        "xbackup-1769000000123.json",
        "pinned-.json",
        "project-data.json",
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        enum backup_kind kind;
        int64_t revision;
        assert_false(backup_name_parse(names[i], &kind, &revision));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_revisions_stand_for_each_other),
        cmocka_unit_test(other_names_are_no_backups),
    };
    return cmocka_run_group_tests_name("backup_name", tests, NULL, NULL);
}
