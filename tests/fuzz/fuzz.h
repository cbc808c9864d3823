/*
 * What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput (libFuzzer's entry):
 * it makes something of any bytes, lets the program work on it and checks what must hold whatever
 * the bytes are. It is built twice: for the fuzzer (scripts/fuzz), and with corpus_runner.c as a test
 * that runs what its corpus holds.
 *
 * Between two inputs nothing may stay that makes the second one behave differently.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A part of the input. Borrowed. */
struct piece {
    const char *bytes;
    size_t length;
};

/* End the process unless the law holds, which is told by a printf format. */
void law(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Let what `law` says go to this descriptor, for a target that gives 2 to the program. */
void law_report_to(int descriptor);

/*
 * Take off `rest` what stands before `separator`, or all of it where there is none. False if nothing
 * is left to take.
 */
bool piece_take(struct piece *rest, const char *separator, struct piece *piece);

/* A copy ended by a NUL, for the caller to free; it ends at the first NUL in the piece. */
char *piece_string(struct piece piece);

/* Whether the bytes are what savers.h calls a name: found out here in another way. */
bool piece_is_user_name(struct piece piece);

/* The tree of a JSON text, or null if it is none. */
json_t *piece_tree(struct piece piece);

/* The tree on one line, members in their order, for the caller to free. */
char *tree_line(const json_t *tree);

/* Whether both are the same value with members in the same order. */
bool trees_identical(const json_t *left, const json_t *right);

/* How many arrays and objects are in each other; 0 for another value. */
size_t tree_depth(json_t *tree);

/* A number that depends on every byte, for choices that the input makes without a place for them. */
uint64_t piece_hash(struct piece piece);

#endif
