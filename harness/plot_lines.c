/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of pictures with lines: a figure against a parameter that is a number. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "plot_rows.h"
#include "util.h"

/* As many colours as there are, each once a kind of task. */
enum { COLOURS = 8, FLOOR_COLOUR = -1 };

/* What the lines of one picture have in common. */
struct axis {
	const char *parameter; /* that grows to the right */
	double unit;           /* what 1 of it is, in the data */
	bool own;              /* shown is not the whole, but what is above the base */
};

/* A line of the key: what its rows have in common. */
struct line {
	struct rows rows;
	int colour;
};

/* "switch_futex/huge=yes, thread" */
static char *line_name(const struct line *line, const struct axis *axis)
{
	const char *const names[] = {axis->parameter, "task", NULL};
	const struct kase *k = line->rows.v[0].k;
	char *label = case_label(k, names);
	char *name = xformat("%s%s%s", label, figures_task(k) ? ", " : "",
			     figures_task(k) ? plot_kinds[case_kind(k)] : "");

	free(label);
	return name;
}

static void write_line(FILE *out, const struct line *line, const struct axis *axis)
{
	char *name = line_name(line, axis);

	plot_begin_block(out, name);
	free(name);
	for (size_t i = 0; i < line->rows.n; i++) {
		const struct row *row = &line->rows.v[i];

		fprintf(out, "%.15g", case_number(row->k, axis->parameter) * axis->unit);
		plot_put_estimate(out, &row->at);
		fprintf(out, "\t%s\t%d\t%u", axis->own ? "own" : "whole", line->colour,
			case_kind(row->k));
		plot_end_row(out, row->k->text, row->at.n, "reps");
	}
}

/* The place of k's colour among those given so far, a new one if it has none yet: cases
 * that differ in the axis and in the kind of task have the same. COLOURS: none is left.
 */
static size_t find_colour(const struct kase *given[COLOURS], const struct kase *k,
			  const char *parameter)
{
	const char *const names[] = {parameter, "task", NULL};
	size_t i = 0;

	while (i < COLOURS && given[i] && !case_twins(given[i], k, names))
		i++;
	if (i < COLOURS && !given[i])
		given[i] = k;
	return i;
}

/* All that are more than a dot, as long as there are colours; how many. */
static size_t write_lines(FILE *out, const struct rows *rows, const struct axis *axis)
{
	const struct kase *given[COLOURS] = {NULL};
	size_t lines = 0;

	for (size_t i = 0; i < rows->n; i++) {
		struct line line = {rows_line(rows, i, axis->parameter), 0};

		if (line.rows.n > 1) {
			line.colour =
				(int)find_colour(given, rows->v[i].k, axis->parameter);
			if (line.colour < COLOURS) {
				write_line(out, &line, axis);
				lines++;
			}
		}
		free(line.rows.v);
	}
	return lines;
}

static bool is_hand_over(const struct kase *k)
{
	return case_is_timed(k) && case_in_family(k, "switch") &&
	       case_kind(k) != KIND_OTHER;
}

static bool is_rate(const struct kase *k)
{
	return k->status == STATUS_OK && k->time.n && strcmp(k->unit, "bytes/s") == 0;
}

static bool is_stream(const struct kase *k)
{
	return is_rate(k) && case_in_family(k, "bandwidth") && case_kind(k) != KIND_OTHER;
}

/* How many rows, this one too, differ in this parameter only. */
static size_t line_length(const struct rows *rows, const struct kase *k,
			  const char *parameter)
{
	const char *const names[] = {parameter, NULL};
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		n += case_twins(rows->v[i].k, k, names);
	return isnan(case_number(k, parameter)) ? 0 : n;
}

/* Keeps what is compared with something along this axis, and is no mere base or floor of
 * its family. */
static void keep_in_lines(const struct record *r, struct rows *rows,
			  const char *parameter)
{
	struct row *kept = xcalloc(rows->n + 1, sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct kase *k = rows->v[i].k;

		if (!case_serves(r, k, k->family) && line_length(rows, k, parameter) > 1)
			kept[n++] = rows->v[i];
	}
	free(rows->v);
	*rows = (struct rows){kept, n};
}

/* Keeps the cases of one benchmark: that with the longest line. */
static void keep_longest(struct rows *rows, const char *parameter)
{
	const char *bench = "";
	size_t n = 0, longest = 0;

	for (size_t i = 0; i < rows->n; i++) {
		size_t length = line_length(rows, rows->v[i].k, parameter);

		if (length > longest)
			bench = rows->v[i].k->bench;
		longest = length > longest ? length : longest;
	}
	for (size_t i = 0; i < rows->n; i++)
		if (strcmp(rows->v[i].k->bench, bench) == 0)
			rows->v[n++] = rows->v[i];
	rows->n = n;
}

