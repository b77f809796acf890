/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures derived from a record: what tables, plots and the stop rule show. */
#ifndef LWP_FIGURES_H
#define LWP_FIGURES_H

#include "record.h"
#include "stats.h"

#define FIGURES_LEVEL 0.95 /* of every interval */

/* In the case's unit: ns per operation, or bytes per second; NAN where there is none. */
struct figures {
	struct estimate median; /* over reps of each rep's median */
	double min;             /* the smallest of all samples, good or bad */
	double p90, p99;        /* 90, 99 % of all samples were at least as good */
	size_t samples;
	struct estimate ratio; /* to the family's anchor, paired inside blocks; n 0: none
				  (the anchor itself is 1 with n 0) */
	struct estimate twin_ratio; /* to the same case with task=process, in the same
				       way; n 0: none, as for that one itself */
	struct estimate own; /* less its base, paired inside blocks; n 0: none. Of ns only
			      */
	double floor_ratio;  /* how many times worse than its floor, by the medians */
};

/* One rep's median (column 0 of its rows over its batch, or bytes over that); of a ladder
 * its slope. */
double figures_rep_median(const struct rep *rep);
/* One rep's median of a gauge of its case k, or its slope as in figures_gauge; NAN: not
 * taken. */
double figures_rep_gauge(const struct kase *k, const struct rep *rep, const char *name);
/* One rep's median offset of phase p, ns; NAN: never stamped, or in a burst. */
double figures_rep_phase(const struct rep *rep, size_t p);
/* The CPU time that one rep's operation costs creator and reaped children, ns, what goes
 * on between samples included. */
double figures_rep_cpu(const struct rep *rep);
/* The rep of that block, or NULL. */
const struct rep *figures_rep_of_block(const struct reps *reps, unsigned block);
/* The estimate of a pass's whole operations. */
struct estimate figures_median(const struct reps *reps);
/* Paired ratio a / b over the blocks that both have. */
struct estimate figures_ratio(const struct reps *a, const struct reps *b);
/* Paired difference a - b over the blocks that both have; the median of differences. */
struct estimate figures_difference(const struct reps *a, const struct reps *b);
/* Its parameter `task`, or NULL. */
const char *figures_task(const struct kase *k);
/* The case, ok or not, that is k but for its parameter `task`; may be k; NULL if there is
 * none. */
const struct kase *figures_twin(const struct record *r, const struct kase *k,
				const char *task);
/* Of a case that is not ok: no figures at all, whatever it measured. */
void figures_of(const struct record *r, const struct kase *k, struct figures *out);
/* The first ok case of k's family, in the record's order; may be k; NULL if none. */
const struct kase *figures_anchor(const struct record *r, const struct kase *k);
/* Every sample's figure, ascending (caller frees), n in *n. */
double *figures_samples(const struct reps *reps, size_t *n);
/* Median over reps of the median offset of phase p, ns; n 0: never stamped, or in a
 * burst. */
struct estimate figures_phase(const struct kase *k, size_t p);
/* Median over reps of each rep's median of a gauge, in its unit, or of its slope if that
 * ends in "/task"; n 0: not taken. */
struct estimate figures_gauge(const struct kase *k, const char *name);
/* Median over reps of their CPU time, as figures_rep_cpu. */
struct estimate figures_cpu(const struct kase *k);
/* Median over reps of event e's count per operation, scaled for multiplexing; n 0: not
 * counted. */
struct estimate figures_event(const struct kase *k, size_t e);

#endif
