/*
 * A data directory for as long as one program is measured. Whatever fails in here ends the bench;
 * directories that are left at its end are removed then.
 */
#ifndef BENCH_DATA_PLACE_H
#define BENCH_DATA_PLACE_H

enum { PLACE_PATH_SIZE = 64 };

struct data_place {
    struct data_place *next;
    char directory[PLACE_PATH_SIZE];
    char document[PLACE_PATH_SIZE + 32]; /* where the document is kept */
    char setting[PLACE_PATH_SIZE + 32];  /* "SCHEDULE_DATA_DIR=<directory>" */
    char variable[PLACE_PATH_SIZE];      /* of the request: see data_place_condition */
};

/* Make an empty one below `parent`; remove it with all that is in it. `place` stays where it is until then. */
void data_place_make(struct data_place *place, const char *parent);
void data_place_remove(struct data_place *place);

/* Let `variable` be the condition of a client that has what is stored: "HTTP_IF_NONE_MATCH=...". */
void data_place_condition(struct data_place *place);

#endif
