/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of comparisons: counted, shown to people, and in forms that others read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answers_options.h"
#include "answers_words.h"
#include "util.h"

/* What a form makes of it, if it is not on its guard. */
static const char hostile[] =
	"a|b`c\\<img src=x onerror=y>@someone #12 [x](http://y.z) *b* &lt; \"q'\n"
	"- l\x01\x1b[31m\xff\xef\xbf\xbe]]>-->";

static void start(struct answers *a, const char *command)
{
	*a = (struct answers){.alpha = 0.01, .margin = 0.02};
	a->command = xstrdup(command);
	a->base_name = xstrdup("a: as it is");
	a->fresh_name = xstrdup("b: env X=1");
	a->rate = xstrdup("At most 1 %.");
}

/* One with figures, the ratio's interval 1 % to both sides. */
static struct answer *add(struct answers *a, const char *text, enum answer_kind kind,
			  double ratio)
{
	struct answer *v = answers_add(a, text);

	v->kind = kind;
	v->unit = xstrdup("ns");
	v->family = xstrdup("creation");
	v->base = 20000;
	v->fresh = 20000 * ratio;
	v->ratio = (struct estimate){ratio, ratio * 0.99, ratio * 1.01, 24};
	return v;
}

static void add_all(struct answers *a)
{
	add(a, "same", ANSWER_EQUIVALENT, 1.001)->seconds = 70;
	add(a, "dearer", ANSWER_REGRESSED, 1.25);
	add(a, "unclear", ANSWER_INCONCLUSIVE, 1.03)->note = xstrdup("More time.");
	add(a, "cheaper", ANSWER_IMPROVED, 0.9);
	answers_add(a, "lacking")->kind = ANSWER_UNMEASURED;
	add(a, "dearest", ANSWER_REGRESSED, 22.8);
	answers_add(a, "broken")->kind = ANSWER_FAILED;
	a->v[a->n - 1].note = xstrdup("clone3: no");
}

static char *show(const struct answers *a, const struct sheet *as, bool all)
{
	struct sheet s = *as;
	char *text = NULL;
	size_t size;

	s.to = xmemstream(&text, &size);
	answers_show(&s, a, all);
	fclose(s.to);
	return text;
}

