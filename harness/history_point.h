/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of a history as a file, schema lwpbench-point/1 (results/point.schema.json). */
#ifndef LWP_HISTORY_POINT_H
#define LWP_HISTORY_POINT_H

#include "history.h"

/* One run, and the cases it has, of one value each. */
struct point {
	struct history_run run;
	struct history_case *cases;
	size_t ncases;
};

/* What a history keeps of a result; 0, or -errno with one line in *error. */
int point_of(const struct record *r, const char *label, struct point *out, char **error);
/* As JSON; caller frees. */
char *point_text(const struct point *p);
/* Reads the file of a point or of a result; 0, or -errno with one line in *error. */
int point_read(const char *path, struct point *out, char **error);
void point_free(struct point *p);
void history_run_free(struct history_run *run);
void history_case_free(struct history_case *k);

#endif
