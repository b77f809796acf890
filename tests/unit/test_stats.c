/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statistics against published values, and their properties. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "util.h"

enum { MOST = 64 };

static void assert_near(double x, double wanted, double by)
{
	if (!(fabs(x - wanted) <= by))
		fail_msg("%.17g is not within %g of %.17g", x, by, wanted);
}

static void quantiles_are_type_7(void **state)
{
	(void)state;
	/* Microsoft, "PERCENTILE.INC function": 1, 3, 2, 4 at 0.3. */
	double excel[] = {1, 3, 2, 4};
	/* Mescius Spread.NET, "PERCENTILE.INC": {5,15,25,50,65} at 0.45. */
	double spread[] = {5, 15, 25, 50, 65};
	/* NumPy, numpy.median: [[10, 7, 4], [3, 2, 1]]. */
	double numpy[] = {10, 7, 4, 3, 2, 1};

	stats_sort(excel, countof(excel));
	assert_near(stats_quantile(excel, countof(excel), 0.3), 1.9, 1e-12);
	assert_near(stats_quantile(spread, countof(spread), 0.45), 23, 1e-12);
	assert_near(stats_median(numpy, countof(numpy)), 3.5, 1e-12);
	assert_near(stats_quantile(spread, countof(spread), 0), 5, 0);
	assert_near(stats_quantile(spread, countof(spread), 1), 65, 0);
}

static void nothing_has_no_figure(void **state)
{
	(void)state;
	struct estimate e = stats_median_ci(NULL, 0, 0.95);

	assert_true(isnan(stats_quantile(NULL, 0, 0.5)));
	assert_true(isnan(stats_median(NULL, 0)));
	assert_true(isnan(e.value) && isnan(e.lo) && isnan(e.hi));
	assert_int_equal(e.n, 0);
	e = stats_ratio_ci(NULL, NULL, 0, 0.95);
	assert_true(isnan(e.value) && isnan(e.lo) && isnan(e.hi));
}

static void fill_ranks(double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = (double)(n - i);
}

/* At a pair's own coverage the interval must be that pair, with nothing interpolated. */
static void order_statistics_cover_as_published(void **state)
{
	static const struct {
		size_t n, lo, hi;
		double coverage;
	} published[] = {
		/* R, BSDA::SIGN.test, achieved levels for n = 10. */
		{10, 3, 8, 0.8906},
		{10, 2, 9, 0.9785},
		/* Minitab, "Key results for 1-Sample Sign", n = 12: positions and levels.
		 */
		{12, 4, 9, 0.8540},
		{12, 3, 10, 0.9614},
		/* C. Zaiontz, real-statistics.com, intervals of order statistics, n = 35.
		 */
		{35, 17, 19, 0.264121},
	};
	double v[MOST];

	(void)state;
	for (size_t i = 0; i < countof(published); i++) {
		size_t n = published[i].n;

		fill_ranks(v, n);
		struct estimate e = stats_median_ci(v, n, published[i].coverage);
		/* Levels are published with four digits: as much as moves a bound by
		 * 0.005. */
		assert_near(e.lo, (double)published[i].lo, 0.005);
		assert_near(e.hi, (double)published[i].hi, 0.005);
	}
}

/* Minitab, "Key results for 1-Sample Sign" (%Chromium): 12 values, of which the 3rd, 4th,
 * 9th and 10th and the median are published; the 95 % interval is (17.4263, 18.7632). */
static const double chromium[] = {17.7, 17.4, 19.3, 17.3, 17.5, 19.2,
				  17.6, 18.1, 17.2, 18.0, 19.0, 17.7};

static void interval_is_as_published(void **state)
{
	(void)state;
	double kept[countof(chromium)];

	memcpy(kept, chromium, sizeof(kept));
	struct estimate e = stats_median_ci(chromium, countof(chromium), 0.95);
	assert_near(e.value, 17.7, 1e-9);
	assert_near(e.lo, 17.4263, 5e-5);
	assert_near(e.hi, 18.7632, 5e-5);
	assert_int_equal(e.n, 12);
	assert_memory_equal(kept, chromium, sizeof(kept));
}

static void ratio_is_the_interval_of_the_logarithms(void **state)
{
	(void)state;
	double a[countof(chromium)], b[countof(chromium)];

	for (size_t i = 0; i < countof(chromium); i++) {
		b[i] = 1 + (double)(i * i);
		a[i] = b[i] * exp(chromium[i] - 17);
	}
	struct estimate e = stats_ratio_ci(a, b, countof(chromium), 0.95);
	assert_near(e.value, exp(0.7), 1e-9);
	assert_near(e.lo, exp(0.4263), 1e-4);
	assert_near(e.hi, exp(1.7632), 4e-4);

	/* The ratio turned over is the interval turned over: so of logarithms, not of
	 * values. */
	struct estimate turned = stats_ratio_ci(b, a, countof(chromium), 0.95);
	assert_near(turned.value, 1 / e.value, 1e-9);
	assert_near(turned.lo, 1 / e.hi, 1e-9);
	assert_near(turned.hi, 1 / e.lo, 1e-9);
}

