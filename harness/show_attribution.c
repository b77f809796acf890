/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each clone flag makes of the difference between a fork and a thread: sentences and
 * tables, parent by parent. */
#include <math.h>
#include <stdlib.h>

#include "attribution.h"
#include "sheet.h"
#include "show.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48 };

static const char not_known[] = "–";

/* A difference, "+1.20 µs"; NAN is a dash. */
static char *change(double ns, char *buf, size_t size)
{
	char text[NUMBER - 1];

	units_format(ns, "ns/op", text, sizeof(text));
	snprintf(buf, size, "%s%s", ns > 0 ? "+" : "", isnan(ns) ? not_known : text);
	return buf;
}

/* "-490 – -470 µs" */
static char *interval(const struct estimate *e, char *buf, size_t size)
{
	if (isnan(e->lo))
		snprintf(buf, size, "n/a");
	else
		units_two(e->lo, e->hi, "ns/op", e->lo < 0 ? ", " : " – ", buf, size);
	return buf;
}

/* In %, and never -0.0. */
static double tenths(double share)
{
	return round(1000 * share) / 10 + 0.0;
}

/* "97.3 [96.8, 97.9]" of 0.973 */
static char *percent(const struct estimate *e, char *buf, size_t size)
{
	if (!e->n)
		snprintf(buf, size, "%s", not_known);
	else if (isnan(e->lo))
		snprintf(buf, size, "%.1f", tenths(e->value));
	else
		snprintf(buf, size, "%.1f [%.1f, %.1f]", tenths(e->value), tenths(e->lo),
			 tenths(e->hi));
	return buf;
}

static const struct estimate *life(const struct attribution *a, size_t figure)
{
	return &a->of[ATTRIBUTION_LIFE].of[figure];
}

/* ---- in words */

static unsigned largest_part(const struct attribution *a)
{
	unsigned most = 0;

	for (unsigned f = 1; f < ATTRIBUTE_FLAGS; f++)
		if (life(a, ATTRIBUTION_PART + f)->value >
		    life(a, ATTRIBUTION_PART + most)->value)
			most = f;
	return most;
}

static void say_largest(const struct sheet *s, const struct attribution *a)
{
	const struct estimate *gap = life(a, ATTRIBUTION_GAP);
	unsigned most = largest_part(a);
	const struct estimate *e = life(a, ATTRIBUTION_PART + most);

	if (isnan(gap->lo) || isnan(e->lo))
		sheet_line(
			s,
			"Too few blocks (%zu) to be sure: %s seems to make most of the "
			"difference between a fork and a thread, from %s.",
			a->of[ATTRIBUTION_LIFE].blocks, attribution_flags[most],
			a->parent);
	else if (gap->lo <= 0 && gap->hi >= 0)
		sheet_line(s, "No difference between a fork and a thread shows, from %s.",
			   a->parent);
	else
		sheet_line(s,
			   "%s makes %.1f %% [%.1f, %.1f] of the difference between a "
			   "fork and a thread, from %s.",
			   attribution_flags[most], tenths(e->value), tenths(e->lo),
			   tenths(e->hi), a->parent);
}

static void say_pthread(const struct sheet *s, const struct attribution *a)
{
	const struct estimate *e = &a->pthread;
	char text[NUMBER], ends[2 * NUMBER];

	if (!e->n)
		return;
	units_format(fabs(e->value), "ns/op", text, sizeof(text));
	if (isnan(e->lo))
		sheet_line(s, "pthread_create %s %s to that thread.",
			   e->value < 0 ? "takes off" : "adds", text);
	else
		sheet_line(s, "pthread_create adds %s [%s] to that thread.",
			   units_format(e->value, "ns/op", text, sizeof(text)),
			   units_two(e->lo, e->hi, "ns/op", ", ", ends, sizeof(ends)));
}

/* ---- as tables */

/* The figure of every measure; as a change, but of the two ends. */
static void measures(struct table *t, size_t column, const struct attribution *a,
		     size_t figure)
{
	char text[NUMBER];

	for (size_t m = 0; m < ATTRIBUTION_MEASURES; m++) {
		double ns = a->of[m].blocks ? a->of[m].of[figure].value : NAN;

		if (figure > ATTRIBUTION_THREAD || isnan(ns))
			change(ns, text, sizeof(text));
		else
			units_format(ns, "ns/op", text, sizeof(text));
		table_cell(t, column + m, "%s", text);
	}
}

static void sum_row(struct table *t, const struct attribution *a)
{
	char text[NUMBER];

	table_row(t);
	table_cell(t, 0, "sum of the shares");
	for (size_t m = 0; m < ATTRIBUTION_MEASURES; m++)
		table_cell(
			t, 1 + m, "%s",
			change(a->of[m].blocks ? a->of[m].sum : NAN, text, sizeof(text)));
}

static void share_row(struct table *t, const struct attribution *a, const char *name,
		      size_t figure, const struct estimate *part)
{
	char text[2 * NUMBER];

	table_row(t);
	table_cell(t, 0, "%s", name);
	measures(t, 1, a, figure);
	table_cell(t, 4, "%s", interval(life(a, figure), text, sizeof(text)));
	if (part)
		table_cell(t, 5, "%s", percent(part, text, sizeof(text)));
}

