/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts on claims: evidence worked out with fractions, a published example of Holm's
 * procedure, and what is said of records made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "util.h"

static void assert_near(double x, double wanted)
{
	if (!(x == wanted || fabs(x - wanted) <= 1e-9 * fabs(wanted)))
		fail_msg("%.17g is not %.17g", x, wanted);
}

/* ---- statistics */

/* By expanding 2 (2p)^s (2 - 2p)^(n - s) and integrating from 1/2 to 1, in fractions; of
 * n of n that is 2^n / 2 + (2^(n + 1) - 1) / (2n + 2). */
static void evidence_by_hand(void **state)
{
	static const struct {
		size_t s, n;
		double wanted;
	} known[] = {
		{0, 0, 1},
		{1, 1, 7. / 4},
		{0, 1, 1. / 4},
		{3, 4, 13. / 20},
		{10, 10, 512 + 2047. / 22},
		{9, 10, 509. / 55},
		{5, 10, 128. / 693},
		{0, 10, 1. / 22},
		{20, 20, 524288 + 2097151. / 42},
	};

	(void)state;
	for (size_t i = 0; i < countof(known); i++)
		assert_near(stats_sign_evidence(known[i].s, known[i].n), known[i].wanted);
	/* Neither too great nor too small for a number. */
	assert_near(stats_sign_evidence(5000, 5000), DBL_MAX);
	assert_near(stats_sign_evidence(0, 100000), 0);
	assert_near(stats_sign_evidence(600, 1200), 0.01807873490024376);
}

/* Before another sign, as likely as not, evidence is what it will be on the average: so
 * nothing is gained by waiting. */
static void evidence_is_a_fair_bet(void **state)
{
	(void)state;
	for (size_t n = 0; n < 40; n++)
		for (size_t s = 0; s <= n; s++)
			assert_near((stats_sign_evidence(s + 1, n + 1) +
				     stats_sign_evidence(s, n + 1)) /
					    2,
				    stats_sign_evidence(s, n));
}

/* https://en.wikipedia.org/wiki/Holm-Bonferroni_method, "Example": of 0.01, 0.04, 0.03
 * and 0.005 at 0.05, the first and the last are significant. */
static void holm_by_a_published_example(void **state)
{
	static const double p[] = {0.01, 0.04, 0.03, 0.005};
	double limits[4];

	(void)state;
	stats_holm(p, 4, 0.05, limits);
	assert_near(limits[3], 0.05 / 4);
	assert_near(limits[0], 0.05 / 3);
	assert_near(limits[2], 0.05 / 2);
	assert_near(limits[1], 0.05 / 2);
	/* Though 0.04 would be, were it the last one to be looked at. */
	assert_true(p[0] <= limits[0] && p[3] <= limits[3]);
	assert_true(p[1] > limits[1] && p[2] > limits[2]);
}

static void infinite_values_have_their_place(void **state)
{
	static const double far[] = {1, 2, 3, 4, 5, 6, INFINITY, INFINITY, INFINITY};
	static const double never[] = {INFINITY, INFINITY, INFINITY, INFINITY,
				       INFINITY, INFINITY, INFINITY};
	static const double both[] = {-INFINITY, 4, INFINITY};

	(void)state;
	struct estimate e = stats_far_ci(far, countof(far), 5, 0.95);
	assert_near(e.value, 5);
	assert_true(e.lo >= 1 && e.lo <= 3);
	assert_near(e.hi, INFINITY);
	e = stats_far_ci(never, countof(never), 5, 0.95);
	assert_near(e.value, INFINITY);
	assert_near(e.lo, INFINITY);
	assert_near(e.hi, INFINITY);
	assert_near(stats_far_ci(both, countof(both), 5, 0.95).value, 4);
}

/* ---- verdicts */

/* A case of a benchmark without parameters, one rep a block. */
static void add_case(struct record *r, const char *name, size_t n, const double *ns)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];

	*k = (struct kase){
		.text = xstrdup(name),
		.bench = xstrdup(name),
		.family = xstrdup("f"),
		.unit = xstrdup("ns/op"),
	};
	for (size_t i = 0; i < n; i++) {
		struct rep rep = {
			.block = (unsigned)i, .batch = 1, .nrows = 1, .width = 1};

		rep.rows = xcalloc(1, sizeof(*rep.rows));
		rep.rows[0] = (uint64_t)llround(ns[i]);
		reps_add(&k->time, &rep);
	}
}

