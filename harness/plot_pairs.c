/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of pictures with pairs: the same work by processes and by threads, a row each.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "plot_rows.h"
#include "util.h"

/* The same case by every kind of task. */
struct pair_row {
	const struct kase *k[KINDS]; /* NULL: not measured */
	struct estimate at[KINDS];
	size_t group;
	size_t number; /* from the top, headings counted, too; from 1 on */
};

struct pairs {
	/* "task", then those that a group has in common; ends with NULL. */
	const char *const *parameters;
	struct pair_row *v;
	size_t n, groups;
};

static const struct kase *any_of(const struct pair_row *row)
{
	return row->k[KIND_PROCESS] ? row->k[KIND_PROCESS] : row->k[KIND_THREAD];
}

/* Threads decide the order, where there are any. */
static double order_of(const struct pair_row *row)
{
	return row->at[row->k[KIND_THREAD] ? KIND_THREAD : KIND_PROCESS].value;
}

static int by_group_and_order(const void *a, const void *b)
{
	const struct pair_row *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (order_of(x) > order_of(y)) - (order_of(x) < order_of(y));
}

static bool same_group(const struct kase *a, const struct kase *b,
		       const char *const parameters[])
{
	for (; *parameters; parameters++) {
		const char *x = case_param(a, *parameters);
		const char *y = case_param(b, *parameters);

		if (strcmp(x ? x : "", y ? y : "") != 0)
			return false;
	}
	return true;
}

/* The group of k's like, or a new one. */
static size_t find_group(struct pairs *pairs, const struct kase *k)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (same_group(any_of(&pairs->v[i]), k, pairs->parameters + 1))
			return pairs->v[i].group;
	return pairs->groups++;
}

/* The row of k's twins, or a new one. */
static struct pair_row *find_row(struct pairs *pairs, const struct kase *k)
{
	static const char *const task[] = {"task", NULL};

	for (size_t i = 0; i < pairs->n; i++)
		if (case_twins(any_of(&pairs->v[i]), k, task))
			return &pairs->v[i];
	size_t group = find_group(pairs, k);

	pairs->v[pairs->n] = (struct pair_row){.group = group};
	return &pairs->v[pairs->n++];
}

/* Sorted and numbered; the caller frees v. */
static struct pairs pair_up(const struct rows *rows, const char *const parameters[])
{
	struct pairs pairs = {.parameters = parameters,
			      .v = xcalloc(rows->n + 1, sizeof(*pairs.v))};

	for (size_t i = 0; i < rows->n; i++) {
		struct pair_row *row = find_row(&pairs, rows->v[i].k);
		unsigned kind = case_kind(rows->v[i].k);

		row->k[kind] = rows->v[i].k;
		row->at[kind] = rows->v[i].at;
	}
	qsort(pairs.v, pairs.n, sizeof(pairs.v[0]), by_group_and_order);
	for (size_t i = 0; i < pairs.n; i++)
		pairs.v[i].number = i + pairs.v[i].group + 2;
	return pairs;
}

/* The case without its kind and what its group's heading says. */
static void write_labels(FILE *out, const struct pairs *pairs)
{
	plot_begin_block(out, "rows");
	for (size_t i = 0; i < pairs->n; i++) {
		char *label = case_label(any_of(&pairs->v[i]), pairs->parameters);

		fprintf(out, "%zu", pairs->v[i].number);
		plot_put_number(out, order_of(&pairs->v[i]));
		plot_put_text(out, label);
		fputc('\n', out);
		free(label);
	}
}

/* "tasks=2, place=core" */
static char *heading_of(const struct kase *k, const char *const parameters[])
{
	char *heading = xstrdup("");

	for (; *parameters; parameters++) {
		const char *value = case_param(k, *parameters);
		char *longer = xformat(
			"%s%s%s%s%s", heading, value && *heading ? ", " : "",
			value ? *parameters : "", value ? "=" : "", value ? value : "");

		free(heading);
		heading = longer;
	}
	return heading;
}

