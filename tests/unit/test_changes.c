/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Change points: a published series, energies by hand, and what must not matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "stats.h"
#include "util.h"

static const double alpha = 0.01;

/* The flow of the Nile at Aswan, 1871 to 1970: R's dataset `Nile`, from Durbin & Koopman
 * 2001. It dropped with 1899, the 29th year (Cobb 1978; strucchange's breakpoint is 28).
 */
static const double nile[] = {
	1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110,
	994,  1020, 960,  1180, 799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220,
	1030, 1100, 774,  840,  874,  694,  940,  833,  701,  916,  692,  1020, 1050,
	969,  831,  726,  456,  824,  702,  1120, 1100, 832,  764,  821,  768,  845,
	864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984,
	897,  822,  1010, 771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,
	848,  890,  744,  749,  838,  1050, 918,  986,  797,  923,  975,  815,  1020,
	906,  901,  1170, 912,  746,  919,  718,  714,  740};

static void assert_near(double x, double wanted, double by)
{
	if (!(fabs(x - wanted) <= by))
		fail_msg("%.17g is not within %g of %.17g", x, by, wanted);
}

static void the_nile_changed_once(void **state)
{
	(void)state;
	struct chance *chance = chance_new(1);
	struct changes c;
	const double years = 100;
	double sum = 0;

	for (size_t i = 0; i < countof(nile); i++)
		sum += nile[i];
	assert_near(sum / years, 919.35, 1e-9); /* as of R's mean(Nile) */
	changes_find(chance, nile, countof(nile), alpha, &c);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.v[0].at, 28);
	assert_true(c.v[0].p <= alpha);
	/* Medians of the years before and after. */
	assert_near(c.v[0].before, 1130.0, 1e-9);
	assert_near(c.v[0].after, 842.5, 1e-9);
	changes_free(&c);
	chance_free(chance);
}

/* The definition, pair by pair, of ranks that are the values themselves. */
static double energy_by_pairs(const double *x, size_t n, size_t m)
{
	double across = 0, left = 0, right = 0, a = (double)m, b = (double)(n - m);

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			double d = fabs(x[i] - x[j]);

			if (j < m)
				left += d;
			else if (i >= m)
				right += d;
			else
				across += d;
		}
	return a * b / (a + b) *
	       (2 * across / (a * b) - left / (a * (a - 1) / 2) -
		right / (b * (b - 1) / 2));
}

static void energies_are_those_of_the_definition(void **state)
{
	(void)state;
	/* 1 2 3 against 4 5 6: across 3 on average, inside 4/3: 2 * 3 - 4/3 - 4/3 =
	 * 10/3, times 3 * 3 / 6. */
	const double apart[] = {1, 2, 3, 4, 5, 6};
	/* Ranks of ties are shared: 1.5 1.5 3 5 5 5 7 */
	const double tied[] = {5, 1.5, 5, 3, 1.5, 7, 5};
	struct rng *g = rng_new(3);
	size_t order[40];
	double x[countof(order)];

	assert_near(changes_energy(apart, countof(apart), 3), 5, 1e-12);
	for (size_t m = 2; m + 2 <= countof(tied); m++)
		assert_near(changes_energy(tied, countof(tied), m),
			    energy_by_pairs(tied, countof(tied), m), 1e-9);
	for (size_t i = 0; i < countof(order); i++)
		order[i] = i;
	rng_shuffle(g, order, countof(order));
	for (size_t i = 0; i < countof(order); i++)
		x[i] = (double)order[i] + 1;
	for (size_t m = 2; m + 2 <= countof(x); m++)
		assert_near(changes_energy(x, countof(x), m),
			    energy_by_pairs(x, countof(x), m), 1e-9);
	rng_free(g);
}

static size_t count(const double *x, size_t n, size_t *at)
{
	struct chance *chance = chance_new(1);
	struct changes c;

	changes_find(chance, x, n, alpha, &c);
	size_t found = c.n;
	if (at && found)
		*at = c.v[0].at;
	changes_free(&c);
	chance_free(chance);
	return found;
}

