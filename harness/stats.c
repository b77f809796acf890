/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers, quantiles and intervals of medians; the only door to GSL. */
#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

struct rng {
	gsl_rng *mt;
};

struct rng *rng_new(uint64_t seed)
{
	struct rng *g = xcalloc(1, sizeof(*g));

	g->mt = gsl_rng_alloc(gsl_rng_mt19937);
	/* It takes 32 bits of a seed: fold, so that the upper half matters, too. */
	gsl_rng_set(g->mt, (uint32_t)(seed ^ seed >> 32));
	return g;
}

void rng_free(struct rng *g)
{
	if (!g)
		return;
	gsl_rng_free(g->mt);
	free(g);
}

uint64_t rng_below(struct rng *g, uint64_t n)
{
	uint64_t whole = UINT64_MAX - UINT64_MAX % n, x;

	/* The rest of an incomplete round would favour small numbers. */
	do {
		x = (uint64_t)gsl_rng_get(g->mt) << 32;
		x |= gsl_rng_get(g->mt);
	} while (x >= whole);
	return x % n;
}

double rng_normal(struct rng *g)
{
	return gsl_ran_gaussian_ziggurat(g->mt, 1);
}

double rng_uniform(struct rng *g)
{
	return gsl_rng_uniform(g->mt);
}

void rng_shuffle(struct rng *g, size_t *v, size_t n)
{
	/* GSL's counts down from n - 1. */
	if (n > 1)
		gsl_ran_shuffle(g->mt, v, n, sizeof(*v));
}

void stats_sort(double *v, size_t n)
{
	gsl_sort(v, 1, n);
}

double stats_quantile(const double *sorted, size_t n, double q)
{
	return n ? gsl_stats_quantile_from_sorted_data(sorted, 1, n, q) : NAN;
}

double stats_median(double *v, size_t n)
{
	stats_sort(v, n);
	return stats_quantile(v, n, 0.5);
}

/* How often the d-th smallest and the d-th largest of n enclose the true median: unless
 * fewer than d of them fall on one side of it. Below 0 once the two have passed each
 * other. */
static double coverage(size_t n, size_t d)
{
	return 1 - 2 * gsl_cdf_binomial_P((unsigned)(d - 1), 0.5, (unsigned)n);
}

/* Narrows e from the whole of ascending x to `level`, which all of x must cover. */
static void interpolate(struct estimate *e, const double *x, size_t n, double level)
{
	double outer = coverage(n, 1), inner;
	size_t d = 1;

	/* The last pair that still covers enough, and the first that does not. */
	while ((inner = coverage(n, d + 1)) >= level) {
		outer = inner;
		d++;
	}
	/* Not straight: exact for a Laplace distribution, close for others. */
	double part = (outer - level) / (outer - inner);
	double step = (double)(n - d) * part / ((double)d + (double)(n - 2 * d) * part);

	e->lo = x[d - 1] + step * (x[d] - x[d - 1]);
	e->hi = x[n - d] - step * (x[n - d] - x[n - d - 1]);
}

struct estimate stats_median_ci(const double *v, size_t n, double level)
{
	struct estimate e = {.lo = NAN, .hi = NAN, .n = n};
	double *x = xcalloc(n, sizeof(*x));

	if (n)
		memcpy(x, v, n * sizeof(*x));
	e.value = stats_median(x, n);
	if (coverage(n, 1) >= level)
		interpolate(&e, x, n, level);
	free(x);
	return e;
}

static double from_part(double part, double of)
{
	return fabs(part) < 1 ? of * part / (1 - fabs(part)) : part * INFINITY;
}

struct estimate stats_far_ci(const double *v, size_t n, double of, double level)
{
	double *parts = xcalloc(n, sizeof(*parts));

	for (size_t i = 0; i < n; i++)
		parts[i] = isinf(v[i]) ? copysign(1, v[i]) : v[i] / (fabs(v[i]) + of);
	struct estimate e = stats_median_ci(parts, n, level);
	free(parts);
	e.value = from_part(e.value, of);
	e.lo = from_part(e.lo, of);
	e.hi = from_part(e.hi, of);
	return e;
}

struct estimate stats_ratio_ci(const double *a, const double *b, size_t n, double level)
{
	double *logs = xcalloc(n, sizeof(*logs));

	for (size_t i = 0; i < n; i++)
		logs[i] = log(a[i] / b[i]);
	struct estimate e = stats_median_ci(logs, n, level);
	free(logs);
	e.value = exp(e.value);
	e.lo = exp(e.lo);
	e.hi = exp(e.hi);
	return e;
}

