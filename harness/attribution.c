/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects the sets of flags of a record, and has every block answer by itself. */
#include "attribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "figures.h"
#include "fit.h"
#include "units.h"
#include "util.h"

enum { VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, VFORK, IO };

const char *const attribution_flags[ATTRIBUTE_FLAGS] = {
	[VM] = "VM",           [FS] = "FS",         [FILES] = "FILES",
	[SIGHAND] = "SIGHAND", [THREAD] = "THREAD", [SYSVSEM] = "SYSVSEM",
	[VFORK] = "VFORK",     [IO] = "IO",
};

const char *const attribution_measures[ATTRIBUTION_MEASURES] = {
	[ATTRIBUTION_CREATION] = "creation",
	[ATTRIBUTION_EXIT] = "exit",
	[ATTRIBUTION_LIFE] = "life",
};

/* As clone(2) has it. */
static const unsigned needs[ATTRIBUTE_FLAGS] = {
	[SIGHAND] = 1u << VM,
	[THREAD] = 1u << SIGHAND,
};

const struct lattice attribution_lattice = {.n = ATTRIBUTE_FLAGS, .needs = needs};
const unsigned attribution_thread =
	1u << VM | 1u << FS | 1u << FILES | 1u << SIGHAND | 1u << THREAD | 1u << SYSVSEM;

size_t attribution_legal(void)
{
	size_t n = 0;

	for (unsigned s = 0; s < ATTRIBUTE_SETS; s++)
		n += attribute_legal(&attribution_lattice, s);
	return n;
}

char *attribution_set(unsigned set)
{
	char *text = NULL;

	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++) {
		if (!(set & 1u << f))
			continue;
		char *longer = xformat("%s%s%s", text ? text : "", text ? "+" : "",
				       attribution_flags[f]);
		free(text);
		text = longer;
	}
	return text ? text : xstrdup("none");
}

/* The set of one name, or ATTRIBUTE_SETS: a flag beyond these. */
static unsigned set_of_name(const char *name, size_t len)
{
	/* What some benchmarks call a whole set. */
	static const struct {
		const char *name;
		unsigned set;
	} others[] = {
		{"none", 0},
		{"lwp", 1u << VM | 1u << FS | 1u << FILES | 1u << SIGHAND},
	};

	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++)
		if (strlen(attribution_flags[f]) == len &&
		    strncmp(attribution_flags[f], name, len) == 0)
			return 1u << f;
	for (size_t i = 0; i < countof(others); i++)
		if (strlen(others[i].name) == len &&
		    strncmp(others[i].name, name, len) == 0)
			return others[i].set;
	return ATTRIBUTE_SETS;
}

unsigned attribution_set_of(const struct kase *k)
{
	const char *text = case_param(k, "flags");
	unsigned set = 0;

	if (!text || !case_in_family(k, "creation"))
		return ATTRIBUTE_SETS;
	while (*text) {
		size_t len = strcspn(text, "+");

		set |= set_of_name(text, len);
		text += len + (text[len] == '+');
	}
	return set;
}

/* ---- the values of a block */

static size_t phase_of(const struct kase *k, const char *name)
{
	size_t p = 0;

	while (p < k->nphases && strcmp(k->phase_names[p], name) != 0)
		p++;
	return p;
}

/* The median time between two stamps; from the operation's start if `from` is NULL. NAN
 * if they were not taken. */
static double between(const struct kase *k, const struct rep *rep, const char *from,
		      const char *to)
{
	size_t end = 1 + 2 * phase_of(k, to),
	       start = from ? 1 + 2 * phase_of(k, from) : 0;
	double *v = xcalloc(rep->nrows, sizeof(*v));
	size_t n = 0;

	/* The stamps of a burst belong to no single operation of it. */
	for (size_t i = 0; i < rep->nrows && rep->scale <= 1; i++) {
		const uint64_t *row = rep->rows + i * rep->width;

		if (end >= rep->width || start >= rep->width ||
		    row[end] == JOB_NO_STAMP || (from && row[start] == JOB_NO_STAMP))
			continue;
		v[n++] = (double)row[end] - (from ? (double)row[start] : 0);
	}
	double median = stats_median(v, n);
	free(v);
	return median;
}

