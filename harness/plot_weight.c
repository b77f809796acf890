/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the picture of what tasks weigh, and where that lives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "plot_rows.h"
#include "util.h"

/* Gauges, and what people call them, as they are stacked; the figure is the sum of all
 * but the last, which is what nobody accounts for. */
static const struct {
	const char *gauge, *name;
} parts[] = {
	{"user", "user pages"},     {"tables", "page tables"}, {"stack", "kernel stack"},
	{"slab", "kernel objects"}, {"percpu", "per CPU"},     {"rest", "unaccounted"},
};

static bool weighs(const struct kase *k)
{
	return k->status == STATUS_OK && case_is_ladder(k);
}

/* What a part takes; 0 also for one that became less meanwhile. */
static double length(const struct kase *k, size_t part)
{
	struct estimate e = figures_gauge(k, parts[part].gauge);

	return e.n && e.value > 0 ? e.value : 0;
}

static double start_of(const struct kase *k, size_t part)
{
	double at = 0;

	for (size_t i = 0; i < part; i++)
		at += length(k, i);
	return at;
}

static void write_segment(FILE *out, size_t number, const struct row *row, size_t part)
{
	double from = start_of(row->k, part);

	fprintf(out, "%zu", number);
	plot_put_number(out, from);
	plot_put_number(out, from + length(row->k, part));
	plot_put_estimate(out, &row->at);
	plot_put_number(out, start_of(row->k, countof(parts)));
	plot_put_figure(out, row->k, row->at.value);
	plot_end_row(out, row->k->text, row->at.n, "reps");
}

size_t plot_weight(const struct record *r, FILE *out)
{
	struct rows rows = rows_where(r, weighs);

	rows_sort(&rows);
	for (size_t part = 0; rows.n && part < countof(parts); part++) {
		plot_begin_block(out, parts[part].name);
		for (size_t i = 0; i < rows.n; i++)
			write_segment(out, i + 1, &rows.v[i], part);
	}
	free(rows.v);
	return rows.n;
}
