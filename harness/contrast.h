/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two counts of the same cases: what takes more, beyond what should not matter. */
#ifndef LWP_CONTRAST_H
#define LWP_CONTRAST_H

#include <stdio.h>

#include "bands.h"
#include "sheet.h"

enum contrast_answer {
	CONTRAST_SAME,
	CONTRAST_MORE,
	CONTRAST_LESS,
	CONTRAST_UNKNOWN /* the note says why */
};

struct contrast_row {
	char *text;
	double a, b, reach; /* instructions per operation; NAN: not known */
	double pages_a, pages_b, pages_reach;
	bool paged; /* pages are a matter of this case */
	enum contrast_answer answer;
	char *note; /* or NULL */
};

struct contrast {
	char *names[2]; /* of the sides, in a line */
	struct contrast_row *v;
	size_t n;
};

/* The cases that either side has; bands are those of either side's kernel, or empty. */
void contrast_of(const struct record *a, const struct record *b, const struct bands *of_a,
		 const struct bands *of_b, struct contrast *out);
/* Whether a row's answer wants a band that is not there. */
bool contrast_lacks_bands(const struct contrast *c);
/* What `git bisect run` takes for: skip this one. */
enum { EXIT_CANNOT_SAY = 125 };

/* EXIT_REGRESSION: something takes more; EXIT_CANNOT_SAY: of something it cannot be said;
 * else EXIT_OK. */
int contrast_status(const struct contrast *c);
/* The table; all: also the cases that are the same. */
void contrast_show(const struct sheet *s, const struct contrast *c, bool all);
/* One JSON object, schema lwpbench-exact/1 (results/exact.schema.json). */
char *contrast_json(const struct contrast *c);
void contrast_free(struct contrast *c);

#endif
