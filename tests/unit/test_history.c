/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series made of points, and what of their changes is news. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history.h"
#include "history_series.h"
#include "util.h"

enum { RECENT = 20, LONG = 60 };

static void assert_near(double x, double wanted)
{
	if (!(fabs(x - wanted) <= 1e-9 * fabs(wanted)))
		fail_msg("%.17g is not %.17g", x, wanted);
}

/* ---- folders */

static char folder[] = "/tmp/lwpbench-history-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	memset(folder + strlen(folder) - 6, 'X', 6);
	return mkdtemp(folder) ? 0 : -1;
}

static int drop(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int remove_folder(void **state)
{
	(void)state;
	return nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- records */

static void add_case(struct record *r, const char *text, const char *floor, double ns)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];

	*k = (struct kase){.text = xstrdup(text),
			   .bench = xstrdup(text),
			   .family = xstrdup(*floor ? "creation" : "floor"),
			   .floor = xstrdup(floor),
			   .base = xstrdup(""),
			   .unit = xstrdup("ns/op")};
	for (unsigned block = 0; block < 3; block++) {
		struct rep rep = {.block = block,
				  .batch = 1,
				  .scale = 1,
				  .nrows = 1,
				  .width = 1,
				  .rows = xcalloc(1, sizeof(uint64_t))};

		rep.rows[0] = (uint64_t)ns;
		reps_add(&k->time, &rep);
	}
}

/* The i-th run, of a machine `slower` than it was. */
static struct record make_record(unsigned i, double slower)
{
	struct record r = {.version = xstrdup("1"),
			   .started = xformat("2026-01-%02uT00:00:00Z", i + 1),
			   .command = xstrdup(""),
			   .seed = i};

	facts_add(&r.host, "cpu.model", "A CPU", NULL);
	facts_add(&r.host, "kernel.release", i < 5 ? "6.1" : "6.12", NULL);
	facts_add(&r.host, "kernel.pti", NULL, "nobody knows");
	add_case(&r, "getpid", "", 100 * slower);
	add_case(&r, "fork", "getpid", 5000 * slower);
	return r;
}

static const char *const names[] = {"one", "two"};

static void add(unsigned i, const char *label)
{
	struct record r = make_record(i, 1 + i);
	char *error = NULL;
	size_t kept;

	assert_int_equal(history_add(folder, &r, names, 1, label, &kept, &error), 0);
	assert_int_equal(kept, 1);
	record_free(&r);
}

static void runs_come_back_in_their_order(void **state)
{
	struct history h;
	char *error = NULL, *what;

	(void)state;
	add(7, "new");
	add(2, NULL);
	add(4, "ol\"d\n");
	assert_int_equal(history_read(folder, &h, &error), 0);
	assert_int_equal(h.nruns, 3);
	assert_string_equal(h.runs[0].name, "20260103T000000Z");
	assert_null(h.runs[0].label);
	assert_string_equal(h.runs[1].label, "ol'd ");
	assert_string_equal(h.runs[2].started, "2026-01-08T00:00:00Z");
	assert_int_equal(h.ncases, 2);
	assert_string_equal(h.cases[1].text, "fork");
	assert_string_equal(h.cases[1].floor, "getpid");
	assert_string_equal(h.cases[0].floor, "");
	for (size_t i = 0; i < 3; i++) {
		static const double slower[] = {3, 5, 8};

		/* The machine is slower and slower, which is no matter of fork. */
		assert_near(h.cases[1].v[i].figure, 5000 * slower[i]);
		assert_near(h.cases[1].v[i].ratio, 50);
		assert_near(h.cases[0].v[i].ratio, 100 * slower[i]);
	}
	assert_null(history_host_change(&h, 0));
	assert_null(history_host_change(&h, 1));
	what = history_host_change(&h, 2);
	assert_string_equal(what, "kernel.release 6.1 → 6.12");
	free(what);
	history_free(&h);
}

