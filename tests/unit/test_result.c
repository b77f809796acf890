/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.json: what was written is what is read, and damage is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result.h"
#include "util.h"

/* One case of each kind of row, with everything that may be missing missing once. */
static void make(struct record *r)
{
	*r = (struct record){.version = xstrdup("0"),
			     .started = xstrdup("2026-01-02T03:04:05Z"),
			     .command = xstrdup("run \"quoted\" \\ \n"),
			     .seed = 12345678901,
			     .precision = 0.02,
			     .budget_s = 60,
			     .elapsed_s = 1.5,
			     .limit_s = 20,
			     .passes = 3,
			     .blocks = 3,
			     .phase_blocks = 12,
			     .clock_cost_ns = 28,
			     .clock_step_ns = 1};
	facts_add(&r->host, "cpu.model", "A <b>CPU</b>", NULL);
	facts_add(&r->host, "cpu.governor", NULL, "a virtual machine");
	record_warn(r, "%d %%", 7);
	r->cases = xcalloc(2, sizeof(*r->cases));
	r->ncases = 2;
	for (size_t i = 0; i < 2; i++)
		r->cases[i] = (struct kase){.text = xformat("fork/pages=%zu", i),
					    .bench = xstrdup("fork"),
					    .brief = xstrdup("b"),
					    .family = xstrdup("creation"),
					    .floor = xstrdup(i ? "" : "getpid"),
					    .base = xstrdup(i ? "" : "fork/pages=1"),
					    .unit = xstrdup(i ? "ns/op" : "bytes/s"),
					    .higher_is_better = !i};
	struct kase *k = &r->cases[0];
	k->status = STATUS_OK;
	k->params = xcalloc(1, sizeof(*k->params));
	k->params[k->nparams++] = (struct pair){xstrdup("pages"), xstrdup("0")};
	k->phase_names = xcalloc(1, sizeof(char *));
	k->phase_names[k->nphases++] = xstrdup("child");
	k->gauges = xcalloc(2, sizeof(*k->gauges));
	k->gauges[k->ngauges++] =
		(struct gauge){xstrdup("cpu"), xstrdup("ns/op"), xstrdup("CPU time")};
	k->gauges[k->ngauges++] =
		(struct gauge){xstrdup("least"), xstrdup("ppm"), xstrdup("")};
	k->events = xcalloc(1, sizeof(*k->events));
	k->events[k->nevents++] =
		(struct event){xstrdup("cycles"), xstrdup("perf"), xstrdup("no PMU")};
	struct reps *const passes[] = {&k->time, &k->phases, &k->counts};
	for (size_t p = 0; p < 3; p++) {
		struct rep rep = {.block = 4,
				  .order = 5,
				  .cpus = {63, 0, 7},
				  .ncpus = p == 2 ? 0 : 3, /* 0: not pinned */
				  .start_s = 0.25,
				  .batch = 6,
				  .scale = 3,
				  .bytes = p ? 0 : 5000000000,
				  .nrows = 2,
				  .width = 3};

		rep.rows = xcalloc(rep.nrows * rep.width, sizeof(uint64_t));
		for (size_t j = 0; j < rep.nrows * rep.width; j++)
			rep.rows[j] = 100 * p + j;
		if (p < 2) /* a gauge that was not set, a phase that was not reached */
			rep.rows[4] = JOB_NO_STAMP;
		rep.noise = (struct noise){
			.steal_ms = NAN, .busy = 0.5, .psi_ms = 2, .mhz = NAN};
		rep.noise.self.minor = 17;
		rep.noise.children.system_ns = 99;
		reps_add(passes[p], &rep);
	}
	r->cases[1].status = STATUS_FAILED;
	r->cases[1].reason = xstrdup("fork: EAGAIN");
	r->cases[0].note = xstrdup("40 tasks instead of 1000");
	r->cases[1].tool = xstrdup("hyperfine");
}

static void check_reps(const struct reps *a, const struct reps *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct rep *x = &a->v[i], *y = &b->v[i];

		assert_int_equal(x->block, y->block);
		assert_int_equal(x->order, y->order);
		assert_int_equal(x->ncpus, y->ncpus);
		assert_memory_equal(x->cpus, y->cpus, x->ncpus * sizeof(*x->cpus));
		assert_true(x->start_s == y->start_s);
		assert_int_equal(x->batch, y->batch);
		assert_int_equal(x->scale, y->scale);
		assert_true(x->bytes == y->bytes);
		assert_int_equal(x->nrows, y->nrows);
		assert_int_equal(x->width, y->width);
		assert_memory_equal(x->rows, y->rows,
				    x->nrows * x->width * sizeof(uint64_t));
		assert_memory_equal(&x->noise, &y->noise, sizeof(x->noise));
	}
}

