/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a contest is worth on this machine, from blocks that were measured on it: pure
 * resampling. */
#ifndef LWP_SELFTEST_H
#define LWP_SELFTEST_H

#include <stddef.h>
#include <stdint.h>

#include "contest.h"

/* Blocks of one case, in the order measured. */
struct selftest_case {
	const double *d;
	size_t n;
	double block_s; /* what one of its blocks takes */
};

/* Of `times` contests over all cases, with up to `most` blocks in either stage, drawn in
 * runs of neighbours from what was measured with both arms the same, and the arms swapped
 * by lot for each run: in how many there was any false alarm. */
size_t selftest_false_alarms(const struct selftest_case *v, size_t ncases,
			     const struct contest_rule *rule, size_t most, size_t times,
			     uint64_t seed);
/* How often a block leans to the same side as the one before it, and the interval of
 * `level` (exact): half of the time if all is left to the lots, whatever the noise. */
struct estimate selftest_agreement(const struct selftest_case *v, size_t ncases,
				   double level);
/* The contest over the blocks as they are, the first half to screen and the second to
 * confirm: answer[ncases]. */
void selftest_contest(const struct selftest_case *v, size_t ncases,
		      const struct contest_rule *rule, enum contest_answer *answer);
/* The smallest change, as log ratio, that is found with probability 0.95 within `seconds`
 * spent on this case alone, with a margin that is smaller still; NAN: none in that time.
 * Beyond 200 blocks by the root law. */
double selftest_finds(const struct selftest_case *k, const struct contest_rule *rule,
		      double seconds);
/* The same of case i when `seconds` are shared by all cases, as `ab` shares them. */
double selftest_finds_among(const struct selftest_case *v, size_t ncases, size_t i,
			    const struct contest_rule *rule, double seconds);

#endif
