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
		.base = b->base,
		.unit = b->unit,
		.higher_is_better = strcmp(b->unit, "bytes/s") == 0,
		.status = STATUS_PENDING,
		.params = xcalloc(b->nparams, sizeof(*k.params)),
		.nparams = b->nparams,
		.phase_names = b->phases,
		.nphases = b->nphases,
		.gauges = b->gauges,
		.ngauges = b->ngauges,
	};

	for (size_t i = 0; i < b->nparams; i++)
		k.params[i] = (struct pair){xstrdup(b->params[i].name),
					    xstrdup(b->params[i].value)};
	b->kase = b->name = b->brief = b->family = b->unit = b->floor = b->base = NULL;
	b->phases = NULL;
	b->nphases = 0;
	b->gauges = NULL;
	b->ngauges = 0;
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

/* The case that a text such as "getpid" names, as its program describes it. */
static int describe_text(const char *benches, const char *text, struct kase *out,
			 char **error)
{
	struct suite one = {.name = xstrdup("")};
	int err = suite_add(&one, text, error);

	if (!err)
		err = resolve(benches, &one.v[0], NULL, out, error);
	suite_free(&one);
	return err;
}

/* As record_find knows it. Not every folder of benchmarks has the floors of its own. */
static void settle_floor(const struct record *r, const char *benches, struct kase *k)
{
	char *why = NULL;
	struct kase floor;

	if (*k->floor && !record_find(r, k->floor) &&
	    describe_text(benches, k->floor, &floor, &why) == 0) {
		free(k->floor);
		k->floor = xstrdup(floor.text);
		kase_free(&floor);
	}
	free(why);
}

/* What is about nothing else has no base. Nor has what one task does alone: it is the
 * same work, of whatever kind the others would have been. */
static bool is_own_base(const struct kase *k, const struct kase *base)
{
	if (strcmp(k->bench, base->bench) != 0 || k->nparams != base->nparams)
		return false;
	/* One program lists its parameters in one order. */
	for (size_t i = 0; i < k->nparams; i++)
		if (strcmp(k->params[i].name, "task") != 0 &&
		    strcmp(k->params[i].value, base->params[i].value) != 0)
			return false;
	return true;
}

/* Takes the case over, with its relations settled; the one that it is measured beside is
 * then the caller's in *base, if *has_base. */
static int add_alone(struct record *r, const char *benches, struct kase *k,
		     struct kase *base, bool *has_base, char **error)
{
	*has_base = *k->base;
	settle_floor(r, benches, k);
	int err = *has_base ? describe_text(benches, k->base, base, error) : 0;
	if (err) {
		kase_free(k);
		return err;
	}
	if (*has_base) {
		bool own = is_own_base(k, base);

		free(k->base);
		k->base = xstrdup(own ? "" : base->text);
		*has_base = !own;
		if (own)
			kase_free(base);
	}
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	r->cases[r->ncases++] = *k;
	return 0;
}

/* Takes the case over, and adds the one that it is measured beside. */
static int add_once(struct record *r, const struct plan *p, struct kase *k, char **error)
{
	struct kase base;
	bool has_base;

	if (record_find(r, k->text)) {
		kase_free(k);
		return 0;
	}
	int err = add_alone(r, p->benches, k, &base, &has_base, error);
	if (!err && has_base && p->alone)
		kase_free(&base);
	else if (!err && has_base)
		err = add_once(r, p, &base, error);
	return err;
}

/* Whether a case of that benchmark may match, which saves asking most for their text. */
static bool may_match(const char *glob, const char *bench)
{
	size_t fixed = strcspn(glob, "*?[\\/"), len = strlen(bench);

	return strncmp(glob, bench, fixed < len ? fixed : len) == 0;
}

/* Adds the suite's cases that match the glob (NULL: all). */
static int add_suite(struct record *r, const struct plan *p, const struct suite *s,
		     const char *glob, char **error)
{
	for (size_t i = 0; i < s->n; i++) {
		struct kase k;

		if (glob && !may_match(glob, s->v[i].bench))
			continue;
		int err = resolve(p->benches, &s->v[i], s->name, &k, error);
		if (err)
			return err;
		if (glob && fnmatch(glob, k.text, 0) != 0)
			kase_free(&k);
		else if ((err = add_once(r, p, &k, error)) < 0)
			return err;
	}
	return 0;
}

