/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of what was taken beside the time: phases, gauges, counters. */
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "show.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48 };

/* Adds one that is not there yet, if there is room; how many there are. */
static size_t add_name(const char **names, size_t n, size_t room, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return n;
	if (n < room)
		names[n++] = name;
	return n;
}

/* The names of all phases that cases of the family have, in the order met. */
static size_t phase_names(const struct record *r, const char *family,
			  const char *names[JOB_PHASES + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (strcmp(k->family, family) != 0)
			continue;
		for (size_t p = 0; p < k->nphases; p++)
			n = add_name(names, n, JOB_PHASES, k->phase_names[p]);
	}
	return n;
}

static void phase_row(struct table *t, const struct kase *k, const char *const *names,
		      size_t n)
{
	char text[NUMBER];

	table_row(t);
	table_cell(t, 0, "%s", k->text);
	for (size_t j = 0; j < n; j++) {
		table_cell(t, 1 + j, "%s", "–");
		for (size_t p = 0; p < k->nphases; p++) {
			const struct estimate e = figures_phase(k, p);

			if (strcmp(names[j], k->phase_names[p]) == 0 && e.n)
				table_cell(t, 1 + j, "%s",
					   units_format(e.value, "ns/op", text,
							sizeof(text)));
		}
	}
	const struct estimate all = figures_median(&k->phases),
			      plain = figures_median(&k->time);
	table_cell(t, 1 + n, "%s", units_format(all.value, k->unit, text, sizeof(text)));
	if (plain.n && k->time.v[0].batch == 1)
		table_cell(t, 2 + n, "%+.0f %%", 100 * (all.value / plain.value - 1));
}

void show_phases(const struct sheet *s, const struct record *r, const char *family)
{
	const char *names[JOB_PHASES + 1], *heads[JOB_PHASES + 4];
	size_t n = phase_names(r, family, names);
	char *name = xformat("<%s: phases, since the start", family);
	struct table t;

	heads[0] = name;
	for (size_t j = 0; j < n; j++)
		heads[1 + j] = names[j];
	heads[1 + n] = "end";
	heads[2 + n] = "stamps add";
	table_init(&t, n + 3, heads, s->room);
	for (size_t i = 0; n && i < r->ncases; i++)
		if (strcmp(r->cases[i].family, family) == 0 && r->cases[i].phases.n)
			phase_row(&t, &r->cases[i], names, n);
	if (t.rows > 1) {
		sheet_table(s, &t);
		sheet_gap(s);
	}
	table_free(&t);
	free(name);
}

/* The names of all gauges that cases of the family have, in the order met. */
static size_t gauge_names(const struct record *r, const char *family,
			  const char *names[TABLE_COLUMNS - 1])
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		for (size_t g = 0; strcmp(k->family, family) == 0 && g < k->ngauges; g++)
			n = add_name(names, n, TABLE_COLUMNS - 1, k->gauges[g].name);
	}
	return n;
}

static void gauge_row(struct table *t, const struct kase *k, const char *const *names,
		      size_t n)
{
	char text[NUMBER];

	table_row(t);
	table_cell(t, 0, "%s", k->text);
	for (size_t j = 0; j < n; j++) {
		const struct estimate e = figures_gauge(k, names[j]);

		table_cell(t, 1 + j, "%s", "–");
		for (size_t g = 0; g < k->ngauges; g++)
			if (e.n && strcmp(k->gauges[g].name, names[j]) == 0)
				table_cell(t, 1 + j, "%s",
					   units_format(e.value, k->gauges[g].unit, text,
							sizeof(text)));
	}
}

void show_gauges(const struct sheet *s, const struct record *r, const char *family)
{
	const char *heads[TABLE_COLUMNS];
	size_t n = gauge_names(r, family, heads + 1);
	char *name = xformat("<%s: beside the time", family);
	struct table t;

	heads[0] = name;
	table_init(&t, 1 + n, heads, s->room);
	for (size_t i = 0; n && i < r->ncases; i++)
		if (strcmp(r->cases[i].family, family) == 0 && r->cases[i].ngauges)
			gauge_row(&t, &r->cases[i], heads + 1, n);
	if (t.rows > 1) {
		sheet_table(s, &t);
		sheet_gap(s);
	}
	table_free(&t);
	free(name);
}

/* Counters of the record's first case that has some: all cases have the same. */
static const struct kase *with_events(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (r->cases[i].nevents && r->cases[i].counts.n)
			return &r->cases[i];
	return NULL;
}

/* Columns are those counters that `like` has. */
static void event_row(struct table *t, const struct kase *k, const struct kase *like)
{
	char text[NUMBER];
	size_t column = 1;

	table_row(t);
	table_cell(t, 0, "%s", k->text);
	for (size_t e = 0; e < k->nevents && e < like->nevents && column < t->columns;
	     e++) {
		const struct estimate x = figures_event(k, e);

		if (like->events[e].reason)
			continue;
		if (x.n && !k->events[e].reason)
			table_cell(t, column, "%s",
				   units_number(x.value, text, sizeof(text)));
		else
			table_cell(t, column, "n/a");
		column++;
	}
}

void show_events(const struct sheet *s, const struct record *r)
{
	const struct kase *like = with_events(r);
	const char *heads[TABLE_COLUMNS] = {"<counters, per operation"};
	size_t n = 1;
	struct table t;

	if (!like)
		return;
	for (size_t e = 0; e < like->nevents && n < TABLE_COLUMNS; e++)
		if (!like->events[e].reason)
			heads[n++] = like->events[e].name;
	table_init(&t, n, heads, s->room);
	for (size_t i = 0; i < r->ncases; i++)
		if (r->cases[i].counts.n)
			event_row(&t, &r->cases[i], like);
	sheet_table(s, &t);
	table_free(&t);
	for (size_t e = 0; e < like->nevents; e++)
		if (like->events[e].reason)
			sheet_line(s, "%s: n/a: %s", like->events[e].name,
				   like->events[e].reason);
	sheet_gap(s);
}
