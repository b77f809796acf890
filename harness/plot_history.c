/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the picture of a history: a panel a series, its runs, levels and changes.
 */
#include "plot_history.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answers_words.h"
#include "plot_data.h"
#include "units.h"
#include "util.h"

enum { PANELS = 6, TICS = 6, FIGURE = 64 };

/* What changed last stands first, and what never did in its place behind. */
static int by_news(const void *a, const void *b)
{
	const struct serie *x = *(const struct serie *const *)a,
			   *y = *(const struct serie *const *)b;
	size_t i = x->found.n ? change_run(x, &x->found.v[x->found.n - 1]) : 0,
	       j = y->found.n ? change_run(y, &y->found.v[y->found.n - 1]) : 0;

	return i != j ? (i < j) - (i > j) : (x > y) - (x < y);
}

/* The levels of a series, as shares of the first one. */
static double level(const struct serie *s, size_t i)
{
	const struct change *c = s->found.v;

	if (s->found.n)
		return series_ratio(s, c[0].before, i ? c[i - 1].after : c[0].before);
	return 1;
}

static double first_level(const struct serie *s)
{
	double *copy, median;

	if (s->found.n)
		return s->found.v[0].before;
	copy = xcalloc(s->n, sizeof(*copy));
	memcpy(copy, s->x, s->n * sizeof(*copy));
	median = stats_median(copy, s->n);
	free(copy);
	return median;
}

/* "fork: 100 % is 7.31 × getpid" */
static char *panel_name(const struct serie *s)
{
	char text[FIGURE];
	double first = exp(first_level(s));

	if (*s->k->floor)
		return xformat("%s: 100 %% is %s × %s", s->k->text,
			       units_number(first, text, sizeof(text)), s->k->floor);
	return xformat("%s: 100 %% is %s", s->k->text,
		       units_format(series_figure(s, 0), s->k->unit, text, sizeof(text)));
}

/* What is said at a change: by how much, and what run it was. */
static char *change_text(const struct history *h, const struct serie *s,
			 const struct change *c)
{
	const struct answer v = {
		.ratio = {.value = change_ratio(s, c), .lo = NAN, .hi = NAN}};
	size_t run = change_run(s, c);
	char *by = answer_change(&v), *text;

	if (h->runs[run].label)
		text = xformat("%s %s", by, h->runs[run].label);
	else
		text = xformat("%s %.10s", by, h->runs[run].started);
	free(by);
	return text;
}

static void write_panel(FILE *out, const struct history *h, const struct serie *s)
{
	char *name = panel_name(s);
	double first = first_level(s);
	size_t next = 0;

	plot_begin_block(out, name);
	free(name);
	for (size_t i = 0; i < s->n; i++) {
		const struct change *c = next < s->found.n && s->found.v[next].at == i
						 ? &s->found.v[next]
						 : NULL;
		char *text = c ? change_text(h, s, c) : xstrdup("");

		/* An empty line ends a level's. */
		fputs(c ? "\n" : "", out);
		next += c != NULL;
		fprintf(out, "%zu", s->run[i] + 1);
		plot_put_number(out, 100 * series_ratio(s, first, s->x[i]));
		plot_put_number(out, 100 * level(s, next));
		plot_put_number(out, !c ? 0 : c->after > c->before ? 1 : -1);
		plot_put_text(out, text);
		plot_put_text(out, h->runs[s->run[i]].started);
		plot_end_row(out, s->k->text, s->n, "runs");
		free(text);
	}
}

/* The days that the axis names: the first block. */
static void write_days(FILE *out, const struct history *h)
{
	size_t n = h->nruns < TICS ? h->nruns : TICS;

	plot_begin_block(out, "days");
	for (size_t i = 0; i < n; i++) {
		size_t run = n > 1 ? i * (h->nruns - 1) / (n - 1) : 0;

		fprintf(out, "%zu\t%.10s\n", run + 1, h->runs[run].started);
	}
}

int plot_history(const struct history_series *s, const struct plot_order *order,
		 char **error)
{
	const struct serie **v = xcalloc(s->n, sizeof(struct serie *));
	const struct history *h = s->h;
	size_t n = 0, shown, size;
	char *rows = NULL;

	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].n)
			v[n++] = &s->v[i];
	qsort(v, n, sizeof(struct serie *), by_news);
	shown = n < PANELS ? n : PANELS;
	FILE *out = xmemstream(&rows, &size);
	write_days(out, h);
	for (size_t i = 0; i < shown; i++)
		write_panel(out, h, v[i]);
	fclose(out);
	char *resting =
		n > shown ? xformat("n = %zu runs; %zu series left out", h->nruns,
				    n - shown)
			  : xformat("n = %zu run%s", h->nruns, h->nruns == 1 ? "" : "s");
	char *when = xformat("%.10s to %.10s", h->runs[0].started,
			     h->runs[h->nruns - 1].started);
	const struct plot_given p = {
		.name = "history",
		.title = "When which cost changed",
		.columns = "run, % of the first level, its level's %, 1 or -1 where a "
			   "change for the worse or better begins, that change, start, "
			   "case, n",
		.host = &h->runs[h->nruns - 1].host,
		.when = when,
		.resting = resting,
		.rows = rows,
	};
	int err = plot_draw_given(&p, order, error);

	free(when);
	free(resting);
	free(rows);
	free(v);
	return err;
}
