/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What creating a task would cost a parent of given weights, from fits: pure. */
#ifndef LWP_PREDICT_H
#define LWP_PREDICT_H

#include "fit.h"

/* So much of one weight. */
struct weight {
	const struct fit_axis *axis;
	double x; /* bytes, or a number */
};

enum { WEIGHTS = 16 }; /* no more axes than that */

/* One way to create tasks: cases that differ in the parent's weight only. */
struct way {
	char *name; /* "posix_spawn/target=dynamic" */
	/* The weights asked for that it has no line for; with any, the rest is empty. */
	const struct fit_axis *missing[WEIGHTS];
	size_t nmissing;
	struct estimate time, cpu; /* ns: at 0, and what each weight adds */
	double most[WEIGHTS];      /* of each weight asked for, the largest measured */
};

struct prediction {
	struct way *v; /* the cheapest first, then those that lack a line */
	size_t n;
};

/* Of every way of the record's families that create tasks which has a line at all. */
void predict(const struct record *r, const struct weight *asked, size_t n,
	     struct prediction *out);
void prediction_free(struct prediction *p);

#endif
