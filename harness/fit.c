/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits straight lines inside blocks, and solves them for where two ways part. */
#include "fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "util.h"

enum { POINTS = 3 }; /* fewer lie on a line of any kind */

#define GIB (1024. * 1024 * 1024)

const struct fit_axis fit_axes[] = {
	{.param = "pages", .bytes = true, .per = GIB, .per_name = "GiB"},
	{.param = "thp", .bytes = true, .per = GIB, .per_name = "GiB"},
	{.param = "shared", .bytes = true, .per = GIB, .per_name = "GiB"},
	{.param = "file", .bytes = true, .per = GIB, .per_name = "GiB"},
	{.param = "maps", .per = 1000, .per_name = "1000 mappings"},
	{.param = "fds", .per = 1000, .per_name = "1000 descriptors"},
	{.param = "threads", .per = 1, .per_name = "thread"},
	{.param = "procs", .per = 1, .per_name = "process"},
	{0},
};

/* A case of a line. */
struct point {
	const struct kase *k;
	double x, y, weight; /* y: the median over reps */
};

struct line {
	struct point *v;
	size_t n;
};

/* A fact of the host in bytes ("4 kB", "2097152"), or what most machines have. */
static double bytes_fact(const struct record *r, const char *name, double usual)
{
	const struct fact *f = facts_find(&r->host, name);

	if (!f || !f->value)
		return usual;
	char *end;
	double x = strtod(f->value, &end);

	if (!(x > 0))
		return usual;
	return strcmp(end, " kB") == 0 ? x * 1024 : x;
}

double fit_scale(const struct record *r, const struct fit_axis *axis)
{
	if (!axis->bytes)
		return 1;
	return strcmp(axis->param, "thp") == 0
		       ? bytes_fact(r, "memory.huge_page_size", 2 << 20)
		       : bytes_fact(r, "memory.page_size", 4 << 10);
}

double fit_x(const struct record *r, const struct kase *k, const char *param)
{
	const struct fit_axis *axis = fit_axes;

	while (axis->param && strcmp(axis->param, param) != 0)
		axis++;
	return case_number(k, param) * fit_scale(r, axis);
}

double fit_weight(double y)
{
	return 1 / (y * y);
}

static double median_of(const struct reps *reps, double (*figure)(const struct rep *))
{
	double *v = xcalloc(reps->n, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < reps->n; i++) {
		v[n] = figure(&reps->v[i]);
		n += isfinite(v[n]) != 0;
	}
	double median = stats_median(v, n);
	free(v);
	return median;
}

