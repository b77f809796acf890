/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparisons of runs made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "compare_hosts.h"
#include "util.h"

enum { MOST = 5 };

/* How fast the machine was in each run: that is nobody's fault. */
static const double mood[2 * MOST] = {1, 1.4, 0.8, 1.1, 0.9, 1.3, 0.9, 1, 1.2, 0.8};
/* What else makes runs differ. */
static const double luck[2 * MOST] = {0.003, -0.005, 0.001, 0.004, -0.002,
				      0.002, -0.003, 0.005, 0.001, -0.004};
static const struct compare_rule usual = {.alpha = 0.01, .margin = 0.02};

struct sides {
	struct record base[MOST], fresh[MOST];
	size_t n;
};

static struct kase *add_case(struct record *r, const char *text, const char *floor,
			     double ns)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];
	struct rep rep = {.batch = 1, .scale = 1, .nrows = 1, .width = 1};

	*k = (struct kase){.text = xstrdup(text),
			   .bench = xstrdup(text),
			   .family = xstrdup("family"),
			   .floor = xstrdup(floor),
			   .base = xstrdup(""),
			   .unit = xstrdup("ns/op")};
	k->params = xcalloc(1, sizeof(*k->params));
	k->params[k->nparams++] = (struct pair){xstrdup("pages"), xstrdup("0")};
	rep.rows = xcalloc(1, sizeof(uint64_t));
	rep.rows[0] = (uint64_t)llround(ns);
	reps_add(&k->time, &rep);
	return k;
}

static void make_run(struct record *r, size_t i, bool fresh)
{
	size_t at = fresh ? MOST + i : i;
	double ns = 1e6 * mood[at];

	*r = (struct record){.version = xstrdup("1"),
			     .started = xformat("2026-01-%02zuT00:00:00Z",
						1 + 2 * i + (fresh ? 1 : 0)),
			     .seed = at,
			     .complete = true};
	facts_add(&r->host, "cpu.model", "A CPU", NULL);
	facts_add(&r->host, "kernel.release", "6.1", NULL);
	facts_add(&r->host, "load.average", fresh ? "7" : "0.1", NULL);
	add_case(r, "getpid", "", ns);
	add_case(r, "fork", "getpid", 50 * ns * exp(luck[at]));
	add_case(r, "vfork", "getpid", 5 * ns * exp(luck[(3 * at) % ((size_t)2 * MOST)]));
}

static void make(struct sides *s, size_t n)
{
	s->n = n;
	for (size_t i = 0; i < n; i++) {
		make_run(&s->base[i], i, false);
		make_run(&s->fresh[i], i, true);
	}
}

static void make_dearer(struct record *r, size_t n, const char *text, double by)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t *ns = record_find(&r[i], text)->time.v[0].rows;

		*ns = (uint64_t)llround((double)*ns * by);
	}
}

static void set(char **text, const char *to)
{
	free(*text);
	*text = xstrdup(to);
}

static void ask(struct sides *s, const struct compare_rule *rule, struct answers *a)
{
	compare(s->base, s->n, s->fresh, s->n, rule, a);
}

static void release(struct sides *s, struct answers *a)
{
	for (size_t i = 0; i < s->n; i++) {
		record_free(&s->base[i]);
		record_free(&s->fresh[i]);
	}
	answers_free(a);
}

static const struct answer *of(const struct answers *a, const char *text)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->v[i].text, text) == 0)
			return &a->v[i];
	fail_msg("no answer for %s", text);
	return NULL;
}

static bool remarked(const struct answers *a, const char *part)
{
	for (size_t i = 0; i < a->nremarks; i++)
		if (strstr(a->remarks[i], part))
			return true;
	return false;
}

static void assert_noted(const struct answer *a, const char *part)
{
	if (!a->note || !strstr(a->note, part))
		fail_msg("%s: %s: not %s", a->text, a->note ? a->note : "no note", part);
}

