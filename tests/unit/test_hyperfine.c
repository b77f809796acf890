/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperfine's JSON of both formats, what it may not be, and the cases that it becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "hyperfine.h"
#include "util.h"

/* As hyperfine 1.15.0 wrote it. */
static const char version_1[] = "{\n"
				"  \"results\": [\n"
				"    {\n"
				"      \"command\": \"copy/how=threads\",\n"
				"      \"mean\": 0.01991520166666667,\n"
				"      \"stddev\": 0.0022472429083677907,\n"
				"      \"median\": 0.019500841,\n"
				"      \"user\": 0.0016863333333333333,\n"
				"      \"system\": 0.003594333333333333,\n"
				"      \"min\": 0.017903975000000003,\n"
				"      \"max\": 0.022340789,\n"
				"      \"times\": [\n"
				"        0.019500841,\n"
				"        0.022340789,\n"
				"        0.017903975000000003\n"
				"      ],\n"
				"      \"exit_codes\": [\n"
				"        0,\n"
				"        0,\n"
				"        0\n"
				"      ]\n"
				"    }\n"
				"  ]\n"
				"}\n";

/* A result of version 1, with what matters; all texts here are the caller's to free. */
static char *result_1(const char *command, const char *times, const char *codes)
{
	return xformat(
		"{\"command\": \"%s\", \"mean\": 1.0, \"stddev\": null, \"user\": 0.5, "
		"\"system\": 0.25, \"times\": [%s], \"exit_codes\": [%s]}",
		command, times, codes);
}

static char *file_1(const char *command, const char *times, const char *codes)
{
	char *result = result_1(command, times, codes);
	char *file = xformat("{\"results\": [%s]}", result);

	free(result);
	return file;
}

/* A run and a file as version 2.0.0 writes them, after its own test of the format
 * (tests/snapshots/integration_tests__json_export_basic.snap). */
static char *run_2(const char *wall, const char *unit, const char *user,
		   const char *system, const char *code)
{
	return xformat("{\"time_wall_clock\": {\"value\": %s, \"unit\": \"%s\"}, "
		       "\"time_cpu\": {\"value\": 9.0, \"unit\": \"second\"}, "
		       "\"time_user\": {\"value\": %s, \"unit\": \"second\"}, "
		       "\"time_system\": {\"value\": %s, \"unit\": \"second\"}, "
		       "\"memory_peak_resident\": {\"value\": 1.0, \"unit\": \"byte\"}, "
		       "\"exit_code\": %s}",
		       wall, unit, user, system, code);
}

/* Takes both runs over. */
static char *file_2(const char *names, char *run, char *other)
{
	char *file = xformat(
		"{\"schema_version\": 2, \"metadata\": {\"hyperfine_version\": "
		"\"2.0.0\", "
		"\"platform\": {\"os\": \"Linux\"}}, \"primary_metric\": "
		"\"time_wall_clock\", \"results\": [{%s, \"measurements\": [%s, %s], "
		"\"is_reference\": true, \"summary\": {\"time_wall_clock\": {\"unit\": "
		"\"second\", \"count\": 2, \"mean\": 1.0}}}]}",
		names, run, other);

	free(run);
	free(other);
	return file;
}

static char *good_run(void)
{
	return run_2("2.0", "second", "0.5", "0.0", "0");
}

static struct timings good(const char *text)
{
	struct timings t;
	char *error = NULL;

	if (hyperfine_read(text, strlen(text), &t, &error) < 0)
		fail_msg("%s", error);
	assert_null(error);
	return t;
}

static void test_version_1(void **state)
{
	struct timings t = good(version_1);
	const struct rep *rep = &t.v[0].rep;

	(void)state;
	assert_int_equal(t.n, 1);
	assert_string_equal(t.v[0].command, "copy/how=threads");
	assert_int_equal(t.v[0].status, STATUS_OK);
	assert_int_equal(rep->nrows, 3);
	assert_int_equal(rep->width, 1);
	assert_int_equal(rep->batch, 1);
	assert_int_equal(rep->rows[0], 19500841);
	assert_int_equal(rep->rows[1], 22340789);
	assert_int_equal(rep->rows[2], 17903975);
	/* Means of three runs: 3 * 1.686333 ms and 3 * 3.594333 ms in all. */
	assert_int_equal(rep->noise.children.user_ns, 5059000);
	assert_int_equal(rep->noise.children.system_ns, 10783000);
	assert_int_equal(rep->noise.self.user_ns, 0);
	/* It says nothing of these. */
	assert_true(isnan(rep->noise.steal_ms) && isnan(rep->noise.busy));
	timings_free(&t);
}

