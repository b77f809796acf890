/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of small records made by hand, each with an answer that paper and pencil give.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "util.h"

static void assert_near(double x, double wanted)
{
	if (!(fabs(x - wanted) <= 1e-9 * fabs(wanted)))
		fail_msg("%.17g is not %.17g", x, wanted);
}

static void assert_none(struct estimate e)
{
	assert_true(isnan(e.value) && isnan(e.lo) && isnan(e.hi));
	assert_int_equal(e.n, 0);
}

static void add_rep(struct reps *reps, unsigned block, uint64_t batch, size_t width,
		    size_t nrows, const uint64_t *rows)
{
	struct rep rep = {.block = block, .batch = batch, .nrows = nrows, .width = width};

	rep.rows = xcalloc(nrows * width, sizeof(*rows));
	if (nrows)
		memcpy(rep.rows, rows, nrows * width * sizeof(*rows));
	reps_add(reps, &rep);
}

/* One rep a block, 1, 2, ..., each of one sample of batch 1. */
static void add_blocks(struct reps *reps, size_t n, const uint64_t *ns)
{
	for (size_t i = 0; i < n; i++)
		add_rep(reps, (unsigned)i + 1, 1, 1, 1, &ns[i]);
}

static struct kase *add_case(struct record *r, const char *text, const char *family,
			     const char *floor)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	r->cases[r->ncases] = (struct kase){
		.text = xstrdup(text),
		.family = xstrdup(family),
		.floor = xstrdup(floor ? floor : ""),
		.base = xstrdup(""),
		.unit = xstrdup("ns/op"),
	};
	return &r->cases[r->ncases++];
}

static void add_event(struct kase *k, const char *name, const char *reason)
{
	k->events = xrealloc(k->events, k->nevents + 1, sizeof(*k->events));
	k->events[k->nevents++] = (struct event){
		.name = xstrdup(name),
		.source = xstrdup("perf"),
		.reason = reason ? xstrdup(reason) : NULL,
	};
}

static void set(char **text, const char *to)
{
	free(*text);
	*text = xstrdup(to);
}

static void add_param(struct kase *k, const char *name, const char *value)
{
	k->params = xrealloc(k->params, k->nparams + 1, sizeof(*k->params));
	k->params[k->nparams++] = (struct pair){xstrdup(name), xstrdup(value)};
}

static void add_gauge(struct kase *k, const char *name, const char *unit)
{
	k->gauges = xrealloc(k->gauges, k->ngauges + 1, sizeof(*k->gauges));
	k->gauges[k->ngauges++] =
		(struct gauge){xstrdup(name), xstrdup(unit), xstrdup("")};
}

/* A case of its own family, of a benchmark with the parameters task= and ws=. */
static struct kase *add_task(struct record *r, const char *text, const char *bench,
			     const char *task, const char *ws)
{
	struct kase *k = add_case(r, text, "switch", NULL);

	k->bench = xstrdup(bench);
	add_param(k, "task", task);
	add_param(k, "ws", ws);
	return k;
}

/* A case of bytes per second: reps of one sample of one operation of 3 MB. */
static struct kase *add_rate(struct record *r, const char *text, size_t n,
			     const uint64_t *ns)
{
	struct kase *k = add_case(r, text, "bandwidth", "memcpy");

	set(&k->unit, "bytes/s");
	k->higher_is_better = true;
	add_blocks(&k->time, n, ns);
	for (size_t i = 0; i < n; i++)
		k->time.v[i].bytes = 3000000;
	return k;
}

static void median_of_rep_medians(void **state)
{
	struct reps reps = {0};
	/* Medians per op, batch 10: 3, 4, 100. All samples together would have 5. */
	const uint64_t rows[3][5] = {
		{10, 20, 30, 60, 70}, {1000, 40, 1}, {50, 60, 1000, 2000, 3000}};

	(void)state;
	add_rep(&reps, 1, 10, 1, 5, rows[0]);
	add_rep(&reps, 2, 10, 1, 3, rows[1]);
	add_rep(&reps, 3, 10, 1, 5, rows[2]);
	assert_near(figures_rep_median(&reps.v[0]), 3);
	assert_near(figures_rep_median(&reps.v[1]), 4);
	assert_near(figures_rep_median(&reps.v[2]), 100);
	struct estimate e = figures_median(&reps);
	assert_near(e.value, 4);
	assert_int_equal(e.n, 3);
	assert_true(isnan(e.lo) && isnan(e.hi));
	reps_free(&reps);
}

