/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cost against size: straight lines through cases that differ in one weight of the
 * parent. */
#ifndef LWP_FIT_H
#define LWP_FIT_H

#include "figures.h"
#include "record.h"

#define FIT_LITTLE 0.05 /* of the cost at 0: a slope within it hardly matters */

/* A weight of the parent, a parameter of cases. */
struct fit_axis {
	const char *param;    /* "pages" */
	bool bytes;           /* x is the size of what the parameter counts */
	double per;           /* slopes are told for so much of x... */
	const char *per_name; /* ...which is called so: "GiB" */
};

extern const struct fit_axis fit_axes[]; /* ends with {0} */

struct fit_block {
	unsigned number;
	double intercept, slope;
};

/* One line. Cases that are not ok are none of its points, nor is what took no time. The
 * unit is the block, so that drift falls on all of its points alike: estimates are
 * medians over the lines of the blocks that have both ends and three points. */
struct fit {
	const struct fit_axis *axis;
	const struct kase *first; /* its case of the least x */
	double scale;             /* x of one: the page's size */
	double least, most;       /* x measured */
	size_t points;            /* different x */
	struct fit_block *blocks;
	size_t nblocks;
	struct estimate intercept, slope; /* ns; ns for each x */
	struct estimate share; /* slope * axis->per / intercept; n 0: nothing at 0 */
	double r2, worst; /* of the line through the cases' medians: see stats_trend */
};

struct fits {
	struct fit *v;
	size_t n;
};

/* FLAT: surely little, perhaps none; GROWS and FALLS_LITTLE: surely some, surely little.
 */
enum fit_shape {
	FIT_UNDECIDED,
	FIT_FLAT,
	FIT_GROWS_LITTLE,
	FIT_FALLS_LITTLE,
	FIT_GROWS,
	FIT_FALLS,
};

/* From which x on `dear` costs twice `cheap`: 0 from the start, INFINITY never. */
struct crossover {
	const struct fit *dear, *cheap;
	struct estimate x;
};

/* What an axis's parameter of 1 makes of x here: the size of a page, or 1. */
double fit_scale(const struct record *r, const struct fit_axis *axis);
/* Where a case lies on the axis of such a parameter, in bytes or as a count; NAN: not on
 * it. */
double fit_x(const struct record *r, const struct kase *k, const char *param);
/* How much a point counts whose median over reps is y: noise grows with the figure. */
double fit_weight(double y);
/* From which x on the first line is `factor` times the second: 0 from the start, INFINITY
 * never. */
double fit_crossing(const struct fit_block *dear, const struct fit_block *cheap,
		    double factor);
/* All lines of a figure of reps (figures_rep_median, figures_rep_cpu), in the record's
 * order; r must outlive them. */
void fits_of(const struct record *r, double (*figure)(const struct rep *),
	     struct fits *out);
void fits_free(struct fits *fits);
/* Its line in that block, or NULL. */
const struct fit_block *fit_block(const struct fit *f, unsigned number);
/* By the whole interval of its share. */
enum fit_shape fit_shape(const struct fit *f);
/* Of all pairs of the family's benchmarks with the same other parameters, whose slopes
 * differ clearly; n in *n, caller frees. */
struct crossover *fit_crossovers(const struct fits *fits, const char *family, size_t *n);

#endif