/* Puts in each figure's place what it has above its base; only if all have one, for a
 * picture of both kinds of figure would compare what cannot be compared. */
static bool take_own(const struct record *r, struct rows *rows)
{
	struct row *own = xcalloc(rows->n + 1, sizeof(*own));
	size_t n = 0;

	for (; n < rows->n; n++) {
		struct figures f;

		figures_of(r, rows->v[n].k, &f);
		if (f.own.n == 0)
			break;
		own[n] = (struct row){rows->v[n].k, f.own};
	}
	bool all = n == rows->n;
	if (all)
		memcpy(rows->v, own, n * sizeof(*own));
	free(own);
	return all;
}

size_t plot_switch(const struct record *r, FILE *out)
{
	struct axis axis = {.parameter = "ws", .unit = 1};
	struct rows rows = rows_where(r, is_hand_over);

	keep_in_lines(r, &rows, axis.parameter);
	keep_longest(&rows, axis.parameter);
	axis.own = take_own(r, &rows);
	size_t lines = write_lines(out, &rows, &axis);
	free(rows.v);
	return lines;
}

size_t plot_ring(const struct record *r, FILE *out)
{
	struct axis axis = {.parameter = "tasks", .unit = 1};
	struct rows rows = rows_where(r, is_hand_over);

	keep_in_lines(r, &rows, axis.parameter);
	axis.own = take_own(r, &rows);
	size_t lines = write_lines(out, &rows, &axis);
	free(rows.v);
	return lines;
}

static bool same_place(const struct kase *a, const struct kase *b)
{
	const char *x = case_param(a, "place"), *y = case_param(b, "place");

	return x && y ? strcmp(x, y) == 0 : x == y;
}

/* Keeps the place with the most cases: there are not colours enough for more. */
static void keep_one_place(struct rows *rows)
{
	const struct kase *where = NULL;
	size_t n = 0, most = 0;

	for (size_t i = 0; i < rows->n; i++) {
		size_t here = 0;

		for (size_t j = 0; j < rows->n; j++)
			here += same_place(rows->v[i].k, rows->v[j].k);
		if (here > most)
			where = rows->v[i].k;
		most = here > most ? here : most;
	}
	for (size_t i = 0; i < rows->n; i++)
		if (same_place(rows->v[i].k, where))
			rows->v[n++] = rows->v[i];
	rows->n = n;
}

/* The floors of these cases, one line a kind of floor. */
static size_t write_floors(const struct record *r, FILE *out, const struct rows *rows,
			   const struct axis *axis)
{
	struct rows floors = rows_where(r, is_rate);
	size_t n = 0, lines = 0;

	for (size_t i = 0; i < floors.n; i++) {
		bool serves = false;

		for (size_t j = 0; j < rows->n && !serves; j++)
			serves = strcmp(rows->v[j].k->floor, floors.v[i].k->text) == 0;
		if (serves)
			floors.v[n++] = floors.v[i];
	}
	floors.n = n;
	for (size_t i = 0; i < floors.n; i++) {
		struct line line = {rows_line(&floors, i, axis->parameter), FLOOR_COLOUR};

		if (line.rows.n) {
			write_line(out, &line, axis);
			lines++;
		}
		free(line.rows.v);
	}
	free(floors.v);
	return lines;
}

size_t plot_bandwidth(const struct record *r, FILE *out)
{
	const struct axis axis = {.parameter = "size", .unit = 1};
	struct rows rows = rows_where(r, is_stream);

	keep_in_lines(r, &rows, axis.parameter);
	keep_one_place(&rows);
	size_t lines = write_lines(out, &rows, &axis);
	if (lines)
		lines += write_floors(r, out, &rows, &axis);
	free(rows.v);
	return lines;
}

static bool is_crowd(const struct kase *k)
{
	return case_is_timed(k) && case_in_family(k, "together") &&
	       case_kind(k) != KIND_OTHER;
}

/* From the time of an operation to operations a second. */
static void turn_into_rates(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct estimate *e = &rows->v[i].at, ns = *e;

		e->value = 1e9 / ns.value;
		e->lo = 1e9 / ns.hi;
		e->hi = 1e9 / ns.lo;
	}
}

size_t plot_together(const struct record *r, FILE *out)
{
	const struct axis axis = {.parameter = "tasks", .unit = 1};
	struct rows rows = rows_where(r, is_crowd);

	keep_in_lines(r, &rows, axis.parameter);
	keep_one_place(&rows);
	turn_into_rates(&rows);
	size_t lines = write_lines(out, &rows, &axis);
	free(rows.v);
	return lines;
}
