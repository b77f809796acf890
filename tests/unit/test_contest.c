/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contests whose blocks are known, worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "contest.h"
#include "figures.h"
#include "util.h"

/* Room for: contests may have fewer. */
enum { CASES = 16 };

static const struct contest_rule usual = {.alpha = 0.01, .margin = 0.02};
/* Each stage at 20 %. */
static const struct contest_rule lax = {.alpha = 0.04, .margin = 0.02};

static void assert_near(double x, double wanted, double by)
{
	if (!(fabs(x - wanted) <= by))
		fail_msg("%.17g is not within %g of %.17g", x, by, wanted);
}

/* Blocks about `d`, no two alike, all on its side. */
static double about(double d, size_t block)
{
	return d * (1 + 0.01 * (double)(block % 7) + 1e-4 * (double)block);
}

static void pass(struct contest *c, const double *d, size_t block)
{
	for (size_t i = 0; i < c->n; i++)
		if (contest_wants(c, i))
			contest_add(c, i, about(d[i], block));
	contest_look(c);
}

/* To the end of the stage. */
static void run_stage(struct contest *c, const double *d)
{
	enum contest_stage stage = c->stage;

	for (size_t block = 0; c->stage == stage && c->looks.n; block++)
		pass(c, d, block);
}

static void run(struct contest *c, const double *d, size_t most)
{
	run_stage(c, d);
	contest_confirm(c, most);
	run_stage(c, d);
	assert_int_equal(c->stage, CONTEST_DONE);
}

static void answers_what_is_clear(void **state)
{
	const double d[CASES] = {0.1, -0.1, 0, 0.01, -0.01};
	static const enum contest_answer wanted[] = {
		CONTEST_REGRESSED, CONTEST_IMPROVED, CONTEST_EQUIVALENT,
		/* However surely they differ. */
		CONTEST_EQUIVALENT, CONTEST_EQUIVALENT};
	struct contest c;

	(void)state;
	contest_init(&c, countof(wanted), &usual, 40);
	run(&c, d, 40);
	for (size_t i = 0; i < countof(wanted); i++) {
		struct estimate e = contest_ratio(&c, i);

		assert_int_equal(c.v[i].answer, wanted[i]);
		assert_int_equal(c.v[i].side, wanted[i] == CONTEST_REGRESSED  ? 1
					      : wanted[i] == CONTEST_IMPROVED ? -1
									      : 0);
		assert_true(e.lo <= e.value && e.value <= e.hi);
		if (wanted[i] == CONTEST_EQUIVALENT)
			assert_true(e.lo >= 1 / 1.02 && e.hi <= 1.02);
		/* No blocks are spent on what is decided. */
		assert_int_equal(c.v[i].looks[0], 1);
		assert_true(c.v[i].screened.n < 40);
		assert_int_equal(c.v[i].looks[1], c.v[i].side != 0);
	}
	contest_free(&c);
}

static void neither_zero_nor_noise_is_a_difference(void **state)
{
	const struct contest_rule none = {.alpha = 0.01, .margin = 0};
	struct contest c;

	(void)state;
	contest_init(&c, 2, &none, 30);
	for (size_t block = 0; c.looks.n; block++) {
		contest_add(&c, 0, 0);
		contest_add(&c, 1, about(block % 2 ? 0.1 : -0.1, block));
		contest_look(&c);
	}
	assert_int_equal(c.stage, CONTEST_DONE);
	assert_int_equal(c.v[0].answer, CONTEST_INCONCLUSIVE);
	assert_near(c.v[0].p[0], 1, 0);
	assert_int_equal(c.v[1].answer, CONTEST_INCONCLUSIVE);
	assert_int_equal(c.v[1].screened.n, 30);
	contest_free(&c);
}

