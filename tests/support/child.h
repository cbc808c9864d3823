/*
 * What changes a process for good is tested in a child of the test.
 */
#ifndef TEST_CHILD_H
#define TEST_CHILD_H

/* Call `function` in a child, which must end by returning from it. */
void check_in_child(void (*function)(const char *directory), const char *directory);

/* In the child: say what does not hold, and end it. */
#define REQUIRE(condition) child_require((condition), #condition, __FILE__, __LINE__)

void child_require(int holds, const char *condition, const char *file, int line);

#endif