static size_t occurrences(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

static void test_status(void **state)
{
	static const struct {
		size_t n;
		enum answer_kind kinds[3];
		int status;
	} cases[] = {
		{0, {0}, EXIT_UNMEASURED},
		{2, {ANSWER_UNMEASURED, ANSWER_UNMEASURED}, EXIT_UNMEASURED},
		{2, {ANSWER_UNMEASURED, ANSWER_INCONCLUSIVE}, EXIT_UNJUDGED},
		{2, {ANSWER_EQUIVALENT, ANSWER_INCONCLUSIVE}, EXIT_OK},
		{2, {ANSWER_INCONCLUSIVE, ANSWER_IMPROVED}, EXIT_OK},
		{3,
		 {ANSWER_IMPROVED, ANSWER_REGRESSED, ANSWER_EQUIVALENT},
		 EXIT_REGRESSION},
		{2, {ANSWER_UNMEASURED, ANSWER_FAILED}, EXIT_REGRESSION},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct answers a;

		start(&a, "ab");
		for (size_t k = 0; k < cases[i].n; k++)
			answers_add(&a, "x")->kind = cases[i].kinds[k];
		assert_int_equal(answers_status(&a), cases[i].status);
		answers_free(&a);
	}
}

static void test_what_matters_comes_first(void **state)
{
	const struct sheet plain = {0};
	struct answers a;

	(void)state;
	start(&a, "ab");
	add_all(&a);
	answers_remark(&a, "The %s is full.", "moon");
	char *text = show(&a, &plain, false);
	assert_string_equal(
		text,
		"a: as it is\n"
		"b: env X=1\n"
		"\n"
		"case              a → b   change  95 % interval  answer        blocks   "
		"time\n"
		"broken                –        –              –  failed             –\n"
		"    clone3: no\n"
		"dearest   20.0 → 456 µs   × 22.8   [22.6, 23.0]  regressed         24\n"
		"dearer   20.0 → 25.0 µs  +25.0 %   [23.8, 26.2]  regressed         24\n"
		"cheaper  20.0 → 18.0 µs  -10.0 %  [-10.9, -9.1]  improved          24\n"
		"unclear  20.0 → 20.6 µs   +3.0 %     [2.0, 4.0]  ~                 24\n"
		"    More time.\n"
		"same     20.0 → 20.0 µs   +0.1 %    [-0.9, 1.1]  equivalent        24  "
		"1m10s\n"
		"lacking               –        –              –  not measured       –\n"
		"\n"
		"The moon is full.\n"
		"change: + is worse; equivalent: surely less than 2 %; ~: not decided\n"
		"At most 1 %.\n"
		"1 failed, 2 regressed, 1 improved, 1 equivalent, 1 undecided (~), 1 not "
		"measured.\n");
	free(text);
	answers_free(&a);
}

static void test_many_rows_that_say_nothing_are_left_out(void **state)
{
	const struct sheet plain = {0};
	struct answers a;

	(void)state;
	start(&a, "compare");
	a.relative = true;
	add_all(&a);
	for (size_t i = 0; i < 30; i++)
		add(&a, "as-ever", ANSWER_EQUIVALENT, 1.001);
	char *text = show(&a, &plain, false);
	assert_non_null(strstr(text, "base → new  change/floor  "));
	assert_non_null(strstr(text, "  runs"));
	assert_non_null(strstr(text, "\ncheaper"));
	assert_null(strstr(text, "as-ever"));
	assert_null(strstr(text, "\nunclear"));
	assert_non_null(strstr(text, "31 equivalent, 1 undecided (~), 1 not measured. "
				     "-v shows all of them.\n"));
	free(text);
	text = show(&a, &plain, true);
	assert_int_equal(occurrences(text, "as-ever"), 30);
	assert_null(strstr(text, "-v"));
	free(text);
	answers_free(&a);
}

static void test_colours_are_for_terminals(void **state)
{
	const struct sheet colour = {.colour = true}, plain = {0};
	struct answers a;

	(void)state;
	start(&a, "ab");
	add_all(&a);
	char *text = show(&a, &colour, false);
	assert_non_null(strstr(text, "\033[31mregressed\033[0m"));
	assert_non_null(strstr(text, "\033[31mfailed\033[0m"));
	assert_non_null(strstr(text, "\033[32mimproved\033[0m"));
	assert_non_null(strstr(text, "  equivalent"));
	free(text);
	text = show(&a, &plain, false);
	assert_null(strchr(text, '\033'));
	free(text);
	answers_free(&a);
}

/* What the last line and the headline of a pull request say if there is no change. */
static void test_no_change_is_said(void **state)
{
	static const struct {
		enum answer_kind kinds[2];
		size_t n;
		const char *last, *head;
	} cases[] = {
		{{0},
		 0,
		 "Nothing could be measured: no case.\n",
		 "### \\~ lwpbench ab: Nothing could be measured\n"},
		{{ANSWER_UNMEASURED},
		 1,
		 "Nothing could be measured: 1 not measured.\n",
		 "### \\~ lwpbench ab: Nothing could be measured\n"},
		{{ANSWER_INCONCLUSIVE, ANSWER_UNMEASURED},
		 2,
		 "Nothing could be decided: 1 undecided (~), 1 not measured.\n",
		 "### \\~ lwpbench ab: Nothing could be decided\n"},
		{{ANSWER_EQUIVALENT, ANSWER_EQUIVALENT},
		 2,
		 "Nothing changed: 2 equivalent.\n",
		 "### ✓ lwpbench ab: Nothing changed\n"},
		{{ANSWER_EQUIVALENT, ANSWER_INCONCLUSIVE},
		 2,
		 "No change was found: 1 equivalent, 1 undecided (~).\n",
		 "### ✓ lwpbench ab: No change was found\n"},
		{{ANSWER_IMPROVED, ANSWER_INCONCLUSIVE},
		 2,
		 "\n1 improved, 1 undecided (~).\n",
		 "### ✓ lwpbench ab: Nothing regressed, 1 improved\n"},
		{{ANSWER_REGRESSED, ANSWER_IMPROVED},
		 2,
		 "\n1 regressed, 1 improved.\n",
		 "### ✗ lwpbench ab: 1 case regressed, 1 improved\n"},
	};
	const struct sheet plain = {0}, markdown = {.kind = SHEET_MARKDOWN};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct answers a;

		start(&a, "ab");
		for (size_t k = 0; k < cases[i].n; k++)
			answers_add(&a, "x")->kind = cases[i].kinds[k];
		char *text = show(&a, &plain, false);
		assert_string_equal(text + strlen(text) - strlen(cases[i].last),
				    cases[i].last);
		free(text);
		text = show(&a, &markdown, false);
		assert_memory_equal(text, cases[i].head, strlen(cases[i].head));
		free(text);
		answers_free(&a);
	}
}