static void test_version_2(void **state)
{
	char *text = file_2("\"command\": \"sleep 1\", \"name\": \"nap/how=long\"",
			    run_2("1.5", "second", "0.25", "0.0625", "0"), good_run());
	struct timings t = good(text);

	(void)state;
	assert_int_equal(t.n, 1);
	assert_string_equal(t.v[0].command, "nap/how=long");
	assert_int_equal(t.v[0].rep.nrows, 2);
	assert_int_equal(t.v[0].rep.rows[0], 1500000000);
	assert_int_equal(t.v[0].rep.rows[1], 2000000000);
	assert_int_equal(t.v[0].rep.noise.children.user_ns, 750000000);
	assert_int_equal(t.v[0].rep.noise.children.system_ns, 62500000);
	timings_free(&t);
	free(text);
	/* Where nobody gave a name, there is none. */
	text = file_2("\"command\": \"sleep 2\"", good_run(), good_run());
	t = good(text);
	assert_string_equal(t.v[0].command, "sleep 2");
	timings_free(&t);
	free(text);
}

/* Takes the text over. */
static void assert_ends(char *text, enum status status, const char *reason)
{
	struct timings t = good(text);

	assert_int_equal(t.v[0].status, status);
	assert_string_equal(t.v[0].reason, reason);
	assert_null(t.v[0].rep.rows);
	assert_int_equal(t.v[0].rep.nrows, 0);
	timings_free(&t);
	free(text);
}

static void test_runs_that_failed(void **state)
{
	(void)state;
	assert_ends(file_1("x", "1,1,1,1,1,1,1,1,1,1", "0,1,0,0,1,0,0,0,1,0"),
		    STATUS_FAILED, "exit status 1 in 3 of 10 runs");
	assert_ends(file_1("x", "1,1,1", "0,1,2"), STATUS_FAILED,
		    "exit status 1 and others in 2 of 3 runs");
	assert_ends(file_1("x", "1,1", "null,null"), STATUS_FAILED,
		    "killed by a signal in 2 of 2 runs");
	assert_ends(file_1("x", "1,1", "137,137"), STATUS_FAILED,
		    "exit status 137 (SIGKILL) in 2 of 2 runs");
	assert_ends(file_1("x", "1,1", "77,77"), STATUS_SKIPPED,
		    "exit status 77 in 2 of 2 runs");
	/* Whoever can do it once does not lack anything. */
	assert_ends(file_1("x", "1,1", "0,77"), STATUS_FAILED,
		    "exit status 77 in 1 of 2 runs");
	assert_ends(file_2("\"command\": \"x\"", good_run(),
			   run_2("1", "second", "0", "0", "null")),
		    STATUS_FAILED, "killed by a signal in 1 of 2 runs");
}

static void assert_refused(const char *text, const char *error_has)
{
	struct timings t;
	char *error = NULL;

	assert_int_equal(hyperfine_read(text, strlen(text), &t, &error), -EINVAL);
	if (!strstr(error, error_has))
		fail_msg("\"%s\" does not tell of \"%s\"", error, error_has);
	assert_null(strchr(error, '\n'));
	/* Nothing is taken by halves. */
	assert_int_equal(t.n, 0);
	assert_null(t.v);
	free(error);
}

/* Takes the text over. */
static void assert_refused_text(char *text, const char *error_has)
{
	assert_refused(text, error_has);
	free(text);
}

static void assert_refused_1(const char *command, const char *times, const char *codes,
			     const char *error_has)
{
	assert_refused_text(file_1(command, times, codes), error_has);
}

static void assert_refused_2(char *second_run, const char *error_has)
{
	assert_refused_text(file_2("\"command\": \"x\"", good_run(), second_run),
			    error_has);
}

static char *files_results(const char *a, const char *b)
{
	char *first = result_1(a, "1", "0"), *second = result_1(b, "1", "0");
	char *file = xformat("{\"results\": [%s, %s]}", first, second);

	free(first);
	free(second);
	return file;
}

