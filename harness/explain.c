/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds up blocks of code by the functions that they lie in. */
#include "explain.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "guest/profile.h"
#include "symbols.h"
#include "util.h"

/* What may run during a sample: the benchmark, and what it runs. */
enum { PROGRAMS = 3 };
/* Where no static program is. */
static const uint64_t above_programs = UINT64_C(0x700000000000);

/* All that names code of one case. */
struct namer {
	struct symbols kernel, programs[PROGRAMS];
	size_t nprograms;
	const struct profile *p;
	size_t *function; /* of each code its function, +1; 0: not looked up yet */
};

static char *name_code(const struct namer *names, const struct profile_code *c)
{
	char *name = NULL;

	if (c->address >= PROFILE_KERNEL) {
		name = symbols_name(&names->kernel, c->address);
		return name ? name : xstrdup("[unknown]");
	}
	for (size_t i = 0; i < names->nprograms && !name; i++)
		if (symbols_have(&names->programs[i], c->address, c->bytes))
			name = symbols_name(&names->programs[i], c->address);
	if (!name)
		name = xstrdup(c->address >= above_programs ? "[vdso]" : "[unknown]");
	return name;
}

static size_t find_function(struct explained *e, char *name, bool kernel)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->v[i].kernel == kernel && strcmp(e->v[i].name, name) == 0) {
			free(name);
			return i;
		}
	e->v = xrealloc(e->v, e->n + 1, sizeof(*e->v));
	e->v[e->n] = (struct explain_function){.name = name, .kernel = kernel};
	return e->n++;
}

static void add_sample(struct explained *e, size_t arm, struct namer *names,
		       const struct profile_sample *s, double weight)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct profile_part *part = &names->p->parts[s->first + i];
		const struct profile_code *code = &names->p->codes[part->code];
		size_t *f = &names->function[part->code];

		if (!*f)
			*f = 1 + find_function(e, name_code(names, code),
					       code->address >= PROFILE_KERNEL);
		e->v[*f - 1].of[arm] += weight * (double)part->count;
	}
	e->user[arm] += weight * (double)s->user;
	e->kernel[arm] += weight * (double)s->kernel;
}

static int by_count(const void *a, const void *b, void *rows)
{
	const uint64_t *v = rows;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;

	return v[i] != v[j] ? (v[i] > v[j]) - (v[i] < v[j]) : (i > j) - (i < j);
}

/* The functions of that operation whose count is the case's: the median one, or the two
 * in the middle, half each. */
static void add_median(struct explained *e, size_t arm, struct namer *names,
		       const struct rep *rep, const struct profile_sample *v)
{
	size_t *order = xcalloc(rep->nrows, sizeof(*order)), n = rep->nrows;
	double ops = (double)rep->batch;

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof(*order), by_count, rep->rows);
	if (n % 2)
		add_sample(e, arm, names, &v[order[n / 2]], 1 / ops);
	else {
		add_sample(e, arm, names, &v[order[n / 2 - 1]], 0.5 / ops);
		add_sample(e, arm, names, &v[order[n / 2]], 0.5 / ops);
	}
	free(order);
}

static int load_programs(struct namer *names, const char *benches, const char *bench,
			 char **error)
{
	const char *const others[PROGRAMS] = {bench, "targets/exit-static",
					      "targets/idle-static"};
	int err = 0;

	for (size_t i = 0; i < PROGRAMS && !err; i++) {
		char *path = xformat("%s/%s", benches, others[i]);

		err = symbols_of_program(path, &names->programs[i]);
		names->nprograms += !err;
		if (err)
			*error = xformat("%s: %s", path, strerror(-err));
		free(path);
	}
	return err;
}

static void drop_programs(struct namer *names)
{
	while (names->nprograms)
		symbols_free(&names->programs[--names->nprograms]);
}

/* The case's place, which the first arm makes. */
static struct explained *place_of(struct explanation *x, const struct kase *k)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->v[i].text, k->text) == 0)
			return &x->v[i];
	x->v = xrealloc(x->v, x->n + 1, sizeof(*x->v));
	x->v[x->n] = (struct explained){.text = xstrdup(k->text)};
	return &x->v[x->n++];
}

static int add_case(struct explanation *x, size_t arm, const struct kase *k, size_t job,
		    struct namer *names, const char *benches, char **error)
{
	struct explained *e = place_of(x, k);
	const struct profile_sample *v = NULL;

	if (k->status == STATUS_OK)
		v = profile_last(names->p, job, k->time.v[0].nrows);
	if (!v) {
		if (!e->wrong)
			e->wrong = xformat("%s: %s", x->names[arm],
					   k->reason ? k->reason : "nothing was counted");
		return 0;
	}
	int err = load_programs(names, benches, k->bench, error);
	if (!err) {
		names->function = xcalloc(names->p->ncodes, sizeof(*names->function));
		add_median(e, arm, names, &k->time.v[0], v);
		free(names->function);
		e->count[arm] = figures_median(&k->time).value;
	}
	drop_programs(names);
	return err;
}

static const char *fact_of(const struct record *r, const char *name)
{
	const struct fact *f = facts_find(&r->host, name);

	return f && f->value ? f->value : "unknown";
}

int explain_arm(struct explanation *x, const char *name, const struct record *r,
		const struct exact_code *code, const char *benches, char **error)
{
	struct namer names = {.p = &code->profile};
	size_t arm = x->arms++;
	int err = 0;

	if (!x->machine)
		x->machine = xstrdup(fact_of(r, "cpu.model"));
	x->names[arm] = xstrdup(name);
	x->releases[arm] = xstrdup(fact_of(r, "kernel.release"));
	symbols_of_kernel(code->symbols ? code->symbols : "", &names.kernel);
	for (size_t i = 0; i < r->ncases && !err; i++)
		err = add_case(x, arm, &r->cases[i], code->jobs[i], &names, benches,
			       error);
	symbols_free(&names.kernel);
	return err;
}

/* By how much they differ, or with one arm by what they take. */
static int by_size(const void *a, const void *b, void *arms)
{
	const struct explain_function *f = a, *g = b;
	bool one = *(size_t *)arms == 1;
	double x = one ? f->of[0] : fabs(f->of[1] - f->of[0]),
	       y = one ? g->of[0] : fabs(g->of[1] - g->of[0]);

	return x != y ? (x < y) - (x > y) : strcmp(f->name, g->name);
}

void explain_sort(struct explanation *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].n)
			qsort_r(x->v[i].v, x->v[i].n, sizeof(*x->v[i].v), by_size,
				&x->arms);
}

void explain_free(struct explanation *x)
{
	for (size_t i = 0; i < x->n; i++) {
		for (size_t j = 0; j < x->v[i].n; j++)
			free(x->v[i].v[j].name);
		free(x->v[i].v);
		free(x->v[i].text);
		free(x->v[i].wrong);
	}
	free(x->v);
	free(x->machine);
	for (size_t i = 0; i < x->arms; i++) {
		free(x->names[i]);
		free(x->releases[i]);
	}
}
