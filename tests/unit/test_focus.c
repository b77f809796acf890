/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs about claims, on made-up records: which cases come next, and when it is enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "focus.h"
#include "judge.h"
#include "util.h"

/* Claims about cases a, b, c, ... of which an operation of each takes what play() says.
 */
static struct claims parse(const char *text)
{
	struct claims c = {0};
	char *error = NULL;

	if (claims_parse(text, "test.claims", &c, &error) < 0)
		fail_msg("%s", error);
	return c;
}

#define SAYS "\n  says Something.\n  source test\n  rule "

static struct kase *add_case(struct record *r, const char *text)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];

	*k = (struct kase){.text = xstrdup(text),
			   .bench = xstrdup(text),
			   .family = xstrdup("f"),
			   .floor = xstrdup(""),
			   .base = xstrdup(""),
			   .unit = xstrdup("ns/op"),
			   .status = STATUS_PENDING};
	return k;
}

/* Cases "a", "b", ... of which there are n. */
static struct record cases(size_t n)
{
	struct record r = {.seed = 5, .budget_s = 1e6, .precision = 0.02};

	for (size_t i = 0; i < n; i++)
		add_case(&r, (char[]){(char)('a' + i), 0});
	return r;
}

static void give_phase(struct kase *k)
{
	k->phase_names = xcalloc(1, sizeof(char *));
	k->phase_names[0] = xstrdup("child");
	k->nphases = 1;
}

/* A rep of one sample of so many ns, whose phase is reached at half of them, and that the
 * run spends so long on. */
static void add_rep(struct record *r, size_t kase, enum job_pass pass, unsigned block,
		    uint64_t ns, double seconds)
{
	struct kase *k = &r->cases[kase];
	struct rep rep = {.block = block,
			  .batch = 1,
			  .scale = 1,
			  .nrows = 1,
			  .width = pass == JOB_TIME ? 1 : 3,
			  .start_s = r->elapsed_s};

	rep.rows = xcalloc(rep.width, sizeof(uint64_t));
	rep.rows[0] = ns;
	if (rep.width > 1)
		rep.rows[1] = ns / 2;
	reps_add(pass == JOB_TIME ? &k->time : &k->phases, &rep);
	k->status = STATUS_OK;
	r->elapsed_s += seconds;
}

/* One block more of each case, ns[i] being case i's, 0.1 s each. */
static void add_block(struct record *r, unsigned block, const uint64_t *ns)
{
	for (size_t i = 0; i < r->ncases; i++)
		add_rep(r, i, JOB_TIME, block, ns[i], 0.1);
}

static bool in_block(const struct block *b, size_t kase)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->cases[i] == kase)
			return true;
	return false;
}

/* The cases of the next block as a text, "abd" in the record's order; caller frees. */
static char *next(const struct record *r, const struct claims *c)
{
	struct block b;
	struct focus at;
	char *text = xcalloc(r->ncases + 1, 1);

	focus_next(r, c, &b, &at);
	for (size_t i = 0, n = 0; i < r->ncases; i++)
		if (in_block(&b, i))
			text[n++] = r->cases[i].text[0];
	block_free(&b);
	return text;
}

static void assert_next(const struct record *r, const struct claims *c, const char *want)
{
	char *text = next(r, c);

	assert_string_equal(text, want);
	free(text);
}

/* Runs as measure() would: case i takes ns[i], or two in turns, and seconds[i]. The time
 * blocks that there were. */
static unsigned play(struct record *r, const struct claims *c, const uint64_t (*ns)[2],
		     const double *seconds)
{
	struct block b;
	struct focus at;
	unsigned blocks = 0;

	for (focus_next(r, c, &b, &at); b.n && blocks < 500; focus_next(r, c, &b, &at)) {
		for (size_t i = 0; i < b.n && r->elapsed_s < r->budget_s; i++) {
			size_t k = b.cases[i];

			add_rep(r, k, b.pass, b.number, ns[k][b.number % 2], seconds[k]);
		}
		blocks += b.pass == JOB_TIME;
		block_free(&b);
		if (r->elapsed_s >= r->budget_s)
			return blocks;
	}
	block_free(&b);
	return blocks;
}

static enum verdict verdict_of(const struct record *r, const struct claims *c, size_t i)
{
	struct judged *v = xcalloc(c->n, sizeof(*v));

	judge(r, c, v);
	enum verdict verdict = v[i].verdict;
	judged_free(v, c->n);
	free(v);
	return verdict;
}

