/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds up fits, block by block, for each way to create a task. */
#include "predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "util.h"

/* The lines that a prediction of one way adds up. */
struct sum {
	const struct fit *fits[WEIGHTS];
	double x[WEIGHTS];
	size_t n;
};

static void axis_names(const char *names[WEIGHTS + 1])
{
	size_t n = 0;

	while (n < WEIGHTS && fit_axes[n].param) {
		names[n] = fit_axes[n].param;
		n++;
	}
	names[n] = NULL;
}

/* Whether the line is about a parent that weighs nothing else. */
static bool is_pure(const struct fit *f)
{
	return case_weighs_only_in(f->first, f->axis->param);
}

static const struct fit *find_fit(const struct fits *fits, const struct kase *way,
				  const struct fit_axis *axis)
{
	const char *names[WEIGHTS + 1];

	axis_names(names);
	for (size_t i = 0; i < fits->n; i++)
		if (fits->v[i].axis == axis && is_pure(&fits->v[i]) &&
		    case_twins(fits->v[i].first, way, names))
			return &fits->v[i];
	return NULL;
}

/* The lines of the weights asked for, or all that the way has, of which only what they
 * cost at 0 is then taken. */
static void gather(const struct fits *fits, const struct kase *way,
		   const struct weight *asked, size_t n, struct sum *sum)
{
	*sum = (struct sum){.n = 0};
	for (size_t i = 0; i < n; i++) {
		sum->fits[sum->n] = find_fit(fits, way, asked[i].axis);
		sum->x[sum->n] = asked[i].x;
		sum->n += sum->fits[sum->n] != NULL;
	}
	for (const struct fit_axis *axis = fit_axes; !n && axis->param; axis++) {
		sum->fits[sum->n] = find_fit(fits, way, axis);
		sum->n += sum->fits[sum->n] != NULL;
	}
}

/* In one block; NAN unless all lines have it. What it costs at 0 is the same for all
 * lines but for noise: their mean. No weight makes a task cheaper: a line that falls is
 * raised as a whole until it is flat, for to cut off what is below 0 in each block would
 * make of much noise about nothing a cost, the more so the more lines are added. */
static double add_up(const struct sum *sum, unsigned number)
{
	double at_0 = 0, more = 0;

	for (size_t i = 0; i < sum->n; i++) {
		const struct fit *f = sum->fits[i];
		const struct fit_block *b = fit_block(f, number);

		if (!b)
			return NAN;
		at_0 += b->intercept / (double)sum->n;
		more += (b->slope + fmax(-f->slope.value, 0)) * sum->x[i];
	}
	return at_0 + fmax(more, 0);
}

static struct estimate over_blocks(const struct sum *sum)
{
	size_t most = sum->n ? sum->fits[0]->nblocks : 0, n = 0;
	double *v = xcalloc(most, sizeof(*v));

	for (size_t i = 0; i < most; i++) {
		v[n] = add_up(sum, sum->fits[0]->blocks[i].number);
		n += !isnan(v[n]);
	}
	struct estimate e = stats_median_ci(v, n, FIGURES_LEVEL);
	free(v);
	return e;
}

static void predict_way(const struct fits fits[2], const struct kase *first,
			const struct weight *asked, size_t n, struct way *way)
{
	const char *names[WEIGHTS + 1];
	struct sum time, cpu;

	axis_names(names);
	*way = (struct way){.name = case_label(first, names)};
	for (size_t i = 0; i < n; i++) {
		const struct fit *f = find_fit(&fits[0], first, asked[i].axis);

		way->most[i] = f ? f->most : NAN;
		if (!f)
			way->missing[way->nmissing++] = asked[i].axis;
	}
	if (way->nmissing)
		return;
	gather(&fits[0], first, asked, n, &time);
	gather(&fits[1], first, asked, n, &cpu);
	way->time = over_blocks(&time);
	/* A weight whose CPU time has no line would be taken for none. */
	way->cpu = over_blocks(cpu.n == time.n ? &cpu : &(struct sum){.n = 0});
}

/* Those that lack a line last, by their names. */
static int by_time(const void *a, const void *b)
{
	const struct way *x = a, *y = b;

	if (!x->nmissing != !y->nmissing)
		return x->nmissing ? 1 : -1;
	if (x->nmissing)
		return strcmp(x->name, y->name);
	return (x->time.value > y->time.value) - (x->time.value < y->time.value);
}

/* Whether an earlier line is of the same way. */
static bool is_known(const struct fits *fits, size_t i)
{
	const char *names[WEIGHTS + 1];

	axis_names(names);
	for (size_t j = 0; j < i; j++)
		if (is_pure(&fits->v[j]) &&
		    case_twins(fits->v[j].first, fits->v[i].first, names))
			return true;
	return false;
}

void predict(const struct record *r, const struct weight *asked, size_t n,
	     struct prediction *out)
{
	struct fits fits[2];

	fits_of(r, figures_rep_median, &fits[0]);
	fits_of(r, figures_rep_cpu, &fits[1]);
	*out = (struct prediction){.v = xcalloc(fits[0].n, sizeof(*out->v))};
	for (size_t i = 0; i < fits[0].n; i++) {
		const struct fit *f = &fits[0].v[i];

		if (is_pure(f) && !is_known(&fits[0], i))
			predict_way(fits, f->first, asked, n, &out->v[out->n++]);
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_time);
	fits_free(&fits[0]);
	fits_free(&fits[1]);
}

void prediction_free(struct prediction *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].name);
	free(p->v);
	*p = (struct prediction){0};
}
