/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schedule, on made-up records: what runs next, what rests, when it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "schedule.h"
#include "util.h"

enum { ALL = 1u << JOB_TIME | 1u << JOB_PHASES_PASS | 1u << JOB_EVENTS_PASS };

static struct kase *add_case(struct record *r, const char *text, const char *family)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];

	*k = (struct kase){.text = xstrdup(text),
			   .bench = xstrdup(text),
			   .family = xstrdup(family),
			   .floor = xstrdup(""),
			   .base = xstrdup(""),
			   .unit = xstrdup("ns/op"),
			   .status = STATUS_PENDING};
	return k;
}

static void give_phases(struct kase *k)
{
	k->phase_names = xcalloc(1, sizeof(char *));
	k->phase_names[0] = xstrdup("return");
	k->nphases = 1;
}

/* A rep of one sample of so many ns. */
static void add_rep(struct kase *k, struct reps *to, unsigned block, uint64_t ns)
{
	struct rep rep = {.block = block, .batch = 1, .scale = 1, .nrows = 1, .width = 1};

	rep.rows = xcalloc(1, sizeof(uint64_t));
	rep.rows[0] = ns;
	reps_add(to, &rep);
	k->status = STATUS_OK;
}

static bool holds(const struct block *b, size_t i)
{
	for (size_t j = 0; j < b->n; j++)
		if (b->cases[j] == i)
			return true;
	return false;
}

static void test_first_block_has_all(void **state)
{
	struct record r = {.precision = 0.02, .seed = 5};
	struct block b;

	(void)state;
	for (int i = 0; i < 20; i++) {
		char name[] = {(char)('a' + i), 0};

		add_case(&r, name, "f");
	}
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.pass, JOB_TIME);
	assert_int_equal(b.number, 0);
	assert_int_equal(b.n, 20);
	bool in_order = true;
	for (size_t i = 0; i < 20; i++) {
		assert_true(holds(&b, i));
		in_order &= b.cases[i] == i;
	}
	assert_false(in_order); /* shuffled: by luck once in 20! */
	block_free(&b);
	record_free(&r);
}

static void test_order_depends_on_seed_and_block_alone(void **state)
{
	struct record r = {.precision = 0.02, .seed = 5};
	struct block a, b;

	(void)state;
	for (int i = 0; i < 12; i++) {
		char name[] = {(char)('a' + i), 0};

		add_case(&r, name, "f");
	}
	schedule_next(&r, ALL, &a);
	schedule_next(&r, ALL, &b);
	assert_memory_equal(a.cases, b.cases, 12 * sizeof(size_t));
	block_free(&b);
	r.seed = 6;
	schedule_next(&r, ALL, &b);
	assert_true(memcmp(a.cases, b.cases, 12 * sizeof(size_t)) != 0);
	block_free(&b);
	r.seed = 5;
	for (int i = 0; i < 12; i++)
		add_rep(&r.cases[i], &r.cases[i].time, 0, 100);
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.number, 1);
	assert_true(memcmp(a.cases, b.cases, 12 * sizeof(size_t)) != 0);
	block_free(&b);
	block_free(&a);
	record_free(&r);
}

static void test_precise_cases_rest_but_anchors_do_not(void **state)
{
	struct record r = {.precision = 0.02};
	struct block b;

	(void)state;
	add_case(&r, "anchor", "f");
	add_case(&r, "calm", "f");
	add_case(&r, "wild", "f");
	for (unsigned i = 0; i < SCHEDULE_MIN_REPS; i++) {
		add_rep(&r.cases[0], &r.cases[0].time, i, 1000);
		add_rep(&r.cases[1], &r.cases[1].time, i, 1000);
		add_rep(&r.cases[2], &r.cases[2].time, i, i % 2 ? 500 : 1500);
	}
	assert_true(schedule_precise(&r, &r.cases[1]));
	assert_false(schedule_precise(&r, &r.cases[2]));
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.pass, JOB_TIME);
	assert_true(holds(&b, 0));
	assert_false(holds(&b, 1));
	assert_true(holds(&b, 2));
	block_free(&b);

	/* One rep less than the least is not precise, however alike they are. */
	r.cases[1].time.n--;
	assert_false(schedule_precise(&r, &r.cases[1]));
	r.cases[1].time.n++;
	/* Nothing left but the anchor, which is precise itself: the end. */
	r.cases[2].status = STATUS_FAILED;
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.n, 0);
	block_free(&b);
	record_free(&r);
}

