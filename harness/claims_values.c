/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Works out the figures of rules, block by block, and says what a record lacks for them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "figures.h"
#include "fit.h"
#include "terms.h"
#include "util.h"

enum {
	POINTS = 3, /* fewer lie on a line of any kind */
	TOLD = 3,   /* things that are missing */
};

/* ---- what is missing */

struct lacks {
	char **v;
	size_t n;
};

/* Takes what over; once is enough. */
static void add_lack(struct lacks *l, char *what)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->v[i], what) == 0) {
			free(what);
			return;
		}
	}
	l->v = xrealloc(l->v, l->n + 1, sizeof(char *));
	l->v[l->n++] = what;
}

/* All in one sentence, or NULL; frees them. */
static char *tell_lacks(struct lacks *l)
{
	char *text = NULL;

	for (size_t i = 0; i < l->n && i < TOLD; i++) {
		char *longer = text ? xformat("%s; %s", text, l->v[i]) : xstrdup(l->v[i]);

		free(text);
		text = longer;
	}
	if (l->n > TOLD) {
		char *longer = xformat("%s; and %zu more", text, l->n - TOLD);

		free(text);
		text = longer;
	}
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	return text;
}

/* Which of the case's phases has that name; nphases: none. */
static size_t find_phase(const struct kase *k, const char *name)
{
	size_t p = 0;

	while (p < k->nphases && strcmp(k->phase_names[p], name) != 0)
		p++;
	return p;
}

static bool has_gauge(const struct kase *k, const char *name)
{
	for (size_t i = 0; i < k->ngauges; i++)
		if (strcmp(k->gauges[i].name, name) == 0)
			return true;
	return false;
}

/* What of its case a term of one or more lacks, or NULL. */
static char *lack_of_case(const struct record *r, const struct claim_term *t,
			  const char *text)
{
	const struct kase *k = claims_find(r, text);

	if (!k)
		return xformat("%s is not in the result", text);
	if (k->status == STATUS_FAILED || k->status == STATUS_SKIPPED)
		return xformat("%s %s: %s", text,
			       k->status == STATUS_FAILED ? "failed" : "was skipped",
			       k->reason ? k->reason : "no reason is told");
	if (t->kind == TERM_PHASE && find_phase(k, t->name) == k->nphases)
		return xformat("%s has no phase \"%s\"", text, t->name);
	if (t->kind == TERM_GAUGE && !has_gauge(k, t->name))
		return xformat("%s has no gauge \"%s\"", text, t->name);
	if (k->status != STATUS_OK || (t->kind != TERM_PHASE && !k->time.n))
		return xformat("%s was not measured", text);
	if (t->kind == TERM_PHASE && !k->phases.n)
		return xformat("the phases of %s were not measured", text);
	return NULL;
}

/* The same of a line through cases. */
static char *lack_of_line(const struct record *r, const char *param,
			  const struct claim_term *list)
{
	double *x = xcalloc(list->ncases, sizeof(*x));
	size_t n = 0, different = 0;
	const char *without = NULL;

	for (size_t i = 0; i < list->ncases; i++) {
		const struct kase *k = claims_find(r, list->cases[i]);
		double at = k ? fit_x(r, k, param) : 0;

		if (isnan(at))
			without = list->cases[i];
		else
			x[n++] = at;
	}
	stats_sort(x, n);
	for (size_t i = 0; i < n; i++)
		different += i == 0 || x[i] > x[i - 1];
	free(x);
	if (without)
		return xformat("%s has no number for %s", without, param);
	if (different < POINTS)
		return xformat("a line over %s needs %d sizes, there are %zu", param,
			       POINTS, different);
	return NULL;
}

static void find_lacks(const struct record *r, const struct claim_term *t,
		       struct lacks *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < t->ncases; i++) {
		char *what = lack_of_case(r, t, t->cases[i]);

		if (what)
			add_lack(out, what);
	}
	for (size_t i = 0; i < t->nargs; i++) {
		const struct claim_term *arg = t->args[i];

		find_lacks(r, arg, out);
		/* The factor of a crossover may be a case, but no line. */
		if (!t->name || i == 2 || out->n > before)
			continue;
		char *what = lack_of_line(r, t->name, arg);
		if (what)
			add_lack(out, what);
	}
}

/* ---- figures */

/* The blocks that any case of a rule has, ascending. */
struct blocks {
	const struct record *r;
	unsigned *v;
	size_t n;
};