static void show_shares(const struct sheet *s, const struct attribution *a)
{
	char *title = xformat("<shares, %s", a->parent);
	const char *const heads[] = {title,  "creation",      "exit",
				     "life", "95 % interval", "% of the gap"};
	struct table t;

	table_init(&t, countof(heads), heads, s->room);
	share_row(&t, a, "fork (no flag)", ATTRIBUTION_FORK, NULL);
	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++)
		if (attribution_thread & 1u << f)
			share_row(&t, a, attribution_flags[f], ATTRIBUTION_SHARE + f,
				  life(a, ATTRIBUTION_PART + f));
	share_row(&t, a, "thread (these flags)", ATTRIBUTION_THREAD, NULL);
	sum_row(&t, a);
	share_row(&t, a, "gap: thread less fork", ATTRIBUTION_GAP, NULL);
	sheet_table(s, &t);
	table_free(&t);
	free(title);
}

static void show_effects(const struct sheet *s, const struct attribution *a)
{
	char *title = xformat("<mean effect, %s", a->parent), text[2 * NUMBER];
	const char *const heads[] = {title,  "creation",      "exit",
				     "life", "95 % interval", "% of fork"};
	struct table t;

	table_init(&t, countof(heads), heads, s->room);
	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++) {
		size_t effect = ATTRIBUTION_EFFECT + f;

		table_row(&t);
		table_cell(&t, 0, "%s", attribution_flags[f]);
		measures(&t, 1, a, effect);
		table_cell(&t, 4, "%s", interval(life(a, effect), text, sizeof(text)));
		table_cell(&t, 5, "%s",
			   percent(life(a, ATTRIBUTION_OF_FORK + f), text, sizeof(text)));
	}
	sheet_table(s, &t);
	table_free(&t);
	free(title);
}

static void pair_row(struct table *t, const struct attribution_pair *p)
{
	char text[2 * NUMBER];

	table_row(t);
	table_cell(t, 0, "%s with %s", attribution_flags[p->f], attribution_flags[p->g]);
	table_cell(t, 1, "%s", change(p->ns.value, text, sizeof(text)));
	table_cell(t, 2, "%s", interval(&p->ns, text, sizeof(text)));
}

static void show_pairs(const struct sheet *s, const struct attribution *a)
{
	const struct attribution_measure *m = &a->of[ATTRIBUTION_LIFE];
	char *title = xformat("<two together, %s", a->parent);
	const char *const heads[] = {title, "life", "95 % interval of all at once"};
	struct table t;
	size_t clear = 0;

	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < m->npairs; i++) {
		if (!m->pairs[i].clear)
			continue;
		pair_row(&t, &m->pairs[i]);
		clear++;
	}
	if (clear)
		sheet_table(s, &t);
	if (isnan(m->pairs[0].ns.lo))
		sheet_line(s,
			   "Too few blocks (%zu) to tell which of %zu pairs of flags "
			   "do together what neither does, from %s.",
			   m->blocks, m->npairs, a->parent);
	else
		sheet_line(s,
			   "%zu of %zu pairs of flags clearly do together what neither "
			   "does, from %s.",
			   clear, m->npairs, a->parent);
	table_free(&t);
	free(title);
}

static void show_parent(const struct sheet *s, const struct attribution *a)
{
	sheet_gap(s);
	show_shares(s, a);
	sheet_gap(s);
	show_effects(s, a);
	sheet_gap(s);
	show_pairs(s, a);
	sheet_line(s,
		   "Blocks that have all sets: life %zu; creation %zu, exit %zu, with "
		   "stamps.",
		   a->of[ATTRIBUTION_LIFE].blocks, a->of[ATTRIBUTION_CREATION].blocks,
		   a->of[ATTRIBUTION_EXIT].blocks);
}

static void show_words(const struct sheet *s)
{
	sheet_gap(s);
	sheet_line(s,
		   "Shares: what a flag changes when it is added, averaged over all %.0f "
		   "legal orders from no flag to those of a thread.",
		   attribute_orders(&attribution_lattice, attribution_thread));
	sheet_line(s, "In each block they add up to the gap, their medians over blocks "
		      "only as nearly as the blocks agree.");
	sheet_line(s, "Mean effect: over all legal sets with the flag and without. Two "
		      "together: what both change beyond what each does.");
	sheet_line(s, "creation: until the creator runs on, with VFORK not before the "
		      "task is gone; exit: from the task's last stamp until it is "
		      "reaped.");
	sheet_line(s, "life: from creation to reaping, without stamps: creation and exit "
		      "need not add up to it.");
	sheet_line(s, "THREAD comes with CHILD_CLEARTID, by which a thread is joined "
		      "before its exit is through, most of all with VFORK: what is left "
		      "of it then is in no column.");
}

bool show_attribution(const struct sheet *s, const struct record *r)
{
	struct attributions all;
	size_t answers = 0;

	attributions_of(r, &all);
	for (size_t i = 0; i < all.n; i++) {
		if (!attribution_answers(&all.v[i]))
			continue;
		answers++;
		say_largest(s, &all.v[i]);
		say_pthread(s, &all.v[i]);
	}
	for (size_t i = 0; i < all.n; i++)
		if (attribution_answers(&all.v[i]))
			show_parent(s, &all.v[i]);
	if (answers)
		show_words(s);
	attributions_free(&all);
	return answers > 0;
}