static void a_run_is_kept_once(void **state)
{
	struct record r[2] = {make_record(1, 1), make_record(2, 1)};
	struct history h;
	char *error = NULL;
	size_t kept;

	(void)state;
	add(1, "first");
	assert_int_equal(history_add(folder, r, names, 2, "second", &kept, &error), 0);
	assert_int_equal(kept, 1);
	assert_int_equal(history_read(folder, &h, &error), 0);
	assert_int_equal(h.nruns, 2);
	assert_string_equal(h.runs[0].label, "first");
	history_free(&h);
	record_free(&r[0]);
	record_free(&r[1]);
}

static size_t files_in(const char *path)
{
	struct history h;
	char *error = NULL;

	if (access(path, F_OK) < 0)
		return 0;
	assert_int_equal(history_read(path, &h, &error), 0);
	size_t n = h.nruns;
	history_free(&h);
	return n;
}

/* Adds a good run and one that this has been done to: nothing must be kept. */
static void refuses(void (*spoil)(struct record *), const char *why)
{
	struct record r[2] = {make_record(11, 1), make_record(12, 1)};
	char *error = NULL;
	size_t kept;

	add(9, NULL);
	spoil(&r[1]);
	assert_true(history_add(folder, r, names, 2, NULL, &kept, &error) < 0);
	if (!strstr(error, why))
		fail_msg("\"%s\" is not in: %s", why, error);
	assert_null(strchr(error, '\n'));
	assert_int_equal(kept, 0);
	assert_int_equal(files_in(folder), 1);
	free(error);
	record_free(&r[0]);
	record_free(&r[1]);
}

static void retell(struct record *r, const char *started)
{
	free(r->started);
	r->started = xstrdup(started);
}

static void move(struct record *r)
{
	free(r->host.v[0].value);
	r->host.v[0].value = xstrdup("Another\nCPU");
}

static void climb(struct record *r)
{
	retell(r, "../../etc/2026-01-01Z");
}

static void meet(struct record *r)
{
	retell(r, "2026-01-10T00:00:00Z");
}

static void empty(struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		kase_set_status(&r->cases[i], STATUS_FAILED, xstrdup("it fell over"));
}

static void other_machines_are_refused(void **state)
{
	(void)state;
	refuses(move, "cpu.model is Another CPU, in 20260110T000000Z it is A CPU");
}

static void times_that_are_paths_are_refused(void **state)
{
	(void)state;
	refuses(climb, "is no time");
}

static void runs_of_one_second_are_refused(void **state)
{
	(void)state;
	refuses(meet, "same second");
}

static void runs_without_figures_are_refused(void **state)
{
	(void)state;
	refuses(empty, "no case of it was measured");
}

/* ---- news */

/* A history of one case: 100 runs, of which those from at[i] on cost by[i] times what
 * they did. */
static struct history make_history(const size_t *at, const double *by, size_t n)
{
	struct history h = {.nruns = 100, .ncases = 1};

	h.runs = xcalloc(h.nruns, sizeof(*h.runs));
	h.cases = xcalloc(1, sizeof(*h.cases));
	*h.cases = (struct history_case){.text = xstrdup("fork"),
					 .family = xstrdup("creation"),
					 .unit = xstrdup("ns/op"),
					 .floor = xstrdup("getpid"),
					 .v = xcalloc(h.nruns, sizeof(*h.cases->v))};
	struct rng *g = rng_new(4);
	for (size_t i = 0; i < h.nruns; i++) {
		double x = exp(rng_normal(g) / 100);

		for (size_t j = 0; j < n; j++)
			x *= i >= at[j] ? by[j] : 1;
		h.runs[i] = (struct history_run){
			.name = xformat("%zu", i),
			.started = xformat("2026-01-01T00:%02zu:%02zuZ", i / 60, i % 60)};
		h.cases->v[i] = (struct history_value){1000 * x, 10 * x};
	}
	rng_free(g);
	return h;
}

static struct answers answers_of(struct history *h, size_t recent)
{
	struct history_series s;
	struct answers a;