struct estimate stats_welch_ci(const double *a, size_t n, const double *b, size_t m,
			       double level)
{
	struct estimate e = {.lo = NAN, .hi = NAN, .n = n + m};

	e.value = gsl_stats_mean(b, 1, m) - gsl_stats_mean(a, 1, n);
	if (n < 2 || m < 2)
		return e;
	double va = gsl_stats_variance(a, 1, n) / (double)n;
	double vb = gsl_stats_variance(b, 1, m) / (double)m;
	double degrees = (va + vb) * (va + vb) /
			 (va * va / (double)(n - 1) + vb * vb / (double)(m - 1));
	/* Without any spread there are no degrees of freedom, and no room for error. */
	double half =
		va + vb > 0 ? gsl_cdf_tdist_Pinv((1 + level) / 2, degrees) * sqrt(va + vb)
			    : 0;
	e.lo = e.value - half;
	e.hi = e.value + half;
	return e;
}

/* Solves nothing where all x are one. */
static bool can_fit(const double *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (x[i] != x[0])
			return true;
	return false;
}

struct trend stats_trend(const double *x, const double *y, const double *w, size_t n)
{
	struct trend line = {NAN, NAN, NAN, NAN};
	double cov[3], left, mean = 0, all = 0, weights = 0;

	if (!can_fit(x, n))
		return line;
	if (w)
		gsl_fit_wlinear(x, 1, w, 1, y, 1, n, &line.intercept, &line.slope,
				&cov[0], &cov[1], &cov[2], &left);
	else
		gsl_fit_linear(x, 1, y, 1, n, &line.intercept, &line.slope, &cov[0],
			       &cov[1], &cov[2], &left);
	for (size_t i = 0; i < n; i++) {
		mean += (w ? w[i] : 1) * y[i];
		weights += w ? w[i] : 1;
	}
	mean /= weights;
	line.worst = 0;
	for (size_t i = 0; i < n; i++) {
		double off = fabs(y[i] - line.intercept - line.slope * x[i]) / fabs(y[i]);

		all += (w ? w[i] : 1) * (y[i] - mean) * (y[i] - mean);
		if (off > line.worst)
			line.worst = off;
	}
	line.r2 = all > 0 ? 1 - left / all : NAN;
	return line;
}

/* The logarithm of the mean, over p from 1/2 to 1, of what a bet on p makes of the signs:
 * 2p for each positive one, 2(1 - p) for each other. */
static double log_spread(size_t s, size_t n)
{
	double a = (double)s + 1, b = (double)(n - s) + 1;

	return (double)(n + 1) * M_LN2 + gsl_sf_lnbeta(a, b) +
	       log(gsl_cdf_beta_Q(0.5, a, b));
}

double stats_sign_evidence(size_t s, size_t n)
{
	double agreed = s == n ? (double)n * M_LN2 : -INFINITY;

	return fmin(exp(agreed) / 2 + exp(log_spread(s, n)) / 2, DBL_MAX);
}

void stats_holm(const double *p, size_t n, double alpha, double *limits)
{
	size_t *order = xcalloc(n, sizeof(*order)), done = 0;

	gsl_sort_index(order, p, 1, n);
	while (done < n && p[order[done]] <= alpha / (double)(n - done)) {
		limits[order[done]] = alpha / (double)(n - done);
		done++;
	}
	/* All that remain stop at the first that is not significant. */
	for (size_t i = done; i < n; i++)
		limits[order[i]] = alpha / (double)(n - done);
	free(order);
}

/* Where the beta distribution has `tail` below it. By halves: GSL's own inverse ends the
 * program where it does not converge. */
static double beta_quantile(double tail, double a, double b)
{
	double lo = 0, hi = 1;

	for (int i = 0; i < 60; i++) {
		double mid = (lo + hi) / 2;

		if (gsl_cdf_beta_P(mid, a, b) < tail)
			lo = mid;
		else
			hi = mid;
	}
	return (lo + hi) / 2;
}

struct estimate stats_rate(size_t k, size_t n, double level)
{
	double tail = (1 - level) / 2, hits = (double)k, misses = (double)(n - k);

	return (struct estimate){
		.value = hits / (double)n,
		.lo = k ? beta_quantile(tail, hits, misses + 1) : 0,
		.hi = k < n ? beta_quantile(1 - tail, hits + 1, misses) : 1,
		.n = n,
	};
}

double stats_halfwidth(const struct estimate *e)
{
	double half = (e->hi - e->lo) / 2;

	if (isnan(half))
		return INFINITY;
	/* A count that is always 0 is known exactly. */
	return half > 0 ? half / fabs(e->value) : 0;
}
