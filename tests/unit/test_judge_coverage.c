/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often verdicts are false, and how soon they come, where the truth is known: many
 * claims at once, judged again after every block, of noise of all shapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "stats.h"
#include "util.h"

enum {
	CLAIMS = 50,
	BLOCKS = 60,
	RUNS = 250,
	JUDGED = 1, /* of the runs: judge() itself looks on */
};

static const double second = 1e9, little = 0.05;

/* Noise of median 0 and a spread of about 1. */
typedef double noise(struct rng *g);

static double skewed(struct rng *g)
{
	return exp(rng_normal(g)) - 1;
}

static double two_peaked(struct rng *g)
{
	return (rng_below(g, 2) ? 2 : -2) + rng_normal(g) / 4;
}

/* What a family of claims is made of. */
struct family {
	noise *noise;
	bool shared;     /* all are about the difference to one and the same case */
	size_t at_bound; /* so many of the claims; the others are easily decided */
};

/* By i % 4: claims about a figure that should be positive, and is a little less; that
 * should be, and is a little more; that should be negative, and is; that should be in a
 * range whose upper end is 0, and is so just. The bound is 0, where there is no margin:
 * each sign is a toss of a coin, the hardest there is to be right about. */
static char *family_text(bool shared)
{
	static const char *const regions[] = {"> 0", "> 0", "< 0", "in -900 ms .. 0"};
	char *text = xstrdup("");

	for (size_t i = 0; i < CLAIMS; i++) {
		char *base = shared ? xstrdup("[base]") : xstrdup("1 s");
		char *longer = xformat("%sclaim c%zu\n says s\n source s\n rule [c%zu] - "
				       "%s %s\n",
				       text, i, i, base, regions[i % 4]);

		free(base);
		free(text);
		text = longer;
	}
	return text;
}

/* The verdict that would be false of claim i. */
static enum verdict false_verdict(size_t i)
{
	return i % 4 == 0 ? VERDICT_HOLDS : VERDICT_FAILS;
}

/* Its figure less the bound, in `little`s: far enough to be seen at once, or at hand. */
static double truth(const struct family *f, size_t i)
{
	double size = i < f->at_bound ? 1e-6 : 6;

	return i % 4 == 1 ? size : -size;
}

/* ---- the same by hand: signs counted, evidence weighed, Holm's steps */

/* Of s of n signs, worked out once. */
struct table {
	double of[BLOCKS + 1][BLOCKS + 1];
};

static void table_init(struct table *t)
{
	for (size_t n = 0; n <= BLOCKS; n++)
		for (size_t s = 0; s <= n; s++)
			t->of[n][s] = stats_sign_evidence(s, n);
}

struct signs {
	size_t n, above[CLAIMS], in_range[CLAIMS];
};

static void add_signs(struct signs *s, const double *x)
{
	s->n++;
	for (size_t i = 0; i < CLAIMS; i++) {
		s->above[i] += x[i] > 0;
		s->in_range[i] += x[i] > -0.9 * second * (1 - JUDGE_MARGIN);
	}
}

static void evidence(const struct table *t, const struct signs *s, size_t i,
		     double *holds, double *fails)
{
	double above = t->of[s->n][s->above[i]];
	double below = t->of[s->n][s->n - s->above[i]];

	*holds = i % 4 < 2 ? above : below;
	*fails = i % 4 < 2 ? below : above;
	if (i % 4 == 3) {
		*holds = fmin(*holds, t->of[s->n][s->in_range[i]]);
		*fails = fmax(*fails, t->of[s->n][s->n - s->in_range[i]]) / 2;
	}
}

static void judge_signs(const struct table *t, const struct signs *s, enum verdict *v)
{
	double p[CLAIMS], limits[CLAIMS], holds[CLAIMS], fails[CLAIMS];

	for (size_t i = 0; i < CLAIMS; i++) {
		evidence(t, s, i, &holds[i], &fails[i]);
		p[i] = 1 / fmax(1, fmax(holds[i], fails[i]));
	}
	stats_holm(p, CLAIMS, JUDGE_ALPHA, limits);
	for (size_t i = 0; i < CLAIMS; i++)
		v[i] = p[i] > limits[i]       ? VERDICT_UNDECIDED
		       : holds[i] >= fails[i] ? VERDICT_HOLDS
					      : VERDICT_FAILS;
}

