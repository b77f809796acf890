/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of cost against size: worked examples, and how often intervals and verdicts are
 * right where the truth is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "predict.h"
#include "util.h"

enum { BLOCKS = 8 };

static const double gib = 1024. * 1024 * 1024, page = 4096;

static void assert_near(double x, double wanted)
{
	if (!(fabs(x - wanted) <= 1e-6 * fabs(wanted) + 1e-12))
		fail_msg("%.17g is not %.17g", x, wanted);
}

static void add_param(struct kase *k, const char *name, const char *value)
{
	k->params = xrealloc(k->params, k->nparams + 1, sizeof(*k->params));
	k->params[k->nparams++] = (struct pair){xstrdup(name), xstrdup(value)};
}

/* A case without reps, of a benchmark with target=, pages= and threads=. */
static struct kase *add_bare(struct record *r, const char *family, const char *bench,
			     const char *target, unsigned pages, unsigned threads)
{
	char *of_pages = xformat("%u", pages), *of_threads = xformat("%u", threads);

	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];
	*k = (struct kase){
		.text = xformat("%s/target=%s/pages=%u/threads=%u", bench, target, pages,
				threads),
		.bench = xstrdup(bench),
		.family = xstrdup(family),
		.floor = xstrdup(""),
		.base = xstrdup(""),
		.unit = xstrdup("ns/op"),
	};
	add_param(k, "target", target);
	add_param(k, "pages", of_pages);
	add_param(k, "threads", of_threads);
	free(of_pages);
	free(of_threads);
	return k;
}

static void add_rep(struct kase *k, unsigned block, double ns)
{
	struct rep rep = {.block = block, .batch = 1, .nrows = 1, .width = 1};

	rep.rows = xcalloc(1, sizeof(*rep.rows));
	rep.rows[0] = (uint64_t)llround(ns);
	/* CPU time is half of it. */
	rep.noise.self.user_ns = rep.rows[0] / 4;
	rep.noise.children.system_ns = rep.rows[0] / 4;
	reps_add(&k->time, &rep);
}

/* The same case with a rep in each block, of `ns`. */
static struct kase *add_case(struct record *r, const char *bench, unsigned pages,
			     unsigned threads, double ns)
{
	struct kase *k = add_bare(r, "exec", bench, "static", pages, threads);

	for (unsigned b = 0; b < BLOCKS; b++)
		add_rep(k, b, ns);
	return k;
}

/* base + each * pages at 0, 1000 and 4000 pages. */
static void add_line(struct record *r, const char *bench, double base, double each)
{
	static const unsigned pages[] = {0, 1000, 4000};

	for (size_t i = 0; i < countof(pages); i++)
		add_case(r, bench, pages[i], 0, base + each * pages[i]);
}

static void known_line(void **state)
{
	struct record r = {0};
	struct fits fits;

	(void)state;
	/* In any order. */
	add_case(&r, "a", 4000, 0, 5000000);
	add_case(&r, "a", 0, 0, 1000000);
	add_case(&r, "a", 1000, 0, 2000000);
	fits_of(&r, figures_rep_median, &fits);
	assert_int_equal(fits.n, 1);
	const struct fit *f = &fits.v[0];
	assert_string_equal(f->axis->param, "pages");
	assert_ptr_equal(f->first, &r.cases[1]);
	assert_near(f->least, 0);
	assert_near(f->most, 4000 * page);
	assert_int_equal(f->points, 3);
	assert_int_equal(f->nblocks, BLOCKS);
	assert_int_equal(f->slope.n, BLOCKS);
	assert_near(f->intercept.value, 1000000);
	assert_near(f->intercept.lo, 1000000);
	assert_near(f->intercept.hi, 1000000);
	assert_near(f->slope.value * page, 1000);
	/* 2^18 pages a GiB, each a thousandth of what it costs at 0. */
	assert_near(f->share.value, 262.144);
	assert_near(f->share.lo, 262.144);
	assert_near(f->r2, 1);
	assert_true(f->worst < 1e-9);
	assert_int_equal(fit_shape(f), FIT_GROWS);
	fits_free(&fits);
	record_free(&r);
}

/* By hand, y = 1, 3, 4 at x = 0, 1, 2 with weights 1, 1/9, 1/16: intercept 54/53, slope
 * 87/53, and the farthest point is 3 with 6/53 of it. */
