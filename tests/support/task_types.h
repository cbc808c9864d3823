/*
 * The default task types as they have to be served, written out.
 */
#ifndef TEST_TASK_TYPES_H
#define TEST_TASK_TYPES_H

#define SIX_TASK_TYPES                                                                             \
    "[{\"id\":\"1\",\"name\":\"开发排期\",\"color\":\"#1890ff\",\"enabled\":true},"            \
    "{\"id\":\"2\",\"name\":\"开发联调\",\"color\":\"#52c41a\",\"enabled\":true},"             \
    "{\"id\":\"3\",\"name\":\"测试排期\",\"color\":\"#faad14\",\"enabled\":true},"             \
    "{\"id\":\"4\",\"name\":\"测试联调\",\"color\":\"#f5222d\",\"enabled\":true},"             \
    "{\"id\":\"5\",\"name\":\"产品UAT\",\"color\":\"#722ed1\",\"enabled\":true},"                \
    "{\"id\":\"6\",\"name\":\"上线\",\"color\":\"#13c2c2\",\"enabled\":true}]"

#endif
