/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of claims, its complaints, and figures of records made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "claims.h"
#include "util.h"

static void assert_near(double x, double wanted)
{
	if (!(x == wanted || fabs(x - wanted) <= 1e-9 * fabs(wanted)))
		fail_msg("%.17g is not %.17g", x, wanted);
}

static struct claims parse(const char *text)
{
	struct claims c = {0};
	char *error = NULL;

	if (claims_parse(text, "dir/my.claims", &c, &error) != 0)
		fail_msg("%s", error);
	return c;
}

/* A claim of one rule. */
static struct claims parse_rule(const char *rule)
{
	char *text = xformat("claim c\n says s.\n source s\n rule %s\n", rule);
	struct claims c = parse(text);

	free(text);
	return c;
}

static void assert_complaint(const char *text, const char *wanted)
{
	struct claims c = {0};
	char *error = NULL;

	assert_int_equal(claims_parse(text, "f", &c, &error), -EINVAL);
	assert_string_equal(error, wanted);
	assert_int_equal(c.n, 0);
	free(error);
	claims_free(&c);
}

/* About a rule, which begins in column 7 of line 4. */
static void assert_bad_rule(const char *rule, const char *wanted)
{
	char *text = xformat("claim c\n says s.\n source s\n rule %s\n", rule);
	char *whole = xformat("f:4:%s", wanted);

	assert_complaint(text, whole);
	free(whole);
	free(text);
}

/* ---- what is written */

static void whole_claim(void **state)
{
	struct claims c = parse("# A comment, and # in a text:\n"
				"\n"
				"claim thread-create\r\n"
				"  says    A thread # costs less\n"
				"          # not this\n"
				"          than a fork.\n"
				"  source\tarticle, A2\n"
				"  rule    [fork] /\n"
				"\n"
				"    [pthread_create]   > 2  \n"
				"  rule    [fork] < 1 s\n"
				"  holds   Why not.\n"
				"  fails   Why.\n"
				"  needs   kernel.pti = on\n"
				"  needs   cpu.model=A = B\n"
				"claim b2\n"
				"\tsays s\n"
				"        source t\n"
				"\trule [a]>0");
	const struct claim *a = &c.v[0];

	(void)state;
	assert_int_equal(c.n, 2);
	assert_string_equal(a->file, "my");
	assert_string_equal(a->id, "thread-create");
	assert_int_equal(a->line, 3);
	assert_string_equal(a->says, "A thread # costs less than a fork.");
	assert_string_equal(a->source, "article, A2");
	assert_string_equal(a->holds, "Why not.");
	assert_string_equal(a->fails, "Why.");
	assert_int_equal(a->nrules, 2);
	assert_string_equal(a->rules[0].text, "[fork] / [pthread_create]   > 2");
	assert_int_equal(a->rules[0].expression, strlen("[fork] / [pthread_create]"));
	assert_int_equal(a->nneeds, 2);
	assert_string_equal(a->needs[0].fact, "kernel.pti");
	assert_string_equal(a->needs[0].value, "on");
	assert_string_equal(a->needs[1].fact, "cpu.model");
	assert_string_equal(a->needs[1].value, "A = B");
	assert_string_equal(c.v[1].id, "b2");
	assert_int_equal(c.v[1].line, 16);
	assert_null(c.v[1].holds);
	assert_null(c.v[1].fails);
	claims_free(&c);
	assert_null(c.v);
}

static void lines_go_on_after_a_backslash(void **state)
{
	struct claims c = parse("claim c\n"
				" says a \\\n"
				" source \\ \n"
				"\\\n"
				"claim\n"
				" source s\\\\\n"
				"\n"
				"   rule\n"
				" rule [a] \\\n"
				"> 1 \\");

	(void)state;
	assert_string_equal(c.v[0].says, "a source claim");
	assert_string_equal(c.v[0].source, "s\\ rule");
	assert_string_equal(c.v[0].rules[0].text, "[a] > 1");
	claims_free(&c);
}