/* The difference to a base is taken inside blocks: while the case goes on, so does it. */
static void test_a_base_goes_on_with_its_case(void **state)
{
	struct record r = {.precision = 0.02};
	struct block b;

	(void)state;
	add_case(&r, "anchor", "f");
	struct kase *wild = add_case(&r, "wild", "f");
	free(wild->base);
	wild->base = xstrdup("base");
	add_case(&r, "base", "f");
	add_case(&r, "calm", "f");
	for (unsigned i = 0; i < SCHEDULE_MIN_REPS; i++)
		for (size_t k = 0; k < r.ncases; k++)
			add_rep(&r.cases[k], &r.cases[k].time, i,
				k == 1 ? 500 + 1000 * (i % 2) : 1000);
	assert_true(schedule_precise(&r, &r.cases[2]));
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.n, 3);
	assert_true(holds(&b, 0) && holds(&b, 1) && holds(&b, 2));
	block_free(&b);
	/* A base that failed does not run again. */
	r.cases[2].status = STATUS_FAILED;
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.n, 2);
	assert_false(holds(&b, 2));
	block_free(&b);
	/* Nor is one needed by a case that has ended. */
	r.cases[2].status = STATUS_OK;
	r.cases[1].status = STATUS_FAILED;
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.n, 0);
	block_free(&b);
	record_free(&r);
}

static void add_task(struct kase *k, const char *task)
{
	free(k->bench);
	k->bench = xstrdup("pipe");
	k->params = xcalloc(1, sizeof(*k->params));
	k->params[k->nparams++] = (struct pair){xstrdup("task"), xstrdup(task)};
}

/* So is the ratio of the same work by threads and by processes. */
static void test_processes_go_on_with_threads(void **state)
{
	struct record r = {.precision = 0.02};
	struct block b;

	(void)state;
	add_case(&r, "anchor", "f");
	add_task(add_case(&r, "pipe", "f"), "process");
	add_task(add_case(&r, "pipe/task=thread", "f"), "thread");
	add_case(&r, "calm", "f");
	for (unsigned i = 0; i < SCHEDULE_MIN_REPS; i++)
		for (size_t k = 0; k < r.ncases; k++)
			add_rep(&r.cases[k], &r.cases[k].time, i,
				k == 2 ? 500 + 1000 * (i % 2) : 1000);
	assert_true(schedule_precise(&r, &r.cases[1]));
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.n, 3);
	assert_true(holds(&b, 0) && holds(&b, 1) && holds(&b, 2));
	block_free(&b);
	/* Threads are held against nothing else. */
	r.cases[2].status = STATUS_FAILED;
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.n, 0);
	block_free(&b);
	record_free(&r);
}

/* Takes block after block as a run would, all of them alike, and notes the passes. */
static size_t play(struct record *r, unsigned passes, size_t count[3])
{
	size_t blocks = 0;

	for (; blocks < 1000; blocks++) {
		struct block b;

		schedule_next(r, passes, &b);
		bool end = b.n == 0;
		for (size_t i = 0; i < b.n; i++) {
			struct kase *k = &r->cases[b.cases[i]];

			add_rep(k,
				b.pass == JOB_TIME          ? &k->time
				: b.pass == JOB_PHASES_PASS ? &k->phases
							    : &k->counts,
				b.number, 1000);
		}
		count[b.pass] += !end;
		block_free(&b);
		if (end)
			break;
	}
	return blocks;
}

static void test_other_passes_come_in_their_turn(void **state)
{
	struct record r = {.precision = 0.02};
	size_t count[3] = {0};

	(void)state;
	give_phases(add_case(&r, "a", "f"));
	r.cases[0].events = xcalloc(1, sizeof(struct event));
	r.cases[0].nevents = 1;
	assert_true(play(&r, ALL, count) < 1000);
	assert_int_equal(count[JOB_TIME], SCHEDULE_MIN_REPS);
	assert_int_equal(count[JOB_PHASES_PASS], 3);
	assert_int_equal(count[JOB_EVENTS_PASS], 2);
	record_free(&r);
}

/* A suite may ask for more of phases; they begin early, and do not end with the others.
 */
static void test_as_many_blocks_of_phases_as_the_suite_wants(void **state)
{
	struct record r = {.precision = 0.02, .phase_blocks = 12};
	size_t count[3] = {0};
	struct block b;

	(void)state;
	struct kase *k = add_case(&r, "a", "f");
	give_phases(k);
	add_rep(k, &k->time, 0, 1000);
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.pass, JOB_PHASES_PASS);
	assert_int_equal(b.number, 0);
	block_free(&b);
	assert_true(play(&r, ALL, count) < 1000);
	assert_int_equal(count[JOB_TIME], SCHEDULE_MIN_REPS - 1);
	assert_int_equal(count[JOB_PHASES_PASS], 12);
	record_free(&r);
}