/* What fresh blocks do not show, or show on the other side, was luck. */
static void only_what_is_confirmed_is_answered(void **state)
{
	const double first[CASES] = {0.1, 0.1, 0.1, -0.1};
	const double fresh[CASES] = {0.1, -0.1, 0, -0.1};
	static const enum contest_answer wanted[] = {
		CONTEST_REGRESSED, CONTEST_INCONCLUSIVE, CONTEST_EQUIVALENT,
		CONTEST_IMPROVED};
	struct contest c;

	(void)state;
	contest_init(&c, countof(wanted), &usual, 40);
	run_stage(&c, first);
	assert_int_equal(c.stage, CONTEST_CONFIRMING);
	for (size_t i = 0; i < c.n; i++) {
		assert_int_equal(c.v[i].answer, CONTEST_INCONCLUSIVE);
		assert_false(contest_wants(&c, i));
	}
	contest_confirm(&c, 30);
	run_stage(&c, fresh);
	for (size_t i = 0; i < c.n; i++)
		assert_int_equal(c.v[i].answer, wanted[i]);
	assert_int_equal(c.v[1].confirmed.n, 30);
	/* The figure is that of the fresh blocks. */
	assert_true(contest_ratio(&c, 1).hi < 1);
	assert_int_equal(contest_ratio(&c, 1).n, 30);
	contest_free(&c);
}

static void nothing_is_confirmed_without_blocks(void **state)
{
	const double d[CASES] = {0.1};
	struct contest c;

	(void)state;
	contest_init(&c, 1, &usual, 40);
	run_stage(&c, d);
	assert_int_equal(c.stage, CONTEST_CONFIRMING);
	contest_confirm(&c, 0);
	assert_int_equal(c.stage, CONTEST_DONE);
	assert_int_equal(c.v[0].answer, CONTEST_INCONCLUSIVE);
	/* Not known better than from the screened. */
	assert_int_equal(contest_ratio(&c, 0).n, c.v[0].screened.n);
	contest_free(&c);
}

/* ---- looks */

static void looks_grow_and_spend_all(void **state)
{
	static const size_t sizes[] = {1, 20, 300}, mosts[] = {7, 20, 60, 400, 20000};

	(void)state;
	for (size_t i = 0; i < countof(sizes) * countof(mosts); i++) {
		size_t n = sizes[i % countof(sizes)], most = mosts[i / countof(sizes)];
		double sum = 0, level = fmin(0.2 / (double)n / 2, 0.025);
		struct contest c;

		contest_init(&c, n, &usual, most);
		const struct looks *l = &c.looks;
		assert_in_range(l->n, 1, CONTEST_LOOKS);
		assert_int_equal(l->at[l->n - 1], most);
		for (size_t k = 0; k < l->n; k++) {
			assert_true(l->share[k] > 0);
			assert_true(k == 0 || l->at[k] > l->at[k - 1]);
			sum += l->share[k];
		}
		assert_near(sum, 1, 1e-12);
		/* Each look can decide, unless there is one that cannot. */
		if (signed_rank_least(level) <= most)
			assert_true(signed_rank_least(level * l->share[0]) <= l->at[0]);
		else
			assert_int_equal(l->n, 1);
		contest_free(&c);
	}
}

/* Six of six, on both sides: 2 of 64 ways, in a look that has all of the error rate. */
static void p_is_that_of_the_signed_ranks(void **state)
{
	const double d[CASES] = {0.1};
	struct contest c;

	(void)state;
	contest_init(&c, 1, &lax, 6);
	assert_int_equal(c.looks.n, 1);
	run_stage(&c, d);
	assert_near(c.v[0].p[0], 2.0 / 64, 1e-15);
	assert_int_equal(c.stage, CONTEST_CONFIRMING);
	contest_confirm(&c, 7);
	run_stage(&c, d);
	assert_near(c.v[0].p[1], 1.0 / 128, 1e-15);
	assert_int_equal(c.v[0].answer, CONTEST_REGRESSED);
	/* Of all seven. */
	struct estimate e = contest_ratio(&c, 0), same;
	same = signed_rank_ci(c.v[0].confirmed.d, 7, FIGURES_LEVEL);
	assert_near(e.value, exp(same.value), 1e-15);
	assert_near(e.lo, exp(same.lo), 1e-15);
	assert_near(e.hi, exp(same.hi), 1e-15);
	contest_free(&c);
}

