/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the picture of what a page's first write costs after fork. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "plot_rows.h"
#include "units.h"
#include "util.h"

static bool is_cow(const struct kase *k)
{
	return case_is_timed(k) && case_in_family(k, "cow");
}

/* What the key says: who writes, where another could have. */
static char *writer(const struct kase *k)
{
	const char *by = case_param(k, "by");

	return by ? xformat("by the %s", by) : xstrdup(k->bench);
}

static void write_row(FILE *out, size_t number, const struct row *row)
{
	struct estimate faults = figures_gauge(row->k, "faults");
	char time[48], count[48];

	units_format(row->at.value, row->k->unit, time, sizeof(time));
	units_number(faults.value, count, sizeof(count));
	char *text = faults.n ? xformat("%s, faults: %s", time, count) : xstrdup(time);
	fprintf(out, "%zu", number);
	plot_put_estimate(out, &row->at);
	plot_put_text(out, text);
	plot_end_row(out, row->k->text, row->at.n, "reps");
	free(text);
}

/* The rows from `first` on that have its writer; those before it are written. */
static void write_block(FILE *out, const struct rows *rows, size_t first)
{
	char *name = writer(rows->v[first].k);
	bool begun = false;

	for (size_t i = 0; i < rows->n; i++) {
		char *other = writer(rows->v[i].k);
		bool same = strcmp(name, other) == 0;

		free(other);
		if (!same)
			continue;
		if (i < first)
			break;
		if (!begun)
			plot_begin_block(out, name);
		begun = true;
		write_row(out, i + 1, &rows->v[i]);
	}
	free(name);
}

size_t plot_cow(const struct record *r, FILE *out)
{
	struct rows rows = rows_where(r, is_cow);

	rows_sort(&rows);
	for (size_t i = 0; i < rows.n; i++)
		write_block(out, &rows, i);
	free(rows.v);
	return rows.n;
}