static void what_never_varies_never_changes(void **state)
{
	(void)state;
	double x[60];
	size_t at = 0;

	for (size_t i = 0; i < countof(x); i++)
		x[i] = 348;
	assert_int_equal(count(x, countof(x), NULL), 0);
	assert_int_equal(count(x, 0, NULL), 0);
	assert_int_equal(count(x, 1, NULL), 0);
	/* Counts without any noise, of which one more is a change; to the last run. */
	for (size_t i = countof(x) - 8; i < countof(x); i++)
		x[i] = 349;
	assert_int_equal(count(x, countof(x), &at), 1);
	assert_int_equal(at, countof(x) - 8);
}

/* Outliers are no levels, however many sd they are off. */
static void one_run_is_no_level(void **state)
{
	(void)state;
	struct rng *g = rng_new(5);
	double x[80];

	for (size_t i = 0; i < countof(x); i++)
		x[i] = rng_normal(g);
	x[20] += 1000;
	x[50] += 1000;
	x[79] += 1000;
	assert_int_equal(count(x, countof(x), NULL), 0);
	rng_free(g);
}

static void too_few_points_find_nothing(void **state)
{
	(void)state;
	/* Of 10 whitened points 2 of 252 halves are that far apart: 2/252 < 1 %; of 8
	 * it is 2 of 70. */
	const double x[] = {1, 3, 2, 1.5, 2.5, 1.2, 901, 903, 902, 901.5, 902.5};
	size_t at = 0;

	assert_int_equal(changes_least(0.01), 11);
	assert_int_equal(changes_least(0.03), 9);
	assert_int_equal(count(x, countof(x), &at), 1);
	assert_int_equal(at, 6);
	assert_int_equal(count(x + 1, countof(x) - 1, NULL), 0);
	/* The fewer errors, the more points. */
	static const double alphas[] = {0.1, 0.01, 0.001, 1e-4, 1e-6};

	for (size_t i = 1; i < countof(alphas); i++)
		assert_true(changes_least(alphas[i]) > changes_least(alphas[i - 1]));
}

static void memory_is_estimated_whatever_the_level_does(void **state)
{
	(void)state;
	enum { N = 1000 };
	static const double rhos[] = {0, 0.3, 0.5, 0.7};
	static double x[N];

	for (size_t r = 0; r < countof(rhos); r++) {
		struct rng *g = rng_new(9);
		double y = 0;

		for (size_t i = 0; i < N; i++)
			x[i] = y = rhos[r] * y + rng_normal(g);
		assert_near(changes_rho(x, N, NULL, 0), rhos[r], 0.1);
		for (size_t i = 300; i < 600; i++)
			x[i] += 20;
		assert_near(changes_rho(x, N, NULL, 0), rhos[r], 0.1);
		rng_free(g);
	}
}

/* What chance does is drawn when it is first needed: by whom, must not matter. */
static void answers_do_not_depend_on_others(void **state)
{
	(void)state;
	struct chance *alone = chance_new(7), *shared = chance_new(7);
	struct rng *g = rng_new(11);
	struct changes a, b;
	double other[countof(nile)];

	for (size_t k = 0; k < 20; k++) {
		for (size_t i = 0; i < countof(other); i++)
			other[i] = rng_normal(g) + (i > 40 ? 2 : 0);
		changes_find(shared, other, countof(other), alpha / 50, &b);
		changes_free(&b);
	}
	changes_find(alone, nile, countof(nile), alpha, &a);
	changes_find(shared, nile, countof(nile), alpha, &b);
	assert_int_equal(a.n, b.n);
	assert_true(a.n == 1 && a.v[0].at == b.v[0].at && a.v[0].p == b.v[0].p);
	changes_free(&a);
	changes_free(&b);
	rng_free(g);
	chance_free(alone);
	chance_free(shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nile_changed_once),
		cmocka_unit_test(energies_are_those_of_the_definition),
		cmocka_unit_test(what_never_varies_never_changes),
		cmocka_unit_test(one_run_is_no_level),
		cmocka_unit_test(too_few_points_find_nothing),
		cmocka_unit_test(memory_is_estimated_whatever_the_level_does),
		cmocka_unit_test(answers_do_not_depend_on_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
