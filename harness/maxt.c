/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step-down max-T procedure. Nothing is assumed of how runs spread or of how cases
 * depend on each other: if nothing has changed, which runs are in which group is a matter
 * of names, and the split that was seen is one of many, all as likely. */
#include "maxt.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "util.h"

/* A case's own spread counts with its degrees of freedom, what is usual among the cases
 * with this many: three runs that happen to agree are no proof of precision. */
static const double PRIOR = 4;
/* Log ratios that differ by less are the same, but for rounding. */
static const double NOTHING = 1e-12;

struct maxt {
	size_t n, ncases;
	double *x;     /* n x ncases, less the mean of each case, 0 where there is none */
	double *has;   /* n x ncases: 1 or 0 */
	double *have;  /* ncases: how many */
	double *total; /* ncases: sum of squares */
	double usual;  /* variance */
	double *sum;   /* ncases: of the second group of a split */
	double *count; /* ncases: of its figures */
	double *t;     /* ncases: of a split */
	double *seen;  /* ncases: of the split that was seen, */
	size_t *order; /* largest first */
	size_t *beaten; /* ncases: splits that are as extreme */
};

static double choose(size_t n, size_t k)
{
	double all = 1;

	for (size_t i = 1; i <= k; i++)
		all = all * (double)(n - k + i) / (double)i;
	return round(all);
}

double maxt_least(size_t k, size_t m)
{
	double all = choose(k + m, k);

	if (all > MAXT_SPLITS)
		return 1 / (double)(MAXT_SPLITS + 1);
	/* The mirror image of a split is as extreme. */
	return (k == m ? 2 : 1) / all;
}

size_t maxt_runs(double p)
{
	size_t k = 1;

	while (maxt_least(k, k) > p && choose(2 * k, k) <= MAXT_SPLITS)
		k++;
	return k;
}

static void centre(struct maxt *s, const double *x, size_t j)
{
	double mean = 0;

	for (size_t i = 0; i < s->n; i++) {
		double v = x[i * s->ncases + j];

		s->has[i * s->ncases + j] = isnan(v) ? 0 : 1;
		s->have[j] += isnan(v) ? 0 : 1;
		mean += isnan(v) ? 0 : v;
	}
	mean /= s->have[j];
	for (size_t i = 0; i < s->n; i++) {
		double v = x[i * s->ncases + j] - mean;

		if (!(fabs(v) > NOTHING))
			v = 0;
		s->x[i * s->ncases + j] = v;
		s->total[j] += v * v;
	}
}

/* How a case's runs spread, whichever group they belong to, even if the groups lie apart:
 * from the shortest interval that holds half of them. */
static double spread(const struct maxt *s, size_t j)
{
	double *v = xcalloc(s->n, sizeof(*v)), shortest = INFINITY;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->has[i * s->ncases + j] > 0)
			v[n++] = s->x[i * s->ncases + j];
	stats_sort(v, n);
	size_t half = (n + 1) / 2;
	for (size_t i = 0; half > 1 && i + half <= n; i++)
		shortest = fmin(shortest, v[i + half - 1] - v[i]);
	free(v);
	/* Half of a normal distribution lies within 0.6745 standard deviations. */
	return isinf(shortest) ? NAN : shortest / (2 * 0.6745);
}

static double usual_variance(const struct maxt *s)
{
	double *v = xcalloc(s->ncases, sizeof(*v));
	size_t n = 0;

	for (size_t j = 0; j < s->ncases; j++) {
		double x = spread(s, j);

		if (!isnan(x))
			v[n++] = x * x;
	}
	double usual = n ? stats_median(v, n) : 0;
	free(v);
	return usual;
}

/* The studentised difference of a case's groups, without its sign. */
static double difference(const struct maxt *s, size_t j)
{
	double m = s->count[j], k = s->have[j] - m, sum = s->sum[j];

	if (m < 1 || k < 1)
		return 0;
	/* All figures add up to 0. */
	double apart = fabs(sum / m + sum / k);
	double within = fmax(0, s->total[j] - sum * sum / m - sum * sum / k);
	double variance = (PRIOR * s->usual + within) / (PRIOR + k + m - 2);

	return apart > NOTHING ? apart / sqrt(variance * (1 / k + 1 / m)) : 0;
}