static int by_number(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static const struct reps *reps_of(const struct claim_term *t, const struct kase *k)
{
	return t->kind == TERM_PHASE ? &k->phases : &k->time;
}

static void add_blocks(struct blocks *b, const struct claim_term *t)
{
	for (size_t i = 0; i < t->ncases; i++) {
		const struct reps *reps = reps_of(t, claims_find(b->r, t->cases[i]));

		b->v = xrealloc(b->v, b->n + reps->n, sizeof(*b->v));
		for (size_t j = 0; j < reps->n; j++)
			b->v[b->n++] = reps->v[j].block;
	}
	for (size_t i = 0; i < t->nargs; i++)
		add_blocks(b, t->args[i]);
}

static void sort_blocks(struct blocks *b)
{
	size_t n = 0;

	if (b->n)
		qsort(b->v, b->n, sizeof(*b->v), by_number);
	for (size_t i = 0; i < b->n; i++)
		if (i == 0 || b->v[i] != b->v[n - 1])
			b->v[n++] = b->v[i];
	b->n = n;
}

/* Where that block, which is there, is among them. */
static size_t place_of(const struct blocks *b, unsigned number)
{
	size_t first = 0, end = b->n;

	while (end - first > 1) {
		size_t middle = first + (end - first) / 2;

		if (b->v[middle] <= number)
			first = middle;
		else
			end = middle;
	}
	return first;
}

static double of_rep(const struct claim_term *t, const struct kase *k,
		     const struct rep *rep)
{
	switch (t->kind) {
	case TERM_GAUGE:
		return figures_rep_gauge(k, rep, t->name);
	case TERM_PHASE:
		return figures_rep_phase(rep, find_phase(k, t->name));
	default:
		return figures_rep_median(rep);
	}
}

/* A place for each block; NAN where it has no figure. */
static double *new_values(const struct blocks *b)
{
	double *v = xcalloc(b->n, sizeof(*v));

	for (size_t i = 0; i < b->n; i++)
		v[i] = NAN;
	return v;
}

static double *of_case(const struct blocks *b, const struct claim_term *t,
		       const char *text)
{
	const struct kase *k = claims_find(b->r, text);
	const struct reps *reps = reps_of(t, k);
	double *v = new_values(b);

	/* From the last: of two of one block the first counts, as everywhere. */
	for (size_t i = reps->n; i-- > 0;) {
		double x = of_rep(t, k, &reps->v[i]);

		v[place_of(b, reps->v[i].block)] = isfinite(x) ? x : NAN;
	}
	return v;
}

/* The cases of a line, their figures, and how much each counts. */
struct line {
	size_t n;
	double *x, *weight, **y;
};

static double weight_of(const double *y, size_t n)
{
	double *known = xcalloc(n, sizeof(*known));
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(y[i]))
			known[count++] = y[i];
	double weight = fit_weight(stats_median(known, count));
	free(known);
	return weight;
}

static void line_init(struct line *l, const struct blocks *b, const char *param,
		      const struct claim_term *list)
{
	l->n = list->ncases;
	l->x = xcalloc(l->n, sizeof(*l->x));
	l->weight = xcalloc(l->n, sizeof(*l->weight));
	l->y = xcalloc(l->n, sizeof(double *));
	for (size_t i = 0; i < l->n; i++) {
		l->x[i] = fit_x(b->r, claims_find(b->r, list->cases[i]), param);
		l->y[i] = of_case(b, list, list->cases[i]);
		l->weight[i] = weight_of(l->y[i], b->n);
	}
}

static void line_free(struct line *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->y[i]);
	free(l->y);
	free(l->weight);
	free(l->x);
}

/* NAN where a case has no figure above 0. */
static struct trend line_in(const struct line *l, size_t block)
{
	static const struct trend none = {NAN, NAN, NAN, NAN};
	double *y = xcalloc(l->n, sizeof(*y));
	bool all = true;

	for (size_t i = 0; i < l->n; i++) {
		y[i] = l->y[i][block];
		all &= y[i] > 0;
	}
	struct trend t = all ? stats_trend(l->x, y, l->weight, l->n) : none;
	free(y);
	return t;
}

static double *values(const struct blocks *b, const struct claim_term *t);

static double *of_line(const struct blocks *b, const struct claim_term *t)
{
	double *v = new_values(b);
	struct line line;

	line_init(&line, b, t->name, t->args[0]);
	for (size_t i = 0; i < b->n; i++) {
		const struct trend fit = line_in(&line, i);

		v[i] = t->kind == TERM_SLOPE ? fit.slope
		       : t->kind == TERM_AT0 ? fit.intercept
					     : fit.r2;
	}
	line_free(&line);
	return v;
}

