/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures: the data written for each, what gnuplot makes of them, and that text stays
 * text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plot.h"
#include "plot_data.h"
#include "util.h"

/* Would leave a file named "executed" if any of it reached a shell or gnuplot's parser.
 */
static const char hostile[] = "a\"b'c`touch executed`$(touch executed)@d\n"
			      "%s{e}^2_f\\n&<g>\t\x01\xff é'.system('touch executed').'";

enum { REPS = 8 };

/* The phases of each case here; times are in tenths of the operation's. */
static const char *const phase_names[] = {"return", "child", "reaped"};

static void add_reps(struct kase *k, uint64_t ns, const unsigned *tenths)
{
	for (unsigned block = 0; block < REPS; block++) {
		struct rep time = {.block = block, .batch = 10, .nrows = 3, .width = 1};
		struct rep phases = {.block = block, .batch = 1, .nrows = 1, .width = 7};

		time.rows = xcalloc(3, sizeof(uint64_t));
		for (size_t i = 0; i < 3; i++)
			time.rows[i] = ns * 10;
		reps_add(&k->time, &time);
		if (!tenths)
			continue;
		phases.rows = xcalloc(7, sizeof(uint64_t));
		phases.rows[0] = ns;
		for (size_t p = 0; p < countof(phase_names); p++)
			phases.rows[1 + 2 * p] = ns * tenths[p] / 10;
		reps_add(&k->phases, &phases);
	}
}

static void add_param(struct kase *k, const char *name, const char *value)
{
	k->params = xrealloc(k->params, k->nparams + 1, sizeof(*k->params));
	k->params[k->nparams++] = (struct pair){xstrdup(name), xstrdup(value)};
}

/* A case that takes `ns` an operation in every rep. */
static struct kase *add_case(struct record *r, const char *bench, const char *text,
			     uint64_t ns, const unsigned *tenths)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];

	*k = (struct kase){.text = xstrdup(text), .bench = xstrdup(bench)};
	k->brief = xstrdup("");
	k->family = xstrdup("creation");
	k->unit = xstrdup("ns/op");
	k->phase_names = xcalloc(countof(phase_names), sizeof(char *));
	for (size_t p = 0; p < countof(phase_names); p++)
		k->phase_names[k->nphases++] = xstrdup(phase_names[p]);
	add_reps(k, ns, tenths);
	return k;
}

static void init(struct record *r)
{
	*r = (struct record){.started = xstrdup("2026-11-24T08:11:21Z")};
}

static void replace(char **text, const char *with)
{
	free(*text);
	*text = xstrdup(with);
}

/* What the picture's writer gives for this record; caller frees. */
static char *data_of(const struct record *r, const char *name, size_t *rows)
{
	const struct picture *p = plot_pictures;
	char *text = NULL;
	size_t size = 0;

	while (strcmp(p->name, name) != 0)
		p++;
	FILE *out = open_memstream(&text, &size);
	*rows = p->write(r, out);
	fclose(out);
	return text;
}

static void assert_data(const struct record *r, const char *name, size_t rows,
			const char *wanted)
{
	size_t n;
	char *text = data_of(r, name, &n);

	assert_string_equal(text, wanted);
	assert_int_equal(n, rows);
	free(text);
}

static void test_creation_is_sorted_and_light(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_param(add_case(&r, "fork", "fork", 300, NULL), "pages", "0");
	add_param(add_case(&r, "fork", "fork/pages=64", 100, NULL), "pages", "64");
	add_param(add_case(&r, "fork", "fork/busy=1", 100, NULL), "busy", "1");
	replace(&add_case(&r, "spawn", "spawn", 900, NULL)->family, "exec");
	add_case(&r, "vfork", "vfork", 200, NULL);
	replace(&add_case(&r, "getpid", "getpid", 50, NULL)->family, "floor");
	add_case(&r, "broken", "broken", 10, NULL)->status = STATUS_FAILED;
	replace(&add_case(&r, "rate", "rate", 10, NULL)->unit, "bytes/s");
	assert_data(&r, "creation", 3,
		    "\n\n\"creation\"\n"
		    "1\t200\t200\t200\t200 ns\tvfork\n"
		    "2\t300\t300\t300\t300 ns\tfork\n"
		    "\n\n\"exec\"\n"
		    "3\t900\t900\t900\t900 ns\tspawn\n");
	record_free(&r);
}

