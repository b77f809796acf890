/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which functions a case's instructions are in, and in which of them two counts differ.
 */
#ifndef LWP_EXPLAIN_H
#define LWP_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "exact.h"
#include "sheet.h"

enum { EXPLAIN_BASE, EXPLAIN_NEW, EXPLAIN_ARMS };

/* Instructions per operation, in each arm. */
struct explain_function {
	char *name; /* "copy_page_range" */
	bool kernel;
	double of[EXPLAIN_ARMS];
};

struct explained {
	char *text;                 /* the case */
	char *wrong;                /* why it has no figures, or NULL */
	double count[EXPLAIN_ARMS]; /* of the case, as its result has it */
	double user[EXPLAIN_ARMS], kernel[EXPLAIN_ARMS]; /* sums of functions */
	struct explain_function *v;                      /* what differs most first */
	size_t n;
};

struct explanation {
	size_t arms;   /* 1: there is nothing to compare with */
	char *machine; /* that they ran on */
	char *names[EXPLAIN_ARMS];
	char *releases[EXPLAIN_ARMS]; /* of the kernels */
	struct explained *v;
	size_t n;
};

/* Adds an arm whose cases exact_count has counted with `code`, the programs being in that
 * folder; 0, or -errno with one line in *error. */
int explain_arm(struct explanation *x, const char *name, const struct record *r,
		const struct exact_code *code, const char *benches, char **error);
/* Once all arms are there: the order. */
void explain_sort(struct explanation *x);
void explain_free(struct explanation *x);
/* A table a case, of so many functions at the most; 0: of all. */
void explain_show(const struct sheet *s, const struct explanation *x, size_t most);
void explain_json(FILE *to, const struct explanation *x);

#endif