static void each_look_spends_its_share(void **state)
{
	const double d[CASES] = {0.1};
	struct contest c;

	(void)state;
	contest_init(&c, 1, &usual, 60);
	double share = c.looks.share[0];
	size_t n = c.looks.at[0];
	assert_true(c.looks.n > 2);
	run_stage(&c, d);
	assert_int_equal(c.v[0].looks[0], 1);
	assert_int_equal(c.v[0].screened.n, n);
	assert_near(c.v[0].p[0], 2 * ldexp(1, -(int)n) / share, 1e-12);
	struct estimate e = contest_ratio(&c, 0), same;
	same = signed_rank_ci(c.v[0].screened.d, n, 1 - (1 - FIGURES_LEVEL) * share);
	assert_near(e.lo, exp(same.lo), 1e-15);
	assert_near(e.hi, exp(same.hi), 1e-15);
	contest_confirm(&c, 60);
	share = c.looks.share[0];
	n = c.looks.at[0];
	run_stage(&c, d);
	assert_near(c.v[0].p[1], ldexp(1, -(int)n) / share, 1e-12);
	contest_free(&c);
}

static void too_few_blocks_decide_nothing(void **state)
{
	const double d[CASES] = {0.5, 0};
	struct contest c;

	(void)state;
	contest_init(&c, 2, &usual, 4);
	run_stage(&c, d);
	assert_int_equal(c.stage, CONTEST_DONE);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(c.v[i].screened.n, 4);
		assert_int_equal(c.v[i].looks[0], 1);
		assert_int_equal(c.v[i].answer, CONTEST_INCONCLUSIVE);
		assert_true(isnan(contest_ratio(&c, i).lo));
	}
	contest_free(&c);
	contest_init(&c, 2, &usual, 0);
	assert_int_equal(c.stage, CONTEST_DONE);
	assert_false(contest_wants(&c, 0));
	assert_true(isnan(contest_ratio(&c, 0).value));
	contest_free(&c);
	contest_init(&c, 0, &usual, 10);
	assert_int_equal(c.stage, CONTEST_DONE);
	contest_free(&c);
}

/* ---- many cases */

/* Seven of seven, two-sided: 1/64. The first step of Holm's allows 20 % of that many
 * cases; the next a little more. */
static void holm_steps_down_among_the_cases(void **state)
{
	static const struct {
		size_t ncases, alike;
		bool found;
	} rows[] = {{12, 1, true}, {13, 1, false}, {13, 2, false}, {12, 12, true}};
	struct contest c;

	(void)state;
	for (size_t r = 0; r < countof(rows); r++) {
		contest_init(&c, rows[r].ncases, &lax, 7);
		for (size_t block = 0; block < 7; block++) {
			for (size_t i = 0; i < c.n; i++)
				contest_add(
					&c, i,
					about(i < rows[r].alike || block % 2 ? 0.1 : -0.1,
					      block));
			contest_look(&c);
		}
		assert_int_equal(c.v[0].side, rows[r].found);
		contest_free(&c);
	}
}

/* A strong case makes room for one that alone would not do: its limit becomes that of one
 * case less. */
