/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of what `lwpbench show` prints and `lwpbench report` shows. */
#ifndef LWP_SHOW_H
#define LWP_SHOW_H

#include "fit.h"
#include "judge.h"
#include "record.h"
#include "sheet.h"
#include "stats.h"

/* The figures of a family's cases; tasks of both kinds side by side, if it has such; what
 * they weigh, if they do. */
void show_family(const struct sheet *s, const struct record *r, const char *family);
/* What the columns of those tables say that their heads do not. */
void show_legend(const struct sheet *s, const struct record *r);
/* Whether cases of the family weigh; what their tasks take and where that lives, and what
 * those columns are. */
bool show_weighs(const struct record *r, const char *family);
void show_weight(const struct sheet *s, const struct record *r, const char *family);
void show_weight_legend(const struct sheet *s, const struct record *r,
			const char *family);
/* When each phase was reached; nothing if the family has none. */
void show_phases(const struct sheet *s, const struct record *r, const char *family);
/* All figures beside the time; nothing if the family has none. */
void show_gauges(const struct sheet *s, const struct record *r, const char *family);
/* Straight lines of cost against size, and where ways part; nothing if there are none. */
void show_fits(const struct sheet *s, const struct record *r);
/* What each clone flag makes of the difference between a fork and a thread; whether the
 * record has all sets of flags from any parent. */
bool show_attribution(const struct sheet *s, const struct record *r);
/* The counters of the events pass, of all families. */
void show_events(const struct sheet *s, const struct record *r);
/* The machine, a table of verdicts for each file of claims, and how sure they are. Claims
 * that there is no figure for are but named below it, unless all shall have a row. */
void show_verdicts(const struct sheet *s, const struct record *r, const struct judged *v,
		   size_t n, bool all);
/* "31 hold, 5 do not hold, 12 undecided"; caller frees. */
char *show_verdict_counts(const struct judged *v, size_t n);
/* One JSON object a case, a line each, on stdout. */
void show_json(const struct record *r);

/* Cells, for the caller to free: a median or why there is none; an interval; a ratio. */
char *show_median(const struct kase *k, const struct estimate *e);
char *show_interval(const struct estimate *e, const char *unit);
char *show_ratio(const struct estimate *e);
/* From where on one way costs twice another, without a full stop; caller frees. */
char *show_crossover(const struct crossover *c);

#endif
