/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wilcoxon's signed ranks: tests and intervals of paired differences whose signs were
 * drawn by lot, whatever their distribution. Exact up to SIGNED_RANK_EXACT differences;
 * of more, by the normal approximation, which is on the safe side where p < 4 %. */
#ifndef LWP_SIGNED_RANK_H
#define LWP_SIGNED_RANK_H

#include <stddef.h>

#include "stats.h"

enum { SIGNED_RANK_EXACT = 200 };

/* P(sum of the ranks of the positive d's >= the one seen) if each sign is a fair coin,
 * ties by mid-ranks, zeros kept as half positive (Pratt 1959); 1 without any d.
 * Two-sided: twice the smaller of this for d and for -d. */
double signed_rank_p(const double *d, size_t n);
/* Hodges & Lehmann's estimate, the median of the Walsh averages, and the interval of
 * `level` that inverts the two-sided test; lo and hi are NAN where n is too small for the
 * level. */
struct estimate signed_rank_ci(const double *d, size_t n, double level);
/* The fewest d's with which a one-sided p can be `p` or less: ceil(-log2(p)). */
size_t signed_rank_least(double p);

/* For many tests: distributions of untied ranks, each worked out once. */
struct signed_rank_memory;
struct signed_rank_memory *signed_rank_memory_new(void);
void signed_rank_memory_free(struct signed_rank_memory *m);
/* How little speaks for the d's, ascending, lying around `from`: as signed_rank_p of
 * d - from in *above, of from - d in *below. */
void signed_rank_sides(struct signed_rank_memory *m, const double *sorted, size_t n,
		       double from, double *above, double *below);

#endif
