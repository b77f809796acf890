/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed ranks against published tables, worked examples and all signs there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "signed_rank.h"
#include "util.h"

static void assert_near(double x, double wanted, double by)
{
	if (!(fabs(x - wanted) <= by))
		fail_msg("%.17g is not within %g of %.17g", x, by, wanted);
}

/* 1 ... n, of which such are negative that their ranks sum up to `sum`. */
static void fill(double *d, size_t n, size_t sum)
{
	for (size_t r = n; r > 0; r--) {
		bool negative = r <= sum;

		d[r - 1] = negative ? -(double)r : (double)r;
		sum -= negative ? r : 0;
	}
	assert_int_equal(sum, 0);
}

/* F. Wilcoxon and R. A. Wilcox, Some Rapid Approximate Statistical Procedures (1964): the
 * greatest sums of the rarer sign that are significant, two-sided at 5 % and at 1 %. */
static void published_critical_values(void **state)
{
	static const struct {
		size_t n, five, one;
	} rows[] = {
		{8, 3, 0},    {9, 5, 1},    {10, 8, 3},   {11, 10, 5},  {12, 13, 7},
		{13, 17, 9},  {14, 21, 12}, {15, 25, 15}, {16, 29, 19}, {17, 34, 23},
		{18, 40, 27}, {19, 46, 32}, {20, 52, 37}, {25, 89, 68},
	};
	double d[32];

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		size_t n = rows[i].n;

		fill(d, n, rows[i].five);
		assert_true(2 * signed_rank_p(d, n) <= 0.05);
		fill(d, n, rows[i].five + 1);
		assert_true(2 * signed_rank_p(d, n) > 0.05);
		fill(d, n, rows[i].one);
		assert_true(2 * signed_rank_p(d, n) <= 0.01);
		fill(d, n, rows[i].one + 1);
		assert_true(2 * signed_rank_p(d, n) > 0.01);
	}
}

/* M. Hollander and D. A. Wolfe, Nonparametric Statistical Methods, Table A.4:
 * P(T+ >= t). */
static void published_tails(void **state)
{
	static const struct {
		size_t n, t;
		double p;
	} rows[] = {
		{5, 15, 0.031}, {5, 14, 0.062},  {7, 25, 0.039},  {8, 33, 0.020},
		{9, 40, 0.020}, {10, 47, 0.024}, {10, 45, 0.042}, {10, 52, 0.005},
	};
	double d[10];

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		size_t n = rows[i].n;

		fill(d, n, n * (n + 1) / 2 - rows[i].t);
		assert_near(signed_rank_p(d, n), rows[i].p, 0.0006);
	}
}

/* Hollander and Wolfe's Example 3.1, Hamilton's depression scale before and after; R,
 * example(wilcox.test): V = 40, p = 0.01953; estimate and 95 % interval as the book has
 * them in Examples 3.3 and 3.4, with the sign of before less after. */
static void depression_scale(void **state)
{
	static const double before[] = {1.83, 0.50, 1.62, 2.48, 1.68,
					1.88, 1.55, 3.06, 1.30},
			    after[] = {0.878, 0.647, 0.598, 2.05, 1.06,
				       1.29,  1.06,  3.14,  1.29};
	double d[countof(before)], back[countof(before)];

	(void)state;
	for (size_t i = 0; i < countof(d); i++) {
		d[i] = before[i] - after[i];
		back[i] = -d[i];
	}
	assert_near(signed_rank_p(d, countof(d)), 10.0 / 512, 1e-12);
	assert_near(signed_rank_p(back, countof(d)), 1 - 7.0 / 512, 1e-12);
	struct estimate e = signed_rank_ci(d, countof(d), 0.95);
	assert_near(e.value, 0.46, 1e-9);
	assert_near(e.lo, 0.010, 1e-9);
	assert_near(e.hi, 0.786, 1e-9);
	assert_int_equal(e.n, countof(d));
}

/* ---- by enumeration */

/* Doubled mid-rank of d[i] among all. */
static size_t mid_rank(const double *d, size_t n, size_t i)
{
	size_t doubled = 1;

	for (size_t j = 0; j < n; j++)
		doubled += fabs(d[j]) < fabs(d[i]) ? 2 : fabs(d[j]) == fabs(d[i]);
	return doubled;
}

static size_t sum_of(const double *d, size_t n, size_t signs)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += d[i] != 0 && (signs >> i & 1) ? mid_rank(d, n, i) : 0;
	return sum;
}

