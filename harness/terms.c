/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses the rules of claims by recursive descent, no deeper and no wider than limits. */
#include "terms.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "util.h"

enum {
	DEPTH = 32,      /* brackets within brackets */
	CASE_TEXT = 256, /* bytes between [ and ] */
	WORD = 40,       /* bytes of it that a complaint repeats */
};

struct parser {
	const char *text, *p; /* p: the next character */
	unsigned depth;
	size_t terms, cases; /* so far */
	const char *at;      /* the mistake, and what it is */
	char *error;
};

/* Keeps the first mistake; NULL, for whoever would have made a term. */
static struct claim_term *wrong(struct parser *ps, const char *at, char *error)
{
	if (ps->error) {
		free(error);
	} else {
		ps->at = at;
		ps->error = error;
	}
	return NULL;
}

static char next(struct parser *ps)
{
	ps->p += strspn(ps->p, " \t");
	return *ps->p;
}

static bool take(struct parser *ps, char c)
{
	if (next(ps) != c)
		return false;
	ps->p++;
	return true;
}

/* Complains about what stands here instead of what is wanted. */
static struct claim_term *unexpected(struct parser *ps, const char *wanted)
{
	char c = next(ps);
	size_t n = strcspn(ps->p, " \t()[],");

	if (!c)
		return wrong(ps, ps->p, xformat("the rule ends here; want %s", wanted));
	/* A long word is cut, but not inside a character of UTF-8. */
	if (n > WORD)
		for (n = WORD; n > 1 && ((unsigned char)ps->p[n] & 0xc0) == 0x80;)
			n--;
	return wrong(
		ps, ps->p,
		xformat("unexpected \"%.*s\"; want %s", n ? (int)n : 1, ps->p, wanted));
}

static size_t word_length(const char *p)
{
	size_t n = 0;

	while (isalnum((unsigned char)p[n]) || p[n] == '_')
		n++;
	return n;
}

/* Whether the word here is this one; then it is taken. */
static bool take_word(struct parser *ps, const char *word)
{
	size_t n = (next(ps), word_length(ps->p));

	if (n != strlen(word) || strncmp(ps->p, word, n) != 0)
		return false;
	ps->p += n;
	return true;
}

static void term_free(struct claim_term *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->nargs; i++)
		term_free(t->args[i]);
	for (size_t i = 0; i < t->ncases; i++)
		free(t->cases[i]);
	free(t->args);
	free(t->cases);
	free(t->name);
	free(t);
}

static struct claim_term *term_new(struct parser *ps, const char *at, enum term_kind kind)
{
	if (ps->terms++ >= TERMS_MOST)
		return wrong(ps, at,
			     xformat("the rule is too long; want at most %d terms",
				     TERMS_MOST));
	struct claim_term *t = xcalloc(1, sizeof(*t));

	t->kind = kind;
	return t;
}

/* Takes arg over; false if there is none. */
static bool add_arg(struct claim_term *t, struct claim_term *arg)
{
	if (!arg)
		return false;
	t->args = xrealloc(t->args, t->nargs + 1, sizeof(struct claim_term *));
	t->args[t->nargs++] = arg;
	return true;
}

/* ---- numbers */

static const struct unit {
	const char *name;
	double of;
	enum claim_unit unit;
} units[] = {
	{"%", 0.01, CLAIM_PERCENT},
	{"ns", 1, CLAIM_TIME},
	{"us", 1e3, CLAIM_TIME},
	{"ms", 1e6, CLAIM_TIME},
	{"s", 1e9, CLAIM_TIME},
	{"B", 1, CLAIM_BYTES},
	{"KiB", 1024, CLAIM_BYTES},
	{"MiB", 1024. * 1024, CLAIM_BYTES},
	{"GiB", 1024. * 1024 * 1024, CLAIM_BYTES},
};