static void test_phases_follow_time(void **state)
{
	static const unsigned child_last[] = {2, 5, 10}, child_first[] = {7, 3, 9};
	struct record r;

	(void)state;
	init(&r);
	add_case(&r, "fork", "fork", 1000, child_last);
	add_case(&r, "vfork", "vfork", 100, child_first);
	add_case(&r, "unstamped", "unstamped", 100, NULL);
	assert_data(&r, "phases", 6,
		    "\n\n\"return\"\n"
		    "1\t30\t70\t70\t70\t90\t90.0 ns\tvfork\n"
		    "2\t0\t200\t200\t200\t1000\t1.00 µs\tfork\n"
		    "\n\n\"child\"\n"
		    "1\t0\t30\t30\t30\t90\t90.0 ns\tvfork\n"
		    "2\t200\t500\t500\t500\t1000\t1.00 µs\tfork\n"
		    "\n\n\"reaped\"\n"
		    "1\t70\t90\t90\t90\t90\t90.0 ns\tvfork\n"
		    "2\t500\t1000\t1000\t1000\t1000\t1.00 µs\tfork\n");
	record_free(&r);
}

static void add_flags(struct record *r, const char *bench, const char *flags, uint64_t ns)
{
	char *text = xformat("%s/flags=%s", bench, flags);

	add_param(add_case(r, bench, text, ns, NULL), "flags", flags);
	free(text);
}

static void test_flags_are_ratios_to_none(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_flags(&r, "clone", "VM+FS", 50);
	add_flags(&r, "clone", "none", 200);
	add_flags(&r, "clone", "NEWNET", 500);
	add_flags(&r, "clone3", "VM", 70); /* its benchmark has no case of none */
	assert_data(&r, "flags", 2,
		    "\n\n\"clone\"\n"
		    "1\t0.25\t0.25\t0.25\t0.25×\tVM+FS\n"
		    "2\t2.5\t2.5\t2.5\t2.50×\tNEWNET\n");
	record_free(&r);
}

static void add_sized(struct record *r, const char *text, const char *pages,
		      const char *shared, uint64_t ns)
{
	struct kase *k = add_case(r, "fork", text, ns, NULL);

	add_param(k, "pages", pages);
	add_param(k, "shared", shared);
}

/* One block a kind of memory, by size, from the parent that has none. */
static void test_size_makes_lines(void **state)
{
	double page = (double)sysconf(_SC_PAGESIZE) / (1 << 20);
	struct record r;

	(void)state;
	init(&r);
	add_sized(&r, "fork/pages=1K", "1K", "0", 400);
	add_sized(&r, "fork", "0", "0", 300);
	add_sized(&r, "fork/shared=2048", "0", "2048", 310);
	add_sized(&r, "fork/pages=8,shared=8", "8", "8", 1);
	add_case(&r, "vfork", "vfork", 200, NULL);
	char *wanted = xformat("\n\n\"fork\"\n"
			       "0\t300\t300\t300\tfork\n"
			       "%.6g\t400\t400\t400\tfork/pages=1K\n"
			       "\n\n\"fork, shared\"\n"
			       "0\t300\t300\t300\tfork\n"
			       "%.6g\t310\t310\t310\tfork/shared=2048\n",
			       1024 * page, 2048 * page);
	assert_data(&r, "size", 2, wanted);
	free(wanted);
	record_free(&r);
}

static void test_cdf_has_one_line_a_kind(void **state)
{
	struct record r;
	size_t lines, blocks = 0;

	(void)state;
	init(&r);
	for (unsigned i = 0; i < 10; i++) {
		char *name = xformat("kind%u", i);

		add_case(&r, name, name, 1000 - i, NULL);
		add_case(&r, name, "another of the same", 5, NULL);
		free(name);
	}
	char *text = data_of(&r, "cdf", &lines);
	assert_int_equal(lines, 8);
	for (const char *s = text; (s = strstr(s, "\n\n\"")); s++)
		blocks++;
	assert_int_equal(blocks, 8);
	assert_null(strstr(text, "another"));
	/* The quickest first: the eighth kind. */
	assert_ptr_equal(strstr(text, "\"kind7\"\n993\t0\n"), text + 2);
	free(text);
	record_free(&r);
}