static void test_first_all_cases_of_claims_and_no_others(void **state)
{
	struct claims c = parse("claim x" SAYS "[a] / [b] > 2\n"
				"claim y" SAYS "[d] < 5 us\n");
	struct record r = cases(5);

	(void)state;
	assert_next(&r, &c, "abd");
	/* One bad block rules nothing out. */
	add_block(&r, 0, (const uint64_t[]){100, 100, 100, 9000, 100});
	assert_next(&r, &c, "abd");
	record_free(&r);
	claims_free(&c);
}

static void test_the_order_is_of_the_seed_and_the_block(void **state)
{
	struct claims c = parse("claim x" SAYS "max([a], [b], [c], [d], [e], [f], [g], "
				"[h], [i], [j]) > 1 s\n");
	struct record r = cases(10);
	struct block first, again, other;
	struct focus at;

	(void)state;
	focus_next(&r, &c, &first, &at);
	focus_next(&r, &c, &again, &at);
	r.seed = 6;
	focus_next(&r, &c, &other, &at);
	assert_int_equal(first.n, 10);
	assert_memory_equal(first.cases, again.cases, 10 * sizeof(size_t));
	assert_memory_not_equal(first.cases, other.cases, 10 * sizeof(size_t));
	block_free(&first);
	block_free(&again);
	block_free(&other);
	record_free(&r);
	claims_free(&c);
}

static void test_what_is_decided_rests(void **state)
{
	static const uint64_t ns[][2] = {{400, 400}, {100, 100}, {100, 400}, {100, 100}};
	static const double seconds[] = {0.1, 0.1, 0.1, 0.1};
	struct claims c = parse("claim sure" SAYS "[a] / [b] > 2\n"
				"claim sure-not" SAYS "[a] / [b] < 2\n"
				"claim open" SAYS "[c] / [b] > 2\n");
	struct record r = cases(4);

	(void)state;
	/* The third one's blocks lie on both sides in turns: it takes all the time that
	 * there is. */
	r.budget_s = 20;
	play(&r, &c, ns, seconds);
	assert_true(r.elapsed_s >= 20);
	assert_in_range(r.cases[0].time.n, 6, 16);
	assert_true(r.cases[2].time.n > 50);
	assert_in_range(r.cases[1].time.n, r.cases[2].time.n - 1, r.cases[2].time.n + 1);
	assert_int_equal(verdict_of(&r, &c, 0), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&r, &c, 1), VERDICT_FAILS);
	assert_int_equal(verdict_of(&r, &c, 2), VERDICT_UNDECIDED);
	/* Nobody asked for it. */
	assert_int_equal(r.cases[3].time.n, 0);
	record_free(&r);
	claims_free(&c);
}

static void test_only_the_cases_of_open_claims_go_on(void **state)
{
	struct claims c = parse("claim x" SAYS "[a] / [b] > 2\n"
				"claim y" SAYS "[c] / [b] > 2\n"
				"claim z" SAYS "[d] > 1 us\n");
	struct record r = cases(4);

	(void)state;
	/* The second one clearly holds in three blocks of four. */
	for (unsigned i = 0; i < 16; i++)
		add_block(&r, i, (const uint64_t[]){900, 100, i % 4 ? 900 : 90, 9000});
	assert_int_equal(verdict_of(&r, &c, 0), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&r, &c, 1), VERDICT_UNDECIDED);
	assert_next(&r, &c, "bc");
	record_free(&r);
	claims_free(&c);
}

static void test_nearer_to_its_bound_than_the_margin_is_no_chance(void **state)
{
	static const uint64_t ns[][2] = {{2020, 1980}, {1000, 1000}};
	static const double seconds[] = {0.1, 0.1};
	struct claims c = parse("claim x" SAYS "[a] / [b] > 2\n");
	struct record r = cases(2);

	(void)state;
	/* Not a block more than what it takes to decide anything at all. */
	assert_true(play(&r, &c, ns, seconds) < 20);
	assert_int_equal(verdict_of(&r, &c, 0), VERDICT_UNDECIDED);
	record_free(&r);
	claims_free(&c);
}

static void test_what_cannot_be_had_is_not_waited_for(void **state)
{
	struct claims c = parse("claim failed" SAYS "[a] > 1 us\n"
				"claim skipped" SAYS "[b] > 1 us\n"
				"claim of-another-tool" SAYS "[c] > 1 us\n"
				"claim not-here" SAYS "[z] / [d] > 1\n"
				"claim other-machine" SAYS "[e] > 1 us\n"
				"  needs kernel.pcid = on\n"
				"claim good" SAYS "[f] > 1 us\n");
	struct record r = cases(6);

	(void)state;
	facts_add(&r.host, "kernel.pcid", "off", NULL);
	kase_set_status(&r.cases[0], STATUS_FAILED, xstrdup("it broke"));
	kase_set_status(&r.cases[1], STATUS_SKIPPED, xstrdup("one CPU"));
	r.cases[2].tool = xstrdup("hyperfine");
	assert_next(&r, &c, "f");
	kase_set_status(&r.cases[5], STATUS_FAILED, xstrdup("it broke"));
	assert_next(&r, &c, "");
	record_free(&r);
	claims_free(&c);
}

