/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of pictures of cost against the parent's weight: points, fits, crossings. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "plot_data.h"
#include "plot_rows.h"
#include "units.h"
#include "util.h"

enum { COLOURS = 8, CROSSINGS = 8 /* the key has no room for more */ };

/* Ways to the same end, of which somebody has to choose one. */
static const char rivals[] = "exec";

/* A parameter that grows to the right. */
struct weight {
	const char *name, *note; /* at the end of the line's name */
};

struct line {
	struct rows rows;
	const struct weight *weight;
	const struct fit *fit; /* NULL: it has none */
	double scale;          /* x of one */
};

/* The lines of one picture, in the order of their colours. */
struct lines {
	struct line v[COLOURS];
	size_t n;
};

static const struct fit_axis *find_axis(const char *name)
{
	const struct fit_axis *axis = fit_axes;

	while (axis->param && strcmp(axis->param, name) != 0)
		axis++;
	return axis;
}

static const struct fit *find_fit(const struct fits *fits, const struct line *line)
{
	for (size_t i = 0; i < fits->n; i++)
		if (fits->v[i].first == line->rows.v[0].k &&
		    strcmp(fits->v[i].axis->param, line->weight->name) == 0)
			return &fits->v[i];
	return NULL;
}

/* The rows of a parent that weighs nothing but in this way. */
static struct rows rows_of(const struct record *r, const char *weight)
{
	struct rows rows = rows_where(r, case_makes_tasks);
	size_t n = 0;

	for (size_t i = 0; i < rows.n; i++)
		if (case_weighs_only_in(rows.v[i].k, weight))
			rows.v[n++] = rows.v[i];
	rows.n = n;
	return rows;
}

/* Lines of this weight that have a fit, or those that have none but are more than a dot,
 * as long as there are colours. */
static void add_lines(const struct record *r, const struct fits *fits,
		      const struct weight *weight, bool fitted, struct lines *to)
{
	struct rows rows = rows_of(r, weight->name);

	for (size_t i = 0; i < rows.n; i++) {
		struct line line = {.rows = rows_line(&rows, i, weight->name),
				    .weight = weight,
				    .scale = fit_scale(r, find_axis(weight->name))};

		line.fit = line.rows.n ? find_fit(fits, &line) : NULL;
		if (line.rows.n > 1 && fitted == (line.fit != NULL) && to->n < COLOURS)
			to->v[to->n++] = line;
		else
			free(line.rows.v);
	}
	free(rows.v);
}

static char *line_name(const struct line *line)
{
	const char *const names[] = {line->weight->name, NULL};
	char *label = case_label(line->rows.v[0].k, names);
	char *name = xformat("%s%s", label, line->weight->note);

	free(label);
	return name;
}

static void write_line(FILE *out, const struct line *line, size_t colour)
{
	char *name = line_name(line);

	plot_begin_block(out, name);
	free(name);
	for (size_t i = 0; i < line->rows.n; i++) {
		const struct row *row = &line->rows.v[i];

		fprintf(out, "%.15g",
			case_number(row->k, line->weight->name) * line->scale);
		plot_put_estimate(out, &row->at);
		fprintf(out, "\tline\t%zu", colour);
		plot_put_number(out, line->fit ? line->fit->intercept.value : 0);
		plot_put_number(out, line->fit ? line->fit->slope.value : 0);
		plot_end_row(out, row->k->text, row->at.n, "reps");
	}
}

/* The number of its line, or that of lines if it has none. */
static size_t find_line(const struct lines *lines, const struct fit *f)
{
	size_t i = 0;

	while (i < lines->n && lines->v[i].fit != f)
		i++;
	return i;
}

/* Whether it lies on both lines, where they are drawn. */
static bool is_visible(const struct lines *lines, const struct crossover *c)
{
	return find_line(lines, c->dear) < lines->n &&
	       find_line(lines, c->cheap) < lines->n && c->x.value > 0 &&
	       c->x.value <= fmin(c->dear->most, c->cheap->most);
}

/* A block of its own, so that its name stands in the key, where nothing is in its way. It
 * has the colour of the cheap line, and lies on the dear one. */
static void write_crossing(FILE *out, const struct lines *lines,
			   const struct crossover *c)
{
	const struct fit_axis *axis = c->dear->axis;
	const char *const names[] = {axis->param, NULL};
	char *dear = case_label(c->dear->first, names);
	char *cheap = case_label(c->cheap->first, names), at[32];

	if (axis->bytes)
		units_format(c->x.value, "bytes", at, sizeof(at));
	else
		units_number(c->x.value, at, sizeof(at));
	/* A name that began with a number would be one for gnuplot. */
	char *name = xformat("from %s: twice %s", at, cheap);
	char *text = xformat("%s costs twice %s from %s on", dear, cheap, at);

	plot_begin_block(out, name);
	fprintf(out, "%.6g", c->x.value);
	plot_put_number(out,
			c->dear->intercept.value + c->dear->slope.value * c->x.value);
	plot_put_number(out, c->x.lo);
	plot_put_number(out, c->x.hi);
	fprintf(out, "\tcrossing\t%zu\t0\t0", find_line(lines, c->cheap));
	plot_put_text(out, text);
	fputc('\n', out);
	free(dear);
	free(cheap);
	free(name);
	free(text);
}

static void write_crossings(FILE *out, const struct lines *lines, const struct fits *fits)
{
	size_t n, written = 0;
	struct crossover *all = fit_crossovers(fits, rivals, &n);

	for (size_t i = 0; i < n && written < CROSSINGS; i++) {
		if (!is_visible(lines, &all[i]))
			continue;
		write_crossing(out, lines, &all[i]);
		written++;
	}
	free(all);
}

static size_t write_picture(const struct record *r, FILE *out,
			    const struct weight *weights)
{
	struct lines lines = {.n = 0};
	struct fits fits;

	fits_of(r, figures_rep_median, &fits);
	/* A line of many points says more than one of two. */
	for (int fitted = 1; fitted >= 0; fitted--)
		for (const struct weight *w = weights; w->name; w++)
			add_lines(r, &fits, w, fitted, &lines);
	for (size_t i = 0; i < lines.n; i++)
		write_line(out, &lines.v[i], i);
	write_crossings(out, &lines, &fits);
	for (size_t i = 0; i < lines.n; i++)
		free(lines.v[i].rows.v);
	fits_free(&fits);
	return lines.n;
}

size_t plot_size(const struct record *r, FILE *out)
{
	static const struct weight weights[] = {{"pages", ""},
						{"thp", ", huge pages"},
						{"shared", ", shared"},
						{"file", ", file"},
						{0}};

	return write_picture(r, out, weights);
}

size_t plot_counts(const struct record *r, FILE *out)
{
	static const struct weight weights[] = {{"maps", ", by mappings"},
						{"fds", ", by descriptors"},
						{"threads", ", by threads"},
						{"procs", ", by processes"},
						{0}};

	return write_picture(r, out, weights);
}