static const struct reps *reps_of(const struct kase *k, unsigned measure)
{
	return measure == ATTRIBUTION_LIFE ? &k->time : &k->phases;
}

/* What the case took in that block; NAN if the block does not have it. */
static double value(const struct kase *k, unsigned measure, unsigned block)
{
	const struct rep *rep = figures_rep_of_block(reps_of(k, measure), block);

	if (!rep)
		return NAN;
	switch (measure) {
	case ATTRIBUTION_CREATION:
		return between(k, rep, NULL, "return");
	case ATTRIBUTION_EXIT:
		return between(k, rep, "exit", "reaped");
	default:
		return figures_rep_median(rep);
	}
}

/* Whether the block has all sets, whose values then are in v. */
static bool values(const struct attribution *a, unsigned measure, unsigned block,
		   double *v)
{
	for (unsigned s = 0; s < ATTRIBUTE_SETS; s++) {
		if (!attribute_legal(&attribution_lattice, s))
			continue;
		v[s] = value(a->sets[s], measure, block);
		if (!isfinite(v[s]))
			return false;
	}
	return true;
}

/* ---- the answers of the blocks */

/* What every block says, a line of `room` for each figure and each pair. */
struct answers {
	double *v;
	size_t room, n;
};

static double *line(const struct answers *a, size_t figure)
{
	return a->v + figure * a->room;
}

static void answer(struct answers *a, const double *v)
{
	const struct lattice *l = &attribution_lattice;
	const double fork = v[0], gap = v[attribution_thread] - fork;
	double share[ATTRIBUTE_FLAGS];
	size_t n = a->n++, pair = ATTRIBUTION_FIGURES;

	attribute_shares(l, v, attribution_thread, share);
	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++) {
		double effect = attribute_effect(l, v, f);

		line(a, ATTRIBUTION_SHARE + f)[n] = share[f];
		line(a, ATTRIBUTION_PART + f)[n] = share[f] / gap;
		line(a, ATTRIBUTION_EFFECT + f)[n] = effect;
		line(a, ATTRIBUTION_OF_FORK + f)[n] = effect / fork;
		for (unsigned g = f + 1; g < ATTRIBUTE_FLAGS; g++)
			line(a, pair++)[n] = attribute_together(l, v, f, g);
	}
	line(a, ATTRIBUTION_FORK)[n] = fork;
	line(a, ATTRIBUTION_THREAD)[n] = v[attribution_thread];
	line(a, ATTRIBUTION_GAP)[n] = gap;
}

/* Over the blocks that have the figure: there is no share of no difference. */
static struct estimate over_blocks(const struct answers *a, size_t figure, double level)
{
	double *v = line(a, figure);
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		if (isfinite(v[i]))
			v[n++] = v[i];
	return stats_median_ci(v, n, level);
}

static int by_size(const void *a, const void *b)
{
	const struct attribution_pair *x = a, *y = b;
	double d = fabs(y->ns.value) - fabs(x->ns.value);

	return (d > 0) - (d < 0);
}

/* Looked at all at once, so that of all intervals together one in twenty is wrong at the
 * most (Bonferroni). */
static void look_at_pairs(const struct answers *a, struct attribution_measure *m)
{
	size_t line_of[ATTRIBUTION_PAIRS], next = ATTRIBUTION_FIGURES;

	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++)
		for (unsigned g = f + 1; g < ATTRIBUTE_FLAGS; g++, next++) {
			if (isnan(line(a, next)[0]))
				continue;
			line_of[m->npairs] = next;
			m->pairs[m->npairs++] = (struct attribution_pair){.f = f, .g = g};
		}
	double level = 1 - (1 - FIGURES_LEVEL) / (double)m->npairs;
	for (size_t i = 0; i < m->npairs; i++) {
		struct attribution_pair *p = &m->pairs[i];

		p->ns = over_blocks(a, line_of[i], level);
		p->clear = p->ns.lo > 0 || p->ns.hi < 0;
	}
	qsort(m->pairs, m->npairs, sizeof(*m->pairs), by_size);
}

