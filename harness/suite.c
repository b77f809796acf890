/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses suites and multiplies out their lists of values. */
#include "suite.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"
#include "util.h"

enum {
	MAX_WORDS = 64, /* of a line */
	MAX_BLOCKS = 1000,
	MAX_CASES =
		4096, /* of a suite: a slip such as a list in every parameter ends here */
};

/* Where the parser stands, for its complaints. */
struct place {
	const char *name;
	unsigned line;
	const char *start; /* of the line */
};

static int complain(const struct place *at, const char *word, char **error,
		    const char *what)
{
	if (at->line)
		*error = xformat("%s:%u:%u: %s: %s", at->name, at->line,
				 (unsigned)(word - at->start) + 1, word, what);
	else
		*error = xformat("%s: %s", word, what);
	return -EINVAL;
}

static void free_case(struct suite_case *c)
{
	for (size_t i = 0; i < c->nparams; i++)
		free(c->params[i]);
	free(c->params);
	free(c->bench);
}

void suite_free(struct suite *s)
{
	for (size_t i = 0; i < s->n; i++)
		free_case(&s->v[i]);
	free(s->v);
	free(s->name);
	*s = (struct suite){0};
}

/* A parameter's list: the text up to "=", and the values after it. */
struct list {
	const char *word;
	size_t key; /* length with "=" */
	size_t n;   /* values */
};

static int read_list(const struct place *at, const char *word, struct list *l,
		     char **error)
{
	const char *eq = strchr(word, '=');

	if (!eq || eq == word)
		return complain(at, word, error, "want PARAM=VALUE");
	*l = (struct list){.word = word, .key = (size_t)(eq - word) + 1, .n = 1};
	for (const char *p = eq + 1; *p; p++)
		l->n += *p == ',';
	for (const char *p = eq + 1;; p++) {
		if ((*p == ',' || *p == 0) && (p[-1] == ',' || p[-1] == '='))
			return complain(at, word, error, "a value is missing");
		if (*p == 0)
			return 0;
	}
}

static char *list_value(const struct list *l, size_t i)
{
	const char *value = l->word + l->key;

	while (i-- > 0)
		value = strchr(value, ',') + 1;
	return xformat("%.*s%.*s", (int)l->key, l->word, (int)strcspn(value, ","), value);
}

/* Adds every combination of the lists' values, the last list turning fastest. */
static int multiply(struct suite *s, const struct place *at, const char *bench,
		    const struct list *lists, size_t n, char **error)
{
	size_t total = 1;

	for (size_t i = 0; i < n; i++)
		if (__builtin_mul_overflow(total, lists[i].n, &total) ||
		    total > MAX_CASES)
			return complain(at, lists[i].word, error, "too many cases");
	if (s->n + total > MAX_CASES)
		return complain(at, bench, error, "too many cases");
	s->v = xrealloc(s->v, s->n + total, sizeof(*s->v));
	for (size_t k = 0; k < total; k++) {
		struct suite_case *c = &s->v[s->n++];
		size_t left = k;

		*c = (struct suite_case){.bench = xstrdup(bench),
					 .params = xcalloc(n, sizeof(char *)),
					 .nparams = n,
					 .line = at->line};
		for (size_t i = n; i-- > 0; left /= lists[i].n)
			c->params[i] = list_value(&lists[i], left % lists[i].n);
	}
	return 0;
}

static int add_case(struct suite *s, const struct place *at, char *const *words, size_t n,
		    char **error)
{
	struct list lists[MAX_WORDS];

	if (strchr(words[0], '=') || strchr(words[0], '/'))
		return complain(at, words[0], error,
				"want the name of a benchmark first");
	for (size_t i = 1; i < n; i++) {
		int err = read_list(at, words[i], &lists[i - 1], error);

		if (err)
			return err;
	}
	return multiply(s, at, words[0], lists, n - 1, error);
}

static int set_phases(struct suite *s, const struct place *at, const char *word,
		      char **error)
{
	uint64_t n;

	if (units_uint(word, &n) < 0 || n == 0 || n > MAX_BLOCKS)
		return complain(at, word, error, "want a number of blocks, at most 1000");
	s->phases = (unsigned)n;
	return 0;
}

static int set_directive(struct suite *s, const struct place *at, char *const *words,
			 size_t n, char **error)
{
	if (n != 2)
		return complain(at, words[0], error, "want one value");
	if (strcmp(words[0], "@budget") == 0)
		return units_duration(words[1], &s->budget_s) == 0
			       ? 0
			       : complain(at, words[1], error,
					  "want a time such as 30s or 5m");
	if (strcmp(words[0], "@precision") == 0)
		return units_percent(words[1], &s->precision) == 0
			       ? 0
			       : complain(at, words[1], error, "want a share such as 2%");
	if (strcmp(words[0], "@phases") == 0)
		return set_phases(s, at, words[1], error);
	return complain(at, words[0], error,
			"no such setting: there are @budget, @precision and @phases");
}

/* Splits at any of `separators`; the line is cut up. */
static int add_line(struct suite *s, const struct place *at, char *line,
		    const char *separators, char **error)
{
	char *words[MAX_WORDS], *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(line, separators, &save); w;
	     w = strtok_r(NULL, separators, &save)) {
		if (n == MAX_WORDS)
			return complain(at, w, error, "too many words");
		words[n++] = w;
	}
	if (n == 0)
		return 0;
	return words[0][0] == '@' ? set_directive(s, at, words, n, error)
				  : add_case(s, at, words, n, error);
}

int suite_parse(const char *text, const char *name, struct suite *out, char **error)
{
	char *copy = xstrdup(text), *rest = copy, *line;
	struct place at = {.name = name};
	int err = 0;

	*out = (struct suite){.name = xstrdup(name), .budget_s = NAN, .precision = NAN};
	while (!err && (line = strsep(&rest, "\n"))) {
		at.line++;
		at.start = line;
		line[strcspn(line, "#")] = 0;
		err = add_line(out, &at, line, " \t\r", error);
	}
	free(copy);
	if (err)
		suite_free(out);
	return err;
}

int suite_add(struct suite *s, const char *text, char **error)
{
	char *copy = xstrdup(text);
	const struct place at = {.start = copy};
	size_t before = s->n;
	int err = add_line(s, &at, copy, "/", error);

	free(copy);
	if (!err && s->n == before) {
		*error = xformat("\"%s\": want the name of a benchmark", text);
		err = -EINVAL;
	}
	return err;
}
