/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as a table, what matters first, and in words what it comes to. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "answers_words.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { FIGURE = 128 };
/* So few cases are shown whatever became of them. */
enum { FEW = 12 };
/* Bytes of a table in Markdown: a comment on GitHub has 65,536 characters at the most. */
enum { ROOM = 28000 };

static const char nothing[] = "–";

/* What matters first. */
static const enum answer_kind order[] = {
	ANSWER_FAILED,     ANSWER_REGRESSED, ANSWER_IMPROVED,   ANSWER_INCONCLUSIVE,
	ANSWER_EQUIVALENT, ANSWER_UNCHANGED, ANSWER_UNMEASURED,
};

struct row {
	const struct answer *of;
};

/* The larger change first; what has none stays where it is. */
static int by_change(const void *a, const void *b)
{
	const struct answer *x = ((const struct row *)a)->of,
			    *y = ((const struct row *)b)->of;
	double dx = fabs(log(x->ratio.value)), dy = fabs(log(y->ratio.value));

	if (answer_changed(x->kind) && dx > dy)
		return -1;
	if (answer_changed(x->kind) && dx < dy)
		return 1;
	return x < y ? -1 : x > y;
}

/* Those of `a` in the order in which they are shown; caller frees. */
static struct row *sorted(const struct answers *a)
{
	struct row *v = xcalloc(a->n, sizeof(*v));
	size_t n = 0;

	for (size_t k = 0; k < countof(order); k++) {
		size_t begin = n;

		for (size_t i = 0; i < a->n; i++)
			if (a->v[i].kind == order[k])
				v[n++].of = &a->v[i];
		qsort(v + begin, n - begin, sizeof(*v), by_change);
	}
	return v;
}

/* ---- the table */

enum { CASE, FIGURES, CHANGE, INTERVAL, ANSWER, UNITS, TIME, COLUMNS };

static void put(struct table *t, size_t column, char *text)
{
	table_cell(t, column, "%s", text);
	free(text);
}

static void add_row(struct table *t, const struct answer *v)
{
	const enum table_mark mark = v->kind == ANSWER_IMPROVED ? TABLE_GOOD
				     : answer_changed(v->kind)  ? TABLE_BAD
								: TABLE_PLAIN;

	table_row(t);
	table_cell(t, CASE, "%s", v->text);
	put(t, FIGURES, answer_figures(v));
	put(t, CHANGE, answer_change(v));
	put(t, INTERVAL, answer_interval(v));
	table_cell(t, ANSWER, "%s", answer_word(v->kind));
	table_mark(t, ANSWER, mark);
	if (v->ratio.n)
		table_cell(t, UNITS, "%zu", v->ratio.n);
	else
		table_cell(t, UNITS, "%s", nothing);
	if (t->columns > TIME && !isnan(v->seconds)) {
		char text[FIGURE];

		table_cell(t, TIME, "%s", units_seconds(v->seconds, text, sizeof(text)));
	}
	if (v->note)
		table_note(t, "%s", v->note);
}

static bool is_timed(const struct answers *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (!isnan(a->v[i].seconds))
			return true;
	return false;
}

static void show_table(const struct sheet *s, const struct answers *a,
		       const struct row *v, size_t n)
{
	const char *heads[COLUMNS] = {
		"<case",         answers_sides(a), answers_change(a),
		"95 % interval", "<answer",        answers_units(a),
		"time"};
	struct table t;

	table_init(&t, is_timed(a) ? COLUMNS : TIME, heads, s->room);
	for (size_t i = 0; i < n; i++)
		add_row(&t, v[i].of);
	sheet_table(s, &t);
	table_free(&t);
	sheet_gap(s);
}

/* The same, but no more rows than there is room for in a comment. */
static void show_some(const struct sheet *s, const struct answers *a, const struct row *v,
		      size_t n)
{
	char *text = NULL;
	size_t shown = n, size;

	for (;; shown = shown * 3 / 4) {
		struct sheet draft = *s;

		draft.to = xmemstream(&text, &size);
		show_table(&draft, a, v, shown);
		fclose(draft.to);
		if (size <= ROOM)
			break;
		free(text);
	}
	fputs(text, s->to);
	free(text);
	if (shown < n)
		sheet_line(s, "There is no room for %zu more.", n - shown);
}

/* ---- around it */

static bool has_rates(const struct answers *a)
{
	for (size_t i = 0; i < a->n; i++) {
		const char *unit = a->v[i].unit;

		if (unit && strlen(unit) > 2 &&
		    strcmp(unit + strlen(unit) - 2, "/s") == 0)
			return true;
	}
	return false;
}

static void show_words(const struct sheet *s, const struct answers *a)
{
	for (size_t i = 0; i < a->nremarks; i++)
		sheet_line(s, "%s", a->remarks[i]);
	/* Who has no margin calls nothing equivalent. */
	char *equal = a->margin > 0 ? xformat("equivalent: surely less than %g %%; ",
					      100 * a->margin)
				    : xstrdup("");
	sheet_line(s, "change: + is worse%s; %s~: not decided",
		   has_rates(a) ? ", but of rates (…/s) better" : "", equal);
	free(equal);
	if (a->rate)
		sheet_line(s, "%s", a->rate);
}

/* What it comes to, in one line: if there is a change, its row says so. */
static void show_counts(const struct sheet *s, const struct answers *a, size_t changed,
			size_t shown)
{
	char *verdict = changed ? xstrdup("") : answers_verdict(a);
	char *counts = answers_counts(a, true);

	sheet_line(s, "%s%s%s.%s", verdict, changed ? "" : ": ", counts,
		   shown < a->n ? " -v shows all of them." : "");
	free(verdict);
	free(counts);
}

static void show_text(const struct sheet *s, const struct answers *a, const struct row *v,
		      size_t changed, bool all)
{
	size_t shown = all || a->n <= FEW ? a->n : changed;

	sheet_line(s, "%s", a->base_name);
	sheet_line(s, "%s", a->fresh_name);
	sheet_gap(s);
	if (shown)
		show_table(s, a, v, shown);
	show_words(s, a);
	show_counts(s, a, changed, shown);
}

static void show_markdown(const struct sheet *s, const struct answers *a,
			  const struct row *v, size_t changed)
{
	char *verdict = answers_verdict(a), *counts = answers_counts(a, false);
	char *head = xformat("%s lwpbench %s: %s", answers_mark(a), a->command, verdict);

	sheet_head(s, head);
	sheet_line(s, "%s; %s", a->base_name, a->fresh_name);
	if (changed)
		show_some(s, a, v, changed);
	if (changed < a->n) {
		sheet_fold(s, counts);
		show_some(s, a, v + changed, a->n - changed);
		sheet_unfold(s);
	}
	sheet_fold(s, "How sure this is");
	show_words(s, a);
	sheet_unfold(s);
	free(head);
	free(counts);
	free(verdict);
}

void answers_show(const struct sheet *s, const struct answers *a, bool all)
{
	struct row *v = sorted(a);
	size_t changed = 0;

	while (changed < a->n && answer_changed(v[changed].of->kind))
		changed++;
	if (s->kind == SHEET_MARKDOWN)
		show_markdown(s, a, v, changed);
	else
		show_text(s, a, v, changed, all);
	free(v);
}