static void bounds_and_units(void **state)
{
	static const struct {
		const char *rule;
		double lo, hi;
		enum claim_unit unit;
	} rules[] = {
		{"[a] > 2", 2, INFINITY, CLAIM_NUMBER},
		{"[a] >= 2.5", 2.5, INFINITY, CLAIM_NUMBER},
		{"[a] < -3 %", -INFINITY, -0.03, CLAIM_PERCENT},
		{"[a]<=+4ns", -INFINITY, 4, CLAIM_TIME},
		{"[a] < 4 us", -INFINITY, 4e3, CLAIM_TIME},
		{"[a] < 4 ms", -INFINITY, 4e6, CLAIM_TIME},
		{"[a] < 4 s", -INFINITY, 4e9, CLAIM_TIME},
		{"[a] > 7 B", 7, INFINITY, CLAIM_BYTES},
		{"[a] > 1.5 KiB", 1536, INFINITY, CLAIM_BYTES},
		{"[a] > 1 MiB", 1 << 20, INFINITY, CLAIM_BYTES},
		{"[a] > 1 GiB", 1 << 30, INFINITY, CLAIM_BYTES},
		{"[a] in 0.9 .. 1.1", 0.9, 1.1, CLAIM_NUMBER},
		{"[a] in 1..2", 1, 2, CLAIM_NUMBER},
		{"[a]in-5%..+5%", -0.05, 0.05, CLAIM_PERCENT},
		{"[a] in 0 .. 2 us", 0, 2000, CLAIM_TIME},
		{"[a] in -1 KiB .. 0", -1024, 0, CLAIM_BYTES},
		/* Of whole numbers, the middle between the last that is in and the first
		 * that is not. */
		{"count([a] < [b], [b] > [c]) >= 2", 1.5, INFINITY, CLAIM_NUMBER},
		{"count([a] < [b], [b] > [c]) > 1", 1.5, INFINITY, CLAIM_NUMBER},
		{"rank([a], [b]) <= 1", -INFINITY, 1.5, CLAIM_NUMBER},
		{"rank([a], [b]) < 2", -INFINITY, 1.5, CLAIM_NUMBER},
		{"rank([a], [b], [c]) in 2 .. 2", 1.5, 2.5, CLAIM_NUMBER},
		{"-rank([a], [b]) < 2", -INFINITY, 2, CLAIM_NUMBER},
	};

	(void)state;
	for (size_t i = 0; i < countof(rules); i++) {
		struct claims c = parse_rule(rules[i].rule);
		const struct claim_rule *r = &c.v[0].rules[0];

		assert_near(r->lo, rules[i].lo);
		assert_near(r->hi, rules[i].hi);
		assert_int_equal(r->unit, rules[i].unit);
		assert_string_equal(r->text, rules[i].rule);
		claims_free(&c);
	}
}

struct told {
	char text[400];
};

static void tell(void *to, const struct claim_case *k)
{
	struct told *t = to;

	strncat(t->text, k->text, sizeof(t->text) - strlen(t->text) - 1);
	strncat(t->text, k->phases ? "@ " : " ", sizeof(t->text) - strlen(t->text) - 1);
}

static void every_case_is_told(void **state)
{
	struct claims c =
		parse("claim c\n says s\n source s\n rule [x]@child / -[y].cpu > 1\n"
		      " rule crossover(pages, [a/pages=0,4K/fds=1,2], [b], [f]) > 0\n"
		      " rule count(min(1, [x]) < abs([w/flags=A+B])) > 0\n");
	struct told told = {""};

	(void)state;
	claims_each_case(&c.v[0], tell, &told);
	assert_string_equal(told.text,
			    "x@ y a/pages=0/fds=1 a/pages=0/fds=2 a/pages=4K/fds=1 "
			    "a/pages=4K/fds=2 b f x w/flags=A+B ");
	claims_free(&c);
}

/* ---- mistakes */

