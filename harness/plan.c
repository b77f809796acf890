/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolves suites, cases and globs by asking the benchmarks themselves. */
#include "plan.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog.h"
#include "suite.h"
#include "util.h"

static int load_suite(const char *name, struct suite *out, char **error)
{
	char *file = strchr(name, '/') ? xstrdup(name) : NULL;
	char *text = NULL, *own = xformat("suites/%s.suite", name);

	if (!file)
		file = find_own(own);
	int err = file ? read_file(file, &text, NULL) : -ENOENT;
	if (err)
		*error = xformat(
			"suite %s: %s; `lwpbench list` names the suites, a path has a /",
			name, strerror(-err));
	else
		err = suite_parse(text, file, out, error);
	/* A result says which suite it was, not where that lay. */
	if (!err && !strchr(name, '/')) {
		free(out->name);
		out->name = xstrdup(name);
	}
	free(own);
	free(text);
	free(file);
	return err;
}

/* The case now owns what was described. */
static struct kase from_info(struct bench_info *b)
{
	struct kase k = {
		.text = b->kase,
		.bench = b->name,
		.brief = b->brief,
		.family = b->family,
		.floor = b->floor,
		.unit = xstrdup("ns/op"),
		.status = STATUS_PENDING,
		.params = xcalloc(b->nparams, sizeof(*k.params)),
		.nparams = b->nparams,
		.phase_names = b->phases,
		.nphases = b->nphases,
	};

	for (size_t i = 0; i < b->nparams; i++)
		k.params[i] = (struct pair){xstrdup(b->params[i].name),
					    xstrdup(b->params[i].value)};
	b->kase = b->name = b->brief = b->family = b->floor = NULL;
	b->phases = NULL;
	b->nphases = 0;
	bench_info_free(b);
	return k;
}

static int resolve(const char *benches, const struct suite_case *c, const char *suite,
		   struct kase *out, char **error)
{
	char *path = xformat("%s/%s", benches, c->bench), *why = NULL;
	struct bench_info b;
	int err = 0;

	if (access(path, X_OK) < 0) {
		why = xformat("no benchmark \"%s\"; `lwpbench list` names them",
			      c->bench);
		err = -EINVAL;
	} else {
		err = catalog_describe(path, c->params, c->nparams, &b, &why);
	}
	if (err && c->line)
		*error = xformat("%s:%u: %s", suite, c->line, why);
	else if (err)
		*error = xstrdup(why);
	else
		*out = from_info(&b);
	free(why);
	free(path);
	return err;
}

static void add_once(struct record *r, struct kase *k)
{
	if (record_find(r, k->text)) {
		kase_free(k);
		return;
	}
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	r->cases[r->ncases++] = *k;
}

/* Adds the suite's cases that match the glob (NULL: all). */
static int add_suite(struct record *r, const char *benches, const struct suite *s,
		     const char *glob, char **error)
{
	for (size_t i = 0; i < s->n; i++) {
		struct kase k;
		int err = resolve(benches, &s->v[i], s->name, &k, error);

		if (err)
			return err;
		if (glob && fnmatch(glob, k.text, 0) != 0)
			kase_free(&k);
		else
			add_once(r, &k);
	}
	return 0;
}

/* Cases of `from` that match, and benchmarks whose plain case does. */
static int add_glob(struct record *r, const char *benches, const struct suite *from,
		    const char *glob, char **error)
{
	size_t before = r->ncases;
	struct catalog all;
	int err = add_suite(r, benches, from, glob, error);

	if (!err)
		err = catalog_load(benches, &all, error);
	if (err)
		return err;
	for (size_t i = 0; i < all.n; i++) {
		if (fnmatch(glob, all.v[i].kase, 0) == 0) {
			struct kase k = from_info(&all.v[i]);

			add_once(r, &k);
		}
	}
	catalog_free(&all);
	if (r->ncases == before) {
		*error = xformat("%s: matches no case of suite %s, and no benchmark",
				 glob, from->name);
		return -EINVAL;
	}
	return 0;
}

static bool is_glob(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

static int add_named(struct record *r, const struct plan *p, const struct suite *from,
		     const char *name, char **error)
{
	struct suite one = {.name = xstrdup("")};
	int err;

	if (is_glob(name)) {
		err = add_glob(r, p->benches, from, name, error);
	} else {
		err = suite_add(&one, name, error);
		if (!err)
			err = add_suite(r, p->benches, &one, NULL, error);
	}
	suite_free(&one);
	return err;
}

/* The suite that is asked for, or that globs look through, or the default; none for plain
 * cases. */
static const char *suite_name(const struct plan *p)
{
	if (p->suite || !p->nnamed)
		return p->suite ? p->suite : "default";
	for (size_t i = 0; i < p->nnamed; i++)
		if (is_glob(p->named[i]))
			return "full";
	return NULL;
}

int plan_cases(const struct plan *p, struct record *r, char **error)
{
	struct suite suite = {0};
	const char *name = suite_name(p);
	int err = name ? load_suite(name, &suite, error) : 0;

	if (!err && !p->nnamed)
		err = add_suite(r, p->benches, &suite, NULL, error);
	for (size_t i = 0; i < p->nnamed && !err; i++)
		err = add_named(r, p, &suite, p->named[i], error);
	if (!err && (p->suite || !p->nnamed)) {
		r->suite = xstrdup(suite.name);
		if (!isnan(suite.budget_s))
			r->budget_s = suite.budget_s;
		if (!isnan(suite.precision))
			r->precision = suite.precision;
	}
	suite_free(&suite);
	return err;
}

/* One case as it would be described today. */
static int check_case(const char *benches, const struct kase *k, char **error)
{
	struct suite_case c = {.bench = k->bench,
			       .params = xcalloc(k->nparams, sizeof(char *)),
			       .nparams = k->nparams};
	struct kase now = {0};

	for (size_t i = 0; i < k->nparams; i++)
		c.params[i] = xformat("%s=%s", k->params[i].name, k->params[i].value);
	int err = resolve(benches, &c, NULL, &now, error);
	if (!err && (strcmp(now.text, k->text) != 0 || now.nphases != k->nphases)) {
		*error = xformat("%s is another benchmark now than when it was measured",
				 k->text);
		err = -EINVAL;
	}
	kase_free(&now);
	for (size_t i = 0; i < k->nparams; i++)
		free(c.params[i]);
	free(c.params);
	return err;
}

int plan_check(const char *benches, const struct record *r, char **error)
{
	int err = 0;

	for (size_t i = 0; i < r->ncases && !err; i++)
		err = check_case(benches, &r->cases[i], error);
	return err;
}
