/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the picture of whole programs: each way to do the work a row, with the time
 * that it takes and the CPU time of all its tasks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "plot_rows.h"
#include "util.h"

enum { WALL, CPU, SIDES };

struct program_row {
	const struct kase *k;
	struct estimate at[SIDES];
	bool leads; /* the first of its program's */
	size_t number;
};

static bool is_program(const struct kase *k)
{
	return case_is_timed(k) && k->tool;
}

/* What no clock has seen has no place on an axis of logarithms. */
static bool has_cpu(const struct program_row *row)
{
	return row->at[CPU].value > 0;
}

/* Programs in the record's order, their ways as they told them: the plain one leads. */
static size_t arrange(const struct rows *rows, struct program_row *v)
{
	size_t n = 0, headings = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const char *bench = rows->v[i].k->bench;
		size_t first = 0;

		while (strcmp(rows->v[first].k->bench, bench) != 0)
			first++;
		if (first < i)
			continue;
		headings++;
		for (size_t j = i; j < rows->n; j++) {
			const struct kase *k = rows->v[j].k;

			if (strcmp(k->bench, bench) != 0)
				continue;
			v[n] = (struct program_row){
				.k = k, .leads = j == i, .number = n + headings + 1};
			v[n].at[WALL] = rows->v[j].at;
			v[n++].at[CPU] = figures_cpu(k);
		}
	}
	return n;
}

static void write_texts(FILE *out, const struct program_row *v, size_t n)
{
	plot_begin_block(out, "rows");
	for (size_t i = 0; i < n; i++) {
		const char *way = strchr(v[i].k->text, '/');

		fprintf(out, "%zu", v[i].number);
		plot_put_number(out, v[i].at[WALL].value);
		plot_put_text(out, way ? way + 1 : v[i].k->text);
		fputc('\n', out);
	}
	plot_begin_block(out, "groups");
	for (size_t i = 0; i < n; i++) {
		if (!v[i].leads)
			continue;
		fprintf(out, "%zu", v[i].number - 1);
		plot_put_text(out, v[i].k->bench);
		fputc('\n', out);
	}
}

static void write_dot(FILE *out, const struct program_row *row, unsigned side)
{
	const struct pair_dot dot = {.row = row->number,
				     .side = side,
				     .k = row->k,
				     .at = &row->at[side],
				     .beside = has_cpu(row) ? &row->at[!side] : NULL,
				     .floor = NAN};

	plot_pair_dot(out, &dot);
}

size_t plot_apps(const struct record *r, FILE *out)
{
	struct rows rows = rows_where(r, is_program);
	struct program_row *v = xcalloc(rows.n + 1, sizeof(*v));
	size_t n = arrange(&rows, v), with_cpu = 0;

	if (n) {
		write_texts(out, v, n);
		plot_begin_block(out, "time");
	}
	for (size_t i = 0; i < n; i++) {
		write_dot(out, &v[i], WALL);
		with_cpu += has_cpu(&v[i]);
	}
	if (with_cpu)
		plot_begin_block(out, "CPU time of all tasks");
	for (size_t i = 0; i < n; i++)
		if (has_cpu(&v[i]))
			write_dot(out, &v[i], CPU);
	free(v);
	free(rows.v);
	return n;
}