static void mistakes_of_files(void **state)
{
#define HEAD "claim c\n says s\n source s\n"
	static const struct {
		const char *text, *error;
	} bad[] = {
		{"", "f:1:1: no claim in it; want `claim NAME` and its fields"},
		{"# only\n\n", "f:1:1: no claim in it; want `claim NAME` and its fields"},
		{"says x\n", "f:1:1: a line that begins at its margin; want `claim NAME` "
			     "there, and its fields indented"},
		{"\n says x\n", "f:2:2: a field of no claim; want `claim NAME` above it"},
		{"  claim x\n", "f:1:3: an indented claim; want it at the margin"},
		{"claim\n", "f:1:6: nothing after \"claim\"; want what it is"},
		{"claim A\n", "f:1:7: a claim's name is of a-z, 0-9 and -; want one such "
			      "as thread-create"},
		{"claim a b\n", "f:1:8: a claim's name is of a-z, 0-9 and -; want one "
				"such as thread-create"},
		{"claim c\n source s\n rule [a] > 1\n",
		 "f:1:1: claim c has no says; want says, source and rule in every claim"},
		{"\nclaim c\n says s\n rule [a] > 1\nclaim d\n",
		 "f:2:1: claim c has no source; want says, source and rule in every "
		 "claim"},
		{HEAD, "f:1:1: claim c has no rule; want says, source and rule in every "
		       "claim"},
		{HEAD " tells x\n", "f:4:2: no field \"tells\"; want one of says source "
				    "rule holds fails needs"},
		{HEAD " holds\n", "f:4:7: nothing after \"holds\"; want what it is"},
		{HEAD " says again\n",
		 "f:4:2: \"says\" for the second time; want it once"},
		{HEAD " needs kernel.pti\n", "f:4:8: no fact and value; want FACT = "
					     "VALUE as a result's host has them"},
		{HEAD " needs a b = c\n", "f:4:8: no fact and value; want FACT = VALUE "
					  "as a result's host has them"},
		{HEAD " needs = c\n", "f:4:8: no fact and value; want FACT = VALUE as a "
				      "result's host has them"},
		{HEAD " needs a =\n", "f:4:8: no fact and value; want FACT = VALUE as a "
				      "result's host has them"},
		{HEAD " rule [a] > 1\nclaim c\n",
		 "f:5:7: claim c is there already, in line 1 of f; want another name"},
		{HEAD "\trule [a] > 1\n",
		 "f:4:2: a field deeper than the one above it; want it below that, or "
		 "another word to go on with"},
		{HEAD " holds a\001b\n", "f:4:9: a control character; want plain text"},
		{HEAD " holds a\rb\n", "f:4:9: a control character; want plain text"},
		{"# \033[31m\n", "f:1:3: a control character; want plain text"},
		/* The place is that of the line, not of the field. */
		{HEAD " rule [a]\n\n   # so\n   + [b] ?\n",
		 "f:7:10: unexpected \"?\"; want an operator, or a bound after > >= < <= "
		 "or in"},
		{HEAD " rule [a] + \n   \t[b\n", "f:5:5: unclosed [; want ]"},
	};
#undef HEAD

	(void)state;
	for (size_t i = 0; i < countof(bad); i++)
		assert_complaint(bad[i].text, bad[i].error);
}