/* As many digits as the interval has use for, and a factor where a percentage would be
 * hard to read. */
static void test_changes(void **state)
{
	static const struct {
		double value, lo, hi;
		const char *change, *interval;
	} cases[] = {
		{1.052, 1.041, 1.063, "+5.2 %", "[4.1, 6.3]"},
		{0.998, 0.996, 1.001, "-0.20 %", "[-0.40, 0.10]"},
		{0.9999, 0.98, 1.02, "0.0 %", "[-2.0, 2.0]"},
		{1.0001, 0.9996, 1.02, "0.0 %", "[0.0, 2.0]"},
		{0.999, 0.8, 1.3, "0 %", "[-20, 30]"},
		{1.1, NAN, NAN, "+10.0 %", "–"},
		{2, 1.9, 2.1, "× 2.00", "[1.90, 2.10]"},
		{0.5, 0.4, 0.6, "× 0.500", "[0.400, 0.600]"},
		{1.7, 0.2, 16, "× 1.70", "[0.200, 16.0]"},
		{220, 100.4, 300, "× 220", "[100, 300]"},
		{NAN, NAN, NAN, "–", "–"},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const struct answer v = {
			.ratio = {cases[i].value, cases[i].lo, cases[i].hi, 9}};
		char *change = answer_change(&v), *interval = answer_interval(&v);

		assert_string_equal(change, cases[i].change);
		assert_string_equal(interval, cases[i].interval);
		free(change);
		free(interval);
	}
}

static void test_which_way_is_worse(void **state)
{
	const struct sheet plain = {0};
	struct answers a;

	(void)state;
	start(&a, "ab");
	struct answer *v = add(&a, "bw_pipe", ANSWER_REGRESSED, 0.95);
	free(v->unit);
	v->unit = xstrdup("bytes/s");
	char *text = show(&a, &plain, false);
	assert_non_null(strstr(text, "change: + is worse, but of rates (…/s) better;"));
	free(text);
	answers_free(&a);
}