static void test_plain_text(void **state)
{
	/* Overlong, surrogate, beyond U+10FFFF and cut short: RFC 3629, section 3 and 4.
	 */
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"é€😀", "é€😀"},          {"a\tb\nc\x7f", "a b c "},
		{"\"\\", "'/"},          {"\xc0\xaf", "??"},
		{"\xed\xa0\x80", "???"}, {"\xf4\x90\x80\x80", "????"},
		{"\xe2\x82", "??"},      {"\xe2\x82z", "??z"},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char *s = plot_plain(cases[i].text);

		assert_string_equal(s, cases[i].wanted);
		free(s);
	}
}

/* --- with gnuplot --- */

struct place {
	char home[PATH_MAX]; /* where the tests were started */
	char dir[64];        /* the folder that a test works in */
	char *path;          /* the variable PATH */
};

static bool have(const char *program)
{
	char *line = xformat("command -v %s >/dev/null 2>&1", program);
	bool found = system(line) == 0;

	free(line);
	return found;
}

static int enter(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/test_plot.XXXXXX");
	p->path = xstrdup(getenv("PATH"));
	*state = p;
	return !getcwd(p->home, sizeof(p->home)) || !mkdtemp(p->dir) || chdir(p->dir) < 0;
}

static int leave(void **state)
{
	struct place *p = *state;
	char *line = xformat("rm -rf '%s'", p->dir);
	int err =
		setenv("PATH", p->path, 1) < 0 || chdir(p->home) < 0 || system(line) != 0;

	free(line);
	free(p->path);
	free(p);
	return err;
}

static void fill_hostile(struct record *r)
{
	static const unsigned tenths[] = {2, 5, 10};

	init(r);
	replace(&r->started, hostile);
	facts_add(&r->host, "cpu.model", hostile, NULL);
	facts_add(&r->host, "kernel.release", hostile, NULL);
	struct kase *k = add_case(r, hostile, hostile, 3000, tenths);
	replace(&k->phase_names[0], hostile);
	add_param(k, "pages", "0");
	add_param(k, "flags", "none");
	k = add_case(r, hostile, hostile, 5000, tenths);
	add_param(k, "pages", "0");
	add_param(k, "flags", hostile);
	k = add_case(r, hostile, hostile, 9000, NULL);
	add_param(k, "pages", "16");
	add_param(k, "flags", "none");
}

/* Whole, well-formed, and with this text to be read. */
static void assert_svg(const char *path, const char *wanted)
{
	char *text, *line = xformat("xmllint --noout '%s'", path);
	size_t size;

	assert_int_equal(read_file(path, &text, &size), 0);
	assert_string_equal(text + size - strlen("</svg>\n\n"), "</svg>\n\n");
	assert_non_null(strstr(text, wanted));
	free(text);
	if (have("xmllint"))
		assert_int_equal(system(line), 0);
	free(line);
}

static void assert_png(const char *path)
{
	char *text;
	size_t size;

	assert_int_equal(read_file(path, &text, &size), 0);
	assert_true(size > 1000);
	/* PNG specification, section 5.2. */
	assert_memory_equal(text, "\x89PNG\r\n\x1a\n", 8);
	free(text);
}

