/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cases of a record a picture shows, and in which order. */
#ifndef LWP_PLOT_ROWS_H
#define LWP_PLOT_ROWS_H

#include <stdio.h>

#include "cases.h"
#include "figures.h"
#include "record.h"

/* A case and the figure it is placed by. */
struct row {
	const struct kase *k;
	struct estimate at;
};

struct rows {
	struct row *v;
	size_t n;
};

/* Kinds of task that pictures compare. */
enum { KIND_PROCESS, KIND_THREAD, KINDS, KIND_OTHER };

extern const char *const plot_kinds[KINDS];

/* The kind of its peers; that of a case without peers is KIND_PROCESS. */
unsigned case_kind(const struct kase *k);
/* All cases that are wanted and took any time, by their medians; caller frees rows.v. */
struct rows rows_where(const struct record *r, bool (*want)(const struct kase *));
/* What a reader can look through: of more rows, those whose sets of flags are neither one
 * flag nor on the way from none to a thread's, one after the other, are left out, which
 * the data say. */
void rows_thin(struct rows *rows, FILE *out);
/* The least first. */
void rows_sort(struct rows *rows);
/* The rows that differ from row i in this parameter only, in its order; none if they were
 * a line of an earlier i; caller frees .v. */
struct rows rows_line(const struct rows *rows, size_t i, const char *parameter);

#endif