static void mistakes_of_rules(void **state)
{
	static const struct {
		const char *rule, *error;
	} bad[] = {
		{"[a]", "10: the rule ends here; want an operator, or a bound after > >= "
			"< <= or in"},
		{"[a] >", "12: the rule ends here; want a number"},
		{"[a] = 2", "11: unexpected \"=\"; want an operator, or a bound after > "
			    ">= < <= or in"},
		{"[a] > x", "13: unexpected \"x\"; want a number"},
		{"[a] > [b]", "13: unexpected \"[\"; want a number"},
		{"[a] > 2 3", "15: unexpected \"3\"; want nothing after the bound"},
		{"[a] > 2e3", "14: no unit \"e3\"; want one of % ns us ms s B KiB MiB "
			      "GiB"},
		{"[a] > 2 kB", "15: no unit \"kB\"; want one of % ns us ms s B KiB MiB "
			       "GiB"},
		{"[a] > 2.", "14: unexpected \".\"; want nothing after the bound"},
		{"[a] > .5", "13: unexpected \".5\"; want a number"},
		{"[a] in 1", "15: the rule ends here; want .. and the upper bound"},
		{"[a] in 1 .. ", "18: the rule ends here; want a number"},
		{"[a] in 1 ms .. 2 KiB", "22: bounds of two kinds; want the same unit"},
		{"[a] in 1 .. 2 %", "19: bounds of two kinds; want the same unit"},
		{"[a] in 2 .. 1", "19: a range that ends before it begins; want the "
				  "smaller bound first"},
		{"[a] in 2 .. 2", "20: an empty range; want two bounds"},
		{"1 + 2 > 1", "7: a rule of numbers; want a [CASE] in it"},
		{"> 1", "7: unexpected \">\"; want a [CASE], a number, a function or ("},
		{"[a] + > 1", "13: unexpected \">\"; want a [CASE], a number, a function "
			      "or ("},
		{"[a] [b] > 1", "11: unexpected \"[\"; want an operator, or a bound "
				"after > >= < <= or in"},
		{"([a] > 1", "12: unexpected \">\"; want an operator or )"},
		{"([a] + 1", "7: unclosed (; want )"},
		{"[a) > 1", "9: unexpected \")\"; want ] after a case as `lwpbench list` "
			    "prints it, without blanks"},
		{"[] > 1", "7: no case; want one such as [fork]"},
		{"[a/b] > 1", "8: b: want PARAM=VALUE"},
		{"[a/b=1,,2] > 1", "8: b=1,,2: a value is missing"},
		{"[/] > 1", "8: \"/\": want the name of a benchmark"},
		{"[a/b=1,2] > 1", "7: a list of 2 cases; want one case here"},
		{"[a]. > 1", "12: unexpected \">\"; want the name of a gauge"},
		{"[a]@ > 1", "12: unexpected \">\"; want the name of a phase"},
		{"foo([a]) > 1", "7: no function \"foo\"; want one of min max abs rank "
				 "count slope at0 r2 crossover, or [CASE]"},
		{"fork > 1", "7: no function \"fork\"; want one of min max abs rank "
			     "count slope at0 r2 crossover, or [CASE]"},
		{"min [a] > 1", "11: unexpected \"[\"; want ( after the name of a "
				"function"},
		{"min() > 1", "7: min with too few arguments; want min(EXPR, ...)"},
		{"min([a] > 1", "15: unexpected \">\"; want an operator, a comma or )"},
		{"abs([a], [b]) > 1", "7: abs with too many arguments; want abs(EXPR)"},
		{"rank([a]) > 1", "7: rank with too few arguments; want rank(EXPR, EXPR, "
				  "...) of 2 to 16"},
		{"count([a] = 1) > 1",
		 "17: unexpected \"=\"; want a condition such as [a] "
		 "< [b]"},
		{"count([a]) > 1", "16: unexpected \")\"; want a condition such as [a] < "
				   "[b]"},
		{"slope([a]) > 1", "13: unexpected \"[\"; want the name of a parameter"},
		{"slope(pages) > 1", "18: unexpected \")\"; want a comma and [CASES]"},
		{"slope(pages, 2) > 1", "20: unexpected \"2\"; want [CASES]"},
		{"slope(pages, [a], [b]) > 1", "7: slope with too many arguments; want "
					       "slope(PARAM, [CASES])"},
		{"crossover(pages, [a], [b]) > 1",
		 "7: crossover with too few arguments; want crossover(PARAM, [CASES], "
		 "[CASES], FACTOR)"},
		{"[a] > \303\251", "13: unexpected \"\303\251\"; want a number"},
	};

	(void)state;
	for (size_t i = 0; i < countof(bad); i++)
		assert_bad_rule(bad[i].rule, bad[i].error);
}

/* `each` n times between two texts. */
static char *repeat(const char *before, const char *each, size_t n, const char *after)
{
	size_t size = strlen(before) + n * strlen(each) + strlen(after) + 1;
	char *text = xcalloc(size, 1), *end = stpcpy(text, before);

	for (size_t i = 0; i < n; i++)
		end = stpcpy(end, each);
	stpcpy(end, after);
	return text;
}

static void assert_bad_repeat(const char *before, const char *each, size_t n,
			      const char *after, const char *wanted)
{
	char *rule = repeat(before, each, n, after);

	assert_bad_rule(rule, wanted);
	free(rule);
}

static void assert_good_repeat(const char *before, const char *each, size_t n,
			       const char *after)
{
	char *rule = repeat(before, each, n, after);
	struct claims c = parse_rule(rule);

	claims_free(&c);
	free(rule);
}

static void limits_of_rules(void **state)
{
	static const char deep[] = "nested too deep; want at most 32 brackets";
	char *wanted = xformat("39: %s", deep);

	(void)state;
	/* The case is itself one level. */
	assert_good_repeat("", "(", 31, "[a]))))))))))))))))))))))))))))))) > 1");
	assert_bad_repeat("", "(", 33, "[a]", wanted);
	assert_bad_repeat("", "(", 2000, "[a]", wanted);
	free(wanted);
	wanted = xformat("135: %s", deep);
	assert_bad_repeat("", "abs(", 900, "[a]", wanted);
	free(wanted);
	assert_good_repeat("", "-", 3000, "[a] > 1");
	assert_good_repeat("[a]", "+1", 127, " > 1");
	assert_bad_repeat("[a]", "+1", 1500, " > 1",
			  "265: the rule is too long; want at most 256 terms");
	assert_bad_repeat("[a/x=1", ",1", 256, "] > 1",
			  "7: the case is too long; want at most 256 bytes");
	assert_bad_repeat("slope(x, [a/x=1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7/y=1", ",1", 16,
			  "]) > 1", "17: too many cases; want at most 256 in a rule");
	assert_bad_repeat("rank([a]", ",[b]", 16, ") > 1",
			  "7: rank with too many arguments; want rank(EXPR, EXPR, ...) "
			  "of 2 to 16");
	assert_bad_repeat("[a] > 1", "0", 400, "",
			  "13: the number is too large; want a smaller one");
	assert_bad_repeat("[a] > ", "x", 400, "",
			  "13: unexpected \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"; "
			  "want a number");
}