static void median_has_the_interval_of_its_reps(void **state)
{
	struct reps reps = {0};
	const uint64_t ns[] = {8, 1, 7, 2, 6, 3, 5, 4};
	const double each[] = {1, 2, 3, 4, 5, 6, 7, 8};

	(void)state;
	add_blocks(&reps, countof(ns), ns);
	struct estimate e = figures_median(&reps);
	struct estimate wanted = stats_median_ci(each, countof(each), FIGURES_LEVEL);
	assert_near(e.value, 4.5);
	assert_near(e.lo, wanted.lo);
	assert_near(e.hi, wanted.hi);
	assert_int_equal(e.n, 8);
	reps_free(&reps);
}

static void rep_without_rows_does_not_count(void **state)
{
	struct reps reps = {0};
	const uint64_t ns[] = {5, 9};

	(void)state;
	assert_none(figures_median(&reps));
	add_rep(&reps, 1, 1, 1, 0, NULL);
	assert_true(isnan(figures_rep_median(&reps.v[0])));
	assert_none(figures_median(&reps));
	add_rep(&reps, 2, 1, 1, 2, ns);
	struct estimate e = figures_median(&reps);
	assert_near(e.value, 7);
	assert_int_equal(e.n, 1);
	reps_free(&reps);
}

/* The machine slows down eightfold on its way, and b is absent from the fast blocks: only
 * pairing finds that a takes twice as long. */
static void ratio_pairs_blocks(void **state)
{
	struct reps a = {0}, b = {0};
	const uint64_t slow[] = {20, 40, 80, 160, 200, 200, 200, 200};
	const uint64_t half[] = {10, 20, 40, 80, 100, 100, 100, 100};

	(void)state;
	add_blocks(&a, countof(slow), slow);
	/* In another order, without blocks 1 and 2, and with one that a lacks. */
	for (size_t i = countof(half); i-- > 2;)
		add_rep(&b, (unsigned)i + 1, 1, 1, 1, &half[i]);
	add_rep(&b, 99, 1, 1, 1, &half[0]);
	struct estimate e = figures_ratio(&a, &b);
	assert_near(e.value, 2);
	assert_near(e.lo, 2);
	assert_near(e.hi, 2);
	assert_int_equal(e.n, 6);
	struct estimate turned = figures_ratio(&b, &a);
	assert_near(turned.value, 0.5);
	assert_int_equal(turned.n, 6);
	reps_free(&a);
	reps_free(&b);
}

static void ratio_needs_common_blocks(void **state)
{
	struct reps a = {0}, b = {0};
	const uint64_t ns[] = {0, 10};

	(void)state;
	add_rep(&a, 1, 1, 1, 1, &ns[1]);
	add_rep(&b, 2, 1, 1, 1, &ns[1]);
	assert_none(figures_ratio(&a, &b));
	/* Neither a rep without rows nor one of 0 ns makes a pair. */
	add_rep(&a, 2, 1, 1, 0, NULL);
	add_rep(&a, 3, 1, 1, 1, &ns[1]);
	add_rep(&b, 3, 1, 1, 1, &ns[0]);
	assert_none(figures_ratio(&a, &b));
	assert_none(figures_ratio(&b, &a));
	reps_free(&a);
	reps_free(&b);
}

static void ratio_is_per_operation(void **state)
{
	struct reps a = {0}, b = {0};
	const uint64_t ns[] = {300, 1000};

	(void)state;
	add_rep(&a, 1, 10, 1, 1, &ns[0]);
	add_rep(&b, 1, 100, 1, 1, &ns[1]);
	struct estimate e = figures_ratio(&a, &b);
	assert_near(e.value, 3);
	assert_int_equal(e.n, 1);
	assert_true(isnan(e.lo) && isnan(e.hi));
	reps_free(&a);
	reps_free(&b);
}

