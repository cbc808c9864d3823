/*
 * The servers of tests/support, as a test program of this directory starts them: one for the whole
 * program, in a temporary directory, gone with it.
 */
#ifndef TEST_SERVER_SCRIPT_H
#define TEST_SERVER_SCRIPT_H

#include "temporary.h"

enum { SCRIPT_OUTPUT_SIZE = 1024 };

/*
 * Start the server by tests/support/`script`, with one more argument unless it is null. What it prints
 * is in `output`.
 */
void server_script_start(const char *script, const char *argument, char output[SCRIPT_OUTPUT_SIZE]);

/* Run `script` `command` on it, with one more argument unless it is null. */
void server_script_run(const char *command, const char *argument, char output[SCRIPT_OUTPUT_SIZE]);

/* The server's directory. */
const char *server_script_directory(void);

void server_script_stop(void);

/* Run a program, its standard output in `output`; it must succeed. `arguments` end with a null. */
void program_run(const char *const arguments[], char output[SCRIPT_OUTPUT_SIZE]);

#endif