static void measure(struct attribution *a, unsigned which)
{
	const struct reps *reps = reps_of(a->sets[0], which);
	struct attribution_measure *m = &a->of[which];
	double v[ATTRIBUTE_SETS];
	struct answers all = {
		.v = xcalloc((ATTRIBUTION_FIGURES + ATTRIBUTION_PAIRS) * reps->n,
			     sizeof(double)),
		.room = reps->n};

	for (size_t i = 0; i < reps->n; i++)
		if (values(a, which, reps->v[i].block, v))
			answer(&all, v);
	m->blocks = all.n;
	for (size_t i = 0; i < ATTRIBUTION_FIGURES; i++)
		m->of[i] = over_blocks(&all, i, FIGURES_LEVEL);
	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++)
		m->sum += m->of[ATTRIBUTION_SHARE + f].value;
	if (all.n)
		look_at_pairs(&all, m);
	free(all.v);
}

/* ---- the parents */

/* "a parent of 64.0 MiB", "a parent with pages=10 fds=1000"; caller frees. */
static char *parent_words(const struct record *r, const struct kase *k, const char *label)
{
	const char *weights = strchr(label, '/');
	const struct fit_axis *axis = fit_axes;
	char text[32];

	if (!weights)
		return xstrdup("a small parent");
	while (strcmp(axis->param, "pages") != 0)
		axis++;
	if (strncmp(weights, "/pages=", 7) == 0 && !strchr(weights + 1, '/')) {
		double bytes = case_number(k, "pages") * fit_scale(r, axis);

		return xformat("a parent of %s",
			       units_format(bytes, "bytes", text, sizeof(text)));
	}
	char *words = xformat("a parent with %s", weights + 1);
	for (char *p = words; *p; p++)
		if (*p == '/')
			*p = ' ';
	return words;
}

/* The parent that the case's task has, among those known, or a new one. */
static struct attribution *parent_of(const struct record *r, const struct kase *k,
				     struct attributions *out)
{
	static const char *const flags[] = {"flags", NULL};

	for (size_t i = 0; i < out->n; i++)
		for (unsigned s = 0; s < ATTRIBUTE_SETS; s++)
			if (out->v[i].sets[s] && case_twins(out->v[i].sets[s], k, flags))
				return &out->v[i];
	out->v = xrealloc(out->v, out->n + 1, sizeof(*out->v));
	struct attribution *a = &out->v[out->n++];
	*a = (struct attribution){.label = case_label(k, flags)};
	a->parent = parent_words(r, k, a->label);
	return a;
}

/* How much longer libc's thread takes, from the same parent. */
static void ask_pthread(const struct record *r, struct attribution *a)
{
	const char *weights = strchr(a->label, '/');
	char *text = xformat("pthread_create%s", weights ? weights : "");
	const struct kase *k = record_find(r, text);

	if (k && case_is_timed(k))
		a->pthread =
			figures_difference(&k->time, &a->sets[attribution_thread]->time);
	free(text);
}

void attributions_of(const struct record *r, struct attributions *out)
{
	*out = (struct attributions){0};
	for (size_t i = 0; i < r->ncases; i++) {
		unsigned set = attribution_set_of(&r->cases[i]);

		if (set < ATTRIBUTE_SETS)
			parent_of(r, &r->cases[i], out)->sets[set] = &r->cases[i];
	}
	for (size_t i = 0; i < out->n; i++) {
		struct attribution *a = &out->v[i];

		for (unsigned s = 0; s < ATTRIBUTE_SETS; s++)
			if (attribute_legal(&attribution_lattice, s))
				a->missing += !a->sets[s] || !case_is_timed(a->sets[s]);
		for (unsigned m = 0; m < ATTRIBUTION_MEASURES && !a->missing; m++)
			measure(a, m);
		if (!a->missing)
			ask_pthread(r, a);
	}
}

bool attribution_answers(const struct attribution *a)
{
	return a->of[ATTRIBUTION_LIFE].blocks > 0;
}

void attributions_free(struct attributions *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free(a->v[i].label);
		free(a->v[i].parent);
	}
	free(a->v);
	*a = (struct attributions){0};
}