static void tails_are_of_all_samples(void **state)
{
	struct record r = {0};
	struct kase *k = add_case(&r, "fork", "creation", NULL);
	uint64_t rows[101];
	struct figures f;

	(void)state;
	/* 0, 2, ..., 200 over batch 2: quantile q of 0..100 is 100 q. */
	for (size_t i = 0; i < countof(rows); i++)
		rows[i] = 200 - 2 * i;
	add_rep(&k->time, 1, 2, 1, 1, rows);
	add_rep(&k->time, 2, 2, 1, 100, rows + 1);
	figures_of(&r, k, &f);
	assert_int_equal(f.samples, 101);
	assert_true(f.min == 0);
	assert_near(f.p90, 90);
	assert_near(f.p99, 99);
	assert_near(f.median.value, (100 + 49.5) / 2);
	size_t n = 0;
	double *v = figures_samples(&k->time, &n);
	assert_int_equal(n, 101);
	for (size_t i = 0; i < n; i++)
		assert_near(v[i], (double)i);
	free(v);
	record_free(&r);
}

static void anchor_is_the_first_ok_case_of_the_family(void **state)
{
	struct record r = {0};
	struct figures f;
	const uint64_t one[] = {10, 20, 40}, three[] = {30, 60, 120};

	(void)state;
	add_case(&r, "thread", "creation", NULL)->status = STATUS_FAILED;
	add_blocks(&r.cases[0].time, 3, one);
	add_case(&r, "getpid", "floor", NULL);
	add_blocks(&r.cases[1].time, 3, one);
	add_case(&r, "vfork", "creation", NULL)->status = STATUS_PENDING;
	add_case(&r, "fork", "creation", NULL);
	add_blocks(&r.cases[3].time, 3, one);
	add_case(&r, "spawn", "creation", NULL);
	add_blocks(&r.cases[4].time, 3, three);
	add_case(&r, "lost", "exec", NULL)->status = STATUS_SKIPPED;

	assert_ptr_equal(figures_anchor(&r, &r.cases[0]), &r.cases[3]);
	assert_ptr_equal(figures_anchor(&r, &r.cases[3]), &r.cases[3]);
	assert_ptr_equal(figures_anchor(&r, &r.cases[4]), &r.cases[3]);
	assert_ptr_equal(figures_anchor(&r, &r.cases[1]), &r.cases[1]);
	assert_null(figures_anchor(&r, &r.cases[5]));
	figures_of(&r, &r.cases[3], &f);
	assert_true(f.ratio.value == 1);
	assert_int_equal(f.ratio.n, 0);
	assert_true(isnan(f.ratio.lo) && isnan(f.ratio.hi));
	figures_of(&r, &r.cases[4], &f);
	assert_near(f.ratio.value, 3);
	assert_int_equal(f.ratio.n, 3);
	record_free(&r);
}

static void failed_case_has_no_figures(void **state)
{
	struct record r = {0};
	struct figures f;
	const uint64_t ns[] = {10, 20, 40}, row[] = {100, 30, 0};
	struct kase *k = add_case(&r, "fork", "creation", "null");

	(void)state;
	add_blocks(&k->time, 3, ns);
	add_rep(&k->phases, 1, 1, 3, 1, row);
	add_rep(&k->counts, 1, 1, 3, 1, (const uint64_t[]){5, 1, 1});
	add_event(k, "page-faults", NULL);
	add_blocks(&add_case(&r, "null", "floor", NULL)->time, 3, ns);
	static const enum status bad[] = {STATUS_FAILED, STATUS_SKIPPED, STATUS_PENDING};
	k = &r.cases[0];
	for (size_t i = 0; i < countof(bad); i++) {
		k->status = bad[i];
		figures_of(&r, k, &f);
		assert_none(f.median);
		assert_none(f.ratio);
		assert_true(isnan(f.min) && isnan(f.p90) && isnan(f.p99));
		assert_true(isnan(f.floor_ratio));
		assert_int_equal(f.samples, 0);
		assert_none(figures_phase(k, 0));
		assert_none(figures_event(k, 0));
	}
	k->status = STATUS_OK;
	assert_near(figures_phase(k, 0).value, 30);
	assert_near(figures_event(k, 0).value, 5);
	record_free(&r);
}

