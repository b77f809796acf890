/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exports of small records made by hand: numbers, texts, units, which cases go out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "json.h"
#include "util.h"

static void test_numbers_are_plain(void **state)
{
	static const struct {
		double x;
		const char *as;
	} all[] = {
		{0, "0"},
		{1, "1"},
		{0.26, "0.26"},
		{1005.5, "1005.5"},
		{26.4123456, "26.4123"},
		{999999.5, "1000000"},
		{6585462784.25, "6585462784"},
		{-8.88, "-8.88"},
		{1.5e-7, "0.00000015"},
		{1e-30, "0"},
		{2e22, "20000000000000000000000"},
		{-1e-30, "0"},
	};

	(void)state;
	for (size_t i = 0; i < countof(all); i++) {
		char text[48];

		assert_string_equal(export_number(all[i].x, text, sizeof(text)),
				    all[i].as);
	}
}

static void test_texts_are_clean(void **state)
{
	(void)state;
	char *text = export_text("a\"<&>'\n\xff\x1b[1m\xe2\x82 \xc2\x85µ\x7f|\\");

	assert_string_equal(text, "a\"<&>'\n\ufffd\ufffd[1m\ufffd \ufffdµ\ufffd|\\");
	free(text);
}

/* Of n reps, the i-th of which has one sample of ns[i]; a rate if it moves bytes. */
static struct kase *add_case(struct record *r, const char *text, uint64_t bytes, size_t n,
			     const uint64_t *ns)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];

	*k = (struct kase){
		.text = xstrdup(text),
		.bench = xstrndup(text, strcspn(text, "/")),
		.family = xstrdup("some"),
		.floor = xstrdup(""),
		.base = xstrdup(""),
		.unit = xstrdup(bytes ? "bytes/s" : "ns/op"),
		.higher_is_better = bytes > 0,
	};
	for (size_t i = 0; i < n; i++) {
		struct rep rep = {.block = (unsigned)i,
				  .batch = 1,
				  .scale = 1,
				  .bytes = bytes,
				  .nrows = 1,
				  .width = 1,
				  .rows = xcalloc(1, sizeof(*rep.rows))};

		rep.rows[0] = ns[i];
		reps_add(&k->time, &rep);
	}
	return k;
}

/* Threads that weigh 1000 bytes each. */
static void add_ladder(struct record *r, const char *text)
{
	static const uint64_t rows[] = {1, 1, 1500, 1, 2, 2500, 1, 3, 3500};
	struct kase *k = add_case(r, text, 0, 0, NULL);
	struct rep rep = {.batch = 1, .scale = 1, .ladder = true, .nrows = 3, .width = 3};

	free(k->unit);
	k->unit = xstrdup("bytes/task");
	rep.rows = xcalloc(countof(rows), sizeof(*rep.rows));
	memcpy(rep.rows, rows, sizeof(rows));
	k->gauges = xcalloc(2, sizeof(*k->gauges));
	k->ngauges = 2;
	for (size_t g = 0; g < 2; g++)
		k->gauges[g] =
			(struct gauge){xstrdup(g ? "memory" : "tasks"),
				       xstrdup(g ? "bytes/task" : "tasks"), xstrdup("")};
	reps_add(&k->time, &rep);
}

static struct record new_record(void)
{
	return (struct record){
		.version = xstrdup("0"),
		.started = xstrdup("2026-01-01T00:00:00Z"),
		.command = xstrdup(""),
	};
}

static char *write_as(const char *format, const struct export_job *job)
{
	char *text = NULL;
	size_t size;
	FILE *to = xmemstream(&text, &size);

	export_find(format)->write(to, job);
	fclose(to);
	return text;
}

static void assert_has(const char *format, const struct export_job *job, const char *part)
{
	char *text = write_as(format, job);

	if (!strstr(text, part))
		fail_msg("%s: no %s in %s", format, part, text);
	free(text);
}

static void assert_lacks(const char *format, const struct export_job *job,
			 const char *part)
{
	char *text = write_as(format, job);

	if (strstr(text, part))
		fail_msg("%s: %s in %s", format, part, text);
	free(text);
}

static void test_every_format_is_there_and_whole(void **state)
{
	(void)state;
	for (size_t i = 0; export_formats[i]; i++) {
		const struct export_format *f = export_formats[i];

		assert_ptr_equal(export_find(f->name), f);
		assert_true(f->write && f->holds && f->brief && f->left_out);
	}
	assert_null(export_find("xml"));
	assert_null(export_find(""));
}