static void points_weigh_by_their_noise(void **state)
{
	struct record r = {0};
	struct fits fits;

	(void)state;
	add_case(&r, "a", 0, 0, 53000000);
	add_case(&r, "a", 0, 1, 3 * 53000000.);
	add_case(&r, "a", 0, 2, 4 * 53000000.);
	fits_of(&r, figures_rep_median, &fits);
	assert_int_equal(fits.n, 1);
	assert_string_equal(fits.v[0].axis->param, "threads");
	assert_near(fits.v[0].intercept.value, 54e6);
	assert_near(fits.v[0].slope.value, 87e6);
	assert_near(fits.v[0].worst, 6. / 53);
	fits_free(&fits);
	record_free(&r);
}

/* Each block is as fast as it likes: the share of the slope is the same in all. */
static void drift_of_blocks_cancels(void **state)
{
	static const double speed[] = {1, 2, 4, 8, 8, 16, 32};
	static const unsigned threads[] = {0, 1, 2, 4};
	struct record r = {0};
	struct fits fits;

	(void)state;
	for (size_t i = 0; i < countof(threads); i++) {
		struct kase *k = add_bare(&r, "exec", "a", "static", 0, threads[i]);

		for (unsigned b = 0; b < countof(speed); b++)
			add_rep(k, b, speed[b] * (100000 + 1000 * threads[i]));
	}
	fits_of(&r, figures_rep_median, &fits);
	assert_int_equal(fits.n, 1);
	assert_near(fits.v[0].slope.value, 8000);
	assert_true(fits.v[0].slope.lo < 4000 && fits.v[0].slope.hi > 16000);
	assert_near(fits.v[0].share.lo, 0.01);
	assert_near(fits.v[0].share.hi, 0.01);
	assert_int_equal(fit_shape(&fits.v[0]), FIT_GROWS_LITTLE);
	fits_free(&fits);
	record_free(&r);
}

static void cpu_time_has_lines_of_its_own(void **state)
{
	struct record r = {0};
	struct fits fits;

	(void)state;
	add_line(&r, "a", 1000000, 1000);
	/* One that takes no CPU time has a line of time only. */
	add_line(&r, "idle", 1000000, 1000);
	for (size_t i = 3; i < r.ncases; i++)
		for (size_t j = 0; j < r.cases[i].time.n; j++)
			r.cases[i].time.v[j].noise = (struct noise){0};
	fits_of(&r, figures_rep_cpu, &fits);
	assert_int_equal(fits.n, 1);
	assert_near(fits.v[0].intercept.value, 500000);
	assert_near(fits.v[0].slope.value * page, 500);
	fits_free(&fits);
	fits_of(&r, figures_rep_median, &fits);
	assert_int_equal(fits.n, 2);
	fits_free(&fits);
	record_free(&r);
}

/* How many lines of time there are. */
static size_t count_fits(const struct record *r)
{
	struct fits fits;

	fits_of(r, figures_rep_median, &fits);
	size_t n = fits.n;
	fits_free(&fits);
	return n;
}

static void what_is_no_line(void **state)
{
	struct record r = {0};

	(void)state;
	add_case(&r, "two", 0, 0, 1000);
	add_case(&r, "two", 1, 0, 1000);
	assert_int_equal(count_fits(&r), 0);
	/* Of another target, with another weight beside, failed, or a rate. */
	struct kase *k = add_bare(&r, "exec", "two", "dynamic", 2, 0);
	for (unsigned b = 0; b < BLOCKS; b++)
		add_rep(k, b, 1000);
	add_case(&r, "two", 2, 1, 1000);
	add_case(&r, "two", 3, 0, 1000)->status = STATUS_FAILED;
	add_case(&r, "two", 4, 0, 1000)->status = STATUS_PENDING;
	k = add_case(&r, "two", 5, 0, 1000);
	free(k->unit);
	k->unit = xstrdup("bytes/s");
	assert_int_equal(count_fits(&r), 0);
	add_case(&r, "two", 6, 0, 1000);
	assert_int_equal(count_fits(&r), 1);
	record_free(&r);
}

static void a_line_without_its_zero(void **state)
{
	struct record r = {0};
	struct fits fits;

	(void)state;
	for (unsigned pages = 1000; pages <= 4000; pages += 1000)
		add_case(&r, "a", pages, 0, 1000000 + 1000 * pages);
	fits_of(&r, figures_rep_median, &fits);
	assert_int_equal(fits.n, 1);
	assert_near(fits.v[0].least, 1000 * page);
	assert_near(fits.v[0].intercept.value, 1000000);
	fits_free(&fits);
	record_free(&r);
}

