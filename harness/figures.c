/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Medians, ratios, floors and tails of what a record holds. */
#include "figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* Makes one number of the rows of a rep, from `column` on; NAN if they hold none. */
typedef double rep_figure(const struct rep *rep, size_t column);

static double column_median(const struct rep *rep, size_t column)
{
	double *v = xcalloc(rep->nrows, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < rep->nrows && column < rep->width; i++) {
		uint64_t x = rep->rows[i * rep->width + column];

		if (x != JOB_NO_STAMP)
			v[n++] = (double)x;
	}
	double median = stats_median(v, n);
	free(v);
	return median;
}

static double time_per_op(const struct rep *rep, size_t column)
{
	return column_median(rep, column) / (double)rep->batch;
}

/* Samples in which the counter never ran say nothing: they are left out, not taken for 0.
 */
static double count_per_op(const struct rep *rep, size_t column)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < rep->nrows && column + 2 < rep->width; i++) {
		const uint64_t *row = rep->rows + i * rep->width + column;
		double count = (double)row[0], enabled = (double)row[1];

		if (row[2] == 0)
			continue;
		sum += count * (enabled / (double)row[2]);
		n++;
	}
	return n ? sum / ((double)n * (double)rep->batch) : NAN;
}

/* The median of a figure over the reps that have it. */
static struct estimate over_reps(const struct reps *reps, rep_figure *figure,
				 size_t column)
{
	double *v = xcalloc(reps->n, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < reps->n; i++) {
		double x = figure(&reps->v[i], column);

		if (!isnan(x))
			v[n++] = x;
	}
	struct estimate e = stats_median_ci(v, n, FIGURES_LEVEL);
	free(v);
	return e;
}

static struct estimate none(void)
{
	return (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
}

double figures_rep_median(const struct rep *rep)
{
	return time_per_op(rep, 0);
}

struct estimate figures_median(const struct reps *reps)
{
	return over_reps(reps, time_per_op, 0);
}

static const struct rep *find_block(const struct reps *reps, unsigned block)
{
	for (size_t i = 0; i < reps->n; i++)
		if (reps->v[i].block == block)
			return &reps->v[i];
	return NULL;
}

struct estimate figures_ratio(const struct reps *a, const struct reps *b)
{
	double *over = xcalloc(a->n, sizeof(*over));
	double *under = xcalloc(a->n, sizeof(*under));
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		const struct rep *peer = find_block(b, a->v[i].block);

		if (!peer)
			continue;
		over[n] = figures_rep_median(&a->v[i]);
		under[n] = figures_rep_median(peer);
		/* A rep without rows, or below the clock's step, has no ratio. */
		if (over[n] > 0 && under[n] > 0)
			n++;
	}
	struct estimate e = stats_ratio_ci(over, under, n, FIGURES_LEVEL);
	free(over);
	free(under);
	return e;
}

const struct kase *figures_anchor(const struct record *r, const struct kase *k)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *other = &r->cases[i];

		if (other->status == STATUS_OK && strcmp(other->family, k->family) == 0)
			return other;
	}
	return NULL;
}

double *figures_samples(const struct reps *reps, size_t *n)
{
	size_t total = 0;

	for (size_t i = 0; i < reps->n; i++)
		total += reps->v[i].nrows;
	double *v = xcalloc(total, sizeof(*v));

	*n = 0;
	for (size_t i = 0; i < reps->n; i++) {
		const struct rep *rep = &reps->v[i];

		for (size_t j = 0; j < rep->nrows; j++)
			v[(*n)++] =
				(double)rep->rows[j * rep->width] / (double)rep->batch;
	}
	stats_sort(v, *n);
	return v;
}

static struct estimate anchor_ratio(const struct record *r, const struct kase *k)
{
	const struct kase *anchor = figures_anchor(r, k);

	if (!anchor)
		return none();
	if (anchor == k)
		return (struct estimate){.value = 1, .lo = NAN, .hi = NAN};
	return figures_ratio(&k->time, &anchor->time);
}

static double floor_ratio(const struct record *r, const struct kase *k, double median)
{
	const struct kase *under = k->floor ? record_find(r, k->floor) : NULL;

	if (!under || under->status != STATUS_OK)
		return NAN;
	double least = figures_median(&under->time).value;

	/* A floor below the clock's step bears no ratio. */
	return least > 0 ? median / least : NAN;
}

void figures_of(const struct record *r, const struct kase *k, struct figures *out)
{
	*out = (struct figures){.median = none(),
				.min = NAN,
				.p90 = NAN,
				.p99 = NAN,
				.ratio = none(),
				.floor_ratio = NAN};
	/* What a case measured before it failed is no figure of it. */
	if (k->status != STATUS_OK)
		return;
	double *samples = figures_samples(&k->time, &out->samples);

	out->median = figures_median(&k->time);
	out->min = stats_quantile(samples, out->samples, 0);
	out->p90 = stats_quantile(samples, out->samples, 0.90);
	out->p99 = stats_quantile(samples, out->samples, 0.99);
	out->ratio = anchor_ratio(r, k);
	out->floor_ratio = floor_ratio(r, k, out->median.value);
	free(samples);
}

struct estimate figures_phase(const struct kase *k, size_t p)
{
	/* The stamps of a burst belong to no single operation of it. */
	if (k->status != STATUS_OK || (k->phases.n && k->phases.v[0].scale > 1))
		return none();
	return over_reps(&k->phases, column_median, 1 + 2 * p);
}

struct estimate figures_event(const struct kase *k, size_t e)
{
	if (k->status != STATUS_OK || e >= k->nevents || k->events[e].reason)
		return none();
	return over_reps(&k->counts, count_per_op, 3 * e);
}