static void floors(void **state)
{
	static const char *const none[] = {"broken", "zero", "missing", NULL};
	struct record r = {0};
	struct figures f;
	const uint64_t ns[] = {10, 20, 40}, eight[] = {160, 160, 160}, zero[] = {0, 0, 0};

	(void)state;
	add_blocks(&add_case(&r, "getpid", "floor", NULL)->time, 3, ns);
	add_blocks(&add_case(&r, "broken", "floor", NULL)->time, 3, ns);
	r.cases[1].status = STATUS_FAILED;
	add_blocks(&add_case(&r, "zero", "floor", NULL)->time, 3, zero);
	add_blocks(&add_case(&r, "fork", "creation", "getpid")->time, 3, eight);
	figures_of(&r, &r.cases[3], &f);
	assert_near(f.floor_ratio, 8);
	for (size_t i = 0; i < countof(none); i++) {
		struct kase *k = add_case(&r, "other", "creation", none[i]);

		add_blocks(&k->time, 3, eight);
		figures_of(&r, k, &f);
		assert_near(f.median.value, 160);
		assert_true(isnan(f.floor_ratio));
	}
	record_free(&r);
}

/* 3 MB in 1, 2, 3 ms are 3, 1.5 and 1 GB/s. */
static void rates_are_bytes_per_second(void **state)
{
	struct record r = {0};
	struct figures f;
	const uint64_t ms[] = {1000000, 2000000, 3000000};
	struct kase *k = add_rate(&r, "bw_pipe", 3, ms);

	(void)state;
	assert_near(figures_rep_median(&k->time.v[0]), 3e9);
	figures_of(&r, k, &f);
	assert_near(f.median.value, 1.5e9);
	assert_near(f.min, 1e9);
	/* Of an operation more time may pass: a batch of ten in the same time. */
	k->time.v[0].batch = 10;
	assert_near(figures_rep_median(&k->time.v[0]), 30e9);
	/* What took no time has no rate. */
	k->time.v[1].rows[0] = 0;
	figures_of(&r, k, &f);
	assert_int_equal(f.median.n, 2);
	assert_near(f.median.value, (30e9 + 1e9) / 2);
	record_free(&r);
}

/* One rep of 101 samples of 100, 101, ... 200 ns, 6 bytes each. */
static void tails_of_rates_are_the_slow_ones(void **state)
{
	struct record r = {0};
	struct kase *k = add_case(&r, "bw_pipe", "bandwidth", NULL);
	uint64_t ns[101];
	struct figures f;
	size_t n;

	(void)state;
	for (size_t i = 0; i < countof(ns); i++)
		ns[i] = 100 + i;
	add_rep(&k->time, 1, 1, 1, countof(ns), ns);
	k->time.v[0].bytes = 6;
	k->higher_is_better = true;
	figures_of(&r, k, &f);
	/* The value of rank 10, and of rank 1, from the low end: 190 and 199 ns. */
	assert_near(f.p90, 6e9 / 190);
	assert_near(f.p99, 6e9 / 199);
	assert_near(f.min, 6e9 / 200);
	double *v = figures_samples(&k->time, &n);
	assert_near(v[0], 6e9 / 200);
	assert_near(v[100], 6e9 / 100);
	free(v);
	record_free(&r);
}

static void rate_is_held_against_a_higher_floor(void **state)
{
	struct record r = {0};
	struct figures f;
	const uint64_t slow[] = {4000, 4000, 4000}, fast[] = {1000, 1000, 1000};

	(void)state;
	add_rate(&r, "bw_pipe", 3, slow);
	set(&add_rate(&r, "memcpy", 3, fast)->family, "floor");
	add_rate(&r, "bw_memory", 3, fast);
	figures_of(&r, &r.cases[0], &f);
	assert_near(f.floor_ratio, 4);
	/* The ratio is that of the values: four times as many bytes. */
	figures_of(&r, &r.cases[2], &f);
	assert_near(f.ratio.value, 4);
	/* Of another unit there is neither. */
	set(&r.cases[0].unit, "ns/op");
	set(&r.cases[1].unit, "ns/op");
	figures_of(&r, &r.cases[2], &f);
	assert_true(isnan(f.floor_ratio));
	assert_none(f.ratio);
	record_free(&r);
}

/* The machine slows down from block to block, by more than the switch costs; within a
 * block it is 4, 5 and 6 us. The medians of the two cases are 15 and 9 apart by 6. */