static void a_change_is_found_whatever_the_mood(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	make_dearer(s.fresh, 5, "fork", 1.1);
	ask(&s, &usual, &a);
	assert_int_equal(a.n, 3);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_REGRESSED);
	assert_true(fabs(of(&a, "fork")->ratio.value - 1.1) < 0.005);
	assert_true(of(&a, "fork")->ratio.lo > 1.09 && of(&a, "fork")->ratio.hi < 1.11);
	assert_int_equal(of(&a, "fork")->ratio.n, 10);
	assert_int_equal(of(&a, "vfork")->kind, ANSWER_EQUIVALENT);
	/* As a floor it is taken as it is: moods of 0.8 to 1.4. */
	assert_int_equal(of(&a, "getpid")->kind, ANSWER_INCONCLUSIVE);
	/* Student's t of 7.97 degrees, 2.308, times 0.131 makes ±0.301. */
	assert_true(remarked(&a, "some 1159 runs a side"));
	assert_int_equal(answers_status(&a), EXIT_REGRESSION);
	assert_true(remarked(&a, "divided by those of their floors (getpid)"));
	assert_true(a.relative);
	answers_free(&a);

	struct compare_rule rule = usual;
	rule.absolute = true;
	ask(&s, &rule, &a);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_INCONCLUSIVE);
	assert_false(remarked(&a, "divided by those of their floors (getpid)"));
	assert_false(a.relative);
	release(&s, &a);
}

static void cheaper_is_improved(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	make_dearer(s.fresh, 5, "vfork", 0.8);
	ask(&s, &usual, &a);
	assert_int_equal(of(&a, "vfork")->kind, ANSWER_IMPROVED);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_EQUIVALENT);
	assert_int_equal(answers_status(&a), EXIT_OK);
	release(&s, &a);
}

static void a_lower_rate_costs_more(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	make_dearer(s.fresh, 5, "fork", 1.1);
	for (size_t i = 0; i < 2 * s.n; i++)
		for (size_t j = 0; j < 3; j++) {
			struct record *r = i < s.n ? &s.base[i] : &s.fresh[i - s.n];

			r->cases[j].higher_is_better = true;
			r->cases[j].time.v[0].bytes = 4096;
		}
	ask(&s, &usual, &a);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_REGRESSED);
	/* The figures of a floor and of fork, as rates: it has fallen. */
	assert_true(fabs(of(&a, "fork")->ratio.value - 1 / 1.1) < 0.005);
	assert_true(of(&a, "fork")->ratio.lo < 1 / 1.1);
	assert_true(of(&a, "fork")->ratio.hi > 1 / 1.1);
	release(&s, &a);
}

/* A change that is sure, but smaller than what matters. */
static void within_the_margin_is_equivalent(void **state)
{
	struct compare_rule rule = usual;
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	make_dearer(s.fresh, 5, "fork", 1.03);
	rule.margin = 0.05;
	ask(&s, &rule, &a);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_EQUIVALENT);
	answers_free(&a);
	rule.margin = 0.01;
	ask(&s, &rule, &a);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_REGRESSED);
	answers_free(&a);
	rule.margin = 0;
	ask(&s, &rule, &a);
	assert_int_equal(of(&a, "vfork")->kind, ANSWER_INCONCLUSIVE);
	release(&s, &a);
}

static void too_few_runs_decide_nothing(void **state)
{
	for (size_t n = 1; n <= 4; n++) {
		struct sides s;
		struct answers a;
		(void)state;

		make(&s, n);
		make_dearer(s.fresh, n, "fork", 3);
		ask(&s, &usual, &a);
		assert_int_equal(answers_count(&a, ANSWER_INCONCLUSIVE), 3);
		assert_true(of(&a, "fork")->ratio.value > 2.9);
		assert_int_equal(isnan(of(&a, "fork")->ratio.lo), n == 1);
		assert_int_equal(answers_status(&a), EXIT_UNJUDGED);
		assert_true(remarked(&a, n == 1 ? "One run a side can't tell"
						: "runs of BASE and"));
		assert_true(remarked(&a, "--alpha 1% takes 5 runs a side, 5 % takes 4."));
		release(&s, &a);
	}
}