static void check_cases(const struct kase *a, const struct kase *b)
{
	assert_string_equal(a->text, b->text);
	assert_string_equal(a->floor, b->floor);
	assert_string_equal(a->base, b->base);
	assert_string_equal(a->unit, b->unit);
	assert_int_equal(a->higher_is_better, b->higher_is_better);
	assert_int_equal(a->status, b->status);
	assert_int_equal(!a->reason, !b->reason);
	if (a->reason)
		assert_string_equal(a->reason, b->reason);
	assert_int_equal(!a->note, !b->note);
	if (a->note)
		assert_string_equal(a->note, b->note);
	assert_int_equal(!a->tool, !b->tool);
	if (a->tool)
		assert_string_equal(a->tool, b->tool);
	assert_int_equal(a->ngauges, b->ngauges);
	for (size_t i = 0; i < a->ngauges; i++) {
		assert_string_equal(a->gauges[i].name, b->gauges[i].name);
		assert_string_equal(a->gauges[i].unit, b->gauges[i].unit);
		assert_string_equal(a->gauges[i].brief, b->gauges[i].brief);
	}
	check_reps(&a->time, &b->time);
	check_reps(&a->phases, &b->phases);
	check_reps(&a->counts, &b->counts);
}

static char *temp_folder(void)
{
	char *path = xstrdup("/tmp/lwpbench-test-result-XXXXXX");

	assert_non_null(mkdtemp(path));
	return path;
}

static void remove_folder(char *folder)
{
	char *file = xformat("%s/result.json", folder);

	unlink(file);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left */
	free(file);
	free(folder);
}

static void test_round_trip(void **state)
{
	struct record a, b;
	char *folder = temp_folder(), *error = NULL;

	(void)state;
	make(&a);
	assert_int_equal(result_write(folder, &a), 0);
	assert_int_equal(result_read(folder, &b, &error), 0);
	assert_string_equal(a.command, b.command);
	assert_null(b.suite);
	assert_true(a.seed == b.seed && a.precision == b.precision &&
		    a.budget_s == b.budget_s);
	assert_true(a.elapsed_s == b.elapsed_s && a.limit_s == b.limit_s &&
		    a.passes == b.passes && a.blocks == b.blocks && !b.complete);
	assert_int_equal(b.phase_blocks, 12);
	assert_true(a.clock_cost_ns == b.clock_cost_ns &&
		    a.clock_step_ns == b.clock_step_ns);
	assert_int_equal(b.host.n, 2);
	assert_string_equal(facts_find(&b.host, "cpu.model")->value, "A <b>CPU</b>");
	assert_null(facts_find(&b.host, "cpu.governor")->value);
	assert_string_equal(facts_find(&b.host, "cpu.governor")->reason,
			    "a virtual machine");
	assert_int_equal(b.nwarnings, 1);
	assert_string_equal(b.warnings[0], "7 %");
	assert_int_equal(b.ncases, 2);
	const struct kase *k = &b.cases[0];
	assert_string_equal(k->params[0].name, "pages");
	assert_string_equal(k->phase_names[0], "child");
	assert_string_equal(k->events[0].reason, "no PMU");
	for (size_t i = 0; i < 2; i++)
		check_cases(&a.cases[i], &b.cases[i]);
	record_free(&a);
	record_free(&b);
	remove_folder(folder);
}

/* Every proper beginning of a result is refused, and none of them crashes or leaks. */
static void test_cut_results(void **state)
{
	struct record a, b;
	char *folder = temp_folder(), *file = xformat("%s/result.json", folder), *text;
	size_t size;

	(void)state;
	make(&a);
	assert_int_equal(result_write(folder, &a), 0);
	assert_int_equal(read_file(file, &text, &size), 0);
	while (size && text[size - 1] != '}')
		size--;
	for (size_t n = 0; n < size; n += 7) {
		char *error = NULL;

		assert_int_equal(write_file(file, text, n), 0);
		assert_true(result_read(file, &b, &error) < 0);
		assert_non_null(error);
		assert_null(strchr(error, '\n'));
		free(error);
	}
	free(text);
	free(file);
	record_free(&a);
	remove_folder(folder);
}

/* More than a job can name. */
#define MANY "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,"
#define GAUGE "{\"name\":\"a\",\"unit\":\"b\",\"brief\":\"c\"},"
#define GAUGES GAUGE GAUGE GAUGE GAUGE

/* One number or word at a time turned into something else: read or refused, never a
 * crash. */