static void own_cost_is_paired(void **state)
{
	struct record r = {0};
	struct figures f;
	const uint64_t whole[] = {7000, 15000, 26000}, bare[] = {3000, 9000, 21000};

	(void)state;
	add_blocks(&add_case(&r, "switch_pipe", "switch", NULL)->time, 3, whole);
	set(&r.cases[0].base, "switch_pipe/switch=no");
	figures_of(&r, &r.cases[0], &f);
	assert_none(f.own);
	add_blocks(&add_case(&r, "switch_pipe/switch=no", "switch", NULL)->time, 3, bare);
	figures_of(&r, &r.cases[0], &f);
	assert_near(f.own.value, 5000);
	assert_int_equal(f.own.n, 3);
	figures_of(&r, &r.cases[1], &f);
	assert_none(f.own);
	/* A block that only one of them has says nothing. */
	r.cases[1].time.v[1].block = 99;
	figures_of(&r, &r.cases[0], &f);
	assert_near(f.own.value, 4500);
	assert_int_equal(f.own.n, 2);
	r.cases[1].status = STATUS_FAILED;
	figures_of(&r, &r.cases[0], &f);
	assert_none(f.own);
	r.cases[1].status = STATUS_OK;
	r.cases[0].higher_is_better = true;
	figures_of(&r, &r.cases[0], &f);
	assert_none(f.own);
	record_free(&r);
}

/* The differences -8, 2, 4, 6, 8, 20. The first and the last enclose the median in 1 - 2
 * / 2^6 = 31/32 of all cases, the second and the fifth in 1 - 14 / 2^6 = 25/32. Nyblom
 * (1992): 95 % are a tenth of the way in coverage, (5 x 1/10) / (1 + 4 x 1/10) = 5/14 of
 * it in value. */
static void difference_has_an_interval(void **state)
{
	struct reps a = {0}, b = {0};
	const uint64_t over[] = {120, 9, 106, 104, 102, 108};
	const uint64_t under[] = {100, 17, 100, 100, 100, 100};

	(void)state;
	add_blocks(&a, countof(over), over);
	add_blocks(&b, countof(under), under);
	struct estimate e = figures_difference(&a, &b);
	assert_near(e.value, 5);
	assert_near(e.lo, -8 + 10 * 5 / 14.0);
	assert_near(e.hi, 20 - 12 * 5 / 14.0);
	assert_int_equal(e.n, 6);
	reps_free(&a);
	reps_free(&b);
}

static void gauges_are_per_operation_or_not(void **state)
{
	struct record r = {0};
	struct kase *k = add_case(&r, "switch_pipe", "switch", NULL);
	const uint64_t no = JOB_NO_STAMP;
	/* ns, CPU ns of 10 operations, and a share: medians 60 and 30, 900000 and 5. */
	const uint64_t first[] = {100, 60, 900000, 100, 50, no, 100, 70, 900000};
	const uint64_t second[] = {100, 30, 5}, third[] = {100, no, no};

	(void)state;
	add_gauge(k, "cpu", "ns/op");
	add_gauge(k, "least", "ppm");
	add_rep(&k->time, 1, 10, 3, 3, first);
	add_rep(&k->time, 2, 10, 3, 1, second);
	add_rep(&k->time, 3, 10, 3, 1, third);
	struct estimate cpu = figures_gauge(k, "cpu"), least = figures_gauge(k, "least");
	assert_near(cpu.value, (6 + 3) / 2.0);
	assert_int_equal(cpu.n, 2);
	assert_near(least.value, 900005 / 2.0);
	assert_int_equal(least.n, 2);
	assert_none(figures_gauge(k, "most"));
	assert_near(figures_median(&k->time).value, 10);
	k->status = STATUS_FAILED;
	assert_none(figures_gauge(k, "cpu"));
	record_free(&r);
}

static void twins_differ_in_their_task_alone(void **state)
{
	struct record r = {0};
	struct kase *other;

	(void)state;
	add_task(&r, "switch_pipe", "switch_pipe", "process", "0");
	add_task(&r, "switch_futex/task=thread", "switch_futex", "thread", "0");
	add_task(&r, "switch_pipe/task=thread/ws=1", "switch_pipe", "thread", "1");
	add_task(&r, "switch_pipe/task=thread", "switch_pipe", "thread", "0");
	other = add_case(&r, "getpid", "floor", NULL);
	other->bench = xstrdup("getpid");
	add_param(other, "place", "same");
	assert_ptr_equal(figures_twin(&r, &r.cases[0], "thread"), &r.cases[3]);
	assert_ptr_equal(figures_twin(&r, &r.cases[3], "process"), &r.cases[0]);
	assert_ptr_equal(figures_twin(&r, &r.cases[0], "process"), &r.cases[0]);
	assert_null(figures_twin(&r, &r.cases[0], "clone:VM"));
	assert_null(figures_twin(&r, &r.cases[1], "process"));
	assert_null(figures_twin(&r, &r.cases[2], "process"));
	assert_null(figures_twin(&r, &r.cases[4], "process"));
	assert_string_equal(figures_task(&r.cases[3]), "thread");
	assert_null(figures_task(&r.cases[4]));
	record_free(&r);
}