/* The same with n blocks of one figure, and after these `more` of another. */
static void add_blocks(struct record *r, const char *name, size_t n, double ns,
		       size_t more, double other)
{
	double *v = xcalloc(n + more, sizeof(*v));

	for (size_t i = 0; i < n + more; i++)
		v[i] = i < n ? ns : other;
	add_case(r, name, n + more, v);
	free(v);
}

/* Judges one claim of these lines, " rule ..." and so on, after n others of which
 * nothing was measured. */
struct answer {
	struct claims claims;
	struct judged *all, *v;
};

static void ask(const struct record *r, const char *lines, size_t n, struct answer *out)
{
	char *error = NULL;

	*out = (struct answer){0};
	for (size_t i = 0; i <= n; i++) {
		char *text = xformat("claim c%zu\n says s\n source s\n%s\n", i,
				     i < n ? " rule [nothing] > 1" : lines);

		if (claims_parse(text, "f", &out->claims, &error) != 0)
			fail_msg("%s", error);
		free(text);
	}
	out->all = xcalloc(n + 1, sizeof(*out->all));
	judge(r, &out->claims, out->all);
	out->v = &out->all[n];
}

static void answer_free(struct answer *a)
{
	judged_free(a->all, a->claims.n);
	free(a->all);
	claims_free(&a->claims);
}

static void assert_answer(const struct record *r, const char *lines, size_t n,
			  enum verdict verdict, const char *why)
{
	struct answer a;

	ask(r, lines, n, &a);
	assert_string_equal(a.v->why, why);
	assert_int_equal(a.v->verdict, verdict);
	answer_free(&a);
}

static void clear_answers(void **state)
{
	struct record r = {0};

	(void)state;
	add_blocks(&r, "a", 12, 30000, 0, 0);
	add_blocks(&r, "b", 12, 10000, 0, 0);
	assert_answer(&r, " rule [a] / [b] > 2\n holds A is large.\n fails No.", 0,
		      VERDICT_HOLDS,
		      "[a] / [b] is 3 [3, 3] in 12 blocks, all above 2. A is large.");
	assert_answer(&r, " rule [a] / [b] < 200 %\n holds A is small.\n fails No.", 0,
		      VERDICT_FAILS,
		      "[a] / [b] is 300 % [300 %, 300 %] in 12 blocks, all above 200 %. "
		      "No.");
	assert_answer(&r, " rule [a] - [b] in 15 us .. 25 us", 0, VERDICT_HOLDS,
		      "[a] - [b] is 20.0 µs [20.0 µs, 20.0 µs] in 12 blocks, all between "
		      "15.0 µs and 25.0 µs.");
	assert_answer(&r, " rule [a] in 40 us .. 50 us", 0, VERDICT_FAILS,
		      "[a] is 30.0 µs [30.0 µs, 30.0 µs] in 12 blocks, all below 40.0 "
		      "µs.");
	assert_answer(&r, " rule -[a] < 0", 0, VERDICT_HOLDS,
		      "-[a] is -30000 [-30000, -30000] in 12 blocks, all below 0.");
	assert_answer(&r, " rule rank([a], [b]) >= 2", 0, VERDICT_HOLDS,
		      "rank([a], [b]) is 2 [2, 2] in 12 blocks, all above 1.5.");
	record_free(&r);
}

static void several_rules(void **state)
{
	struct record r = {0};

	(void)state;
	add_blocks(&r, "a", 20, 30000, 0, 0);
	add_blocks(&r, "b", 20, 10000, 1, 90000);
	assert_answer(&r, " rule [a] > 1 us\n rule [b] < 20 us\n rule [b] > 5 us", 0,
		      VERDICT_HOLDS,
		      "Each of 3 rules holds, this one least surely: [b] is 10.0 µs "
		      "[10.0 µs, 10.0 µs] in 21 blocks, 20 of them below 20.0 µs.");
	assert_answer(
		&r, " rule [b] > 1 us\n rule [a] < 20 us", 0, VERDICT_FAILS,
		"One of 2 rules does not hold: [a] is 30.0 µs [30.0 µs, 30.0 µs] in "
		"20 blocks, all above 20.0 µs.");
	/* What is missing does not matter if another rule surely fails. */
	assert_answer(
		&r, " rule [x] > 1\n rule [a] < 20 us", 0, VERDICT_FAILS,
		"One of 2 rules does not hold: [a] is 30.0 µs [30.0 µs, 30.0 µs] in "
		"20 blocks, all above 20.0 µs.");
	assert_answer(&r, " rule [a] > 20 us\n rule [x] > 1", 0, VERDICT_UNDECIDED,
		      "Missing: x is not in the result.");
	record_free(&r);
}