/* ---- records */

static void add_case(struct record *r, const char *name)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	r->cases[r->ncases++] = (struct kase){
		.text = xstrdup(name),
		.bench = xstrdup(name),
		.family = xstrdup("f"),
		.unit = xstrdup("ns/op"),
	};
}

static void add_rep(struct kase *k, size_t block, double ns)
{
	struct rep rep = {.block = (unsigned)block, .batch = 1, .nrows = 1, .width = 1};

	rep.rows = xcalloc(1, sizeof(*rep.rows));
	rep.rows[0] = (uint64_t)llround(ns);
	reps_add(&k->time, &rep);
}

static void record_init(struct record *r)
{
	*r = (struct record){0};
	for (size_t i = 0; i < CLAIMS; i++) {
		char *name = xformat("c%zu", i);

		add_case(r, name);
		free(name);
	}
	add_case(r, "base");
}

static void add_block(struct record *r, size_t block, const double *x, double base)
{
	for (size_t i = 0; i < CLAIMS; i++)
		add_rep(&r->cases[i], block, x[i] + base);
	add_rep(&r->cases[CLAIMS], block, base);
}

/* judge() says the same. */
static void assert_judged(const struct record *r, const struct claims *claims,
			  const enum verdict *wanted)
{
	struct judged v[CLAIMS];

	judge(r, claims, v);
	for (size_t i = 0; i < CLAIMS; i++)
		if (v[i].verdict != wanted[i])
			fail_msg("claim %zu %s: %s", i, verdict_name(v[i].verdict),
				 v[i].why);
	judged_free(v, CLAIMS);
}

/* ---- simulations */

/* A block of the family: x[i] is figure less bound, in whole ns as records have them, and
 * base what all are held against. */
static void draw(struct rng *g, const struct family *f, double *x, double *base)
{
	double common = f->shared ? f->noise(g) : 0;

	*base = round(second * (1 + little * common));
	for (size_t i = 0; i < CLAIMS; i++) {
		double own = f->noise(g) - common + truth(f, i);

		x[i] = round(second * little * own);
	}
}

/* Whether any verdict is false at any time; how many are right in the end. With claims,
 * judge() has to say the same. */
static bool simulate(struct rng *g, const struct family *f, const struct table *t,
		     const struct claims *judged, size_t *right)
{
	struct signs s = {0};
	struct record r;
	bool wrong = false;

	record_init(&r);
	for (size_t block = 0; block < BLOCKS; block++) {
		enum verdict v[CLAIMS];
		double x[CLAIMS], base;

		draw(g, f, x, &base);
		add_signs(&s, x);
		judge_signs(t, &s, v);
		if (judged) {
			add_block(&r, block, x, base);
			assert_judged(&r, judged, v);
		}
		*right = 0;
		for (size_t i = 0; i < CLAIMS; i++) {
			wrong |= v[i] == false_verdict(i);
			*right += v[i] != VERDICT_UNDECIDED && v[i] != false_verdict(i);
		}
	}
	record_free(&r);
	return wrong;
}

/* Of so many runs, no more than this may be wrong at the rate that is promised: three
 * standard deviations above it. */
static size_t most_wrong(size_t runs)
{
	double mean = JUDGE_ALPHA * (double)runs;

	return (size_t)(mean + 3 * sqrt(mean * (1 - JUDGE_ALPHA)));
}

static void assert_rate(const struct family *f, uint64_t seed)
{
	struct rng *g = rng_new(seed);
	struct claims claims = {0};
	struct table t;
	char *text = family_text(f->shared), *error = NULL;
	size_t wrong = 0;

	table_init(&t);
	assert_int_equal(claims_parse(text, "f", &claims, &error), 0);
	for (size_t run = 0; run < RUNS; run++) {
		size_t right;

		wrong += simulate(g, f, &t, run < JUDGED ? &claims : NULL, &right);
		/* The rate is not kept by never deciding anything. */
		assert_true(right >= CLAIMS - f->at_bound);
	}
	print_message("%zu of %d runs with a false verdict\n", wrong, RUNS);
	assert_in_range(wrong, 0, most_wrong(RUNS));
	claims_free(&claims);
	free(text);
	rng_free(g);
}

