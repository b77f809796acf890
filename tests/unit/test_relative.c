/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases against their floors, in records made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "relative.h"
#include "util.h"

static void assert_near(double x, double wanted)
{
	if (!(fabs(x - wanted) <= 1e-12))
		fail_msg("%.17g is not %.17g", x, wanted);
}

static struct kase *add_case(struct record *r, const char *text, const char *floor)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	r->cases[r->ncases] = (struct kase){
		.text = xstrdup(text),
		.bench = xstrdup(text),
		.family = xstrdup("family"),
		.floor = xstrdup(floor),
		.base = xstrdup(""),
		.unit = xstrdup("ns/op"),
	};
	return &r->cases[r->ncases++];
}

static void rename_to(char **what, const char *name)
{
	free(*what);
	*what = xstrdup(name);
}

/* A rep of one sample in each block from `first` on. */
static void add_blocks(struct kase *k, unsigned first, size_t n, const uint64_t *ns)
{
	for (size_t i = 0; i < n; i++) {
		struct rep rep = {.block = first + (unsigned)i,
				  .batch = 1,
				  .nrows = 1,
				  .width = 1,
				  .rows = xcalloc(1, sizeof(uint64_t))};

		rep.rows[0] = ns[i];
		reps_add(&k->time, &rep);
	}
}

static void a_slower_machine_is_no_dearer_case(void **state)
{
	struct record r = {0};
	struct relative rel;
	(void)state;

	add_blocks(add_case(&r, "getpid", ""), 0, 3, (const uint64_t[]){100, 200, 300});
	add_blocks(add_case(&r, "fork", "getpid"), 0, 3,
		   (const uint64_t[]){1000, 2000, 3000});
	assert_int_equal(relative_of(&r, &r.cases[1], &rel), 0);
	assert_ptr_equal(rel.k, &r.cases[1]);
	assert_ptr_equal(rel.floor, &r.cases[0]);
	assert_near(rel.figure, 2000);
	assert_near(rel.log_cost.value, log(2000));
	assert_near(rel.log_ratio.value, log(10));
	assert_int_equal(rel.log_ratio.n, 3);
	record_free(&r);
}

/* Of medians taken apart the ratio would be 20: block 1, 2 and 3 give 10, 40 and 10. */
static void blocks_are_paired(void **state)
{
	struct record r = {0};
	struct relative rel;
	(void)state;

	add_blocks(add_case(&r, "getpid", ""), 0, 5,
		   (const uint64_t[]){1, 100, 50, 300, 7});
	add_blocks(add_case(&r, "fork", "getpid"), 1, 3,
		   (const uint64_t[]){1000, 2000, 3000});
	assert_int_equal(relative_of(&r, &r.cases[1], &rel), 0);
	assert_near(rel.log_ratio.value, log(10));
	assert_int_equal(rel.log_ratio.n, 3);
	record_free(&r);
}

static void of_a_rate_the_cost_is_its_inverse(void **state)
{
	struct record r = {0};
	struct relative rel;
	(void)state;

	add_blocks(add_case(&r, "memcpy", ""), 0, 1, (const uint64_t[]){10});
	add_blocks(add_case(&r, "pipe", "memcpy"), 0, 1, (const uint64_t[]){40});
	for (size_t i = 0; i < 2; i++) {
		r.cases[i].higher_is_better = true;
		r.cases[i].time.v[0].bytes = 1000;
	}
	assert_int_equal(relative_of(&r, &r.cases[1], &rel), 0);
	assert_near(rel.log_cost.value, -log(1000 / 40e-9));
	assert_near(rel.log_ratio.value, log(4));
	record_free(&r);
}

static void without_a_floor_it_is_absolute(void **state)
{
	struct record r = {0};
	struct relative rel;
	(void)state;

	add_blocks(add_case(&r, "getpid", ""), 0, 1, (const uint64_t[]){100});
	add_blocks(add_case(&r, "fork", "getpid"), 1, 1, (const uint64_t[]){1000});
	add_blocks(add_case(&r, "weight", "getpid"), 0, 1, (const uint64_t[]){1000});
	add_blocks(add_case(&r, "lost", "nowhere"), 0, 1, (const uint64_t[]){1000});
	add_blocks(add_case(&r, "wakeup", "getpid"), 0, 1, (const uint64_t[]){1000});
	add_blocks(add_case(&r, "cow", "cow"), 0, 1, (const uint64_t[]){1000});
	/* Of no common block; of another unit; not measured; a floor itself. */
	rename_to(&r.cases[4].family, "floor");
	rename_to(&r.cases[2].unit, "B/op");
	for (size_t i = 0; i < r.ncases; i++) {
		assert_int_equal(relative_of(&r, &r.cases[i], &rel), 0);
		assert_null(rel.floor);
		assert_near(rel.log_ratio.value, rel.log_cost.value);
	}
	r.cases[1].time.v[0].block = 0;
	assert_int_equal(relative_of(&r, &r.cases[1], &rel), 0);
	assert_ptr_equal(rel.floor, &r.cases[0]);
	r.cases[0].status = STATUS_FAILED;
	assert_int_equal(relative_of(&r, &r.cases[1], &rel), 0);
	assert_null(rel.floor);
	record_free(&r);
}

static void what_was_not_measured_has_none(void **state)
{
	struct record r = {0};
	struct relative rel;
	(void)state;

	add_blocks(add_case(&r, "zero", ""), 0, 1, (const uint64_t[]){0});
	add_case(&r, "empty", "");
	add_blocks(add_case(&r, "failed", ""), 0, 1, (const uint64_t[]){5});
	r.cases[2].status = STATUS_FAILED;
	for (size_t i = 0; i < r.ncases; i++)
		assert_int_equal(relative_of(&r, &r.cases[i], &rel), -ENODATA);
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slower_machine_is_no_dearer_case),
		cmocka_unit_test(blocks_are_paired),
		cmocka_unit_test(of_a_rate_the_cost_is_its_inverse),
		cmocka_unit_test(without_a_floor_it_is_absolute),
		cmocka_unit_test(what_was_not_measured_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
