/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures two arms in turns on this machine, until a contest has decided or the time is
 * up. */
#ifndef LWP_AB_H
#define LWP_AB_H

#include <stdint.h>

#include "arms.h"
#include "contest.h"
#include "progress.h"
#include "record.h"
#include "topology.h"

/* One block of one case: four turns, a b b a or b a a b by lot. */
struct ab_block {
	size_t index; /* of the case */
	double d;     /* log of b's cost against a's, from the medians of the four reps */
	double seconds; /* that it took, everything counted */
};

struct ab {
	struct arm arm[2];
	struct record r[2]; /* of each arm, an ordinary result; the same cases in the same
			       order. Block q of a case has its reps as 2q and 2q + 1 in
			       either. */
	struct contest_rule rule;
	double budget_s; /* all of it: pilot, screening, confirming */
	double limit_s;  /* of a rep */
	uint64_t seed;
	int signal_fd;
	const struct topology *topology;
	struct progress *progress;

	/* What came out. */
	struct contest contest; /* the cases as of r */
	double *seconds;        /* of each case, all that was done for it */
	double *block_s;        /* of one block of each case, as of the pilot */
	double rep_s; /* how long a rep samples: the block length that the pilot chose */
	double elapsed_s;
};

/* Fills in r[0], r[1] (their cases planned before), contest, seconds and the rest; cases
 * that fail or are skipped say so in either record. 0, the number of the signal that
 * ended it, or -errno if an arm's `before` could not run, with one line in *error. */
int ab_measure(struct ab *ab, char **error);
/* Measures `blocks` blocks of each case after the pilot, or as many as the budget has
 * room for, without deciding, and tells each; as above. */
int ab_sample(struct ab *ab, size_t blocks,
	      void (*tell)(void *to, const struct ab_block *b), void *to, char **error);
/* Skips cases whose samples are no times, and so cannot be drawn out: they would read
 * equivalent, as if nothing had been found. */
void ab_skip_ladders(struct record *r);
/* Frees all of it, also what the caller has filled in: arms and records. */
void ab_free(struct ab *ab);

#endif
