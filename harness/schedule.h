/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cases run next, in which pass, and when it is enough: decided from the record
 * alone. */
#ifndef LWP_SCHEDULE_H
#define LWP_SCHEDULE_H

#include "record.h"

enum {
	SCHEDULE_MIN_REPS =
		20, /* before a case may rest: stopping at fewer spoils the interval */
	SCHEDULE_MAX_REPS = 400, /* a case that is not there by then never will be */
	SCHEDULE_LADDERS = 14, /* of a ladder, which takes seconds and varies little: what
				* claims about it need at the most */
};

/* One shuffled pass over cases. */
struct block {
	enum job_pass pass;
	unsigned number;  /* of time blocks */
	size_t *cases, n; /* indices into the record, in the order to run */
};

/* The next block of a run with `passes` (bits 1 << JOB_...); n is 0 when all is done. The
 * order depends on seed and number alone, so that a resumed run goes on as it would have.
 */
void schedule_next(const struct record *r, unsigned passes, struct block *out);
void block_free(struct block *b);
/* Puts a block's cases into the order that the record's seed, its number and its pass
 * give. */
void block_shuffle(struct block *b, uint64_t seed);
/* Whether reps of the case may be added: it is ours, and none has failed. */
bool schedule_alive(const struct kase *k);
/* Whether the case's interval is within the precision asked for. */
bool schedule_precise(const struct record *r, const struct kase *k);
/* Reps that the case would need for it, from how its interval has narrowed; 0: not known.
 */
size_t schedule_reps_needed(const struct record *r, const struct kase *k);

#endif