/* Digits, perhaps with decimals; not the dots of a range after them. */
static size_t number_length(const char *p)
{
	static const char digits[] = "0123456789";
	size_t n = strspn(p, digits);

	if (n && p[n] == '.' && isdigit((unsigned char)p[n + 1]))
		n += 1 + strspn(p + n + 1, digits);
	return n;
}

/* The unit that stands here, if any, is taken; false if it is none that there is. */
static bool take_unit(struct parser *ps, const struct unit **unit)
{
	char c = next(ps);
	size_t n = c == '%' ? 1 : word_length(ps->p);

	*unit = NULL;
	if ((c != '%' && !isalpha((unsigned char)c)) ||
	    (n == 2 && strncmp(ps->p, "in", n) == 0))
		return true;
	for (size_t i = 0; i < countof(units); i++)
		if (strlen(units[i].name) == n && strncmp(units[i].name, ps->p, n) == 0)
			*unit = &units[i];
	if (*unit)
		ps->p += n;
	else
		wrong(ps, ps->p,
		      xformat("no unit \"%.*s\"; want one of %% ns us ms s B KiB MiB GiB",
			      n < WORD ? (int)n : WORD, ps->p));
	return *unit;
}

static bool take_number(struct parser *ps, double *x, const struct unit **unit)
{
	size_t n = (next(ps), number_length(ps->p));

	if (!n) {
		unexpected(ps, "a number");
		return false;
	}
	/* strtod would go on into an exponent, or a hexadecimal. */
	char *digits = xstrndup(ps->p, n);

	*x = strtod(digits, NULL);
	free(digits);
	if (!isfinite(*x)) {
		wrong(ps, ps->p, xformat("the number is too large; want a smaller one"));
		return false;
	}
	ps->p += n;
	if (!take_unit(ps, unit))
		return false;
	*x *= *unit ? (*unit)->of : 1;
	return true;
}

static struct claim_term *number(struct parser *ps)
{
	struct claim_term *t = term_new(ps, ps->p, TERM_NUMBER);
	const struct unit *unit;

	if (t && !take_number(ps, &t->number, &unit)) {
		term_free(t);
		return NULL;
	}
	return t;
}

/* ---- cases */

/* The text of a case: its benchmark and what is written of its parameters. */
static char *case_text(const struct suite_case *c)
{
	char *text = xstrdup(c->bench);

	for (size_t i = 0; i < c->nparams; i++) {
		char *longer = xformat("%s/%s", text, c->params[i]);

		free(text);
		text = longer;
	}
	return text;
}

/* Adds all cases of the text of a list. */
static struct claim_term *add_cases(struct parser *ps, struct claim_term *t,
				    const char *at, size_t length)
{
	struct suite list = {0};
	char *text = xstrndup(at, length), *error = NULL;

	if (suite_add(&list, text, &error) != 0)
		wrong(ps, at, error);
	ps->cases += list.n;
	if (ps->cases > TERMS_CASES)
		wrong(ps, at,
		      xformat("too many cases; want at most %d in a rule", TERMS_CASES));
	for (size_t i = 0; i < list.n && !ps->error; i++) {
		t->cases = xrealloc(t->cases, t->ncases + 1, sizeof(char *));
		t->cases[t->ncases++] = case_text(&list.v[i]);
	}
	suite_free(&list);
	free(text);
	return ps->error ? NULL : t;
}

/* What stands from [ to ]. */
static struct claim_term *cases(struct parser *ps)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=/,.:";
	const char *open = ps->p, *at = open + 1;
	size_t n = strspn(at, plain);

	if (at[n] != ']') {
		ps->p = at + n;
		return at[n] ? unexpected(ps, "] after a case as `lwpbench list` "
					      "prints it, without blanks")
			     : wrong(ps, open, xformat("unclosed [; want ]"));
	}
	if (n == 0)
		return wrong(ps, open, xformat("no case; want one such as [fork]"));
	if (n > CASE_TEXT)
		return wrong(ps, open,
			     xformat("the case is too long; want at most %d bytes",
				     CASE_TEXT));
	ps->p = at + n + 1;
	struct claim_term *t = term_new(ps, open, TERM_CASES);

	if (t && !add_cases(ps, t, at, n)) {
		term_free(t);
		return NULL;
	}
	return t;
}