static void limits_of_files(void **state)
{
	char *text;

	(void)state;
	text = repeat("claim c\n says ", "x", 4000, "\n");
	assert_complaint(text, "f:2:2: the text is too long; want at most 4000 bytes");
	free(text);
	text = repeat("claim c\n says x\n", "  x\n", 2000, "");
	assert_complaint(text, "f:2000:3: the text is too long; want at most 4000 bytes");
	free(text);
	text = repeat("claim c\n", " rule [a] > 1\n", 17, "");
	assert_complaint(text, "f:18:2: too many rules; want at most 16 in a claim");
	free(text);
	text = repeat("claim c\n", " needs a = b\n", 17, "");
	assert_complaint(text, "f:18:2: too many needs; want at most 16 in a claim");
	free(text);
	text = repeat("claim ", "x", 65, "\n");
	assert_complaint(text, "f:1:7: the name is too long; want at most 64 bytes");
	free(text);
}

static void later_files_are_appended(void **state)
{
	struct claims c = parse_rule("[a] > 1");
	char *error = NULL;

	(void)state;
	assert_int_equal(claims_parse("claim d\n says s\n source s\n rule [a] > 1\n"
				      "claim c\n says s\n",
				      "x/other.claims", &c, &error),
			 -EINVAL);
	assert_string_equal(error,
			    "x/other.claims:5:7: claim c is there already, in line "
			    "1 of my; want another name");
	free(error);
	/* What came before the mistake is gone, what was there is not. */
	assert_int_equal(c.n, 1);
	assert_int_equal(claims_parse("claim d\n says s\n source s\n rule [a] > 1\n",
				      "x/other.claims", &c, &error),
			 0);
	assert_int_equal(c.n, 2);
	assert_string_equal(c.v[1].file, "other");
	claims_free(&c);
}

static void files_are_read(void **state)
{
	static const char text[] = "claim c\n says s\n source s\n rule [a] > 1\n";
	char path[] = "/tmp/test_claims_XXXXXX", *error = NULL;
	struct claims c = {0};
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(claims_load(path, &c, &error), 0);
	assert_int_equal(c.n, 1);
	claims_free(&c);
	/* Nothing is believed of what stands before a byte 0. */
	assert_int_equal(write(fd, "\0x", 2), 2);
	assert_int_equal(claims_load(path, &c, &error), -EINVAL);
	assert_non_null(strstr(error, "a byte 0 in it; want plain text"));
	free(error);
	close(fd);
	unlink(path);
	assert_int_equal(claims_load(path, &c, &error), -ENOENT);
	assert_non_null(strstr(error, "No such file"));
	free(error);
	assert_int_equal(c.n, 0);
	claims_free(&c);
}

/* ---- records */

static struct kase *add_case(struct record *r, const char *text, const char *bench)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	r->cases[r->ncases] = (struct kase){
		.text = xstrdup(text),
		.bench = xstrdup(bench),
		.family = xstrdup("f"),
		.unit = xstrdup("ns/op"),
	};
	return &r->cases[r->ncases++];
}

static void add_param(struct kase *k, const char *name, const char *value)
{
	k->params = xrealloc(k->params, k->nparams + 1, sizeof(*k->params));
	k->params[k->nparams++] = (struct pair){xstrdup(name), xstrdup(value)};
}

/* A rep of a sample of one operation. */
static void add_rep(struct reps *reps, unsigned block, size_t width, const uint64_t *row)
{
	struct rep rep = {.block = block, .batch = 1, .nrows = 1, .width = width};

	rep.rows = xcalloc(width, sizeof(*row));
	memcpy(rep.rows, row, width * sizeof(*row));
	reps_add(reps, &rep);
}

/* A case of a benchmark without parameters, one rep a block from 1 on; 0: none there. */
static struct kase *add_plain(struct record *r, const char *name, size_t n,
			      const uint64_t *ns)
{
	struct kase *k = add_case(r, name, name);

	for (size_t i = 0; i < n; i++)
		if (ns[i])
			add_rep(&k->time, (unsigned)i + 1, 1, &ns[i]);
	return k;
}

