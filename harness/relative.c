/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs the reps of a case with those of its floor, block by block, as logarithms. */
#include "relative.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "figures.h"
#include "util.h"

/* What has no logarithm says nothing: no rows, below the clock's step, a slope downwards.
 */
static double log_cost(const struct kase *k, const struct rep *rep)
{
	double x = rep ? figures_rep_median(rep) : NAN;

	if (!(x > 0) || !isfinite(x))
		return NAN;
	return k->higher_is_better ? -log(x) : log(x);
}

/* What others are held against stands for itself, or nobody would see that it moved. */
static const struct kase *floor_of(const struct record *r, const struct kase *k)
{
	bool none = !*k->floor || case_in_family(k, "floor");
	const struct kase *floor = none ? NULL : record_find(r, k->floor);

	return floor && floor != k && floor->status == STATUS_OK &&
			       strcmp(floor->unit, k->unit) == 0 &&
			       floor->higher_is_better == k->higher_is_better
		       ? floor
		       : NULL;
}

/* Over k's reps, less the floor's of the same block if there is a floor. */
static struct estimate over_blocks(const struct kase *k, const struct kase *floor)
{
	double *logs = xcalloc(k->time.n, sizeof(*logs));
	size_t n = 0;

	for (size_t i = 0; i < k->time.n; i++) {
		const struct rep *rep = &k->time.v[i];
		double x = log_cost(k, rep);

		if (floor)
			x -= log_cost(floor,
				      figures_rep_of_block(&floor->time, rep->block));
		if (isfinite(x))
			logs[n++] = x;
	}
	struct estimate e = stats_median_ci(logs, n, FIGURES_LEVEL);
	free(logs);
	return e;
}

int relative_of(const struct record *r, const struct kase *k, struct relative *out)
{
	*out = (struct relative){.k = k, .figure = NAN};
	if (k->status != STATUS_OK)
		return -ENODATA;
	out->figure = figures_median(&k->time).value;
	out->log_cost = over_blocks(k, NULL);
	if (!out->log_cost.n)
		return -ENODATA;
	out->log_ratio = out->log_cost;
	out->floor = floor_of(r, k);
	if (!out->floor)
		return 0;
	struct estimate paired = over_blocks(k, out->floor);
	/* A floor of other blocks is none. */
	if (paired.n)
		out->log_ratio = paired;
	else
		out->floor = NULL;
	return 0;
}
