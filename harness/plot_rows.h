/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cases of a record a picture shows, and how they belong together. */
#ifndef LWP_PLOT_ROWS_H
#define LWP_PLOT_ROWS_H

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

/* The value of a parameter, or NULL. */
const char *case_param(const struct kase *k, const char *name);
/* A count with K, M or G, those being 1024s; NAN if it is none. */
double case_number(const struct kase *k, const char *name);
/* The kind of its peers; that of a case without peers is KIND_PROCESS. */
unsigned case_kind(const struct kase *k);
bool case_in_family(const struct kase *k, const char *family);
/* Has figures, in ns per operation. */
bool case_is_timed(const struct kase *k);
/* Is timed, and an op of it makes a task. */
bool case_makes_tasks(const struct kase *k);
/* The same, from a parent that weighs nothing but, perhaps, in this one way. */
bool case_weighs_only_in(const struct kase *k, const char *one);
/* Whether both are the same but for the parameters in `names`, which ends with NULL. */
bool case_twins(const struct kase *a, const struct kase *b, const char *const names[]);
/* Whether a case of that family names this one as its floor or base. */
bool case_serves(const struct record *r, const struct kase *k, const char *family);
/* The case's text without the parameters in `names`; caller frees. */
char *case_label(const struct kase *k, const char *const names[]);

/* All cases that are wanted and took any time, by their medians; caller frees rows.v. */
struct rows rows_where(const struct record *r, bool (*want)(const struct kase *));
/* The least first. */
void rows_sort(struct rows *rows);

#endif