static size_t count_files(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void assert_drawn(const struct record *r, const char *outdir, const char *formats)
{
	char *error;
	int err = plot_record(r, outdir, formats, NULL, &error);

	if (err)
		fail_msg("%d: %s", err, error);
}

/* A name that gnuplot would take for a pipe, as file to read and to write. */
static void test_hostile_text_is_drawn(void **state)
{
	static const char *const dirs[] = {"|touch executed", "< touch executed"};
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	fill_hostile(&r);
	for (size_t i = 0; i < countof(dirs); i++) {
		assert_drawn(&r, dirs[i], "svg,png");
		assert_int_equal(count_files(dirs[i]), 5 * 3);
		for (const struct picture *p = plot_pictures; p->name; p++) {
			char *svg = xformat("%s/%s.svg", dirs[i], p->name);
			char *png = xformat("%s/%s.png", dirs[i], p->name);

			assert_svg(svg, "touch executed");
			assert_png(png);
			free(svg);
			free(png);
		}
	}
	assert_int_equal(count_files("."), countof(dirs));
	record_free(&r);
}

/* A single case of a single rep: no interval, and nothing to compare it with. */
static void test_what_is_missing_is_left_out(void **state)
{
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	struct kase *k = add_case(&r, "fork", "fork", 300, NULL);
	while (k->time.n > 1)
		free(k->time.v[--k->time.n].rows);
	assert_drawn(&r, "out", "svg");
	assert_svg("out/creation.svg", "300 ns");
	assert_svg("out/cdf.svg", "fork");
	assert_int_equal(count_files("out"), 2 * 2);
	record_free(&r);
}

/* All of them below 1, which is drawn as the nearest in any case. */
static void test_flags_that_only_save_are_drawn(void **state)
{
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	add_flags(&r, "clone", "none", 200);
	add_flags(&r, "clone", "VM", 8);
	assert_drawn(&r, "out", "svg");
	assert_svg("out/flags.svg", "0.040×");
	record_free(&r);
}

static void test_empty_record(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	assert_drawn(&r, "out", "svg,png");
	assert_int_equal(count_files("out"), 0);
	record_free(&r);
}

static void assert_fails(int wanted, const char *formats, const char *text)
{
	struct record r;
	char *error = NULL;

	init(&r);
	add_case(&r, "fork", "fork", 300, NULL);
	assert_int_equal(plot_record(&r, "out", formats, NULL, &error), wanted);
	assert_non_null(error);
	if (!strstr(error, text))
		fail_msg("'%s' says nothing of '%s'", error, text);
	free(error);
	record_free(&r);
}

static void test_bad_format(void **state)
{
	(void)state;
	assert_fails(-EINVAL, "svg,gif", "'gif'");
	assert_fails(-EINVAL, "", "want svg");
	assert_int_equal(count_files("."), 0);
}

static void test_no_gnuplot(void **state)
{
	(void)state;
	assert_int_equal(make_dirs("out"), 0);
	assert_int_equal(write_file("out/creation.svg", "old", 3), 0);
	assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
	assert_fails(-ENOENT, "svg", "scripts/deps");
	/* The picture of before is still there, beside the data. */
	assert_int_equal(access("out/creation.svg", F_OK), 0);
	assert_int_equal(count_files("out"), 2);
}

static void test_gnuplot_fails(void **state)
{
	static const char script[] = "#!/bin/sh\n"
				     "echo 'first line' >&2\n"
				     "echo 'the last word' >&2\n"
				     "echo >&2\n"
				     "exit 1\n";
	struct place *p = *state;

	assert_int_equal(write_file("gnuplot", script, strlen(script)), 0);
	assert_int_equal(chmod("gnuplot", 0700), 0);
	assert_int_equal(setenv("PATH", p->dir, 1), 0);
	assert_fails(-EIO, "svg", "the last word");
	/* Only the data: no half picture. */
	assert_int_equal(count_files("out"), 1);
}

/* The templates lie beside the driver: for this program, a link to them does. */
static int link_templates(void **state)
{
	char exe[PATH_MAX] = "", *style = find_own("plots/style.gp"), *source, *target;
	int err = 0;

	(void)state;
	if (!style && readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0) {
		source = realpath("plots", NULL);
		target = xformat("%s/plots", dirname(exe));
		err = !source || symlink(source, target) < 0;
		free(source);
		free(target);
	}
	free(style);
	return err;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_creation_is_sorted_and_light),
		cmocka_unit_test(test_phases_follow_time),
		cmocka_unit_test(test_flags_are_ratios_to_none),
		cmocka_unit_test(test_size_makes_lines),
		cmocka_unit_test(test_cdf_has_one_line_a_kind),
		cmocka_unit_test(test_plain_text),
		cmocka_unit_test_setup_teardown(test_hostile_text_is_drawn, enter, leave),
		cmocka_unit_test_setup_teardown(test_what_is_missing_is_left_out, enter,
						leave),
		cmocka_unit_test_setup_teardown(test_flags_that_only_save_are_drawn,
						enter, leave),
		cmocka_unit_test_setup_teardown(test_empty_record, enter, leave),
		cmocka_unit_test_setup_teardown(test_bad_format, enter, leave),
		cmocka_unit_test_setup_teardown(test_no_gnuplot, enter, leave),
		cmocka_unit_test_setup_teardown(test_gnuplot_fails, enter, leave),
	};

	return cmocka_run_group_tests(tests, link_templates, NULL);
}
