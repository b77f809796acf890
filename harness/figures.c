/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Medians, ratios, differences, floors and tails of what a record holds. */
#include "figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
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

static double column_per_op(const struct rep *rep, size_t column)
{
	return column_median(rep, column) / (double)rep->batch;
}

/* What a sample of `ns` says of an operation: its time, or the bytes a second. */
static double of_sample(const struct rep *rep, double ns)
{
	double ops = (double)rep->batch;

	return rep->bytes ? (double)rep->bytes * ops * 1e9 / ns : ns / ops;
}

/* Of a ladder, how much a column grows with each task. */
static double per_task(const struct rep *rep, size_t column)
{
	double *tasks = xcalloc(rep->nrows, sizeof(*tasks));
	double *what = xcalloc(rep->nrows, sizeof(*what));
	size_t n = 0;

	for (size_t i = 0; i < rep->nrows && column < rep->width; i++) {
		const uint64_t *row = rep->rows + i * rep->width;

		if (row[1] == JOB_NO_STAMP || row[column] == JOB_NO_STAMP)
			continue;
		tasks[n] = (double)row[1];
		what[n++] = (double)row[column];
	}
	double slope = stats_trend(tasks, what, NULL, n).slope;
	free(tasks);
	free(what);
	return slope;
}

static double whole_sample(const struct rep *rep, size_t column)
{
	if (rep->ladder)
		return per_task(rep, 2);
	return of_sample(rep, column_median(rep, column));
}

/* Samples in which the counter never ran say nothing: they are left out, not taken for 0.
 * The others are scaled as a whole: one in which it ran but a moment would alone be
 * multiplied by far more than it is worth. */
static double count_per_op(const struct rep *rep, size_t column)
{
	double count = 0, enabled = 0, running = 0;
	size_t n = 0;

	for (size_t i = 0; i < rep->nrows && column + 2 < rep->width; i++) {
		const uint64_t *row = rep->rows + i * rep->width + column;

		if (row[2] == 0)
			continue;
		count += (double)row[0];
		enabled += (double)row[1];
		running += (double)row[2];
		n++;
	}
	return n ? count * (enabled / running) / ((double)n * (double)rep->batch) : NAN;
}

/* The median of a figure over the reps that have it. */
static struct estimate over_reps(const struct reps *reps, rep_figure *figure,
				 size_t column)
{
	double *v = xcalloc(reps->n, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < reps->n; i++) {
		double x = figure(&reps->v[i], column);

		if (isfinite(x))
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
	return whole_sample(rep, 0);
}

struct estimate figures_median(const struct reps *reps)
{
	return over_reps(reps, whole_sample, 0);
}

const struct rep *figures_rep_of_block(const struct reps *reps, unsigned block)
{
	for (size_t i = 0; i < reps->n; i++)
		if (reps->v[i].block == block)
			return &reps->v[i];
	return NULL;
}

/* Fills of_a and of_b, with room for all of a, from the blocks that both have. */
static size_t pair_blocks(const struct reps *a, const struct reps *b, double *of_a,
			  double *of_b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		const struct rep *peer = figures_rep_of_block(b, a->v[i].block);

		if (!peer)
			continue;
		of_a[n] = figures_rep_median(&a->v[i]);
		of_b[n] = figures_rep_median(peer);
		/* A rep without rows, or below the clock's step, says nothing. */
		if (of_a[n] > 0 && of_b[n] > 0 && isfinite(of_a[n]) && isfinite(of_b[n]))
			n++;
	}
	return n;
}

struct estimate figures_ratio(const struct reps *a, const struct reps *b)
{
	double *over = xcalloc(a->n, sizeof(*over));
	double *under = xcalloc(a->n, sizeof(*under));
	size_t n = pair_blocks(a, b, over, under);
	struct estimate e = stats_ratio_ci(over, under, n, FIGURES_LEVEL);

	free(over);
	free(under);
	return e;
}

struct estimate figures_difference(const struct reps *a, const struct reps *b)
{
	double *from = xcalloc(a->n, sizeof(*from));
	double *less = xcalloc(a->n, sizeof(*less));
	size_t n = pair_blocks(a, b, from, less);

	for (size_t i = 0; i < n; i++)
		from[i] -= less[i];
	struct estimate e = stats_median_ci(from, n, FIGURES_LEVEL);
	free(from);
	free(less);
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

		if (rep->ladder)
			v[(*n)++] = figures_rep_median(rep);
		for (size_t j = 0; j < rep->nrows && !rep->ladder; j++)
			v[(*n)++] = of_sample(rep, (double)rep->rows[j * rep->width]);
	}
	stats_sort(v, *n);
	return v;
}

const char *figures_task(const struct kase *k)
{
	return case_param(k, "task");
}

/* Whether `other` is k with task=`task`. */
static bool is_twin(const struct kase *k, const char *task, const struct kase *other)
{
	if (strcmp(k->bench, other->bench) != 0 || k->nparams != other->nparams)
		return false;
	for (size_t i = 0; i < k->nparams; i++) {
		const char *name = k->params[i].name, *value = case_param(other, name);
		const char *wanted =
			strcmp(name, "task") == 0 ? task : k->params[i].value;

		if (!value || strcmp(value, wanted) != 0)
			return false;
	}
	return true;
}

const struct kase *figures_twin(const struct record *r, const struct kase *k,
				const char *task)
{
	for (size_t i = 0; i < r->ncases && figures_task(k); i++)
		if (is_twin(k, task, &r->cases[i]))
			return &r->cases[i];
	return NULL;
}