static void test_wrong_shapes(void **state)
{
	(void)state;
	assert_refused("", "line 1");
	assert_refused("[]", "top level: not an object");
	assert_refused("{}", "results: missing");
	assert_refused("{\"results\": {}}", "results: not an array");
	assert_refused("{\"results\": []}", "results: there are none");
	assert_refused("{\"results\": [1]}", "results[0]: not an object");
	assert_refused("{\"schema_version\": 3, \"results\": []}",
		       "schema_version: only 1 and 2 are known");
	assert_refused("{\"schema_version\": \"2\", \"results\": []}", "schema_version");
	assert_refused("{\"results\": [{\"command\": \"a\"}]}",
		       "results[0].times: missing");
	assert_refused("{\"results\": [{\"command\": \"a\", \"times\": [1]}]}",
		       "results[0].exit_codes: missing");
	assert_refused("{\"results\": [{\"command\": \"a\", \"times\": [1], "
		       "\"exit_codes\": [0], \"system\": 0}]}",
		       "results[0].user: missing");
	/* A list of version 1 is no result of version 2. */
	assert_refused(
		"{\"schema_version\": 2, \"results\": [{\"command\": \"a\", "
		"\"times\": [1], \"exit_codes\": [0], \"user\": 0, \"system\": 0}]}",
		"results[0].measurements: missing");
}

static void test_wrong_values(void **state)
{
	(void)state;
	assert_refused_1("a", "", "", "results[0]: no runs");
	assert_refused_1("a", "1,1", "0", "results[0].exit_codes: 1 of them, of 2 runs");
	assert_refused_1("a", "1,-0.5", "0,0", "results[0].times: run 2: not a time");
	assert_refused_1("a", "1e300", "0", "results[0].times: run 1: not a time");
	assert_refused_1("a", "1e999", "0", "line 1");
	assert_refused_1("a", "NaN", "0", "line 1");
	assert_refused_1("a", "null", "0", "times: run 1: not a time");
	assert_refused_1("a", "\"1\"", "0", "times: run 1: not a time");
	assert_refused_1("a", "1", "0.5", "run 1: not an exit status");
	assert_refused_1("a", "1", "true", "run 1: not an exit status");
	assert_refused("{\"results\": [{\"command\": \"a\", \"times\": [1], "
		       "\"exit_codes\": [0], \"user\": -1, \"system\": 0}]}",
		       "results[0]: user, system: not times");
	assert_refused_2(run_2("1", "minute", "0", "0", "0"),
			 "results[0].measurements[1].time_wall_clock: its unit is not");
	assert_refused_2(run_2("-1", "second", "0", "0", "0"),
			 "results[0].measurements: run 2: not a time");
	assert_refused_2(run_2("1", "second", "-9", "0", "0"),
			 "results[0]: user, system: not times");
	assert_refused_2(run_2("1", "second", "0", "0", "\"0\""),
			 "results[0].measurements: run 2: not an exit status");
	assert_refused_2(xstrdup("{}"),
			 "results[0].measurements[1].time_wall_clock: missing");
	assert_refused_2(xstrdup("7"), "results[0].measurements[1]: not an object");
}

static void test_wrong_names(void **state)
{
	(void)state;
	assert_refused_1("", "1", "0", "results[0]: a command without a name");
	assert_refused_1("a\\nb", "1", "0", "control characters");
	assert_refused_1("a\\u001b[2J", "1", "0", "control characters");
	assert_refused_text(files_results("a", "a"),
			    "results[1]: its command is there twice");
	assert_refused("{\"results\": [{\"command\": 7}]}",
		       "results[0].command: not a text");
}

static void test_a_million_runs(void **state)
{
	enum { RUNS = 1000000 };
	const char head[] = "{\"results\": [{\"command\": \"a\", \"user\": 0.001, "
			    "\"system\": 0, \"times\": [1";
	char *text = xcalloc(sizeof(head) + 8 + (size_t)4 * RUNS + 64, 1), *at = text;

	(void)state;
	at = stpcpy(at, head);
	for (int i = 1; i < RUNS; i++)
		at = stpcpy(at, ",2");
	at = stpcpy(at, "], \"exit_codes\": [0");
	for (int i = 1; i < RUNS; i++)
		at = stpcpy(at, ",0");
	stpcpy(at, "]}]}");
	struct timings t = good(text);
	assert_int_equal(t.v[0].rep.nrows, RUNS);
	assert_int_equal(t.v[0].rep.rows[RUNS - 1], 2000000000);
	assert_int_equal(t.v[0].rep.noise.children.user_ns, UINT64_C(1000000000000));
	timings_free(&t);
	free(text);
}

