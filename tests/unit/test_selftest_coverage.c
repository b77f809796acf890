/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What resampled contests say of blocks whose distribution is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "selftest_report.h"
#include "util.h"

enum { BLOCKS = 80, CASES = 3 };

static const struct contest_rule rule = {.alpha = 0.01, .margin = 0.02};

/* Normal with this spread around `centre`. */
static void draw(double *d, size_t n, double centre, double spread, uint64_t seed)
{
	struct rng *g = rng_new(seed);

	for (size_t i = 0; i < n; i++)
		d[i] = centre + spread * rng_normal(g);
	rng_free(g);
}

/* What a test of this kind cannot do without, if blocks are normal: half of n blocks to
 * screen at 5 % on each side, half to confirm at 10 % on one, each found in 97.5 of 100;
 * signed ranks use 3 / pi of what a mean uses (Hodges & Lehmann 1956). Looks cost more.
 */
static double least(double spread, double n)
{
	const double z_screen = 1.645, z_power = 1.960, efficiency = 3 / M_PI;

	return spread * (z_screen + z_power) / sqrt(efficiency * n / 2);
}

static void finds_about_what_normal_blocks_need(void **state)
{
	double d[BLOCKS], before = INFINITY;

	(void)state;
	draw(d, BLOCKS, 0, 0.03, 1);
	for (size_t i = 0; i < 2; i++) {
		const struct selftest_case k = {d, BLOCKS, 0.5};
		const double seconds = i ? 40 : 20;
		double found = selftest_finds(&k, &rule, seconds),
		       wanted = least(0.03, seconds / 0.5);

		assert_true(found > 0.85 * wanted && found < 1.6 * wanted);
		assert_true(found < before);
		before = found;
	}
}

static void more_time_than_can_be_simulated_goes_by_the_root_law(void **state)
{
	double d[BLOCKS];

	(void)state;
	draw(d, BLOCKS, 0, 0.03, 2);
	const struct selftest_case k = {d, BLOCKS, 1};
	assert_float_equal(selftest_finds(&k, &rule, 800),
			   selftest_finds(&k, &rule, 200) / 2, 1e-9);
}

static void too_few_blocks_find_nothing(void **state)
{
	double d[BLOCKS];

	(void)state;
	draw(d, BLOCKS, 0, 0.03, 3);
	const struct selftest_case k = {d, BLOCKS, 1};
	assert_true(isnan(selftest_finds(&k, &rule, 4)));
	assert_true(isnan(selftest_finds(&k, &rule, 0.1)));
}

static void shared_by_one_case_a_budget_is_as_good_as_alone(void **state)
{
	double d[BLOCKS];

	(void)state;
	draw(d, BLOCKS, 0, 0.03, 4);
	const struct selftest_case v[] = {{d, BLOCKS, 0.5}, {d, BLOCKS, 0.5}};
	double alone = selftest_finds(v, &rule, 40);

	assert_float_equal(selftest_finds_among(v, 1, 0, &rule, 40), alone, 1e-9);
	assert_true(selftest_finds_among(v, 2, 0, &rule, 40) > alone);
	assert_true(isnan(selftest_finds_among(v, 2, 0, &rule, 1)));
}

/* Each block has so much of the one before (an autoregression of order 1). */
static void draw_cases(double d[CASES][BLOCKS], struct selftest_case *v, double of_last)
{
	for (size_t i = 0; i < CASES; i++) {
		draw(d[i], BLOCKS, 0, 0.05, 10 + i);
		for (size_t j = 1; j < BLOCKS; j++)
			d[i][j] += of_last * d[i][j - 1];
		v[i] = (struct selftest_case){d[i], BLOCKS, 1};
	}
}

/* At 10 %: of 1000 contests 100 are allowed, and 130 or more come in less than one of
 * 1000 tries (binomial). */
static void alarms_are_as_rare_as_the_rule_says(void **state)
{
	const struct contest_rule loose = {.alpha = 0.1, .margin = 0.0001};
	double d[CASES][BLOCKS];
	struct selftest_case v[CASES];

	(void)state;
	draw_cases(d, v, 0);
	size_t n = selftest_false_alarms(v, CASES, &loose, 20, 1000, 7);
	assert_in_range(n, 1, 130);
	assert_int_equal(n, selftest_false_alarms(v, CASES, &loose, 20, 1000, 7));
}

/* What the promise rests on is broken in two ways, and both show: 5 of 500 are allowed.
 */
static void alarms_are_more_where_blocks_remember_or_an_arm_costs_more(void **state)
{
	const struct contest_rule strict = {.alpha = 0.01, .margin = 0.0001};
	double d[CASES][BLOCKS];
	struct selftest_case v[CASES];

	(void)state;
	draw_cases(d, v, 0.7);
	assert_in_range(selftest_false_alarms(v, CASES, &strict, 20, 500, 7), 15, 500);
	assert_true(selftest_agreement(v, CASES, 0.99).lo > 0.5);
	draw_cases(d, v, 0);
	assert_true(selftest_agreement(v, CASES, 0.99).lo < 0.5);
	for (size_t i = 0; i < CASES; i++)
		for (size_t j = 0; j < BLOCKS; j++)
			d[i][j] += 0.05;
	assert_in_range(selftest_false_alarms(v, CASES, &strict, 20, 500, 7), 15, 500);
	assert_true(selftest_agreement(v, CASES, 0.99).lo > 0.5);
}