static struct claim_term *list(struct parser *ps)
{
	return next(ps) == '[' ? cases(ps) : unexpected(ps, "[CASES]");
}

/* [CASE], and of it what is named after . or @. */
static struct claim_term *figure(struct parser *ps)
{
	const char *open = ps->p;
	struct claim_term *t = cases(ps);

	if (!t)
		return NULL;
	if (t->ncases > 1)
		wrong(ps, open,
		      xformat("a list of %zu cases; want one case here", t->ncases));
	/* Two dots are those of a range. */
	if (*ps->p == '@' || (*ps->p == '.' && ps->p[1] != '.')) {
		t->kind = *ps->p++ == '@' ? TERM_PHASE : TERM_GAUGE;
		size_t n = word_length(ps->p);

		if (!n)
			unexpected(ps, t->kind == TERM_PHASE ? "the name of a phase"
							     : "the name of a gauge");
		t->name = xstrndup(ps->p, n);
		ps->p += n;
	}
	if (!ps->error)
		return t;
	term_free(t);
	return NULL;
}

/* ---- operators and functions */

static struct claim_term *expression(struct parser *ps);

/* The sign that stands between the sides of a condition. */
static struct claim_term *comparison(struct parser *ps)
{
	const char *at = (next(ps), ps->p);
	bool less = *at == '<';

	if (!less && *at != '>')
		return unexpected(ps, "a condition such as [a] < [b]");
	bool itself = at[1] == '=';

	ps->p += 1 + itself;
	return term_new(ps, at,
			less ? (itself ? TERM_AT_MOST : TERM_LESS)
			     : (itself ? TERM_AT_LEAST : TERM_MORE));
}

/* EXPR < EXPR, and so on. */
static struct claim_term *condition(struct parser *ps)
{
	struct claim_term *left = expression(ps);
	struct claim_term *t = left ? comparison(ps) : NULL;

	if (!t) {
		term_free(left);
		return NULL;
	}
	add_arg(t, left);
	if (add_arg(t, expression(ps)))
		return t;
	term_free(t);
	return NULL;
}

static const struct function {
	const char *name, *usage;
	enum term_kind kind;
	size_t lists; /* after the name of a parameter, if any */
	size_t least, most;
	struct claim_term *(*arg)(struct parser *ps);
} functions[] = {
	{"min", "min(EXPR, ...)", TERM_MIN, 0, 1, TERMS_MOST, expression},
	{"max", "max(EXPR, ...)", TERM_MAX, 0, 1, TERMS_MOST, expression},
	{"abs", "abs(EXPR)", TERM_ABS, 0, 1, 1, expression},
	{"rank", "rank(EXPR, EXPR, ...) of 2 to 16", TERM_RANK, 0, 2, TERMS_RANKS,
	 expression},
	{"count", "count(EXPR < EXPR, ...) of 1 to 16", TERM_COUNT, 0, 1, TERMS_RANKS,
	 condition},
	{"slope", "slope(PARAM, [CASES])", TERM_SLOPE, 1, 0, 0, NULL},
	{"at0", "at0(PARAM, [CASES])", TERM_AT0, 1, 0, 0, NULL},
	{"r2", "r2(PARAM, [CASES])", TERM_R2, 1, 0, 0, NULL},
	{"crossover", "crossover(PARAM, [CASES], [CASES], FACTOR)", TERM_CROSSOVER, 2, 1,
	 1, expression},
};

