/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses and orders the cases that pictures show. */
#include "plot_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attribution.h"
#include "plot_data.h"
#include "util.h"

const char *const plot_kinds[KINDS] = {
	[KIND_PROCESS] = "process", [KIND_THREAD] = "thread"};

unsigned case_kind(const struct kase *k)
{
	const char *value = figures_task(k);

	for (unsigned i = 0; i < KINDS && value; i++)
		if (strcmp(value, plot_kinds[i]) == 0)
			return i;
	return value ? KIND_OTHER : KIND_PROCESS;
}

struct rows rows_where(const struct record *r, bool (*want)(const struct kase *))
{
	struct rows rows = {.v = xcalloc(r->ncases + 1, sizeof(struct row))};

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (!want(k))
			continue;
		/* What took no time at all has no place on an axis of logarithms. */
		struct row row = {k, figures_median(&k->time)};
		if (isfinite(row.at.value) && row.at.value > 0)
			rows.v[rows.n++] = row;
	}
	return rows;
}

/* Whether its set of flags is none, one, or the first few of those of a thread; or none
 * of these sets. */
static bool is_rung(const struct kase *k)
{
	unsigned set = attribution_set_of(k);

	return set >= ATTRIBUTE_SETS || (set & (set - 1)) == 0 ||
	       ((set & (set + 1)) == 0 && set <= attribution_thread);
}

void rows_thin(struct rows *rows, FILE *out)
{
	enum { MOST = 60 };
	size_t kept = 0;

	if (rows->n <= MOST)
		return;
	for (size_t i = 0; i < rows->n; i++)
		if (is_rung(rows->v[i].k))
			rows->v[kept++] = rows->v[i];
	plot_leave_out(out, rows->n - kept, "sets of flags");
	rows->n = kept;
}

static int by_figure(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->at.value > y->at.value) - (x->at.value < y->at.value);
}

void rows_sort(struct rows *rows)
{
	qsort(rows->v, rows->n, sizeof(rows->v[0]), by_figure);
}

static int by_parameter(const void *a, const void *b, void *name)
{
	const struct row *x = a, *y = b;
	double left = case_number(x->k, name), right = case_number(y->k, name);

	return (left > right) - (left < right);
}

struct rows rows_line(const struct rows *rows, size_t i, const char *parameter)
{
	const char *const names[] = {parameter, NULL};
	struct rows line = {.v = xcalloc(rows->n, sizeof(struct row))};

	for (size_t j = 0; j < rows->n; j++) {
		if (isnan(case_number(rows->v[j].k, parameter)) ||
		    !case_twins(rows->v[j].k, rows->v[i].k, names))
			continue;
		if (j < i)
			break;
		line.v[line.n++] = rows->v[j];
	}
	qsort_r(line.v, line.n, sizeof(line.v[0]), by_parameter, (void *)parameter);
	return line;
}