/* Of the six deals it is the largest in one: that would be 17 %. */
static void one_run_against_many_decides_nothing(void **state)
{
	const struct compare_rule rule = {.alpha = 0.2, .margin = 0.02};
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	make_dearer(s.fresh, 5, "fork", 3);
	compare(s.base, 5, s.fresh, 1, &rule, &a);
	assert_int_equal(answers_count(&a, ANSWER_INCONCLUSIVE), 3);
	assert_int_equal(answers_status(&a), EXIT_UNJUDGED);
	assert_true(remarked(&a, "5 runs of BASE and 1 of NEW can't tell"));
	release(&s, &a);
}

static void four_a_side_do_for_five_percent(void **state)
{
	const struct compare_rule rule = {.alpha = 0.05, .margin = 0.02};
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 4);
	make_dearer(s.fresh, 4, "fork", 1.1);
	ask(&s, &rule, &a);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_REGRESSED);
	assert_false(remarked(&a, "can't tell"));
	release(&s, &a);
}

static void what_fails_now_has_failed(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	kase_set_status(record_find(&s.fresh[3], "fork"), STATUS_FAILED, xstrdup("hung"));
	for (size_t i = 0; i < 5; i++)
		kase_set_status(record_find(&s.base[i], "vfork"), STATUS_FAILED,
				xstrdup("no memory"));
	kase_set_status(record_find(&s.fresh[0], "getpid"), STATUS_SKIPPED,
			xstrdup("no CPU"));
	ask(&s, &usual, &a);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_FAILED);
	assert_noted(of(&a, "fork"), "failed in 1 of 5 runs of NEW: hung");
	assert_int_equal(of(&a, "vfork")->kind, ANSWER_UNMEASURED);
	assert_noted(of(&a, "vfork"), "failed in BASE: no memory");
	assert_int_equal(of(&a, "getpid")->ratio.n, 9);
	assert_int_equal(answers_status(&a), EXIT_REGRESSION);
	release(&s, &a);
}

static void what_is_not_the_same_is_not_compared(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	for (size_t i = 0; i < 5; i++)
		set(&record_find(&s.fresh[i], "fork")->text, "fork/pages=1");
	set(&record_find(&s.base[4], "vfork")->unit, "us/op");
	set(&record_find(&s.fresh[1], "getpid")->params[0].value, "4K");
	ask(&s, &usual, &a);
	assert_int_equal(a.n, 4);
	assert_int_equal(answers_count(&a, ANSWER_UNMEASURED), 4);
	assert_noted(of(&a, "fork"), "NEW does not have it");
	assert_noted(of(&a, "fork/pages=1"), "BASE does not have it");
	assert_noted(of(&a, "vfork"), "unit is ns/op in one run and us/op in another");
	assert_noted(of(&a, "getpid"), "pages is 0 in one run and 4K in another");
	assert_int_equal(answers_status(&a), EXIT_UNMEASURED);
	release(&s, &a);
}

/* Relative in some runs and absolute in others would compare both with each other. */
static void a_floor_that_a_run_lacks_is_none(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	make_dearer(s.fresh, 5, "fork", 1.1);
	kase_set_status(record_find(&s.base[2], "getpid"), STATUS_SKIPPED, xstrdup("-"));
	ask(&s, &usual, &a);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_INCONCLUSIVE);
	assert_noted(of(&a, "fork"), "its floor was not measured in every run");
	assert_true(of(&a, "fork")->ratio.value < 1.3);
	release(&s, &a);
}