/* Fills t for the split whose second group are these m runs. */
static void split(struct maxt *s, const size_t *second, size_t m)
{
	memset(s->sum, 0, s->ncases * sizeof(*s->sum));
	memset(s->count, 0, s->ncases * sizeof(*s->count));
	for (size_t i = 0; i < m; i++) {
		const double *x = s->x + second[i] * s->ncases;
		const double *has = s->has + second[i] * s->ncases;

		for (size_t j = 0; j < s->ncases; j++) {
			s->sum[j] += x[j];
			s->count[j] += has[j];
		}
	}
	for (size_t j = 0; j < s->ncases; j++)
		s->t[j] = difference(s, j);
}

/* Each case is held against the largest among those that were seen to differ less. */
static void count(struct maxt *s)
{
	double largest = 0;

	for (size_t i = s->ncases; i-- > 0;) {
		size_t j = s->order[i];

		largest = fmax(largest, s->t[j]);
		/* The same split, added up in another order, is as extreme. */
		if (largest >= s->seen[j] * (1 - 1e-9))
			s->beaten[j]++;
	}
}

/* The next m of n, in order; false after the last. */
static bool next(size_t *chosen, size_t m, size_t n)
{
	size_t i = m;

	while (i > 0 && chosen[i - 1] == n - m + i - 1)
		i--;
	if (i == 0)
		return false;
	chosen[i - 1]++;
	for (; i < m; i++)
		chosen[i] = chosen[i - 1] + 1;
	return true;
}

/* Tries the splits; how many, the one that was seen being among them. */
static size_t try_splits(struct maxt *s, size_t m)
{
	size_t *chosen = xcalloc(s->n, sizeof(*chosen)), tried = 0;

	for (size_t i = 0; i < s->n; i++)
		chosen[i] = i;
	if (choose(s->n, m) <= MAXT_SPLITS) {
		do {
			split(s, chosen, m);
			count(s);
			tried++;
		} while (next(chosen, m, s->n));
	} else {
		struct rng *g = rng_new(1);

		memcpy(s->t, s->seen, s->ncases * sizeof(*s->t));
		for (count(s), tried = 1; tried <= MAXT_SPLITS; tried++) {
			rng_shuffle(g, chosen, s->n);
			split(s, chosen, m);
			count(s);
		}
		rng_free(g);
	}
	free(chosen);
	return tried;
}

static void init(struct maxt *s, const double *x)
{
	size_t cells = s->n * s->ncases;

	s->x = xcalloc(cells, sizeof(double));
	s->has = xcalloc(cells, sizeof(double));
	s->have = xcalloc(s->ncases, sizeof(double));
	s->total = xcalloc(s->ncases, sizeof(double));
	s->sum = xcalloc(s->ncases, sizeof(double));
	s->count = xcalloc(s->ncases, sizeof(double));
	s->t = xcalloc(s->ncases, sizeof(double));
	s->seen = xcalloc(s->ncases, sizeof(double));
	s->order = xcalloc(s->ncases, sizeof(size_t));
	s->beaten = xcalloc(s->ncases, sizeof(size_t));
	for (size_t j = 0; j < s->ncases; j++)
		centre(s, x, j);
	s->usual = usual_variance(s);
}

static void release(struct maxt *s)
{
	free(s->x);
	free(s->has);
	free(s->have);
	free(s->total);
	free(s->sum);
	free(s->count);
	free(s->t);
	free(s->seen);
	free(s->order);
	free(s->beaten);
}

/* Sorts the cases by what was seen; there are some hundred at the most. */
static void rank(struct maxt *s)
{
	for (size_t i = 0; i < s->ncases; i++) {
		size_t at = i;

		for (; at > 0 && s->seen[s->order[at - 1]] < s->seen[i]; at--)
			s->order[at] = s->order[at - 1];
		s->order[at] = i;
	}
}

void maxt(const double *x, size_t ncases, size_t k, size_t m, double *p)
{
	struct maxt s = {.n = k + m, .ncases = ncases};
	size_t *fresh = xcalloc(m, sizeof(*fresh));
	double largest = 0;

	init(&s, x);
	for (size_t i = 0; i < m; i++)
		fresh[i] = k + i;
	split(&s, fresh, m);
	memcpy(s.seen, s.t, ncases * sizeof(*s.t));
	rank(&s);
	size_t tried = try_splits(&s, m);
	for (size_t i = 0; i < ncases; i++) {
		size_t j = s.order[i];

		/* None is surer than one that was seen to differ more. */
		largest = fmax(largest, (double)s.beaten[j] / (double)tried);
		p[j] = s.seen[j] > 0 ? largest : 1;
	}
	free(fresh);
	release(&s);
}