/* Processes 2, 4, 8, threads 1, 2, 4 times the pace of the machine: half, in each block.
 */
static void twin_ratio_is_paired(void **state)
{
	struct record r = {0};
	struct figures f;
	const uint64_t process[] = {20, 40, 80, 999}, thread[] = {10, 20, 40};

	(void)state;
	add_blocks(&add_case(&r, "first", "switch", NULL)->time, 3, thread);
	r.cases[0].bench = xstrdup("first");
	add_blocks(&add_task(&r, "p", "switch_pipe", "process", "0")->time, 4, process);
	add_blocks(&add_task(&r, "t", "switch_pipe", "thread", "0")->time, 3, thread);
	add_blocks(&add_task(&r, "c", "switch_pipe", "clone:VM", "0")->time, 3, process);
	figures_of(&r, &r.cases[2], &f);
	assert_near(f.twin_ratio.value, 0.5);
	assert_int_equal(f.twin_ratio.n, 3);
	figures_of(&r, &r.cases[3], &f);
	assert_near(f.twin_ratio.value, 1);
	figures_of(&r, &r.cases[1], &f);
	assert_none(f.twin_ratio);
	figures_of(&r, &r.cases[0], &f);
	assert_none(f.twin_ratio);
	r.cases[1].status = STATUS_SKIPPED;
	figures_of(&r, &r.cases[2], &f);
	assert_none(f.twin_ratio);
	record_free(&r);
}

static void phases_leave_missing_stamps_out(void **state)
{
	enum { WIDTH = 1 + 2 * 3 };
	struct kase k = {0};
	const uint64_t no = JOB_NO_STAMP;
	/* ns, then offset and CPU of three phases; the last is never reached. */
	const uint64_t first[] = {100, 10, 7, no,  0,  no, 0,  100, 20, 7, 50,
				  7,   no, 0, 100, 90, 7,  no, 0,   no, 0};
	const uint64_t second[] = {100, 30, 7, no, 0, no, 0};

	(void)state;
	/* An offset belongs to the op it was stamped in: no batch divides it. */
	add_rep(&k.phases, 1, 4, WIDTH, 3, first);
	add_rep(&k.phases, 2, 4, WIDTH, 1, second);
	struct estimate child = figures_phase(&k, 0), reaped = figures_phase(&k, 1);
	assert_near(child.value, 25);
	assert_int_equal(child.n, 2);
	assert_near(reaped.value, 50);
	assert_int_equal(reaped.n, 1);
	assert_none(figures_phase(&k, 2));
	assert_none(figures_phase(&k, 3));
	/* Of a burst only the last task's stamps are left: they say nothing of one
	 * operation. */
	k.phases.v[0].scale = k.phases.v[1].scale = 2;
	assert_none(figures_phase(&k, 0));
	kase_free(&k);
}

static void events_are_scaled_for_multiplexing(void **state)
{
	struct kase k = {0};
	/* Two events, each count, enabled, running; three samples of 10 ops. */
	const uint64_t rows[] = {
		40, 100, 50,  10, 100, 100, /* ran half of the time */
		20, 100, 100, 70, 100, 0,   /* never ran, though something is there */
		50, 100, 100, 30, 100, 100, /* together 110 in 250 of 300; 40 in 200 */
	};
	const uint64_t never[] = {7, 100, 100, 0, 0, 0};

	(void)state;
	add_event(&k, "instructions:u", NULL);
	add_event(&k, "cache-misses", NULL);
	add_event(&k, "cycles", "no PMU");
	add_rep(&k.counts, 1, 10, 6, 3, rows);
	struct estimate first = figures_event(&k, 0), second = figures_event(&k, 1);
	assert_near(first.value, 110 * 300 / 250.0 / 30);
	assert_near(second.value, 40 / 20.0);
	assert_int_equal(second.n, 1);
	/* The second event has no figure in a rep where it never ran. */
	add_rep(&k.counts, 2, 1, 6, 1, never);
	first = figures_event(&k, 0);
	second = figures_event(&k, 1);
	assert_near(first.value, (4.4 + 7) / 2);
	assert_int_equal(first.n, 2);
	assert_near(second.value, 2);
	assert_int_equal(second.n, 1);
	assert_none(figures_event(&k, 2));
	assert_none(figures_event(&k, 3));
	kase_free(&k);
}