/* Block 1 lacks the far end, 2 the near one, 3 a point between, 4 all but two. */
static void blocks_need_both_ends_and_three_points(void **state)
{
	static const char *const lacks[] = {"", "3", "0", "1", "12"};
	struct record r = {0};
	struct fits fits;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct kase *k = add_bare(&r, "exec", "a", "static", 0, i);

		for (unsigned b = 0; b < countof(lacks); b++)
			if (!strchr(lacks[b], '0' + (int)i))
				add_rep(k, b, 1000 + 10 * i);
	}
	fits_of(&r, figures_rep_median, &fits);
	assert_int_equal(fits.n, 1);
	assert_int_equal(fits.v[0].nblocks, 2);
	assert_non_null(fit_block(&fits.v[0], 0));
	assert_non_null(fit_block(&fits.v[0], 3));
	assert_null(fit_block(&fits.v[0], 1));
	/* Two are too few for an interval, and so for a verdict. */
	assert_near(fits.v[0].slope.value, 10);
	assert_true(isnan(fits.v[0].slope.lo));
	assert_int_equal(fit_shape(&fits.v[0]), FIT_UNDECIDED);
	fits_free(&fits);
	record_free(&r);
}

static void pages_are_as_large_as_the_host_says(void **state)
{
	struct record r = {0};

	(void)state;
	assert_near(fit_scale(&r, &fit_axes[0]), 4096);
	facts_add(&r.host, "memory.page_size", "64 kB", NULL);
	facts_add(&r.host, "memory.huge_page_size", NULL, "none here");
	for (const struct fit_axis *axis = fit_axes; axis->param; axis++)
		assert_near(fit_scale(&r, axis), !axis->bytes ? 1
						 : strcmp(axis->param, "thp") == 0
							 ? 2 << 20
							 : 65536);
	record_free(&r);
}

/* ---- where the truth is known */

/* A record of 20 blocks: 1 ms at 0, `share` of it more with each thread, each rep off by
 * `noise`, each block by more. */
static void simulate(struct record *r, struct rng *g, double share, double noise)
{
	static const unsigned threads[] = {0, 1, 2, 4};
	enum { MANY_BLOCKS = 20 };
	double speed[MANY_BLOCKS];

	*r = (struct record){0};
	for (unsigned b = 0; b < MANY_BLOCKS; b++)
		speed[b] = exp(0.1 * rng_normal(g));
	for (size_t i = 0; i < countof(threads); i++) {
		struct kase *k = add_bare(r, "exec", "a", "static", 0, threads[i]);

		for (unsigned b = 0; b < MANY_BLOCKS; b++)
			add_rep(k, b,
				1e6 * (1 + share * threads[i]) * speed[b] *
					exp(noise * rng_normal(g)));
	}
}

/* The fraction of simulated runs whose line fits `right`. */
static double how_often(double share, double noise,
			bool (*right)(const struct fit *f, double share))
{
	enum { RUNS = 200 };
	struct rng *g = rng_new(4711);
	unsigned n = 0;

	for (unsigned i = 0; i < RUNS; i++) {
		struct record r;
		struct fits fits;

		simulate(&r, g, share, noise);
		fits_of(&r, figures_rep_median, &fits);
		assert_int_equal(fits.n, 1);
		n += right(&fits.v[0], share);
		fits_free(&fits);
		record_free(&r);
	}
	rng_free(g);
	return (double)n / RUNS;
}

static bool slope_is_inside(const struct fit *f, double share)
{
	return f->slope.lo <= 1e6 * share && 1e6 * share <= f->slope.hi;
}

static bool share_is_inside(const struct fit *f, double share)
{
	return f->share.lo <= share && share <= f->share.hi;
}

static bool is_flat(const struct fit *f, double share)
{
	(void)share;
	return fit_shape(f) == FIT_FLAT;
}

static bool is_sloped(const struct fit *f, double share)
{
	(void)share;
	return fit_shape(f) != FIT_FLAT && fit_shape(f) != FIT_UNDECIDED;
}

static bool is_little(const struct fit *f, double share)
{
	enum fit_shape shape = fit_shape(f);

	(void)share;
	return shape == FIT_FLAT || shape == FIT_GROWS_LITTLE ||
	       shape == FIT_FALLS_LITTLE;
}

/* Rates are given three standard deviations of 200 runs. */
static void intervals_hold_what_they_promise(void **state)
{
	static const struct {
		double share;
		bool (*right)(const struct fit *f, double share);
	} cases[] = {{0, slope_is_inside},
		     {0.4, slope_is_inside},
		     {0.8, slope_is_inside},
		     {0.4, share_is_inside}};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		double rate = how_often(cases[i].share, 0.05, cases[i].right);

		if (rate < 0.904 || rate > 0.996)
			fail_msg("case %zu: %g", i, rate);
	}
}