/* A gauge or phase that the case has not is only found out by looking. */
static void test_what_one_block_did_not_bring_no_other_will(void **state)
{
	struct claims c = parse("claim x" SAYS "[a].switches > 1\n"
				"claim y" SAYS "[b] > 50 ns\n");
	struct record r = cases(2);

	(void)state;
	assert_next(&r, &c, "ab");
	add_rep(&r, 0, JOB_TIME, 0, 100, 0.1);
	add_rep(&r, 1, JOB_TIME, 0, 100, 0.1);
	assert_next(&r, &c, "b");
	record_free(&r);
	claims_free(&c);
}

/* The first block is no longer than the budget lets the rest be: claims in their order.
 */
static void test_a_short_budget_begins_with_the_first_claims(void **state)
{
	struct claims c = parse("claim one" SAYS "[b] / [a] > 2\n"
				"claim two" SAYS "[d] / [c] > 2\n"
				"claim three" SAYS "[e] > 2 ns\n"
				"claim four" SAYS "[f] / [e] > 2\n");
	struct record r = cases(6);

	(void)state;
	/* A guess of 0.2 s a rep, and 7 blocks that agree. */
	r.budget_s = 12;
	assert_next(&r, &c, "abef");
	r.budget_s = 1;
	assert_next(&r, &c, "e");
	r.budget_s = 60;
	assert_next(&r, &c, "abcdef");
	record_free(&r);
	claims_free(&c);
}

static void test_the_cheap_first_where_there_is_not_time_for_all(void **state)
{
	static const uint64_t ns[][2] = {{400, 400}, {100, 100}, {400, 400}};
	static const double seconds[] = {0.1, 0.1, 20};
	struct claims c = parse("claim dear" SAYS "[c] / [b] > 2\n"
				"claim cheap" SAYS "[a] / [b] > 2\n");
	struct record r = cases(3);

	(void)state;
	r.budget_s = 100;
	assert_next(&r, &c, "abc"); /* once, to know what it costs */
	for (size_t i = 0; i < 3; i++)
		add_rep(&r, i, JOB_TIME, 0, ns[i][0], seconds[i]);
	assert_next(&r, &c, "ab");
	/* The dear one gets what is left then, in the hope that it does. */
	play(&r, &c, ns, seconds);
	assert_int_equal(verdict_of(&r, &c, 1), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&r, &c, 0), VERDICT_UNDECIDED);
	assert_true(r.elapsed_s >= 100);
	assert_true(r.cases[2].time.n > 2);
	record_free(&r);
	claims_free(&c);
}

/* Two claims with one dear case are worth its price together with a third, or none. */
static void test_cases_that_run_anyway_cost_nothing(void **state)
{
	struct claims c = parse("claim one" SAYS "[c] / [a] > 2\n"
				"claim two" SAYS "[c] / [b] > 2\n"
				"claim alone" SAYS "[d] / [b] > 2\n");
	struct record r = cases(4);
	static const double seconds[] = {1, 1, 3, 3};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		add_rep(&r, i, JOB_TIME, 0, i < 2 ? 100 : 400, seconds[i]);
	/* About 8 blocks: 8 s a block for all, 5 s without the last. */
	r.budget_s = r.elapsed_s + 90;
	char *text = next(&r, &c);
	assert_true(strcmp(text, "abc") == 0);
	free(text);
	record_free(&r);
	claims_free(&c);
}

static void test_phases_follow_their_time_block(void **state)
{
	struct claims c = parse("claim x" SAYS "[a]@child / [b]@child > 2\n"
				"claim y" SAYS "[c] > 50 ns\n");
	struct record r = cases(3);
	struct block b;
	struct focus at;

	(void)state;
	give_phase(&r.cases[0]);
	give_phase(&r.cases[1]);
	for (unsigned i = 0; i < 3; i++) {
		focus_next(&r, &c, &b, &at);
		assert_int_equal(b.pass, JOB_TIME);
		assert_int_equal(b.number, i);
		assert_int_equal(b.n, 3);
		block_free(&b);
		add_block(&r, i, (const uint64_t[]){800, 200, 100});
		focus_next(&r, &c, &b, &at);
		assert_int_equal(b.pass, JOB_PHASES_PASS);
		assert_int_equal(b.number, i);
		assert_int_equal(b.n, 2);
		assert_true(in_block(&b, 0) && in_block(&b, 1));
		block_free(&b);
		add_rep(&r, 0, JOB_PHASES_PASS, i, 800, 0.1);
		add_rep(&r, 1, JOB_PHASES_PASS, i, 200, 0.1);
	}
	record_free(&r);
	claims_free(&c);
}

