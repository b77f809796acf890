/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run about claims is to decide: `run -s claims`, `run -s FILE.claims`. */
#ifndef LWP_QUESTION_H
#define LWP_QUESTION_H

#include "claims.h"
#include "record.h"

struct question {
	struct claims claims; /* none: the run is about precision */
	char *programs;       /* that they speak of and hyperfine times, or NULL */
};

/* Whether a suite of that name (NULL: none) stands for claims. */
bool question_is(const char *suite);
/* Loads the claims, gives r the cases and passes that they need, and notes the suite. 0,
 * or -EINVAL with one line in *error, which the caller frees. */
int question_ask(const char *suite, const char *benches, struct record *r,
		 struct question *q, char **error);
/* Adds warnings that say what has stayed open. */
void question_warn(struct record *r, const struct question *q);
/* Tells on stdout how many claims hold. */
void question_tell(const struct record *r, const struct question *q, const char *folder);
void question_free(struct question *q);

#endif