static void false_verdicts_normal(void **state)
{
	(void)state;
	assert_rate(&(struct family){rng_normal, false, CLAIMS}, 1);
	assert_rate(&(struct family){rng_normal, true, CLAIMS}, 2);
}

static void false_verdicts_skewed(void **state)
{
	(void)state;
	assert_rate(&(struct family){skewed, false, CLAIMS}, 3);
	assert_rate(&(struct family){skewed, true, CLAIMS}, 4);
}

static void false_verdicts_two_peaked(void **state)
{
	(void)state;
	assert_rate(&(struct family){two_peaked, false, CLAIMS}, 5);
	assert_rate(&(struct family){two_peaked, true, CLAIMS}, 6);
}

/* What Holm gains from claims that are decided is lent to the others. */
static void false_verdicts_among_clear_ones(void **state)
{
	(void)state;
	assert_rate(&(struct family){rng_normal, false, CLAIMS / 2}, 7);
	assert_rate(&(struct family){rng_normal, true, 1}, 8);
}

/* How much of what the simulation watches for is there: a sign test at 5 % for each
 * claim, asked after every block, is nearly always wrong about some. */
static void naive_verdicts_are_often_false(void **state)
{
	const struct family f = {rng_normal, false, CLAIMS};
	struct rng *g = rng_new(9);
	struct table t;
	size_t wrong = 0, runs = 50;

	(void)state;
	table_init(&t);
	for (size_t run = 0; run < runs; run++) {
		struct signs s = {0};
		bool any = false;

		for (size_t block = 0; block < BLOCKS; block++) {
			double x[CLAIMS], base, holds, fails;

			draw(g, &f, x, &base);
			add_signs(&s, x);
			for (size_t i = 0; i < CLAIMS; i++) {
				evidence(&t, &s, i, &holds, &fails);
				any |= (false_verdict(i) == VERDICT_HOLDS
						? holds
						: fails) >= 1 / JUDGE_ALPHA;
			}
		}
		wrong += any;
	}
	rng_free(g);
	assert_true(wrong > runs / 2);
}

/* A claim of which 49 others are open: its figure is a fifth beyond the bound, with 5 %
 * of noise. */
static bool is_decided(struct rng *g, const struct claims *claims, size_t blocks)
{
	struct judged v[CLAIMS];
	struct record r = {0};
	bool decided = false;

	add_case(&r, "c0");
	for (size_t b = 0; b < blocks && !decided; b++) {
		add_rep(&r.cases[0], b, second * 1.2 * (1 + 0.05 * rng_normal(g)));
		judge(&r, claims, v);
		assert_int_not_equal(v[0].verdict, VERDICT_FAILS);
		decided = v[0].verdict == VERDICT_HOLDS;
		judged_free(v, CLAIMS);
	}
	record_free(&r);
	return decided;
}

static void clear_claims_are_decided_soon(void **state)
{
	struct rng *g = rng_new(10);
	struct claims claims = {0};
	char *text = xstrdup(""), *error = NULL;
	size_t decided = 0, runs = 100;

	(void)state;
	for (size_t i = 0; i < CLAIMS; i++) {
		char *longer = xformat("%sclaim c%zu\n says s\n source s\n rule [c%zu] > "
				       "1 s\n",
				       text, i, i);

		free(text);
		text = longer;
	}
	assert_int_equal(claims_parse(text, "f", &claims, &error), 0);
	for (size_t run = 0; run < runs; run++)
		decided += is_decided(g, &claims, 15);
	print_message("%zu of %zu claims decided within 15 blocks\n", decided, runs);
	assert_in_range(decided, runs * 95 / 100, runs);
	claims_free(&claims);
	free(text);
	rng_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(false_verdicts_normal),
		cmocka_unit_test(false_verdicts_skewed),
		cmocka_unit_test(false_verdicts_two_peaked),
		cmocka_unit_test(false_verdicts_among_clear_ones),
		cmocka_unit_test(naive_verdicts_are_often_false),
		cmocka_unit_test(clear_claims_are_decided_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
