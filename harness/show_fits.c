/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of cost against size, and from which size on one way costs twice another. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cases.h"
#include "fit.h"
#include "show.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48 };

/* Ways to the same end, of which somebody has to choose one. */
static const char rivals[] = "exec";

/* A shape in words; caller frees. */
static char *shape_text(enum fit_shape shape)
{
	static const struct {
		const char *word;
		bool little;
	} shapes[] = {
		[FIT_UNDECIDED] = {"undecided", false},
		[FIT_FLAT] = {"flat", false},
		[FIT_GROWS_LITTLE] = {"grows", true},
		[FIT_FALLS_LITTLE] = {"falls", true},
		[FIT_GROWS] = {"grows", false},
		[FIT_FALLS] = {"falls", false},
	};

	return shapes[shape].little
		       ? xformat("%s < %.0f %%", shapes[shape].word, 100 * FIT_LITTLE)
		       : xstrdup(shapes[shape].word);
}

/* "12.3 [11.9, 12.8]" of a plain number; caller frees. */
static char *with_interval(const struct estimate *e, double times)
{
	char text[3][NUMBER];

	units_number(e->value * times, text[0], NUMBER);
	if (isnan(e->lo))
		return xstrdup(text[0]);
	return xformat("%s [%s, %s]", text[0],
		       units_number(e->lo * times, text[1], NUMBER),
		       units_number(e->hi * times, text[2], NUMBER));
}

/* "1.20 ms [1.10, 1.30 ms] / GiB"; caller frees. */
static char *slope_text(const struct fit *f)
{
	double per = f->axis->per;
	char value[NUMBER], ends[2 * NUMBER];

	units_format(f->slope.value * per, "ns/op", value, sizeof(value));
	if (isnan(f->slope.lo))
		return xformat("%s / %s", value, f->axis->per_name);
	units_two(f->slope.lo * per, f->slope.hi * per, "ns/op", ", ", ends,
		  sizeof(ends));
	return xformat("%s [%s] / %s", value, ends, f->axis->per_name);
}

static char *size_text(const struct fit_axis *axis, double x, char *buf, size_t size)
{
	return axis->bytes ? units_format(x, "bytes", buf, size)
			   : units_number(x, buf, size);
}

/* "0 – 1.00 GiB" */
static char *reach(const struct fit *f, char *buf, size_t size)
{
	char least[NUMBER], most[NUMBER];

	snprintf(buf, size, "%s – %s",
		 f->least > 0 ? size_text(f->axis, f->least, least, sizeof(least)) : "0",
		 size_text(f->axis, f->most, most, sizeof(most)));
	return buf;
}

static void fit_row(struct table *t, const struct fit *f)
{
	const char *const names[] = {f->axis->param, NULL};
	char *label = case_label(f->first, names), *slope = slope_text(f);
	char *share = with_interval(&f->share, 100), *shape = shape_text(fit_shape(f));
	char text[2 * NUMBER];

	table_row(t);
	table_cell(t, 0, "%s", label);
	table_cell(t, 1, "%s", f->axis->param);
	table_cell(t, 2, "%s",
		   units_format(f->intercept.value, "ns/op", text, sizeof(text)));
	table_cell(t, 3, "%s", slope);
	table_cell(t, 4, "%s", share);
	table_cell(t, 5, "%s", shape);
	table_cell(t, 6, "%.3f", f->r2);
	table_cell(t, 7, "%.1f %%", 100 * f->worst);
	table_cell(t, 8, "%s", reach(f, text, sizeof(text)));
	table_cell(t, 9, "%zu", f->slope.n);
	free(label);
	free(slope);
	free(share);
	free(shape);
}

static void print_table(const struct sheet *s, const struct fits *fits)
{
	static const char *const heads[] = {
		"<cost against size", "<against", "at 0", "slope",
		"% of at 0",          "<",        "R²",   "worst",
		"measured",           "blocks"};
	struct table t;

	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < fits->n; i++)
		fit_row(&t, &fits->v[i]);
	sheet_table(s, &t);
	table_free(&t);
}

/* Where the estimate lies among what was measured; caller frees. */
static char *place_of(const struct crossover *c)
{
	const struct fit_axis *axis = c->dear->axis;
	double least = fmax(c->dear->least, c->cheap->least);
	double most = fmin(c->dear->most, c->cheap->most);
	char end[NUMBER], times[NUMBER];

	if (c->x.value > most)
		return xformat(", %s times beyond what was measured, %s",
			       units_number(c->x.value / most, times, NUMBER),
			       size_text(axis, most, end, NUMBER));
	if (c->x.value < least)
		return xformat(", below what was measured, %s",
			       size_text(axis, least, end, NUMBER));
	return xstrdup("");
}

/* "[1.00 GiB, never]"; caller frees. */
static char *between(const struct fit_axis *axis, const struct estimate *x)
{
	const double ends[] = {x->lo, x->hi};
	char text[2][NUMBER];

	if (isnan(x->lo))
		return xstrdup("(too few blocks for an interval)");
	for (size_t i = 0; i < countof(ends); i++)
		if (isinf(ends[i]))
			snprintf(text[i], NUMBER, "never");
		else
			size_text(axis, ends[i], text[i], NUMBER);
	return xformat("[%s, %s]", text[0], text[1]);
}

char *show_crossover(const struct crossover *c)
{
	const struct fit_axis *axis = c->dear->axis;
	const char *const names[] = {axis->param, NULL};
	char *dear = case_label(c->dear->first, names);
	char *cheap = case_label(c->cheap->first, names), *place = place_of(c);
	char *ends = between(axis, &c->x), *text, at[NUMBER];

	if (c->x.value == 0)
		text = xformat("%s costs twice %s whatever its %s", dear, cheap,
			       axis->param);
	else if (isinf(c->x.value))
		text = xformat("%s never costs twice %s, whatever its %s", dear, cheap,
			       axis->param);
	else
		text = xformat("%s costs twice %s from %s=%s on %s%s", dear, cheap,
			       axis->param, size_text(axis, c->x.value, at, NUMBER), ends,
			       place);
	free(ends);
	free(dear);
	free(cheap);
	free(place);
	return text;
}

static void print_crossovers(const struct sheet *s, const struct fits *fits)
{
	size_t n;
	struct crossover *all = fit_crossovers(fits, rivals, &n);

	for (size_t i = 0; i < n; i++) {
		char *text = show_crossover(&all[i]);

		sheet_line(s, "%s.", text);
		free(text);
	}
	free(all);
}

void show_fits(const struct sheet *s, const struct record *r)
{
	struct fits fits;

	fits_of(r, figures_rep_median, &fits);
	if (fits.n) {
		print_table(s, &fits);
		sheet_line(
			s,
			"slope, %% of at 0: medians over blocks [95 %% interval], both "
			"for as much as the slope\nnames. flat: surely within ±%.0f %%, "
			"perhaps 0. R²: the share of the differences that\nthe line "
			"explains, which says nothing where it is flat; worst: the "
			"farthest case from it.",
			100 * FIT_LITTLE);
		print_crossovers(s, &fits);
		sheet_gap(s);
	}
	fits_free(&fits);
}