static void test_markdown_is_for_a_pull_request(void **state)
{
	const struct sheet markdown = {.kind = SHEET_MARKDOWN};
	struct answers a;

	(void)state;
	start(&a, "ab");
	add_all(&a);
	char *text = show(&a, &markdown, false);
	assert_string_equal(
		text,
		"### ✗ lwpbench ab: 2 cases regressed, 1 failed, 1 improved\n"
		"\n"
		"a: as it is; b: env X=1\n"
		"\n"
		"| case | a → b | change | 95 % interval | answer | blocks | time |\n"
		"| :--- | ---: | ---: | ---: | :--- | ---: | ---: |\n"
		"| `broken` | – | – | – | **failed** | – |  |\n"
		"| `dearest` | 20.0 → 456 µs | × 22.8 | \\[22.6, 23.0\\] | **regressed** "
		"| "
		"24 |  |\n"
		"| `dearer` | 20.0 → 25.0 µs | +25.0 % | \\[23.8, 26.2\\] | "
		"**regressed** | 24 |  |\n"
		"| `cheaper` | 20.0 → 18.0 µs | -10.0 % | \\[-10.9, -9.1\\] | "
		"**improved** | 24 |  |\n"
		"\n"
		"- `broken`: clone3: no\n"
		"\n"
		"<details><summary>1 equivalent, 1 undecided (~), 1 not "
		"measured</summary>\n"
		"\n"
		"| case | a → b | change | 95 % interval | answer | blocks | time |\n"
		"| :--- | ---: | ---: | ---: | :--- | ---: | ---: |\n"
		"| `unclear` | 20.0 → 20.6 µs | +3.0 % | \\[2.0, 4.0\\] | \\~ | 24 |  |\n"
		"| `same` | 20.0 → 20.0 µs | +0.1 % | \\[-0.9, 1.1\\] | equivalent | 24 "
		"| "
		"1m10s |\n"
		"| `lacking` | – | – | – | not measured | – |  |\n"
		"\n"
		"- `unclear`: More time.\n"
		"\n"
		"</details>\n"
		"\n"
		"<details><summary>How sure this is</summary>\n"
		"\n"
		"change: + is worse; equivalent: surely less than 2 %; \\~: not decided\n"
		"\n"
		"At most 1 %.\n"
		"\n"
		"</details>\n"
		"\n");
	free(text);
	answers_free(&a);
}

/* A comment on GitHub has 65,536 characters at the most. */
static void test_markdown_fits_into_a_comment(void **state)
{
	const struct sheet markdown = {.kind = SHEET_MARKDOWN};
	struct answers a;

	(void)state;
	start(&a, "ab");
	for (size_t i = 0; i < 1000; i++) {
		add(&a, "dearer", ANSWER_REGRESSED, 1.25);
		add(&a, "unclear", ANSWER_INCONCLUSIVE, 1.03)->note =
			xstrdup("It would take so and so much more time to tell.");
	}
	char *text = show(&a, &markdown, false);
	size_t shown = occurrences(text, "| `dearer`");
	char *more = xformat("There is no room for %zu more.\n", 1000 - shown);
	assert_true(shown > 100 && shown < 1000);
	assert_non_null(strstr(text, more));
	assert_true(strlen(text) < 65536);
	free(more);
	free(text);
	answers_free(&a);
}

/* ---- forms that others read */

struct place {
	char dir[32];
	char *json, *junit, *markdown;
};

static int enter(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/answers-XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	p->json = xformat("%s/a.json", p->dir);
	p->junit = xformat("%s/a.xml", p->dir);
	p->markdown = xformat("%s/a.md", p->dir);
	*state = p;
	return 0;
}

static int leave(void **state)
{
	struct place *p = *state;

	unlink(p->json);
	unlink(p->junit);
	unlink(p->markdown);
	int err = rmdir(p->dir);
	free(p->json);
	free(p->junit);
	free(p->markdown);
	free(p);
	return err;
}

/* The file holds to the schema, and the XML to what Jenkins and GitLab read of it; `more`
 * is Python that asserts what is so of the answers d and of the suite s. */