static void verdicts_are_seldom_wrong(void **state)
{
	(void)state;
	/* Just as steep as still counts as little: half of 5 %; then twice that. */
	assert_true(how_often(0.05, 0.05, is_little) <= 0.058);
	assert_true(how_often(0.10, 0.05, is_little) == 0);
	assert_true(how_often(0, 0.2, is_sloped) <= 0.096);
	/* And they come, once there is little noise. */
	assert_true(how_often(0, 0.05, is_flat) > 0.9);
	assert_true(how_often(0.2, 0.05, is_sloped) > 0.9);
}

/* By the interval alone: what is surely little may surely be something all the same. */
static void shapes_tell_little_from_nothing(void **state)
{
	static const struct {
		double lo, hi;
		enum fit_shape shape;
	} cases[] = {
		{-0.05, 0.05, FIT_FLAT},
		{0, 0.03, FIT_FLAT},
		{0.0367, 0.0458, FIT_GROWS_LITTLE},
		{-0.03, -0.01, FIT_FALLS_LITTLE},
		{0.01, 0.06, FIT_GROWS},
		{-0.06, -0.01, FIT_FALLS},
		{-0.01, 0.06, FIT_UNDECIDED},
		{NAN, NAN, FIT_UNDECIDED},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct fit f = {.share = {.lo = cases[i].lo, .hi = cases[i].hi}};

		assert_int_equal(fit_shape(&f), cases[i].shape);
	}
}

/* ---- crossovers */

static void crossovers_solve_both_lines(void **state)
{
	static const struct {
		double dear, each, cheap, cheaply; /* ns at 0, and for a page */
		double pages;
	} cases[] = {
		{1000000, 2000, 1000000, 500, 1000}, /* 1000 + 2 x = 2000 + x */
		{1000000, 100, 1000000, 0, 10000},   /* beyond */
		{3000000, 2000, 1000000, 0, 0},      /* from the start */
		{1000000, 2000, 1000000, 1500, INFINITY},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct record r = {0};
		struct fits fits;
		size_t n;

		add_line(&r, "cheap", cases[i].cheap, cases[i].cheaply);
		add_line(&r, "dear", cases[i].dear, cases[i].each);
		fits_of(&r, figures_rep_median, &fits);
		struct crossover *c = fit_crossovers(&fits, "exec", &n);
		assert_int_equal(n, 1);
		assert_string_equal(c->dear->first->bench, "dear");
		assert_string_equal(c->cheap->first->bench, "cheap");
		if (isinf(cases[i].pages)) {
			assert_true(isinf(c->x.value) && isinf(c->x.lo));
		} else {
			assert_near(c->x.value, cases[i].pages * page);
			assert_near(c->x.lo, cases[i].pages * page);
			assert_near(c->x.hi, cases[i].pages * page);
		}
		free(c);
		fits_free(&fits);
		record_free(&r);
	}
}

/* Slopes that do not differ clearly, another family, another target. */
static void what_does_not_part(void **state)
{
	static const unsigned pages[] = {0, 1000, 4000};
	struct record r = {0};
	struct fits fits;

	(void)state;
	add_line(&r, "a", 1000000, 1000);
	for (size_t i = 0; i < countof(pages); i++) {
		size_t n = r.ncases;

		add_bare(&r, "exec", "b", "static", pages[i], 0);
		add_bare(&r, "creation", "c", "static", pages[i], 0);
		add_bare(&r, "exec", "b", "dynamic", pages[i], 0);
		for (unsigned b = 0; b < BLOCKS; b++) {
			add_rep(&r.cases[n], b, 2e6 + (999 + b % 3) * pages[i]);
			add_rep(&r.cases[n + 1], b, 1000);
			add_rep(&r.cases[n + 2], b, 1000);
		}
	}
	fits_of(&r, figures_rep_median, &fits);
	assert_int_equal(fits.n, 4);
	const char *const families[] = {"exec", "creation"};
	for (size_t i = 0; i < countof(families); i++) {
		size_t n;
		struct crossover *c = fit_crossovers(&fits, families[i], &n);

		assert_int_equal(n, 0);
		free(c);
	}
	fits_free(&fits);
	record_free(&r);
}

/* ---- predictions */