static void open_answers(void **state)
{
	struct record r = {0};

	(void)state;
	facts_add(&r.host, "kernel.pti", "on", NULL);
	facts_add(&r.host, "cpu.boost", NULL, "nobody knows");
	add_blocks(&r, "few", 5, 30000, 0, 0);
	add_blocks(&r, "near", 9, 10200, 3, 11000);
	add_blocks(&r, "mixed", 10, 15000, 2, 5000);
	assert_answer(&r, " rule [few] > 10 us", 49, VERDICT_UNDECIDED,
		      "Too few blocks: [few] is 30.0 µs in 5 blocks, all above 10.0 µs; "
		      "among 50 claims it takes 11 blocks that agree.");
	assert_answer(&r, " rule [few] in 10 us .. 20 us", 0, VERDICT_UNDECIDED,
		      "Too few blocks: [few] is 30.0 µs in 5 blocks, all above 20.0 µs; "
		      "among 1 claim it takes 6 blocks that agree.");
	assert_answer(&r, " rule [near] > 10 us", 0, VERDICT_UNDECIDED,
		      "Too near to the bound: [near] is 10.2 µs [10.2 µs, 10.8 µs] in 12 "
		      "blocks, and 9 of them are nearer than 3 % to it. More blocks "
		      "like these would not decide it.");
	/* Of 22 18 (22 * 10 / 12) would agree: about 2^22 * 18! 4! / 23! = 24.9, and 20
	 * are wanted; of 21 17: 15.9. */
	assert_answer(
		&r, " rule [mixed] > 10 us", 0, VERDICT_UNDECIDED,
		"The blocks disagree: [mixed] is 15.0 µs [15.0 µs, 15.0 µs] in 12 "
		"blocks, 10 clearly above 10.0 µs, 2 clearly not, 0 too near to tell. "
		"With more blocks like these it would take 22 in all.");
	assert_answer(
		&r, " rule [few] > 1\n needs kernel.pti = off", 0, VERDICT_UNDECIDED,
		"The claim is about machines whose kernel.pti is off; here it is on.");
	assert_answer(&r, " rule [few] > 1\n needs cpu.boost = on", 0, VERDICT_UNDECIDED,
		      "The claim is about machines whose cpu.boost is on; of this one it "
		      "is not known.");
	assert_answer(&r, " rule [few] > 1\n needs kernel.pti = on", 0, VERDICT_HOLDS,
		      "[few] is 30000 in 5 blocks, all above 1.");
	record_free(&r);
}

/* A claim's own verdict needs the more blocks the more others there are, though these
 * were not measured; and one that is about other machines decides nothing. */
static void many_claims_need_more(void **state)
{
	static const struct {
		size_t others, blocks;
	} needed[] = {{0, 5}, {1, 6}, {9, 9}, {49, 11}, {99, 12}};

	(void)state;
	for (size_t i = 0; i < countof(needed); i++) {
		for (size_t less = 0; less < 2; less++) {
			struct record r = {0};
			struct answer a;

			add_blocks(&r, "a", needed[i].blocks - less, 300, 0, 0);
			ask(&r, " rule [a] > 100", needed[i].others, &a);
			assert_int_equal(a.v->verdict,
					 less ? VERDICT_UNDECIDED : VERDICT_HOLDS);
			assert_near(a.v->wanted,
				    ((double)needed[i].others + 1) / JUDGE_ALPHA);
			assert_near(a.v->rules[0].evidence_in,
				    stats_sign_evidence(needed[i].blocks - less,
							needed[i].blocks - less));
			answer_free(&a);
			record_free(&r);
		}
	}
}

/* A range has two ends, and a claim of two rules two chances, by which it may seem not to
 * hold; that it holds takes all of them. */
