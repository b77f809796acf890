/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of series and of their changes. */
#include "show_history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answers_words.h"
#include "host.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { FIGURE = 64 };

static const char nothing[] = "–";

static void put(struct table *t, size_t column, char *text)
{
	table_cell(t, column, "%s", text);
	free(text);
}

static char *percent(double ratio)
{
	const struct answer v = {.ratio = {.value = ratio, .lo = NAN, .hi = NAN}};

	return answer_change(&v);
}

static void show_title(const struct sheet *s, const struct history *h)
{
	char *title = host_title(&h->runs[h->nruns - 1].host);

	sheet_line(s, "%s", title);
	sheet_line(s, "%zu run%s, %s to %s", h->nruns, h->nruns == 1 ? "" : "s",
		   h->runs[0].started, h->runs[h->nruns - 1].started);
	sheet_gap(s);
	free(title);
}

/* ---- every series */

enum { CASE, RUNS, LATEST, RATIO, CHANGES, LAST, SINCE, COLUMNS };

static void add_serie(struct table *t, const struct history_series *all,
		      const struct serie *s)
{
	const struct change *last = s->found.n ? &s->found.v[s->found.n - 1] : NULL;
	char text[FIGURE];

	table_row(t);
	table_cell(t, CASE, "%s", s->k->text);
	table_cell(t, RUNS, "%zu", s->n);
	table_cell(t, LATEST, "%s", nothing);
	table_cell(t, RATIO, "%s", nothing);
	if (s->n) {
		const struct history_value *v = &s->k->v[s->run[s->n - 1]];

		table_cell(t, LATEST, "%s",
			   units_format(v->figure, s->k->unit, text, sizeof(text)));
		if (*s->k->floor)
			table_cell(t, RATIO, "%s",
				   units_number(v->ratio, text, sizeof(text)));
	}
	if (s->asked)
		table_cell(t, CHANGES, "%zu", s->found.n);
	else
		table_cell(t, CHANGES, "~");
	if (!last)
		return;
	put(t, LAST, percent(change_ratio(s, last)));
	put(t, SINCE, series_run_text(all->h, change_run(s, last)));
}

void show_history(const struct sheet *s, const struct history_series *all)
{
	const char *const heads[COLUMNS] = {"<case",   "runs",        "latest", "× floor",
					    "changes", "last change", "<since"};
	struct table t;

	show_title(s, all->h);
	table_init(&t, COLUMNS, heads, s->room);
	for (size_t i = 0; i < all->n; i++)
		add_serie(&t, all, &all->v[i]);
	sheet_table(s, &t);
	table_free(&t);
	sheet_gap(s);
	sheet_line(
		s,
		"latest: median of the newest run; changes are of the ratio to the "
		"floor, the cost itself for what has none, + is worse, of rates better; "
		"~: fewer than the %zu runs that it takes to find any.",
		all->least);
}

/* ---- news */

struct news {
	const struct serie *s;
	const struct change *c;
	const struct answer *v;
};

enum { NEWS_CASE, NEWS_FIGURES, NEWS_CHANGE, NEWS_SINCE, NEWS_P, NEWS_COLUMNS };

/* By run, and there the worst first. */
static int by_run(const void *a, const void *b)
{
	const struct news *x = a, *y = b;
	size_t i = change_run(x->s, x->c), j = change_run(y->s, y->c);
	double p = x->c->after - x->c->before, q = y->c->after - y->c->before;

	if (i != j)
		return i < j ? -1 : 1;
	return p > q ? -1 : p < q;
}

static void add_news(struct table *t, const struct history_series *all,
		     const struct news *n, bool first)
{
	size_t run = change_run(n->s, n->c);
	char text[FIGURE], *host = first ? history_host_change(all->h, run) : NULL;
	double p = fmin(1, n->c->p * (double)all->n);

	table_row(t);
	table_cell(t, NEWS_CASE, "%s", n->s->k->text);
	put(t, NEWS_FIGURES, answer_figures(n->v));
	put(t, NEWS_CHANGE, answer_change(n->v));
	table_mark(t, NEWS_CHANGE,
		   n->v->kind == ANSWER_IMPROVED ? TABLE_GOOD : TABLE_BAD);
	put(t, NEWS_SINCE, series_run_text(all->h, run));
	table_cell(t, NEWS_P, "%s", units_number(p, text, sizeof(text)));
	if (host)
		table_note(t, "With that run: %s.", host);
	free(host);
}

static void show_table(const struct sheet *s, const struct history_series *all,
		       const struct news *v, size_t n)
{
	const char *const heads[NEWS_COLUMNS] = {"<case", "before → after", "change",
						 "<since", "p"};
	struct table t;

	table_init(&t, NEWS_COLUMNS, heads, s->room);
	for (size_t i = 0; i < n; i++)
		add_news(&t, all, &v[i],
			 i == 0 || change_run(v[i].s, v[i].c) !=
					   change_run(v[i - 1].s, v[i - 1].c));
	sheet_table(s, &t);
	table_free(&t);
	sheet_gap(s);
}

/* All that the table does not have. */
static void show_others(const struct sheet *s, const struct answers *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].kind == ANSWER_INCONCLUSIVE)
			sheet_line(s, "~ %s: %s", a->v[i].text, a->v[i].note);
		else if (a->v[i].kind == ANSWER_UNCHANGED)
			sheet_line(s, "unchanged: %s", a->v[i].text);
}

void show_history_news(const struct sheet *s, const struct history_series *all,
		       const struct answers *a, size_t recent, bool verbose)
{
	struct news *v = xcalloc(all->n, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct change *c = series_news(all, &all->v[i], recent);

		if (c)
			v[n++] = (struct news){&all->v[i], c, &a->v[i]};
	}
	qsort(v, n, sizeof(*v), by_run);
	show_title(s, all->h);
	if (n)
		show_table(s, all, v, n);
	if (verbose)
		show_others(s, a);
	for (size_t i = 0; i < a->nremarks; i++)
		sheet_line(s, "%s", a->remarks[i]);
	if (n)
		sheet_line(s,
			   "change: relative to the floor, + is worse, of rates better; "
			   "p: the chance of such a change in any of "
			   "the series if nothing changes.");
	sheet_line(s, "%s", a->rate);
	char *verdict = answers_verdict(a), *counts = answers_counts(a, true);
	sheet_line(s, "Within the last %zu runs: %s%s%s.", recent, n ? "" : verdict,
		   n ? "" : ": ", counts);
	free(verdict);
	free(counts);
	free(v);
}