static void a_floor_that_moved_is_remarked(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	make_dearer(s.fresh, 5, "getpid", 3);
	ask(&s, &usual, &a);
	assert_int_equal(of(&a, "getpid")->kind, ANSWER_REGRESSED);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_IMPROVED);
	assert_true(remarked(&a, "getpid itself regressed"));
	assert_true(remarked(&a, "2 ratios here are relative to it"));
	release(&s, &a);
}

static void chosen_cases_keep_their_floor(void **state)
{
	const char *const globs[] = {"f*"};
	struct compare_rule rule = usual;
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	make_dearer(s.fresh, 5, "fork", 1.1);
	rule.globs = (const char **)globs;
	rule.nglobs = 1;
	ask(&s, &rule, &a);
	assert_int_equal(a.n, 1);
	assert_int_equal(of(&a, "fork")->kind, ANSWER_REGRESSED);
	assert_true(remarked(&a, "of their floors (getpid)"));
	release(&s, &a);
}

static void times_apart_are_remarked(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 5);
	ask(&s, &usual, &a);
	assert_false(remarked(&a, "lwpbench ab"));
	assert_string_equal(a.base_name,
			    "BASE: 5 runs, 2026-01-01T00:00:00Z to 2026-01-09T00:00:00Z");
	answers_free(&a);
	for (size_t i = 0; i < 5; i++)
		s.fresh[i].started[3] = '7';
	ask(&s, &usual, &a);
	assert_true(remarked(&a, "`lwpbench ab` measures them in turns"));
	release(&s, &a);
}

static void set_fact(struct record *r, const char *name, const char *to)
{
	for (size_t i = 0; i < r->host.n; i++)
		if (strcmp(r->host.v[i].name, name) == 0)
			set(&r->host.v[i].value, to);
}

static void other_machines_are_refused(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 2);
	assert_null(compare_hosts_refuse(s.base, 2, s.fresh, 2));
	/* Also within a side. */
	set_fact(&s.base[1], "cpu.model", "Another CPU");
	char *why = compare_hosts_refuse(s.base, 2, s.fresh, 2);
	assert_string_equal(why, "cpu.model: A CPU and Another CPU");
	free(why);
	ask(&s, &usual, &a);
	assert_true(remarked(&a, "cpu.model: A CPU and Another CPU"));
	release(&s, &a);
}

static void another_kernel_may_be_what_is_compared(void **state)
{
	struct sides s;
	struct answers a;
	(void)state;

	make(&s, 2);
	for (size_t i = 0; i < 2; i++)
		set_fact(&s.fresh[i], "kernel.release", "6.2");
	assert_null(compare_hosts_refuse(s.base, 2, s.fresh, 2));
	ask(&s, &usual, &a);
	assert_true(remarked(&a, "kernel.release: 6.1 and 6.2; that may be what is"));
	assert_false(remarked(&a, "load.average"));
	size_t n = a.nremarks;
	answers_free(&a);
	/* A remark once, not for each run. */
	set_fact(&s.fresh[0], "kernel.release", "6.1");
	ask(&s, &usual, &a);
	assert_int_equal(a.nremarks, n);
	release(&s, &a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_found_whatever_the_mood),
		cmocka_unit_test(cheaper_is_improved),
		cmocka_unit_test(a_lower_rate_costs_more),
		cmocka_unit_test(within_the_margin_is_equivalent),
		cmocka_unit_test(too_few_runs_decide_nothing),
		cmocka_unit_test(one_run_against_many_decides_nothing),
		cmocka_unit_test(four_a_side_do_for_five_percent),
		cmocka_unit_test(what_fails_now_has_failed),
		cmocka_unit_test(what_is_not_the_same_is_not_compared),
		cmocka_unit_test(a_floor_that_a_run_lacks_is_none),
		cmocka_unit_test(a_floor_that_moved_is_remarked),
		cmocka_unit_test(chosen_cases_keep_their_floor),
		cmocka_unit_test(times_apart_are_remarked),
		cmocka_unit_test(other_machines_are_refused),
		cmocka_unit_test(another_kernel_may_be_what_is_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
