/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures derived from a record: what tables, plots and the stop rule show. */
#ifndef LWP_FIGURES_H
#define LWP_FIGURES_H

#include "record.h"
#include "stats.h"

#define FIGURES_LEVEL 0.95 /* of every interval */

/* Per operation, in the case's unit; NAN where the case has no figure. */
struct figures {
	struct estimate median; /* over reps of each rep's median */
	double min, p90, p99;   /* over all samples */
	size_t samples;
	struct estimate ratio; /* to the family's anchor, paired inside blocks; n 0: none
				  (the anchor itself is 1 with n 0) */
	double floor_ratio;    /* median over its floor's median; NAN if not measured */
};

/* One rep's median ns per operation (column 0 of its rows over its batch). */
double figures_rep_median(const struct rep *rep);
/* The estimate of a pass's total time per operation. */
struct estimate figures_median(const struct reps *reps);
/* Paired ratio a / b over the blocks that both have. */
struct estimate figures_ratio(const struct reps *a, const struct reps *b);
/* Of a case that is not ok: no figures at all, whatever it measured. */
void figures_of(const struct record *r, const struct kase *k, struct figures *out);
/* The first ok case of k's family, in the record's order; may be k; NULL if none. */
const struct kase *figures_anchor(const struct record *r, const struct kase *k);
/* Every sample's ns per operation, ascending (caller frees), n in *n. */
double *figures_samples(const struct reps *reps, size_t *n);
/* Median over reps of the median offset of phase p, ns; n 0: never stamped, or in a
 * burst. */
struct estimate figures_phase(const struct kase *k, size_t p);
/* Median over reps of event e's count per operation, scaled for multiplexing; n 0: not
 * counted. */
struct estimate figures_event(const struct kase *k, size_t e);

#endif
