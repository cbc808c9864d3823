/*
 * The quick way through a JSON pass: of what is below the top level, that which texts mostly
 * consist of, a token at a time and sixteen bytes of it at once (byte_block.h).
 *
 * It takes only what json_pass.c would take, leaves the pass as that would leave it, and writes the
 * same bytes. It never fails: where it does not know on (an error, \u, 1e5, the last bytes of a
 * piece, a buffer that cannot grow) it stops, and json_pass.c goes on from there.
 */
#ifndef SCHEDULE_JSON_QUICK_H
#define SCHEDULE_JSON_QUICK_H

struct json_pass;

/* Take what it can of [p, end), a part of the current piece; where it stopped, which may be `p`. */
const char *json_quick_take(struct json_pass *pass, const char *p, const char *end);

#endif