static void holm_lends_what_a_case_does_not_need(void **state)
{
	struct contest c;

	(void)state;
	contest_init(&c, 13, &lax, 8);
	contest_drop(&c, 12);
	assert_int_equal(c.looks.n, 1);
	for (size_t block = 0; block < 8; block++) {
		for (size_t i = 0; i < 12; i++) {
			/* Eight of eight: 1/128; all but the smallest: 4/256, which is
			 * more than 0.2 / 13, and less than 0.2 / 12. */
			double sign = i == 0                    ? 1
				      : i == 1                  ? block == 0 ? -1 : 1
				      : (block / 2 + block) % 2 ? 1
								: -1;

			contest_add(&c, i, sign * 0.1 * (double)(block + 1));
		}
		contest_look(&c);
	}
	assert_near(c.v[1].p[0], 4.0 / 256, 1e-15);
	assert_int_equal(c.v[0].side, 1);
	assert_int_equal(c.v[1].side, 1);
	assert_int_equal(c.v[2].side, 0);
	contest_free(&c);
}

static void dropped_cases_still_count(void **state)
{
	const double d[CASES] = {0.1};
	struct contest c;

	(void)state;
	for (size_t n = 12; n <= 13; n++) {
		contest_init(&c, n, &lax, 7);
		for (size_t i = 1; i < n; i++)
			contest_drop(&c, i);
		assert_false(contest_wants(&c, 1));
		run_stage(&c, d);
		assert_int_equal(c.v[0].side, n == 12);
		assert_int_equal(c.v[1].answer, CONTEST_INCONCLUSIVE);
		contest_free(&c);
	}
}

static void dropped_candidates_are_not_confirmed(void **state)
{
	const double d[CASES] = {0.1, 0.1};
	struct contest c;

	(void)state;
	contest_init(&c, 2, &usual, 30);
	run_stage(&c, d);
	contest_drop(&c, 0);
	contest_confirm(&c, 30);
	assert_false(contest_wants(&c, 0));
	assert_true(contest_wants(&c, 1));
	pass(&c, d, 0);
	contest_drop(&c, 1);
	contest_look(&c);
	/* Nobody is left. */
	assert_int_equal(c.stage, CONTEST_DONE);
	assert_int_equal(c.v[0].answer, CONTEST_INCONCLUSIVE);
	assert_int_equal(c.v[1].answer, CONTEST_INCONCLUSIVE);
	contest_free(&c);
}

/* ---- the time is up */

static void closing_takes_a_last_look(void **state)
{
	const double d[CASES] = {0.1, 0};
	struct contest c;

	(void)state;
	contest_init(&c, 2, &usual, 100);
	for (size_t block = 0; block < 10; block++)
		pass(&c, d, block);
	assert_true(c.looks.at[0] > 10);
	assert_int_equal(c.v[0].looks[0], 0);
	contest_close(&c);
	/* With all of the error rate, for nothing was spent before. */
	assert_near(c.v[0].p[0], 2.0 / 1024, 1e-15);
	assert_int_equal(c.v[1].answer, CONTEST_EQUIVALENT);
	assert_int_equal(c.stage, CONTEST_CONFIRMING);
	/* What waits for its blocks is not over. */
	contest_close(&c);
	assert_int_equal(c.stage, CONTEST_CONFIRMING);
	contest_confirm(&c, 100);
	for (size_t block = 0; block < 8; block++)
		pass(&c, d, block);
	contest_close(&c);
	assert_near(c.v[0].p[1], 1.0 / 256, 1e-15);
	assert_int_equal(c.v[0].answer, CONTEST_REGRESSED);
	assert_int_equal(c.stage, CONTEST_DONE);
	contest_free(&c);
}

static void closing_spends_what_is_left(void **state)
{
	const struct contest_rule strict = {.alpha = 1e-12, .margin = 0.02};
	struct contest c;

	(void)state;
	contest_init(&c, 1, &strict, 200);
	size_t n = c.looks.at[0] + 1;
	double share = c.looks.share[0];
	for (size_t block = 0; block < n; block++) {
		contest_add(&c, 0, about(block % 9 ? 0.1 : -0.1, block));
		contest_look(&c);
	}
	assert_int_equal(c.v[0].looks[0], 1);
	contest_close(&c);
	assert_int_equal(c.v[0].looks[0], 2);
	assert_int_equal(c.v[0].screened.seen, n);
	assert_near(c.v[0].screened.share, 1 - share, 1e-12);
	contest_free(&c);
	/* Closed before it began. */
	contest_init(&c, 1, &usual, 30);
	contest_close(&c);
	assert_int_equal(c.stage, CONTEST_DONE);
	contest_confirm(&c, 10);
	assert_int_equal(c.stage, CONTEST_DONE);
	assert_int_equal(c.v[0].answer, CONTEST_INCONCLUSIVE);
	contest_free(&c);
}