/* 2 of 4, and Clopper and Pearson's interval of it: 6.8 to 93.2 %. */
static void neighbours_agree_or_not(void **state)
{
	const double d[] = {1, 2, -3, -1, 4, 0}, one[] = {1};
	const struct selftest_case v[] = {{d, 6, 1}, {one, 1, 1}};
	struct estimate e = selftest_agreement(v, 2, 0.95);

	(void)state;
	assert_float_equal(e.value, 0.5, 1e-12);
	assert_float_equal(e.lo, 0.0676, 1e-4);
	assert_float_equal(e.hi, 0.9324, 1e-4);
	assert_true(isnan(selftest_agreement(v + 1, 1, 0.95).value));
}

static void a_contest_over_the_blocks_finds_what_is_in_them(void **state)
{
	double d[CASES][BLOCKS];
	enum contest_answer answer[CASES];
	const double centres[CASES] = {0, 0.2, -0.2};
	struct selftest_case v[CASES];

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		draw(d[i], BLOCKS, centres[i], 0.015, 20 + i);
		v[i] = (struct selftest_case){d[i], BLOCKS, 1};
	}
	selftest_contest(v, CASES, &rule, answer);
	assert_int_equal(answer[0], CONTEST_EQUIVALENT);
	assert_int_equal(answer[1], CONTEST_REGRESSED);
	assert_int_equal(answer[2], CONTEST_IMPROVED);
}

/* Of any count there is an interval, and it holds the rate. */
static void every_rate_has_an_interval(void **state)
{
	const size_t of[] = {1, 7, 100, 1000, 5000};

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++)
		for (size_t k = 0; k <= of[i]; k += 1 + of[i] / 500) {
			struct estimate e = stats_rate(k, of[i], 0.99);

			assert_true(e.lo >= 0 && e.lo <= e.value && e.value <= e.hi &&
				    e.hi <= 1 && e.lo < e.hi);
		}
	/* None of n: 1 - (alpha / 2)^(1 / n). */
	assert_float_equal(stats_rate(0, 1000, 0.99).hi, 1 - pow(0.005, 0.001), 1e-9);
}

/* A report over blocks around `same` and `injected`, both with this spread. */
static int report_status(size_t n, double same, double injected, double spread,
			 struct selftest_report *t)
{
	double a[CASES][BLOCKS], b[CASES][BLOCKS];
	char creation[] = "creation", ground[] = "floor";
	struct kase k[CASES] = {0};

	*t = (struct selftest_report){
		.rule = rule, .inject = 0.02, .budget_s = 100, .seed = 5, .n = CASES};
	t->rows = xcalloc(CASES, sizeof(*t->rows));
	for (size_t i = 0; i < CASES; i++) {
		k[i].family = i == 1 ? ground : creation;
		draw(a[i], n, same, spread, 30 + i);
		draw(b[i], n, log1p(injected), spread, 40 + i);
		t->rows[i] = (struct selftest_row){
			.k = &k[i], .same = {a[i], n, 10}, .injected = {b[i], n, 10}};
	}
	selftest_work_out(t);
	return selftest_status(t);
}

static void promises_hold_are_broken_or_nothing_can_be_said(void **state)
{
	struct selftest_report t;

	(void)state;
	assert_int_equal(report_status(40, 0, 0.02, 0.01, &t), EXIT_OK);
	assert_int_equal(t.nfamilies, 2);
	assert_int_equal(t.families[0].cases, 2);
	assert_int_equal(selftest_told(&t), 2);
	assert_true(t.families[0].typical.alone[4] <= t.families[0].worst.alone[4]);
	selftest_report_free(&t);
	/* Another share than was injected; equal arms that are none. */
	assert_int_equal(report_status(40, 0, 0.04, 0.01, &t), EXIT_REGRESSION);
	assert_int_equal(selftest_missed(&t), 2);
	selftest_report_free(&t);
	assert_int_equal(report_status(40, 0.05, 0.02, 0.01, &t), EXIT_REGRESSION);
	assert_int_equal(selftest_alarms(&t), CASES);
	selftest_report_free(&t);
	/* Far above what was injected, and so wide that it is not excluded: not seen. */
	report_status(12, 0, 0.13, 0.15, &t);
	assert_int_equal(selftest_told(&t), 0);
	selftest_report_free(&t);
	/* Too noisy to tell 2 % from nothing, by a factor of 5 or so in spread; too few.
	 */
	assert_int_equal(report_status(20, 0, 0.02, 0.15, &t), EXIT_UNJUDGED);
	assert_true(selftest_wants(&t) > 500);
	selftest_report_free(&t);
	assert_int_equal(report_status(3, 0, 0.02, 0.01, &t), EXIT_UNJUDGED);
	assert_true(selftest_wants(&t) >= 200);
	selftest_report_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_about_what_normal_blocks_need),
		cmocka_unit_test(more_time_than_can_be_simulated_goes_by_the_root_law),
		cmocka_unit_test(too_few_blocks_find_nothing),
		cmocka_unit_test(shared_by_one_case_a_budget_is_as_good_as_alone),
		cmocka_unit_test(alarms_are_as_rare_as_the_rule_says),
		cmocka_unit_test(
			alarms_are_more_where_blocks_remember_or_an_arm_costs_more),
		cmocka_unit_test(neighbours_agree_or_not),
		cmocka_unit_test(every_rate_has_an_interval),
		cmocka_unit_test(promises_hold_are_broken_or_nothing_can_be_said),
		cmocka_unit_test(a_contest_over_the_blocks_finds_what_is_in_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
