/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often change points are false, and how many of the true ones are found, where the
 * truth is known: AR(1) noise, normal and skewed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "changes.h"
#include "stats.h"
#include "util.h"

enum {
	POINTS = 100,
	SERIES = 3000, /* of each kind, without a change */
	TRIES = 200,   /* of each kind, with changes */
	CASES = 40,    /* of a history */
	HISTORIES = 150,
	NEAR = 2, /* runs that a place may be off */
};

static const double alpha = 0.01;

typedef double noise(struct rng *g);

/* Log-normal, a standard deviation of 1. */
static double skewed(struct rng *g)
{
	return (exp(rng_normal(g)) - 1.6487) / 2.1612;
}

/* Of AR(1), scaled to a standard deviation of 1. */
static void make(struct rng *g, noise *innovation, double rho, double x[POINTS])
{
	double y = 0;

	for (int i = -50; i < POINTS; i++) {
		y = rho * y + innovation(g);
		if (i >= 0)
			x[i] = y * sqrt(1 - rho * rho);
	}
}

/* In how many of the series any change is found, and in how many by a test that takes
 * neighbours for strangers. */
static void count_false(noise *innovation, double rho, size_t *calibrated,
			size_t *uncalibrated)
{
	struct chance *chance = chance_new(1);
	struct rng *g = rng_new(20260101);
	double x[POINTS];

	*calibrated = *uncalibrated = 0;
	for (size_t i = 0; i < SERIES; i++) {
		struct changes c;

		make(g, innovation, rho, x);
		changes_find(chance, x, POINTS, alpha, &c);
		*calibrated += c.n > 0;
		*uncalibrated += changes_best(chance, x, POINTS, 0, alpha).p <= alpha;
		changes_free(&c);
	}
	rng_free(g);
	chance_free(chance);
}

static void a_series_has_a_false_change_in_one_of_a_hundred_at_most(void **state)
{
	(void)state;
	static noise *const noises[] = {rng_normal, skewed};
	static const double rhos[] = {0, 0.3, 0.5};

	for (size_t n = 0; n < countof(noises); n++)
		for (size_t r = 0; r < countof(rhos); r++) {
			size_t calibrated, uncalibrated;

			count_false(noises[n], rhos[r], &calibrated, &uncalibrated);
			print_message("noise %zu, rho %g: %zu of %d, uncalibrated %zu\n",
				      n, rhos[r], calibrated, SERIES, uncalibrated);
			assert_true((double)calibrated <= alpha * SERIES);
			/* Or this noise could fool nobody. */
			if (rhos[r] >= 0.5)
				assert_true(uncalibrated > SERIES / 5);
		}
}

/* The rate of a whole history: each series is asked at its share of alpha. */
static void a_history_has_one_too(void **state)
{
	(void)state;
	struct chance *chance = chance_new(2);
	struct rng *g = rng_new(20260102);
	size_t wrong = 0;
	double x[POINTS];

	for (size_t h = 0; h < HISTORIES; h++) {
		bool any = false;

		for (size_t i = 0; i < CASES; i++) {
			struct changes c;

			make(g, rng_normal, 0.5, x);
			changes_find(chance, x, POINTS, alpha / CASES, &c);
			any |= c.n > 0;
			changes_free(&c);
		}
		wrong += any;
	}
	print_message("%zu of %d histories\n", wrong, HISTORIES);
	assert_true(wrong <= 2); /* 1.5 are 1 % */
	rng_free(g);
	chance_free(chance);
}

/* In how many of the tries all of the places are found, and how often there are more. */
static void count_found(double rho, const size_t *at, size_t n, double by, size_t *found,
			size_t *more)
{
	struct chance *chance = chance_new(3);
	struct rng *g = rng_new(20260103);
	double x[POINTS];

	*found = *more = 0;
	for (size_t k = 0; k < TRIES; k++) {
		struct changes c;
		size_t near = 0;

		make(g, rng_normal, rho, x);
		for (size_t j = 0; j < n; j++)
			for (size_t i = at[j]; i < POINTS; i++)
				x[i] += by;
		changes_find(chance, x, POINTS, alpha, &c);
		for (size_t j = 0; j < n && c.n == n; j++)
			near += c.v[j].at + NEAR >= at[j] && c.v[j].at <= at[j] + NEAR;
		*found += near == n;
		*more += c.n > n;
		changes_free(&c);
	}
	print_message("rho %g, %zu changes by %g: %zu of %d, %zu with more\n", rho, n, by,
		      *found, TRIES, *more);
	rng_free(g);
	chance_free(chance);
}

static void changes_are_found_where_they_are(void **state)
{
	(void)state;
	static const size_t middle[] = {POINTS / 2}, late[] = {POINTS - 10},
			    two[] = {POINTS / 3, 2 * POINTS / 3};
	size_t found, more;

	count_found(0, middle, 1, 3, &found, &more);
	assert_true(found >= TRIES * 95 / 100);
	count_found(0.3, middle, 1, 3, &found, &more);
	assert_true(found >= TRIES * 90 / 100);
	count_found(0.5, middle, 1, 4, &found, &more);
	assert_true(found >= TRIES * 90 / 100);
	/* What a check is for: a change ten runs ago. */
	count_found(0.3, late, 1, 6, &found, &more);
	assert_true(found >= TRIES * 80 / 100);
	count_found(0.3, two, 2, 4, &found, &more);
	assert_true(found >= TRIES * 90 / 100);
	assert_true(more <= TRIES * 5 / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_series_has_a_false_change_in_one_of_a_hundred_at_most),
		cmocka_unit_test(a_history_has_one_too),
		cmocka_unit_test(changes_are_found_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