static void assert_case(const char *command, const char *bench, const char *family,
			size_t nparams)
{
	struct record r = {0};
	const struct kase *k = hyperfine_case(&r, command);

	assert_string_equal(k->text, command);
	assert_string_equal(k->bench, bench);
	assert_string_equal(k->family, family);
	assert_string_equal(k->unit, "ns/op");
	assert_string_equal(k->tool, "hyperfine");
	assert_int_equal(k->nparams, nparams);
	assert_int_equal(k->status, STATUS_PENDING);
	record_free(&r);
}

static void test_names_of_cases(void **state)
{
	(void)state;
	assert_case("copy/how=threads/n=4", "copy", "program copy", 2);
	assert_case("copy", "copy", "program copy", 0);
	assert_case("copy/n=", "copy", "program copy", 1);
	/* All parts are parameters, or none is. */
	assert_case("copy/how=threads/fast", "copy", "program copy", 0);
	assert_case("copy/=x", "copy", "program copy", 0);
	assert_case("copy/a=1/a=2", "copy", "program copy", 0);
	assert_case("copy/", "copy", "program copy", 0);
	/* Of command lines that nobody named. */
	assert_case("sort a/b=c", "sort a/b=c", "program sort a/b=c", 0);
	assert_case("/bin/true", "/bin/true", "program /bin/true", 0);
	assert_case("./x", "./x", "program ./x", 0);
}

/* Takes the text over. */
static void take(struct record *r, unsigned block, char *text)
{
	struct timings t = good(text);

	for (size_t i = 0; i < t.n; i++) {
		t.v[i].rep.block = block;
		hyperfine_take(hyperfine_case(r, t.v[i].command), &t.v[i]);
	}
	timings_free(&t);
	free(text);
}

static void test_reps_make_figures(void **state)
{
	struct record r = {0};
	struct figures f;

	(void)state;
	assert_int_equal(hyperfine_next_block(&r), 0);
	for (unsigned i = 0; i < 6; i++) {
		take(&r, i, file_1("p/how=a", "1,2,3", "0,0,0"));
		take(&r, i, file_1("p/how=b", "4,4,4", "0,0,0"));
	}
	assert_int_equal(r.ncases, 2);
	assert_int_equal(hyperfine_next_block(&r), 6);
	figures_of(&r, &r.cases[1], &f);
	assert_int_equal(f.median.n, 6);
	assert_true(f.median.value == 4e9);
	/* Against the program's first way. */
	assert_true(f.ratio.value == 2 && f.ratio.n == 6);
	/* 0.5 s of user and 0.25 s of system time a run. */
	assert_true(figures_cpu(&r.cases[0]).value == 0.75e9);
	record_free(&r);
}

static void test_what_failed_stays_so(void **state)
{
	struct record r = {0};

	(void)state;
	take(&r, 0, file_1("p", "1", "0"));
	assert_int_equal(r.cases[0].time.n, 1);
	take(&r, 1, file_1("p", "1", "9"));
	assert_int_equal(r.cases[0].status, STATUS_FAILED);
	assert_string_equal(r.cases[0].reason, "exit status 9 in 1 of 1 runs");
	assert_int_equal(r.cases[0].time.n, 0);
	take(&r, 2, file_1("p", "1", "0"));
	assert_int_equal(r.cases[0].status, STATUS_FAILED);
	assert_int_equal(r.cases[0].time.n, 0);
	record_free(&r);
}

static void test_cases_of_ours_are_not_taken(void **state)
{
	struct record r = {.cases = xcalloc(1, sizeof(struct kase)), .ncases = 1};

	(void)state;
	r.cases[0] = (struct kase){.text = xstrdup("fork"), .bench = xstrdup("fork")};
	assert_null(hyperfine_case(&r, "fork"));
	assert_int_equal(r.ncases, 1);
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_1),
		cmocka_unit_test(test_version_2),
		cmocka_unit_test(test_runs_that_failed),
		cmocka_unit_test(test_wrong_shapes),
		cmocka_unit_test(test_wrong_values),
		cmocka_unit_test(test_wrong_names),
		cmocka_unit_test(test_a_million_runs),
		cmocka_unit_test(test_names_of_cases),
		cmocka_unit_test(test_reps_make_figures),
		cmocka_unit_test(test_what_failed_stays_so),
		cmocka_unit_test(test_cases_of_ours_are_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
