/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the picture of what was counted in a guest: a row a case. */
#include <stdlib.h>

#include "plot_data.h"
#include "plot_rows.h"
#include "util.h"

static void write_row(FILE *out, size_t number, const struct row *row)
{
	fprintf(out, "%zu", number);
	plot_put_estimate(out, &row->at);
	plot_put_figure(out, row->k, row->at.value);
	plot_end_row(out, row->k->text, row->k->time.n, "boots");
}

size_t plot_instructions(const struct record *r, FILE *out)
{
	static const char *const families[] = {"floor",  "creation", "exec", "cow",
					       "switch", "message",  "lock"};
	struct rows rows = rows_where(r, case_is_counted);
	size_t n = 0;

	rows_sort(&rows);
	for (size_t f = 0; f < countof(families); f++) {
		bool begun = false;

		for (size_t i = 0; i < rows.n; i++) {
			if (!case_in_family(rows.v[i].k, families[f]))
				continue;
			if (!begun)
				plot_begin_block(out, families[f]);
			begun = true;
			write_row(out, i + 1, &rows.v[i]);
			n++;
		}
	}
	plot_leave_out(out, rows.n - n, "cases of other families");
	free(rows.v);
	return n;
}
