/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of what `lwpbench show` prints, on stdout. */
#ifndef LWP_SHOW_H
#define LWP_SHOW_H

#include "record.h"
#include "stats.h"

/* The figures of a family's cases; tasks of both kinds side by side, if it has such. */
void show_family(const struct record *r, const char *family);
/* What the columns of those tables say that their heads do not. */
void show_legend(const struct record *r);
/* Whether cases of the family weigh; what their tasks take and where that lives, and what
 * those columns are. */
bool show_weighs(const struct record *r, const char *family);
void show_weight(const struct record *r, const char *family);
void show_weight_legend(const struct record *r, const char *family);
/* When each phase was reached; nothing if the family has none. */
void show_phases(const struct record *r, const char *family);
/* All figures beside the time; nothing if the family has none. */
void show_gauges(const struct record *r, const char *family);
/* Straight lines of cost against size, and where ways part; nothing if there are none. */
void show_fits(const struct record *r);
/* The counters of the events pass, of all families. */
void show_events(const struct record *r);
/* One JSON object a case, a line each. */
void show_json(const struct record *r);

/* Cells, for the caller to free: a median or why there is none; an interval; a ratio. */
char *show_median(const struct kase *k, const struct estimate *e);
char *show_interval(const struct estimate *e, const char *unit);
char *show_ratio(const struct estimate *e);

#endif