static void expect_forms(const struct place *p, const char *more)
{
	char *script = xformat("%s/check.py", p->dir);
	char *line = xformat("/usr/bin/python3 %s %s %s results/answers.schema.json",
			     script, p->json, p->junit);
	FILE *f = fopen(script, "w");

	assert_non_null(f);
	fprintf(f,
		"import json, sys, jsonschema\n"
		"import xml.etree.ElementTree as E\n"
		"d = json.load(open(sys.argv[1]))\n"
		"schema = json.load(open(sys.argv[3]))\n"
		"jsonschema.Draft202012Validator.check_schema(schema)\n"
		"jsonschema.Draft202012Validator(schema).validate(d)\n"
		"root = E.parse(sys.argv[2]).getroot()\n"
		"assert root.tag == 'testsuites' and [s.tag for s in root] == "
		"['testsuite']\n"
		"s = root[0]\n"
		"assert s[0].tag == 'properties'\n"
		"tests = s.findall('testcase')\n"
		"assert len(tests) == len(s) - 1 == len(d['answers'])\n"
		"for e in (root, s):\n"
		"    assert int(e.get('tests')) == len(tests)\n"
		"    assert int(e.get('failures')) == "
		"len(s.findall('testcase/failure'))\n"
		"    assert int(e.get('skipped')) == len(s.findall('testcase/skipped'))\n"
		"    assert e.get('errors') == '0' and float(e.get('time')) >= 0\n"
		"for t, v in zip(tests, d['answers']):\n"
		"    assert t.get('classname') and len(t) == 1 and t[0].text\n"
		"%s",
		more);
	fclose(f);
	int status = system(line);
	unlink(script);
	free(script);
	free(line);
	assert_int_equal(status, 0);
}

static void test_forms_for_machines(void **state)
{
	const struct place *p = *state;
	const struct answers_files files = {.json = p->json, .junit = p->junit};
	const char *bad = NULL;
	struct answers a;

	start(&a, "ab");
	add_all(&a);
	assert_int_equal(answers_write(&a, &files, &bad), 0);
	expect_forms(
		p,
		"assert [t.get('name') for t in tests] == [v['case'] for v in "
		"d['answers']]\n"
		"assert d['counts'] == {'inconclusive': 1, 'equivalent': 1, 'improved': "
		"1,\n"
		"    'regressed': 2, 'unmeasured': 1, 'failed': 1}\n"
		"assert d['status'] == 1 and d['relative'] is False and "
		"d['sides']['new'] == 'b: env X=1'\n"
		"v = d['answers'][1]\n"
		"assert v['case'] == 'dearer' and v['answer'] == 'regressed'\n"
		"assert v['ratio'] == 1.25 and v['ci'] == [1.25 * 0.99, 1.25 * 1.01]\n"
		"assert v['units'] == 24 and v['seconds'] is None\n"
		"v = d['answers'][4]\n"
		"assert v['ratio'] is None and v['ci'] == [None, None] and v['base'] is "
		"None\n"
		"assert s.get('failures') == '3' and s.get('skipped') == '2'\n"
		"assert [c.tag for t in tests for c in t] == ['system-out', 'failure',\n"
		"    'skipped', 'system-out', 'skipped', 'failure', 'failure']\n"
		"f = tests[1][0]\n"
		"assert f.get('type') == 'regressed'\n"
		"assert f.get('message') == 'regressed: +25.0 % [23.8, 26.2], 24 blocks, "
		"a → b 20.0 → 25.0 µs', f.get('message')\n"
		"assert tests[6][0].get('message') == 'clone3: no'\n"
		"assert tests[2][0].text.endswith('\\nMore time.')\n"
		"assert tests[0].get('time') == s.get('time') == '70.000'\n"
		"assert tests[1].get('time') is None\n");
	answers_free(&a);
}

static void test_hostile_texts_stay_texts(void **state)
{
	const struct place *p = *state;
	const struct answers_files files = {
		.json = p->json, .junit = p->junit, .markdown = p->markdown};
	const char *bad = NULL;
	char *text;
	struct answers a;

	start(&a, "ab");
	free(a.base_name);
	a.base_name = xstrdup(hostile);
	answers_remark(&a, "%s", hostile);
	add(&a, hostile, ANSWER_REGRESSED, 1.1)->note = xstrdup(hostile);
	free(a.v[0].family);
	a.v[0].family = xstrdup(hostile);
	assert_int_equal(answers_write(&a, &files, &bad), 0);
	expect_forms(p, "assert 'onerror=y>@someone' in tests[0].get('name')\n"
			"assert 'onerror=y>@someone' in tests[0][0].text\n");
	assert_int_equal(read_file(p->markdown, &text, NULL), 0);
	assert_null(strstr(text, "<img"));
	assert_null(strstr(text, "@someone"));
	assert_null(strstr(text, "\n- l"));
	assert_null(strchr(text, '\033'));
	free(text);
	answers_free(&a);
}