static void few_values_have_no_interval(void **state)
{
	double v[MOST];

	(void)state;
	fill_ranks(v, 6);
	/* 1 - 2 / 2^n: five values cover 93.75 % at most, six 96.875 %. */
	for (size_t n = 1; n <= 5; n++) {
		struct estimate e = stats_median_ci(v, n, 0.95);

		assert_false(isnan(e.value));
		assert_true(isnan(e.lo) && isnan(e.hi));
		assert_int_equal(e.n, n);
		assert_true(isinf(stats_halfwidth(&e)));
	}
	struct estimate six = stats_median_ci(v, 6, 0.95);
	assert_true(six.lo > 1 && six.lo < 2 && six.hi > 5 && six.hi < 6);
	struct estimate five = stats_median_ci(v, 5, 0.9375 - 1e-12);
	assert_near(five.lo, 2, 1e-9);
	assert_near(five.hi, 6, 1e-9);
}

static void interval_is_inside_and_grows_with_level(void **state)
{
	struct rng *g = rng_new(11);
	double v[MOST];

	(void)state;
	for (size_t n = 1; n <= MOST; n++) {
		double lo = INFINITY, hi = -INFINITY;
		struct estimate last = {0};

		for (size_t i = 0; i < n; i++) {
			v[i] = exp(rng_normal(g));
			lo = fmin(lo, v[i]);
			hi = fmax(hi, v[i]);
		}
		for (int permille = 1; permille < 1000; permille++) {
			struct estimate e = stats_median_ci(v, n, permille / 1000.0);

			if (isnan(e.lo))
				break;
			assert_true(e.lo >= lo && e.hi <= hi);
			assert_true(e.lo <= e.value && e.value <= e.hi);
			assert_true(permille == 1 ||
				    (e.lo <= last.lo && e.hi >= last.hi));
			last = e;
		}
	}
	rng_free(g);
}

static void interval_scales_and_ignores_order(void **state)
{
	struct rng *g = rng_new(12);
	double v[17], scaled[17];
	size_t order[17];

	(void)state;
	for (size_t i = 0; i < countof(v); i++) {
		v[i] = rng_normal(g);
		order[i] = i;
	}
	rng_shuffle(g, order, countof(order));
	for (size_t i = 0; i < countof(v); i++)
		scaled[order[i]] = 1024 * v[i];
	struct estimate e = stats_median_ci(v, countof(v), 0.95);
	struct estimate s = stats_median_ci(scaled, countof(v), 0.95);
	assert_near(s.value, 1024 * e.value, 0);
	assert_near(s.lo, 1024 * e.lo, 0);
	assert_near(s.hi, 1024 * e.hi, 0);
	assert_near(stats_halfwidth(&s), stats_halfwidth(&e), 1e-12);
	rng_free(g);
}

static void ties_and_halfwidths(void **state)
{
	(void)state;
	const double same[] = {7, 7, 7, 7, 7, 7, 7, 7}, zero[8] = {0};
	const struct estimate wide = {.value = -100, .lo = -103, .hi = -99, .n = 9};
	struct estimate e = stats_median_ci(same, countof(same), 0.95);

	assert_true(e.lo == 7 && e.value == 7 && e.hi == 7);
	assert_near(stats_halfwidth(&e), 0, 0);
	e = stats_median_ci(zero, countof(zero), 0.95);
	assert_near(stats_halfwidth(&e), 0, 0);
	e = stats_ratio_ci(same, same, countof(same), 0.95);
	assert_true(e.lo == 1 && e.value == 1 && e.hi == 1);
	assert_near(stats_halfwidth(&wide), 0.02, 1e-12);
}

static void generator_is_the_mersenne_twister(void **state)
{
	struct rng *g = rng_new(4357);
	double x = 0;

	(void)state;
	/* GSL, rng/test.c: the 1000th output of mt19937 seeded with 4357 is 1186927261.
	 */
	for (int i = 0; i < 1000; i++)
		x = rng_uniform(g);
	assert_near(x, 1186927261 / 4294967296.0, 0);
	rng_free(g);
}

static void seeds_give_streams(void **state)
{
	/* The last differs from the first in its upper half only. */
	static const uint64_t seeds[] = {5, 6, 5 | 1ULL << 40};
	uint64_t first[countof(seeds)];

	(void)state;
	for (size_t i = 0; i < countof(seeds); i++) {
		struct rng *g = rng_new(seeds[i]), *again = rng_new(seeds[i]);

		first[i] = rng_below(g, UINT64_MAX);
		assert_int_equal(first[i], rng_below(again, UINT64_MAX));
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(first[i], first[j]);
		rng_free(g);
		rng_free(again);
	}
	rng_free(NULL);
}

