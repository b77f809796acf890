/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether two groups of runs differ, asked of many cases at once by permuting which runs
 * are which: the step-down max-T procedure of Westfall & Young (1993). */
#ifndef LWP_MAXT_H
#define LWP_MAXT_H

#include <stddef.h>

/* All splits of the runs are tried where there are no more; else as many, by lot. */
enum { MAXT_SPLITS = 50000 };

/* x[i * ncases + j] is the figure of case j in run i, NAN where it has none; the first k
 * runs are one group, the m that follow the other. Fills p[ncases] with two-sided p
 * values, adjusted for all cases: 1 where a group has no figure. */
void maxt(const double *x, size_t ncases, size_t k, size_t m, double *p);
/* The smallest p that there can be with k and m runs. */
double maxt_least(size_t k, size_t m);
/* The fewest runs a group, as many in each, with which a p can be `p` or less. */
size_t maxt_runs(double p);

#endif