static bool is_glob(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

/* Adds every combination of one text such as "fork/pages=0,4096". */
static int add_text(struct record *r, const struct plan *p, const char *text,
		    char **error)
{
	struct suite one = {.name = xstrdup("")};
	int err = suite_add(&one, text, error);

	if (!err)
		err = add_suite(r, p, &one, NULL, error);
	suite_free(&one);
	return err;
}

/* Whether the benchmark has all parameters of a text such as "/task=thread/tasks=2". */
static bool has_params(const struct bench_info *b, const char *text)
{
	for (; *text; text += strcspn(text, "/")) {
		size_t len = strcspn(++text, "=/"), i = 0;

		while (i < b->nparams && (strlen(b->params[i].name) != len ||
					  strncmp(b->params[i].name, text, len) != 0))
			i++;
		if (i == b->nparams)
			return false;
	}
	return true;
}

/* As "bw_*" + "/task=thread": each benchmark whose name matches and that has those
 * parameters, with them; if none has, the first one says so. */
static int add_with_params(struct record *r, const struct plan *p,
			   const struct catalog *all, const char *glob, char **error)
{
	const char *params = strchr(glob, '/');
	bool some = false;
	int err = 0;

	if (!params || is_glob(params))
		return 0;
	char *name = xformat("%.*s", (int)(params - glob), glob);
	for (size_t i = 0; i < all->n; i++)
		some |= fnmatch(name, all->v[i].name, 0) == 0 &&
			has_params(&all->v[i], params);
	for (size_t i = 0; i < all->n && !err; i++) {
		if (fnmatch(name, all->v[i].name, 0) != 0 ||
		    (some && !has_params(&all->v[i], params)))
			continue;
		char *text = xformat("%s%s", all->v[i].name, params);
		err = add_text(r, p, text, error);
		free(text);
	}
	free(name);
	return err;
}

/* Cases of `from` that match, and benchmarks whose plain case does; if there are none,
 * the glob may be a benchmark's name before parameters. */
static int add_glob(struct record *r, const struct plan *p, const struct suite *from,
		    const char *glob, char **error)
{
	size_t before = r->ncases;
	struct catalog all;
	int err = add_suite(r, p, from, glob, error);

	if (!err)
		err = catalog_load(p->benches, &all, error);
	if (err)
		return err;
	for (size_t i = 0; i < all.n && !err; i++) {
		if (fnmatch(glob, all.v[i].kase, 0) == 0) {
			struct kase k = from_info(&all.v[i]);

			err = add_once(r, p, &k, error);
		}
	}
	if (!err && r->ncases == before)
		err = add_with_params(r, p, &all, glob, error);
	catalog_free(&all);
	if (!err && r->ncases == before) {
		*error = xformat("%s: matches no case of suite %s, and no benchmark",
				 glob, from->name);
		return -EINVAL;
	}
	return err;
}

static int add_named(struct record *r, const struct plan *p, const struct suite *from,
		     const char *name, char **error)
{
	return is_glob(name) ? add_glob(r, p, from, name, error)
			     : add_text(r, p, name, error);
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
		err = add_suite(r, p, &suite, NULL, error);
	for (size_t i = 0; i < p->nnamed && !err; i++)
		err = add_named(r, p, &suite, p->named[i], error);
	if (!err && (p->suite || !p->nnamed)) {
		r->suite = xstrdup(suite.name);
		if (!isnan(suite.budget_s))
			r->budget_s = suite.budget_s;
		if (!isnan(suite.precision))
			r->precision = suite.precision;
		r->phase_blocks = suite.phases;
	}
	suite_free(&suite);
	return err;
}

/* What adding the cases of claims needs and finds. */
struct claim_plan {
	const char *benches;
	struct record *r;
	const struct claim *claim;
	char **programs, **error;
	int err;
};

/* Adds a name to a list such as "copy, pool", once. */
static void list_once(char **list, const char *name)
{
	char *padded = xformat(" %s,", *list ? *list : ""), *word = xformat(" %s,", name);
	char *longer = *list ? xformat("%s, %s", *list, name) : xstrdup(name);

	if (*list && strstr(padded, word)) {
		free(longer);
	} else {
		free(*list);
		*list = longer;
	}
	free(word);
	free(padded);
}

/* Whether the case's program is one of those that hyperfine times; it is noted then. */
static bool is_program(const struct claim_plan *p, const char *text)
{
	char *name = xstrndup(text, strcspn(text, "/"));
	char *bench = xformat("%s/%s", p->benches, name), *own = xformat("apps/%s", name);
	char *app = access(bench, X_OK) < 0 ? find_own(own) : NULL;
	bool is = app != NULL;

	if (is)
		list_once(p->programs, name);
	free(app);
	free(own);
	free(bench);
	free(name);
	return is;
}

/* Adds one case, unless the record has it or it is not ours. */
static void add_claimed(void *to, const struct claim_case *c)
{
	struct claim_plan *p = to;
	struct kase k, base;
	bool has_base = false;
	char *why = NULL;

	if (p->err || claims_find(p->r, c->text) || is_program(p, c->text))
		return;
	p->err = describe_text(p->benches, c->text, &k, &why);
	if (!p->err && record_find(p->r, k.text))
		kase_free(&k);
	else if (!p->err)
		p->err = add_alone(p->r, p->benches, &k, &base, &has_base, &why);
	if (has_base)
		kase_free(&base);
	if (p->err)
		*p->error =
			xformat("%s.claims:%u: %s", p->claim->file, p->claim->line, why);
	free(why);
}

int plan_claims(const char *benches, const struct claims *claims, struct record *r,
		char **programs, char **error)
{
	struct claim_plan p = {
		.benches = benches, .r = r, .programs = programs, .error = error};

	*programs = NULL;
	for (size_t i = 0; i < claims->n && !p.err; i++) {
		p.claim = &claims->v[i];
		claims_each_case(p.claim, add_claimed, &p);
	}
	return p.err;
}

/* Whether the rows of both have the same columns. */
static bool same_gauges(const struct kase *a, const struct kase *b)
{
	bool same = a->ngauges == b->ngauges;

	for (size_t i = 0; i < a->ngauges && same; i++)
		same = strcmp(a->gauges[i].name, b->gauges[i].name) == 0 &&
		       strcmp(a->gauges[i].unit, b->gauges[i].unit) == 0;
	return same;
}

/* Whether one of the texts such as "link=dynamic" gives that parameter. */
static bool is_given(const char *name, char *const *with, size_t nwith)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < nwith; i++)
		if (strncmp(with[i], name, len) == 0 && with[i][len] == '=')
			return true;
	return false;
}