/* A case of `bench` with pages=, of base + each * pages in every block, a twentieth more
 * in each block than in the one before. */
static void add_size(struct record *r, const char *bench, unsigned pages, double base,
		     double each)
{
	char *number = xformat("%u", pages);
	char *text = pages ? xformat("%s/pages=%u", bench, pages) : xstrdup(bench);
	struct kase *k = add_case(r, text, bench);

	add_param(k, "pages", number);
	for (unsigned b = 1; b <= 3; b++) {
		uint64_t ns = (uint64_t)llround((base + each * pages) * (19 + b) / 20);

		add_rep(&k->time, b, 1, &ns);
	}
	free(text);
	free(number);
}

static void assert_values(const struct record *r, const char *rule, size_t n, ...)
{
	struct claims c = parse_rule(rule);
	char *missing;
	size_t count;
	double *v = claims_values(r, &c.v[0].rules[0], &count, &missing);
	va_list ap;

	if (missing)
		fail_msg("%s: %s", rule, missing);
	assert_int_equal(count, n);
	va_start(ap, n);
	for (size_t i = 0; i < n; i++)
		assert_near(v[i], va_arg(ap, double));
	va_end(ap);
	free(v);
	claims_free(&c);
}

static void assert_missing(const struct record *r, const char *rule, const char *wanted)
{
	struct claims c = parse_rule(rule);
	char *missing;
	size_t n = 1;
	double *v = claims_values(r, &c.v[0].rules[0], &n, &missing);

	assert_int_equal(n, 0);
	assert_non_null(missing);
	assert_string_equal(missing, wanted);
	free(missing);
	free(v);
	claims_free(&c);
}

static void cases_are_found_by_what_they_mean(void **state)
{
	struct record r = {0};
	struct kase *k = add_case(&r, "fork", "fork");

	(void)state;
	add_param(k, "pages", "0");
	add_param(k, "flags", "none");
	k = add_case(&r, "fork/pages=4096", "fork");
	add_param(k, "pages", "4096");
	add_param(k, "flags", "none");
	k = add_case(&r, "fork/pages=4096/flags=FS+FILES+VM", "fork");
	add_param(k, "pages", "4096");
	add_param(k, "flags", "FS+FILES+VM");
	const struct {
		const char *text;
		const struct kase *wanted;
	} asked[] = {
		{"fork", &r.cases[0]},
		{"fork/pages=0", &r.cases[0]},
		{"fork/flags=none/pages=0", &r.cases[0]},
		{"fork/pages=4096", &r.cases[1]},
		{"fork/pages=4K", &r.cases[1]},
		{"fork/pages=0x1000/flags=none", &r.cases[1]},
		{"fork/flags=VM+FS+FILES/pages=4K", &r.cases[2]},
		{"fork/pages=4K/flags=VM+FS", NULL},
		{"fork/pages=4K/flags=VM+FS+FILES+IO", NULL},
		{"fork/pages=4K/flags=VM+FS+FILE", NULL},
		{"fork/flags=FS+FILES+VM", NULL}, /* of 0 pages */
		{"fork/pages=8192", NULL},
		{"fork/size=0", NULL},
		{"fork/pages=", NULL},
		{"for", NULL},
		{"forks", NULL},
		{"", NULL},
	};
	for (size_t i = 0; i < countof(asked); i++)
		if (claims_find(&r, asked[i].text) != asked[i].wanted)
			fail_msg("%s", asked[i].text);
	record_free(&r);
}

static void figures_are_paired_in_blocks(void **state)
{
	static const uint64_t a[] = {10, 20, 0, 40}, b[] = {5, 0, 6, 8};
	struct record r = {0};

	(void)state;
	add_plain(&r, "a", countof(a), a);
	add_plain(&r, "b", countof(b), b);
	assert_values(&r, "[a] > 1", 3, 10., 20., 40.);
	assert_values(&r, "[a] / [b] > 1", 2, 2., 5.);
	assert_values(&r, "[b] - [a] - 1 > 1", 2, -6., -33.);
	assert_values(&r, "2 us - [a] * (1 + -50 %) > 1", 3, 1995., 1990., 1980.);
	assert_values(&r, "8 / 4 / [b] > 1", 3, 0.4, 1 / 3., 0.25);
	assert_values(&r, "min([a], [b], 7) > 1", 2, 5., 7.);
	assert_values(&r, "max([a], [b] * 2, 7) > 1", 2, 10., 40.);
	assert_values(&r, "--abs(20 - [a]) > 1", 3, 10., 0., 20.);
	/* No figure, not an infinite one. */
	assert_values(&r, "1 / ([a] - 20) > 1", 2, -0.1, 0.05);
	assert_values(&r, "count([a] < 15, [b] >= 8, [b] > 8, 10 <= [a]) > 1", 2, 2., 2.);
	/* The first of equals. */
	assert_values(&r, "rank([a], 10, [b], 30) > 1", 2, 2., 4.);
	assert_values(&r, "rank(1, [a]) > 1", 3, 1., 1., 1.);
	record_free(&r);
}