/* The name of a parameter, and the lists of cases after it. */
static bool take_lists(struct parser *ps, struct claim_term *t, size_t lists)
{
	if (!lists)
		return true;
	size_t n = (next(ps), word_length(ps->p));

	if (!n)
		return unexpected(ps, "the name of a parameter");
	t->name = xstrndup(ps->p, n);
	ps->p += n;
	for (size_t i = 0; i < lists; i++) {
		if (!take(ps, ','))
			return unexpected(ps, "a comma and [CASES]");
		if (!add_arg(t, list(ps)))
			return false;
	}
	return true;
}

/* What stands between the brackets of a function, up to the closing one. */
static bool take_args(struct parser *ps, const struct function *f, const char *at,
		      struct claim_term *t)
{
	if (!take(ps, '('))
		return unexpected(ps, "( after the name of a function");
	if (!take_lists(ps, t, f->lists))
		return false;
	size_t n = 0;

	for (; n < f->most && (t->nargs ? take(ps, ',') : next(ps) != ')'); n++)
		if (!add_arg(t, f->arg(ps)))
			return false;
	if (next(ps) == ',' || (*ps->p == ')' && n < f->least))
		return wrong(ps, at,
			     xformat("%s with too %s arguments; want %s", f->name,
				     n < f->least ? "few" : "many", f->usage));
	return take(ps, ')') || unexpected(ps, "an operator, a comma or )");
}

static struct claim_term *function(struct parser *ps)
{
	const char *at = ps->p;
	size_t length = word_length(at);
	const struct function *f = NULL;

	for (size_t i = 0; i < countof(functions) && !f; i++)
		if (take_word(ps, functions[i].name))
			f = &functions[i];
	if (!f)
		return wrong(ps, at,
			     xformat("no function \"%.*s\"; want one of min max abs rank "
				     "count slope at0 r2 crossover, or [CASE]",
				     length < WORD ? (int)length : WORD, at));
	struct claim_term *t = term_new(ps, at, f->kind);

	if (!t || take_args(ps, f, at, t))
		return t;
	term_free(t);
	return NULL;
}

static struct claim_term *bracket(struct parser *ps)
{
	const char *open = ps->p++;
	struct claim_term *t = expression(ps);

	if (!t || take(ps, ')'))
		return t;
	term_free(t);
	return next(ps) ? unexpected(ps, "an operator or )")
			: wrong(ps, open, xformat("unclosed (; want )"));
}

static struct claim_term *primary(struct parser *ps)
{
	char c = next(ps);
	struct claim_term *t;

	if (ps->depth >= DEPTH)
		return wrong(ps, ps->p,
			     xformat("nested too deep; want at most %d brackets", DEPTH));
	ps->depth++;
	if (c == '(')
		t = bracket(ps);
	else if (c == '[')
		t = figure(ps);
	else if (isdigit((unsigned char)c))
		t = number(ps);
	else if (isalpha((unsigned char)c))
		t = function(ps);
	else
		t = unexpected(ps, "a [CASE], a number, a function or (");
	ps->depth--;
	return t;
}

static struct claim_term *unary(struct parser *ps)
{
	const char *at = NULL;
	bool minus = false;

	for (; next(ps) == '-'; ps->p++) {
		at = ps->p;
		minus = !minus;
	}
	struct claim_term *of = primary(ps), *t;

	if (!of || !minus)
		return of;
	t = term_new(ps, at, TERM_NEGATE);
	if (t)
		add_arg(t, of);
	else
		term_free(of);
	return t;
}

/* Operands between either of two operators, from the left. */
static struct claim_term *chain(struct parser *ps,
				struct claim_term *(*operand)(struct parser *),
				const char *signs, const enum term_kind kinds[2])
{
	struct claim_term *left = operand(ps);

	while (left && next(ps) && strchr(signs, *ps->p)) {
		enum term_kind kind = kinds[strchr(signs, *ps->p) - signs];
		struct claim_term *t = term_new(ps, ps->p++, kind);

		if (!t) {
			term_free(left);
			return NULL;
		}
		add_arg(t, left);
		if (!add_arg(t, operand(ps))) {
			term_free(t);
			return NULL;
		}
		left = t;
	}
	return left;
}

