/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statistics of what was measured: pure functions of arrays, no files, no clocks.
 * No value may be NAN; a level lies inside (0, 1). */
#ifndef LWP_STATS_H
#define LWP_STATS_H

#include <stddef.h>
#include <stdint.h>

/* An estimate and its interval; lo and hi are NAN where n is too small for the level. */
struct estimate {
	double value, lo, hi;
	size_t n; /* independent units (reps or pairs) it rests on */
};

/* A generator seeded by `seed` alone: the same numbers on every machine. */
struct rng;
struct rng *rng_new(uint64_t seed);
void rng_free(struct rng *g);
/* Uniform in [0, n), n > 0. */
uint64_t rng_below(struct rng *g, uint64_t n);
/* Standard normal. */
double rng_normal(struct rng *g);
/* Uniform in [0, 1). */
double rng_uniform(struct rng *g);
/* Fisher-Yates, in place. */
void rng_shuffle(struct rng *g, size_t *v, size_t n);

/* Sorts ascending, in place. */
void stats_sort(double *v, size_t n);
/* Quantile q in [0, 1] of ascending v, linear interpolation (type 7); NAN if n is 0. */
double stats_quantile(const double *sorted, size_t n, double q);
/* Median of v in any order; v is sorted in place. */
double stats_median(double *v, size_t n);
/* Median of v[n] (any order, kept) with an interval of `level` from order statistics,
 * interpolated after Hettmansperger & Sheather 1986, Nyblom 1992. */
struct estimate stats_median_ci(const double *v, size_t n, double level);
/* The same of what may be infinite, by which the order is kept: interpolates
 * x / (|x| + of), of > 0 being what x is of the size of. */
struct estimate stats_far_ci(const double *v, size_t n, double of, double level);
/* Median of a[i] / b[i], all > 0, over n pairs with its interval, made on the logarithms.
 */
struct estimate stats_ratio_ci(const double *a, const double *b, size_t n, double level);
/* The mean of b[m] less that of a[n] with Student's interval, Welch's degrees of freedom;
 * lo and hi are NAN with fewer than 2 on either side. The estimate's n counts both. */
struct estimate stats_welch_ci(const double *a, size_t n, const double *b, size_t m,
			       double level);
/* A straight line through points. */
struct trend {
	double intercept, slope;
	double r2;    /* 1 less the share of the weighted variance that remains */
	double worst; /* the largest |y - line| / y */
};
/* Weighted least squares of y on x, w[n] (NULL: all alike) being the weights; all NAN
 * with fewer than two different x. */
struct trend stats_trend(const double *x, const double *y, const double *w, size_t n);
/* How much n signs, s of them positive, speak for positive being the more frequent: an
 * e-value, whose mean is 1 at most if it is not, whenever one stops looking. Half of the
 * bet is on all being positive, half spread over how often (Ville 1939; Ramdas, Grunwald,
 * Vovk & Shafer 2023). DBL_MAX at the most. */
double stats_sign_evidence(size_t s, size_t n);
/* Holm's step-down procedure (1979) on p[n] at level alpha: p[i] is significant exactly
 * if it is no more than limits[i]. */
void stats_holm(const double *p, size_t n, double alpha, double *limits);
/* The rate of what was seen k times in n > 0, with its interval of `level` (Clopper &
 * Pearson 1934). */
struct estimate stats_rate(size_t k, size_t n, double level);
/* Half the interval's width against its value; INFINITY without an interval. */
double stats_halfwidth(const struct estimate *e);

#endif