static void gauges_and_phases(void **state)
{
	struct record r = {0};
	struct kase *k = add_case(&r, "a", "a");

	(void)state;
	k->gauges = xcalloc(2, sizeof(*k->gauges));
	k->ngauges = 2;
	k->gauges[0] = (struct gauge){xstrdup("cpu"), xstrdup("ns/op"), xstrdup("")};
	k->gauges[1] = (struct gauge){xstrdup("share"), xstrdup("ppm"), xstrdup("")};
	k->phase_names = xcalloc(2, sizeof(char *));
	k->nphases = 2;
	k->phase_names[0] = xstrdup("child");
	k->phase_names[1] = xstrdup("never");
	add_rep(&k->time, 1, 3, (const uint64_t[]){100, 60, 7});
	add_rep(&k->time, 2, 3, (const uint64_t[]){100, 80, JOB_NO_STAMP});
	add_rep(&k->time, 3, 3, (const uint64_t[]){100, 90, 9});
	k->time.v[1].batch = 10;
	add_rep(&k->phases, 1, 5,
		(const uint64_t[]){120, 30, 0, JOB_NO_STAMP, JOB_NO_STAMP});
	add_rep(&k->phases, 3, 5,
		(const uint64_t[]){120, 50, 0, JOB_NO_STAMP, JOB_NO_STAMP});
	assert_values(&r, "[a].cpu > 1", 3, 60., 8., 90.);
	assert_values(&r, "[a].share > 1", 2, 7., 9.);
	assert_values(&r, "[a]@child / [a] > 1", 2, 0.3, 0.5);
	assert_missing(&r, "[a].x > 1", "a has no gauge \"x\"");
	assert_missing(&r, "[a]@exit > 1", "a has no phase \"exit\"");
	assert_missing(&r, "[a]@never > 1", "no block has every figure of it");
	/* Of a burst the stamps say nothing. */
	k->phases.v[0].scale = 2;
	assert_values(&r, "[a]@child > 1", 1, 50.);
	reps_free(&k->phases);
	assert_missing(&r, "[a]@child > 1", "the phases of a were not measured");
	record_free(&r);
}

static void lines_of_blocks(void **state)
{
	static const struct {
		unsigned pages;
	} at[] = {{0}, {1000}, {4000}};
	struct record r = {0};
	struct fact *size;

	(void)state;
	facts_add(&r.host, "memory.page_size", "4096", NULL);
	for (size_t i = 0; i < countof(at); i++) {
		add_size(&r, "dear", at[i].pages, 1e6, 1000);
		add_size(&r, "cheap", at[i].pages, 2e6, 100);
	}
	size = &r.host.v[0];
	assert_values(&r, "slope(pages, [dear/pages=0,1000,4000]) * 4 KiB > 1", 3, 1000.,
		      1050., 1100.);
	assert_values(&r, "at0(pages, [dear/pages=0,1000,4000]) > 1", 3, 1e6, 1.05e6,
		      1.1e6);
	assert_values(&r, "r2(pages, [dear/pages=0,1000,4000]) > 1", 3, 1., 1., 1.);
	/* 1e6 + 1000 x = 2 (2e6 + 100 x) at x = 3750 pages. */
	assert_values(&r,
		      "crossover(pages, [dear/pages=0,1000,4000], "
		      "[cheap/pages=0,1000,4000], 2) / 4 KiB > 1",
		      3, 3750., 3750., 3750.);
	/* Always, and never. */
	assert_values(&r,
		      "crossover(pages, [dear/pages=0,1000,4000], "
		      "[cheap/pages=0,1000,4000], 0.4) > 1",
		      3, 0., 0., 0.);
	assert_values(&r,
		      "crossover(pages, [dear/pages=0,1000,4000], "
		      "[cheap/pages=0,1000,4000], 10) > 1",
		      3, INFINITY, INFINITY, INFINITY);
	/* A factor may be measured, too. */
	assert_values(&r,
		      "crossover(pages, [dear/pages=0,1000,4000], "
		      "[cheap/pages=0,1000,4000], [cheap] / [dear]) / 4 KiB > 1",
		      3, 3750., 3750., 3750.);
	assert_missing(&r, "slope(pages, [dear/pages=0,1000]) > 1",
		       "a line over pages needs 3 sizes, there are 2");
	assert_missing(&r, "slope(pages, [dear/pages=0,1000,1000,0]) > 1",
		       "a line over pages needs 3 sizes, there are 2");
	assert_missing(&r, "slope(fds, [dear/pages=0,1000,4000]) > 1",
		       "dear/pages=4000 has no number for fds");
	assert_missing(&r, "slope(pages, [dear/pages=0,1000,2000]) > 1",
		       "dear/pages=2000 is not in the result");
	free(size->value);
	size->value = xstrdup("8192");
	assert_values(&r, "slope(pages, [dear/pages=0,1000,4000]) * 8 KiB > 1", 3, 1000.,
		      1050., 1100.);
	record_free(&r);
}