static void test_passes_that_nobody_has_do_not_end_the_run(void **state)
{
	struct record r = {.precision = 0.02};
	size_t count[3] = {0};

	(void)state;
	add_case(&r, "a", "f"); /* no phases, no counters */
	assert_true(play(&r, ALL, count) < 1000);
	assert_int_equal(count[JOB_TIME], SCHEDULE_MIN_REPS);
	assert_int_equal(count[JOB_PHASES_PASS], 0);
	assert_int_equal(count[JOB_EVENTS_PASS], 0);
	record_free(&r);
}

static void test_failed_cases_never_run_again(void **state)
{
	struct record r = {.precision = 0.02};
	struct block b;

	(void)state;
	add_case(&r, "a", "f");
	add_case(&r, "b", "f")->status = STATUS_FAILED;
	add_case(&r, "c", "f")->status = STATUS_SKIPPED;
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.n, 1);
	assert_int_equal(b.cases[0], 0);
	block_free(&b);
	record_free(&r);
}

static void test_reps_needed_grow_with_the_square(void **state)
{
	struct record r = {.precision = 0.02};

	(void)state;
	struct kase *k = add_case(&r, "a", "f");
	assert_int_equal(schedule_reps_needed(&r, k), 0);
	for (unsigned i = 0; i < 40; i++)
		add_rep(k, &k->time, i, 900 + 5 * i);
	size_t once = schedule_reps_needed(&r, k);
	assert_true(once > 40);
	r.precision = 0.01;
	size_t twice = schedule_reps_needed(&r, k);
	assert_in_range(twice, 4 * once - 4, 4 * once);
	record_free(&r);
}

/* It takes seconds and varies little, and counters of it would count another ladder. */
static void test_ladders_rest_early(void **state)
{
	struct record r = {.precision = 0.0001, .seed = 5};
	struct block b;
	unsigned n = 0;

	(void)state;
	add_case(&r, "null", "other");
	/* Also as the first of its family, which the others of that are paired with. */
	struct kase *k = add_case(&r, "weight", "memory");
	free(k->unit);
	k->unit = xstrdup("bytes/task");
	k->events = xcalloc(1, sizeof(*k->events));
	k->events[k->nevents++] =
		(struct event){xstrdup("cycles"), xstrdup("perf"), NULL};
	for (schedule_next(&r, ALL, &b); holds(&b, 1); schedule_next(&r, ALL, &b)) {
		assert_int_equal(b.pass, JOB_TIME);
		/* So wide that only their number can end it. */
		for (size_t i = 0; i < b.n; i++)
			add_rep(&r.cases[b.cases[i]], &r.cases[b.cases[i]].time, n,
				n % 2 ? 100 : 900);
		n++;
		block_free(&b);
	}
	assert_int_equal(b.pass, JOB_TIME);
	block_free(&b);
	assert_int_equal(n, SCHEDULE_LADDERS);
	record_free(&r);
}

static void test_what_another_tool_timed_is_left_alone(void **state)
{
	struct record r = {.precision = 0.02, .seed = 5};
	struct block b;

	(void)state;
	add_case(&r, "copy", "program")->tool = xstrdup("hyperfine");
	add_case(&r, "a", "f");
	/* Nor do its blocks count as ours. */
	reps_add(&r.cases[0].time, &(struct rep){.block = 40, .batch = 1});
	schedule_next(&r, ALL, &b);
	assert_int_equal(b.n, 1);
	assert_true(holds(&b, 1));
	assert_int_equal(b.pass, JOB_TIME);
	assert_int_equal(b.number, 0);
	block_free(&b);
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_block_has_all),
		cmocka_unit_test(test_order_depends_on_seed_and_block_alone),
		cmocka_unit_test(test_precise_cases_rest_but_anchors_do_not),
		cmocka_unit_test(test_a_base_goes_on_with_its_case),
		cmocka_unit_test(test_processes_go_on_with_threads),
		cmocka_unit_test(test_other_passes_come_in_their_turn),
		cmocka_unit_test(test_as_many_blocks_of_phases_as_the_suite_wants),
		cmocka_unit_test(test_passes_that_nobody_has_do_not_end_the_run),
		cmocka_unit_test(test_failed_cases_never_run_again),
		cmocka_unit_test(test_reps_needed_grow_with_the_square),
		cmocka_unit_test(test_ladders_rest_early),
		cmocka_unit_test(test_what_another_tool_timed_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