/* The case named so, if it has figures that ones of k can be held against. */
static const struct kase *comparable(const struct record *r, const struct kase *k,
				     const char *text)
{
	const struct kase *other = text && *text ? record_find(r, text) : NULL;

	return other && other->status == STATUS_OK && strcmp(other->unit, k->unit) == 0
		       ? other
		       : NULL;
}

static struct estimate anchor_ratio(const struct record *r, const struct kase *k)
{
	const struct kase *anchor = figures_anchor(r, k);

	if (!anchor || strcmp(anchor->unit, k->unit) != 0)
		return none();
	if (anchor == k)
		return (struct estimate){.value = 1, .lo = NAN, .hi = NAN};
	return figures_ratio(&k->time, &anchor->time);
}

static struct estimate twin_ratio(const struct record *r, const struct kase *k)
{
	const struct kase *process = figures_twin(r, k, "process");

	if (!process || process == k || process->status != STATUS_OK)
		return none();
	return figures_ratio(&k->time, &process->time);
}

static struct estimate own_cost(const struct record *r, const struct kase *k)
{
	const struct kase *base = comparable(r, k, k->base);

	/* What a rate is short of another is no cost. */
	if (!base || k->higher_is_better)
		return none();
	return figures_difference(&k->time, &base->time);
}

static double floor_ratio(const struct record *r, const struct kase *k, double median)
{
	const struct kase *under = comparable(r, k, k->floor);

	if (!under)
		return NAN;
	double best = figures_median(&under->time).value;

	/* What lies below the clock's step bears no ratio. */
	if (!(best > 0 && median > 0))
		return NAN;
	return k->higher_is_better ? best / median : median / best;
}

/* The value that a share `q` of ascending samples was at least as good as. */
static double tail(const struct kase *k, const double *samples, size_t n, double q)
{
	return stats_quantile(samples, n, k->higher_is_better ? 1 - q : q);
}

void figures_of(const struct record *r, const struct kase *k, struct figures *out)
{
	*out = (struct figures){.median = none(),
				.min = NAN,
				.p90 = NAN,
				.p99 = NAN,
				.ratio = none(),
				.twin_ratio = none(),
				.own = none(),
				.floor_ratio = NAN};
	/* What a case measured before it failed is no figure of it. */
	if (k->status != STATUS_OK)
		return;
	double *samples = figures_samples(&k->time, &out->samples);

	out->median = figures_median(&k->time);
	out->min = stats_quantile(samples, out->samples, 0);
	out->p90 = tail(k, samples, out->samples, 0.90);
	out->p99 = tail(k, samples, out->samples, 0.99);
	out->ratio = anchor_ratio(r, k);
	out->twin_ratio = twin_ratio(r, k);
	out->own = own_cost(r, k);
	out->floor_ratio = floor_ratio(r, k, out->median.value);
	free(samples);
}

/* Where a gauge is among those of its case; ngauges: nowhere. */
static size_t find_gauge(const struct kase *k, const char *name)
{
	size_t g = 0;

	while (g < k->ngauges && strcmp(k->gauges[g].name, name) != 0)
		g++;
	return g;
}

static rep_figure *gauge_figure(const struct gauge *g)
{
	const char *end = strrchr(g->unit, '/');

	return end && strcmp(end, "/op") == 0     ? column_per_op
	       : end && strcmp(end, "/task") == 0 ? per_task
						  : column_median;
}

double figures_rep_gauge(const struct kase *k, const struct rep *rep, const char *name)
{
	size_t g = find_gauge(k, name);

	return g < k->ngauges ? gauge_figure(&k->gauges[g])(rep, 1 + g) : NAN;
}

struct estimate figures_gauge(const struct kase *k, const char *name)
{
	size_t g = find_gauge(k, name);

	if (k->status != STATUS_OK || g == k->ngauges)
		return none();
	return over_reps(&k->time, gauge_figure(&k->gauges[g]), 1 + g);
}

double figures_rep_cpu(const struct rep *rep)
{
	const struct job_usage *self = &rep->noise.self, *rest = &rep->noise.children;
	double ns = (double)self->user_ns + (double)self->system_ns +
		    (double)rest->user_ns + (double)rest->system_ns;

	return ns / ((double)rep->nrows * (double)rep->batch);
}

static double cpu_per_op(const struct rep *rep, size_t unused)
{
	(void)unused;
	return figures_rep_cpu(rep);
}

struct estimate figures_cpu(const struct kase *k)
{
	/* In a guest whose clock counts instructions there is no time. */
	if (k->status != STATUS_OK || case_is_counted(k))
		return none();
	return over_reps(&k->time, cpu_per_op, 0);
}

/* The stamps of a burst belong to no single operation of it. */
static double stamp(const struct rep *rep, size_t column)
{
	return rep->scale > 1 ? NAN : column_median(rep, column);
}

double figures_rep_phase(const struct rep *rep, size_t p)
{
	return stamp(rep, 1 + 2 * p);
}

struct estimate figures_phase(const struct kase *k, size_t p)
{
	if (k->status != STATUS_OK)
		return none();
	return over_reps(&k->phases, stamp, 1 + 2 * p);
}

struct estimate figures_event(const struct kase *k, size_t e)
{
	if (k->status != STATUS_OK || e >= k->nevents || k->events[e].reason)
		return none();
	return over_reps(&k->counts, count_per_op, 3 * e);
}