static void draws_are_uniform(void **state)
{
	struct rng *g = rng_new(13);
	/* A third of the draws lies in each third, also where 2^64 is no multiple of n.
	 */
	static const uint64_t ranges[] = {3, 3ULL << 32, 3ULL << 62};
	size_t first[3][3] = {{0}};

	(void)state;
	for (size_t r = 0; r < countof(ranges); r++) {
		size_t thirds[3] = {0};

		for (int i = 0; i < 30000; i++) {
			uint64_t x = rng_below(g, ranges[r]);

			assert_true(x < ranges[r]);
			thirds[x / (ranges[r] / 3)]++;
		}
		for (size_t t = 0; t < 3; t++)
			assert_in_range(thirds[t], 9600, 10400);
	}
	/* Of nothing there is one order. */
	rng_shuffle(g, NULL, 0);
	/* Every value comes to every place of a shuffle equally often. */
	for (int i = 0; i < 30000; i++) {
		size_t v[] = {0, 1, 2};

		rng_shuffle(g, v, 3);
		for (size_t at = 0; at < 3; at++)
			first[at][v[at]]++;
	}
	for (size_t at = 0; at < 3; at++)
		for (size_t x = 0; x < 3; x++)
			assert_in_range(first[at][x], 9600, 10400);
	rng_free(g);
}

/* Norris, of NIST's Statistical Reference Datasets for linear regression: y, x, and the
 * certified estimates. */
static void trend_is_as_certified(void **state)
{
	static const double y[] = {0.1,   338.8, 118.1, 888.0, 9.2,   228.1, 668.5, 998.5,
				   449.1, 778.9, 559.2, 0.3,   0.1,   778.1, 668.8, 339.3,
				   448.9, 10.8,  557.7, 228.3, 998.0, 888.8, 119.6, 0.3,
				   0.6,   557.6, 339.3, 888.0, 998.5, 778.9, 10.2,  117.6,
				   228.9, 668.4, 449.2, 0.2};
	static const double x[] = {0.2,   337.4, 118.2, 884.6, 10.1,  226.5, 666.3, 996.3,
				   448.6, 777.0, 558.2, 0.4,   0.6,   775.5, 666.9, 338.0,
				   447.5, 11.6,  556.0, 228.1, 995.8, 887.6, 120.2, 0.3,
				   0.3,   556.8, 339.1, 887.2, 999.0, 779.0, 11.1,  118.3,
				   229.2, 669.1, 448.9, 0.5};
	double w[countof(y)];

	(void)state;
	for (size_t i = 0; i < countof(w); i++)
		w[i] = 7;
	/* Weights that are all the same weigh nothing. */
	const struct trend trends[] = {stats_trend(x, y, NULL, countof(y)),
				       stats_trend(x, y, w, countof(y))};
	for (size_t i = 0; i < countof(trends); i++) {
		assert_true(fabs(trends[i].intercept + 0.262323073774029) < 1e-10);
		assert_true(fabs(trends[i].slope - 1.00211681802045) < 1e-12);
		assert_true(fabs(trends[i].r2 - 0.999993745883712) < 1e-12);
	}
}

/* By hand: with weights 1, 1, 1, 0 the last point counts for nothing in the line, but
 * what is worst off it is that point: 10 instead of 4. */
static void trend_weighs_and_tells_the_worst(void **state)
{
	const double x[] = {0, 1, 2, 3}, y[] = {1, 2, 3, 10}, w[] = {1, 1, 1, 0};
	const struct trend t = stats_trend(x, y, w, 4);

	(void)state;
	assert_true(fabs(t.intercept - 1) < 1e-12 && fabs(t.slope - 1) < 1e-12);
	assert_true(fabs(t.r2 - 1) < 1e-12);
	assert_true(fabs(t.worst - 0.6) < 1e-12);
}

static void no_trend_without_two_places(void **state)
{
	const double same[] = {3, 3, 3}, y[] = {1, 2, 3};

	(void)state;
	assert_true(isnan(stats_trend(same, y, NULL, 3).slope));
	assert_true(isnan(stats_trend(y, y, NULL, 1).intercept));
	assert_true(isnan(stats_trend(y, y, NULL, 0).r2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_type_7),
		cmocka_unit_test(nothing_has_no_figure),
		cmocka_unit_test(order_statistics_cover_as_published),
		cmocka_unit_test(interval_is_as_published),
		cmocka_unit_test(ratio_is_the_interval_of_the_logarithms),
		cmocka_unit_test(few_values_have_no_interval),
		cmocka_unit_test(interval_is_inside_and_grows_with_level),
		cmocka_unit_test(interval_scales_and_ignores_order),
		cmocka_unit_test(ties_and_halfwidths),
		cmocka_unit_test(generator_is_the_mersenne_twister),
		cmocka_unit_test(seeds_give_streams),
		cmocka_unit_test(draws_are_uniform),
		cmocka_unit_test(trend_is_as_certified),
		cmocka_unit_test(trend_weighs_and_tells_the_worst),
		cmocka_unit_test(no_trend_without_two_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