static void write_headings(FILE *out, const struct pairs *pairs)
{
	plot_begin_block(out, "groups");
	for (size_t i = 0; i < pairs->n; i++) {
		if (i > 0 && pairs->v[i].group == pairs->v[i - 1].group)
			continue;
		char *heading = heading_of(any_of(&pairs->v[i]), pairs->parameters + 1);

		fprintf(out, "%zu", pairs->v[i].number - 1);
		plot_put_text(out, heading);
		fputc('\n', out);
		free(heading);
	}
}

static double floor_of(const struct record *r, const struct kase *k)
{
	const struct kase *under = k->floor ? record_find(r, k->floor) : NULL;

	return under && case_is_timed(under) ? figures_median(&under->time).value : NAN;
}

/* The end of an interval, or the value if there is none. */
static double end_of(const struct estimate *e, bool left)
{
	double end = left ? e->lo : e->hi;

	return isnan(end) ? e->value : end;
}

void plot_pair_dot(FILE *out, const struct pair_dot *dot)
{
	const struct estimate *at = dot->at, *beside = dot->beside;
	/* Of two that are equal, the first stands left. */
	bool left = beside && (dot->side == 0 ? at->value <= beside->value
					      : at->value < beside->value);
	double end = end_of(at, left);

	/* Text stands clear of both intervals. */
	if (beside)
		end = left ? fmin(end, end_of(beside, left))
			   : fmax(end, end_of(beside, left));
	fprintf(out, "%zu", dot->row);
	plot_put_estimate(out, at);
	plot_put_number(out, dot->floor);
	plot_put_number(out, beside ? beside->value : NAN);
	fprintf(out, "\t%u", dot->side);
	plot_put_figure(out, dot->k, at->value);
	plot_put_number(out, left ? end : NAN);
	plot_put_number(out, left ? NAN : end);
	plot_end_row(out, dot->k->text, at->n, "reps");
}

static void write_point(FILE *out, const struct record *r, const struct pair_row *row,
			unsigned kind)
{
	unsigned other = kind == KIND_PROCESS ? KIND_THREAD : KIND_PROCESS;
	const struct pair_dot dot = {.row = row->number,
				     .side = kind,
				     .k = row->k[kind],
				     .at = &row->at[kind],
				     .beside = row->k[other] ? &row->at[other] : NULL,
				     .floor = floor_of(r, row->k[kind])};

	plot_pair_dot(out, &dot);
}

static size_t write_pairs(const struct record *r, FILE *out,
			  bool (*want)(const struct kase *),
			  const char *const parameters[])
{
	struct rows rows = rows_where(r, want);
	struct pairs pairs = pair_up(&rows, parameters);
	size_t n = pairs.n;

	if (n) {
		write_labels(out, &pairs);
		write_headings(out, &pairs);
	}
	for (unsigned kind = 0; kind < KINDS; kind++) {
		bool begun = false;

		for (size_t i = 0; i < n; i++) {
			if (!pairs.v[i].k[kind])
				continue;
			if (!begun)
				plot_begin_block(out, plot_kinds[kind]);
			begun = true;
			write_point(out, r, &pairs.v[i], kind);
		}
	}
	free(pairs.v);
	free(rows.v);
	return n;
}

/* Of the size that benchmarks have unless told otherwise: a case's text names what is not
 * so. */
static bool is_message(const struct kase *k)
{
	return case_is_timed(k) && case_in_family(k, "message") &&
	       case_kind(k) != KIND_OTHER && !strstr(k->text, "/size=");
}

static bool is_lock(const struct kase *k)
{
	return case_is_timed(k) && case_in_family(k, "lock") &&
	       case_kind(k) != KIND_OTHER;
}

size_t plot_message(const struct record *r, FILE *out)
{
	static const char *const parameters[] = {"task", "place", NULL};

	return write_pairs(r, out, is_message, parameters);
}

size_t plot_lock(const struct record *r, FILE *out)
{
	static const char *const parameters[] = {"task", "tasks", "place", NULL};

	return write_pairs(r, out, is_lock, parameters);
}