/* What another case lends makes an earlier look enough: the interval is of that one. */
static void what_is_regressed_has_an_interval_above_1(void **state)
{
	const double d[CASES] = {0.1, 0.1};
	struct contest c;

	(void)state;
	contest_init(&c, 2, &usual, 40);
	run_stage(&c, d);
	contest_confirm(&c, 40);
	c.looks = (struct looks){.at = {7, 9}, .n = 2, .share = {0.5, 0.5}};
	for (size_t block = 0; block < 9; block++) {
		contest_add(&c, 0, block < 7 ? about(0.1, block) : about(-0.5, block));
		contest_add(&c, 1, block ? about(0.1, block) : -0.05);
		contest_look(&c);
	}
	/* Not by the first look alone, nor by the second: both are there by then. */
	assert_near(c.v[0].p[1], 2 / 128.0, 1e-15);
	assert_near(c.v[1].p[1], 4 / 512.0, 1e-15);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(c.v[i].answer, CONTEST_REGRESSED);
		assert_true(contest_ratio(&c, i).lo > 1);
	}
	assert_int_equal(contest_ratio(&c, 0).n, 7);
	contest_free(&c);
}

/* ---- what it finds */

static void too_few_find_nothing(void **state)
{
	const double d[] = {0.01, -0.02, 0.03, -0.01, 0.02, 0.01};

	(void)state;
	assert_true(isnan(contest_finds(d, 4, 20, &usual, 30, 30)));
	assert_false(isnan(contest_finds(d, 6, 20, &usual, 30, 30)));
	/* Eight blocks decide nothing among 20 cases, and none confirm nothing. */
	assert_true(isnan(contest_finds(d, 6, 20, &usual, 7, 30)));
	assert_true(isnan(contest_finds(d, 6, 20, &usual, 30, 0)));
}

static void answers_have_names(void **state)
{
	(void)state;
	assert_string_equal(contest_answer_name(CONTEST_INCONCLUSIVE), "inconclusive");
	assert_string_equal(contest_answer_name(CONTEST_EQUIVALENT), "equivalent");
	assert_string_equal(contest_answer_name(CONTEST_REGRESSED), "regressed");
	assert_string_equal(contest_answer_name(CONTEST_IMPROVED), "improved");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_what_is_clear),
		cmocka_unit_test(neither_zero_nor_noise_is_a_difference),
		cmocka_unit_test(only_what_is_confirmed_is_answered),
		cmocka_unit_test(nothing_is_confirmed_without_blocks),
		cmocka_unit_test(looks_grow_and_spend_all),
		cmocka_unit_test(p_is_that_of_the_signed_ranks),
		cmocka_unit_test(each_look_spends_its_share),
		cmocka_unit_test(too_few_blocks_decide_nothing),
		cmocka_unit_test(holm_steps_down_among_the_cases),
		cmocka_unit_test(holm_lends_what_a_case_does_not_need),
		cmocka_unit_test(dropped_cases_still_count),
		cmocka_unit_test(dropped_candidates_are_not_confirmed),
		cmocka_unit_test(closing_takes_a_last_look),
		cmocka_unit_test(closing_spends_what_is_left),
		cmocka_unit_test(what_is_regressed_has_an_interval_above_1),
		cmocka_unit_test(too_few_find_nothing),
		cmocka_unit_test(answers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
