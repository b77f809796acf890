/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights: what the picture and the table make of ladders written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plot_data.h"
#include "show.h"
#include "util.h"

static const char *const names[] = {"tasks", "memory", "user", "tables", "stack",
				    "slab",  "percpu", "rest", "virtual"};

enum { GAUGES = countof(names), RUNGS = 4, REPS = 8, STEP = 10 };

/* A case whose every task takes so many bytes of each kind, above what there was. */
static void add_case(struct record *r, const char *text, const int bytes[GAUGES])
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];

	*k = (struct kase){.text = xstrdup(text),
			   .bench = xstrdup("weight"),
			   .brief = xstrdup(""),
			   .family = xstrdup("memory"),
			   .unit = xstrdup("bytes/task"),
			   .floor = xstrdup(""),
			   .base = xstrdup(""),
			   .ngauges = GAUGES};
	k->gauges = xcalloc(GAUGES, sizeof(*k->gauges));
	for (size_t g = 0; g < GAUGES; g++)
		k->gauges[g] = (struct gauge){xstrdup(names[g]),
					      xstrdup(g ? "bytes/task" : "tasks"),
					      xformat("what %s is", names[g])};
	for (unsigned block = 0; block < REPS; block++) {
		struct rep rep = {.block = block,
				  .batch = 1,
				  .ladder = true,
				  .nrows = RUNGS,
				  .width = 1 + GAUGES};

		rep.rows = xcalloc(RUNGS * rep.width, sizeof(uint64_t));
		for (size_t i = 0; i < RUNGS; i++)
			for (size_t g = 0; g < GAUGES; g++)
				rep.rows[i * rep.width + 1 + g] =
					g ? (uint64_t)(1000000 + bytes[g] * STEP * (int)i)
					  : STEP * i;
		reps_add(&k->time, &rep);
	}
}

static const int thread[GAUGES] = {0, 7168, 4096, 1024, 2048, 0, 0, -512, 8192},
		 process[GAUGES] = {0, 14336, 6144, 4096, 2048, 2048, 0, 1024, 4096};

static void test_bars_are_stacked_and_end_at_the_whole(void **state)
{
	struct record r = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	add_case(&r, "weight", process);
	add_case(&r, "weight/task=thread", thread);
	assert_int_equal(plot_weight(&r, out), 2);
	fclose(out);
	/* The lightest on top. */
	assert_non_null(strstr(text, "\n\n\"user pages\"\n"
				     "1\t0\t4096\t7168\t7168\t7168\t7168\t7.00 KiB\t"
				     "weight/task=thread\t8 reps\n"
				     "2\t0\t6144\t14336\t14336\t14336\t15360\t14.0 KiB\t"
				     "weight\t8 reps\n"));
	assert_non_null(strstr(text, "\n\n\"page tables\"\n1\t4096\t5120\t"));
	/* What became less has no length, and what nobody accounts for is beyond. */
	assert_non_null(strstr(text, "\n\n\"unaccounted\"\n1\t7168\t7168\t"));
	assert_non_null(strstr(text, "\n2\t14336\t15360\t"));
	free(text);
	record_free(&r);
}

static void test_nothing_to_weigh_is_no_picture(void **state)
{
	struct record r = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	add_case(&r, "weight", process);
	r.cases[0].status = STATUS_SKIPPED;
	assert_int_equal(plot_weight(&r, out), 0);
	fclose(out);
	assert_string_equal(text, "");
	free(text);
	record_free(&r);
}

/* What a function prints; caller frees. */
static char *printed(void (*show)(const struct sheet *, const struct record *,
				  const char *),
		     const struct record *r)
{
	char *text = NULL;
	size_t size = 0;
	const struct sheet sheet = {.to = open_memstream(&text, &size)};

	assert_non_null(sheet.to);
	show(&sheet, r, "memory");
	assert_int_equal(fclose(sheet.to), 0);
	return text;
}

static void test_table_has_a_column_for_each_place(void **state)
{
	struct record r = {0};

	(void)state;
	add_case(&r, "weight", process);
	add_case(&r, "weight/task=thread", thread);
	for (size_t i = 0; i < r.ncases; i++) {
		struct kase *k = &r.cases[i];

		k->params = xcalloc(1, sizeof(*k->params));
		k->nparams = 1;
		k->params[0] =
			(struct pair){xstrdup("task"), xstrdup(i ? "thread" : "process")};
	}
	assert_true(show_weighs(&r, "memory"));
	assert_false(show_weighs(&r, "creation"));
	char *text = printed(show_weight, &r);
	assert_non_null(strstr(text, "× process"));
	assert_non_null(strstr(text, "virtual  tasks  reps\n"));
	assert_non_null(strstr(text, "14.0 KiB  14.0 – 14.0 KiB"));
	assert_non_null(strstr(text, "0.5 [0.5, 0.5]"));
	assert_non_null(strstr(text, "-512 B"));
	assert_non_null(strstr(text, "     30     8\n"));
	assert_null(strstr(text, "memory  memory")); /* the figure is no part of itself */
	free(text);
	text = printed(show_weight_legend, &r);
	assert_non_null(strstr(text, "  tables   what tables is\n"));
	assert_null(strstr(text, "what memory is"));
	free(text);
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bars_are_stacked_and_end_at_the_whole),
		cmocka_unit_test(test_nothing_to_weigh_is_no_picture),
		cmocka_unit_test(test_table_has_a_column_for_each_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