static void test_a_run_ends_when_all_is_decided(void **state)
{
	static const uint64_t ns[][2] = {{400, 420}, {100, 90}, {4000, 4000}};
	static const double seconds[] = {0.1, 0.1, 0.1};
	struct claims c = parse("claim x" SAYS "[a] / [b] > 2\n"
				"claim y" SAYS "[a]@child / [b]@child in 3 .. 6\n"
				"claim z" SAYS "[c] < 2 us\n"
				"  rule [c] / [b] > 10\n");
	struct record r = cases(3);

	(void)state;
	give_phase(&r.cases[0]);
	give_phase(&r.cases[1]);
	unsigned blocks = play(&r, &c, ns, seconds);
	/* Nothing can be decided by fewer signs than this, log2(3 / 0.05). */
	assert_in_range(blocks, 6, 16);
	assert_int_equal(verdict_of(&r, &c, 0), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&r, &c, 1), VERDICT_HOLDS);
	assert_int_equal(verdict_of(&r, &c, 2), VERDICT_FAILS);
	assert_in_range(r.cases[0].phases.n, 6, blocks);
	record_free(&r);
	claims_free(&c);
}

static void test_progress_counts_claims(void **state)
{
	struct claims c = parse("claim x" SAYS "[a] / [b] > 2\n"
				"claim y" SAYS "[c] / [b] > 3\n");
	struct record r = cases(3);
	struct block b;
	struct focus at;

	(void)state;
	for (unsigned i = 0; i < 16; i++)
		add_block(&r, i, (const uint64_t[]){900, 100, i % 4 ? 900 : 90});
	focus_next(&r, &c, &b, &at);
	assert_int_equal(at.decided, 1);
	/* Two cases of 0.1 s, and some ten blocks or more. */
	assert_true(at.left_s > 1 && at.left_s < 60);
	block_free(&b);
	record_free(&r);
	claims_free(&c);
}

static void test_warnings_say_what_is_open_and_why(void **state)
{
	struct claims c = parse("claim decided" SAYS "[a] / [b] > 2\n"
				"claim later" SAYS "[c] / [b] > 2\n"
				"claim too-near" SAYS "[b] / [d] > 1\n"
				"claim broken" SAYS "[e] / [b] > 1\n");
	struct record r = cases(5);

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		add_block(&r, i, (const uint64_t[]){900, 100, i % 4 ? 900 : 90, 100, 1});
	kase_set_status(&r.cases[4], STATUS_FAILED, xstrdup("it broke"));
	focus_warn(&r, &c);
	assert_int_equal(r.nwarnings, 3);
	assert_non_null(strstr(r.warnings[0], "time: later ("));
	assert_null(strchr(strstr(r.warnings[0], "later"), ','));
	assert_non_null(strstr(r.warnings[1], "hardly do: too-near"));
	assert_non_null(strstr(r.warnings[2], "broken"));
	for (size_t i = 0; i < r.nwarnings; i++)
		assert_null(strstr(r.warnings[i], "decided ("));
	record_free(&r);
	claims_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_all_cases_of_claims_and_no_others),
		cmocka_unit_test(test_the_order_is_of_the_seed_and_the_block),
		cmocka_unit_test(test_what_is_decided_rests),
		cmocka_unit_test(test_only_the_cases_of_open_claims_go_on),
		cmocka_unit_test(test_nearer_to_its_bound_than_the_margin_is_no_chance),
		cmocka_unit_test(test_what_cannot_be_had_is_not_waited_for),
		cmocka_unit_test(test_what_one_block_did_not_bring_no_other_will),
		cmocka_unit_test(test_a_short_budget_begins_with_the_first_claims),
		cmocka_unit_test(test_the_cheap_first_where_there_is_not_time_for_all),
		cmocka_unit_test(test_cases_that_run_anyway_cost_nothing),
		cmocka_unit_test(test_phases_follow_their_time_block),
		cmocka_unit_test(test_a_run_ends_when_all_is_decided),
		cmocka_unit_test(test_progress_counts_claims),
		cmocka_unit_test(test_warnings_say_what_is_open_and_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