static void weights_add_up(void **state)
{
	struct record r = {0};
	struct prediction p;

	(void)state;
	/* 2 ms + 1 µs a page, and 0.1 ms a thread; the other way costs half as much. */
	add_line(&r, "dear", 2000000, 1000);
	add_case(&r, "dear", 0, 5, 2500000);
	add_case(&r, "dear", 0, 10, 3000000);
	/* What carries both is no point of either line. */
	add_case(&r, "dear", 8000, 10, 99000000);
	add_line(&r, "cheap", 1000000, 500);
	const struct weight pages = {&fit_axes[0], gib}, threads = {&fit_axes[6], 20};
	const struct weight both[] = {pages, threads};
	assert_string_equal(threads.axis->param, "threads");

	predict(&r, &pages, 1, &p);
	assert_int_equal(p.n, 2);
	assert_string_equal(p.v[0].name, "cheap/target=static");
	assert_near(p.v[0].time.value, 1e6 + 500 * gib / page);
	assert_near(p.v[1].time.value, 2e6 + 1000 * gib / page);
	assert_near(p.v[1].time.lo, p.v[1].time.value);
	assert_near(p.v[1].cpu.value, p.v[1].time.value / 2);
	assert_near(p.v[1].most[0], 4000 * page);
	prediction_free(&p);

	predict(&r, both, 2, &p);
	assert_int_equal(p.n, 2);
	assert_near(p.v[0].time.value, 2e6 + 1000 * gib / page + 20 * 1e5);
	assert_int_equal(p.v[0].nmissing, 0);
	assert_int_equal(p.v[1].nmissing, 1);
	assert_ptr_equal(p.v[1].missing[0], threads.axis);
	assert_int_equal(p.v[1].time.n, 0);
	prediction_free(&p);

	predict(&r, NULL, 0, &p);
	assert_near(p.v[0].time.value, 1e6);
	assert_near(p.v[1].time.value, 2e6);
	prediction_free(&p);
	record_free(&r);
}

/* A line that falls by noise would be below 0 far out. */
static void no_weight_makes_it_cheaper(void **state)
{
	struct record r = {0};
	struct prediction p;
	const struct weight pages = {&fit_axes[0], gib};

	(void)state;
	add_line(&r, "a", 1000000, -10);
	predict(&r, &pages, 1, &p);
	assert_int_equal(p.n, 1);
	assert_near(p.v[0].time.value, 1e6);
	prediction_free(&p);
	record_free(&r);
}

/* Two lines that go up in as many blocks as down, each in others: flat, and so are both.
 */
static void noise_adds_up_to_no_cost(void **state)
{
	static const unsigned sizes[][2] = {
		{0, 0}, {1000, 0}, {4000, 0}, {0, 10}, {0, 40}};
	struct record r = {0};
	struct prediction p;
	struct weight asked[2] = {{.x = 4000 * page}, {.x = 40}};

	(void)state;
	for (size_t i = 0; i < countof(sizes); i++) {
		struct kase *k =
			add_bare(&r, "exec", "a", "static", sizes[i][0], sizes[i][1]);

		for (unsigned b = 0; b < BLOCKS; b++)
			add_rep(k, b,
				2e6 + (b & 1 ? 10. : -10.) * sizes[i][0] +
					(b & 2 ? 1000. : -1000.) * sizes[i][1]);
	}
	for (const struct fit_axis *axis = fit_axes; axis->param; axis++) {
		if (strcmp(axis->param, "pages") == 0)
			asked[0].axis = axis;
		if (strcmp(axis->param, "threads") == 0)
			asked[1].axis = axis;
	}
	predict(&r, asked, countof(asked), &p);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.v[0].nmissing, 0);
	assert_near(p.v[0].time.value, 2e6);
	prediction_free(&p);
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_line),
		cmocka_unit_test(points_weigh_by_their_noise),
		cmocka_unit_test(drift_of_blocks_cancels),
		cmocka_unit_test(cpu_time_has_lines_of_its_own),
		cmocka_unit_test(what_is_no_line),
		cmocka_unit_test(a_line_without_its_zero),
		cmocka_unit_test(blocks_need_both_ends_and_three_points),
		cmocka_unit_test(pages_are_as_large_as_the_host_says),
		cmocka_unit_test(intervals_hold_what_they_promise),
		cmocka_unit_test(verdicts_are_seldom_wrong),
		cmocka_unit_test(shapes_tell_little_from_nothing),
		cmocka_unit_test(crossovers_solve_both_lines),
		cmocka_unit_test(what_does_not_part),
		cmocka_unit_test(weights_add_up),
		cmocka_unit_test(no_weight_makes_it_cheaper),
		cmocka_unit_test(noise_adds_up_to_no_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