/* Each way that the signs can fall, looked at one by one. */
static double enumerate(const double *d, size_t n)
{
	size_t seen, signs = 0, as_many = 0;

	for (size_t i = 0; i < n; i++)
		signs |= (size_t)(d[i] > 0) << i;
	seen = sum_of(d, n, signs);
	for (size_t s = 0; s < (size_t)1 << n; s++)
		as_many += sum_of(d, n, s) >= seen;
	return ldexp((double)as_many, -(int)n);
}

static void ties_and_zeros_by_enumeration(void **state)
{
	enum { MOST = 9 };
	struct rng *g = rng_new(1);
	struct signed_rank_memory *m = signed_rank_memory_new();
	double d[MOST], moved[MOST], back[MOST], above, below;

	(void)state;
	for (size_t trial = 0; trial < 300; trial++) {
		size_t n = 1 + trial % MOST, range = 2 + trial % 20, middle = range / 2;
		double from = (double)rng_below(g, 3) - 1;

		for (size_t i = 0; i < n; i++)
			d[i] = (double)rng_below(g, range) - (double)middle;
		stats_sort(d, n);
		for (size_t i = 0; i < n; i++) {
			moved[i] = d[i] - from;
			back[i] = from - d[i];
		}
		signed_rank_sides(trial % 2 ? m : NULL, d, n, from, &above, &below);
		assert_near(above, enumerate(moved, n), 1e-12);
		assert_near(below, enumerate(back, n), 1e-12);
		assert_near(signed_rank_p(moved, n), above, 1e-12);
	}
	signed_rank_memory_free(m);
	rng_free(g);
}

static void what_is_remembered_is_what_is_counted(void **state)
{
	enum { MOST = 90 };
	struct signed_rank_memory *m = signed_rank_memory_new();
	struct rng *g = rng_new(2);
	double d[MOST], above[2], below[2];

	(void)state;
	for (size_t n = MOST; n > 0; n -= 10) {
		for (size_t i = 0; i < n; i++)
			d[i] = rng_normal(g) + 0.3;
		stats_sort(d, n);
		signed_rank_sides(NULL, d, n, 0, &above[0], &below[0]);
		signed_rank_sides(m, d, n, 0, &above[1], &below[1]);
		assert_near(above[1], above[0], 1e-9 * above[0]);
		assert_near(below[1], below[0], 1e-9 * below[0]);
	}
	signed_rank_memory_free(m);
	rng_free(g);
}

/* ---- many */

/* P(sum of the ranks 1 ... n <= k), for each k up to the middle; to be freed. */
static double *at_most(size_t n)
{
	size_t all = n * (n + 1) / 2;
	double *v = xcalloc(all + 1, sizeof(*v));

	v[0] = 1;
	for (size_t r = 1; r <= n; r++)
		for (size_t k = all + 1; k-- > 0;)
			v[k] = (v[k] + (k >= r ? v[k - r] : 0)) / 2;
	for (size_t k = 1; k <= all; k++)
		v[k] += v[k - 1];
	return v;
}

static void many_are_on_the_safe_side(void **state)
{
	enum { N = SIGNED_RANK_EXACT + 40 };
	double *exact = at_most(N), d[N];
	size_t tried = 0;

	(void)state;
	for (size_t sum = 0; sum < N * (N + 1) / 4; sum += 29) {
		fill(d, N, sum);
		double p = signed_rank_p(d, N);

		if (exact[sum] > 0.04)
			break;
		assert_true(p >= exact[sum]);
		if (exact[sum] < 1e-4)
			continue;
		assert_true(p <= 1.15 * exact[sum]);
		tried++;
	}
	assert_true(tried > 10);
	free(exact);
}

/* All of one size: the signs alone count. */
static void many_ties_are_on_the_safe_side(void **state)
{
	enum { N = SIGNED_RANK_EXACT + 40 };
	double d[N], p = 1, below = 0;

	(void)state;
	p = ldexp(1, -N);
	for (size_t negative = 0; below + p < 0.04; negative++) {
		below += p;
		for (size_t i = 0; i < N; i++)
			d[i] = i < negative ? -1 : 1;
		assert_true(signed_rank_p(d, N) >= below);
		p *= (double)(N - negative) / (double)(negative + 1);
	}
	assert_true(below > 0.02);
}

