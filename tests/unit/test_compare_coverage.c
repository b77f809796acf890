/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparisons of simulated runs, as they spread on a shared machine: how often one is
 * called changed that is not, and how often a change is found. Seeds are fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "maxt.h"
#include "stats.h"
#include "util.h"

enum { CASES = 40, RUNS = 5 };

/* How the runs of a side differ from each other. */
enum shape { NORMAL, SKEWED, TWO_LEVELS };

static double noise(struct rng *g, enum shape shape)
{
	double z = rng_normal(g);

	switch (shape) {
	case SKEWED:
		return exp(z);
	case TWO_LEVELS:
		return (rng_below(g, 4) ? 0 : 3) + 0.3 * z;
	default:
		return z;
	}
}

/* 5 % from run to run, of which half is common to all cases of a run; what each case
 * has of its own ranges from a tenth to twice the usual. The first `changed` cases of the
 * last RUNS runs cost more by `change`. */
static void simulate(struct rng *g, enum shape shape, size_t changed, double change,
		     double *x)
{
	for (size_t i = 0; i < (size_t)2 * RUNS; i++) {
		double common = noise(g, shape);

		for (size_t j = 0; j < CASES; j++) {
			double own = (double)(1 + j % 20) / 10;

			x[i * CASES + j] =
				0.05 * M_SQRT1_2 * (common + own * noise(g, shape));
			if (i >= RUNS && j < changed)
				x[i * CASES + j] += change;
		}
	}
}

/* In how many of `times` comparisons any case that has not changed is called so. */
static size_t false_alarms(enum shape shape, size_t times, size_t changed, double alpha)
{
	struct rng *g = rng_new(20 + (uint64_t)shape);
	double x[2 * RUNS * CASES], p[CASES];
	size_t n = 0;

	for (size_t t = 0; t < times; t++) {
		bool any = false;

		simulate(g, shape, changed, 0.3, x);
		maxt(x, CASES, RUNS, RUNS, p);
		for (size_t j = changed; j < CASES; j++)
			any |= p[j] <= alpha;
		n += any;
	}
	rng_free(g);
	return n;
}

/* With a rate of alpha the count is below this in 999 of 1,000 tries. */
static size_t bound(size_t times, double alpha)
{
	double mean = (double)times * alpha;

	return (size_t)(mean + 3.1 * sqrt(mean) + 1);
}

static void false_alarms_are_as_rare_as_was_asked(void **state)
{
	const size_t times = 1000;
	(void)state;

	for (enum shape shape = NORMAL; shape <= TWO_LEVELS; shape++) {
		size_t n = false_alarms(shape, times, 0, 0.05);

		print_message("# noise %d: %zu of %zu at alpha 5 %%\n", (int)shape, n,
			      times);
		/* 5 runs a side know steps of 2/252: 0.0476 is the rate at 5 %. */
		assert_true(n <= bound(times, 0.05));
		assert_true(n >= times * 3 / 100);
		n = false_alarms(shape, times, 0, 0.01);
		print_message("# noise %d: %zu of %zu at alpha 1 %%\n", (int)shape, n,
			      times);
		assert_true(n <= bound(times, 0.01));
	}
}

/* That others changed makes no false alarm likelier. */
static void changes_elsewhere_make_no_alarms(void **state)
{
	const size_t times = 1000;
	(void)state;

	size_t n = false_alarms(NORMAL, times, 3 * CASES / 4, 0.05);
	print_message("# 3/4 changed: %zu of %zu at alpha 5 %%\n", n, times);
	assert_true(n <= bound(times, 0.05));
}

static void a_change_is_found(void **state)
{
	const size_t times = 200;
	struct rng *g = rng_new(7);
	double x[2 * RUNS * CASES], p[CASES];
	size_t found = 0;
	(void)state;

	for (size_t t = 0; t < times; t++) {
		simulate(g, NORMAL, 10, 0.3, x);
		maxt(x, CASES, RUNS, RUNS, p);
		/* One that spreads as cases do. */
		found += p[9] <= 0.01;
	}
	rng_free(g);
	print_message("# 30 %% found in %zu of %zu\n", found, times);
	assert_true(found >= times * 95 / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(false_alarms_are_as_rare_as_was_asked),
		cmocka_unit_test(changes_elsewhere_make_no_alarms),
		cmocka_unit_test(a_change_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
