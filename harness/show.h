/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of what `lwpbench show` prints, on stdout. */
#ifndef LWP_SHOW_H
#define LWP_SHOW_H

#include "record.h"

/* The figures of a family's cases; tasks of both kinds side by side, if it has such. */
void show_family(const struct record *r, const char *family);
/* What the columns of those tables say that their heads do not. */
void show_legend(const struct record *r);
/* When each phase was reached; nothing if the family has none. */
void show_phases(const struct record *r, const char *family);
/* All figures beside the time; nothing if the family has none. */
void show_gauges(const struct record *r, const char *family);
/* The counters of the events pass, of all families. */
void show_events(const struct record *r);
/* One JSON object a case, a line each. */
void show_json(const struct record *r);

#endif