static void event_that_cannot_be_counted_has_no_figure(void **state)
{
	struct kase k = {0};
	const uint64_t rows[] = {0, 1, 1};

	(void)state;
	add_event(&k, "cycles", "no PMU");
	add_rep(&k.counts, 1, 1, 3, 1, rows);
	assert_none(figures_event(&k, 0));
	/* Without the reason the same row is a count of 0. */
	free(k.events[0].reason);
	k.events[0].reason = NULL;
	assert_true(figures_event(&k, 0).value == 0);
	kase_free(&k);
}

/* Rungs of 0, 100, 200 tasks: 5000 bytes each on top of others, of which 1000 of one
 * kind; one gauge was never set. */
static void ladders_have_slopes(void **state)
{
	static const uint64_t rows[] = {7, 0,   90000,   400,    JOB_NO_STAMP,
					8, 100, 590000,  100400, JOB_NO_STAMP,
					9, 200, 1090000, 200400, JOB_NO_STAMP};
	struct record r = {0};
	struct kase *k = add_case(&r, "weight", "memory", NULL);
	struct figures f;

	(void)state;
	set(&k->unit, "bytes/task");
	add_gauge(k, "tasks", "tasks");
	add_gauge(k, "memory", "bytes/task");
	add_gauge(k, "stack", "bytes/task");
	add_gauge(k, "cgroup", "bytes/task");
	for (unsigned i = 0; i < 6; i++) {
		add_rep(&k->time, i, 1, 5, 3, rows);
		k->time.v[i].ladder = true;
	}
	figures_of(&r, k, &f);
	assert_near(f.median.value, 5000);
	assert_near(f.median.lo, 5000);
	assert_int_equal(f.samples, 6);
	assert_near(f.p99, 5000);
	assert_near(figures_gauge(k, "stack").value, 1000);
	assert_near(figures_gauge(k, "tasks").value, 100);
	assert_none(figures_gauge(k, "cgroup"));
	record_free(&r);
}

static void cpu_is_of_all_that_was_reaped(void **state)
{
	static const uint64_t rows[] = {100, 100};
	struct record r = {0};
	struct kase *k = add_case(&r, "fork", "creation", NULL);

	(void)state;
	assert_none(figures_cpu(k));
	add_rep(&k->time, 0, 5, 1, 2, rows);
	k->time.v[0].noise.self = (struct job_usage){.user_ns = 100, .system_ns = 200};
	k->time.v[0].noise.children =
		(struct job_usage){.user_ns = 300, .system_ns = 900};
	/* 1500 ns over 2 samples of 5 operations. */
	assert_near(figures_cpu(k).value, 150);
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_of_rep_medians),
		cmocka_unit_test(median_has_the_interval_of_its_reps),
		cmocka_unit_test(rep_without_rows_does_not_count),
		cmocka_unit_test(ratio_pairs_blocks),
		cmocka_unit_test(ratio_needs_common_blocks),
		cmocka_unit_test(ratio_is_per_operation),
		cmocka_unit_test(tails_are_of_all_samples),
		cmocka_unit_test(anchor_is_the_first_ok_case_of_the_family),
		cmocka_unit_test(failed_case_has_no_figures),
		cmocka_unit_test(floors),
		cmocka_unit_test(rates_are_bytes_per_second),
		cmocka_unit_test(tails_of_rates_are_the_slow_ones),
		cmocka_unit_test(rate_is_held_against_a_higher_floor),
		cmocka_unit_test(own_cost_is_paired),
		cmocka_unit_test(difference_has_an_interval),
		cmocka_unit_test(gauges_are_per_operation_or_not),
		cmocka_unit_test(twins_differ_in_their_task_alone),
		cmocka_unit_test(twin_ratio_is_paired),
		cmocka_unit_test(phases_leave_missing_stamps_out),
		cmocka_unit_test(events_are_scaled_for_multiplexing),
		cmocka_unit_test(event_that_cannot_be_counted_has_no_figure),
		cmocka_unit_test(ladders_have_slopes),
		cmocka_unit_test(cpu_is_of_all_that_was_reaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