static int by_x(const void *a, const void *b)
{
	const struct point *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

/* The cases that differ from case i in this parameter only; none if they were a line
 * already. */
static struct line line_of(const struct record *r, size_t i, const struct fit_axis *axis,
			   double (*figure)(const struct rep *))
{
	const char *const names[] = {axis->param, NULL};
	struct line line = {.v = xcalloc(r->ncases, sizeof(*line.v))};

	for (size_t j = 0; j < r->ncases; j++) {
		const struct kase *k = &r->cases[j];
		struct point p = {.k = k, .x = fit_x(r, k, axis->param)};

		if (!case_is_timed(k) || isnan(p.x) ||
		    !case_twins(k, &r->cases[i], names))
			continue;
		p.y = median_of(&k->time, figure);
		p.weight = fit_weight(p.y);
		if (!(p.y > 0))
			continue;
		if (j < i) {
			line.n = 0;
			return line;
		}
		line.v[line.n++] = p;
	}
	if (line.n)
		qsort(line.v, line.n, sizeof(*line.v), by_x);
	return line;
}

/* How many different x the ascending points have. */
static size_t different(const double *x, size_t n)
{
	size_t count = n > 0;

	for (size_t i = 1; i < n; i++)
		count += x[i] > x[i - 1];
	return count;
}

static struct trend trend_of_medians(const struct line *line, double *x, double *y,
				     double *w)
{
	for (size_t i = 0; i < line->n; i++) {
		x[i] = line->v[i].x;
		y[i] = line->v[i].y;
		w[i] = line->v[i].weight;
	}
	return stats_trend(x, y, w, line->n);
}

/* Of one block; NAN where that has not both ends and three points. */
static struct trend trend_of_block(const struct line *line, unsigned number,
				   double (*figure)(const struct rep *), double *x,
				   double *y, double *w)
{
	static const struct trend none = {NAN, NAN, NAN, NAN};
	size_t n = 0;

	for (size_t i = 0; i < line->n; i++) {
		const struct point *p = &line->v[i];
		const struct rep *rep = figures_rep_of_block(&p->k->time, number);

		y[n] = rep ? figure(rep) : NAN;
		if (!(isfinite(y[n]) && y[n] > 0))
			continue;
		x[n] = p->x;
		w[n++] = p->weight;
	}
	if (different(x, n) < POINTS || x[0] > line->v[0].x ||
	    x[n - 1] < line->v[line->n - 1].x)
		return none;
	return stats_trend(x, y, w, n);
}

/* Fills the estimates from the blocks. */
static void estimate(struct fit *f)
{
	double *intercept = xcalloc(f->nblocks, sizeof(*intercept));
	double *slope = xcalloc(f->nblocks, sizeof(*slope));
	double *share = xcalloc(f->nblocks, sizeof(*share));
	bool stands = true; /* on something at 0 */

	for (size_t i = 0; i < f->nblocks; i++) {
		intercept[i] = f->blocks[i].intercept;
		slope[i] = f->blocks[i].slope;
		share[i] = slope[i] * f->axis->per / intercept[i];
		stands &= intercept[i] > 0;
	}
	f->intercept = stats_median_ci(intercept, f->nblocks, FIGURES_LEVEL);
	f->slope = stats_median_ci(slope, f->nblocks, FIGURES_LEVEL);
	f->share = stats_median_ci(share, stands ? f->nblocks : 0, FIGURES_LEVEL);
	free(intercept);
	free(slope);
	free(share);
}

/* Whether the line has three points and a block with them. */
static bool fit_line(const struct line *line, double (*figure)(const struct rep *),
		     struct fit *f)
{
	double *x = xcalloc(line->n, sizeof(*x)), *y = xcalloc(line->n, sizeof(*y));
	double *w = xcalloc(line->n, sizeof(*w));
	const struct trend all = trend_of_medians(line, x, y, w);

	f->points = different(x, line->n);
	if (f->points >= POINTS) {
		const struct reps *reps = &line->v[0].k->time;

		f->first = line->v[0].k;
		f->least = x[0];
		f->most = x[line->n - 1];
		f->r2 = all.r2;
		f->worst = all.worst;
		f->blocks = xcalloc(reps->n, sizeof(*f->blocks));
		for (size_t i = 0; i < reps->n; i++) {
			unsigned number = reps->v[i].block;
			const struct trend t =
				trend_of_block(line, number, figure, x, y, w);

			if (isfinite(t.slope))
				f->blocks[f->nblocks++] =
					(struct fit_block){number, t.intercept, t.slope};
		}
		estimate(f);
	}
	free(x);
	free(y);
	free(w);
	return f->nblocks > 0;
}

static void add_fits(const struct record *r, size_t i,
		     double (*figure)(const struct rep *), struct fits *out)
{
	for (const struct fit_axis *axis = fit_axes; axis->param; axis++) {
		struct fit f = {.axis = axis, .scale = fit_scale(r, axis)};
		struct line line = line_of(r, i, axis, figure);

		if (fit_line(&line, figure, &f)) {
			out->v = xrealloc(out->v, out->n + 1, sizeof(*out->v));
			out->v[out->n++] = f;
		} else {
			free(f.blocks);
		}
		free(line.v);
	}
}

void fits_of(const struct record *r, double (*figure)(const struct rep *),
	     struct fits *out)
{
	*out = (struct fits){0};
	for (size_t i = 0; i < r->ncases; i++)
		if (case_is_timed(&r->cases[i]))
			add_fits(r, i, figure, out);
}

void fits_free(struct fits *fits)
{
	for (size_t i = 0; i < fits->n; i++)
		free(fits->v[i].blocks);
	free(fits->v);
	*fits = (struct fits){0};
}

enum fit_shape fit_shape(const struct fit *f)
{
	const struct estimate *e = &f->share;
	bool little = e->lo >= -FIT_LITTLE && e->hi <= FIT_LITTLE;

	if (e->lo > 0)
		return little ? FIT_GROWS_LITTLE : FIT_GROWS;
	if (e->hi < 0)
		return little ? FIT_FALLS_LITTLE : FIT_FALLS;
	return little ? FIT_FLAT : FIT_UNDECIDED;
}

/* ---- crossovers */

static const double twice = 2;

/* The lines meet there, and part. */
double fit_crossing(const struct fit_block *dear, const struct fit_block *cheap,
		    double factor)
{
	double lead = factor * cheap->intercept - dear->intercept;
	double gain = dear->slope - factor * cheap->slope;

	if (gain <= 0)
		return INFINITY;
	return lead > 0 ? lead / gain : 0;
}

/* Whether all parameters that both have are the same, but for the axis. */
static bool alike(const struct fit *a, const struct fit *b)
{
	for (size_t i = 0; i < a->first->nparams; i++) {
		const struct pair *p = &a->first->params[i];
		const char *value = case_param(b->first, p->name);

		if (value && strcmp(p->name, a->axis->param) != 0 &&
		    strcmp(p->value, value) != 0)
			return false;
	}
	return true;
}

const struct fit_block *fit_block(const struct fit *f, unsigned number)
{
	for (size_t i = 0; i < f->nblocks; i++)
		if (f->blocks[i].number == number)
			return &f->blocks[i];
	return NULL;
}

/* The median over blocks that both have. */
static struct estimate solve_blocks(const struct fit *dear, const struct fit *cheap)
{
	double *v = xcalloc(dear->nblocks, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < dear->nblocks; i++) {
		const struct fit_block *a = &dear->blocks[i],
				       *b = fit_block(cheap, a->number);

		if (b)
			v[n++] = fit_crossing(a, b, twice);
	}
	struct estimate e = stats_far_ci(v, n, dear->most, FIGURES_LEVEL);

	free(v);
	return e;
}

struct crossover *fit_crossovers(const struct fits *fits, const char *family, size_t *n)
{
	struct crossover *out = NULL;

	*n = 0;
	for (size_t i = 0; i < fits->n; i++) {
		for (size_t j = 0; j < fits->n; j++) {
			const struct fit *a = &fits->v[i], *b = &fits->v[j];

			if (a->axis != b->axis || !case_in_family(a->first, family) ||
			    !case_in_family(b->first, family) || !alike(a, b) ||
			    !(a->slope.lo > b->slope.hi))
				continue;
			struct crossover c = {a, b, solve_blocks(a, b)};

			/* They may have been measured in different blocks. */
			if (!c.x.n)
				continue;
			out = xrealloc(out, *n + 1, sizeof(*out));
			out[(*n)++] = c;
		}
	}
	return out;
}