/* ---- intervals */

/* Where the test is just not significant yet. */
static void assert_inverts(const double *d, size_t n, double level)
{
	struct estimate e = signed_rank_ci(d, n, level);
	double by = 1e-9, above, below, *v = xcalloc(n, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = d[i];
	stats_sort(v, n);
	signed_rank_sides(NULL, v, n, e.lo - by, &above, &below);
	assert_true(2 * above <= 1 - level);
	signed_rank_sides(NULL, v, n, e.lo + by, &above, &below);
	assert_true(2 * above > 1 - level);
	signed_rank_sides(NULL, v, n, e.hi + by, &above, &below);
	assert_true(2 * below <= 1 - level);
	signed_rank_sides(NULL, v, n, e.hi - by, &above, &below);
	assert_true(2 * below > 1 - level);
	free(v);
}

static double median_of_walsh(const double *d, size_t n)
{
	double *v = xcalloc(n * (n + 1) / 2, sizeof(*v)), median;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			v[k++] = (d[i] + d[j]) / 2;
	median = stats_median(v, k);
	free(v);
	return median;
}

static void intervals_invert_the_test(void **state)
{
	static const double levels[] = {0.9, 0.95, 0.99};
	enum { MOST = SIGNED_RANK_EXACT + 50 };
	struct rng *g = rng_new(3);
	double d[MOST];

	(void)state;
	for (size_t n = 8; n <= MOST; n += n < 30 ? 1 : 60) {
		for (size_t i = 0; i < n; i++)
			d[i] = exp(rng_normal(g)) - 1;
		assert_near(signed_rank_ci(d, n, 0.95).value, median_of_walsh(d, n),
			    1e-12);
		for (size_t i = 0; i < countof(levels); i++)
			assert_inverts(d, n, levels[i]);
	}
	rng_free(g);
}

static void too_few_have_no_interval(void **state)
{
	double d[] = {1, 2, 3, 4, 5, 6};
	struct estimate e = signed_rank_ci(d, 5, 0.95);

	(void)state;
	/* Two of 32 ways are more than 5 %, two of 64 are not. */
	assert_true(isnan(e.lo) && isnan(e.hi));
	assert_near(e.value, 3, 0);
	e = signed_rank_ci(d, 6, 0.95);
	assert_near(e.lo, 1, 0);
	assert_near(e.hi, 6, 0);
	e = signed_rank_ci(d, 1, 0.95);
	assert_true(isnan(e.lo) && isnan(e.hi));
	assert_near(e.value, 1, 0);
	e = signed_rank_ci(NULL, 0, 0.95);
	assert_true(isnan(e.value) && isnan(e.lo) && isnan(e.hi));
}

static void what_says_nothing(void **state)
{
	double zeros[7] = {0};

	(void)state;
	assert_near(signed_rank_p(NULL, 0), 1, 0);
	assert_near(signed_rank_p(zeros, countof(zeros)), 1, 0);
	/* One sign that could have been the other. */
	zeros[3] = 2;
	assert_near(signed_rank_p(zeros, countof(zeros)), 0.5, 0);
	struct estimate e = signed_rank_ci(zeros, countof(zeros), 0.95);
	assert_near(e.value, 0, 0);
}

static void least(void **state)
{
	static const struct {
		double p;
		size_t n;
	} rows[] = {{1, 0}, {0.5, 1}, {0.05, 5}, {1.0 / 32, 5}, {0.03, 6}, {1e-6, 20}};
	double d[20];

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		assert_int_equal(signed_rank_least(rows[i].p), rows[i].n);
		fill(d, rows[i].n, 0);
		assert_true(signed_rank_p(d, rows[i].n) <= rows[i].p);
		if (rows[i].n)
			assert_true(signed_rank_p(d, rows[i].n - 1) > rows[i].p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_critical_values),
		cmocka_unit_test(published_tails),
		cmocka_unit_test(depression_scale),
		cmocka_unit_test(ties_and_zeros_by_enumeration),
		cmocka_unit_test(what_is_remembered_is_what_is_counted),
		cmocka_unit_test(many_are_on_the_safe_side),
		cmocka_unit_test(many_ties_are_on_the_safe_side),
		cmocka_unit_test(intervals_invert_the_test),
		cmocka_unit_test(too_few_have_no_interval),
		cmocka_unit_test(what_says_nothing),
		cmocka_unit_test(least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