static double *of_crossover(const struct blocks *b, const struct claim_term *t)
{
	double *v = values(b, t->args[2]); /* the factor */
	struct line dear, cheap;

	line_init(&dear, b, t->name, t->args[0]);
	line_init(&cheap, b, t->name, t->args[1]);
	for (size_t i = 0; i < b->n; i++) {
		const struct trend d = line_in(&dear, i), c = line_in(&cheap, i);
		const struct fit_block of_dear = {b->v[i], d.intercept, d.slope};
		const struct fit_block of_cheap = {b->v[i], c.intercept, c.slope};

		if (isnan(d.slope) || isnan(c.slope) || isnan(v[i]))
			v[i] = NAN;
		else
			v[i] = fit_crossing(&of_dear, &of_cheap, v[i]);
	}
	line_free(&dear);
	line_free(&cheap);
	return v;
}

/* How many of x[n] are less than x[0], and one more. */
static double rank(const double *x, size_t n)
{
	double place = 1;

	for (size_t i = 1; i < n; i++)
		place += x[i] < x[0];
	return place;
}

static double combine(enum term_kind kind, const double *x, size_t n)
{
	double all = x[0];

	for (size_t i = 1; i < n; i++) {
		if (kind == TERM_MIN)
			all = fmin(all, x[i]);
		else if (kind == TERM_MAX)
			all = fmax(all, x[i]);
		else if (kind == TERM_COUNT)
			all += x[i];
	}
	switch (kind) {
	case TERM_NEGATE:
		return -x[0];
	case TERM_ADD:
		return x[0] + x[1];
	case TERM_SUBTRACT:
		return x[0] - x[1];
	case TERM_MULTIPLY:
		return x[0] * x[1];
	case TERM_DIVIDE:
		return x[1] == 0 ? NAN : x[0] / x[1];
	case TERM_LESS:
		return x[0] < x[1];
	case TERM_MORE:
		return x[0] > x[1];
	case TERM_AT_MOST:
		return x[0] <= x[1];
	case TERM_AT_LEAST:
		return x[0] >= x[1];
	case TERM_ABS:
		return fabs(x[0]);
	case TERM_RANK:
		return rank(x, n);
	default:
		return all;
	}
}

static double *of_args(const struct blocks *b, const struct claim_term *t)
{
	double **args = xcalloc(t->nargs, sizeof(double *));
	double *x = xcalloc(t->nargs, sizeof(*x)), *v = new_values(b);

	for (size_t i = 0; i < t->nargs; i++)
		args[i] = values(b, t->args[i]);
	for (size_t i = 0; i < b->n; i++) {
		bool all = true;

		for (size_t j = 0; j < t->nargs; j++) {
			x[j] = args[j][i];
			all &= !isnan(x[j]);
		}
		if (all)
			v[i] = combine(t->kind, x, t->nargs);
	}
	for (size_t i = 0; i < t->nargs; i++)
		free(args[i]);
	free(args);
	free(x);
	return v;
}

/* The figure of a term in each block. */
static double *values(const struct blocks *b, const struct claim_term *t)
{
	double *v;

	switch (t->kind) {
	case TERM_NUMBER:
		v = new_values(b);
		for (size_t i = 0; i < b->n; i++)
			v[i] = t->number;
		return v;
	case TERM_CASES:
	case TERM_GAUGE:
	case TERM_PHASE:
		return of_case(b, t, t->cases[0]);
	case TERM_SLOPE:
	case TERM_AT0:
	case TERM_R2:
		return of_line(b, t);
	case TERM_CROSSOVER:
		return of_crossover(b, t);
	default:
		return of_args(b, t);
	}
}

double *claims_values(const struct record *r, const struct claim_rule *rule, size_t *n,
		      char **missing)
{
	struct blocks blocks = {.r = r};
	struct lacks lacks = {0};
	double *v = NULL;

	*n = 0;
	find_lacks(r, rule->term, &lacks);
	if (!lacks.n) {
		add_blocks(&blocks, rule->term);
		sort_blocks(&blocks);
		v = values(&blocks, rule->term);
		for (size_t i = 0; i < blocks.n; i++)
			if (!isnan(v[i]))
				v[(*n)++] = v[i];
		if (!*n)
			add_lack(&lacks, xstrdup("no block has every figure of it"));
	}
	*missing = tell_lacks(&lacks);
	free(blocks.v);
	return v;
}