/* By 1 / y^2, the weights being those of all blocks: by hand for y = 1, 2, 4 at x = 0, 1,
 * 2, w = 1, 1/4, 1/16. The means are x = 6/21 and y = 28/21, the slope is
 * (16/24 - 8/21 * 21/16) / (1/2 - (6/21)^2 * 21/16)... see the normal equations:
 * [21/16 6/16; 6/16 8/16] [a b] = [28/16 16/16], so b = (21*16 - 6*28) / (21*8 - 36). */
static void lines_are_weighted(void **state)
{
	struct record r = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		char *number = xformat("%u", i);
		char *text = i ? xformat("a/tasks=%u", i) : xstrdup("a");
		struct kase *k = add_case(&r, text, "a");
		uint64_t ns = UINT64_C(1000) << i;

		add_param(k, "tasks", number);
		add_rep(&k->time, 1, 1, &ns);
		free(text);
		free(number);
	}
	assert_values(&r, "slope(tasks, [a/tasks=0,1,2]) / 1000 > 1", 1,
		      (21. * 16 - 6 * 28) / (21 * 8 - 36));
	record_free(&r);
}

static void what_is_missing(void **state)
{
	static const uint64_t ns[] = {1, 2};
	struct record r = {0};
	struct kase *k;

	(void)state;
	add_plain(&r, "a", 1, ns);
	k = add_plain(&r, "late", 0, ns);
	add_rep(&k->time, 2, 1, &ns[1]);
	kase_set_status(add_plain(&r, "bad", 1, ns), STATUS_FAILED, xstrdup("it broke"));
	kase_set_status(add_plain(&r, "no", 1, ns), STATUS_SKIPPED, xstrdup("one CPU"));
	add_plain(&r, "soon", 0, ns)->status = STATUS_PENDING;
	assert_missing(&r, "[a] / [late] > 1", "no block has every figure of it");
	assert_missing(&r, "[a] / [bad] > 1", "bad failed: it broke");
	assert_missing(&r, "[a] / [no] > 1", "no was skipped: one CPU");
	assert_missing(&r, "[a] / [soon] > 1", "soon was not measured");
	assert_missing(&r, "[x] - [x] * [bad] > 1",
		       "x is not in the result; bad failed: it broke");
	assert_missing(&r, "min([x], [y], [z], [bad], [no]) > 1",
		       "x is not in the result; y is not in the result; z is not in the "
		       "result; and 2 more");
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_claim),
		cmocka_unit_test(lines_go_on_after_a_backslash),
		cmocka_unit_test(bounds_and_units),
		cmocka_unit_test(every_case_is_told),
		cmocka_unit_test(mistakes_of_files),
		cmocka_unit_test(mistakes_of_rules),
		cmocka_unit_test(limits_of_rules),
		cmocka_unit_test(limits_of_files),
		cmocka_unit_test(later_files_are_appended),
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(cases_are_found_by_what_they_mean),
		cmocka_unit_test(figures_are_paired_in_blocks),
		cmocka_unit_test(gauges_and_phases),
		cmocka_unit_test(lines_of_blocks),
		cmocka_unit_test(lines_are_weighted),
		cmocka_unit_test(what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