static void test_memory_is_no_time(void **state)
{
	struct record r = new_record();
	const struct export_job job = {.records = &r, .n = 1};

	(void)state;
	add_ladder(&r, "weight/task=thread");
	assert_false(export_google_benchmark.holds(&job, &r, r.cases));
	assert_lacks("google-benchmark", &job, "weight");
	assert_has("bencher", &job, "\"memory\": {\n   \"value\": 1000.0");
	assert_has("github-action-benchmark", &job, "\"unit\": \"bytes/task\"");
	assert_has("go-bench", &job, "BenchmarkWeight/task=thread 3 1000 B/task\n");
	assert_has("openmetrics", &job,
		   "lwpbench_task_bytes{case=\"weight/task=thread\",family=\"some\"} "
		   "1000\n");
	assert_lacks("openmetrics", &job, "_operation_seconds");
	record_free(&r);
}

/* 1 GiB/s, 2 GiB/s: less must be better there, and the ends of an interval change places.
 */
static void test_a_rate_becomes_a_time(void **state)
{
	static const uint64_t ns[] = {1000000000, 1000000000, 1000000000,
				      500000000,  500000000,  500000000};
	struct record r = new_record();
	const struct export_job job = {.records = &r, .n = 1};
	struct json_reader in;

	(void)state;
	add_case(&r, "bw", 1ULL << 30, 6, ns);
	char *text = write_as("github-action-benchmark", &job);
	struct json *v = json_parse(&in, text, strlen(text));
	const struct json *o = json_at(v, 0);

	/* Half of the interval from 500 to 1000 ms. */
	assert_float_equal(json_get_real(&in, o, "value"), 1000 / 1.5, 1e-6);
	char *range = json_get_text(&in, o, "range");
	assert_string_equal(range, "± 250");
	free(range);
	json_free(v);
	free(text);
	record_free(&r);
}

static void test_without_an_interval_there_is_none(void **state)
{
	static const uint64_t ns[] = {7, 8, 9};
	struct record r = new_record();
	const struct export_job job = {.records = &r, .n = 1};

	(void)state;
	add_case(&r, "fork", 0, 3, ns);
	assert_has("bencher", &job, "\"value\": 8.0");
	assert_lacks("bencher", &job, "_value");
	assert_lacks("github-action-benchmark", &job, "range");
	assert_lacks("openmetrics", &job, "lower");
	assert_has("csv", &job, ",3,3,8,,,7,");
	for (size_t i = 0; export_formats[i]; i++) {
		assert_lacks(export_formats[i]->name, &job, "nan");
		assert_lacks(export_formats[i]->name, &job, "null");
	}
	record_free(&r);
}

static void test_only_what_is_asked_for_and_first(void **state)
{
	static const uint64_t ns[] = {7, 8, 9};
	char glob[] = "fork*", text[] = "msg[1]", *globs[] = {glob, text};
	struct record r = new_record();
	struct export_job job = {.records = &r, .n = 1, .globs = globs, .nglobs = 2};

	(void)state;
	add_case(&r, "fork", 0, 3, ns);
	add_case(&r, "vfork", 0, 3, ns);
	add_case(&r, "fork", 0, 3, ns);
	add_case(&r, "forked", 0, 0, NULL);
	/* Of its own text, whatever it would match as a pattern. */
	add_case(&r, "msg[1]", 0, 3, ns);
	assert_true(export_has(&job, &r, &r.cases[0]));
	assert_false(export_has(&job, &r, &r.cases[1]));
	assert_false(export_has(&job, &r, &r.cases[2]));
	assert_false(export_has(&job, &r, &r.cases[3]));
	assert_true(export_has(&job, &r, &r.cases[4]));
	job.nglobs = 0;
	assert_true(export_has(&job, &r, &r.cases[1]));
	r.cases[1].status = STATUS_FAILED;
	assert_false(export_has(&job, &r, &r.cases[1]));
	record_free(&r);
}

/* Escaped as a label, and as what it is read as again. */
static void test_labels_and_cells(void **state)
{
	static const uint64_t ns[] = {7, 8, 9};
	struct record r = new_record();
	const struct export_job job = {.records = &r, .n = 1};

	(void)state;
	add_case(&r, "a\\\"b\nc\xff", 0, 3, ns);
	assert_has("openmetrics", &job, "{case=\"a\\\\\\\"b\\nc\ufffd\",family");
	assert_has("csv", &job, ",\"a\\\"\"b\nc\ufffd\",");
	assert_has("otava-csv", &job, ",\"a\\\"\"b\nc\ufffd\"\r\n");
	assert_has("go-bench", &job, "BenchmarkA\\\"b_c_ 1 7 ns/op\n");
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_are_plain),
		cmocka_unit_test(test_texts_are_clean),
		cmocka_unit_test(test_every_format_is_there_and_whole),
		cmocka_unit_test(test_memory_is_no_time),
		cmocka_unit_test(test_a_rate_becomes_a_time),
		cmocka_unit_test(test_without_an_interval_there_is_none),
		cmocka_unit_test(test_only_what_is_asked_for_and_first),
		cmocka_unit_test(test_labels_and_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