static struct claim_term *product(struct parser *ps)
{
	static const enum term_kind kinds[] = {TERM_MULTIPLY, TERM_DIVIDE};

	return chain(ps, unary, "*/", kinds);
}

static struct claim_term *expression(struct parser *ps)
{
	static const enum term_kind kinds[] = {TERM_ADD, TERM_SUBTRACT};

	return chain(ps, product, "+-", kinds);
}

/* ---- rules */

static bool take_bound(struct parser *ps, double *x, const struct unit **unit)
{
	bool minus = take(ps, '-');

	if (!minus)
		take(ps, '+');
	if (!take_number(ps, x, unit))
		return false;
	if (minus)
		*x = -*x;
	return true;
}

static enum claim_unit kind_of(const struct unit *unit)
{
	return unit ? unit->unit : CLAIM_NUMBER;
}

static bool take_range(struct parser *ps, struct claim_rule *out)
{
	const struct unit *lo, *hi;

	if (!take_bound(ps, &out->lo, &lo))
		return false;
	if (next(ps) != '.' || ps->p[1] != '.')
		return unexpected(ps, ".. and the upper bound");
	ps->p += 2;
	const char *at = (next(ps), ps->p);
	if (!take_bound(ps, &out->hi, &hi))
		return false;
	/* 0 is the same in every unit. */
	if (kind_of(lo) != kind_of(hi) && out->lo != 0 && out->hi != 0)
		return wrong(ps, at, xformat("bounds of two kinds; want the same unit"));
	if (out->lo > out->hi)
		return wrong(ps, at,
			     xformat("a range that ends before it begins; want the "
				     "smaller bound first"));
	out->unit = kind_of(lo ? lo : hi);
	return true;
}

/* Whole numbers are held against the middle between two of them. */
static void between_whole(struct claim_rule *out, bool itself)
{
	out->lo = itself ? ceil(out->lo) - 0.5 : floor(out->lo) + 0.5;
	out->hi = itself ? floor(out->hi) + 0.5 : ceil(out->hi) - 0.5;
}

static bool take_region(struct parser *ps, struct claim_rule *out)
{
	const struct unit *unit = NULL;
	bool above = next(ps) == '>', itself = true, good;

	out->lo = -INFINITY;
	out->hi = INFINITY;
	if (above || *ps->p == '<') {
		itself = *++ps->p == '=';
		ps->p += itself;
		good = take_bound(ps, above ? &out->lo : &out->hi, &unit);
		out->unit = kind_of(unit);
	} else if (take_word(ps, "in")) {
		good = take_range(ps, out);
	} else {
		good = unexpected(ps, "an operator, or a bound after > >= < <= or in");
	}
	if (good && (out->term->kind == TERM_RANK || out->term->kind == TERM_COUNT))
		between_whole(out, itself);
	else if (good && out->lo == out->hi)
		return wrong(ps, ps->p, xformat("an empty range; want two bounds"));
	return good;
}

int terms_rule(const char *text, struct claim_rule *out, size_t *at, char **error)
{
	struct parser ps = {.text = text, .p = text};

	*out = (struct claim_rule){.text = xstrdup(text), .term = expression(&ps)};
	out->expression = (size_t)(ps.p - text);
	while (out->expression && strchr(" \t", text[out->expression - 1]))
		out->expression--;
	if (out->term && take_region(&ps, out) && next(&ps))
		unexpected(&ps, "nothing after the bound");
	if (!ps.error && !ps.cases)
		wrong(&ps, text, xformat("a rule of numbers; want a [CASE] in it"));
	if (!ps.error)
		return 0;
	*at = (size_t)(ps.at - text);
	*error = ps.error;
	terms_rule_free(out);
	return -EINVAL;
}

void terms_rule_free(struct claim_rule *rule)
{
	term_free(rule->term);
	free(rule->text);
	*rule = (struct claim_rule){0};
}