	history_series_of(h, NULL, 0, 0.01, &s);
	history_answers(&s, recent, &a);
	history_series_free(&s);
	history_free(h);
	return a;
}

static void expect(const size_t *at, const double *by, size_t n, size_t recent,
		   enum answer_kind kind, size_t remarks)
{
	struct history h = make_history(at, by, n);
	struct answers a = answers_of(&h, recent);

	assert_int_equal(a.n, 1);
	assert_int_equal(a.v[0].kind, kind);
	assert_int_equal(a.nremarks, remarks);
	answers_free(&a);
}

static void only_what_is_new_and_lasts_is_told(void **state)
{
	(void)state;
	expect(NULL, NULL, 0, RECENT, ANSWER_UNCHANGED, 0);
	expect((size_t[]){85}, (double[]){1.1}, 1, RECENT, ANSWER_REGRESSED, 0);
	expect((size_t[]){85}, (double[]){0.9}, 1, RECENT, ANSWER_IMPROVED, 0);
	/* Known for long. */
	expect((size_t[]){50}, (double[]){1.1}, 1, RECENT, ANSWER_UNCHANGED, 1);
	/* It came, and was mended: as a whole, */
	expect((size_t[]){45, 75}, (double[]){1.3, 1 / 1.3}, 2, LONG, ANSWER_UNCHANGED,
	       2);
	/* in part, */
	expect((size_t[]){45, 75}, (double[]){1.3, 0.9}, 2, LONG, ANSWER_REGRESSED, 1);
	/* and of one that is known it is good news. */
	expect((size_t[]){40, 85}, (double[]){1.3, 1 / 1.3}, 2, RECENT, ANSWER_IMPROVED,
	       1);
}

static void a_change_is_told_with_its_figures(void **state)
{
	struct history h = make_history((size_t[]){85}, (double[]){1.1}, 1);

	(void)state;
	h.runs[85].label = xstrdup("v9");
	struct answers a = answers_of(&h, RECENT);
	assert_int_equal(answers_status(&a), EXIT_REGRESSION);
	assert_true(fabs(a.v[0].ratio.value - 1.1) < 0.01);
	assert_true(fabs(a.v[0].base - 1000) < 10 && fabs(a.v[0].fresh - 1100) < 11);
	assert_non_null(strstr(a.v[0].note, "since 2026-01-01 v9, run 86 of 100"));
	assert_true(a.relative);
	answers_free(&a);
}

/* Of a rate less is worse. */
static void rates_are_told_as_rates(void **state)
{
	struct history h = make_history((size_t[]){85}, (double[]){1.25}, 1);

	(void)state;
	h.cases->higher_is_better = true;
	struct answers a = answers_of(&h, RECENT);
	assert_int_equal(a.v[0].kind, ANSWER_REGRESSED);
	assert_true(fabs(a.v[0].ratio.value - 0.8) < 0.01);
	answers_free(&a);
}

static void too_few_runs_can_tell_nothing(void **state)
{
	struct history h = make_history(NULL, NULL, 0);

	(void)state;
	for (size_t i = 10; i < h.nruns; i++)
		h.cases->v[i].ratio = NAN;
	struct answers a = answers_of(&h, RECENT);
	assert_int_equal(answers_status(&a), EXIT_UNJUDGED);
	assert_non_null(strstr(a.v[0].note, "10 runs: it takes 11"));
	answers_free(&a);
}

int main(void)
{
#define in_folder(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		in_folder(runs_come_back_in_their_order),
		in_folder(a_run_is_kept_once),
		in_folder(other_machines_are_refused),
		in_folder(times_that_are_paths_are_refused),
		in_folder(runs_of_one_second_are_refused),
		in_folder(runs_without_figures_are_refused),
		cmocka_unit_test(only_what_is_new_and_lasts_is_told),
		cmocka_unit_test(a_change_is_told_with_its_figures),
		cmocka_unit_test(rates_are_told_as_rates),
		cmocka_unit_test(too_few_runs_can_tell_nothing),
	};
#undef in_folder

	return cmocka_run_group_tests(tests, NULL, NULL);
}