static void test_bent_results(void **state)
{
	static const char *const bends[][2] = {
		{"\"batch\":6,\"burst\"", "\"batch\":0,\"burst\""},
		{"\"batch\":6,\"burst\"", "\"batch\":-1,\"burst\""},
		{"\"batch\":6,\"burst\"", "\"batch\":\"x\",\"burst\""},
		{"\"reps\":[", "\"reps\":3,\"x\":["},
		{"\"samples\":[[0,", "\"samples\":[[null,"},
		{"\"samples\":[[0,1,2],", "\"samples\":[0,"},
		{"\"samples\":[[0,1,2],", "\"samples\":[[0,1],"},
		{"\"bytes\":5000000000", "\"bytes\":-1"},
		{"\"bytes\":5000000000,", ""},
		{"\"bytes\":5000000000", "\"bytes\":0"},
		{"\"unit\":\"bytes/s\"", "\"unit\":\"ns/op\""},
		{"\"unit\":\"bytes/s\"", "\"unit\":\"bytes/task\""},
		{"\"note\":\"40", "\"note\":7,\"x\":\"40"},
		{"\"tool\":null", "\"tool\":[]"},
		{"\"cpus\":[63,", "\"cpus\":[null,"},
		{"\"cpus\":[63,", "\"cpus\":[-1,"},
		{"\"cpus\":[63,", "\"cpus\":[4294967296,"},
		{"\"cpus\":[63,", "\"cpus\":[" MANY MANY MANY MANY},
		{"\"gauges\":[{", "\"gauges\":[7,{"},
		{"{\"name\":\"cpu\",", "{"},
		{"\"gauges\":[", "\"gauges\":[" GAUGES GAUGES GAUGES},
		{"[100,101,102]", "[100,101]"},
		{"[100,101,102]", "7"},
		{"\"names\":[\"child\"]", "\"names\":[3]"},
		{"\"status\":\"ok\"", "\"status\":\"?\""},
		{"\"case\":", "\"kase\":"},
		{"\"seed\":12345678901", "\"seed\":1.5"},
		{"\"interference\":{", "\"interference\":[{"},
	};
	struct record a, b;
	char *folder = temp_folder(), *file = xformat("%s/result.json", folder), *text;

	(void)state;
	make(&a);
	assert_int_equal(result_write(folder, &a), 0);
	assert_int_equal(read_file(file, &text, NULL), 0);
	for (size_t i = 0; i < countof(bends); i++) {
		char *error = NULL, *at = strstr(text, bends[i][0]);

		if (!at)
			fail_msg("%s is not in the result", bends[i][0]);
		char *bent = xformat("%.*s%s%s", (int)(at - text), text, bends[i][1],
				     at + strlen(bends[i][0]));
		assert_int_equal(write_file(file, bent, strlen(bent)), 0);
		if (result_read(file, &b, &error) == 0)
			fail_msg("%s was taken", bends[i][1]);
		assert_non_null(error);
		free(error);
		free(bent);
	}
	free(text);
	free(file);
	record_free(&a);
	remove_folder(folder);
}

/* What is given by mistake, and how a reader is told. */
static void test_foreign_results(void **state)
{
	static const struct {
		const char *text;
		size_t size; /* 0: all of it */
		const char *said;
	} foreign[] = {
		{"", 0, "empty: "},
		{" \n\n", 0, "empty: "},
		{"fork 3.2 us\n", 0, "no result of lwpbench, and no JSON: "},
		{"\x1f\x8b\x08\0\0", 5, "no result of lwpbench, and no JSON: "},
		{"{\0\0\0", 4, "no result of lwpbench, and no JSON: "},
		{"[1, 2]", 0, "no result of lwpbench, but some other JSON: "},
		{"7", 0, "no result of lwpbench, but some other JSON: "},
		{"{\"benchmarks\": []}", 0, "no result of lwpbench, but some other JSON"},
		{"{\"schema\": 1}", 0, "no result of lwpbench, but some other JSON: "},
		{"{\"schema\": \"a\\nb\"}", 0, "no result of lwpbench, but some other"},
		{"{\"schema\": \"lwpbench-result/2\"}", 0,
		 "schema lwpbench-result/2: made by a newer lwpbench"},
		{"{\"schema\": \"lwpbench-point/1\"}", 0,
		 "schema lwpbench-point/1: no result"},
		{"{\"schema\": \"lwpbench-result/1\"", 0, "damaged or cut off: line 1, "},
		{"{\"schema\": \"lwpbench-result/1\"}", 0, "damaged: warnings: "},
	};
	char *folder = temp_folder(), *file = xformat("%s/result.json", folder);

	(void)state;
	for (size_t i = 0; i < countof(foreign); i++) {
		char *said = xformat("%s: %s", file, foreign[i].said), *error = NULL;
		size_t size = foreign[i].size ? foreign[i].size : strlen(foreign[i].text);
		struct record r;

		assert_int_equal(write_file(file, foreign[i].text, size), 0);
		assert_true(result_read(folder, &r, &error) < 0);
		if (strncmp(error, said, strlen(said)) != 0)
			fail_msg("%s: not %s", error, said);
		assert_null(strchr(error, '\n'));
		free(error);
		free(said);
	}
	assert_int_equal(unlink(file), 0);
	char *error = NULL;
	struct record r;
	assert_true(result_read(folder, &r, &error) < 0);
	assert_non_null(strstr(error, ": no result.json is in it: "));
	free(error);
	free(file);
	remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_cut_results),
		cmocka_unit_test(test_bent_results),
		cmocka_unit_test(test_foreign_results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
