/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of families that weigh: what a task takes, and where that lives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "figures.h"
#include "show.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48, FIXED = 6 /* columns beside the gauges */ };

static const char nothing[] = "–";

/* The gauges that are columns, each with a case that has it. */
struct parts {
	const struct gauge *v[TABLE_COLUMNS - FIXED];
	size_t n;
};

static bool weighs(const struct kase *k, const char *family)
{
	return case_in_family(k, family) && case_is_ladder(k);
}

bool show_weighs(const struct record *r, const char *family)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (weighs(&r->cases[i], family))
			return true;
	return false;
}

static void add_part(struct parts *parts, const struct gauge *gauge)
{
	if (strcmp(gauge->unit, "bytes/task") != 0 || parts->n == countof(parts->v))
		return;
	for (size_t i = 0; i < parts->n; i++)
		if (strcmp(parts->v[i]->name, gauge->name) == 0)
			return;
	parts->v[parts->n++] = gauge;
}

/* The second gauge is the figure itself. Those that no case could take are left out. */
static void find_parts(const struct record *r, const char *family, struct parts *parts)
{
	parts->n = 0;
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		for (size_t g = 2; weighs(k, family) && g < k->ngauges; g++)
			if (figures_gauge(k, k->gauges[g].name).n)
				add_part(parts, &k->gauges[g]);
	}
}

/* The fewest tasks that a rep got to. */
static double tasks_reached(const struct kase *k)
{
	double least = NAN;

	for (size_t i = 0; i < k->time.n; i++) {
		const struct rep *rep = &k->time.v[i];
		double most = 0;

		for (size_t j = 0; j < rep->nrows; j++)
			most = fmax(most, (double)rep->rows[j * rep->width + 1]);
		least = fmin(least, most);
	}
	return least;
}

static bool has_twins(const struct record *r, const char *family)
{
	for (size_t i = 0; i < r->ncases; i++) {
		struct figures f;

		if (!weighs(&r->cases[i], family))
			continue;
		figures_of(r, &r->cases[i], &f);
		if (f.twin_ratio.n)
			return true;
	}
	return false;
}

static void put(struct table *t, size_t column, char *text)
{
	table_cell(t, column, "%s", text);
	free(text);
}

static char *amount(double x, const char *unit)
{
	char text[NUMBER];

	return xstrdup(isnan(x) ? nothing : units_format(x, unit, text, sizeof(text)));
}

static char *count(double x)
{
	char text[NUMBER];

	return xstrdup(isnan(x) ? nothing : units_number(x, text, sizeof(text)));
}

static void add_row(struct table *t, const struct record *r, const struct kase *k,
		    const struct parts *parts, bool twins)
{
	struct figures f;
	size_t c = 0;

	figures_of(r, k, &f);
	table_row(t);
	table_cell(t, c++, "%s", k->text);
	put(t, c++, show_median(k, &f.median));
	put(t, c++, show_interval(&f.median, k->unit));
	put(t, c++, show_ratio(twins ? &f.twin_ratio : &f.ratio));
	for (size_t i = 0; i < parts->n; i++) {
		const struct gauge *g = parts->v[i];

		put(t, c++, amount(figures_gauge(k, g->name).value, g->unit));
	}
	put(t, c++, count(f.median.n ? tasks_reached(k) : NAN));
	put(t, c++, count(f.median.n ? (double)f.median.n : NAN));
}

void show_weight(const struct sheet *s, const struct record *r, const char *family)
{
	const char *heads[TABLE_COLUMNS];
	struct parts parts;
	struct table t;
	size_t n = 0;
	bool twins = has_twins(r, family);
	char *name = xformat("<%s", family);

	find_parts(r, family, &parts);
	heads[n++] = name;
	heads[n++] = "a task";
	heads[n++] = "95 % interval";
	heads[n++] = twins ? "× process" : "× first row";
	for (size_t i = 0; i < parts.n; i++)
		heads[n++] = parts.v[i]->name;
	heads[n++] = "tasks";
	heads[n++] = "reps";
	table_init(&t, n, heads, s->room);
	for (size_t i = 0; i < r->ncases; i++)
		if (weighs(&r->cases[i], family))
			add_row(&t, r, &r->cases[i], &parts, twins);
	sheet_table(s, &t);
	sheet_gap(s);
	table_free(&t);
	free(name);
}

void show_weight_legend(const struct sheet *s, const struct record *r, const char *family)
{
	struct parts parts;

	if (!show_weighs(r, family))
		return;
	find_parts(r, family, &parts);
	sheet_line(s, "%s, a task: how much more each further task takes; of that",
		   family);
	for (size_t i = 0; i < parts.n; i++)
		sheet_item(s, parts.v[i]->name, parts.v[i]->brief);
	sheet_line(s, "tasks: how many there were in the end.");
}
