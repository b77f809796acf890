/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Permuting runs, against examples counted by hand and published ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "maxt.h"
#include "util.h"

static void assert_near(double x, double wanted, double by)
{
	if (!(fabs(x - wanted) <= by))
		fail_msg("%.17g is not %.17g", x, wanted);
}

/* Two runs against three, ten splits. The studentised differences of the two cases, the
 * second group being runs 2, 3, 4 as it was, or others:
 *
 *   012 0.85 1.01   014 1.63 1.60   024 0.99 1.01   123 0.35 1.34   134 0.23 0.80
 *   013 2.93 0.09   023 0.35 0.35   034 0.23 0.09   124 0.99 0.09   234 3.37 1.34
 *
 * 3.37 is reached once. The second case is held against itself alone: 1.34 is reached in
 * 014, 123 and 234; with the first it would be in 013, too. */
static void steps_down(void **state)
{
	static const double x[] = {8, 3, 8, 5, 0, 6, 4, 8, 2, 5};
	double p[2];
	(void)state;

	maxt(x, 2, 2, 3, p);
	assert_near(p[0], 0.1, 1e-12);
	assert_near(p[1], 0.3, 1e-12);
}

/* Pitman (1937), Significance tests which may be applied to samples from any populations:
 * of the 126 splits of these, 5 have means as far apart. */
static void counts_splits_of_one_case(void **state)
{
	static const double x[] = {0, 11, 12, 20, 16, 19, 22, 24, 29};
	double p;
	(void)state;

	maxt(x, 1, 4, 5, &p);
	assert_near(p, 5 / 126., 1e-12);
}

/* Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 15: mice that were
 * treated or not. They drew 1,000 splits and got 0.132 on one side; it is 1613 of all
 * 11,440, and 3184 on both. */
static void agrees_with_what_is_published(void **state)
{
	static const double x[] = {94,  197, 16, 38, 99, 141, 23, 52,
				   104, 146, 10, 51, 30, 40,  27, 46};
	double p;
	(void)state;

	maxt(x, 1, 7, 9, &p);
	assert_near(p, 3184 / 11440., 1e-12);
}

/* https://rosettacode.org/wiki/Permutation_test: 92,378 splits, of which 12.80 % have a
 * larger difference; as far apart on either side are 23,997. */
static void draws_lots_where_there_are_too_many(void **state)
{
	static const double x[] = {85, 88, 75, 66, 25, 29, 83, 39, 97, 68,
				   41, 10, 49, 16, 65, 32, 92, 28, 98};
	double p;
	(void)state;

	maxt(x, 1, 9, 10, &p);
	/* Three standard errors of 50,000 draws. */
	assert_near(p, 23997 / 92378., 0.006);
}

/* The same change in a case that spreads as usual and in one that spreads much. */
static void a_spread_is_what_a_change_is_held_against(void **state)
{
	static const double noise[] = {0.3, -1.2, 0.8,  0.1, -0.4,
				       1.1, -0.6, -0.2, 0.5, -0.9};
	double x[10 * 3], p[3];
	(void)state;

	for (size_t i = 0; i < 10; i++) {
		double change = i < 5 ? 0 : 0.1;

		x[3 * i] = change + 0.01 * noise[i];
		x[3 * i + 1] = change + 0.3 * noise[i];
		x[3 * i + 2] = 0.01 * noise[9 - i];
	}
	maxt(x, 3, 5, 5, p);
	assert_near(p[0], 2 / 252., 1e-12);
	assert_true(p[1] > 0.3);
	assert_true(p[2] > 0.3);
}

/* Runs that happen to agree are no proof: what is usual counts as well, and puts the
 * first case behind the second, which is no surer than 3 of 10 splits. */
static void luck_is_no_precision(void **state)
{
	static const double x[] = {0, 0.3, 0, 0.5, 1e-6, 0.6, 1e-6, 0.8, 1e-6, 0.5};
	double p[2];
	(void)state;

	maxt(x, 2, 2, 3, p);
	assert_near(p[1], 0.3, 1e-12);
	assert_near(p[0], 0.3, 1e-12);
}

static void nothing_differs_from_itself(void **state)
{
	static const double x[] = {0.1, NAN, 0.1, NAN, 0.1, 1, 0.1, 2};
	double p[2];
	(void)state;

	maxt(x, 2, 2, 2, p);
	assert_near(p[0], 1, 0);
	/* Of the second, one side was never measured. */
	assert_near(p[1], 1, 0);
}

/* 8, 8 against 0, 4, 2, as above, and a run that says nothing, which may be on either
 * side: of the 20 splits, this one and its mirror image part those two from these three.
 */
static void a_run_may_lack_a_case(void **state)
{
	static const double x[] = {8, 8, NAN, 0, 4, 2};
	double p;
	(void)state;

	maxt(x, 1, 3, 3, &p);
	assert_near(p, 2 / 20., 1e-12);
}

static void says_what_runs_can_show(void **state)
{
	(void)state;
	assert_near(maxt_least(1, 1), 1, 0);
	assert_near(maxt_least(4, 4), 2 / 70., 1e-15);
	assert_near(maxt_least(4, 5), 1 / 126., 1e-15);
	assert_near(maxt_least(1, 99), 1 / 100., 1e-15);
	assert_near(maxt_least(30, 30), 1 / 50001., 1e-15);
	assert_int_equal(maxt_runs(0.05), 4);
	assert_int_equal(maxt_runs(0.01), 5);
	assert_int_equal(maxt_runs(0.0001), 9);
	/* Beyond what is drawn, no number does; it ends. */
	assert_int_equal(maxt_runs(1e-9), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_down),
		cmocka_unit_test(counts_splits_of_one_case),
		cmocka_unit_test(agrees_with_what_is_published),
		cmocka_unit_test(draws_lots_where_there_are_too_many),
		cmocka_unit_test(a_spread_is_what_a_change_is_held_against),
		cmocka_unit_test(luck_is_no_precision),
		cmocka_unit_test(nothing_differs_from_itself),
		cmocka_unit_test(a_run_may_lack_a_case),
		cmocka_unit_test(says_what_runs_can_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