static void chances_share_the_rate(void **state)
{
	struct record r = {0};
	struct answer a;
	const double all = 512 + 2047. / 22, none = 1. / 22;

	(void)state;
	add_blocks(&r, "a", 10, 300, 0, 0);
	ask(&r, " rule [a] in 100 .. 200", 0, &a);
	assert_near(a.v->rules[0].evidence_out, all / 2);
	assert_near(a.v->rules[0].evidence_in, none);
	answer_free(&a);
	ask(&r, " rule [a] in 200 .. 400\n rule [a] < 200", 0, &a);
	assert_near(a.v->rules[0].evidence_out, none / 2);
	assert_near(a.v->rules[0].evidence_in, all);
	assert_near(a.v->rules[1].evidence_out, all);
	assert_int_equal(a.v->verdict, VERDICT_FAILS);
	assert_int_equal(a.v->decisive, 1);
	answer_free(&a);
	/* 40 would do for one rule, but not for one of three. */
	record_free(&r);
	add_blocks(&r, "a", 6, 300, 0, 0);
	ask(&r, " rule [a] < 200", 0, &a);
	assert_int_equal(a.v->verdict, VERDICT_FAILS);
	answer_free(&a);
	ask(&r, " rule [a] < 200\n rule [a] > 1\n rule [a] > 2", 0, &a);
	assert_int_equal(a.v->verdict, VERDICT_UNDECIDED);
	answer_free(&a);
	record_free(&r);
}

/* Within 3 % of a bound a block speaks for neither side, whatever the bound's sign; at a
 * bound of 0 there is no such room. */
static void margin_of_bounds(void **state)
{
	struct record r = {0};

	(void)state;
	add_blocks(&r, "just", 30, 10299, 0, 0);
	add_blocks(&r, "over", 30, 10301, 0, 0);
	const struct {
		const char *lines;
		enum verdict verdict;
	} asked[] = {
		{" rule [just] > 10000", VERDICT_UNDECIDED},
		{" rule [over] > 10000", VERDICT_HOLDS},
		{" rule [just] < 10000", VERDICT_UNDECIDED},
		{" rule [over] < 10000", VERDICT_FAILS},
		{" rule -[just] < -10000", VERDICT_UNDECIDED},
		{" rule -[over] < -10000", VERDICT_HOLDS},
		{" rule [just] in 9000 .. 10600", VERDICT_UNDECIDED},
		{" rule [just] in 9000 .. 10700", VERDICT_HOLDS},
		{" rule [over] - [just] > 0", VERDICT_HOLDS},
		{" rule [just] - [over] > 0", VERDICT_FAILS},
		{" rule [just] - [just] > 0", VERDICT_UNDECIDED},
	};
	for (size_t i = 0; i < countof(asked); i++) {
		struct answer a;

		ask(&r, asked[i].lines, 0, &a);
		if (a.v->verdict != asked[i].verdict)
			fail_msg("%s: %s", asked[i].lines, a.v->why);
		answer_free(&a);
	}
	record_free(&r);
}

static void names_of_verdicts(void **state)
{
	(void)state;
	assert_string_equal(verdict_name(VERDICT_HOLDS), "holds");
	assert_string_equal(verdict_name(VERDICT_FAILS), "does not hold");
	assert_string_equal(verdict_name(VERDICT_UNDECIDED), "undecided");
}

static void figures_as_people_read_them(void **state)
{
	static const struct {
		enum claim_unit unit;
		double x;
		const char *wanted;
	} figures[] = {
		{CLAIM_NUMBER, 2.345, "2.35"},      {CLAIM_PERCENT, 0.123, "12.3 %"},
		{CLAIM_TIME, 1500, "1.50 µs"},      {CLAIM_BYTES, 2048, "2.00 KiB"},
		{CLAIM_TIME, INFINITY, "infinite"}, {CLAIM_BYTES, NAN, "n/a"},
	};

	(void)state;
	for (size_t i = 0; i < countof(figures); i++) {
		const struct claim_rule rule = {.unit = figures[i].unit};
		char *text = judge_figure(&rule, figures[i].x);

		assert_string_equal(text, figures[i].wanted);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_by_hand),
		cmocka_unit_test(evidence_is_a_fair_bet),
		cmocka_unit_test(holm_by_a_published_example),
		cmocka_unit_test(infinite_values_have_their_place),
		cmocka_unit_test(clear_answers),
		cmocka_unit_test(several_rules),
		cmocka_unit_test(open_answers),
		cmocka_unit_test(many_claims_need_more),
		cmocka_unit_test(chances_share_the_rate),
		cmocka_unit_test(margin_of_bounds),
		cmocka_unit_test(names_of_verdicts),
		cmocka_unit_test(figures_as_people_read_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