/* With its floor and base settled as those of a record's cases are. */
static int settle(const char *benches, struct kase *k, char **error)
{
	struct record one = {0};
	struct kase base;
	bool has_base;
	int err = add_alone(&one, benches, k, &base, &has_base, error);

	if (!err)
		*k = one.cases[0];
	if (!err && has_base)
		kase_free(&base);
	free(one.cases);
	return err;
}

int plan_variant(const char *benches, const struct kase *k, char *const *with,
		 size_t nwith, struct kase *out, char **error)
{
	struct suite_case c = {.bench = k->bench,
			       .params = xcalloc(k->nparams + nwith, sizeof(char *))};

	for (size_t i = 0; i < k->nparams; i++)
		if (!is_given(k->params[i].name, with, nwith))
			c.params[c.nparams++] =
				xformat("%s=%s", k->params[i].name, k->params[i].value);
	for (size_t i = 0; i < nwith; i++)
		c.params[c.nparams++] = xstrdup(with[i]);
	int err = resolve(benches, &c, NULL, out, error);
	if (!err && (strcmp(out->unit, k->unit) != 0 ||
		     (!nwith && strcmp(out->text, k->text) != 0))) {
		*error = xformat("%s is another benchmark in %s", k->text, benches);
		kase_free(out);
		err = -EINVAL;
	}
	if (!err)
		err = settle(benches, out, error);
	for (size_t i = 0; i < c.nparams; i++)
		free(c.params[i]);
	free(c.params);
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
	if (!err && (strcmp(now.text, k->text) != 0 || strcmp(now.unit, k->unit) != 0 ||
		     now.nphases != k->nphases || !same_gauges(&now, k))) {
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

	/* What another tool timed is none of the programs'. */
	for (size_t i = 0; i < r->ncases && !err; i++)
		if (!r->cases[i].tool)
			err = check_case(benches, &r->cases[i], error);
	return err;
}