static void test_files_are_written_whole_or_not_at_all(void **state)
{
	const struct place *p = *state;
	const struct answers_files one = {.json = "/nonexistent/x", .junit = p->junit};
	const struct answers_files none = {0}, null = {.json = "/dev/null"},
				   full = {.json = "/dev/full"};
	const char *bad = NULL;
	char *text;
	struct answers a;
	struct stat st;

	start(&a, "ab");
	assert_int_equal(answers_write(&a, &none, &bad), 0);
	assert_null(bad);
	assert_int_equal(answers_write(&a, &one, &bad), -ENOENT);
	assert_string_equal(bad, "/nonexistent/x");
	assert_int_equal(stat(p->junit, &st), 0);
	/* An open file, by its place in /dev, keeps that and what it has. */
	int fd = open(p->markdown, O_RDWR | O_CREAT, 0600);
	char *place = xformat("/dev/fd/%d", fd);
	const struct answers_files open_file = {.json = place};
	assert_int_equal(write(fd, "before\n", 7), 7);
	assert_int_equal(answers_write(&a, &open_file, &bad), 0);
	assert_int_equal(read_file(p->markdown, &text, NULL), 0);
	assert_memory_equal(text, "before\n{", 8);
	free(text);
	free(place);
	close(fd);
	/* What is no file stays what it is. */
	assert_int_equal(answers_write(&a, &null, &bad), 0);
	assert_int_equal(answers_write(&a, &full, &bad), -ENOSPC);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	answers_free(&a);
}

/* ---- options */

static void parse(struct answers_options *o, const char *first, const char *second)
{
	char *argv[] = {(char *)"test", (char *)first, (char *)second, NULL};

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&answers_argp, second ? 3 : 2, argv, 0, NULL, o);
}

static void test_options(void **state)
{
	const struct place *p = *state;
	struct answers_options o = {0};

	parse(&o, "--json", "-v");
	assert_string_equal(o.files.json, "-");
	assert_true(o.all && answers_take_stdout(&o.files));
	o = (struct answers_options){0};
	char *junit = xformat("--junit=%s", p->junit);
	parse(&o, junit, "--markdown=/dev/stdout");
	assert_string_equal(o.files.junit, p->junit);
	assert_string_equal(o.files.markdown, "-");
	assert_null(o.files.json);
	o.files.markdown = NULL;
	assert_false(answers_take_stdout(&o.files));
	free(junit);
}

static void test_wrong_options_end_before_anything_is_measured(void **state)
{
	static const char *const wrong[][2] = {
		{"--json", "--junit=-"},
		{"--junit=-", "--markdown=/dev/stdout"},
		{"--junit=/nonexistent/x", NULL},
		{"--markdown=/tmp", NULL},
		{"--markdown=", NULL},
	};

	(void)state;
	for (size_t i = 0; i < countof(wrong); i++) {
		struct answers_options o = {0};
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			int null = open("/dev/null", O_WRONLY);

			dup2(null, STDERR_FILENO);
			parse(&o, wrong[i][0], wrong[i][1]);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), EXIT_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_what_matters_comes_first),
		cmocka_unit_test(test_many_rows_that_say_nothing_are_left_out),
		cmocka_unit_test(test_colours_are_for_terminals),
		cmocka_unit_test(test_no_change_is_said),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_which_way_is_worse),
		cmocka_unit_test(test_markdown_is_for_a_pull_request),
		cmocka_unit_test(test_markdown_fits_into_a_comment),
		cmocka_unit_test_setup_teardown(test_forms_for_machines, enter, leave),
		cmocka_unit_test_setup_teardown(test_hostile_texts_stay_texts, enter,
						leave),
		cmocka_unit_test_setup_teardown(
			test_files_are_written_whole_or_not_at_all, enter, leave),
		cmocka_unit_test_setup_teardown(test_options, enter, leave),
		cmocka_unit_test(test_wrong_options_end_before_anything_is_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
